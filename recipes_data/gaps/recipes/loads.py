"""The only home of where a name or an attribute of `self` is read: the way back from a binding to its uses."""

from __future__ import annotations

import ast

from recipes_data.gaps.recipes.flow import body_around, reaching, scope_of, scope_reached
from recipes_data.gaps.recipes.scopes import Binding, Gathered, Scope

__all__ = ["Loads"]


class Loads:
    """Uses of names by the scope that binds them, gathered module by module when they are first asked for."""

    def __init__(self, found: Gathered) -> None:
        self._found = found
        self._read: set[ast.AST] = set()
        self._names: dict[tuple[Scope, str], list[ast.Name]] = {}
        self._attributes: dict[tuple[Scope, str], list[ast.Attribute]] = {}

    def of_name(self, scope: Scope, name: str, binding: Binding | None) -> list[ast.Name]:
        """The reads of a name that `binding` reaches; None: every read of it."""
        self._gather(scope.module())
        uses = self._names.get((scope, name), [])
        if binding is None:
            return uses
        return [use for use in uses if self._reaches(scope, name, binding, use)]

    def _reaches(self, scope: Scope, name: str, binding: Binding, use: ast.Name) -> bool:
        near = body_around(use, self._found) is scope_reached(scope)
        found = reaching(scope, name, use if near else None, self._found)
        return any(one.binding is binding for one in found)

    def of_attribute(self, owner: Scope, name: str) -> list[ast.Attribute]:
        """The reads of `self.name` in the methods of a class."""
        self._gather(owner.module())
        return self._attributes.get((owner, name), [])

    def _gather(self, module: Scope) -> None:
        if module.node in self._read:
            return
        self._read.add(module.node)
        for node in ast.walk(module.node):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                scope = self._binder(node)
                if scope is not None:
                    self._names.setdefault((scope, node.id), []).append(node)
            elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load) and _of_self(node):
                owner = self._class_around(node)
                if owner is not None:
                    self._attributes.setdefault((owner, node.attr), []).append(node)

    def _binder(self, node: ast.Name) -> Scope | None:
        here = scope_of(node, self._found)
        scope: Scope | None = here
        while scope is not None:
            if node.id in scope.bindings and (scope.kind != "class" or scope is here):
                return scope
            scope = scope.parent
        return None

    def _class_around(self, node: ast.AST) -> Scope | None:
        scope: Scope | None = scope_of(node, self._found)
        while scope is not None and scope.kind != "class":
            scope = scope.parent
        return scope


def _of_self(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")
