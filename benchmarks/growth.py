"""The only home of the growing repositories: many rows, many files; `python benchmarks/growth.py SCALE` makes them."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from data import make_in  # isort: skip  # beside this file
from sizes import FILES, ROWS  # isort: skip
from where import hub  # isort: skip

__all__ = ["main"]

_GROUP = 100_000
_TEXT = "how much is {0} and {0} and a third time {0}, all of it together?"


def _rows(folder: Path, count: int) -> None:
    (folder / "data").mkdir()
    schema = pa.schema([("number", pa.int64()), ("text", pa.string())])
    with pq.ParquetWriter(folder / "data" / "train-00000-of-00001.parquet", schema) as writer:
        for start in range(0, count, _GROUP):
            numbers = np.arange(start, min(start + _GROUP, count))
            texts = [_TEXT.format(number) for number in numbers.tolist()]
            writer.write_table(pa.table([pa.array(numbers), pa.array(texts)], schema=schema), row_group_size=10_000)


def _files(folder: Path, count: int) -> None:
    (folder / "data").mkdir()
    for number in range(count):
        table = pa.table({"number": [number], "text": [_TEXT.format(number)]})
        pq.write_table(table, folder / "data" / f"part-{number:05}.parquet", compression="none")


def main(scale: str) -> None:
    """Make what is not there."""
    made = hub(scale) / "datasets" / "made"
    for count in ROWS[scale]:
        make_in(made / f"rows_{count}", lambda folder, count=count: _rows(folder, count))  # type: ignore[misc]
    for count in FILES[scale]:
        make_in(made / f"files_{count}", lambda folder, count=count: _files(folder, count))  # type: ignore[misc]


if __name__ == "__main__":
    main(sys.argv[1])
