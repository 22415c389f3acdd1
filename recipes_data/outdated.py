"""The verb `outdated`: what moved upstream since a lock was written, told without fetching data and without writing.

One question about the repository as it is now, one about the locked commit where that is another, and the last
kilobytes of those parquet files that are new or changed. Of other formats a change of bytes is all that can be told
without reading them whole: they do not say their rows, nor most of them their columns.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from recipes_data.catalogue import Catalogue, Entry
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
from recipes_data.lockfile import Lock, LockedFile, LockedSplit
from recipes_data.locking import Moved, compare_locks, is_stale, lock_dataset
from recipes_data.locking_urls import lock_urls
from recipes_data.manifest import DatasetManifest
from recipes_data.peeking import MOST_FOOTERS, footers, place_footers
from recipes_data.sites import Sites
from recipes_data.tables.source import FileFacts
from recipes_data.wording import counted

__all__ = ["Change", "Kind", "Upstream", "look_upstream"]

Kind = Literal["card", "data", "schema", "rows", "renamed", "licence", "gated", "gone"]
_COMMIT = re.compile(r"[0-9a-f]{40}\Z")
_SHOWN = 5
_Found = Mapping[str, FileFacts | str]
_Look = Callable[[Iterable[str]], _Found]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that moved. `kind` is stable; `what` is for people."""

    kind: Kind
    what: str


@dataclass(frozen=True, slots=True)
class Upstream:
    """A dataset as its lock has it, beside what the Hub has now.

    `commit`: the newest, None where there is none, or none for this token. `fits`: whether the manifest still fits.
    """

    name: str
    repo: str
    locked: str
    commit: str | None
    changes: tuple[Change, ...]
    fits: bool = True

    @property
    def exit_code(self) -> int:
        """0: nothing, or only the card; 3: the lock is behind; 4: what it pins is gone."""
        kinds = {change.kind for change in self.changes}
        return 4 if "gone" in kinds else 3 if kinds - {"card"} else 0


def look_upstream(opened: Callable[[], Hub], sites: Callable[[], Sites], catalogue: Catalogue, lock: Lock) -> Upstream:
    """What moved since `lock` was written. Where it was wished for a commit, the branch `main` is looked at.

    `opened` gives the Hub, `sites` the way to what is on none; each is called only where it is needed. Places that
    are no Hub publish no digests: their files are read through, also those whose digest the manifest quotes (but for
    an md5 whose bytes were never here: there the size alone is compared).

    Raises:
        LockStaleError: the manifest was edited after its lock.
        HubError: the Hub gave no answer that could be used, or the token is not accepted.
    """
    if is_stale(lock, manifest := catalogue.dataset(lock.name)):
        what = f"the manifest of {lock.name!r} was edited after its lock, so what moved cannot be told apart"
        raise LockStaleError(what, f"recipes-data lock {lock.name}")
    revision = "main" if _COMMIT.match(lock.revision) else lock.revision

    def seen(changes: list[Change], commit: str | None, *, fits: bool = True) -> Upstream:
        return Upstream(lock.name, lock.repo, lock.commit, commit, tuple(changes), fits)

    if manifest.is_remote:
        return _look_at_urls(sites(), catalogue, lock, manifest)
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
        return seen([*changes, *_terms(lock, info.license, info.gated or None)], info.commit, fits=False)
    moved = compare_locks(lock, new)
    changes += _files(lock, new, moved)
    changes += _inside(lambda paths: footers(hub, info, paths), lock, new)
    changes += _terms(lock, new.license, new.gated)
    if info.commit != lock.commit and lock.origin != "folder":  # a folder has but one commit
        changes += _beside(hub, lock, info, any(change.kind in ("data", "renamed") for change in changes))
    return seen(changes, info.commit)


def _look_at_urls(sites: Sites, catalogue: Catalogue, lock: Lock, manifest: DatasetManifest) -> Upstream:
    unproven = {file.path for file in lock.files if file.digest.startswith("md5:") and not file.sha256}
    quoted = {path: known for path, known in manifest.digests.items() if path in unproven}
    entry = catalogue.datasets[lock.name]
    read = Entry(manifest.model_copy(update={"digests": quoted}), entry.path, entry.shadows, entry.lines)
    try:
        new = lock_urls(
            sites,
            Catalogue({lock.name: read}, {}, catalogue.folders),
            lock.name,
            previous=lock,
            upgrade=True,
            allow_unsafe=True,
        )
    except (NotOnHubError, GoneError) as exc:
        return Upstream(lock.name, lock.repo, lock.commit, None, (Change("gone", exc.what),))
    except (ManifestError, UnsafeFileError, IntegrityError) as exc:
        what = f"the manifest no longer fits what is there: {exc.what}"
        return Upstream(lock.name, lock.repo, lock.commit, None, (Change("data", what),), fits=False)
    locked = lock.by_path()
    new = dataclasses.replace(new, files=tuple(_as_locked(file, locked) for file in new.files))
    urls = {file.path: file.url or "" for file in new.files}

    def look(paths: Iterable[str]) -> _Found:
        return place_footers(sites, {path: urls[path] for path in paths}, catalogue.project, lock.repo)

    moved = compare_locks(lock, new)
    changes = (*_files(lock, new, moved), *_inside(look, lock, new), *_terms(lock, new.license, new.gated))
    commit = new.commit if locked != new.by_path() else lock.commit
    return Upstream(lock.name, lock.repo, lock.commit, commit, changes)


def _as_locked(file: LockedFile, locked: Mapping[str, LockedFile]) -> LockedFile:
    """A file that was read through; under the digest that the lock has for the same bytes."""
    was = locked.get(file.path)
    same = was is not None and was.sha256 is not None and file.digest == f"sha256:{was.sha256}"
    return was if was is not None and same and was.size == file.size else file


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


def _inside(look: _Look, old: Lock, new: Lock) -> list[Change]:
    """What the footers of new and changed files say of columns and rows, split by split."""
    before = {(config.name, split.name): split for config in old.configs for split in config.splits}
    both = [
        (f"{config.name}:{split.name}", before[config.name, split.name], split)
        for config in new.configs
        for split in config.splits
        if (config.name, split.name) in before
    ]
    digests = {file.digest: file.rows for file in old.files}
    files, then = new.by_path(), old.by_path()
    known = {path for path, file in files.items() if file.digest in digests}
    told = [(name, was, split) for name, was, split in both if _has_footers(split)]
    wanted = dict.fromkeys(path for _, _, split in told for path in split.files if path not in known)
    found = look(wanted)
    changes = [
        Change("data", f"{name}: columns and rows of {_kind_of(split)} are known after a fetch alone")
        for name, _, split in both
        if not _has_footers(split) and not known.issuperset(split.files)
    ]
    rows = {
        path: facts.rows if isinstance(facts := found.get(path), FileFacts) else digests.get(file.digest)
        for path, file in files.items()
    }
    for name, was, split in told:
        fresh = {path: found[path] for path in split.files if path not in known and path in found}
        changes += _schema(name, was, fresh)
        measured = _sum(then[path].rows for path in was.files)
        changes += _rows(
            name, was.expected_rows if measured is None else measured, _sum(rows[path] for path in split.files)
        )
    if len(wanted) > MOST_FOOTERS:
        what = f"only {MOST_FOOTERS} of {len(wanted):,} new files were looked into: schema and rows are of these"
        changes.append(Change("data", what))
    return changes


def _has_footers(split: LockedSplit) -> bool:
    return split.format == "parquet" and not split.members


def _kind_of(split: LockedSplit) -> str:
    return f"{split.format} files{' in archives' if split.members else ''}"


def _schema(name: str, was: LockedSplit, found: _Found) -> Iterator[Change]:
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
    """`before`: measured, else as the manifest promised; None where one is not known."""
    if before is not None and after is not None and before != after:
        yield Change("rows", f"{name}: {counted(before, 'row')} -> {after:,}")


def _sum(counts: Iterable[int | None]) -> int | None:
    """The sum; None where one of them is."""
    known = list(counts)
    return None if None in known else sum(count for count in known if count is not None)


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
