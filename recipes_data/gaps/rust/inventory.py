"""The only home of a Rust client's inventory: its public functions, their options, requests, twins and tests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from recipes_data.gaps.evidence import Finding, Where
from recipes_data.gaps.inventory import Argument, Function, FunctionKind, Inventory
from recipes_data.gaps.origins import origin_of
from recipes_data.gaps.python_client.collector import collector_held
from recipes_data.gaps.rust.bodies import Reader
from recipes_data.gaps.rust.cases import test_cases
from recipes_data.gaps.rust.crates import read_crates
from recipes_data.gaps.rust.items import Fn, Named, collect, doc_of, is_pub
from recipes_data.gaps.rust.names import Names
from recipes_data.gaps.rust.offered import Offered, offered
from recipes_data.gaps.rust.options import Options
from recipes_data.gaps.rust.scope import parameters
from recipes_data.gaps.rust.soundness import deprecated, is_hidden, stub_of
from recipes_data.gaps.rust.summaries import Summaries, summarize
from recipes_data.gaps.rust.twins import twins

__all__ = ["rust_inventory"]


def rust_inventory(root: Path, *, name: str | None = None) -> Inventory:
    """What a Rust client has, read from a crate or a workspace. Nothing is built.

    Macros are not expanded, but those that only pass whole items on; what others define is missing here, and each of
    them is a finding.

    Raises:
        UsageError: there is no such folder, or the parser is not installed.
    """
    with collector_held():
        tree = read_crates(root)
        names = Names(collect(tree))
        reader = Reader(names)
        reader.settle()
        summaries = summarize(reader)
        made = _Made(reader, summaries, offered(names))
        functions = made.functions()
    main = tree.crates[0] if tree.crates else None
    origin = origin_of(
        tree.root,
        name=name or (main.name if main is not None else root.name),
        kind="client",
        language="rust",
        version=main.version if main is not None else None,
        files=tree.count,
        lines=tree.lines,
    )
    return Inventory(
        origin,
        tuple(functions),
        test_cases(reader, summaries, made.public),
        tuple(function.name for function in functions if function.kind == "exception"),
        summaries.settings,
        tuple(_findings(origin.name, reader, functions, made.again, summaries)),
        (*tree.unparsed, *sorted(reader.unread)),
    )


class _Made:
    """Functions of an inventory. `public`: the name under which a path is offered."""

    def __init__(self, reader: Reader, summaries: Summaries, offers: Offered) -> None:
        self.reader = reader
        self.items = reader.names.items
        self.summaries = summaries
        self.offers = offers
        self.options = Options(reader, summaries)
        self.again: list[Function] = []
        self.public: dict[str, str] = {path: names[0] for path, names in offers.functions.items()}

    def functions(self) -> list[Function]:
        every = [self._function(self.items.functions[path], names) for path, names in self.offers.functions.items()]
        every += [self._type(self.items.types[path], names) for path, names in self.offers.types.items()]
        found: list[Function] = []
        for one in sorted(every, key=lambda function: (function.name, function.where)):
            if found and found[-1].name == one.name:
                self.again.append(one)  # the same name under another condition (`cfg`)
            else:
                found.append(one)
        # siblings lie in sibling modules, whatever short name one of them has besides
        homes = {(one.aliases or (one.name,))[-1]: one.name for one in found}
        pairs = {
            homes[path]: tuple(sorted(homes[one] for one in others)) for path, others in twins(list(homes)).items()
        }
        reached = self._reached()
        return [
            replace(one, twins=pairs.get(one.name, ()), wired=not one.hidden or one.name in reached) for one in found
        ]

    def _reached(self) -> set[str]:
        """What functions that users see call."""
        waiting = sorted(path for path in self.public if not is_hidden(self.items.functions[path].attributes))
        seen = set(waiting)
        while waiting:
            for target in self.summaries.calls.get(waiting.pop(), ()):
                if target not in seen:
                    seen.add(target)
                    waiting.append(target)
        return {self.public[path] for path in seen if path in self.public}

    def _function(self, function: Fn, names: tuple[str, ...]) -> Function:
        own = parameters(function.node)
        returned = function.node.child("return_type")
        promised = function.in_trait and function.node.child("body") is None
        kind: FunctionKind = "callback" if promised else "method" if function.owner else "function"
        read = self.summaries.read.get(function.path, frozenset())
        arguments = [
            Argument(
                name,
                type=" ".join(node.text.split()) if node is not None else None,
                documented=_names(function.doc, name),
                read=None if promised else name in read,
            )
            for name, node in own
        ]
        if not promised:
            arguments += self.options.of(function, arguments)
        stub = stub_of(function, read) if not promised else None
        return Function(
            names[0],
            Where(function.file.path, function.node.line),
            (len(own), len(own)),
            kind,
            tuple(arguments),
            hidden=is_hidden(function.attributes),
            deprecated=deprecated(function.attributes),
            summary=_summary(function.doc, function.feature),
            returns=" ".join(returned.text.split()) if returned is not None else None,
            stub=stub,
            http=self.summaries.requests.get(function.path, ()),
            calls=self._calls(function.path, names[0]),
            aliases=names[1:],
        )

    def _type(self, named: Named, names: tuple[str, ...]) -> Function:
        is_error = self._is_error(named)
        fields = [
            Argument(name, option=True, type=" ".join(node.text.split()), documented=bool(doc_of(node.parent)))
            for name, node in named.fields.items()
            if node.parent is not None and is_pub(node.parent)
        ]
        # with a private field nobody else can write one down
        needed = len(fields) if named.kind == "struct" and len(fields) == len(named.fields) else 0
        return Function(
            names[0],
            Where(named.file.path, named.node.line),
            (needed, needed),
            "exception" if is_error else "type",
            tuple(fields),
            hidden=is_hidden(named.attributes),
            deprecated=deprecated(named.attributes),
            summary=_summary(named.doc, None),
            returns=names[0],
            delegates_to=self._derefs(named.path),
            aliases=names[1:],
        )

    def _derefs(self, path: str) -> str | None:
        target = self.reader.names.derefs.get(path)
        return self.offers.types[target][0] if target in self.offers.types else target

    def _is_error(self, named: Named) -> bool:
        derived = " ".join(text for text in named.attributes if text.startswith("#[derive"))
        is_derived = re.search(r"\bError\b|\bFail\b|\bSnafu\b|\bDiagnostic\b", derived) is not None
        return named.kind in ("enum", "struct") and (is_derived or named.path in self.reader.names.errors)

    def _calls(self, path: str, own: str) -> tuple[str, ...]:
        """Offered functions that a function calls, itself or through what is not offered."""
        found: set[str] = set()
        seen, waiting = {path}, [path]
        while waiting:
            for target in self.summaries.calls.get(waiting.pop(), ()):
                if target in self.public:
                    found.add(self.public[target])
                elif target not in seen:
                    seen.add(target)
                    waiting.append(target)
        return tuple(sorted(found - {own}))


def _names(doc: str, argument: str) -> bool:
    """Whether documentation names an argument: in backquotes, or at the head of a list's entry."""
    return re.search(rf"`{re.escape(argument)}`|^\s*[-*]\s*{re.escape(argument)}\b", doc, re.MULTILINE) is not None


def _summary(doc: str, feature: str | None) -> str:
    first = " ".join(doc.strip().split("\n\n")[0].split())
    return f"{first} (feature `{feature}`)".strip() if feature else first


def _findings(
    name: str, reader: Reader, functions: list[Function], again: list[Function], summaries: Summaries
) -> Iterator[Finding]:
    for function in again:
        if function.kind != "type":
            text = f"{function.name} is defined once more under another condition; what is told is the first one"
            yield Finding("defined-again", "note", text, function.where, name)
    for function in functions:
        if function.stub is not None and function.stub.reason.startswith("gives made-up data"):
            yield Finding("made-up-data", "error", f"{function.name} {function.stub.reason}", function.stub.where, name)
        for argument in function.arguments:
            if argument.read is False and function.stub is None and (argument.documented or argument.option):
                text = f"{function.name}: {argument.name} is accepted, and never read"
                yield Finding("option-not-read", "warning", text, function.where, name)
    for call in summaries.unresolved:
        yield Finding(
            "request-unresolved", "note", f"{call.method} request to an address that only a run knows", call.where, name
        )
    yield from _macros(name, reader)


def _macros(name: str, reader: Reader) -> Iterator[Finding]:
    for macro, path, line in reader.names.items.macros:
        text = f"{macro}! is not expanded: what it defines is not in this inventory"
        yield Finding("macro-not-expanded", "note", text, Where(path, line), name)
    seen: set[tuple[str, str, int]] = set()
    for fn in reader.names.items.functions.values():
        for macro, line in reader.body(fn).macros:
            key = (macro, fn.file.path, line)
            if key not in seen:
                seen.add(key)
                text = f"{macro}! is not expanded: calls in it may be missing"
                yield Finding("macro-not-expanded", "note", text, Where(fn.file.path, line), name)
