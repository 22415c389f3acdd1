"""The only home of what a Python library asks of a client package: its calls into it, and those that go round it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import get_args

from recipes_data.gaps.consumers import ClientCall, Consumer, How, Passage
from recipes_data.gaps.evidence import Finding, Where
from recipes_data.gaps.inventory import Function, Inventory
from recipes_data.gaps.origins import origin_of
from recipes_data.gaps.python_client.collector import collector_held
from recipes_data.gaps.python_client.index import decorator_names
from recipes_data.gaps.python_client.scope import Body, Call, Request
from recipes_data.gaps.python_client.sources import Module, Sources, read_tree
from recipes_data.gaps.python_client.values import shown, texts
from recipes_data.gaps.python_client.watched import Watched
from recipes_data.gaps.python_client.wire import HUB_HOSTS, is_hub_path, path_of
from recipes_data.gaps.python_client.world import Sight, see

__all__ = ["python_consumer"]

_ROUNDS = 4  # how often callers' objects are carried one function further


def python_consumer(root: Path, client: Inventory | None, client_name: str) -> Consumer:
    """Every call that the library under `root` makes into a client package.

    With the client's inventory a call is compared with what the client has: `exists` says whether it is there and
    takes what it is given. A call that certainly is one into the client, and whose target is not known, has the
    target "". Tests of the library do not count.

    Raises:
        UsageError: there is no such folder.
    """
    with collector_held():
        sources = read_tree(root)
        watched = _watched(client, client_name)
        sight = see(sources, watched)
        for _ in range(_ROUNDS):
            for function in list(sight.index.functions.values()):
                sight.body(function)
            if not sight.learn():
                break
        return _Reader(sources, sight, client, client_name).consumer(root)


def _watched(client: Inventory | None, client_name: str) -> Watched:
    import_name = client_name.replace("-", "_")
    if client is None:
        return Watched(frozenset({import_name}))
    types: set[str] = set()
    functions: set[str] = set()
    properties: set[str] = set()
    answers: dict[str, str] = {}
    by_name = client.by_name()
    short = {name.rsplit(".", 1)[-1]: name for name, one in by_name.items() if one.kind in ("type", "exception")}
    for function in client.functions:
        names = (function.name, *function.aliases)
        if function.kind in ("type", "exception"):
            types |= set(names)
            continue
        if function.kind == "property":
            properties |= set(names)
        else:
            functions |= set(names)
        if function.returns:
            of = short.get(function.returns.strip("'\"").rsplit(".", 1)[-1])
            answers |= dict.fromkeys(names, of) if of else {}
    methods = {
        one.name.rsplit(".", 1)[-1]
        for one in client.functions
        if one.kind in ("method", "callback") and one.delegates_to is None
    }
    tops = frozenset({name.split(".")[0] for name in by_name} or {import_name})
    return Watched(tops, frozenset(types), frozenset(functions), frozenset(properties), answers, frozenset(methods))


class _Reader:
    """Turns bodies into calls; keeps which function of the library made which."""

    def __init__(self, sources: Sources, sight: Sight, client: Inventory | None, client_name: str) -> None:
        self.sources = sources
        self.sight = sight
        self.client = client
        self.client_name = client_name
        self.known: dict[str, Function] = {}
        for function in client.functions if client is not None else ():
            for name in (function.name, *function.aliases):
                self.known.setdefault(name, function)
        self.calls: list[ClientCall] = []
        self.made_by: dict[str, list[int]] = {}
        self.findings: list[Finding] = []

    def consumer(self, root: Path) -> Consumer:
        found: list[tuple[str, ClientCall]] = []
        for name, module, body in self._bodies():
            found += [(name, call) for call in self._of(name, module, body)]
        found.sort(key=lambda pair: (pair[1].where, pair[1].target, pair[1].how))
        for number, (name, call) in enumerate(found):
            self.calls.append(call)
            self.made_by.setdefault(name, []).append(number)
        origin = origin_of(
            root,
            name=self.sources.name,
            kind="consumer",
            language="python",
            version=self.sources.version,
            files=self.sources.files,
            lines=self.sources.lines,
        )
        return Consumer(
            origin,
            self.client_name,
            tuple(self.calls),
            tuple(self._passages()),
            tuple(_findings(self.calls, self.known, self.client is not None, origin.name)),
            (*self.sources.unparsed, *sorted(self.sight.unread)),
        )

    def _bodies(self) -> Iterator[tuple[str, Module, Body]]:
        for name, function in sorted(self.sight.index.functions.items()):
            if not function.module.is_test:
                yield name, function.module, self.sight.body(function)
        for name, module in sorted(self.sight.index.modules.items()):
            if not module.is_test:
                yield name, module, self.sight.top(module)

    def _of(self, name: str, module: Module, body: Body) -> Iterator[ClientCall]:
        seen: set[tuple[int, str, str]] = set()
        for call in body.calls:
            ours = call.target in self.sight.index.functions or call.target in self.sight.index.classes
            key = (id(call.node), call.target, call.how)
            if ours or key in seen:
                continue
            seen.add(key)
            yield self._call(name, module, call)
        for request in body.requests:
            yield from self._request(name, module, request)

    def _call(self, name: str, module: Module, call: Call) -> ClientCall:
        function = self.known.get(call.target)
        arity = call.positional + len(call.named) if call.whole else None
        text = "" if call.target else _text(call.node)
        exists: bool | None = None
        if call.target and self.client is not None:
            exists = _takes(function, call) if function is not None else self._may_exist(call.target)
        how: How = call.how if call.how in get_args(How) else "direct"  # type: ignore[assignment]  # just checked
        target = function.name if function is not None else call.target
        return ClientCall(
            name, Where(module.path, call.line), target, how, arity, call.named, _once(call.errors), exists, text
        )

    def _may_exist(self, target: str) -> bool | None:
        """Of a function that the inventory has not: False, unless its class inherits from outside of the client."""
        owner = target.rpartition(".")[0]
        found = self.known.get(owner)
        if found is not None and found.kind in ("type", "exception") and found.delegates_to is not None:
            return None
        if self.sight.watched.is_property(owner):
            return None
        modules = {name.rpartition(".")[0] for name in self.known}
        if found is None and owner not in modules and self._is_private(owner):
            return None
        return False

    def _is_private(self, owner: str) -> bool:
        return any(part.startswith("_") for part in owner.split("."))

    def _request(self, name: str, module: Module, request: Request) -> Iterator[ClientCall]:
        """A request of the library's own. One to a host that is known, and no Hub's, goes round nobody."""
        seen: set[str] = set()
        for method in texts(request.method):
            for address in texts(request.address):
                path = path_of(address)
                target = f"{shown(method)} {path}"
                if path.startswith(("http://", "https://")) or target in seen:
                    continue
                seen.add(target)
                where = Where(module.path, request.line)
                yield ClientCall(
                    name, where, target, "raw-http", errors=_once(request.errors), text=_text(request.node)
                )

    def _passages(self) -> Iterator[Passage]:
        for name, function in sorted(self.sight.index.functions.items()):
            if (
                function.module.is_test
                or not function.module.offered
                or any(p.startswith("_") for p in name.split("."))
            ):
                continue
            reached = sorted({number for one in self._reached(name) for number in self.made_by.get(one, ())})
            if reached:
                yield Passage(
                    name,
                    Where(function.module.path, function.node.lineno),
                    _arity(function.node, function.owner),
                    tuple(reached),
                )

    def _reached(self, name: str) -> set[str]:
        seen = {name}
        waiting = [name]
        while waiting:
            for call in self.sight.body(self.sight.index.functions[waiting.pop()]).calls:
                if call.target in self.sight.index.functions and call.target not in seen:
                    seen.add(call.target)
                    waiting.append(call.target)
        return seen


def _arity(node: ast.FunctionDef | ast.AsyncFunctionDef, owner: str | None) -> tuple[int, int | None]:
    arguments = node.args
    is_bound = owner is not None and "staticmethod" not in decorator_names(node)
    names = len(arguments.posonlyargs) + len(arguments.args) - is_bound
    needed = names - len(arguments.defaults) + sum(default is None for default in arguments.kw_defaults)
    more = arguments.vararg is not None or arguments.kwarg is not None
    return max(needed, 0), None if more else names + len(arguments.kwonlyargs)


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _text(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 160 else text[:157] + "..."


def _takes(function: Function, call: Call) -> bool:
    """Whether a function takes so many arguments, and of these names."""
    if call.how == "capture" or function.kind == "property":
        return True
    names = {argument.name for argument in function.arguments}
    if "**" not in {name[:2] for name in names} and function.arguments and set(call.named) - names:
        return False
    least, most = function.arity
    given = call.positional + len(call.named)
    return (most is None or given <= most) and (given >= least or not call.whole)


def _findings(calls: list[ClientCall], known: dict[str, Function], told: bool, name: str) -> Iterator[Finding]:
    for call in calls:
        function = known.get(call.target)
        if call.how == "raw-http":
            if is_hub_path(call.target.partition(" ")[2]) or any(host in call.text for host in HUB_HOSTS):
                text = f"{call.caller} asks the Hub itself, round the client: {call.target}"
                yield Finding("round-the-client", "warning", text, call.where, name)
        elif not call.target:
            yield Finding(
                "call-unresolved", "note", f"a call into the client that is not known: {call.text}", call.where, name
            )
        elif call.exists is False and function is None:
            text = f"{call.caller} calls {call.target}, which the client does not have"
            yield Finding("no-such-function", "error", text, call.where, name)
        elif call.exists is False and function is not None:
            strange = sorted(set(call.options) - {one.name for one in function.arguments})
            what = (
                f"takes no {', '.join(strange)}" if strange else f"takes {_span(function)} arguments, not {call.arity}"
            )
            yield Finding("wrong-arguments", "error", f"{call.caller}: {call.target} {what}", call.where, name)
        elif told and function is not None and function.stub is not None:
            text = f"{call.caller} stands on {call.target}, which is a stub: it {function.stub.reason}"
            yield Finding("calls-a-stub", "error", text, call.where, name)


def _span(function: Function) -> str:
    least, most = function.arity
    return f"{least} or more" if most is None else str(least) if least == most else f"{least} to {most}"
