"""The only home of git's object ids: what the Hub calls `oid`, `blobId` and commit.

Everything here follows git's object format: an object's id is the sha1 of `TYPE SIZE NUL CONTENT`. An LFS
file stands in the tree as a small text, its pointer (Git LFS specification, version 1), so its `oid` is the
id of that text while its bytes go by sha256.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

__all__ = ["blob_id", "commit_id", "pointer", "tree_ids"]

_FILE_MODE = b"100644"  # the executable bit is lost by half the ways to copy a folder, so it is not part of the id
_FOLDER_MODE = b"40000"
# Fixed, so that a folder has one commit on every machine and on every day.
_SIGNATURE = "mirror <mirror@localhost> 0 +0000"


def _object_id(kind: str, content: bytes) -> str:
    return hashlib.sha1(f"{kind} {len(content)}\0".encode() + content, usedforsecurity=False).hexdigest()


def blob_id(content: bytes) -> str:
    """Git id (40 hex) of a file's bytes; equal to `git hash-object`."""
    return _object_id("blob", content)


def pointer(sha256: str, size: int) -> bytes:
    """Text that stands in git for an LFS file of `size` bytes with this sha256 (64 hex)."""
    return f"version https://git-lfs.github.com/spec/v1\noid sha256:{sha256}\nsize {size}\n".encode()


def tree_ids(blobs: Mapping[str, str]) -> dict[str, str]:
    """Git ids of every folder, by its path ("" is the root), from file paths and their blob ids.

    Equal to what `git write-tree` gives when no file is executable.
    """
    folders: dict[str, dict[str, tuple[bytes, str]]] = {"": {}}
    for path, oid in blobs.items():
        folder, _, name = path.rpartition("/")
        for parent in _chain(folder):
            folders.setdefault(parent, {})
        folders[folder][name] = (_FILE_MODE, oid)
    ids: dict[str, str] = {}
    for path in sorted(folders, key=lambda each: (each != "", each.count("/"), each), reverse=True):
        ids[path] = _object_id("tree", b"".join(_entries(folders[path])))
        if path:
            parent, _, name = path.rpartition("/")
            folders[parent][name] = (_FOLDER_MODE, ids[path])
    return ids


def _chain(folder: str) -> Iterable[str]:
    """Every folder on the way down: a/b/c gives a, a/b, a/b/c."""
    parts = folder.split("/") if folder else []
    return ("/".join(parts[: depth + 1]) for depth in range(len(parts)))


def _entries(members: Mapping[str, tuple[bytes, str]]) -> Iterable[bytes]:
    """A tree's records in git's order: by bytes, a folder's name as if it ended in a slash."""
    named = [(name.encode(), mode, oid) for name, (mode, oid) in members.items()]
    for name, mode, oid in sorted(named, key=lambda each: each[0] + (b"/" if each[1] == _FOLDER_MODE else b"")):
        yield mode + b" " + name + b"\0" + bytes.fromhex(oid)


def commit_id(root_tree: str) -> str:
    """Id (40 hex) of the one commit that holds this tree, with fixed author, date and message."""
    text = f"tree {root_tree}\nauthor {_SIGNATURE}\ncommitter {_SIGNATURE}\n\nmirror\n"
    return _object_id("commit", text.encode())
