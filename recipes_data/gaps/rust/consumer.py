"""The only home of what a Rust library asks of a client crate: its calls into it, and those that go round it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from recipes_data.gaps.consumers import ClientCall, Consumer, How, Passage
from recipes_data.gaps.evidence import Finding, Where
from recipes_data.gaps.inventory import Function, Inventory
from recipes_data.gaps.origins import origin_of
from recipes_data.gaps.python_client.collector import collector_held
from recipes_data.gaps.python_client.values import shown, texts
from recipes_data.gaps.python_client.wire import HUB_HOSTS, is_hub_path, path_of
from recipes_data.gaps.rust.bodies import Reader
from recipes_data.gaps.rust.crates import read_crates
from recipes_data.gaps.rust.items import Fn, collect, segments_of
from recipes_data.gaps.rust.names import Names
from recipes_data.gaps.rust.offered import offered
from recipes_data.gaps.rust.scope import Call, Request, parameters
from recipes_data.gaps.rust.watched import Watched
from recipes_data.gaps.trees import Node, walk

__all__ = ["rust_consumer"]

_EVERYDAY = frozenset(
    {"new", "get", "clone", "build", "into", "from", "default", "as_str", "name", "iter", "len", "path", "to_string"}
)


def rust_consumer(root: Path, client: Inventory | None, client_name: str) -> Consumer:
    """Every call that the crate under `root` makes into a client crate.

    Types are known from annotations, arguments, fields and from what functions give; a call on an object whose type
    is not known, of a name that tells, has the target "". Tests do not count.

    Raises:
        UsageError: there is no such folder, or the parser is not installed.
    """
    with collector_held():
        tree = read_crates(root)
        names = Names(collect(tree))
        reader = Reader(names, _watched(client, client_name))
        reader.settle()
        return _Made(reader, client, client_name).consumer(root)


def _watched(client: Inventory | None, client_name: str) -> Watched:
    if client is None:
        return Watched(frozenset({client_name.replace("-", "_")}))
    types: set[str] = set()
    functions: set[str] = set()
    answers: dict[str, str] = {}
    by_name = client.by_name()
    owners = [name for name, one in by_name.items() if one.kind in ("type", "exception")]
    for function in client.functions:
        every = (function.name, *function.aliases)
        if function.kind in ("type", "exception"):
            types |= set(every)
            continue
        functions |= set(every)
        of = _answer(function, owners)
        if of is not None:
            answers |= dict.fromkeys(every, of)
    methods = {one.name.rsplit("::", 1)[-1] for one in client.functions if one.kind == "method"}
    tops = frozenset({name.split("::")[0] for name in by_name} or {client_name.replace("-", "_")})
    return Watched(tops, frozenset(types), frozenset(functions), answers, frozenset(methods - _EVERYDAY))


def _answer(function: Function, owners: list[str]) -> str | None:
    """The client's own type in what a function gives; the nearest module's where several have the name."""
    owner = function.name.rpartition("::")[0]
    for word in re.findall(r"[A-Za-z_]\w*", function.returns or ""):
        if word == "Self":
            return owner
        fitting = [name for name in owners if name.rsplit("::", 1)[-1] == word]
        if fitting:
            return max(sorted(fitting), key=lambda name: _alike(name, function.name))
    return None


def _alike(first: str, second: str) -> int:
    count = 0
    for one, other in zip(first.split("::"), second.split("::"), strict=False):
        if one != other:
            break
        count += 1
    return count


class _Made:
    """Turns bodies into calls; keeps which function of the library made which."""

    def __init__(self, reader: Reader, client: Inventory | None, client_name: str) -> None:
        self.reader = reader
        self.client = client
        self.client_name = client_name
        self.known: dict[str, Function] = {}
        for function in client.functions if client is not None else ():
            for name in (function.name, *function.aliases):
                self.known.setdefault(name, function)

    def consumer(self, root: Path) -> Consumer:
        tree = self.reader.names.items.tree
        found: list[tuple[str, ClientCall]] = []
        for path, function in self.reader.names.items.functions.items():
            if not function.is_test:
                found += [(path, call) for call in self._of(function)]
        found.sort(key=lambda pair: (pair[1].where, pair[1].target, pair[1].how))
        calls = [call for _, call in found]
        made_by: dict[str, list[int]] = {}
        for number, (path, _) in enumerate(found):
            made_by.setdefault(path, []).append(number)
        main = tree.crates[0] if tree.crates else None
        origin = origin_of(
            tree.root,
            name=main.name if main is not None else root.name,
            kind="consumer",
            language="rust",
            version=main.version if main is not None else None,
            files=tree.count,
            lines=tree.lines,
        )
        findings = [*_findings(calls, self.known, origin.name), *self._macros(origin.name)]
        return Consumer(
            origin,
            self.client_name,
            tuple(calls),
            tuple(self._passages(made_by)),
            tuple(findings),
            (*tree.unparsed, *sorted(self.reader.unread)),
        )

    def _of(self, function: Fn) -> Iterator[ClientCall]:
        body = self.reader.body(function)
        for call in body.calls:
            if call.target not in self.reader.names.items.functions:
                yield self._call(function, call)
        for request in body.requests:
            yield from self._request(function, request)

    def _call(self, function: Fn, call: Call) -> ClientCall:
        known = self._through_deref(call.target)
        exists: bool | None = None
        if call.target and self.client is not None:
            exists = known is not None and (call.count < 0 or _takes(known, call))
        how: How = call.how if call.how in get_args(How) else "direct"  # type: ignore[assignment]  # just checked
        where = Where(function.file.path, call.line)
        options = _options(call)
        return ClientCall(
            function.path,
            where,
            known.name if known is not None else call.target,
            how,
            call.count if call.count >= 0 else None,
            options,
            tuple(_matched(function, call.node, self.reader)),
            exists,
            "" if call.target else _text(call.node),
        )

    def _through_deref(self, target: str) -> Function | None:
        """The client's function, also where its type only gives it on from another one."""
        seen: set[str] = set()
        while target and target not in seen:
            seen.add(target)
            found = self.known.get(target)
            if found is not None:
                return found
            owner, _, last = target.rpartition("::")
            above = self.known.get(owner)
            target = f"{above.delegates_to}::{last}" if above is not None and above.delegates_to else ""
        return None

    def _request(self, function: Fn, request: Request) -> Iterator[ClientCall]:
        seen: set[str] = set()
        for method in texts(request.method):
            for address in texts(request.address):
                path = path_of(address)
                target = f"{shown(method)} {path}"
                if path.startswith(("http://", "https://")) or target in seen:
                    continue
                seen.add(target)
                where = Where(function.file.path, request.line)
                yield ClientCall(function.path, where, target, "raw-http", text=_text(request.node))

    def _macros(self, name: str) -> Iterator[Finding]:
        for macro, path, line in self.reader.names.items.macros:
            text = f"{macro}! is not expanded: calls in it may be missing"
            yield Finding("macro-not-expanded", "note", text, Where(path, line), name)
        seen: set[tuple[str, str, int]] = set()
        for function in self.reader.names.items.functions.values():
            for macro, line in self.reader.body(function).macros:
                key = (macro, function.file.path, line)
                if key not in seen and not function.is_test:
                    seen.add(key)
                    text = f"{macro}! is not expanded: calls in it may be missing"
                    yield Finding("macro-not-expanded", "note", text, Where(function.file.path, line), name)

    def _passages(self, made_by: dict[str, list[int]]) -> Iterator[Passage]:
        functions = self.reader.names.items.functions
        public = offered(self.reader.names).functions
        for path in sorted(functions):
            function = functions[path]
            is_program = "::main" in path or "::bin_" in path
            if path not in public and not is_program:
                continue
            seen, waiting = {path}, [path]
            while waiting:
                for call in self.reader.body(functions[waiting.pop()]).calls:
                    if call.target in functions and call.target not in seen:
                        seen.add(call.target)
                        waiting.append(call.target)
            reached = sorted({number for one in seen for number in made_by.get(one, ())})
            count = len(parameters(function.node))
            if reached:
                name = public[path][0] if path in public else path
                yield Passage(name, Where(function.file.path, function.node.line), (count, count), tuple(reached))


def _options(call: Call) -> tuple[str, ...]:
    """Fields of a struct of parameters that is written down in the call, and methods that come before `build`."""
    found: list[str] = []
    arguments = call.node.child("arguments")
    for node in walk(arguments, ("field_initializer", "shorthand_field_initializer")) if arguments is not None else ():
        label = node.child("field") or node.child("name") or node.first("identifier")
        found += [label.text] if label is not None else []
    at = call.node.child("function")
    while at is not None and at.type in (
        "field_expression",
        "call_expression",
        "try_expression",
        "await_expression",
    ):
        at = at.child("value") or at.child("function") or (at.named_children[0] if at.named_children else None)
        label = at.child("field") if at is not None and at.type == "field_expression" else None
        if label is not None and call.target.endswith("::build"):
            found.append(label.text)
    return tuple(dict.fromkeys(found))


def _takes(function: Function, call: Call) -> bool:
    """Whether a function takes so many arguments. Called by its path, a method has its object in front."""
    least, most = function.arity
    called = call.node.child("function")
    by_path = called is not None and called.type != "field_expression" and function.kind in ("method", "callback")
    given = {call.count, call.count - 1} if by_path else {call.count}
    return function.kind in ("type", "exception") or any(
        least <= one and (most is None or one <= most) for one in given
    )


def _text(node: Node) -> str:
    text = " ".join(node.text.split())
    return text if len(text) <= 160 else text[:157] + "..."


def _matched(function: Fn, node: Node, reader: Reader) -> Iterator[str]:
    """Errors that the caller tells apart: patterns `Err(...)` of the `match` or `if let` around the call."""
    at: Node | None = node
    while at is not None and at.type not in ("block", "function_item", "closure_expression"):
        above = at.parent
        if above is not None and above.type == "match_expression" and at.field == "value":
            body = above.child("body")
            yield from _patterns(function, body, reader) if body is not None else ()
            return
        if above is not None and above.type == "let_condition" and at.field == "value":
            pattern = above.child("pattern")
            yield from _patterns(function, pattern, reader) if pattern is not None else ()
            return
        at = above


def _patterns(function: Fn, node: Node, reader: Reader) -> Iterator[str]:
    for pattern in walk(node, ("tuple_struct_pattern",)):
        kind = pattern.child("type")
        if kind is None or kind.text != "Err":
            continue
        for inner in walk(pattern, ("scoped_identifier", "scoped_type_identifier"), without=("block",)):
            if inner.parent is not None and inner.parent.type.startswith("scoped"):
                continue
            yield reader.names.resolve(function.module, segments_of(inner))


def _findings(calls: list[ClientCall], known: dict[str, Function], name: str) -> Iterator[Finding]:
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
            text = f"{call.caller}: {call.target} takes {function.arity[0]} arguments, not {call.arity}"
            yield Finding("wrong-arguments", "error", text, call.where, name)
        elif function is not None and function.stub is not None:
            text = f"{call.caller} stands on {call.target}, which is a stub: it {function.stub.reason}"
            yield Finding("calls-a-stub", "error", text, call.where, name)
