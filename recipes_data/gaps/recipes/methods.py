"""The only home of what methods of strings, lists and dicts give."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from recipes_data.gaps.recipes.arguments import known
from recipes_data.gaps.recipes.expressions import key_of, shown
from recipes_data.gaps.recipes.running import Alternatives, Run
from recipes_data.gaps.recipes.strings import formatted, joined, method_of_text, product
from recipes_data.gaps.recipes.tables import entry, method_of_items, method_of_table
from recipes_data.gaps.recipes.values import Alternative, Constant, Env, Items, Made, Table, Unknown, Value, join

__all__ = ["called_method"]


def called_method(run: Run, call: ast.Call, env: Env, text: str) -> Alternatives | None:
    """A method of a string, list or dict; None where the receiver is something else."""
    func = call.func
    if not isinstance(func, ast.Attribute):
        return None
    receivers = run.value(func.value, env)
    if func.attr in ("get", "pop") and len(call.args) > 1 and all(_was_read(a.value) for a in receivers):
        # options that were read from somewhere: what they are without that is known
        default = run.value(call.args[1], env)
        loose = (Alternative(a.value, a.choices, a.through, open=True) for a in default)
        return (Alternative(Unknown(text)), *loose)
    if not any(isinstance(a.value, (Constant, Items, Table)) for a in receivers):
        return None
    result: list[Alternative] = []
    for receiver in receivers:
        for found in _method(run, receiver, func.attr, call, env, text):
            both = join(found, receiver, found.value)
            if both is not None:
                result.append(both)
    return tuple(result)


def _was_read(value: Value) -> bool:
    """Whether a value is what a file or a caller that nobody sees holds."""
    if isinstance(value, Made):
        return value.name.rpartition(".")[2] in ("load", "loads", "safe_load")
    return isinstance(value, Unknown)


def _method(run: Run, receiver: Alternative, name: str, call: ast.Call, env: Env, text: str) -> Alternatives:
    value = receiver.value
    unknown = (Alternative(Unknown(text)),)
    if isinstance(value, Table):
        if name in ("get", "pop", "setdefault") and call.args:
            default = run.value(call.args[1], env) if len(call.args) > 1 else (Alternative(Constant(None)),)
            choice = ("key", key_of(call.args[0]), env if env.scope is not None else None)
            return entry(run, receiver, run.value(call.args[0], env), choice, default, text)
        table = method_of_table(value, name)
        return unknown if table is None else (Alternative(table),)
    if isinstance(value, Items):
        items = method_of_items(value, name)
        return unknown if items is None else (Alternative(items),)
    if not (isinstance(value, Constant) and isinstance(value.value, str)):
        return unknown
    plain = value.value
    if name == "join" and call.args:
        return product([run.value(call.args[0], env)], lambda values: _join(run, plain, values[0], text), text)
    named = [(keyword.arg, run.value(keyword.value, env)) for keyword in call.keywords]
    if any(isinstance(argument, ast.Starred) for argument in call.args) or any(key is None for key, _ in named):
        return unknown
    parts = [run.value(argument, env) for argument in call.args] + [found for _, found in named]
    count = len(call.args)
    if name == "format":
        keys = [str(key) for key, _ in named]

        def put(values: list[Value]) -> Value:
            texts = [shown(run, one) for one in values]
            made = formatted(plain, texts[:count], dict(zip(keys, texts[count:], strict=True)))
            return Unknown(text) if made is None else Constant(made)

        return product(parts, put, text)
    if name in ("split", "rsplit", "splitlines", "partition", "rpartition"):
        return product(parts, lambda values: _split(plain, name, values, text), text)
    return product(parts, lambda values: method_of_text(plain, name, values) or Unknown(text), text)


def _join(run: Run, separator: str, value: Value, text: str) -> Value:
    if not isinstance(value, Items) or not value.whole:
        return Unknown(text)
    found = [run.get(element) for element in value.elements]
    made = joined(separator, [one[0].value for one in found if len(one) == 1])
    return Unknown(text) if made is None or any(len(one) != 1 for one in found) else Constant(made)


def _split(plain: str, name: str, values: Sequence[Value], text: str) -> Value:
    arguments = [value.value for value in values if isinstance(value, Constant)]
    if len(arguments) != len(values):
        return Unknown(text)
    try:
        pieces = getattr(plain, name)(*arguments)
    except (TypeError, ValueError):
        return Unknown(text)  # the program would fail
    return Items(tuple(known(Alternative(Constant(piece))) for piece in pieces))
