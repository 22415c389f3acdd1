"""The only home of what operators, literals, templates, subscripts and methods of plain values give."""

from __future__ import annotations

import ast
import functools
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from recipes_data.gaps.recipes.arguments import known
from recipes_data.gaps.recipes.running import Alternatives, Run
from recipes_data.gaps.recipes.scopes import Mutation
from recipes_data.gaps.recipes.strings import percent, product, written
from recipes_data.gaps.recipes.tables import entry
from recipes_data.gaps.recipes.values import (
    Alternative,
    Constant,
    Deferred,
    Env,
    Instance,
    Items,
    Made,
    Member,
    Table,
    Unknown,
    Value,
    merge,
    text_of,
)

__all__ = ["binary", "condition", "grown", "key_of", "literal", "shown", "subscripted", "template", "truth_of"]

_COMPARED: Mapping[type[ast.cmpop], Callable[[Any, Any], object]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_LONGEST = 100_000  # characters that a computed string may have


def literal(run: Run, expr: ast.expr, env: Env) -> Alternatives:
    """A constant, list, tuple, set or dict as it is written."""
    if isinstance(expr, ast.Constant):
        value = expr.value
        return (Alternative(Constant(value) if value is not ... else Constant("...")),)
    if isinstance(expr, ast.Dict):
        return _dict(run, expr, env)
    if not isinstance(expr, (ast.List, ast.Tuple, ast.Set)):
        return (Alternative(Unknown(text_of(expr))),)
    if not any(isinstance(element, ast.Starred) for element in expr.elts):
        return (Alternative(Items(tuple(Deferred(element, env) for element in expr.elts))),)
    parts: list[Alternatives] = []
    for element in expr.elts:
        if isinstance(element, ast.Starred):
            parts.append(run.value(element.value, env))
        else:
            parts.append((Alternative(Items((Deferred(element, env),))),))
    return product(parts, _chain, text_of(expr))


def _chain(values: list[Value]) -> Value:
    several = [value for value in values if isinstance(value, Items)]
    whole = len(several) == len(values) and all(value.whole for value in several)
    return Items(tuple(element for value in several for element in value.elements), whole)


def _dict(run: Run, expr: ast.Dict, env: Env) -> Alternatives:
    parts: list[Alternatives] = []
    for key, value in zip(expr.keys, expr.values, strict=True):
        if key is None:
            parts.append(run.value(value, env))
        else:
            parts.append((Alternative(Table(((Deferred(key, env), Deferred(value, env)),))),))
    if all(key is not None for key in expr.keys):
        entries = tuple(entry for part in parts for entry in _entries(part[0].value))
        return (Alternative(Table(entries, expr)),)

    def make(values: list[Value]) -> Value:
        return Table(tuple(entry for value in values for entry in _entries(value)), expr)

    return product(parts, make, text_of(expr))


def _entries(value: Value) -> tuple[tuple[Deferred, Deferred], ...]:
    if isinstance(value, Table):
        return value.entries
    mark = known(Alternative(Unknown(value.text if isinstance(value, Unknown) else "**")))
    return ((mark, mark),)


def template(run: Run, expr: ast.JoinedStr, env: Env) -> Alternatives:
    """An f-string."""
    parts: list[Alternatives] = []
    for piece in expr.values:
        if isinstance(piece, ast.FormattedValue):
            found = run.value(piece.value, env)
            if piece.format_spec is not None or piece.conversion not in (-1, 115):
                found = tuple(Alternative(Unknown(text_of(piece.value)), a.choices, a.through) for a in found)
            parts.append(tuple(Alternative(shown(run, a.value), a.choices, a.through, a.open) for a in found))
        else:
            parts.append(run.value(piece, env))
    text = text_of(expr)

    def make(values: list[Value]) -> Value:
        pieces = [written(value) for value in values]
        return Unknown(text) if None in pieces else Constant("".join(piece for piece in pieces if piece is not None))

    return product(parts, make, text)


def shown(run: Run, value: Value) -> Value:
    """What a value is inside a template or after `%`."""
    # a member of a StrEnum is written as its value
    if isinstance(value, Member):
        found = run.get(value.value)
        return found[0].value if found else value
    return value


def binary(run: Run, expr: ast.BinOp, env: Env) -> Alternatives:
    """`a + b`, `a % b`, `a / b` of paths; a long chain without recursion."""
    text = text_of(expr)
    if isinstance(expr.op, ast.Add):
        chain: list[ast.expr] = []
        node: ast.expr = expr
        while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            chain.append(node.right)
            node = node.left
        chain.append(node)
        return product([run.value(one, env) for one in reversed(chain)], lambda values: _sum(values, text), text)
    sides = [run.value(expr.left, env), run.value(expr.right, env)]
    if isinstance(expr.op, ast.Mod):
        return product(sides, lambda values: _percent(run, values, text), text)
    if isinstance(expr.op, ast.BitOr):
        return product(sides, lambda values: _union(values, text), text)
    if isinstance(expr.op, (ast.Sub, ast.Mult)):
        return product(sides, lambda values: _number(expr.op, values, text), text)
    return tuple(a if _is_path(a.value) else Alternative(Unknown(text), a.choices, a.through) for a in sides[0])


def _is_path(value: Value) -> bool:
    # a path divided by a name is a path
    return isinstance(value, Made) and value.name.startswith("pathlib.")


def _sum(values: list[Value], text: str) -> Value:
    if all(isinstance(value, Items) for value in values):
        return _chain(values)
    result = values[0]
    for value in values[1:]:
        if not (isinstance(result, Constant) and isinstance(value, Constant)):
            return Unknown(text)
        one, other = result.value, value.value
        if isinstance(one, str) and isinstance(other, str) and len(one) + len(other) < _LONGEST:
            result = Constant(one + other)
        elif isinstance(one, int) and isinstance(other, int):
            result = Constant(int(one) + int(other))
        else:
            return Unknown(text)
    return result


def _number(op: ast.operator, values: list[Value], text: str) -> Value:
    plain = [v.value for v in values if isinstance(v, Constant) and isinstance(v.value, int)]
    if len(plain) != 2 or max(map(abs, plain)) > 1 << 30:
        return Unknown(text)
    return Constant(plain[0] - plain[1] if isinstance(op, ast.Sub) else plain[0] * plain[1])


def _union(values: list[Value], text: str) -> Value:
    if all(isinstance(value, Table) for value in values):
        return Table(tuple(entry for value in values for entry in _entries(value)))
    return _chain(values) if all(isinstance(value, Items) for value in values) else Unknown(text)


def _percent(run: Run, values: list[Value], text: str) -> Value:
    left, right = values
    if not (isinstance(left, Constant) and isinstance(left.value, str)):
        return Unknown(text)
    listed: list[Value] | None = None
    named: dict[str, Value] | None = None
    if isinstance(right, Items):
        listed = [found[0].value for found in map(run.get, right.elements) if found]
    elif isinstance(right, Table):
        named = _plain_table(run, right)
    result = percent(left.value, right, named, listed)
    return Unknown(text) if result is None else Constant(result)


def _plain_table(run: Run, table: Table) -> dict[str, Value]:
    result: dict[str, Value] = {}
    for key, value in table.entries:
        names, found = run.get(key), run.get(value)
        if len(names) == 1 and isinstance(names[0].value, Constant) and len(found) == 1:
            result[str(names[0].value.value)] = found[0].value
    return result


def condition(run: Run, expr: ast.expr, env: Env) -> Alternatives:
    """`a if b else c`, `a or b`, comparisons: every branch that can be."""
    if isinstance(expr, ast.IfExp):
        result = []
        for way, branch in (("body", expr.body), ("orelse", expr.orelse)):
            for a in run.value(branch, env):
                choices = merge(a.choices, {("if", expr, env if env.scope is not None else None): way})
                if choices is not None:
                    result.append(Alternative(a.value, choices, a.through, a.open))
        return tuple(result)
    if isinstance(expr, ast.BoolOp):
        return _either(run, expr, env)
    text = text_of(expr)
    if isinstance(expr, ast.UnaryOp):
        return product([run.value(expr.operand, env)], lambda values: _unary(expr.op, values[0], text), text)
    if not isinstance(expr, ast.Compare) or len(expr.ops) > 1:
        return (Alternative(Unknown(text)),)
    sides = [run.value(expr.left, env), run.value(expr.comparators[0], env)]
    return product(sides, lambda values: _compared(run, expr.ops[0], values, text), text)


def _unary(op: ast.unaryop, value: Value, text: str) -> Value:
    if isinstance(op, ast.Not):
        truth = truth_of(value)
        return Unknown(text) if truth is None else Constant(not truth)
    if isinstance(op, ast.USub) and isinstance(value, Constant) and isinstance(value.value, (int, float)):
        return Constant(-value.value)
    return Unknown(text)


def truth_of(value: Value) -> bool | None:
    """Whether a value counts as true; None where that is not known."""
    if isinstance(value, Constant):
        return bool(value.value)
    if isinstance(value, Items):
        return bool(value.elements) if value.whole else None
    if isinstance(value, Table):
        return bool(value.entries)
    return True if isinstance(value, (Instance, Member)) else None


def _compared(run: Run, op: ast.cmpop, values: list[Value], text: str) -> Value:
    left, right = values
    if isinstance(op, (ast.Is, ast.IsNot)):
        if isinstance(right, Constant) and right.value is None and not isinstance(left, Unknown):
            same = isinstance(left, Constant) and left.value is None
            return Constant(same if isinstance(op, ast.Is) else not same)
        if isinstance(left, Constant) and isinstance(right, Constant):
            same = left.value is right.value
            return Constant(same if isinstance(op, ast.Is) else not same)
        return Unknown(text)
    if isinstance(op, (ast.In, ast.NotIn)):
        held = _held(run, left, right)
        return Unknown(text) if held is None else Constant(held if isinstance(op, ast.In) else not held)
    if isinstance(left, Member) and isinstance(right, Member) and isinstance(op, (ast.Eq, ast.NotEq)):
        same = left.value.expr is right.value.expr
        return Constant(same if isinstance(op, ast.Eq) else not same)
    if not (isinstance(left, Constant) and isinstance(right, Constant)):
        return Unknown(text)
    try:
        return Constant(bool(_COMPARED[type(op)](left.value, right.value)))
    except TypeError:
        return Unknown(text)  # values that have no order: the program would fail


def _held(run: Run, left: Value, right: Value) -> bool | None:
    if not isinstance(left, Constant):
        return None
    if isinstance(right, Constant) and isinstance(right.value, str) and isinstance(left.value, str):
        return left.value in right.value
    deferred: Sequence[Deferred]
    if isinstance(right, Items) and right.whole:
        deferred = right.elements
    elif isinstance(right, Table):
        deferred = [key for key, _ in right.entries]
    else:
        return None
    values = [a.value for one in deferred for a in run.get(one)]
    if not all(isinstance(value, Constant) for value in values):
        return None
    return any(isinstance(value, Constant) and value.value == left.value for value in values)


def _either(run: Run, expr: ast.BoolOp, env: Env) -> Alternatives:
    result: list[Alternative] = []
    last = len(expr.values) - 1
    wanted = isinstance(expr.op, ast.Or)
    for number, part in enumerate(expr.values):
        found = run.value(part, env)
        for alternative in found:
            truth = truth_of(alternative.value)
            if number == last or truth is None or truth is wanted:
                result.append(alternative)
        # what is certainly true ends an `or`
        if all(truth_of(a.value) is wanted and not a.open for a in found):
            break
    return tuple(result)


@functools.lru_cache(maxsize=20_000)
def key_of(node: ast.expr) -> str:
    """Tells expressions apart that are written alike: the key of a choice."""
    return ast.dump(node)


def subscripted(run: Run, expr: ast.Subscript, env: Env) -> Alternatives:
    """`table[key]`, `list[0]`, `list[1:]`."""
    text = text_of(expr)
    result: list[Alternative] = []
    choice = ("key", key_of(expr.slice), env if env.scope is not None else None)
    if isinstance(expr.slice, ast.Slice):
        return tuple(
            Alternative(_sliced(expr.slice, a.value, text), a.choices, a.through) for a in run.value(expr.value, env)
        )
    for table in run.value(expr.value, env):
        if isinstance(table.value, (Items, Table)):
            result += entry(run, table, run.value(expr.slice, env), choice, None, text)
        else:
            result.append(Alternative(Unknown(text), table.choices, table.through))
    return tuple(result)


def _sliced(piece: ast.Slice, value: Value, text: str) -> Value:
    if not isinstance(value, (Items, Constant)) or piece.step is not None:
        return Unknown(text)
    ends: list[int | None] = []
    for end in (piece.lower, piece.upper):
        if end is None:
            ends.append(None)
        elif isinstance(end, ast.Constant) and isinstance(end.value, int):
            ends.append(end.value)
        else:
            return value if isinstance(value, Items) else Unknown(text)  # any of them
    if isinstance(value, Items):
        return Items(value.elements[slice(*ends)], value.whole)
    return Constant(value.value[slice(*ends)]) if isinstance(value.value, str) else Unknown(text)


def grown(run: Run, alternative: Alternative, mutations: Sequence[Mutation], env: Env) -> Alternative:
    """A list or dict together with what is added to it later."""
    value = alternative.value
    for mutation in mutations:
        if isinstance(value, Items) and mutation.value is not None:
            if mutation.verb in ("append", "add", "insert"):
                value = Items((*value.elements, Deferred(mutation.value, env)), value.whole)
            elif mutation.verb in ("extend", "+=", "update"):
                for other in run.value(mutation.value, env):
                    more = other.value.elements if isinstance(other.value, Items) else ()
                    whole = value.whole and isinstance(other.value, Items) and other.value.whole
                    value = Items((*value.elements, *more), whole)
        elif isinstance(value, Table) and mutation.value is not None:
            if mutation.key is not None and mutation.verb in ("[]=", "setdefault"):
                added = (Deferred(mutation.key, env), Deferred(mutation.value, env))
                value = Table((*value.entries, added), value.node)
            elif mutation.verb == "update":
                for other in run.value(mutation.value, env):
                    value = Table((*value.entries, *_entries(other.value)), value.node)
    return Alternative(value, alternative.choices, alternative.through, alternative.open)
