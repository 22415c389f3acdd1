"""The only home of what follows from bodies for whole functions: requests, settings, readers, through calls."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from recipes_data.gaps.evidence import Where
from recipes_data.gaps.inventory import HttpCall
from recipes_data.gaps.python_client.index import FunctionSource, decorator_names, nodes_below
from recipes_data.gaps.python_client.scope import Body
from recipes_data.gaps.python_client.values import Hole, Param, Ref, Text, Values, filled, shown, texts
from recipes_data.gaps.python_client.wire import path_of
from recipes_data.gaps.python_client.world import Sight

__all__ = ["Summaries", "summarize"]

_MOST_REQUESTS = 400  # of one function: what reaches more than that is the whole client, and tells nothing
_MOST_TURNS = 8


@dataclass(frozen=True, slots=True)
class _Asked:
    method: Text
    address: Text
    where: Where
    depth: int = 0
    turns: int = 0  # callers whose arguments were put in

    @property
    def is_open(self) -> bool:
        """Whether a caller can know more of it."""
        return any(isinstance(part, Param) for part in (*self.method.parts, *self.address.parts))


@dataclass(frozen=True, slots=True)
class Summaries:
    """By dotted name of a definition. `unresolved`: requests of whose address nothing is known."""

    requests: dict[str, tuple[HttpCall, ...]]
    calls: dict[str, tuple[str, ...]]
    settings: tuple[str, ...]
    read: dict[str, frozenset[str]]
    unresolved: tuple[HttpCall, ...]


def summarize(sight: Sight) -> Summaries:
    """Read every body, and carry what is found in each to everything that calls it."""
    functions = sorted(sight.index.functions.items())
    own = {name: sight.body(function) for name, function in functions}
    overrides = _overrides(sight)
    abstract = _implementations(overrides, sight)
    calls = {name: _called(body, abstract) for name, body in own.items()}
    asked = _carried(sight, own, calls)
    return Summaries(
        {name: _rendered(found.values()) for name, found in asked.items()},
        {name: tuple(sorted({target for target, _, _ in found})) for name, found in calls.items()},
        tuple(sorted(_settings(sight, own))),
        _readers(sight, own, overrides),
        tuple(_unknown(own, sight)),
    )


def _implementations(overrides: dict[str, tuple[str, ...]], sight: Sight) -> dict[str, tuple[str, ...]]:
    """For each method that does nothing itself, those that stand for it in derived classes."""
    return {name: others for name, others in overrides.items() if _does_nothing(sight.index.functions[name])}


def _overrides(sight: Sight) -> dict[str, tuple[str, ...]]:
    """For each method those that replace it in derived classes."""
    found: dict[str, set[str]] = {}
    for name, source in sight.index.classes.items():
        for method, target in source.members.items():
            for above in sight.order(name)[0][1:]:
                base = sight.index.functions.get(sight.index.classes[above].members.get(method, ""))
                if base is not None and target in sight.index.functions:
                    found.setdefault(base.name, set()).add(target)
    return {name: tuple(sorted(targets)) for name, targets in found.items()}


def _does_nothing(function: FunctionSource) -> bool:
    return all(
        isinstance(statement, (ast.Pass, ast.Raise))
        or (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant))
        for statement in function.node.body
    )


_Called = tuple[str, dict[str, Values], int]


def _called(body: Body, abstract: dict[str, tuple[str, ...]]) -> list[_Called]:
    found: list[_Called] = []
    for call in body.calls:
        if call.target:
            found.append((call.target, call.given, call.line))
            found += [(target, call.given, call.line) for target in abstract.get(call.target, ())]
    return found


def _carried(
    sight: Sight, own: dict[str, Body], calls: dict[str, list[_Called]]
) -> dict[str, dict[tuple[Text, Text], _Asked]]:
    asked: dict[str, dict[tuple[Text, Text], _Asked]] = {}
    callers: dict[str, set[str]] = {}
    for name, body in own.items():
        path = sight.index.functions[name].module.path
        found = asked[name] = {}
        for request in body.requests:
            for method in texts(request.method):
                for address in texts(request.address):
                    found.setdefault((method, address), _Asked(method, address, Where(path, request.line)))
        for target, _, _ in calls[name]:
            callers.setdefault(target, set()).add(name)
    waiting = sorted(name for name, found in asked.items() if found)
    taken: dict[tuple[str, str], int] = {}  # how much of a function its caller knows already
    while waiting:
        changed: set[str] = set()
        for name in waiting:
            news = list(asked[name].values())
            for caller in sorted(callers.get(name, ())):
                start = taken.get((caller, name), 0)
                taken[(caller, name)] = len(news)
                if news[start:] and _take_over(sight, caller, name, asked[caller], news[start:], calls[caller]):
                    changed.add(caller)
        waiting = sorted(changed)
    return asked


def _take_over(
    sight: Sight,
    caller: str,
    target: str,
    mine: dict[tuple[Text, Text], _Asked],
    news: list[_Asked],
    calls: list[_Called],
) -> bool:
    before = len(mine)
    path = sight.index.functions[caller].module.path
    for called, given, line in calls:
        if called != target or len(mine) > _MOST_REQUESTS:
            continue
        for one in news:
            if not one.is_open:
                mine.setdefault((one.method, one.address), replace(one, depth=one.depth + 1))
                continue
            if one.turns > _MOST_TURNS:
                continue  # a path that grows with every round of a circle of calls
            where = Where(path, line)
            for method in texts(filled((one.method,), given)):
                for address in texts(filled((one.address,), given)):
                    # what a wrapper is given counts as asked here
                    mine.setdefault((method, address), _Asked(method, address, where, one.depth, one.turns + 1))
    return len(mine) > before


def _rendered(found: Iterable[_Asked]) -> tuple[HttpCall, ...]:
    """Requests as they are reported: those of which something is known, each once, the function's own first."""
    calls: dict[tuple[str, str], tuple[int, HttpCall]] = {}
    for one in found:
        method, path = shown(one.method), path_of(one.address)
        if _is_known(path):
            key = (method, path)
            known = calls.get(key)
            if known is None or (one.depth, one.where) < (known[0], known[1].where):
                calls[key] = (one.depth, HttpCall(method, path, one.where))
    return tuple(call for _, call in sorted(calls.values(), key=lambda pair: (pair[0], pair[1].method, pair[1].path)))


def _is_known(path: str) -> bool:
    return any(character.isalnum() for character in path.replace("{}", ""))


def _unknown(own: dict[str, Body], sight: Sight) -> Iterator[HttpCall]:
    """Requests whose address neither the function nor a caller can know: an answer's link, a value that was stored."""
    seen = set()
    for name, body in own.items():
        for request in body.requests:
            rendered = [
                (shown(method), address) for method in texts(request.method) for address in texts(request.address)
            ]
            if any(_is_known(path_of(a)) or not any(isinstance(p, Hole) for p in a.parts) for _, a in rendered):
                continue
            where = Where(sight.index.functions[name].module.path, request.line)
            if where not in seen:
                seen.add(where)
                yield HttpCall(rendered[0][0], "{}", where)


def _settings(sight: Sight, own: dict[str, Body]) -> set[str]:
    """Names of environment variables that are read, also through a function that is given the name."""
    found: set[str] = set()
    through: dict[str, set[str]] = {}
    every = [*own.items(), *((module.name, sight.top(module)) for module in sight.index.modules.values())]
    for name, body in every:
        for values in body.settings:
            found |= _plain_texts(values)
            through.setdefault(name, set()).update(value.name for value in values if isinstance(value, Param))
    for _, body in every:
        for call in body.calls:
            for argument in through.get(call.target, ()):
                found |= _plain_texts(call.given.get(argument, ()))
    return found


def _plain_texts(values: Values) -> set[str]:
    return {one.parts[0] for one in texts(values) if len(one.parts) == 1 and isinstance(one.parts[0], str)}


def _readers(sight: Sight, own: dict[str, Body], overrides: dict[str, tuple[str, ...]]) -> dict[str, frozenset[str]]:
    """For each function the arguments whose values it uses, itself or through a function that it hands them to.

    What stands for that function in a derived class counts as well, and so do decorators that know a name.
    """
    read: dict[str, set[str]] = {}
    handed: dict[str, dict[str, list[tuple[str, str]]]] = {}
    for name, body in own.items():
        read[name], handed[name] = _uses(sight.index.functions[name], body)
        read[name] |= _known_to_decorators(sight.index.functions[name], sight)
    changed = True
    while changed:
        changed = False
        for name, passed in handed.items():
            for argument, targets in passed.items():
                if argument not in read[name] and any(
                    other in read.get(one, ())
                    for target, other in targets
                    for one in (target, *overrides.get(target, ()))
                ):
                    read[name].add(argument)
                    changed = True
    return {name: frozenset(names) for name, names in read.items()}


def _known_to_decorators(function: FunctionSource, sight: Sight) -> set[str]:
    """Names that stand as texts in decorators of the sources: these take the argument out before the body sees it."""
    found: set[str] = set()
    for name in decorator_names(function.node):
        for value in sight.named(function.module, name.split(".")[0]):
            decorator = sight.index.functions.get(value.name) if isinstance(value, Ref) else None
            if decorator is not None:
                found |= {
                    part.value
                    for part in nodes_below(decorator.node.body)
                    if isinstance(part, ast.Constant) and isinstance(part.value, str)
                }
    return found


def _uses(function: FunctionSource, body: Body) -> tuple[set[str], dict[str, list[tuple[str, str]]]]:
    """Arguments that a function uses itself, and those that it hands on: to whom, as what."""
    given = function.node.args
    every = {one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs)}
    every |= {one.arg for one in (given.vararg, given.kwarg) if one is not None}
    read: set[str] = set()
    handed: dict[str, list[tuple[str, str]]] = {}
    loaded, dropped = _loaded(function.node)
    for part in loaded:
        targets = body.passed.get(id(part))
        if part.id == "locals":
            read |= every
        elif part.id in every and targets:
            handed.setdefault(part.id, []).extend(targets)
        elif part.id in every and id(part) not in dropped:
            read.add(part.id)
    return read, handed


def _loaded(node: ast.FunctionDef | ast.AsyncFunctionDef) -> tuple[list[ast.Name], set[int]]:
    """Names that a body uses, and which of them are only put away: `_ = token`, a line that is nothing but the name."""
    loaded: list[ast.Name] = []
    dropped: set[int] = set()
    for part in nodes_below(node.body):
        if isinstance(part, ast.Name):
            if isinstance(part.ctx, ast.Load):
                loaded.append(part)
        elif isinstance(part, ast.Expr) or (
            isinstance(part, ast.Assign) and all(isinstance(one, ast.Name) and one.id == "_" for one in part.targets)
        ):
            dropped |= _plain_names(part.value)
    return loaded, dropped


def _plain_names(value: ast.expr) -> set[int]:
    return {id(one) for one in (value.elts if isinstance(value, ast.Tuple) else [value]) if isinstance(one, ast.Name)}
