"""Mixtures of chats, against the builder's steps written out again here, done by `datasets` over the same files."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from loaders import chat_sl, interleave_datasets, load
from recipes_data.errors import TableError, UsageError
from tests.views.worlds import Generated, World, with_datasets

SIZES = {"long": 40, "middle": 13, "short": 3, "one": 1}
STRATEGIES = ("first_exhausted", "all_exhausted", "all_exhausted_without_replacement")


def chats(name: str, count: int) -> list[dict[str, Any]]:
    """Chats that say which they are; `extra` has another type in each source."""
    said = [[{"role": "user", "content": f"{name} {n}"}, {"role": "assistant", "content": "."}] for n in range(count)]
    return [{"messages": each, "extra": n if name == "long" else str(n)} for n, each in enumerate(said)]


@pytest.fixture
def sources(world: World) -> World:
    for name, count in SIZES.items():
        world.write(name, {"default": {"train": chats(name, count)}})
    return world


def ours(names: Any) -> list[Any]:
    return [load(name, split="train") for name in names]


def theirs(names: Any) -> list[Any]:
    """The same rows by `datasets`; from lists, since it takes long to open files."""
    rows = [[{"messages": row["messages"]} for row in chats(name, SIZES[name])] for name in names]
    return [with_datasets().Dataset.from_list(each) for each in rows]


def restated(rows: list[Any], weights: list[float] | None, test_size: int, seed: int, strategy: str) -> tuple[Any, Any]:
    """Requirements 1.1 and the builder's docstring: hold out whole rows first, then interleave what is left."""
    datasets = with_datasets()
    given = [float(len(each)) for each in rows] if weights is None else list(weights)
    test = None
    if test_size:
        rng = np.random.default_rng(seed)
        room = [len(each) - 1 if weight > 0 else 0 for each, weight in zip(rows, given, strict=True)]
        remaining = [len(each) for each in rows]
        counts = [0] * len(rows)
        for _ in range(test_size):
            by = remaining if weights is None else given
            chances = np.array([float(by[n]) if room[n] > 0 else 0.0 for n in range(len(rows))])
            drawn = int(rng.choice(len(rows), p=chances / chances.sum()))
            counts[drawn], room[drawn], remaining[drawn] = counts[drawn] + 1, room[drawn] - 1, remaining[drawn] - 1
        held, kept, left = [], [], []
        for each, weight, count in zip(rows, given, counts, strict=True):
            if weight == 0:
                continue
            shuffled = each.shuffle(seed=int(rng.integers(0, 2**32)))
            kept.append(shuffled.select(range(count, len(each))))
            left.append(float(len(each) - count) if weights is None else weight)
            held.append(shuffled.select(range(count)))
        rows, given = kept, left
        test = list(datasets.concatenate_datasets([each for each in held if len(each)]).shuffle(seed=seed))
    chances = [weight / sum(given) for weight in given]
    mixed = datasets.interleave_datasets(rows, probabilities=chances, seed=seed, stopping_strategy=strategy)
    return list(mixed), test


WEIGHTS: list[tuple[tuple[str, ...], list[float] | None]] = [
    (("long", "short"), None),
    (("long", "middle", "short", "one"), None),
    (("short", "long", "middle"), [0.2, 0.5, 0.3]),
    (("middle", "long"), [3, 7]),
    (("long",), None),
    (("long",), [0.1]),
    (("one",), None),
    (("long", "long"), [1, 2]),
]


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize(("names", "weights"), WEIGHTS, ids=str)
def test_a_mixture_is_what_datasets_interleaves(sources: World, names: Any, weights: Any, strategy: Any) -> None:
    rows, others = ours(names), theirs(names)
    spare = sum(SIZES[name] - 1 for name in names)
    for seed, test_size in {(0, 0), (7, min(5, spare)), (0, spare)}:
        mixed = chat_sl.interleaved(rows, weights, test_size=test_size, seed=seed, stopping_strategy=strategy)
        train, test = restated(others, weights, test_size, seed, strategy)
        assert list(mixed.train) == train
        assert (None if mixed.test is None else list(mixed.test)) == test


def test_fetched_sources_are_mixed_as_datasets_mixes_their_files(generated: Generated) -> None:
    rows = [load(name, split="train", fetch=True) for name in ("tulu3", "no_robots")]
    others = [
        generated.read("parquet", path, "data/train-*").select_columns(["messages"])
        for path in ("allenai/tulu-3-sft-mixture", "HuggingFaceH4/no_robots")
    ]
    for weights, test_size in ((None, 40), ([3.0, 1.0], 0)):
        mixed = chat_sl.interleaved(rows, weights, test_size=test_size)
        train, test = restated(others, weights, test_size, 0, "all_exhausted")
        assert list(mixed.train) == train
        assert (None if mixed.test is None else list(mixed.test)) == test
    assert {pin.dataset for pin in mixed.train.pins} == {"tulu3", "no_robots"}


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_source_of_weight_0_is_left_out_where_rows_are_held_out(sources: World, strategy: Any) -> None:
    names, weights = ("short", "long", "middle"), [0.0, 1.0, 2.0]
    mixed = chat_sl.interleaved(ours(names), weights, test_size=6, stopping_strategy=strategy)
    train, test = restated(theirs(names), weights, 6, 0, strategy)
    assert (list(mixed.train), list(mixed.test or [])) == (train, test)
    assert not any("short" in row["messages"][0]["content"] for row in [*mixed.train, *(mixed.test or [])])


def test_a_source_of_weight_0_is_never_drawn_until_the_first_has_no_more(sources: World) -> None:
    names, weights = ("short", "long", "middle"), [0.0, 1.0, 2.0]
    mixed = chat_sl.interleaved(ours(names), weights, stopping_strategy="first_exhausted")
    train, _ = restated(theirs(names), weights, 0, 0, "first_exhausted")
    assert list(mixed.train) == train
    for strategy in ("all_exhausted", "all_exhausted_without_replacement"):
        with pytest.raises(UsageError, match="probability 0 is never used up"):
            chat_sl.interleaved(ours(names), weights, stopping_strategy=strategy)  # type: ignore[arg-type]


def test_a_source_without_rows_may_stand_where_nothing_is_drawn_from_it(sources: World) -> None:
    none, rows = load("short", split="train").take(0), load("long", split="train")
    empty, full = theirs(("short", "long"))
    empty = empty.select(range(0))
    for parts, weights in (([rows, none], [1.0, 0.0]), ([none, rows], [0.0, 2.0])):
        others = [full, empty] if parts[0] is rows else [empty, full]
        expected, _ = restated(others, weights, 0, 0, "first_exhausted")
        assert list(chat_sl.interleaved(parts, weights, stopping_strategy="first_exhausted").train) == expected
    for test_size in (0, 3):
        with pytest.raises(UsageError, match=r"source 1 \(from 0\) has no rows, and a weight of 2"):
            chat_sl.interleaved([rows, none], [1, 2], test_size=test_size)
    mixed = chat_sl.interleaved([rows, none], test_size=3)  # its weight is its number of rows: none
    expected, held = restated([full, empty], None, 3, 0, "all_exhausted")
    assert (list(mixed.train), list(mixed.test or [])) == (expected, held)
    with pytest.raises(UsageError, match="probability 0 is never used up"):
        chat_sl.interleaved([rows, none])


def test_nothing_is_trained_on_that_is_held_out_and_each_source_keeps_a_row(sources: World) -> None:
    names = ("long", "middle", "short", "one")
    mixed = chat_sl.interleaved(ours(names), test_size=40, stopping_strategy="all_exhausted")
    held = [row["messages"][0]["content"] for row in mixed.test or []]
    trained = {row["messages"][0]["content"] for row in mixed.train}
    assert len(held) == len(set(held)) == 40
    assert not trained & set(held)
    assert {text.split()[0] for text in trained} == set(names)
    assert trained | set(held) == {f"{name} {n}" for name, count in SIZES.items() for n in range(count)}


def test_an_epoch_shuffles_the_mixture(sources: World) -> None:
    names = ("long", "middle")
    mixed = chat_sl.interleaved(ours(names), [1, 1])
    batches = mixed.train.batches(8, drop_last=True)
    both = with_datasets().interleave_datasets(
        theirs(names), probabilities=[0.5, 0.5], seed=0, stopping_strategy="all_exhausted"
    )
    for epoch in (0, 1):
        batches.set_epoch(epoch)
        shuffled = both.shuffle(seed=epoch)
        assert list(batches) == [list(shuffled.select(range(n * 8, n * 8 + 8))) for n in range(len(both) // 8)]


def test_a_column_of_another_name_is_renamed_before(world: World) -> None:
    world.write("mine", {"default": {"train": [{"said": each["messages"]} for each in chats("mine", 4)]}})
    rows = load("mine", split="train")
    with pytest.raises(TableError, match="mine/default:train has no column 'messages'"):
        chat_sl.interleaved([rows])
    mixed = chat_sl.interleaved([rows.rename_column("said", "messages")])
    assert [row["messages"][0]["content"] for row in mixed.train] == [f"mine {n}" for n in range(4)]


@pytest.mark.parametrize(
    ("names", "options", "words"),
    [
        ((), {}, "nothing to interleave"),
        (("long",), {"weights": [1.0, 2.0]}, "2 weights for 1 sources"),
        (("long", "short"), {"weights": [1.0, -1.0]}, "are no chances"),
        (("long", "short"), {"weights": [1.0, float("nan")]}, "are no chances"),
        (("long", "short"), {"weights": [1e308, 1e308]}, "are no chances"),
        (("long", "short"), {"weights": [0.0, 0.0]}, "are no chances"),
        (("long", "short"), {"test_size": -1}, "is below 0"),
        (("long", "short"), {"test_size": 42}, "test_size=42, where 41 rows can be held out"),
        (("long", "short"), {"weights": [1.0, 0.0], "test_size": 40}, "where 39 rows can be held out"),
        (("long", "short"), {"stopping_strategy": "never"}, "'never' is none of first_exhausted, all_exhausted,"),
    ],
)
def test_what_is_no_mixture_is_refused(sources: World, names: Any, options: Any, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        chat_sl.interleaved(ours(names), **options)


@pytest.mark.parametrize("names", [("long", "short", "middle"), ("one", "long"), ("short",)])
@pytest.mark.parametrize("chances", [None, "some"])
def test_every_row_comes_once_without_replacement(sources: World, names: Any, chances: Any) -> None:
    some = None if chances is None else [1 / len(names)] * len(names)
    found = interleave_datasets(
        [rows.select_columns(["messages"]) for rows in ours(names)],
        some,
        3,
        stopping_strategy="all_exhausted_without_replacement",
    )
    expected = with_datasets().interleave_datasets(
        theirs(names), some, 3, stopping_strategy="all_exhausted_without_replacement"
    )
    assert list(found) == list(expected)
    assert len(found) == sum(SIZES[name] for name in names)
