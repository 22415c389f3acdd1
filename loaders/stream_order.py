"""The only home of the orders of streamed shuffles: those of Hugging Face `datasets`, which are of two kinds.

Sources: `datasets.IterableDataset.shuffle`. Until 5.0 a reservoir: one item leaves the full buffer at random for each
that comes in. From 5.1 a buffer that is permuted when it is full and then gives all but half of its size. Both also
shuffle the shards; from 5.0 on several shards are read in turns (`max_buffer_input_shards`, 10 unless said). Map-style
shuffles are the same in all versions; these are not, so an order has a name and there is no default.
`tests/contract/stream_orders.json` holds orders drawn with each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any, Literal, TypeVar, get_args

from loaders.order import generator
from recipes_data.errors import UsageError

__all__ = ["StreamOrder", "check_order", "shards_in_turns", "shuffled"]

StreamOrder = Literal["datasets<=5.0", "datasets>=5.1"]
_T = TypeVar("_T")
_DRAWN_AT_ONCE = 1000  # the reservoir draws its places in blocks of so many


def check_order(order: str) -> None:
    """See that an order is one of the two names.

    Raises:
        UsageError: it is not.
    """
    if order not in get_args(StreamOrder):
        names = " or ".join(f"order={name!r}" for name in get_args(StreamOrder))
        raise UsageError(
            f"order={order!r} names no streamed shuffle", f"{names}: the versions of `datasets` whose order is meant"
        )


def shards_in_turns(
    count: int,
    seed: int,
    inputs: int,
    *,
    shuffled: bool,
    chunk: int,
    read: Callable[[Sequence[int]], Iterator[_T]],
    ready: Callable[[Sequence[int]], None] = lambda shards: None,
) -> Iterator[list[_T]]:
    """Items of `count` shards in chunks as they reach the buffer.

    `inputs`: how many readers take turns; each has a run of the (shuffled) shards, the first ones one shard longer,
    and gives `chunk` items at a time. `read(shards)`: the items of these shards, one after another. `ready(shards)` is
    told the first shard of every reader before any is read.
    """
    shards = list(range(count))
    if shuffled:
        generator(seed).shuffle(shards)
    readers = max(1, min(count, inputs))
    share, longer = divmod(count, readers)
    runs: list[list[int]] = []
    for number in range(readers):
        start = sum(map(len, runs))
        runs.append(shards[start : start + share + (number < longer)])
    ready([run[0] for run in runs if run])
    sources = [iter(read(run)) for run in runs]
    while sources:
        left = []
        for source in sources:
            items = list(islice(source, chunk))
            if items:
                yield items
                left.append(source)
        sources = left


def shuffled(chunks: Iterator[list[_T]], seed: int, buffer_size: int, order: StreamOrder) -> Iterator[_T]:
    """Items in the order that a buffer of `buffer_size` items gives them."""
    if order == "datasets<=5.0":
        return _reservoir((item for chunk in chunks for item in chunk), generator(seed), buffer_size)
    return _permuted(chunks, generator(seed), buffer_size)


def _reservoir(items: Iterator[_T], source: Any, size: int) -> Iterator[_T]:
    buffer = list(islice(items, size))
    places: Iterator[int] = iter(())
    for item in items:
        place = next(places, None)
        if place is None:
            places = iter(source.integers(0, size, size=_DRAWN_AT_ONCE).tolist())
            place = next(places)
        yield buffer[place]
        buffer[place] = item
    rest = list(range(len(buffer)))
    source.shuffle(rest)
    yield from (buffer[place] for place in rest)


def _permuted(chunks: Iterator[list[_T]], source: Any, size: int) -> Iterator[_T]:
    buffer: list[_T] = []
    for chunk in chunks:
        buffer.extend(chunk)
        if len(buffer) >= size:
            buffer = [buffer[place] for place in source.permutation(len(buffer))]
            given = len(buffer) - size // 2
            yield from buffer[:given]
            buffer = buffer[given:]
    if buffer:
        yield from (buffer[place] for place in source.permutation(len(buffer)))
