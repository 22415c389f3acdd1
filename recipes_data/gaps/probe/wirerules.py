"""The only home of the rules that read the Hub's log alone: methods, paths, queries, tokens, retries, waits, bytes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from recipes_data.gaps.probe.trial import Rule, Trial
from recipes_data.gaps.probe.wirelog import Seen

__all__ = [
    "Expected",
    "asks",
    "asks_at_most",
    "continues",
    "never_asks",
    "only_part",
    "sends_no_bodies",
    "sends_no_token_to_cdn",
    "sends_token",
    "tries_again",
    "waits",
]

_EARLY = 0.05  # seconds by which clocks and sockets may be wrong
_LATE = 20.0  # seconds beyond what was asked that are no waiting but forgetting


@dataclass(frozen=True, slots=True)
class Expected:
    """A request: its method, and a pattern that its path, as sent, fits whole."""

    method: str
    path: str

    def fits(self, seen: Seen) -> bool:
        """Whether a request is this one."""
        request = seen.request
        return (
            re.fullmatch(self.method, request.method) is not None and re.fullmatch(self.path, request.path) is not None
        )

    def __str__(self) -> str:
        path = re.sub(r"\\(.)", r"\1", self.path)
        return f"{self.method} {path}"


def _log(trial: Trial, call: int | None) -> tuple[Seen, ...]:
    return trial.log if call is None else trial.logs[call]


def asks(*any_of: Expected, call: int | None = None, query: tuple[tuple[str, str], ...] = ()) -> Rule:
    """One of the requests is one of these, was answered below 400, and has these parameters in its query."""
    told = "".join(f" with {name}={value}" for name, value in query)

    def broken(trial: Trial) -> str | None:
        fitting = [seen for seen in _log(trial, call) if any(one.fits(seen) for one in any_of)]
        if not fitting:
            return f"{len(_log(trial, call))} requests, none of them is that"
        if not any(seen.status < 400 for seen in fitting):
            return f"it was answered {fitting[-1].status}"
        if not any(all(value in seen.request.parameters().get(name, []) for name, value in query) for seen in fitting):
            return f"its query was {fitting[-1].request.query!r}"
        return None

    return Rule(f"the Hub sees {' or '.join(map(str, any_of))}{told}", broken)


def asks_at_most(count: int, call: int, *, why: str) -> Rule:
    """A call makes at most so many requests."""

    def broken(trial: Trial) -> str | None:
        seen = len(trial.logs[call])
        return f"{seen} requests" if seen > count else None

    return Rule(f"call {call + 1} makes at most {count} request{'' if count == 1 else 's'}: {why}", broken)


def never_asks(path: str) -> Rule:
    """No request goes to a path like this."""

    def broken(trial: Trial) -> str | None:
        asked = sorted({seen.request.path for seen in trial.log if re.fullmatch(path, seen.request.path)})
        return f"it was asked for: {', '.join(asked)}" if asked else None

    return Rule(f"no request for {path}", broken)


def sends_no_bodies(call: int = 0) -> Rule:
    """No byte of a file is sent."""

    def broken(trial: Trial) -> str | None:
        sent = sum(seen.request.bytes_sent for seen in trial.logs[call] if seen.status in (200, 206) and _is_file(seen))
        return f"{sent:,} bytes of the file were sent" if sent else None

    return Rule(f"call {call + 1} makes the Hub send no byte of the file", broken)


def sends_token(token: str) -> Rule:
    """Every request to the Hub carries the token."""

    def broken(trial: Trial) -> str | None:
        hub = [seen for seen in trial.log if seen.request.origin == "hub"]
        bare = [seen for seen in hub if seen.token != token]
        if not hub:
            return "there were no requests"
        return f"{len(bare)} of {len(hub)} requests to the Hub came without it" if bare else None

    return Rule("every request to the Hub carries the token of HF_TOKEN", broken)


def sends_no_token_to_cdn() -> Rule:
    """The CDN, another host, is asked, and never sees the token."""

    def broken(trial: Trial) -> str | None:
        cdn = [seen for seen in trial.log if seen.request.origin == "cdn"]
        if not cdn:
            return "the CDN was not asked"
        return "the token was sent to the CDN" if any("authorization" in seen.request.headers for seen in cdn) else None

    return Rule("the host that the Hub redirects to is asked without the token", broken)


def tries_again() -> Rule:
    """After the last answer that went wrong there is another request for the same thing."""

    def broken(trial: Trial) -> str | None:
        wrong = _refusals(trial.log)
        if not wrong:
            return "nothing was refused"
        return None if _next(trial.log, wrong[-1]) is not None else "it was not asked again"

    return Rule("it is asked again after the refusal", broken)


def _refusals(log: Sequence[Seen]) -> list[Seen]:
    return [seen for seen in log if seen.status in (408, 429, 500, 502, 503, 504)]


def _next(log: Sequence[Seen], after: Seen) -> Seen | None:
    """The next request for the same path (whatever the method: a HEAD may be followed by a GET)."""
    later = [seen for seen in log if seen.at > after.at and seen.request.path == after.request.path]
    return later[0] if later else None


def waits(seconds: float) -> Rule:
    """Each refusal is followed by a pause of at least so many seconds before the same is asked again."""

    def broken(trial: Trial) -> str | None:
        for refusal in _refusals(trial.log):
            again = _next(trial.log, refusal)
            if again is None:
                return "it was not asked again"
            # the next request may come while the answer's last byte is still being noted
            pause = max(0.0, again.at - (refusal.done or refusal.at))
            if pause < seconds - _EARLY:
                return f"it was asked again after {pause:.1f} s"
            if pause > seconds + _LATE:
                return f"it was asked again only after {pause:.0f} s"
        return None if _refusals(trial.log) else "nothing was refused"

    return Rule(f"it is asked again, and not before the {seconds:g} s that the Hub named are over", broken)


def continues(path: str) -> Rule:
    """After an answer that was cut off, the rest is asked for with a Range, and not what came already."""

    def broken(trial: Trial) -> str | None:
        gets = [seen for seen in trial.log if seen.request.method == "GET" and re.fullmatch(path, seen.request.path)]
        if len(gets) < 2:
            return "the bytes were asked for once"
        starts = [re.fullmatch(r"bytes=(\d+)-\d*", seen.request.headers.get("range", "")) for seen in gets[1:]]
        if any(start is not None and int(start[1]) > 0 for start in starts):
            return None
        return "it began anew"

    return Rule("after the cut the rest is asked for with `Range: bytes=N-`, N being more than 0", broken)


def only_part(most: int, call: int = 0) -> Rule:
    """Bodies of file bytes, all together, are at most so many bytes, and a Range was asked for."""

    def broken(trial: Trial) -> str | None:
        ranged = [seen for seen in trial.logs[call] if "range" in seen.request.headers and seen.status == 206]
        if not ranged:
            return "no request with a Range was answered 206"
        sent = sum(seen.request.bytes_sent for seen in trial.logs[call] if seen.status in (200, 206) and _is_file(seen))
        return f"{sent:,} bytes of the file were sent" if sent > most else None

    return Rule(f"a Range is asked for, and at most {most:,} bytes of the file are sent", broken)


def _is_file(seen: Seen) -> bool:
    path = seen.request.path
    return seen.request.origin == "cdn" or "/resolve/" in path or path.startswith("/api/resolve-cache/")
