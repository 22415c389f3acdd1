"""The only home of the sizes that growth is measured at, by scale."""

from __future__ import annotations

__all__ = ["DATASETS", "FILES", "ROWS"]

DATASETS = {"tiny": (2,), "small": (1, 10, 100), "full": (1, 10, 100, 1000)}
ROWS = {"tiny": (1000,), "small": (10**3, 10**4, 10**5, 10**6), "full": (10**3, 10**4, 10**5, 10**6, 10**7)}
FILES = {"tiny": (2,), "small": (1, 10, 100), "full": (1, 10, 100, 1000, 10_000)}
