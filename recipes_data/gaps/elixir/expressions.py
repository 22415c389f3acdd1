"""The only home of what single expressions come to in an abstract run: texts, names, operators, lists, maps."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from recipes_data.gaps.elixir.frames import Frame, Run
from recipes_data.gaps.elixir.known import option
from recipes_data.gaps.elixir.patterns import bind
from recipes_data.gaps.elixir.scope import resolved_node
from recipes_data.gaps.elixir.syntax import (
    HOLE,
    called_name,
    key_of,
    operator,
    piped_into,
    receiver,
    significant,
    unwrapped,
)
from recipes_data.gaps.elixir.values import UNKNOWN, Atom, Items, Pairs, Text, Values, joined, merged, union
from recipes_data.gaps.trees import Node

__all__ = ["KINDS", "everything", "text"]

_FALSE = frozenset({Atom("nil"), Atom("false")})


def everything(run: Run, node: Node, frame: Frame) -> Values:
    """Of anything else only what it sends is of interest."""
    value = UNKNOWN
    for child in significant(node):
        value = run.value(child, frame)
    return value if node.type in ("block", "body") else UNKNOWN


def text(run: Run, node: Node, parts: list[str | Node], frame: Frame) -> Values:
    """A string from its parts; of `~w(a b)` the list of its words."""
    if node.type == "sigil" and node.text[1:2] in ("w", "W"):
        words = "".join(part if isinstance(part, str) else HOLE for part in parts).split()
        return frozenset({Items(tuple(frozenset({Text(word)}) for word in words))})
    return joined(
        frozenset({Text(part)}) if isinstance(part, str) else run.body(significant(part), frame) for part in parts
    )


def _name(run: Run, node: Node, frame: Frame) -> Values:
    name = node.text
    if name == "__MODULE__":
        return frozenset({Atom(frame.definition.module)})
    if name in frame.names and piped_into(node) is None:
        return frame.names[name]
    piped = piped_into(node)
    arguments = [] if piped is None else [run.value(piped, frame)]
    return run.called(node, frame.definition.module, name, arguments, frame)


def _alias(run: Run, node: Node, frame: Frame) -> Values:
    full = resolved_node(run.calls.source_of(frame.definition), node, frame.definition.module)
    return frozenset({Atom(full)}) if full else UNKNOWN


def _unary(run: Run, node: Node, frame: Frame) -> Values:
    operand = node.child("operand")
    if operator(node) == "@" and operand is not None:
        module = run.calls.modules.get(frame.definition.module)
        values = module.attributes.get(operand.text, ()) if module is not None else ()
        return union([run.value(value, frame.inside()) for value in values]) if values else UNKNOWN
    inside = [child for child in node.children_of("operand") if child.named]
    if operator(node) == "&" and inside:
        _captured(run, unwrapped(inside[0]), frame.inside())
        return UNKNOWN
    everything(run, node, frame)
    return UNKNOWN


def _captured(run: Run, node: Node, frame: Frame) -> None:
    left, right = node.child("left"), node.child("right")
    if operator(node) == "/" and left is not None and right is not None and right.type == "integer":
        before = receiver(left) if left.type == "call" else None
        module = run.receivers(before, frame) if before is not None else [frame.definition.module]
        for each in module:
            run.called(node, each, called_name(left), [UNKNOWN] * int(right.text), frame)
    else:
        run.value(node, frame)


def _binary(run: Run, node: Node, frame: Frame) -> Values:
    left, right = node.child("left"), node.child("right")
    if left is None or right is None:
        return UNKNOWN
    sign = operator(node)
    if sign == "|>":
        return run.value(right, frame)  # what is piped is found from there
    if sign in ("=", "<-"):
        value = run.value(right, frame)
        bind(left, value, frame.names)
        return value
    one, other = run.value(left, frame), run.value(right, frame)
    if sign == "<>":
        return joined([one, other])
    if sign in ("||", "or"):
        return union([frozenset(value for value in one if value not in _FALSE), other])
    if sign in ("&&", "and"):
        return union([frozenset(value for value in one if value in _FALSE), other])
    if sign == "++":
        return merged(one, other) if any(isinstance(v, Pairs) for v in one | other) else _appended(one, other)
    return UNKNOWN


def _sequence(run: Run, node: Node, frame: Frame) -> Values:
    items: list[Values] = []
    keyed: Values | None = None
    for child in significant(node):
        if child.type == "keywords":
            keyed = _pairs(run, child, frame)
        elif operator(child) == "|" and node.type == "list":
            left, right = child.child("left"), child.child("right")
            head = run.value(left, frame) if left is not None else UNKNOWN
            tail = run.value(right, frame) if right is not None else UNKNOWN
            return merged(tail, _as_pairs([head])) if _as_pairs([head]) != UNKNOWN else UNKNOWN
        else:
            items.append(run.value(child, frame))
    if node.type == "list" and items:
        pairs = _as_pairs(items)
        if pairs != UNKNOWN and (keyed is not None or len(items) > 0):
            return pairs if keyed is None else merged(pairs, keyed)
    if keyed is not None and not items:
        return keyed
    return frozenset({Items(tuple([*items, keyed] if keyed is not None else items))})


def _pairs(run: Run, node: Node, frame: Frame) -> Values:
    """Keywords, a map, a struct; `%{map | key: value}` is the map with that over it."""
    found: dict[str, Values] = {}
    start: Values | None = None
    waiting = significant(node)
    while waiting:
        child = waiting.pop(0)
        left, right = child.child("left"), child.child("right")
        if child.type == "pair":
            value = child.child("value")
            found[key_of(child)] = run.value(value, frame) if value is not None else UNKNOWN
        elif child.type in ("keywords", "map_content"):
            waiting = significant(child) + waiting
        elif left is not None and right is not None and operator(child) == "|":
            start = run.value(left, frame)
            waiting = [right, *waiting]
        elif left is not None and right is not None and operator(child) == "=>":
            found.update(dict.fromkeys(_keys(run.value(left, frame)), run.value(right, frame)))
    new: Values = frozenset({Pairs(tuple(sorted(found.items())))})
    return new if start is None else merged(start, new)


def _access(run: Run, node: Node, frame: Frame) -> Values:
    target, key = node.child("target"), node.child("key")
    if target is None or key is None:
        return UNKNOWN
    values, keys = run.value(target, frame), run.value(key, frame)
    names = _keys(keys)
    return union([option(values, name, None) for name in names]) if names else UNKNOWN


def _keys(values: Values) -> list[str]:
    return sorted(
        value.name if isinstance(value, Atom) else value.text for value in values if isinstance(value, (Atom, Text))
    )


def _as_pairs(items: list[Values]) -> Values:
    """A list of `{key, value}` tuples as pairs."""
    found: dict[str, Values] = {}
    for item in items:
        for value in item:
            if not isinstance(value, Items) or len(value.items) != 2:
                return UNKNOWN
            keys = [key for key in value.items[0] if isinstance(key, Atom)]
            # {Tesla.Middleware.BaseUrl, url} is a tuple with a module, and no option
            if len(keys) != 1 or keys[0].name[:1].isupper():
                return UNKNOWN
            found[keys[0].name] = value.items[1]
    return frozenset({Pairs(tuple(sorted(found.items())))})


def _appended(one: Values, other: Values) -> Values:
    rows = [
        Items((*left.items, *right.items))
        for left in one
        for right in other
        if isinstance(left, Items) and isinstance(right, Items)
    ]
    return union([frozenset(rows)]) if rows else UNKNOWN


KINDS: Mapping[str, Callable[[Run, Node, Frame], Values]] = {
    "identifier": _name,
    "alias": _alias,
    "dot": _alias,
    "unary_operator": _unary,
    "binary_operator": _binary,
    "list": _sequence,
    "tuple": _sequence,
    "keywords": _pairs,
    "map": _pairs,
    "access_call": _access,
}
