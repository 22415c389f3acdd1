"""The only home of how the files of a table are called, by format. Imports no reader."""

from __future__ import annotations

__all__ = ["SUFFIXES"]

SUFFIXES = {"parquet": ".parquet", "jsonl": ".jsonl"}
"""The formats that have rows, and the suffix of their files; files of other formats are kept as they are."""
