"""What an HTTP answer of the Hub means: status and `X-Error-Code` to our errors, in one table.

Used alike for metadata and for bytes. Never decided by message text, which the Hub rewords freely.
Source: the recorded exchanges in `tests/contract/exchanges.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from recipes_data.errors import (
    AuthError,
    GatedError,
    GoneError,
    HubDownError,
    HubError,
    NotOnHubError,
    RateLimitedError,
)

__all__ = ["Asked", "RETRIED_STATUS", "asked_wait", "error_for"]

RETRIED_STATUS = frozenset({408, 500, 502, 503, 504})
_RATE_LIMIT = re.compile(r";\s*r=0\b.*?;\s*t=(\d+)|;\s*t=(\d+).*?;\s*r=0\b")


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked, for messages: `path` is empty for metadata; `url` carries no credentials."""

    endpoint: str
    repo: str
    repo_type: str
    revision: str
    path: str = ""
    token_sent: bool = False

    def __str__(self) -> str:
        what = f"{self.repo_type} {self.repo} at {self.revision}"
        return f"{self.path} of {what}" if self.path else what

    @property
    def page(self) -> str:
        """The repository's page."""
        return f"{self.endpoint}/{'datasets/' if self.repo_type == 'dataset' else ''}{self.repo}"


def error_for(status: int, headers: Mapping[str, str], asked: Asked) -> HubError:
    """The error that an answer with this status means (`headers` with lower-case names)."""
    code = headers.get("x-error-code")
    if code == "GatedRepo":
        return _gated(asked)
    if code == "RevisionNotFound":
        return NotOnHubError(
            f"{asked.endpoint} has no revision {asked.revision!r} of {asked.repo_type} {asked.repo}",
            "correct `revision:` in the manifest",
        )
    if code == "EntryNotFound":
        return NotOnHubError(f"{asked.endpoint} has no file {asked}", "correct the manifest's `files:`")
    if code == "RepoNotFound" or status in (401, 404):
        return _not_found(status, code, asked)
    if status == 403:
        return AuthError(f"{asked.endpoint} forbids this token to read {asked}", "use a token with read access: hf auth login")
    if status == 410:
        return GoneError(f"{asked.endpoint} says that {asked} is gone", "see the repository's page: " + asked.page)
    wait = asked_wait(headers, datetime.now(UTC))
    if status == 429:
        until = f" for {wait:.0f} s" if wait is not None else ""
        return RateLimitedError(
            f"{asked.endpoint} limits the rate of requests{until} (HTTP 429, asked for {asked})",
            "wait, then run the same command again; " + ("" if asked.token_sent else "a token raises the limit: hf auth login"),
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
        return NotOnHubError(f"{asked.endpoint} has no {asked}", "correct `repo:`, `revision:` or `files:` in the manifest")
    if asked.token_sent and status == 401:
        return AuthError(
            f"{asked.endpoint} does not accept this token (asked for {asked})", "log in anew: hf auth login (or set HF_TOKEN)"
        )
    if asked.token_sent:
        return NotOnHubError(f"{thing} does not exist on {asked.endpoint}, or this token may not see it", "correct `repo:`")
    return NotOnHubError(
        f"{thing} does not exist on {asked.endpoint}, or is private and no token was sent",
        "correct `repo:`, or log in: hf auth login (or set HF_TOKEN)",
    )


def asked_wait(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds that the server asks to wait: `RateLimit` with nothing remaining, else `Retry-After`.

    `RateLimit: "api";r=0;t=55` (IETF draft, as the Hub sends it); `Retry-After` in seconds or as an
    HTTP date (RFC 9110). None where neither says anything.
    """
    match = _RATE_LIMIT.search(headers.get("ratelimit", ""))
    if match:
        return float(match.group(1) or match.group(2))
    after = headers.get("retry-after", "").strip()
    if not after:
        return None
    if re.fullmatch(r"\d+(\.\d+)?", after):
        return float(after)
    try:
        then = parsedate_to_datetime(after)
    except ValueError:
        return None
    then = then if then.tzinfo else then.replace(tzinfo=UTC)
    return max(0.0, (then - now).total_seconds())
