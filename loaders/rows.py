"""The only home of Rows: an immutable sequence of dicts over one verified table and an order."""

from __future__ import annotations

import operator
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from loaders.batches import Batches
from loaders.features import Feature
from loaders.order import Order, as_bytes, chosen, compose, fingerprint, from_bytes, is_run, numbers, permutation
from loaders.pins import Pin, Step, called, described, need_all, packed_places, step
from loaders.splitting import divided, part_of
from loaders.views import Columned, Tabular
from recipes_data.errors import UsageError
from recipes_data.tables.shards import Row, RowT
from recipes_data.wording import counted

TYPE_CHECKING = False  # importing typing takes longer than a load has to spare
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any, overload

    import datasets
    import pandas as pd
    import polars as pl
    import pyarrow as pa

    _N = int | None

__all__ = ["Rows"]

_AT_ONCE = 32  # rows that iteration in another order than the table's reads together
_SHOWN_ROWS = 5


class Rows(Sequence[RowT]):
    """Rows of a split, each a dict made anew when it is asked for. Nothing here changes in place.

    `rows[i]` is one row, `rows[a:b]` are rows again, `rows["answer"]` is the list of a column's values; every method
    gives new `Rows`. Orders and results are those of `datasets.Dataset` (4.4 to 5.2) where it has the same method.

    Rows that are partial (`pin.partial`) know only what was fetched of their split: what would come out differently
    with all of it is a UsageError (`shuffle`, `train_test_split`, `shard`, `sort`, `unique`, counting from the end).
    """

    __slots__ = ("_order", "_pins", "_run", "_steps", "_table")

    def __init__(
        self,
        table: Tabular,
        pin: Pin | tuple[Pin, ...],
        order: Order | None = None,
        run: range | None = None,
        steps: tuple[Step, ...] = (),
    ) -> None:
        self._table = table
        self._order = range(len(table)) if order is None else order
        self._pins = pin if isinstance(pin, tuple) else (pin,)
        # the run of the table's rows that the order was drawn from
        self._run = range(len(table)) if run is None else run
        self._steps = steps or (step("load", pin=self._pins[0]),)

    def __reduce__(self) -> tuple[object, tuple[Any, ...]]:
        return _again, (self._table, self._pins, as_bytes(self._order), self._run, self._steps)

    def __repr__(self) -> str:
        what, whence = described(self._pins)
        return f"Rows({what}, {counted(len(self), 'row')}, columns {', '.join(self.columns)}; {whence})"

    def _repr_html_(self) -> str:
        from loaders.showing import table_html  # notebooks alone

        shown = [self._table.row(int(position)) for position in self._order[:_SHOWN_ROWS]]
        return table_html(repr(self), self.types, shown, len(self))

    @property
    def pin(self) -> Pin:
        """Which rows these are, and what was done to them since they were loaded.

        Raises:
            UsageError: they were concatenated of several; `pins` names each.
        """
        if len(self._pins) != 1:
            raise UsageError(f"these rows come from {len(self._pins)} splits", "rows.pins has all of them")
        return self._pins[0].after(self._steps[self._steps[0].name == "load" :])

    @property
    def pins(self) -> tuple[Pin, ...]:
        """Which rows these are: of every split that they come from, as it was loaded."""
        return self._pins

    @property
    def steps(self) -> tuple[Step, ...]:
        """How these rows were made: first where they come from (`load`, `concatenate`), then each step."""
        return self._steps

    def fingerprint(self) -> str:
        """Hex of these rows' files, columns and order: equal where these are, on any machine.

        What a function of `map` does is not part of it; how many rows and columns it made is.
        """
        whose = ((pin.digests, pin.partial) for pin in self._pins)
        return fingerprint((*whose, self.types, len(self._table)), self._order)

    def __len__(self) -> int:
        return len(self._order)

    if TYPE_CHECKING:

        @overload
        def __getitem__(self, index: int) -> RowT: ...
        @overload
        def __getitem__(self, index: slice) -> Rows[RowT]: ...
        @overload
        def __getitem__(self, index: str) -> list[Any]: ...

    def __getitem__(self, index: int | slice | str) -> Any:
        if isinstance(index, str):
            return [row[index] for row in self.select_columns(index)]
        if isinstance(index, slice):
            if any(end is not None and end < 0 for end in (index.start, index.stop, index.step)):
                need_all(self._pins, "counting from the end")
            places = range(*index.indices(len(self)))
            return self._picked(places, "select", **packed_places(places))
        position = operator.index(index)
        if position < 0:
            need_all(self._pins, "counting from the end")
            position += len(self)
        if not 0 <= position < len(self):
            raise IndexError(f"row {index} of {len(self):,}")
        return self._table.row(int(self._order[position]))

    def __iter__(self) -> Iterator[RowT]:
        first = self._order[0] if len(self) else 0
        rows: Iterator[Any] = self._table.rows(first, first + len(self)) if is_run(self._order) else self._gathered()
        return rows

    def _gathered(self) -> Iterator[Any]:
        for start in range(0, len(self), _AT_ONCE):
            yield from self._table.gather(numbers(self._order[start : start + _AT_ONCE]))

    def between(self, start: int, stop: int) -> list[RowT]:
        """Rows start..stop, read together: what a batch is made of."""
        found: list[Any] = self._table.gather(numbers(self._order[start:stop]))
        return found

    @property
    def columns(self) -> list[str]:
        """Column names, in order."""
        return [name for name, _ in self._table.columns]

    @property
    def types(self) -> dict[str, str]:
        """Type of every column, as `recipes_data.columns` spells them."""
        return {name: str(kind) for name, kind in self._table.columns}

    @property
    def features(self) -> dict[str, Feature]:
        """Every column's type as a value: `rows.features["label"].int2str(3)` is the name of class 3."""
        return {name: Feature(kind) for name, kind in self._table.columns}

    column_names = columns  # as `datasets` calls them

    # --- the same rows in another order, or some of them

    def shuffle(self, seed: int) -> Rows[RowT]:
        """These rows in the order of `datasets.Dataset.shuffle(seed=seed)`; a second shuffle permutes the first's.

        Raises:
            UsageError: these rows are partial.
        """
        need_all(self._pins, "a shuffle")
        seed = operator.index(seed)
        if isinstance(self._order, range) and self._order == range(len(self._table)):
            drawn = self._table.kept(f"pcg64-{seed}", lambda: permutation(len(self), seed))
            return self._picked(drawn, "shuffle", seed=seed)
        return self._picked(permutation(len(self), seed), "shuffle", seed=seed)

    def select(self, indices: Iterable[int]) -> Rows[RowT]:
        """The rows at these positions, in this order; one may repeat; IndexError where one is not in 0..len-1."""
        places = chosen(indices, len(self))
        return self._picked(places, "select", **packed_places(places))

    def take(self, n: int) -> Rows[RowT]:
        """The first `n` rows; raises IndexError where there are fewer."""
        return self._picked(range(self._count("take", n)), "take", n=n)

    def skip(self, n: int) -> Rows[RowT]:
        """All but the first `n` rows; raises IndexError where there are fewer."""
        return self._picked(range(self._count("skip", n), len(self)), "skip", n=n)

    def shard(self, rank: _N = None, world: _N = None, *, num_shards: _N = None, index: _N = None) -> Rows[RowT]:
        """What process `rank` of `world` takes: `datasets.Dataset.shard(num_shards=world, index=rank)`, contiguous.

        By position the two are the other way round; its keywords do too. The parts are runs, in order, together all
        rows; the first `len % world` of them are one row longer.

        Raises:
            ValueError: not 0 <= rank < world.
            UsageError: these rows are partial; one of the two is missing, or said twice.
        """
        need_all(self._pins, "a shard")
        from loaders.synonyms import either  # of those who shard

        rank, world = either(rank, index, "rank", "index"), either(world, num_shards, "world", "num_shards")
        return self._picked(part_of(len(self), rank, world), "shard", rank=rank, world=world)

    def train_test_split(
        self,
        test_size: float | None = None,
        train_size: float | None = None,
        *,
        shuffle: bool = True,
        seed: int | None = None,
        stratify_by_column: str | None = None,
    ) -> dict[str, Rows[RowT]]:
        """`{"train": Rows, "test": Rows}`, drawn as `datasets.Dataset.train_test_split` draws them.

        Sizes are fractions (float) or numbers of rows (int); a quarter is for testing where none is given. With
        `shuffle=False` the tail is for testing. `stratify_by_column`: a column of class labels whose shares both
        sides keep. Of no rows, both sides are empty.

        Raises:
            ValueError: the sizes do not fit, or a class has too few rows.
            UsageError: these rows are partial, no seed was given to shuffle with, or the column has no classes.
        """
        need_all(self._pins, "a train-test split")
        if len(self) == 0:
            return {"train": self, "test": self}
        from loaders.keys import labels_of  # Arrow

        given: dict[str, Any] = {"test_size": test_size, "train_size": train_size, "shuffle": shuffle, "seed": seed}
        by = given["stratify_by_column"] = stratify_by_column
        labels = None if by is None else lambda: labels_of(self._table, self._order, by)
        sides = divided(len(self), test_size, train_size, seed, shuffle, labels)
        return {side: self._picked(sides[side], "train_test_split", side=side, **given) for side in sides}

    def sort(
        self, columns: str | Sequence[str], *, reverse: bool | Sequence[bool] = False, null_placement: str = "at_end"
    ) -> Rows[RowT]:
        """These rows sorted by columns, the first one first; rows that are equal in all stay in their order.

        `reverse`: descending, for all columns or for each. `null_placement`: where None goes, "at_end" or "at_start".

        Raises:
            UsageError: a column is not there or has no order, or these rows are partial.
        """
        need_all(self._pins, "a sort")
        from loaders.keys import sorted_places  # Arrow

        names = [columns] if isinstance(columns, str) else list(columns)
        if len(self) == 0:
            return self
        places = chosen(sorted_places(self._table, self._order, names, reverse, null_placement), len(self))
        way = reverse if isinstance(reverse, bool) else tuple(reverse)
        return self._picked(places, "sort", columns=tuple(names), reverse=way, null_placement=null_placement)

    def unique(self, column: str) -> list[Any]:
        """The values of a column, each once, as they first come; of shuffled whole tables, as the files have them.

        (`datasets` looks past a permutation of all its rows, and so do these.)

        Raises:
            UsageError: there is no such column, its values are lists or structs, or these rows are partial.
        """
        need_all(self._pins, "the values of a column")
        from loaders.keys import unique_values  # Arrow

        return unique_values(self._table, self._order, self._run, column)

    def filter(
        self,
        function: Callable[..., object],
        *,
        with_indices: bool = False,
        batched: bool = False,
        batch_size: int = 1000,
        key: str | None = None,
    ) -> Rows[RowT]:
        """The rows for which `function(row)` says something true; it runs now, once for each row, in order.

        What is kept is their positions, 8 bytes a row. `with_indices`: it is called with the row's place too.
        `batched`: with a dict of lists of `batch_size` rows, and answers with a list. `key`: your name for what the
        function does, for the pin and receipts; another key for another function.
        """
        from loaders.mapping import kept_places  # Arrow

        batch = batch_size if batched else None
        kept = kept_places(self, len(self), function, with_indices=with_indices, batch=batch)
        given = {"key": key, "with_indices": with_indices, "batch": batch, **packed_places(kept)}
        return self._picked(kept, "filter", function=called(function), **given)

    # --- other rows

    def map(
        self,
        function: Callable[..., object],
        *,
        with_indices: bool = False,
        batched: bool = False,
        batch_size: int = 1000,
        remove_columns: str | Sequence[str] = (),
        key: str | None = None,
    ) -> Rows[Row]:
        """Rows with what `function(row)` gives merged over each; it runs now, once for each row, in order.

        It gives a dict of columns that are added or replaced; None for all rows changes nothing. `remove_columns` are
        left out of the row, not of the result. Results are held as Arrow: up to 64 MB in memory, beyond that in a
        temporary file that is mapped and goes with these rows. `with_indices`, `batched` and `key` as in `filter`; a
        batch may become more or fewer rows.

        Raises:
            TableError: a result is neither dict nor None, or no one type holds a column's values.
        """
        from loaders.mapping import evaluate  # Arrow

        without = [remove_columns] if isinstance(remove_columns, str) else list(remove_columns)
        batch = batch_size if batched else None
        made = evaluate(self, self._table.columns, function, with_indices=with_indices, batch=batch, without=without)
        given = {"key": key, "with_indices": with_indices, "batch": batch, "remove_columns": tuple(without)}
        done = step("map", function=called(function), **given)
        same: Rows[Any] = self
        return same if made is None else Rows(made, self._pins, steps=(*self._steps, done))

    def select_columns(self, names: str | Sequence[str]) -> Rows[Row]:
        """These rows with these columns alone, in this order; raises UsageError where there is no such column."""
        wanted = (names,) if isinstance(names, str) else tuple(names)
        return self._with_columns({name: name for name in wanted}, "select_columns", names=wanted)

    def rename_column(self, old: str, new: str) -> Rows[Row]:
        """These rows with another name for a column, in its place; raises UsageError where there is no such column."""
        names = {name: new if name == old else name for name in self.columns}
        return self._with_columns({old: new} if old not in names else names, "rename_column", old=old, new=new)

    def batches(self, n: int, drop_last: bool = False) -> Batches[RowT]:
        """These rows in lists of `n`; with `drop_last` an incomplete last one is left out."""
        return Batches(self, n, drop_last)

    # --- out of here

    def to_list(self) -> list[RowT]:
        """All rows at once."""
        return list(self)

    def to_arrow(self) -> pa.Table:
        """These rows as a `pyarrow.Table`, in the file's own types."""
        return _exports().as_arrow(self._table, self._order)

    def to_polars(self) -> pl.DataFrame:
        """These rows as a `polars.DataFrame`."""
        frame: pl.DataFrame = _exports().as_polars(self._table, self._order)
        return frame

    def to_pandas(self) -> pd.DataFrame:
        """These rows as a `pandas.DataFrame`, as Arrow makes it."""
        return _exports().as_pandas(self._table, self._order)

    def to_datasets(self, file: str | os.PathLike[str] | None = None) -> datasets.Dataset:
        """These rows as a real `datasets.Dataset` with class labels, images and sounds as its features.

        It stands on the Arrow table that reading gave, uncopied, and an order becomes its indices. A table that is
        too big for memory goes into an Arrow file at `file` (some thousand rows at a time), which is then mapped.
        """
        return _exports().as_dataset(self._table, self._order, file)

    def to_torch(self) -> Any:
        """These rows as a map-style `torch.utils.data.Dataset`, numbers as tensors: `loaders.tensors` says how."""
        from loaders.tensors import Tensors

        return Tensors(self, dict(self._table.columns))

    def _count(self, verb: str, n: int) -> int:
        if not 0 <= n <= len(self):
            raise IndexError(f"{verb} {n:,} of {counted(len(self), 'row')}")
        return n

    def _with_columns(self, wanted: Mapping[str, str], name: str, /, **given: Any) -> Rows[Row]:
        done = step(name, **given)
        return Rows(Columned(self._table, wanted), self._pins, self._order, self._run, (*self._steps, done))

    def _picked(self, places: Order, name: str, /, **given: Any) -> Rows[RowT]:
        order = compose(self._order, places)
        whole = is_run(self._order) and len(self._order) == len(self._run)
        run = order if whole and isinstance(order, range) and is_run(order) else self._run
        return Rows(self._table, self._pins, order, run, (*self._steps, step(name, **given)))


def _exports() -> ModuleType:
    from loaders import exports  # Arrow

    return exports


def _again(table: Tabular, pins: tuple[Pin, ...], order: range | bytes, run: range, steps: tuple[Step, ...]) -> Rows:
    return Rows(table, pins, from_bytes(order), run, steps)
