"""The only home of the crate whose calls a reader looks out for, which lies outside of the sources: its names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Watched"]

_CLIENT_WORDS = re.compile(r"(^|[._])(\w*api|\w*client|hub|hf|repo)(\(\))?\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Watched:
    """`tops`: crate names; `types`, `functions`: their paths; `answers`: type that a function gives; `methods`: names.

    Empty where an input is read for its own sake.
    """

    tops: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()
    answers: Mapping[str, str] = field(default_factory=dict)
    methods: frozenset[str] = frozenset()

    def has(self, path: str) -> bool:
        """Whether a path is the crate's."""
        return path.split("::")[0] in self.tops

    def is_function(self, path: str) -> bool:
        """Whether a path is one of its functions."""
        last = path.rsplit("::", 1)[-1]
        return self.has(path) and (path in self.functions if self.functions else last[:1].islower())

    def is_method(self, of: str, name: str) -> bool:
        """Whether one of its types has such a method."""
        return f"{of}::{name}" in self.functions

    def answer(self, path: str) -> str | None:
        """The type of what a function gives. Where its names are not known: of `Type::new` and the like, the type."""
        if path in self.answers:
            return self.answers[path]
        owner, _, last = path.rpartition("::")
        is_type = owner.rsplit("::", 1)[-1][:1].isupper()
        made = last in ("new", "default", "builder", "from_env") or last.startswith(("with_", "from_"))
        if not self.functions and is_type and made:
            return owner
        return None

    def type_of_value(self, path: str) -> str | None:
        """The type of a path that stands as a value: a member of an enumeration, a unit struct."""
        owner = path.rpartition("::")[0]
        return path if path in self.types else owner if owner in self.types else None

    def is_telling(self, name: str, receiver: str) -> bool:
        """Whether an unknown object with such a method is likely one of the crate's."""
        return name in self.methods and ("_" in name or _CLIENT_WORDS.search(receiver) is not None)
