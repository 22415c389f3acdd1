"""The only home of Arrow IPC, files and streams, mapped into memory. Format: Arrow Columnar Format, read by pyarrow.

`datasets` writes streams (`data-00000-of-00001.arrow`), other programs mostly files; the first bytes tell. Where
buffers are not packed, rows come out of the mapped file in place, and any row is near. Feather 1 is another format:
refused.
"""

from __future__ import annotations

import bisect
import itertools
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from recipes_data.columns import Columns
from recipes_data.errors import TableError
from recipes_data.tables.fromarrow import as_rows
from recipes_data.tables.schema import columns_of
from recipes_data.tables.shards import Row
from recipes_data.tables.source import FileFacts, Source
from recipes_data.wording import counted

__all__ = ["ArrowShard", "arrow_facts", "measure", "shards"]

_BATCH_ROWS = 1024
_FILE_MAGIC = b"ARROW1\0\0"
_BROKEN = (pa.ArrowException, OSError, UnicodeDecodeError)


def measure(source: Source, promised: Columns | None) -> FileFacts:  # noqa: ARG001  # its types stand in the file
    """Rows and columns; raises TableError as `arrow_facts` does."""
    return FileFacts(*arrow_facts(source.path, source.name))


def shards(sources: Sequence[Source], rows: Sequence[int], columns: Columns) -> list[ArrowShard]:  # noqa: ARG001
    """A shard for each file."""
    return [ArrowShard(source.path, source.name, count) for source, count in zip(sources, rows, strict=True)]


def arrow_facts(path: Path, name: str, features: Mapping[str, Any] | None = None) -> tuple[int, Columns]:
    """Rows and columns of a file, every batch of it checked: offsets inside their buffers, text that is UTF-8.

    `features`: what `datasets` noted of it elsewhere; it counts before the file's own note.

    Raises:
        TableError: not Arrow IPC, damaged, or a column type that has no name here.
    """
    rows = 0
    try:
        schema, batches = _read(_mapped(path))
        for batch in batches:
            batch.validate(full=True)
            rows += batch.num_rows
    except _BROKEN as exc:
        what = f"{name}: not Arrow IPC that can be read (after {counted(rows, 'row')}): {exc}"
        raise TableError(what, "check the manifest's `files:`") from exc
    try:
        return rows, columns_of(schema, features)
    except ValueError as exc:
        raise TableError(f"{name}: {exc}", "no rows can be given of it; its path: recipes-data path NAME") from exc


def _mapped(path: Path) -> pa.Buffer:
    """The file's bytes in place; it stays mapped as long as anything points into it."""
    with pa.memory_map(str(path)) as file:
        return file.read_buffer()


def _read(whole: pa.Buffer) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
    """The schema and the batches in order, each read when it is asked for."""
    magic = whole.slice(0, min(whole.size, len(_FILE_MAGIC))).to_pybytes()
    if magic == _FILE_MAGIC:
        file = pa.ipc.open_file(whole)
        return file.schema, (file.get_batch(index) for index in range(file.num_record_batches))
    stream = pa.ipc.open_stream(whole)
    return stream.schema, iter(stream)


def _in_place(batch: pa.RecordBatch, whole: pa.Buffer) -> bool:
    """Whether a batch points into the mapped file, and takes no memory of its own."""
    start, end = whole.address, whole.address + whole.size
    buffers = (buffer for column in batch.columns for buffer in column.buffers())
    return all(buffer is None or not buffer.size or start <= buffer.address < end for buffer in buffers)


class ArrowShard:
    """The rows of one Arrow IPC file; it is opened on the first use.

    `rows`: how many there are (from the lock, so that counting opens nothing). Random access keeps the batches that lie
    in the mapped file as they are. Where they are packed it unpacks from the file's beginning up to the row, so
    `seekable` says no.
    """

    def __init__(self, path: Path, name: str, rows: int) -> None:
        self._path = path
        self._name = name
        self._rows = rows
        self._lock = threading.Lock()
        self._known: tuple[list[pa.RecordBatch], list[int]] | None = None
        self._seekable: bool | None = None

    def __len__(self) -> int:
        return self._rows

    def __reduce__(self) -> tuple[type[ArrowShard], tuple[Path, str, int]]:
        return ArrowShard, (self._path, self._name, self._rows)

    @property
    def seekable(self) -> bool:
        """Whether any row is as near as any other; looks at the first batch that has rows."""
        if self._seekable is None:
            try:
                whole = _mapped(self._path)
                first = next((batch for batch in _read(whole)[1] if batch.num_rows), None)
            except _BROKEN as exc:
                raise self._broken(exc, 0) from exc
            self._seekable = first is None or _in_place(first, whole)
        return self._seekable

    def _batches(self) -> tuple[list[pa.RecordBatch], list[int]]:
        """All batches and where each one's rows end, for a file that is read in place."""
        with self._lock:
            if self._known is None:
                try:
                    batches = list(_read(_mapped(self._path))[1])
                except _BROKEN as exc:
                    raise self._broken(exc, 0) from exc
                ends = list(itertools.accumulate(batch.num_rows for batch in batches))
                self._counted(ends[-1] if ends else 0)
                self._known = batches, ends
            return self._known

    def _counted(self, found: int) -> None:
        if found != self._rows:
            raise TableError(
                f"{self._name} has {counted(found, 'row')}, the lock says {self._rows:,}", "recipes-data verify"
            )

    def _broken(self, exc: Exception, at: int) -> TableError:
        return TableError(f"{self._name}: cannot be read near row {at:,}: {exc}", "recipes-data verify")

    def _slices(self, start: int, stop: int) -> Iterator[pa.RecordBatch]:
        """Rows start..stop as Arrow, at most 1,024 at a time."""
        at = 0
        try:
            if self.seekable:
                batches, ends = self._batches()
                first = bisect.bisect_right(ends, start)
                at = ends[first - 1] if first else 0
                rest: Iterator[pa.RecordBatch] = iter(batches[first:])
            else:
                rest = _read(_mapped(self._path))[1]
            for batch in rest:
                if at >= stop:
                    return
                first_here, last_here = max(start - at, 0), min(stop - at, batch.num_rows)
                for begin in range(first_here, last_here, _BATCH_ROWS):
                    yield batch.slice(begin, min(_BATCH_ROWS, last_here - begin))
                at += batch.num_rows
        except _BROKEN as exc:
            raise self._broken(exc, at) from exc
        if at < stop:
            self._counted(at)

    def row(self, index: int) -> Row:
        """Row `index`, 0 <= index < len."""
        for found in self.rows(index, index + 1):
            return found
        raise IndexError(f"row {index} of {self._rows:,}")

    def rows(self, start: int, stop: int) -> Iterator[Row]:
        """Rows start..stop in order."""
        at = start
        for piece in self._slices(start, stop):
            try:
                rows = as_rows(piece, self._name, at)
            except _BROKEN as exc:
                raise self._broken(exc, at) from exc
            yield from rows
            at += piece.num_rows

    def batches(self) -> Iterator[pa.RecordBatch]:
        """All rows as Arrow in order, at most 1,024 at a time, in the file's own types."""
        yield from self._slices(0, self._rows)

    def arrow(self) -> pa.Table:
        """All rows as Arrow, in the file's own types and metadata."""
        try:
            schema, batches = _read(_mapped(self._path))
            return pa.Table.from_batches(list(batches), schema=schema)
        except _BROKEN as exc:
            raise self._broken(exc, 0) from exc
