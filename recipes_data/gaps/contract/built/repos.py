"""Typed builders for the requests of one area of the Hub's API: repos.

Generated from manifests/operations.yaml; edit that, then run `python -m recipes_data.gaps.contract`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from recipes_data.gaps.contract.requests import Request, build_request

__all__ = [
    "ReposGated",
    "ReposRegion",
    "ReposRepoType",
    "ReposSdk",
    "ReposType",
    "ReposVisibility",
    "repos_branch_create",
    "repos_branch_delete",
    "repos_create",
    "repos_delete",
    "repos_exists",
    "repos_move",
    "repos_settings",
    "repos_tag_create",
    "repos_tag_delete",
]

ReposType = Literal[
    "model",
    "dataset",
    "space",
]
ReposVisibility = Literal[
    "public",
    "private",
    "protected",
]
ReposSdk = Literal[
    "gradio",
    "streamlit",
    "docker",
    "static",
]
ReposRegion = Literal[
    "us",
    "eu",
]
ReposRepoType = Literal[
    "models",
    "datasets",
    "spaces",
]
ReposGated = Literal[
    "auto",
    "manual",
    False,
]


def repos_create(
    *,
    name: str,
    organization: str | None = None,
    type: ReposType | None = None,
    private: bool | None = None,
    visibility: ReposVisibility | None = None,
    sdk: ReposSdk | None = None,
    template: str | None = None,
    hardware: str | None = None,
    sleep_time_seconds: int | None = None,
    secrets: Sequence[Mapping[str, Any]] | None = None,
    variables: Sequence[Mapping[str, Any]] | None = None,
    volumes: Sequence[Mapping[str, Any]] | None = None,
    resource_group_id: str | None = None,
    region: ReposRegion | None = None,
    token: str | None = None,
) -> Request:
    """Create a repository: `POST /api/repos/create`."""
    return build_request(
        "repos.create",
        name=name,
        organization=organization,
        type=type,
        private=private,
        visibility=visibility,
        sdk=sdk,
        template=template,
        hardware=hardware,
        sleep_time_seconds=sleep_time_seconds,
        secrets=secrets,
        variables=variables,
        volumes=volumes,
        resource_group_id=resource_group_id,
        region=region,
        token=token,
    )


def repos_delete(
    *,
    name: str,
    organization: str | None = None,
    type: ReposType | None = None,
    token: str | None = None,
) -> Request:
    """Delete a repository: `DELETE /api/repos/delete`."""
    return build_request("repos.delete", name=name, organization=organization, type=type, token=token)


def repos_settings(
    repo_type: ReposRepoType,
    repo_id: str,
    *,
    gated: ReposGated | None = None,
    private: bool | None = None,
    visibility: ReposVisibility | None = None,
    token: str | None = None,
) -> Request:
    """Change who may see a repository: `PUT /api/{repo_type}/{repo_id}/settings`."""
    return build_request(
        "repos.settings",
        repo_type=repo_type,
        repo_id=repo_id,
        gated=gated,
        private=private,
        visibility=visibility,
        token=token,
    )


def repos_move(
    *,
    from_repo: str,
    to_repo: str,
    type: ReposType,
    token: str | None = None,
) -> Request:
    """Rename or move a repository: `POST /api/repos/move`."""
    return build_request("repos.move", from_repo=from_repo, to_repo=to_repo, type=type, token=token)


def repos_exists(
    repo_type: ReposRepoType,
    repo_id: str,
    *,
    revision: str | None = None,
    token: str | None = None,
) -> Request:
    """Ask whether a repository, or a revision of it, exists: `GET /api/{repo_type}/{repo_id}/revision/{revision}`."""
    return build_request("repos.exists", repo_type=repo_type, repo_id=repo_id, revision=revision, token=token)


def repos_branch_create(
    repo_type: ReposRepoType,
    repo_id: str,
    branch: str,
    *,
    starting_point: str | None = None,
    token: str | None = None,
) -> Request:
    """Create a branch: `POST /api/{repo_type}/{repo_id}/branch/{branch}`."""
    return build_request(
        "repos.branch_create",
        repo_type=repo_type,
        repo_id=repo_id,
        branch=branch,
        starting_point=starting_point,
        token=token,
    )


def repos_branch_delete(
    repo_type: ReposRepoType,
    repo_id: str,
    branch: str,
    *,
    token: str | None = None,
) -> Request:
    """Delete a branch: `DELETE /api/{repo_type}/{repo_id}/branch/{branch}`."""
    return build_request("repos.branch_delete", repo_type=repo_type, repo_id=repo_id, branch=branch, token=token)


def repos_tag_create(
    repo_type: ReposRepoType,
    repo_id: str,
    *,
    revision: str | None = None,
    tag: str,
    message: str | None = None,
    token: str | None = None,
) -> Request:
    """Create a tag: `POST /api/{repo_type}/{repo_id}/tag/{revision}`."""
    return build_request(
        "repos.tag_create",
        repo_type=repo_type,
        repo_id=repo_id,
        revision=revision,
        tag=tag,
        message=message,
        token=token,
    )


def repos_tag_delete(
    repo_type: ReposRepoType,
    repo_id: str,
    tag: str,
    *,
    token: str | None = None,
) -> Request:
    """Delete a tag: `DELETE /api/{repo_type}/{repo_id}/tag/{tag}`."""
    return build_request("repos.tag_delete", repo_type=repo_type, repo_id=repo_id, tag=tag, token=token)
