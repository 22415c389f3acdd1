"""The sdft recipe's views, against their steps written out again here."""

from __future__ import annotations

import random
from typing import Any

import pytest

from loaders import sdft
from recipes_data.errors import RecipesDataError, TableError
from tests.views.worlds import Generated, Rows, World

ASK = (
    "Please reason step by step, then give your answer as <answer>X</answer> "
    "where X is the letter of the correct option."
)


def restated(rows: Any, domain: str = "Chemistry", fraction: float = 0.9, seed: int = 42) -> tuple[Rows, Rows]:
    """Requirements 1.1, SciKnowEval."""
    kept = [r for r in rows if r["domain"] == domain and r["details"]["level"] == "L3" and "mcq" in str(r["type"])]
    random.Random(seed).shuffle(kept)
    asked = []
    for row in kept:
        options = zip(row["choices"]["label"], row["choices"]["text"], strict=True)
        lines = "\n".join(f"{label}: {text}" for label, text in options)
        asked.append({"prompt": f"{row['question']}\n\n{lines}\n{ASK}", "answer": str(row["answerKey"])})
    cut = int(len(asked) * fraction)
    return asked[:cut], asked[cut:]


@pytest.mark.parametrize(("domain", "fraction", "seed"), [("Chemistry", 0.9, 42), ("Chemistry", 0.5, 1)])
def test_sciknoweval_keeps_one_domain_and_level(generated: Generated, domain: str, fraction: float, seed: int) -> None:
    train, test = sdft.sciknoweval(domain, fraction, seed, config="v2", fetch=True)
    rows = generated.load_dataset("hicai-zju/SciKnowEval", "v2", split="test")
    expected = restated(rows, domain, fraction, seed)
    assert (list(train), list(test)) == expected
    left = len(rows) - len(expected[0]) - len(expected[1])
    assert dict(train.report.dropped) == {"not Chemistry, L3, mcq": left}


def test_without_a_default_config_the_recipes_own_call_is_refused_here_too(generated: Generated) -> None:
    with pytest.raises(RecipesDataError, match="v1"):
        sdft.sciknoweval(fetch=True)
    with pytest.raises(ValueError, match="Config name is missing"):
        generated.load_dataset("hicai-zju/SciKnowEval", split="test")


def rows_of(count: int, **changes: Any) -> Rows:
    row = {
        "question": "Which?",
        "choices": {"label": ["A", "B"], "text": ["one", "two"]},
        "answerKey": "A",
        "type": "mcq-2-choices",
        "domain": "Chemistry",
        "details": {"level": "L3"},
    }
    return [{**row, "question": f"Which {n}?", **changes} for n in range(count)]


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        (rows_of(5, domain="Biology"), "none of 5 rows is Chemistry, L3, mcq"),
        (rows_of(1), "one of the two sets is empty"),
        (rows_of(12, choices={"label": ["A"], "text": ["x", "y"]}), "1 labels, 2 choices"),
        (rows_of(12, answerKey=None), "the answer is None"),
        (rows_of(3, details={"task": "x"}), "not an object with `level`"),
        (rows_of(12, choices={"label": ["A"]}), "not an object with lists `label` and `text`"),
    ],
    ids=["domain", "one", "labels", "answer", "level", "texts"],
)
def test_what_the_recipe_would_go_on_with_wrongly_is_an_error(world: World, rows: Rows, fault: str) -> None:
    world.write("sciknoweval", {"default": {"test": rows}}, shards=1)
    with pytest.raises(TableError, match=fault):
        [list(part) for part in sdft.sciknoweval()]


def test_rows_of_another_domain_need_no_level(world: World) -> None:
    rows = [*rows_of(20), *rows_of(1, domain="Physics", details={"task": "x"}), *rows_of(1, domain="Physics")]
    world.write("sciknoweval", {"default": {"test": rows}}, format="jsonl", shards=1)
    train, test = sdft.sciknoweval()
    assert (list(train), list(test)) == restated(rows[:20])


@pytest.mark.parametrize("seed", [42, 0])
def test_toolalpaca_is_cut_after_nine_tenths(generated: Generated, seed: int) -> None:
    train, test = sdft.toolalpaca(seed=seed, fetch=True)
    rows = generated.load_dataset("tangqiaoyu/ToolAlpaca", split="train")
    order = list(range(len(rows)))
    random.Random(seed).shuffle(order)
    expected = [{"prompt": rows[n]["instruction"], "answer": str(rows[n]["output"])} for n in order]
    cut = int(len(rows) * 0.9)
    assert (list(train), list(test)) == (expected[:cut], expected[cut:])
    assert len(test) == 3


def test_an_output_that_is_none_is_an_error_and_not_its_name(world: World) -> None:
    rows = [{"instruction": f"i{n}", "output": None if n == 4 else {"call": n}} for n in range(10)]
    world.write("toolalpaca", {"default": {"train": rows}}, shards=1)
    with pytest.raises(TableError, match="column 'output' is None"):
        [list(part) for part in sdft.toolalpaca()]
    world.write("toolalpaca", {"default": {"train": rows[5:] * 2}}, shards=1)
    assert {record["answer"] for part in sdft.toolalpaca() for record in part} == {
        str({"call": n}) for n in range(5, 10)
    }
