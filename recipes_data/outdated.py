"""The verb `outdated`: what moved upstream since a lock was written, told without fetching data and without writing.

One question about the repository as it is now, one about the locked commit where that is another, and the last
kilobytes of those parquet files that are new or changed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from recipes_data.catalogue import Catalogue
from recipes_data.columns import Columns, differences, parse_type
from recipes_data.errors import (
    GatedError,
    GoneError,
    IntegrityError,
    LockStaleError,
    ManifestError,
    NotOnHubError,
    UnsafeFileError,
)
from recipes_data.hub.known import KnownHub
from recipes_data.hub.port import RepoInfo
from recipes_data.locked import Hub
from recipes_data.lockfile import Lock, LockedSplit
from recipes_data.locking import Moved, compare_locks, is_stale, lock_dataset
from recipes_data.locking_urls import lock_urls
from recipes_data.peeking import MOST_FOOTERS, footers
from recipes_data.sites import Sites
from recipes_data.tables.source import FileFacts

__all__ = ["Change", "Kind", "Upstream", "look_upstream"]

Kind = Literal["card", "data", "schema", "rows", "renamed", "licence", "gated", "gone"]
_COMMIT = re.compile(r"[0-9a-f]{40}\Z")
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that moved. `kind` is stable; `what` is for people."""

    kind: Kind
    what: str


@dataclass(frozen=True, slots=True)
class Upstream:
    """A dataset as its lock has it, beside what the Hub has now. `commit`: the newest, None where there is none."""

    name: str
    repo: str
    locked: str
    commit: str | None
    changes: tuple[Change, ...]

    @property
    def exit_code(self) -> int:
        """0: nothing, or only the card; 3: the lock is behind; 4: what it pins is gone."""
        kinds = {change.kind for change in self.changes}
        return 4 if "gone" in kinds else 3 if kinds - {"card"} else 0


def look_upstream(opened: Callable[[], Hub], sites: Callable[[], Sites], catalogue: Catalogue, lock: Lock) -> Upstream:
    """What moved since `lock` was written. Where it was wished for a commit, the branch `main` is looked at.

    `opened` gives the Hub, `sites` the way to what is on none; each is called only where it is needed. Places that
    are no Hub publish no digests: their files are read through.

    Raises:
        LockStaleError: the manifest was edited after its lock.
        HubError: the Hub gave no answer that could be used, or the token is not accepted.
    """
    if is_stale(lock, manifest := catalogue.dataset(lock.name)):
        what = f"the manifest of {lock.name!r} was edited after its lock, so what moved cannot be told apart"
        raise LockStaleError(what, f"recipes-data lock {lock.name}")
    revision = "main" if _COMMIT.match(lock.revision) else lock.revision

    def seen(changes: list[Change], commit: str | None) -> Upstream:
        return Upstream(lock.name, lock.repo, lock.commit, commit, tuple(changes))

    if manifest.is_remote:
        return _look_at_urls(sites(), catalogue, lock)
    hub = opened()
    try:
        info = hub.patience.call(lambda: hub.client.repo_info(lock.repo, revision, manifest.type))
    except (NotOnHubError, GoneError) as exc:
        return seen([Change("gone", exc.what)], None)
    except GatedError as exc:
        if lock.gated is not None:
            raise
        return seen([Change("gated", exc.what)], None)
    changes: list[Change] = []
    if info.called and info.called != lock.repo:
        changes.append(Change("renamed", f"the repository is called {info.called} now"))
    try:
        new = lock_dataset(
            KnownHub(info, hub.client.endpoint),
            catalogue,
            lock.name,
            previous=lock,
            patience=hub.patience,
            origin=lock.origin,
            sample=lock.sample,
            upgrade=True,
            allow_unsafe=True,
        )
    except (ManifestError, UnsafeFileError, IntegrityError) as exc:
        changes.append(Change("data", f"the manifest no longer fits what is there: {exc.what}"))
        return seen([*changes, *_terms(lock, info.license, info.gated or None)], info.commit)
    moved = compare_locks(lock, new)
    changes += _files(lock, new, moved)
    changes += _inside(hub, info, lock, new)
    changes += _terms(lock, new.license, new.gated)
    if info.commit != lock.commit and lock.origin != "folder":  # a folder has but one commit
        changes += _beside(hub, lock, info, any(change.kind in ("data", "renamed") for change in changes))
    return seen(changes, info.commit)


def _look_at_urls(sites: Sites, catalogue: Catalogue, lock: Lock) -> Upstream:
    try:
        new = lock_urls(sites, catalogue, lock.name, previous=lock, upgrade=True, allow_unsafe=True)
    except (NotOnHubError, GoneError) as exc:
        return Upstream(lock.name, lock.repo, lock.commit, None, (Change("gone", exc.what),))
    except (ManifestError, UnsafeFileError, IntegrityError) as exc:
        what = f"the manifest no longer fits what is there: {exc.what}"
        return Upstream(lock.name, lock.repo, lock.commit, None, (Change("data", what),))
    changes = (*_files(lock, new, compare_locks(lock, new)), *_terms(lock, new.license, new.gated))
    return Upstream(lock.name, lock.repo, lock.commit, new.commit, changes)


def _terms(lock: Lock, licence: str | None, gated: str | None) -> Iterator[Change]:
    if licence != lock.license:
        yield Change("licence", f"licence {lock.license or 'none'} -> {licence or 'none'}")
    if gated != lock.gated:
        what = f"gating {lock.gated or 'none'} -> {gated or 'none'}"
        yield Change("gated", f"{what}: its terms have to be accepted" if gated else what)


def _files(old: Lock, new: Lock, moved: Moved) -> Iterator[Change]:
    """Files of the lock that moved: by name alone where the same bytes lie elsewhere now."""
    before, after = old.by_path(), new.by_path()
    lost = {before[path].digest: path for path in moved.files_removed}
    renamed = {path: lost[after[path].digest] for path in moved.files_added if after[path].digest in lost}
    if renamed:
        yield Change("renamed", _listed("files", [f"{was} -> {now}" for now, was in renamed.items()]))
    gone = set(renamed.values())
    for verb, paths in (
        ("added", [path for path in moved.files_added if path not in renamed]),
        ("removed", [path for path in moved.files_removed if path not in gone]),
        ("changed", list(moved.files_changed)),
    ):
        if paths:
            yield Change("data", _listed(verb, paths))
    if moved.splits and not (moved.files_added or moved.files_removed):
        yield Change("data", _listed("splits:", list(moved.splits)))


def _listed(verb: str, things: list[str]) -> str:
    more = f" and {len(things) - _SHOWN:,} more" if len(things) > _SHOWN else ""
    return f"{verb} {', '.join(things[:_SHOWN])}{more}"


def _inside(hub: Hub, info: RepoInfo, old: Lock, new: Lock) -> list[Change]:
    """What the footers of new and changed files say of columns and rows, split by split."""
    both = [
        (f"{config.name}:{split.name}", was, split)
        for config in new.configs
        for split in config.splits
        if (was := _split_of(old, config.name, split.name)) is not None
    ]
    pairs = [(name, was, split) for name, was, split in both if split.format == "parquet" == was.format]
    digests = {file.digest for file in old.files}
    known = {path for path, file in new.by_path().items() if file.digest in digests}
    wanted = dict.fromkeys(path for _, _, split in pairs for path in split.files if path not in known)
    found = footers(hub, info, wanted)
    changes = [
        Change("data", f"{name}: columns and rows of {split.format} files are known after a fetch alone")
        for name, _, split in both
        if split.format != "parquet" and not known.issuperset(split.files)
    ]
    for name, was, split in pairs:
        fresh = [path for path in split.files if path not in known]
        if fresh:
            changes += _schema(name, was, {path: found[path] for path in fresh if path in found})
        changes += _rows(name, _count(old, was), _new_count(old, new, split, found))
    if len(wanted) > MOST_FOOTERS:
        what = f"only {MOST_FOOTERS} of {len(wanted):,} new files were looked into: schema and rows are of these"
        changes.append(Change("data", what))
    return changes


def _split_of(lock: Lock, config: str, split: str) -> LockedSplit | None:
    return next((s for c in lock.configs if c.name == config for s in c.splits if s.name == split), None)


def _schema(name: str, was: LockedSplit, found: dict[str, FileFacts | str]) -> Iterator[Change]:
    measured = was.columns or was.promised
    if measured is None:  # never fetched: nothing to compare with
        return
    columns: Columns = tuple((column, parse_type(kind)) for column, kind in measured)
    for path, facts in found.items():
        if isinstance(facts, str):
            yield Change("data", f"{name}: columns not known: {facts}")
            return
        wrong = differences(dict(columns), dict(facts.columns))
        if wrong:
            yield Change(
                "schema", f"{name}: {path}: " + "; ".join(text.replace(", promised was", ", was") for text in wrong)
            )
            return


def _rows(name: str, before: int | None, after: int | None) -> Iterator[Change]:
    if before is not None and after is not None and before != after:
        yield Change("rows", f"{name}: {before:,} rows -> {after:,}")


def _count(lock: Lock, split: LockedSplit) -> int | None:
    """Rows of a split: measured, else as its manifest promised; None where neither is known."""
    by_path = lock.by_path()
    counts = [by_path[path].rows for path in split.files]
    return split.expected_rows if None in counts else sum(count for count in counts if count is not None)


def _new_count(old: Lock, new: Lock, split: LockedSplit, found: dict[str, FileFacts | str]) -> int | None:
    """Rows of a split as it is now: of the same bytes as before, else by the footers; None where one is not known."""
    measured = {file.digest: file.rows for file in old.files}
    by_path, total = new.by_path(), 0
    for path in split.files:
        facts = found.get(path)
        rows = facts.rows if isinstance(facts, FileFacts) else measured.get(by_path[path].digest)
        if rows is None:
            return None
        total += rows
    return total


def _beside(hub: Hub, lock: Lock, info: RepoInfo, data_moved: bool) -> Iterator[Change]:
    """What the lock does not use: whether its commit is still there, and what else changed since then."""
    try:
        then = hub.patience.call(lambda: hub.client.repo_info(lock.repo, lock.commit, info.repo_type))
    except (NotOnHubError, GoneError):
        yield Change("gone", f"the locked commit {lock.commit[:12]} is not there any more")
        return
    if data_moved:
        return
    was, now = ({file.path: file.digest for file in each.files} for each in (then, info))
    other = sorted(path for path in was.keys() | now.keys() if was.get(path) != now.get(path))
    yield Change("card", _listed("only files beside the data:", other) if other else "the same files in another commit")
