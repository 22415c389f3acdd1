"""The only home of Table: the shards of a split as one run of rows, opened when they are first read."""

from __future__ import annotations

import bisect
import itertools
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence

from recipes_data.columns import Columns
from recipes_data.errors import NotFetchedError, StoreError
from recipes_data.tables.keptorders import MANY_ROWS, Order, kept_order
from recipes_data.tables.rowcache import RowCache, find_rows
from recipes_data.tables.rowfile import RowFile, gather
from recipes_data.tables.shards import Row, Shard

TYPE_CHECKING = False  # importing typing takes longer than a load has to spare
if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Table"]

_PEEKS = 64


class Table:
    """Shards one after another. `columns` are the table's, in order; nothing is opened before it is read.

    `shards` are the readers', or what opens them when they are first needed; `lengths`, then, are the rows of each.
    `cache`: where the row cache of a table lies whose shards may not all be seekable. Where it is there, rows come from
    it, and no reader is imported; where it is not, and a shard is not seekable, it is built when rows are first asked
    for here and there: the 65th row that is not part of a run asks for it.
    """

    def __init__(
        self,
        shards: Sequence[Shard] | Callable[[], Sequence[Shard]],
        columns: Columns,
        *,
        lengths: Sequence[int] | None = None,
        cache: RowCache | None = None,
    ) -> None:
        self.columns = columns
        self._opened = None if callable(shards) else tuple(shards)
        self._open = shards if callable(shards) else None
        counts = [len(shard) for shard in self._shards] if lengths is None else lengths
        self._ends = list(itertools.accumulate(counts))
        self._cache = cache
        self._by_shards = cache is None  # for good: they give the rows
        self._files: list[RowFile] | None = None
        self._peeked = 0
        self._run: tuple[int, Iterator[Row]] | None = None
        self._lock = threading.RLock()

    def __reduce__(self) -> tuple[Callable[..., Table], tuple[object, ...]]:
        counts = [end - begin for begin, end in itertools.pairwise([0, *self._ends])]
        return _again, (self._open or self._opened, self.columns, counts, self._cache)

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    @property
    def _shards(self) -> tuple[Shard, ...]:
        if self._opened is None:
            self._opened = tuple(self._open()) if self._open else ()
        return self._opened

    def row(self, index: int) -> Row:
        """Row `index`, 0 <= index < len."""
        files = self._row_files(1)
        which = bisect.bisect_right(self._ends, index)
        at = index - (self._ends[which - 1] if which else 0)
        return files[which].row(at) if files else self._shards[which].row(at)

    def gather(self, positions: Iterable[int]) -> list[Row]:
        """The rows at these positions, in this order; a position may repeat."""
        if isinstance(positions, range) and positions.step == 1:
            return self._next_rows(positions.start, positions.stop)
        wanted: list[int] = positions.tolist() if hasattr(positions, "tolist") else list(positions)
        files = self._row_files(len(wanted))
        if files:
            return gather(files, self._ends, wanted)
        return [self.row(position) for position in wanted]

    def rows(self, start: int = 0, stop: int | None = None) -> Iterator[Row]:
        """Rows start..stop in order, one shard after the other."""
        return itertools.chain.from_iterable(self._runs(start, len(self) if stop is None else stop))

    def _runs(self, start: int, stop: int) -> Iterator[Iterator[Row]]:
        files = self._row_files(0)
        begin = 0
        for which, end in enumerate(self._ends):
            first, last = max(start, begin), min(stop, end)
            if first < last:
                shard = files[which] if files else self._shards[which]
                yield shard.rows(first - begin, last - begin)
            begin = end

    def keep_rows(self) -> bool:
        """Build the row cache now unless it is there; False where this table needs none, or its values cannot be kept.

        Raises:
            NotFetchedError: it is not there, and the table was opened with `build=False`.
            StoreError: there is no place that can be written.
        """
        return self._row_files(_PEEKS + 1) is not None

    def kept(self, name: str, make: Callable[[], Order]) -> Order:
        """An order of this table's rows, by a name that says how it is drawn: read, else made and kept.

        An order is positions in this table: a memory-mapped `memoryview` of int64 where it was kept before, else
        what `make` gave. Those of tables of 100,000 rows and more are kept, where the store can be written.
        """
        if self._cache is None or len(self) < MANY_ROWS:
            return make()
        return kept_order(self._cache.store, name, len(self), make)

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

    def _row_files(self, wanted: int) -> list[RowFile] | None:
        """The row files, built if so many rows more, here and there, ask for them; None: the shards give the rows."""
        if self._files is not None or self._by_shards:
            return self._files
        with self._lock:
            if self._files is None and self._cache is not None and not self._by_shards:
                self._files = find_rows(self._cache)
                self._peeked += wanted
                if self._files is None and (self._cache.small or self._peeked > _PEEKS):
                    self._files = self._built(self._cache)
        return self._files

    def _built(self, cache: RowCache) -> list[RowFile] | None:
        files = None
        if not all(shard.seekable for shard in self._shards):
            from recipes_data.tables.rowbuild import build_rows  # once in a table's life

            try:
                files = build_rows(cache, self._shards)
            except (StoreError, NotFetchedError):
                if not cache.small:  # which is read without one, at little cost
                    raise
        self._by_shards = files is None
        return files

    def _next_rows(self, start: int, stop: int) -> list[Row]:
        """Rows start..stop. Where the shards give them, the next run goes on where this one ended."""
        if self._row_files(0):
            return list(self.rows(start, stop))
        with self._lock:
            at, rest = self._run or (start, self.rows(start))
            if at != start:
                rest = self.rows(start)
            self._run = None  # what raises in the middle goes on with other rows than those that come next
            found = list(itertools.islice(rest, max(0, stop - start)))
            self._run = (stop, rest)
        return found


def _again(
    shards: Sequence[Shard] | Callable[[], Sequence[Shard]],
    columns: Columns,
    lengths: Sequence[int],
    cache: RowCache | None,
) -> Table:
    return Table(shards, columns, lengths=lengths, cache=cache)
