"""The only home of what a function takes: its parameters, and its options as documented, accepted and read."""

from __future__ import annotations

from recipes_data.gaps.elixir.calls import delegate_of
from recipes_data.gaps.elixir.definitions import Definition, Module
from recipes_data.gaps.elixir.documentation import documented_options, spec_types, typed_options
from recipes_data.gaps.elixir.graph import Graph
from recipes_data.gaps.elixir.options import Options, Reading, looks_like_options
from recipes_data.gaps.elixir.syntax import operator, significant, unwrapped
from recipes_data.gaps.inventory import Argument
from recipes_data.gaps.trees import Node, find, walk

__all__ = ["arguments_of", "reading_of"]


def arguments_of(graph: Graph, options: Options, module: Module, definition: Definition) -> tuple[Argument, ...]:
    """Parameters in their order, then options by name."""
    if not definition.clauses:
        return ()
    types = spec_types(module, definition)
    given = [_parameter(definition, at, types) for at in range(definition.arity[1])]
    return (*given, *_options(graph, options, module, definition, types))


def _parameter(definition: Definition, at: int, types: list[Node]) -> Argument:
    default = next((c.parameters[at].default for c in definition.clauses if c.parameters[at].default is not None), None)
    names = [name for clause in definition.clauses if (name := _named(clause.parameters[at].pattern))]
    name = next((one for one in names if not one.startswith("_")), names[0].lstrip("_") if names else f"arg{at + 1}")
    used = [_is_used(clause.parameters[at].pattern, clause.head) for clause in definition.clauses if clause.body]
    return Argument(
        name or f"arg{at + 1}",
        default=" ".join(default.text.split()) if default is not None else None,
        type=" ".join(types[at].text.split()) if types else None,
        read=any(used) if used else None,
    )


def _named(pattern: Node) -> str:
    pattern = unwrapped(pattern)
    if pattern.type == "identifier":
        return pattern.text
    if operator(pattern) == "=":
        return next((one.text for one in map(unwrapped, significant(pattern)) if one.type == "identifier"), "")
    return ""


def _is_used(pattern: Node, head: Node) -> bool:
    """Whether a parameter plays any part: a name that is read, or a pattern that chooses the clause."""
    pattern = unwrapped(pattern)
    if pattern.type != "identifier":
        return True
    if pattern.text.startswith("_"):
        return False
    return any(one.text == pattern.text and one.start != pattern.start for one in walk(head, ("identifier",)))


def reading_of(graph: Graph, options: Options, definition: Definition) -> Reading | None:
    """What a function reads of its options; None where it takes none. A delegate reads what its target reads."""
    delegate = delegate_of(graph.calls.source_of(definition), definition)
    if delegate is not None:
        targets = graph.calls.named(*delegate, definition.arity[1])
        return reading_of(graph, options, targets[0]) if targets and targets[0].key != definition.key else None
    read: dict[str, bool] = {}
    defaults: dict[str, str] = {}
    is_open = False
    taken = [at for at in range(definition.arity[1]) if looks_like_options(definition, at)]
    for at in taken:
        one = options.reading(definition, at)
        read.update(one.read)
        defaults.update(one.defaults)
        is_open = is_open or one.open
    return Reading(read, defaults, is_open) if taken else None


def _options(
    graph: Graph, options: Options, module: Module, definition: Definition, types: list[Node]
) -> list[Argument]:
    reading = reading_of(graph, options, definition)
    if reading is None:
        return []
    documented = documented_options(definition.doc)
    typed: dict[str, str] = {}
    for at, node in enumerate(types):
        if definition.keyword == "defdelegate" or looks_like_options(definition, at) or find(node, "list") is not None:
            typed.update(typed_options(graph.calls.modules, module, node))
    known = bool(documented or typed)
    names = [*reading.read, *(name for name in (*typed, *documented) if name not in reading.read)]
    return [
        Argument(
            name,
            option=True,
            default=reading.defaults.get(name),
            type=typed.get(name),
            documented=(name in documented or name in typed) if known or definition.doc else None,
            read=True if reading.read.get(name) else None if reading.open else False,
        )
        for name in sorted(dict.fromkeys(names))
    ]
