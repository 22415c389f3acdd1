"""Typed builders for the requests of one area of the Hub's API: models.

Generated from manifests/operations.yaml; edit that, then run `python -m recipes_data.gaps.contract`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypedDict, Unpack

from recipes_data.gaps.contract.requests import Request, build_request

__all__ = [
    "ModelsCommitsExpand",
    "ModelsDirection",
    "ModelsExpand",
    "ModelsIncludePrs",
    "ModelsInference",
    "ModelsListQuery",
    "ModelsSort",
    "ModelsStatus",
    "ModelsType",
    "models_card",
    "models_commits",
    "models_discussions",
    "models_file",
    "models_files",
    "models_info",
    "models_list",
    "models_readme",
    "models_refs",
]

ModelsInference = Literal["warm"]
ModelsSort = Literal[
    "createdAt",
    "downloads",
    "lastModified",
    "likes",
    "trendingScore",
]
ModelsDirection = Literal[-1]
ModelsExpand = Literal[
    "author",
    "baseModels",
    "cardData",
    "childrenModelCount",
    "config",
    "createdAt",
    "disabled",
    "downloads",
    "downloadsAllTime",
    "evalResults",
    "gated",
    "gguf",
    "inference",
    "inferenceProviderMapping",
    "lastModified",
    "library_name",
    "likes",
    "mask_token",
    "model-index",
    "pipeline_tag",
    "private",
    "resourceGroup",
    "safetensors",
    "sha",
    "siblings",
    "spaces",
    "tags",
    "transformersInfo",
    "trendingScore",
    "usedStorage",
    "widgetData",
]
ModelsCommitsExpand = Literal["formatted"]
ModelsIncludePrs = Literal[1]
ModelsType = Literal[
    "all",
    "discussion",
    "pull_request",
]
ModelsStatus = Literal[
    "all",
    "open",
    "closed",
]


class ModelsListQuery(TypedDict, total=False):
    """What `models.list` may be asked for."""

    search: str
    author: str
    filter: Sequence[str]
    trained_dataset: Sequence[str]
    apps: Sequence[str]
    gated: bool
    inference: ModelsInference
    inference_provider: Sequence[str]
    pipeline_tag: str
    num_parameters: str
    sort: ModelsSort
    direction: ModelsDirection
    limit: int
    expand: Sequence[ModelsExpand]
    full: bool
    config: bool
    card_data: bool


def models_list(
    *,
    token: str | None = None,
    **query: Unpack[ModelsListQuery],
) -> Request:
    """List and search models: `GET /api/models`."""
    return build_request("models.list", token=token, **query)


def models_info(
    repo_id: str,
    *,
    revision: str | None = None,
    blobs: bool | None = None,
    security_status: bool | None = None,
    expand: Sequence[ModelsExpand] | None = None,
    token: str | None = None,
) -> Request:
    """What is known of a model: `GET /api/models/{repo_id}/revision/{revision}`."""
    return build_request(
        "models.info",
        repo_id=repo_id,
        revision=revision,
        blobs=blobs,
        security_status=security_status,
        expand=expand,
        token=token,
    )


def models_files(
    repo_id: str,
    *,
    revision: str | None = None,
    path: str | None = None,
    recursive: bool | None = None,
    expand: bool | None = None,
    limit: int | None = None,
    token: str | None = None,
) -> Request:
    """List the files of a model: `GET /api/models/{repo_id}/tree/{revision}/{path}`."""
    return build_request(
        "models.files",
        repo_id=repo_id,
        revision=revision,
        path=path,
        recursive=recursive,
        expand=expand,
        limit=limit,
        token=token,
    )


def models_file(
    repo_id: str,
    path: str,
    *,
    revision: str | None = None,
    token: str | None = None,
) -> Request:
    """Get a file of a model: `GET /{repo_id}/resolve/{revision}/{path}`."""
    return build_request("models.file", repo_id=repo_id, revision=revision, path=path, token=token)


def models_commits(
    repo_id: str,
    *,
    revision: str | None = None,
    expand: Sequence[ModelsCommitsExpand] | None = None,
    token: str | None = None,
) -> Request:
    """List the commits of a model: `GET /api/models/{repo_id}/commits/{revision}`."""
    return build_request("models.commits", repo_id=repo_id, revision=revision, expand=expand, token=token)


def models_refs(
    repo_id: str,
    *,
    include_prs: ModelsIncludePrs | None = None,
    token: str | None = None,
) -> Request:
    """List the branches and tags of a model: `GET /api/models/{repo_id}/refs`."""
    return build_request("models.refs", repo_id=repo_id, include_prs=include_prs, token=token)


def models_readme(
    repo_id: str,
    *,
    revision: str | None = None,
    token: str | None = None,
) -> Request:
    """Get the README of a model: `GET /{repo_id}/resolve/{revision}/README.md`."""
    return build_request("models.readme", repo_id=repo_id, revision=revision, token=token)


def models_card(
    repo_id: str,
    *,
    revision: str | None = None,
    token: str | None = None,
) -> Request:
    """Get a model's card as data: `GET /{repo_id}/resolve/{revision}/README.md`."""
    return build_request("models.card", repo_id=repo_id, revision=revision, token=token)


def models_discussions(
    repo_id: str,
    *,
    type: ModelsType | None = None,
    status: ModelsStatus | None = None,
    author: str | None = None,
    p: int | None = None,
    token: str | None = None,
) -> Request:
    """List the discussions and pull requests of a model: `GET /api/models/{repo_id}/discussions`."""
    return build_request(
        "models.discussions",
        repo_id=repo_id,
        type=type,
        status=status,
        author=author,
        p=p,
        token=token,
    )
