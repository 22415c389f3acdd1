"""The only home of what a cell of the fault matrix is: a fault at a place, a number of times, and its end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from recipes_data.errors import (
    HubDownError,
    HubError,
    IntegrityError,
    RateLimitedError,
    RecipesDataError,
)
from recipes_data.mirror import Fault, Request, Response

Place = Literal["metadata", "plain file", "LFS file", "last of many", "redirect"]
PLACES: Mapping[Place, str] = {
    "metadata": "the listing of a repository",
    "plain file": "the bytes of a small file in git",
    "LFS file": "the bytes of an LFS file, at the data host",
    "last of many": "the same, of the last of six files",
    "redirect": "the answer that names an LFS file's data host",
}
ALWAYS = 10**6
SHORT = 0.25  # seconds: the read time-out of a cell whose server falls silent
LONG = 2.5  # seconds of that silence


@dataclass(frozen=True, slots=True)
class Moment:
    """One request at the place of a fault: the honest answer and its bytes, and which time it is, from 1.

    `foreign` is the URL of another host, which would answer this request as the mirror does.
    """

    request: Request
    honest: Response
    body: bytes
    number: int
    foreign: str

    def answer(self, body: bytes | None = None, fault: Fault | None = None, **headers: str) -> Response:
        """The honest answer with another body, a fault, other headers (`content_length` is `content-length`)."""
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        return Response(
            self.honest.status,
            {**self.honest.headers, **told},
            self.body if body is None else body,
            fault or Fault(),
        )


Spoil = Callable[[Moment], Response]


@dataclass(frozen=True, slots=True)
class End:
    """How a cell ends: `error` is None for the right bytes; `waits` in seconds, in order."""

    error: type[RecipesDataError] | None
    waits: tuple[float, ...] = ()

    def __str__(self) -> str:
        said = "right bytes" if self.error is None else f"{self.error.__name__} ({self.error.exit_code})"
        if not self.waits:
            return said
        return f"{said} after {', '.join(f'{wait:g}' for wait in self.waits)} s"


Ends = Mapping[int, End]


@dataclass(frozen=True, slots=True)
class Injected:
    """A fault: its name, what it makes of an answer, and its ends by how many times it happens.

    `at` overrides `ends` for a place; an empty table there means that it cannot happen there. `token`: whether
    the client has one. `timeout`: seconds of its read time-out. `dates`: waits are told by dates, to the second.
    """

    name: str
    spoil: Spoil
    ends: Ends
    at: Mapping[Place, Ends]
    token: bool = True
    timeout: float = 20.0
    dates: bool = False

    def ends_at(self, place: Place) -> Ends:
        """The ends at one place."""
        return self.at.get(place, self.ends)


@dataclass(frozen=True, slots=True)
class Cell:
    """One case of the matrix."""

    fault: Injected
    place: Place
    times: int
    end: End

    def __str__(self) -> str:
        return f"{self.fault.name} / {self.place} / {how_often(self.times)}"


def how_often(times: int) -> str:
    return {1: "once", 2: "twice", ALWAYS: "always"}.get(times, f"{times} times")


def right(*waits: float) -> End:
    return End(None, waits)


def fails(error: type[RecipesDataError], *waits: float) -> End:
    return End(error, waits)


BACKOFF = (1.0, 2.0, 4.0, 8.0, 16.0)
RETRIED: Ends = {1: right(1), 2: right(1, 2), ALWAYS: fails(HubDownError, *BACKOFF)}
HARMLESS: Ends = {ALWAYS: right()}
NOWHERE: Ends = {}
WRONG_BYTES: Ends = {1: right(), ALWAYS: fails(IntegrityError)}
NO_JSON: Ends = {ALWAYS: fails(HubError)}


def at_once(error: type[RecipesDataError]) -> Ends:
    """Not asked again: no wait, so that what would be there the next time is not seen either."""
    return {ALWAYS: fails(error)}


def waits(seconds: float, *, retries: int = 5) -> Ends:
    """A limit that names its end: it is waited for, as often as the retries or the budget of 600 s allow."""
    return {1: right(seconds), ALWAYS: fails(RateLimitedError, *[seconds] * retries)}
