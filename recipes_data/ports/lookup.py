"""The only home of which one lock answers a port: by the repository's id, else by the dataset's own name."""

from __future__ import annotations

from recipes_data.errors import LockStaleError, NotFetchedError, UsageError
from recipes_data.lockfile import Lock
from recipes_data.locks import find_lock, locks_of_repository
from recipes_data.places import Places
from recipes_data.ports.records import RepoKind

__all__ = ["lock_of"]


def lock_of(places: Places, repo: str, kind: RepoKind, revision: str | None = None, config: str | None = None) -> Lock:
    """The lock of a repository (by its id, else by the dataset's own name), at this revision if one is named.

    Of several locks of one repository, those of this revision, and of these the one with the config `config`.

    Raises:
        NotFetchedError: nothing of this repository is locked.
        LockStaleError: no lock of it pins `revision`, or was made for it.
        UsageError: several locks would do; it names each with its commit.
    """
    several = locks_of_repository(places, repo, kind.value) or _called(places, repo, kind)
    if not several:
        raise NotFetchedError(
            f"no lock is of the {kind.value} {repo!r}\nlooked in: {places.describe()}",
            f"recipes-data add {repo}, or if a manifest has it: recipes-data fetch NAME",
        )
    pinned = [lock for lock in several if revision is None or revision in (lock.commit, lock.revision)]
    if not pinned:
        pins = ", ".join(f"the lock {lock.name} pins {lock.commit}" for lock in several)
        name = several[0].name if len(several) == 1 else "NAME"
        raise LockStaleError(
            f"{repo!r} is asked for at {revision!r}, and {pins}",
            f"leave the revision out, or set it in the manifest and run: recipes-data lock {name}",
        )
    if len(pinned) > 1 and config is not None:
        pinned = [lock for lock in pinned if any(one.name == config for one in lock.configs)] or pinned
    commits = {lock.commit for lock in pinned}
    if len(commits) > 1 or (config is None and len(pinned) > 1):
        names = ", ".join(f"{lock.name} ({lock.commit})" for lock in pinned)
        other = ", or ask for its commit as revision" if len(commits) > 1 else ""
        raise UsageError(f"several locks are of {repo!r}: {names}", f"name one of them as the repository{other}")
    return pinned[0]


def _called(places: Places, name: str, kind: RepoKind) -> list[Lock]:
    """The lock of this name, if there is one; an id of a repository is none."""
    found = None if "/" in name else find_lock(places, name)
    return [found[0]] if found is not None and found[0].repo_type == kind.value else []
