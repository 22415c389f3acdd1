"""The only place where chance enters: permutations of rows, the same as Hugging Face `datasets` draws.

Source of the algorithm: `datasets.Dataset.shuffle(seed=s)` (4.4 to 5.2) orders rows by
`numpy.random.default_rng(s).permutation(n)`; `tests/unit/test_order.py` holds vectors drawn with it.
"""

from __future__ import annotations

import operator

import numpy as np
import numpy.typing as npt

__all__ = ["Order", "permutation"]

Order = npt.NDArray[np.int64]
"""Positions in a table: int64, shape (rows,)."""


def permutation(rows: int, seed: int) -> Order:
    """Positions 0..rows-1 in the order that `datasets` gives them for `seed`.

    Raises:
        ValueError: the seed is negative.
        TypeError: the seed is not an integer (None would give another order each time).
    """
    return np.random.default_rng(operator.index(seed)).permutation(rows).astype(np.int64, copy=False)
