"""The only home of orders that follow from values: rows sorted by columns, and the values of one without repeats."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any, cast

import pyarrow as pa
import pyarrow.compute as pc

from loaders.order import Order, is_run, numbers
from loaders.views import Tabular
from recipes_data.errors import UsageError
from recipes_data.tables.fromarrow import as_values
from recipes_data.tables.schema import arrow_schema

__all__ = ["labels_of", "sorted_places", "taken", "unique_values", "values_of"]

_EACH_KEY = int(pa.__version__.split(".")[0]) >= 25  # from then on, where None goes is said of each key


def values_of(table: Tabular, order: Order, names: Sequence[str]) -> pa.Table:
    """These columns of rows in their order; the others are read and dropped batch by batch."""
    wanted = arrow_schema(tuple((name, kind) for name, kind in table.columns if name in names))
    parts = [pa.Table.from_batches([batch.select(wanted.names)]).cast(wanted) for batch in table.batches()]
    return taken(pa.concat_tables(parts) if parts else wanted.empty_table(), order)


def taken(table: pa.Table, order: Order) -> pa.Table:
    """The rows of an Arrow table in an order; of a run, uncopied."""
    if is_run(order):
        return table.slice(order[0] if len(order) else 0, len(order))
    flat = memoryview(array("q", order)) if isinstance(order, range) else memoryview(cast(Any, order))
    held = flat if flat.contiguous else flat.tobytes()
    # from the buffer, since `pa.array` would import pandas
    positions = pa.Array.from_buffers(pa.int64(), len(order), [None, pa.py_buffer(held)])
    return table.take(positions)


def sorted_places(
    table: Tabular, order: Order, columns: Sequence[str], reverse: bool | Sequence[bool], nulls: str
) -> Any:
    """The places of the rows in the order of these columns, the first one first; equal rows stay in their order.

    `reverse`: descending, for all or for each. `nulls`: "at_start" or "at_end", whichever way is sorted.

    Raises:
        UsageError: a column is not there or has no order, or `reverse` is not one for each.
    """
    directions = [reverse] * len(columns) if isinstance(reverse, bool) else list(reverse)
    if len(directions) != len(columns):
        raise UsageError(f"reverse has {len(directions)} values for {len(columns)} columns")
    known = dict(table.columns)
    for name in columns:
        if name not in known:
            raise UsageError(f"there is no column {name!r} to sort by", f"there is: {', '.join(known)}")
    if nulls not in ("at_start", "at_end", "first", "last"):
        raise UsageError(f"null_placement={nulls!r} is not 'at_start' or 'at_end'")
    keys = values_of(table, order, columns)
    placement = {"first": "at_start", "last": "at_end"}.get(nulls, nulls)
    named = [(name, "descending" if down else "ascending") for name, down in zip(columns, directions, strict=True)]
    try:
        if _EACH_KEY:
            each = [(*key, placement) for key in named]
            return pc.sort_indices(keys, sort_keys=each).to_numpy()
        return pc.sort_indices(keys, sort_keys=named, null_placement=placement).to_numpy()
    # Arrow says the one of a type without an order (a list), the other of one that it has not learned (float16)
    except (pa.ArrowTypeError, pa.ArrowNotImplementedError) as exc:
        raise UsageError(f"rows cannot be sorted by {', '.join(columns)}: {exc}") from exc


def labels_of(table: Tabular, order: Order, column: str) -> Any:
    """The class numbers of rows in their order, int64.

    Raises:
        UsageError: there is no such column, or it has no classes.
    """
    kind = dict(table.columns).get(column)
    if kind is None or kind.kind != "class_label" or not kind.params:
        raise UsageError(f"the column {column!r} has no classes to keep the shares of")
    return values_of(table, order, [column]).column(0).to_numpy()


def unique_values(table: Tabular, order: Order, run: range, column: str) -> list[Any]:
    """The values of a column, each once, as they first come; None counts as a value.

    Of an order that permutes all of `run`, the values as the run has them.

    Raises:
        UsageError: there is no such column, or its values are lists or structs.
        TableError: a value that Python has no place for (a date after the year 9999).
    """
    if column not in dict(table.columns):
        raise UsageError(f"there is no column {column!r}", f"there is: {', '.join(name for name, _ in table.columns)}")
    if len(order) == len(run) and not is_run(order) and len(set(numbers(order))) == len(order):
        order = run
    try:
        values = values_of(table, order, [column]).column(column).unique()
    except pa.ArrowNotImplementedError as exc:
        raise UsageError(f"the values of {column!r} cannot be compared: {exc}") from exc
    return as_values(values, f"the column {column!r}")
