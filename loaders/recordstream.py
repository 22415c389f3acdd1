"""The only home of streamed records: typed examples made of the rows of a Stream as they arrive."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Generic, TypeVar

from loaders.pins import Pin
from loaders.shapes.shape import Drop
from loaders.stream import Stream, StreamBatches
from recipes_data.errors import TableError
from recipes_data.tables.shards import Row

__all__ = ["RecordBatches", "RecordStream"]

T = TypeVar("T")


class _Making(Generic[T]):
    """What makes records, and counts what it drops."""

    def __init__(self, make: Callable[[Row], T | Drop], pin: Pin) -> None:
        self.dropped: Counter[str] = Counter()
        self._make = make
        self._name = f"{pin.dataset}/{pin.config}:{pin.split}"

    def made(self, rows: Iterable[Row], start: int) -> Iterator[T]:
        """The records of these rows, the first of which is number `start` of this iteration."""
        for place, row in enumerate(rows, start):
            try:
                found = self._make(row)
            except TableError as exc:
                raise TableError(f"{self._name}, row {place:,} of the stream: {exc.what}", exc.do) from exc
            except KeyError as exc:
                what = f"{self._name}, row {place:,} of the stream: there is no {exc}"
                raise TableError(what, "the function asks for it") from exc
            if isinstance(found, Drop):
                self.dropped[found.reason] += 1
            else:
                yield found


class RecordStream(Iterable[T], Generic[T]):
    """Records in the order of a stream's rows. `state()` and `resume(state)` are those of the stream.

    Rows that are dropped are counted while they pass: `dropped` has those of the last iteration, by reason.
    """

    __slots__ = ("_make", "_making", "stream")

    def __init__(self, stream: Stream, make: Callable[[Row], T | Drop]) -> None:
        self.stream = stream
        self._make = make
        self._making = _Making(make, stream.pin)

    def __repr__(self) -> str:
        return f"RecordStream({self.stream!r})"

    @property
    def pin(self) -> Pin:
        """Which rows these are."""
        return self.stream.pin

    @property
    def dropped(self) -> dict[str, int]:
        """How many rows of the last iteration became no record, by reason."""
        return dict(self._making.dropped)

    def __iter__(self) -> Iterator[T]:
        self._making = _Making(self._make, self.pin)
        return self._making.made(self.stream, 0)

    def take(self, n: int) -> RecordStream[T]:
        """The records of the first `n` rows."""
        return RecordStream(self.stream.take(n), self._make)

    def batch(
        self,
        n: int | None = None,
        drop_last: bool = False,
        *,
        batch_size: int | None = None,
        drop_last_batch: bool = False,
    ) -> RecordBatches[T]:
        """Records in lists, cut of the rows: a batch of `n` rows is short where some of them are dropped.

        With `drop_last` an incomplete last batch is left out. `batch_size` and `drop_last_batch` are these two, as
        `datasets` calls them.
        """
        cut = self.stream.batch(n, drop_last, batch_size=batch_size, drop_last_batch=drop_last_batch)
        return RecordBatches(cut, self._make, self.pin)

    def state(self) -> dict[str, Any]:
        """How far the last iteration came, as JSON."""
        return self.stream.state()

    def resume(self, state: Mapping[str, Any]) -> RecordStream[T]:
        """The records that were left; raises as `Stream.resume` does."""
        return RecordStream(self.stream.resume(state), self._make)


class RecordBatches(Iterable[list[T]], Generic[T]):
    """A stream's records in lists."""

    __slots__ = ("_batches", "_make", "_pin")

    def __init__(self, batches: StreamBatches, make: Callable[[Row], T | Drop], pin: Pin) -> None:
        self._batches = batches
        self._make = make
        self._pin = pin

    def __iter__(self) -> Iterator[list[T]]:
        making = _Making(self._make, self._pin)
        start = 0
        for rows in self._batches:
            yield list(making.made(rows, start))
            start += len(rows)

    def state(self) -> dict[str, Any]:
        """How far the last iteration came, as JSON: the rows of all batches that were given."""
        return self._batches.state()

    def resume(self, state: Mapping[str, Any]) -> RecordBatches[T]:
        """The batches that were left; raises as `Stream.resume` does."""
        return RecordBatches(self._batches.resume(state), self._make, self._pin)
