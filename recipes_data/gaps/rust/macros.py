"""The only home of what stands in a Rust macro: its arguments as expressions, the text of `format!` and its like."""

from __future__ import annotations

import functools

from recipes_data.gaps.python_client.values import UNKNOWN, Text, Values, joined, shown
from recipes_data.gaps.rust.items import Fn
from recipes_data.gaps.rust.scope import Body, Reading, Scope
from recipes_data.gaps.rust.values import NONE, Val, either, formatted
from recipes_data.gaps.trees import Node, parse, walk

__all__ = ["read_macro"]

_TEXT_MACROS = frozenset({"format", "format_args", "eco_format", "formatcp"})
# arguments of these are no expressions, or none that calls anything
_QUIET_MACROS = frozenset(
    [
        "args",
        "assert_matches",
        "cfg",
        "debug",
        "error",
        "event",
        "hashmap",
        "include_str",
        "info",
        "json",
        "matches",
        "params",
        "println",
        "query",
        "quote",
        "select",
        "span",
        "stringify",
        "trace",
        "warn",
    ]
)
_Arguments = list[tuple[Node, Val]]


def read_macro(reader: Reading, scope: Scope, node: Node) -> Val:
    """Read a macro's arguments as expressions; what can be read of none of them is written down."""
    name, tokens = node.child("macro"), node.first("token_tree")
    if name is None or tokens is None:
        return NONE
    last = name.text.split("::")[-1]
    positional, named = _arguments(reader, scope, node, name.text, tokens)
    if last == "vec":
        return functools.reduce(either, [found for _, found in positional], NONE)
    if last == "concat":
        return Val(joined([found.texts for _, found in positional]))
    if last in _TEXT_MACROS and positional:
        values = [found for _, found in positional[1:]]
        return Val(_format(reader, scope, positional[0], values, named))
    if last in ("env", "option_env") and positional:
        scope.body.settings.append(positional[0][1].texts)
    if last in ("write", "writeln") and len(positional) > 1:
        target = positional[0][0].text.replace("&mut", "").strip()
        before = scope.known.get(target, NONE)
        if before.texts != UNKNOWN:
            added = _format(reader, scope, positional[1], [found for _, found in positional[2:]], named)
            scope.known[target] = Val(joined([before.texts, added]), before.of)
    return NONE


def _arguments(reader: Reading, scope: Scope, node: Node, name: str, tokens: Node) -> tuple[_Arguments, dict[str, Val]]:
    positional: _Arguments = []
    named: dict[str, Val] = {}
    line = scope.line
    scope.line = scope.line or node.line
    for text in _split(tokens.text[1:-1]):
        label, value = _label(text)
        expression = _parsed(value)
        if expression is None:
            if name.split("::")[-1] not in _QUIET_MACROS:
                scope.body.macros.append((name, scope.line))
            continue
        found = reader.value(scope, expression)
        if label:
            named[label] = found
        else:
            positional.append((expression, found))
    scope.line = line
    return positional, named


def _format(
    reader: Reading, scope: Scope, template: tuple[Node, Val], values: list[Val], named: dict[str, Val]
) -> Values:
    """The text that a template gives, with the names around it put in."""
    node, value = template
    first = value.texts[0]
    if node.type not in ("string_literal", "raw_string_literal") or not isinstance(first, Text):
        return UNKNOWN
    text = shown(first)
    around = {name: known for name, known in scope.known.items() if known.texts != UNKNOWN}
    return formatted(text, values, {**_constants(reader, scope, text), **around, **named})


def _constants(reader: Reading, scope: Scope, template: str) -> dict[str, Val]:
    """Names in a template that are constants of the module."""
    found: dict[str, Val] = {}
    for piece in template.split("{")[1:]:
        name = piece.split("}")[0].split(":")[0]
        if name.isidentifier() and name.upper() == name:
            path = reader.names.resolve(scope.function.module, (name,), scope.uses)
            named = reader.names.items.types.get(path)
            if named is not None and named.kind == "const":
                module = Fn(path, "", named.node, named.file, named.module, None, False, (), "")
                found[name] = reader.value(Scope(module, {}, Body(), {}), named.node.child("value"))
    return found


def _label(text: str) -> tuple[str, str]:
    """`name = value` in a macro's arguments."""
    name, mark, value = text.partition("=")
    if mark and name.strip().isidentifier() and not value.startswith(("=", ">")):
        return name.strip(), value.strip()
    return "", text


def _split(text: str) -> list[str]:
    """A macro's arguments, at the commas that stand in no brackets and no text."""
    parts, depth, start, place = [], 0, 0, 0
    while place < len(text):
        character = text[place]
        if character == '"':
            place += 1
            while place < len(text) and text[place] != '"':
                place += 2 if text[place] == "\\" else 1
        elif character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
        elif character in ",;" and depth == 0:
            parts.append(text[start:place])
            start = place + 1
        place += 1
    parts.append(text[start:])
    return [part.strip() for part in parts if part.strip()]


@functools.lru_cache(maxsize=20000)
def _parsed(text: str) -> Node | None:
    """A macro's argument as an expression; None for what is none."""
    root = parse("rust", b"fn f(){let _ = " + text.encode("utf-8", "surrogateescape") + b";}")
    if any(node.broken for node in walk(root)):
        return None
    for node in walk(root, ("let_declaration",)):
        return node.child("value")
    return None
