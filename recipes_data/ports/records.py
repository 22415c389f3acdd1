"""The only home of what the Hub says of repositories as typed records: info, files, commits, references.

`from_json(RepoRecord, answer, kind=RepoKind.DATASET)` reads one and `to_json` gives the same JSON again: fields that
are not known here are kept in `more`. None means that the Hub did not say it (or said null, which `more` remembers).
Sources of the names: `tests/contract/exchanges.yaml` (recorded shapes) for datasets, trees, references and commits;
the official client's source (huggingface_hub 2.4.0, `hf_api.py`) for what only models and spaces have.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from recipes_data.ports.jsonrecords import (
    COUNT,
    DATE,
    FLAG,
    TEXT,
    TEXTS,
    VALUE,
    one_of,
    record_of,
    records_of,
    said,
    unsaid,
)

__all__ = [
    "AuthorRecord",
    "CommitRecord",
    "EntryKind",
    "FileRecord",
    "Gating",
    "LastCommitRecord",
    "LfsRecord",
    "RefRecord",
    "RefsRecord",
    "RepoKind",
    "RepoRecord",
    "SiblingRecord",
    "Visibility",
]


class RepoKind(Enum):
    """What a repository is; the value is the client's `repo_type`."""

    DATASET = "dataset"
    MODEL = "model"
    SPACE = "space"

    @property
    def area(self) -> str:
        """The word for it in addresses: `/api/datasets/...`."""
        return f"{self.value}s"


class Gating(Enum):
    """Who may read the files of a repository: everybody, whoever accepts the terms, whom its owner lets in."""

    OPEN = "open"
    AUTO = "auto"
    MANUAL = "manual"


class Visibility(Enum):
    """Who may know of a repository."""

    PUBLIC = "public"
    PRIVATE = "private"


class EntryKind(Enum):
    """What an entry of a tree is."""

    FILE = "file"
    FOLDER = "directory"


_GATING = one_of(Gating, {False: Gating.OPEN, "auto": Gating.AUTO, "manual": Gating.MANUAL})
_VISIBILITY = one_of(Visibility, {False: Visibility.PUBLIC, True: Visibility.PRIVATE})


@dataclass(frozen=True, slots=True)
class LfsRecord:
    """A file in large storage: `sha256` of its bytes (which a tree calls `oid`), sizes in bytes."""

    oid: str | None = said("oid", TEXT)
    sha256: str | None = said("sha256", TEXT)
    size: int | None = said("size", COUNT)
    pointer_size: int | None = said("pointerSize", COUNT)
    more: Mapping[str, Any] = unsaid()

    @property
    def digest(self) -> str:
        """64 hex digits, whichever name they came under; empty where neither is said."""
        return self.sha256 or self.oid or ""


@dataclass(frozen=True, slots=True)
class SiblingRecord:
    """A file in a repository's info. Sizes and digests are said only where they were asked for.

    `blob_id`: the git id of the blob, for a file in large storage that of its pointer.
    """

    path: str = said("rfilename", TEXT, required=True)
    size: int | None = said("size", COUNT)
    blob_id: str | None = said("blobId", TEXT)
    lfs: LfsRecord | None = said("lfs", record_of(LfsRecord))
    more: Mapping[str, Any] = unsaid()


@dataclass(frozen=True, slots=True)
class LastCommitRecord:
    """The commit that last changed an entry of a tree."""

    id: str = said("id", TEXT, required=True)
    title: str | None = said("title", TEXT)
    date: datetime | None = said("date", DATE)
    more: Mapping[str, Any] = unsaid()


@dataclass(frozen=True, slots=True)
class FileRecord:
    """An entry of a tree: a file or a folder. `oid`: its git id, of a file in large storage that of the pointer."""

    path: str = said("path", TEXT, required=True)
    kind: EntryKind = said("type", one_of(EntryKind), required=True)
    size: int | None = said("size", COUNT)
    oid: str | None = said("oid", TEXT)
    lfs: LfsRecord | None = said("lfs", record_of(LfsRecord))
    xet_hash: str | None = said("xetHash", TEXT)
    last_commit: LastCommitRecord | None = said("lastCommit", record_of(LastCommitRecord))
    security: Mapping[str, Any] | None = said("securityFileStatus", VALUE)
    more: Mapping[str, Any] = unsaid()

    @property
    def digest(self) -> str:
        """`sha256:<64 hex>` where the Hub publishes one, else `git-sha1:<40 hex>`; empty where neither is said."""
        if self.lfs is not None and self.lfs.digest:
            return f"sha256:{self.lfs.digest}"
        return f"git-sha1:{self.oid}" if self.oid else ""


@dataclass(frozen=True, slots=True)
class RepoRecord:
    """A repository as it is at one commit (`sha`). `kind` is not in the JSON: who asked knows it.

    The last fields are said of models (`library`, `pipeline`, `config`, `safetensors`), of spaces (`sdk`, `runtime`,
    `host`, `subdomain`, `models`, `datasets`) alone.
    """

    kind: RepoKind
    id: str = said("id", TEXT, required=True)
    object_id: str | None = said("_id", TEXT)
    author: str | None = said("author", TEXT)
    sha: str | None = said("sha", TEXT)
    last_modified: datetime | None = said("lastModified", DATE)
    created_at: datetime | None = said("createdAt", DATE)
    visibility: Visibility | None = said("private", _VISIBILITY)
    gating: Gating | None = said("gated", _GATING)
    disabled: bool | None = said("disabled", FLAG)
    tags: tuple[str, ...] | None = said("tags", TEXTS)
    downloads: int | None = said("downloads", COUNT)
    likes: int | None = said("likes", COUNT)
    used_storage: int | None = said("usedStorage", COUNT)
    card: Mapping[str, Any] | None = said("cardData", VALUE)
    siblings: tuple[SiblingRecord, ...] | None = said("siblings", records_of(SiblingRecord))
    description: str | None = said("description", TEXT)
    library: str | None = said("library_name", TEXT)
    pipeline: str | None = said("pipeline_tag", TEXT)
    config: Mapping[str, Any] | None = said("config", VALUE)
    safetensors: Mapping[str, Any] | None = said("safetensors", VALUE)
    sdk: str | None = said("sdk", TEXT)
    runtime: Mapping[str, Any] | None = said("runtime", VALUE)
    host: str | None = said("host", TEXT)
    subdomain: str | None = said("subdomain", TEXT)
    models: tuple[str, ...] | None = said("models", TEXTS)
    datasets: tuple[str, ...] | None = said("datasets", TEXTS)
    more: Mapping[str, Any] = unsaid()


@dataclass(frozen=True, slots=True)
class AuthorRecord:
    """Somebody who made a commit."""

    user: str | None = said("user", TEXT)
    avatar: str | None = said("avatar", TEXT)
    more: Mapping[str, Any] = unsaid()


@dataclass(frozen=True, slots=True)
class CommitRecord:
    """One commit of a repository's history."""

    id: str = said("id", TEXT, required=True)
    title: str | None = said("title", TEXT)
    message: str | None = said("message", TEXT)
    date: datetime | None = said("date", DATE)
    authors: tuple[AuthorRecord, ...] | None = said("authors", records_of(AuthorRecord))
    more: Mapping[str, Any] = unsaid()


@dataclass(frozen=True, slots=True)
class RefRecord:
    """A branch, a tag, or a converted form of a repository, and the commit that it points to."""

    name: str = said("name", TEXT, required=True)
    ref: str = said("ref", TEXT, required=True)
    commit: str = said("targetCommit", TEXT, required=True)
    more: Mapping[str, Any] = unsaid()


@dataclass(frozen=True, slots=True)
class RefsRecord:
    """All references of a repository; `pull_requests` only where they were asked for."""

    branches: tuple[RefRecord, ...] | None = said("branches", records_of(RefRecord))
    tags: tuple[RefRecord, ...] | None = said("tags", records_of(RefRecord))
    converts: tuple[RefRecord, ...] | None = said("converts", records_of(RefRecord))
    pull_requests: tuple[RefRecord, ...] | None = said("pullRequests", records_of(RefRecord))
    more: Mapping[str, Any] = unsaid()
