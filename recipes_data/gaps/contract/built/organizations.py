"""Typed builders for the requests of one area of the Hub's API: organizations.

Generated from manifests/operations.yaml; edit that, then run `python -m recipes_data.gaps.contract`.
"""

from __future__ import annotations

from recipes_data.gaps.contract.requests import Request, build_request

__all__ = [
    "organizations_members",
    "organizations_overview",
    "organizations_repos",
]


def organizations_overview(
    organization: str,
    *,
    token: str | None = None,
) -> Request:
    """What is known of an organization: `GET /api/organizations/{organization}/overview`."""
    return build_request("organizations.overview", organization=organization, token=token)


def organizations_members(
    organization: str,
    *,
    token: str | None = None,
) -> Request:
    """List an organization's members: `GET /api/organizations/{organization}/members`."""
    return build_request("organizations.members", organization=organization, token=token)


def organizations_repos(
    organization: str,
    *,
    token: str | None = None,
) -> Request:
    """List an organization's repositories: `GET /api/organizations/{organization}/settings/repositories`."""
    return build_request("organizations.repos", organization=organization, token=token)
