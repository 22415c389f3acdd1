"""Typed builders for the requests of one area of the Hub's API: auth.

Generated from manifests/operations.yaml; edit that, then run `python -m recipes_data.gaps.contract`.
"""

from __future__ import annotations

from typing import Literal

from recipes_data.gaps.contract.requests import Request, build_request

__all__ = [
    "AuthRepoType",
    "auth_agent_harnesses",
    "auth_check",
    "auth_check_write",
    "auth_user",
    "auth_user_repos",
    "auth_whoami",
]

AuthRepoType = Literal[
    "models",
    "datasets",
    "spaces",
]


def auth_whoami(
    *,
    token: str | None = None,
) -> Request:
    """Ask whose token it is: `GET /api/whoami-v2`."""
    return build_request("auth.whoami", token=token)


def auth_check(
    repo_type: AuthRepoType,
    repo_id: str,
    *,
    token: str | None = None,
) -> Request:
    """Ask whether a repository's files may be read: `GET /api/{repo_type}/{repo_id}/auth-check`."""
    return build_request("auth.check", repo_type=repo_type, repo_id=repo_id, token=token)


def auth_check_write(
    repo_type: AuthRepoType,
    repo_id: str,
    *,
    token: str | None = None,
) -> Request:
    """Ask whether a repository may be written to: `GET /api/{repo_type}/{repo_id}/auth-check/write`."""
    return build_request("auth.check_write", repo_type=repo_type, repo_id=repo_id, token=token)


def auth_user(
    username: str,
    *,
    token: str | None = None,
) -> Request:
    """What is known of a user: `GET /api/users/{username}/overview`."""
    return build_request("auth.user", username=username, token=token)


def auth_user_repos(
    *,
    token: str | None = None,
) -> Request:
    """List one's own repositories: `GET /api/settings/repositories`."""
    return build_request("auth.user_repos", token=token)


def auth_agent_harnesses(
    *,
    token: str | None = None,
) -> Request:
    """Fetch the list of agent harnesses: `GET /api/agent-harnesses`."""
    return build_request("auth.agent_harnesses", token=token)
