"""The only home of what a library between recipes and client asks of the client, read from its Elixir sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from recipes_data.gaps.consumers import ClientCall, Consumer, Passage
from recipes_data.gaps.elixir.calls import Calls
from recipes_data.gaps.elixir.client import Client, client_of
from recipes_data.gaps.elixir.client_calls import Found, calls_of, module_calls
from recipes_data.gaps.elixir.definitions import Definition, Key
from recipes_data.gaps.elixir.dynamic import Dynamic, read_configuration
from recipes_data.gaps.elixir.evaluation import Evaluation
from recipes_data.gaps.elixir.graph import Graph
from recipes_data.gaps.elixir.project import Project, read_project
from recipes_data.gaps.elixir.requests import on_hub
from recipes_data.gaps.elixir.sending import requests_of
from recipes_data.gaps.elixir.stubs import made_up_calls, stub_of
from recipes_data.gaps.elixir.syntax import HOLE
from recipes_data.gaps.evidence import Finding, Severity, Where
from recipes_data.gaps.inventory import Inventory
from recipes_data.gaps.origins import origin_of
from recipes_data.gaps.trees import collection_paused

__all__ = ["elixir_consumer"]


@dataclass(frozen=True, slots=True)
class _Raw:
    """A request that a function (`by`) sends itself, as it is when `entry` is called."""

    entry: Key
    found: Found


def elixir_consumer(root: Path, client: Inventory | None, client_name: str) -> Consumer:
    """Every call that the Elixir project in a folder makes into a client. Nothing is compiled or run.

    Args:
        root: the folder with `mix.exs` (or any folder of Elixir sources).
        client: what the client has; None where that is not known: then nothing is said of what exists.
        client_name: the client's `Origin.name`; its modules' namespace is told from it where there is no inventory.

    Raises:
        UsageError: when there are no Elixir sources, or the parser is not installed.
    """
    with collection_paused():
        project = read_project(root)
        return _consumer(project, client, client_name)


def _consumer(project: Project, inventory: Inventory | None, client_name: str) -> Consumer:
    calls = Calls(project)
    graph = Graph(calls, Dynamic(calls, read_configuration(project.configs)))
    client = client_of(inventory, client_name, frozenset(project.modules) | frozenset(project.tests))
    found = [one for definition in project.definitions() for one in calls_of(graph, client, definition)]
    found += [one for name in sorted(project.modules) for one in module_calls(graph, client, project.modules[name])]
    raw = _raw(graph)
    every = _ordered([*found, *(one.found for one in raw)])
    name = project.app or project.root.absolute().name
    origin = origin_of(
        project.root,
        name=name,
        kind="consumer",
        language="elixir",
        version=project.version,
        files=project.files,
        lines=project.lines,
    )
    return Consumer(
        origin,
        client_name,
        tuple(one.call for one in every),
        tuple(_passages(graph, project, every, raw)),
        tuple(
            sorted(
                {*_findings(client, every, name), *_own(graph, name)},
                key=lambda one: (one.where, one.rule, one.message),
            )
        ),
        tuple(project.unparsed),
    )


def _ordered(found: Iterable[Found]) -> list[Found]:
    """By place; what is the same in all respects once."""
    unique: dict[tuple[ClientCall, Key], Found] = {(one.call, one.by): one for one in found}
    return sorted(
        unique.values(), key=lambda one: (one.call.where, one.call.target, one.call.how, one.call.caller, one.by)
    )


# --- requests that go round the client


def _raw(graph: Graph) -> list[_Raw]:
    senders = graph.senders()
    evaluation = Evaluation(graph.calls, graph.dynamic, senders)
    callers = [one for one in graph.calls.project.definitions() if one.key in senders]
    at = {
        Where(one.path, site.node.line): one
        for one in callers
        for site in graph.calls.sites(one)
        if graph.sends(one, site)
    }
    found: list[_Raw] = []
    covered: set[Where] = set()
    # private functions as their callers use them; for themselves only where nobody calls them
    for definition in sorted(callers, key=lambda one: not one.public):
        for method, url, trail in requests_of(graph, evaluation, definition):
            where = trail[0][1]
            if not definition.public and where in covered:
                continue
            covered.add(where)
            if on_hub(url):
                found.append(_Raw(definition.key, _request(at.get(where, definition), method, url, where)))
    return found


def _request(by: Definition, method: str, url: str, where: Where) -> Found:
    call = ClientCall(f"{by.module}.{by.name}", where, f"{method} {url.replace(HOLE, '{}')}", "raw-http")
    return Found(call, by.key)


# --- what public functions reach


def _passages(graph: Graph, project: Project, every: list[Found], raw: list[_Raw]) -> Iterator[Passage]:
    places: dict[Key, list[int]] = {}
    number: dict[tuple[ClientCall, Key], int] = {}
    for at, one in enumerate(every):
        number[one.call, one.by] = at
        if one.call.how != "raw-http":
            places.setdefault(one.by, []).append(at)
    requests: dict[Key, set[int]] = {}
    for each in raw:
        requests.setdefault(each.entry, set()).add(number[each.found.call, each.found.by])
    shown = [one for one in project.definitions() if one.public and not one.macro and not one.name.startswith("__")]
    for definition in sorted(shown, key=lambda one: (one.module, one.name, one.arity)):
        reached = {at for key in graph.closure(definition) for at in places.get(key, ())}
        calls = tuple(sorted(reached | requests.get(definition.key, set())))
        yield Passage(f"{definition.module}.{definition.name}", definition.where, definition.arity, calls)


# --- findings


def _findings(client: Client, every: Iterable[Found], name: str) -> Iterator[Finding]:
    for one in every:
        call = one.call
        if call.exists is False:
            text = f"{call.caller} calls {call.target}/{call.arity}, which the client does not have"
            yield _one("client-function-missing", "error", text, call.where, name)
        if call.how == "raw-http":
            yield _one(
                "raw-http", "warning", f"{call.caller} sends {call.target} itself, round the client", call.where, name
            )
        elif not call.target:
            text = f"{call.caller}: which function of the client is called cannot be told: {call.text}"
            yield _one("client-call-unresolved", "note", text, call.where, name)
        for matched in one.errors:
            if matched.swallowed:
                text = f"{call.caller} answers {matched.swallowed} where {call.target} gives {matched.pattern}"
                yield _one("error-swallowed", "warning", text, Where(call.where.path, matched.line), name)
        yield from _of_target(client, call, name)


def _of_target(client: Client, call: ClientCall, name: str) -> Iterator[Finding]:
    for function in (client.functions or {}).get(call.target, ()):
        if function.stub is not None:
            text = f"{call.caller} calls {call.target}, a stub: it {function.stub.reason}"
            yield _one("stub-called", "error", text, call.where, name)
        taken = {one.name: one.read for one in function.arguments if one.option}
        if not taken or None in taken.values():
            continue
        for option in call.options:
            if option != "..." and not taken.get(option, False):
                text = f"{call.caller} gives {call.target} the option {option}, which it does not read"
                yield _one("option-ignored", "warning", text, call.where, name)


def _own(graph: Graph, name: str) -> Iterator[Finding]:
    """Stubs and made-up data of the library itself."""
    for definition in graph.calls.project.definitions():
        if not definition.public:
            continue
        stub = stub_of(graph.calls, definition)
        if stub is not None:
            yield _one("stub", "warning", f"{definition.module}.{definition.name} {stub.reason}", stub.where, name)
        for called, node, always in made_up_calls(graph.calls, definition):
            if not always:
                text = f"{definition.module}.{definition.name} may answer with made-up data: calls {called} in a branch"
                yield _one("made-up-data", "warning", text, Where(definition.path, node.line), name)


def _one(rule: str, severity: Severity, message: str, where: Where, name: str) -> Finding:
    return Finding(rule, severity, message, where, name)
