"""The verb `lock`: a manifest and a Hub's answer to a lock; only resolved fields, never bytes."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from recipes_data.catalogue import Catalogue
from recipes_data.digests import check_published, with_published
from recipes_data.errors import GoneError, NotOnHubError, RecipesDataError
from recipes_data.hub.patience import Patience
from recipes_data.hub.port import HubSeam
from recipes_data.lockfile import Lock
from recipes_data.manifest import DatasetManifest, resolution_digest
from recipes_data.resolving import carried, check_names, with_files

__all__ = ["Moved", "compare_locks", "doubting", "is_stale", "lock_dataset"]

_COMMIT = re.compile(r"[0-9a-f]{40}\Z")


def is_stale(lock: Lock, manifest: DatasetManifest) -> bool:
    """Whether the manifest asks for something else than what its lock holds."""
    return lock.manifest_digest != resolution_digest(manifest)


def lock_dataset(
    client: HubSeam,
    catalogue: Catalogue,
    name: str,
    *,
    previous: Lock | None,
    patience: Patience,
    origin: str,
    sample: bool = False,
    upgrade: bool = False,
    allow_unsafe: bool = False,
) -> Lock:
    """The lock of a dataset, resolved now.

    A commit that `previous` pins stays, unless the manifest wishes another revision or `upgrade` is
    set (then a branch or tag is resolved anew; where the manifest wishes a commit, `main` is).
    Measured fields of files that did not change are carried over.

    Raises:
        ManifestError: a pattern matches no file, or two splits claim one; with the manifest's line.
        UnsafeFileError: a path or a kind of file that is never fetched, or not without `allow_unsafe`.
        NotOnHubError, GoneError: the repository or the revision is not there (any more).
        IntegrityError: the files are not those whose digests the manifest quotes as published.
        HubError: no answer.
    """
    manifest = catalogue.dataset(name)
    with doubting(manifest):
        return _locked(
            client,
            catalogue,
            manifest,
            previous,
            patience=patience,
            origin=origin,
            sample=sample,
            upgrade=upgrade,
            allow_unsafe=allow_unsafe,
        )


@contextlib.contextmanager
def doubting(manifest: DatasetManifest) -> Iterator[None]:
    """Have every error also say what the manifest itself doubts."""
    try:
        yield
    except RecipesDataError as exc:
        if manifest.doubt:
            exc.what = f"{exc.what}\nthe manifest has its doubts: {manifest.doubt}"
            exc.args = (exc.what, exc.do)
        raise


def _locked(
    client: HubSeam,
    catalogue: Catalogue,
    manifest: DatasetManifest,
    previous: Lock | None,
    *,
    patience: Patience,
    origin: str,
    sample: bool,
    upgrade: bool,
    allow_unsafe: bool,
) -> Lock:
    pinned = previous is not None and not upgrade and _same_wish(previous, manifest)
    wish = manifest.revision
    if upgrade and _COMMIT.match(wish):
        wish = "main"
    revision = previous.commit if pinned and previous is not None else wish
    try:
        info = patience.call(lambda: client.repo_info(manifest.repo, revision, manifest.type))
    except NotOnHubError as exc:
        raise _explained(exc, manifest, revision, pinned) from exc
    lock = Lock(
        name=manifest.name,
        repo=manifest.repo,
        repo_type=manifest.type,
        revision=wish if not pinned or previous is None else previous.revision,
        commit=info.commit,
        origin=origin,
        manifest_digest=resolution_digest(manifest),
        files=(),
        configs=(),
        default_config=manifest.default_config,
        license=info.license or (", ".join(manifest.license) if manifest.license else None),
        gated=info.gated or None,
        sample=sample,
    )
    lock = with_published(with_files(lock, manifest, info, catalogue), manifest)
    check_names(lock, manifest, allow_unsafe=allow_unsafe)
    check_published(lock, manifest)
    return carried(lock, previous)


def _same_wish(previous: Lock, manifest: DatasetManifest) -> bool:
    if previous.repo != manifest.repo or previous.repo_type != manifest.type:
        return False
    # after an upgrade of a pinned manifest the lock's own wish is `main`; the manifest's commit was left behind
    return previous.revision == manifest.revision or (not is_stale(previous, manifest))


def _explained(exc: NotOnHubError, manifest: DatasetManifest, revision: str, pinned: bool) -> NotOnHubError | GoneError:
    upgrade = f"recipes-data lock --upgrade {manifest.name}"
    if pinned:
        return GoneError(
            f"{exc.what}; the lock of {manifest.name!r} pins it, so it was there once",
            f"take the newest commit, and see what moved: {upgrade}",
        )
    if _COMMIT.match(revision):
        return NotOnHubError(
            f"{exc.what}\nthis pin came from public documents and was never checked here ({manifest.evidence})",
            f"take the newest commit instead: {upgrade}",
            missing=exc.missing,
        )
    return exc


@dataclass(frozen=True, slots=True)
class Moved:
    """What is different between two locks of one dataset; empty tuples and None where nothing is."""

    commit: tuple[str, str] | None
    files_added: tuple[str, ...]
    files_removed: tuple[str, ...]
    files_changed: tuple[str, ...]
    splits: tuple[str, ...]
    license: tuple[str | None, str | None] | None
    gated: tuple[str | None, str | None] | None

    def lines(self) -> list[str]:
        """One sentence for each thing that moved."""
        out = [f"commit {self.commit[0][:12]} -> {self.commit[1][:12]}"] if self.commit else []
        for verb, paths in (
            ("added", self.files_added),
            ("removed", self.files_removed),
            ("changed", self.files_changed),
        ):
            if paths:
                more = f" and {len(paths) - 5} more" if len(paths) > 5 else ""
                out.append(f"{verb}: {', '.join(paths[:5])}{more}")
        out.extend(f"split {text}" for text in self.splits)
        if self.license:
            out.append(f"licence {self.license[0]} -> {self.license[1]}")
        if self.gated:
            out.append(f"gating {self.gated[0] or 'none'} -> {self.gated[1] or 'none'}")
        if self.commit and len(out) == 1:
            out.append("the locked files are the same bytes")
        return out or ["nothing moved"]


def compare_locks(old: Lock, new: Lock) -> Moved:
    """What moved from one lock to the other."""
    before, after = old.by_path(), new.by_path()
    old_splits = {
        f"{c.name}:{s.name}": (s.files, s.members, s.promised, s.expected_rows) for c in old.configs for s in c.splits
    }
    new_splits = {
        f"{c.name}:{s.name}": (s.files, s.members, s.promised, s.expected_rows) for c in new.configs for s in c.splits
    }
    changed = [
        *(f"{key} removed" for key in old_splits if key not in new_splits),
        *(f"{key} added" for key in new_splits if key not in old_splits),
        *(f"{key} is made otherwise" for key in new_splits if key in old_splits and old_splits[key] != new_splits[key]),
    ]
    return Moved(
        commit=(old.commit, new.commit) if old.commit != new.commit else None,
        files_added=tuple(path for path in after if path not in before),
        files_removed=tuple(path for path in before if path not in after),
        files_changed=tuple(path for path in after if path in before and before[path].digest != after[path].digest),
        splits=tuple(changed),
        license=(old.license, new.license) if old.license != new.license else None,
        gated=(old.gated, new.gated) if old.gated != new.gated else None,
    )
