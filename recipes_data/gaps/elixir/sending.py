"""The only home of which requests a function sends, as an inventory tells it: method, path, where it is decided."""

from __future__ import annotations

from collections.abc import Mapping

from recipes_data.gaps.elixir.definitions import Definition, Module
from recipes_data.gaps.elixir.documentation import documented_options, documented_values, spec_types, type_values
from recipes_data.gaps.elixir.evaluation import Evaluation
from recipes_data.gaps.elixir.frames import Sent
from recipes_data.gaps.elixir.graph import Graph
from recipes_data.gaps.elixir.requests import methods_of, path_of
from recipes_data.gaps.elixir.syntax import unwrapped
from recipes_data.gaps.elixir.values import Values, texts
from recipes_data.gaps.evidence import Where
from recipes_data.gaps.inventory import HttpCall

__all__ = ["sent_by"]


def sent_by(graph: Graph, evaluation: Evaluation, module: Module, definition: Definition) -> tuple[HttpCall, ...]:
    """Requests of a function and of what it calls, each once, sorted."""
    found: dict[tuple[str, str], Where] = {}
    for sent in evaluation.requests(definition, _documented(graph.calls.modules, module, definition)):
        where = _decided(sent, definition)
        for method in methods_of(sent.methods):
            for url in texts(sent.urls):
                key = (method, path_of(url))
                found[key] = min(found.get(key, where), where)
    return tuple(HttpCall(method, path, found[method, path]) for method, path in sorted(found))


def _decided(sent: Sent, definition: Definition) -> Where:
    """The innermost call on the way to the request that stands in the function's own file."""
    return next((where for where in sent.trail if where.path == definition.path), sent.trail[0])


def _documented(modules: Mapping[str, Module], module: Module, definition: Definition) -> dict[str, Values]:
    """Values of options as documented, and of parameters (under `=name`) as their types list them."""
    found = documented_values(documented_options(definition.doc))
    types = spec_types(module, definition)
    for clause in definition.clauses[:1]:
        for parameter, node in zip(clause.parameters, types, strict=False):
            values = type_values(modules, module, node)
            if values is not None:
                found[f"={unwrapped(parameter.pattern).text}"] = values
    return found
