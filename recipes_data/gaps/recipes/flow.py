"""The only home of which bindings of a name reach a place: branches, loops, what ends a block."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from recipes_data.gaps.recipes.scopes import FUNCTIONS, Binding, Gathered, Position, Scope

__all__ = ["Branch", "Reaching", "body_around", "enclosing", "if_branches", "reaching", "scope_of", "scope_reached"]

Branch = tuple[ast.AST, str]
"""A statement with several ways through it, and which of them: an `if` and "body" or "orelse"."""
_ENDS = (ast.Return, ast.Raise, ast.Continue, ast.Break)
_LOOPS = (ast.For, ast.AsyncFor, ast.While)


@dataclass(frozen=True, slots=True)
class Reaching:
    """A binding that may be the one, and the branches in which it is."""

    binding: Binding
    branches: tuple[Branch, ...]


def scope_of(node: ast.AST, found: Gathered) -> Scope:
    """The scope in which an expression is evaluated."""
    while True:
        outside = node in found.outer
        above = found.parent.get(node)
        if above is None:
            return found.scopes[node]
        node = above
        scope = found.scopes.get(node)
        if scope is not None and not outside:
            return scope


def scope_reached(scope: Scope) -> Scope:
    """The nearest function, class or module around a scope (comprehensions and lambdas belong to what is around)."""
    while scope.parent is not None and (scope.kind == "comprehension" or isinstance(scope.node, ast.Lambda)):
        scope = scope.parent
    return scope


def body_around(node: ast.AST, found: Gathered) -> Scope:
    """The function, class or module in whose body a node stands."""
    return scope_reached(scope_of(node, found))


def enclosing(node: ast.AST, found: Gathered) -> tuple[Branch, ...]:
    """The branches around a node within its function, the outermost first."""
    branches: list[Branch] = []
    while True:
        above = found.parent.get(node)
        if above is None:
            break
        if isinstance(above, (*FUNCTIONS, ast.ClassDef, ast.Module)):
            break
        if isinstance(above, ast.match_case):
            above_match = found.parent[above]
            branches.append((above_match, f"case {getattr(above_match, 'cases', []).index(above)}"))
            node = above_match
            continue
        if isinstance(above, (ast.If, *_LOOPS, ast.Try, ast.With, ast.AsyncWith, ast.ExceptHandler)) and isinstance(
            node, (ast.stmt, ast.ExceptHandler)
        ):
            branches.append((above, found.branch.get(node, "body")))
        node = above
    return tuple(reversed(branches))


def if_branches(node: ast.AST, found: Gathered) -> tuple[Branch, ...]:
    """The branches of `if` in which a node stands; after an `if` whose body ends the block it is in the other one."""
    branches: list[Branch] = []
    child = node
    while True:
        above = found.parent.get(child)
        if above is None:
            break
        if isinstance(above, ast.IfExp) and child is not above.test:
            branches.append((above, "body" if child is above.body else "orelse"))
        if isinstance(child, ast.stmt):
            before = _before(child, above, found.branch.get(child, "body"))
            ended = (one for one in before if isinstance(one, ast.If) and not one.orelse and _terminates(one.body))
            branches += [(one, "orelse") for one in ended]
            if isinstance(above, ast.If):
                branches.append((above, found.branch.get(child, "body")))
        if isinstance(above, (*FUNCTIONS, ast.ClassDef, ast.Module)):
            break
        child = above
    return tuple(dict.fromkeys(branches))


def _before(child: ast.stmt, above: ast.AST, name: str) -> Sequence[ast.stmt]:
    block = getattr(above, name, None)
    if not isinstance(block, list) or child not in block:
        return ()
    return block[: block.index(child)]


def reaching(scope: Scope, name: str, use: ast.AST | None, found: Gathered) -> tuple[Reaching, ...]:
    """The bindings of `name` in `scope` that may be the one seen at `use`; None: seen after the scope has run."""
    bindings = scope.bindings.get(name, ())
    if len(bindings) == 1:
        return (Reaching(bindings[0], _ifs(_path(bindings[0], found))),)
    if use is None:
        path: tuple[Branch, ...] = ()
        at: Position = (1 << 30, 0)
    else:
        path = enclosing(use, found)
        at = (getattr(use, "lineno", 0), getattr(use, "col_offset", 0))
    paths = {binding: _path(binding, found) for binding in bindings}
    possible = [b for b in bindings if not _apart(paths[b], path) and not _left(paths[b], path)]
    before = [b for b in possible if b.at <= at]
    last = max((n for n, b in enumerate(before) if _dominates(paths[b], path)), default=None)
    later = before if last is None else before[last + 1 :]
    result = [Reaching(b, _ifs(paths[b])) for b in later]
    if last is not None:
        default = before[last]
        unless = _unless(default, later, paths, name, found)
        if unless is not None:
            result.insert(0, Reaching(default, (*_ifs(paths[default]), *unless)))
    around = {node for node, _ in path if isinstance(node, _LOOPS)}
    if last is not None:
        around -= {node for node, _ in paths[before[last]]}
    result += [Reaching(b, _ifs(paths[b])) for b in possible if b.at > at and around & {node for node, _ in paths[b]}]
    if not result:  # used above its binding: a loop, or a call that comes later
        result = [Reaching(b, _ifs(paths[b])) for b in (possible or bindings)]
    return tuple(result)


def _path(binding: Binding, found: Gathered) -> tuple[Branch, ...]:
    path = enclosing(binding.node, found)
    if binding.kind == "for":
        path = (*path, (binding.node, "body"))
    return path


def _ifs(path: tuple[Branch, ...]) -> tuple[Branch, ...]:
    return tuple(branch for branch in path if isinstance(branch[0], ast.If | ast.Match))


def _apart(one: tuple[Branch, ...], other: tuple[Branch, ...]) -> bool:
    """Whether two places are in different branches of the same `if` or `match`."""
    for (a, way), (b, other_way) in zip(one, other, strict=False):
        if a is not b:
            return False
        if way != other_way:
            return isinstance(a, ast.If | ast.Match)
    return False


def _left(path: tuple[Branch, ...], use: tuple[Branch, ...]) -> bool:
    """Whether the binding stands in a branch that ends the block and that the use is not in."""
    inside = set(use)
    for node, way in path:
        if isinstance(node, ast.If) and (node, way) not in inside and _terminates(getattr(node, way)):
            return True
    return False


def _dominates(path: tuple[Branch, ...], use: tuple[Branch, ...]) -> bool:
    inside = set(use)
    for node, way in path:
        transparent = isinstance(node, ast.With | ast.AsyncWith) or (
            isinstance(node, ast.Try) and way in ("body", "orelse", "finalbody")
        )
        if not transparent and (node, way) not in inside:
            return False
    return True


def _terminates(block: Sequence[ast.stmt]) -> bool:
    if not block:
        return False
    last = block[-1]
    if isinstance(last, ast.If):
        return bool(last.orelse) and _terminates(last.body) and _terminates(last.orelse)
    return isinstance(last, _ENDS)


def _unless(
    default: Binding,
    later: Sequence[Binding],
    paths: dict[Binding, tuple[Branch, ...]],
    name: str,
    found: Gathered,
) -> tuple[Branch, ...] | None:
    """In which branches a value survives the conditional bindings after it; None: it never does."""
    survives: list[Branch] = []
    own = {node for node, _ in paths[default]}
    for binding in later:
        outermost = next((node for node, _ in paths[binding] if node not in own), None)
        if isinstance(outermost, ast.If):
            ways = _ways_round(outermost, set(later), name, found)
            if ways is None:
                return None
            survives += ways
    return tuple(dict.fromkeys(survives))


def _ways_round(node: ast.If, later: set[Binding], name: str, found: Gathered) -> list[Branch] | None:
    """The branches that go round every binding in an `if`; None where each way binds the name or ends the block."""
    body = _binds(node.body, later, found)
    other = _binds(node.orelse, later, found)
    if body and other:
        return None
    if body and len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
        below = _ways_round(node.orelse[0], later, name, found)
        return None if below is None else [(node, "orelse"), *below]
    if body:
        return [(node, "orelse")]
    return [(node, "body")] if other else []


def _binds(block: Sequence[ast.stmt], later: set[Binding], found: Gathered) -> bool:
    """Whether every way through a block binds the name or ends the block."""
    if _terminates(block):
        return True
    nodes = {binding.node for binding in later}
    for statement in block:
        if statement in nodes and not isinstance(statement, _LOOPS):
            return True
        if (
            isinstance(statement, ast.If)
            and _binds(statement.body, later, found)
            and _binds(statement.orelse, later, found)
        ):
            return True
        if isinstance(statement, ast.With | ast.AsyncWith | ast.Try) and _binds(statement.body, later, found):
            return True
    return False
