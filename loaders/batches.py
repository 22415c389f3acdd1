"""The only home of batches: rows in groups of one size, an order for each epoch, and a place to go on from.

As the supervised datasets of the Tinker Cookbook have them: `set_epoch(seed)` orders the rows that the batches were
made of by `datasets`' shuffle of that seed, always from the same rows, so that two epochs never depend on each other.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator, Mapping, Sequence

from recipes_data.errors import IntegrityError, UsageError
from recipes_data.tables.shards import RowT

TYPE_CHECKING = False  # importing typing takes longer than a load has to spare
if TYPE_CHECKING:
    from typing import Any, Protocol, overload
else:
    Protocol = object

__all__ = ["Batches", "Gatherable"]

_STATE_VERSION = 1


class Gatherable(Protocol):
    """What batches are made of: `loaders.Rows`."""

    def __len__(self) -> int: ...

    def between(self, start: int, stop: int) -> list[Any]:
        """Rows start..stop, read together."""

    def shuffle(self, seed: int) -> Any:
        """The same rows in another order."""

    def fingerprint(self) -> str:
        """Which rows these are, and in what order."""


class Batches(Sequence[list[RowT]]):
    """Rows in batches of `size`, each a list of dicts; with `drop_last` an incomplete last one is left out.

    Batches are a sequence, `len` and indices included. They remember one thing: which batch comes next (the one after
    the last that was given), which `state()` writes down and `remaining()` goes on from.
    """

    __slots__ = ("_drop_last", "_epoch", "_next", "_now", "_rows", "_size")

    def __init__(self, rows: Gatherable, size: int, drop_last: bool = False) -> None:
        if operator.index(size) < 1:
            raise UsageError(f"a batch of {size} rows", "a batch has at least one row")
        self._rows = rows
        self._now = rows
        self._size = operator.index(size)
        self._drop_last = bool(drop_last)
        self._epoch: int | None = None
        self._next = 0

    def __repr__(self) -> str:
        epoch = "" if self._epoch is None else f", epoch {self._epoch}"
        return f"Batches({len(self):,} of {self._size}{epoch}, next {self._next:,}; {self._now!r})"

    def __len__(self) -> int:
        whole, rest = divmod(len(self._now), self._size)
        return whole + (rest > 0 and not self._drop_last)

    if TYPE_CHECKING:

        @overload
        def __getitem__(self, index: int) -> list[RowT]: ...

        @overload
        def __getitem__(self, index: slice) -> list[list[RowT]]: ...

    def __getitem__(self, index: int | slice) -> list[RowT] | list[list[RowT]]:
        if isinstance(index, slice):
            return [self.get_batch(place) for place in range(*index.indices(len(self)))]
        place = operator.index(index)
        return self.get_batch(place + len(self) if place < 0 else place)

    def __iter__(self) -> Iterator[list[RowT]]:
        return (self.get_batch(place) for place in range(len(self)))

    def get_batch(self, index: int) -> list[RowT]:
        """Batch `index`, 0 <= index < len, of this epoch.

        Raises:
            IndexError: there is no such batch.
        """
        if not 0 <= index < len(self):
            raise IndexError(f"batch {index} of {len(self):,}")
        start = index * self._size
        found = self._now.between(start, min(start + self._size, len(self._now)))
        self._next = index + 1
        return found

    def set_epoch(self, seed: int) -> None:
        """Begin an epoch: the rows in the order of `shuffle(seed)`, from the first batch on.

        Raises:
            UsageError: the rows are partial.
        """
        self._now = self._rows.shuffle(seed)
        self._epoch = operator.index(seed)
        self._next = 0

    def remaining(self) -> Iterator[list[RowT]]:
        """The batches from the next one to the end of the epoch."""
        while self._next < len(self):
            yield self.get_batch(self._next)

    def state(self) -> dict[str, Any]:
        """Where the epoch stands, as JSON: enough for `resume` to give exactly the batches that are left."""
        return {
            "version": _STATE_VERSION,
            "rows": self._rows.fingerprint(),
            "size": self._size,
            "drop_last": self._drop_last,
            "epoch": self._epoch,
            "next": self._next,
        }

    def resume(self, state: Mapping[str, Any]) -> Batches[RowT]:
        """Go on where `state` was taken, in another process or on another machine; these batches.

        Raises:
            IntegrityError: it was taken from other rows, or from batches of another size.
            UsageError: it is no state of batches.
        """
        if state.get("version") != _STATE_VERSION or not {"rows", "size", "drop_last", "epoch", "next"} <= set(state):
            raise UsageError(f"not a state of batches: {dict(state)!r:.200}", "give what state() returned")
        ours = {"rows": self._rows.fingerprint(), "size": self._size, "drop_last": self._drop_last}
        other = [f"{name} was {state[name]}, is {value}" for name, value in ours.items() if state[name] != value]
        if other:
            raise IntegrityError("the state is of other batches: " + "; ".join(other), "make them as they were made")
        if state["epoch"] is None:
            self._now, self._epoch = self._rows, None
        else:
            self.set_epoch(state["epoch"])
        self._next = operator.index(state["next"])
        return self
