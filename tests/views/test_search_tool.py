"""The search_tool recipe's view, against its steps written out again here."""

from __future__ import annotations

import random
from typing import Any

import pyarrow as pa
import pytest

from loaders import search_tool
from recipes_data.errors import TableError, UsageError
from tests.views.worlds import Generated, Rows, World


def restated(rows: Any) -> Rows:
    """Requirements 1.1, Search-R1: the ground truth of the reward model, else the golden answers."""
    found = []
    for row in rows:
        model = row.get("reward_model")
        truth = model["ground_truth"] if isinstance(model, dict) and "ground_truth" in model else row["golden_answers"]
        truth = truth["target"] if isinstance(truth, dict) else truth
        assert isinstance(truth, list)
        assert all(isinstance(text, str) for text in truth)
        found.append({"question": row["question"], "answers": truth, "data_source": row["data_source"]})
    return found


def theirs(generated: Generated, split: str) -> Rows:
    return restated(generated.read("parquet", "PeterJinGo/nq_hotpotqa_train", f"{split}.parquet"))


@pytest.mark.parametrize("seed", [0, 3])
def test_questions_come_in_the_order_in_which_python_shuffles_a_list(generated: Generated, seed: int) -> None:
    found = search_tool.nq_hotpotqa(seed=seed, fetch=True)
    expected = theirs(generated, "train")
    random.Random(seed).shuffle(expected)
    assert list(found) == expected
    assert found[3] == expected[3]
    assert list(found.batches(6, drop_last=True)) == [expected[0:6], expected[6:12], expected[12:18]]


def test_the_test_split_is_as_it_lies(generated: Generated) -> None:
    assert list(search_tool.nq_hotpotqa("test", seed=None, fetch=True)) == theirs(generated, "test")


@pytest.mark.parametrize("per_source", [1, 4, 100])
def test_the_offline_evaluation_draws_of_each_source_in_turn(generated: Generated, per_source: int) -> None:
    found = search_tool.offline_eval(per_source=per_source, fetch=True)
    groups: dict[str, Rows] = {}
    for item in theirs(generated, "test"):
        groups.setdefault(item["data_source"], []).append(item)
    random.seed(42)
    expected = {
        source: items if len(items) <= per_source else random.sample(items, per_source)
        for source, items in groups.items()
    }
    assert {source: list(records) for source, records in found.items()} == expected
    assert list(found) == ["nq", "hotpotqa", "triviaqa"]


def test_golden_answers_stand_in_where_there_is_no_reward_model(world: World) -> None:
    rows = [
        {"question": f"q{n}", "golden_answers": [f"a{n}", f"b{n}"], "data_source": "nq", "reward_model": None}
        for n in range(6)
    ]
    truth = pa.struct([("ground_truth", pa.list_(pa.string()))])
    schema = pa.schema(
        [
            ("question", pa.string()),
            ("golden_answers", pa.list_(pa.string())),
            ("data_source", pa.string()),
            ("reward_model", truth),
        ]
    )
    rows[2]["reward_model"] = {"ground_truth": ["c"]}
    world.write("nq_hotpotqa", {"default": {"train": rows}}, schema=schema)
    expected = restated(world.datasets("nq_hotpotqa", "default", "train"))
    random.Random(0).shuffle(expected)
    assert list(search_tool.nq_hotpotqa()) == expected


def test_answers_that_are_no_list_of_texts_are_an_error(world: World) -> None:
    world.write(
        "nq_hotpotqa", {"default": {"train": [{"question": "q", "golden_answers": [1], "data_source": "nq"}]}}, shards=1
    )
    with pytest.raises(TableError, match=r"row 0 in this order: 'answers\[0\]' is int 1, not a text"):
        list(search_tool.nq_hotpotqa())
    world.write("nq_hotpotqa", {"default": {"train": [{"question": "q", "data_source": "nq"}]}}, shards=1)
    with pytest.raises(TableError, match="neither reward_model nor golden_answers"):
        search_tool.nq_hotpotqa()
    world.write("nq_hotpotqa", {"default": {"train": [{"question": "q", "golden_answers": ["a"]}]}}, shards=1)
    with pytest.raises(TableError, match="no column 'data_source'"):
        search_tool.nq_hotpotqa()


def test_what_the_recipe_does_not_have_is_refused() -> None:
    with pytest.raises(UsageError, match="no split 'dev'"):
        search_tool.nq_hotpotqa("dev")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="0 questions of each source"):
        search_tool.offline_eval(per_source=0)
