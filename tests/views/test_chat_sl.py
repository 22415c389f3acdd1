"""The chat_sl recipe's view: shuffled with seed 0 and cut, without a row being read for it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from loaders import chat_sl
from loaders.mapping import Made
from recipes_data.errors import TableError, UsageError
from recipes_data.tables.table import Table
from tests.views.worlds import Generated, Rows, World


def tulu3(generated: Generated) -> Any:
    """The rows by `datasets`; the card, whose features are none, is not looked at."""
    return generated.read("parquet", "allenai/tulu-3-sft-mixture", "data/train-*")


def chats(rows: Any) -> Rows:
    return [{"messages": row["messages"], **({"source": row["source"]} if "source" in row else {})} for row in rows]


def test_tulu3_is_shuffled_and_its_first_1024_chats_are_the_test_set(generated: Generated) -> None:
    train, test = chat_sl.tulu3(fetch=True)
    dataset = tulu3(generated).shuffle(seed=0)
    assert list(test) == chats(dataset.take(1024))
    assert list(train) == chats(dataset.skip(1024))
    assert (len(train), len(test)) == (276, 1024)
    rows = tulu3(generated).to_list()
    by_hand = [rows[place] for place in np.random.default_rng(0).permutation(len(rows))]
    assert test[5]["messages"] == by_hand[5]["messages"]
    assert train[-1]["messages"] == by_hand[-1]["messages"]


def test_an_epoch_shuffles_the_shuffled_set_again(generated: Generated) -> None:
    train, _ = chat_sl.tulu3(fetch=True)
    theirs = tulu3(generated).shuffle(seed=0).skip(1024)
    batches = train.batches(50, drop_last=True)
    for epoch in (0, 1):
        batches.set_epoch(epoch)
        shuffled = theirs.shuffle(seed=epoch)
        expected = [chats(shuffled.select(range(n * 50, n * 50 + 50))) for n in range(len(theirs) // 50)]
        assert list(batches) == expected


def test_no_row_is_read_to_shuffle_cut_and_count(generated: Generated, monkeypatch: pytest.MonkeyPatch) -> None:
    chat_sl.tulu3(fetch=True)

    def read(*_: object) -> None:
        raise AssertionError("a row was read")

    for method in ("row", "rows", "gather", "batches", "arrow"):
        monkeypatch.setattr(Table, method, read)
        monkeypatch.setattr(Made, method, read)
    train, test = chat_sl.tulu3()
    assert (len(train), len(test)) == (276, 1024)
    assert str(train.report) == "276 rows, 276 records"
    with pytest.raises(AssertionError, match="a row was read"):
        train[0]


def test_no_robots_is_shuffled_but_for_its_test_set(generated: Generated) -> None:
    train, test = chat_sl.no_robots(fetch=True)
    dataset = generated.load_dataset("HuggingFaceH4/no_robots")
    assert list(train) == chats(dataset["train"].shuffle(seed=0))
    assert list(test) == chats(dataset["test"])
    assert (len(train), len(test)) == (33, 12)


def test_a_message_that_is_none_is_an_error_that_names_its_row(world: World) -> None:
    rows = [{"messages": [{"role": "user", "content": f"m{n}"}]} for n in range(4)]
    rows[2]["messages"][0]["content"] = None
    world.write("tulu3", {"default": {"train": rows}})
    train, test = chat_sl.tulu3(test_size=1)
    place = np.random.default_rng(0).permutation(4).tolist().index(2)
    records = train if place else test
    with pytest.raises(TableError, match=rf"tulu3/default:train, row {max(0, place - 1)} in this order: messages\[0\]"):
        list(records)


def test_fewer_rows_than_the_test_set_takes_are_an_error(world: World) -> None:
    world.write("tulu3", {"default": {"train": [{"messages": []}] * 3}}, shards=1)
    with pytest.raises(UsageError, match="the test set is the first 1,024 of 3 rows of tulu3"):
        chat_sl.tulu3()
    with pytest.raises(UsageError, match="the test set is all 3 rows of tulu3: none is left to train on"):
        chat_sl.tulu3(test_size=3)
    for count in (0, 3, 4):
        with pytest.raises(UsageError) as refused:
            chat_sl.tulu3(test_size=count)
        assert refused.value.do == "test_size= is 1 to 2"
    assert [len(records) for records in chat_sl.tulu3(test_size=2)] == [1, 2]


def test_one_row_cannot_be_trained_on_and_tested(world: World) -> None:
    world.write("tulu3", {"default": {"train": [{"messages": []}]}}, shards=1)
    with pytest.raises(UsageError, match="two sets take two rows"):
        chat_sl.tulu3(test_size=1)
