"""The only home of what a scenario is, and of what is judged when it was played: as values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from recipes_data.gaps.probe.driving import Answer
from recipes_data.gaps.probe.stage import Stage, Who
from recipes_data.gaps.probe.state import State
from recipes_data.gaps.probe.wirelog import Seen

__all__ = ["Call", "Lane", "Rule", "Scenario", "Trial"]

Lane = Literal["plain", "waits", "library"]
"""Scenarios of a lane share a driver, one after another; those of different lanes run side by side."""


@dataclass(frozen=True, slots=True)
class Call:
    """One line for the driver.

    `offline`: asked of a driver that was started anew with the network switched off. `at_commit`: a repository
    ("datasets/ORG/NAME") whose commit is put in as the argument `revision`. `changes`: files of repositories that
    are written to the Hub before the call.
    """

    op: str
    args: Mapping[str, Any] = field(default_factory=dict)
    offline: bool = False
    at_commit: str = ""
    changes: Mapping[str, Mapping[str, bytes]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Trial:
    """A scenario that was played: answer, log and content of each call, in the order of the calls.

    A content is the bytes that an answer held or pointed to, taken before the next call; or why there are none.
    """

    state: State
    answers: tuple[Answer, ...]
    logs: tuple[tuple[Seen, ...], ...]
    contents: tuple[bytes | str, ...]

    def commit(self, name: str) -> str:
        """The commit of "datasets/ORG/NAME" as this Hub has it."""
        return self.state.commit_of(name)

    @property
    def log(self) -> tuple[Seen, ...]:
        """Every request of the scenario."""
        return tuple(seen for log in self.logs for seen in log)


@dataclass(frozen=True, slots=True)
class Rule:
    """Something that must be true, in a sentence; `broken` says what was seen instead, None where it holds."""

    expected: str
    broken: Callable[[Trial], str | None]


@dataclass(frozen=True, slots=True)
class Scenario:
    """What is on the Hub, what the driver is asked, and what must come of it.

    `id` is unique, and begins with the id of the operation that it belongs to. `unverifiable`: why no scenario here
    can show it; such a one has no calls.
    """

    id: str
    operation: str
    title: str
    stage: Stage = field(default_factory=Stage)
    calls: tuple[Call, ...] = ()
    rules: tuple[Rule, ...] = ()
    who: Who = "anonymous"
    lane: Lane = "plain"
    informative: bool = False
    unverifiable: str = ""
