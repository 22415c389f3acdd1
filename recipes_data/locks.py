"""The only home of lock files on disk: read, found where the places say, published by rename. No YAML, no pydantic."""

from __future__ import annotations

import os
from pathlib import Path

from recipes_data.errors import LockError, StoreError, unread, unwritten
from recipes_data.lockfile import Lock, from_json, to_json
from recipes_data.places import Places

__all__ = [
    "find_lock",
    "lock_folders",
    "lock_path",
    "locked_names",
    "locks_of_repository",
    "read_lock",
    "write_lock",
]

_MAX_BYTES = 20_000_000  # some 60,000 files: more is slow and takes hundreds of megabytes to read


def lock_path(folder: Path, name: str) -> Path:
    """Where the lock of a dataset lies in a folder of locks."""
    return folder / f"{name}.json"


def read_lock(folder: Path, name: str) -> Lock | None:
    """The lock of this name, or None where there is no such file.

    Raises:
        LockError: the file is not a lock, is too large for one, or is the lock of another name.
    """
    path = lock_path(folder, name)
    try:
        size = path.stat().st_size
        text = path.read_text(encoding="utf-8") if size <= _MAX_BYTES else ""
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError) as exc:
        raise LockError(f"{path}: cannot be read: {unread(exc)}", "check the file") from exc
    _check_size(path, name, size)
    lock = from_json(text, str(path))
    if lock.name != name:
        raise LockError(f"{path}: is the lock of {lock.name!r}", f"restore it, or run: recipes-data lock {name}")
    return lock


def _check_size(path: Path, name: str, size: int) -> None:
    if size > _MAX_BYTES:
        raise LockError(
            f"{path}: too large for a lock: {size:,} bytes, the limit is {_MAX_BYTES:,}",
            f"name fewer files in the manifest and run: recipes-data lock {name}",
        )


def write_lock(folder: Path, lock: Lock) -> bool:
    """Publish a lock by rename; True if its text changed, False if it stood there already.

    Raises:
        StoreError: the folder cannot be written.
        LockError: `read_lock` would refuse it.
    """
    import tempfile  # who only loads rows writes nothing

    path, text = lock_path(folder, lock.name), to_json(lock)
    _check_size(path, lock.name, len(text.encode()))
    try:
        if path.read_bytes() == text.encode():
            return False
    except (OSError, UnicodeDecodeError):
        pass
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(prefix=f".{lock.name}.", suffix=".tmp", dir=folder)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
            umask = os.umask(0)
            os.umask(umask)
            os.chmod(temporary, 0o666 & ~umask)  # mkstemp makes 0600; a lock is for the whole team
            os.replace(temporary, path)
        except BaseException:
            try:
                os.unlink(temporary)
            except OSError:
                pass
            raise
    except OSError as exc:
        raise StoreError(f"the lock {path} cannot be written: {exc.strerror or exc}", unwritten(path, exc)) from exc
    return True


def find_lock(places: Places, name: str) -> tuple[Lock, Path] | None:
    """The lock that answers for a name: the Hub's where there is one, else that of a served folder."""
    for folder in lock_folders(places):
        lock = read_lock(folder, name)
        if lock is not None:
            return lock, lock_path(folder, name)
    return None


def locks_of_repository(places: Places, repo: str, repo_type: str = "dataset") -> list[Lock]:
    """The locks of these places whose repository this is, sorted by name; none where there is none.

    Only files in which the id stands are parsed.

    Raises:
        LockError: a lock cannot be read.
    """
    names: set[str] = set()
    for folder in lock_folders(places):
        for path in sorted(folder.glob("*.json")):
            if not path.name.startswith(".") and f'"{repo}"' in path.read_text(encoding="utf-8", errors="replace"):
                names.add(path.stem)
    found = [lock for lock, _ in filter(None, (find_lock(places, name) for name in sorted(names)))]
    return [lock for lock in found if lock.repo == repo and lock.repo_type == repo_type]


def locked_names(places: Places) -> list[str]:
    """Names of all locks of these places, sorted; none is read."""
    found = (path for folder in lock_folders(places) for path in folder.glob("*.json"))
    return sorted({path.stem for path in found if not path.name.startswith(".")})


def lock_folders(places: Places) -> list[Path]:
    """Every folder that may hold a lock of these places, in the order they are asked."""
    folders = []
    for folder in (places.hub_locks, places.folder_locks):
        folders.append(folder)
        if folder.is_relative_to(places.store):  # locks that belong to no project lie in shared stores alike
            folders += [shared / folder.relative_to(places.store) for shared in places.shared]
    return folders
