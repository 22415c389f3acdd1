"""The only home of which names a loop over literals gives to definitions: `for x <- [:a, :b], do: def unquote(x)()`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from recipes_data.gaps.elixir.definitions import Module
from recipes_data.gaps.elixir.syntax import (
    HOLE,
    argument_nodes,
    atom_of,
    called_name,
    literal_text,
    operator,
    pairs,
    plain_text,
    significant,
    string_parts,
    unwrapped,
)
from recipes_data.gaps.trees import Node

__all__ = ["Names", "loop_names", "names_of"]

Names = Mapping[str, Sequence[str]]
"""Names that a loop's variable runs through, by variable."""


def names_of(node: Node, names: Names) -> list[str]:
    """What a computed name (`name`, `:"get_#{name}"`) can be, where `names` says so; one that is literal is itself."""
    node = unwrapped(node)
    literal = atom_of(node) or literal_text(node)
    if literal is not None:
        return [literal]
    if node.type == "identifier":
        return list(names.get(node.text, ()))
    if node.type == "call" and called_name(node) in ("to_atom", "binary_to_atom"):
        arguments = argument_nodes(node)
        node = arguments[0] if arguments else node
    parts = string_parts(node)
    if parts is None:
        return []
    holes = [part for part in parts if isinstance(part, Node)]
    inside = [significant(hole) for hole in holes]
    if len(holes) != 1 or len(inside[0]) != 1:
        return []
    text = plain_text(node) or ""
    return [text.replace(HOLE, name) for name in names.get(inside[0][0].text, ())]


def loop_names(module: Module, call: Node) -> dict[str, list[str]]:
    """What the variables of a `for` run through, where that is written beside it."""
    found: dict[str, list[str]] = {}
    for generator in argument_nodes(call):
        left, right = generator.child("left"), generator.child("right")
        if operator(generator) != "<-" or left is None or right is None:
            continue
        rows = _rows(_listed(module, call, right))
        columns = significant(left) if left.type == "tuple" else [left]
        for at, column in enumerate(columns):
            values = [row[at] for row in rows if at < len(row)]
            if column.type == "identifier" and values and all(value is not None for value in values):
                found[column.text] = [value for value in values if value is not None]
    return found


def _listed(module: Module, call: Node, node: Node) -> Node:
    """The literal behind what a loop runs through: an attribute's value, a variable's beside the loop, `with_index`."""
    node = unwrapped(node)
    if node.type == "call" and called_name(node) == "with_index" and argument_nodes(node):
        return _listed(module, call, argument_nodes(node)[0])
    if operator(node) == "@":
        operand = node.child("operand")
        given = module.attributes.get(operand.text if operand is not None else "", [])
        return given[-1] if given else node
    if node.type == "identifier" and call.parent is not None:
        for one in call.parent.children:
            left, right = one.child("left"), one.child("right")
            if operator(one) == "=" and left is not None and right is not None and left.text == node.text:
                node = right
    return node


def _rows(node: Node) -> list[list[str | None]]:
    if node.type == "sigil" and node.text.startswith(("~w", "~W")):
        return [[word] for word in (plain_text(node) or "").split()]
    if node.type != "list":
        return []
    rows: list[list[str | None]] = []
    for item in significant(node):
        if item.type == "keywords":
            rows += [[key, atom_of(value)] for key, value in pairs(item)]
        else:
            cells = significant(item) if item.type == "tuple" else [item]
            rows.append([_literal(cell) for cell in cells])
    return rows


def _literal(node: Node) -> str | None:
    return node.text if node.type == "integer" else atom_of(node) or plain_text(node)
