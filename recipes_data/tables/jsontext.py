"""The only home of the exact value of one JSON text (RFC 8259), and the door to orjson.

The value is the one that `json.loads` gives: duplicate keys keep the last, `NaN` and `Infinity` are floats, an escape
of half a surrogate pair stays that half. A number with a point or an exponent is the float64 nearest to it; one that
no float64 is near to (`1e400`) is refused, where `json.loads` says infinity. orjson does most of the work. What it
refuses goes to `json`; what it changes (an integer beyond 64 bits becomes a float) is looked for in its answer.
"""

from __future__ import annotations

import json
import math
from typing import Any

import orjson

from recipes_data.tables.spans import UnreadableError

__all__ = ["exact_json", "is_wide", "measured_json", "objects_only"]

# A float of orjson's outside of these may have been an integer that it had no room for.
_LEAST, _MOST = -(2.0**63), 2.0**64


def exact_json(text: bytes) -> Any:
    """The value of any JSON text in UTF-8.

    Raises:
        UnreadableError: not JSON, not UTF-8, a number too large for a float64, nested too deep.
    """
    try:
        value = orjson.loads(text)
        if not _holds_wide(value):
            return value
    except (orjson.JSONDecodeError, RecursionError):
        pass
    return _by_json(text)


def measured_json(text: bytes) -> Any:
    """The same for a text whose types were measured: it has no integer beyond 64 bits, for no column holds one.

    Raises:
        UnreadableError: as `exact_json`.
    """
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return _by_json(text)


def objects_only(value: Any) -> dict[str, Any]:
    """The value, which has to be an object.

    Raises:
        UnreadableError: it is another value.
    """
    if not isinstance(value, dict):
        raise UnreadableError(f"{type(value).__name__} {value!r:.40}, not an object")
    return value


def is_wide(number: float) -> bool:
    """Whether a float of `measured_json` may stand for an integer that needs more than 64 bits."""
    return not _LEAST < number < _MOST


def _holds_wide(value: Any) -> bool:
    kind = type(value)
    if kind is float:
        return is_wide(value)
    if kind is list:
        return any(map(_holds_wide, value))
    return kind is dict and any(map(_holds_wide, value.values()))


def _by_json(text: bytes) -> Any:
    try:
        return _DECODER.decode(text.decode("utf-8"))
    except UnicodeDecodeError as exc:
        before = text[: exc.start]
        line = before.count(b"\n")
        at = exc.start - (before.rfind(b"\n") + 1) + 1
        raise UnreadableError(f"not UTF-8 at byte {at} of the line", line=line) from exc
    except json.JSONDecodeError as exc:
        raise UnreadableError(exc.msg, line=exc.lineno - 1, column=exc.colno) from exc
    except RecursionError as exc:
        raise UnreadableError("lists and objects are nested too deep") from exc
    except ValueError as exc:  # an integer of thousands of digits, a float that is too large
        raise UnreadableError(str(exc)) from exc


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError(f"the number {digits:.40} is too large for a float64")
    return number


_DECODER = json.JSONDecoder(parse_float=_finite)
