"""The only home of what an HTTP answer of the Hub means: status and `X-Error-Code` to our errors, in one table.

Used alike for metadata and for bytes. Never decided by message text, which the Hub rewords freely.
Source: the recorded exchanges in `tests/contract/exchanges.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Literal

from recipes_data.errors import (
    AuthError,
    GatedError,
    GoneError,
    HubDownError,
    HubError,
    NotOnHubError,
    RateLimitedError,
)

__all__ = ["RETRIED_STATUS", "Asked", "asked_wait", "error_for"]

RETRIED_STATUS = frozenset({408, 500, 502, 503, 504})
_DISABLED = "Access to this resource is disabled."  # no code says it; the official client compares this header too
_REMAINING = re.compile(r";\s*r=(\d+)")
_RESET = re.compile(r";\s*t=(\d+)")


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked, for messages: `path` is empty for metadata.

    `locked`: a lock pins it, and what its gating was then; None where it is asked for the first time.
    """

    endpoint: str
    repo: str
    repo_type: str
    revision: str
    path: str = ""
    token_sent: bool = False
    locked: Literal["open", "gated"] | None = None

    def __str__(self) -> str:
        what = f"{self.repo_type} {self.repo} at {self.revision}"
        return f"{self.path} of {what}" if self.path else what

    @property
    def page(self) -> str:
        """The repository's page."""
        return f"{self.endpoint}/{'datasets/' if self.repo_type == 'dataset' else ''}{self.repo}"


def error_for(status: int, headers: Mapping[str, str], asked: Asked) -> HubError:
    """The error that an answer with this status means (`headers` with lower-case names).

    What a lock pins was there once: where it is not any more, or not for everybody any more, it is gone.
    """
    error = _error(status, headers, asked)
    if asked.locked is None:
        return error
    others = "bytes that somebody still has: --from PLACE; or the newest commit: recipes-data lock --upgrade"
    if isinstance(error, NotOnHubError):
        return GoneError(f"{error.what}; a lock pins it, so it was there once", others)
    if isinstance(error, GatedError) and asked.locked == "open":
        return GoneError(f"{error.what}; it was open to all when it was locked", f"{error.do}; {others}")
    return error


def _error(status: int, headers: Mapping[str, str], asked: Asked) -> HubError:
    code = headers.get("x-error-code")
    if code == "GatedRepo":
        return _gated(asked)
    if code == "RevisionNotFound":
        return NotOnHubError(
            f"{asked.endpoint} has no revision {asked.revision!r} of {asked.repo_type} {asked.repo}",
            "correct `revision:` in the manifest",
            missing="revision",
        )
    if code == "EntryNotFound":
        return NotOnHubError(f"{asked.endpoint} has no file {asked}", "correct the manifest's `files:`", missing="file")
    if code == "RepoNotFound" or status in (401, 404):
        return _not_found(status, code, asked)
    if status == 403 and headers.get("x-error-message") == _DISABLED:
        return GoneError(f"{asked.endpoint} has disabled {asked.repo_type} {asked.repo}", "see its page: " + asked.page)
    if status == 403:
        who = "this token" if asked.token_sent else "anyone without a token"
        what = f"{asked.endpoint} forbids {who} to read {asked}"
        return AuthError(what, "use a token with read access: hf auth login")
    if status == 410:
        return GoneError(f"{asked.endpoint} says that {asked} is gone", "see the repository's page: " + asked.page)
    wait = asked_wait(headers, datetime.now(UTC))
    if status == 429:
        until = f" for {wait:.0f} s" if wait is not None else ""
        return RateLimitedError(
            f"{asked.endpoint} limits the rate of requests{until} (HTTP 429, asked for {asked})",
            "wait, then run the same command again"
            + ("" if asked.token_sent else "; a token raises the limit: hf auth login"),
            wait=300.0 if wait is None else wait,
        )
    if status in RETRIED_STATUS:
        return HubDownError(
            f"{asked.endpoint} answered HTTP {status} for {asked}",
            "run the same command again later; what was fetched is kept",
            wait=wait,
        )
    return HubError(f"{asked.endpoint} answered HTTP {status} for {asked}", "see the repository's page: " + asked.page)


def _gated(asked: Asked) -> GatedError:
    if asked.token_sent:
        return GatedError(
            f"{asked.repo_type} {asked.repo} is gated and this token's account was not granted access",
            f"accept the terms at {asked.page} with that account, then run the same command again",
        )
    return GatedError(
        f"{asked.repo_type} {asked.repo} is gated and no token was sent",
        f"accept the terms at {asked.page}, then: hf auth login (or set HF_TOKEN)",
    )


def _not_found(status: int, code: str | None, asked: Asked) -> HubError:
    thing = f"{asked.repo_type} {asked.repo}"
    if code is None and status == 404:
        what = f"{asked.endpoint} has no {asked}"
        return NotOnHubError(what, "correct `repo:`, `revision:` or `files:` in the manifest")
    if asked.token_sent and status == 401:
        return AuthError(
            f"{asked.endpoint} does not accept this token (asked for {asked})",
            "log in anew: hf auth login (or set HF_TOKEN)",
        )
    if asked.token_sent:
        what = f"{thing} does not exist on {asked.endpoint}, or this token may not see it"
        return NotOnHubError(what, "correct `repo:`", missing="repository")
    return NotOnHubError(
        f"{thing} does not exist on {asked.endpoint}, or is private and no token was sent",
        "correct `repo:`, or log in: hf auth login (or set HF_TOKEN)",
        missing="repository",
    )


def asked_wait(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds that the server asks to wait: `RateLimit` with nothing remaining, else `Retry-After`.

    `RateLimit: "api";r=0;t=55` (IETF draft, as the Hub sends it); `Retry-After` in seconds or as an
    HTTP date (RFC 9110), which is compared with the server's own clock where it tells it (`Date`), else
    with `now`. None where neither says anything.
    """
    resets = [reset for reset in map(_used_up, headers.get("ratelimit", "").split(",")) if reset is not None]
    if resets:
        return max(resets)
    after = headers.get("retry-after", "").strip()
    if not after:
        return None
    if re.fullmatch(r"\d+(\.\d+)?", after):
        return float(after)
    then = _date(after)
    return None if then is None else max(0.0, (then - (_date(headers.get("date", "")) or now)).total_seconds())


def _date(text: str) -> datetime | None:
    """An HTTP date; None for what is none."""
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return None  # the caller then waits as it would without it
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def _used_up(policy: str) -> float | None:
    """Seconds until a policy of a `RateLimit` header is refilled; None where it has requests left."""
    remaining, reset = _REMAINING.search(policy), _RESET.search(policy)
    return float(reset[1]) if remaining and reset and int(remaining[1]) == 0 else None
