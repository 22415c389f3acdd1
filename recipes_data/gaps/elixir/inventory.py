"""The only home of what an Elixir client has, read from its sources as an inventory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from recipes_data.gaps.elixir.calls import Calls, delegate_of
from recipes_data.gaps.elixir.cases import read_cases
from recipes_data.gaps.elixir.definitions import Definition, Key, Module
from recipes_data.gaps.elixir.documentation import returns_of, summary_of
from recipes_data.gaps.elixir.dynamic import Dynamic, read_configuration
from recipes_data.gaps.elixir.evaluation import Evaluation
from recipes_data.gaps.elixir.findings import findings_of
from recipes_data.gaps.elixir.graph import Graph
from recipes_data.gaps.elixir.options import Options
from recipes_data.gaps.elixir.project import Project, read_project
from recipes_data.gaps.elixir.sending import sent_by
from recipes_data.gaps.elixir.settings import settings_of
from recipes_data.gaps.elixir.signatures import arguments_of
from recipes_data.gaps.elixir.stubs import stub_of
from recipes_data.gaps.evidence import Where
from recipes_data.gaps.inventory import Function, FunctionKind, Inventory
from recipes_data.gaps.origins import origin_of
from recipes_data.gaps.trees import collection_paused

__all__ = ["elixir_inventory"]


def elixir_inventory(root: Path, *, name: str | None = None) -> Inventory:
    """The inventory of the Elixir project in a folder. Nothing is compiled or run.

    Args:
        root: the folder with `mix.exs` (or any folder of Elixir sources).
        name: what the report calls the client; its application's name where none is given.

    Raises:
        UsageError: when there are no Elixir sources, or the parser is not installed.
    """
    with collection_paused():
        project = read_project(root)
        return _inventory(project, name or project.app or root.absolute().name)


def _inventory(project: Project, name: str) -> Inventory:
    calls = Calls(project)
    dynamic = Dynamic(calls, read_configuration(project.configs))
    graph = Graph(calls, dynamic)
    options = Options(calls)
    senders = graph.senders()
    evaluation = Evaluation(calls, dynamic, senders)
    public = [one for one in project.definitions() if one.public and not _is_machinery(one)]
    wired = _wired(graph, project, public)
    functions = [
        _function(graph, options, evaluation, project.modules[one.module], one, senders, wired) for one in public
    ]
    functions = _with_twins(_joined([*functions, *_others(project)]))
    cases = read_cases(graph, senders)
    origin = origin_of(
        project.root,
        name=name,
        kind="client",
        language="elixir",
        version=project.version,
        files=project.files,
        lines=project.lines,
    )
    return Inventory(
        origin,
        tuple(functions),
        tuple(case.test for case in cases),
        tuple(sorted(module.name for module in project.modules.values() if module.exception)),
        settings_of(graph),
        findings_of(graph, options, functions, cases, name),
        tuple(project.unparsed),
    )


def _is_machinery(definition: Definition) -> bool:
    """What the language makes or calls, and no user."""
    return not definition.clauses or definition.name.startswith("__") or definition.name == "child_spec"


def _hidden(module: Module, definition: Definition) -> bool:
    return definition.hidden or module.hidden or bool(module.protocol)


def _wired(graph: Graph, project: Project, public: Iterable[Definition]) -> frozenset[Key]:
    """What users reach: functions that documentation shows, and all that these call."""
    shown = [one for one in public if not _hidden(project.modules[one.module], one)]
    return frozenset(graph.reached(shown))


def _function(
    graph: Graph,
    options: Options,
    evaluation: Evaluation,
    module: Module,
    definition: Definition,
    senders: frozenset[Key],
    wired: frozenset[Key],
) -> Function:
    delegate = delegate_of(graph.calls.source_of(definition), definition)
    return Function(
        name=f"{definition.module}.{definition.name}",
        where=definition.where,
        arity=definition.arity,
        kind=_kind(definition),
        arguments=arguments_of(graph, options, module, definition),
        hidden=_hidden(module, definition),
        deprecated=definition.deprecated,
        summary=summary_of(definition.doc),
        returns=returns_of(module, definition),
        stub=stub_of(graph.calls, definition),
        http=sent_by(graph, evaluation, definition) if definition.key in senders else (),
        calls=tuple(_called(graph, definition)),
        delegates_to=".".join(delegate) if delegate else None,
        wired=definition.key in wired,
    )


def _kind(definition: Definition) -> FunctionKind:
    if definition.macro:
        return "macro"
    return "delegate" if definition.keyword == "defdelegate" else "function"


def _called(graph: Graph, definition: Definition) -> list[str]:
    """Public functions that it calls, itself or through private ones."""
    found: dict[Key, Definition] = {}
    waiting = list(graph.edges(definition))
    for one in waiting:  # grows while it is read
        if one.key not in found and one.key != definition.key:
            found[one.key] = one
            if not one.public:
                waiting += graph.edges(one)
    return sorted({f"{one.module}.{one.name}" for one in found.values() if one.public and not _is_machinery(one)})


def _others(project: Project) -> Iterator[Function]:
    """Exceptions and callbacks."""
    for name in sorted(project.modules):
        module = project.modules[name]
        if module.exception:
            yield Function(
                name, module.where, (1, 1), "exception", hidden=module.hidden, summary=summary_of(module.doc)
            )
        for (callback, arity), node in sorted(module.callbacks.items(), key=lambda item: item[0]):
            where = Where(module.path, node.line)
            yield Function(f"{name}.{callback}", where, (arity, arity), "callback", hidden=module.hidden)


def _joined(functions: list[Function]) -> list[Function]:
    """Functions of one name whose arities follow on each other are one function; sorted."""
    found: list[Function] = []
    for one in sorted(functions, key=lambda each: (each.name, each.arity[0], each.arity[1] or 0, each.kind)):
        last = found[-1] if found else None
        if (
            last is not None
            and last.name == one.name
            and last.kind == one.kind
            and one.arity[0] <= (last.arity[1] or 0) + 1
        ):
            found[-1] = _both(last, one)
        else:
            found.append(one)
    return found


def _both(less: Function, more: Function) -> Function:
    """Two arities of one function: the longer one's arguments, what either does."""
    shown = less if less.summary and not more.summary else more
    return Function(
        name=more.name,
        where=min(less.where, more.where),
        arity=(less.arity[0], more.arity[1]),
        kind=more.kind,
        arguments=more.arguments,
        hidden=less.hidden and more.hidden,
        deprecated=less.deprecated if less.deprecated and more.deprecated else None,
        summary=shown.summary,
        returns=more.returns or less.returns,
        stub=more.stub if less.stub or more.name in less.calls else None,
        http=tuple(dict.fromkeys((*less.http, *more.http))),
        calls=tuple(sorted({*less.calls, *more.calls} - {more.name})),
        delegates_to=more.delegates_to or less.delegates_to,
        wired=less.wired or more.wired,
    )


def _with_twins(functions: list[Function]) -> list[Function]:
    """`name` and `name!` are one operation in two forms."""
    names = {one.name for one in functions}
    return [_twinned(one, names) for one in functions]


def _twinned(one: Function, names: set[str]) -> Function:
    other = one.name[:-1] if one.name.endswith("!") else one.name + "!"
    if other not in names:
        return one
    return replace(one, twins=(other,))
