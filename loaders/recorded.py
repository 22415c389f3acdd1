"""The only home of Records: typed examples made of rows, each when it is asked for, and which rows became none."""

from __future__ import annotations

import operator
from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Generic, TypeVar, cast, overload

from loaders.batches import Batches
from loaders.order import chosen, is_run, numbers
from loaders.pins import Pin, packed_places
from loaders.rows import Rows
from loaders.shapes.shape import Drop
from recipes_data.errors import TableError
from recipes_data.tables.shards import Row
from recipes_data.values import value
from recipes_data.wording import counted

__all__ = ["Records", "Report"]

T = TypeVar("T")
_SHOWN_ROWS = 5
_DENSE = 4  # rows of a table for each that is wanted: up to so many, reading all in order is the sooner way


@value
class Report:
    """What became of rows: so many in, so many records out, and why the others are none, reason by reason."""

    rows: int
    records: int
    dropped: tuple[tuple[str, int], ...]

    def __str__(self) -> str:
        lost = "".join(f"; {count:,} dropped: {reason}" for reason, count in self.dropped)
        return f"{counted(self.rows, 'row')}, {counted(self.records, 'record')}{lost}"


class Records(Sequence[T], Generic[T]):
    """Records of rows, in the order of the rows; each is made anew when it is asked for. Nothing here changes in place.

    A row is never left out silently: what is no record is an error that names the row, or is dropped for a reason that
    the recipe has. `report` counts those. Which rows are dropped is found out once, by a run over all rows, when `len`,
    an index, `kept` or `report` first ask for it; iteration does not need it.

    `by_rows`: batches are cut of the rows, as some recipes do, so that one that holds dropped rows is short.
    """

    __slots__ = ("_before", "_by_rows", "_kept", "_make", "_out", "_rows")

    def __init__(
        self,
        rows: Rows,
        make: Callable[[Row], T | Drop],
        *,
        by_rows: bool = False,
        before: Mapping[str, int] | None = None,
        out: Mapping[int, str] | None = None,
    ) -> None:
        """`before`: what was left out before these rows, by reason.

        `out`: the dropped positions of the rows' table, where they are known; empty: `make` drops none.
        """
        self._rows = rows
        self._make = make
        self._by_rows = by_rows
        self._before = dict(before or {})
        self._out = out
        self._kept: Rows | None = None

    def __repr__(self) -> str:
        known = "dropped rows not counted yet" if self._out is None else str(self.report)
        return f"Records({known}; {self._rows!r})"

    def _repr_html_(self) -> str:
        from loaders.showing import records_html  # notebooks alone

        first = self.rows[:_SHOWN_ROWS]
        made = [found for place, row in enumerate(first) if not isinstance(found := self._made(place, row), Drop)]
        # how many records there are may take a run over all rows: the title says so where it was not made
        return records_html(repr(self), cast(Any, made), len(made) if self._out is None else len(self))

    @property
    def rows(self) -> Rows:
        """All rows that the records are made of, those that are dropped among them, in their order."""
        return self._rows

    @property
    def kept(self) -> Rows:
        """The rows that become records, in their order: as many as there are records."""
        if self._kept is None:
            out = self._verdicts()
            self._kept = self._without(out) if out else self._rows
        return self._kept

    def _without(self, out: Mapping[int, str]) -> Rows:
        """The rows but those at these positions of their table; the step has the places of the fewer."""
        positions = _positions(self._rows)
        kept = chosen([place for place, at in enumerate(positions) if at not in out], len(positions))
        given = packed_places(kept, array("q", [place for place, at in enumerate(positions) if at in out]))
        return self._rows._picked(kept, "select", **given)  # noqa: SLF001  # our own class

    @property
    def report(self) -> Report:
        """How many rows became records, and why the others did not."""
        out = self._verdicts()
        reasons = Counter(self._before)
        if out:
            reasons.update(out[at] for at in _positions(self._rows) if at in out)
        return Report(len(self._rows) + sum(self._before.values()), len(self.kept), tuple(sorted((+reasons).items())))

    @property
    def pin(self) -> Pin:
        """Which rows these are; raises UsageError where they come from several splits."""
        return self._rows.pin

    @property
    def pins(self) -> tuple[Pin, ...]:
        """Which rows these are: of every split that they come from."""
        return self._rows.pins

    def fingerprint(self) -> str:
        """That of the rows which become records: what is made of a row is not part of it."""
        return self.kept.fingerprint()

    def __len__(self) -> int:
        return len(self.kept)

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> Records[T]: ...
    def __getitem__(self, index: int | slice) -> T | Records[T]:
        if isinstance(index, slice):
            return self._of(self.kept[index])
        place = operator.index(index)
        return self._record(place, self.kept[place])

    def __iter__(self) -> Iterator[T]:
        if self._out is not None:
            return (self._record(place, row) for place, row in enumerate(self.kept))
        return self._first_time()

    def _first_time(self) -> Iterator[T]:
        """The records, while it is not known which rows are dropped; once through, it is."""
        out: dict[int, str] = {}
        positions = _positions(self._rows)
        for place, row in enumerate(self._rows):
            found = self._made(place, row)
            if isinstance(found, Drop):
                out[positions[place]] = found.reason
            else:
                yield found
        self._conclude(out)

    def between(self, start: int, stop: int) -> list[T]:
        """Records start..stop, read together."""
        return [self._record(start + place, row) for place, row in enumerate(self.kept.between(start, stop))]

    def to_list(self) -> list[T]:
        """All records at once."""
        return list(self)

    # --- the same records in another order, or some of them

    def shuffle(self, seed: int) -> Records[T]:
        """All rows in the order of `Rows.shuffle(seed)`, the dropped ones among them, and of these the records."""
        return Records(self._rows.shuffle(seed), self._make, by_rows=self._by_rows, before=self._before, out=self._out)

    def select(self, indices: Sequence[int]) -> Records[T]:
        """The records at these places, in this order.

        Raises:
            IndexError: there is no such record.
        """
        return self._of(self.kept.select(indices))

    def take(self, n: int) -> Records[T]:
        """The first `n` records; raises IndexError where there are fewer."""
        return self._of(self.kept.take(n))

    def skip(self, n: int) -> Records[T]:
        """All but the first `n` records; raises IndexError where there are fewer."""
        return self._of(self.kept.skip(n))

    def batches(self, n: int, drop_last: bool = False, *, by_rows: bool | None = None) -> Batches:
        """Records in lists of `n`; with `drop_last` an incomplete last one is left out.

        `by_rows`: cut of the rows, the dropped ones among them; None: as the recipe does it. `set_epoch` then orders
        all rows anew, as `shuffle` does.
        """
        cut = self._by_rows if by_rows is None else by_rows
        return Batches(cast(Any, _ByRows(self) if cut else self), n, drop_last)

    def _of(self, rows: Rows) -> Records[T]:
        return Records(rows, self._make, by_rows=self._by_rows, out=self._out)

    # --- what becomes of a row

    def _made(self, place: int, row: Row) -> T | Drop:
        try:
            return self._make(row)
        except TableError as exc:
            raise TableError(f"{self._where(place)}: {exc.what}", exc.do) from exc
        except KeyError as exc:  # what a function looks for may be in most rows, and not in this one
            raise TableError(f"{self._where(place)}: there is no {exc}", "the function asks for it") from exc

    def _where(self, place: int) -> str:
        names = " + ".join(f"{pin.dataset}/{pin.config}:{pin.split}" for pin in self.pins)
        return f"{names}, row {place:,} in this order"

    def _record(self, place: int, row: Row) -> T:
        found = self._made(place, row)
        if isinstance(found, Drop):
            raise TableError(
                f"{self._where(place)} is dropped where it must be a record: {found.reason}",
                "the function has to look at the row alone; with drops=False it drops none",
            )
        return found

    def _verdicts(self) -> Mapping[int, str]:
        if self._out is None:
            out: dict[int, str] = {}
            for place, at, row in _soonest(self._rows):
                found = self._made(place, row)
                if isinstance(found, Drop):
                    out[at] = found.reason
            self._conclude(out)
        return self._out or {}

    def _conclude(self, out: Mapping[int, str]) -> None:
        """Note which rows are dropped; that all are is an error, never an empty set."""
        if out and len(self._rows) and all(at in out for at in _positions(self._rows)):
            reasons = ", ".join(f"{count:,} {reason}" for reason, count in Counter(out.values()).items())
            raise TableError(
                f"none of {counted(len(self._rows), 'row')} is a record: {reasons}", f"the rows: {self._rows!r:.300}"
            )
        self._out = out


class _ByRows:
    """Records as `Batches` take them where batches are cut of the rows."""

    def __init__(self, records: Records[Any]) -> None:
        self._records = records

    def __len__(self) -> int:
        return len(self._records.rows)

    def between(self, start: int, stop: int) -> list[Any]:
        rows = self._records.rows.between(start, stop)
        made = [self._records._made(start + place, row) for place, row in enumerate(rows)]  # noqa: SLF001  # our own
        return [found for found in made if not isinstance(found, Drop)]

    def shuffle(self, seed: int) -> _ByRows:
        return _ByRows(self._records.shuffle(seed))

    def fingerprint(self) -> str:
        return self._records.rows.fingerprint()


def _positions(rows: Rows) -> Sequence[int]:
    return numbers(rows._order)  # noqa: SLF001  # our own class


def _soonest(rows: Rows) -> Iterator[tuple[int, int, Row]]:
    """Place, position in the table, and row: of all rows, in the table's order where most of the table is wanted.

    A shuffled table of many gigabytes is read once from end to end, not here and there.
    """
    positions, table = _positions(rows), rows._table  # noqa: SLF001  # our own class
    if is_run(rows._order) or len(positions) * _DENSE < len(table):  # noqa: SLF001
        yield from ((place, positions[place], row) for place, row in enumerate(rows))
        return
    source = enumerate(table.rows())
    at, row = -1, cast(Row, None)
    for place in sorted(range(len(positions)), key=positions.__getitem__):
        while at < positions[place]:
            at, row = next(source)
        yield place, at, row
