"""The only home of the small repository that the contract is checked with: its rows, and its files."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

__all__ = ["REPOSITORY", "files", "rows", "write_repository"]

REPOSITORY = "acme/numbers"
_CARD = """\
---
license: mit
configs:
- config_name: main
  default: true
  data_files:
  - {split: train, path: main/train.parquet}
  - {split: test, path: main/test.parquet}
- config_name: other
  data_files:
  - {split: train, path: other/train.parquet}
---
# Numbers
"""


def rows() -> dict[str, dict[str, list[dict[str, Any]]]]:
    """{config: {split: rows}}: texts beyond ASCII, a None, lists of objects; `main` is the default config."""
    return {
        "main": {"train": _numbers(0, 23), "test": _numbers(100, 5)},
        "other": {"train": _numbers(200, 4)},
    }


def _numbers(start: int, count: int) -> list[dict[str, Any]]:
    return [
        {
            "number": number,
            "text": None if number % 7 == 3 else f"number {number} é\n",
            "steps": [{"role": "user", "content": str(number)}] * (number % 3),
        }
        for number in range(start, start + count)
    ]


def files() -> dict[str, bytes]:
    """The repository's files by path, sorted."""
    found = {"README.md": _CARD.encode()}
    for config, splits in rows().items():
        for split, several in splits.items():
            found[f"{config}/{split}.parquet"] = _parquet(several)
    return dict(sorted(found.items()))


def _parquet(several: Sequence[Mapping[str, Any]]) -> bytes:
    step = pa.struct([("role", pa.string()), ("content", pa.string())])
    schema = pa.schema([("number", pa.int64()), ("text", pa.string()), ("steps", pa.list_(step))])
    file = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(list(several), schema), file)
    return file.getvalue()


def write_repository(folder: Path) -> Path:
    """Write the files as `folder/datasets/acme/numbers`, as `recipes-data serve` and `--hub` take them; that folder."""
    repository = folder / "datasets" / REPOSITORY
    for path, data in files().items():
        (repository / path).parent.mkdir(parents=True, exist_ok=True)
        (repository / path).write_bytes(data)
    return repository
