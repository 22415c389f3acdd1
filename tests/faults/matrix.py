"""The only home of what can go wrong on the way, where, and how it must end: the table that `test_matrix.py` runs.

A cell ends in the right bytes or in one class of error, after exactly the waits (in seconds) that it names.
`python -m tests.faults.matrix` prints the counts and the table as `docs/reliability.md` has it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from recipes_data.errors import (
    AuthError,
    GatedError,
    GoneError,
    HubDownError,
    HubError,
    IntegrityError,
    NotOnHubError,
    RateLimitedError,
)
from recipes_data.mirror import Fault
from tests.faults.cases import (
    ALWAYS,
    BACKOFF,
    HARMLESS,
    NO_JSON,
    NOWHERE,
    PLACES,
    RETRIED,
    SHORT,
    WRONG_BYTES,
    Cell,
    Ends,
    Injected,
    Place,
    at_once,
    fails,
    how_often,
    right,
    waits,
)
from tests.faults.spoiling import (
    changed,
    corrupt,
    cut,
    cut_at_a_byte,
    empty,
    foreign,
    gzipped,
    hang,
    in_seconds,
    length_too_long,
    length_too_short,
    limit_as_200,
    longer,
    range_ignored,
    reset,
    round_and_round,
    slow,
    stall,
    status,
    then,
    to_a_file,
    truncated_honestly,
    truncated_without_length,
    unanswered,
    unanswered_by_reset,
    unsaid_range,
    web_page,
    without_length,
    wrong_range,
)

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
    yield Injected("HTTP 429, Retry-After: a date in 30 s", in_seconds(30), {1: right(30)}, {}, dates=True)
    off = in_seconds(30, ahead=3600)
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
    yield Injected("slow", slow, HARMLESS, {})
    silent: Ends = {1: right(1), ALWAYS: fails(HubDownError, *BACKOFF)}
    once: Ends = {1: right(1)}  # always: six time-outs, which two places are enough for
    where: Mapping[Place, Ends] = {"plain file": once, "last of many": once, "redirect": once}
    yield Injected("silence past the time-out", hang, silent, where, timeout=SHORT)
    stalled: Mapping[Place, Ends] = {"metadata": once, "redirect": NOWHERE}
    yield Injected("a stall after a third", stall, THIRDS, stalled, timeout=SHORT)
    yield Injected("cut after a third", cut, THIRDS, AGAIN)
    yield Injected("cut after one byte", cut_at_a_byte, {1: right(1), 2: right(1, 1)}, AGAIN)
    yield Injected("reset after a third", reset, {1: right(1)}, {"metadata": {1: right(1)}, "redirect": NOWHERE})
    yield Injected("closed without an answer", unanswered, RETRIED, {})
    yield Injected("reset without an answer", unanswered_by_reset, RETRIED, {})


def _wrong_content() -> Iterator[Injected]:
    no_json: Mapping[Place, Ends] = {"metadata": NO_JSON, "redirect": NOWHERE}
    harmless_there: Mapping[Place, Ends] = {"metadata": HARMLESS, "redirect": NOWHERE}
    yield Injected("truncated, Content-Length honest", truncated_honestly, WRONG_BYTES, no_json)
    yield Injected("truncated, no Content-Length", truncated_without_length, THIRDS, no_json)
    yield Injected("whole, no Content-Length", without_length, HARMLESS, harmless_there)
    yield Injected("Content-Length too long", length_too_long, HARMLESS, AGAIN)
    yield Injected("Content-Length too short", length_too_short, WRONG_BYTES, no_json)
    yield Injected("longer than listed", longer, WRONG_BYTES, no_json)
    yield Injected("a byte flipped, length right", corrupt, WRONG_BYTES, no_json)
    yield Injected("gzip of the file", gzipped, WRONG_BYTES, harmless_there)
    yield Injected("empty, HTTP 200", empty, WRONG_BYTES, no_json)
    page: Mapping[Place, Ends] = {"metadata": NO_JSON}
    yield Injected("a web page instead", web_page, at_once(HubError), page)
    yield Injected("the 196 bytes of a rate limit, HTTP 200", limit_as_200, WRONG_BYTES, page)


def _redirects() -> Iterator[Injected]:
    down: Ends = {1: right(1), ALWAYS: fails(HubDownError, *BACKOFF)}
    in_circles: Ends = {1: right(), ALWAYS: fails(HubError)}
    yield Injected("endless redirects", round_and_round, in_circles, {})
    yield Injected("a redirect to a foreign host", foreign, HARMLESS, {"redirect": NOWHERE})
    yield Injected("a redirect to nowhere", status(302), at_once(HubError), {})
    yield Injected("a redirect to a file: URL", to_a_file, down, {"metadata": at_once(HubError)})


def _while_continuing() -> Iterator[Injected]:
    yield Injected("cut, then Range ignored", then(range_ignored), {2: right(1)}, BYTES_ALONE)
    yield Injected("cut, then another range", then(wrong_range), {2: right(1, 2)}, BYTES_ALONE)
    yield Injected("cut, then a range unsaid", then(unsaid_range), {2: right(1, 2)}, BYTES_ALONE)
    yield Injected("cut, then HTTP 416", then(status(416)), {2: right(1, 2)}, BYTES_ALONE)
    yield Injected("cut, then HTTP 404", then(status(404)), {2: fails(GoneError, 1)}, BYTES_ALONE)
    yield Injected("cut, then HTTP 503", then(status(503)), {2: right(1, 2)}, BYTES_ALONE)
    yield Injected("cut, then a web page", then(web_page), {2: fails(HubError, 1)}, BYTES_ALONE)
    yield Injected("cut, then the file changed", then(changed), {2: right(1)}, BYTES_ALONE)
    for_good = then(changed)
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
            "; ".join(f"{how_often(times)}: {end}" for times, end in fault.ends_at(place).items()) or "-"
            for place in PLACES
        ]
        lines.append(f"| {fault.name} | " + " | ".join(columns) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(matrix_text())
