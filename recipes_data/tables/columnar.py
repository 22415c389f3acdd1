"""The only home of rows becoming Arrow arrays fast: values are flattened column by column, each buffer is made once.

`pyarrow.RecordBatch.from_pylist` asks each value what it is and grows its buffers as it goes, which costs more than
the parsing of the rows. Here the column types say what the values are. Arrow keeps what it is given: that it is what
was meant is for `tables.proving` to show.
"""

from __future__ import annotations

import itertools
import operator
from array import array
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from recipes_data.columns import Columns, Type

__all__ = ["record_batch"]


_FEW = 64
"""Texts: many are short, and Arrow's own loop is the fastest; of few each is long, and the fewest copies are."""


def record_batch(rows: Sequence[Mapping[str, Any]], columns: Columns, schema: pa.Schema) -> pa.RecordBatch:
    """Rows, whose structs have exactly the keys of their types, as one batch of `arrow_schema(columns)`.

    Raises:
        pa.ArrowException, UnicodeError, OverflowError, TypeError, AttributeError: a value that the types do not hold.
    """
    arrays = [
        _array(list(map(operator.itemgetter(name), rows)), kind, field.type)
        for (name, kind), field in zip(columns, schema, strict=True)
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _array(values: list[Any], kind: Type, arrow: pa.DataType) -> pa.Array:
    if kind.kind == "string":
        return _texts(values)
    if kind.kind == "list":
        return _lists(values, kind.fields[0][1], arrow)
    if kind.kind == "struct" and kind.fields:
        return _structs(values, kind, arrow)
    return pa.array(values, arrow)


def _texts(values: list[Any]) -> pa.Array:
    if len(values) > _FEW:
        return pa.array(values, pa.large_string())
    nulls = values.count(None)
    encoded = [b"" if value is None else value.encode() for value in values] if nulls else [v.encode() for v in values]
    ends = pa.py_buffer(array("q", itertools.accumulate(map(len, encoded), initial=0)))
    joined = pa.py_buffer(encoded[0] if len(encoded) == 1 else b"".join(encoded))
    valid = _bits([value is not None for value in values]) if nulls else None
    return pa.LargeStringArray.from_buffers(len(values), ends, joined, valid, nulls, 0)


def _lists(values: list[Any], item: Type, arrow: pa.DataType) -> pa.Array:
    mask = None
    if None in values:
        mask = pa.array([value is None for value in values], pa.bool_())
        values = [value or () for value in values]
    ends = pa.py_buffer(array("q", itertools.accumulate(map(len, values), initial=0)))
    offsets = pa.Array.from_buffers(pa.int64(), len(values) + 1, [None, ends])
    flat = _array(list(itertools.chain.from_iterable(values)), item, arrow.value_type)
    return pa.LargeListArray.from_arrays(offsets, flat, type=arrow, mask=mask)


def _structs(values: list[Any], kind: Type, arrow: pa.DataType) -> pa.Array:
    mask = None
    if None in values:
        mask = pa.array([value is None for value in values], pa.bool_())
        empty = dict.fromkeys(name for name, _ in kind.fields)
        values = [empty if value is None else value for value in values]
    fields = list(arrow)
    children = [
        _array(list(map(operator.itemgetter(name), values)), inner, field.type)
        for (name, inner), field in zip(kind.fields, fields, strict=True)
    ]
    return pa.StructArray.from_arrays(children, fields=fields, mask=mask)


def _bits(flags: list[bool]) -> pa.Buffer:
    return pa.array(flags, pa.bool_()).buffers()[1]
