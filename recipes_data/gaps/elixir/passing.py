"""The only home of which options a call hands over: written there, collected in a variable, handed through."""

from __future__ import annotations

from collections.abc import Iterator

from recipes_data.gaps.elixir.calls import Site
from recipes_data.gaps.elixir.definitions import Clause, Definition
from recipes_data.gaps.elixir.dynamic import clause_of
from recipes_data.gaps.elixir.options import looks_like_options
from recipes_data.gaps.elixir.syntax import (
    argument_nodes,
    atom_of,
    block,
    called_name,
    operator,
    pairs,
    piped_into,
    receiver,
    section,
    significant,
    unwrapped,
)
from recipes_data.gaps.trees import Node, walk

__all__ = ["THE_CALLERS", "passed_options"]

THE_CALLERS = "..."
"""Among options: whatever the function's own caller gives."""
_DEEPEST = 6
_LISTS = frozenset({"Keyword", "Map", "Enum"})
_SCOPES = frozenset({"do_block", "else_block", "rescue_block", "after_block", "stab_clause", "anonymous_function"})


def passed_options(definition: Definition, site: Site) -> tuple[str, ...]:
    """Names of the options that a call hands over, sorted; `THE_CALLERS` last."""
    if not site.arguments:
        return ()
    clause = clause_of(definition, site.node)
    found = set(_names(definition, clause, unwrapped(site.arguments[-1]), 0))
    return (*sorted(found - {THE_CALLERS}), *([THE_CALLERS] if THE_CALLERS in found else []))


def _names(definition: Definition, clause: Clause | None, node: Node, depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        return
    if node.type in ("keywords", "list"):
        yield from (key for key, _ in pairs(node))
        for part in significant(node):  # [first: 1 | opts]
            left, right = part.child("left"), part.child("right")
            if operator(part) == "|" and left is not None and right is not None:
                yield from (key for key, _ in pairs(left))
                yield from _names(definition, clause, unwrapped(right), depth + 1)
    elif operator(node) == "++" or (operator(node) == "|>" and node.child("right") is not None):
        for side in significant(node) if operator(node) == "++" else significant(node)[-1:]:
            yield from _names(definition, clause, unwrapped(side), depth + 1)
    elif node.type == "identifier" and clause is not None:
        yield from _bound(definition, clause, node, depth)
    elif node.type == "call":
        yield from _made(definition, clause, node, depth)


def _bound(definition: Definition, clause: Clause, node: Node, depth: int) -> Iterator[str]:
    for one in walk(clause.head, ("binary_operator",)):
        left, right = one.child("left"), one.child("right")
        # what is bound after the call does not reach it
        if operator(one) == "=" and left is not None and right is not None and one.start < node.start:
            tail = significant(left)[-1:] if left.type == "tuple" else [left]
            inside = one.start <= node.start < one.end
            if any(each.text == node.text for each in tail) and not inside and _in_scope(one, node):
                yield from _names(definition, clause, unwrapped(right), depth + 1)
    for at, parameter in enumerate(clause.parameters):
        if any(one.text == node.text for one in walk(parameter.pattern, ("identifier",))) and looks_like_options(
            definition, at
        ):
            yield THE_CALLERS


def _in_scope(binding: Node, node: Node) -> bool:
    """Whether a name bound there is still bound here: what a branch binds ends with it."""
    around = binding.parent
    while around is not None and around.type not in _SCOPES:
        around = around.parent
    return around is None or around.start <= node.start < around.end


def _made(definition: Definition, clause: Clause | None, node: Node, depth: int) -> Iterator[str]:
    name, before = called_name(node), receiver(node)
    piped = piped_into(node)
    arguments = argument_nodes(node) if piped is None else [piped, *argument_nodes(node)]
    if before is None and name in ("if", "unless"):
        for part in (block(node) or [], section(node, "else")):
            for last in part[-1:]:
                yield from _names(definition, clause, unwrapped(last), depth + 1)
    elif before is not None and before.text in _LISTS and arguments:
        if name in ("put", "put_new", "put_new_lazy") and len(arguments) > 1:
            key = atom_of(arguments[1])
            if key is not None:
                yield key
        for each in arguments if name == "merge" else arguments[:1]:
            yield from _names(definition, clause, unwrapped(each), depth + 1)
