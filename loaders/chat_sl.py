"""The only home of what recipes/chat_sl trains on: Tulu 3 and No Robots; sl_basic and sl_loop read the latter too.

Source: recipes/chat_sl/chat_datasets.py of the Tinker Cookbook, as it was in August 2026. Training shuffles once more
at the start of every epoch, the first one too: `train.batches(n, drop_last=True)` with `set_epoch(epoch)` does that.
"""

from __future__ import annotations

from typing import Unpack

from loaders.recording import records
from loaders.shapes import Chat
from loaders.viewing import TrainTest, Where, cut, rows_of

__all__ = ["no_robots", "tulu3"]

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
