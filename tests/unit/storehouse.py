"""A small store, its locks and manifests, made by hand for the tests of loaders and tables."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recipes_data.lockfile import Lock, LockedConfig, LockedFile, LockedSplit
from recipes_data.store import Store

__all__ = ["COMMIT", "jsonl_bytes", "locked", "make_lock", "parquet_bytes", "put", "skip_null_lists", "write_manifest"]

COMMIT = "c" * 40


def put(store: Store, content: bytes) -> str:
    """Publish bytes as a verified blob; their sha256 (hex)."""
    sha256 = hashlib.sha256(content).hexdigest()
    store.partials.mkdir(parents=True, exist_ok=True)
    temporary = store.partials / sha256
    temporary.write_bytes(content)
    store.publish(temporary, sha256)
    return sha256


def skip_null_lists(kind: pa.DataType, values: list[Any]) -> None:
    """Skip where Arrow keeps no nulls among lists of a fixed size in parquet; it raises for them, 26 keeps them."""
    if pa.types.is_fixed_size_list(kind) and None in values and int(pa.__version__.split(".")[0]) < 26:
        pytest.skip(f"Arrow {pa.__version__} has no nulls among lists of a fixed size in parquet")


def parquet_bytes(table: pa.Table, row_group_size: int | None = None) -> bytes:
    """A table as the bytes of a parquet file."""
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, row_group_size=row_group_size)
    return sink.getvalue().to_pybytes()


def jsonl_bytes(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Rows as JSON Lines."""
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def locked(path: str, content: bytes, rows: int | None = None) -> LockedFile:
    """The locked file for bytes that the Hub knows by sha256."""
    sha256 = hashlib.sha256(content).hexdigest()
    return LockedFile(path, len(content), f"sha256:{sha256}", sha256, rows)


def make_lock(files: Sequence[LockedFile], splits: Mapping[str, LockedSplit], **changes: Any) -> Lock:
    """A lock of the dataset `toy` with one config `main`."""
    lock = Lock(
        name="toy",
        repo="org/toy",
        repo_type="dataset",
        revision="main",
        commit=COMMIT,
        origin="https://hub.test",
        manifest_digest="sha256:" + "0" * 64,
        files=tuple(sorted(files, key=lambda file: file.path)),
        configs=(LockedConfig("main", tuple(splits.values())),),
        default_config="main",
    )
    return dataclasses.replace(lock, **changes)


def write_manifest(folder: Path, name: str) -> None:
    """A dataset manifest that only has to be there: `load` reads its name and never its text."""
    (folder / "datasets").mkdir(parents=True, exist_ok=True)
    (folder / "datasets" / f"{name}.yaml").write_text("not read by load\n")
