"""The only home of Arrow becoming rows as Python has them; values that Python has no place for are named."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from recipes_data.tables.oldarrow import in_zoneinfo
from recipes_data.tables.shards import NoPlaceError, Row

__all__ = ["as_rows", "as_values"]

_NO_PLACE = (OverflowError, ValueError)
"""What pyarrow raises for a date after the year 9999, and for nanoseconds where pandas, which has them, is missing."""


def as_rows(piece: pa.RecordBatch | pa.Table, name: str, first: int) -> list[Row]:
    """The rows of a piece of a table; `first`: the number of its first row in the file, from 0.

    Raises:
        NoPlaceError: a value that Python has no place for (a date after the year 9999); names row and column.
        pa.ArrowException, UnicodeDecodeError: the file is broken; who reads it says so.
    """
    try:
        rows: list[Row] = piece.to_pylist()
    except (pa.ArrowException, UnicodeDecodeError):  # which are ValueErrors too
        raise
    except _NO_PLACE as exc:
        what = f"{name}{_place(piece, first)} Python has no place for: {exc}"
        raise NoPlaceError(what, "the other rows are as they are; all of them as Arrow: to_arrow()") from exc
    return in_zoneinfo(rows, piece.schema)


def as_values(values: pa.Array | pa.ChunkedArray, name: str) -> list[Any]:
    """The values of a column that messages call `name`. Raises as `as_rows` does."""
    try:
        found: list[Any] = values.to_pylist()
    except (pa.ArrowException, UnicodeDecodeError):
        raise
    except _NO_PLACE as exc:
        raise NoPlaceError(f"{name} has a value that Python has no place for: {exc}", "as Arrow: to_arrow()") from exc
    return in_zoneinfo(found, values.type)


def _place(piece: pa.RecordBatch | pa.Table, first: int) -> str:
    """Where the first value stands that Python has no place for, and what it is."""
    for index in range(piece.num_rows):
        for column, values in zip(piece.schema.names, piece.columns, strict=True):
            try:
                values[index].as_py()
            except _NO_PLACE:
                return f", row {first + index + 1:,}, column {column!r}: {_shown(values.slice(index, 1))}, which"
    return ": a value that"


def _shown(one: pa.Array | pa.ChunkedArray) -> str:
    """A value as Arrow spells it, else its type."""
    try:
        return f"{one.cast(pa.string())[0].as_py()} ({one.type})"
    except pa.ArrowException:  # of a struct or a list, or beyond the years that Arrow spells
        return f"a value of the type {one.type}"
