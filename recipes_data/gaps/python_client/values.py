"""The only home of what an expression can be known to be without running it: values and their texts."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

__all__ = [
    "HOLE",
    "NOTHING",
    "UNKNOWN",
    "Bound",
    "Hole",
    "Instance",
    "Local",
    "Param",
    "Partial",
    "Ref",
    "Row",
    "Table",
    "Text",
    "Value",
    "Values",
    "all_of",
    "filled",
    "joined",
    "shallow",
    "shown",
    "text_of",
    "texts",
]

_MOST = 24  # alternatives that are followed; beyond, something unknown is among them
_LONGEST = 40  # parts of a text


@dataclass(frozen=True, slots=True)
class Hole:
    """A part of a text that cannot be known."""


@dataclass(frozen=True, slots=True)
class Param:
    """An argument of the function that is read; callers know more."""

    name: str


@dataclass(frozen=True, slots=True)
class Text:
    """A string, in pieces."""

    parts: tuple[str | Param | Hole, ...]


@dataclass(frozen=True, slots=True)
class Ref:
    """A module, class or function by the dotted name of its definition, in the sources or outside of them.

    `how`: under which kind of name it was reached ("direct", "import", "alias", "apply", "configured").
    """

    name: str
    how: str = "direct"


@dataclass(frozen=True, slots=True)
class Instance:
    """An object of a class; `base`: the address that a client object puts before every path."""

    of: str
    base: Values = ()


@dataclass(frozen=True, slots=True)
class Bound:
    """A method taken from an object (or, `made` False, from its class)."""

    of: str
    name: str
    how: str = "attribute"
    made: bool = True
    base: Values = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A literal list, tuple or set: alternatives of each element."""

    items: tuple[Values, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A literal dictionary: alternatives by constant key; `whole` False where it has more than could be read."""

    items: tuple[tuple[str, Values], ...]
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Partial:
    """A function with some of its arguments given."""

    function: Value
    positional: tuple[Values, ...]
    named: tuple[tuple[str, Values], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Local:
    """A function defined inside of the one that is read."""

    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    known: Mapping[str, Values]


@dataclass(frozen=True, slots=True)
class _Nothing:
    """`None`: known, and no text."""


Value = Text | Ref | Instance | Bound | Row | Table | Partial | Local | Param | Hole | _Nothing
Values = tuple[Value, ...]

HOLE = Hole()
NOTHING = _Nothing()
UNKNOWN: Values = (HOLE,)


def all_of(groups: Iterable[Values]) -> Values:
    """Alternatives of several origins as one, in order of first sight."""
    found: dict[Value, None] = {}
    for group in groups:
        for value in group:
            found.setdefault(value)
            if len(found) > _MOST:
                return (*itertools.islice(found, _MOST), HOLE)
    return tuple(found) or UNKNOWN


def text_of(text: str) -> Values:
    """A constant string."""
    return (Text((text,)),)


def texts(values: Values) -> list[Text]:
    """Values as pieces of text: what is no text is a hole, and `None` no alternative unless it is the only one.

    A known address beside an unknown one is its default, and stands for both.
    """
    found = []
    for value in values:
        if isinstance(value, Text):
            found.append(value)
        elif isinstance(value, Param):
            found.append(Text((value,)))
        elif not isinstance(value, _Nothing):
            found.append(Text((HOLE,)))
    if len(found) > 1 and any(_is_address(one) for one in found):
        found = [one for one in found if one.parts != (HOLE,)]
    return list(dict.fromkeys(found)) or [Text((HOLE,))]


def _is_address(text: Text) -> bool:
    return bool(text.parts) and isinstance(text.parts[0], str) and text.parts[0].startswith(("http://", "https://"))


def joined(pieces: Iterable[Values]) -> Values:
    """All texts that come of putting one alternative of each piece after another."""
    grown: list[tuple[str | Param | Hole, ...]] = [()]
    for piece in pieces:
        options = texts(piece)
        if len(grown) * len(options) > _MOST:
            options = [Text((HOLE,))]
        grown = [(*start, *option.parts) for start in grown for option in options]
    return tuple(dict.fromkeys(Text(_merged(parts)) for parts in grown))


def _merged(parts: tuple[str | Param | Hole, ...]) -> tuple[str | Param | Hole, ...]:
    """Neighbouring strings as one, neighbouring holes as one; what grew without end is a hole."""
    merged: list[str | Param | Hole] = []
    for part in parts:
        last = merged[-1] if merged else None
        if isinstance(part, str) and isinstance(last, str):
            merged[-1] = last + part
        elif part != "" and not (isinstance(part, Hole) and isinstance(last, Hole)):
            merged.append(part)
    return tuple(merged) if len(merged) <= _LONGEST else (HOLE,)


def shallow(values: Values, depth: int = 3) -> Values:
    """Values without what lies deeper in lists and dictionaries.

    Functions that pack up each other's answers would make them grow without end.
    """
    if not any(isinstance(value, (Row, Table, Partial)) for value in values):
        return values
    return all_of((_shallow(value, depth),) for value in values)


def _shallow(value: Value, depth: int) -> Value:
    if not isinstance(value, (Row, Table, Partial)):
        return value
    if depth == 0:
        return HOLE
    if isinstance(value, Row):
        return Row(tuple(shallow(item, depth - 1) for item in value.items[:64]))
    if isinstance(value, Table):
        return Table(tuple((key, shallow(item, depth - 1)) for key, item in value.items), value.whole)
    given = tuple(shallow(item, depth - 1) for item in value.positional)
    return Partial(value.function, given, tuple((name, shallow(item, depth - 1)) for name, item in value.named))


def filled(values: Values, given: Mapping[str, Values]) -> Values:
    """Values with a caller's arguments put in for the function's own; an argument not given is a hole."""
    if not any(_has_param(value) for value in values):
        return values
    return all_of(_filled(value, given) for value in values)


def _has_param(value: Value) -> bool:
    if isinstance(value, Text):
        return any(isinstance(part, Param) for part in value.parts)
    if isinstance(value, Row):
        return any(_has_param(one) for item in value.items for one in item)
    if isinstance(value, Table):
        return any(_has_param(one) for _, item in value.items for one in item)
    if isinstance(value, Partial):
        return any(_has_param(one) for item in (*value.positional, *(v for _, v in value.named)) for one in item)
    return isinstance(value, Param)


def _filled(value: Value, given: Mapping[str, Values]) -> Values:
    if isinstance(value, Param):
        return given.get(value.name, UNKNOWN)
    if isinstance(value, Text):
        return joined(
            given.get(part.name, UNKNOWN)
            if isinstance(part, Param)
            else text_of(part)
            if isinstance(part, str)
            else UNKNOWN
            for part in value.parts
        )
    if isinstance(value, Row):
        return (Row(tuple(filled(item, given) for item in value.items)),)
    if isinstance(value, Table):
        return (Table(tuple((key, filled(item, given)) for key, item in value.items), value.whole),)
    if isinstance(value, Partial):
        return (
            Partial(
                value.function,
                tuple(filled(item, given) for item in value.positional),
                tuple((name, filled(item, given)) for name, item in value.named),
            ),
        )
    return (value,)


def shown(text: Text) -> str:
    """A text for people and for comparison: `{}` for what is put in."""
    return "".join(part if isinstance(part, str) else "{}" for part in text.parts)
