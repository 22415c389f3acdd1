"""The only home of what can go wrong on the way, where, and how it must end: the table that `test_matrix.py` runs.

A cell is a fault at a place, a number of times: once, twice, or always. It ends in the right bytes or in one
class of error, after exactly the waits (in seconds) that it names. `python -m tests.faults.matrix` prints the
counts and the table as `docs/reliability.md` has it.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Literal

from recipes_data.errors import (
    AuthError,
    GatedError,
    GoneError,
    HubDownError,
    HubError,
    IntegrityError,
    NotOnHubError,
    RateLimitedError,
    RecipesDataError,
)
from recipes_data.mirror import Fault, Request, Response

__all__ = ["ALWAYS", "FAULTS", "PLACES", "SHORT", "Cell", "End", "Injected", "Moment", "Place", "cells", "matrix_text"]

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

RATE_LIMIT_TEXT = (
    b"We had to rate limit you, you hit the quota of 1000 api requests per 5 minutes period. Upgrade to a PRO user "
    b"or Team/Enterprise organization account to get higher limits. Thank you for your wait.\n"
)
"""196 bytes of plain text, as long as the Hub's own: the classic that was once kept as a data file."""


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
        return f"{self.fault.name} / {self.place} / {_times(self.times)}"


def _times(times: int) -> str:
    return {1: "once", 2: "twice", ALWAYS: "always"}.get(times, f"{times} times")


# --- ends


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


# --- what is done to an answer


def status(code: int, **headers: str) -> Spoil:
    """A refusal with this status and these headers (`retry_after` is `retry-after`)."""
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda moment: Response(code, {"content-type": "text/plain", **told}, b"no")


def _in_seconds(seconds: float, *, ahead: float = 0.0) -> Spoil:
    """A limit that ends at a date, told by a server whose clock is `ahead` of ours."""

    def spoil(moment: Moment) -> Response:
        theirs = datetime.now(UTC) + timedelta(seconds=ahead)
        told = {"date": format_datetime(theirs, usegmt=True)} if ahead else {}
        until = format_datetime(theirs + timedelta(seconds=seconds), usegmt=True)
        return Response(429, {"content-type": "text/plain", "retry-after": until, **told}, RATE_LIMIT_TEXT)

    return spoil


def _third(moment: Moment) -> int:
    """So many bytes that the whole comes in three parts."""
    whole = moment.honest.headers.get("content-range", "").rpartition("/")[2]
    return (int(whole) if whole else len(moment.body)) // 3 + 1


def _stall(moment: Moment) -> Response:
    return moment.answer(fault=Fault(cut_after=_third(moment), hold=LONG))


def _hang(moment: Moment) -> Response:
    return moment.answer(fault=Fault(delay=LONG))


def _cut(moment: Moment) -> Response:
    return moment.answer(fault=Fault(cut_after=_third(moment)))


def _cut_at_a_byte(moment: Moment) -> Response:
    return moment.answer(fault=Fault(cut_after=1))


def _reset(moment: Moment) -> Response:
    return moment.answer(fault=Fault(cut_after=_third(moment), reset=True))


def _truncated_honestly(moment: Moment) -> Response:
    return moment.answer(moment.body[: _third(moment)])


def _truncated_without_length(moment: Moment) -> Response:
    part = moment.body[: _third(moment)]
    return moment.answer(part, fault=Fault(cut_after=len(part)), content_length="")


def _without_length(moment: Moment) -> Response:
    return moment.answer(fault=Fault(cut_after=len(moment.body)), content_length="")


def _length_too_long(moment: Moment) -> Response:
    return moment.answer(content_length=str(len(moment.body) + 1000))


def _length_too_short(moment: Moment) -> Response:
    return moment.answer(content_length=str(_third(moment)))


def _longer(moment: Moment) -> Response:
    return moment.answer(moment.body + b"more")


def _corrupt(moment: Moment) -> Response:
    # the first byte of metadata is its brace: whatever else is turned there, only TLS would tell
    return moment.answer(bytes([moment.body[0] ^ 1]) + moment.body[1:])


def _slow(moment: Moment) -> Response:
    return moment.answer(fault=Fault(rate=max(20_000, len(moment.body) * 4)))


def _page(moment: Moment) -> Response:
    return Response(200, {"content-type": "text/html; charset=utf-8"}, b"<html><title>Log in</title></html>")


def _limit_as_200(moment: Moment) -> Response:
    return Response(200, {"content-type": "text/plain; charset=utf-8"}, RATE_LIMIT_TEXT)


def _round_and_round(moment: Moment) -> Response:
    separator = "&" if moment.request.query else "?"
    query = f"{moment.request.query}{separator if moment.request.query else ''}again=1"
    return Response(302, {"location": f"{moment.request.path}?{query}"[:2000]}, b"")


def _foreign(moment: Moment) -> Response:
    query = f"?{moment.request.query}" if moment.request.query else ""
    return Response(302, {"location": moment.foreign + moment.request.path + query}, b"")


def _to_a_file(moment: Moment) -> Response:
    return Response(302, {"location": "file:///etc/hostname"}, b"")


def _gzipped(moment: Moment) -> Response:
    return moment.answer(gzip.compress(moment.body), content_encoding="gzip")


def _empty(moment: Moment) -> Response:
    return moment.answer(b"")


def _unanswered(moment: Moment) -> Response:
    return Response(0)


def _unanswered_by_reset(moment: Moment) -> Response:
    return Response(0, fault=Fault(reset=True))


# --- what is done to the second part, after the first was cut off


def then(second: Spoil, first: Spoil = _cut) -> Spoil:
    """Cut the first answer; do `second` to the one that continues it."""
    return lambda moment: first(moment) if moment.number == 1 else second(moment)


def _range_ignored(moment: Moment) -> Response:
    start = int(moment.honest.headers.get("content-range", "bytes 0-").split(" ")[1].split("-")[0])
    headers = {name: value for name, value in moment.honest.headers.items() if name != "content-range"}
    whole = replace(moment.honest, status=200, headers=headers)
    return replace(whole, body=_WHOLE[moment.request.path]) if start else moment.answer()


def _wrong_range(moment: Moment) -> Response:
    size = len(_WHOLE[moment.request.path])
    return Response(
        206,
        {"content-range": f"bytes 0-{len(moment.body) - 1}/{size}"},
        _WHOLE[moment.request.path][: len(moment.body)],
    )


def _unsaid_range(moment: Moment) -> Response:
    return moment.answer(content_range="")


def _changed(moment: Moment) -> Response:
    return moment.answer(bytes(byte ^ 1 for byte in moment.body))


_WHOLE: dict[str, bytes] = {}
"""Whole contents by the path they were asked for at: kept from the first answer, for what ignores ranges."""


def remember(path: str, body: bytes) -> None:
    """Keep a whole content for the faults that need it."""
    _WHOLE.setdefault(path, body)


# --- the table

METADATA_RETRIED: Mapping[Place, Ends] = {"metadata": RETRIED}
THIRDS: Ends = {1: right(1), ALWAYS: right(1, 1)}
"""A transfer that moves on is not given up: each part that came begins the counting anew."""
AGAIN: Mapping[Place, Ends] = {"metadata": RETRIED, "redirect": NOWHERE}
BYTES_ALONE: Mapping[Place, Ends] = {"metadata": NOWHERE, "redirect": NOWHERE}


def _statuses() -> Iterator[Injected]:
    for code in (408, 500, 502, 503, 504):
        yield Injected(f"HTTP {code}", status(code), RETRIED, {})
    yield Injected("HTTP 503, Retry-After: 5", status(503, retry_after="5"), {
        1: right(5), ALWAYS: fails(HubDownError, 5, 5, 5, 5, 5)}, {})  # fmt: skip
    yield Injected("HTTP 503, Retry-After: 0", status(503, retry_after="0"), RETRIED, {})
    yield Injected("HTTP 503, Retry-After: 3600", status(503, retry_after="3600"), at_once(HubDownError), {})
    yield Injected("HTTP 429, RateLimit t=55", status(429, ratelimit='"api";r=0;t=55'), waits(55), {})
    two = status(429, ratelimit='"pages";r=7;t=99, "api";r=0;t=12', retry_after="70")
    yield Injected("HTTP 429, RateLimit of two policies, and Retry-After", two, waits(12), {})
    yield Injected("HTTP 429, Retry-After: 7", status(429, retry_after="7"), waits(7), {})
    yield Injected("HTTP 429, Retry-After: a date in 30 s", _in_seconds(30), {1: right(30)}, {}, dates=True)
    off = _in_seconds(30, ahead=3600)
    yield Injected("HTTP 429, the same by a clock an hour ahead", off, {1: right(30)}, {}, dates=True)
    past = status(429, retry_after="Wed, 21 Oct 2015 07:28:00 GMT")
    yield Injected("HTTP 429, Retry-After: a date long past", past, {
        1: right(1), ALWAYS: fails(RateLimitedError, *BACKOFF)}, {})  # fmt: skip
    yield Injected("HTTP 429 that names no time", status(429), {
        1: right(300), ALWAYS: fails(RateLimitedError, 300, 300)}, {})  # fmt: skip
    garbled = status(429, ratelimit="soon", retry_after="a while")
    yield Injected("HTTP 429 that names no time one can read", garbled, {1: right(300)}, {})
    long = status(429, ratelimit='"api";r=0;t=601')
    yield Injected("HTTP 429 that asks for more than ten minutes", long, at_once(RateLimitedError), {})
    gone: Mapping[Place, Ends] = {"metadata": at_once(NotOnHubError)}
    yield Injected("HTTP 400", status(400), at_once(HubError), {})
    yield Injected("HTTP 401, token sent", status(401), at_once(AuthError), {})
    yield Injected("HTTP 401, no token", status(401), at_once(GoneError), gone, token=False)
    yield Injected("HTTP 403, token sent", status(403), at_once(AuthError), {})
    yield Injected("HTTP 403, no token", status(403), at_once(AuthError), {}, token=False)
    gated = status(403, x_error_code="GatedRepo")
    yield Injected("HTTP 403, newly gated", gated, at_once(GoneError), {"metadata": at_once(GatedError)})
    yield Injected("HTTP 404", status(404), at_once(GoneError), gone)
    for code in ("RepoNotFound", "RevisionNotFound", "EntryNotFound"):
        yield Injected(f"HTTP 404, {code}", status(404, x_error_code=code), at_once(GoneError), gone)
    yield Injected("HTTP 409", status(409), at_once(HubError), {})
    yield Injected("HTTP 410", status(410), at_once(GoneError), {})
    yield Injected("HTTP 416 to a request for the whole", status(416), at_once(HubError), {})
    yield Injected("HTTP 418, of no known meaning", status(418), at_once(HubError), {})
    yield Injected("HTTP 501", status(501), at_once(HubError), {})


def _time_and_line() -> Iterator[Injected]:
    yield Injected("a delay", lambda m: m.answer(fault=Fault(delay=0.15)), HARMLESS, {})
    yield Injected("slow", _slow, HARMLESS, {})
    silent: Ends = {1: right(1), ALWAYS: fails(HubDownError, *BACKOFF)}
    once: Ends = {1: right(1)}  # always: six time-outs, which two places are enough for
    where: Mapping[Place, Ends] = {"plain file": once, "last of many": once, "redirect": once}
    yield Injected("silence past the time-out", _hang, silent, where, timeout=SHORT)
    stalled: Mapping[Place, Ends] = {"metadata": once, "redirect": NOWHERE}
    yield Injected("a stall after a third", _stall, THIRDS, stalled, timeout=SHORT)
    yield Injected("cut after a third", _cut, THIRDS, AGAIN)
    yield Injected("cut after one byte", _cut_at_a_byte, {1: right(1), 2: right(1, 1)}, AGAIN)
    yield Injected("reset after a third", _reset, {1: right(1)}, {"metadata": {1: right(1)}, "redirect": NOWHERE})
    yield Injected("closed without an answer", _unanswered, RETRIED, {})
    yield Injected("reset without an answer", _unanswered_by_reset, RETRIED, {})


def _wrong_content() -> Iterator[Injected]:
    no_json: Mapping[Place, Ends] = {"metadata": NO_JSON, "redirect": NOWHERE}
    harmless_there: Mapping[Place, Ends] = {"metadata": HARMLESS, "redirect": NOWHERE}
    yield Injected("truncated, Content-Length honest", _truncated_honestly, WRONG_BYTES, no_json)
    yield Injected("truncated, no Content-Length", _truncated_without_length, THIRDS, no_json)
    yield Injected("whole, no Content-Length", _without_length, HARMLESS, harmless_there)
    yield Injected("Content-Length too long", _length_too_long, HARMLESS, AGAIN)
    yield Injected("Content-Length too short", _length_too_short, WRONG_BYTES, no_json)
    yield Injected("longer than listed", _longer, WRONG_BYTES, no_json)
    yield Injected("a byte flipped, length right", _corrupt, WRONG_BYTES, no_json)
    yield Injected("gzip of the file", _gzipped, WRONG_BYTES, harmless_there)
    yield Injected("empty, HTTP 200", _empty, WRONG_BYTES, no_json)
    page: Mapping[Place, Ends] = {"metadata": NO_JSON}
    yield Injected("a web page instead", _page, at_once(HubError), page)
    yield Injected("the 196 bytes of a rate limit, HTTP 200", _limit_as_200, WRONG_BYTES, page)


def _redirects() -> Iterator[Injected]:
    down: Ends = {1: right(1), ALWAYS: fails(HubDownError, *BACKOFF)}
    round_and_round: Ends = {1: right(), ALWAYS: fails(HubError)}
    yield Injected("endless redirects", _round_and_round, round_and_round, {})
    yield Injected("a redirect to a foreign host", _foreign, HARMLESS, {"redirect": NOWHERE})
    yield Injected("a redirect to nowhere", status(302), at_once(HubError), {})
    yield Injected("a redirect to a file: URL", _to_a_file, down, {"metadata": at_once(HubError)})


def _while_continuing() -> Iterator[Injected]:
    yield Injected("cut, then Range ignored", then(_range_ignored), {2: right(1)}, BYTES_ALONE)
    yield Injected("cut, then another range", then(_wrong_range), {2: right(1, 2)}, BYTES_ALONE)
    yield Injected("cut, then a range unsaid", then(_unsaid_range), {2: right(1, 2)}, BYTES_ALONE)
    yield Injected("cut, then HTTP 416", then(status(416)), {2: right(1, 2)}, BYTES_ALONE)
    yield Injected("cut, then HTTP 404", then(status(404)), {2: fails(GoneError, 1)}, BYTES_ALONE)
    yield Injected("cut, then HTTP 503", then(status(503)), {2: right(1, 2)}, BYTES_ALONE)
    yield Injected("cut, then a web page", then(_page), {2: fails(HubError, 1)}, BYTES_ALONE)
    yield Injected("cut, then the file changed", then(_changed), {2: right(1)}, BYTES_ALONE)
    for_good = then(_changed)
    yield Injected("cut, then the file changed for good", for_good, {ALWAYS: fails(IntegrityError, 1)}, BYTES_ALONE)


FAULTS: tuple[Injected, ...] = (
    *_statuses(),
    *_time_and_line(),
    *_wrong_content(),
    *_redirects(),
    *_while_continuing(),
)


def cells() -> list[Cell]:
    """Every case, in the table's order."""
    return [
        Cell(fault, place, times, end)
        for fault in FAULTS
        for place in PLACES
        for times, end in fault.ends_at(place).items()
    ]


def matrix_text() -> str:
    """Counts and table as markdown."""
    every = cells()
    pairs = {(cell.fault.name, cell.place) for cell in every}
    lines = [
        f"{len(FAULTS)} faults at up to {len(PLACES)} places: {len(pairs)} pairs, {len(every)} cells.",
        "",
        "| fault | " + " | ".join(PLACES) + " |",
        "|---" * (len(PLACES) + 1) + "|",
    ]
    for fault in FAULTS:
        columns = [
            "; ".join(f"{_times(times)}: {end}" for times, end in fault.ends_at(place).items()) or "-"
            for place in PLACES
        ]
        lines.append(f"| {fault.name} | " + " | ".join(columns) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(matrix_text())
