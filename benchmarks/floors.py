"""The only home of the files that the floors read: rows already in the form that costs least.

`python benchmarks/floors.py WORK HUB`: `gsm.marshal` (the finished list) and `tulu.rows`, `tulu.ends` (each row's
MessagePack end to end, and int64 offsets: 0, then the end of each).
"""

from __future__ import annotations

import array
import itertools
import marshal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pyarrow.parquet as pq

__all__ = ["main"]


def _rows(files: list[Path]) -> Iterator[dict[str, Any]]:
    return itertools.chain.from_iterable(
        batch.to_pylist() for file in files for batch in pq.ParquetFile(file).iter_batches(1000)
    )


def main(work: Path, hub: Path) -> None:
    """Write those that are not there."""
    made = hub / "datasets" / "made"
    if not (work / "gsm.marshal").exists():
        rows = list(_rows(sorted(made.glob("gsm/main/train-*.parquet"))))
        (work / "gsm.marshal").write_bytes(marshal.dumps(rows))
    if not (work / "tulu.ends").exists():
        ends, at = array.array("q", [0]), 0
        with open(work / "tulu.rows", "wb") as file:
            for row in _rows(sorted(made.glob("tulu/data/train-*.parquet"))):
                at += file.write(msgspec.msgpack.encode(row))
                ends.append(at)
        (work / "tulu.ends").write_bytes(ends.tobytes())


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
