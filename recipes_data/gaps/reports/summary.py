"""The only home of SUMMARY.md: the answer in three paragraphs, what is critical, what to do first."""

from __future__ import annotations

from collections.abc import Mapping

from recipes_data.gaps.analysis import Analysis
from recipes_data.gaps.evidence import Finding
from recipes_data.gaps.levels import State
from recipes_data.gaps.reports.actions import immediate_actions
from recipes_data.gaps.reports.blocks import evidence_cell, inputs_block, inputs_line, places, recipes_cell
from recipes_data.gaps.reports.checklist import checklist_block
from recipes_data.gaps.reports.facts import Facts, facts_of, language_name
from recipes_data.gaps.reports.markdown import bullets, code, codes, listed, number, page, plural, prose, sentence, verb
from recipes_data.gaps.reports.verdicts import (
    ClientVerdict,
    client_verdict,
    consumer_answer,
    consumer_verdict,
    unresolved_count,
)

__all__ = ["summary"]

_MOST_CRITICAL = 20


def summary(analysis: Analysis, documents: Mapping[str, str]) -> str:
    """The page. `documents`: the names of the other reports, and what each is for."""
    facts = facts_of(analysis)
    return page(
        "Summary",
        _what_is_needed(facts),
        _what_there_is(facts),
        _what_is_unknown(facts),
        "## Critical findings",
        bullets(_critical(facts), numbered=True),
        "## Immediate actions, in order",
        bullets(immediate_actions(facts), numbered=True),
        "## Documents",
        bullets(f"[{name}]({name}): {what}" for name, what in documents.items()),
        "## Checklist",
        checklist_block(facts),
        "## Inputs",
        inputs_block(facts),
        inputs_line(facts),
    )


def _what_is_needed(facts: Facts) -> str:
    analysis = facts.analysis
    recipes = facts.recipe_names()
    accesses = [access for needs in analysis.needs for access in needs.accesses]
    repositories = {(access.repo_type, access.repo) for access in accesses if access.repo}
    sources = listed([code(needs.origin.name) for needs in analysis.needs])
    if not accesses:
        return f"No access to the Hub was found in {sources or 'the inputs'}, so no operation is needed."
    counted = {priority: len(facts.needed(priority)) for priority in ("P0", "P1", "P2")}
    needed = sum(counted.values())
    table = len(analysis.operations.rows)
    parts = [
        f"{count} {means}"
        for count, means in (
            (counted["P0"], f"{verb(counted['P0'], 'blocks', 'block')} every experiment (P0)"),
            (counted["P1"], f"{verb(counted['P1'], 'blocks', 'block')} only some recipes (P1)"),
            (counted["P2"], f"{verb(counted['P2'], 'is', 'are')} nice to have (P2)"),
        )
        if count
    ]
    asking = len(analysis.minimums)
    who = f"{asking} of the {plural(len(recipes), 'recipe')} in {sources} {verb(asking, 'needs', 'need')} the Hub"
    if asking == len(recipes):
        who = f"The {plural(asking, 'recipe')} in {sources} {verb(asking, 'needs', 'need')} the Hub"
    if not recipes:
        who = f"No recipe was recognised in {sources}"
    return (
        f"{who}; the sources ask it in {plural(facts.places(), 'place')}, for "
        f"{plural(len(repositories), 'repository', 'repositories')} by name. "
        f"Of the {plural(table, 'operation')} in the contract table, {needed} {verb(needed, 'is', 'are')} needed: "
        f"{listed(parts)}. "
        f"Nobody needs the other {table - needed}. What each recipe needs at the least stands in "
        "[GAP_ANALYSIS.md](GAP_ANALYSIS.md#which-recipes-can-run)."
    )


def _what_there_is(facts: Facts) -> str:
    if not facts.clients:
        return "No client was read, so nothing is said about gaps."
    said = [_client(facts, client_verdict(facts, client)) for client in facts.clients]
    said += [consumer_answer(consumer_verdict(facts, consumer)) for consumer in facts.analysis.consumers]
    return " ".join(said)


def _client(facts: Facts, verdict: ClientVerdict) -> str:
    origin = facts.inventory(verdict.client).origin
    parts = [
        f"{count} {what}"
        for count, what in (
            (len(verdict.working), "seen to work in a test or a probe"),
            (len(verdict.unproven), "complete in the source but never seen to work"),
            (len(verdict.partial), "in part"),
            (len(verdict.missing), "not at all"),
            (len(verdict.unseen), "of which its source shows no sign"),
        )
        if count
    ]
    worst = [gap.operation for gap in verdict.gaps if gap.priority == "P0"]
    lacking = f"Without {codes(worst, 5)} no experiment runs on it." if worst else ""
    if not worst and verdict.blocked:
        lacking = f"It blocks {plural(len(verdict.blocked), 'recipe')}, and no experiment for a P0 reason."
    if not worst and not verdict.blocked:
        lacking = "Its sources show nothing that blocks a recipe."
    return (
        f"**{prose(verdict.client)}** ({language_name(origin.language)}) has, of the "
        f"{plural(verdict.needed, 'operation')} that are a client's own to have, {listed(parts)}. {lacking}"
    )


def _what_is_unknown(facts: Facts) -> str:
    said = []
    unresolved = unresolved_count(facts)
    if unresolved:
        said.append(
            f"{plural(unresolved, 'place')} {verb(unresolved, 'has', 'have')} an argument that the "
            "sources "
            "do not fix; [COOKBOOK_REQUIREMENTS.md](COOKBOOK_REQUIREMENTS.md#not-resolved) lists each."
        )
    unproven = [
        name for name in facts.clients if not any(s.probe in ("passed", "failed") for s in _states(facts, name))
    ]
    if unproven:
        said.append(f"No probe was run on {codes(unproven)}, so nothing is called verified there.")
    unrun = [
        inventory.origin.name
        for inventory in facts.analysis.inventories
        if inventory.tests and all(test.result == "not run" for test in inventory.tests)
    ]
    if unrun:
        said.append(f"No test results were given for {codes(unrun)}: that its tests pass is not assumed.")
    offline = sum(state.probe == "not verifiable offline" for state in facts.analysis.states)
    if offline:
        said.append(f"{plural(offline, 'state')} {verb(offline, 'is', 'are')} not verifiable offline.")
    unparsed = sum(len(one.unparsed) for one in facts.analysis.inventories)
    unparsed += sum(len(one.unparsed) for one in facts.analysis.consumers)
    if unparsed:
        said.append(f"{plural(unparsed, 'file')} could not be read whole.")
    if not facts.accesses or not facts.clients:
        return ""
    if not said:
        return "Every access was resolved, and every client was probed."
    return f"What this rests on: {said[0]} " + " ".join(said[1:])


def _states(facts: Facts, client: str) -> list[State]:
    return [state for state in facts.analysis.states if state.client == client]


def _critical(facts: Facts) -> list[str]:
    found = []
    silent: dict[tuple[str, str], list[str]] = {}
    for gap in facts.gaps(None, "P0"):
        state = facts.state(gap.client, gap.operation)
        if gap.level == "absent" and facts.operation(gap.operation).kind == "behaviour":
            silent.setdefault((gap.client, recipes_cell(facts, gap.recipes)), []).append(gap.operation)
            continue
        shown = evidence_cell(state) if state.level != "absent" else ""
        seen = f" Evidence: {shown}." if shown else ""
        found.append(
            f"{code(gap.client)}: {code(gap.operation)} ({prose(facts.operation(gap.operation).title)}). "
            f"{prose(sentence(gap.why))} Blocks {recipes_cell(facts, gap.recipes)}.{seen}"
        )
    found += [
        f"{code(client)}: its sources show no sign of {codes(operations)}; only a probe can show whether "
        f"{verb(len(operations), 'it is', 'they are')} there. Blocks {recipes}."
        for (client, recipes), operations in silent.items()
    ]
    errors: dict[tuple[str, str], list[Finding]] = {}
    for finding in facts.analysis.findings:
        if finding.severity == "error":
            errors.setdefault((finding.input, finding.rule), []).append(finding)
    for (name, rule), group in errors.items():
        spots = places(one.where for one in group)
        if len(group) == 1:
            found.append(f"{code(name)}: {prose(sentence(group[0].message))} Evidence: {spots}.")
        else:
            what = prose(rule.replace("-", " "))
            first = prose(sentence(group[0].message))
            found.append(f"{code(name)}: {what}, {len(group)} times, as in: {first} Evidence: {spots}.")
    if len(found) > _MOST_CRITICAL + 1:
        left = len(found) - _MOST_CRITICAL
        found = [*found[:_MOST_CRITICAL], f"And {number(left)} more, in [GAP_ANALYSIS.md](GAP_ANALYSIS.md)."]
    return found
