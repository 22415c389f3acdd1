"""The verb `verify`: every stored byte is read and hashed again, rows and columns compared with the lock."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from recipes_data.address import Address, selected_splits
from recipes_data.errors import RecipesDataError
from recipes_data.lockfile import Lock, LockedFile
from recipes_data.store import VERIFIED_MTIME, Store, hash_file
from recipes_data.tables.reading import open_split

__all__ = ["Finding", "Verified", "verify"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: `what` in one sentence, and the exit code that it stands for."""

    dataset: str
    what: str
    exit_code: int


@dataclass(frozen=True, slots=True)
class Verified:
    """What was read of one dataset, and everything that is wrong with it."""

    dataset: str
    files: int
    bytes: int
    findings: tuple[Finding, ...]


def verify(
    lock: Lock, addresses: Iterable[Address], store: Store, moved: Callable[[int], None] = lambda count: None
) -> Verified:
    """Read and check all that the addresses select, on all cores, the biggest file first."""
    splits = selected_splits(lock, addresses)
    by_path = lock.by_path()
    files = sorted(
        (by_path[path] for path in {path for _, split in splits for path in split.files}), key=lambda file: -file.size
    )
    with ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        findings = [finding for finding in pool.map(lambda f: _file(lock.name, f, store, moved), files) if finding]
    if not findings:
        for config, split in splits:
            if split.format == "files":
                continue
            try:
                len(open_split(store, lock, config.name, split))
            except RecipesDataError as exc:
                findings.append(Finding(lock.name, exc.what, exc.exit_code))
    return Verified(lock.name, len(files), sum(file.size for file in files), tuple(findings))


def _file(dataset: str, file: LockedFile, store: Store, moved: Callable[[int], None]) -> Finding | None:
    sha256 = file.sha256 or store.sha256_of(file.digest)
    path = None if sha256 is None else store.blob(sha256)
    if path is None or sha256 is None or not path.exists():
        return Finding(dataset, f"{file.path} is not in the store", 6)
    size = path.stat().st_size
    if size != file.size:
        return Finding(dataset, f"{file.path}: expected {file.size:,} bytes, got {size:,} ({path})", 5)
    found = hash_file(path)
    moved(size)
    if found != sha256:
        store.distrust(sha256)
        return Finding(dataset, f"{file.path}: expected sha256 {sha256}, got {found} ({path})", 5)
    if path.stat().st_mtime_ns != VERIFIED_MTIME * 10**9:
        try:
            os.utime(path, (VERIFIED_MTIME, VERIFIED_MTIME))
        except OSError:
            pass  # a read-only store: it stays to be hashed at every load
    return None
