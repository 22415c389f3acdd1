"""The only home of Rows: an immutable sequence of dicts over one verified table and an order."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, overload

import numpy as np

from loaders.order import Order, permutation
from recipes_data.tables.schema import arrow_schema
from recipes_data.tables.table import Row, Table

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

__all__ = ["Pin", "Rows"]

_WIDE_BYTES = 1 << 30


@dataclass(frozen=True, slots=True)
class Pin:
    """Which rows these are: enough to find them again, or to say in a paper what was used.

    `origin`: the endpoint that the lock came from, or "folder". `digests`: of the files in row order.
    `lock`, `catalogue`, `store`: the files and folders that answered.
    """

    dataset: str
    config: str
    split: str
    repo: str
    commit: str
    origin: str
    digests: tuple[str, ...]
    lock: str
    catalogue: str
    store: str
    sample: bool


class Rows(Sequence[Row]):
    """Rows of a split, each a dict made anew when it is asked for. Nothing here changes in place.

    `rows[i]` is one row, `rows[a:b]` are rows again; every method gives new `Rows` over the same table.
    """

    __slots__ = ("_order", "_pin", "_table")

    def __init__(self, table: Table, pin: Pin, order: Order | range | None = None) -> None:
        self._table = table
        self._order = range(len(table)) if order is None else order
        self._pin = pin

    def __repr__(self) -> str:
        what = f"{self.pin.dataset}/{self.pin.config}:{self.pin.split}"
        whence = f"{self.pin.repo}@{self.pin.commit[:12]}"
        beware = ", from a served folder" if self.pin.origin == "folder" else ""
        beware = ", SAMPLE ROWS" if self.pin.sample else beware
        return f"Rows({what}, {len(self):,} rows, columns {', '.join(self.columns)}; {whence}{beware})"

    @property
    def pin(self) -> Pin:
        """Which rows these are."""
        return self._pin

    def __len__(self) -> int:
        return len(self._order)

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> Rows: ...
    def __getitem__(self, index: int | slice) -> Row | Rows:
        if isinstance(index, slice):
            return Rows(self._table, self.pin, self._order[index])
        position = operator.index(index)
        if position < 0:
            position += len(self)
        if not 0 <= position < len(self):
            raise IndexError(f"row {index} of {len(self):,}")
        return self._table.row(int(self._order[position]))

    def __iter__(self) -> Iterator[Row]:
        if isinstance(self._order, range) and self._order.step == 1:
            return self._table.rows(self._order.start, self._order.stop)
        return (self._table.row(int(position)) for position in self._order)

    @property
    def columns(self) -> list[str]:
        """Column names, in order."""
        return [name for name, _ in self._table.columns]

    @property
    def types(self) -> dict[str, str]:
        """Type of every column, as `recipes_data.columns` spells them."""
        return {name: str(kind) for name, kind in self._table.columns}

    def shuffle(self, seed: int) -> Rows:
        """These rows in the order of `datasets.Dataset.shuffle(seed=seed)`; a second shuffle permutes the first's."""
        return self._reordered(permutation(len(self), seed))

    def select(self, indices: Iterable[int]) -> Rows:
        """The rows at these positions, in this order; a position may repeat.

        Raises:
            IndexError: a position is not in 0..len-1.
        """
        chosen = np.fromiter((operator.index(index) for index in indices), np.int64)
        if len(chosen) and (chosen.min() < 0 or chosen.max() >= len(self)):
            wrong = next(int(i) for i in chosen if not 0 <= i < len(self))
            raise IndexError(f"row {wrong} of {len(self):,}")
        return self._reordered(chosen)

    def take(self, n: int) -> Rows:
        """The first `n` rows.

        Raises:
            IndexError: there are fewer.
        """
        if not 0 <= n <= len(self):
            raise IndexError(f"take {n:,} of {len(self):,} rows")
        return self[:n]

    def skip(self, n: int) -> Rows:
        """All but the first `n` rows.

        Raises:
            IndexError: there are fewer.
        """
        if not 0 <= n <= len(self):
            raise IndexError(f"skip {n:,} of {len(self):,} rows")
        return self[n:]

    def _reordered(self, chosen: Order) -> Rows:
        if isinstance(self._order, range):
            if self._order == range(len(self._table)):
                return Rows(self._table, self.pin, chosen)
            return Rows(self._table, self.pin, chosen * self._order.step + self._order.start)
        return Rows(self._table, self.pin, self._order[chosen])

    def to_arrow(self) -> pa.Table:
        """These rows as a `pyarrow.Table`, in the file's own types."""
        import pyarrow as pa

        table = self._table.arrow()
        if isinstance(self._order, range) and self._order.step == 1:
            return table.slice(self._order.start, len(self))
        if table.nbytes > _WIDE_BYTES:
            # `take` overflows on more than 2 GiB of text in 32-bit offsets
            table = table.cast(arrow_schema(self._table.columns))
        positions = np.ascontiguousarray(self._order, np.int64)
        # from the buffer, since `pa.array` would import pandas
        return table.take(pa.Array.from_buffers(pa.int64(), len(positions), [None, pa.py_buffer(positions)]))

    def to_polars(self) -> pl.DataFrame:
        """These rows as a `polars.DataFrame`."""
        import polars as pl

        return pl.DataFrame(self.to_arrow())
