"""The code_rl recipe's view, against its steps written out again here, and against `datasets` joining the configs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from loaders import code_rl
from recipes_data.errors import TableError, UsageError
from tests.views.worlds import Generated, Rows, World, with_datasets

REPO = "agentica-org/DeepCoder-Preview-Dataset"


def loaded(text: Any, otherwise: Any) -> Any:
    try:
        return json.loads(text) if isinstance(text, str) else text
    except json.JSONDecodeError:
        return otherwise


def as_dict(found: Any) -> dict[str, Any]:
    found = loaded(found, {})
    return found if isinstance(found, dict) else {}


def restated_tests(row: dict[str, Any]) -> Rows:
    """Requirements 1.1, DeepCoder, step by step."""
    metadata = as_dict(row.get("metadata"))
    tests = loaded(row.get("tests") or row.get("ground_truth"), [])
    if isinstance(tests, dict) and "inputs" in tests and "outputs" in tests:
        taco, tests = tests, []
        for n in range(max(len(taco["inputs"]), len(taco["outputs"]))):
            one = {}
            for name, several in (("input", taco["inputs"]), ("output", taco["outputs"])):
                one[name] = several[n] if n < len(several) else several[0] if several else ""
            if isinstance(one["output"], list):
                one["output"] = one["output"][0] if one["output"] else ""
            one["metadata"] = {}
            one["testtype"] = "stdin_stdout"
            if "fn_name" in taco:
                one["testtype"], one["metadata"] = "functional", {"func_name": taco["fn_name"]}
            tests.append(one)
    if isinstance(tests, dict):
        tests = [tests]
    found = []
    for test in tests or []:
        if not isinstance(test, dict):
            continue
        kind = test.get("testtype") or "stdin_stdout"
        own = as_dict(test.get("metadata"))
        name = own.get("func_name") or metadata.get("func_name")
        if kind == "functional" and name is not None:
            own["func_name"] = str(name)
        found.append(
            {
                "input": str(test.get("input", "")),
                "output": str(test.get("output", "")),
                "testtype": kind,
                "metadata": own or {"func_name": None},
            }
        )
    return found


def restated(rows: Any) -> Rows:
    tasks = []
    for row in rows:
        problem = row.get("question") or row.get("prompt") or row.get("problem")
        tests = restated_tests(row)
        if not tests or not isinstance(problem, str) or not problem.strip():
            continue
        starter = row.get("starter_code")
        tasks.append(
            {"problem": problem, "tests": tests, "starter_code": starter if starter and starter.strip() else None}
        )
    return tasks


@pytest.mark.parametrize("seed", [0, 9])
def test_training_tasks_are_the_configs_joined_and_shuffled(generated: Generated, seed: int) -> None:
    tasks = code_rl.deepcoder("train", seed, fetch=True)
    parts = [generated.load_dataset(REPO, name, split="train") for name in ("primeintellect", "taco", "lcbv5")]
    every = with_datasets().concatenate_datasets(parts)
    assert list(tasks) == restated(every.shuffle(seed=seed))
    assert len(tasks) == len(every) - 2
    assert str(tasks.report) == "20 rows, 18 records; 1 dropped: its tests are not JSON; 1 dropped: no tests"
    assert [pin.config for pin in tasks.pins] == ["primeintellect", "taco", "lcbv5"]


def test_test_tasks_are_not_shuffled(generated: Generated) -> None:
    parts = [generated.load_dataset(REPO, name, split="test") for name in ("codeforces", "lcbv5")]
    assert list(code_rl.deepcoder("test", fetch=True)) == restated(with_datasets().concatenate_datasets(parts))


ODD: list[dict[str, Any]] = [
    {"tests": json.dumps([{"input": 1, "output": 2.50}])},
    {"tests": json.dumps([{"input": None}, {}, 3, "text", None])},
    {"tests": json.dumps({"inputs": [], "outputs": ["a", ["b", "c"], []]})},
    {
        "tests": json.dumps({"inputs": [[1, 2], ["x"]], "outputs": [[3]], "fn_name": None}),
        "metadata": '{"func_name": "g"}',
    },
    {"tests": json.dumps({"inputs": ["a"], "outputs": []})},
    {"tests": json.dumps({"inputs": ["only"]})},
    {"tests": json.dumps([{"input": "1", "output": "2", "testtype": "functional", "metadata": '{"func_name": 7}'}])},
    {"tests": json.dumps([{"input": "1", "output": "2", "testtype": "functional", "metadata": "broken {"}])},
    {"tests": json.dumps([{"input": "1", "output": "2", "testtype": "", "metadata": {"other": 1}}])},
    {"tests": "", "ground_truth": json.dumps([{"input": "g", "output": "h"}])},
    {"tests": "[3]"},
    {"tests": "null"},
    {"tests": None},
    {"tests": "{"},
    {"tests": json.dumps(json.dumps([{"input": "1", "output": "2"}]))},
    {"question": "", "prompt": "the prompt"},
    {"question": "  "},
    {"question": None, "prompt": None, "problem": None},
    {"starter_code": " \n"},
    {"starter_code": "def f():", "metadata": "[1]"},
    {"metadata": "NaN"},
]


def write_odd(world: World) -> None:
    plain = {
        "question": "Q",
        "prompt": "P",
        "problem": "R",
        "tests": json.dumps([{"input": "1", "output": "2"}]),
        "ground_truth": "",
        "metadata": '{"func_name": "f"}',
        "starter_code": "",
    }
    rows = [{**plain, "question": f"Q{n}", **odd} for n, odd in enumerate(ODD)]
    bare = [{"problem": "only a problem", "tests": plain["tests"]}]
    listed = [{"problem": "lists", "tests": plain["tests"], "extra": 3}]
    configs = {"primeintellect": {"train": rows}, "taco": {"train": bare}, "lcbv5": {"train": listed}}
    world.write("deepcoder", configs, shards=1)


def test_odd_tests_are_read_as_the_recipe_reads_them(world: World) -> None:
    write_odd(world)
    tasks = code_rl.deepcoder(seed=1)
    parts = [world.datasets("deepcoder", name, "train") for name in ("primeintellect", "taco", "lcbv5")]
    every = with_datasets().concatenate_datasets(parts)
    assert list(tasks) == restated(every.shuffle(seed=1))
    assert dict(tasks.report.dropped) == {
        "its tests are a text in JSON": 1,
        "its tests are not JSON": 2,
        "no problem": 2,
        "no tests": 2,
    }
    assert tasks.report.rows == len(every) == len(ODD) + 2


def test_a_prompt_puts_problems_into_the_words_of_the_recipe(world: World) -> None:
    write_odd(world)
    plain = code_rl.deepcoder()
    asked = code_rl.deepcoder(prompt=lambda problem, starter: f"<{problem}|{starter}>")
    assert [task["problem"] for task in asked] == [f"<{task['problem']}|{task['starter_code']}>" for task in plain]


def test_what_the_recipe_would_fail_on_or_go_on_without_is_an_error(world: World) -> None:
    def wrote(*rows: dict[str, Any]) -> None:
        world.write("deepcoder", {name: {"train": list(rows)} for name in code_rl.CONFIGS["train"]}, shards=1)

    wrote({"problem": "x", "cases": "[]"})
    with pytest.raises(TableError, match="DeepCoder has none of the columns tests, ground_truth"):
        code_rl.deepcoder()
    wrote({"problem": "x", "tests": "3"})
    with pytest.raises(TableError, match=r"^deepcoder/primeintellect:train .*, row \d in .*: tests are int, neither"):
        list(code_rl.deepcoder())
    wrote({"problem": "x", "tests": json.dumps({"inputs": None, "outputs": ["a"]})})
    with pytest.raises(TableError, match="`inputs` and `outputs` are NoneType and list, not lists"):
        list(code_rl.deepcoder())
    wrote({"problem": "x", "tests": "1" * 5000})
    with pytest.raises(TableError, match="JSON that Python does not read"):
        list(code_rl.deepcoder())
    wrote({"problem": "x", "tests": "[]"})
    with pytest.raises(TableError, match="none of 3 rows is a record: 3 no tests"):
        len(code_rl.deepcoder())
    with pytest.raises(UsageError, match="the recipe has no split 'validation'"):
        code_rl.deepcoder("validation")  # type: ignore[arg-type]
