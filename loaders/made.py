"""The only home of the table that a function made: results as Arrow, in memory or in a temporary file that is mapped.

Types are those that Arrow finds in the results, as `datasets.Dataset.map` has them; a column keeps its own type where
the results allow it, and a class label may be given by its name. One difference is meant: a text stays a text, where
`datasets` makes "7" the number 7 among numbers.
"""

from __future__ import annotations

import bisect
import itertools
import os
import tempfile
import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any

import pyarrow as pa

from loaders.features import Feature
from loaders.order import Order
from recipes_data.columns import Columns, Type
from recipes_data.errors import TableError
from recipes_data.tables.fromarrow import as_rows
from recipes_data.tables.schema import arrow_schema, columns_of
from recipes_data.tables.shards import Row

__all__ = ["Made", "Making"]

_NAME = "results of the function"  # in messages
_IN_MEMORY_BYTES = 64 << 20
_BATCH_ROWS = 1000
_BATCH_BYTES = 16 << 20  # of texts, before they become Arrow


class Making:
    """Results on their way into Arrow; past 64 MB into a temporary file.

    `columns`: those of the rows that the results were merged over.
    """

    def __init__(self, columns: Columns) -> None:
        self._kinds = dict(columns)
        self._schema = arrow_schema(columns)
        self._pending: list[Row] = []
        self._weight = 0
        self._batches: list[pa.RecordBatch] = []
        self._bytes = 0
        self._path: str | None = None
        self.rows = 0

    def add(self, row: Row) -> None:
        """One more result."""
        self._pending.append(row)
        self._weight += sum(map(_weight, row.values()))
        self.rows += 1
        if len(self._pending) >= _BATCH_ROWS or self._weight >= _BATCH_BYTES:
            self._flush()

    def _flush(self) -> None:
        if not self._pending:
            return
        names = dict.fromkeys(name for row in self._pending for name in row)
        first = self.rows - len(self._pending)
        arrays = [self._column(name, [row.get(name) for row in self._pending], first) for name in names]
        batch = pa.RecordBatch.from_arrays(arrays, names=list(names))
        self._pending, self._weight = [], 0
        self._bytes += batch.nbytes
        self._batches.append(batch)
        if self._path is not None:
            self._spill()
        elif self._bytes > _IN_MEMORY_BYTES:
            handle, self._path = tempfile.mkstemp(prefix="recipes-data-map-", suffix=".arrow")
            os.close(handle)
            self._spill()

    def _spill(self) -> None:
        """What is in memory goes to the end of the file, and is mapped from there."""
        path = self._path or ""
        with open(path, "ab") as file:
            starts = []
            for batch in self._batches:
                if not isinstance(batch, _Mapped):
                    starts.append(file.tell())
                    with pa.ipc.new_stream(file, batch.schema) as sink:
                        sink.write_batch(batch)
        fresh = iter(starts)
        self._batches = [
            batch if isinstance(batch, _Mapped) else _Mapped(path, next(fresh), batch.num_rows, batch.schema)
            for batch in self._batches
        ]

    def _column(self, name: str, values: list[Any], first: int) -> pa.Array:
        if name in self._kinds:
            label = Feature(self._kinds[name])
            if label.names:  # a class may be called by its name
                values = [label.str2int(value) if isinstance(value, str) else value for value in values]
            with suppress(pa.ArrowException, TypeError, ValueError, OverflowError):
                found = pa.array(values, type=self._schema.field(name).type)
                if _texts(values, found.type) or all(map(_stands, map(_plain, values), found.to_pylist())):
                    return found
        try:
            return pa.array([_plain(value) for value in values])
        except (pa.ArrowException, TypeError, ValueError, OverflowError) as exc:
            where = f"rows {first + 1:,} to {first + len(values):,}, column {name!r}"
            raise TableError(f"{_NAME}, {where}: no one type holds them: {exc}") from exc

    def table(self, without: Sequence[str]) -> Made:
        """All results: columns that were there before in their order, new ones last.

        A column keeps its class names where it kept its type. Of no results, the columns but those `without`.
        """
        self._flush()
        schemas = [batch.schema for batch in self._batches]
        try:
            found = pa.unify_schemas(schemas, promote_options="permissive") if schemas else self._schema
        except pa.ArrowException as exc:
            raise TableError(f"{_NAME}: {exc}", "give every row values of one type") from exc
        names = [name for name in self._kinds if name in found.names] + [n for n in found.names if n not in self._kinds]
        if not schemas:
            names = [name for name in names if name not in without]
        schema = pa.schema([found.field(name) for name in names])
        columns = tuple(
            (name, self._kinds[name] if _holds(self._kinds.get(name), schema.field(name).type) else kind)
            for name, kind in columns_of(schema)
        )
        return Made(columns, schema, self._batches, self._path)


def _holds(kind: Type | None, arrow: pa.DataType) -> bool:
    return kind is not None and bool(arrow_schema((("x", kind),)).field("x").type.equals(arrow))


def _weight(value: Any) -> int:
    if isinstance(value, (str, bytes)):
        return len(value)
    if isinstance(value, dict):
        return sum(map(_weight, value.values()))
    if isinstance(value, (list, tuple)):
        return sum(map(_weight, value)) + 8 * len(value)
    return 8


def _plain(value: Any) -> Any:
    """A value without numpy's types: arrays as lists, as `datasets` stores them."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value.tolist() if hasattr(value, "tolist") else value


def _texts(values: Sequence[Any], kind: pa.DataType) -> bool:
    return pa.types.is_large_string(kind) and all(value is None or type(value) is str for value in values)


def _stands(given: Any, stored: Any) -> bool:
    """Whether Arrow stored a value as it is: asked for a type, it cuts 1.5 to 1, times to days, and drops keys.

    Only a float may lose digits, in a column of float32.
    """
    if isinstance(given, dict):
        return isinstance(stored, dict) and all(k in stored and _stands(v, stored[k]) for k, v in given.items())
    if isinstance(given, list):
        return isinstance(stored, list) and len(given) == len(stored) and all(map(_stands, given, stored))
    return bool(given == stored) or (isinstance(given, float) and isinstance(stored, float))


class _Mapped:
    """One batch that lies in the temporary file."""

    def __init__(self, path: str, start: int, rows: int, schema: pa.Schema) -> None:
        self.path = path
        self.start = start
        self.num_rows = rows
        self.schema = schema
        self._batch: pa.RecordBatch | None = None

    def __reduce__(self) -> tuple[type[_Mapped], tuple[str, int, int, pa.Schema]]:
        return _Mapped, (self.path, self.start, self.num_rows, self.schema)

    def read(self) -> pa.RecordBatch:
        """The batch, zero-copy from the mapped file."""
        if self._batch is None:
            with pa.memory_map(self.path) as source:
                source.seek(self.start)
                self._batch = pa.ipc.open_stream(source).read_next_batch()
        return self._batch


class Made:
    """A table of what a function made, in memory or in a temporary file that goes when the table does.

    A process that was handed it by a pickle reads the same file, as long as the first one has the table.
    """

    def __init__(self, columns: Columns, schema: pa.Schema, batches: Sequence[Any], path: str | None) -> None:
        self.columns = columns
        self._schema = schema
        self._batches = list(batches)
        self._path = path
        self._ends = list(itertools.accumulate(batch.num_rows for batch in batches))
        self._recent: tuple[int, pa.RecordBatch] | None = None
        if path is not None:
            weakref.finalize(self, _remove, path, os.getpid())

    def __reduce__(self) -> tuple[object, tuple[Any, ...]]:
        return _again, (self.columns, self._schema, self._batches, self._path)

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def _batch(self, which: int) -> pa.RecordBatch:
        """A batch in the table's types; the last one is kept."""
        recent = self._recent
        if recent is not None and recent[0] == which:
            return recent[1]
        batch = self._batches[which]
        found = batch.read() if isinstance(batch, _Mapped) else batch
        if not found.schema.equals(self._schema):
            found = self._cast(found)
            if not isinstance(batch, _Mapped):
                self._batches[which] = found
        self._recent = (which, found)
        return found

    def _cast(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        try:
            both = [pa.Table.from_batches([batch]), self._schema.empty_table()]
            whole = pa.concat_tables(both, promote_options="permissive").select(self._schema.names)
            return whole.cast(self._schema).combine_chunks().to_batches()[0]
        except pa.ArrowException as exc:
            raise TableError(f"{_NAME}: {exc}", "give every row values of one type") from exc

    def row(self, index: int) -> Row:
        """Row `index`, 0 <= index < len.

        Raises:
            NoPlaceError: a value that Python has no place for (a date after the year 9999); names row and column.
        """
        which = bisect.bisect_right(self._ends, index)
        start = self._ends[which - 1] if which else 0
        return as_rows(self._batch(which).slice(index - start, 1), _NAME, index)[0]

    def gather(self, positions: Iterable[int]) -> list[Row]:
        """The rows at these positions, in this order."""
        return [self.row(position) for position in positions]

    def rows(self, start: int = 0, stop: int | None = None) -> Iterator[Row]:
        """Rows start..stop in order. Raises as `row` does."""
        stop = len(self) if stop is None else stop
        begin = 0
        for which, end in enumerate(self._ends):
            first, last = max(start, begin) - begin, min(stop, end) - begin
            if first < last:
                yield from as_rows(self._batch(which).slice(first, last - first), _NAME, begin + first)
            begin = end

    def batches(self) -> Iterator[pa.RecordBatch]:
        """All rows as Arrow in order."""
        yield from map(self._batch, range(len(self._batches)))

    def arrow(self) -> pa.Table:
        """All rows as Arrow; what lies in a file is mapped."""
        return pa.Table.from_batches(list(self.batches()), schema=self._schema)

    def kept(self, name: str, make: Callable[[], Order]) -> Order:  # noqa: ARG002  # no digest names these rows
        """Made anew: these rows have no place in the store."""
        return make()


def _again(columns: Columns, schema: pa.Schema, batches: Sequence[Any], path: str | None) -> Made:
    """The table in another process, which does not remove the file."""
    made = Made(columns, schema, batches, None)
    made._path = path  # noqa: SLF001  # pickled again, it says the same
    return made


def _remove(path: str, owner: int) -> None:
    if os.getpid() == owner:  # a forked child must not take it from its parent
        with suppress(OSError):
            os.unlink(path)
