"""The only home of what Python's own methods make of texts: `format`, `%`, `join`, `strip`, `replace`."""

from __future__ import annotations

import re
import string
from collections.abc import Iterable

from recipes_data.gaps.python_client.values import (
    HOLE,
    NOTHING,
    UNKNOWN,
    Hole,
    Param,
    Row,
    Table,
    Text,
    Value,
    Values,
    all_of,
    joined,
    shown,
    text_of,
)

__all__ = ["METHODS", "called", "is_text", "percent"]

_TRIMS = frozenset({"strip", "lstrip", "rstrip", "removesuffix", "removeprefix"})
_CASES = frozenset({"lower", "upper", "casefold"})
METHODS = _TRIMS | _CASES | {"format", "join", "replace", "encode", "split", "title", "format_map"}
_PERCENT = re.compile(r"%(?:\((?P<name>\w+)\))?[-#0 +]*\d*(?:\.\d+)?[sdrixf]|%%")


def is_text(receivers: Values, attribute: str) -> bool:
    """Whether something is a text, as far as a method of this name goes; what a caller gives may be one."""
    kinds: tuple[type, ...] = (Text, Hole, type(NOTHING))
    kinds = (*kinds, Param) if attribute in _TRIMS else kinds
    known = any(isinstance(value, (Text, Param)) for value in receivers)
    return known and all(isinstance(value, kinds) for value in receivers)


def called(receivers: Values, attribute: str, arguments: list[Values], named: dict[str, Values]) -> Values:
    """What the method gives."""
    if attribute == "format":
        return all_of(
            _formatted(value, arguments, named) if isinstance(value, Text) else UNKNOWN for value in receivers
        )
    if attribute == "join":
        rows = [value for values in arguments for value in values if isinstance(value, Row)]
        return all_of(_strung(receivers, row.items) for row in rows) if rows else UNKNOWN
    if attribute in _TRIMS | _CASES:
        given = [value for value in arguments[0] if isinstance(value, Text)] if arguments else []
        ends = shown(given[0]) if given else None
        return tuple(_trimmed(value, attribute, ends) if isinstance(value, Text) else value for value in receivers)
    if attribute == "replace" and len(arguments) > 1:
        return all_of(_replaced(value, arguments) for value in receivers)
    return UNKNOWN


def percent(template: str, right: Values) -> Values:
    """What `template % right` gives."""
    rows = [value for value in right if isinstance(value, Row)]
    tables = [dict(value.items) for value in right if isinstance(value, Table)]
    items = list(rows[0].items) if rows else [right]
    pieces: list[Values] = []
    end = taken = 0
    for found in _PERCENT.finditer(template):
        pieces.append(text_of(template[end : found.start()]))
        end = found.end()
        if found[0] == "%%":
            pieces.append(text_of("%"))
        elif found["name"]:
            pieces.append(tables[0].get(found["name"], UNKNOWN) if tables else UNKNOWN)
        else:
            pieces.append(items[taken] if taken < len(items) else UNKNOWN)
            taken += 1
    return joined([*pieces, text_of(template[end:])])


def _formatted(template: Text, arguments: list[Values], named: dict[str, Values]) -> Values:
    pieces: list[Values] = []
    taken = 0
    for part in template.parts:
        if not isinstance(part, str):
            pieces.append((part,))
            continue
        try:
            fields = list(string.Formatter().parse(part))
        except ValueError:
            return UNKNOWN  # no template: the call would fail
        for literal, name, _, _ in fields:
            pieces.append(text_of(literal))
            if name is None:
                continue
            if name == "":
                pieces.append(arguments[taken] if taken < len(arguments) else UNKNOWN)
                taken += 1
            elif name.isdigit():
                pieces.append(arguments[int(name)] if int(name) < len(arguments) else UNKNOWN)
            else:
                pieces.append(named.get(name, UNKNOWN))
    return joined(pieces)


def _strung(between: Values, items: Iterable[Values]) -> Values:
    pieces: list[Values] = []
    for item in items:
        pieces += [between, item] if pieces else [item]
    return joined(pieces)


def _trimmed(text: Text, method: str, ends: str | None) -> Text:
    parts = list(text.parts)
    if method in ("lower", "upper", "casefold"):
        return Text(tuple(getattr(part, method)() if isinstance(part, str) else part for part in parts))
    arguments = () if ends is None else (ends,)
    left = method in ("strip", "lstrip", "removeprefix")
    right = method in ("strip", "rstrip", "removesuffix")
    first, last = (parts[0], parts[-1]) if parts else (HOLE, HOLE)
    if len(parts) == 1 and isinstance(first, str):
        return Text((getattr(first, method)(*arguments),))
    if left and isinstance(first, str):
        parts[0] = getattr(first, "lstrip" if method == "strip" else method)(*arguments)
    if right and isinstance(last, str):
        parts[-1] = getattr(last, "rstrip" if method == "strip" else method)(*arguments)
    return Text(tuple(parts))


def _replaced(value: Value, arguments: list[Values]) -> Values:
    old, new = arguments[0][0], arguments[1][0]
    if (
        isinstance(value, Text)
        and isinstance(old, Text)
        and isinstance(new, Text)
        and HOLE not in (*old.parts, *new.parts)
    ):
        return (Text(tuple(p.replace(shown(old), shown(new)) if isinstance(p, str) else p for p in value.parts)),)
    return UNKNOWN
