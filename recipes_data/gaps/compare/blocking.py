"""The only home of what blocks whom: gaps worst first, and the least set of operations for each recipe."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from recipes_data.gaps.analysis import OperationNeed
from recipes_data.gaps.compare.needed import Parts, RecipeNeeds, closure, parts_of
from recipes_data.gaps.compare.states import is_gap
from recipes_data.gaps.levels import LEVELS, Gap, Minimum, State, at_least
from recipes_data.gaps.needs import Needs
from recipes_data.gaps.operations import Operation, Operations

__all__ = ["PRIORITIES", "gaps_of", "minimums_of"]

_HUB_CLIENT = "huggingface_hub."
_CANDIDATE = "candidate: "
PRIORITIES = ("P0", "P1", "P2", "none")


def gaps_of(
    operations: Operations,
    needs: Sequence[Needs],
    needed: Sequence[OperationNeed],
    recipes: Sequence[RecipeNeeds],
    states: Sequence[State],
) -> tuple[Gap, ...]:
    """Needed operations that a client lacks: by priority, then the least there, then the most recipes."""
    rows, parts = operations.by_id(), parts_of(operations, general=True)
    needs_of = {need.operation: need for need in needed}
    place = {one: number for number, one in enumerate(rows)}
    asked = [access.operations for input_ in needs for access in input_.accesses]
    found: list[Gap] = []
    for client in dict.fromkeys(state.client for state in states):
        own = [state for state in states if state.client == client]
        left = _without_wholes(parts, own, rows)
        wanted = {one for operations_ in asked for one in closure(operations_, left)}
        blocked = {recipe.recipe: closure(recipe.asked, left) for recipe in recipes}
        for state in own:
            if is_gap(state) and _own(rows[state.operation], state):
                found += _gap(state, needs_of[state.operation], wanted, blocked)
    return tuple(
        sorted(
            found,
            key=lambda gap: (
                PRIORITIES.index(gap.priority),
                LEVELS.index(gap.level),
                -len(gap.recipes),
                place[gap.operation],
                gap.client,
            ),
        )
    )


def _without_wholes(parts: Parts, states: Sequence[State], rows: Mapping[str, Operation]) -> Parts:
    """What is left to need of a client's own: a whole call that was seen to work may make other requests than ours."""
    wholes = {one.operation for one in states if at_least(one.level, "tested") and not is_gap(one)}
    return {one: () if one in wholes and rows[one].kind == "library" else made_of for one, made_of in parts.items()}


def _gap(
    state: State, need: OperationNeed, wanted: Collection[str], blocked: Mapping[str, Collection[str]]
) -> list[Gap]:
    """The gap that a state is, if it is one: none where nothing, or only a whole that works, needs the operation."""
    if need.priority == "none":
        return []
    if not need.accesses or state.operation in wanted:
        recipes = tuple(one for one in need.recipes if state.operation in blocked[one])
        return [Gap(state.client, state.operation, need.priority, state.level, recipes, _why(state))]
    if state.probe != "failed":
        return []
    why = f"{_why(state)}; what is made of it was seen to work all the same"
    return [Gap(state.client, state.operation, "P2", state.level, (), why)]


def _own(row: Operation, state: State) -> bool:
    """Whether an operation is the client's to have.

    A library's work is done on top of a client that does not offer it, and the requests have rows of their own: a call
    made of several requests, the reading of files, a request to another server, whatever in Python another package
    than the Hub's client does. Where the client offers it and it does not work, it is a gap; a candidate is no offer.
    """
    on_top = (
        row.area == "libraries"
        or bool(row.server)
        or bool(row.python and not any(one.startswith(_HUB_CLIENT) for one in row.python))
    )
    offered = bool(state.functions) and not any(one.text.startswith(_CANDIDATE) for one in state.evidence)
    return not on_top or offered or state.probe == "failed"


def _why(state: State) -> str:
    reasons = []
    if state.probe == "failed":
        failed = [
            one.text.partition(" (")[0] for one in state.evidence if one.kind == "probe" and " failed: " in one.text
        ]
        shown = f": {'; '.join(failed)}" if failed else ""
        reasons.append(f"the probe saw it do something else than it should{shown}")
    if state.options_missing:
        reasons.append(f"{_named(state)} lacks {', '.join(f'`{option}`' for option in state.options_missing)}")
    if state.level == "declared":
        stubs = [one.text for one in state.evidence if " is a stub: " in one.text]
        others = [one.text for one in state.evidence if one.kind == "source"]
        reasons += stubs[:1] or others[-1:] or [f"{_named(state)} is only declared"]
    if state.level == "absent":
        reasons += [one.text for one in state.evidence[:1]]
    return "; ".join(reasons)


def _named(state: State) -> str:
    return state.functions[0] if state.functions else state.client


def minimums_of(
    operations: Operations, recipes: Sequence[RecipeNeeds], gaps: Sequence[Gap], clients: Sequence[str]
) -> tuple[Minimum, ...]:
    """For each recipe the operations that it cannot do without, and per client (in order) those that block it."""
    lacking = {(gap.client, recipe, gap.operation) for gap in gaps for recipe in gap.recipes}
    elsewhere = {row.id for row in operations.rows if row.server}
    found = []
    for recipe in recipes:
        least = tuple(one for one in recipe.all if one not in elsewhere)
        blocked = tuple(
            (client, tuple(one for one in least if (client, recipe.recipe, one) in lacking)) for client in clients
        )
        found.append(Minimum(recipe.recipe, least, blocked))
    return tuple(found)
