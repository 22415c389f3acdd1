"""IFEval, IFBench and Arena-Hard, MBPP and LiveCodeBench, against their steps written out again, and `datasets`."""

from __future__ import annotations

import json
from typing import Any

import pytest

from loaders import benchmarks
from recipes_data.errors import TableError
from tests.views.benchmarking import LIMITS, limit, named
from tests.views.worlds import Generated, Rows, World


def restated_arguments(row: Any) -> list[dict[str, Any]]:
    """Requirements 1.5, parse_kwargs."""
    found: list[dict[str, Any]] = []
    for one in row["kwargs"]:
        try:
            made = json.loads(one) if isinstance(one, str) else one
        except ValueError:
            made = None
        found.append(made if isinstance(made, dict) else {})
    while len(found) < len(row["instruction_id_list"]):
        found.append({})
    return found


def instructions(row: Any, key: str, *, without_none: bool) -> dict[str, Any]:
    given = restated_arguments(row)
    if without_none:
        given = [{name: value for name, value in one.items() if value is not None} for one in given]
    return {"prompt": row["prompt"], "instruction_ids": row["instruction_id_list"], "kwargs": given, "key": key}


@pytest.mark.parametrize("count", LIMITS)
def test_ifeval(generated: Generated, count: int | None) -> None:
    rows = limit(generated.load_dataset("google/IFEval", split="train"), count)
    expected = [instructions(row, f"ifeval_{row['key']}", without_none=False) for row in rows]
    found = list(benchmarks.ifeval(count, fetch=True))
    assert found == expected
    assert found[0]["kwargs"] == [{}]  # a row has its own keys, not those of all


@pytest.mark.parametrize("count", LIMITS)
def test_ifbench_leaves_out_arguments_that_are_none(generated: Generated, count: int | None) -> None:
    rows = limit(generated.read("parquet", "allenai/IFBench_test", "data/train-*"), count)
    expected = [instructions(row, named("ifbench", row["prompt"]), without_none=True) for row in rows]
    found = list(benchmarks.ifbench(count, fetch=True))
    assert found == expected
    assert found[0]["kwargs"] == [{"min_words": 10}]


def write_ifeval(world: World, changes: Rows, name: str = "ifeval") -> Any:
    row: dict[str, Any] = {"key": 1, "prompt": "p", "instruction_id_list": ["a:b", "c:d"], "kwargs": ["{}", "{}"]}
    rows = [{**row, **change} for change in changes]
    world.write(name, {"default": {"train": rows}}, shards=1)
    return world.datasets(name, "default", "train")


def test_arguments_that_are_json_or_none_or_too_few(world: World) -> None:
    kwargs = [['{"n": 1}', "broken {"], [None, '{"m": null}'], ['{"n": 2}'], []]
    rows = write_ifeval(world, [{"kwargs": given, "key": n} for n, given in enumerate(kwargs)])
    expected = [instructions(row, f"ifeval_{row['key']}", without_none=False) for row in rows]
    assert list(benchmarks.ifeval()) == expected
    assert expected[1]["kwargs"] == [{}, {"m": None}]
    write_ifeval(world, [{"kwargs": given} for given in kwargs], "ifbench")
    assert [record["kwargs"] for record in benchmarks.ifbench()][1] == [{}, {}]


def test_more_arguments_than_instructions_are_an_error(world: World) -> None:
    write_ifeval(world, [{}, {"kwargs": ["{}", "{}", "{}"]}])
    with pytest.raises(TableError, match="row 1 in this order: 2 instructions, and arguments for 3"):
        list(benchmarks.ifeval())
    write_ifeval(world, [{"kwargs": ["[1]", "{}"]}])
    with pytest.raises(TableError, match=r"arguments are JSON of \[1\], not of an object"):
        list(benchmarks.ifeval())


def test_ifbench_drops_a_row_without_a_prompt(world: World) -> None:
    write_ifeval(world, [{"prompt": ""}, {}, {"prompt": None}], "ifbench")
    assert str(benchmarks.ifbench().report) == "3 rows, 1 record; 2 dropped: no prompt"


# --- Arena-Hard


@pytest.mark.parametrize("count", LIMITS)
def test_arena_hard_asks_the_first_turn(generated: Generated, count: int | None) -> None:
    rows = limit(generated.load_dataset("lmarena-ai/arena-hard-auto-v0.1", split="train"), count)
    expected = []
    for row in rows:
        said = row["turns"][0]["content"]
        expected.append({"prompt": said, "source": row["cluster"], "key": named("arena_hard", said)})
    assert list(benchmarks.arena_hard(count, fetch=True)) == expected


def test_arena_hard_of_awkward_rows(world: World) -> None:
    turns = [[{"content": "a"}, {"content": "b"}], [], None, [{"content": ""}], [{"content": None}]]
    rows = [{"turns": each, "cluster": None} for each in turns]
    world.write("arena_hard", {"default": {"train": rows}}, format="jsonl", shards=1)
    found = benchmarks.arena_hard()
    assert list(found) == [{"prompt": "a", "key": named("arena_hard", "a")}]
    assert dict(found.report.dropped) == {"no turns": 2, "the first turn is empty": 2}


# --- programs


def one_test(given: str, expected: str, kind: str) -> dict[str, Any]:
    return {"input": given, "output": expected, "testtype": kind, "metadata": {"func_name": None}}


@pytest.mark.parametrize("count", LIMITS)
def test_mbpp(generated: Generated, count: int | None) -> None:
    rows = limit(generated.load_dataset("google-research-datasets/mbpp", name="sanitized", split="test"), count)
    expected = [
        {
            "problem": row["prompt"],
            "tests": [one_test(line, "", "assert") for line in row["test_list"]],
            "starter_code": None,
            "key": f"mbpp_{row['task_id']}",
        }
        for row in rows
    ]
    assert list(benchmarks.mbpp(count, fetch=True)) == expected


def test_mbpp_drops_what_cannot_be_asked_or_tested(world: World) -> None:
    rows = [{"text": "a", "test_list": ["assert 1"]}, {"text": "", "test_list": ["x"]}, {"text": "b", "test_list": []}]
    world.write("mbpp", {"sanitized": {"test": rows}}, shards=1)
    found = benchmarks.mbpp()
    assert [(record["problem"], record["key"]) for record in found] == [("a", named("mbpp", "a"))]
    assert dict(found.report.dropped) == {"no prompt": 1, "no tests": 1}
    world.write("mbpp", {"sanitized": {"test": [{"text": "a", "test_list": ["assert 1", None]}]}}, shards=1)
    with pytest.raises(TableError, match=r"tests\[1\].input' is None, not a text"):
        list(benchmarks.mbpp())


def restated_livecodebench(rows: Any) -> Rows:
    found = []
    for row in rows:
        try:
            tests = json.loads(row["public_test_cases"])
        except (TypeError, ValueError):
            continue
        if not row["question_content"] or not isinstance(tests, list) or not tests:
            continue
        made = {
            "problem": row["question_content"],
            "tests": [one_test(str(test["input"]), str(test["output"]), "stdin_stdout") for test in tests],
            "starter_code": row["starter_code"] or None,
            "difficulty": row["difficulty"],
            "key": named("livecodebench", row["question_content"]),
        }
        found.append(made)
    return found


@pytest.mark.parametrize("count", LIMITS)
def test_livecodebench_is_the_sixth_increment_with_public_tests(generated: Generated, count: int | None) -> None:
    rows = limit(generated.read("json", "livecodebench/code_generation_lite", "test6.jsonl"), count)
    found = list(benchmarks.livecodebench(count, fetch=True))
    assert found == restated_livecodebench(rows)
    assert {record["problem"][:5] for record in found} == {"Do 6."}


def test_livecodebench_of_awkward_rows(world: World) -> None:
    tests = json.dumps([{"input": "1", "output": "2", "testtype": "functional"}, {"input": 3, "output": [4]}])
    row = {"question_content": "q", "starter_code": "", "public_test_cases": tests, "difficulty": "easy"}
    changes = [{}, {"question_content": ""}, {"public_test_cases": "broken ["}, {"public_test_cases": "[]"}]
    rows = [{**row, **change} for change in [*changes, {"public_test_cases": ""}, {"public_test_cases": '{"a": 1}'}]]
    world.write("livecodebench", {"v6": {"test": rows}}, format="jsonl", shards=1)
    found = benchmarks.livecodebench()
    assert list(found) == restated_livecodebench(rows)
    assert [test["output"] for test in found[0]["tests"]] == ["2", "[4]"]
    assert dict(found.report.dropped) == {
        "its public tests are not JSON": 1,
        "no public tests": 3,
        "no question": 1,
    }
    world.write("livecodebench", {"v6": {"test": [{**row, "public_test_cases": '[{"input": "1"}]'}]}}, shards=1)
    with pytest.raises(TableError, match="without `input` and `output`"):
        list(benchmarks.livecodebench())
