"""The only home of the other names that something may be called by: imports `as`, assignments, tables, parameters."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from recipes_data.gaps.recipes.scopes import Gathered, last_name

__all__ = ["Aliases"]

_GIVING = ("values", "items", "get", "pop")  # methods that give what a table holds
_STEPS = 4
_DEEPEST = 6  # tables within tables


class Aliases:
    """Names by the names they may stand for. It only proposes: what a name is, the evaluation tells."""

    def __init__(self, found: Gathered) -> None:
        self._found = found
        self._names: dict[str, set[str]] = {}
        self._wrapped: dict[str, set[str]] = {}
        self._boxed: set[str] = set()
        self._reached: dict[frozenset[str], set[str]] = {}
        self._heard: dict[str, tuple[str, ...]] = {}
        self._definitions: dict[str, list[ast.arguments]] = {}
        for scope in found.scopes.values():
            self._define(scope.node)
            for name, bindings in scope.bindings.items():
                for binding in bindings:
                    if binding.kind == "import" and binding.member and binding.member != name:
                        self._names.setdefault(binding.member, set()).add(name)
                    self._add(binding.value, name)
            for name, mutations in scope.mutations.items():
                for mutation in mutations:
                    self._add(mutation.value, name)
        for name, attributes in found.attributes.items():
            for _, binding in attributes:
                self._add(binding.value, name)

    def _define(self, node: ast.AST) -> None:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            self._definitions.setdefault(node.name, []).append(node.args)
        elif isinstance(node, ast.ClassDef):
            for statement in node.body:
                if isinstance(statement, ast.FunctionDef) and statement.name == "__init__":
                    self._definitions.setdefault(node.name, []).append(statement.args)

    def _add(self, value: ast.expr | None, name: str) -> None:
        if value is None:
            return
        for other in _held(value):
            self._names.setdefault(other, set()).add(name)
            if isinstance(value, (ast.Dict, ast.List, ast.Tuple, ast.Set)):
                self._boxed.add(other)
        if isinstance(value, ast.Call):
            for other in _given(value):
                self._wrapped.setdefault(other, set()).add(name)
                self._boxed.add(other)

    def of(self, names: Iterable[str]) -> set[str]:
        """These names and all that may stand for them, over a few steps."""
        key = frozenset(names)
        if key not in self._reached:
            self._reached[key] = self._all_of(key)
        return self._reached[key]

    def _all_of(self, names: Iterable[str]) -> set[str]:
        reached: set[str] = set()
        step = {name for name in names if name}
        weak = {other for name in step for other in self._wrapped.get(name, ())}
        for _ in range(_STEPS):
            reached |= step
            following = {other for name in step for other in self._names.get(name, ())}
            following |= {parameter for name in step for parameter in self._parameters_of(name)}
            step = (following | weak) - reached
            weak = set()
        return reached | step

    def _parameters_of(self, name: str) -> tuple[str, ...]:
        if name not in self._heard:
            self._heard[name] = tuple(self._parameters(name))
        return self._heard[name]

    def _parameters(self, name: str) -> Iterator[str]:
        """The parameters that get a function of this name as their argument."""
        for call in self._found.passed.get(name, ()):
            for argument in (*call.args, *(keyword.value for keyword in call.keywords)):
                if last_name(argument) == name:
                    yield from self.parameters(call, argument)

    def parameters(self, call: ast.Call, argument: ast.AST) -> Iterator[str]:
        """The parameters that an argument of a call may go to, where they are called or handed on."""
        for arguments in self._definitions.get(last_name(call.func), ()):
            names = [p.arg for p in (*arguments.posonlyargs, *arguments.args)]
            # of a method the first one is not written at the call
            for shift in (0, 1) if names[:1] in (["self"], ["cls"]) else (0,):
                for parameter, given in zip(names[shift:], call.args, strict=False):
                    if given is argument and (parameter in self._found.calls or parameter in self._found.passed):
                        yield parameter
            for keyword in call.keywords:
                if keyword.arg and keyword.value is argument and keyword.arg in self._found.calls:
                    yield keyword.arg

    def calls(self, names: Iterable[str]) -> list[ast.Call]:
        """Every call that may be one of a function of these names, in the order of the sources."""
        reached = self.of(names)
        calls = [call for name in sorted(reached) for call in self._found.calls.get(name, ())]
        if not self._boxed.isdisjoint(reached):  # `TABLE[key](...)`, `partial(f)(...)`
            calls += self._found.calls.get("", ())
        return calls

    def passes(self, names: Iterable[str]) -> list[ast.Call]:
        """Every call that has a function of these names among its arguments."""
        found = (call for name in sorted(self.of(names)) for call in self._found.passed.get(name, ()))
        return list(dict.fromkeys(found))


def _held(node: ast.expr, depth: int = 0) -> Iterator[str]:
    """The names that a value is or holds."""
    if isinstance(node, (ast.Name, ast.Attribute)):
        yield last_name(node)
    elif depth > _DEEPEST:
        return
    elif isinstance(node, ast.Dict):
        for value in node.values:
            yield from _held(value, depth + 1)
    elif isinstance(node, (ast.List, ast.Tuple, ast.Set, ast.BoolOp)):
        for value in node.values if isinstance(node, ast.BoolOp) else node.elts:
            yield from _held(value, depth + 1)
    elif isinstance(node, ast.IfExp):
        yield from _held(node.body, depth + 1)
        yield from _held(node.orelse, depth + 1)
    elif isinstance(node, (ast.Subscript, ast.Starred, ast.Await)):
        yield from _held(node.value, depth + 1)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _GIVING:
        yield from _held(node.func.value, depth + 1)


def _given(call: ast.Call) -> Iterator[str]:
    """The names that a call gets and may give back, wrapped: `partial(f)`, `retry(f)`, `getattr(module, "f")`."""
    for argument in (*call.args[:3], *(keyword.value for keyword in call.keywords[:2])):
        if isinstance(argument, (ast.Name, ast.Attribute)):
            yield last_name(argument)
        elif isinstance(argument, ast.Call):
            yield from _given(argument)
        elif isinstance(argument, ast.Constant) and last_name(call.func) == "getattr":
            yield str(argument.value)
    if isinstance(call.func, ast.Call):
        yield from _given(call.func)
