"""The only home of which requests a function sends, as an inventory tells it: method, path, where it is decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from recipes_data.gaps.elixir.definitions import Definition, Module
from recipes_data.gaps.elixir.documentation import documented_options, documented_values, spec_types, type_values
from recipes_data.gaps.elixir.evaluation import Evaluation
from recipes_data.gaps.elixir.graph import Graph
from recipes_data.gaps.elixir.options import looks_like_options
from recipes_data.gaps.elixir.requests import methods_of, path_of
from recipes_data.gaps.elixir.values import Pairs, Values, texts
from recipes_data.gaps.evidence import Where
from recipes_data.gaps.inventory import HttpCall

__all__ = ["Trail", "requests_of", "sent_by"]

Trail = tuple[tuple[str, Where], ...]
"""Calls on the way to a request, the one that sends it first, each with the module that makes it."""


def sent_by(graph: Graph, evaluation: Evaluation, definition: Definition) -> tuple[HttpCall, ...]:
    """Requests of a function and of what it calls, each once, sorted."""
    found: dict[tuple[str, str], Where] = {}
    for method, url, trail in requests_of(graph, evaluation, definition):
        key, where = (method, path_of(url)), _decided(trail, definition)
        found[key] = min(found.get(key, where), where)
    return tuple(HttpCall(method, path, found[method, path]) for method, path in sorted(found))


def requests_of(graph: Graph, evaluation: Evaluation, definition: Definition) -> Iterator[tuple[str, str, Trail]]:
    """Method, URL (`HOLE` where something is put in) and way of each request, the call that sends it first."""
    module = graph.calls.modules[definition.module]
    for sent in evaluation.requests(definition, _given(graph.calls.modules, module, definition)):
        for method in methods_of(sent.methods):
            for url in texts(sent.urls):
                yield method, url, sent.trail


def _decided(trail: Trail, definition: Definition) -> Where:
    """The innermost call on the way to the request that stands in the function's own module."""
    return next((where for module, where in trail if module == definition.module), trail[0][1])


def _given(modules: Mapping[str, Module], module: Module, definition: Definition) -> dict[int, Values]:
    """What documentation and types say of the parameters: an option's values, a parameter that is one of some atoms."""
    found: dict[int, Values] = {}
    options = documented_values(documented_options(definition.doc))
    for at in range(definition.arity[1]):
        if options and looks_like_options(definition, at):
            found[at] = frozenset({Pairs(tuple(sorted(options.items())), open=True)})
    for at, node in enumerate(spec_types(module, definition)):
        values = type_values(modules, module, node)
        if values is not None:
            found[at] = values
    return found
