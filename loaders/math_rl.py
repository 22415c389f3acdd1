r"""The only home of what recipes/math_rl trains on: GSM8K, MATH without MATH-500, Polaris, DeepMath.

Source: recipes/math_rl/math_env.py of the Tinker Cookbook, as it was in August 2026. Problems are as their datasets
word them: the recipe's own sentence about `\boxed{}` and its worked example come from the recipe. Its batches are cut
of the rows before rows without an answer are dropped, so that such a batch is short: `records.batches` cuts them so.
"""

from __future__ import annotations

from typing import Unpack

from loaders.answers import boxed, final_answer
from loaders.joining import concatenate
from loaders.recorded import Records
from loaders.recording import records
from loaders.shapes import Drop, Problem
from loaders.viewing import TrainTest, Where, column, configs_of, rows_of, rows_of_each, where_of
from recipes_data.errors import TableError
from recipes_data.tables.shards import Row
from recipes_data.wording import counted

__all__ = ["SUBJECTS", "deepmath", "gsm8k", "gsm8k_problem", "math", "math_problem", "polaris"]

SUBJECTS = (
    "algebra",
    "counting_and_probability",
    "geometry",
    "intermediate_algebra",
    "number_theory",
    "prealgebra",
    "precalculus",
)
"""The configs of `EleutherAI/hendrycks_math`. The order of the lock, which may be another, decides that of the rows."""


def gsm8k(seed: int = 0, **where: Unpack[Where]) -> TrainTest[Problem]:
    """Grade school problems: `train` shuffled with the seed, `test` in file order; 7,473 and 1,319 rows.

    The answer is what follows the last `####`, without commas. A row that has none is dropped, as the recipe drops it
    with a warning. The other arguments are those of `loaders.viewing.Where`; raises as `load` does.
    """
    read = ("question", "answer")
    train = rows_of("gsm8k", "main", "train", read, **where).shuffle(seed)
    test = rows_of("gsm8k", "main", "test", read, **where)
    return TrainTest(*[records(rows, Problem, gsm8k_problem, by_rows=True) for rows in (train, test)])


def gsm8k_problem(row: Row) -> Problem | Drop:
    """A row of GSM8K."""
    problem, answer = column(row, "question"), row["answer"]
    if not isinstance(answer, str):
        return Drop("the answer is no text")
    try:
        return {"problem": problem, "answer": final_answer(answer)}
    except ValueError:
        return Drop("no final answer after ####")


def math(seed: int = 0, **where: Unpack[Where]) -> TrainTest[Problem]:
    r"""Competition problems: `test` is MATH-500 in file order, `train` all of MATH but these, shuffled with the seed.

    Of each subject, in the order of the lock, the rows of `train` and then of `test` whose problem is none of
    MATH-500's, compared as texts: 12,000 rows. The answer is what stands in the last `\boxed{}` of the solution; a row
    that has none is dropped, as the recipe drops it with a warning. `report` counts the rows that MATH-500 took.

    Raises:
        TableError: a problem of MATH-500 was not found, so that it would be trained on and tested; or nothing is left
            to train on; or the lock has other subjects than these seven.
    """
    read = ("problem", "solution")
    both = ("math_500", "hendrycks_math")
    of_test, of_train = (where_of(name, both, where) for name in both)
    test = rows_of("math_500", "default", "test", read, **of_test)
    tested = {column(row, "problem") for row in test}
    found: set[str] = set()

    def untested(row: Row) -> bool:
        if row["problem"] not in tested:
            return True
        found.add(row["problem"])
        return False

    parts, taken = [], 0
    subjects = configs_of("hendrycks_math", SUBJECTS, "train", **of_train)
    every = [(subject, split) for subject in subjects for split in ("train", "test")]
    for rows in rows_of_each("hendrycks_math", every, read, **of_train):
        parts.append(rows.filter(untested))
        taken += len(rows) - len(parts[-1])
    if found != tested:
        raise TableError(
            f"MATH-500 has {counted(len(tested), 'problem')}, and only {len(found):,} of them were found in MATH: "
            "the others are in the training set in other words, or subjects are missing",
            "compare both by hand before training on one and testing on the other",
        )
    train = concatenate(parts).shuffle(seed)
    if not len(train):
        raise TableError(f"all {counted(taken, 'row')} of MATH are in MATH-500: none is left to train on")
    return TrainTest(
        records(train, Problem, math_problem, by_rows=True, before={"in MATH-500": taken}),
        records(test, Problem, math_problem, by_rows=True),
    )


def math_problem(row: Row) -> Problem | Drop:
    """A row of MATH or MATH-500."""
    problem, solution = column(row, "problem"), column(row, "solution")
    try:
        return {"problem": problem, "answer": boxed(solution)}
    except ValueError:
        return Drop("no boxed answer")


def polaris(seed: int = 0, **where: Unpack[Where]) -> Records[Problem]:
    """Problems of Polaris, shuffled with the seed; there is no test set.

    A row whose problem or answer is empty is dropped, as the recipe drops it without a word.
    """
    rows = rows_of("polaris", None, "train", ("problem", "answer"), **where)
    return records(rows.shuffle(seed), Problem, _polaris_problem, by_rows=True)


def deepmath(seed: int = 0, **where: Unpack[Where]) -> Records[Problem]:
    """Problems of DeepMath, shuffled with the seed; there is no test set.

    A row whose question or final answer is empty is dropped, as the recipe drops it without a word.
    """
    rows = rows_of("deepmath", None, "train", ("question", "final_answer"), **where)
    return records(rows.shuffle(seed), Problem, _deepmath_problem, by_rows=True)


def _polaris_problem(row: Row) -> Problem | Drop:
    return _answered(row, "problem", "answer", "polaris")


def _deepmath_problem(row: Row) -> Problem | Drop:
    return _answered(row, "question", "final_answer", "deepmath")


def _answered(row: Row, problem: str, answer: str, source: str) -> Problem | Drop:
    for name in (problem, answer):
        if not row[name]:
            return Drop(f"no {name}")
    return {"problem": column(row, problem), "answer": column(row, answer), "source": source}
