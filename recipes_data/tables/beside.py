"""The only home of a shard whose rows also lie in parquet beside it, and of which of the two is read for what.

As Arrow they come from parquet, which is far cheaper than parsing text. As dicts they come from the source where any
row of it can be read in place, and from parquet where the source has to be unpacked from its beginning; a source whose
objects parquet spells otherwise (`tables.conforming`) gives its rows itself, so that a row is the same either way.
"""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Iterator, Sequence

from recipes_data.columns import Columns
from recipes_data.store import Store
from recipes_data.tables.converted import Conversion, Part, find_parts
from recipes_data.tables.shards import Row, Shard

TYPE_CHECKING = False  # importing typing takes longer than a load has to spare
if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["BesideShard", "with_parquet"]


def with_parquet(store: Store, shard: Shard, wanted: Conversion, columns: Columns, name: str) -> Shard:
    """The shard, with parquet beside it where that was made and is whole."""
    parts = find_parts(store, wanted)
    if parts is None or sum(part.rows for part in parts) != len(shard):
        return shard
    return BesideShard(shard, parts, columns, name)


class BesideShard:
    """The rows of one file, which also lie in parquet files. `name`: what messages call the file."""

    def __init__(self, shard: Shard, parts: Sequence[Part], columns: Columns, name: str) -> None:
        self._shard = shard
        self._parts = tuple(parts)
        self._columns = columns
        self._name = name
        self._ends = list(itertools.accumulate(part.rows for part in parts))
        self._opened: list[Shard] | None = None
        self.seekable = shard.seekable
        self._as_they_are = self.seekable or any(part.respelled for part in parts)

    def __reduce__(self) -> tuple[type[BesideShard], tuple[Shard, tuple[Part, ...], Columns, str]]:
        return BesideShard, (self._shard, self._parts, self._columns, self._name)

    def __len__(self) -> int:
        return len(self._shard)

    def _files(self) -> list[Shard]:
        if self._opened is None:
            from recipes_data.tables.parquet import ParquetShard  # Arrow: only where it is read

            self._opened = [ParquetShard(part.path, self._name, part.rows) for part in self._parts]
        return self._opened

    def row(self, index: int) -> Row:
        """Row `index`, 0 <= index < len."""
        if self._as_they_are:
            return self._shard.row(index)
        which = bisect.bisect_right(self._ends, index)
        return self._files()[which].row(index - (self._ends[which] - self._parts[which].rows))

    def rows(self, start: int, stop: int) -> Iterator[Row]:
        """Rows start..stop in order, read as they are needed."""
        if self._as_they_are:
            yield from self._shard.rows(start, stop)
            return
        for file, end in zip(self._files(), self._ends, strict=True):
            begin = end - len(file)
            first, last = max(start, begin), min(stop, end)
            if first < last:
                yield from file.rows(first - begin, last - begin)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """All rows as Arrow in order, in the table's types."""
        from recipes_data.tables.schema import arrow_schema

        schema = arrow_schema(self._columns)
        for file in self._files():
            for batch in file.batches():
                yield batch if batch.schema.equals(schema, check_metadata=True) else batch.cast(schema)

    def arrow(self) -> pa.Table:
        """All rows as Arrow, in the table's types."""
        import pyarrow as pa

        from recipes_data.tables.schema import arrow_schema

        schema = arrow_schema(self._columns)
        return pa.concat_tables([file.arrow().cast(schema) for file in self._files()])
