"""The only home of what a piece of code refers to: what it may call, what it imports, which attributes it asks for."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from recipes_data.gaps.recipes.lookup import Lookup, Part, Unit
from recipes_data.gaps.recipes.scopes import FUNCTIONS, Scope, last_name

__all__ = ["References", "Referred", "is_guard"]

_GROWING = {"append", "extend", "update", "insert", "add", "setdefault", "register"}
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_PLAIN = (ast.Expr, ast.For, ast.While, ast.If, ast.With, ast.Try)
_TYPE_TESTS = {"isinstance": 0, "issubclass": 0, "cast": 1, "TypeVar": 0}
_LEAVES = (ast.Constant, ast.expr_context, ast.operator, ast.boolop, ast.unaryop, ast.cmpop)


@dataclass(slots=True, eq=False)
class Referred:
    """What one unit refers to.

    `names`: attributes asked of anything; `own`: attributes of the object itself, with the class it is written in.
    `kept`: what is put into a table (or given to a named object) as it runs: reached by whoever uses the table.
    """

    units: set[Unit] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    own: set[tuple[Scope, str]] = field(default_factory=set)
    kept: list[tuple[Unit | str, Referred]] = field(default_factory=list)


def is_guard(node: ast.AST) -> bool:
    """Whether a statement is `if __name__ == "__main__":`."""
    if not isinstance(node, ast.If) or not isinstance(node.test, ast.Compare):
        return False
    sides = [node.test.left, *node.test.comparators]
    return any(isinstance(side, ast.Name) and side.id == "__name__" for side in sides) and any(
        isinstance(side, ast.Constant) and side.value == "__main__" for side in sides
    )


class References:
    """What each unit refers to, found once."""

    def __init__(self, lookup: Lookup) -> None:
        self.lookup = lookup
        self._found: dict[Unit, Referred] = {}
        self._fills: dict[Scope, tuple[Unit | str, ...]] = {}

    def of(self, unit: Unit) -> Referred:
        """What a unit refers to as it runs (or, of a value, as it is used)."""
        if unit not in self._found:
            self._found[unit] = referred = Referred()
            if isinstance(unit, Part):
                self._of_part(unit, referred)
            elif unit.kind == "module":
                self._imported(unit, referred)
            elif unit.kind == "function":
                self._function(unit, referred)
        return self._found[unit]

    def _of_part(self, part: Part, referred: Referred) -> None:
        scope = part.scope
        body: list[ast.stmt] = getattr(scope.node, "body", [])
        nodes: list[ast.AST] = []
        if part.kind == "value":
            values = [binding.value for binding in scope.bindings.get(part.name, ())]
            values += [mutation.value for mutation in scope.mutations.get(part.name, ())]
            nodes += [value for value in values if value is not None]
        elif part.kind == "main":
            nodes += [inner for node in body if isinstance(node, ast.If) and is_guard(node) for inner in node.body]
        elif part.kind == "script":
            nodes += [node for node in body if isinstance(node, _PLAIN)]
        elif part.kind == "body":
            nodes += [_field(node) for node in body if not isinstance(node, (*_DEFINITIONS, ast.ClassDef))]
        self._full(nodes, scope, referred)

    def _function(self, scope: Scope, referred: Referred) -> None:
        node = scope.node
        outside = scope.parent or scope
        if isinstance(node, FUNCTIONS):
            self._full(_defaults(node.args), outside, referred)
            self._full([node.body] if isinstance(node, ast.Lambda) else node.body, scope, referred)
        if isinstance(node, _DEFINITIONS):
            self._full(node.decorator_list, outside, referred)

    # code that runs: everything it names may be called

    def _full(self, nodes: Sequence[ast.AST], scope: Scope, referred: Referred) -> None:
        stack: list[tuple[ast.AST, Scope]] = [(node, scope) for node in reversed(nodes)]
        while stack:
            node, here = stack.pop()
            if isinstance(node, (*_DEFINITIONS, ast.ClassDef)):
                if node.decorator_list:  # whoever decorates it may call it
                    referred.units.add(self.lookup.found.scopes[node])
                stack += [(one, here) for one in node.decorator_list]
            elif isinstance(node, ast.Lambda):
                referred.units.add(self.lookup.found.scopes[node])
            elif isinstance(node, ast.Name):
                if isinstance(node.ctx, ast.Load):
                    referred.units.update(_not_modules(self.lookup.name(node.id, here)))
            elif isinstance(node, ast.Attribute):
                stack += [(one, here) for one in self._attribute(node, here, referred)]
            elif isinstance(node, (ast.Import, ast.ImportFrom)):
                referred.units.update(self._imports(node, here))
            else:
                inner = self.lookup.found.scopes.get(node, here)
                if isinstance(node, ast.Call):
                    self._dynamic(node, here, referred)
                children = [child for child in _children(node) if not isinstance(child, _LEAVES)]
                stack += [(child, inner) for child in reversed(children)]

    def _attribute(self, node: ast.Attribute, scope: Scope, referred: Referred) -> Iterator[ast.AST]:
        """Note an attribute; give what of it has yet to be looked at."""
        value = node.value
        of_class = _class_around(scope)
        if of_class is not None and isinstance(value, ast.Call) and last_name(value.func) == "super":
            referred.units.update(self.lookup.above(of_class, node.attr))
            return
        if of_class is not None and isinstance(value, ast.Name) and value.id in ("self", "cls"):
            referred.own.add((of_class, node.attr))
            return
        referred.names.add(node.attr)
        found = self.lookup.expression(node, scope)
        referred.units.update(_not_modules(found))
        holders = self.lookup.expression(value, scope)
        for holder in holders:
            if isinstance(holder, Scope) and holder.kind == "class" and _makes_objects(found):
                referred.units.add(holder)
        if not any(isinstance(one, Scope) and one.kind in ("module", "class") for one in holders):
            yield value

    def _dynamic(self, call: ast.Call, scope: Scope, referred: Referred) -> None:
        if last_name(call.func) == "getattr" and len(call.args) > 1 and isinstance(call.args[1], ast.Constant):
            referred.names.add(str(call.args[1].value))
        if last_name(call.func) not in ("import_module", "__import__") or not call.args:
            return
        pattern = _pattern(call.args[0])
        if pattern is None:
            return
        for source in self.lookup.sources.modules:
            if any(pattern.fullmatch(name) for name in source.names):
                referred.units.update(self._with_parents(source.names[0], scope))
                # what is then taken from it, only an attribute's name tells
                referred.units.add(Part("members", self.lookup.found.modules[source.path]))

    def _imports(self, node: ast.Import | ast.ImportFrom, scope: Scope) -> Iterator[Unit]:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from self._with_parents(alias.name, scope)
            return
        for alias in node.names:
            if alias.name == "*":
                for star in scope.module().stars:
                    yield from self._with_parents(star, scope)
                continue
            for binding in scope.bindings.get(alias.asname or alias.name, ()):
                if binding.node is node:
                    yield from self._with_parents(binding.module, scope)
                    yield from self._with_parents(f"{binding.module}.{alias.name}", scope)

    def _with_parents(self, name: str, scope: Scope) -> Iterator[Unit]:
        parts = name.split(".")
        for count in range(1, len(parts) + 1):
            module = self.lookup.module(".".join(parts[:count]), scope.source)
            if module is not None:
                yield module

    # code that runs when a module is imported: only what it calls runs

    def _imported(self, module: Scope, referred: Referred) -> None:
        stack: list[tuple[ast.stmt, Scope]] = [(node, module) for node in reversed(module.node.body)]  # type: ignore[attr-defined]  # a module
        while stack:
            statement, scope = stack.pop()
            if isinstance(statement, (ast.Import, ast.ImportFrom)):
                referred.units.update(self._imports(statement, scope))
            elif isinstance(statement, (*_DEFINITIONS, ast.ClassDef)):
                self._defined(statement, scope, referred)
                if isinstance(statement, ast.ClassDef):
                    stack += [(one, self.lookup.found.scopes[statement]) for one in reversed(statement.body)]
            elif isinstance(statement, ast.If) and (is_guard(statement) or _for_types(statement.test)):
                stack += [(one, scope) for one in reversed(statement.orelse)]
            elif isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Subscript):
                self._calls((statement.value,), scope, referred)  # the value belongs to the table
            else:
                inner = [one for one in ast.iter_child_nodes(statement) if isinstance(one, ast.stmt)]
                inner += [s for one in getattr(statement, "handlers", ()) for s in one.body]
                stack += [(one, scope) for one in reversed(inner)]
                self._calls([n for n in ast.iter_child_nodes(statement) if isinstance(n, ast.expr)], scope, referred)

    def _defined(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, scope: Scope, referred: Referred
    ) -> None:
        unit = self.lookup.found.scopes[node]
        for decorator in node.decorator_list:
            self._calls((decorator,), scope, referred)
            function = decorator.func if isinstance(decorator, ast.Call) else decorator
            itself = Referred(units={unit})
            for target in self.lookup.expression(function, scope):
                if isinstance(target, Scope) and target.kind == "function":
                    referred.units.add(target)
                    referred.kept += [(table, itself) for table in self._fills_of(target)]
            referred.kept += [(table, itself) for table in self._holder(function, scope)]

    def _holder(self, function: ast.expr, scope: Scope) -> Iterator[Unit]:
        """The named object whose method is called: `app` of `app.command(...)`."""
        while isinstance(function, (ast.Attribute, ast.Call)):
            function = function.func if isinstance(function, ast.Call) else function.value
            for target in self.lookup.expression(function, scope):
                if isinstance(target, Part) and target.kind == "value":
                    yield target

    def _calls(self, nodes: Sequence[ast.expr], scope: Scope, referred: Referred) -> None:
        stack: list[ast.AST] = list(reversed(nodes))
        while stack:
            node = stack.pop()
            if isinstance(node, (ast.Lambda, *_LEAVES, *_DEFINITIONS)):
                continue
            if not isinstance(node, ast.Call):
                stack += reversed(list(ast.iter_child_nodes(node)))
                continue
            self._dynamic(node, scope, referred)
            given = [*node.args, *(keyword.value for keyword in node.keywords)]
            called = [
                t for t in self.lookup.expression(node.func, scope) if isinstance(t, Scope) and t.kind != "module"
            ]
            tables = [table for target in called for table in self._fills_of(target)]
            tables += self._holder(node.func, scope)
            if isinstance(node.func, ast.Attribute):
                referred.names.add(node.func.attr)
            referred.units.update(called)
            if tables:
                inside = Referred()
                self._full(given, scope, inside)
                referred.kept += [(table, inside) for table in tables]
                stack += reversed(given)
            elif called:
                self._full(given, scope, referred)
            else:
                stack += [node.func, *reversed(given)]

    def _fills_of(self, function: Scope) -> tuple[Unit | str, ...]:
        """The tables into which a function puts what it is given."""
        if function not in self._fills:
            found: list[Unit | str] = []
            for node in ast.walk(function.node) if function.kind == "function" else ():
                table = _filled(node)
                if table is None:
                    continue
                if isinstance(table, ast.Attribute) and last_name(table.value) in ("self", "cls"):
                    found.append(table.attr)
                else:
                    found += [t for t in self.lookup.expression(table, function) if isinstance(t, Part)]
            self._fills[function] = tuple(dict.fromkeys(found))
        return self._fills[function]


def _field(statement: ast.stmt) -> ast.AST:
    """What counts of a statement of a class: of a field without a default its type, which a command line may make."""
    if isinstance(statement, ast.AnnAssign) and statement.value is None:
        return statement.annotation
    return statement


def _filled(node: ast.AST) -> ast.expr | None:
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
        return node.targets[0].value
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _GROWING:
        return node.func.value
    return None


def _children(node: ast.AST) -> Iterator[ast.AST]:
    """What of a node runs: no annotations, no types that are only tested for, no writing into a table."""
    if isinstance(node, ast.AnnAssign):
        yield from (one for one in (node.target, node.value) if one is not None)
    elif isinstance(node, ast.ExceptHandler):
        yield from node.body
    elif isinstance(node, ast.If):
        yield from node.orelse if _for_types(node.test) else ast.iter_child_nodes(node)
    elif isinstance(node, ast.Call) and last_name(node.func) in _TYPE_TESTS and node.args:
        yield node.args[min(_TYPE_TESTS[last_name(node.func)], len(node.args) - 1)]
    elif isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
        yield from (one for one in (node.slice, node.value) if one is node.slice or not _is_dotted(one))
    elif isinstance(node, ast.Compare):
        yield node.left
        for operator, other in zip(node.ops, node.comparators, strict=True):
            if not (isinstance(operator, (ast.In, ast.NotIn)) and _is_dotted(other)):
                yield other
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and _filled(node.value) is not None:
        yield from node.value.args
        yield from (keyword.value for keyword in node.value.keywords)
    else:
        yield from ast.iter_child_nodes(node)


def _is_dotted(node: ast.expr) -> bool:
    return isinstance(node, (ast.Name, ast.Attribute))


def _defaults(arguments: ast.arguments) -> list[ast.expr]:
    return [*arguments.defaults, *(one for one in arguments.kw_defaults if one is not None)]


def _not_modules(units: Sequence[Unit]) -> Iterator[Unit]:
    return (one for one in units if isinstance(one, Part) or one.kind != "module")


def _makes_objects(found: Sequence[Unit]) -> bool:
    """Whether what was taken from a class may make an object of it: a class method, or nothing that is known."""
    for one in found:
        if isinstance(one, Scope) and isinstance(one.node, _DEFINITIONS):
            return any(last_name(decorator) == "classmethod" for decorator in one.node.decorator_list)
    return True


def _class_around(scope: Scope) -> Scope | None:
    here: Scope | None = scope
    while here is not None and here.kind != "module":
        if here.kind == "class":
            return here
        here = here.parent
    return None


def _for_types(test: ast.expr) -> bool:
    return last_name(test) == "TYPE_CHECKING"


def _pattern(expr: ast.expr) -> re.Pattern[str] | None:
    """Which modules a computed name may be; None where it may be any."""
    if isinstance(expr, ast.Constant) and isinstance(expr.value, str):
        return re.compile(re.escape(expr.value))
    first = expr.values[0] if isinstance(expr, ast.JoinedStr) and expr.values else None
    if isinstance(expr, ast.JoinedStr) and isinstance(first, ast.Constant) and "." in str(first.value):
        parts = (re.escape(str(p.value)) if isinstance(p, ast.Constant) else r"[\w.]*" for p in expr.values)
        return re.compile("".join(parts))
    return None
