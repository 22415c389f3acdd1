"""The only home of what calls of Python itself and of well-known libraries give: pure ones, wrappers, defaults."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Callable, Mapping

from recipes_data.gaps.recipes.arguments import known
from recipes_data.gaps.recipes.running import ROOT, Alternatives, Arguments, Run
from recipes_data.gaps.recipes.strings import MOST, product
from recipes_data.gaps.recipes.tables import elements_of, table_of_entries
from recipes_data.gaps.recipes.values import (
    Alternative,
    ClassValue,
    Constant,
    Deferred,
    Env,
    External,
    Instance,
    Items,
    Made,
    Member,
    Namespace,
    Partial,
    Table,
    Unknown,
    Value,
    join,
    text_of,
)

__all__ = ["external_call"]

# what gives its argument back, by the position of that argument
_SAME = {
    "typing.cast": 1,
    "typing_extensions.cast": 1,
    "builtins.list": 0,
    "builtins.tuple": 0,
    "builtins.set": 0,
    "builtins.frozenset": 0,
    "builtins.sorted": 0,
    "builtins.reversed": 0,
    "builtins.iter": 0,
    "copy.copy": 0,
    "copy.deepcopy": 0,
    "tqdm.tqdm": 0,
    "tqdm.auto.tqdm": 0,
    "types.MappingProxyType": 0,
}
_ENVIRONMENT = {"os.environ.get", "os.getenv", "os.environ.setdefault"}
_OPTION_MAKERS = {"typer.Option", "typer.Argument", "pydantic.Field", "dataclasses.field", "chz.field", "attrs.field"}
_MAKERS = {
    "chz.entrypoint",
    "chz.nested_entrypoint",
    "tyro.cli",
    "simple_parsing.parse",
    "draccus.parse",
    "draccus.wrap",
}
_MAKING_METHODS = {"make_from_argv", "make", "parse_args_into_dataclasses"}
_PARSED = {"parse_args", "parse_known_args", "parse_intermixed_args"}


def external_call(run: Run, name: str, call: ast.Call, given: Arguments, env: Env) -> Alternatives | None:  # noqa: C901  # one case for each function that is known
    """What a call of something outside the sources gives, where that is known."""
    first = given.positional[0] if given.positional else None
    if name in _SAME and len(given.positional) > _SAME[name]:
        return _in_order(run, run.get(given.positional[_SAME[name]]), reverse=name == "builtins.reversed")
    if name in _ENVIRONMENT:
        return _environment(run, given, call)
    if name in _OPTION_MAKERS:
        return _option(run, given)
    if name.rpartition(".")[2] in _PARSED:
        scope = run.found.scopes.get(_module_of(run, call))
        if scope is not None:
            namespace: Value = Namespace(scope)
            if name.endswith("known_args"):
                namespace = Items((known(Alternative(Namespace(scope))), known(Alternative(Unknown("rest")))))
            return (Alternative(namespace),)
    if name in _MAKERS or name.rpartition(".")[2] in _MAKING_METHODS:
        made = _made_by_command(run, name, call, first)
        if made:
            return made
    if name.startswith("fsspec.") and name.endswith(".filesystem") and first is not None:
        of_hub = any(isinstance(a.value, Constant) and a.value.value == "hf" for a in run.get(first))
        return (Alternative(Made("huggingface_hub.HfFileSystem", call, env)),) if of_hub else None
    if name == "functools.partial" and first is not None:
        return tuple(Alternative(Partial(a.value, call, env), a.choices, a.through, a.open) for a in run.get(first))
    if name in ("urllib.parse.quote", "urllib.parse.unquote") and first is not None:
        return product([run.get(first)], _as_text, text_of(call))
    if name in ("builtins.str", "os.fspath", "builtins.format") and first is not None:
        return product([run.get(first)], _as_text, text_of(call))
    if name in ("builtins.getattr", "operator.attrgetter") and len(given.positional) > 1:
        return _getattr(run, given, call)
    if name in ("importlib.import_module", "builtins.__import__") and first is not None:
        return _imported(run, first, call)
    return _made_of_lists(run, name, call, given)


def _made_by_command(run: Run, name: str, call: ast.Call, first: Deferred | None) -> Alternatives:
    """An object of a settings class, as a command's options make it: its defaults count."""
    if name in _MAKERS:
        classes = run.get(first) if first is not None else ()
    else:
        classes = ()
        func = call.func
        if isinstance(func, ast.Attribute):
            for alternative in run.value(func.value, ROOT):
                if isinstance(alternative.value, Made) and alternative.value.call.args:
                    classes = run.value(alternative.value.call.args[0], alternative.value.env)
    found = []
    for alternative in classes:
        if isinstance(alternative.value, ClassValue):
            made: Value = Instance(alternative.value.scope, None, ROOT)
            if name.endswith("parse_args_into_dataclasses"):
                made = Items((known(Alternative(made, {}, (), open=True)),))
            found.append(Alternative(made, alternative.choices, alternative.through, open=True))
    return tuple(found)


def _module_of(run: Run, node: ast.AST) -> ast.AST:
    while True:
        above = run.found.parent.get(node)
        if above is None:
            return node
        node = above


def _as_text(values: list[Value]) -> Value:
    value = values[0]
    if isinstance(value, Made) and value.name.startswith("pathlib."):
        return value
    if isinstance(value, Constant):
        return Constant(str(value.value))
    return value if isinstance(value, Unknown) else Unknown("str(...)")


def _in_order(run: Run, values: Alternatives, *, reverse: bool) -> Alternatives:
    result = []
    for alternative in values:
        value = alternative.value
        if not isinstance(value, (Items, Constant, Instance, External, Unknown)):
            elements = elements_of(run, alternative)
            value = Items(elements) if elements is not None else value
        if reverse and isinstance(value, Items):
            value = Items(value.elements[::-1], value.whole)
        result.append(Alternative(value, alternative.choices, alternative.through, alternative.open))
    return tuple(result)


def _environment(run: Run, given: Arguments, call: ast.Call) -> Alternatives:
    default = given.positional[1] if len(given.positional) > 1 else given.keywords.get("default")
    if default is None:
        return (Alternative(Unknown(text_of(call)), {}, (), open=True),)
    return tuple(Alternative(a.value, a.choices, a.through, open=True) for a in run.get(default))


def _option(run: Run, given: Arguments) -> Alternatives | None:
    default = given.keywords.get("default", given.positional[0] if given.positional else None)
    if default is None:
        return None
    found = run.get(default)
    if any(isinstance(a.value, Constant) and a.value.value == "..." for a in found):
        return None  # required
    return tuple(Alternative(a.value, a.choices, a.through, open=True) for a in found)


def _getattr(run: Run, given: Arguments, call: ast.Call) -> Alternatives:
    result: list[Alternative] = []
    text = text_of(call)
    for base in run.get(given.positional[0]):
        for name in run.get(given.positional[1]):
            joined = join(base, name, base.value)
            if joined is None:
                continue
            if isinstance(name.value, Constant) and isinstance(name.value.value, str):
                found = run.attribute(base.value, name.value.value, text)
            else:
                found = (Alternative(Unknown(text)),)
            result += [both for a in found if (both := join(a, joined, a.value)) is not None]
    if len(given.positional) > 2 and all(isinstance(a.value, Unknown) for a in result):
        return run.get(given.positional[2])
    return tuple(result)


def _imported(run: Run, first: Deferred, call: ast.Call) -> Alternatives:
    result = []
    for alternative in run.get(first):
        value = alternative.value
        if isinstance(value, Constant) and isinstance(value.value, str):
            scope = run.module(value.value, call)
            result.append(Alternative(scope, alternative.choices, alternative.through, alternative.open))
        else:
            result.append(Alternative(Unknown(text_of(call)), alternative.choices))
    return tuple(result)


def _made_of_lists(run: Run, name: str, call: ast.Call, given: Arguments) -> Alternatives | None:
    if name == "builtins.dict":
        return _dict(run, given)
    make = _LIST_MAKERS.get(name)
    if make is None or not given.positional or (name == "itertools.product" and given.keywords):
        return None
    positional = given.positional[:1] if name in ("builtins.enumerate", "builtins.next") else given.positional
    lists = [_in_order(run, run.get(one), reverse=False) for one in positional]
    return product(lists, make, text_of(call))


def _enumerated(values: list[Value]) -> Value:
    if not isinstance(values[0], Items):
        return values[0] if isinstance(values[0], Unknown) else Unknown("enumerate(...)")
    pairs = (
        known(Alternative(Items((known(Alternative(Constant(number))), element))))
        for number, element in enumerate(values[0].elements)
    )
    return Items(tuple(pairs), values[0].whole)


def _zipped(values: list[Value]) -> Value:
    several = [value for value in values if isinstance(value, Items)]
    if len(several) != len(values):
        return next((value for value in values if isinstance(value, Unknown)), Unknown("zip(...)"))
    rows = zip(*(items.elements for items in several), strict=False)
    return Items(tuple(known(Alternative(Items(row))) for row in rows), all(items.whole for items in several))


def _crossed(values: list[Value]) -> Value:
    several = [value for value in values if isinstance(value, Items)]
    size = 1
    for items in several:
        size *= len(items.elements)
    if len(several) != len(values) or size > MOST:
        return next((value for value in values if isinstance(value, Unknown)), Unknown("product(...)"))
    rows = itertools.product(*(items.elements for items in several))
    return Items(tuple(known(Alternative(Items(row))) for row in rows), all(items.whole for items in several))


def _chained(values: list[Value]) -> Value:
    several = [value for value in values if isinstance(value, Items)]
    whole = len(several) == len(values) and all(items.whole for items in several)
    return Items(tuple(element for items in several for element in items.elements), whole)


def _ranged(values: list[Value]) -> Value:
    numbers = [value.value for value in values if isinstance(value, Constant)]
    plain = [number for number in numbers if isinstance(number, int)]
    if len(plain) != len(values) or len(plain) > 3 or (len(plain) == 3 and plain[2] == 0):
        return Unknown("range(...)")
    return Items(tuple(known(Alternative(Constant(number))) for number in range(*plain)[:1000]))


def _dict(run: Run, given: Arguments) -> Alternatives:
    named = tuple((known(Alternative(Constant(key))), value) for key, value in given.keywords.items())
    named += tuple((known(Alternative(Unknown(mark))), known(Alternative(Unknown(mark)))) for mark in given.unknown)
    if not given.positional:
        return (Alternative(Table(named)),)
    result = []
    for alternative in run.get(given.positional[0]):
        value: Value | None = alternative.value
        if isinstance(value, Items):
            value = table_of_entries(run, value)
        made: Value = Table((*value.entries, *named), value.node) if isinstance(value, Table) else Unknown("dict(...)")
        result.append(Alternative(made, alternative.choices, alternative.through, alternative.open))
    return tuple(result)


def _first(values: list[Value]) -> Value:
    value = values[0]
    if isinstance(value, Items) and value.elements and value.elements[0].known is not None:
        return value.elements[0].known[0].value
    return value if isinstance(value, Member) else Unknown("next(...)")


_LIST_MAKERS: Mapping[str, Callable[[list[Value]], Value]] = {
    "builtins.enumerate": _enumerated,
    "builtins.zip": _zipped,
    "builtins.range": _ranged,
    "builtins.next": _first,
    "itertools.product": _crossed,
    "itertools.chain": _chained,
}
