"""The only home of what a name or a dotted name leads to by definitions and imports alone, without evaluation."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from recipes_data.gaps.recipes.scopes import Binding, Gathered, Scope, last_name
from recipes_data.gaps.recipes.sources import Source, Sources

__all__ = ["Lookup", "Part", "Unit"]

_DEPTH = 12
# bases that call nothing of a class by themselves
_INERT = frozenset(
    {"object", "ABC", "Protocol", "Generic", "NamedTuple", "TypedDict", "Enum", "StrEnum", "IntEnum", "Flag", "IntFlag",
     "BaseModel", "Exception", "RuntimeError", "ValueError", "BaseException", "TypeError", "KeyError", "dict", "list",
     "str", "int", "tuple", "set", "Mapping", "Sequence"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a scope that is reached by itself.

    `kind`: "value" (what a name of a module holds), "main" (what runs only in a program), "script" (the
    statements of a module that is a program without saying so), "body" (of a class),
    "members" (all that a module has, by the names that are asked for: it is imported by a name that is computed).
    """

    kind: str
    scope: Scope
    name: str = ""


Unit = Scope | Part
"""What can be reached: a function or lambda, a class (an object of it may exist), a module (imported), a part."""


@dataclass(frozen=True, slots=True)
class _Outside:
    """A package that has no source here, or only folders."""

    name: str
    asked_by: Source


class Lookup:
    """Definitions by name, across modules: aliases, relative imports, re-exports, star imports, submodules."""

    def __init__(self, sources: Sources, found: Gathered) -> None:
        self.sources = sources
        self.found = found
        self._families: dict[Scope, tuple[Scope, ...]] = {}
        self._names: dict[tuple[Scope, str], tuple[Unit | _Outside, ...]] = {}
        self._methods: dict[Scope, dict[str, tuple[Scope, ...]]] = {}
        self._called_from_outside: dict[Scope, bool] = {}

    def name(self, name: str, scope: Scope) -> tuple[Unit, ...]:
        """What a name seen in `scope` leads to; () for a local variable or something unknown."""
        return tuple(one for one in self._name(name, scope) if not isinstance(one, _Outside))

    def expression(self, expr: ast.expr, scope: Scope) -> tuple[Unit, ...]:
        """What a name or dotted name leads to."""
        return tuple(one for one in self._expression(expr, scope) if not isinstance(one, _Outside))

    def module(self, name: str, asked_by: Source) -> Scope | None:
        """A module of the sources."""
        source = self.sources.module(name, asked_by)
        return self.found.modules[source.path] if source is not None else None

    def family(self, scope: Scope) -> tuple[Scope, ...]:
        """A class and what it inherits from, in the order in which attributes are looked for."""
        if scope not in self._families:
            self._families[scope] = (scope,)  # a class that inherits from itself
            order: list[Scope] = []
            outside = False
            queue = [scope]
            while queue and len(order) < 60:
                one = queue.pop(0)
                if one in order:
                    continue
                order.append(one)
                below: list[Scope] = []
                for base in one.node.bases:  # type: ignore[attr-defined]  # a scope of kind "class"
                    plain = base.value if isinstance(base, ast.Subscript) else base
                    classes = [c for c in self.expression(plain, one.parent or one) if _is_class(c)]
                    below += [c for c in classes if isinstance(c, Scope)]
                    outside = outside or (not classes and last_name(plain) not in _INERT)
                queue = [*below, *queue]
            self._families[scope] = tuple(order)
            self._called_from_outside[scope] = outside
        return self._families[scope]

    def called_from_outside(self, scope: Scope) -> bool:
        """Whether a class inherits from a library's class, which may call any of its methods."""
        self.family(scope)
        return self._called_from_outside.get(scope, False)

    def methods(self, scope: Scope) -> dict[str, tuple[Scope, ...]]:
        """The methods of an object of a class by name, inherited ones as well."""
        if scope not in self._methods:
            found: dict[str, tuple[Scope, ...]] = {}
            for one in self.family(scope):
                for name, bindings in one.bindings.items():
                    defined = tuple(self.found.scopes[b.node] for b in bindings if b.kind == "def")
                    if defined and name not in found:
                        found[name] = defined
            self._methods[scope] = found
        return self._methods[scope]

    def above(self, scope: Scope, method: str) -> tuple[Scope, ...]:
        """What `super().method` is in a method of this class."""
        for one in self.family(scope)[1:]:
            found = tuple(self.found.scopes[b.node] for b in one.bindings.get(method, ()) if b.kind == "def")
            if found:
                return found
        return ()

    def _name(self, name: str, scope: Scope) -> tuple[Unit | _Outside, ...]:
        here: Scope | None = scope
        while here is not None:
            if here.kind == "module" or (name in here.bindings and (here.kind != "class" or here is scope)):
                key = (here, name)
                if key not in self._names:
                    bound = name in here.bindings
                    self._names[key] = self._bound(here, name, 0) if bound else self._starred(here, name, 0)
                return self._names[key]
            here = here.parent
        return ()

    def _bound(self, scope: Scope, name: str, depth: int) -> tuple[Unit | _Outside, ...]:
        result: list[Unit | _Outside] = []
        for binding in scope.bindings.get(name, ()):
            if binding.kind in ("def", "class"):
                result.append(self.found.scopes[binding.node])
            elif binding.kind == "import":
                result += self._imported(binding, scope.source, depth)
            elif scope.kind == "module":
                result.append(Part("value", scope, name))
        return tuple(dict.fromkeys(result))

    def _imported(self, binding: Binding, source: Source, depth: int) -> tuple[Unit | _Outside, ...]:
        module = self.module(binding.module, source)
        if not binding.member:
            return (module if module is not None else _Outside(binding.module, source),)
        if module is None:
            return self._submodule(binding.module, binding.member, source)
        if module.source is source and any(b is binding for b in module.bindings.get(binding.member, ())):
            return self._submodule(binding.module, binding.member, source)  # a package that imports its own module
        return self._member(module, binding.member, depth + 1)

    def _member(self, module: Scope, name: str, depth: int) -> tuple[Unit | _Outside, ...]:
        if depth > _DEPTH:
            return ()
        if name in module.bindings:
            return self._bound(module, name, depth)
        below = self._submodule(module.source.names[0] if module.source.names else "", name, module.source)
        if any(isinstance(one, Scope) for one in below):
            return below
        return self._starred(module, name, depth)

    def _submodule(self, package: str, name: str, source: Source) -> tuple[Unit | _Outside, ...]:
        dotted = f"{package}.{name}" if package else name
        module = self.module(dotted, source)
        return (module if module is not None else _Outside(dotted, source),)

    def _starred(self, module: Scope, name: str, depth: int) -> tuple[Unit | _Outside, ...]:
        for star in module.stars if depth <= _DEPTH else ():
            other = self.module(star, module.source)
            if other is not None and other is not module:
                if name in other.bindings:
                    return self._bound(other, name, depth + 1)
                found = self._starred(other, name, depth + 1)
                if found:
                    return found
        return ()

    def _expression(self, expr: ast.expr, scope: Scope) -> tuple[Unit | _Outside, ...]:
        names: list[str] = []
        while isinstance(expr, ast.Attribute):
            names.append(expr.attr)
            expr = expr.value
        if not isinstance(expr, ast.Name):
            return ()
        found = self._name(expr.id, scope)
        for name in reversed(names):
            found = tuple(dict.fromkeys(below for one in found for below in self._attribute(one, name)))
        return found

    def _attribute(self, target: Unit | _Outside, name: str) -> tuple[Unit | _Outside, ...]:
        if isinstance(target, _Outside):
            return self._submodule(target.name, name, target.asked_by)
        if isinstance(target, Part):
            return ()
        if target.kind == "module":
            return self._member(target, name, 0)
        if target.kind != "class":
            return ()
        for one in self.family(target):
            if name in one.bindings:
                inner = [b for b in one.bindings[name] if b.kind in ("def", "class")]
                return tuple(self.found.scopes[b.node] for b in inner) or (Part("body", one),)
        return ()


def _is_class(unit: Unit) -> bool:
    return isinstance(unit, Scope) and unit.kind == "class"
