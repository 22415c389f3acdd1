"""The only home of what changed between two readings: functions, signatures, levels, gaps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from recipes_data.gaps.analysis import Analysis
from recipes_data.gaps.compare.blocking import PRIORITIES
from recipes_data.gaps.inventory import Argument, Function, Inventory
from recipes_data.gaps.levels import LEVELS, Gap, Level, State

__all__ = ["Change", "Difference", "LevelChange", "difference", "inventory_difference", "new_gaps", "signature"]


@dataclass(frozen=True, slots=True)
class Change:
    """A function whose signature is another one now."""

    function: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class LevelChange:
    """An operation that a client has better, or worse, than before."""

    client: str
    operation: str
    before: Level
    after: Level


@dataclass(frozen=True, slots=True)
class Difference:
    """One client, before and after. `gaps_closed`, `gaps_opened`: (operation, priority)."""

    client: str
    before: str
    after: str
    added: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    changed: tuple[Change, ...] = ()
    up: tuple[LevelChange, ...] = ()
    down: tuple[LevelChange, ...] = ()
    gaps_opened: tuple[Gap, ...] = ()
    gaps_closed: tuple[Gap, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing changed."""
        return not (
            self.added or self.lost or self.changed or self.up or self.down or self.gaps_opened or self.gaps_closed
        )


def difference(old: Analysis, new: Analysis) -> tuple[Difference, ...]:
    """Every client that both analyses have, or one of them; functions, then levels and gaps."""
    before = {inventory.origin.name: inventory for inventory in old.inventories}
    after = {inventory.origin.name: inventory for inventory in new.inventories}
    found = []
    for name in sorted({*before, *after}):
        states = _states(old, name), _states(new, name)
        made = inventory_difference(before.get(name), after.get(name), name)
        moves = [
            LevelChange(name, one, states[0][one].level, states[1][one].level)
            for one in states[1]
            if one in states[0] and states[0][one].level != states[1][one].level
        ]
        up = tuple(m for m in moves if LEVELS.index(m.after) > LEVELS.index(m.before))
        gaps = [{gap.operation: gap for gap in a.gaps if gap.client == name} for a in (old, new)]
        found.append(
            Difference(
                name,
                made.before,
                made.after,
                made.added,
                made.lost,
                made.changed,
                up,
                tuple(m for m in moves if m not in up),
                tuple(gap for one, gap in gaps[1].items() if one not in gaps[0]),
                tuple(gap for one, gap in gaps[0].items() if one not in gaps[1]),
            )
        )
    return tuple(found)


def inventory_difference(old: Inventory | None, new: Inventory | None, name: str = "") -> Difference:
    """Public functions added, lost, and with another signature; None stands for a client that is not there."""
    before, after = _public(old), _public(new)
    changed = [
        Change(one, signature(before[one]), signature(after[one]))
        for one in sorted(before.keys() & after.keys())
        if signature(before[one]) != signature(after[one])
    ]
    called = name or (new.origin.name if new else old.origin.name if old else "")
    return Difference(
        called,
        _version(old),
        _version(new),
        tuple(sorted(after.keys() - before.keys())),
        tuple(sorted(before.keys() - after.keys())),
        tuple(changed),
    )


def new_gaps(old: Analysis, new: Analysis) -> tuple[Gap, ...]:
    """Gaps that were none, or less of one: another operation, a higher priority, a lower level, a further recipe."""
    known: Mapping[tuple[str, str], Gap] = {(gap.client, gap.operation): gap for gap in old.gaps}
    return tuple(gap for gap in new.gaps if _worse(known.get((gap.client, gap.operation)), gap))


def _worse(before: Gap | None, gap: Gap) -> bool:
    return (
        before is None
        or PRIORITIES.index(gap.priority) < PRIORITIES.index(before.priority)
        or LEVELS.index(gap.level) < LEVELS.index(before.level)
        or not {*gap.recipes} <= {*before.recipes}
    )


def signature(function: Function) -> str:
    """A function's arguments as one line: `(repo_id, *, revision=None, token=None)`, options after `*`."""
    plain = [_argument(one) for one in function.arguments if not one.option]
    options = [_argument(one) for one in function.arguments if one.option]
    return f"({', '.join([*plain, *(['*', *options] if options else [])])})"


def _argument(argument: Argument) -> str:
    return argument.name if argument.default is None else f"{argument.name}={argument.default}"


def _public(inventory: Inventory | None) -> dict[str, Function]:
    return {one.name: one for one in inventory.functions if one.public and not one.hidden} if inventory else {}


def _version(inventory: Inventory | None) -> str:
    if inventory is None:
        return "not there"
    origin = inventory.origin
    return origin.version or origin.commit or "of no known version"


def _states(analysis: Analysis, client: str) -> dict[str, State]:
    states: Sequence[State] = analysis.states
    return {state.operation: state for state in states if state.client == client}
