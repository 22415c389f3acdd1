"""The only home of what all benchmarks share: how many examples are taken, which ones, and what they are called.

Source: eval/benchmarks/_common.py of the Tinker Cookbook, as it was in August 2026.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from loaders.order import python_permutation
from loaders.rows import Rows
from recipes_data.errors import UsageError

__all__ = ["SEED", "Left", "example_id", "first_of", "limited", "limited_list"]

SEED = 42
"""What the benchmarks that draw their examples draw them with."""

Left = dict[str, int]
"""What was left out before the records, as their `report` counts it."""

_REASON = "over the limit"


def limited(rows: Rows, max_examples: int | None, seed: int | None = None) -> tuple[Rows, Left]:
    """The first `max_examples` rows, where a seed is given of the shuffled ones; all where there are no more.

    None: all rows in file order, not shuffled even if there is a seed. A limit that all rows fit in does shuffle.

    Raises:
        UsageError: the limit is not above 0.
    """
    if _all(max_examples):
        return rows, {}
    taken = rows if seed is None else rows.shuffle(seed)
    return _cut(taken, max_examples)


def limited_list(rows: Rows, max_examples: int | None) -> tuple[Rows, Left]:
    """As `limited`, in the way of the benchmarks that hold lists: shuffled by Python, if there are more than the limit.

    Raises:
        UsageError: the limit is not above 0.
    """
    if _all(max_examples) or len(rows) <= (max_examples or 0):
        return rows, {}
    return _cut(rows.select(python_permutation(len(rows), SEED)), max_examples)


def _all(max_examples: int | None) -> bool:
    if max_examples is not None and max_examples < 1:
        raise UsageError(f"{max_examples} examples", "max_examples is above 0, or None for all")
    return max_examples is None


def _cut(rows: Rows, max_examples: int | None) -> tuple[Rows, Left]:
    taken = rows.take(min(len(rows) if max_examples is None else max_examples, len(rows)))
    over = len(rows) - len(taken)
    return taken, ({_REASON: over} if over else {})


def example_id(benchmark: str, text: str, given: Any = None) -> str:
    """What the cookbook calls an example in its results: by an id of the dataset's own, else by MD5 of its text."""
    if given is not None:
        return f"{benchmark}_{given}"
    return f"{benchmark}_{hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()[:12]}"


def first_of(row: Mapping[str, Any], *names: str) -> Any:
    """The value of the first of these columns that the row has, None where it has none of them."""
    return next((row[name] for name in names if name in row), None)
