"""The only home of what follows from Rust bodies for whole functions: requests, settings, readers, through calls."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from recipes_data.gaps.evidence import Where
from recipes_data.gaps.inventory import HttpCall
from recipes_data.gaps.python_client.values import Hole, Param, Text, filled, shown, texts
from recipes_data.gaps.python_client.wire import path_of
from recipes_data.gaps.rust.bodies import Reader
from recipes_data.gaps.rust.items import Fn
from recipes_data.gaps.rust.scope import parameters
from recipes_data.gaps.trees import Node, walk

__all__ = ["Summaries", "fields_read", "summarize"]

_MOST_REQUESTS = 400
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
        return any(isinstance(part, Param) for part in (*self.method.parts, *self.address.parts))


@dataclass(frozen=True, slots=True)
class Summaries:
    """By path of a function. `unresolved`: requests of whose address nothing is known."""

    requests: dict[str, tuple[HttpCall, ...]]
    calls: dict[str, tuple[str, ...]]
    settings: tuple[str, ...]
    read: dict[str, frozenset[str]]
    unresolved: tuple[HttpCall, ...]


def summarize(reader: Reader) -> Summaries:
    """Carry what is found in each body to everything that calls it."""
    functions = reader.names.items.functions
    implemented = _implementations(reader)
    calls: dict[str, set[str]] = {}
    for path, function in functions.items():
        targets = {call.target for call in reader.body(function).calls if call.target}
        calls[path] = targets | {one for target in targets for one in implemented.get(target, ())}
    asked = _carried(reader, calls, implemented)
    settings = set()
    for function in functions.values():
        for values in reader.body(function).settings:
            settings |= {
                shown(text) for text in texts(values) if len(text.parts) == 1 and isinstance(text.parts[0], str)
            }
    return Summaries(
        {path: _rendered(found.values()) for path, found in asked.items()},
        {path: tuple(sorted(targets)) for path, targets in calls.items()},
        tuple(sorted(settings)),
        _readers(reader),
        tuple(_unknown(reader)),
    )


def _implementations(reader: Reader) -> dict[str, set[str]]:
    """For each method that a trait only promises, the methods of types that keep the promise."""
    found: dict[str, set[str]] = {}
    functions = reader.names.items.functions
    for path, function in functions.items():
        if function.trait is not None:
            promised = functions.get(f"{function.trait}::{function.name}")
            if promised is not None and promised.node.child("body") is None:
                found.setdefault(promised.path, set()).add(path)
    return found


def _carried(
    reader: Reader, calls: dict[str, set[str]], implemented: dict[str, set[str]]
) -> dict[str, dict[tuple[Text, Text], _Asked]]:
    functions = reader.names.items.functions
    asked: dict[str, dict[tuple[Text, Text], _Asked]] = {}
    callers: dict[str, set[str]] = {}
    for path, function in functions.items():
        found = asked[path] = {}
        for request in reader.body(function).requests:
            for method in texts(request.method):
                for address in texts(request.address):
                    one = _Asked(method, address, Where(function.file.path, request.line))
                    found.setdefault((method, address), one)
        for target in calls[path]:
            callers.setdefault(target, set()).add(path)
    waiting = sorted(path for path, found in asked.items() if found)
    taken: dict[tuple[str, str], int] = {}
    while waiting:
        changed: set[str] = set()
        for path in waiting:
            news = list(asked[path].values())
            for caller in sorted(callers.get(path, ())):
                start = taken.get((caller, path), 0)
                taken[(caller, path)] = len(news)
                if news[start:] and _take_over(
                    reader, functions[caller], path, asked[caller], news[start:], implemented
                ):
                    changed.add(caller)
        waiting = sorted(changed)
    return asked


def _take_over(
    reader: Reader,
    caller: Fn,
    target: str,
    mine: dict[tuple[Text, Text], _Asked],
    news: list[_Asked],
    implemented: dict[str, set[str]],
) -> bool:
    before = len(mine)
    for call in reader.body(caller).calls:
        if (call.target != target and target not in implemented.get(call.target, ())) or len(mine) > _MOST_REQUESTS:
            continue
        for one in news:
            if not one.is_open:
                mine.setdefault((one.method, one.address), replace(one, depth=one.depth + 1))
                continue
            if one.turns > _MOST_TURNS:
                continue  # a path that grows with every round of a circle of calls
            where = Where(caller.file.path, call.line)
            for method in texts(filled((one.method,), call.given)):
                for address in texts(filled((one.address,), call.given)):
                    mine.setdefault((method, address), _Asked(method, address, where, one.depth, one.turns + 1))
    return len(mine) > before


def _rendered(found: Iterable[_Asked]) -> tuple[HttpCall, ...]:
    """Requests as they are reported: those of which something is known, each once, the function's own first."""
    calls: dict[tuple[str, str], tuple[int, HttpCall]] = {}
    for one in found:
        method, path = shown(one.method), path_of(one.address)
        if _is_known(path):
            known = calls.get((method, path))
            if known is None or (one.depth, one.where) < (known[0], known[1].where):
                calls[(method, path)] = (one.depth, HttpCall(method, path, one.where))
    return tuple(call for _, call in sorted(calls.values(), key=lambda pair: (pair[0], pair[1].method, pair[1].path)))


def _is_known(path: str) -> bool:
    return any(character.isalnum() for character in path.replace("{}", ""))


def _unknown(reader: Reader) -> Iterable[HttpCall]:
    seen: set[Where] = set()
    for function in reader.names.items.functions.values():
        for request in reader.body(function).requests:
            addresses = texts(request.address)
            if any(
                _is_known(path_of(one)) or not any(isinstance(part, Hole) for part in one.parts) for one in addresses
            ):
                continue
            where = Where(function.file.path, request.line)
            if where not in seen and not function.is_test:
                seen.add(where)
                yield HttpCall(shown(texts(request.method)[0]), "{}", where)


def _readers(reader: Reader) -> dict[str, frozenset[str]]:
    """For each function the arguments whose values it uses, itself or through a function that it hands them to."""
    read: dict[str, set[str]] = {}
    handed: dict[str, dict[str, list[tuple[str, str]]]] = {}
    for path, function in reader.names.items.functions.items():
        names = {name for name, _ in parameters(function.node)}
        read[path], handed[path] = set(), {}
        block = function.node.child("body")
        passed = reader.body(function).passed
        for node in (
            walk(block, ("identifier", "shorthand_field_identifier", "shorthand_field_initializer", "string_content"))
            if block
            else ()
        ):
            if node.type == "string_content":
                # `{name}` in a macro's template
                read[path] |= {name for name in names if f"{{{name}" in node.text}
            elif node.text in names and not _is_dropped(node):
                target = passed.get(node.start)
                if target is not None:
                    handed[path].setdefault(node.text, []).append(target)
                else:
                    read[path].add(node.text)
    changed = True
    while changed:
        changed = False
        for path, arguments in handed.items():
            for argument, targets in arguments.items():
                if argument not in read[path] and any(name in read.get(target, ()) for target, name in targets):
                    read[path].add(argument)
                    changed = True
    return {path: frozenset(names) for path, names in read.items()}


def _is_dropped(node: Node) -> bool:
    """`let _ = token;`, `drop(token)`, and a name that is bound anew."""
    parent = node.parent
    while parent is not None and parent.type == "reference_expression":
        parent = parent.parent
    if parent is None:
        return False
    if parent.type == "let_declaration":
        pattern = parent.child("pattern")
        return node.field == "pattern" or (pattern is not None and pattern.text == "_")
    if parent.type == "arguments" and parent.parent is not None:
        function = parent.parent.child("function")
        return function is not None and function.text in ("drop", "std::mem::drop")
    return False


def fields_read(reader: Reader) -> frozenset[str]:
    """Names of fields whose values are used somewhere: what a setter stores counts only then."""
    found: set[str] = set()
    for file in reader.names.items.tree.files:
        for node in walk(file.root, ("field_expression", "field_pattern")):
            name = node.child("field") or node.child("name")
            parent = node.parent
            stored = parent is not None and parent.type == "assignment_expression" and node.field == "left"
            called = parent is not None and parent.type == "call_expression" and node.field == "function"
            if name is not None and not stored and not called:
                found.add(name.text)
    return frozenset(found)
