"""The only home of what is done to an honest answer: other statuses, cuts, other bytes, redirects."""

from __future__ import annotations

import gzip
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from recipes_data.mirror import Fault, Response
from tests.faults.cases import LONG, Moment, Spoil

RATE_LIMIT_TEXT = (
    b"We had to rate limit you, you hit the quota of 1000 api requests per 5 minutes period. Upgrade to a PRO user "
    b"or Team/Enterprise organization account to get higher limits. Thank you for your wait.\n"
)
"""196 bytes of plain text, as long as the Hub's own: the classic that was once kept as a data file."""


# --- what is done to an answer


def status(code: int, **headers: str) -> Spoil:
    """A refusal with this status and these headers (`retry_after` is `retry-after`)."""
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda moment: Response(code, {"content-type": "text/plain", **told}, b"no")


def in_seconds(seconds: float, *, ahead: float = 0.0) -> Spoil:
    """A limit that ends at a date, told by a server whose clock is `ahead` of ours."""

    def spoil(moment: Moment) -> Response:
        theirs = datetime.now(UTC) + timedelta(seconds=ahead)
        told = {"date": format_datetime(theirs, usegmt=True)} if ahead else {}
        until = format_datetime(theirs + timedelta(seconds=seconds), usegmt=True)
        return Response(429, {"content-type": "text/plain", "retry-after": until, **told}, RATE_LIMIT_TEXT)

    return spoil


def third(moment: Moment) -> int:
    """So many bytes that the whole comes in three parts."""
    whole = moment.honest.headers.get("content-range", "").rpartition("/")[2]
    return (int(whole) if whole else len(moment.body)) // 3 + 1


def stall(moment: Moment) -> Response:
    return moment.answer(fault=Fault(cut_after=third(moment), hold=LONG))


def hang(moment: Moment) -> Response:
    return moment.answer(fault=Fault(delay=LONG))


def cut(moment: Moment) -> Response:
    return moment.answer(fault=Fault(cut_after=third(moment)))


def cut_at_a_byte(moment: Moment) -> Response:
    return moment.answer(fault=Fault(cut_after=1))


def reset(moment: Moment) -> Response:
    return moment.answer(fault=Fault(cut_after=third(moment), reset=True))


def truncated_honestly(moment: Moment) -> Response:
    return moment.answer(moment.body[: third(moment)])


def truncated_without_length(moment: Moment) -> Response:
    part = moment.body[: third(moment)]
    return moment.answer(part, fault=Fault(cut_after=len(part)), content_length="")


def without_length(moment: Moment) -> Response:
    return moment.answer(fault=Fault(cut_after=len(moment.body)), content_length="")


def length_too_long(moment: Moment) -> Response:
    return moment.answer(content_length=str(len(moment.body) + 1000))


def length_too_short(moment: Moment) -> Response:
    return moment.answer(content_length=str(third(moment)))


def longer(moment: Moment) -> Response:
    return moment.answer(moment.body + b"more")


def corrupt(moment: Moment) -> Response:
    # the first byte of metadata is its brace: whatever else is turned there, only TLS would tell
    return moment.answer(bytes([moment.body[0] ^ 1]) + moment.body[1:])


def slow(moment: Moment) -> Response:
    return moment.answer(fault=Fault(rate=max(20_000, len(moment.body) * 4)))


def web_page(moment: Moment) -> Response:
    return Response(200, {"content-type": "text/html; charset=utf-8"}, b"<html><title>Log in</title></html>")


def limit_as_200(moment: Moment) -> Response:
    return Response(200, {"content-type": "text/plain; charset=utf-8"}, RATE_LIMIT_TEXT)


def round_and_round(moment: Moment) -> Response:
    separator = "&" if moment.request.query else "?"
    query = f"{moment.request.query}{separator if moment.request.query else ''}again=1"
    return Response(302, {"location": f"{moment.request.path}?{query}"[:2000]}, b"")


def foreign(moment: Moment) -> Response:
    query = f"?{moment.request.query}" if moment.request.query else ""
    return Response(302, {"location": moment.foreign + moment.request.path + query}, b"")


def to_a_file(moment: Moment) -> Response:
    return Response(302, {"location": "file:///etc/hostname"}, b"")


def gzipped(moment: Moment) -> Response:
    return moment.answer(gzip.compress(moment.body), content_encoding="gzip")


def empty(moment: Moment) -> Response:
    return moment.answer(b"")


def unanswered(moment: Moment) -> Response:
    return Response(0)


def unanswered_by_reset(moment: Moment) -> Response:
    return Response(0, fault=Fault(reset=True))


# --- what is done to the second part, after the first was cut off


def then(second: Spoil, first: Spoil = cut) -> Spoil:
    """Cut the first answer; do `second` to the one that continues it."""
    return lambda moment: first(moment) if moment.number == 1 else second(moment)


def range_ignored(moment: Moment) -> Response:
    start = int(moment.honest.headers.get("content-range", "bytes 0-").split(" ")[1].split("-")[0])
    headers = {name: value for name, value in moment.honest.headers.items() if name != "content-range"}
    whole = replace(moment.honest, status=200, headers=headers)
    return replace(whole, body=_WHOLE[moment.request.path]) if start else moment.answer()


def wrong_range(moment: Moment) -> Response:
    size = len(_WHOLE[moment.request.path])
    return Response(
        206,
        {"content-range": f"bytes 0-{len(moment.body) - 1}/{size}"},
        _WHOLE[moment.request.path][: len(moment.body)],
    )


def unsaid_range(moment: Moment) -> Response:
    return moment.answer(content_range="")


def changed(moment: Moment) -> Response:
    return moment.answer(bytes(byte ^ 1 for byte in moment.body))


_WHOLE: dict[str, bytes] = {}
"""Whole contents by the path they were asked for at: kept from the first answer, for what ignores ranges."""


def remember(path: str, body: bytes) -> None:
    """Keep a whole content for the faults that need it."""
    _WHOLE.setdefault(path, body)
