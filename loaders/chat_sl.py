"""The only home of what recipes/chat_sl trains on: Tulu 3, No Robots (sl_basic and sl_loop read it too), and mixtures.

Sources: recipes/chat_sl/chat_datasets.py and, of mixtures, supervised/data.py of the Tinker Cookbook, as they were in
August 2026. Training shuffles once more at the start of every epoch, the first one too:
`train.batches(n, drop_last=True)` with `set_epoch(epoch)` does that.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple, Unpack

import numpy as np

from loaders.joining import Stopping, concatenate, interleave
from loaders.order import generator
from loaders.recorded import Records
from loaders.recording import records
from loaders.rows import Rows
from loaders.shapes import Chat
from loaders.viewing import TrainTest, Where, cut, need_columns, rows_of
from recipes_data.errors import UsageError

__all__ = ["Mixture", "interleaved", "no_robots", "tulu3"]

_FIELDS = {"messages": "messages"}


def tulu3(test_size: int = 1024, **where: Unpack[Where]) -> TrainTest[Chat]:
    """The Tulu 3 mixture, shuffled with seed 0: the first 1,024 chats are `test`, the others `train`.

    No row is read for that. The recipe trains on the last assistant message of each. The other arguments are those of
    `loaders.viewing.Where`; raises as `load` does.

    Raises:
        UsageError: there are not more rows than the test set takes (the recipe would train on nothing).
    """
    rows = rows_of("tulu3", None, "train", ("messages",), **where).shuffle(0)
    test, train = cut(rows, test_size)
    return TrainTest(records(train, Chat, _FIELDS), records(test, Chat, _FIELDS))


def no_robots(**where: Unpack[Where]) -> TrainTest[Chat]:
    """No Robots: `train` shuffled with seed 0, `test` in file order.

    The recipe trains on all assistant messages. With batches of 256 and 500 rows it tests one batch: incomplete ones
    are left out of its test set too.
    """
    train = rows_of("no_robots", None, "train", ("messages",), **where).shuffle(0)
    test = rows_of("no_robots", None, "test", ("messages",), **where)
    return TrainTest(records(train, Chat, _FIELDS), records(test, Chat, _FIELDS))


class Mixture(NamedTuple):
    """What a mixture trains on, and what was held out of its sources before; None: nothing was."""

    train: Records[Chat]
    test: Records[Chat] | None


def interleaved(
    sources: Sequence[Rows],
    weights: Sequence[float] | None = None,
    *,
    test_size: int = 0,
    seed: int = 0,
    stopping_strategy: Stopping = "all_exhausted",
) -> Mixture:
    """Chats of several sources, each drawn from one of them by its weight: `InterleavedChatDatasetBuilder`.

    `sources`: rows with a column `messages`; one of another name is renamed before:
    `load("mine", split="train").rename_column("conversation", "messages")`. Other columns are left out. `weights`: one
    for each, relative to each other; None: the numbers of rows, so that a row is as likely as any other.
    `stopping_strategy` is that of `interleave_datasets`. The recipe trains on all assistant messages.

    `test_size`: so many rows are held out, of sources that are drawn with these chances, and shuffled; each source of
    a weight above 0 keeps one row at least. Sources of weight 0 then are in neither of the two.

    Kept as the builder has it: with `test_size=0` the sources are drawn in file order, only epochs shuffle; a source of
    weight 0 is refused with "all_exhausted", but not where rows are held out; rows of equal content are not one row.

    Raises:
        UsageError: no sources; weights that are not one for each, negative, not finite, or 0 together; a source to
            draw from without rows; more rows to hold out than the sources can spare.
        TableError: a source has no column `messages`, or those of two have different types.
    """
    if not sources:
        raise UsageError("nothing to interleave", 'chat_sl.interleaved([load("tulu3", split="train"), ...])')
    if test_size < 0:
        raise UsageError(f"test_size={test_size} is below 0", "0: nothing is held out")
    for source in sources:
        need_columns(source, ("messages",))
    chats = [source.select_columns(["messages"]) for source in sources]
    by_rows = weights is None
    given = [float(len(rows)) for rows in chats] if weights is None else [float(weight) for weight in weights]
    _check_weights(chats, given)
    held: Rows | None = None
    if test_size:
        chats, given, held = _held_out(chats, given, test_size, seed, by_rows=by_rows)
    total = sum(given)
    mixed = interleave(chats, [weight / total for weight in given], seed, stopping_strategy)
    return Mixture(records(mixed, Chat, _FIELDS), None if held is None else records(held, Chat, _FIELDS))


def _check_weights(chats: Sequence[Rows], weights: Sequence[float]) -> None:
    if len(weights) != len(chats):
        raise UsageError(f"{len(weights)} weights for {len(chats)} sources", "one for each, or None for all")
    if not all(math.isfinite(weight) and weight >= 0 for weight in weights) or not 0 < sum(weights) < math.inf:
        raise UsageError(f"weights={list(weights)} are no chances", "numbers from 0, not all 0")
    for number, (rows, weight) in enumerate(zip(chats, weights, strict=True)):
        if weight and not len(rows):
            raise UsageError(f"source {number} (from 0) has no rows, and a weight of {weight:g}", "leave it out")


def _held_out(
    chats: Sequence[Rows], weights: Sequence[float], count: int, seed: int, *, by_rows: bool
) -> tuple[list[Rows], list[float], Rows]:
    """What is left of each source of a weight above 0, the weights of these, and the rows that were held out."""
    spare = np.array([len(rows) - 1 if weight else 0 for rows, weight in zip(chats, weights, strict=True)], np.int64)
    if count > spare.sum():
        what = f"test_size={count:,}, where {spare.sum():,} rows can be held out: each source keeps one to train on"
        raise UsageError(what, f"test_size= is 0 to {spare.sum():,}")
    chance, left = generator(seed), np.array([len(rows) for rows in chats], np.int64)
    taken = [0] * len(chats)
    for _ in range(count):
        odds = np.where(spare > 0, left if by_rows else weights, 0.0)
        number = int(chance.choice(len(chats), p=odds / odds.sum()))
        taken[number] += 1
        spare[number] -= 1
        left[number] -= 1
    kept: list[tuple[Rows, float]] = []
    out: list[Rows] = []
    for rows, weight, some in zip(chats, weights, taken, strict=True):
        if weight:
            shuffled = rows.shuffle(int(chance.integers(0, 2**32)))
            kept.append((shuffled.skip(some), float(len(rows) - some) if by_rows else weight))
            out.append(shuffled.take(some))
    return [rows for rows, _ in kept], [weight for _, weight in kept], concatenate(out).shuffle(seed)
