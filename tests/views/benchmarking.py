"""What the benchmarks share, written out again for their tests: the limit, the names of examples, the list shuffle."""

from __future__ import annotations

import hashlib
import random
from typing import Any

__all__ = ["LIMITS", "limit", "limit_list", "named"]

LIMITS = (None, 1, 5, 10_000)


def limit(dataset: Any, count: int | None, seed: int | None = None) -> Any:
    """Requirements 1.5: None is all, in file order, whatever the seed; else shuffled where there is one, then cut."""
    if count is None:
        return dataset
    if seed is not None:
        dataset = dataset.shuffle(seed=seed)
    return dataset.select(range(min(count, len(dataset))))


def limit_list(rows: list[Any], count: int | None) -> list[Any]:
    """Requirements 1.5, of MMLU-Redux and C-Eval: shuffled only if there are more."""
    rows = list(rows)
    if count is not None and len(rows) > count:
        random.Random(42).shuffle(rows)
        rows = rows[:count]
    return rows


def named(benchmark: str, text: str) -> str:
    """The cookbook's example_id of a text."""
    return f"{benchmark}_{hashlib.md5(text.encode()).hexdigest()[:12]}"
