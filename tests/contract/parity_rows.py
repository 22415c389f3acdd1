"""The same rows as ours and as `datasets` has them, for the tests that hold one against the other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from loaders import Rows
from loaders.pins import Pin
from recipes_data.tables.opening import reader_of
from recipes_data.tables.schema import columns_of
from recipes_data.tables.source import Source
from recipes_data.tables.table import Table
from tests.unit.storehouse import parquet_bytes

datasets = pytest.importorskip("datasets")
datasets.disable_progress_bars()

PIN = Pin("toy", "main", "train", "org/toy", "c" * 40, "https://hub.test", ("x",), "lock", "catalogue", "store", False)
CLASSES = ["ant", "bee", "cow"]


def values(count: int, seed: int = 0) -> list[dict[str, Any]]:
    """Rows with ties, None, unicode, lists and dicts."""
    draw = np.random.default_rng(seed)
    return [
        {
            "id": index,
            "group": int(draw.integers(0, 4)),
            "score": None if draw.random() < 0.2 else float(np.round(draw.random(), 1)),
            "word": None if draw.random() < 0.1 else str(draw.choice(["b", "a", "\u00e9", "Z", ""])),
            "label": index % 3,
            "list": list(range(index % 3)),
            "chat": [{"role": "user", "content": f"text {index}"}],
            "meta": {"a": index, "b": None if index % 2 else "x"},
        }
        for index in range(count)
    ]


FEATURES = datasets.Features(
    {
        "id": datasets.Value("int64"),
        "group": datasets.Value("int32"),
        "score": datasets.Value("float64"),
        "word": datasets.Value("string"),
        "label": datasets.ClassLabel(names=CLASSES),
        "list": datasets.List(datasets.Value("int64")),
        "chat": datasets.List({"role": datasets.Value("string"), "content": datasets.Value("string")}),
        "meta": {"a": datasets.Value("int64"), "b": datasets.Value("string")},
    }
)


def of_table(folder: Path, table: pa.Table, files: int = 2) -> Rows:
    """Rows over an Arrow table, in several parquet files."""
    sources, counts = [], []
    for number in range(files):
        start, stop = table.num_rows * number // files, table.num_rows * (number + 1) // files
        path = folder / f"{number}.parquet"
        path.write_bytes(parquet_bytes(table.slice(start, stop - start), 64))
        sources.append(Source(path, path.name, path.name, path.stat().st_size, folder / "index", lambda _: None))
        counts.append(stop - start)
    columns = columns_of(table.schema)
    return Rows(Table(reader_of("parquet").shards(sources, counts, columns), columns), PIN)
