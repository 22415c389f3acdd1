"""The only home of how an expression of Python source gets a value, without running it; calls are read elsewhere."""

from __future__ import annotations

import ast
from collections.abc import Callable

from recipes_data.gaps.python_client import calling, text_methods
from recipes_data.gaps.python_client.scope import Scope
from recipes_data.gaps.python_client.values import (
    HOLE,
    NOTHING,
    UNKNOWN,
    Instance,
    Local,
    Ref,
    Row,
    Table,
    Text,
    Values,
    all_of,
    joined,
    shallow,
    shown,
    text_of,
)

__all__ = ["assign", "evaluate"]

_BUILTINS = frozenset(
    {"getattr", "str", "dict", "list", "tuple", "map", "filter", "super", "type", "vars", "globals", "isinstance"}
    | {"sorted", "set", "frozenset", "next", "iter", "zip", "enumerate", "reversed", "__import__", "hasattr", "repr"}
)


def evaluate(scope: Scope, node: ast.expr | None) -> Values:
    """Everything that an expression may be. Calls in it are written down in the scope's body."""
    if node is None:
        return UNKNOWN
    read = _READERS.get(type(node))
    if read is not None:
        return read(scope, node)
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            evaluate(scope, child)
    return UNKNOWN


def assign(scope: Scope, target: ast.expr, values: Values) -> None:
    """Give the names in a target their values."""
    if isinstance(target, ast.Name):
        scope.known[target.id] = values
    elif isinstance(target, (ast.Tuple, ast.List)):
        for number, one in enumerate(target.elts):
            picked = [value.items[number] for value in values if isinstance(value, Row) and number < len(value.items)]
            inner = one.value if isinstance(one, ast.Starred) else one
            assign(scope, inner, all_of(picked) if picked and not isinstance(one, ast.Starred) else UNKNOWN)
    elif isinstance(target, ast.Attribute):
        receivers = evaluate(scope, target.value)
        if any(isinstance(value, Instance) and value.of == scope.owner for value in receivers):
            scope.body.stores.setdefault(target.attr, []).append(shallow(values))
            scope.known[f"self.{target.attr}"] = values
    elif isinstance(target, ast.Subscript):
        evaluate(scope, target.value)
        evaluate(scope, target.slice)


def _constant(_: Scope, node: ast.Constant) -> Values:
    if isinstance(node.value, str):
        return text_of(node.value)
    if node.value is None:
        return (NOTHING,)
    if isinstance(node.value, int) and not isinstance(node.value, bool):
        return text_of(str(node.value))
    return UNKNOWN


def _name(scope: Scope, node: ast.Name) -> Values:
    if node.id in scope.known:
        return scope.known[node.id]
    found = scope.world.named(scope.module, node.id)
    if found == UNKNOWN and node.id in _BUILTINS:
        return (Ref(f"builtins.{node.id}"),)
    return found


def _attribute(scope: Scope, node: ast.Attribute) -> Values:
    receivers = evaluate(scope, node.value)
    if f"self.{node.attr}" in scope.known and any(
        isinstance(value, Instance) and value.of == scope.owner for value in receivers
    ):
        return scope.known[f"self.{node.attr}"]
    found = all_of(scope.world.member(value, node.attr) for value in receivers)
    for value in found:
        if isinstance(value, Ref) and value.name == "os.environ":
            return (value,)
    return found


def _joined_string(scope: Scope, node: ast.JoinedStr) -> Values:
    pieces: list[Values] = []
    for part in node.values:
        if isinstance(part, ast.FormattedValue):
            values = evaluate(scope, part.value)
            pieces.append(values if part.conversion in (-1, 115) and part.format_spec is None else UNKNOWN)
        else:
            pieces.append(evaluate(scope, part))
    return joined(pieces)


def _binary(scope: Scope, node: ast.BinOp) -> Values:
    left, right = evaluate(scope, node.left), evaluate(scope, node.right)
    if isinstance(node.op, ast.Add):
        rows = [value for value in (*left, *right) if isinstance(value, Row)]
        if rows:
            return (Row(tuple(item for row in rows for item in row.items)),)
        return joined([left, right])
    if isinstance(node.op, ast.Div):  # paths and addresses that are put together with `/`
        return joined([left, text_of("/"), right])
    if isinstance(node.op, ast.Mod) and any(isinstance(value, Text) for value in left):
        return all_of(text_methods.percent(shown(value), right) for value in left if isinstance(value, Text))
    if isinstance(node.op, ast.BitOr):
        return all_of([left, right])
    return UNKNOWN


def _boolean(scope: Scope, node: ast.BoolOp) -> Values:
    groups = [evaluate(scope, value) for value in node.values]
    if isinstance(node.op, ast.And):
        return groups[-1]
    kept = [tuple(value for value in group if value != NOTHING) for group in groups[:-1]]
    return all_of([*kept, groups[-1]])


def _either(scope: Scope, node: ast.IfExp) -> Values:
    evaluate(scope, node.test)
    return all_of([evaluate(scope, node.body), evaluate(scope, node.orelse)])


def _row(scope: Scope, node: ast.List | ast.Tuple | ast.Set) -> Values:
    return (Row(tuple(evaluate(scope, item) for item in node.elts)),)


def _table(scope: Scope, node: ast.Dict) -> Values:
    items: list[tuple[str, Values]] = []
    whole = True
    for key, value in zip(node.keys, node.values, strict=True):
        values = evaluate(scope, value)
        if key is None:
            inner = [one for one in values if isinstance(one, Table)]
            items += [item for one in inner[:1] for item in one.items]
            whole = whole and bool(inner) and inner[0].whole
            continue
        for name in evaluate(scope, key):
            if isinstance(name, Text) and all(isinstance(part, str) for part in name.parts):
                items.append((shown(name), values))
            else:
                whole = False
                items.append(("", values))
    return (Table(tuple(items), whole),)


def _subscript(scope: Scope, node: ast.Subscript) -> Values:
    receivers = evaluate(scope, node.value)
    if isinstance(node.slice, ast.Slice):
        return _slice(scope, receivers, node.slice)
    keys = evaluate(scope, node.slice)
    if any(isinstance(value, Ref) and value.name == "os.environ" for value in receivers):
        scope.body.settings.append(keys)
        return UNKNOWN
    groups: list[Values] = []
    constants = {shown(key) for key in keys if isinstance(key, Text) and HOLE not in key.parts}
    for value in receivers:
        if isinstance(value, Table):
            matching = [inner for name, inner in value.items if name in constants]
            groups += matching or [inner for _, inner in value.items]
        elif isinstance(value, Row):
            picked = [value.items[int(one)] for one in constants if one.isdigit() and int(one) < len(value.items)]
            groups += picked or list(value.items)
        elif isinstance(value, Ref):
            groups.append((value,))  # a generic class, as in `list[int]()`
    return all_of(groups) if groups else UNKNOWN


def _slice(scope: Scope, receivers: Values, node: ast.Slice) -> Values:
    """A part of a value. Of a text only `text[len(beginning):]` is known: what follows a known beginning."""
    if any(isinstance(value, Row) for value in receivers):
        return receivers
    lower = node.lower
    if (
        isinstance(lower, ast.Call)
        and isinstance(lower.func, ast.Name)
        and lower.func.id == "len"
        and node.upper is None
    ):
        starts = [shown(one) for one in evaluate(scope, lower.args[0]) if isinstance(one, Text)] if lower.args else []
        cut = [
            Text((value.parts[0].removeprefix(start), *value.parts[1:]))
            for value in receivers
            if isinstance(value, Text) and value.parts and isinstance(value.parts[0], str)
            for start in starts
            if value.parts[0].startswith(start)
        ]
        return tuple(cut) or UNKNOWN
    return UNKNOWN


def _compare(scope: Scope, node: ast.Compare) -> Values:
    left = evaluate(scope, node.left)
    for operator, right in zip(node.ops, node.comparators, strict=True):
        values = evaluate(scope, right)
        is_environment = any(isinstance(value, Ref) and value.name == "os.environ" for value in values)
        if isinstance(operator, (ast.In, ast.NotIn)) and is_environment:
            scope.body.settings.append(left)
    return UNKNOWN


def _lambda(scope: Scope, node: ast.Lambda) -> Values:
    made = Local(node, scope.known)
    scope.locals_made.append(made)
    return (made,)


def _comprehension(scope: Scope, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> Values:
    inner = Scope(
        scope.world,
        scope.module,
        scope.owner,
        dict(scope.known),
        scope.body,
        scope.errors,
        scope.depth,
        scope.locals_made,
    )
    for generator in node.generators:
        assign(inner, generator.target, calling.elements(evaluate(inner, generator.iter)))
        for test in generator.ifs:
            evaluate(inner, test)
    if isinstance(node, ast.DictComp):
        evaluate(inner, node.key)
        evaluate(inner, node.value)
        return UNKNOWN
    return (Row((evaluate(inner, node.elt),)),)


def _inner(scope: Scope, node: ast.Await | ast.Starred | ast.YieldFrom) -> Values:
    if isinstance(node, ast.YieldFrom):
        scope.body.generator = True
    return evaluate(scope, node.value)


def _yield(scope: Scope, node: ast.Yield) -> Values:
    scope.body.generator = True
    if node.value is not None:
        scope.body.returns.append(shallow((Row((evaluate(scope, node.value),)),)))
    return UNKNOWN


def _named(scope: Scope, node: ast.NamedExpr) -> Values:
    values = evaluate(scope, node.value)
    assign(scope, node.target, values)
    return values


def _call(scope: Scope, node: ast.Call) -> Values:
    if isinstance(node.func, ast.Attribute):
        receivers = evaluate(scope, node.func.value)
        if node.func.attr in text_methods.METHODS and text_methods.is_text(receivers, node.func.attr):
            arguments = [evaluate(scope, argument) for argument in node.args]
            named = {word.arg: evaluate(scope, word.value) for word in node.keywords if word.arg}
            return text_methods.called(receivers, node.func.attr, arguments, named)
        return calling.call_method(scope, node, receivers, evaluate)
    return calling.call(scope, node, evaluate(scope, node.func), evaluate)


_READERS: dict[type[ast.expr], Callable[..., Values]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.JoinedStr: _joined_string,
    ast.BinOp: _binary,
    ast.BoolOp: _boolean,
    ast.IfExp: _either,
    ast.List: _row,
    ast.Tuple: _row,
    ast.Set: _row,
    ast.Dict: _table,
    ast.Subscript: _subscript,
    ast.Compare: _compare,
    ast.Lambda: _lambda,
    ast.ListComp: _comprehension,
    ast.SetComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.DictComp: _comprehension,
    ast.Await: _inner,
    ast.Starred: _inner,
    ast.YieldFrom: _inner,
    ast.Yield: _yield,
    ast.NamedExpr: _named,
    ast.Call: _call,
}
