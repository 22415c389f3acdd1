"""The only home of parquet, read in place by row groups. Format: Apache Parquet, as pyarrow reads it.

`pyarrow.parquet.read_table` and `pyarrow.dataset` are avoided: they import pandas.
"""

from __future__ import annotations

import bisect
import itertools
import os
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from recipes_data.columns import Columns
from recipes_data.errors import TableError
from recipes_data.tables.ahead import ahead
from recipes_data.tables.fromarrow import as_rows
from recipes_data.tables.oldarrow import size_of
from recipes_data.tables.schema import columns_of
from recipes_data.tables.shards import Row
from recipes_data.tables.source import FileFacts, Source
from recipes_data.wording import counted

__all__ = ["ParquetShard", "measure", "parquet_facts", "shards"]

_BROKEN = (pa.ArrowException, OSError, UnicodeDecodeError)  # the last: text that is not UTF-8
_BATCH_ROWS = 1024
_BATCH_BYTES = 32 << 20  # by the footer: what columns take unpacked, where words of a dictionary count once
_CACHED_BYTES = 64 << 20
_AHEAD = 2  # batches: decoding frees the interpreter's lock, making dicts of them does not


def measure(source: Source, promised: Columns | None) -> FileFacts:  # noqa: ARG001  # its types stand in the file
    """Rows and columns, from the footer. Raises TableError as `parquet_facts` does."""
    return FileFacts(*parquet_facts(source.path, source.name))


def shards(sources: Sequence[Source], rows: Sequence[int], columns: Columns) -> list[ParquetShard]:  # noqa: ARG001
    """A shard for each file."""
    return [ParquetShard(source.path, source.name, count) for source, count in zip(sources, rows, strict=True)]


def parquet_facts(path: Path, name: str) -> tuple[int, Columns]:
    """Rows and columns of a parquet file, from its footer.

    Raises:
        TableError: not parquet, or a column type that has no name here.
    """
    file = _open(path, name)
    try:
        return file.metadata.num_rows, columns_of(file.schema_arrow)
    except ValueError as exc:
        raise TableError(f"{name}: {exc}", "no rows can be given of it; its path: recipes-data path NAME") from exc


def _open(path: Path, name: str, metadata: pq.FileMetaData | None = None) -> pq.ParquetFile:
    try:
        # nothing is buffered ahead: the file is mapped, and a reader that buffers serves one reading at a time
        return pq.ParquetFile(path, metadata=metadata, memory_map=True, pre_buffer=False)
    except _BROKEN as exc:
        what = f"{name}: not a parquet file that can be read: {exc}"
        raise TableError(what, "check the manifest's `files:`") from exc


def _batch_rows(file: pq.ParquetFile) -> int:
    """How many rows are decoded at once: fewer than usual where they are large, as images are."""
    groups = (file.metadata.row_group(index) for index in range(file.num_row_groups))
    largest = max((group.total_byte_size // max(group.num_rows, 1) for group in groups), default=0)
    return max(1, min(_BATCH_ROWS, _BATCH_BYTES // max(largest, 1)))


class ParquetShard:
    """The rows of one parquet file, open only while it is read: a table may have more files than a process may open.

    `rows`: how many there are (from the lock, so that counting opens nothing).
    Random access decodes whole row groups and keeps the last 64 MB of them, so `seekable` says no.
    """

    seekable = False

    def __init__(self, path: Path, name: str, rows: int) -> None:
        self._path = path
        self._name = name
        self._rows = rows
        self._metadata: pq.FileMetaData | None = None
        self._group_ends: list[int] = []
        self._cache: OrderedDict[int, pa.Table] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return self._rows

    def __reduce__(self) -> tuple[type[ParquetShard], tuple[Path, str, int]]:
        return ParquetShard, (self._path, self._name, self._rows)

    def _own(self) -> pq.ParquetFile:
        """A reader for one caller alone: rows may be asked for while others are being iterated over."""
        file = _open(self._path, self._name, self._metadata)
        if self._metadata is None:
            metadata = file.metadata
            if metadata.num_rows != self._rows:
                what = f"{self._name} has {counted(metadata.num_rows, 'row')}, the lock says {self._rows:,}"
                raise TableError(what, "recipes-data verify")
            counts = (metadata.row_group(group).num_rows for group in range(metadata.num_row_groups))
            self._group_ends = list(itertools.accumulate(counts))
            self._metadata = metadata
        return file

    def row(self, index: int) -> Row:
        """Row `index`, 0 <= index < len."""
        with self._lock:
            file = None if self._metadata else self._own()
            group = bisect.bisect_right(self._group_ends, index)
            table = self._cache.get(group)
            if table is None:
                table = self._cache[group] = self._decode(file or self._own(), group)
                while len(self._cache) > 1 and sum(map(size_of, self._cache.values())) > _CACHED_BYTES:
                    self._cache.popitem(last=False)
            else:
                self._cache.move_to_end(group)
        start = self._group_ends[group - 1] if group else 0
        try:
            (row,) = as_rows(table.slice(index - start, 1), self._name, index)
        except _BROKEN as exc:
            raise TableError(f"{self._name}: row {index:,} cannot be read: {exc}", "recipes-data verify") from exc
        return row

    def _decode(self, file: pq.ParquetFile, group: int) -> pa.Table:
        try:
            return file.read_row_group(group)
        except _BROKEN as exc:
            raise TableError(f"{self._name}: row group {group} cannot be read: {exc}", "recipes-data verify") from exc

    def rows(self, start: int, stop: int) -> Iterator[Row]:
        """Rows start..stop in order; where there are several batches, two are decoded ahead in a thread."""
        file = self._own()
        process = os.getpid()
        first = bisect.bisect_right(self._group_ends, start)
        last = bisect.bisect_left(self._group_ends, stop)
        at = self._group_ends[first - 1] if first else 0
        groups = list(range(first, min(last + 1, len(self._group_ends))))
        try:
            size = _batch_rows(file)
            batches = file.iter_batches(size, row_groups=groups)
            for batch in ahead(batches, _AHEAD) if stop - start > _AHEAD * size else batches:
                skip, keep = max(0, start - at), min(batch.num_rows, stop - at)
                begin, at = at + skip, at + batch.num_rows
                if keep > skip:
                    yield from as_rows(batch.slice(skip, keep - skip), self._name, begin)
                if at >= stop:
                    return
                if os.getpid() != process:  # a fork leaves the thread behind
                    yield from self.rows(at, stop)
                    return
        except _BROKEN as exc:
            raise TableError(f"{self._name}: cannot be read near row {at:,}: {exc}", "recipes-data verify") from exc

    def batches(self) -> Iterator[pa.RecordBatch]:
        """All rows as Arrow in order, at most 1,024 and about 32 MB at a time, in the file's own types."""
        file = self._own()
        try:
            yield from file.iter_batches(_batch_rows(file))
        except _BROKEN as exc:
            raise TableError(f"{self._name}: cannot be read: {exc}", "recipes-data verify") from exc

    def arrow(self) -> pa.Table:
        """All rows as Arrow, in the file's own types and metadata."""
        file = self._own()
        try:
            return pa.Table.from_batches(list(file.iter_batches(65_536)), schema=file.schema_arrow)
        except _BROKEN as exc:
            raise TableError(f"{self._name}: cannot be read: {exc}", "recipes-data verify") from exc
