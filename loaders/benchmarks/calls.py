"""The only home of the benchmark that asks for a function call: BFCL, its questions joined with their answers.

Source: eval/benchmarks/_bfcl.py of the Tinker Cookbook, as it was in August 2026.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Unpack

from loaders.benchmarks.limiting import example_id, limited
from loaders.recorded import Records
from loaders.recording import records
from loaders.rows import Rows
from loaders.shapes import AgentTask, Drop
from loaders.viewing import Where, column, rows_of
from recipes_data.errors import TableError
from recipes_data.tables.shards import Row

__all__ = ["bfcl"]


def bfcl(max_examples: int | None = None, **where: Unpack[Where]) -> Records[AgentTask]:
    """BFCL's simple questions in file order, each with the answer of its `id`, which stands in another file.

    `config` has `id`, `functions` (which can be called, each object with the keys of its own line), `expected` (the
    first of the answer's calls) and `question` as it stands in the file; `files` is empty, `name` what the cookbook
    calls the example.

    Kept as the benchmark has it, though it is hardly meant so: a question is a list of conversations, so that what a
    model is asked, `instruction`, is Python's spelling of the last one, braces and roles with it; and `expected` is
    `{function: {argument: [values]}}`, where its grader looks for `name` and `arguments`, so that no call that has a
    name is right. What was meant is in `config["question"]`. A question that is empty, or whose answer has no call, is
    dropped.

    The files are locked as text, a row a line (`load("bfcl")` gives `text`), because cells of one column have values of
    several types, which no table keeps; this reads the lines as JSON.

    `datasets` 5 reads each line's own keys, as this does; 4.4 gave every row the keys of all, most of them None, and so
    another prompt.

    Raises:
        TableError: a line that is no JSON object, an `id` that stands twice among the answers, or a question whose
            `id` has no answer (the benchmark would leave it out).
    """
    asked = rows_of("bfcl", "simple", "train", ("text",), **where)
    answers = _answers(rows_of("bfcl", "simple_answers", "train", ("text",), **where))
    rows, left = limited(asked, max_examples)
    return records(rows, AgentTask, _Call(answers), before=left)


def _answers(rows: Rows) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for place, row in enumerate(rows):
        line = _line(row, f"answer {place:,}")
        if "id" not in line or "ground_truth" not in line:
            raise TableError(f"answer {place:,} has no `id` or no `ground_truth`: {', '.join(line)}")
        if line["id"] in found:
            raise TableError(f"the answers have the id {line['id']!r} twice")
        found[line["id"]] = line["ground_truth"]
    return found


class _Call:
    """A line as a task, by the answers."""

    def __init__(self, answers: Mapping[str, Any]) -> None:
        self._answers = dict(answers)

    def __call__(self, row: Row) -> AgentTask | Drop:
        line = _line(row, "a question")
        missing = [name for name in ("id", "question", "function") if name not in line]
        if missing:
            raise TableError(f"the line has no {missing[0]!r}: {', '.join(line)}")
        if line["id"] not in self._answers and "ground_truth" not in line:
            raise TableError(f"the question {line['id']!r} has no answer in the file of answers")
        question = line["question"]
        if not question:
            return Drop("no question")
        expected = _first_call(line["ground_truth"] if "ground_truth" in line else self._answers[line["id"]])
        if isinstance(expected, Drop):
            return expected
        said = _said(question)
        config = {"id": line["id"], "functions": line["function"], "expected": expected, "question": question}
        return {"name": example_id("bfcl", said), "instruction": said, "files": {}, "config": config}


def _first_call(truth: Any) -> dict[str, Any] | Drop:
    if isinstance(truth, str):
        try:
            truth = json.loads(truth)
        except (ValueError, RecursionError):
            return Drop("its answer is not JSON")
    if isinstance(truth, list):
        truth = truth[0] if truth else None
    return truth if isinstance(truth, dict) else Drop("its answer has no call")


def _said(question: Any) -> str:
    if not isinstance(question, list):
        return str(question)
    if not isinstance(question[0], dict):
        return str(question[-1])
    if not isinstance(question[-1], dict):
        raise TableError(f"the last message is {question[-1]!r:.60}, not an object")
    return column(question[-1], "content")


def _line(row: Row, what: str) -> dict[str, Any]:
    """A line as JSON as Python reads it, whose objects keep the order of their keys: prompts are made of them."""
    try:
        found = json.loads(column(row, "text"))
    except (ValueError, RecursionError) as exc:
        raise TableError(f"{what} is not JSON: {exc}") from exc
    if not isinstance(found, dict):
        raise TableError(f"{what} is JSON of {found!r:.60}, not of an object")
    return found
