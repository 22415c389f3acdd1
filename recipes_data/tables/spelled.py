"""The only home of values that stand as text in a field, where a type is promised for them.

    int8..int64, uint8..uint64   digits as JSON has them, without leading zeros
    float64                      a number as JSON has it: the nearest float64; `nan`, `inf`, `-inf`, `NaN`, `Infinity`
    bool                         `true`, `false`, `True`, `False`
    date32                       `YYYY-MM-DD`
    class_label                  one of its names; its number, where no name is one

A field that spells no value of its type is refused, never bent: `1.0` is no integer, `007` is none.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable
from functools import partial
from typing import Any

from recipes_data.columns import INTEGERS, Type
from recipes_data.tables.spans import UnreadableError

__all__ = ["parser_of"]

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)\Z", re.ASCII)
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?\Z", re.ASCII)
_MOST_DIGITS = 40
_NO_NUMBERS = {"nan": math.nan, "NaN": math.nan, "inf": math.inf, "-inf": -math.inf}
_NO_NUMBERS |= {"Infinity": math.inf, "-Infinity": -math.inf}
_BOOLS = {"true": True, "True": True, "false": False, "False": False}
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z", re.ASCII)


def parser_of(name: str, kind: Type) -> Callable[[str], Any] | None:
    """A function from a field that is not empty to its value; None for a type that no field can spell.

    It raises UnreadableError for a field that spells no value of the type; `name` is the column's, for messages.
    """
    spelled = _spelled(kind)
    if spelled is None:
        return None

    def parse(field: str) -> Any:
        value = spelled(field)
        if value is None:
            shown = field if len(field) <= 60 else f"{field[:57]}..."
            raise UnreadableError(f"column {name!r}: promised was {kind}, there is {shown!r}")
        return value

    return parse


def _spelled(kind: Type) -> Callable[[str], Any] | None:
    if kind.kind in INTEGERS:
        return partial(_integer, held=INTEGERS[kind.kind])
    if kind.kind == "class_label":
        return partial(_label, names=kind.params)
    known: dict[str, Callable[[str], Any]] = {"string": str, "float64": _float, "bool": _BOOLS.get, "date32": _date}
    return known.get(kind.kind)


def _integer(field: str, held: range) -> int | None:
    value = int(field) if len(field) < _MOST_DIGITS and _INTEGER.match(field) else None
    return value if value is not None and value in held else None


def _float(field: str) -> float | None:
    if field in _NO_NUMBERS:
        return _NO_NUMBERS[field]
    value = float(field) if _NUMBER.match(field) else math.inf
    return None if math.isinf(value) else value


def _date(field: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(field) if _DATE.match(field) else None
    except ValueError:
        return None


def _label(field: str, names: tuple[str, ...]) -> int | None:
    if field in names:
        return names.index(field)
    if any(_INTEGER.match(name) for name in names):
        return None
    return _integer(field, range(len(names)))
