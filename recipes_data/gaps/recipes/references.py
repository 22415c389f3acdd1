"""The only home of what a definition of the sources refers to: functions, classes, module variables, by their names."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from recipes_data.gaps.recipes.evaluate import Evaluation
from recipes_data.gaps.recipes.flow import scope_of
from recipes_data.gaps.recipes.scopes import FUNCTIONS, Binding, Scope
from recipes_data.gaps.recipes.values import External, ModuleValue

__all__ = ["References", "Unit", "unit_of"]


@dataclass(frozen=True, slots=True)
class Unit:
    """A function or class at the top of a module, a variable of it, or ("") what importing it runs."""

    module: Scope
    name: str


def unit_of(node: ast.AST, run: Evaluation) -> Unit:
    """The definition that a node stands in."""
    scope = scope_of(node, run.found)
    module = scope.module()
    while scope.parent is not None and scope.parent.kind != "module":
        scope = scope.parent
    name = scope.name if scope.parent is not None and isinstance(scope.node, (*FUNCTIONS, ast.ClassDef)) else ""
    return Unit(module, "" if name == "<lambda>" else name)


class References:
    """What each definition refers to, found when it is first asked for."""

    def __init__(self, run: Evaluation) -> None:
        self._run = run
        self._answers: dict[Unit, tuple[Unit, ...]] = {}

    def reached(self, starts: list[Unit]) -> set[Unit]:
        """Everything that can be reached from these."""
        reached: set[Unit] = set()
        queue = list(starts)
        while queue:
            one = queue.pop()
            if one not in reached:
                reached.add(one)
                queue += self.of(one)
        return reached

    def of(self, unit: Unit) -> tuple[Unit, ...]:
        """What a definition refers to."""
        if unit not in self._answers:
            self._answers[unit] = tuple(dict.fromkeys(self._find(unit)))
        return self._answers[unit]

    def of_nodes(self, nodes: list[ast.AST]) -> list[Unit]:
        """What these statements refer to."""
        return [unit for node in nodes for unit in self._in(node)]

    def _find(self, unit: Unit) -> Iterator[Unit]:
        if not unit.name:
            yield from self._run_on_import(unit.module)
            return
        for binding in unit.module.bindings.get(unit.name, ()):
            if binding.kind in ("def", "class"):
                yield from self._in(binding.node)
            elif binding.value is not None:
                yield from self._in(binding.value)
        for mutation in unit.module.mutations.get(unit.name, ()):
            if mutation.value is not None:
                yield from self._in(mutation.value)
        yield Unit(unit.module, "")

    def _run_on_import(self, module: Scope) -> Iterator[Unit]:
        """Modules that are imported, and functions that are called, when a module is."""
        for bindings in module.bindings.values():
            for binding in bindings:
                if binding.kind == "import":
                    yield from self._imported(binding, module, only_run=True)
        for statement in getattr(module.node, "body", ()):
            if isinstance(statement, (ast.Assign, ast.AnnAssign, ast.Expr)) and isinstance(statement.value, ast.Call):
                yield from self._in(statement.value.func)

    def _in(self, node: ast.AST) -> Iterator[Unit]:
        for one in ast.walk(node):
            if isinstance(one, ast.Attribute):
                yield from self._dotted(one)
            elif isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load):
                yield from self._named(one)

    def _named(self, node: ast.Name) -> Iterator[Unit]:
        here = scope_of(node, self._run.found)
        scope: Scope | None = here
        while scope is not None:
            if node.id in scope.bindings and (scope.kind != "class" or scope is here):
                for binding in scope.bindings[node.id]:
                    if binding.kind == "import":
                        yield from self._imported(binding, scope)
                    elif scope.kind == "module":
                        yield Unit(scope, node.id)
                return
            scope = scope.parent
        for module in here.module().stars:
            yield from self._member(module, node.id, here)

    def _imported(self, binding: Binding, scope: Scope, *, only_run: bool = False) -> Iterator[Unit]:
        if binding.member and not only_run:
            yield from self._member(binding.module, binding.member, scope)
            return
        name = f"{binding.module}.{binding.member}" if binding.member else binding.module
        for one in (binding.module, name):
            source = self._run.sources.module(one, scope.source) if one else None
            if source is not None:
                yield Unit(self._run.found.modules[source.path], "")

    def _member(self, module: str, name: str, scope: Scope, depth: int = 0) -> Iterator[Unit]:
        """A member of a module, through what that module has imported itself."""
        source = self._run.sources.module(module, scope.source) if module else None
        if source is None or depth > 6:
            return
        there = self._run.found.modules[source.path]
        bindings = there.bindings.get(name)
        if not bindings:
            below = self._run.sources.module(f"{module}.{name}", scope.source)
            if below is not None:
                yield Unit(self._run.found.modules[below.path], "")
            for star in there.stars:
                yield from self._member(star, name, there, depth + 1)
            return
        for binding in bindings:
            if binding.kind == "import" and binding.member:
                yield from self._member(binding.module, binding.member, there, depth + 1)
            elif binding.kind == "import":
                yield from self._imported(binding, there)
            else:
                yield Unit(there, name)

    def _dotted(self, node: ast.Attribute) -> Iterator[Unit]:
        """`module.function`, where the module is one of the sources."""
        value: ast.expr = node.value
        while isinstance(value, ast.Attribute):
            value = value.value
        if not isinstance(value, ast.Name):
            return
        for alternative in self._run.light(node.value):
            if isinstance(alternative.value, ModuleValue):
                scope = alternative.value.scope
                name = scope.source.names[0] if scope.source.names else ""
                yield from self._member(name, node.attr, scope)
            elif isinstance(alternative.value, External):
                return
