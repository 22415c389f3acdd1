"""The ports: what a program may ask of a Hub and of a store of datasets, whoever answers.

`HubClient` here is what users and other stacks program against. The pipeline's own inner seam, which resolves a
revision and names URLs for the verified transfer, is another thing: `recipes_data.hub.port.HubSeam`.
Errors are those of `recipes_data.errors`, whichever library is behind an adapter; positions out of range are
IndexError.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from recipes_data.ports.people import UserRecord
from recipes_data.ports.records import CommitRecord, FileRecord, RefsRecord, RepoKind, RepoRecord

__all__ = ["DatasetStore", "HubClient"]


@runtime_checkable
class HubClient(Protocol):
    """What a program asks of a Hub. `revision`: branch, tag or commit; None: the pinned one, else `main`.

    An adapter that cannot do one of these says why in `lacks`, and raises UsageError with it when it is called.
    """

    @property
    def lacks(self) -> Mapping[str, str]:
        """The callbacks that are not to be had here, each with the reason."""
        ...

    def download(self, repo: str, path: str, kind: RepoKind = ..., revision: str | None = None) -> Path:
        """A local file with the bytes of one file of a repository, under its own name; not to be written to.

        Raises:
            HubError, NotFetchedError, UnknownNameError: there is no such repository, revision or file, or not here.
        """
        ...

    def snapshot(
        self, repo: str, kind: RepoKind = ..., revision: str | None = None, patterns: Sequence[str] = ()
    ) -> Path:
        """A local folder with the files of a repository; with `patterns` (fnmatch) those that match one of them.

        The folder may hold others of the same commit too.

        Raises:
            UnknownNameError: no file matches.
            HubError, NotFetchedError: as `download`.
        """
        ...

    def list_files(self, repo: str, kind: RepoKind = ..., revision: str | None = None) -> tuple[FileRecord, ...]:
        """The files, without folders, by path (code points), each with size and digest."""
        ...

    def info(self, repo: str, kind: RepoKind = ..., revision: str | None = None) -> RepoRecord:
        """What is known of the repository at the revision; `sha` is the commit."""
        ...

    def refs(self, repo: str, kind: RepoKind = ...) -> RefsRecord:
        """Branches, tags and converted forms."""
        ...

    def commits(self, repo: str, kind: RepoKind = ..., revision: str | None = None) -> tuple[CommitRecord, ...]:
        """The history, newest first."""
        ...

    def whoami(self) -> UserRecord:
        """Whose token is used.

        Raises:
            AuthError: there is none, or it is not valid.
        """
        ...


@runtime_checkable
class DatasetStore(Protocol):
    """What a program asks of a store of datasets.

    What `load_dataset` gives is a handle of the adapter's own kind, to be given back to it: on one split, or without
    `split` on all splits of the config. No call changes a handle.
    """

    @property
    def lacks(self) -> Mapping[str, str]:
        """The callbacks that are not to be had here, each with the reason."""
        ...

    def load_dataset(
        self, path: str, name: str | None = None, split: str | None = None, revision: str | None = None
    ) -> Any:
        """A handle on a repository's config `name` (None: its default one).

        Raises:
            UnknownNameError: no such config or split.
            HubError, NotFetchedError, LockError: no such repository or revision, or not here.
        """
        ...

    def get_split(self, dataset: Any, split: str) -> Any:
        """The handle on one split of a handle on all.

        Raises:
            UnknownNameError: there is no such split; the message names those that are there.
        """
        ...

    def shuffle(self, dataset: Any, seed: int) -> Any:
        """The rows at `numpy.random.default_rng(seed).permutation(n)`: the order of `datasets`.

        A second shuffle permutes what the first gave.
        """
        ...

    def take(self, dataset: Any, n: int) -> Any:
        """The first `n` rows.

        Raises:
            IndexError: there are fewer, or `n` is negative.
        """
        ...

    def skip(self, dataset: Any, n: int) -> Any:
        """All but the first `n` rows; IndexError as `take`."""
        ...

    def select(self, dataset: Any, indices: Iterable[int]) -> Any:
        """The rows at these positions, in this order; a position may repeat.

        Raises:
            IndexError: a position is not in 0..n-1.
        """
        ...

    def to_list(self, dataset: Any) -> list[dict[str, Any]]:
        """All rows as plain dicts, made anew."""
        ...
