"""The only home of Python's name spaces as values: scopes, what binds a name in them, and how they are gathered."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from recipes_data.gaps.recipes.sources import Source

__all__ = ["FUNCTIONS", "Binding", "Function", "Gathered", "Mutation", "Position", "Scope", "gather", "last_name"]

Position = tuple[int, int]
Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_LEAVES = (ast.expr_context, ast.operator, ast.boolop, ast.unaryop, ast.cmpop)
_BRANCHES = ("orelse", "finalbody", "handlers")
_GROWING = {"append", "extend", "update", "insert", "add", "setdefault"}
_HUB_TEXT = ("hf://", "huggingface.co", "hf.co/")


@dataclass(frozen=True, slots=True, eq=False)
class Binding:
    """One thing that gives a name its value.

    `kind`: assign, for, comprehension, parameter, import, def, class, with, except, other. `value`: the expression it
    comes from, which `unpack` leads into (`a, (b, c) = value`: c is (1, 1)). `module` and `member`: of an import.
    """

    kind: str
    name: str
    node: ast.AST
    at: Position
    value: ast.expr | None = None
    unpack: tuple[int, ...] = ()
    module: str = ""
    member: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Mutation:
    """Something added to a list or table after it was made: `name[key] = value`, `name.append(value)`."""

    verb: str
    node: ast.AST
    key: ast.expr | None
    value: ast.expr | None


@dataclass(slots=True, eq=False)
class Scope:
    """A module, class, function, lambda or comprehension, and the names that are bound in it."""

    node: ast.AST
    kind: str
    source: Source
    parent: Scope | None
    name: str
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    mutations: dict[str, list[Mutation]] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)
    outward: dict[str, str] = field(default_factory=dict)

    def module(self) -> Scope:
        """The scope of the module it lies in."""
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope


@dataclass(slots=True, eq=False)
class Gathered:
    """What one walk over all trees finds.

    `outer`: expressions that stand in a definition's head and are evaluated outside it. `branch`: for statements in
    another branch than the body. `calls`: by the last name of the callee, "" where it has none. `passed`: calls by
    the last names of their arguments. `attributes`: assignments to `self.name` by name.
    """

    parent: dict[ast.AST, ast.AST] = field(default_factory=dict)
    branch: dict[ast.AST, str] = field(default_factory=dict)
    outer: set[ast.AST] = field(default_factory=set)
    scopes: dict[ast.AST, Scope] = field(default_factory=dict)
    modules: dict[str, Scope] = field(default_factory=dict)
    calls: dict[str, list[ast.Call]] = field(default_factory=dict)
    passed: dict[str, list[ast.Call]] = field(default_factory=dict)
    attributes: dict[str, list[tuple[ast.Attribute, Binding]]] = field(default_factory=dict)
    texts: list[ast.Constant] = field(default_factory=list)


def last_name(node: ast.AST) -> str:
    """The last name of `a.b.c` or `c`; "" of anything else."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def gather(modules: tuple[Source, ...]) -> Gathered:
    """Walk every tree once, without recursion: sources may be nested deeper than the interpreter's stack."""
    found = Gathered()
    for source in modules:
        scope = Scope(source.tree, "module", source, None, "")
        found.scopes[source.tree] = scope
        found.modules[source.path] = scope
        stack: list[tuple[ast.AST, Scope]] = [(source.tree, scope)]
        while stack:
            node, scope = stack.pop()
            inner = _enter(node, scope, found)
            _children(node, scope, inner, found, stack)
    for scope in found.scopes.values():
        for bindings in scope.bindings.values():
            bindings.sort(key=lambda binding: binding.at)
    return found


def _children(node: ast.AST, scope: Scope, inner: Scope, found: Gathered, stack: list[tuple[ast.AST, Scope]]) -> None:
    parent = found.parent
    head = inner is not scope
    for name in reversed(node._fields):
        value = getattr(node, name, None)
        if type(value) is list:
            outside = head and name in ("decorator_list", "bases", "keywords")
            mark = name in _BRANCHES
            for child in reversed(value):
                if isinstance(child, ast.AST):
                    parent[child] = node
                    if mark:
                        found.branch[child] = name
                    if outside:
                        found.outer.add(child)
                    stack.append((child, scope if outside else inner))
        elif isinstance(value, ast.AST) and not isinstance(value, _LEAVES):
            parent[value] = node
            if head and name in ("args", "returns"):
                found.outer.add(value)
                stack.append((value, scope))
            else:
                stack.append((value, inner))


def _enter(node: ast.AST, scope: Scope, found: Gathered) -> Scope:
    """Note what `node` binds in `scope`, and give the scope that its children are in."""
    note = _NOTED.get(type(node))
    return scope if note is None else note(node, scope, found) or scope


def _constant(node: ast.Constant, scope: Scope, found: Gathered) -> None:
    if isinstance(node.value, str) and any(text in node.value for text in _HUB_TEXT):
        found.texts.append(node)


def _comprehension(
    node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp, scope: Scope, found: Gathered
) -> Scope:
    inner = Scope(node, "comprehension", scope.source, scope, scope.name)
    found.scopes[node] = inner
    for generator in node.generators:
        for name, path in _targets(generator.target):
            _bind(inner, Binding("comprehension", name, generator, _start(node), generator.iter, path))
    return inner


def _outward(node: ast.Global | ast.Nonlocal, scope: Scope, found: Gathered) -> None:
    kind = "global" if isinstance(node, ast.Global) else "nonlocal"
    scope.outward.update(dict.fromkeys(node.names, kind))


def _call(node: ast.Call, scope: Scope, found: Gathered) -> None:
    found.calls.setdefault(last_name(node.func), []).append(node)
    for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
        name = last_name(argument)
        if name:
            found.passed.setdefault(name, []).append(node)
    func = node.func
    if isinstance(func, ast.Attribute) and func.attr in _GROWING and isinstance(func.value, ast.Name) and node.args:
        key = node.args[0] if len(node.args) > 1 else None
        scope.mutations.setdefault(func.value.id, []).append(Mutation(func.attr, node, key, node.args[-1]))


def _definition(
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef, scope: Scope, found: Gathered
) -> Scope:
    name = "<lambda>" if isinstance(node, ast.Lambda) else node.name
    kind = "class" if isinstance(node, ast.ClassDef) else "function"
    inner = Scope(node, kind, scope.source, scope, f"{scope.name}.{name}" if scope.name else name)
    found.scopes[node] = inner
    if not isinstance(node, ast.Lambda):
        _bind(scope, Binding("class" if kind == "class" else "def", name, node, _start(node)))
    if not isinstance(node, ast.ClassDef):
        arguments = node.args
        several = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        several += [extra for extra in (arguments.vararg, arguments.kwarg) if extra is not None]
        for argument in several:
            _bind(inner, Binding("parameter", argument.arg, argument, _start(node)))
    return inner


def _import(node: ast.Import | ast.ImportFrom, scope: Scope, found: Gathered) -> None:
    if isinstance(node, ast.Import):
        for alias in node.names:
            name = alias.asname or alias.name.partition(".")[0]
            module = alias.name if alias.asname else name
            _bind(scope, Binding("import", name, node, _start(node), module=module))
        return
    module = _absolute(node, scope.source)
    for alias in node.names:
        if alias.name == "*":
            scope.stars.append(module)
        else:
            name = alias.asname or alias.name
            _bind(scope, Binding("import", name, node, _start(node), module=module, member=alias.name))


def _absolute(node: ast.ImportFrom, source: Source) -> str:
    if not node.level:
        return node.module or ""
    parts = source.names[0].split(".") if source.names else []
    if not source.package:
        parts = parts[:-1]
    parts = parts[: len(parts) - node.level + 1] if node.level > 1 else parts
    return ".".join([*parts, node.module] if node.module else parts)


def _assignment(node: ast.Assign | ast.AnnAssign, scope: Scope, found: Gathered) -> None:
    for target in node.targets if isinstance(node, ast.Assign) else (node.target,):
        _assign(target, node.value, node, scope, found)


def _walrus(node: ast.NamedExpr, scope: Scope, found: Gathered) -> None:
    while scope.kind == "comprehension" and scope.parent is not None:
        scope = scope.parent
    _assign(node.target, node.value, node, scope, found)


def _augmented(node: ast.AugAssign, scope: Scope, found: Gathered) -> None:
    if isinstance(node.target, ast.Name):
        scope.mutations.setdefault(node.target.id, []).append(Mutation("+=", node, None, node.value))


def _loop(node: ast.For | ast.AsyncFor, scope: Scope, found: Gathered) -> None:
    for name, path in _targets(node.target):
        _bind(scope, Binding("for", name, node, _start(node), node.iter, path))


def _context(node: ast.With | ast.AsyncWith, scope: Scope, found: Gathered) -> None:
    for item in node.items:
        if item.optional_vars is not None:
            for name, path in _targets(item.optional_vars):
                _bind(scope, Binding("with", name, node, _start(node), item.context_expr, path))


def _named(node: ast.ExceptHandler | ast.MatchAs | ast.MatchStar, scope: Scope, found: Gathered) -> None:
    if node.name:
        kind = "except" if isinstance(node, ast.ExceptHandler) else "other"
        _bind(scope, Binding(kind, node.name, node, _start(node)))


def _assign(target: ast.expr, value: ast.expr | None, node: ast.AST, scope: Scope, found: Gathered) -> None:
    for name, path in _targets(target):
        _bind(scope, Binding("assign", name, node, _end(node), value, path))
    if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
        scope.mutations.setdefault(target.value.id, []).append(Mutation("[]=", node, target.slice, value))
    for attribute, path in _attributes(target):
        binding = Binding("assign", attribute.attr, node, _end(node), value, path)
        found.attributes.setdefault(attribute.attr, []).append((attribute, binding))


def _targets(target: ast.expr, path: tuple[int, ...] = ()) -> Iterator[tuple[str, tuple[int, ...]]]:
    if isinstance(target, ast.Name):
        yield target.id, path
    elif isinstance(target, (ast.Tuple, ast.List)):
        for number, element in enumerate(target.elts):
            yield from _targets(element, (*path, number))
    elif isinstance(target, ast.Starred):
        yield from _targets(target.value, (*path[:-1], -1))


def _attributes(target: ast.expr, path: tuple[int, ...] = ()) -> Iterator[tuple[ast.Attribute, tuple[int, ...]]]:
    if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
        yield target, path
    elif isinstance(target, (ast.Tuple, ast.List)):
        for number, element in enumerate(target.elts):
            yield from _attributes(element, (*path, number))


def _bind(scope: Scope, binding: Binding) -> None:
    outward = scope.outward.get(binding.name)
    while outward and scope.parent is not None:
        scope = scope.parent
        if outward == "nonlocal" and scope.kind == "function":
            break
    scope.bindings.setdefault(binding.name, []).append(binding)


def _start(node: ast.AST) -> Position:
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)


def _end(node: ast.AST) -> Position:
    return getattr(node, "end_lineno", 0) or 0, getattr(node, "end_col_offset", 0) or 0


_NOTED: dict[type[ast.AST], Callable[..., Scope | None]] = {
    ast.Constant: _constant,
    ast.Call: _call,
    **dict.fromkeys((ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef), _definition),
    **dict.fromkeys((ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp), _comprehension),
    **dict.fromkeys((ast.Import, ast.ImportFrom), _import),
    **dict.fromkeys((ast.Global, ast.Nonlocal), _outward),
    **dict.fromkeys((ast.Assign, ast.AnnAssign), _assignment),
    ast.NamedExpr: _walrus,
    ast.AugAssign: _augmented,
    **dict.fromkeys((ast.For, ast.AsyncFor), _loop),
    **dict.fromkeys((ast.With, ast.AsyncWith), _context),
    **dict.fromkeys((ast.ExceptHandler, ast.MatchAs, ast.MatchStar), _named),
}
