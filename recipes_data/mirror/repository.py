"""The only home of the folder behind the mirror: which repositories it has, and their files with digests.

Layout: `FOLDER/{datasets,models}/ORG/NAME/...`. The folder is read only; a repository's tree is what lies
on the disk now, and its commit is computed from that tree, so a changed byte is a new commit.
"""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from operator import attrgetter
from pathlib import Path
from typing import Any, Literal

from recipes_data.cards import CARD, read_card
from recipes_data.errors import StoreError, UsageError
from recipes_data.mirror.gitobjects import blob_id, commit_id, pointer, tree_ids
from recipes_data.mirror.lfsrules import lfs_rule

__all__ = [
    "FileChangedError",
    "Folder",
    "RepoType",
    "Snapshot",
    "Stamp",
    "TreeFile",
    "open_file",
    "repositories",
]

RepoType = Literal["dataset", "model"]
_REPO_TYPES: tuple[RepoType, ...] = ("dataset", "model")
_LAYOUT = "Name a folder that has datasets/ORG/NAME/... (or models/ORG/NAME/...)"
# A file can change twice within one tick of the file system's clock (10 ms at most) and keep its times.
_SETTLED_NS = 50_000_000
_CHUNK = 1 << 20


class FileChangedError(OSError):
    """A file is no longer the one that was listed."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells one state of a file from the next without reading it; sizes in bytes, times in ns."""

    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int
    device: int

    @classmethod
    def of(cls, status: os.stat_result) -> Stamp:
        """Take it from what the system says of a file."""
        return cls(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_dev)


@dataclass(frozen=True, slots=True)
class TreeFile:
    """One file of a repository. `oid` is its git blob id; of an LFS file, that of its pointer text.

    `sha256` and `pointer_size` are set for LFS files only. `source` is the real path on disk, `stamp` the
    state in which it was hashed.
    """

    path: str
    size: int
    oid: str
    sha256: str | None
    pointer_size: int
    source: str
    stamp: Stamp


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A repository as it lies on disk.

    `files` are sorted by path (code points); `folders` maps the path of each folder below the root to its git
    tree id; `modified` is the newest file's time in seconds.
    """

    repo_type: RepoType
    repo: str
    commit: str
    files: tuple[TreeFile, ...]
    folders: Mapping[str, str]
    card: Mapping[str, Any]
    modified: float
    by_path: Mapping[str, TreeFile] = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Found:
    path: str
    source: str
    stamp: Stamp


def repositories(root: Path) -> list[tuple[RepoType, str]]:
    """Every repository of the folder as (type, id), sorted.

    Raises:
        UsageError: `root` is no folder, or holds no repository in the expected layout.
    """
    if not root.is_dir():
        raise UsageError(f"{root}: there is no such folder", _LAYOUT)
    found = [
        (repo_type, f"{org}/{name}")
        for repo_type in _REPO_TYPES
        for org in _folders(root, root / f"{repo_type}s")
        for name in _folders(root, root / f"{repo_type}s" / org)
    ]
    if not found:
        raise UsageError(f"{root}: the folder holds no repositories", _LAYOUT)
    return found


def _folders(root: Path, parent: Path) -> list[str]:
    """Sorted names of the folders in `parent` that lie inside `root` (a link may point elsewhere)."""
    try:
        below = list(parent.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []  # a kind of repository that this folder has none of
    return sorted(each.name for each in below if each.name[0] != "." and each.is_dir() and _inside(root, each))


def _inside(root: Path, path: Path) -> bool:
    return not path.is_symlink() or path.resolve().is_relative_to(root.resolve())


class Folder:
    """The repositories under one root, kept in memory as long as their files' stamps stay the same."""

    def __init__(self, root: Path, aliases: Mapping[str, str]) -> None:
        self._root = root.resolve()
        self._aliases = dict(aliases)
        self._snapshots: dict[tuple[RepoType, str], tuple[tuple[_Found, ...], Snapshot]] = {}
        self._locks: dict[tuple[RepoType, str], threading.Lock] = {}

    def canonical(self, repo_type: RepoType, asked: str) -> str | None:
        """Id under which the folder has what was asked for: itself, its alias, or its right spelling."""
        org, _, name = self._aliases.get(asked, asked).partition("/")
        parent = self._root / f"{repo_type}s"
        org_found = _spelled(org, _folders(self._root, parent))
        name_found = _spelled(name, _folders(self._root, parent / org_found)) if org_found else None
        return f"{org_found}/{name_found}" if name_found else None

    def snapshot(self, repo_type: RepoType, repo: str) -> Snapshot:
        """The repository as it is now; `repo` must come from `canonical`. The first call hashes its files.

        Raises:
            StoreError: the files keep changing while they are read.
        """
        with self._locks.setdefault((repo_type, repo), threading.Lock()):
            for _ in range(3):
                try:
                    return self._current(repo_type, repo)
                except (FileChangedError, FileNotFoundError):
                    continue  # a writer is at work: three times, then an error
        raise StoreError(f"{repo}: its files change while the mirror reads them", "Let the writer finish first")

    def at_commit(self, repo_type: RepoType, repo: str, commit: str, path: str) -> Snapshot | None:
        """The repository as it was last seen, if that was this commit and this file of it is as it was then.

        Clients ask for a commit's files one by one, and a walk over all of them for each one would make the cost of a
        fetch grow with the square of their number.
        """
        kept = self._snapshots.get((repo_type, repo))
        if kept is None or kept[1].commit != commit:
            return None
        file = kept[1].by_path.get(path)
        try:
            same = file is not None and Stamp.of(os.lstat(file.source)) == file.stamp
        except OSError:
            return None
        return kept[1] if same else None

    def _current(self, repo_type: RepoType, repo: str) -> Snapshot:
        found = tuple(sorted(_walk(self._root, f"{self._root}/{repo_type}s/{repo}", ""), key=attrgetter("path")))
        kept = self._snapshots.get((repo_type, repo))
        if kept and kept[0] == found:
            return kept[1]
        snapshot = _build(repo_type, repo, found)
        if all(_settled(each.stamp) for each in found):
            self._snapshots[repo_type, repo] = (found, snapshot)
        return snapshot


def _spelled(asked: str, names: list[str]) -> str | None:
    """The name itself, or the only one that differs in case alone."""
    if asked in names:
        return asked
    alike = [name for name in names if name.lower() == asked.lower()]
    return alike[0] if len(alike) == 1 else None


def _walk(root: Path, folder: str, prefix: str) -> Iterator[_Found]:
    """Regular files below `folder`. Linked folders are not entered; a linked file must lie inside `root`."""
    with os.scandir(folder) as entries:
        for entry in entries:
            path = prefix + entry.name
            # What git and the Hub's own client leave behind in a working copy is not content.
            if entry.name in (".git", "__pycache__") or path == ".cache/huggingface":
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(root, entry.path, path + "/")
            elif entry.is_symlink():
                source = Path(os.path.realpath(entry.path))
                if source.is_relative_to(root) and source.is_file():
                    yield _Found(path, str(source), Stamp.of(source.stat()))
            elif entry.is_file(follow_symlinks=False):
                yield _Found(path, entry.path, Stamp.of(entry.stat(follow_symlinks=False)))


def _build(repo_type: RepoType, repo: str, found: tuple[_Found, ...]) -> Snapshot:
    """Hash what is not yet known and put the tree together."""
    small = {each.path: each for each in found if each.path in (".gitattributes", CARD)}
    texts = {path: _read(each).decode("utf-8", "replace") for path, each in small.items()}
    is_lfs = lfs_rule(texts.get(".gitattributes"))
    with ThreadPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as pool:
        files = tuple(pool.map(lambda each: _file(each, is_lfs(each.path, each.stamp.size)), found))
    trees = tree_ids({each.path: each.oid for each in files})
    return Snapshot(
        repo_type=repo_type,
        repo=repo,
        commit=commit_id(trees.pop("")),
        files=files,
        folders=trees,
        card=read_card(texts.get(CARD, "")),
        modified=max((each.stamp.mtime_ns for each in files), default=0) / 1e9,
        by_path={each.path: each for each in files},
    )


# Per process: a digest holds for a file in one state, whichever mirror asks.
_digests: dict[tuple[str, Stamp, bool], str] = {}


def _file(found: _Found, lfs: bool) -> TreeFile:
    key = (found.source, found.stamp, lfs)
    digest = _digests.get(key)
    if digest is None:
        settled = _settled(found.stamp)
        digest = _sha256(found) if lfs else blob_id(_read(found))
        if settled:
            _digests[key] = digest
    size = found.stamp.size
    if not lfs:
        return TreeFile(found.path, size, digest, None, 0, found.source, found.stamp)
    text = pointer(digest, size)
    return TreeFile(found.path, size, blob_id(text), digest, len(text), found.source, found.stamp)


def _settled(stamp: Stamp) -> bool:
    """Whether the file was left alone long enough that its next change must show in its times."""
    return time.time_ns() - stamp.ctime_ns > _SETTLED_NS


def open_file(source: str, stamp: Stamp) -> int:
    """Descriptor of a listed file, to be closed by the caller.

    Raises:
        FileChangedError: the file is gone or another one than was listed.
    """
    try:
        # The listed path has no link in its last place: one that appeared since then is not followed.
        descriptor = os.open(source, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0))
    except OSError as error:
        raise FileChangedError(f"{source} can no longer be opened") from error
    if Stamp.of(os.fstat(descriptor)) != stamp:
        os.close(descriptor)
        raise FileChangedError(f"{source} changed after it was listed")
    return descriptor


def _sha256(found: _Found) -> str:
    digest = hashlib.sha256()
    with os.fdopen(open_file(found.source, found.stamp), "rb", buffering=0) as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
        _unchanged(stream.fileno(), found)
    return digest.hexdigest()


def _read(found: _Found) -> bytes:
    with os.fdopen(open_file(found.source, found.stamp), "rb") as stream:
        content = stream.read()
        _unchanged(stream.fileno(), found)
    return content


def _unchanged(descriptor: int, found: _Found) -> None:
    if Stamp.of(os.fstat(descriptor)) != found.stamp:
        raise FileChangedError(f"{found.source} changed while it was read")
