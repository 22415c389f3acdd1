"""The only home of Table: the shards of a split as one run of rows, opened when they are first read."""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from recipes_data.columns import Columns
from recipes_data.tables.source import FileFacts, Source

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Reader", "Row", "Shard", "Table"]

Row = dict[str, Any]


class Shard(Protocol):
    """The rows of one file."""

    def __len__(self) -> int: ...

    def row(self, index: int) -> Row:
        """Row `index`, 0 <= index < len."""
        ...

    def rows(self, start: int, stop: int) -> Iterator[Row]:
        """Rows start..stop in order, read as they are needed."""
        ...

    def batches(self) -> Iterator[pa.RecordBatch]:
        """All rows as Arrow in order, some thousand at a time: memory stays bounded whatever the file's size."""
        ...

    def arrow(self) -> pa.Table:
        """All rows as Arrow."""
        ...


class Reader(Protocol):
    """What the module of a format has."""

    def measure(self, source: Source, promised: Columns | None) -> FileFacts:
        """Read the whole file: how many rows it has and of which columns.

        Raises:
            TableError: not of the format, or not of the promised columns; names file, row and column.
        """
        ...

    def shards(self, sources: Sequence[Source], rows: Sequence[int], columns: Columns) -> Sequence[Shard]:
        """The rows of a split's files, which have been measured before; nothing is opened yet."""
        ...


class Table:
    """Shards one after another. `columns` are the table's, in order; nothing is opened before it is read."""

    def __init__(self, shards: Sequence[Shard], columns: Columns) -> None:
        self.columns = columns
        self._shards = tuple(shards)
        self._ends = list(itertools.accumulate(len(shard) for shard in self._shards))

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def row(self, index: int) -> Row:
        """Row `index`, 0 <= index < len."""
        which = bisect.bisect_right(self._ends, index)
        start = self._ends[which - 1] if which else 0
        return self._shards[which].row(index - start)

    def gather(self, positions: Iterable[int]) -> list[Row]:
        """The rows at these positions, in this order; a position may repeat."""
        return [self.row(position) for position in positions]

    def rows(self, start: int = 0, stop: int | None = None) -> Iterator[Row]:
        """Rows start..stop in order, one shard after the other."""
        stop = len(self) if stop is None else stop
        begin = 0
        for shard, end in zip(self._shards, self._ends, strict=True):
            first, last = max(start, begin), min(stop, end)
            if first < last:
                yield from shard.rows(first - begin, last - begin)
            begin = end

    def batches(self) -> Iterator[pa.RecordBatch]:
        """All rows as Arrow in order, some thousand at a time, each in the types of its shard."""
        for shard in self._shards:
            yield from shard.batches()

    def arrow(self) -> pa.Table:
        """All rows as one Arrow table; chunks stay as the shards gave them.

        Shards that spell one type differently (`string` and `large_string`, the order of columns) are
        all brought to the table's own columns.
        """
        import pyarrow as pa

        from recipes_data.tables.schema import arrow_schema

        tables = [shard.arrow() for shard in self._shards]
        schema = tables[0].schema
        if not all(table.schema.equals(schema) for table in tables):
            schema = arrow_schema(self.columns)
            tables = [table.select(schema.names).cast(schema) for table in tables]
        return tables[0] if len(tables) == 1 else pa.concat_tables(tables)
