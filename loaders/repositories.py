"""The only home of what a script of `datasets` names in a lock: its repository, a folder, files, a revision.

Locks alone are read, and no YAML: only to say which manifest was never fetched are its lines looked at.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from recipes_data.errors import LockStaleError, NotFetchedError, UsageError
from recipes_data.lockfile import Lock, LockedConfig, LockedSplit
from recipes_data.locks import locks_of_repository
from recipes_data.places import Places

__all__ = ["config_in_folder", "locks_of", "see_revision", "split_of_files"]

# the words of `datasets` for its own readers of files, where a repository could stand
_BUILDERS = frozenset({"arrow", "audiofolder", "csv", "imagefolder", "json", "parquet", "text", "webdataset"})


def locks_of(repo: str, places: Places) -> list[Lock]:
    """The locks of the datasets whose repository this is, sorted by name; never none.

    Raises:
        UsageError: it is no text, or an empty one.
        NotFetchedError: there is none; says which manifest has no lock yet, or how to get one.
        LockError: a lock cannot be read.
    """
    given: object = repo
    if not isinstance(given, str) or not given.strip():
        raise UsageError(f"{given!r:.60} is no repository", "name one as on the Hub: ORG/NAME")
    locks = locks_of_repository(places, repo)
    if not locks:
        raise _nothing_locked(repo, places)
    return locks


def _nothing_locked(repo: str, places: Places) -> NotFetchedError:
    line = re.compile(rf"""^repo:\s*["']?{re.escape(repo)}["']?\s*(#.*)?$""", re.MULTILINE)
    for folder in places.catalogues:
        for path in sorted((folder / "datasets").glob("*.y*ml")):
            if line.search(path.read_text(encoding="utf-8", errors="replace")):
                what = f"{repo!r} (the dataset {path.stem!r}) was never fetched\nlooked in: {places.describe()}"
                return NotFetchedError(what, f"recipes-data fetch {path.stem}")
    what = f"no dataset here has the repository {repo!r}, so nothing of it is locked\nlooked in: {places.describe()}"
    if repo in _BUILDERS:
        what = (
            f"{repo!r} is no repository: files of this machine are read by a manifest\nlooked in: {places.describe()}"
        )
        return NotFetchedError(what, "recipes-data add ./PATH, then recipes-data fetch NAME, and load(NAME)")
    return NotFetchedError(what, f"recipes-data add {repo}, then recipes-data fetch")


def see_revision(lock: Lock, revision: str | None) -> None:
    """See that a script's revision is what is locked: the commit, or what the manifest wishes for.

    Raises:
        LockStaleError: it is neither.
    """
    if revision is None or revision in (lock.commit, lock.revision):
        return
    raise LockStaleError(
        f"the script asks for {lock.repo} at {revision}; locked is {lock.commit} (the manifest wishes {lock.revision})",
        f'take the revision out of the call, or write `revision: "{revision}"` into the manifest of {lock.name!r}, '
        f"then recipes-data lock {lock.name} and recipes-data fetch {lock.name}",
    )


def config_in_folder(lock: Lock, folder: str) -> LockedConfig:
    """The config whose files are those that the lock has below a folder: what `data_dir=` means.

    Raises:
        UsageError: no config, or more than one, is of exactly these files.
    """
    inside = "" if folder.strip("/.") == "" else folder.removeprefix("./").strip("/") + "/"
    there = {file.path for file in lock.files if file.path.startswith(inside)}
    found = [config for config in lock.configs if there and set(config.paths) == there]
    if len(found) == 1:
        return found[0]
    what = f"data_dir={folder!r}: no one config of {lock.name!r} is locked with just the files of that folder"
    raise UsageError(
        what, f"write into its manifest: configs: NAME: {{splits: {{train: {{files: {inside}*}}}}}}, then lock it"
    )


def split_of_files(locks: Sequence[Lock], files: Sequence[str]) -> tuple[Lock, LockedConfig, LockedSplit]:
    """The split that has exactly these files in this order: what `data_files=` means.

    Raises:
        UsageError: no split is of exactly these files; says what to write into the manifest.
    """
    wanted = tuple(path.removeprefix("./") for path in files)
    for lock in locks:
        for config in lock.configs:
            for split in config.splits:
                if split.files == wanted and not split.members:
                    return lock, config, split
    lock = locks[0]
    listed = ", ".join(f'"{path}"' for path in wanted)
    raise UsageError(
        f"data_files={list(files)}: no split of {lock.name!r} is locked with exactly these files in this order",
        f"write into its manifest: configs: {{NAME: {{splits: {{train: {{files: [{listed}]}}}}}}}}, "
        f"then recipes-data lock {lock.name} and recipes-data fetch {lock.name}",
    )
