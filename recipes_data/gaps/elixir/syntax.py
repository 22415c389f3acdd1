"""The only home of how Elixir's constructs look in a syntax tree: calls, arguments, keywords, blocks, strings.

Elixir has few forms: nearly everything is a call. These functions give a call's parts whichever way it was written
(with or without parentheses, `do` block or `do:`, piped or not).
"""

from __future__ import annotations

from collections.abc import Iterator

from recipes_data.gaps.trees import Node

__all__ = [
    "HOLE",
    "argument_nodes",
    "atom_of",
    "block",
    "called_name",
    "is_pipe",
    "key_of",
    "literal_text",
    "operator",
    "pairs",
    "piped_into",
    "plain_text",
    "receiver",
    "section",
    "significant",
    "statements",
    "string_parts",
    "unwrapped",
]

HOLE = "\x00"
"""Stands in a text for what is put in when the program runs; no source text has this character."""

_QUOTES = frozenset({"string", "charlist", "sigil", "quoted_atom", "quoted_keyword"})
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "s": " ", "0": "\0", "e": "\x1b"}
_PARTS = frozenset({"do", "end", "after_block", "rescue_block", "catch_block", "else_block"})


def significant(node: Node) -> list[Node]:
    """Named children without comments."""
    return [child for child in node.children if child.named and child.type != "comment"]


def argument_nodes(call: Node) -> list[Node]:
    """A call's arguments as written; keywords at the end are one argument; a `do` block is none."""
    arguments = call.first("arguments")
    return significant(arguments) if arguments is not None else []


def called_name(call: Node) -> str:
    """The name of the function that a call calls; "" for an anonymous function or a computed name."""
    target = call.child("target") if call.type == "call" else call
    if target is None:
        return ""
    if target.type == "identifier":
        return target.text
    if target.type == "dot":
        right = target.child("right")
        if right is None:
            return ""
        if right.type in ("identifier", "operator_identifier") or not right.children:
            return right.text
        return literal_text(right) or ""
    return ""


def receiver(call: Node) -> Node | None:
    """What stands before the dot of a call; None for a local call."""
    target = call.child("target")
    return target.child("left") if target is not None and target.type == "dot" else None


def operator(node: Node) -> str:
    """The operator of a unary or binary expression, "" for anything else."""
    if node.type not in ("binary_operator", "unary_operator"):
        return ""
    token = node.child("operator")
    return token.type if token is not None else ""


def is_pipe(node: Node) -> bool:
    """Whether the node is `left |> right`."""
    return operator(node) == "|>"


def piped_into(call: Node) -> Node | None:
    """What is piped into a call as its first argument."""
    parent = call.parent
    if parent is not None and call.field == "right" and is_pipe(parent):
        return parent.child("left")
    return None


def unwrapped(node: Node) -> Node:
    """The expression inside parentheses and one-expression blocks."""
    while node.type == "block":
        inside = significant(node)
        if len(inside) != 1:
            break
        node = inside[0]
    return node


def key_of(pair: Node) -> str:
    """The key of `key: value`."""
    key = pair.child("key")
    if key is None:
        return ""
    return key.text.rstrip().removesuffix(":").strip('"')


def pairs(node: Node) -> Iterator[tuple[str, Node]]:
    """Keys and values of keywords, of a keyword list (`a: 1` and `{:a, 1}`), of a map or struct with literal keys."""
    node = unwrapped(node)
    if node.type == "pair":
        value = node.child("value")
        if value is not None:
            yield key_of(node), value
    elif node.type == "tuple" or operator(node) == "=>":
        inside = significant(node)
        key = atom_of(inside[0]) or literal_text(inside[0]) if len(inside) == 2 else None
        if key is not None:
            yield key, inside[1]
    elif node.type in ("keywords", "list", "map", "map_content"):
        for child in significant(node):
            yield from pairs(child)
    elif operator(node) == "|":  # an update: only what is set here
        right = node.child("right")
        if right is not None:
            yield from pairs(right)


def block(call: Node) -> list[Node] | None:
    """The expressions of a call's `do` block or `do:`; None where it has neither."""
    inside = call.first("do_block")
    if inside is not None:
        return [child for child in significant(inside) if child.type not in _PARTS]
    for argument in argument_nodes(call)[-1:]:
        for key, value in pairs(argument) if argument.type == "keywords" else ():
            if key == "do":
                return statements(value)
    return None


def section(call: Node, name: str) -> list[Node]:
    """The expressions of a further part of a call's block: `else`, `rescue`, `catch`, `after`."""
    inside = call.first("do_block")
    if inside is not None:
        part = inside.first(f"{name}_block")
        return significant(part) if part is not None else []
    for argument in argument_nodes(call)[-1:]:
        for key, value in pairs(argument) if argument.type == "keywords" else ():
            if key == name:
                return statements(value)
    return []


def statements(node: Node) -> list[Node]:
    """The expressions of a body: those of a parenthesised block or a clause's body, else the node itself."""
    return significant(node) if node.type in ("block", "body") else [node]


def string_parts(node: Node) -> list[str | Node] | None:
    """Texts and put-in expressions of a string, heredoc, charlist or sigil, in order; None for other nodes."""
    if node.type not in _QUOTES:
        return None
    found: list[str | Node] = []
    for child in node.children:
        if child.type == "quoted_content":
            found.append(child.text)
        elif child.type == "escape_sequence":
            escape = child.text[1:]
            found.append(_ESCAPES.get(escape, escape))
        elif child.type == "interpolation":
            found.append(child)
    return found


def plain_text(node: Node) -> str | None:
    """The text of a string with holes where something is put in; None for other nodes."""
    parts = string_parts(node)
    if parts is None:
        return None
    text = "".join(part if isinstance(part, str) else HOLE for part in parts)
    quote = node.child("quoted_start")
    if quote is not None and quote.type in ('"""', "'''"):
        return _heredoc(text, node)
    return text


def _heredoc(text: str, node: Node) -> str:
    """Without the indentation of the closing quotes: https://hexdocs.pm/elixir/syntax-reference.html."""
    end = node.child("quoted_end")
    source = node.source
    indent = 0
    if end is not None:
        line = source.rfind(b"\n", 0, end.start) + 1
        indent = end.start - line
    lines = text.removeprefix("\n").split("\n")
    cut = [line[indent:] if not line[:indent].strip() else line for line in lines]
    return "\n".join(cut)


def literal_text(node: Node) -> str | None:
    """The text of a string in which nothing is put in; None for anything else."""
    node = unwrapped(node)
    if node.type not in ("string", "charlist", "sigil", "quoted_atom"):
        return None
    text = plain_text(node)
    return text if text is not None and HOLE not in text else None


def atom_of(node: Node) -> str | None:
    """The name of a literal atom (`:a`, `:"a b"`, true, false, nil); None for anything else, aliases as well."""
    node = unwrapped(node)
    if node.type == "atom":
        return node.text[1:]
    if node.type == "quoted_atom":
        return literal_text(node)
    if node.type in ("boolean", "nil"):
        return node.text
    return None
