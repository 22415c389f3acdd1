"""The only home of what becomes of strings: joined, formatted, cut; pure, over alternatives."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Mapping, Sequence

from recipes_data.gaps.recipes.values import Alternative, Constant, Unknown, Value, join, pairs

__all__ = ["MOST", "formatted", "joined", "method_of_text", "percent", "product", "written"]

MOST = 3000
"""Alternatives that are followed at most, of one expression."""
_PERCENT = re.compile(r"%(?:\((?P<key>[^)]*)\))?[-+ #0]*(?:\d+)?(?:\.\d+)?(?P<how>[a-zA-Z%])")
_TEXT_METHODS: Mapping[str, Callable[..., object]] = {
    "lower": str.lower,
    "upper": str.upper,
    "strip": str.strip,
    "lstrip": str.lstrip,
    "rstrip": str.rstrip,
    "title": str.title,
    "capitalize": str.capitalize,
    "replace": str.replace,
    "removeprefix": str.removeprefix,
    "removesuffix": str.removesuffix,
    "startswith": str.startswith,
    "endswith": str.endswith,
    "isdigit": str.isdigit,
}


def product(
    parts: Sequence[Sequence[Alternative]], make: Callable[[list[Value]], Value], text: str
) -> tuple[Alternative, ...]:
    """Every combination of the parts that can be at once; `make` gets their values. Too many become one Unknown."""
    combined: list[tuple[Alternative, list[Value]]] = [(Alternative(Unknown(text)), [])]
    for part in parts:
        grown: list[tuple[Alternative, list[Value]]] = []
        for (so_far, values), alternative in pairs(combined, lambda one: one[0].choices, part):
            joined = join(so_far, alternative, so_far.value)
            if joined is not None:
                grown.append((joined, [*values, alternative.value]))
        if len(grown) > MOST:
            return (Alternative(Unknown(text)),)
        combined = grown
    return tuple(Alternative(make(values), so_far.choices, so_far.through, so_far.open) for so_far, values in combined)


def written(value: Value) -> str | None:
    """How a value is written inside a string; None where that is not known."""
    return str(value.value) if isinstance(value, Constant) else None


def formatted(text: str, positional: Sequence[Value], named: Mapping[str, Value]) -> str | None:
    """`text.format(...)`, where every field is known."""
    pieces: list[str] = []
    count = 0
    try:
        for literal, field, how, conversion in string.Formatter().parse(text):
            pieces.append(literal)
            if field is None:
                continue
            if conversion not in (None, "s") or how:
                return None
            key: str | int = field
            if field == "":
                key, count = count, count + 1
            elif field.isdigit():
                key = int(field)
            value = positional[key] if isinstance(key, int) else named.get(key)
            piece = None if value is None else written(value)
            if piece is None:
                return None
            pieces.append(piece)
    except (ValueError, IndexError):
        return None  # no template, or too few values: the program would fail
    return "".join(pieces)


def percent(text: str, value: Value, named: Mapping[str, Value] | None, listed: Sequence[Value] | None) -> str | None:
    """`text % value`; `listed` are the elements of a tuple, `named` the entries of a dict."""
    places = listed if listed is not None else [value]
    at = 0
    faults = False

    def piece(match: re.Match[str]) -> str:
        nonlocal at, faults
        if match["how"] == "%":
            return "%"
        if match["key"] is not None:
            found = None if named is None else named.get(match["key"])
        else:
            found = places[at] if at < len(places) else None
            at += 1
        shown = None if found is None else written(found)
        faults = faults or shown is None
        return shown or ""

    result = _PERCENT.sub(piece, text)
    return None if faults else result


def method_of_text(text: str, method: str, arguments: Sequence[Value]) -> Value | None:
    """A method of a string with known arguments; None where it is none that is followed."""
    plain = [argument.value for argument in arguments if isinstance(argument, Constant)]
    if len(plain) != len(arguments):
        return None
    function = _TEXT_METHODS.get(method)
    if function is None:
        return None
    try:
        result = function(text, *plain)
    except (TypeError, ValueError):
        return None  # the program would fail
    return Constant(result) if isinstance(result, (str, bool)) else None


def joined(separator: str, values: Sequence[Value]) -> str | None:
    """`separator.join(values)`, where all are known."""
    pieces = [written(value) for value in values]
    return None if None in pieces else separator.join(piece for piece in pieces if piece is not None)
