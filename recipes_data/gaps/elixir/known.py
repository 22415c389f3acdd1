"""The only home of what functions of Elixir's own library make of texts and option lists, as far as URLs need it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from recipes_data.gaps.elixir.syntax import HOLE
from recipes_data.gaps.elixir.values import (
    NOTHING,
    UNKNOWN,
    Atom,
    Items,
    Pairs,
    Text,
    Values,
    joined,
    looked_up,
    merged,
    texts,
    union,
)

__all__ = ["answer", "option"]

_SAME = frozenset(
    {
        ("URI", "encode"),
        ("URI", "encode_www_form"),
        ("URI", "decode"),
        ("URI", "to_string"),
        ("URI", "parse"),
        ("URI", "new!"),
        ("String", "trim"),
        ("String", "to_charlist"),
        ("String", "replace"),
        ("String", "to_atom"),
        ("String", "to_existing_atom"),
        ("Atom", "to_string"),
        ("List", "to_string"),
        ("IO", "iodata_to_binary"),
        ("", "to_string"),
        ("", "to_charlist"),
        ("", "inspect"),
        ("Req", "new"),
        ("Tesla", "client"),
        ("Keyword", "new"),
        ("Map", "new"),
        ("Enum", "reject"),
        ("Enum", "filter"),
        ("Enum", "into"),
        ("Enum", "reverse"),
    }
)
_LISTS = frozenset({"Keyword", "Map", "Access"})


def option(values: Values, key: str, default: Values | None) -> Values:
    """What a list of options has under a key, or its default; unknown beside these where the list is the caller's."""
    found, maybe = looked_up(values, key)
    if found is None and not maybe:
        return default if default is not None else NOTHING
    possible = [found] if found is not None else []
    if maybe:
        possible += [UNKNOWN, default if default is not None else UNKNOWN]
    return union(possible)


def answer(module: str, name: str, arguments: Sequence[Values]) -> Values | None:
    """What a call of a library function gives; None where this is none of those that are known."""
    if (module, name) in _SAME and arguments:
        return _flat(arguments[0]) if name == "iodata_to_binary" else arguments[0]
    if module in _LISTS and len(arguments) >= 2:
        return _of_list(name, arguments)
    made = _MADE.get((module, name))
    return made(arguments) if made is not None and arguments else None


def _flat(values: Values) -> Values:
    whole = [joined(value.items) if isinstance(value, Items) else frozenset({value}) for value in values]
    return union(whole)


def _of_list(name: str, arguments: Sequence[Values]) -> Values | None:
    first, second = arguments[0], arguments[1]
    key = texts(second)[0] if len(second) == 1 else HOLE
    last = arguments[2] if len(arguments) > 2 else None
    if name in ("merge", "validate", "validate!"):
        return merged(first, second) if name == "merge" else merged(second, first)
    if key == HOLE:
        return UNKNOWN
    if name in ("get", "fetch!", "pop!", "get_lazy"):
        found = option(first, key, last if name == "get" else None)
        return _with_rest(found, first) if name == "pop!" else found
    if name == "fetch":
        return frozenset({Items((frozenset({Atom("ok")}), option(first, key, None)))})
    if name in ("pop", "pop_lazy"):
        return _with_rest(option(first, key, last), first)
    if name in ("put", "put_new") and last is not None:
        new: Values = frozenset({Pairs(((key, last),))})
        return merged(first, new) if name == "put" else merged(new, first)
    return first if name in ("delete", "take", "drop", "update", "put_new_lazy") else None


def _with_rest(found: Values, rest: Values) -> Values:
    return frozenset({Items((found, rest))})


def _path_join(arguments: Sequence[Values]) -> Values:
    parts = list(arguments)
    if len(parts) == 1:
        lists = [value.items for value in parts[0] if isinstance(value, Items)]
        if len(lists) != 1 or not lists[0]:
            return UNKNOWN
        parts = list(lists[0])
    lead = [frozenset(Text(text.rstrip("/")) for text in texts(part)) for part in parts[:1]]
    rest = [frozenset(Text("/" + text.strip("/")) for text in texts(part)) for part in parts[1:]]
    return joined([*lead, *rest])


def _enum_join(arguments: Sequence[Values]) -> Values:
    between = arguments[1] if len(arguments) > 1 else frozenset({Text("")})
    found: list[Values] = []
    for value in arguments[0]:
        if not isinstance(value, Items) or not value.items:
            return UNKNOWN
        parts: list[Values] = [value.items[0]]
        for item in value.items[1:]:
            parts += [between, item]
        found.append(joined(parts))
    return union(found)


def _uri_merge(arguments: Sequence[Values]) -> Values:
    """A path goes to the root of the first URL, whatever that one's own path is; RFC 3986, section 5.2."""
    if len(arguments) < 2:
        return UNKNOWN
    whole: list[str] = []
    rest: list[str] = []
    for text in texts(arguments[1]):
        (whole if "://" in text else rest).append(text)
    found: list[Values] = [frozenset({Text(text)}) for text in whole]
    if rest:
        lead: Values = frozenset(Text(_origin(text)) for text in texts(arguments[0]))
        tail: Values = frozenset(Text("/" + text.lstrip("/")) for text in rest)
        found.append(joined([lead, tail]))
    return union(found)


def _origin(url: str) -> str:
    scheme, slashes, rest = url.partition("://")
    return f"{scheme}{slashes}{rest.partition('/')[0]}" if slashes else url.rstrip("/")


def _trimmed(arguments: Sequence[Values]) -> Values:
    return frozenset(Text(value.text.strip("/")) if isinstance(value, Text) else value for value in arguments[0])


def _cased(change: Callable[[str], str]) -> Callable[[Sequence[Values]], Values]:
    return lambda arguments: frozenset(
        Text(change(value.text if isinstance(value, Text) else value.name))
        if isinstance(value, (Text, Atom))
        else value
        for value in arguments[0]
    )


_MADE: Mapping[tuple[str, str], Callable[[Sequence[Values]], Values]] = {
    ("Path", "join"): _path_join,
    ("Enum", "join"): _enum_join,
    ("URI", "merge"): _uri_merge,
    ("URI", "append_path"): _path_join,
    ("Req", "merge"): lambda arguments: merged(arguments[0], arguments[1]) if len(arguments) > 1 else UNKNOWN,
    ("String", "trim_trailing"): _trimmed,
    ("String", "trim_leading"): _trimmed,
    ("String", "upcase"): _cased(str.upper),
    ("String", "downcase"): _cased(str.lower),
}
