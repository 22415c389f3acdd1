"""The only home of where things of the sources are: methods by name, calls by line, classes by their bases."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from recipes_data.gaps.evidence import Where
from recipes_data.gaps.recipes.classes import bases_of
from recipes_data.gaps.recipes.flow import scope_of
from recipes_data.gaps.recipes.running import Run
from recipes_data.gaps.recipes.scopes import Gathered, Scope

__all__ = ["Index"]


class Index:
    """Lists over all sources, each made when it is first asked for."""

    def __init__(self, found: Gathered) -> None:
        self._found = found
        self._below: dict[Scope, list[Scope]] | None = None
        self._lines: dict[tuple[str, int], list[ast.Call]] | None = None
        self._methods: dict[str, list[Scope]] | None = None

    def subclasses(self, run: Run, scope: Scope) -> tuple[Scope, ...]:
        """Every class below a class."""
        if self._below is None:
            self._below = {}
            for one in self._found.scopes.values():
                if one.kind == "class":
                    for base in bases_of(run, one):
                        self._below.setdefault(base, []).append(one)
        order: list[Scope] = []
        queue = list(self._below.get(scope, ()))
        while queue:
            one = queue.pop(0)
            if one not in order and one is not scope:
                order.append(one)
                queue += self._below.get(one, ())
        return tuple(order)

    def methods(self, name: str) -> Sequence[Scope]:
        """Every method of this name."""
        if self._methods is None:
            self._methods = {}
            for one in self._found.scopes.values():
                if one.kind == "function" and one.parent is not None and one.parent.kind == "class":
                    self._methods.setdefault(one.name.rpartition(".")[2], []).append(one)
        return self._methods.get(name, ())

    def calls_at(self, at: Where) -> Sequence[ast.Call]:
        """The calls that begin at a line."""
        if self._lines is None:
            self._lines = {}
            for calls in self._found.calls.values():
                for call in calls:
                    path = scope_of(call, self._found).source.path
                    self._lines.setdefault((path, call.lineno), []).append(call)
        return self._lines.get((at.path, at.line), ())
