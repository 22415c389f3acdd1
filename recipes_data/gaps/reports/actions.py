"""The only home of what to do first, and in which order: computed from gaps, findings and what was not proven."""

from __future__ import annotations

from collections.abc import Iterator

from recipes_data.gaps.levels import Priority
from recipes_data.gaps.reports.blocks import places
from recipes_data.gaps.reports.facts import Facts
from recipes_data.gaps.reports.markdown import code, codes, plural, prose, verb
from recipes_data.gaps.reports.verdicts import consumer_verdict, passed_on, unresolved_count

__all__ = ["immediate_actions"]

_SHOWN = 6


def immediate_actions(facts: Facts) -> list[str]:
    """What to do, the most urgent first, one sentence each with the place to start at."""
    return [
        *_failed_probes(facts, "P0", "P1"),
        *_close(facts, "P0", "before anything else"),
        *_consumers(facts),
        *_errors_in_recipes(facts),
        *_close(facts, "P1", "each blocks the recipes named in [GAP_ANALYSIS.md](GAP_ANALYSIS.md)"),
        *_failed_probes(facts, "P2"),
        *_prove(facts),
        *_pin(facts),
        *_look(facts),
        *_withdraw(facts),
    ]


def _failed_probes(facts: Facts, *priorities: Priority) -> Iterator[str]:
    for client in facts.clients:
        failed = [
            state.operation
            for state in facts.analysis.states
            if state.client == client and state.probe == "failed" and facts.priority(state.operation) in priorities
        ]
        if failed:
            which = " and ".join(priorities)
            yield f"Mend what the probe saw {code(client)} do wrong ({which}): {codes(failed, _SHOWN)}."


def _close(facts: Facts, priority: Priority, why: str) -> Iterator[str]:
    for client in facts.clients:
        gaps = [gap.operation for gap in facts.gaps(client, priority)]
        if gaps:
            yield (
                f"Close {verb(len(gaps), f'the {priority} gap', f'the {len(gaps)} {priority} gaps')} of "
                f"{code(client)}, "
                f"{why}: {codes(gaps, _SHOWN)}."
            )


def _consumers(facts: Facts) -> Iterator[str]:
    for consumer in facts.analysis.consumers:
        verdict = consumer_verdict(facts, consumer)
        name, client = code(consumer.origin.name), code(consumer.client)
        if verdict.nowhere:
            targets = list(dict.fromkeys(call.target for call in verdict.nowhere))
            yield (
                f"Mend {plural(len(verdict.nowhere), 'call')} of {name} to what {client} does not have: "
                f"{codes(targets, _SHOWN)} (at {places(call.where for call in verdict.nowhere)})."
            )
        _, partly, lost = passed_on(verdict)
        if lost or partly:
            yield f"Let {name} pass on what is lost there: {codes([*lost, *partly], _SHOWN)}."


def _errors_in_recipes(facts: Facts) -> Iterator[str]:
    inputs = {needs.origin.name for needs in facts.analysis.needs}
    rules: dict[str, list[str]] = {}
    for finding in facts.analysis.findings:
        if finding.input in inputs and finding.severity == "error":
            rules.setdefault(finding.rule, []).append(str(finding.where))
    for rule, found in sorted(rules.items()):
        yield f"Mend in the recipes: {prose(rule.replace('-', ' '))} at {codes(dict.fromkeys(found), _SHOWN)}."


def _prove(facts: Facts) -> Iterator[str]:
    unprobed = [
        client
        for client in facts.clients
        if not any(state.client == client and state.probe in ("passed", "failed") for state in facts.analysis.states)
    ]
    if unprobed:
        yield f"Run the probe on {codes(unprobed)} (`--probe`): sources alone do not show that an operation works."
    for inventory in facts.analysis.inventories:
        if inventory.tests and all(test.result == "not run" for test in inventory.tests):
            yield (
                f"Run the {plural(len(inventory.tests), 'test')} of {code(inventory.origin.name)} and give the results "
                "with `--test-results`."
            )


def _pin(facts: Facts) -> Iterator[str]:
    loose = [
        placed.access
        for placed in facts.accesses.values()
        if placed.access.repo and not placed.access.pinned and not _revision_unknown(placed.access.unresolved)
    ]
    if loose:
        repositories = {access.repo for access in loose}
        spots = {access.where for access in loose}
        yield (
            f"Pin a commit in {plural(len(spots), 'place')} for "
            f"{plural(len(repositories), 'repository', 'repositories')}, which today may change under a run (a lock of "
            "`recipes-data` does this without an edit)."
        )


def _look(facts: Facts) -> Iterator[str]:
    count = unresolved_count(facts)
    if count:
        yield (
            f"Read the {plural(count, 'place')} that could not be resolved, in "
            "[COOKBOOK_REQUIREMENTS.md](COOKBOOK_REQUIREMENTS.md#not-resolved)."
        )


def _withdraw(facts: Facts) -> Iterator[str]:
    wrong = [one.path for one in facts.analysis.documents if any(c.verdict == "contradicted" for c in one.claims)]
    if wrong:
        yield (
            f"Withdraw or mend {verb(len(wrong), 'the old document', f'the {len(wrong)} old documents')} that the "
            "sources "
            f"contradict: {codes(wrong, _SHOWN)} (see [SUPERSEDED_DOCS.md](SUPERSEDED_DOCS.md))."
        )


def _revision_unknown(unresolved: tuple[str, ...]) -> bool:
    return any(text.startswith("revision=") for text in unresolved)
