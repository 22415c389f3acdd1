"""The only home of GAP_ANALYSIS.md: what is missing, how bad that is, what it blocks, and what is not needed."""

from __future__ import annotations

from recipes_data.gaps.analysis import Analysis, Chain
from recipes_data.gaps.consumers import ClientCall
from recipes_data.gaps.levels import Gap, Priority
from recipes_data.gaps.reports.blocks import evidence_cell, inputs_line, need_places, place, recipes_cell, state_words
from recipes_data.gaps.reports.facts import LEVEL_SAYS, PRIORITIES, Facts, facts_of
from recipes_data.gaps.reports.markdown import (
    NONE_FOUND,
    bullets,
    code,
    codes,
    page,
    plural,
    prose,
    sentence,
    table,
    verb,
)
from recipes_data.gaps.reports.scenarios import failed_of
from recipes_data.gaps.reports.verdicts import (
    ConsumerVerdict,
    client_verdict,
    consumer_answer,
    consumer_verdict,
    unresolved_count,
)

__all__ = ["gap_analysis"]

_SHOWN_RECIPES = 80
_TITLES: dict[Priority, str] = {"P0": "Critical (P0)", "P1": "High (P1)", "P2": "Low (P2)"}
_HOW = {
    "direct": "a call",
    "alias": "a call through an alias",
    "import": "a call through an import",
    "pipe": "a pipe",
    "apply": "an `apply`",
    "attribute": "a module attribute",
    "configured": "a configured module",
    "capture": "a capture",
    "raw-http": "a request of its own",
}


def gap_analysis(analysis: Analysis) -> str:
    """The page."""
    facts = facts_of(analysis)
    return page(
        "Gap analysis",
        _lead(facts),
        *(block for priority in PRIORITIES for block in _gaps(facts, priority)),
        "## Which recipes can run",
        _recipes(facts),
        *_consumers(facts),
        "## Not needed",
        _not_needed(facts),
        "## Not decided",
        _not_decided(facts),
        inputs_line(facts),
    )


def _lead(facts: Facts) -> str:
    if not facts.clients:
        return "No client was read."
    rows = [
        (
            code(client),
            *(str(len(facts.gaps(client, priority))) for priority in PRIORITIES),
            f"{len(verdict.blocked)} of {len(verdict.blocked) + len(verdict.ready)}",
        )
        for client in facts.clients
        for verdict in [client_verdict(facts, client)]
    ]
    lead = (
        "A gap is an operation that is needed and that a client does not have, only declares, has without an "
        "option that "
        "is needed, or was seen to do wrong. What is complete in the source and was never seen to work is "
        "not a gap; each "
        "client's page lists it as unproven."
    )
    return lead + "\n\n" + table(("Client", "Critical", "High", "Low", "Recipes blocked"), rows)


def _gaps(facts: Facts, priority: Priority) -> list[str]:
    gaps = [gap for gap in facts.gaps(None, priority) if not _without_sign(facts, gap)]
    silent = [gap for gap in facts.gaps(None, priority) if _without_sign(facts, gap)]
    rows = [_gap_row(facts, gap) for gap in gaps]
    heads = ("Client", "Operation", "State", "Why it is a gap", "Blocks", "Evidence in the client", "Asked for at")
    return [
        f"## {_TITLES[priority]}",
        table(heads, rows) if rows or not silent else "",
        *_silent(facts, silent),
    ]


def _without_sign(facts: Facts, gap: Gap) -> bool:
    return gap.level == "absent" and facts.operation(gap.operation).kind == "behaviour"


def _silent(facts: Facts, gaps: list[Gap]) -> list[str]:
    """Behaviours of which a source shows no sign: one line a client and set of recipes; there is nothing to add."""
    if not gaps:
        return []
    lines: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for gap in gaps:
        lines.setdefault((gap.client, gap.recipes), []).append(gap.operation)
    said = []
    for (client, names), operations in lines.items():
        blocked = f", which {recipes_cell(facts, names, 5)} would need" if names else ""
        said.append(f"{code(client)}: {codes(operations)}{blocked}")
    return [
        "Behaviours of which the source shows no sign; a probe shows whether they are really missing:",
        bullets(said),
    ]


def _gap_row(facts: Facts, gap: Gap) -> tuple[str, ...]:
    state = facts.state(gap.client, gap.operation)
    told = " failed: " in gap.why  # which scenarios did is said there already
    failed = [] if told else [prose(sentence(one.should)) for one in failed_of(state)]
    return (
        code(gap.client),
        f"{code(gap.operation)}<br>{prose(facts.operation(gap.operation).title)}",
        state_words(state),
        prose(sentence(gap.why)) + (f" What should be and is not: {' '.join(failed)}" if failed else ""),
        recipes_cell(facts, gap.recipes, 5),
        evidence_cell(state) if state.level != "absent" else "nothing of it is there",
        need_places(facts, facts.needs[gap.operation], 2),
    )


def _recipes(facts: Facts) -> str:
    groups = facts.minimums()
    if not groups or not facts.clients:
        return NONE_FOUND
    rows = []
    for minimum, names in sorted(groups, key=lambda group: (_blockers(group[0].blocked), group[1])):
        blocked = dict(minimum.blocked)
        cells = [f"blocked by {codes(blocked[client])}" if blocked.get(client) else "yes" for client in facts.clients]
        rows.append((codes(names, _SHOWN_RECIPES), str(len(minimum.operations)), *cells))
    lead = (
        "As far as gaps tell: `yes` means that nothing it needs is missing, not that it was run. Recipes "
        "that need and miss "
        "the same share a row; "
        "[COOKBOOK_REQUIREMENTS.md](COOKBOOK_REQUIREMENTS.md#minimum-set-for-each-recipe) has the sets."
    )
    return f"{lead}\n\n" + table(("Recipes", "Operations", *(f"On {code(client)}" for client in facts.clients)), rows)


def _blockers(blocked: tuple[tuple[str, tuple[str, ...]], ...]) -> int:
    return -sum(len(operations) for _, operations in blocked)


def _consumers(facts: Facts) -> list[str]:
    blocks = []
    for consumer in facts.analysis.consumers:
        verdict = consumer_verdict(facts, consumer)
        blocks += [
            f"## Does {consumer.origin.name} work on {consumer.client}?",
            consumer_answer(verdict),
            *_chains(verdict),
            *_calls("Calls to functions that do not exist", verdict.nowhere),
            *_calls("Requests that go round the client", verdict.raw),
            *_calls("Calls whose target could not be told", verdict.unresolved),
            *_matched(verdict),
        ]
    return blocks


def _chains(verdict: ConsumerVerdict) -> list[str]:
    """One row for each way a need goes; recipes that go the same way are counted."""
    ways: dict[tuple[str, str, str, str, str], list[Chain]] = {}
    for chain in (*verdict.broken, *verdict.whole):
        key = (chain.operation, chain.passage, chain.function, chain.http, chain.broken)
        ways.setdefault(key, []).append(chain)
    if not ways:
        return []
    rows = [
        (
            code(operation),
            codes(list(dict.fromkeys(chain.recipe for chain in chains)), 3),
            code(passage),
            code(function),
            code(http),
            prose(broken) or "reaches the wire",
        )
        for (operation, passage, function, http, broken), chains in ways.items()
    ]
    heads = (
        "Need",
        "Of recipes",
        f"Through {code(verdict.consumer.origin.name)}",
        f"Into {code(verdict.consumer.client)}",
    )
    return ["Each need followed to the wire:", table((*heads, "Request", "How it ends"), rows)]


def _calls(title: str, calls: tuple[ClientCall, ...]) -> list[str]:
    if not calls:
        return []
    rows = [
        f"{place(call.where)}: {code(call.target or call.text or call.caller)}"
        + (f" with {plural(call.arity, 'argument')}" if call.arity is not None else "")
        + f", {_HOW[call.how]} in {code(call.caller)}"
        for call in calls
    ]
    return [f"{title}:", bullets(rows)]


def _matched(verdict: ConsumerVerdict) -> list[str]:
    errors = dict.fromkeys(error for call in verdict.consumer.calls for error in call.errors)
    if not errors:
        return []
    return [f"Errors that it matches on: {codes(list(errors), 12)}."]


def _not_needed(facts: Facts) -> str:
    rows = facts.unneeded()
    if not rows:
        return NONE_FOUND
    areas: dict[str, list[str]] = {}
    for row in rows:
        areas.setdefault(row.area, []).append(row.id)
    lead = (
        f"Nothing that was read asks for {plural(len(rows), 'operation')} of the table. A port needs none of "
        "them to run the "
        "recipes:"
    )
    return f"{lead}\n\n" + bullets(f"{area}: {codes(ids)}" for area, ids in areas.items())


def _not_decided(facts: Facts) -> str:
    sources = tuple(f"{needs.origin.name}, " for needs in facts.analysis.needs)
    # what the recipes' sources do not say has a page of its own
    said = [prose(sentence(one)) for one in facts.analysis.unanswered if not one.startswith(sources)]
    unresolved = unresolved_count(facts)
    if unresolved:
        where = "[COOKBOOK_REQUIREMENTS.md](COOKBOOK_REQUIREMENTS.md#not-resolved)"
        said.append(
            f"What {plural(unresolved, 'place')} in the recipes {verb(unresolved, 'asks', 'ask')} for: {where}."
        )
    offline = [state for state in facts.analysis.states if state.probe == "not verifiable offline"]
    said += [
        f"{code(state.operation)} of {code(state.client)} is not verifiable offline; its sources say "
        f"{LEVEL_SAYS[state.level]}."
        for state in offline
        if facts.priority(state.operation) != "none"
    ]
    count = len(said)
    lead = (
        f"{plural(count, 'question')} {verb(count, 'is', 'are')} open, because only a live Hub or a reader can answer:"
    )
    return f"{lead}\n\n{bullets(said)}" if said else NONE_FOUND
