"""The only home of how an abstract run takes branches: all that what is known leaves open, each with its own names."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from recipes_data.gaps.elixir.frames import Frame, Run
from recipes_data.gaps.elixir.patterns import bind, may_match
from recipes_data.gaps.elixir.syntax import (
    argument_nodes,
    atom_of,
    block,
    literal_text,
    operator,
    piped_into,
    section,
    significant,
    unwrapped,
)
from recipes_data.gaps.elixir.values import NOTHING, UNKNOWN, Atom, Items, Text, Values, union
from recipes_data.gaps.trees import Node

__all__ = ["CONTROL", "anonymous", "patterns_of"]

_FALSE = frozenset({Atom("nil"), Atom("false")})


def anonymous(run: Run, node: Node, frame: Frame) -> Values:
    """A function without a name is run where it stands: somebody will."""
    for clause in significant(node):
        if clause.type == "stab_clause":
            _stab(run, clause, UNKNOWN, frame.inside())
    return UNKNOWN


def _stab(run: Run, clause: Node, subject: Values, frame: Frame) -> Values:
    for pattern in patterns_of(clause):
        bind(pattern, subject, frame.names)
    right = clause.child("right")
    return run.body(significant(right), frame) if right is not None else NOTHING


def patterns_of(clause: Node) -> list[Node]:
    """The patterns of a clause `a, b when guard -> ...`."""
    left = clause.child("left")
    while left is not None and operator(left) == "when":
        left = left.child("left")
    return significant(left) if left is not None and left.type == "arguments" else []


def _if(run: Run, node: Node, frame: Frame) -> Values:
    written = argument_nodes(node)
    condition = _truth(run, written[0], frame) if written else None
    if node.children[0].text == "unless" and condition is not None:
        condition = not condition
    found: list[Values] = []
    if condition is not False:
        found.append(run.body(block(node) or [], frame.inside()))
    if condition is not True:
        found.append(run.body(section(node, "else"), frame.inside()))
    return union(found)


def _truth(run: Run, node: Node, frame: Frame) -> bool | None:
    """Whether a condition holds, where what is known decides it."""
    node = unwrapped(node)
    sign = operator(node)
    left, right = node.child("left"), node.child("right")
    if sign in ("==", "===", "!=", "!==") and left is not None and right is not None:
        one, other = run.value(left, frame), run.value(right, frame)
        if len(one) == len(other) == 1 and all(_exact(value) for value in (*one, *other)):
            return (one == other) == sign.startswith("=")
        return None
    values = run.value(node, frame)
    if values <= _FALSE:
        return False
    exact = all(_exact(value) for value in values)
    return True if exact and not values & _FALSE else None


def _exact(value: object) -> bool:
    return isinstance(value, Atom) or (isinstance(value, Text) and "\x00" not in value.text)


def _case(run: Run, node: Node, frame: Frame) -> Values:
    written = argument_nodes(node)
    piped = piped_into(node)
    subject = run.value(piped or written[0], frame) if piped is not None or written else UNKNOWN
    return _clauses(run, block(node) or [], subject, frame)


def _clauses(run: Run, clauses: list[Node], subject: Values, frame: Frame) -> Values:
    found: list[Values] = []
    for clause in clauses:
        patterns = patterns_of(clause) if clause.type == "stab_clause" else []
        if not patterns or not may_match(patterns[0], subject):
            continue
        found.append(_stab(run, clause, subject, frame.inside()))
        literal = atom_of(patterns[0]) or literal_text(patterns[0])
        if literal is not None and subject in (frozenset({Atom(literal)}), frozenset({Text(literal)})):
            break
    return union(found) if found else UNKNOWN


def _cond(run: Run, node: Node, frame: Frame) -> Values:
    found: list[Values] = []
    for clause in block(node) or []:
        inside = frame.inside()
        left, right = clause.child("left"), clause.child("right")
        conditions = significant(left) if left is not None else []
        truth = _truth(run, conditions[0], inside) if conditions else None
        if truth is not False and right is not None:
            found.append(run.body(significant(right), inside))
        if truth is True:
            break
    return union(found) if found else NOTHING


def _with(run: Run, node: Node, frame: Frame) -> Values:
    inside = frame.inside()
    for step in argument_nodes(node):
        if step.type != "keywords":
            run.value(step, inside)
    found = [run.body(block(node) or [], inside)]
    found += [_stab(run, one, UNKNOWN, frame.inside()) for one in section(node, "else") if one.type == "stab_clause"]
    return union(found)


def _for(run: Run, node: Node, frame: Frame) -> Values:
    inside = frame.inside()
    for step in argument_nodes(node):
        left, right = step.child("left"), step.child("right")
        if operator(step) == "<-" and left is not None and right is not None:
            values = run.value(right, inside)
            rows = [item for value in values if isinstance(value, Items) for item in value.items]
            bind(left, union(rows) if rows else UNKNOWN, inside.names)
        elif step.type != "keywords":
            run.value(step, inside)
    run.body(block(node) or [], inside)
    return UNKNOWN


def _try(run: Run, node: Node, frame: Frame) -> Values:
    found = [run.body(block(node) or [], frame.inside())]
    for name in ("rescue", "catch", "else"):
        clauses = [one for one in section(node, name) if one.type == "stab_clause"]
        found += [_stab(run, clause, UNKNOWN, frame.inside()) for clause in clauses]
    run.body(section(node, "after"), frame.inside())
    return union(found)


def _receive(run: Run, node: Node, frame: Frame) -> Values:
    return _clauses(run, block(node) or [], UNKNOWN, frame)


CONTROL: Mapping[str, Callable[[Run, Node, Frame], Values]] = {
    "if": _if,
    "unless": _if,
    "case": _case,
    "cond": _cond,
    "with": _with,
    "for": _for,
    "try": _try,
    "receive": _receive,
    "quote": lambda run, node, frame: UNKNOWN,  # what is quoted does not run here
}
