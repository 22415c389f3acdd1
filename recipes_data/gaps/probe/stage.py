"""The only home of what a scenario's Hub has and does wrong: repositories, people, faults, as values."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from recipes_data.mirror import Fault, Request, Response

__all__ = [
    "GRANTED",
    "MEMBER",
    "STRANGER",
    "TOKENS",
    "Spoil",
    "Stage",
    "Who",
    "broken",
    "limited",
    "refused",
]

Who = Literal["anonymous", "member", "granted", "stranger"]
"""No token | a valid one | a valid one that accepted the terms of gated repositories | one that nobody knows."""
MEMBER = "hf_probe_member"
GRANTED = "hf_probe_granted"
STRANGER = "hf_probe_nobody"
TOKENS: Mapping[Who, str] = {"anonymous": "", "member": MEMBER, "granted": GRANTED, "stranger": STRANGER}


@dataclass(frozen=True, slots=True)
class Spoil:
    """What goes wrong: the first `times` requests that fit are answered by `answer(request, honest answer)`.

    `method` and `path` are patterns that must fit whole; `path` fits the path as sent.
    """

    answer: Callable[[Request, Response], Response]
    path: str
    method: str = "GET|HEAD"
    origin: Literal["hub", "cdn"] = "hub"
    times: int = 1

    def fits(self, request: Request) -> bool:
        """Whether a request is one of those that go wrong."""
        told = (request.origin, request.method, request.path)
        return (
            told[0] == self.origin
            and re.fullmatch(self.method, told[1]) is not None
            and re.fullmatch(self.path, told[2]) is not None
        )


@dataclass(frozen=True, slots=True)
class Stage:
    """What is on the Hub for one scenario.

    `repositories`: by "datasets/ORG/NAME", "models/..." or "spaces/...", the bytes of each file by path. `gated`: ids
    with their kind of gate. `aliases`: old id to id. `refs`: by id, names besides `main`. `page_size`: entries of a
    page of any listing. `commits`: by id, how many commits its history shows.
    """

    repositories: Mapping[str, Mapping[str, bytes]] = field(default_factory=dict)
    gated: Mapping[str, Literal["auto", "manual"]] = field(default_factory=dict)
    private: frozenset[str] = frozenset()
    aliases: Mapping[str, str] = field(default_factory=dict)
    refs: Mapping[str, Sequence[str]] = field(default_factory=dict)
    page_size: int = 1000
    commits: Mapping[str, int] = field(default_factory=dict)
    spoils: tuple[Spoil, ...] = ()


def refused(status: int, **headers: str) -> Callable[[Request, Response], Response]:
    """An answer with this status and these headers (`retry_after` is `retry-after`), and a line of text."""
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _request, _honest: Response(status, {"content-type": "text/plain; charset=utf-8", **told}, b"no")


def limited(seconds: int, *, by: Literal["ratelimit", "retry-after"]) -> Callable[[Request, Response], Response]:
    """A rate limit that ends in so many seconds, told as the Hub tells it (`RateLimit`), or by `Retry-After`."""
    if by == "ratelimit":
        return refused(429, ratelimit=f'"api";r=0;t={seconds}', ratelimit_policy='"fixed window";"api";q=500;w=300')
    return refused(429, retry_after=str(seconds))


def broken(fault: Fault) -> Callable[[Request, Response], Response]:
    """The honest answer with something wrong on its way."""
    return lambda _request, honest: replace(honest, fault=fault)
