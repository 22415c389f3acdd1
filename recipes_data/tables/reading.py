"""The only home of the way from a lock and a store to rows, and of which reader a format has.

It says what verified bytes hold, and makes the table over them.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from dataclasses import dataclass

import numpy as np

from recipes_data.columns import Columns, differences, parse_type
from recipes_data.errors import IntegrityError, NotFetchedError, StoreError, TableError
from recipes_data.lockfile import Lock, LockedFile, LockedSplit
from recipes_data.store import Store
from recipes_data.tables.formats import SUFFIXES
from recipes_data.tables.jsonl import JsonlShard, jsonl_facts
from recipes_data.tables.lines import Offsets, index_bytes, line_starts, read_index
from recipes_data.tables.parquet import ParquetShard, parquet_facts
from recipes_data.tables.table import Shard, Table

__all__ = ["FileFacts", "measure_file", "open_split", "split_columns"]


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What verified bytes hold."""

    rows: int
    columns: Columns


def measure_file(store: Store, file: LockedFile, split: LockedSplit, name: str, *, anew: bool = False) -> FileFacts:
    """Rows and columns of one file that is in the store; kept there, so measured once.

    `anew`: from the bytes, whatever was kept, and keep nothing.

    Raises:
        TableError: the bytes are not of the format, or not of the promised columns.
        IntegrityError: the stored bytes were changed.
        NotFetchedError: the file is not in the store.
    """
    sha256 = file.sha256 or store.sha256_of(file.digest)
    if sha256 is None:
        raise NotFetchedError(f"{name} is not in the store")
    promised = None if split.promised is None else _parsed(split.promised)
    known = None if anew else _known_facts(store, sha256, split)
    if known is None:
        known = _measure(store, file, sha256, split.format, promised, name)
        note = {"rows": known.rows, "columns": [[column, str(kind)] for column, kind in known.columns]}
        if not anew:
            store.keep_facts(sha256, _measured_as(split), json.dumps(note) + "\n")
    if promised is not None:
        wrong = differences(dict(promised), dict(known.columns))
        if wrong:
            raise TableError(f"{name}: " + "; ".join(wrong), "mend the manifest's `columns:`, or leave them out")
    return known


def _measure(store: Store, file: LockedFile, sha256: str, kind: str, promised: Columns | None, name: str) -> FileFacts:
    try:
        path = store.opened(sha256, file.size, name)
    except OSError as exc:
        raise NotFetchedError(f"{name} is not in the store") from exc
    if kind == "parquet":
        return FileFacts(*parquet_facts(path, name))
    starts = line_starts(path)
    index = store.index(sha256)
    known = read_index(index, file.size)
    if known is None or not np.array_equal(known, starts):
        with contextlib.suppress(StoreError):  # a read-only store: the index is built again at every load
            store.keep_index(sha256, index_bytes(starts, file.size))
    return FileFacts(len(starts), jsonl_facts(path, name, starts, promised))


def _measured_as(split: LockedSplit) -> str:
    """What the facts of a file depend on besides its bytes: jsonl takes its types from the promise, if there is one."""
    if split.format != "jsonl" or split.promised is None:
        return split.format
    return f"{split.format}-{hashlib.sha256(json.dumps(split.promised).encode()).hexdigest()[:16]}"


def _known_facts(store: Store, sha256: str, split: LockedSplit) -> FileFacts | None:
    try:
        note = json.loads(store.facts(sha256, _measured_as(split)).read_text(encoding="utf-8"))
        return FileFacts(int(note["rows"]), _parsed(tuple((c, k) for c, k in note["columns"])))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def split_columns(facts: list[FileFacts], names: list[str]) -> Columns:
    """The columns of a split whose files hold these; every file must have the same.

    Raises:
        TableError: two files differ, both named.
    """
    first = facts[0].columns
    for fact, name in zip(facts[1:], names[1:], strict=True):
        wrong = differences(dict(first), dict(fact.columns))
        if wrong:
            what = f"{name} has other columns than {names[0]}: " + "; ".join(wrong)
            raise TableError(what, "name the columns in the manifest")
    return first


def open_split(store: Store, lock: Lock, config: str, split: LockedSplit) -> Table:
    """The table of a split; everything it needs was measured and is in the store.

    Raises:
        NotFetchedError: a file is not here, or was never measured.
        IntegrityError: a stored file was changed, or the rows are not as many as promised.
    """
    name = f"{lock.name}/{config}:{split.name}"
    if split.format not in SUFFIXES:
        raise TableError(f"{name}: files, not rows", f"use their paths: recipes-data path {name} --files")
    files = lock.by_path()
    shards: list[Shard] = []
    columns = None if split.columns is None else _parsed(split.columns)
    for path in split.files:
        file = files[path]
        sha256 = file.sha256 or store.sha256_of(file.digest)
        if sha256 is None:
            raise NotFetchedError(f"{name} is not in the store: {path} is missing")
        known = None if file.rows is not None and columns is not None else _known_facts(store, sha256, split)
        rows = file.rows if file.rows is not None else known.rows if known else None
        columns = columns or (known.columns if known else None)
        if (rows is None or columns is None) and store.has(f"sha256:{sha256}", file.size):
            raise NotFetchedError(f"{name} is in the store, but was never checked: {path}")
        if rows is None or columns is None:
            raise NotFetchedError(f"{name} is not in the store: {path} is missing")
        shards.append(_shard(store, file, sha256, split.format, f"{name} ({path})", rows, columns))
    table = Table(shards, columns or ())
    if split.expected_rows is not None and len(table) != split.expected_rows:
        raise IntegrityError(
            f"{name} has {len(table):,} rows, the manifest expects {split.expected_rows:,} "
            f"({split.evidence or 'no evidence'})",
            "correct `rows:` in the manifest, or find out which of the two is wrong",
        )
    return table


def _shard(store: Store, file: LockedFile, sha256: str, kind: str, name: str, rows: int, columns: Columns) -> Shard:
    try:
        path = store.opened(sha256, file.size, name)
    except OSError as exc:
        raise NotFetchedError(f"{name} is not in the store") from exc
    if kind == "parquet":
        return ParquetShard(path, name, rows)
    starts = _starts(store, sha256, file.size, name)
    if len(starts) != rows:
        raise IntegrityError(f"{name} has {len(starts):,} lines, the lock says {rows:,}", "recipes-data verify")
    return JsonlShard(path, name, starts, columns)


def _starts(store: Store, sha256: str, size: int, name: str) -> Offsets:
    index = store.index(sha256)
    starts = read_index(index, size)
    if starts is None:
        starts = line_starts(store.opened(sha256, size, name))
        with contextlib.suppress(StoreError):  # a read-only store: the index is built again the next time
            store.keep_index(sha256, index_bytes(starts, size))
    return starts


def _parsed(pairs: tuple[tuple[str, str], ...]) -> Columns:
    return tuple((name, parse_type(kind)) for name, kind in pairs)
