"""What training makes of comparisons, against the builders' steps written out again here over `datasets`."""

from __future__ import annotations

import random
from typing import Any

import pytest

from loaders import preference
from loaders.comparing import Coin, both_orders, chosen_rejected, swapped
from recipes_data.errors import TableError, UsageError
from tests.views.test_preference import restated_hhh
from tests.views.worlds import Generated


def comparison(label: Any = "A", n: int = 0) -> Any:
    said = {side: [{"role": "assistant", "content": f"{side} {n}"}] for side in ("completion_A", "completion_B")}
    return {"prompt_conversation": [{"role": "user", "content": f"? {n}"}], **said, "label": label}


def turned(one: Any) -> Any:
    """Requirements 1.3, said anew: completions change places, and A is B."""
    label = {"A": "B", "B": "A"}.get(one["label"], one["label"])
    return {**one, "completion_A": one["completion_B"], "completion_B": one["completion_A"], "label": label}


def restated_run(train: Any, test: Any, batch: int, epochs: int) -> tuple[list[Any], list[list[Any]]]:
    """A reward model's run: the test set rendered first, then batches of the rows of each shuffled epoch."""
    rng = random.Random(0)

    def rendered(rows: Any) -> list[Any]:
        out = []
        for row in rows:
            for made in restated_hhh([row]):  # none, where the row is dropped
                out.append(turned(made) if rng.random() < 0.5 else made)
        return out

    tested = rendered(test)
    batches = []
    for epoch in range(epochs):
        shuffled = train.shuffle(seed=epoch)
        batches += [rendered(shuffled.select(range(n * batch, (n + 1) * batch))) for n in range(len(train) // batch)]
    return tested, batches


def test_a_run_swaps_as_the_reward_model_does_and_goes_on_where_it_stopped(generated: Generated) -> None:
    rows = {
        split: generated.read("json", "Anthropic/hh-rlhf", f"h*/{split}.jsonl.gz").shuffle(seed=0)
        for split in ("train", "test")
    }
    tested, expected = restated_run(rows["train"], rows["test"].take(12), batch=4, epochs=2)
    train, test = preference.hhh(test_size=12, fetch=True)
    assert len({len(each) for each in expected}) > 1  # some rows are dropped, and cost no draw
    coin = Coin()
    assert [coin(each) for each in test] == tested
    assert coin.tosses == len(test)
    found = []
    batches = train.batches(4, drop_last=True)
    for epoch in (0, 1):
        batches.set_epoch(epoch)
        for batch in batches:
            found.append([coin(each) for each in batch])
            coin = Coin(tosses=coin.tosses)  # as a run does that was stopped after every batch
    assert found == expected
    assert {each["label"] for batch in found for each in batch} == {"A", "B"}


def test_one_toss_a_comparison_and_never_more() -> None:
    rng = random.Random(3)
    coin = Coin(3)
    asked = [comparison("A" if n % 2 else "B", n) for n in range(200)]
    assert [coin(each) for each in asked] == [turned(each) if rng.random() < 0.5 else each for each in asked]
    assert coin.tosses == 200


@pytest.mark.parametrize("label", ["A", "B", "Tie"])
def test_what_is_swapped_twice_is_as_it_was_and_nothing_changes_in_place(label: Any) -> None:
    one, before = comparison(label), comparison(label)
    assert swapped(one) == turned(before)
    assert swapped(swapped(one)) == one == before
    assert both_orders(one) == [before, turned(before)]


@pytest.mark.parametrize(
    ("label", "better", "worse"), [("A", "completion_A 0", "completion_B 0"), ("B", "completion_B 0", "completion_A 0")]
)
def test_the_chosen_conversation_comes_before_the_rejected_one(label: Any, better: str, worse: str) -> None:
    prompt = {"role": "user", "content": "? 0"}
    talks = [[prompt, {"role": "assistant", "content": text}] for text in (better, worse)]
    one = comparison(label)
    assert list(chosen_rejected(one)) == talks
    assert list(chosen_rejected(swapped(one))) == talks
    assert one == comparison(label)


def test_a_tie_has_no_chosen_answer() -> None:
    with pytest.raises(TableError, match="the label is 'Tie': neither answer is the chosen one"):
        chosen_rejected(comparison("Tie"))


def test_fewer_tosses_than_none_are_refused() -> None:
    with pytest.raises(UsageError, match="-1 tosses"):
        Coin(tosses=-1)
    with pytest.raises(TypeError):
        Coin(None)  # type: ignore[arg-type]
