"""The only home of which errors a caller reckons with: patterns on a call's answer, rescued exceptions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from recipes_data.gaps.elixir.calls import Calls, Site
from recipes_data.gaps.elixir.control import patterns_of
from recipes_data.gaps.elixir.definitions import Definition
from recipes_data.gaps.elixir.dynamic import clause_of
from recipes_data.gaps.elixir.syntax import (
    block,
    called_name,
    is_pipe,
    operator,
    receiver,
    section,
    significant,
    unwrapped,
)
from recipes_data.gaps.trees import Node, walk

__all__ = ["Matched", "matched_errors"]

_FINE = re.compile(r"\A(\{?:ok\b|true\b)")
_EMPTY = frozenset({"[]", "{:ok, []}", "nil", "%{}", "{:ok, %{}}", "{:ok, nil}", '""', ":ok", "false"})


@dataclass(frozen=True, slots=True)
class Matched:
    """One pattern for something other than success; `swallowed`: what is answered instead, where that is nothing."""

    pattern: str
    line: int
    swallowed: str = ""


def matched_errors(calls: Calls, definition: Definition, site: Site) -> tuple[Matched, ...]:
    """What is matched on in the answer of a call, in the order of the text; each pattern once."""
    found: dict[str, Matched] = {}
    for one in (*_answers(calls, definition, site.node, 0), *_rescued(site.node)):
        found.setdefault(one.pattern, one)
    return tuple(found.values())


def _answers(calls: Calls, definition: Definition, node: Node, depth: int) -> Iterator[Matched]:
    around = node.parent
    while around is not None and around.type == "block":
        node, around = around, around.parent
    if around is None or depth > 3:
        return
    if is_pipe(around):
        right = around.child("right")
        if node.field == "right" or right is None:
            yield from _answers(calls, definition, around, depth)
        else:
            yield from _taken_by(calls, definition, right, 0)
    elif around.type == "arguments" and around.parent is not None:
        at = significant(around).index(node)
        yield from _taken_by(calls, definition, around.parent, at)
    elif operator(around) == "<-":
        yield from _with(calls, definition, around, depth)
    elif operator(around) == "=" and node.field == "right":
        left = around.child("left")
        if left is not None and left.type == "identifier":
            yield from _later(calls, definition, around, left.text, depth)


def _taken_by(calls: Calls, definition: Definition, call: Node, at: int) -> Iterator[Matched]:
    """A `case` on the answer, or a function whose clauses tell answers apart."""
    name = called_name(call)
    if receiver(call) is not None:
        return
    if name == "case":
        yield from _clauses(block(call) or [])
        return
    for function in calls.named(definition.module, name, None):
        for clause in function.clauses:
            if at < len(clause.parameters) and len(function.clauses) > 1:
                last = clause.body[-1] if clause.body else None
                yield from _pattern(clause.parameters[at].pattern, clause.guard, last)


def _with(calls: Calls, definition: Definition, step: Node, depth: int) -> Iterator[Matched]:
    """The `else` of a `with`; where it has none, what did not match is the value of the whole `with`."""
    around = step.parent
    call = around.parent if around is not None and around.type == "arguments" else None
    if call is not None and called_name(call) == "with":
        otherwise = section(call, "else")
        yield from _clauses(otherwise) if otherwise else _answers(calls, definition, call, depth + 1)


def _later(calls: Calls, definition: Definition, binding: Node, name: str, depth: int) -> Iterator[Matched]:
    """The answer was given a name: what is made of the name."""
    clause = clause_of(definition, binding)
    for one in walk(clause.head, ("identifier",)) if clause is not None else ():
        if one.text == name and one.start >= binding.end:
            yield from _answers(calls, definition, one, depth + 1)


def _clauses(clauses: list[Node]) -> Iterator[Matched]:
    for clause in clauses:
        patterns = patterns_of(clause) if clause.type == "stab_clause" else []
        left, right = clause.child("left"), clause.child("right")
        guard = left.child("right") if left is not None and operator(left) == "when" else None
        body = significant(right) if right is not None else []
        if patterns:
            yield from _pattern(patterns[0], guard, body[-1] if body else None)


def _pattern(pattern: Node, guard: Node | None, last: Node | None) -> Iterator[Matched]:
    text = _plain(pattern)
    if _FINE.match(text):
        return
    if guard is not None:
        text = f"{text} when {' '.join(guard.text.split())}"
    answer = " ".join(last.text.split()) if last is not None else ""
    yield Matched(text, pattern.line, answer if answer in _EMPTY else "")


def _plain(pattern: Node) -> str:
    """A pattern's text in which every variable is `_`."""
    pattern = unwrapped(pattern)
    source = pattern.source
    text, at = b"", pattern.start
    for one in walk(pattern, ("identifier",)):
        if one.field != "target" and operator(one.parent or one) != "@":
            text, at = text + source[at : one.start] + b"_", one.end
    return " ".join((text + source[at : pattern.end]).decode("utf-8", "replace").split())


def _rescued(node: Node) -> Iterator[Matched]:
    """What a `rescue` around the call names: of a `try`, of the function."""
    around, inside = node.parent, node
    while around is not None:
        if around.type == "do_block" and inside.type not in ("rescue_block", "catch_block", "after_block"):
            for part in around.children:
                for clause in significant(part) if part.type in ("rescue_block", "catch_block") else ():
                    patterns = patterns_of(clause) if clause.type == "stab_clause" else []
                    if patterns:
                        yield _caught(part.type.removesuffix("_block"), patterns, clause)
        inside, around = around, around.parent


def _caught(word: str, patterns: list[Node], clause: Node) -> Matched:
    first = unwrapped(patterns[0])
    named = first.child("right") if operator(first) == "in" else first
    text = _plain(named) if named is not None else "_"
    right = clause.child("right")
    body = significant(right) if right is not None else []
    answer = " ".join(body[-1].text.split()) if body else ""
    return Matched(f"{word} {text}", clause.line, answer if answer in _EMPTY else "")
