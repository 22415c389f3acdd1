"""The only home of what a call in Python source leads to: a function of the sources, a request, a watched library."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, replace

from recipes_data.gaps.python_client import known_calls
from recipes_data.gaps.python_client.index import FunctionSource, decorator_names
from recipes_data.gaps.python_client.scope import Call, Request, Scope
from recipes_data.gaps.python_client.values import (
    UNKNOWN,
    Bound,
    Instance,
    Local,
    Partial,
    Ref,
    Row,
    Table,
    Text,
    Value,
    Values,
    all_of,
    filled,
    shown,
)
from recipes_data.gaps.python_client.wire import looks_like_request, request_of, rooted_at

__all__ = ["call", "call_method", "elements"]

_Evaluate = Callable[[Scope, ast.expr | None], Values]
# these run the function that stands among their arguments, with the arguments after it
_RUNNERS = frozenset(
    {"submit", "to_thread", "run_in_executor", "run_sync", "apply", "apply_async", "start_soon", "call"}
)


@dataclass(frozen=True, slots=True)
class _Given:
    """Arguments of a call: nodes and values.

    `starred`: names that are handed on with stars; `whole`: whether everything that is given could be seen; `handed`:
    the function was handed to something that calls it with these.
    """

    positional: tuple[tuple[ast.expr | None, Values], ...]
    named: dict[str, tuple[ast.expr | None, Values]]
    whole: bool = True
    starred: tuple[str, ...] = ()
    handed: bool = False

    @property
    def values(self) -> tuple[Values, ...]:
        return tuple(values for _, values in self.positional)

    @property
    def words(self) -> dict[str, Values]:
        return {name: values for name, (_, values) in self.named.items()}


def elements(values: Values) -> Values:
    """What a loop over a value sees."""
    groups: list[Values] = []
    for value in values:
        if isinstance(value, Row):
            groups += list(value.items)
        elif isinstance(value, Table):
            groups += [(Text((name,)),) for name, _ in value.items]
    return all_of(groups) if groups else UNKNOWN


def call_method(scope: Scope, node: ast.Call, receivers: Values, evaluate: _Evaluate) -> Values:
    """Read `receiver.attribute(...)`."""
    function = node.func
    if not isinstance(function, ast.Attribute):
        return call(scope, node, receivers, evaluate)
    tables = [value for value in receivers if isinstance(value, (Table, Row))]
    if tables and function.attr in ("get", "items", "values", "keys", "pop", "copy"):
        arguments = _given(scope, node, evaluate).values
        return all_of(_of_table(value, function.attr, arguments) for value in tables)
    own = f"self.{function.attr}"
    if own in scope.known and any(isinstance(value, Instance) and value.of == scope.owner for value in receivers):
        return call(scope, node, scope.known[own], evaluate)
    found = all_of(scope.world.member(value, function.attr) for value in receivers)
    return call(scope, node, found, evaluate)


def _of_table(value: Value, attribute: str, arguments: tuple[Values, ...]) -> Values:
    if isinstance(value, Table):
        if attribute in ("get", "pop"):
            keys = {shown(key) for key in arguments[0] if isinstance(key, Text)} if arguments else set()
            found = [inner for name, inner in value.items if name in keys]
            return all_of([*(found or [inner for _, inner in value.items]), *arguments[1:2]])
        if attribute == "items":
            return (Row(tuple((Row(((Text((name,)),), inner)),) for name, inner in value.items)),)
        if attribute == "values":
            return (Row(tuple(inner for _, inner in value.items)),)
    return (value,)


def call(scope: Scope, node: ast.Call, callees: Values, evaluate: _Evaluate) -> Values:
    """Read a call whose function may be any of `callees`; everything that it leads to is written into the body."""
    given = _given(scope, node, evaluate)
    _mentions(scope, node, given, callees)
    groups = [_apply(scope, node, value, given) for value in callees]
    if not any(isinstance(value, (Ref, Bound, Local, Partial)) for value in callees):
        _guess(scope, node, given)
    return all_of(groups)


def _given(scope: Scope, node: ast.Call, evaluate: _Evaluate) -> _Given:
    positional: list[tuple[ast.expr | None, Values]] = []
    named: dict[str, tuple[ast.expr | None, Values]] = {}
    whole, starred = True, []
    for argument in node.args:
        values = evaluate(scope, argument)
        if not isinstance(argument, ast.Starred):
            positional.append((argument, values))
        elif len(values) == 1 and isinstance(values[0], Row):
            positional += [(None, item) for item in values[0].items]
        else:
            whole = False
            starred += [argument.value.id] if isinstance(argument.value, ast.Name) else []
    for word in node.keywords:
        values = evaluate(scope, word.value)
        if word.arg is not None:
            named[word.arg] = (word.value, values)
            continue
        tables = [value for value in values if isinstance(value, Table)]
        if len(tables) == 1 and len(values) == 1:
            named |= {name: (None, inner) for name, inner in tables[0].items if name}
            whole = whole and tables[0].whole
        else:
            whole = False
            starred += [word.value.id] if isinstance(word.value, ast.Name) else []
    return _Given(tuple(positional), named, whole, tuple(starred))


def _apply(scope: Scope, node: ast.Call, value: Value, given: _Given, depth: int = 0) -> Values:
    if depth > 4:
        return UNKNOWN
    if isinstance(value, Partial):
        more = _Given(
            (*((None, one) for one in value.positional), *given.positional),
            {**{name: (None, one) for name, one in value.named}, **given.named},
            given.whole,
        )
        return _apply(scope, node, value.function, more, depth + 1)
    if isinstance(value, Local):
        return scope.world.inside(scope, value, given.values, given.words)
    if isinstance(value, Ref):
        return _apply_name(scope, node, value, given, depth)
    if isinstance(value, Bound):
        return _apply_method(scope, node, value, given)
    return UNKNOWN


def _apply_name(scope: Scope, node: ast.Call, value: Ref, given: _Given, depth: int) -> Values:
    index = scope.world.index
    if value.name in index.functions:
        return _into(scope, node, index.functions[value.name], given, _how(node, value, given), bound=False)
    if value.name in index.classes:
        maker = scope.world.method(value.name, "__init__")
        if maker is not None:
            _into(scope, node, maker, given, _how(node, value, given), bound=True)
        _write(scope, node, value.name, given, _how(node, value, given))
        return (Instance(value.name),)
    special = known_calls.answer(scope, value.name, given.values, given.words)
    if special is not None:
        return special
    if value.name == "functools.partial" and given.positional:
        return tuple(
            Partial(one, given.values[1:], tuple(given.words.items())) if not isinstance(one, Text) else one
            for one in given.values[0]
        )
    if value.name in ("builtins.map", "builtins.filter") and len(given.positional) > 1:
        inner = _Given(tuple((None, elements(one)) for one in given.values[1:]), {}, handed=True)
        return (Row((all_of(_apply(scope, node, one, inner, depth + 1) for one in given.values[0]),)),)
    return _outside(scope, node, value.name, given, _how(node, value, given), ())


def _apply_method(scope: Scope, node: ast.Call, value: Bound, given: _Given) -> Values:
    function = scope.world.method(value.of, value.name)
    how = value.how if value.how == "apply" else _how(node, value, given)
    if function is not None:
        return _into(scope, node, function, given, how, bound=value.made and not _is_static(function))
    return _outside(scope, node, f"{value.of}.{value.name}", given, how, value.base)


def _is_static(function: FunctionSource) -> bool:
    return "staticmethod" in decorator_names(function.node)


def _how(node: ast.Call, value: Ref | Bound, given: _Given) -> str:
    """By which kind of name a function was called."""
    if given.handed:
        return "capture"
    if value.how in ("apply", "configured"):
        return value.how
    last = value.name.rsplit(".", 1)[-1]
    if isinstance(node.func, ast.Name):
        if value.how == "import":
            return "import"
        return value.how if value.how == "alias" or node.func.id == last else "alias"
    if isinstance(value, Bound) and value.made:
        inner = node.func.value if isinstance(node.func, ast.Attribute) else None
        return "attribute" if isinstance(inner, ast.Attribute) else "direct"
    return "alias" if value.how == "alias" else "direct"


def _into(scope: Scope, node: ast.Call, function: FunctionSource, given: _Given, how: str, *, bound: bool) -> Values:
    """A call of a function of the sources: which of its arguments gets what, and what it answers."""
    arguments = function.node.args
    names = [argument.arg for argument in (*arguments.posonlyargs, *arguments.args)]
    if (function.owner is not None and bound and names) or (
        function.owner is not None and "classmethod" in decorator_names(function.node) and names
    ):
        names = names[1:]
    values: dict[str, Values] = {}
    for (argument, one), name in zip(given.positional, names, strict=False):
        values[name] = one
        _passed(scope, argument, function.name, name)
    takes = {*names, *(argument.arg for argument in arguments.kwonlyargs)}
    extra: list[tuple[str, Values]] = []
    for name, (argument, one) in given.named.items():
        if name in takes:
            values[name] = one
            _passed(scope, argument, function.name, name)
        elif arguments.kwarg is not None:
            extra.append((name, one))
            _passed(scope, argument, function.name, arguments.kwarg.arg)
    if arguments.kwarg is not None:
        values[arguments.kwarg.arg] = (Table(tuple(extra), given.whole),)
    if given.starred:
        scope.body.forwards += [(function.name, name, tuple(sorted(values))) for name in given.starred]
    if given.whole:
        for name, default in _defaults(function).items():
            values.setdefault(name, default)
    _write(scope, node, function.name, given, how, values)
    return filled(scope.world.returns(function), values)


def _defaults(function: FunctionSource) -> dict[str, Values]:
    """Constant strings that stand for arguments which are not given."""
    arguments = function.node.args
    positional = [*arguments.posonlyargs, *arguments.args]
    pairs = [
        *zip(positional[len(positional) - len(arguments.defaults) :], arguments.defaults, strict=True),
        *((one, default) for one, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if default),
    ]
    return {
        one.arg: (Text((default.value,)),)
        for one, default in pairs
        if isinstance(default, ast.Constant) and isinstance(default.value, str)
    }


def _passed(scope: Scope, argument: ast.expr | None, target: str, name: str) -> None:
    if isinstance(argument, ast.Name):
        scope.body.passed.setdefault(id(argument), []).append((target, name))


def _outside(scope: Scope, node: ast.Call, name: str, given: _Given, how: str, base: Values) -> Values:
    """A call of something that is not in the sources."""
    found = request_of(name, given.values, given.words)
    if found is not None:
        method, address = found
        scope.body.requests.append(Request(method, rooted_at(base, address), node.lineno, node, scope.errors))
    elif scope.world.is_watched(name):
        _write(scope, node, name, given, how)
    last = name.rsplit(".", 1)[-1]
    if last[:1].isupper() or name in ("requests.session", "urllib3.PoolManager"):
        root = given.words.get("base_url") or (given.values[0] if last == "ClientSession" and given.values else ())
        made = "requests.Session" if name == "requests.session" else name
        return (Instance(made, root),)
    return scope.world.answer(name)


def _write(
    scope: Scope, node: ast.Call, target: str, given: _Given, how: str, values: dict[str, Values] | None = None
) -> None:
    scope.body.calls.append(
        Call(
            target if not target.endswith(".") else "",
            how,
            node.lineno,
            node,
            values or {},
            len(given.positional),
            tuple(given.named),
            given.whole,
            scope.errors,
        )
    )


def _mentions(scope: Scope, node: ast.Call, given: _Given, callees: Values) -> None:
    """Functions among the arguments: somebody will call them."""
    if any(isinstance(value, Ref) and value.name.startswith(("functools.partial", "builtins.")) for value in callees):
        return
    pairs = [*enumerate(given.positional), *((None, pair) for pair in given.named.values())]
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    for place, (_, values) in pairs:
        for value in values:
            if place is not None and name in _RUNNERS and isinstance(value, (Ref, Bound, Partial)):
                named = {} if name == "run_in_executor" else given.named
                rest = _Given(given.positional[place + 1 :], named, given.whole, handed=True)
                _apply(scope, node, value, rest)
            elif isinstance(value, Partial):
                _apply(scope, node, value, _Given((), {}, whole=False, handed=True))
            else:
                _capture(scope, node, value)


def _capture(scope: Scope, node: ast.Call, value: Value) -> None:
    target = ""
    if isinstance(value, Ref) and (value.name in scope.world.index.functions or scope.world.is_function(value.name)):
        target = value.name
    elif isinstance(value, Bound):
        function = scope.world.method(value.of, value.name)
        outside = f"{value.of}.{value.name}"
        target = function.name if function else outside if scope.world.is_function(outside) else ""
    if target:
        scope.body.calls.append(Call(target, "capture", node.lineno, node, whole=False, errors=scope.errors))


def _guess(scope: Scope, node: ast.Call, given: _Given) -> None:
    """An object of unknown class: a request by its looks, or a method name that a watched library is known for."""
    if not isinstance(node.func, ast.Attribute):
        return
    found = looks_like_request(ast.unparse(node.func.value), node.func.attr, given.values, given.words)
    if found is not None:
        scope.body.requests.append(Request(*found, node.lineno, node, scope.errors))
    elif scope.world.is_telling(node.func.attr, ast.unparse(node.func.value)):
        unknown = Call("", "attribute", node.lineno, node, {}, len(given.positional), tuple(given.named), given.whole)
        scope.body.calls.append(replace(unknown, errors=scope.errors))
