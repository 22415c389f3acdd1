"""The only home of what a value can be while requests are followed: texts with holes, atoms, lists of pairs.

A set of possibilities stands for a value; sets that grow too large become one unknown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from recipes_data.gaps.elixir.syntax import HOLE

__all__ = [
    "NOTHING",
    "UNKNOWN",
    "Atom",
    "Items",
    "Pairs",
    "Text",
    "Unknown",
    "Value",
    "Values",
    "joined",
    "looked_up",
    "merged",
    "texts",
    "union",
]

_MOST = 24


@dataclass(frozen=True, slots=True)
class Text:
    """A text; `HOLE` where something unknown is put in."""

    text: str


@dataclass(frozen=True, slots=True)
class Atom:
    """An atom or a module's full name."""

    name: str


@dataclass(frozen=True, slots=True)
class Pairs:
    """A keyword list, map or struct: what is known of it. `open`: there may be more."""

    items: tuple[tuple[str, Values], ...]
    open: bool = False


@dataclass(frozen=True, slots=True)
class Items:
    """A list or tuple."""

    items: tuple[Values, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """Anything."""


Value = Text | Atom | Pairs | Items | Unknown
Values = frozenset[Value]

UNKNOWN: Values = frozenset({Unknown()})
NOTHING: Values = frozenset({Atom("nil")})


def union(many: Iterable[Values]) -> Values:
    """Any of several values."""
    found: Values = frozenset().union(*many)
    return found if 0 < len(found) <= _MOST else UNKNOWN


def texts(values: Values) -> list[str]:
    """What values are as text put into a text. An unknown one makes those beside it worthless: it covers them."""
    found: set[str] = set()
    for value in values:
        if isinstance(value, Text):
            found.add(value.text)
        elif isinstance(value, Atom):
            found.add("" if value.name == "nil" else value.name)
        else:
            return [HOLE]
    return sorted(found)


def joined(parts: Iterable[Values]) -> Values:
    """Texts put together from parts, in every combination."""
    whole = [""]
    for part in parts:
        each = texts(part)
        if len(whole) * len(each) > _MOST:
            each = [HOLE]
        whole = [before + after for before in whole for after in each]
    return frozenset(Text(text) for text in whole)


def looked_up(values: Values, key: str) -> tuple[Values | None, bool]:
    """What pairs have under a key (None: nothing known), and whether they might have it all the same."""
    found: list[Values] = []
    maybe = False
    for value in values:
        if isinstance(value, Pairs):
            given = [each for name, each in value.items if name == key]
            found += given[-1:]
            maybe = maybe or (not given and value.open)
        else:
            maybe = True
    return (union(found) if found else None), maybe


def merged(left: Values, right: Values) -> Values:
    """Pairs of the left with those of the right over them."""
    found: set[Value] = set()
    for one in left:
        for other in right:
            items: dict[str, Values] = {}
            is_open = False
            for side in (one, other):
                if isinstance(side, Pairs):
                    items.update(side.items)
                    is_open = is_open or side.open
                elif not (isinstance(side, Items) and not side.items):
                    is_open = True
            found.add(Pairs(tuple(sorted(items.items())), is_open))
    return union([frozenset(found)])
