"""Typed builders for the requests of one area of the Hub's API: files.

Generated from manifests/operations.yaml; edit that, then run `python -m recipes_data.gaps.contract`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from recipes_data.gaps.contract.requests import Request, build_request

__all__ = [
    "FilesAcceptEncoding",
    "FilesRepoType",
    "files_download",
    "files_head",
    "files_paths_info",
    "files_range",
    "files_xet_token",
]

FilesAcceptEncoding = Literal["identity"]
FilesRepoType = Literal[
    "models",
    "datasets",
    "spaces",
]


def files_head(
    repository: str,
    path: str,
    *,
    revision: str | None = None,
    accept_encoding: FilesAcceptEncoding | None = None,
    token: str | None = None,
) -> Request:
    """Ask for a file's commit, digest and size: `HEAD /{repository}/resolve/{revision}/{path}`."""
    return build_request(
        "files.head",
        repository=repository,
        revision=revision,
        path=path,
        accept_encoding=accept_encoding,
        token=token,
    )


def files_download(
    repository: str,
    path: str,
    *,
    revision: str | None = None,
    token: str | None = None,
) -> Request:
    """Get a file's bytes: `GET /{repository}/resolve/{revision}/{path}`."""
    return build_request("files.download", repository=repository, revision=revision, path=path, token=token)


def files_range(
    repository: str,
    path: str,
    *,
    revision: str | None = None,
    range: str,
    token: str | None = None,
) -> Request:
    """Get a part of a file: `GET /{repository}/resolve/{revision}/{path}`."""
    return build_request("files.range", repository=repository, revision=revision, path=path, range=range, token=token)


def files_paths_info(
    repo_type: FilesRepoType,
    repo_id: str,
    *,
    revision: str | None = None,
    paths: Sequence[str],
    expand: bool | None = None,
    token: str | None = None,
) -> Request:
    """Ask about some paths: `POST /api/{repo_type}/{repo_id}/paths-info/{revision}`."""
    return build_request(
        "files.paths_info",
        repo_type=repo_type,
        repo_id=repo_id,
        revision=revision,
        paths=paths,
        expand=expand,
        token=token,
    )


def files_xet_token(
    repo_type: FilesRepoType,
    repo_id: str,
    *,
    revision: str | None = None,
    token: str | None = None,
) -> Request:
    """Get a token for reading Xet storage: `GET /api/{repo_type}/{repo_id}/xet-read-token/{revision}`."""
    return build_request("files.xet_token", repo_type=repo_type, repo_id=repo_id, revision=revision, token=token)
