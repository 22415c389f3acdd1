"""The only home of which program reaches which access: by references from where it begins, across modules."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from recipes_data.gaps.evidence import Where
from recipes_data.gaps.needs import Recipe
from recipes_data.gaps.recipes.accesses import FoundAccess
from recipes_data.gaps.recipes.entries import entries
from recipes_data.gaps.recipes.evaluate import Evaluation
from recipes_data.gaps.recipes.lookup import Lookup, Part, Unit
from recipes_data.gaps.recipes.references import References, Referred, is_guard
from recipes_data.gaps.recipes.scopes import Scope

__all__ = ["find_recipes"]


def find_recipes(
    run: Evaluation, root: Path, accesses: Sequence[FoundAccess]
) -> tuple[tuple[Recipe, ...], tuple[int, ...]]:
    """The programs under `root` by name, each with the accesses that it reaches."""
    lookup = Lookup(run.sources, run.found)
    references = References(lookup)
    places = _Places(lookup)
    ways = [
        [{places.units(where) for where in (one.access.where, *way)} for way in one.ways or ((),)] for one in accesses
    ]
    recipes = []
    for entry in entries(root, lookup):
        reached = _reach(entry.units, references)
        indexes = tuple(
            number
            for number, several in enumerate(ways)
            if any(all(not reached.isdisjoint(site) for site in way) for way in several)
        )
        recipes.append(Recipe(entry.path.removesuffix(".py"), entry.where, indexes))
    recipes.sort(key=lambda recipe: recipe.name)
    return tuple(recipes), _unreached(recipes, len(accesses))


def _unreached(recipes: Iterable[Recipe], count: int) -> tuple[int, ...]:
    """Which of `count` accesses no recipe reaches."""
    reached = {index for recipe in recipes for index in recipe.accesses}
    return tuple(index for index in range(count) if index not in reached)


@dataclass(slots=True)
class _Reached:
    """What is reached so far; a method once its name is asked for and an object of its class may exist."""

    seen: set[Unit] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    own: set[tuple[Scope, str]] = field(default_factory=set)
    waiting: dict[str, list[Unit]] = field(default_factory=dict)
    of_class: dict[tuple[Scope, str], list[Unit]] = field(default_factory=dict)
    kept: dict[Unit | str, list[Referred]] = field(default_factory=dict)
    todo: list[Unit] = field(default_factory=list)


def _reach(units: Iterable[Unit], references: References) -> set[Unit]:
    state = _Reached(todo=list(units))
    while state.todo:
        unit = state.todo.pop()
        if unit in state.seen:
            continue
        state.seen.add(unit)
        for inside in state.kept.pop(unit, ()):
            _add(inside, state)
        if isinstance(unit, Scope) and unit.kind == "class":
            _object(unit, references.lookup, state)
        elif isinstance(unit, Part) and unit.kind == "members":
            _members(unit.scope, references.lookup, state)
        else:
            _add(references.of(unit), state)
    return state.seen


def _add(referred: Referred, state: _Reached) -> None:
    state.todo += referred.units
    for name in referred.names - state.names:
        state.names.add(name)
        state.todo += state.waiting.pop(name, ())
        for inside in state.kept.pop(name, ()):
            _add(inside, state)
    for asked in referred.own - state.own:
        state.own.add(asked)
        state.todo += state.of_class.pop(asked, ())
        if asked[1] not in state.names:
            for inside in state.kept.pop(asked[1], ()):
                _add(inside, state)
    for table, inside in referred.kept:
        if table in state.seen or table in state.names:
            _add(inside, state)
        else:
            state.kept.setdefault(table, []).append(inside)


def _object(scope: Scope, lookup: Lookup, state: _Reached) -> None:
    """An object of a class may exist: its fields, and its methods as they are asked for."""
    family = lookup.family(scope)
    state.todo += [Part("body", one) for one in family]
    outside = lookup.called_from_outside(scope)
    for name, methods in lookup.methods(scope).items():
        if outside or name in state.names or (name.startswith("__") and name.endswith("__")):
            state.todo += methods
            continue
        state.waiting.setdefault(name, []).extend(methods)
        for one in family:
            if (one, name) in state.own:
                state.todo += methods
            else:
                state.of_class.setdefault((one, name), []).extend(methods)


def _members(module: Scope, lookup: Lookup, state: _Reached) -> None:
    """A module is imported by a computed name: what is asked of it by name is reached."""
    for name in module.bindings:
        units = [unit for unit in lookup.name(name, module) if isinstance(unit, Part) or unit.kind != "module"]
        if name in state.names:
            state.todo += units
        else:
            state.waiting.setdefault(name, []).extend(units)


class _Places:
    """The units that a line belongs to: reached, where one of them is."""

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup
        self._functions: dict[str, list[Scope]] = {}
        for scope in lookup.found.scopes.values():
            if scope.kind in ("function", "class"):
                self._functions.setdefault(scope.source.path, []).append(scope)
        self._known: dict[Where, tuple[Unit, ...]] = {}

    def units(self, where: Where) -> tuple[Unit, ...]:
        """What must be reached (one of them) for the code on this line to run."""
        if where not in self._known:
            self._known[where] = self._units(where)
        return self._known[where]

    def _units(self, where: Where) -> tuple[Unit, ...]:
        around = [s for s in self._functions.get(where.path, ()) if _spans(s.node, where.line)]
        if around:
            around.sort(key=lambda s: (s.node.lineno, -(s.node.end_lineno or 0), s.node.col_offset))  # type: ignore[attr-defined]  # a definition
            inner = around[-1]
            if isinstance(inner.node, ast.Lambda):
                # several may stand on one line
                return tuple(s for s in around if isinstance(s.node, ast.Lambda))
            return (inner,) if inner.kind == "function" else (Part("body", inner),)
        module = self._lookup.found.modules.get(where.path)
        return self._of_module(module, where.line) if module is not None else ()

    def _of_module(self, module: Scope, line: int) -> tuple[Unit, ...]:
        for statement in module.node.body:  # type: ignore[attr-defined]  # a module
            if not _spans(statement, line):
                continue
            if is_guard(statement):
                return (Part("main", module),)
            if isinstance(statement, (ast.Assign, ast.AnnAssign)) and not self._runs(statement, module, line):
                targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
                names = [t.id for t in targets if isinstance(t, ast.Name)]
                if names:
                    return tuple(Part("value", module, name) for name in names)
        return (module,)

    def _runs(self, statement: ast.stmt, module: Scope, line: int) -> bool:
        """Whether a call on this line calls a function (an object that is only made asks for nothing yet)."""
        for node in ast.walk(statement):
            if isinstance(node, ast.Call) and node.lineno == line:
                units = self._lookup.expression(node.func, module)
                if not any(isinstance(unit, Scope) and unit.kind == "class" for unit in units):
                    return True
        return False


def _spans(node: ast.AST, line: int) -> bool:
    return getattr(node, "lineno", 0) <= line <= (getattr(node, "end_lineno", 0) or 0)
