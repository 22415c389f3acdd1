"""The only home of a table: its shards in row order; rows are dicts, made anew when they are asked for."""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import pyarrow as pa

from recipes_data.columns import Columns
from recipes_data.tables.schema import arrow_schema

__all__ = ["Row", "Shard", "Table"]

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

    def arrow(self) -> pa.Table:
        """All rows as Arrow."""
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

    def rows(self, start: int = 0, stop: int | None = None) -> Iterator[Row]:
        """Rows start..stop in order, one shard after the other."""
        stop = len(self) if stop is None else stop
        begin = 0
        for shard, end in zip(self._shards, self._ends, strict=True):
            first, last = max(start, begin), min(stop, end)
            if first < last:
                yield from shard.rows(first - begin, last - begin)
            begin = end

    def arrow(self) -> pa.Table:
        """All rows as one Arrow table; chunks stay as the shards gave them.

        Shards that spell one type differently (`string` and `large_string`, the order of columns) are
        all brought to the table's own columns.
        """
        tables = [shard.arrow() for shard in self._shards]
        schema = tables[0].schema
        if not all(table.schema.equals(schema) for table in tables):
            schema = arrow_schema(self.columns)
            tables = [table.select(schema.names).cast(schema) for table in tables]
        return tables[0] if len(tables) == 1 else pa.concat_tables(tables)
