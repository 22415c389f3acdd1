"""The only home of dropping what cannot be: alternatives whose branches contradict what is known under them."""

from __future__ import annotations

import ast
import collections
from collections.abc import Hashable, Sequence

from recipes_data.gaps.recipes.evaluate import Evaluation
from recipes_data.gaps.recipes.expressions import truth_of
from recipes_data.gaps.recipes.flow import scope_of
from recipes_data.gaps.recipes.running import ROOT, Alternatives
from recipes_data.gaps.recipes.scopes import Scope
from recipes_data.gaps.recipes.values import Choices, Constant, Env, Value, agree

__all__ = ["Narrowing"]

_Fixed = tuple[Scope | None, frozenset[str]]
_OPEN = object()


class Narrowing:
    """Answers `possible(choices)` for one question, with what its conditions may be kept for all of its answers.

    A value that a user may replace contradicts nothing, but where it is the one that is spoken of: `fixed` are names
    of a scope whose values are taken as they are.
    """

    def __init__(self, run: Evaluation, fixed: _Fixed = (None, frozenset())) -> None:
        self._run = run
        self._fixed = fixed
        self._conditions: dict[Hashable, _Condition] = {}

    def possible(self, choices: Choices) -> bool:
        """Whether no branch that was chosen contradicts the values that the other choices give its condition."""
        return all(self._may_be(key, way, choices) for key, way in choices.items())

    def _may_be(self, key: Hashable, way: Hashable, choices: Choices) -> bool:
        if not (isinstance(key, tuple) and len(key) == 3 and key[0] == "if"):
            return True
        node = key[1]
        if isinstance(node, (ast.If, ast.IfExp)):
            if key not in self._conditions:
                self._conditions[key] = self._asked(node.test, _env_of(key[2]))
            return self._conditions[key].agrees(choices, wanted=way == "body")
        if isinstance(node, ast.Match):
            of_case = (key, way)
            if of_case not in self._conditions:
                case = node.cases[int(str(way).partition(" ")[2])]
                subjects = self._run.value(node.subject, _env_of(key[2]))
                matches = [None if a.open else _matches(self._run, case.pattern, a.value) for a in subjects]
                self._conditions[of_case] = _Condition(subjects, matches)
            return self._conditions[of_case].agrees(choices, wanted=True)
        return True

    def _asked(self, test: ast.expr, env: Env) -> _Condition:
        # only the branch's own condition is asked, not what it is made of
        found = self._run.value(test, env)
        closed = self._speaks_of(test)
        return _Condition(found, [truth_of(a.value) if closed or not a.open else None for a in found])

    def _speaks_of(self, test: ast.expr) -> bool:
        scope, names = self._fixed
        if scope is None or scope_of(test, self._run.found) is not scope:
            return False
        return any(isinstance(node, ast.Name) and node.id in names for node in ast.walk(test))


def _env_of(of: Hashable) -> Env:
    return of if isinstance(of, Env) else ROOT


class _Condition:
    """What a condition may be: for each truth (None: not known) the choices that lead to it, by the commonest one."""

    def __init__(self, found: Alternatives, truths: Sequence[bool | None]) -> None:
        counts = collections.Counter(key for alternative in found for key in alternative.choices)
        self._shared: Hashable = min(counts, key=lambda key: -counts[key], default=None)
        self._ways: dict[bool | None, dict[Hashable, list[Choices]]] = {True: {}, False: {}, None: {}}
        for alternative, truth in zip(found, truths, strict=True):
            way = alternative.choices.get(self._shared, _OPEN)
            self._ways[truth].setdefault(way, []).append(alternative.choices)

    def agrees(self, choices: Choices, *, wanted: bool) -> bool:
        """Whether some alternative that can be with these choices agrees, or none can be at all."""
        return self._some(None, choices) or self._some(wanted, choices) or not self._some(not wanted, choices)

    def _some(self, truth: bool | None, choices: Choices) -> bool:
        ways = self._ways[truth]
        way = choices.get(self._shared, _OPEN)
        several = ways.values() if way is _OPEN else (ways.get(_OPEN, ()), ways.get(way, ()))
        return any(agree(one, choices) for some in several for one in some)


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
