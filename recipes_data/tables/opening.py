"""The only home of the way from a lock and a store to a table. Imports no reader before rows are asked of it."""

from __future__ import annotations

import hashlib
import importlib
import json
from collections.abc import Sequence
from functools import partial

from recipes_data.columns import Columns, parse_type
from recipes_data.errors import IntegrityError, NotFetchedError, StoreError, TableError
from recipes_data.formats import FORMATS
from recipes_data.lockfile import Lock, LockedFile, LockedSplit
from recipes_data.store import Store
from recipes_data.tables.members import table_files
from recipes_data.tables.rowcache import SMALL, row_cache
from recipes_data.tables.shards import Reader, Shard
from recipes_data.tables.source import FileFacts, Source
from recipes_data.tables.table import Table
from recipes_data.wording import counted

TYPE_CHECKING = False  # importing typing takes longer than a load has to spare
if TYPE_CHECKING:
    from typing import Any

__all__ = [
    "known_facts",
    "known_together",
    "measured_as",
    "open_split",
    "promised_columns",
    "reader_of",
    "source_of",
    "together_as",
]


def open_split(store: Store, lock: Lock, config: str, split: LockedSplit, *, build: bool = True) -> Table:
    """The table of a split; everything it needs was measured and is in the store.

    `build`: a row cache that random access needs may be built.

    Raises:
        NotFetchedError: a file is not here, or was never measured.
        IntegrityError: a stored file was changed, or the rows are not as many as promised.
    """
    name = f"{lock.name}/{config}:{split.name}"
    if split.format not in FORMATS:
        raise TableError(
            f"{name}: files, not rows", f"loaders.folder({lock.name!r}); in a shell: recipes-data path {lock.name}"
        )
    files = table_files(store, lock, split)
    columns = None if split.columns is None else _parsed(split.columns)
    unmeasured = columns is None or any(file.rows is None for file in files)
    together: dict[str, FileFacts] = {}
    if FORMATS[split.format].whole and unmeasured:
        together = known_together(store, files, split, lock.config(config).paths)
    sources: list[Source] = []
    counts: list[int] = []
    for file in files:
        path = file.path
        sha256 = store.sha256_of_file(file)
        if sha256 is None:
            raise NotFetchedError(f"{name} is not in the store: {path} is missing")
        measured = file.rows is not None and columns is not None
        known = None if measured else together.get(path) or known_facts(store, sha256, split)
        rows = file.rows if file.rows is not None else known.rows if known else None
        columns = columns or (known.columns if known else None)
        if (rows is None or columns is None) and store.has(f"sha256:{sha256}", file.size):
            raise NotFetchedError(f"{name} is in the store, but was never checked: {path}")
        if rows is None or columns is None:
            raise NotFetchedError(f"{name} is not in the store: {path} is missing")
        sources.append(source_of(store, file, sha256, f"{name} ({path})"))
        counts.append(rows)
    if split.expected_rows is not None and sum(counts) != split.expected_rows:
        raise IntegrityError(
            f"{name} has {counted(sum(counts), 'row')}, the manifest expects {split.expected_rows:,} "
            f"({split.evidence or 'no evidence'})",
            "correct `rows:` in the manifest, or find out which of the two is wrong",
        )
    return _table(store, name, split, sources, counts, columns or (), build=build)


def _table(
    store: Store,
    name: str,
    split: LockedSplit,
    sources: Sequence[Source],
    counts: Sequence[int],
    columns: Columns,
    *,
    build: bool,
) -> Table:
    form, how = FORMATS[split.format], measured_as(split)
    # what is kept row by row, and not packed, gives each row at its own cost
    if form.whole or not (form.typed or any(source.compression for source in sources)):
        return Table(_shards(store, split.format, how, sources, counts, columns), columns)
    cache = row_cache(
        store,
        name,
        [(source.path.name, how) for source in sources],
        columns,
        small=sum(source.size for source in sources) <= SMALL,
        splittable=form.typed,
        build=build,
    )
    shards = partial(_shards, store, split.format, how, sources, counts, columns)
    return Table(shards, columns, lengths=counts, cache=cache)


def _shards(
    store: Store, format: str, how: str, sources: Sequence[Source], counts: Sequence[int], columns: Columns
) -> Sequence[Shard]:
    """The shards of files, with parquet beside those that were converted."""
    shards = reader_of(format).shards(sources, counts, columns)
    if format == "parquet" or FORMATS[format].whole:
        return shards
    # read where rows come from the files themselves, not from the row cache
    from recipes_data.tables.beside import with_parquet
    from recipes_data.tables.converted import conversion

    return [
        with_parquet(store, shard, conversion(source.path.name, how, columns, "parquet"), columns, source.name)
        for shard, source in zip(shards, sources, strict=True)
    ]


def reader_of(format: str) -> Reader:
    """The reader of a format, imported now."""
    module: Any = importlib.import_module(FORMATS[format].reader)
    reader: Reader = module
    return reader


def source_of(store: Store, file: LockedFile, sha256: str, name: str) -> Source:
    """A stored file as a reader takes it.

    Raises:
        NotFetchedError: it is not in the store.
        IntegrityError: its bytes were changed.
    """
    try:
        path = store.opened(sha256, file.size, name)
    except OSError as exc:
        raise NotFetchedError(f"{name} is not in the store") from exc
    return Source(path, name, file.path, file.size, store.index(sha256), partial(_keep_index, store, sha256))


def _keep_index(store: Store, sha256: str, content: bytes) -> None:
    try:
        store.keep_index(sha256, content)
    except StoreError:
        pass  # a read-only store: the index is built again at every load


def measured_as(split: LockedSplit) -> str:
    """What the facts of a file depend on besides its bytes: where these say no types, on the promise."""
    if FORMATS[split.format].typed or split.promised is None:
        return split.format
    return f"{split.format}-{hashlib.sha256(json.dumps(split.promised).encode()).hexdigest()[:16]}"


def known_facts(store: Store, sha256: str, split: LockedSplit) -> FileFacts | None:
    """What was measured in a file before; None where it was not, or not with this promise."""
    try:
        note = json.loads(store.facts(sha256, measured_as(split)).read_text(encoding="utf-8"))
        return FileFacts(int(note["rows"]), _parsed(tuple((c, k) for c, k in note["columns"])))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def known_together(
    store: Store, files: Sequence[LockedFile], split: LockedSplit, siblings: Sequence[str]
) -> dict[str, FileFacts]:
    """By path: what was measured in files that are one table only together; empty where they were not measured."""
    try:
        place, how = together_as(store, files, split, siblings)
        note = json.loads(store.facts(place, how).read_text(encoding="utf-8"))
        columns = _parsed(tuple((c, k) for c, k in note["columns"]))
        counts = [int(count) for count in note["rows"]]
        return {file.path: FileFacts(count, columns) for file, count in zip(files, counts, strict=True)}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def together_as(
    store: Store, files: Sequence[LockedFile], split: LockedSplit, siblings: Sequence[str]
) -> tuple[str, str]:
    """Under which sha256, and under which name, it is kept what files hold together: with the first of them."""
    shas = [store.sha256_of_file(file) or "" for file in files]
    decided = [split.promised, [[file.path, sha256] for file, sha256 in zip(files, shas, strict=True)], *siblings]
    return shas[0], f"{split.format}-{hashlib.sha256(json.dumps(decided).encode()).hexdigest()[:16]}"


def promised_columns(split: LockedSplit) -> Columns | None:
    """The columns that the manifest promised."""
    return None if split.promised is None else _parsed(split.promised)


def _parsed(pairs: tuple[tuple[str, str], ...]) -> Columns:
    return tuple((name, parse_type(kind)) for name, kind in pairs)
