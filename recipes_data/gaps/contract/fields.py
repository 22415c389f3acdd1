"""The only home of reading one field of the table: its type checked, every fault kept with its line."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from recipes_data.yamltext import Document, Fault, PathKey, show_path

__all__ = ["Fields"]


@dataclass(slots=True)
class Fields:
    """A document being read; `faults` grow, and every method gives a value to go on with all the same."""

    document: Document
    faults: list[Fault] = field(default_factory=list)

    def fault(self, path: PathKey, what: str) -> None:
        """Note a fault at the line of what it is about."""
        self.faults.append(Fault(self.document.line_of(path), show_path(path), what))

    def mapping(
        self, path: PathKey, value: Any, known: Collection[str] | None = None, required: Collection[str] = ()
    ) -> Mapping[str, Any]:
        """A mapping with these keys and no others (`known` None: any)."""
        if not isinstance(value, Mapping):
            self.fault(path, "must be a mapping")
            return {}
        for key in value:
            if known is not None and key not in known:
                self.fault((*path, key), f"no such key; known are {', '.join(sorted(known))}")
        for key in required:
            if key not in value:
                self.fault(path, f"`{key}` is missing")
        return value

    def text(self, path: PathKey, value: Any, default: str = "") -> str:
        """A text; what YAML takes for a number or a truth value is a fault."""
        if value is None and path not in self.document.raw:
            return default
        if not isinstance(value, str):
            raw = self.document.raw.get(path)
            self.fault(path, "must be text" if raw is None else f"must be text: put {raw} in quotes")
            return default
        if not value.strip():
            self.fault(path, "is empty")
        return value

    def texts(self, path: PathKey, value: Any) -> tuple[str, ...]:
        """A list of texts, none of them twice."""
        if value is None:
            return ()
        if not isinstance(value, list):
            self.fault(path, "must be a list")
            return ()
        found = tuple(self.text((*path, at), each) for at, each in enumerate(value))
        for at, each in enumerate(found):
            if each in found[:at]:
                self.fault((*path, at), f"{each!r} stands twice")
        return found

    def pairs(self, path: PathKey, value: Any) -> tuple[tuple[str, str], ...]:
        """A mapping from text to text, as pairs in its order."""
        if value is None:
            return ()
        return tuple((key, self.text((*path, key), each)) for key, each in self.mapping(path, value).items())

    def truth(self, path: PathKey, value: Any) -> bool:
        """`true` or `false`; false where nothing is said."""
        if value is None or isinstance(value, bool):
            return bool(value)
        self.fault(path, "must be true or false")
        return False

    def choice(self, path: PathKey, value: Any, choices: Collection[str], default: str = "") -> str:
        """One of some words."""
        found = self.text(path, value, default)
        if found and found not in choices:
            self.fault(path, f"must be one of {', '.join(choices)}")
            return default
        return found
