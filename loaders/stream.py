"""The only home of rows that are streamed: shard after shard, each fetched and verified before its first row is given.

How `load` calls it: `open_stream(store, lock, config.name, split, pin, bring)`, where `bring(shards)` fetches these
shards of the split (positions from 0) and returns when they are in the store, checked; None: nothing is fetched.
"""

from __future__ import annotations

import hashlib
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import islice
from typing import Any

from loaders.pins import Pin, Step, step
from loaders.stream_order import StreamOrder, check_order, shards_in_turns, shuffled
from loaders.synonyms import either
from recipes_data.columns import Columns, differences
from recipes_data.errors import IntegrityError, NotFetchedError, TableError, UsageError
from recipes_data.formats import FORMATS
from recipes_data.lockfile import Lock, LockedSplit
from recipes_data.store import Store
from recipes_data.tables.opening import open_split
from recipes_data.tables.shards import Row, RowT
from recipes_data.tables.table import Table
from recipes_data.wording import counted

__all__ = ["Shards", "Stream", "StreamBatches", "open_stream"]

_STATE_VERSION = 1
_INPUTS = 10  # shards that the newer versions of `datasets` read in turns
_Bring = Callable[[Sequence[int]], None]


@dataclass(frozen=True, slots=True)
class Shards:
    """The locked files of a split. `bring`: as `open_stream` takes it; `seen`: the columns that were read first."""

    store: Store
    lock: Lock
    config: str
    split: LockedSplit
    bring: _Bring | None
    seen: list[Columns] = field(default_factory=list, compare=False)

    def __len__(self) -> int:
        return len(self.split.files)

    def open(self, shard: int) -> Table:
        """The rows of one file; the file is fetched first where that is allowed and needed.

        Raises:
            NotFetchedError: it is not in the store, and nothing may be fetched.
            IntegrityError: its bytes were changed.
        """
        one = replace(self.split, files=(self.split.files[shard],), expected_rows=None)
        try:
            return open_split(self.store, self.lock, self.config, one, build=False)
        except NotFetchedError as exc:
            if self.bring is None:
                what = f"shard {shard} of {self.lock.name}/{self.config}:{self.split.name}: {exc.what}"
                raise NotFetchedError(what, "load(..., stream=True, fetch=True) fetches each shard in turn") from exc
            self.bring([shard])
        return open_split(self.store, self.lock, self.config, one, build=False)

    def ready(self, shards: Sequence[int]) -> None:
        """Fetch several that are missing at once: a shuffle reads them in turns."""
        if self.bring is None:
            return
        files = self.lock.by_path()
        locked = {shard: files[self.split.files[shard]] for shard in shards}
        missing = [shard for shard, file in locked.items() if not self.store.has(file.digest, file.size)]
        if missing:
            self.bring(missing)

    def read(self, shards: Sequence[int], skip: int = 0) -> Iterator[Row]:
        """The rows of these shards, one after another, without the first `skip`."""
        for shard in shards:
            table = self.open(shard)
            self._compare(shard, table.columns)
            if skip < len(table):
                yield from table.rows(skip)
            skip = max(0, skip - len(table))

    def _compare(self, shard: int, columns: Columns) -> None:
        """See that a shard has the columns of the one that was read first, as all files of a split must."""
        if not self.seen:
            self.seen.append(columns)
        wrong = differences(dict(self.seen[0]), dict(columns))
        if wrong:
            name = f"{self.lock.name}/{self.config}:{self.split.name}"
            what = f"{name}: shard {shard} has other columns than the one read first: {'; '.join(wrong)}"
            raise TableError(what, "name the columns in the manifest")


@dataclass(frozen=True, slots=True)
class _Shuffle:
    seed: int
    buffer_size: int
    order: StreamOrder
    inputs: int


@dataclass(frozen=True, slots=True)
class _Take:
    n: int


@dataclass(frozen=True, slots=True)
class _Skip:
    n: int


class Stream(Iterable[RowT]):
    """Rows as they arrive: iterate over it; nothing is known of its length. Nothing here changes what it gives.

    Orders are those of `datasets.IterableDataset` over the same files. A stream remembers how many rows its last
    iteration gave; `state()` writes that down, and `resume(state)` is a stream of exactly the rows that are left.
    """

    __slots__ = ("_given", "_order", "_pin", "_shards", "_start", "_steps")

    def __init__(
        self,
        shards: Shards,
        pin: Pin,
        steps: tuple[_Shuffle | _Take | _Skip, ...] = (),
        start: int = 0,
        order: StreamOrder | None = None,
    ) -> None:
        self._shards = shards
        self._pin = pin
        self._steps = steps
        self._start = start
        self._given = start
        self._order = order

    def __repr__(self) -> str:
        pin = self._pin
        steps = "".join(f", {one}".replace("_", "", 1).lower() for one in self._steps)
        name = f"{pin.dataset}/{pin.config}:{pin.split}"
        return f"Stream({name}, {counted(len(self._shards), 'shard')}{steps}; {pin.repo}@{pin.commit[:12]})"

    def _repr_html_(self) -> str:
        from loaders.showing import lines_html  # notebooks alone

        split = self._shards.split
        known = split.columns if split.columns is not None else split.promised
        more = "" if known is not None else "; columns are known with the first row"
        # no row is shown: a stream may have to fetch the first
        return lines_html(f"{self!r}{more}", ("column", "type"), known or ())

    @property
    def pin(self) -> Pin:
        """Which rows these are, and what was done to them since they were loaded."""
        return self._pin.after(self.steps[1:])

    @property
    def steps(self) -> tuple[Step, ...]:
        """How these rows are made, as `Rows.steps`."""
        done = tuple(step(type(one).__name__[1:].lower(), **asdict(one)) for one in self._steps)
        return (step("load", pin=self._pin, stream=True), *done)

    @property
    def column_names(self) -> list[str]:
        """Column names, in order: those of the lock, else those of the first shard, which is opened for it."""
        columns = self._shards.split.columns
        found = columns if columns is not None else self._shards.open(0).columns
        return [name for name, _ in found]

    def ordered_as(self, order: StreamOrder) -> Stream[RowT]:
        """The same stream, which is shuffled in this order where `shuffle` is not told another."""
        check_order(order)
        return Stream(self._shards, self._pin, self._steps, self._start, order)

    def shuffle(
        self,
        seed: int,
        buffer_size: int = 1000,
        *,
        order: StreamOrder | None = None,
        max_buffer_input_shards: int | None = None,
    ) -> Stream[RowT]:
        """The rows in the order of `datasets.IterableDataset.shuffle(seed, buffer_size)` of the versions `order` names.

        `order`: "datasets<=5.0" or "datasets>=5.1", which differ; there is no default but that of `ordered_as`.
        `max_buffer_input_shards`: how many shards feed the buffer in turns. It is 10 from 5.0 on; before, it
        was always 1, so that for several shards "datasets<=5.0" wants it named: 1 for versions up to 4.8, 10 for 5.0.
        After `take` or `skip` the shards stay in their order and are read one after another. The buffer's rows are held
        in memory.

        Raises:
            UsageError: no such order, or the stream is shuffled already.
        """
        order = order or self._order
        if order is None:
            what = "a streamed shuffle gives another order in other versions of `datasets`"
            raise UsageError(what, "shuffle(..., order='datasets>=5.1') or order='datasets<=5.0'")
        check_order(order)
        if any(isinstance(one, _Shuffle) for one in self._steps):
            raise UsageError("the stream is shuffled already", "shuffle once, with another seed")
        if operator.index(buffer_size) < 1:
            raise UsageError(f"a buffer of {buffer_size} rows", "buffer_size is at least 1")
        inputs = max_buffer_input_shards
        if inputs is None:
            if order == "datasets<=5.0" and len(self._shards) > 1 and not self._steps:
                raise UsageError(
                    f"versions up to 5.0 read {len(self._shards)} shards in two ways",
                    "max_buffer_input_shards=1 for datasets up to 4.8, max_buffer_input_shards=10 for datasets 5.0",
                )
            inputs = _INPUTS
        return self._and(_Shuffle(operator.index(seed), buffer_size, order, max(1, operator.index(inputs))))

    def take(self, n: int) -> Stream[RowT]:
        """The first `n` rows, or all where there are fewer."""
        return self._and(_Take(_count(n)))

    def skip(self, n: int) -> Stream[RowT]:
        """All but the first `n` rows."""
        return self._and(_Skip(_count(n)))

    def batch(
        self,
        n: int | None = None,
        drop_last: bool = False,
        *,
        batch_size: int | None = None,
        drop_last_batch: bool = False,
    ) -> StreamBatches[RowT]:
        """The rows in lists of `n`; with `drop_last` an incomplete last one is left out.

        `batch_size` and `drop_last_batch` are these two, as `datasets` calls them.
        """
        n = either(n, batch_size, "n", "batch_size")
        if operator.index(n) < 1:
            raise UsageError(f"a batch of {n} rows", "a batch has at least one row")
        return StreamBatches(self, operator.index(n), drop_last or drop_last_batch)

    def _and(self, one: _Shuffle | _Take | _Skip) -> Stream[RowT]:
        if self._start:
            raise UsageError("the stream goes on from a state", "put the steps before resume()")
        return Stream(self._shards, self._pin, (*self._steps, one), order=self._order)

    def __iter__(self) -> Iterator[RowT]:
        self._given = 0 if self._steps else self._start
        for row in self._all():
            self._given += 1
            if self._given > self._start:
                yield row

    def _all(self) -> Iterator[Any]:
        everything = range(len(self._shards))
        if not self._steps:
            return self._shards.read(everything, self._start)
        rows: Iterator[Row] | None = None
        for number, one in enumerate(self._steps):
            if isinstance(one, _Shuffle):
                rows = self._mixed(one, rows, alone=number == 0)
                continue
            if rows is None:
                rows = self._shards.read(everything, one.n if isinstance(one, _Skip) else 0)
                if isinstance(one, _Skip):
                    continue
            rows = islice(rows, one.n) if isinstance(one, _Take) else islice(rows, one.n, None)
        return rows if rows is not None else iter(())

    def _mixed(self, one: _Shuffle, rows: Iterator[Row] | None, *, alone: bool) -> Iterator[Row]:
        inputs = one.inputs if alone else 1
        chunk = 1 if one.order == "datasets<=5.0" else max(1, one.buffer_size // inputs)
        if rows is not None:
            chunks = iter(lambda: list(islice(rows, chunk)), [])
        else:
            chunks = shards_in_turns(
                len(self._shards),
                one.seed,
                inputs,
                shuffled=True,
                chunk=chunk,
                read=self._shards.read,
                ready=self._shards.ready,
            )
        return shuffled(chunks, one.seed, one.buffer_size, one.order)

    def state(self) -> dict[str, Any]:
        """How far the last iteration came, as JSON."""
        return {"version": _STATE_VERSION, "stream": self._identity(), "given": self._given}

    def _identity(self) -> str:
        of = (self._pin.digests, [repr(one) for one in self._steps])
        return hashlib.sha256(repr(of).encode()).hexdigest()

    def resume(self, state: Mapping[str, Any]) -> Stream[RowT]:
        """The rows that were left when `state` was taken of a stream that was made like this one.

        Rows before it are passed over: by counting where nothing was shuffled, else by drawing the same order again.

        Raises:
            IntegrityError: it was taken of another stream.
            UsageError: it is no state of a stream.
        """
        if state.get("version") != _STATE_VERSION or not {"stream", "given"} <= set(state):
            raise UsageError(f"not a state of a stream: {dict(state)!r:.200}", "give what state() returned")
        if state["stream"] != self._identity():
            raise IntegrityError("the state is of another stream", "make it of the same files, with the same steps")
        return Stream(self._shards, self._pin, self._steps, operator.index(state["given"]), self._order)


class StreamBatches(Iterable[list[RowT]]):
    """A stream's rows in lists of one size."""

    __slots__ = ("_drop_last", "_given", "_size", "_stream")

    def __init__(self, stream: Stream[RowT], size: int, drop_last: bool) -> None:
        self._stream = stream
        self._size = size
        self._drop_last = drop_last
        self._given = stream.state()["given"]

    def __iter__(self) -> Iterator[list[RowT]]:
        rows = iter(self._stream)
        while batch := list(islice(rows, self._size)):
            if len(batch) < self._size and self._drop_last:
                return
            self._given = self._stream.state()["given"]
            yield batch

    def state(self) -> dict[str, Any]:
        """How far the last iteration came, as JSON: the rows of all batches that were given."""
        return {**self._stream.state(), "given": self._given}

    def resume(self, state: Mapping[str, Any]) -> StreamBatches[RowT]:
        """The batches that were left; raises as `Stream.resume` does."""
        return StreamBatches(self._stream.resume(state), self._size, self._drop_last)


def _count(n: int) -> int:
    if operator.index(n) < 0:
        raise UsageError(f"{n} rows", "a number of rows is not negative")
    return operator.index(n)


def open_stream(store: Store, lock: Lock, config: str, split: LockedSplit, pin: Pin, bring: _Bring | None) -> Stream:
    """The rows of a split, streamed in the order of its files; nothing is read or fetched before it is iterated over.

    Raises:
        UsageError: the split's files are one table only together, or have no rows.
    """
    if split.format not in FORMATS or FORMATS[split.format].whole or split.members:
        what = f"{lock.name}/{config}:{split.name}: its files are not shards that have rows of their own"
        raise UsageError(what, "load it without stream=True")
    return Stream(Shards(store, lock, config, split, bring), pin)
