"""The only home of GAP_ANALYSIS.md: what is missing, how bad that is, what it blocks, and what is not needed."""

from __future__ import annotations

import re
from collections.abc import Iterable

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
    listed,
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

_OPTION_READ = re.compile(r"([^:]+): whether `(\w+)` is read: (.+)")
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
    lines: dict[tuple[str, str], list[str]] = {}
    for gap in gaps:
        lines.setdefault((gap.client, recipes_cell(facts, gap.recipes, 5)), []).append(gap.operation)
    said = []
    for (client, recipes), operations in lines.items():
        blocked = f", needed by {recipes}" if recipes else ""
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
    """The sets of operations, each once under a letter; and for each recipe its set, in the alphabet's order."""
    groups = facts.minimums()
    if not groups or not facts.clients:
        return NONE_FOUND
    groups = sorted(groups, key=lambda group: (len(group[0].operations), group[1]))
    shared = [one for one in groups[0][0].operations if all(one in least.operations for least, _ in groups)]
    letters = {recipe: _letter(at) for at, (_, names) in enumerate(groups) for recipe in names}
    sets = []
    for at, (minimum, names) in enumerate(groups):
        blocked = dict(minimum.blocked)
        own = [one for one in minimum.operations if one not in shared]
        cells = [f"no, for {codes(blocked[client])}" if blocked.get(client) else "yes" for client in facts.clients]
        sets.append((_letter(at), str(len(names)), str(len(minimum.operations)), codes(own) or "nothing", *cells))
    can = [f"On {code(client)}" for client in facts.clients]
    rows = []
    for minimum in sorted(facts.analysis.minimums, key=lambda one: one.recipe):
        blocked = dict(minimum.blocked)
        runs = ["no" if blocked.get(client) else "yes" for client in facts.clients]
        rows.append((code(minimum.recipe), letters[minimum.recipe], str(len(minimum.operations)), *runs))
    every = f" Every recipe needs {codes(shared)}; the table tells what comes on top." if shared else ""
    lead = (
        "The least set of operations of each recipe. `yes` means that no gap is in its way, "
        f"not that it was run.{every}"
    )
    return "\n\n".join(
        [
            lead,
            table(("Set", "Recipes", "Operations", "On top" if shared else "Which", *can), sets),
            "Which set each recipe needs:",
            table(("Recipe", "Set", "Operations", *can), rows),
        ]
    )


def _letter(number: int) -> str:
    """A, B, ..., Z, AA, AB, ..."""
    return (_letter(number // 26 - 1) if number >= 26 else "") + chr(ord("A") + number % 26)


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
    """One row for each need: what of it is lost before the client, what stops in the client, what reaches the wire."""
    needs: dict[str, list[Chain]] = {}
    for chain in (*verdict.broken, *verdict.whole):
        needs.setdefault(chain.operation, []).append(chain)
    if not needs:
        return []
    name, client = verdict.consumer.origin.name, verdict.consumer.client
    rows = []
    for operation, chains in needs.items():
        recipes = list(dict.fromkeys(chain.recipe for chain in chains))
        lost = [f"{code(one.http)}: {prose(one.broken)}" for one in chains if one.broken and not one.function]
        stops = [f"{_way(one)}: {prose(one.broken)}" for one in chains if one.broken and one.function]
        whole = [_way(one) for one in chains if not one.broken]
        shown = f"{len(recipes)}: {codes(recipes, 3)}" if len(recipes) > 1 else codes(recipes)
        cells = ["<br>".join(dict.fromkeys(one)) for one in (lost, stops, whole)]
        rows.append((code(operation), shown, *cells))
    lead = f"Each need followed through {code(name)} and {code(client)} to the wire:"
    heads = ("Need", "Of recipes", f"Lost before {code(client)}", f"Stops in {code(client)}", "Reaches the wire")
    return [lead, table(heads, rows)]


def _way(chain: Chain) -> str:
    """A need's way in one line: through the consumer's function, into the client's, as which request."""
    return " -&gt; ".join(code(one) for one in (chain.passage, chain.function, chain.http) if one)


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
    offline = [
        state
        for state in facts.analysis.states
        if state.probe == "not verifiable offline" and facts.priority(state.operation) != "none"
    ]
    # said of each state below, with what its sources say
    told = tuple(f"{state.client}, {state.operation}: whether it works" for state in offline)
    said = [
        prose(sentence(one))
        for one in _by_operation(facts.analysis.unanswered)
        if not one.startswith((*sources, *told))
    ]
    unresolved = unresolved_count(facts)
    if unresolved:
        where = "[COOKBOOK_REQUIREMENTS.md](COOKBOOK_REQUIREMENTS.md#not-resolved)"
        said.append(
            f"What {plural(unresolved, 'place')} in the recipes {verb(unresolved, 'asks', 'ask')} for: {where}."
        )
    said += [
        f"{code(state.operation)} of {code(state.client)} is not verifiable offline; its sources say "
        f"{LEVEL_SAYS[state.level]}."
        for state in offline
    ]
    count = len(said)
    lead = (
        f"{plural(count, 'question')} {verb(count, 'is', 'are')} open, because only a live Hub or a reader can answer:"
    )
    return f"{lead}\n\n{bullets(said)}" if said else NONE_FOUND


def _by_operation(unanswered: Iterable[str]) -> list[str]:
    """Questions about several options of one function as one question."""
    grouped: dict[tuple[str, str], list[str]] = {}
    for one in unanswered:
        asked = _OPTION_READ.fullmatch(one)
        grouped.setdefault((asked[1], asked[3]) if asked else (one, ""), []).append(asked[2] if asked else "")
    return [
        f"{start}: whether {listed([f'`{name}`' for name in names])} {verb(len(names), 'is', 'are')} read: {why}"
        if why
        else start
        for (start, why), names in grouped.items()
    ]
