"""The only home of what is computed about a table: rows, nulls, lengths, classes, ranges, exact duplicates.

One pass over the table in batches of polars' streaming engine. Kept meanwhile: how often each length and each of a few
values came, and of rows and texts that may repeat 16 bytes each; a table's own bytes are never held together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from recipes_data.columns import INTEGERS, Columns, Type

__all__ = ["FEW", "ColumnFacts", "Lengths", "TableFacts", "table_facts"]

FEW = 64
"""So many distinct values at most make classes of a column that names none."""
_LONGEST_CLASS = 100  # characters: longer values are texts, not classes
_MOST_KEYS = 16  # columns whose repeated values are counted: 16 bytes a row each
_MOST_DEPTH = 16  # of lists in structs in lists
_SEEDS = (0, 0x9E3779B97F4A7C15)  # two hashes of 64 bits: see `_Keys`
_NUMBERS = frozenset((*INTEGERS, "class_label"))
_FLOATS = frozenset(("float16", "float32", "float64"))
_SPANS = frozenset(("date32", "date64", "time32", "time64", "timestamp", "duration", "decimal128"))


@dataclass(frozen=True, slots=True)
class Lengths:
    """Lengths of texts (characters), of bytes, or of lists (items); `unit` says which.

    `median` is the mean of the two in the middle where their number is even; `p95` is the smallest length that 95 of
    100 values do not exceed. `counts`: how often each length came, in ascending order.
    """

    unit: str
    least: int
    median: float
    p95: int
    most: int
    counts: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """What is known of a column, or of what is inside of one (`messages[].role`).

    `values` counts those that are there, `nulls` those that are None. `classes`: (value, count), of class labels all
    of them in their order, else of few distinct values the most frequent first; None where there are more than few.
    `repeated`: values equal to an earlier one, of the first 16 columns with texts in them;
    None where it was not counted. `least`, `most`: the range of numbers,
    dates and times, without the `nans`.
    """

    name: str
    kind: str
    values: int
    nulls: int
    lengths: Lengths | None = None
    classes: tuple[tuple[Any, int], ...] | None = None
    repeated: int | None = None
    least: Any = None
    most: Any = None
    nans: int = 0


@dataclass(frozen=True, slots=True)
class TableFacts:
    """What is known of a table. `repeated`: rows equal to an earlier row in every column; None: not counted."""

    rows: int
    repeated: int | None
    columns: tuple[ColumnFacts, ...]


def table_facts(frame: pl.LazyFrame, columns: Columns, tell: Callable[[int], None] = lambda rows: None) -> TableFacts:
    """Facts of all columns of a frame of `loaders.inpolars`, whose types are `columns`.

    `tell` hears of each batch's rows when they have passed.

    Raises what reading raises.
    """
    parts = [part for name, kind in columns for part in _parts(name, kind, (), _MOST_DEPTH)]
    keyed = 0
    for part in parts:
        # whole columns of texts, or of what has texts in it; the first of them
        if not part.steps and _has_text(part.kind) and keyed < _MOST_KEYS:
            part.keys = _Keys()
            keyed += 1
    rows, whole = 0, _Keys()
    for batch in frame.collect_batches(maintain_order=False, engine="streaming"):
        whole.add(batch.to_struct("row"))
        for part in parts:
            part.add(batch.get_column(part.column))
        rows += batch.height
        tell(batch.height)
    return TableFacts(rows, whole.repeated(), tuple(part.facts() for part in parts))


class _Keys:
    """Two 64-bit hashes of each value, by different seeds.

    Equal values always have equal keys. That unequal ones do among n values is about n**2 / 2**129 likely, were both
    hashes ideal and independent: never seen, however large the table.
    """

    def __init__(self) -> None:
        self._batches: list[pl.DataFrame] = []

    def add(self, values: pl.Series) -> None:
        one, other = (values.hash(seed).alias(name) for seed, name in zip(_SEEDS, "ab", strict=True))
        self._batches.append(pl.DataFrame([one, other]))

    def repeated(self) -> int:
        if not self._batches:
            return 0
        keys = pl.concat(self._batches)
        distinct: int = keys.lazy().unique().select(pl.len()).collect(engine="streaming").item()
        return keys.height - distinct


# --- a column, or what is inside of one


class _Part:
    """Counts of one column or inner field, batch by batch. `steps` lead from the column to it: "[]" or a field."""

    def __init__(self, column: str, steps: tuple[str | None, ...], kind: Type) -> None:
        self.column, self.steps, self.kind = column, steps, kind
        self.keys: _Keys | None = None
        self.values = self.nulls = self.nans = 0
        self.lengths: Counter[int] = Counter()
        self.classes: Counter[Any] | None = Counter() if kind.kind in _NUMBERS | {"string", "bool"} else None
        self.least: Any = None
        self.most: Any = None

    def add(self, column: pl.Series) -> None:
        values = _inside(column, self.steps)
        nulls = values.null_count()
        there = values.drop_nulls() if nulls else values
        self.nulls += nulls
        self.values += there.len()
        lengths = _lengths(there, self.kind)
        if lengths is not None:
            self.lengths.update(_counted(lengths))
        if self.classes is not None:
            self._add_classes(there)
        if self.kind.kind in _NUMBERS | _FLOATS | _SPANS:
            self._add_range(there)
        if self.keys is not None:
            self.keys.add(there)

    def _add_classes(self, there: pl.Series) -> None:
        assert self.classes is not None  # noqa: S101  # asked for by the caller
        named = self.kind.kind == "class_label"
        if self.kind.kind == "string" and (there.str.len_chars() > _LONGEST_CLASS).any():
            self.classes = None
            return
        self.classes.update(_counted(there))
        if len(self.classes) > FEW and not named:
            self.classes = None

    def _add_range(self, there: pl.Series) -> None:
        if self.kind.kind in _FLOATS:
            odd = there.is_nan()
            self.nans += int(odd.sum() or 0)
            there = there.filter(~odd)
        for name, pick in (("least", min), ("most", max)):
            found = there.min() if pick is min else there.max()
            before = getattr(self, name)
            if found is not None:
                setattr(self, name, found if before is None else pick(before, found))

    def facts(self) -> ColumnFacts:
        """What was counted."""
        return ColumnFacts(
            self.column + "".join("[]" if step is None else f".{step}" for step in self.steps),
            str(self.kind),
            self.values,
            self.nulls,
            _summary(self.lengths, _unit(self.kind)) if self.lengths else None,
            self._classes(),
            None if self.keys is None else self.keys.repeated(),
            self.least if self.kind.kind != "class_label" else None,
            self.most if self.kind.kind != "class_label" else None,
            self.nans,
        )

    def _classes(self) -> tuple[tuple[Any, int], ...] | None:
        if self.classes is None:
            return None
        if self.kind.kind == "class_label":
            names = dict(enumerate(self.kind.params))
            numbers = [*names, *sorted(set(self.classes) - set(names))]
            return tuple((names.get(number, number), self.classes[number]) for number in numbers)
        few = self.kind.kind == "bool" or self.values >= 2 * len(self.classes)
        ordered = sorted(self.classes.items(), key=lambda pair: (-pair[1], str(pair[0])))
        return tuple(ordered) if few and self.classes else None


def _parts(column: str, kind: Type, steps: tuple[str | None, ...], depth: int) -> Iterator[_Part]:
    """The column and everything inside of it."""
    yield _Part(column, steps, kind)
    if depth and kind.kind == "list":
        yield from _parts(column, kind.fields[0][1], (*steps, None), depth - 1)
    elif depth and kind.kind == "struct":
        for name, field in kind.fields:
            yield from _parts(column, field, (*steps, name), depth - 1)


def _has_text(kind: Type) -> bool:
    return kind.kind == "string" or any(_has_text(field) for _, field in kind.fields)


def _inside(values: pl.Series, steps: Iterable[str | None]) -> pl.Series:
    """What the steps lead to: items of lists one after another, fields of structs that are there."""
    for step in steps:
        if step is None:
            values = values.filter(values.list.len() > 0).explode()
        else:
            values = values.drop_nulls().struct.field(step)
    return values


def _lengths(there: pl.Series, kind: Type) -> pl.Series | None:
    if kind.kind == "string":
        return there.str.len_chars()
    if kind.kind == "binary":
        return there.bin.size()
    return there.list.len() if kind.kind == "list" else None


def _unit(kind: Type) -> str:
    return {"string": "characters", "binary": "bytes"}.get(kind.kind, "items")


def _counted(values: pl.Series) -> Mapping[Any, int]:
    counts = values.alias("value").value_counts(name="count")
    return dict(zip(counts.get_column("value").to_list(), counts.get_column("count").to_list(), strict=True))


def _summary(counted: Mapping[int, int], unit: str) -> Lengths:
    counts = tuple(sorted(counted.items()))
    total = sum(count for _, count in counts)

    def at(rank: int) -> int:
        """The length at this place, from 1, of all in ascending order."""
        seen = 0
        for length, count in counts:
            seen += count
            if seen >= rank:
                return length
        return counts[-1][0]

    middle = (at((total + 1) // 2) + at(total // 2 + 1)) / 2
    p95 = at(-(-total * 95 // 100))
    return Lengths(unit, counts[0][0], middle, p95, counts[-1][0], counts)
