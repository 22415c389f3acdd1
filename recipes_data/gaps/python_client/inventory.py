"""The only home of a Python client's inventory: what it offers (griffe), and what its bodies do, put together."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from recipes_data.errors import UnknownNameError, UsageError
from recipes_data.gaps.evidence import Finding, Origin, Where
from recipes_data.gaps.inventory import Function, FunctionKind, Inventory
from recipes_data.gaps.origins import origin_of
from recipes_data.gaps.python_client import docstrings
from recipes_data.gaps.python_client.arguments import arguments_of, arity_of, own_parameters
from recipes_data.gaps.python_client.collector import collector_held
from recipes_data.gaps.python_client.compared import compared
from recipes_data.gaps.python_client.introspection import (
    Written,
    answered,
    ask,
)
from recipes_data.gaps.python_client.records import record_fields
from recipes_data.gaps.python_client.soundness import deprecated_by_code, is_abstract, stub_of
from recipes_data.gaps.python_client.sources import Sources, read_installed, read_tree
from recipes_data.gaps.python_client.structure import Offer, offers
from recipes_data.gaps.python_client.summaries import Summaries, summarize
from recipes_data.gaps.python_client.tests_read import give_fixtures, test_cases
from recipes_data.gaps.python_client.twins import twins
from recipes_data.gaps.python_client.values import Bound, Instance, Partial, Ref
from recipes_data.gaps.python_client.world import Sight, see

__all__ = ["python_inventory"]

_ERRORS = ("Exception", "Error", "Warning", "BaseException", "KeyboardInterrupt", "SystemExit")


def python_inventory(what: str | Path) -> Inventory:
    """What a Python client has: an installed package by its import name, or a source tree by its folder.

    A package that is installed is asked as well, in a process of its own; where it tells something else than its
    sources, that is a finding. A text with a slash or a dot in front is a folder; any other is a package where one of
    that name is installed, else a folder (`./name` says which is meant).

    Raises:
        UnknownNameError: no such package is installed.
        UsageError: neither a folder nor an import name, or griffe is missing.
    """
    if isinstance(what, Path) or "/" in what or what.startswith("."):
        return _of_tree(Path(what))
    try:
        with collector_held():
            sources = read_installed(what)
    except (UnknownNameError, UsageError):
        if Path(what).is_dir():
            return _of_tree(Path(what))
        raise
    child = ask(sources.name)  # works while we read
    try:
        with collector_held():
            made, written = _inventory(sources)
    except BaseException:
        child.kill()
        child.communicate()
        raise
    return compared(made, written, sources.name, answered(child))


def _of_tree(folder: Path) -> Inventory:
    with collector_held():
        return _inventory(read_tree(folder))[0]


def _inventory(sources: Sources) -> tuple[Inventory, dict[str, Written]]:
    """The inventory as the sources have it, and the arguments that are written there."""
    sight = see(sources)
    give_fixtures(sight)
    summaries = summarize(sight)
    lazy = {name: scope.lazy for name, scope in sight.index.scopes.items() if scope.lazy}
    offered = offers(sources.packages, lazy)
    made = _Made(sources, sight, summaries, offered)
    functions = made.functions()
    root = sources.root if sources.installed else sources.root / next(iter(sources.packages), "")
    origin = origin_of(
        root if root.is_dir() else sources.root,
        name=sources.name,
        kind="client",
        language="python",
        version=sources.version,
        files=sources.files,
        lines=sources.lines,
    )
    if sources.installed:
        origin = replace(origin, commit=None)  # it lies in an environment, whatever work tree that lies in
    inventory = Inventory(
        origin,
        tuple(functions),
        test_cases(sight, made.public, summaries.calls, lambda name: bool(summaries.requests.get(name))),
        tuple(function.name for function in functions if function.kind == "exception"),
        summaries.settings,
        tuple(_findings(origin, functions, summaries)),
        (*sources.unparsed, *sorted(sight.unread)),
    )
    return inventory, made.written


class _Made:
    """Functions of an inventory, made from what is offered and from what bodies do.

    `public`: the name under which a definition is offered, by the definition's own name.
    """

    def __init__(self, sources: Sources, sight: Sight, summaries: Summaries, offered: list[Offer]) -> None:
        self.sources = sources
        self.sight = sight
        self.summaries = summaries
        self.offered = offered
        self.public: dict[str, str] = {}
        self.written: dict[str, Written] = {}
        self.classes = {
            one.name: one.definition for one in offered if one.kind == "class" and one.definition in sight.index.classes
        }
        for offer in sorted(offered, key=lambda one: (one.name.count("."), one.name)):
            if offer.kind != "value" and (
                offer.definition in sight.index.functions or offer.definition in sight.index.classes
            ):
                self.public.setdefault(offer.definition, offer.name)
        self.protocols = frozenset(
            name
            for name in sight.index.classes
            if any(one.split(".")[-1] == "Protocol" for one in sight.order(name)[1])
        )

    def functions(self) -> list[Function]:
        found = [function for offer in self.offered for function in self._of(offer)]
        wired = self._wired()
        pairs = twins({function.name: self._is_async(function.name) for function in found})
        return [
            replace(
                function,
                twins=pairs.get(function.name, ()),
                wired=function.delegates_to is not None or bool(wired & {function.name}),
            )
            for function in sorted(found, key=lambda one: one.name)
        ]

    def _is_async(self, name: str) -> bool:
        return name in self._asynchronous

    @property
    def _asynchronous(self) -> frozenset[str]:
        return frozenset(offer.name for offer in self.offered if "async" in offer.labels)

    def _wired(self) -> set[str]:
        """Offers that a user would call, and what these call."""
        roots = [one for one in self.offered if one.exported or one.docstring]
        seen = {one.definition for one in roots}
        waiting = sorted(seen)
        while waiting:
            for target in self.summaries.calls.get(waiting.pop(), ()):
                if target not in seen:
                    seen.add(target)
                    waiting.append(target)
        return {one.name for one in self.offered if one.definition in seen}

    def _of(self, offer: Offer) -> Iterator[Function]:
        if offer.module not in self.sight.index.modules:
            return
        if offer.kind == "value":
            yield from self._value(offer)
        else:
            if offer.kind == "class" and offer.definition in self.sight.index.classes:
                offer = replace(offer, parameters=record_fields(offer.definition, self.sight) or offer.parameters)
            if offer.kind != "property":
                names = frozenset(
                    {"star": "*", "stars": "**"}.get(one.kind, "") + one.name for one in own_parameters(offer)
                )
                self.written[offer.name] = Written(names, arity_of(offer)[0])
            yield self._class(offer) if offer.kind == "class" else self._function(offer)

    def _where(self, offer: Offer) -> Where:
        return Where(self.sight.index.modules[offer.module].path, max(offer.line, 1))

    def _function(self, offer: Offer) -> Function:
        source = self.sight.index.functions.get(offer.definition)
        docstring = offer.docstring or self._inherited_docstring(offer)
        arguments = arguments_of(offer, docstring, self.sight, self.summaries)
        kind: FunctionKind = (
            "function" if offer.kind == "function" else "method" if offer.kind == "method" else "property"
        )
        abstract = source is not None and is_abstract(source, self.protocols)
        stub = None
        if source is not None and not abstract:
            stub = stub_of(source, self.summaries.read.get(source.name, frozenset()))
        deprecated = deprecated_by_code(source) if source is not None else None
        return Function(
            offer.name,
            self._where(offer),
            arity_of(offer),
            "callback" if abstract else kind,
            arguments,
            deprecated=deprecated or docstrings.deprecation(offer.docstring),
            summary=docstrings.summary(docstring),
            returns=offer.returns or self._answered(offer),
            stub=stub,
            http=self.summaries.requests.get(offer.definition, ()),
            calls=self._calls(offer.definition, offer.name),
            aliases=offer.others,
        )

    def _dynamic(self, name: str, inside: list[str]) -> str | None:
        """Where attributes come from that nobody wrote down."""
        members = {member for one in inside for member in self.sight.index.classes[one].members}
        return f"{name}.__getattr__" if members & {"__getattr__", "__getattribute__"} else None

    def _answered(self, offer: Offer) -> str | None:
        """The class of what a function without an annotation gives, where its body tells.

        An object of its own class, or of a parent of it, counts as one of the class that it is offered with.
        """
        source = self.sight.index.functions.get(offer.definition)
        found = {value.of for value in self.sight.returns(source) if isinstance(value, Instance)} if source else set()
        if len(found) != 1:
            return None
        (of,) = found
        owner = self.classes.get(offer.name.rpartition(".")[0])
        if owner is not None and offer.kind == "method" and of in self.sight.order(owner)[0]:
            return offer.name.rpartition(".")[0]
        return self.public.get(of)

    def _class(self, offer: Offer) -> Function:
        known = offer.definition in self.sight.index.classes
        inside, outside = self.sight.order(offer.definition) if known else ([], [])
        is_error = any(one.rsplit(".", 1)[-1].endswith(_ERRORS) for one in outside)
        maker = self.sight.method(offer.definition, "__init__")
        docstring = offer.docstring
        # promises and their like come from Python itself, and make no `__init__`
        beyond_own = [one for one in outside if one.split(".")[-1] not in ("Protocol", "ABC", "Generic", "Enum")]
        beyond = [one for one in outside if not _is_pythons(one)]
        return Function(
            offer.name,
            self._where(offer),
            (0, None) if beyond_own and len(offer.parameters) < 2 and maker is None else arity_of(offer),
            "exception" if is_error else "type",
            arguments_of(offer, docstring, self.sight, self.summaries, maker),
            summary=docstrings.summary(docstring),
            deprecated=docstrings.deprecation(docstring),
            returns=offer.name,
            http=self.summaries.requests.get(maker.name, ()) if maker is not None else (),
            calls=self._calls(maker.name, offer.name) if maker is not None else (),
            delegates_to=None if is_error else beyond[0] if beyond else self._dynamic(offer.name, inside),
            aliases=offer.others,
        )

    def _value(self, offer: Offer) -> Iterator[Function]:
        """A name that is given a function: `list_models = api.list_models`."""
        module = self.sight.index.modules[offer.module]
        for value in self.sight.named(module, offer.name.rsplit(".", 1)[-1]):
            held = value.function if isinstance(value, Partial) else value
            target = held.name if isinstance(held, Ref) else ""
            if isinstance(held, Bound):
                method = self.sight.method(held.of, held.name)
                target = method.name if method is not None else ""
            if target in self.public:
                original = next(
                    one for one in self.offered if one.definition == target and one.name == self.public[target]
                )
                made = next(self._of(original))
                self.written[offer.name] = self.written[made.name]
                yield replace(
                    made,
                    name=offer.name,
                    where=self._where(offer),
                    kind="delegate",
                    delegates_to=made.name,
                    aliases=offer.others,
                )
                return
            if target in self.sight.index.functions:
                yield self._private(offer, target)
                return
            if isinstance(held, Ref) and "." in target and not isinstance(value, Ref):
                # a function of another package with some of its arguments given
                yield Function(
                    offer.name, self._where(offer), (0, None), "delegate", delegates_to=target, aliases=offer.others
                )
                return

    def _private(self, offer: Offer, target: str) -> Function:
        """A public name of a function that is not public itself."""
        source = self.sight.index.functions[target]
        docstring = ast.get_docstring(source.node) or ""
        return Function(
            offer.name,
            self._where(offer),
            (0, None),
            "delegate",
            summary=docstrings.summary(docstring),
            http=self.summaries.requests.get(target, ()),
            calls=self._calls(target, offer.name),
            delegates_to=target,
            aliases=offer.others,
        )

    def _inherited_docstring(self, offer: Offer) -> str:
        source = self.sight.index.functions.get(offer.definition)
        if source is None or source.owner is None:
            return ""
        for one in self.sight.order(source.owner)[0][1:]:
            above = self.sight.index.functions.get(self.sight.index.classes[one].members.get(source.node.name, ""))
            if above is not None and ast.get_docstring(above.node):
                return ast.get_docstring(above.node) or ""
        return ""

    def _calls(self, definition: str, own: str) -> tuple[str, ...]:
        """Offered functions that a definition calls, itself or through what is not offered."""
        found: set[str] = set()
        seen = {definition}
        waiting = [definition]
        while waiting:
            for target in self.summaries.calls.get(waiting.pop(), ()):
                if target in self.public:
                    found.add(self.public[target])
                elif target not in seen:
                    seen.add(target)
                    waiting.append(target)
        return tuple(sorted(found - {own}))


def _is_pythons(name: str) -> bool:
    """Whether a class belongs to Python itself, so that its methods are no secret."""
    return name.split(".")[0] in ("typing", "typing_extensions", "abc", "enum", "builtins") or hasattr(builtins, name)


def _findings(origin: Origin, functions: list[Function], summaries: Summaries) -> Iterator[Finding]:
    told: set[tuple[Where, str]] = set()  # an inherited method is one definition
    for function in functions:
        if function.stub is not None and function.stub.reason.startswith("gives made-up data"):
            yield Finding(
                "made-up-data", "error", f"{function.name} {function.stub.reason}", function.stub.where, origin.name
            )
        for argument in function.arguments:
            unread = argument.documented and argument.read is False and not argument.name.startswith("*")
            key = (function.where, argument.name)
            if unread and function.stub is None and function.kind in ("function", "method") and key not in told:
                told.add(key)
                text = f"{function.name}: {argument.name} is documented, accepted, and never read"
                yield Finding("option-not-read", "warning", text, function.where, origin.name)
    for call in summaries.unresolved:
        method = call.method if call.method.isalpha() else "a"
        text = f"{method} request to an address that only a run knows"
        yield Finding("request-unresolved", "note", text, call.where, origin.name)
