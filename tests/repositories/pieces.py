"""What generated repositories are made of: parquet with its features, JSON Lines, cards, `.gitattributes`."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

Files = dict[str, bytes]
"""A repository: path -> bytes."""

CHAT = pa.list_(pa.struct([("content", pa.string()), ("role", pa.string())]))
LARGE = ("*.7z", "*.arrow", "*.bin", "*.gz", "*.npy", "*.parquet", "*.tar", "*.xz", "*.zip", "*.zst", "*.model")
TEXT = {"dtype": "string", "_type": "Value"}


def parquet(
    rows: Sequence[Mapping[str, Any]], schema: pa.Schema | None = None, features: Mapping[str, Any] | None = None
) -> bytes:
    """Rows as one parquet file of small row groups; `features` stand where `datasets` writes them."""
    table = pa.Table.from_pylist([dict(row) for row in rows], schema=schema)
    if features is not None:
        table = table.replace_schema_metadata({"huggingface": json.dumps({"info": {"features": features}})})
    sink = io.BytesIO()
    pq.write_table(table, sink, row_group_size=7)
    return sink.getvalue()


def jsonl(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Rows as JSON Lines."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def gzipped(data: bytes) -> bytes:
    """The same bytes every time."""
    return gzip.compress(data, mtime=0)


def shards(
    prefix: str, rows: Sequence[Mapping[str, Any]], count: int, schema: pa.Schema | None = None, features: Any = None
) -> Files:
    """Rows over `count` parquet files `PREFIX-00000-of-0000N.parquet` of unequal length, in order."""
    files: Files = {}
    start = 0
    for number in range(count):
        left = count - number
        size = len(rows) - start if left == 1 else max(1, (len(rows) - start) // left - number % 2)
        path = f"{prefix}-{number:05d}-of-{count:05d}.parquet"
        files[path] = parquet(rows[start : start + size], schema, features)
        start += size
    return files


def card(header: str = "", extra: Sequence[str] = ()) -> Files:
    """README.md with this YAML header, and `.gitattributes`; `extra`: further patterns of LFS files."""
    text = (f"---\n{header}---\n\n" if header else "") + "Made-up rows in the shape of another repository.\n"
    attributes = "".join(f"{pattern} filter=lfs diff=lfs merge=lfs -text\n" for pattern in (*LARGE, *extra))
    return {"README.md": text.encode(), ".gitattributes": attributes.encode()}


def configs(described: Mapping[str, Mapping[str, str]], default: str | None = None) -> str:
    """The card's `configs:`: config -> split -> pattern."""
    lines = ["configs:\n"]
    for config, splits in described.items():
        lines.append(f"- config_name: {config}\n")
        lines += ["  default: true\n"] if config == default else []
        lines.append("  data_files:\n")
        lines += [f"  - split: {split}\n    path: {pattern}\n" for split, pattern in splits.items()]
    return "".join(lines)


def one_config(
    splits: Mapping[str, Sequence[Mapping[str, Any]]],
    *,
    license: str = "mit",
    schema: pa.Schema | None = None,
    features: Mapping[str, Any] | None = None,
    shard_count: int = 1,
) -> Files:
    """The commonest repository: `data/SPLIT-*.parquet`, one config called `default`."""
    files: Files = {}
    for split, rows in splits.items():
        files |= shards(f"data/{split}", rows, shard_count, schema, features)
    described = configs({"default": {split: f"data/{split}-*" for split in splits}})
    return files | card(f"license: {license}\n{described}")
