"""The only home of who calls a function of the sources, and with what: directly, by a method, a pool, a partial."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from recipes_data.gaps.evidence import Where
from recipes_data.gaps.recipes.aliases import Aliases
from recipes_data.gaps.recipes.arguments import arguments_of, bind, is_method, kind_of, known, with_partial
from recipes_data.gaps.recipes.classes import family
from recipes_data.gaps.recipes.flow import scope_of
from recipes_data.gaps.recipes.running import ROOT, Arguments, Caller, Run, where
from recipes_data.gaps.recipes.scopes import Scope, last_name
from recipes_data.gaps.recipes.values import (
    Alternative,
    Choices,
    ClassValue,
    Deferred,
    Env,
    FunctionValue,
    Instance,
    Partial,
    Unknown,
    Value,
    merge,
)

__all__ = ["deferred_arguments", "find_callers", "find_makers"]

_LATER = {
    "to_thread": 0,
    "submit": 0,
    "run_in_executor": 1,
    "run_sync": 0,
    "apply": 0,
    "apply_async": 0,
    "call_soon": 0,
    "create_task": 0,
}
_OVER = {"map", "imap", "imap_unordered", "map_async", "thread_map", "process_map", "starmap"}
_THREADS = {"Thread", "Process", "Timer"}


def find_callers(run: Run, aliases: Aliases, scope: Scope) -> tuple[Caller, ...]:
    """Every call of a function of the sources, in the order of the sources."""
    name = scope.name.rpartition(".")[2]
    found: list[Caller] = []
    names = {name} if not isinstance(scope.node, ast.Lambda) else set(_names_of(run, aliases, scope.node))
    if name == "__init__" and scope.parent is not None:
        names.add(scope.parent.name.rpartition(".")[2])
    if is_method(scope) and name != "__init__":
        # what a method's name is assigned to says little: much else has that name
        calls = [call for one in sorted(names) for call in run.found.calls.get(one, ())]
        passes = [call for one in sorted(names) for call in run.found.passed.get(one, ())]
    else:
        calls, passes = aliases.calls(names), aliases.passes(names)
    for call in calls:
        found += _callers_by(run, call, scope, name)
    later = _LATER.keys() | _OVER | _THREADS
    for call in passes if name != "__init__" else ():
        if last_name(call.func) not in later:
            continue
        found += _later_callers(run, call, scope, name)
    return tuple(sorted(found, key=lambda caller: (caller.where, getattr(caller.call, "col_offset", 0))))


def _names_of(run: Run, aliases: Aliases, node: ast.Lambda) -> Iterator[str]:
    """The names that a function without one is put under: an assignment's, a parameter's."""
    child: ast.AST = node
    while True:
        above = run.found.parent.get(child)
        if isinstance(above, (ast.Dict, ast.List, ast.Tuple, ast.Set, ast.IfExp)):
            child = above
            continue
        if isinstance(above, ast.keyword) and above.arg:
            yield above.arg
        elif isinstance(above, (ast.Assign, ast.AnnAssign)):
            targets = above.targets if isinstance(above, ast.Assign) else [above.target]
            yield from (last_name(target) for target in targets)
        elif isinstance(above, ast.Call):
            yield from aliases.parameters(above, child)
            yield from _names_of_result(run, above)
        return


def _names_of_result(run: Run, call: ast.Call) -> Iterator[str]:
    statement = run.found.parent.get(call)  # `name = partial(lambda ...)`
    if isinstance(statement, ast.Assign):
        yield from (last_name(target) for target in statement.targets)


def _callers_by(run: Run, call: ast.Call, scope: Scope, name: str) -> Iterator[Caller]:
    func = call.func
    at = where(call, scope_of(call, run.found))
    if isinstance(func, ast.Attribute) and is_method(scope):
        inside = _of_the_same_object(run, func, scope)
        if inside is not None:
            if inside:
                yield from _bound(call, scope, arguments_of(run, call, ROOT), None, {}, at)
            return
    for alternative in run.callee(call):
        value = alternative.value
        if isinstance(value, FunctionValue) and value.scope is scope:
            receiver, choices = _receiver(run, value, scope)
            merged = merge(alternative.choices, choices) or alternative.choices
            given = arguments_of(run, call, ROOT)
            yield from _bound(call, scope, given, receiver, merged, at, alternative.through)
        elif isinstance(value, Partial) and isinstance(value.function, FunctionValue) and value.function.scope is scope:
            receiver, choices = _receiver(run, value.function, scope)
            for later in arguments_of(run, call, ROOT):
                given = with_partial(run, value, later)
                yield from _bound(call, scope, given, receiver, {**alternative.choices, **choices}, at)
        elif isinstance(value, ClassValue) and name == "__init__" and scope.parent in family(run, value.scope)[:1]:
            me = known(Alternative(Instance(value.scope, call, ROOT)))
            yield from _bound(call, scope, arguments_of(run, call, ROOT), me, {}, at)
        elif _may_come_to(run, scope, value, func, name):
            yield from _bound(call, scope, arguments_of(run, call, ROOT), _nobody(scope), alternative.choices, at)


def _of_the_same_object(run: Run, func: ast.Attribute, scope: Scope) -> bool | None:
    """Whether `self.method` or `super().method` may be this method; None where the receiver is something else."""
    value = func.value
    of_super = isinstance(value, ast.Call) and last_name(value.func) == "super"
    if not of_super and not (isinstance(value, ast.Name) and value.id in ("self", "cls")):
        return None
    here = scope_of(func, run.found)
    while here.parent is not None and here.parent.kind != "class":
        here = here.parent
    if here.parent is None or scope.parent is None:
        return None
    if func.attr not in here.parent.bindings and func.attr not in scope.parent.bindings:
        return None
    if of_super:
        return scope.parent in family(run, here.parent)[1:]
    if func.attr != scope.name.rpartition(".")[2]:
        return None  # an attribute that holds a function
    return scope.parent in family(run, here.parent) or here.parent in family(run, scope.parent)


def _may_come_to(run: Run, scope: Scope, value: Value, func: ast.expr, name: str) -> bool:
    """Whether a call of something else may come to a method: of a class above that it overrides, or by its name."""
    if isinstance(value, Unknown):
        return isinstance(func, ast.Attribute) and _only_one_of_this_name(run, scope, name)
    if not isinstance(value, FunctionValue) or not (is_method(scope) and is_method(value.scope)) or name == "__init__":
        return False
    if value.scope.name.rpartition(".")[2] != name or scope.parent is None:
        return False
    return value.scope.parent in family(run, scope.parent)[1:]


def _receiver(run: Run, value: FunctionValue, scope: Scope) -> tuple[Deferred | None, Choices]:
    kind = kind_of(scope)
    if value.receiver is None or kind in ("function", "staticmethod"):
        return None, {}
    if isinstance(value.receiver, ClassValue) and kind == "method":
        return None, {}  # Class.method(object, ...)
    choices: Choices = {}
    if isinstance(value.receiver, Instance) and value.receiver.call is not None:
        root = family(run, value.receiver.scope)[-1]
        choices = {("object", root): (value.receiver.scope, value.receiver.call)}
    return known(Alternative(value.receiver)), choices


def _nobody(scope: Scope) -> Deferred | None:
    return known(Alternative(Unknown("self"))) if kind_of(scope) in ("method", "classmethod") else None


def _bound(
    call: ast.Call,
    scope: Scope,
    several: tuple[Arguments, ...],
    receiver: Deferred | None,
    choices: Choices,
    at: Where,
    through: tuple[Where, ...] = (),
) -> Iterator[Caller]:
    own = receiver
    func = call.func
    if own is None and isinstance(func, ast.Attribute) and kind_of(scope) in ("method", "classmethod"):
        value = func.value
        inside = isinstance(value, ast.Name) and value.id in ("self", "cls")
        if inside or (isinstance(value, ast.Call) and last_name(value.func) == "super"):
            own = _nobody(scope)
    for given in several:
        both = merge(choices, given.choices)
        if both is not None:
            bound = bind(scope, given, ROOT, own)
            yield Caller(call, at, bound, both, (*given.through, *through))


def _only_one_of_this_name(run: Run, scope: Scope, name: str) -> bool:
    """Whether a method's name alone tells which it is: all that have it are of one family, and it is no plain word."""
    if name.startswith("__") or not is_method(scope) or "_" not in name.strip("_"):
        return False
    owners = {one.parent for one in run.methods(name)}
    if len(owners) > 40:
        return False
    roots = {family(run, owner)[-1] for owner in owners if owner is not None}
    return len(roots) == 1


def _later_callers(run: Run, call: ast.Call, scope: Scope, name: str) -> Iterator[Caller]:
    for argument in (*call.args, *(keyword.value for keyword in call.keywords)):
        if not last_name(argument):
            continue
        for alternative in run.light(argument):
            value = alternative.value
            if isinstance(value, FunctionValue) and value.scope is scope and name:
                given = deferred_arguments(run, call, argument, ROOT)
                if given is not None:
                    receiver, choices = _receiver(run, value, scope)
                    at = where(call, scope_of(call, run.found))
                    yield from _bound(call, scope, (given,), receiver, {**alternative.choices, **choices}, at)


def deferred_arguments(run: Run, call: ast.Call, function: ast.expr, env: Env) -> Arguments | None:
    """The arguments that a function gets which is itself an argument: of a pool, a thread, a partial; None: unknown."""
    name = last_name(call.func)
    positions = [number for number, argument in enumerate(call.args) if argument is function]
    if name in _LATER and positions == [_LATER[name]]:
        rest = tuple(Deferred(argument, env) for argument in call.args[positions[0] + 1 :])
        keywords = {k.arg: Deferred(k.value, env) for k in call.keywords if k.arg is not None}
        if name in ("apply", "apply_async"):
            return _in_tuples(call.args[1:2], call.args[2:3], keywords)
        return Arguments(rest, keywords)
    if name in _OVER and positions == [0] and len(call.args) > 1:
        elements = tuple(
            Deferred(None, env, run.iterate(run.value(one, env), ("each", call, number), ""))
            for number, one in enumerate(call.args[1:])
        )
        if name == "starmap":
            return None
        return Arguments(elements)
    if name in _THREADS:
        keywords = {k.arg: Deferred(k.value, env) for k in call.keywords if k.arg is not None}
        if "target" in keywords and keywords["target"].expr is function:
            return _in_tuples((), (), {"args": keywords.get("args"), "kwds": keywords.get("kwargs")})
    return None


def _in_tuples(
    args: list[ast.expr] | tuple[()],
    kwds: list[ast.expr] | tuple[()],
    keywords: dict[str, Deferred | None] | dict[str, Deferred],
) -> Arguments | None:
    first = args[0] if args else getattr(keywords.get("args"), "expr", None)
    second = kwds[0] if kwds else getattr(keywords.get("kwds"), "expr", None)
    if not isinstance(first, (ast.Tuple, ast.List, type(None))) or not isinstance(second, (ast.Dict, type(None))):
        return None
    positional = tuple(Deferred(one, ROOT) for one in (first.elts if first is not None else ()))
    named: dict[str, Deferred] = {}
    if second is not None:
        for key, value in zip(second.keys, second.values, strict=True):
            if not isinstance(key, ast.Constant):
                return None
            named[str(key.value)] = Deferred(value, ROOT)
    return Arguments(positional, named)


def find_makers(run: Run, aliases: Aliases, scope: Scope) -> tuple[ast.Call, ...]:
    """The calls that make an object of just this class, in the order of the sources."""
    found = []
    for call in aliases.calls({scope.name.rpartition(".")[2]}):
        if not isinstance(call.func, (ast.Name, ast.Attribute, ast.Subscript)):
            continue
        for alternative in run.callee(call):
            if isinstance(alternative.value, ClassValue) and alternative.value.scope is scope:
                found.append(call)
                break
    for call in run.found.calls.get("cls", ()):
        here = scope_of(call, run.found)
        if kind_of(here) == "classmethod" and here.parent is not None and here.parent in family(run, scope):
            found.append(call)
    found = list(dict.fromkeys(found))
    return tuple(sorted(found, key=lambda call: where(call, scope_of(call, run.found))))
