"""The only home of what recipes/rl_loop trains on: GSM8K's training set in file order.

Source: recipes/rl_loop.py of the Tinker Cookbook, as it was in August 2026; tutorials/104_first_rl.py reads the same.
"""

from __future__ import annotations

from typing import Unpack

from loaders.math_rl import gsm8k_problem
from loaders.recorded import Records
from loaders.recording import records
from loaders.shapes import Drop, Problem
from loaders.viewing import Where, rows_of
from recipes_data.errors import TableError
from recipes_data.tables.shards import Row

__all__ = ["gsm8k"]


def gsm8k(**where: Unpack[Where]) -> Records[Problem]:
    """The training set in file order, not shuffled; the recipe leaves out an incomplete last batch.

    A row without a final answer is an error when it is read: the recipe, which looks for the answer when it gives the
    reward, would give none for that problem whatever the model says.
    """
    rows = rows_of("gsm8k", "main", "train", ("question", "answer"), **where)
    return records(rows, Problem, _problem, drops=False)


def _problem(row: Row) -> Problem:
    found = gsm8k_problem(row)
    if isinstance(found, Drop):
        raise TableError(found.reason)
    return found
