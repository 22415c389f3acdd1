"""The only home of the Hub's own log: requests with the time of their arrival, and how they are shown."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable
from dataclasses import dataclass, replace

from recipes_data.mirror import Request

__all__ = ["Seen", "WireLog", "lines_of"]

_SIGNATURE = re.compile(r"(Signature=)[^&]+")
_MOST_LINES = 60
_NOTABLE_PAUSE = 0.5  # seconds between two requests that are worth a word


@dataclass(frozen=True, slots=True)
class Seen:
    """One request and its answer: `at` and `done` in seconds of a monotonic clock, the arrival and the last byte.

    `location` is where the answer sends on to, empty where it does not.
    """

    request: Request
    at: float
    done: float = 0.0
    location: str = ""

    @property
    def status(self) -> int:
        """Status of the answer; 0 where the connection ended without one."""
        return self.request.status

    @property
    def token(self) -> str:
        """The bearer token that came along, or an empty text."""
        scheme, _, token = self.request.headers.get("authorization", "").partition(" ")
        return token if scheme.lower() == "bearer" else ""


class WireLog:
    """What arrived, in the order of arrival; filled by many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        self._seen: list[Seen] = []

    def arrived(self, request: Request, at: float) -> int:
        """Put a request on the record, without its body; returns its place."""
        with self._lock:
            self._seen.append(Seen(replace(request, body=b""), at))
            return len(self._seen) - 1

    def answered(self, place: int, status: int, location: str) -> None:
        """Put on the record how a request is answered, before the client can know it."""
        with self._lock:
            seen = self._seen[place]
            self._seen[place] = replace(seen, request=replace(seen.request, status=status), location=location)

    def sent(self, place: int, count: int, done: float) -> None:
        """Put on the record that an answer is over, after `count` bytes of body."""
        with self._changed:
            seen = self._seen[place]
            self._seen[place] = replace(seen, request=replace(seen.request, bytes_sent=count), done=done)
            self._changed.notify_all()

    def since(self, place: int, *, patience: float = 1.0) -> tuple[Seen, ...]:
        """What arrived from this place on; answers that are still on their way get `patience` seconds to end."""
        with self._changed:
            self._changed.wait_for(lambda: all(seen.done for seen in self._seen[place:]), patience)
            return tuple(self._seen[place:])

    def __len__(self) -> int:
        with self._lock:
            return len(self._seen)


def lines_of(log: Iterable[Seen]) -> tuple[str, ...]:
    """The log as a person reads it; the same run gives the same lines: no ports, no signatures, whole seconds.

    Of a client that never stops asking the beginning and the end are shown.
    """
    seen = list(log)
    lines = [_line(each, seen[place - 1] if place else None) for place, each in enumerate(seen)]
    if len(lines) > _MOST_LINES:
        left_out = f"... {len(lines) - _MOST_LINES:,} more ..."
        lines = [*lines[: _MOST_LINES // 2], left_out, *lines[-_MOST_LINES // 2 :]]
    return tuple(lines)


def _line(seen: Seen, before: Seen | None) -> str:
    request = seen.request
    query = _SIGNATURE.sub(r"\1...", request.query)
    words = [f"{request.origin} {request.method} {request.path}{'?' if query else ''}{query}"]
    if "range" in request.headers:
        words.append(f"Range: {request.headers['range']}")
    if "if-none-match" in request.headers:
        words.append("If-None-Match")
    if "authorization" in request.headers:
        words.append("with token")
    words.append(f"-> {request.status or 'connection ended'}, {request.bytes_sent} bytes")
    pause = seen.at - before.at if before is not None else 0.0
    if pause >= _NOTABLE_PAUSE:
        words.append(f"after {round(pause)} s")
    return "  ".join(words)
