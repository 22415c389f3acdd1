"""The only home of where a name of Python sources is defined: imports, definitions, classes, lazy exports."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from recipes_data.gaps.python_client.sources import Module, Sources

__all__ = [
    "AnyFunction",
    "ClassSource",
    "FunctionSource",
    "Index",
    "Scoped",
    "assignments_of",
    "build_index",
    "decorator_names",
    "dotted_name",
    "imports_of",
    "nodes_below",
]

AnyFunction = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class FunctionSource:
    """One definition. `name` is dotted; `owner` the class it stands in."""

    name: str
    node: AnyFunction
    module: Module
    owner: str | None


@dataclass(frozen=True, slots=True)
class ClassSource:
    """One class. `members`: functions and classes by name; `assigned`: expressions by attribute of the class.

    `stored`: for each attribute that methods set on `self`, the names of these methods.
    """

    name: str
    node: ast.ClassDef
    module: Module
    members: dict[str, str] = field(default_factory=dict)
    assigned: dict[str, list[ast.expr]] = field(default_factory=dict)
    annotated: dict[str, ast.expr] = field(default_factory=dict)
    stored: dict[str, list[str]] = field(default_factory=dict)


@dataclass(slots=True)
class Scoped:
    """What the names of one module mean. `imported`: (dotted target, whether under another name)."""

    imported: dict[str, list[tuple[str, bool]]] = field(default_factory=dict)
    defined: dict[str, str] = field(default_factory=dict)
    assigned: dict[str, list[ast.expr]] = field(default_factory=dict)
    annotated: dict[str, ast.expr] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)
    lazy: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Index:
    """Everything that is defined, by dotted name."""

    modules: dict[str, Module]
    scopes: dict[str, Scoped] = field(default_factory=dict)
    functions: dict[str, FunctionSource] = field(default_factory=dict)
    classes: dict[str, ClassSource] = field(default_factory=dict)


def build_index(sources: Sources) -> Index:
    """Index all modules of an input."""
    index = Index(sources.modules)
    for module in sources.modules.values():
        scope = index.scopes[module.name] = Scoped()
        for statement in _statements(module.tree.body):
            _take(index, scope, module, statement)
    for module in sources.modules.values():
        _take_lazy(index, module)
    return index


def _statements(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements of a body and of the conditions, tries and loops in it."""
    for statement in body:
        yield statement
        for part in ("body", "orelse", "finalbody"):
            if not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                yield from _statements(getattr(statement, part, ()))
        for handler in getattr(statement, "handlers", ()):
            yield from _statements(handler.body)


def _take(index: Index, scope: Scoped, module: Module, statement: ast.stmt) -> None:
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        for name, target, renamed in imports_of(statement, module):
            if name == "*":
                scope.stars.append(target)
            else:
                scope.imported.setdefault(name, []).append((target, renamed))
    elif isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
        _take_function(index, module, statement, module.name, None)
        scope.defined[statement.name] = f"{module.name}.{statement.name}"
    elif isinstance(statement, ast.ClassDef):
        _take_class(index, module, statement, module.name)
        scope.defined[statement.name] = f"{module.name}.{statement.name}"
    else:
        for name, value in assignments_of(statement):
            scope.assigned.setdefault(name, []).append(value)
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            scope.annotated[statement.target.id] = statement.annotation


def imports_of(statement: ast.Import | ast.ImportFrom, module: Module) -> Iterator[tuple[str, str, bool]]:
    """What an import binds: (name, dotted target, whether under another name); `*` with the module."""
    if isinstance(statement, ast.Import):
        for alias in statement.names:
            if alias.asname:
                yield alias.asname, alias.name, True
            else:
                top = alias.name.split(".")[0]
                yield top, top, False
        return
    origin = statement.module or ""
    if statement.level:
        package = module.name.split(".") if module.is_package else module.name.split(".")[:-1]
        kept = package[: len(package) - statement.level + 1]
        origin = ".".join([*kept, origin] if origin else kept)
    for alias in statement.names:
        if alias.name == "*":
            yield "*", origin, False
        else:
            renamed = alias.asname is not None and alias.asname != alias.name
            yield alias.asname or alias.name, f"{origin}.{alias.name}", renamed


def assignments_of(statement: ast.stmt) -> Iterator[tuple[str, ast.expr]]:
    """Plain names that a statement gives a value, and the value."""
    if isinstance(statement, ast.Assign):
        for target in statement.targets:
            if isinstance(target, ast.Name):
                yield target.id, statement.value
            elif isinstance(target, ast.Tuple) and isinstance(statement.value, ast.Tuple):
                for one, value in zip(target.elts, statement.value.elts, strict=False):
                    if isinstance(one, ast.Name):
                        yield one.id, value
    elif isinstance(statement, ast.AnnAssign) and statement.value and isinstance(statement.target, ast.Name):
        yield statement.target.id, statement.value


def _take_function(index: Index, module: Module, node: AnyFunction, prefix: str, owner: str | None) -> str | None:
    words = decorator_names(node)
    if any(word.split(".")[-1] in ("overload", "setter", "deleter") for word in words):
        return None
    name = f"{prefix}.{node.name}"
    index.functions[name] = FunctionSource(name, node, module, owner)
    return name


def _take_class(index: Index, module: Module, node: ast.ClassDef, prefix: str) -> None:
    name = f"{prefix}.{node.name}"
    found = index.classes[name] = ClassSource(name, node, module)
    for statement in _statements(node.body):
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
            taken = _take_function(index, module, statement, name, name)
            if taken:
                found.members[statement.name] = taken
                for attribute in _stored(statement):
                    methods = found.stored.setdefault(attribute, [])
                    if taken not in methods:
                        methods.append(taken)
        elif isinstance(statement, ast.ClassDef):
            _take_class(index, module, statement, name)
            found.members[statement.name] = f"{name}.{statement.name}"
        else:
            for attribute, value in assignments_of(statement):
                found.assigned.setdefault(attribute, []).append(value)
            if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                found.annotated[statement.target.id] = statement.annotation


def _stored(node: AnyFunction) -> Iterator[str]:
    first = [*node.args.posonlyargs, *node.args.args][:1]
    if not first:
        return
    for part in nodes_below(node.body):
        if (
            isinstance(part, ast.Attribute)
            and isinstance(part.ctx, ast.Store)
            and isinstance(part.value, ast.Name)
            and part.value.id == first[0].arg
        ):
            yield part.attr


def nodes_below(body: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """All nodes of a body, in no order: what `ast.walk` gives, in half its time."""
    waiting = list(body)
    while waiting:
        node = waiting.pop()
        yield node
        for name in node._fields:
            value = getattr(node, name, None)
            if isinstance(value, ast.AST):
                waiting.append(value)
            elif isinstance(value, list):
                waiting.extend(one for one in value if isinstance(one, ast.AST))


def decorator_names(node: AnyFunction | ast.ClassDef) -> list[str]:
    """Dotted names of decorators as they are written, without their arguments."""
    return [
        dotted_name(decorator.func if isinstance(decorator, ast.Call) else decorator)
        for decorator in node.decorator_list
    ]


def dotted_name(node: ast.expr) -> str:
    """`a.b.c` of an expression that is one, else ""."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted_name(node.value)
        return f"{before}.{node.attr}" if before else ""
    return ""


# --- packages that import their names on first use (PEP 562)


def _take_lazy(index: Index, module: Module) -> None:
    scope = index.scopes[module.name]
    if not _is_lazy(module, scope):
        return
    for statement in _statements(module.tree.body):
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)):
            continue
        for part in ast.walk(statement):
            if isinstance(part, ast.Dict):
                for name, target in _lazy_names(index, module, part):
                    scope.lazy.setdefault(name, target)
        # `_import_structure["submodule"] = ["name", ...]` and `.append`
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Subscript):
            table = ast.Dict([statement.targets[0].slice], [statement.value])
            for name, target in _lazy_names(index, module, table):
                scope.lazy.setdefault(name, target)


def _is_lazy(module: Module, scope: Scoped) -> bool:
    if "__getattr__" in scope.defined or "__getattr__" in scope.imported:
        return True
    for statement in _statements(module.tree.body):
        if isinstance(statement, ast.Assign):
            for target in statement.targets:
                names = [part.id for part in ast.walk(target) if isinstance(part, ast.Name)]
                # a module that puts another object into `sys.modules` in its own place
                if "__getattr__" in names or ast.unparse(target).startswith("sys.modules["):
                    return True
    return False


def _lazy_names(index: Index, module: Module, table: ast.Dict) -> Iterator[tuple[str, str]]:
    package = module.name
    for key, value in zip(table.keys, table.values, strict=True):
        if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
            continue
        words = [part.value for part in getattr(value, "elts", ()) if isinstance(part, ast.Constant)]
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            origin, _, attribute = value.value.partition(":")
            full = _absolute(package, origin, index)
            if full in index.modules or ("." in origin and all(part.isidentifier() for part in full.split("."))):
                yield key.value, f"{full}.{attribute or key.value}"
        elif isinstance(value, ast.Tuple) and len(words) == 2 and all(isinstance(word, str) for word in words):
            yield key.value, f"{_absolute(package, str(words[0]), index)}.{words[1]!s}"
        elif _absolute(package, key.value, index) in index.modules:
            for word in words:
                if isinstance(word, str):
                    yield word, f"{_absolute(package, key.value, index)}.{word}"


def _absolute(package: str, origin: str, index: Index) -> str:
    if origin.startswith("."):
        return f"{package}.{origin.lstrip('.')}".rstrip(".")
    inside = f"{package}.{origin}"
    return inside if inside in index.modules and origin not in index.modules else origin
