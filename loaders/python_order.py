"""The only home of rows in the order of Python's own chance: a step that receipts have by its seed, not by places."""

from __future__ import annotations

import operator

from loaders.order import chosen, python_permutation
from loaders.pins import need_all
from loaders.rows import Rows
from recipes_data.tables.shards import RowT

__all__ = ["python_shuffled"]


def python_shuffled(rows: Rows[RowT], seed: int) -> Rows[RowT]:
    """These rows in the order that `random.Random(seed).shuffle` gives a list of so many.

    Raises:
        UsageError: these rows are partial.
    """
    need_all(rows.pins, "a shuffle")
    seed = operator.index(seed)
    places = chosen(python_permutation(len(rows), seed), len(rows))
    return rows._picked(places, "python_shuffle", seed=seed)  # noqa: SLF001  # our own class
