"""The only home of what a benchmark case is: contenders, how often they run, and what is aimed at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from timing import Command, Crowd
from world import World

__all__ = ["Case", "Contender", "Goal", "Role"]

Role = Literal["ours", "peer", "floor"]


@dataclass(frozen=True, slots=True)
class Contender:
    """One way to do a case's work.

    `answers`: whether its answer is compared (not all commands give one). `note`: what a reader must know about it.
    `x`: where it stands on the axis of a growth case. `series`: its line there.
    """

    name: str
    role: Role
    command: Command | Crowd
    answers: bool = True
    note: str = ""
    x: int | None = None
    series: str = ""


@dataclass(frozen=True, slots=True)
class Goal:
    """What is aimed at: ours at least `times` better than the contender `than`, or at most so much anonymous memory."""

    text: str
    than: str = ""
    times: float = 0.0
    anonymous_mib: float = 0.0


@dataclass(frozen=True, slots=True)
class Case:
    """One row of the page. `make` prepares what must be there and gives the contenders, ours first.

    `truth`: the contender whose answer is right by construction (it reads with the simplest means there are).
    `runs`: counted runs at each scale. `limit`: seconds for one process, `budget`: for all turns.
    `short`: what stands in the way where a goal is not reached: the profile, what was tried, how far from the floor.
    `figure`: what is compared. `axis`: of a growth case. `served`: it needs the repositories on loopback.
    """

    name: str
    title: str
    group: str
    about: str
    make: Callable[[World], list[Contender]]
    truth: str = ""
    goals: tuple[Goal, ...] = ()
    short: str = ""
    runs: Mapping[str, int] = field(default_factory=lambda: {"tiny": 1, "small": 3, "full": 7})
    limit: float = 300.0
    budget: float = 600.0
    figure: Literal["seconds", "total"] = "seconds"
    axis: str = ""
    served: bool = False
