"""Typed builders for the requests of one area of the Hub's API: datasets.

Generated from manifests/operations.yaml; edit that, then run `python -m recipes_data.gaps.contract`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypedDict, Unpack

from recipes_data.gaps.contract.requests import Request, build_request

__all__ = [
    "DatasetsCommitsExpand",
    "DatasetsDirection",
    "DatasetsExpand",
    "DatasetsIncludePrs",
    "DatasetsListQuery",
    "DatasetsSort",
    "datasets_commits",
    "datasets_file",
    "datasets_files",
    "datasets_info",
    "datasets_list",
    "datasets_parquet",
    "datasets_readme",
    "datasets_refs",
    "datasets_viewer_info",
]

DatasetsSort = Literal[
    "createdAt",
    "downloads",
    "lastModified",
    "likes",
    "trendingScore",
]
DatasetsDirection = Literal[-1]
DatasetsExpand = Literal[
    "author",
    "cardData",
    "citation",
    "createdAt",
    "description",
    "disabled",
    "downloads",
    "downloadsAllTime",
    "gated",
    "lastModified",
    "likes",
    "mainSize",
    "paperswithcode_id",
    "private",
    "resourceGroup",
    "sha",
    "siblings",
    "tags",
    "trendingScore",
    "usedStorage",
]
DatasetsCommitsExpand = Literal["formatted"]
DatasetsIncludePrs = Literal[1]


class DatasetsListQuery(TypedDict, total=False):
    """What `datasets.list` may be asked for."""

    search: Sequence[str]
    author: str
    filter: Sequence[str]
    language: Sequence[str]
    language_creators: Sequence[str]
    multilinguality: Sequence[str]
    size_categories: Sequence[str]
    task_categories: Sequence[str]
    task_ids: Sequence[str]
    benchmark: Sequence[str]
    gated: bool
    sort: DatasetsSort
    direction: DatasetsDirection
    limit: int
    expand: Sequence[DatasetsExpand]
    full: bool


def datasets_list(
    *,
    token: str | None = None,
    **query: Unpack[DatasetsListQuery],
) -> Request:
    """List and search datasets: `GET /api/datasets`."""
    return build_request("datasets.list", token=token, **query)


def datasets_info(
    repo_id: str,
    *,
    revision: str | None = None,
    blobs: bool | None = None,
    expand: Sequence[DatasetsExpand] | None = None,
    token: str | None = None,
) -> Request:
    """What is known of a dataset: `GET /api/datasets/{repo_id}/revision/{revision}`."""
    return build_request("datasets.info", repo_id=repo_id, revision=revision, blobs=blobs, expand=expand, token=token)


def datasets_files(
    repo_id: str,
    *,
    revision: str | None = None,
    path: str | None = None,
    recursive: bool | None = None,
    expand: bool | None = None,
    limit: int | None = None,
    token: str | None = None,
) -> Request:
    """List the files of a dataset: `GET /api/datasets/{repo_id}/tree/{revision}/{path}`."""
    return build_request(
        "datasets.files",
        repo_id=repo_id,
        revision=revision,
        path=path,
        recursive=recursive,
        expand=expand,
        limit=limit,
        token=token,
    )


def datasets_file(
    repo_id: str,
    path: str,
    *,
    revision: str | None = None,
    token: str | None = None,
) -> Request:
    """Get a file of a dataset: `GET /datasets/{repo_id}/resolve/{revision}/{path}`."""
    return build_request("datasets.file", repo_id=repo_id, revision=revision, path=path, token=token)


def datasets_commits(
    repo_id: str,
    *,
    revision: str | None = None,
    expand: Sequence[DatasetsCommitsExpand] | None = None,
    token: str | None = None,
) -> Request:
    """List the commits of a dataset: `GET /api/datasets/{repo_id}/commits/{revision}`."""
    return build_request("datasets.commits", repo_id=repo_id, revision=revision, expand=expand, token=token)


def datasets_readme(
    repo_id: str,
    *,
    revision: str | None = None,
    token: str | None = None,
) -> Request:
    """Get the README of a dataset: `GET /datasets/{repo_id}/resolve/{revision}/README.md`."""
    return build_request("datasets.readme", repo_id=repo_id, revision=revision, token=token)


def datasets_refs(
    repo_id: str,
    *,
    include_prs: DatasetsIncludePrs | None = None,
    token: str | None = None,
) -> Request:
    """List the branches and tags of a dataset: `GET /api/datasets/{repo_id}/refs`."""
    return build_request("datasets.refs", repo_id=repo_id, include_prs=include_prs, token=token)


def datasets_parquet(
    *,
    dataset: str,
    config: str | None = None,
    token: str | None = None,
) -> Request:
    """List the parquet files that the Hub made of a dataset: `GET /parquet`."""
    return build_request("datasets.parquet", dataset=dataset, config=config, token=token)


def datasets_viewer_info(
    *,
    dataset: str,
    token: str | None = None,
) -> Request:
    """What the dataset viewer knows of a dataset's configs, splits and columns: `GET /info`."""
    return build_request("datasets.viewer_info", dataset=dataset, token=token)
