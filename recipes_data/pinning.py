"""The only home of which commit a call in a program's source gets: what it asks for, beside what is locked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from recipes_data.lockfile import Lock

__all__ = ["MOVING", "HubRead", "LockedRepo", "Pinned", "Want", "decide", "locked_repos"]

MOVING = (None, "main")
"""Revisions that mean no more than "as it is today"; any other name was chosen by somebody."""

_SHOWN = 4


@dataclass(frozen=True, slots=True, order=True)
class Want:
    """One repository that a call may ask for, and the revision that it names, if any.

    `repo_type` and `repo` are None where the source does not tell them.
    """

    repo_type: str | None
    repo: str | None
    revision: str | None = None


@dataclass(frozen=True, slots=True)
class HubRead:
    """One call that reads a repository, as a scanner of sources found it.

    `path` is relative to the scanned folder, lines count from 1. `end`: line, and column in bytes of UTF-8, just behind
    the call's closing bracket. `call`: what is called, shortened. `fixed`: what stands at the call alone decides the
    repository. `callers`: `file:line` of those that decide it else. `unknown`: arguments that are given and not known,
    as `name=source text`. `obstacle`: why the form of the call allows no pin; empty where it does.
    """

    path: str
    line: int
    end: tuple[int, int]
    call: str
    wants: tuple[Want, ...]
    fixed: bool = True
    callers: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    obstacle: str = ""


@dataclass(frozen=True, slots=True)
class LockedRepo:
    """What is locked of one repository: the names of its locks, the commits they pin, what they were asked for."""

    names: tuple[str, ...]
    commits: tuple[str, ...]
    revisions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pinned:
    """The decision for one call: the commit of `repo` that the locks called `locks` pin."""

    repo_type: str
    repo: str
    commit: str
    locks: tuple[str, ...]


def locked_repos(locks: Iterable[Lock]) -> Mapping[tuple[str, str], LockedRepo]:
    """What is locked, by (repository type, id). Locks of a served folder or of samples name no commit of the Hub."""
    found: dict[tuple[str, str], list[Lock]] = {}
    for lock in locks:
        if lock.origin != "folder" and not lock.sample and lock.commit:
            found.setdefault((lock.repo_type, lock.repo), []).append(lock)
    return {
        repo: LockedRepo(
            tuple(sorted(lock.name for lock in several)),
            tuple(sorted({lock.commit for lock in several})),
            tuple(sorted({lock.revision for lock in several})),
        )
        for repo, several in found.items()
    }


def decide(read: HubRead, locked: Mapping[tuple[str, str], LockedRepo]) -> Pinned | str:
    """The commit that this call gets, or why it gets none."""
    if read.obstacle:
        return read.obstacle
    for text in read.unknown:
        name, _, source = text.partition("=")
        if name == "arguments":
            return f"`{source}` may already hold a revision: name its arguments, or add it there"
        if name == "revision":
            return f"which revision it asks for is not known (`{text}`)"
    repos = sorted({(want.repo_type or "", want.repo) for want in read.wants if want.repo is not None})
    if len(repos) < len({(want.repo_type or "", want.repo) for want in read.wants}) or not repos:
        shown = next((text for text in read.unknown if not text.startswith(("split=", "name=", "streaming="))), "")
        return f"which repository it asks for is not known{f' (`{shown}`)' if shown else ''}{_called_by(read)}"
    if len(repos) > 1:
        names = ", ".join(repo for _, repo in repos[:_SHOWN] if repo)
        more = f" and {len(repos) - _SHOWN} more" if len(repos) > _SHOWN else ""
        return f"it may ask for {len(repos)} repositories, and no commit is of all: {names}{more}{_called_by(read)}"
    repo_type, repo = repos[0]
    if not repo_type or repo is None:
        return f"whether {repo!r} is a dataset, a model or a space is not known"
    if not read.fixed:
        return _decided_elsewhere(read, repo)
    return _of_locks(read, repo_type, repo, locked.get((repo_type, repo)))


def _decided_elsewhere(read: HubRead, repo: str) -> str:
    if read.callers:
        return f"{repo!r} is what its callers ask for{_called_by(read)}; a commit here would be that of all callers"
    return f"{repo!r} is only a default: with a commit here no other repository could be given"


def _called_by(read: HubRead) -> str:
    if not read.callers:
        return ""
    more = f" and {len(read.callers) - _SHOWN} more" if len(read.callers) > _SHOWN else ""
    return f" (called from {', '.join(read.callers[:_SHOWN])}{more})"


def _of_locks(read: HubRead, repo_type: str, repo: str, locked: LockedRepo | None) -> Pinned | str:
    if locked is None:
        return f"there is no lock of the {repo_type} {repo!r}"
    if len(locked.commits) > 1:
        return f"the locks {', '.join(locked.names)} of {repo!r} pin different commits: {', '.join(locked.commits)}"
    asked = {want.revision for want in read.wants} - set(MOVING)
    if other := sorted(one for one in asked if one is not None and one not in locked.revisions):
        wish = ", ".join(map(repr, locked.revisions))
        return f"it asks for the revision {other[0]!r}, and the lock {locked.names[0]} is of {wish}"
    return Pinned(repo_type, repo, locked.commits[0], locked.names)
