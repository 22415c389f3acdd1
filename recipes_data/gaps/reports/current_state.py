"""The only home of <CLIENT>_CURRENT_STATE.md: what of a client works, what in part, what not at all."""

from __future__ import annotations

from collections import Counter

from recipes_data.gaps.analysis import Analysis
from recipes_data.gaps.inventory import Function, Inventory, TestKind
from recipes_data.gaps.levels import State
from recipes_data.gaps.reports.blocks import (
    evidence_cell,
    inputs_line,
    levels_block,
    option_words,
    place,
    recipes_cell,
    request,
    test_words,
)
from recipes_data.gaps.reports.facts import LEVEL_SAYS, Facts, facts_of, language_name
from recipes_data.gaps.reports.findings import findings_block
from recipes_data.gaps.reports.markdown import (
    NONE_FOUND,
    article,
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
from recipes_data.gaps.reports.parity import parity_block
from recipes_data.gaps.reports.scenarios import failed_of, scenarios_of
from recipes_data.gaps.reports.verdicts import ClientVerdict, client_verdict, consumer_answer, consumer_verdict

__all__ = ["current_state"]

_UNSEEN = (
    "How a client retries, follows redirects or keeps its cache need not show in its source under any name. Nothing of "
    "these was seen there, so they count as missing until a probe shows them:"
)
_SHOWN_FUNCTIONS = 3


def current_state(analysis: Analysis, client: str) -> str:
    """The page of one client."""
    facts = facts_of(analysis)
    verdict = client_verdict(facts, client)
    inventory = facts.inventory(client)
    return page(
        f"{client}: current state",
        _lead(verdict, inventory),
        "## Working, with tests",
        _how_seen(verdict),
        _working(facts, verdict),
        "## Partial",
        _partial(facts, verdict),
        "## Missing",
        _missing(facts, verdict),
        *_unseen(facts, verdict),
        *_above(facts, verdict),
        "## Not needed by any recipe",
        _idle(facts, client),
        *_probe(facts, client),
        "## Tests",
        _tests(inventory),
        "## Stubs",
        _stubs(inventory),
        "## Signature parity",
        parity_block(facts, client),
        *_consumers(facts, client),
        "## Settings and errors",
        _settings(inventory),
        "## Findings",
        _findings(facts, client),
        *_unparsed(inventory),
        "## Levels",
        levels_block(),
        inputs_line(facts),
    )


def _lead(verdict: ClientVerdict, inventory: Inventory) -> str:
    public = [function for function in inventory.functions if function.public and not function.hidden]
    modules = {_module(function) for function in public}
    stubs = sum(function.stub is not None for function in public)
    origin = inventory.origin
    size = (
        f"{prose(origin.name)} is {article(language_name(origin.language))} client of "
        f"{plural(origin.files, 'file')} and "
        f"{plural(origin.lines, 'line')}. It has {plural(len(public), 'public function')} in "
        f"{plural(len(modules), 'module')}"
    )
    size += f", {stubs} of them {verb(stubs, 'a stub', 'stubs')}." if stubs else "."
    if not verdict.needed:
        return f"{size} No operation is needed of it."
    counts = [
        f"{len(states)} {word}"
        for states, word in (
            (verdict.working, "seen to work"),
            ((*verdict.unproven, *verdict.partial), "in part or unproven"),
            (verdict.missing, "missing"),
            (verdict.unseen, "of which its source shows no sign"),
        )
        if states
    ]
    recipes = len(verdict.ready) + len(verdict.blocked)
    carried = (
        f"Its gaps block {len(verdict.blocked)} of {plural(recipes, 'recipe')}."
        if verdict.blocked
        else f"Nothing in it blocks {'a recipe' if recipes != 1 else 'the one recipe'}."
    )
    return f"{size} Of the {plural(verdict.needed, 'operation')} needed of it: {listed(counts)}. {carried}"


def _how_seen(verdict: ClientVerdict) -> str:
    if not verdict.working:
        return ""
    tested = sum(state.tests_passed > 0 for state in verdict.working)
    probed = sum(state.probe == "passed" for state in verdict.working)
    return f"{probed} seen to work by the probe, {tested} by a test of its own that passed."


def _working(facts: Facts, verdict: ClientVerdict) -> str:
    return table(
        ("Operation", "Priority", "Level", "Function", "Tests", "Probe", "Evidence"),
        (
            (
                _operation(facts, state),
                facts.priority(state.operation),
                LEVEL_SAYS[state.level],
                _functions(facts, state),
                test_words(state),
                state.probe,
                _evidence(facts, state),
            )
            for state in verdict.working
        ),
    )


def _partial(facts: Facts, verdict: ClientVerdict) -> str:
    states = (*verdict.partial, *verdict.unproven)
    return table(
        ("Operation", "Priority", "Level", "Function", "What is lacking", "Evidence"),
        (
            (
                _operation(facts, state),
                facts.priority(state.operation),
                LEVEL_SAYS[state.level],
                _functions(facts, state),
                _lacking(facts, state),
                _evidence(facts, state),
            )
            for state in states
        ),
    )


def _evidence(facts: Facts, state: State) -> str:
    """Evidence but for what the cell of its functions shows."""
    shown = {str(facts.place_of(state.client, name)) for name in state.functions[:_SHOWN_FUNCTIONS]}
    return evidence_cell(state, beside=shown)


def _lacking(facts: Facts, state: State) -> str:
    gap = next((one for one in facts.gaps(state.client) if one.operation == state.operation), None)
    if gap:
        return prose(gap.why)
    if state.level == "declared":
        return "it is only declared"
    words = [option_words(state)] if state.options_missing else []
    if state.level == "wired" and not words:
        words.append("whether it reads its options could not be told")
    if state.level == "options":
        words.append(f"proof: {test_words(state)}, probe {state.probe}")
    return "; ".join(words)


def _looked_for(facts: Facts, state: State) -> str:
    if facts.operation(state.operation).method:
        return "no function makes this request, under whatever name"
    return prose("; ".join(one.text for one in state.evidence) or "no function of that name")


def _missing(facts: Facts, verdict: ClientVerdict) -> str:
    return table(
        ("Operation", "Priority", "Request", "Blocks", "How it was looked for"),
        (
            (
                _operation(facts, state),
                facts.priority(state.operation),
                request(facts.operation(state.operation)),
                recipes_cell(facts, facts.needs[state.operation].recipes, 4),
                _looked_for(facts, state),
            )
            for state in verdict.missing
        ),
    )


def _unseen(facts: Facts, verdict: ClientVerdict) -> list[str]:
    if not verdict.unseen:
        return []
    return [
        "## Behaviours without a sign",
        _UNSEEN,
        bullets(
            f"{code(name)} ({facts.priority(name)}): {prose(facts.operation(name).title)}"
            for name in (state.operation for state in verdict.unseen)
        ),
    ]


def _above(facts: Facts, verdict: ClientVerdict) -> list[str]:
    if not verdict.above:
        return []
    libraries = [one.operation for one in verdict.above if facts.operation(one.operation).kind != "http"]
    requests = [one.operation for one in verdict.above if facts.operation(one.operation).kind == "http"]
    alike = [one for one in verdict.above if one.functions]
    said = []
    if libraries:
        said.append(f"A library on top of a client makes these of the requests above: {codes(libraries)}.")
    if requests:
        said.append(
            f"{codes(requests)} {verb(len(requests), 'is a request', 'are requests')} that no public function of it "
            "makes; nothing that is needed fails without."
        )
    said += [
        f"{code(one.functions[0])} ({place(facts.place_of(one.client, one.functions[0]))}) may be "
        f"{code(one.operation)} by its name; nothing else says so."
        for one in alike
    ]
    return ["## Left to a library on top", " ".join(said)]


def _idle(facts: Facts, client: str) -> str:
    have = [row.id for row in facts.unneeded() if facts.level(client, row.id) not in ("absent", "declared")]
    named = [row.id for row in facts.unneeded() if facts.level(client, row.id) == "declared"]
    lack = [row.id for row in facts.unneeded() if facts.level(client, row.id) == "absent"]
    said = []
    if have:
        said.append(f"It has {plural(len(have), 'operation')} that nobody needs: {codes(have)}.")
    if named:
        said.append(f"Of {codes(named)} it has the name alone: a stub, or what may be something else.")
    if lack:
        said.append(f"It does without {len(lack)} that nobody needs either: {codes(lack)}.")
    return "\n\n".join(said) or NONE_FOUND


def _probe(facts: Facts, client: str) -> list[str]:
    """What the probe saw go wrong; what passed is counted."""
    states = [state for state in facts.analysis.states if state.client == client and scenarios_of(state)]
    if not states:
        return []
    tried = [one for state in states for one in scenarios_of(state) if one.verdict in ("passed", "failed")]
    failed = [one for state in states for one in failed_of(state)]
    lead = (
        f"{plural(len(tried), 'scenario')} of {plural(len(states), 'operation')}, judged by the Hub's own log: "
        f"{len(tried) - len(failed)} passed, {len(failed)} failed."
    )
    lines = [f"{code(one.name)}: {prose(sentence(one.should))} Seen: {prose(sentence(one.seen))}" for one in failed]
    return ["## What the probe saw", lead, bullets(lines) if lines else ""]


def _tests(inventory: Inventory) -> str:
    if not inventory.tests:
        return "None found among the files that were read."
    kinds = Counter(test.kind for test in inventory.tests)
    says: dict[TestKind, tuple[str, str]] = {
        "live": ("asks the real Hub", "ask the real Hub"),
        "recorded": ("replays recorded or faked answers", "replay recorded or faked answers"),
        "local": ("needs no Hub", "need no Hub"),
        "unknown": ("could not be told apart", "could not be told apart"),
    }
    results = Counter(test.result for test in inventory.tests)
    counted = listed([f"{kinds[kind]} {verb(kinds[kind], *text)}" for kind, text in says.items() if kinds[kind]])
    ended = listed([f"{count} {result}" for result, count in sorted(results.items())])
    lead = f"{plural(len(inventory.tests), 'test')}: {counted}. Results: {ended}."
    if set(results) == {"not run"}:
        lead += " No results file was given, so none is taken to pass."
    failed = [test for test in inventory.tests if test.result == "failed"]
    return lead + (
        "\n\n" + bullets(f"{place(test.where)}: {prose(test.name)} failed" for test in failed) if failed else ""
    )


def _stubs(inventory: Inventory) -> str:
    return bullets(
        f"{place(function.stub.where)}: {code(function.name)} {prose(function.stub.reason)}"
        for function in inventory.functions
        if function.stub
    )


def _consumers(facts: Facts, client: str) -> list[str]:
    consumers = facts.consumers_of(client)
    if not consumers:
        return []
    return [
        "## Who stands on it",
        *(f"{consumer_answer(consumer_verdict(facts, consumer))}" for consumer in consumers),
        "[GAP_ANALYSIS.md](GAP_ANALYSIS.md) lists the calls.",
    ]


def _settings(inventory: Inventory) -> str:
    settings = (
        f"It reads {codes(inventory.settings, 24)}." if inventory.settings else "No setting that it reads was found."
    )
    errors = (
        f"Its errors are {codes(inventory.errors, 24)}." if inventory.errors else "No error type of its own was found."
    )
    return f"{settings} {errors}"


def _findings(facts: Facts, client: str) -> str:
    return findings_block([one for one in facts.findings(client) if one.rule != "stub"])


def _unparsed(inventory: Inventory) -> list[str]:
    if not inventory.unparsed:
        return []
    lead = "What stands in these files may be missing above:"
    return ["## Not read whole", lead, bullets(prose(one) for one in inventory.unparsed)]


def _operation(facts: Facts, state: State) -> str:
    return f"{code(state.operation)}<br>{prose(facts.operation(state.operation).title)}"


def _functions(facts: Facts, state: State) -> str:
    shown = []
    for name in state.functions[:_SHOWN_FUNCTIONS]:
        where = facts.place_of(state.client, name)
        shown.append(code(name) + (f" ({place(where)})" if where else ""))
    if len(state.functions) > _SHOWN_FUNCTIONS:
        shown.append(f"{len(state.functions) - _SHOWN_FUNCTIONS} more")
    if not shown and state.probe == "passed":
        return "none in its sources: the probe's driver made it with what it has"
    return listed(shown)


def _module(function: Function) -> str:
    for sign in ("::", "."):
        if sign in function.name:
            return function.name.rpartition(sign)[0]
    return ""
