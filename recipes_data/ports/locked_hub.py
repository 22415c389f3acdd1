"""The adapter of our own layer for `HubClient`: what a lock and the store say of a repository; no network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from recipes_data.errors import IntegrityError, NotFetchedError, UnknownNameError, UsageError
from recipes_data.lockfile import Lock, LockedFile
from recipes_data.named import link_named
from recipes_data.ports.lookup import lock_of
from recipes_data.ports.options import WHERE_CHOSEN, AdapterOptions
from recipes_data.ports.people import UserRecord
from recipes_data.ports.records import (
    CommitRecord,
    EntryKind,
    FileRecord,
    Gating,
    LfsRecord,
    RefsRecord,
    RepoKind,
    RepoRecord,
    SiblingRecord,
)
from recipes_data.store import Store, store_at

__all__ = ["LockedHub", "make"]

_LACKS = {
    "refs": "a lock pins one commit and knows no branches",
    "commits": "a lock pins one commit and knows no history",
    "whoami": "locks and store are read without a token",
}
_GATING = {"auto": Gating.AUTO, "manual": Gating.MANUAL}


class LockedHub:
    """A `HubClient` over locks and verified bytes. It knows the files that a lock lists, and opens no socket."""

    def __init__(self, options: AdapterOptions) -> None:
        self._places = options.places()

    def __repr__(self) -> str:
        return f"LockedHub({self._places.describe()})"

    @property
    def lacks(self) -> Mapping[str, str]:
        """Everything that only a Hub knows."""
        return _LACKS

    def download(self, repo: str, path: str, kind: RepoKind = RepoKind.DATASET, revision: str | None = None) -> Path:
        """A verified file of the lock, under its own name."""
        lock = lock_of(self._places, repo, kind, revision)
        file = lock.by_path().get(path)
        if file is None:
            raise UnknownNameError(
                f"the lock {lock.name} of {repo!r} has no file {path!r}", f"it has: recipes-data show {lock.name}"
            )
        return self._folder(lock, [file]) / path

    def snapshot(
        self,
        repo: str,
        kind: RepoKind = RepoKind.DATASET,
        revision: str | None = None,
        patterns: Sequence[str] = (),
    ) -> Path:
        """A folder with the verified files of the lock: those that the project's manifest wants, not the whole tree."""
        lock = lock_of(self._places, repo, kind, revision)
        wanted = [one for one in lock.files if not patterns or any(fnmatchcase(one.path, text) for text in patterns)]
        if not wanted:
            raise UnknownNameError(
                f"no file of the lock {lock.name} matches {', '.join(patterns)}", "correct a pattern"
            )
        return self._folder(lock, wanted)

    def list_files(
        self, repo: str, kind: RepoKind = RepoKind.DATASET, revision: str | None = None
    ) -> tuple[FileRecord, ...]:
        """The files of the lock."""
        lock = lock_of(self._places, repo, kind, revision)
        return tuple(_file(one) for one in sorted(lock.files, key=lambda one: one.path))

    def info(self, repo: str, kind: RepoKind = RepoKind.DATASET, revision: str | None = None) -> RepoRecord:
        """What the lock knows: id, commit, files, gating, licence."""
        lock = lock_of(self._places, repo, kind, revision)
        files = tuple(_sibling(one) for one in sorted(lock.files, key=lambda one: one.path))
        return RepoRecord(
            kind,
            lock.repo,
            author=lock.repo.partition("/")[0] if "/" in lock.repo else None,
            sha=lock.commit,
            gating=_GATING.get(lock.gated or "", Gating.OPEN),
            card={"license": lock.license} if lock.license else None,
            siblings=files,
        )

    def refs(self, repo: str, kind: RepoKind = RepoKind.DATASET) -> RefsRecord:
        """Not to be had."""
        raise _lacking("refs")

    def commits(
        self, repo: str, kind: RepoKind = RepoKind.DATASET, revision: str | None = None
    ) -> tuple[CommitRecord, ...]:
        """Not to be had."""
        raise _lacking("commits")

    def whoami(self) -> UserRecord:
        """Not to be had."""
        raise _lacking("whoami")

    def _folder(self, lock: Lock, wanted: Sequence[LockedFile]) -> Path:
        store = store_at(self._places)
        return link_named(store, {one.path: _stored(store, lock, one) for one in wanted})


def make(options: AdapterOptions) -> LockedHub:
    """The adapter, for these options."""
    return LockedHub(options)


def _stored(store: Store, lock: Lock, file: LockedFile) -> str:
    """The sha256 of a file that lies in the store, looked at."""
    again = f"recipes-data fetch {lock.name}"
    sha256 = file.sha256 or store.sha256_of(file.digest)
    try:
        if sha256 is None:
            raise FileNotFoundError(file.path)
        store.opened(sha256, file.size, f"{lock.name} ({file.path})")
    except OSError as exc:
        raise NotFetchedError(f"{file.path} of {lock.repo!r} is not in the store", again) from exc
    except IntegrityError as exc:
        raise IntegrityError(exc.what, exc.do.replace("recipes-data fetch", again)) from exc
    return sha256


def _lfs(file: LockedFile) -> LfsRecord | None:
    kind, _, digest = file.digest.partition(":")
    return LfsRecord(oid=digest, size=file.size) if kind == "sha256" else None


def _oid(file: LockedFile) -> str | None:
    kind, _, digest = file.digest.partition(":")
    return digest if kind == "git-sha1" else None


def _file(file: LockedFile) -> FileRecord:
    return FileRecord(file.path, EntryKind.FILE, file.size, _oid(file), _lfs(file))


def _sibling(file: LockedFile) -> SiblingRecord:
    lfs = _lfs(file)
    named = LfsRecord(sha256=lfs.oid, size=lfs.size) if lfs is not None else None
    return SiblingRecord(file.path, file.size, _oid(file), named)


def _lacking(callback: str) -> UsageError:
    return UsageError(
        f"the adapter recipes-data has no `{callback}`: {_LACKS[callback]}",
        f'hub = "plain" in {WHERE_CHOSEN} asks the Hub itself',
    )
