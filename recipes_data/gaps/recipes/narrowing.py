"""The only home of dropping what cannot be: alternatives whose branches contradict what is known under them."""

from __future__ import annotations

import ast
from collections.abc import Hashable

from recipes_data.gaps.recipes.evaluate import Evaluation
from recipes_data.gaps.recipes.expressions import truth_of
from recipes_data.gaps.recipes.flow import scope_of
from recipes_data.gaps.recipes.running import ROOT, Alternatives
from recipes_data.gaps.recipes.scopes import Scope
from recipes_data.gaps.recipes.values import Choices, Constant, Env, Value, merge

__all__ = ["possible"]


_Fixed = tuple[Scope | None, frozenset[str]]


def possible(run: Evaluation, choices: Choices, fixed: _Fixed = (None, frozenset())) -> bool:
    """Whether no branch that was chosen contradicts the values that the other choices give its condition.

    A value that a user may replace contradicts nothing, but where it is the one that is spoken of: `fixed` are names
    of a scope whose values are taken as they are.
    """
    return all(_may_be(run, key, way, choices, fixed) for key, way in choices.items())


def _may_be(run: Evaluation, key: Hashable, way: Hashable, choices: Choices, fixed: _Fixed) -> bool:
    if not (isinstance(key, tuple) and len(key) == 3 and key[0] == "if"):
        return True
    node, env = key[1], key[2]
    if not isinstance(env, Env):
        env = ROOT
    if isinstance(node, (ast.If, ast.IfExp)):
        # only the branch's own condition is asked, not what it is made of
        found = run.value(node.test, env)
        closed = _speaks_of(run, node.test, fixed)
        truths = [truth_of(a.value) if closed or not a.open else None for a in found]
        return _agrees(found, truths, choices, way == "body")
    if isinstance(node, ast.Match):
        case = node.cases[int(str(way).partition(" ")[2])]
        subjects = run.value(node.subject, env)
        matches = [None if a.open else _matches(run, case.pattern, a.value) for a in subjects]
        return _agrees(subjects, matches, choices, wanted=True)
    return True


def _speaks_of(run: Evaluation, test: ast.expr, fixed: _Fixed) -> bool:
    scope, names = fixed
    if scope is None or scope_of(test, run.found) is not scope:
        return False
    return any(isinstance(node, ast.Name) and node.id in names for node in ast.walk(test))


def _agrees(found: Alternatives, truths: list[bool | None], choices: Choices, wanted: bool) -> bool:
    """Whether some alternative that can be with these choices agrees, or none can be at all."""
    against = False
    for alternative, truth in zip(found, truths, strict=True):
        if (truth is None or truth is wanted or not against) and merge(alternative.choices, choices) is not None:
            if truth is None or truth is wanted:
                return True
            against = True
    return not against


def _matches(run: Evaluation, pattern: ast.pattern, value: Value) -> bool | None:
    if isinstance(pattern, ast.MatchOr):
        found = [_matches(run, one, value) for one in pattern.patterns]
        return None if None in found else any(found)
    if not isinstance(value, Constant):
        return None
    if isinstance(pattern, ast.MatchValue):
        wanted = run.value(pattern.value, ROOT)
        if len(wanted) == 1 and isinstance(wanted[0].value, Constant):
            return wanted[0].value.value == value.value
        return None
    if isinstance(pattern, ast.MatchSingleton):
        return value.value is pattern.value
    return None
