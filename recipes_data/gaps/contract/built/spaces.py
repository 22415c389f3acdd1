"""Typed builders for the requests of one area of the Hub's API: spaces.

Generated from manifests/operations.yaml; edit that, then run `python -m recipes_data.gaps.contract`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypedDict, Unpack

from recipes_data.gaps.contract.requests import Request, build_request

__all__ = [
    "SpacesDirection",
    "SpacesExpand",
    "SpacesListQuery",
    "SpacesSort",
    "spaces_file",
    "spaces_files",
    "spaces_info",
    "spaces_list",
]

SpacesSort = Literal[
    "createdAt",
    "lastModified",
    "likes",
    "trendingScore",
]
SpacesDirection = Literal[-1]
SpacesExpand = Literal[
    "author",
    "cardData",
    "createdAt",
    "datasets",
    "disabled",
    "lastModified",
    "likes",
    "models",
    "private",
    "region",
    "resourceGroup",
    "runtime",
    "sdk",
    "sha",
    "siblings",
    "subdomain",
    "tags",
    "trendingScore",
    "usedStorage",
]


class SpacesListQuery(TypedDict, total=False):
    """What `spaces.list` may be asked for."""

    search: str
    author: str
    filter: Sequence[str]
    datasets: Sequence[str]
    models: Sequence[str]
    linked: bool
    sort: SpacesSort
    direction: SpacesDirection
    limit: int
    expand: Sequence[SpacesExpand]
    full: bool


def spaces_list(
    *,
    token: str | None = None,
    **query: Unpack[SpacesListQuery],
) -> Request:
    """List and search spaces: `GET /api/spaces`."""
    return build_request("spaces.list", token=token, **query)


def spaces_info(
    repo_id: str,
    *,
    revision: str | None = None,
    blobs: bool | None = None,
    expand: Sequence[SpacesExpand] | None = None,
    token: str | None = None,
) -> Request:
    """What is known of a space: `GET /api/spaces/{repo_id}/revision/{revision}`."""
    return build_request("spaces.info", repo_id=repo_id, revision=revision, blobs=blobs, expand=expand, token=token)


def spaces_files(
    repo_id: str,
    *,
    revision: str | None = None,
    path: str | None = None,
    recursive: bool | None = None,
    expand: bool | None = None,
    limit: int | None = None,
    token: str | None = None,
) -> Request:
    """List the files of a space: `GET /api/spaces/{repo_id}/tree/{revision}/{path}`."""
    return build_request(
        "spaces.files",
        repo_id=repo_id,
        revision=revision,
        path=path,
        recursive=recursive,
        expand=expand,
        limit=limit,
        token=token,
    )


def spaces_file(
    repo_id: str,
    path: str,
    *,
    revision: str | None = None,
    token: str | None = None,
) -> Request:
    """Get a file of a space: `GET /spaces/{repo_id}/resolve/{revision}/{path}`."""
    return build_request("spaces.file", repo_id=repo_id, revision=revision, path=path, token=token)
