"""Typed builders for the requests of one area of the Hub's API: discussions.

Generated from manifests/operations.yaml; edit that, then run `python -m recipes_data.gaps.contract`.
"""

from __future__ import annotations

from typing import Literal

from recipes_data.gaps.contract.requests import Request, build_request

__all__ = [
    "DiscussionsDiff",
    "DiscussionsRepoType",
    "DiscussionsStatus",
    "DiscussionsType",
    "discussions_get",
    "discussions_list",
]

DiscussionsRepoType = Literal[
    "models",
    "datasets",
    "spaces",
]
DiscussionsType = Literal[
    "all",
    "discussion",
    "pull_request",
]
DiscussionsStatus = Literal[
    "all",
    "open",
    "closed",
]
DiscussionsDiff = Literal["1"]


def discussions_list(
    repo_type: DiscussionsRepoType,
    repo_id: str,
    *,
    type: DiscussionsType | None = None,
    status: DiscussionsStatus | None = None,
    author: str | None = None,
    p: int | None = None,
    token: str | None = None,
) -> Request:
    """List discussions and pull requests: `GET /api/{repo_type}/{repo_id}/discussions`."""
    return build_request(
        "discussions.list",
        repo_type=repo_type,
        repo_id=repo_id,
        type=type,
        status=status,
        author=author,
        p=p,
        token=token,
    )


def discussions_get(
    repo_type: DiscussionsRepoType,
    repo_id: str,
    number: int,
    *,
    diff: DiscussionsDiff | None = None,
    token: str | None = None,
) -> Request:
    """Get a discussion with its comments: `GET /api/{repo_type}/{repo_id}/discussions/{number}`."""
    return build_request("discussions.get", repo_type=repo_type, repo_id=repo_id, number=number, diff=diff, token=token)
