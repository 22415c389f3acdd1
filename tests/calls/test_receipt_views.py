"""Receipts of views: the rows behind their records are proven, however many there are."""

from __future__ import annotations

import binascii
import json
import zlib
from array import array
from pathlib import Path
from typing import Any

import pytest

import loaders.pins
from loaders import Records, benchmarks, load, preference, receipt, records, search_tool, verify_receipt
from loaders.benchmarks.subjects import CEVAL, MMLU_REDUX
from loaders.python_order import python_shuffled
from loaders.shapes import Drop, Problem
from loaders.viewing import TrainTest
from recipes_data.errors import UsageError
from tests.views.worlds import World


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(loaders.pins, "_opened", {})
    monkeypatch.setattr(loaders.pins, "_inherited", {})
    monkeypatch.setattr(loaders.pins, "_MOST_PLACES", 5)
    return World(tmp_path, monkeypatch)


def write_questions(world: World, count: int = 40) -> None:
    rows = [{"question": f"q{n}", "data_source": "nq", "golden_answers": [f"a{n}"]} for n in range(count)]
    world.write("nq_hotpotqa", {"default": {"train": rows}}, shards=1)


def proven(found: Any, *, sort_keys: bool = True) -> dict[str, Any]:
    """The receipt of what a view gives, all of which is proven."""
    made = json.loads(json.dumps(receipt({"rows": found}), sort_keys=sort_keys))
    verdict = verify_receipt(made)[-1]
    assert (verdict.differences, verdict.proven) == ((), f"{len(found)} rows in this order, by their digest")
    entry: dict[str, Any] = made["rows"]["rows"]
    assert entry["not_reproducible"] == []
    return entry


def test_the_functions_of_views_are_known_by_their_keys(world: World) -> None:
    answers = [{"prompt": f"p{n % 40}", "response": f"r{n}", "helpfulness": (n * 7 + n // 40) % 3} for n in range(130)]
    world.write("helpsteer2", {"default": {"train": answers}})
    row = {"question": "q", "choices": ["a", "b"], "answer": 1, "error_type": "ok"}
    world.write("mmlu_redux", {name: {"test": [row, {**row, "error_type": "expert"}]} for name in MMLU_REDUX}, shards=1)
    row = {"question": "q", "A": "a", "B": "b", "C": "c", "D": "d", "answer": "A"}
    world.write("ceval", {name: {"val": [row]} for name in CEVAL}, shards=1)
    for found in (*preference.helpsteer2(), benchmarks.mmlu_redux(), benchmarks.ceval()):
        proven(found)


def test_the_stream_behind_streamed_records_is_what_is_proven(world: World) -> None:
    world.write("toy", {"main": {"train": [{"problem": f"p{n}", "answer": "a"} for n in range(40)]}})
    stream = load("toy", split="train", stream=True).shuffle(0, 8, order="datasets>=5.1").take(20)
    made = receipt({"rows": records(stream, Problem), "stream": stream})
    assert made["rows"]["rows"] == made["rows"]["stream"]
    assert [one.proven for one in verify_receipt(made)[1:]] == ["20 rows in this order, by their digest"] * 2


def test_of_train_and_test_both_are_to_be_named(world: World) -> None:
    world.write("toy", {"main": {"train": [{"problem": f"p{n}", "answer": "a"} for n in range(4)]}})
    both = TrainTest(*[records(load("toy:train"), Problem)] * 2)
    with pytest.raises(UsageError, match="'t' is TrainTest, which has no rows") as refused:
        receipt({"t": both})  # type: ignore[dict-item]
    assert refused.value.do == 'name train and test: receipt({"train": given.train, "test": given.test})'


def write_problems(world: World) -> None:
    rows = [{"problem": f"p{n}", "answer": "" if n % 10 == 4 else f"a{n}"} for n in range(40)]
    world.write("toy", {"main": {"train": rows}})


def answered(least: int) -> Records[Problem]:
    """Problems with an answer, of a number that is not less."""

    def problem(row: dict[str, Any]) -> Problem | Drop:
        return {**row} if row["answer"] and int(row["problem"][1:]) >= least else Drop("no answer")  # type: ignore[typeddict-item]

    return records(load("toy:train").shuffle(1), Problem, problem)


def test_places_that_are_too_many_are_told_by_those_that_were_left_out(world: World) -> None:
    write_problems(world)
    step = proven(answered(0))["steps"][-1]
    assert (step["step"], step["count"], step["places"]) == ("select", 36, None)
    shuffled = load("toy:train").shuffle(1)
    left = [place for place, row in enumerate(shuffled) if not row["answer"]]
    assert list(array("q", zlib.decompress(binascii.a2b_base64(step["without"])))) == left
    assert "without" not in proven(answered(37))["steps"][-1]  # three are kept: these are written down


def test_where_too_many_are_kept_and_too_many_left_out_the_advice_can_be_followed(world: World) -> None:
    write_problems(world)
    made = receipt({"rows": answered(10)})
    assert made["rows"]["rows"]["not_reproducible"] == ["select"]
    (difference,) = verify_receipt(made)[-1].differences
    assert difference.what == (
        "the rows are not reproducible from the receipt alone: select kept 27 places of 40, and neither these nor "
        "those that it left out are few enough to be written down"
    )
    assert difference.do == 'name rows before they are selected, or Records\' rows: receipt({"rows": records.rows})'
    assert proven(answered(10).rows)["steps"][-1]["step"] == "shuffle"


def test_pythons_own_shuffle_is_a_step_with_its_seed(world: World) -> None:
    write_questions(world)
    entry = proven(search_tool.nq_hotpotqa(seed=3))
    assert entry["steps"][1:] == [{"step": "python_shuffle", "seed": 3}]


def test_pythons_own_shuffle_of_partial_rows_is_refused(world: World) -> None:
    write_questions(world)
    every = search_tool.nq_hotpotqa(seed=None).rows
    part = load("nq_hotpotqa", split="train", rows=10)
    with pytest.raises(UsageError, match="a shuffle needs all rows of nq_hotpotqa/default:train"):
        python_shuffled(part, 0)
    assert len(python_shuffled(every, 0)) == len(every) > len(part)
