"""The only home of rows of JSON values becoming Arrow, in exactly the types that are asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pyarrow as pa

from recipes_data.columns import Columns
from recipes_data.errors import TableError
from recipes_data.tables.schema import arrow_schema

__all__ = ["arrow_batches", "arrow_table"]

_BATCH_ROWS = 1024


def arrow_batches(rows: Iterable[Mapping[str, Any]], columns: Columns, name: str) -> Iterator[pa.RecordBatch]:
    """Rows as Arrow in exactly these types, 1,024 at a time; never fewer than one batch.

    Raises:
        TableError: a value that Arrow cannot hold as it is (a lone surrogate, for one).
    """
    schema = arrow_schema(columns)
    pending: list[Mapping[str, Any]] = []
    some = False
    for row in rows:
        pending.append(row)
        if len(pending) == _BATCH_ROWS:
            yield _batch(pending, schema, name)
            pending, some = [], True
    if pending or not some:
        yield _batch(pending, schema, name)


def arrow_table(rows: Iterable[Mapping[str, Any]], columns: Columns, name: str) -> pa.Table:
    """The same as one table."""
    return pa.Table.from_batches(list(arrow_batches(rows, columns, name)), schema=arrow_schema(columns))


def _batch(rows: list[Mapping[str, Any]], schema: pa.Schema, name: str) -> pa.RecordBatch:
    try:
        return pa.RecordBatch.from_pylist(rows, schema=schema)
    except (pa.ArrowException, UnicodeError, OverflowError) as exc:
        what = f"{name}: a value cannot be held by Arrow as it is: {exc}"
        raise TableError(what, "read the rows as dicts") from exc
