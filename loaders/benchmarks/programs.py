"""The only home of the benchmarks that run a program: MBPP and LiveCodeBench.

Source: eval/benchmarks/{mbpp,_livecodebench}.py of the Tinker Cookbook, as they were in August 2026.
"""

from __future__ import annotations

import json
from typing import Unpack

from loaders.benchmarks.limiting import example_id, first_of, limited
from loaders.recorded import Records
from loaders.recording import records
from loaders.shapes import CodeTask, CodeTest, Drop
from loaders.viewing import Where, column, first_column, rows_of
from recipes_data.errors import TableError
from recipes_data.tables.shards import Row

__all__ = ["livecodebench", "mbpp"]


def mbpp(max_examples: int | None = None, **where: Unpack[Where]) -> Records[CodeTask]:
    """MBPP's sanitized test set in file order; tests are `assert` statements, the first of which the benchmark shows.

    Kept as the benchmark has it: `test_imports` are not run before the tests. A row without prompt or tests is
    dropped.
    """
    every = rows_of("mbpp", "sanitized", "test", ("test_list",), **where)
    first_column(every, ("prompt", "text"))
    rows, left = limited(every, max_examples)
    return records(rows, CodeTask, _mbpp, before=left)


def livecodebench(max_examples: int | None = None, **where: Unpack[Where]) -> Records[CodeTask]:
    """LiveCodeBench's sixth increment (`test6.jsonl`) in file order, with its public tests alone.

    That file is what the benchmark reads with every `datasets` from 4 on. Kept as it has it: private tests are not
    used, and every test is read from stdin, those of functions too, which no program can pass that way. A row without
    question or public tests, or whose tests are not JSON, is dropped. For all of it: `loaders.livecodebench`.

    Raises (when a record is read):
        TableError: a test that lacks its input or output.
    """
    read = ("question_content", "starter_code", "public_test_cases", "difficulty")
    rows, left = limited(rows_of("livecodebench", "v6", "test", read, **where), max_examples)
    return records(rows, CodeTask, _livecodebench, before=left)


def _mbpp(row: Row) -> CodeTask | Drop:
    problem = first_of(row, "prompt", "text")
    if not problem or not row["test_list"]:
        return Drop("no tests" if problem else "no prompt")
    return {
        "problem": problem,
        "tests": [_test(one, "", "assert") for one in row["test_list"]],
        "starter_code": None,
        "key": example_id("mbpp", problem, row.get("task_id")),
    }


def _livecodebench(row: Row) -> CodeTask | Drop:
    tests = row["public_test_cases"]
    if isinstance(tests, str) and tests:
        try:
            tests = json.loads(tests)
        except (ValueError, RecursionError):
            return Drop("its public tests are not JSON")
    if not row["question_content"]:
        return Drop("no question")
    if not isinstance(tests, list) or not tests:
        return Drop("no public tests")
    question = column(row, "question_content")
    for test in tests:
        if not isinstance(test, dict) or not {"input", "output"} <= set(test):
            raise TableError(f"a public test is {test!r:.60}, without `input` and `output`")
    made: CodeTask = {
        "problem": question,
        "tests": [_test(str(test["input"]), str(test["output"]), "stdin_stdout") for test in tests],
        "starter_code": row["starter_code"] or None,
    }
    if row["difficulty"]:
        made["difficulty"] = row["difficulty"]
    made["key"] = example_id("livecodebench", question)
    return made


def _test(given: str, expected: str, kind: str) -> CodeTest:
    return {"input": given, "output": expected, "testtype": kind, "metadata": {"func_name": None}}
