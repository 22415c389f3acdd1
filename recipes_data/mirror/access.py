"""The only home of who may see what: tokens, private and gated repositories."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from recipes_data.mirror.answers import gated_refusal, repo_not_found, unauthorized
from recipes_data.mirror.repository import RepoType
from recipes_data.mirror.wire import Request, Response

__all__ = ["Access", "Caller", "Gating"]

Gating = Literal["auto", "manual"]
Caller = Literal["anonymous", "unknown", "known", "granted"]

# Requests per five minutes: what the Hub says it allows, by caller. The mirror only says it.
_QUOTAS: Mapping[Caller, tuple[int, int]] = {
    "anonymous": (500, 3000),
    "unknown": (10000, 3000),
    "known": (1000, 5000),
    "granted": (1000, 5000),
}


@dataclass(frozen=True, slots=True)
class Access:
    """The rules. `tokens` are valid, `granted` ones moreover accepted the terms of every gated repository.

    Where there are neither, nobody can be told from anybody: a token that comes along is ignored.
    """

    tokens: frozenset[str]
    granted: frozenset[str]
    private: frozenset[str]
    gated: Mapping[str, Gating]

    def caller(self, request: Request) -> Caller:
        """Who asks, by the bearer token."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not (self.tokens or self.granted):
            return "anonymous"
        if token in self.granted:
            return "granted"
        return "known" if token in self.tokens else "unknown"

    def is_open(self, repo: str) -> bool:
        """Whether anybody may have the files."""
        return repo not in self.private and repo not in self.gated

    def refuse_repo(self, caller: Caller, repo: str | None, api: bool) -> Response | None:
        """The Hub's no to any question about a repository; `repo` is None where it does not exist."""
        if repo is not None and repo not in self.private:
            # Anybody else would be told that the token is wrong; a gated repository's own no comes first.
            wrong = caller == "unknown" and repo not in self.gated
            return unauthorized(api, "Invalid credentials in Authorization header") if wrong else None
        if caller in ("anonymous", "unknown"):
            return unauthorized(api)
        return repo_not_found(api) if repo is None else None

    def refuse_files(self, caller: Caller, repo_type: RepoType, repo: str, api: bool) -> Response | None:
        """The Hub's no to the files of a repository whose existence may be known."""
        if repo not in self.gated or caller == "granted":
            return None
        return gated_refusal(repo_type, repo, caller == "known", api)

    def rate_headers(self, caller: Caller, api: bool) -> dict[str, str]:
        """What the Hub says of its limits. Constant: the mirror counts nothing and refuses nobody."""
        name, quota = ("api", _QUOTAS[caller][0]) if api else ("resolvers", _QUOTAS[caller][1])
        return {
            "ratelimit": f'"{name}";r={quota - 1};t=300',
            "ratelimit-policy": f'"fixed window";"{name}";q={quota};w=300',
        }
