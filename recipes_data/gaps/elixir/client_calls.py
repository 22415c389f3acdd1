"""The only home of how a library's calls into its client are found: whichever way they are written, or listed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from recipes_data.gaps.consumers import ClientCall, How
from recipes_data.gaps.elixir.calls import Site, delegate_of, sites_in
from recipes_data.gaps.elixir.client import Client
from recipes_data.gaps.elixir.definitions import Clause, Definition, Key, Module
from recipes_data.gaps.elixir.graph import Graph
from recipes_data.gaps.elixir.matching import Matched, matched_errors
from recipes_data.gaps.elixir.passing import passed_options
from recipes_data.gaps.elixir.syntax import operator, receiver, unwrapped
from recipes_data.gaps.evidence import Where
from recipes_data.gaps.trees import Node

__all__ = ["Found", "calls_of", "module_calls"]

_LONGEST = 120


@dataclass(frozen=True, slots=True)
class Found:
    """A call, the definition that makes it, and what is done about errors in its answer."""

    call: ClientCall
    by: Key
    errors: tuple[Matched, ...] = ()


def calls_of(graph: Graph, client: Client, definition: Definition) -> Iterator[Found]:
    """Calls of one definition into the client, and those that may be."""
    delegate = delegate_of(graph.calls.source_of(definition), definition)
    if delegate is not None and client.has(delegate[0]):
        arity = definition.arity[1]
        exists = client.exists(*delegate, arity)
        where = Where(definition.path, definition.clauses[0].head.line)
        call = ClientCall(_name(definition), where, ".".join(delegate), "direct", arity, exists=exists)
        yield Found(call, definition.key)
    seen: set[tuple[int, str, str]] = set()
    for site in graph.calls.sites(definition):
        for found in _of_site(graph, client, definition, site):
            mark = (site.node.start, found.call.target, found.call.how)
            if mark not in seen:
                seen.add(mark)
                yield found


def module_calls(graph: Graph, client: Client, module: Module) -> Iterator[Found]:
    """Calls in a module's body: values of attributes, blocks of macros, `use` of a client's module."""
    source = graph.calls.project.sources[module.path]
    nodes = [value for values in module.attributes.values() for value in values]
    nodes += [one.node for one in module.statements if one.path == module.path]
    for used, node in module.uses:
        if client.has(used):
            where = Where(module.path, node.line)
            call = ClientCall(module.name, where, f"{used}.__using__", "direct", 1, text=_text(node))
            yield Found(call, (module.name, "", 0))
    seen: set[tuple[int, str]] = set()
    for node in nodes:
        body = Definition(module.name, "", (0, 0), "def", module.where, module.path)
        body.clauses.append(Clause((), None, (node,), module.node))
        for site in sites_in(source, module.name, [node]):
            if site.node.type == "identifier":
                continue
            for found in _of_site(graph, client, body, site):
                mark = (site.node.start, found.call.target)
                if mark not in seen:
                    seen.add(mark)
                    yield found


def _of_site(graph: Graph, client: Client, definition: Definition, site: Site) -> Iterator[Found]:
    if site.dynamic is not None:
        yield from _computed(graph, client, definition, site)
        return
    if site.module:
        if client.has(site.module):
            yield _found(graph, client, definition, site, site.module, _how(site))
        return
    if not site.name or graph.calls.named(definition.module, site.name, site.arity):
        return
    source = graph.calls.source_of(definition)
    for module in graph.calls.importers(source, site.node.start, site.name, site.arity):
        if not client.has(module):
            continue
        listed = any(
            site.name == name for one in source.imports if one.module == module and one.only for name, _ in one.names
        )
        exists = client.exists(module, site.name, site.arity)
        # without `only:` a name that the client does not have is somebody else's
        if listed or exists or (exists is None and client.functions is not None):
            yield _found(graph, client, definition, site, module, "import")


def _computed(graph: Graph, client: Client, definition: Definition, site: Site) -> Iterator[Found]:
    choice = graph.choice(definition, site)
    meant = sorted(module for module in choice.modules if client.has(module))
    attribute = site.dynamic is not None and operator(unwrapped(site.dynamic)) == "@"
    direct = attribute and _plain_attribute(graph, definition, site)
    for module in meant:
        yield _found(graph, client, definition, site, module, "attribute" if direct else "configured")
    if not meant and not choice.whole and client.may_mean(site.name, site.arity):
        yield _unresolved(
            definition, site, "attribute" if attribute else "apply" if site.form == "apply" else "configured"
        )


def _plain_attribute(graph: Graph, definition: Definition, site: Site) -> bool:
    """Whether the attribute holds a module's name itself, and not what is configured."""
    operand = unwrapped(site.dynamic).child("operand") if site.dynamic is not None else None
    module = graph.calls.modules.get(definition.module)
    values = module.attributes.get(operand.text, []) if module is not None and operand is not None else []
    return all(value.type == "alias" for value in values)


def _how(site: Site) -> How:
    if site.form != "call":
        return site.form
    before = receiver(site.node)
    return "direct" if before is not None and before.text == site.module else "alias"


def _found(graph: Graph, client: Client, definition: Definition, site: Site, module: str, how: How) -> Found:
    errors = matched_errors(graph.calls, definition, site)
    if not site.name:
        return _unresolved(definition, site, how)
    call = ClientCall(
        _name(definition),
        Where(definition.path, site.node.line),
        f"{module}.{site.name}",
        how,
        site.arity,
        passed_options(definition, site),
        tuple(one.pattern for one in errors),
        client.exists(module, site.name, site.arity),
        _text(site.node),
    )
    return Found(call, definition.key, errors)


def _unresolved(definition: Definition, site: Site, how: How) -> Found:
    where = Where(definition.path, site.node.line)
    call = ClientCall(
        _name(definition), where, "", how, site.arity, passed_options(definition, site), text=_text(site.node)
    )
    return Found(call, definition.key)


def _name(definition: Definition) -> str:
    return f"{definition.module}.{definition.name}" if definition.name else definition.module


def _text(node: Node) -> str:
    text = " ".join(node.text.split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."
