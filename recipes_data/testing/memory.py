"""The adapters for users' tests: a store of datasets and a Hub that hold what they were given, in memory.

    store = MemoryStore({"acme/sums": {"main": {"train": [{"question": "1+1", "answer": "2"}]}}})
    hub = MemoryHub({"acme/sums": {"README.md": b"# Sums"}}, folder=tmp_path)

Rows come in the orders that the real adapters give them, and errors are the same classes.
"""

from __future__ import annotations

import copy
import hashlib
import json
import operator
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Any

from loaders.order import numbers, permutation
from recipes_data.errors import AuthError, NotOnHubError, UnknownNameError, UsageError
from recipes_data.ports.people import UserRecord
from recipes_data.ports.records import (
    CommitRecord,
    EntryKind,
    FileRecord,
    Gating,
    RefRecord,
    RefsRecord,
    RepoKind,
    RepoRecord,
    SiblingRecord,
    Visibility,
)

__all__ = ["MemoryHub", "MemoryRows", "MemoryStore"]

_Row = Mapping[str, Any]
_MAIN = "main"


@dataclass(frozen=True, slots=True)
class MemoryRows:
    """A handle of `MemoryStore`: rows, and which of them in which order."""

    rows: Sequence[_Row]
    places: tuple[int, ...]


class MemoryStore:
    """A `DatasetStore` of given rows: {repository: {config: {split: rows}}}; the first config is the default one.

    The rows are copied, and copies are given out. `commit(path)` is the commit that a repository stands at.
    """

    def __init__(self, repositories: Mapping[str, Mapping[str, Mapping[str, Sequence[_Row]]]]) -> None:
        self._repositories = {
            path: {
                config: {split: tuple(copy.deepcopy(dict(row)) for row in rows) for split, rows in splits.items()}
                for config, splits in configs.items()
            }
            for path, configs in repositories.items()
        }

    @property
    def lacks(self) -> Mapping[str, str]:
        """Nothing."""
        return {}

    def commit(self, path: str) -> str:
        """40 hex digits that change with the rows."""
        text = json.dumps(self._repositories[path], sort_keys=True, default=repr)
        return hashlib.sha1(text.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()

    def load_dataset(
        self, path: str, name: str | None = None, split: str | None = None, revision: str | None = None
    ) -> MemoryRows | dict[str, MemoryRows]:
        """The rows of a config, all splits or one."""
        configs = self._repositories.get(path)
        if configs is None:
            raise NotOnHubError(
                f"no dataset {path!r} was given", f"there is: {', '.join(self._repositories)}", missing="repository"
            )
        if revision not in (None, _MAIN, self.commit(path)):
            raise NotOnHubError(f"{path!r} has no revision {revision!r}", "its commit or main", missing="revision")
        config = next(iter(configs)) if name is None and configs else name
        if config not in configs:
            raise UnknownNameError(f"{path!r} has no config {config!r}", f"it has: {', '.join(configs)}")
        found = {each: MemoryRows(rows, tuple(range(len(rows)))) for each, rows in configs[config].items()}
        return found if split is None else self.get_split(found, split)

    def get_split(self, dataset: Any, split: str) -> MemoryRows:
        """The rows of one split."""
        if not isinstance(dataset, dict):
            raise UsageError("these are the rows of one split already", "load without `split`, or leave get_split out")
        if split not in dataset:
            raise UnknownNameError(f"there is no split {split!r}", f"there is: {', '.join(dataset)}")
        found: MemoryRows = dataset[split]
        return found

    def shuffle(self, dataset: Any, seed: int) -> MemoryRows:
        """The order of `datasets`."""
        rows = _of_one(dataset, "shuffle")
        order = numbers(permutation(len(rows.places), operator.index(seed)))
        return MemoryRows(rows.rows, tuple(rows.places[int(one)] for one in order))

    def take(self, dataset: Any, n: int) -> MemoryRows:
        """The first rows."""
        rows = _of_one(dataset, "take")
        return MemoryRows(rows.rows, rows.places[: _count(rows, "take", n)])

    def skip(self, dataset: Any, n: int) -> MemoryRows:
        """All but the first rows."""
        rows = _of_one(dataset, "skip")
        return MemoryRows(rows.rows, rows.places[_count(rows, "skip", n) :])

    def select(self, dataset: Any, indices: Iterable[int]) -> MemoryRows:
        """The rows at these positions."""
        rows = _of_one(dataset, "select")
        chosen = []
        for index in map(operator.index, indices):
            if not 0 <= index < len(rows.places):
                raise IndexError(f"row {index} of {len(rows.places):,}")
            chosen.append(rows.places[index])
        return MemoryRows(rows.rows, tuple(chosen))

    def to_list(self, dataset: Any) -> list[dict[str, Any]]:
        """Copies of the rows."""
        rows = _of_one(dataset, "to_list")
        return [copy.deepcopy(dict(rows.rows[place])) for place in rows.places]


def _of_one(dataset: Any, callback: str) -> MemoryRows:
    if not isinstance(dataset, MemoryRows):
        shown = f"a dict of the splits {', '.join(dataset)}" if isinstance(dataset, dict) else f"{type(dataset)}"
        raise UsageError(f"`{callback}` is given {shown}, not the rows of one split", "take one by get_split")
    return dataset


def _count(rows: MemoryRows, verb: str, n: int) -> int:
    if not 0 <= n <= len(rows.places):
        raise IndexError(f"{verb} {n:,} of {len(rows.places):,} rows")
    return n


class MemoryHub:
    """A `HubClient` of given files: {repository: {path: bytes}}; `kinds` says which are no datasets.

    `folder`: where downloads are written, one folder a commit. `user`: whom `whoami` names.
    """

    def __init__(
        self,
        repositories: Mapping[str, Mapping[str, bytes]],
        folder: Path,
        *,
        kinds: Mapping[str, RepoKind] | None = None,
        user: str | None = None,
    ) -> None:
        self._files = {repo: dict(sorted(files.items())) for repo, files in repositories.items()}
        self._kinds = dict(kinds or {})
        self._folder = folder
        self._user = user
        for repo, files in self._files.items():
            for path in files:
                if PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts or not path:
                    raise UsageError(f"{repo}: {path!r} is no path inside a repository", "name it from the root")

    @property
    def lacks(self) -> Mapping[str, str]:
        """Nothing."""
        return {}

    def download(self, repo: str, path: str, kind: RepoKind = RepoKind.DATASET, revision: str | None = None) -> Path:
        """The file, written when it is first asked for."""
        files = self._at(repo, kind, revision)
        if path not in files:
            raise NotOnHubError(f"{repo!r} has no file {path!r}", f"it has: {', '.join(files)}", missing="file")
        target = self._folder / self._commit(repo) / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(files[path])
        return target

    def snapshot(
        self,
        repo: str,
        kind: RepoKind = RepoKind.DATASET,
        revision: str | None = None,
        patterns: Sequence[str] = (),
    ) -> Path:
        """The folder of the commit, with what was asked for so far."""
        files = self._at(repo, kind, revision)
        wanted = [path for path in files if not patterns or any(fnmatchcase(path, text) for text in patterns)]
        if patterns and not wanted:
            raise UnknownNameError(f"no file of {repo!r} matches {', '.join(patterns)}", f"it has: {', '.join(files)}")
        folder = self._folder / self._commit(repo)
        folder.mkdir(parents=True, exist_ok=True)
        for path in wanted:
            self.download(repo, path, kind, revision)
        return folder

    def list_files(
        self, repo: str, kind: RepoKind = RepoKind.DATASET, revision: str | None = None
    ) -> tuple[FileRecord, ...]:
        """All of them as plain files, none in large storage."""
        files = self._at(repo, kind, revision)
        return tuple(FileRecord(path, EntryKind.FILE, len(data), _blob_id(data)) for path, data in files.items())

    def info(self, repo: str, kind: RepoKind = RepoKind.DATASET, revision: str | None = None) -> RepoRecord:
        """Open and public."""
        files = self._at(repo, kind, revision)
        return RepoRecord(
            kind,
            repo,
            sha=self._commit(repo),
            visibility=Visibility.PUBLIC,
            gating=Gating.OPEN,
            siblings=tuple(SiblingRecord(path, len(data), _blob_id(data)) for path, data in files.items()),
        )

    def refs(self, repo: str, kind: RepoKind = RepoKind.DATASET) -> RefsRecord:
        """One branch."""
        self._at(repo, kind, None)
        return RefsRecord((RefRecord(_MAIN, f"refs/heads/{_MAIN}", self._commit(repo)),), (), ())

    def commits(
        self, repo: str, kind: RepoKind = RepoKind.DATASET, revision: str | None = None
    ) -> tuple[CommitRecord, ...]:
        """One commit."""
        self._at(repo, kind, revision)
        return (CommitRecord(self._commit(repo), "in memory"),)

    def whoami(self) -> UserRecord:
        """The user that was given."""
        if self._user is None:
            raise AuthError("no user was given to this MemoryHub", 'MemoryHub(..., user="me")')
        return UserRecord(self._user, kind="user")

    def _at(self, repo: str, kind: RepoKind, revision: str | None) -> Mapping[str, bytes]:
        files = self._files.get(repo)
        if files is None or self._kinds.get(repo, RepoKind.DATASET) is not kind:
            raise NotOnHubError(
                f"no {kind.value} {repo!r} was given", f"there is: {', '.join(self._files)}", missing="repository"
            )
        if revision not in (None, _MAIN, self._commit(repo)):
            raise NotOnHubError(f"{repo!r} has no revision {revision!r}", "its commit or main", missing="revision")
        return files

    def _commit(self, repo: str) -> str:
        text = "\n".join(f"{path}\0{_blob_id(data)}" for path, data in self._files[repo].items())
        return hashlib.sha1(f"{repo}\n{text}".encode(), usedforsecurity=False).hexdigest()


def _blob_id(data: bytes) -> str:
    # git hash-object
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
