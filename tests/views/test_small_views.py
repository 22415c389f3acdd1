"""The views of rl_loop and true_thinking_score, against their steps written out again here."""

from __future__ import annotations

import random

import pytest

from loaders import rl_loop, true_thinking_score
from recipes_data.errors import TableError, UsageError
from tests.views.test_math_rl import GSM8K_AWKWARD, restated_gsm8k, restated_math, sums
from tests.views.worlds import Generated, World


def test_rl_loop_reads_gsm8k_in_file_order(world: World) -> None:
    world.write("gsm8k", {"main": {"train": [*sums(20), *GSM8K_AWKWARD[:4]], "test": sums(1)}})
    found = rl_loop.gsm8k()
    expected = restated_gsm8k(list(world.datasets("gsm8k", "main", "train")))
    assert list(found) == expected
    assert list(found.batches(5, drop_last=True)) == [expected[n : n + 5] for n in (0, 5, 10, 15)]


def test_a_problem_that_no_answer_can_solve_is_an_error(world: World) -> None:
    world.write("gsm8k", {"main": {"train": [*sums(5), GSM8K_AWKWARD[4]], "test": sums(1)}})
    found = rl_loop.gsm8k()
    assert len(found) == 6
    with pytest.raises(TableError, match="gsm8k/main:train, row 5 in this order: no final answer"):
        list(found)


@pytest.mark.parametrize(("count", "seed"), [(10, 42), (5, 1)])
def test_problems_are_drawn_of_those_that_have_an_answer(generated: Generated, count: int, seed: int) -> None:
    rows = list(generated.read("json", "HuggingFaceH4/MATH-500", "test.jsonl"))
    expected = restated_math(rows)
    random.Random(seed).shuffle(expected)
    found = true_thinking_score.math(count, seed, fetch=True)
    assert list(found) == expected[:count]
    assert found.report.rows == len(rows)
    rows = list(generated.load_dataset("openai/gsm8k", name="main", split="test"))
    expected = restated_gsm8k(rows)
    random.Random(seed).shuffle(expected)
    found = true_thinking_score.gsm8k(count, seed, fetch=True)
    assert list(found) == expected[:count]
    assert dict(found.report.dropped) == {"not drawn": len(expected) - count}


def test_more_problems_than_there_are_are_refused(world: World) -> None:
    world.write("gsm8k", {"main": {"train": sums(1), "test": [GSM8K_AWKWARD[4], *sums(6)]}}, shards=1)
    with pytest.raises(UsageError, match="50 problems of 6"):
        true_thinking_score.gsm8k()
    found = true_thinking_score.gsm8k(4)
    assert str(found.report) == "7 rows, 4 records; 1 dropped: no final answer after ####; 2 dropped: not drawn"
    expected = restated_gsm8k(sums(6))
    random.Random(42).shuffle(expected)
    assert list(found) == expected[:4]
