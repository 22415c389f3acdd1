"""The only home of the column types of JSON values: found over all rows, checked against a promise.

Nothing is coerced. Where two rows need different types for one column, there is no type that keeps
both values as they are, so it is refused with both places named.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from recipes_data.columns import INTEGERS, Columns, Type, format_type, parse_type
from recipes_data.errors import TableError
from recipes_data.tables.jsontext import is_wide

__all__ = ["ColumnTypes", "do_clash"]

_NULL = Type("null")


class ColumnTypes:
    """The types of a file's columns while its rows are read: promised, or merged from all that was read so far."""

    def __init__(self, promised: Columns | None, name: str) -> None:
        self.columns: Columns = promised or ()
        self._promised = promised is not None
        self._name = name
        self._checks: dict[str, Callable[[Any], bool]] = {}
        self._compile()

    def _compile(self) -> None:
        self._checks = {column: _check(kind, self._promised) for column, kind in self.columns}

    def hold(self, row: Mapping[str, Any]) -> bool:
        """Whether the types hold a row as they are; no is not final, and such a row is to be added.

        A row with a float that may have been an integer is not held: it has to be read exactly first.
        """
        checks = self._checks
        try:
            for column, value in row.items():  # every row comes here: half the time of all()
                if not checks[column](value):
                    return False
        except KeyError:
            return False
        return True

    def add(self, row: Mapping[str, Any], index: int, first_clash: Callable[[str, Any], int | None]) -> None:
        """Take row `index` (from 0) up into the types.

        `first_clash(column, value)` finds the earlier row that does not go with a value, for the message.

        Raises:
            TableError: the row is not as promised, or no type holds its value and an earlier one.
        """
        if self._promised:
            _check_row(row, dict(self.columns), self._name, index)
            return
        columns = _merge_row(self.columns, row, self._name, index, first_clash)
        if columns != self.columns:
            self.columns = columns
            self._compile()


def _check(kind: Type, promised: bool) -> Callable[[Any], bool]:
    """A quick test whether a value is of a type; it may say no to a value that is."""
    if kind.kind == "list":
        item = _check(kind.fields[0][1], promised)
        return lambda value: value is None or (type(value) is list and all(map(item, value)))
    if kind.kind == "struct":
        return _struct_check({name: _check(field, promised) for name, field in kind.fields})
    if kind.kind in _QUICK:
        return _QUICK[kind.kind]
    if promised:
        return lambda value: _fits(value, kind) and not (type(value) is float and is_wide(value))
    return _is_float if kind.kind == "float64" else lambda value: value is None


def _struct_check(checks: Mapping[str, Callable[[Any], bool]]) -> Callable[[Any], bool]:
    def check(value: Any) -> bool:
        if type(value) is not dict:
            return value is None
        try:
            for name, item in value.items():
                if not checks[name](item):
                    return False
        except KeyError:
            return False
        return True

    return check


_QUICK: dict[str, Callable[[Any], bool]] = {
    "string": lambda value: type(value) is str or value is None,
    "bool": lambda value: type(value) is bool or value is None,
    "int64": lambda value: value is None or (type(value) is int and -(2**63) <= value < 2**63),
}


def _is_float(value: Any) -> bool:
    return value is None or (type(value) is float and not is_wide(value))


def _merge_row(
    columns: Columns, row: Mapping[str, Any], name: str, index: int, first_clash: Callable[[str, Any], int | None]
) -> Columns:
    """The columns that hold all earlier rows and this one; new ones come last.

    `first_clash(column, value)` finds the earlier row that does not go with a value, for the message.

    Raises:
        TableError: no type holds an earlier value and this one; both rows are named.
    """
    kinds = dict(columns)
    changed = False
    for column, value in row.items():
        before = kinds.get(column, _NULL)
        try:
            after = _merge(before, _type_of(value))
            if after != before:
                parse_type(format_type(after))  # a type that no lock can hold is refused here
        except (ValueError, RecursionError) as exc:
            earlier = first_clash(column, value)
            whose = "" if earlier is None else f" of row {earlier + 1:,}"
            raise TableError(
                f"{name}, row {index + 1:,}, column {column!r}: {exc}{whose}",
                "no single type keeps every value as it is; if one is meant, name it in the manifest's `columns:`",
            ) from exc
        if after != before or column not in kinds:
            kinds[column] = after
            changed = True
    return tuple(kinds.items()) if changed else columns


def _type_of(value: Any) -> Type:
    if value is None:
        return _NULL
    if isinstance(value, bool):
        return Type("bool")
    if isinstance(value, int):
        if value not in INTEGERS["int64"]:
            raise ValueError(f"the integer {value} does not fit 64 bits")
        return Type("int64")
    if isinstance(value, float):
        return Type("float64")
    if isinstance(value, str):
        return Type("string")
    if isinstance(value, list):
        item = _NULL
        for element in value:
            item = _merge(item, _type_of(element))
        return Type("list", (("item", item),))
    return Type("struct", tuple((key, _type_of(element)) for key, element in value.items()))


def _merge(one: Type, other: Type) -> Type:
    if one == other or other == _NULL:
        return one
    if one == _NULL:
        return other
    if one.kind == other.kind == "list":
        return Type("list", (("item", _merge(one.fields[0][1], other.fields[0][1])),))
    if one.kind == other.kind == "struct":
        fields = dict(one.fields)
        for key, kind in other.fields:
            fields[key] = _merge(fields.get(key, _NULL), kind)
        return Type("struct", tuple(fields.items()))
    raise ValueError(f"{other} does not go with the {one}")


def do_clash(one: Any, other: Any) -> bool:
    """Whether two values, each with a type of its own, have none in common."""
    try:
        kinds = _type_of(one), _type_of(other)
    except (ValueError, RecursionError):
        return False
    try:
        _merge(*kinds)
    except ValueError:
        return True
    return False


def _check_row(row: Mapping[str, Any], kinds: Mapping[str, Type], name: str, index: int) -> None:
    """See that a row has promised columns only, each with a value of its type."""
    for column, value in row.items():
        kind = kinds.get(column)
        if kind is None:
            raise TableError(
                f"{name}, row {index + 1:,}: column {column!r} was not promised (promised: {', '.join(kinds)})",
                "mend the manifest's `columns:`, or leave them out to take them from the bytes",
            )
        if not _fits(value, kind):
            raise TableError(
                f"{name}, row {index + 1:,}, column {column!r}: promised was {kind}, there is {_short(value)}",
                "mend the manifest's `columns:`, or leave them out to take them from the bytes",
            )


def _fits(value: Any, kind: Type) -> bool:
    if value is None:
        return True
    if kind.kind == "string":
        return isinstance(value, str)
    if kind.kind == "bool":
        return isinstance(value, bool)
    if kind.kind == "class_label":
        return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < len(kind.params)
    if kind.kind in INTEGERS:
        return isinstance(value, int) and not isinstance(value, bool) and value in INTEGERS[kind.kind]
    if kind.kind == "float64":
        # an integer is let through only where a float64 holds it exactly
        exact = isinstance(value, int) and not isinstance(value, bool) and abs(value) <= 2**53
        return exact or isinstance(value, float)
    if kind.kind == "list":
        return isinstance(value, list) and all(_fits(element, kind.fields[0][1]) for element in value)
    if kind.kind == "struct":
        fields = dict(kind.fields)
        return isinstance(value, dict) and all(key in fields and _fits(v, fields[key]) for key, v in value.items())
    return False


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
