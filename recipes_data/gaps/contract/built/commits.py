"""Typed builders for the requests of one area of the Hub's API: commits.

Generated from manifests/operations.yaml; edit that, then run `python -m recipes_data.gaps.contract`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from recipes_data.gaps.contract.requests import Request, build_request

__all__ = [
    "CommitsAccept",
    "CommitsCreatePr",
    "CommitsHashAlgo",
    "CommitsOperation",
    "CommitsRepoType",
    "CommitsTransfers",
    "CommitsValidateCardRepoType",
    "commits_create",
    "commits_lfs_batch",
    "commits_preupload",
    "commits_validate_card",
    "commits_xet_write_token",
]

CommitsRepoType = Literal[
    "models",
    "datasets",
    "spaces",
]
CommitsCreatePr = Literal["1"]
CommitsAccept = Literal["application/vnd.git-lfs+json"]
CommitsOperation = Literal["upload"]
CommitsTransfers = Literal[
    "basic",
    "multipart",
    "xet",
]
CommitsHashAlgo = Literal["sha256"]
CommitsValidateCardRepoType = Literal[
    "model",
    "dataset",
    "space",
]


def commits_preupload(
    repo_type: CommitsRepoType,
    repo_id: str,
    *,
    revision: str | None = None,
    create_pr: CommitsCreatePr | None = None,
    files: Sequence[Mapping[str, Any]],
    git_ignore: str | None = None,
    token: str | None = None,
) -> Request:
    """Ask which files go through LFS: `POST /api/{repo_type}/{repo_id}/preupload/{revision}`."""
    return build_request(
        "commits.preupload",
        repo_type=repo_type,
        repo_id=repo_id,
        revision=revision,
        create_pr=create_pr,
        files=files,
        git_ignore=git_ignore,
        token=token,
    )


def commits_lfs_batch(
    repository: str,
    *,
    accept: CommitsAccept | None = None,
    content_type: CommitsAccept | None = None,
    operation: CommitsOperation | None = None,
    transfers: Sequence[CommitsTransfers],
    objects: Sequence[Mapping[str, Any]],
    hash_algo: CommitsHashAlgo | None = None,
    ref: Mapping[str, Any] | None = None,
    token: str | None = None,
) -> Request:
    """Ask where to upload LFS files: `POST /{repository}.git/info/lfs/objects/batch`."""
    return build_request(
        "commits.lfs_batch",
        repository=repository,
        accept=accept,
        content_type=content_type,
        operation=operation,
        transfers=transfers,
        objects=objects,
        hash_algo=hash_algo,
        ref=ref,
        token=token,
    )


def commits_xet_write_token(
    repo_type: CommitsRepoType,
    repo_id: str,
    *,
    revision: str | None = None,
    create_pr: CommitsCreatePr | None = None,
    token: str | None = None,
) -> Request:
    """Get a token for writing Xet storage: `GET /api/{repo_type}/{repo_id}/xet-write-token/{revision}`."""
    return build_request(
        "commits.xet_write_token",
        repo_type=repo_type,
        repo_id=repo_id,
        revision=revision,
        create_pr=create_pr,
        token=token,
    )


def commits_create(
    repo_type: CommitsRepoType,
    repo_id: str,
    *,
    revision: str | None = None,
    create_pr: CommitsCreatePr | None = None,
    hot_reload: CommitsCreatePr | None = None,
    header: Mapping[str, Any],
    file: Sequence[Mapping[str, Any]] | None = None,
    lfs_file: Sequence[Mapping[str, Any]] | None = None,
    deleted_file: Sequence[Mapping[str, Any]] | None = None,
    deleted_folder: Sequence[Mapping[str, Any]] | None = None,
    token: str | None = None,
) -> Request:
    """Commit files: `POST /api/{repo_type}/{repo_id}/commit/{revision}`."""
    return build_request(
        "commits.create",
        repo_type=repo_type,
        repo_id=repo_id,
        revision=revision,
        create_pr=create_pr,
        hot_reload=hot_reload,
        header=header,
        file=file,
        lfs_file=lfs_file,
        deleted_file=deleted_file,
        deleted_folder=deleted_folder,
        token=token,
    )


def commits_validate_card(
    *,
    content: str,
    repo_type: CommitsValidateCardRepoType,
    token: str | None = None,
) -> Request:
    """Have a README's YAML checked: `POST /api/validate-yaml`."""
    return build_request("commits.validate_card", content=content, repo_type=repo_type, token=token)
