"""The only home of the benchmarks whose answer is a number or a formula: GSM8K, MATH-500, AIME, HMMT.

Source: eval/benchmarks/{gsm8k,math500,aime,_hmmt}.py of the Tinker Cookbook, as they were in August 2026. What a
benchmark says around a problem is its own business.
"""

from __future__ import annotations

import re
from typing import Unpack

from loaders.benchmarks.limiting import example_id, first_of, limited
from loaders.math_rl import math_problem
from loaders.recorded import Records
from loaders.recording import records
from loaders.shapes import Drop, Problem
from loaders.viewing import Where, column, first_column, rows_of, rows_of_first
from recipes_data.errors import TableError
from recipes_data.tables.shards import Row

__all__ = ["aime_2025", "aime_2026", "gsm8k", "hmmt_feb_2025", "hmmt_nov_2025", "math500"]

_EITHER = ("test", "train")
_AIME_PROBLEMS = ("problem", "question", "Problem")
_AIME_ANSWERS = ("answer", "Answer", "expected_answer")
_HMMT_PROBLEMS = ("problem", "question")


def gsm8k(max_examples: int | None = None, **where: Unpack[Where]) -> Records[Problem]:
    """GSM8K's test set in file order: the answer is what follows the last `####`, with its commas (in `math_rl` not).

    Raises (when a record is read):
        TableError: an answer without `####`, all of which the benchmark would expect, or with nothing after it.
    """
    rows, left = limited(rows_of("gsm8k", "main", "test", ("question", "answer"), **where), max_examples)
    return records(rows, Problem, _gsm8k, drops=False, before=left)


def math500(max_examples: int | None = None, **where: Unpack[Where]) -> Records[Problem]:
    r"""MATH-500 in file order; a solution without a `\boxed{}` is dropped, as there."""
    rows, left = limited(rows_of("math_500", None, "test", ("problem", "solution"), **where), max_examples)
    return records(rows, Problem, _math500, before=left)


def aime_2025(max_examples: int | None = None, **where: Unpack[Where]) -> Records[Problem]:
    """AIME 2025, of its split `test` where it has one, else `train`, in file order.

    The answer is a whole number: of one in words the first digits, as there, so that a sign before them is lost. A
    problem or an answer that is not there, or an answer without digits, is dropped.
    """
    return _aime("aime_2025", max_examples, where)


def aime_2026(max_examples: int | None = None, **where: Unpack[Where]) -> Records[Problem]:
    """AIME 2026; as `aime_2025`."""
    return _aime("aime_2026", max_examples, where)


def hmmt_feb_2025(max_examples: int | None = None, **where: Unpack[Where]) -> Records[Problem]:
    """HMMT, February 2025, of its split `test` where it has one, else `train`, in file order.

    The answer is LaTeX without spaces around it. A problem or an answer that is empty is dropped, as there.

    Raises (when a record is read):
        TableError: an answer that is None (the benchmark would expect the word "None").
    """
    return _hmmt("hmmt_feb_2025", max_examples, where)


def hmmt_nov_2025(max_examples: int | None = None, **where: Unpack[Where]) -> Records[Problem]:
    """HMMT, November 2025; as `hmmt_feb_2025`."""
    return _hmmt("hmmt_nov_2025", max_examples, where)


def _gsm8k(row: Row) -> Problem:
    problem, answer = column(row, "question"), column(row, "answer")
    expected = answer.split("####")[-1].strip()
    if "####" not in answer or not expected:
        raise TableError(f"no final answer after ####: {answer[-60:]!r}")
    return {"problem": problem, "answer": expected, "key": example_id("gsm8k", problem)}


def _math500(row: Row) -> Problem | Drop:
    found = math_problem(row)
    return found if isinstance(found, Drop) else {**found, "key": example_id("math500", found["problem"])}


def _aime(name: str, max_examples: int | None, where: Where) -> Records[Problem]:
    every = rows_of_first(name, _EITHER, (), **where)
    for names in (_AIME_PROBLEMS, _AIME_ANSWERS):
        first_column(every, names)
    rows, left = limited(every, max_examples)
    return records(rows, Problem, _Contest(name, whole=True), before=left)


def _hmmt(name: str, max_examples: int | None, where: Where) -> Records[Problem]:
    every = rows_of_first(name, _EITHER, ("answer",), **where)
    first_column(every, _HMMT_PROBLEMS)
    rows, left = limited(every, max_examples)
    return records(rows, Problem, _Contest(name, whole=False), before=left)


class _Contest:
    """A contest's row as a problem; `whole`: its answer is a whole number."""

    def __init__(self, name: str, *, whole: bool) -> None:
        self._name = name
        self._whole = whole

    def __call__(self, row: Row) -> Problem | Drop:
        problem = first_of(row, *_AIME_PROBLEMS)
        if not problem:
            return Drop("no problem")
        if not isinstance(problem, str):
            raise TableError(f"the problem is {problem!r:.60}, not a text")
        answer = _whole(row) if self._whole else _formula(row)
        if isinstance(answer, Drop):
            return answer
        return {"problem": problem, "answer": answer, "key": example_id(self._name, problem)}


def _whole(row: Row) -> str | Drop:
    raw = first_of(row, *_AIME_ANSWERS)
    if raw is None:
        return Drop("no answer")
    try:
        return str(int(str(raw).strip()))
    except ValueError:
        digits = re.search(r"\d+", str(raw))
        return str(int(digits[0])) if digits else Drop("no digits in the answer")


def _formula(row: Row) -> str | Drop:
    if row["answer"] is None:
        raise TableError("column 'answer' is None, not an answer")
    return str(row["answer"]).strip() or Drop("no answer")
