"""The only home of what the HTML page shows, as plain JSON values: recipes, operations, clients, evidence."""

from __future__ import annotations

from typing import Any

from recipes_data.gaps.analysis import Analysis, OperationNeed
from recipes_data.gaps.inventory import Inventory
from recipes_data.gaps.levels import State
from recipes_data.gaps.needs import Access
from recipes_data.gaps.reports.blocks import test_words
from recipes_data.gaps.reports.facts import (
    LEVEL_MEANS,
    LEVEL_SAYS,
    PRIORITIES,
    PRIORITY_MEANS,
    Facts,
    facts_of,
    language_name,
)
from recipes_data.gaps.reports.markdown import plural, verb
from recipes_data.gaps.reports.preprocessing import steps_said
from recipes_data.gaps.reports.verdicts import client_verdict, consumer_answer, consumer_verdict

__all__ = ["matrix_data"]

_ABOVE = {
    "id": "above",
    "letter": "L",
    "says": "left to a library on top",
    "means": "a call of a dataset library, which a library on top of the client makes of requests that are listed here",
}


def matrix_data(analysis: Analysis) -> dict[str, Any]:
    """Everything that the page shows. Operations and recipes refer to each other, and to clients, by position."""
    facts = facts_of(analysis)
    needs = facts.needed()
    at = {need.operation: index for index, need in enumerate(needs)}
    above = [(client, state.operation) for client in facts.clients for state in client_verdict(facts, client).above]
    levels = [
        {"id": one, "letter": one[0].upper(), "says": says, "means": LEVEL_MEANS[one]}
        for one, says in LEVEL_SAYS.items()
    ]
    return {
        "made_by": analysis.made_by,
        "lead": _lead(facts),
        "levels": [*levels, _ABOVE] if above else levels,
        "priorities": [{"id": one, "means": PRIORITY_MEANS[one]} for one in PRIORITIES if facts.needed(one)],
        "clients": [_client(facts, one) for one in analysis.inventories],
        "operations": [_operation(facts, need, frozenset(above)) for need in needs],
        "recipes": _recipes(facts, at),
        "chains": _chains(facts, at),
        "findings": [
            {
                "severity": one.severity,
                "rule": one.rule,
                "input": one.input,
                "where": str(one.where),
                "message": one.message,
            }
            for one in analysis.findings
        ],
        "unneeded": [{"id": row.id, "title": row.title} for row in facts.unneeded()],
        "inputs": [
            {
                "name": one.name,
                "kind": one.kind,
                "language": language_name(one.language),
                "version": one.version,
                "commit": one.commit,
                "files": one.files,
                "lines": one.lines,
            }
            for one in analysis.inputs
        ],
    }


def _lead(facts: Facts) -> str:
    recipes, needed = len(facts.recipe_names()), len(facts.needed())
    asking = len(facts.analysis.minimums)
    table = len(facts.analysis.operations.rows)
    who = f"{plural(recipes, 'recipe').capitalize()} {verb(recipes, 'needs', 'need')}"
    if 0 < asking < recipes:
        who = f"{asking} of {plural(recipes, 'recipe')}, and what no recipe was seen to reach, need"
    return (
        f"{who} {needed} of the {plural(table, 'operation')} of the Hub that are known here. A row is a recipe, a "
        "column an operation; each mark says how well a client has it."
    )


def _client(facts: Facts, inventory: Inventory) -> dict[str, Any]:
    origin = inventory.origin
    verdict = client_verdict(facts, origin.name)
    recipes = len(verdict.ready) + len(verdict.blocked)
    blocked = f"Blocks {len(verdict.blocked)} of {plural(recipes, 'recipe')}."
    return {
        "name": origin.name,
        "language": language_name(origin.language),
        "version": origin.version,
        "commit": origin.commit,
        "verdict": blocked if verdict.blocked else "Blocks no recipe.",
        "consumers": [
            consumer_answer(consumer_verdict(facts, consumer)).replace("`", "")
            for consumer in facts.consumers_of(origin.name)
        ],
    }


def _operation(facts: Facts, need: OperationNeed, above: frozenset[tuple[str, str]]) -> dict[str, Any]:
    row = facts.operation(need.operation)
    return {
        "id": row.id,
        "title": row.title,
        "kind": {"http": "a request", "library": "a library's call", "behaviour": "a behaviour"}[row.kind],
        "priority": need.priority,
        "why": need.why,
        "request": f"{row.method} {row.path}" if row.method else "",
        "parameters": [one.name + (" (required)" if one.required else "") for one in row.parameters],
        "returns": row.returns,
        "uses": list(row.uses),
        "notes": row.notes,
        "recipes": len(need.recipes),
        "places": list(dict.fromkeys(str(placed.access.where) for placed in facts.of_need(need))),
        "states": [_state(facts, facts.state(client, row.id), above) for client in facts.clients],
    }


def _state(facts: Facts, state: State, above: frozenset[tuple[str, str]]) -> dict[str, Any]:
    gap = next((one for one in facts.gaps(state.client) if one.operation == state.operation), None)
    functions = []
    for name in state.functions:
        where = facts.place_of(state.client, name)
        functions.append({"name": name, "where": str(where) if where else ""})
    return {
        "level": "above" if (state.client, state.operation) in above else state.level,
        "functions": functions,
        "missing": list(state.options_missing),
        "tests": test_words(state),
        "probe": state.probe,
        "gap": gap.why if gap else "",
        "evidence": [
            {"kind": one.kind, "text": one.text, "where": str(one.where) if one.where else ""} for one in state.evidence
        ],
    }


def _recipes(facts: Facts, at: dict[str, int]) -> list[dict[str, Any]]:
    sets = {minimum.recipe: minimum for minimum in facts.analysis.minimums}
    accesses: dict[str, dict[tuple[int, int], Access]] = {}
    about: dict[str, tuple[str, str]] = {}
    for number, needs in enumerate(facts.analysis.needs):
        for recipe in needs.recipes:
            about.setdefault(recipe.name, (str(recipe.where), recipe.priority or ""))
            accesses.setdefault(recipe.name, {}).update({(number, one): needs.accesses[one] for one in recipe.accesses})
    operations: dict[tuple[int, int], list[int]] = {}
    for need in facts.needed():
        for key in need.accesses:
            operations.setdefault(key, []).append(at[need.operation])
    found = []
    for name, (where, priority) in about.items():
        minimum = sets.get(name)
        blocked = dict(minimum.blocked) if minimum else {}
        found.append(
            {
                "name": name,
                "where": where,
                "priority": priority,
                "ops": [at[one] for one in minimum.operations if one in at] if minimum else [],
                "blocked": [[at[one] for one in blocked.get(client, ()) if one in at] for client in facts.clients],
                "uses": [
                    {"what": _access(access), "where": str(access.where), "ops": operations.get(key, [])}
                    for key, access in accesses[name].items()
                ],
            }
        )
    # those that ask nothing come last
    return sorted(found, key=lambda one: not one["ops"])


def _access(access: Access) -> str:
    parts = [access.repo or "", access.config or "", access.split or "", *access.files]
    named = " ".join(part for part in parts if part)
    asked = f"{access.function.rpartition('.')[2]} {named or '; '.join(access.unresolved)}".strip()
    done = steps_said(access)
    return f"{asked}; then {done}" if done else asked


def _chains(facts: Facts, at: dict[str, int]) -> list[dict[str, Any]]:
    """Each way once, whatever recipes go it."""
    clients = {client: index for index, client in enumerate(facts.clients)}
    ways = dict.fromkeys(
        (chain.operation, chain.consumer, chain.passage, chain.client, chain.function, chain.http, chain.broken)
        for chain in facts.analysis.chains
        if chain.operation in at and chain.client in clients
    )
    return [
        {
            "op": at[operation],
            "consumer": consumer,
            "passage": passage,
            "client": clients[client],
            "function": function,
            "http": http,
            "broken": broken,
        }
        for operation, consumer, passage, client, function, http, broken in ways
    ]
