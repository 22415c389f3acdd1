"""The only home of what recipes/code_rl trains on: DeepCoder, its configs joined, its tests in one form.

Source: recipes/code_rl/code_env.py and code_grading.py of the Tinker Cookbook, as they were in August 2026; the form of
tests with `inputs` and `outputs` is that of TACO.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Literal, Unpack

from loaders.joining import concatenate
from loaders.recorded import Records
from loaders.recording import records
from loaders.shapes import CodeTask, Drop
from loaders.viewing import Where, rows_of_each
from recipes_data.errors import TableError, UsageError
from recipes_data.tables.shards import Row

__all__ = ["CONFIGS", "deepcoder"]

CONFIGS = {"train": ("primeintellect", "taco", "lcbv5"), "test": ("codeforces", "lcbv5")}
"""The configs of `agentica-org/DeepCoder-Preview-Dataset` that each split is made of, in the recipe's order."""

_QUESTIONS = ("question", "prompt", "problem")
_TESTS = ("tests", "ground_truth")
_Prompt = Callable[[str, str | None], str]


def deepcoder(
    split: Literal["train", "test"] = "train", seed: int = 0, *, prompt: _Prompt | None = None, **where: Unpack[Where]
) -> Records[CodeTask]:
    """Programming problems with their tests: the configs one after another, `train` then shuffled with the seed.

    A column that a config lacks is None in its rows. `problem` is the first of `question`, `prompt` and `problem` that
    is not empty, as the dataset words it; `prompt(problem, starter_code)` puts it into the recipe's own words (there
    `fetch_live_code_bench_system_prompt`). Tests are what `tests` holds, else `ground_truth`, as JSON or as it is;
    `inputs` and `outputs` are taken in pairs, a missing one is the first one, of an output that is a list its first.

    Kept as the recipe has it: metadata that is not JSON is none, and what stands among tests and is no object is passed
    over. Dropped, as there: a row whose tests are not JSON, are none, or whose problem is blank. Long: JSON of every
    row is read once to count the tasks.

    Raises:
        UsageError: no such split.
        TableError: configs spell one column in two types, or none has a column of problems or of tests.
    """
    if split not in CONFIGS:
        raise UsageError(f"the recipe has no split {split!r}", f"there is: {', '.join(CONFIGS)}")
    rows = concatenate(rows_of_each("deepcoder", [(name, split) for name in CONFIGS[split]], (), **where))
    for names in (_QUESTIONS, _TESTS):
        if not set(names) & set(rows.columns):
            what = f"DeepCoder has none of the columns {', '.join(names)}, which the recipe reads"
            raise TableError(what, f"there is: {', '.join(rows.columns)}")
    if split == "train":
        rows = rows.shuffle(seed)
    return records(rows, CodeTask, _Task(prompt))


class _Task:
    """A row as a code task."""

    def __init__(self, prompt: _Prompt | None) -> None:
        self._prompt = prompt

    def __call__(self, row: Row) -> CodeTask | Drop:
        tests = _tests(row.get("tests") or row.get("ground_truth"), _object(row.get("metadata")))
        if isinstance(tests, Drop):
            return tests
        problem = next((row[name] for name in _QUESTIONS if row.get(name)), None)
        if not isinstance(problem, str) or not problem.strip():
            return Drop("no problem")
        starter = row.get("starter_code")
        starter = starter if isinstance(starter, str) and starter.strip() else None
        text = problem if self._prompt is None else self._prompt(problem, starter)
        return {"problem": text, "tests": tests, "starter_code": starter}


def _tests(raw: Any, metadata: Mapping[str, Any]) -> list[Any] | Drop:
    if isinstance(raw, str):
        try:
            raw = _json(raw)
        except json.JSONDecodeError:
            return Drop("its tests are not JSON")
    if isinstance(raw, dict):
        raw = _pairs(raw) if "inputs" in raw and "outputs" in raw else [raw]
    if isinstance(raw, str):
        return Drop("its tests are a text in JSON")
    if raw and not isinstance(raw, list):
        raise TableError(f"tests are {type(raw).__name__}, neither a list nor an object")
    found = [_test(test, metadata) for test in raw or [] if isinstance(test, dict)]
    return found or Drop("no tests")


def _pairs(raw: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Tests of `inputs` and `outputs`, as many as the longer has."""
    inputs, outputs = raw["inputs"], raw["outputs"]
    if not isinstance(inputs, (list, str)) or not isinstance(outputs, (list, str)):  # a text is its characters
        raise TableError(f"`inputs` and `outputs` are {type(inputs).__name__} and {type(outputs).__name__}, not lists")
    called = "fn_name" in raw
    found = []
    for place in range(max(len(inputs), len(outputs))):
        output = _at(outputs, place)
        if isinstance(output, list):
            output = output[0] if output else ""
        found.append(
            {
                "input": _at(inputs, place),
                "output": output,
                "testtype": "functional" if called else "stdin_stdout",
                "metadata": {"func_name": raw["fn_name"]} if called else {},
            }
        )
    return found


def _at(items: Any, place: int) -> Any:
    """An item; where there are fewer, the first one, and where there is none, an empty text."""
    if place < len(items):
        return items[place]
    return items[0] if len(items) else ""


def _test(test: Mapping[str, Any], metadata: Mapping[str, Any]) -> dict[str, Any]:
    kind = test.get("testtype") or "stdin_stdout"
    own = dict(_object(test.get("metadata")))
    if kind == "functional":
        name = own.get("func_name") or metadata.get("func_name")
        if name is not None:
            own["func_name"] = str(name)
    return {
        "input": str(test.get("input", "")),
        "output": str(test.get("output", "")),
        "testtype": kind,
        "metadata": own or {"func_name": None},
    }


def _object(found: Any) -> Mapping[str, Any]:
    """An object, as JSON or as it is; everything else is an empty one."""
    if isinstance(found, str):
        try:
            found = _json(found)
        except json.JSONDecodeError:
            return {}
    return found if isinstance(found, dict) else {}


def _json(text: str) -> Any:
    """JSON as Python reads it, which decides how numbers become texts again.

    Raises:
        json.JSONDecodeError: it is none.
        TableError: it is too deep, or has a number of more digits than Python reads.
    """
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        raise
    except (ValueError, RecursionError) as exc:
        raise TableError(f"JSON that Python does not read: {exc}") from exc
