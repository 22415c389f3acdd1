"""The only home of the checklist of a good analysis, with ticks that are computed and never set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from recipes_data.gaps.analysis import Analysis

__all__ = ["Tick", "checklist"]


@dataclass(frozen=True, slots=True)
class Tick:
    """One point: `done` None where there was nothing to look at. `counted` says what the tick was computed from."""

    point: str
    done: bool | None
    counted: str


def checklist(analysis: Analysis, examples: Mapping[str, int] | None = None) -> tuple[Tick, ...]:
    """The seven points in their order. `examples`: how many of the written tests are run, parsed, unchecked."""
    return (
        _recipes(analysis),
        _calls(analysis),
        _functions(analysis),
        _documents(analysis),
        _examples(examples),
        _criteria(analysis),
        _scope(analysis),
    )


def _recipes(analysis: Analysis) -> Tick:
    recipes = sum(len(needs.recipes) for needs in analysis.needs)
    accesses = [access for needs in analysis.needs for access in needs.accesses]
    unknown = sum(bool(access.unresolved) for access in accesses)
    unreached = sum(len(needs.unreached) for needs in analysis.needs)
    counted = (
        f"{recipes} recipes, {len(accesses)} accesses; {unknown} with an argument that could not be known, "
        f"{unreached} that no recipe was seen to reach"
    )
    return Tick("every recipe traced", not unknown and not unreached if recipes else None, counted)


def _calls(analysis: Analysis) -> Tick:
    calls = [call for consumer in analysis.consumers for call in consumer.calls]
    unknown = sum(not call.target for call in calls)
    unparsed = sum(len(consumer.unparsed) for consumer in analysis.consumers)
    counted = f"{len(calls)} calls in {len(analysis.consumers)} consumers; {unknown} whose target could not be known"
    if unparsed:
        counted += f", {unparsed} files that could not be read whole"
    return Tick("every consumer call identified", not unknown and not unparsed if analysis.consumers else None, counted)


def _functions(analysis: Analysis) -> Tick:
    functions = sum(len(inventory.functions) for inventory in analysis.inventories)
    unparsed = sum(len(inventory.unparsed) for inventory in analysis.inventories)
    clients = len(analysis.inventories)
    counted = f"{functions} functions of {clients} clients; {unparsed} files that could not be read whole"
    return Tick("every function audited", not unparsed if clients else None, counted)


def _documents(analysis: Analysis) -> Tick:
    claims = [claim for document in analysis.documents for claim in document.claims]
    unchecked = sum(claim.verdict == "unchecked" for claim in claims)
    counted = f"{len(analysis.documents)} documents, {len(claims)} claims; {unchecked} could not be checked"
    return Tick("all documents reviewed", not unchecked if analysis.documents else None, counted)


def _examples(examples: Mapping[str, int] | None) -> Tick:
    if not examples or not sum(examples.values()):
        return Tick("examples runnable", None, "no examples were written")
    counted = ", ".join(f"{count} {how}" for how, count in examples.items())
    return Tick("examples runnable", not examples.get("unchecked", 0), counted)


def _criteria(analysis: Analysis) -> Tick:
    rows = analysis.operations.by_id()
    wanted = dict.fromkeys(gap.operation for gap in analysis.gaps)
    clear = [one for one in wanted if one in rows and rows[one].returns and (rows[one].path or rows[one].uses)]
    counted = (
        f"{len(clear)} of {len(wanted)} operations with a gap have a request or parts, and an answer, in the table"
    )
    return Tick("acceptance criteria clear", len(clear) == len(wanted), counted)


def _scope(analysis: Analysis) -> Tick:
    unneeded = {need.operation for need in analysis.needed if need.priority == "none"}
    planned = sum(gap.operation in unneeded for gap in analysis.gaps)
    counted = f"{len(unneeded)} of {len(analysis.needed)} operations are needed by nobody, {planned} of them planned"
    return Tick("scope minimal", not planned, counted)
