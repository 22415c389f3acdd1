"""The only home of the whole comparison: what was read goes in, one `Analysis` comes out; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from recipes_data import __version__
from recipes_data.gaps.analysis import FORMAT_VERSION, Analysis, ReviewedDocument
from recipes_data.gaps.compare.blocking import gaps_of, minimums_of
from recipes_data.gaps.compare.chains import Link, Served, chains_of, operations_served
from recipes_data.gaps.compare.drift import drift_between
from recipes_data.gaps.compare.joining import Joined, join, reachable
from recipes_data.gaps.compare.names import NameMap, map_of
from recipes_data.gaps.compare.needed import needed_operations, needs_by_recipe, parts_of, unknown_operations
from recipes_data.gaps.compare.options import needed_kinds, needed_options
from recipes_data.gaps.compare.passing import not_passed_on
from recipes_data.gaps.compare.paths import index_operations
from recipes_data.gaps.compare.states import Probed, state_of, tests_by_function
from recipes_data.gaps.consumers import Consumer
from recipes_data.gaps.evidence import Finding, Origin
from recipes_data.gaps.inventory import Inventory
from recipes_data.gaps.levels import State
from recipes_data.gaps.needs import Access, Needs
from recipes_data.gaps.operations import Operations

__all__ = ["analyse", "without_commits"]


def analyse(
    *,
    operations: Operations,
    needs: Sequence[Needs],
    inventories: Sequence[Inventory],
    consumers: Sequence[Consumer] = (),
    names: Sequence[NameMap] = (),
    probes: Sequence[Probed] = (),
    documents: Sequence[ReviewedDocument] = (),
    described: Mapping[str, str] | None = None,
) -> Analysis:
    """Compare. `described`: recipe manifest -> the source file that it describes, where it names one."""
    recipes = needs_by_recipe(needs, operations)
    needed = needed_operations(needs, operations, recipes)
    accesses = {need.operation: [needs[at].accesses[number] for at, number in need.accesses] for need in needed}
    shapes, parts = index_operations(operations.rows), parts_of(operations, general=False)
    known = {row.id for row in operations.rows}
    wanted = {row.id: needed_options(row, accesses[row.id], known) for row in operations.rows}
    links: list[Link] = []
    states: list[State] = []
    findings: list[Finding] = []
    unanswered: list[str] = []
    for inventory in inventories:
        joined, wrong = join(inventory, operations, map_of(names, inventory.origin, "client"))
        own, untold = _states(inventory, operations, accesses, wanted, joined, names, probes)
        findings += wrong
        states += own
        unanswered += untold
        served = operations_served(inventory, joined, parts, shapes)
        links += _links(inventory, own, served, wanted, consumers, names)
    for consumer in consumers:
        findings += _unknown_passages(consumer, map_of(names, consumer.origin, "consumer"))
    chains = chains_of(recipes, operations, links, shapes)
    findings += [*not_passed_on(chains, needed, needs), *_unknown_needs(needs, operations)]
    gaps = gaps_of(operations, needs, needed, recipes, states)
    clients = [inventory.origin.name for inventory in inventories]
    sources = [one for one in needs if one.origin.kind != "manifests"]
    manifests = [one for one in needs if one.origin.kind == "manifests"]
    return Analysis(
        format_version=FORMAT_VERSION,
        made_by=f"recipes-data {__version__}",
        inputs=_inputs(needs, inventories, consumers),
        operations=operations,
        needs=tuple(needs),
        inventories=tuple(inventories),
        consumers=tuple(consumers),
        needed=needed,
        states=tuple(states),
        gaps=gaps,
        minimums=minimums_of(operations, recipes, gaps, clients),
        chains=chains,
        drift=drift_between(sources, manifests, described) if sources and manifests else (),
        findings=_all_findings(findings, needs, inventories, consumers),
        documents=tuple(documents),
        unanswered=tuple(
            dict.fromkeys(
                [*_unknown_accesses(needs), *_unknown_calls(consumers), *unanswered, *_unread(inventories, consumers)]
            )
        ),
    )


def without_commits(analysis: Analysis) -> Analysis:
    """The same without the commits of its inputs, which a report in the same repository could never name rightly."""

    def bare(origin: Origin) -> Origin:
        return replace(origin, commit=None)

    return replace(
        analysis,
        inputs=tuple(map(bare, analysis.inputs)),
        needs=tuple(replace(one, origin=bare(one.origin)) for one in analysis.needs),
        inventories=tuple(replace(one, origin=bare(one.origin)) for one in analysis.inventories),
        consumers=tuple(replace(one, origin=bare(one.origin)) for one in analysis.consumers),
    )


def _all_findings(
    own: Sequence[Finding], needs: Sequence[Needs], inventories: Sequence[Inventory], consumers: Sequence[Consumer]
) -> tuple[Finding, ...]:
    """Findings of every input and of the comparison, each once: errors first, then by rule and place."""
    found = {
        *own,
        *(finding for one in needs for finding in one.findings),
        *(finding for one in inventories for finding in one.findings),
        *(finding for one in consumers for finding in one.findings),
    }
    return tuple(sorted(found, key=_finding_order))


def _states(
    inventory: Inventory,
    operations: Operations,
    accesses: Mapping[str, Sequence[Access]],
    wanted: Mapping[str, Sequence[str]],
    joined: Mapping[str, Joined],
    names: Sequence[NameMap],
    probes: Sequence[Probed],
) -> tuple[list[State], list[str]]:
    functions, tests = reachable(inventory), tests_by_function(inventory.tests)
    client = inventory.origin.name
    probed = {probe.operation: probe for probe in probes if probe.client == client}
    states: list[State] = []
    untold: list[str] = []
    for row in operations.rows:
        reading = state_of(
            row,
            inventory,
            joined.get(row.id),
            wanted[row.id],
            kinds=needed_kinds(accesses[row.id]),
            functions=functions,
            tests=tests,
            names=map_of(names, inventory.origin, "client"),
            probed=probed.get(row.id),
        )
        states.append(reading.state)
        untold += reading.unanswered
        if accesses[row.id] and reading.state.probe == "not verifiable offline":
            untold.append(f"{client}, {row.id}: whether it works cannot be verified offline")
    return states, untold


def _links(
    inventory: Inventory,
    states: Iterable[State],
    served: Served,
    wanted: Mapping[str, Sequence[str]],
    consumers: Sequence[Consumer],
    names: Sequence[NameMap],
) -> list[Link]:
    """The ways through this client: one for each consumer on it, or the client alone."""
    client = inventory.origin.name
    by_operation = {state.operation: state for state in states}
    functions = reachable(inventory)
    on_it = [consumer for consumer in consumers if consumer.client == client]
    through = [
        Link(client, by_operation, served, functions, wanted, consumer, map_of(names, consumer.origin, "consumer"))
        for consumer in on_it
    ]
    return through or [Link(client, by_operation, served, functions, wanted)]


def _unknown_passages(consumer: Consumer, names: NameMap | None) -> list[Finding]:
    known = {passage.function for passage in consumer.passages}
    return [
        Finding(
            "name-map-unknown-function",
            "warning",
            f"the name map says that {row.function} is {row.operation}; {consumer.origin.name} has no such function "
            f"that reaches a client",
            row.where,
            consumer.origin.name,
        )
        for row in (names.rows if names else ())
        if row.function not in known
    ]


def _unknown_needs(needs: Sequence[Needs], operations: Operations) -> list[Finding]:
    return [
        Finding(
            "operation-not-in-table",
            "error",
            f"{one} is needed here, and the table of operations has no such row",
            needs[at].accesses[number].where,
            needs[at].origin.name,
        )
        for at, number, one in unknown_operations(needs, operations)
    ]


def _unknown_accesses(needs: Sequence[Needs]) -> list[str]:
    return [
        f"{input_.origin.name}, {access.where}: {access.function}: {', '.join(access.unresolved)} could not be known"
        for input_ in needs
        for access in input_.accesses
        if access.unresolved
    ]


def _unknown_calls(consumers: Sequence[Consumer]) -> list[str]:
    return [
        f"{consumer.origin.name}, {call.where}: what {call.caller} calls could not be known: {call.text}"
        for consumer in consumers
        for call in consumer.calls
        if not call.target
    ]


def _unread(inventories: Sequence[Inventory], consumers: Sequence[Consumer]) -> list[str]:
    read = [(one.origin.name, one.unparsed) for one in inventories]
    read += [(one.origin.name, one.unparsed) for one in consumers]
    return [f"{name}: could not be read whole: {text}" for name, unparsed in read for text in unparsed]


def _inputs(
    needs: Sequence[Needs], inventories: Sequence[Inventory], consumers: Sequence[Consumer]
) -> tuple[Origin, ...]:
    every = [*(one.origin for one in needs), *(one.origin for one in inventories), *(one.origin for one in consumers)]
    return tuple(dict.fromkeys(every))


def _finding_order(finding: Finding) -> tuple[int, str, str, str, int, str]:
    severity = ("error", "warning", "note").index(finding.severity)
    return severity, finding.rule, finding.input, finding.where.path, finding.where.line, finding.message
