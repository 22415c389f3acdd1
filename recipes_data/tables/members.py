"""The only home of which files the rows of a split lie in: its own, or members that were taken out of its archives.

A member is called ARCHIVE!/PATH, in locks and in messages. What was taken out of an archive also stands in the store,
by the archive's digest and the patterns, for runs that may not complete a lock.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from recipes_data.errors import NotFetchedError
from recipes_data.lockfile import Lock, LockedFile, LockedSplit
from recipes_data.store import Store

__all__ = ["keep_members", "known_members", "member_path", "table_files"]


def member_path(archive: str, member: str) -> str:
    """What a member is called."""
    return f"{archive}!/{member}"


def table_files(store: Store, lock: Lock, split: LockedSplit) -> tuple[LockedFile, ...]:
    """The files whose rows make a split, in row order; opens none of them.

    Raises:
        NotFetchedError: members, and nothing was taken out of their archives yet.
    """
    by_path = lock.by_path()
    if not split.members:
        return tuple(by_path[path] for path in split.files)
    if split.extracted is not None:
        return split.extracted
    found: list[LockedFile] = []
    for path in split.files:
        sha256 = store.sha256_of_file(by_path[path])
        known = None if sha256 is None else known_members(store, sha256, path, split.members)
        if known is None:
            raise NotFetchedError(f"{lock.name}:{split.name}: nothing was taken out of {path} yet")
        found.extend(known)
    return tuple(found)


def known_members(store: Store, sha256: str, path: str, patterns: Sequence[str]) -> tuple[LockedFile, ...] | None:
    """The members that these patterns took out of the archive with this sha256 (hex); None where none were noted."""
    try:
        note = json.loads(store.facts(sha256, _noted_as(patterns)).read_text(encoding="utf-8"))
        return tuple(
            LockedFile(member_path(path, str(name)), int(size), f"sha256:{digest}", str(digest))
            for name, size, digest in note
        )
    except (OSError, ValueError, TypeError):
        return None


def keep_members(store: Store, sha256: str, patterns: Sequence[str], members: Sequence[tuple[str, int, str]]) -> None:
    """Note what was taken out of an archive, as (path in the archive, size, sha256).

    Raises:
        StoreError: nothing can be written.
    """
    store.keep_facts(sha256, _noted_as(patterns), json.dumps([list(member) for member in members]) + "\n")


def _noted_as(patterns: Sequence[str]) -> str:
    return f"members-{hashlib.sha256(json.dumps(list(patterns)).encode()).hexdigest()[:16]}"
