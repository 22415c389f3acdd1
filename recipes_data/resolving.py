"""The only home of how a manifest and the list of a place's files become the splits of a lock: pure, no requests."""

from __future__ import annotations

import dataclasses

from recipes_data.catalogue import Catalogue
from recipes_data.errors import ManifestError
from recipes_data.formats import ARCHIVES, FORMATS, archive_of, table_format
from recipes_data.hub.port import RepoFile, RepoInfo
from recipes_data.hub.safety import check_name, check_paths
from recipes_data.layout import configs_of, matches
from recipes_data.lockfile import Lock, LockedConfig, LockedFile, LockedSplit
from recipes_data.manifest import ConfigSpec, DatasetManifest, SplitSpec
from recipes_data.wording import some

__all__ = ["carried", "check_names", "with_files"]


def check_names(lock: Lock, manifest: DatasetManifest, *, allow_unsafe: bool) -> None:
    """Refuse paths that could leave the store, and files that are no data unless the manifest lists each.

    Raises:
        UnsafeFileError: the first such path or kind of file.
    """
    paths = [file.path for file in lock.files]
    check_paths(paths)
    listed = {*(manifest.files or ()), *manifest.optional}
    for config in manifest.all_configs().values():
        listed.update(pattern for spec in config.splits.values() for pattern in spec.files)
    for path in paths:
        check_name(path, declared=manifest.layout is None, literal=path in listed, allow_unsafe=allow_unsafe)


def with_files(lock: Lock, manifest: DatasetManifest, info: RepoInfo, catalogue: Catalogue) -> Lock:
    """The lock with the files and configs that the manifest, or the card, makes of the listed files.

    Raises:
        ManifestError: a pattern matches no file, or two splits claim one; with the manifest's line.
    """
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
        raise ManifestError("\n".join(dict.fromkeys(faults)), _there(info.repo, paths))
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
            raise ManifestError(f"{line}: {pattern!r} matches no file of {repo}", _there(repo, paths))
        out.update(dict.fromkeys(found))
    return tuple(out)


def _there(repo: str, paths: tuple[str, ...]) -> str:
    return f"correct the patterns; {repo} has: {some(paths)}" if paths else f"correct it; {repo} has no files"


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


def carried(lock: Lock, previous: Lock | None) -> Lock:
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
