"""The only home of rows of JSON values becoming Arrow, in exactly the types that are asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pyarrow as pa

from recipes_data.columns import Columns
from recipes_data.errors import TableError
from recipes_data.tables.schema import arrow_schema

__all__ = ["about_bytes", "arrow_batches", "arrow_table"]

_BATCH_ROWS = 1024
_BATCH_BYTES = 32 << 20


def arrow_batches(
    rows: Iterable[Mapping[str, Any]], columns: Columns, name: str, most_bytes: int = _BATCH_BYTES
) -> Iterator[pa.RecordBatch]:
    """Rows as Arrow in exactly these types, at most 1,024 and about 32 MB at a time; never fewer than one batch.

    A key that an object inside a row leaves out is null: Arrow has no other way to say it.

    Raises:
        TableError: a value that Arrow cannot hold as it is (half of a surrogate pair, for one); names row and column.
    """
    schema = arrow_schema(columns)
    pending: list[Mapping[str, Any]] = []
    size = given = 0
    for row in rows:
        pending.append(row)
        size += about_bytes(row)
        if len(pending) == _BATCH_ROWS or size >= most_bytes:
            yield _batch(pending, schema, name, given)
            given += len(pending)
            pending, size = [], 0
    if pending or not given:
        yield _batch(pending, schema, name, given)


def arrow_table(rows: Iterable[Mapping[str, Any]], columns: Columns, name: str) -> pa.Table:
    """The same as one table."""
    return pa.Table.from_batches(list(arrow_batches(rows, columns, name)), schema=arrow_schema(columns))


def about_bytes(value: Any) -> int:
    """About how many bytes a value takes, at the cost of looking at its containers alone."""
    kind = type(value)
    if kind is str or kind is bytes:
        return len(value)
    if kind is dict:
        return 8 + sum(map(about_bytes, value.values()))
    if kind is list:
        return 8 + sum(map(about_bytes, value))
    return 8


def _batch(rows: list[Mapping[str, Any]], schema: pa.Schema, name: str, before: int) -> pa.RecordBatch:
    try:
        return pa.RecordBatch.from_pylist(rows, schema=schema)
    except (pa.ArrowException, UnicodeError, OverflowError) as exc:
        what = f"{name}{_place(rows, schema, before)}: a value cannot be held by Arrow as it is: {exc}"
        raise TableError(what, "read the rows as dicts") from exc


def _place(rows: list[Mapping[str, Any]], schema: pa.Schema, before: int) -> str:
    """Where the first value stands that cannot be held."""
    for index, row in enumerate(rows, start=before + 1):
        for field in schema:
            try:
                pa.array([row.get(field.name)], field.type)
            except (pa.ArrowException, UnicodeError, OverflowError):
                return f", row {index:,}, column {field.name!r}"
    return ""
