"""The only home of what a reader of a client's sources should act on: stubs, options nobody reads, idle tests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from recipes_data.gaps.elixir.calls import Site
from recipes_data.gaps.elixir.cases import Case
from recipes_data.gaps.elixir.definitions import Definition
from recipes_data.gaps.elixir.dynamic import clause_of
from recipes_data.gaps.elixir.graph import Graph
from recipes_data.gaps.elixir.options import Options, looks_like_options, place_of
from recipes_data.gaps.elixir.passing import THE_CALLERS, passed_options
from recipes_data.gaps.elixir.stubs import made_up_calls
from recipes_data.gaps.elixir.syntax import unwrapped
from recipes_data.gaps.evidence import Finding, Severity, Where
from recipes_data.gaps.inventory import Function
from recipes_data.gaps.trees import walk

__all__ = ["findings_of"]


def findings_of(
    graph: Graph, options: Options, functions: Iterable[Function], cases: Iterable[Case], name: str
) -> tuple[Finding, ...]:
    """Findings of a client, by place."""
    found = list(_of_functions(functions, name))
    for definition in graph.calls.project.definitions():
        found += _ignored(graph, options, definition, name)
        found += _made_up(graph, definition, name)
    for case in cases:
        if not case.asserts:
            found.append(
                _one("test-without-assertion", "warning", f"{case.test.name} asserts nothing", case.test.where, name)
            )
    for folder in graph.calls.project.nested:
        if "test" in folder.split("/"):  # a test's own material
            continue
        text = f"{folder} has a mix.exs of its own: it is another project and was not read"
        found.append(_one("nested-project", "note", text, Where(f"{folder}/mix.exs", 1), name))
    return tuple(sorted(set(found), key=lambda one: (one.where, one.rule, one.message)))


def _one(rule: str, severity: Severity, message: str, where: Where, name: str) -> Finding:
    return Finding(rule, severity, message, where, name)


def _of_functions(functions: Iterable[Function], name: str) -> Iterator[Finding]:
    for one in functions:
        if one.stub is not None:
            yield _one(
                "stub", "warning" if one.hidden else "error", f"{one.name} {one.stub.reason}", one.stub.where, name
            )
        if one.deprecated is not None:
            yield _one("deprecated", "note", f"{one.name} is deprecated: {one.deprecated}", one.where, name)
        for argument in one.arguments:
            if argument.option and argument.documented and argument.read is False:
                text = f"{one.name} documents the option {argument.name} and never reads it"
                yield _one("option-never-read", "warning", text, one.where, name)


def _ignored(graph: Graph, options: Options, definition: Definition, name: str) -> Iterator[Finding]:
    """Options that are given to a function of the same sources which does not read them."""
    for site in graph.calls.sites(definition):
        given = passed_options(definition, site) if site.arguments and not _shared(definition, site) else ()
        targets = graph.calls.targets(definition, site) if given else []
        if not targets or targets[0].macro or site.arguments is None:
            continue
        place = place_of(targets[0], len(site.arguments) - 1, len(site.arguments))
        reading = options.reading(targets[0], place) if looks_like_options(targets[0], place) else None
        if reading is None or reading.open or not reading.read:
            continue
        for key in given:
            if key != THE_CALLERS and key not in reading.read:
                target = f"{targets[0].module}.{targets[0].name}"
                text = f"{definition.module}.{definition.name} gives {target} the option {key}, which it does not read"
                yield _one("option-ignored", "warning", text, Where(definition.path, site.node.line), name)


def _shared(definition: Definition, site: Site) -> bool:
    """Whether options are collected for several calls: then each may leave some to the others."""
    last = unwrapped(site.arguments[-1]) if site.arguments else None
    clause = clause_of(definition, site.node)
    if last is None or clause is None or last.type != "identifier":
        return False
    uses = [one for one in walk(clause.head, ("identifier",)) if one.text == last.text and one.field != "left"]
    return len(uses) > 1


def _made_up(graph: Graph, definition: Definition, name: str) -> Iterator[Finding]:
    """Made-up data in the place of real data, where something goes wrong or an option asks for it."""
    for called, node, always in made_up_calls(graph.calls, definition):
        if not always and definition.public:
            text = f"{definition.module}.{definition.name} may answer with made-up data: calls {called} in a branch"
            yield _one("made-up-data", "warning", text, Where(definition.path, node.line), name)
