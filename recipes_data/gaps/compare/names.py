"""The only home of reviewed name maps: which functions of a client, or of a consumer, are which operation.

client: hf_hub_ex            # as the report calls it; `also` other names of the same library
also: [hf_hub]
kind: client                 # or consumer
language: elixir
reviewed: "read in its source at 095073e8"
operations:
  datasets.info: HfHub.Api.dataset_info
  files.download: [HfHub.Download.hf_hub_download]
options:                     # where an option is called otherwise, or is a function of its own
  revision: [rev, "hf_hub::Repo::with_revision"]
aside: [hf_hub.testing]      # modules that lie in the package and are no part of the client
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from recipes_data.errors import ManifestError, UsageError, unread
from recipes_data.gaps.evidence import Origin, Where
from recipes_data.gaps.operations import Operations
from recipes_data.yamltext import Document, Fault, PathKey, first_of, read_yaml, show_path

__all__ = ["NameKind", "NameMap", "NameRow", "load_names", "map_of", "read_names"]

NameKind = Literal["client", "consumer"]

_PACKAGED = Path(__file__).parent.parent / "names"
_FIELDS = ("client", "also", "kind", "language", "reviewed", "operations", "options", "aside")
_LANGUAGES = ("python", "elixir", "rust")


@dataclass(frozen=True, slots=True)
class NameRow:
    """One function that is an operation; `where` in the map's file."""

    operation: str
    function: str
    where: Where


@dataclass(frozen=True, slots=True)
class NameMap:
    """What somebody read and wrote down of one library. `options`: needed option -> what it is called there.

    `aside`: modules whose functions are not looked at for operations that no row names.
    """

    client: str
    also: tuple[str, ...]
    kind: NameKind
    language: str
    reviewed: str
    rows: tuple[NameRow, ...]
    options: tuple[tuple[str, tuple[str, ...]], ...] = ()
    aside: tuple[str, ...] = ()

    def sets_aside(self, function: str) -> bool:
        """Whether a function lies in a module that is no part of the client."""
        return any(function == module or function.startswith(f"{module}.") for module in self.aside)

    def functions(self, operation: str) -> tuple[NameRow, ...]:
        """Rows of an operation, in the file's order."""
        return tuple(row for row in self.rows if row.operation == operation)


def load_names(operations: Operations, files: Sequence[Path] = ()) -> tuple[NameMap, ...]:
    """The packaged maps and `files`; a file's operations take the place of the packaged ones, one by one.

    Raises:
        ManifestError: every fault of every file at once, with its line.
        UsageError: a file cannot be read.
    """
    known = frozenset(row.id for row in operations.rows)
    faults: list[str] = []
    found: dict[tuple[str, str, str], NameMap] = {}
    for path in [*sorted(_PACKAGED.glob("*.yaml")), *files]:
        shown = f"names/{path.name}" if path.parent == _PACKAGED else path.name
        read, wrong = read_names(_text(path), shown, known)
        faults += [f"{path if path in files else shown}:{fault.line}: {_said(fault)}" for fault in wrong]
        if read is not None:
            key = (read.kind, read.language, _plain(read.client))
            found[key] = _over(found[key], read) if key in found else read
    if faults:
        raise ManifestError("\n".join(first_of(faults)), "mend the name maps named above")
    return tuple(found[key] for key in sorted(found))


def map_of(names: Iterable[NameMap], origin: Origin, kind: NameKind) -> NameMap | None:
    """The map of this library, by one of its names; hyphen and underscore are the same in a library's name."""
    for one in names:
        called = {_plain(name) for name in (one.client, *one.also)}
        if one.kind == kind and one.language == origin.language and _plain(origin.name) in called:
            return one
    return None


def read_names(text: str, file: str, known: frozenset[str]) -> tuple[NameMap | None, list[Fault]]:
    """A map and its faults; None where there are any. `known`: ids of the operations."""
    document = read_yaml(text)
    faults = list(document.faults)
    value = document.value
    if faults or not isinstance(value, Mapping):
        return None, faults or [Fault(1, "", "a name map is a mapping with `client`, `language` and `operations`")]
    faults += _head_faults(document, value)
    also = _texts(document, value, ("also",), faults)
    table = _table(document, value, "operations", faults)
    for operation, _ in table:
        if operation not in known:
            what = f"no operation is called {operation!r} (recipes-data gaps operations lists them)"
            faults.append(_fault(document, ("operations", operation), what))
    rows = [
        NameRow(operation, function, Where(file, document.line_of(("operations", operation))))
        for operation, functions in table
        for function in functions
    ]
    if not rows and not faults:
        faults.append(_fault(document, ("operations",), "names no function at all"))
    options = tuple(_table(document, value, "options", faults))
    aside = _texts(document, value, ("aside",), faults)
    if faults:
        return None, sorted(set(faults), key=lambda fault: (fault.line, fault.path, fault.what))
    kind: NameKind = "consumer" if value.get("kind") == "consumer" else "client"
    return NameMap(value["client"], also, kind, value["language"], value["reviewed"], tuple(rows), options, aside), []


def _head_faults(document: Document, value: Mapping[str, Any]) -> list[Fault]:
    extra = sorted(set(value) - {*_FIELDS})
    faults = [_fault(document, (key,), f"no such field; there are {', '.join(_FIELDS)}") for key in extra]
    if value.get("kind", "client") not in ("client", "consumer"):
        faults.append(_fault(document, ("kind",), "is `client` or `consumer`"))
    faults += [
        _fault(document, (field,), "is missing: a text")
        for field in ("client", "reviewed")
        if not isinstance(value.get(field), str) or not value[field].strip()
    ]
    if value.get("language") not in _LANGUAGES:
        faults.append(_fault(document, ("language",), f"is one of {', '.join(_LANGUAGES)}"))
    return faults


def _table(
    document: Document, value: Mapping[str, Any], field: str, faults: list[Fault]
) -> list[tuple[str, tuple[str, ...]]]:
    table = value.get(field, {})
    if not isinstance(table, Mapping):
        faults.append(_fault(document, (field,), "is a mapping"))
        return []
    return [(key, _texts(document, table, (field, key), faults)) for key in table]


def _texts(document: Document, value: Mapping[str, Any], path: PathKey, faults: list[Fault]) -> tuple[str, ...]:
    given = value.get(str(path[-1]), [])
    texts = [given] if isinstance(given, str) else given
    if not isinstance(texts, list) or not all(isinstance(one, str) and one.strip() for one in texts):
        faults.append(_fault(document, path, "is a text or a list of texts"))
        return ()
    if len(set(texts)) != len(texts):
        faults.append(_fault(document, path, "names one thing twice"))
    return tuple(texts)


def _over(packaged: NameMap, given: NameMap) -> NameMap:
    replaced = {row.operation for row in given.rows}
    rows = (*(row for row in packaged.rows if row.operation not in replaced), *given.rows)
    options = tuple({**dict(packaged.options), **dict(given.options)}.items())
    also = tuple(dict.fromkeys((*packaged.also, *given.also)))
    aside = tuple(dict.fromkeys((*packaged.aside, *given.aside)))
    return NameMap(given.client, also, given.kind, given.language, given.reviewed, rows, options, aside)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise UsageError(f"the name map {str(path)!r} cannot be read: {unread(exc)}", "correct --names") from exc


def _plain(name: str) -> str:
    return name.lower().replace("-", "_")


def _fault(document: Document, path: PathKey, what: str) -> Fault:
    return Fault(document.line_of(path), show_path(path), what)


def _said(fault: Fault) -> str:
    return f"{fault.path}: {fault.what}" if fault.path else fault.what
