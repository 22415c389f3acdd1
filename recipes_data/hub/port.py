"""The one seam to the Hub: the Protocol that every client fulfils, and the values it speaks in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

__all__ = ["HubSeam", "RepoFile", "RepoInfo", "RepoType"]

RepoType = Literal["dataset", "model"]


@dataclass(frozen=True, slots=True)
class RepoFile:
    """One file of a repository at one commit, as the Hub lists it.

    `size` is in bytes. `digest` is `sha256:<64 hex>` where the Hub publishes one (LFS and Xet
    files), else `git-sha1:<40 hex>`, the git blob id of a plain file.
    """

    path: str
    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class RepoInfo:
    """A repository at one commit: what a revision resolved to.

    `gated` is False, "auto" or "manual"; `license` is the card's, as one text; `card` is the
    card's YAML header as plain values; `files` come sorted by path (code points). `called`: the id that
    the Hub gives it, another than `repo` where it was renamed; empty where the Hub says none.
    """

    repo: str
    repo_type: RepoType
    commit: str
    files: tuple[RepoFile, ...]
    gated: Literal[False, "auto", "manual"] = False
    private: bool = False
    license: str | None = None
    card: Mapping[str, Any] = field(default_factory=dict)
    called: str = ""


class HubSeam(Protocol):
    """What the pipeline asks of a Hub. One request a call; nothing is retried inside."""

    @property
    def endpoint(self) -> str:
        """Base URL without a trailing slash."""
        ...

    def repo_info(self, repo: str, revision: str, repo_type: RepoType) -> RepoInfo:
        """Resolve `revision` (branch, tag or commit) and list the repository there.

        Raises:
            NotOnHubError: no such repository or revision.
            GatedError, AuthError: the repository may not be seen with this token.
            RateLimitedError, HubDownError: no answer that could be used.
        """
        ...

    def file_url(self, repo: str, commit: str, path: str, repo_type: RepoType) -> str:
        """URL of one file's bytes at a commit; it may answer with a redirect."""
        ...

    def auth_headers(self) -> Mapping[str, str]:
        """Headers that prove who asks; to be sent to the endpoint's own origin and nowhere else."""
        ...
