"""The only home of what a pattern binds, and whether what is known of a value can match it."""

from __future__ import annotations

from recipes_data.gaps.elixir.syntax import atom_of, literal_text, operator, pairs, significant, unwrapped
from recipes_data.gaps.elixir.values import UNKNOWN, Atom, Items, Pairs, Text, Values, looked_up, union
from recipes_data.gaps.trees import Node, walk

__all__ = ["bind", "may_match"]


def bind(pattern: Node, values: Values, names: dict[str, Values]) -> None:
    """Put into `names` what a pattern's variables are when `values` match it."""
    pattern = unwrapped(pattern)
    if pattern.type == "identifier":
        names[pattern.text] = values
        return
    sign = operator(pattern)
    if sign == "=":
        for side in (pattern.child("left"), pattern.child("right")):
            if side is not None:
                bind(side, values, names)
    elif pattern.type in ("tuple", "list"):
        _bind_items(significant(pattern), values, names)
    elif pattern.type in ("map", "keywords"):
        for key, inner in pairs(pattern):
            found, _ = looked_up(values, key)
            bind(inner, found if found is not None else UNKNOWN, names)
    elif sign not in ("^", "\\\\"):
        for one in walk(pattern, ("identifier",)):
            names[one.text] = UNKNOWN


def _bind_items(patterns: list[Node], values: Values, names: dict[str, Values]) -> None:
    if len(patterns) == 1 and patterns[0].type == "keywords":
        bind(patterns[0], values, names)
        return
    rows = [value.items for value in values if isinstance(value, Items) and len(value.items) == len(patterns)]
    for at, inner in enumerate(patterns):
        bind(inner, union([row[at] for row in rows]) if rows else UNKNOWN, names)


def may_match(pattern: Node, values: Values) -> bool:
    """False where everything that the value can be is known and none of it matches."""
    return any(_one(unwrapped(pattern), value) for value in values)


def _one(pattern: Node, value: object) -> bool:
    if operator(pattern) == "=":
        sides = (pattern.child("left"), pattern.child("right"))
        return all(_one(unwrapped(side), value) for side in sides if side is not None)
    atom, text = atom_of(pattern), literal_text(pattern)
    if isinstance(value, Atom):
        if atom is not None:
            return atom == value.name
        return pattern.type not in ("string", "tuple", "list", "map", "integer")
    if isinstance(value, Text):
        if text is not None and pattern.type == "string":
            return text == value.text or "\x00" in value.text
        return atom is None and pattern.type not in ("tuple", "list", "map")
    if isinstance(value, Items) and pattern.type in ("tuple", "list"):
        inside = significant(pattern)
        if pattern.type == "tuple" and len(inside) == len(value.items):
            return all(may_match(each, item) for each, item in zip(inside, value.items, strict=True))
        return pattern.type == "list" or len(inside) == len(value.items)
    if isinstance(value, Pairs):
        return atom is None and text is None and pattern.type != "tuple"
    return True
