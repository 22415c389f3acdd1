"""The only home of `records`: how a row becomes a record of a kind, by column names or by a function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar, overload

from loaders.recorded import Records
from loaders.recordstream import RecordStream
from loaders.rows import Rows
from loaders.shapes import shape_of
from loaders.shapes.shape import Drop, Shape, fitting
from loaders.stream import Stream
from recipes_data.errors import TableError, UsageError
from recipes_data.tables.shards import Row

__all__ = ["Fields", "making", "records"]

T = TypeVar("T")
_Column = str | Callable[[Row], Any]
Fields = Mapping[str, _Column] | Callable[[Row], Any]
"""How a row becomes a record: for each field its column or a function of the row, or one function for all of it."""


@overload
def records(
    rows: Rows,
    as_: type[T],
    fields: Fields | None = None,
    *,
    drops: bool = True,
    by_rows: bool = False,
    before: Mapping[str, int] | None = None,
) -> Records[T]: ...
@overload
def records(rows: Stream, as_: type[T], fields: Fields | None = None) -> RecordStream[T]: ...
def records(
    rows: Rows | Stream,
    as_: type[T],
    fields: Fields | None = None,
    *,
    drops: bool = True,
    by_rows: bool = False,
    before: Mapping[str, int] | None = None,
) -> Records[T] | RecordStream[T]:
    """Records of a kind, made of rows: `records(rows, Problem, {"problem": "question", "answer": "answer"})`.

    `as_`: a TypedDict of `loaders.shapes`, whose fields are checked in every record, or one of your own, of which only
    the names are. `fields` is one of

    - None: each field is the column of its name;
    - a mapping from fields to columns, or to functions of the row; what is not in it is the column of its name;
    - a function that makes the whole record of a row, or answers `Drop("why")` for one that is to be left out.

    A field that may be absent is, where its column is not there or is None.

    `drops=False`: functions leave out no row, so that none has to be read to count the records (columns never do).
    `by_rows`: batches are cut of the rows, the dropped ones among them. `before`: what was left out before these rows,
    by reason, for the report. Of a stream none of the three says anything: its records come as its rows do.

    Raises:
        UsageError: a field or a column is not there, or `as_` is no TypedDict.
    """
    if isinstance(rows, Stream):
        return RecordStream(rows, making(as_, fields, None))
    make = making(as_, fields, rows.columns)
    may_drop = drops and (callable(fields) or any(callable(column) for column in (fields or {}).values()))
    return Records(rows, make, by_rows=by_rows, before=before, out=None if may_drop else {})


def making(as_: type, fields: Fields | None, columns: list[str] | None) -> Callable[[Row], Any]:
    """What makes a record of a row; `columns` are those that the rows have, None where that is not known yet.

    Raises:
        UsageError: a field or a column is not there, or `as_` is no TypedDict.
    """
    shape = shape_of(as_)
    if callable(fields):
        return _ByFunction(shape, fields)
    given = dict(fields or {})
    known = [name for name, _ in shape.fields]
    unknown = [name for name in given if name not in known]
    if unknown:
        raise UsageError(f"{as_.__name__} has no field {unknown[0]!r}", f"there is: {', '.join(known)}")
    plan: dict[str, _Column] = {}
    for name in known:
        column = given.get(name, name)
        if name in shape.optional and name not in given and (columns is None or name not in columns):
            continue
        if not callable(column) and columns is not None and column not in columns:
            what = f"the field {name!r} of {as_.__name__}: there is no column {column!r}"
            raise UsageError(what, f"there is: {', '.join(columns)}")
        plan[name] = column
    return _ByFields(shape, plan)


class _ByFunction:
    """A function's record, checked."""

    def __init__(self, shape: Shape, function: Callable[[Row], Any]) -> None:
        self._shape = shape
        self._function = function

    def __reduce__(self) -> tuple[object, ...]:
        return _again, (self._shape.kind, self._function)

    def __call__(self, row: Row) -> Any:
        found = self._function(row)
        return found if isinstance(found, Drop) else fitting(self._shape, found)


class _ByFields:
    """A record field by field, checked."""

    def __init__(self, shape: Shape, plan: Mapping[str, _Column]) -> None:
        self._shape = shape
        self._plan = dict(plan)

    def __reduce__(self) -> tuple[object, ...]:
        return _again, (self._shape.kind, self._plan)

    def __call__(self, row: Row) -> Any:
        found = {}
        for name, column in self._plan.items():
            if callable(column):
                item = column(row)
            elif column in row:
                item = row[column]
            else:  # the rows of a stream
                raise TableError(f"there is no column {column!r}", f"there is: {', '.join(row)}")
            if isinstance(item, Drop):
                return item
            if item is not None or name not in self._shape.optional:
                found[name] = item
        return fitting(self._shape, found)


def _again(kind: type, how: Any) -> Callable[[Row], Any]:
    """What was pickled, by its kind: checks are functions made by functions, which no pickle holds."""
    shape = shape_of(kind)
    return _ByFunction(shape, how) if callable(how) else _ByFields(shape, how)
