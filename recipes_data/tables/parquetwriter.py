"""The only home of rows being written as parquet and proven: the file is opened anew, and every row of it compared.

Format: Apache Parquet, as pyarrow writes it. One row group holds about 4 MB of rows, so that a single row costs no more
than that and one row of many megabytes stands alone. Pages are zstd, level 1. Columns of short texts and of numbers
have a dictionary and least and greatest values; columns of long texts have neither, where it costs time and finds none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from recipes_data.columns import Columns, Type
from recipes_data.errors import TableError
from recipes_data.tables.columnar import record_batch
from recipes_data.tables.columnproof import GroupProof
from recipes_data.tables.conforming import Conformer
from recipes_data.tables.proving import Proof
from recipes_data.tables.schema import arrow_schema
from recipes_data.tables.shards import Row
from recipes_data.tables.toarrow import about_bytes
from recipes_data.tables.written import Written, digest_of

__all__ = ["write_parquet"]


_GROUP_BYTES = 4 << 20
_GROUP_ROWS = 1 << 16
_LONG = 64  # bytes: texts that are longer on average are hardly ever the same
_REFUSED = (pa.ArrowException, UnicodeError, OverflowError, TypeError, AttributeError)


def write_parquet(
    rows: Callable[[], Iterable[Row]],
    columns: Columns,
    path: Path,
    *,
    name: str,
    first: int = 0,
    grouped: Callable[[int, int], Iterable[list[Row]]] | None = None,
    moved: Callable[[int], None] = lambda count: None,
) -> Written:
    """Write the rows that `rows()` gives to a new file at `path`, and prove each one.

    `columns`: the table's, `name` and `first`: where the rows come from, for messages. `grouped(bytes, rows)`:
    the same rows in lists of at most so many, where they are had faster so. `moved` is told of each row twice, when it
    was written and when it was proven. A file that is not right stays for the caller to remove.

    Raises:
        TableError: a value that parquet does not hold as it is; names row and column. Nothing of the file may be used.
        OSError: the disk refused.
    """
    schema = arrow_schema(columns)
    conform = Conformer(columns)

    def meant() -> Iterator[Row]:
        again = Conformer(columns)
        return map(again, rows())

    proof = GroupProof(columns, name, first, meant)
    groups = _groups(rows()) if grouped is None else grouped(_GROUP_BYTES, _GROUP_ROWS)
    writer: pq.ParquetWriter | None = None
    with path.open("wb") as sink:
        try:
            for group in groups:
                count = len(group)
                batch = _proven_batch(group, columns, schema, conform, proof, name, first)
                group.clear()
                if writer is None:
                    writer = _opened(sink, batch, columns, name)
                moved(count)
                writer.write_batch(batch)
                del batch
            if writer is None:
                empty = record_batch([], columns, schema)
                writer = _opened(sink, empty, columns, name)
        finally:
            if writer is not None:
                writer.close()
    for count in proof.check(_read(path, name)):
        moved(count)
    size, sha256 = digest_of(path)
    return Written(len(proof), size, sha256, conform.respelled)


def _groups(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Rows of about 4 MB, at least one; the list is the caller's to empty."""
    pending: list[Row] = []
    size = 0
    for row in rows:
        more = about_bytes(row)
        if pending and (size + more > _GROUP_BYTES or len(pending) == _GROUP_ROWS):
            yield pending
            pending, size = [], 0
        pending.append(row)
        del row
        size += more
    if pending:
        yield pending


def _proven_batch(
    rows: list[Row],
    columns: Columns,
    schema: pa.Schema,
    conform: Conformer,
    proof: GroupProof,
    name: str,
    first: int,
) -> pa.RecordBatch:
    """Rows as Arrow, taken up by the proof."""
    if (
        proof.by_columns and not conform.respelled
    ):  # hardly ever do objects leave out keys: then they are seen in the comparison
        try:
            batch = record_batch(rows, columns, schema)
        except (KeyError, *_REFUSED):
            pass
        else:
            if proof.keep_same(rows, batch):
                return batch
    rows = list(map(conform, rows))
    batch = _batch(rows, columns, schema, name, first + len(proof))
    proof.keep(rows, batch)
    return batch


def _batch(rows: Sequence[Row], columns: Columns, schema: pa.Schema, name: str, before: int) -> pa.RecordBatch:
    try:
        return record_batch(rows, columns, schema)
    except _REFUSED as exc:
        proof = Proof(columns, name, before, lambda: rows)
        for index, row in enumerate(rows):
            proof.keep(row)
            for at, (column, kind) in enumerate(columns):
                try:
                    record_batch([{column: row[column]}], ((column, kind),), pa.schema([schema.field(at)]))
                except _REFUSED as reason:
                    raise proof.refusal(index, column, f"parquet cannot hold the value: {reason}") from exc
        raise


def _opened(sink: Any, first: pa.RecordBatch, columns: Columns, name: str) -> pq.ParquetWriter:
    try:
        return _writer(sink, first, columns)
    except pa.ArrowException as exc:  # an object without keys, for one
        raise TableError(f"{name}: parquet has no place for the columns: {exc}", "read the rows as they are") from exc


def _writer(sink: Any, first: pa.RecordBatch, columns: Columns) -> pq.ParquetWriter:
    """A writer whose columns are told apart by the rows of the first batch."""
    short = [
        path
        for (name, kind), array in zip(columns, first.columns, strict=True)
        for path, texts in _leaves(name, kind, array)
        if texts <= _LONG
    ]
    return pq.ParquetWriter(
        sink,
        first.schema,
        compression="zstd",
        compression_level=1,
        use_dictionary=short,
        write_statistics=short,
    )


def _leaves(path: str, kind: Type, array: pa.Array) -> Iterator[tuple[str, float]]:
    """The columns of bytes under a column, as parquet names them, and their bytes for each value."""
    if kind.kind == "list":
        yield from _leaves(f"{path}.list.element", kind.fields[0][1], array.values)
    elif kind.kind == "struct":
        for at, (name, inner) in enumerate(kind.fields):
            yield from _leaves(f"{path}.{name}", inner, array.field(at))
    elif kind.kind != "map":
        yield path, array.nbytes / max(1, len(array))


def _read(path: Path, name: str) -> Iterator[pa.RecordBatch]:
    """All row groups of a file, from its bytes on disk, one at a time."""
    try:
        with pq.ParquetFile(path, pre_buffer=False) as file:
            for group in range(file.num_row_groups):
                yield _whole(file.read_row_group(group, use_threads=False))
    except (pa.ArrowException, OSError) as exc:
        raise TableError(f"{name}: what was written as parquet cannot be read: {exc}", "run the same again") from exc


def _whole(table: pa.Table) -> pa.RecordBatch:
    """A row group as one batch."""
    batches = table.combine_chunks().to_batches()
    return batches[0] if len(batches) == 1 else pa.RecordBatch.from_pylist([], schema=table.schema)
