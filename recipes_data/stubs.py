"""The only home of the stub that types `load` and `load_dataset` by the names that a catalogue has.

For each shelf of rows an overload whose arguments are the names themselves, as `Literal`: a type checker finds the
row's TypedDict by them, and an editor completes them. Every other call has the types of `loaders.loading` and
`loaders.dataset_calls`. The text is deterministic. `python -m recipes_data.stubs FILE` writes the one that ships.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from recipes_data.catalogue import Catalogue, read_catalogue
from recipes_data.columns import Columns
from recipes_data.lockfile import Lock
from recipes_data.manifest import DatasetManifest
from recipes_data.places import packaged_catalogue
from recipes_data.rowtypes import MEDIA_TYPE, camel, row_type, string_literal
from recipes_data.shelves import Known, Shelf, known_of
from recipes_data.textfiles import write_over

__all__ = ["known_datasets", "shipped_stub", "stub_text"]

_WIDTH = 100
_ANY_ROW = "dict[str, Any]"
_HEAD = '''\
# Made by recipes-data of manifests and locks; do not edit. docs/editor.md says how to make it anew.
# mypy: disable-error-code="overload-overlap"
# pyright: basic, reportOverlappingOverload=false
"""Rows by name: what `load` and `load_dataset` give for each dataset, and the types of its rows.

These types are for type checkers: import them under `if TYPE_CHECKING:`.
"""

import datetime
import decimal
import os
from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias, TypedDict, Unpack, overload

from loaders.dataset_calls import Splits
from loaders.rows import Rows
from loaders.stream import Stream
from loaders.stream_order import StreamOrder

_Folder: TypeAlias = str | os.PathLike[str] | None
_DataFiles: TypeAlias = str | Sequence[str] | Mapping[str, str | Sequence[str]] | None

class _Here(TypedDict, total=False):
    sample: bool
    fetch: bool
    token: str | Literal[False] | None
    store: _Folder

class _Loaded(_Here, total=False):
    rows: int | None
    shards: Sequence[int] | None
    build: bool

class _Elsewhere(_Here, total=False):
    manifests: _Folder
    project: _Folder

class _LoadedElsewhere(_Loaded, total=False):
    manifests: _Folder
    project: _Folder
'''
_LOAD = """\
@overload
def load(
    address: {address},
    config: {config} | None = None,
    *,
    split: {split} | None = None,
    stream: Literal[False] = False,
    **how: Unpack[_Loaded{elsewhere}],
) -> Rows[{row}]: ...
@overload
def load(
    address: {address},
    config: {config} | None = None,
    *,
    split: {split} | None = None,
    stream: Literal[True],
    **how: Unpack[{here}],
) -> Stream[{row}]: ...
"""
_CALL = """\
@overload
def load_dataset(
    path: {path},
    name: {name},
    data_dir: None = None,
    data_files: None = None,
    *,
    split: {split},
    streaming: Literal[{streaming}]{default},
    revision: str | None = None,
    {more}
) -> {rows}: ...
"""
_ANY_CALLS = """\
@overload
def load_dataset(
    path: str,
    name: str | None = None,
    data_dir: str | None = None,
    data_files: _DataFiles = None,
    *,
    split: str,
    streaming: Literal[False] = False,
    revision: str | None = None,
    **more: Any,
) -> Rows[dict[str, Any]]: ...
@overload
def load_dataset(
    path: str,
    name: str | None = None,
    data_dir: str | None = None,
    data_files: _DataFiles = None,
    *,
    split: str,
    streaming: Literal[True],
    revision: str | None = None,
    order: StreamOrder | None = None,
    **more: Any,
) -> Stream[dict[str, Any]]: ...
@overload
def load_dataset(
    path: str,
    name: str | None = None,
    data_dir: str | None = None,
    data_files: _DataFiles = None,
    split: None = None,
    *,
    streaming: bool = False,
    revision: str | None = None,
    order: StreamOrder | None = None,
    **more: Any,
) -> Splits: ...
@overload
def load_dataset(
    path: str,
    name: str | None = None,
    data_dir: str | None = None,
    data_files: _DataFiles = None,
    split: Any = None,
    *,
    streaming: bool = False,
    revision: str | None = None,
    order: StreamOrder | None = None,
    **more: Any,
) -> Any: ...
"""


def known_datasets(catalogue: Catalogue, locks: Iterable[Lock]) -> list[Known]:
    """What is known of every dataset of a catalogue that has rows, sorted by name."""
    by_name = {lock.name: lock for lock in locks}
    found = []
    for name, entry in catalogue.datasets.items():
        assert isinstance(entry.manifest, DatasetManifest)  # noqa: S101  # `datasets` holds nothing else
        known = known_of(entry.manifest, by_name.get(name))
        if known is not None:
            found.append(known)
    return found


def stub_text(datasets: Sequence[Known]) -> str:
    """The text of `loaders/known.pyi` for these datasets."""
    repos = Counter(known.repo for known in datasets)
    types = {MEDIA_TYPE: f'{MEDIA_TYPE} = TypedDict("{MEDIA_TYPE}", {{"bytes": bytes, "path": str | None}})'}
    taken: set[str] = set()
    aliases: list[str] = []
    loads: list[str] = []
    calls: list[str] = []
    for known in datasets:
        for number, shelf in enumerate(known.shelves):
            row = _ANY_ROW if shelf.columns is None else _declared(known, shelf, shelf.columns, types)
            alias = f"_{camel(known.name)}{number or ''}"
            while alias in taken:  # two names may differ in their punctuation alone
                alias += "_"
            taken.add(alias)
            aliases += _aliases(alias, known, shelf)
            loads.append(_load(alias, row))
            if known.repo and repos[known.repo] == 1:
                calls += _calls(alias, known, shelf, row)
    names = _literal(known.name for known in datasets)
    rest = {"config": "str", "split": "str", "row": _ANY_ROW, "elsewhere": "Elsewhere", "here": "_Elsewhere"}
    loads.append(_LOAD.format(address="_Name | str" if names else "str", **rest))
    named = [f"_Name: TypeAlias = {names}\n"] if names else []
    return "\n".join([_HEAD, *types.values(), "", *named, *aliases, *loads, *calls, _ANY_CALLS])


def _declared(known: Known, shelf: Shelf, columns: Columns, types: dict[str, str]) -> str:
    name = camel(known.name)
    if len(known.shelves) > 1:  # say which one: by what it does not share with the others
        others = [other for other in known.shelves if other is not shelf]
        if any(other.configs != shelf.configs for other in others):
            name += camel(shelf.configs[0])
        if any(other.configs == shelf.configs for other in others):
            name += camel(shelf.splits[0])
    return row_type(f"{name}Row", columns, types, keys_may_lack=shelf.keys_may_lack)


def _aliases(alias: str, known: Known, shelf: Shelf) -> list[str]:
    """The names by which the shelf's rows are asked for."""
    addresses = [known.name]
    addresses += [f"{known.name}:{split}" for split in shelf.splits if shelf.is_default]
    for config in shelf.configs:
        addresses += [f"{known.name}/{config}", *(f"{known.name}/{config}:{split}" for split in shelf.splits)]
    return [
        f"{alias}Address: TypeAlias = {_literal(addresses)}",
        f"{alias}Config: TypeAlias = {_literal(shelf.configs)}",
        f"{alias}Split: TypeAlias = {_literal(shelf.splits)}\n",
    ]


def _load(alias: str, row: str) -> str:
    names = {"address": f"{alias}Address", "config": f"{alias}Config", "split": f"{alias}Split"}
    return _LOAD.format(**names, row=row, elsewhere="", here="_Here")


def _calls(alias: str, known: Known, shelf: Shelf, row: str) -> list[str]:
    """The overloads of `load_dataset`: rows, a stream, and where no split is named all of them."""
    name = f"{alias}Config | None = None" if shelf.is_default else f"{alias}Config"
    whole = all(other is shelf or set(other.configs).isdisjoint(shelf.configs) for other in known.shelves)
    made = []
    for streaming, rows in ((False, f"Rows[{row}]"), (True, f"Stream[{row}]")):
        given = {
            "path": f"Literal[{string_literal(known.repo)}]",
            "name": name,
            "streaming": streaming,
            "default": "" if streaming else " = False",
            "more": "order: StreamOrder | None = None,\n    **more: Any," if streaming else "**more: Any,",
        }
        made.append(_CALL.format(split=f"{alias}Split", rows=rows, **given))
        if whole:
            made.append(_CALL.format(split="None = None", rows=f"Splits[{rows}]", **given))
    return made


def _literal(names: Iterable[str]) -> str:
    """`Literal[...]` of these names; empty where there are none."""
    texts = [string_literal(name) for name in names]
    line = f"Literal[{', '.join(texts)}]" if texts else ""
    return line if len(line) <= _WIDTH else "Literal[\n" + "".join(f"    {text},\n" for text in texts) + "]"


def shipped_stub() -> str:
    """The stub of the catalogue that ships, by its manifests alone: no lock of it ships."""
    return stub_text(known_datasets(read_catalogue([packaged_catalogue()]), []))


if __name__ == "__main__":
    write_over(Path(sys.argv[1]), shipped_stub())
