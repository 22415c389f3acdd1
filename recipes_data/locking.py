"""The verb `lock`: a manifest and a Hub's answer to a lock; only resolved fields, never bytes."""

from __future__ import annotations

import contextlib
import dataclasses
import re
from collections.abc import Iterator
from dataclasses import dataclass

from recipes_data.catalogue import Catalogue
from recipes_data.digests import check_published, with_published
from recipes_data.errors import GoneError, ManifestError, NotOnHubError, RecipesDataError
from recipes_data.formats import ARCHIVES, FORMATS, archive_of, table_format
from recipes_data.hub.patience import Patience
from recipes_data.hub.port import HubClient, RepoFile, RepoInfo
from recipes_data.hub.safety import check_name, check_paths
from recipes_data.layout import configs_of, matches
from recipes_data.lockfile import Lock, LockedConfig, LockedFile, LockedSplit
from recipes_data.manifest import ConfigSpec, DatasetManifest, SplitSpec, resolution_digest

__all__ = ["Moved", "compare_locks", "is_stale", "lock_dataset"]

_COMMIT = re.compile(r"[0-9a-f]{40}\Z")


def is_stale(lock: Lock, manifest: DatasetManifest) -> bool:
    """Whether the manifest asks for something else than what its lock holds."""
    return lock.manifest_digest != resolution_digest(manifest)


def lock_dataset(
    client: HubClient,
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
    with _doubting(manifest):
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
def _doubting(manifest: DatasetManifest) -> Iterator[None]:
    """Have every error also say what the manifest itself doubts."""
    try:
        yield
    except RecipesDataError as exc:
        if manifest.doubt:
            exc.what = f"{exc.what}\nthe manifest has its doubts: {manifest.doubt}"
            exc.args = (exc.what, exc.do)
        raise


def _locked(
    client: HubClient,
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
    lock = with_published(_with_files(lock, manifest, info, catalogue), manifest)
    _check_names(lock, manifest, allow_unsafe=allow_unsafe)
    check_published(lock, manifest)
    return _carried(lock, previous)


def _check_names(lock: Lock, manifest: DatasetManifest, *, allow_unsafe: bool) -> None:
    """Refuse paths that could leave the store, and files that are no data unless the manifest lists each."""
    paths = [file.path for file in lock.files]
    check_paths(paths)
    listed = {*(manifest.files or ()), *manifest.optional}
    for config in manifest.all_configs().values():
        listed.update(pattern for spec in config.splits.values() for pattern in spec.files)
    for path in paths:
        check_name(path, declared=manifest.layout is None, literal=path in listed, allow_unsafe=allow_unsafe)


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


def _with_files(lock: Lock, manifest: DatasetManifest, info: RepoInfo, catalogue: Catalogue) -> Lock:
    by_path = {file.path: file for file in info.files}
    if manifest.files is not None:
        spec = SplitSpec(files=manifest.files)
        paths = tuple(by_path)
        found = _matched(manifest.files, paths, catalogue.line(manifest.name, "files"), str(info.repo))
        extra = (path for pattern in manifest.optional for path in matches(pattern, paths))
        found = tuple(dict.fromkeys((*found, *extra)))
        configs: tuple[LockedConfig, ...] = (LockedConfig("files", (_split("files", spec, found, None, "files", ""),)),)
        default: str | None = "files"
    elif manifest.layout == "card":
        configs, default = _from_card(manifest, info)
    else:
        configs, default = _from_manifest(manifest, info, catalogue), manifest.default_config
    used = sorted({path for config in configs for split in config.splits for path in split.files})
    files = tuple(_file(by_path[path]) for path in used)
    return dataclasses.replace(lock, files=files, configs=configs, default_config=default)


def _from_manifest(manifest: DatasetManifest, info: RepoInfo, catalogue: Catalogue) -> tuple[LockedConfig, ...]:
    paths = tuple(file.path for file in info.files)
    faults: list[str] = []
    configs: list[LockedConfig] = []
    for name, config in manifest.all_configs().items():
        try:
            configs.append(_locked_config(manifest, name, config, paths, catalogue, info.repo))
        except ManifestError as exc:
            faults.append(exc.what)
    if faults:
        raise ManifestError(
            "\n".join(dict.fromkeys(faults)), f"see what is there: the files of {info.repo} at {info.commit[:12]}"
        )
    return tuple(configs)


def _locked_config(
    manifest: DatasetManifest, name: str, config: ConfigSpec, paths: tuple[str, ...], catalogue: Catalogue, repo: str
) -> LockedConfig:
    splits: list[LockedSplit] = []
    owner: dict[str, str] = {}
    for split, spec in config.splits.items():
        line = catalogue.line(manifest.name, "configs", name, "splits", split, "files")
        found = _matched(spec.files, paths, line, repo)
        for path in found if not spec.members else ():  # splits may share an archive
            if path in owner:
                raise ManifestError(f"{line}: the splits {owner[path]!r} and {split!r} of {name!r} both claim {path}")
            owner[path] = split
        columns = manifest.columns_of(name, split)
        read_as = spec.format or _format(spec.members or found, line)
        _check_archives(spec, found, line)
        splits.append(_split(split, spec, found, columns, read_as, manifest.evidence_of(name, split)))
    return LockedConfig(name, tuple(splits))


def _from_card(manifest: DatasetManifest, info: RepoInfo) -> tuple[tuple[LockedConfig, ...], str | None]:
    layout = configs_of(info.card, [file.path for file in info.files], repo=info.repo)
    configs = tuple(
        LockedConfig(
            config,
            tuple(
                _split(
                    split,
                    SplitSpec(files=files),
                    files,
                    manifest.columns,
                    _format(files, f"the card of {info.repo}"),
                    "",
                )
                for split, files in splits.items()
            ),
        )
        for config, splits in layout.configs.items()
    )
    return configs, manifest.default_config or layout.default_config


def _matched(patterns: tuple[str, ...], paths: tuple[str, ...], line: str, repo: str) -> tuple[str, ...]:
    """The files of the patterns: patterns in their order, each one's files by code points, none twice."""
    out: dict[str, None] = {}
    for pattern in patterns:
        found = matches(pattern, paths)
        if not found:
            raise ManifestError(f"{line}: {pattern!r} matches no file of {repo}")
        out.update(dict.fromkeys(found))
    return tuple(out)


def _format(paths: tuple[str, ...], line: str) -> str:
    found = table_format(paths)
    if found is None:
        shown = ", ".join(sorted({path[path.rfind(".") :].lower() if "." in path else "" for path in paths}))
        known = ", ".join(suffix for one in FORMATS.values() for suffix in one.suffixes)
        raise ManifestError(f"{line}: cannot read {shown} files as one table; known are {known}")
    return found


def _check_archives(spec: SplitSpec, found: tuple[str, ...], line: str) -> None:
    wrong = [path for path in found if spec.members and archive_of(path) is None]
    if wrong:
        known = ", ".join(ARCHIVES)
        raise ManifestError(f"{line}: {wrong[0]} has no members, it is none of the archives {known}")


def _split(
    name: str, spec: SplitSpec, files: tuple[str, ...], columns: dict[str, str] | None, format: str, evidence: str
) -> LockedSplit:
    promised = None if columns is None else tuple(columns.items())
    known = evidence if spec.rows is not None else ""
    return LockedSplit(name, files, format, promised, spec.rows, known, members=spec.members)


def _file(file: RepoFile) -> LockedFile:
    algorithm, _, value = file.digest.partition(":")
    return LockedFile(file.path, file.size, file.digest, value if algorithm == "sha256" else None)


def _carried(lock: Lock, previous: Lock | None) -> Lock:
    """The lock with what was measured before, wherever the bytes are the same."""
    if previous is None:
        return lock
    before = previous.by_path()
    files = tuple(
        dataclasses.replace(file, sha256=file.sha256 or before[file.path].sha256, rows=before[file.path].rows)
        if file.path in before and before[file.path].digest == file.digest
        else file
        for file in lock.files
    )
    same = {file.path for file in files if file.path in before and before[file.path].digest == file.digest}
    old = {(config.name, split.name): split for config in previous.configs for split in config.splits}

    def kept(config: str, split: LockedSplit) -> LockedSplit:
        was = old.get((config, split.name))
        if (
            was is None
            or was.files != split.files
            or (was.promised, was.members) != (split.promised, split.members)
            or not same.issuperset(split.files)
        ):
            return split
        return dataclasses.replace(split, columns=was.columns, extracted=was.extracted)

    configs = tuple(
        LockedConfig(config.name, tuple(kept(config.name, split) for split in config.splits)) for config in lock.configs
    )
    return dataclasses.replace(lock, files=files, configs=configs)


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
