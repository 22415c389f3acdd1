"""The only home of tables that stand on other tables: several joined into one, and some columns of one."""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from loaders.order import Order, is_run, numbers
from recipes_data.columns import Columns, Type
from recipes_data.errors import TableError, UsageError
from recipes_data.tables.shards import Row

TYPE_CHECKING = False  # importing typing takes longer than a load has to spare
if TYPE_CHECKING:
    from typing import Any, Protocol

    import pyarrow as pa
else:
    Protocol = object

__all__ = ["Columned", "Joined", "Tabular", "aligned"]

_NULL = Type("null")
_AT_ONCE = 1024


class Tabular(Protocol):
    """A table as `Rows` needs it; `recipes_data.tables.table.Table` is one."""

    columns: Columns

    def __len__(self) -> int: ...

    def row(self, index: int) -> Row:
        """Row `index`, 0 <= index < len."""

    def gather(self, positions: Iterable[int]) -> list[Row]:
        """The rows at these positions, in this order."""

    def rows(self, start: int = 0, stop: int | None = None) -> Iterator[Row]:
        """Rows start..stop in order, read as they are needed."""

    def batches(self) -> Iterator[pa.RecordBatch]:
        """All rows as Arrow in order, some thousand at a time."""

    def arrow(self) -> pa.Table:
        """All rows as Arrow."""

    def kept(self, name: str, make: Callable[[], Any]) -> Any:
        """An order that was made before under this name, else made now."""


def aligned(several: Sequence[Columns]) -> Columns:
    """The columns that hold the rows of all: new ones come last, one that is null somewhere takes the others' type.

    Source: `datasets.concatenate_datasets` (5.2), which fills what a table lacks with None.

    Raises:
        TableError: one column has two types.
    """
    kinds: dict[str, Type] = {}
    for columns in several:
        for name, kind in columns:
            before = kinds.get(name, _NULL)
            try:
                kinds[name] = _one_type(before, kind)
            except ValueError as exc:
                what = f"the column {name!r} cannot be both {before} and {kind}: {exc}"
                raise TableError(what, "map one of them to the type of the other first") from exc
    return tuple(kinds.items())


def _one_type(one: Type, other: Type) -> Type:
    if one == other or _empty(other):
        return one
    if _empty(one):
        return other
    if one.kind == other.kind == "struct" and one.params == other.params:
        fields = dict(one.fields)
        for name, kind in other.fields:
            fields[name] = _one_type(fields.get(name, _NULL), kind)
        return Type("struct", tuple(fields.items()), one.params)
    raise ValueError(f"{other} does not go with the {one}")


def _empty(kind: Type) -> bool:
    """A column of nothing but None, or of lists of nothing else."""
    return kind == _NULL or (kind.kind == "list" and _empty(kind.fields[0][1]))


def _filled(value: object, kind: Type) -> object:
    """A struct with None for the fields that its own table does not have; everything else as it is."""
    if not isinstance(value, dict) or kind.kind != "struct":
        return value
    return {name: _filled(value.get(name), field) for name, field in kind.fields}


class Joined:
    """Rows of several tables, each in its order, one after another; a column that a table lacks is None.

    `parts`: (table, order) pairs. Nothing is read before it is asked for.
    """

    def __init__(self, parts: Sequence[tuple[Tabular, Order]]) -> None:
        self._parts = tuple(parts)
        self.columns = aligned([table.columns for table, _ in parts])
        self._ends = list(itertools.accumulate(len(order) for _, order in parts))
        self._structs = [name for name, kind in self.columns if kind.kind == "struct"]

    def __len__(self) -> int:
        return self._ends[-1]

    def _whole(self, row: Row) -> Row:
        return {name: _filled(row.get(name), kind) for name, kind in self.columns}

    def row(self, index: int) -> Row:
        """Row `index`, 0 <= index < len."""
        which = bisect.bisect_right(self._ends, index)
        table, order = self._parts[which]
        start = self._ends[which - 1] if which else 0
        return self._whole(table.row(int(order[index - start])))

    def gather(self, positions: Iterable[int]) -> list[Row]:
        """The rows at these positions, in this order; each part is asked once."""
        wanted = list(positions)
        places: dict[int, list[int]] = {}
        for place, position in enumerate(wanted):
            places.setdefault(bisect.bisect_right(self._ends, position), []).append(place)
        found: list[Row] = [{}] * len(wanted)
        for which, ours in places.items():
            table, order = self._parts[which]
            start = self._ends[which - 1] if which else 0
            rows = table.gather([int(order[wanted[place] - start]) for place in ours])
            for place, row in zip(ours, rows, strict=True):
                found[place] = self._whole(row)
        return found

    def rows(self, start: int = 0, stop: int | None = None) -> Iterator[Row]:
        """Rows start..stop in order, one part after the other."""
        stop = len(self) if stop is None else stop
        begin = 0
        for (table, order), end in zip(self._parts, self._ends, strict=True):
            first, last = max(start, begin) - begin, min(stop, end) - begin
            if first < last:
                yield from map(self._whole, _in_order(table, order[first:last]))
            begin = end

    def batches(self) -> Iterator[pa.RecordBatch]:
        """All rows as Arrow in order, 1,024 at a time, in the joined columns' types."""
        # Arrow only for those who ask for it
        from recipes_data.tables.toarrow import arrow_batches

        return arrow_batches(self.rows(), self.columns, "joined rows")

    def arrow(self) -> pa.Table:
        """All rows as Arrow, in the joined columns' types."""
        from recipes_data.tables.toarrow import arrow_table

        return arrow_table(self.rows(), self.columns, "joined rows")

    def kept(self, name: str, make: Callable[[], Order]) -> Order:  # noqa: ARG002  # no digest names these rows
        """Made anew: joined rows have no place in the store."""
        return make()


class Columned:
    """Some columns of a table, under other names: `names` has the new name of each by its name there, in order.

    Raises:
        UsageError: the table has no such column, or two would have one name.
    """

    def __init__(self, table: Tabular, names: Mapping[str, str]) -> None:
        kinds = dict(table.columns)
        missing = [name for name in names if name not in kinds]
        if missing:
            raise UsageError(f"there is no column {missing[0]!r}", f"there is: {', '.join(kinds)}")
        if len(set(names.values())) < len(names):
            raise UsageError(f"two columns of one name: {', '.join(names.values())}", "name them apart")
        self._table = table
        self._names = tuple(names.items())
        self.columns = tuple((new, kinds[old]) for old, new in self._names)

    def __len__(self) -> int:
        return len(self._table)

    def _cut(self, row: Row) -> Row:
        return {new: row[old] for old, new in self._names}

    def row(self, index: int) -> Row:
        """Row `index`, 0 <= index < len."""
        return self._cut(self._table.row(index))

    def gather(self, positions: Iterable[int]) -> list[Row]:
        """The rows at these positions, in this order."""
        return [self._cut(row) for row in self._table.gather(positions)]

    def rows(self, start: int = 0, stop: int | None = None) -> Iterator[Row]:
        """Rows start..stop in order."""
        return map(self._cut, self._table.rows(start, stop))

    def batches(self) -> Iterator[pa.RecordBatch]:
        """All rows as Arrow in order, some thousand at a time."""
        olds, news = [old for old, _ in self._names], [new for _, new in self._names]
        return (batch.select(olds).rename_columns(news) for batch in self._table.batches())

    def arrow(self) -> pa.Table:
        """All rows as Arrow."""
        return self._table.arrow().select([old for old, _ in self._names]).rename_columns([n for _, n in self._names])

    def kept(self, name: str, make: Callable[[], Order]) -> Order:
        """An order of the table, which is also one of these columns."""
        found: Order = self._table.kept(name, make)
        return found


def _in_order(table: Tabular, order: Order) -> Iterator[Row]:
    if is_run(order):
        first, stop = (order[0], order[-1] + 1) if len(order) else (0, 0)
        yield from table.rows(first, stop)
        return
    for start in range(0, len(order), _AT_ONCE):
        yield from table.gather(numbers(order[start : start + _AT_ONCE]))
