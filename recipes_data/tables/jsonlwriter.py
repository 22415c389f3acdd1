"""The only home of rows being written as JSON Lines and proven: the file is opened anew, and every row compared.

Format: one JSON object (RFC 8259) a line, UTF-8, keys in the order of the columns, without white space. Integers have
all their digits, a float64 is the shortest text that reads back as the same bits. What JSON has no value for is
refused: bytes, dates and times, decimals, maps, `NaN` and infinities.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import orjson

from recipes_data.columns import INTEGERS, Columns, parts_of
from recipes_data.errors import TableError
from recipes_data.tables.jsontext import exact_json
from recipes_data.tables.proving import Proof
from recipes_data.tables.shards import Row
from recipes_data.tables.spans import UnreadableError
from recipes_data.tables.written import Written, digest_of

__all__ = ["write_jsonl"]


_VALUES = frozenset(
    {"string", "bool", "null", "class_label", "list", "struct", "float16", "float32", "float64", *INTEGERS}
)
_BLOCK = 1 << 20


def write_jsonl(
    rows: Callable[[], Iterable[Row]],
    columns: Columns,
    path: Path,
    *,
    name: str,
    first: int = 0,
    grouped: object = None,  # noqa: ARG001  # a line is written as it comes
    moved: Callable[[int], None] = lambda count: None,
) -> Written:
    """Write the rows that `rows()` gives to a new file at `path`, and prove each one; as `write_parquet` does.

    Raises:
        TableError: a column or a value that JSON has no text for; names row and column.
        OSError: the disk refused.
    """
    proof = Proof(columns, name, first, rows)
    for column, kind in columns:
        unfit = next((part for part in parts_of(kind) if part.kind not in _VALUES), None)
        if unfit is not None:
            do = "ask for another format: recipes-data path NAME --format parquet"
            raise TableError(f"{name}, column {column!r}: JSON has no value for the type {unfit}", do)
    with_floats = [column for column, kind in columns if any(part.kind.startswith("float") for part in parts_of(kind))]
    with path.open("wb", buffering=_BLOCK) as sink:
        for row in rows():
            for column in with_floats:
                if not _finite(row[column]):
                    raise proof.refusal(len(proof), column, "JSON has no value for a float that is not a number")
            proof.keep(row)
            sink.write(_line(row, proof))
            if len(proof) % 1000 == 0:
                moved(1000)
    moved(len(proof) % 1000)
    for count in proof.check(_read(path, name)):
        moved(count)
    size, sha256 = digest_of(path)
    return Written(len(proof), size, sha256)


def _line(row: Row, proof: Proof) -> bytes:
    try:
        return orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)
    except (orjson.JSONEncodeError, RecursionError) as exc:
        raise proof.refusal(len(proof) - 1, None, f"JSON cannot hold it as it is: {exc}") from exc


def _read(path: Path, name: str) -> Iterator[Row]:
    """All rows of a file, from its bytes on disk."""
    with path.open("rb", buffering=_BLOCK) as file:
        for line in file:
            try:
                yield exact_json(line)
            except UnreadableError as exc:
                what = f"{name}: what was written as JSON Lines cannot be read: {exc}"
                raise TableError(what, "run the same again") from exc


def _finite(value: Any) -> bool:
    if type(value) is float:
        return math.isfinite(value)
    if type(value) is list:
        return all(map(_finite, value))
    return all(map(_finite, value.values())) if type(value) is dict else True
