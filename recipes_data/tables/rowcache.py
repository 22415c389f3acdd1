"""The only home of where the row cache of a table lies and when it is there: a row file for each of its shards.

In the store, else in the scratch folder: `rows/<sha256 of the shard>.<what decides its rows>.rows`. Two tables with one
shard share its row file. `tables.rowbuild` makes them.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from recipes_data.columns import Columns
from recipes_data.store import Store
from recipes_data.tables.rowfile import RowFile, damage_of, open_row_file
from recipes_data.tables.rowvalues import can_be_kept
from recipes_data.values import value

__all__ = ["SMALL", "RowCache", "damaged_rows", "find_rows", "row_cache", "tell"]

SMALL = 20_000_000
"""Bytes of a table's files up to which it has a row cache from the start."""

_VERSION = 1  # of what a row file holds


def tell(text: str) -> None:
    """Say a sentence on stderr."""
    sys.stderr.write(f"recipes-data: {text}\n")
    sys.stderr.flush()


@value
class RowCache:
    """Where the row cache of a table lies.

    `name`: what messages call the table. `keys`, `files`: which rows the row file of each shard has, and its path in
    a store. `columns`: the table's. `small`: it is made without being asked for. `splittable`: the reader can begin
    anywhere in a shard at little cost. `build`: it may be built; `notice` is told when it was.
    """

    store: Store
    name: str
    keys: tuple[str, ...]
    files: tuple[Path, ...]
    columns: Columns
    small: bool
    splittable: bool
    build: bool = True
    notice: Callable[[str], None] = tell

    @property
    def key(self) -> str:
        """A name for the whole, fit for a file."""
        return hashlib.sha256("\n".join(self.keys).encode()).hexdigest()[:24]


def row_cache(
    store: Store,
    name: str,
    shards: Sequence[tuple[str, str]],
    columns: Columns,
    *,
    small: bool,
    splittable: bool,
    build: bool,
) -> RowCache | None:
    """The row cache of a table, which need not be there; None where its types cannot be kept.

    `shards`: the sha256 (hex) of each, and what its rows depend on besides.
    """
    if not can_be_kept(columns):
        return None
    types = [[column, str(kind)] for column, kind in columns]
    keys = tuple(json.dumps([_VERSION, sha256, how, types], ensure_ascii=False) for sha256, how in shards)
    hashes = [hashlib.sha256(key.encode()).hexdigest()[:16] for key in keys]
    files = tuple(Path("rows", f"{sha256}.{short}.rows") for (sha256, _), short in zip(shards, hashes, strict=True))
    return RowCache(store, name, keys, files, columns, small, splittable, build)


def find_rows(cache: RowCache) -> list[RowFile] | None:
    """The row files of all shards; None where one is missing, or is not as it was written."""
    found = []
    for file, key in zip(cache.files, cache.keys, strict=True):
        opened = open_row_file(cache.store.derived(file), key, cache.columns)
        if opened is None:
            return None
        found.append(opened)
    return found


def damaged_rows(store: Store, sha256: str) -> Iterator[tuple[Path, str]]:
    """Row files of a blob that are not as they were written, every byte read: their paths, and what is wrong."""
    for folder in store.derived_in:
        for path in sorted((folder / "rows").glob(f"{sha256}.*.rows")):
            wrong = damage_of(path)
            if wrong is not None:
                yield path, wrong
