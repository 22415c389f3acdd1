"""The only home of what recipes/true_thinking_score looks at: a few problems of MATH-500 or of GSM8K's test set.

Source: recipes/true_thinking_score/analyze.py of the Tinker Cookbook, as it was in August 2026.
"""

from __future__ import annotations

from typing import Unpack

from loaders.math_rl import gsm8k_problem, math_problem
from loaders.order import python_permutation
from loaders.recorded import Records
from loaders.recording import Fields, records
from loaders.rows import Rows
from loaders.shapes import Problem
from loaders.viewing import Where, rows_of
from recipes_data.errors import UsageError

__all__ = ["gsm8k", "math"]


def math(n_problems: int = 50, seed: int = 42, **where: Unpack[Where]) -> Records[Problem]:
    r"""`n_problems` of MATH-500: rows without a `\boxed{}` are dropped first, the others shuffled as a Python list.

    Raises:
        UsageError: there are fewer problems (the recipe would go on with those).
    """
    return _drawn(
        rows_of("math_500", "default", "test", ("problem", "solution"), **where), math_problem, n_problems, seed
    )


def gsm8k(n_problems: int = 50, seed: int = 42, **where: Unpack[Where]) -> Records[Problem]:
    """`n_problems` of GSM8K's test set: rows without a final answer are dropped first, the others shuffled as a list.

    Raises:
        UsageError: there are fewer problems (the recipe would go on with those).
    """
    return _drawn(rows_of("gsm8k", "main", "test", ("question", "answer"), **where), gsm8k_problem, n_problems, seed)


def _drawn(rows: Rows, fields: Fields, count: int, seed: int) -> Records[Problem]:
    every = records(rows, Problem, fields)
    if not 0 < count <= len(every):
        raise UsageError(f"{count} problems of {len(every):,}", f"n_problems is 1 to {len(every):,}")
    drawn = every.kept.select(python_permutation(len(every), seed)[:count])
    before = {**dict(every.report.dropped), "not drawn": len(every) - count}
    return records(drawn, Problem, fields, drops=False, before=before)
