"""The only home of how well a client has an operation: levels, states, gaps, priorities, as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from recipes_data.gaps.evidence import Evidence

__all__ = ["LEVELS", "Gap", "Level", "Minimum", "Priority", "Probe", "State", "at_least"]

Level = Literal["absent", "declared", "wired", "options", "tested", "verified"]
LEVELS: tuple[Level, ...] = ("absent", "declared", "wired", "options", "tested", "verified")
"""No such function | one of that name, or a stub | reachable, and makes the request | takes every option that is
needed and reads it | a test that was seen to pass calls it | a probe saw it do the right thing."""
Priority = Literal["P0", "P1", "P2", "none"]
"""Blocks every experiment | blocks named recipes | nice to have | nobody needs it."""
Probe = Literal["passed", "failed", "not run", "not verifiable offline"]


def at_least(level: Level, wanted: Level) -> bool:
    """Whether a level is as high as another."""
    return LEVELS.index(level) >= LEVELS.index(wanted)


@dataclass(frozen=True, slots=True)
class State:
    """How well `client` (an `Origin.name`) has an operation, and why that is said.

    `functions`: the client's own that are this operation. `options_missing`: needed ones that it does not take or
    does not read. `tests`: how many tests call it, and how those ended where results were given. A failed probe
    holds the level down to "wired", whatever the tests say.
    """

    client: str
    operation: str
    level: Level
    functions: tuple[str, ...] = ()
    options_missing: tuple[str, ...] = ()
    tests: int = 0
    tests_passed: int = 0
    tests_failed: int = 0
    probe: Probe = "not run"
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Gap:
    """An operation that is needed and that a client does not have well enough. `recipes`: those it blocks."""

    client: str
    operation: str
    priority: Priority
    level: Level
    recipes: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Minimum:
    """The least set of operations for one recipe, and per client those of them that block it."""

    recipe: str
    operations: tuple[str, ...]
    blocked: tuple[tuple[str, tuple[str, ...]], ...] = ()
