"""The only home of which settings a project reads: environment variables and configuration keys."""

from __future__ import annotations

from recipes_data.gaps.elixir.definitions import Definition
from recipes_data.gaps.elixir.dynamic import clause_of
from recipes_data.gaps.elixir.graph import Graph
from recipes_data.gaps.elixir.scope import resolved_node
from recipes_data.gaps.elixir.syntax import argument_nodes, atom_of, called_name, literal_text, receiver
from recipes_data.gaps.trees import Node, walk

__all__ = ["settings_of"]

_READS = frozenset({"get_env", "fetch_env", "fetch_env!", "compile_env", "compile_env!"})


def settings_of(graph: Graph) -> tuple[str, ...]:
    """Names, sorted: `HF_TOKEN` for the environment, `:app, :key` for the application's configuration."""
    found: set[str] = set()
    callers = _callers(graph)
    for definition in graph.calls.project.definitions():
        for site in graph.calls.sites(definition):
            arguments = list(site.arguments or ())
            if site.module not in ("System", "Application") or site.name not in _READS or not arguments:
                continue
            wanted = arguments[:1] if site.module == "System" else arguments[:2]
            found |= _named(graph, definition, wanted, callers)
    for module in graph.calls.project.modules.values():
        for values in module.attributes.values():
            found |= {name for value in values for name in _literal_reads(value)}
    for root in graph.calls.project.configs.values():
        found |= {name for name in _literal_reads(root) if not name.startswith(":")}
    return tuple(sorted(found))


def _literal_reads(node: Node) -> list[str]:
    found = []
    for call in walk(node, ("call",)):
        before = receiver(call)
        if before is not None and before.text in ("System", "Application") and called_name(call) in _READS:
            arguments = argument_nodes(call)
            names = [_literal(one) for one in (arguments[:1] if before.text == "System" else arguments[:2])]
            if names and all(names):
                found.append(", ".join(name for name in names if name))
    return found


def _literal(node: Node) -> str | None:
    text, atom = literal_text(node), atom_of(node)
    return text or (f":{atom}" if atom else node.text if node.type == "alias" else None)


def _named(graph: Graph, definition: Definition, wanted: list[Node], callers: dict[str, list[list[Node]]]) -> set[str]:
    """Settings of a read; where a parameter names one, what callers give there."""
    rows = [list[str]()]
    for node in wanted:
        names = _values(graph, definition, node, callers)
        rows = [[*row, name] for row in rows for name in names]
    return {", ".join(row) for row in rows}


def _values(graph: Graph, definition: Definition, node: Node, callers: dict[str, list[list[Node]]]) -> list[str]:
    literal = _literal(node)
    if literal is not None:
        full = resolved_node(graph.calls.source_of(definition), node, definition.module)
        return [literal if literal_text(node) or atom_of(node) else full or literal]
    attribute = node.child("operand")
    module = graph.calls.modules.get(definition.module)
    if attribute is not None and module is not None and attribute.text in module.attributes:
        return [name for value in module.attributes[attribute.text] if (name := _literal(value))]
    clause = clause_of(definition, node)
    for at, parameter in enumerate(clause.parameters if clause is not None else ()):
        if parameter.pattern.text == node.text:
            given = callers.get(f"{definition.module}.{definition.name}/{definition.arity[1]}", [])
            return sorted({name for row in given if at < len(row) and (name := _literal(row[at]))})
    return []


def _callers(graph: Graph) -> dict[str, list[list[Node]]]:
    found: dict[str, list[list[Node]]] = {}
    for definition in graph.calls.project.definitions():
        for site in graph.calls.sites(definition):
            for target in graph.calls.targets(definition, site):
                key = f"{target.module}.{target.name}/{target.arity[1]}"
                found.setdefault(key, []).append(list(site.arguments or ()))
    return found
