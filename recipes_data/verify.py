"""The only home of the verb `verify`: every stored byte is hashed again, rows and columns counted anew."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from recipes_data.address import Address, selected_splits
from recipes_data.columns import differences, parse_type
from recipes_data.errors import RecipesDataError
from recipes_data.formats import FORMATS
from recipes_data.lockfile import Lock, LockedConfig, LockedFile, LockedSplit
from recipes_data.store import VERIFIED_MTIME, Store, hash_file
from recipes_data.wording import counted

__all__ = ["Finding", "Verified", "verify"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: `what` in one sentence, and the exit code that it stands for.

    `damaged`: the sha256 (hex) of a blob that is there and is not what its name says. `derived`: what was
    damaged is made from blobs at its next use, so nothing has to be fetched.
    """

    dataset: str
    what: str
    exit_code: int
    damaged: str | None = None
    derived: bool = False


@dataclass(frozen=True, slots=True)
class Verified:
    """What was read of one dataset, and everything that is wrong with it."""

    dataset: str
    files: int
    bytes: int
    findings: tuple[Finding, ...]


def verify(
    lock: Lock,
    addresses: Iterable[Address],
    store: Store,
    moved: Callable[[int], None] = lambda _: None,
    *,
    fast: bool = False,
) -> Verified:
    """Read and check all that the addresses select, on all cores, the biggest file first.

    `fast` reads nothing: it sees that every file is there, of its size, and not written to since its check.
    """
    splits = selected_splits(lock, addresses)
    by_path = lock.by_path()
    files = sorted(
        [
            *(by_path[path] for path in {path for _, split in splits for path in split.files}),
            *(file for _, split in splits for file in split.extracted or ()),
        ],
        key=lambda file: -file.size,
    )
    with ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        look = _glance if fast else _file
        if not fast:
            # Arrow takes as long to import as 200 MB to hash, which needs no lock of Python's
            threading.Thread(target=_import_readers, args=[{split.format for _, split in splits}]).start()
        findings = [finding for finding in pool.map(lambda f: look(lock.name, f, store, moved), files) if finding]
    if not findings and not fast:
        for config, split in splits:
            if split.format != "files":
                findings.extend(_split(lock, config, split, store))
    if not fast:
        tables = (split.extracted or [by_path[path] for path in split.files] for _, split in splits)
        lengths = {sum(file.rows or 0 for file in table) for table in tables}
        findings.extend(_derived(lock.name, files, lengths, store))
    return Verified(lock.name, len(files), sum(file.size for file in files), tuple(findings))


def _import_readers(formats: Iterable[str]) -> None:
    from recipes_data.tables.opening import reader_of  # Arrow: only where there are rows

    for name in formats:
        if name != "files":
            reader_of(name)


def _glance(dataset: str, file: LockedFile, store: Store, moved: Callable[[int], None]) -> Finding | None:
    sha256 = store.sha256_of_file(file)
    path = None if sha256 is None else store.blob(sha256)
    try:
        status = path.stat() if path is not None else None
    except OSError:
        status = None
    moved(file.size)
    if status is None:
        return Finding(dataset, f"{file.path} is not in the store", 6)
    if status.st_size != file.size:
        what = f"{file.path}: expected {file.size:,} bytes, got {status.st_size:,} ({path})"
        return Finding(dataset, what, 5, sha256)
    if status.st_mtime_ns != VERIFIED_MTIME * 10**9:
        return Finding(dataset, f"{file.path} was written to since its check, read it: leave --fast out ({path})", 5)
    return None


def _file(dataset: str, file: LockedFile, store: Store, moved: Callable[[int], None]) -> Finding | None:
    sha256 = store.sha256_of_file(file)
    path = None if sha256 is None else store.blob(sha256)
    if path is None or sha256 is None or not path.exists():
        return Finding(dataset, f"{file.path} is not in the store", 6)
    try:
        size = path.stat().st_size
        if size != file.size:
            return Finding(dataset, f"{file.path}: expected {file.size:,} bytes, got {size:,} ({path})", 5, sha256)
        found = hash_file(path)
    except OSError as exc:
        return Finding(dataset, f"{file.path} cannot be read: {exc.strerror or exc} ({path})", 5, sha256)
    moved(size)
    if found != sha256:
        store.distrust(sha256)
        return Finding(dataset, f"{file.path}: expected sha256 {sha256}, got {found} ({path})", 5, sha256)
    with contextlib.suppress(OSError):  # a read-only store: it stays to be hashed at every load
        if path.stat().st_mtime_ns != VERIFIED_MTIME * 10**9:
            os.utime(path, (VERIFIED_MTIME, VERIFIED_MTIME))
    return None


def _derived(dataset: str, files: Iterable[LockedFile], lengths: Iterable[int], store: Store) -> Iterator[Finding]:
    """What was derived and is not as it was written: taken away, so that the next use makes it anew.

    `lengths`: rows of the splits, by which kept orders are called.
    """
    from recipes_data.tables.converted import damaged_conversions  # only where bytes are read
    from recipes_data.tables.keptorders import damaged_orders
    from recipes_data.tables.rowcache import damaged_rows

    for file in files:
        sha256 = store.sha256_of_file(file)
        if sha256 is None:
            continue
        for path, wrong in damaged_rows(store, sha256):
            yield _taken_away(dataset, f"the row cache of {file.path} was damaged in {wrong}", (path,))
        for paths, wrong in damaged_conversions(store, sha256):
            yield _taken_away(dataset, f"the converted copy of {file.path} was damaged: {wrong}", paths)
    for rows in sorted(lengths):
        for path in damaged_orders(store, rows):
            yield _taken_away(dataset, f"a kept order of {counted(rows, 'row')} was damaged", (path,))


def _taken_away(dataset: str, what: str, paths: Sequence[Path]) -> Finding:
    """What was damaged, and what became of its files; the first of them is what says that it is there."""
    try:
        for path in paths:
            path.unlink(missing_ok=True)
    except OSError as exc:
        return Finding(
            dataset, f"{what}; remove it, here it cannot be ({exc.strerror or exc}): {paths[0]}", 5, None, True
        )
    return Finding(dataset, f"{what}; it was taken away, the next use makes it anew ({paths[0]})", 5, None, True)


def _split(lock: Lock, config: LockedConfig, split: LockedSplit, store: Store) -> list[Finding]:
    """What the lock says of a split's rows and columns, beside what its bytes hold."""
    from recipes_data.tables.members import table_files
    from recipes_data.tables.together import measure_split  # Arrow: only where there are rows

    name = f"{lock.name}/{config.name}:{split.name}"
    findings: list[Finding] = []
    rows = 0
    for files in _units(table_files(store, lock, split), split):
        try:
            facts = measure_split(store, files, split, name, config.paths, anew=True)
        except RecipesDataError as exc:
            findings.append(Finding(lock.name, exc.what, exc.exit_code))
            continue
        rows += sum(fact.rows for fact in facts)
        for file, fact in zip(files, facts, strict=True):
            if file.rows is not None and file.rows != fact.rows:
                what = f"{name} ({file.path}) has {counted(fact.rows, 'row')}, its lock measured {file.rows:,}"
                findings.append(Finding(lock.name, what, 5))
        if split.columns is not None:
            locked = {column: parse_type(kind) for column, kind in split.columns}
            wrong = differences(locked, dict(facts[0].columns))
            where = name if len(files) > 1 else f"{name} ({files[0].path})"
            findings.extend(Finding(lock.name, f"{where}: {text}", 5) for text in wrong)
    if not findings and split.expected_rows is not None and split.expected_rows != rows:
        what = f"{name} has {counted(rows, 'row')}, the manifest expects {split.expected_rows:,}"
        findings.append(Finding(lock.name, f"{what} ({split.evidence or 'no evidence'})", 5))
    return findings


def _units(files: Sequence[LockedFile], split: LockedSplit) -> list[Sequence[LockedFile]]:
    """What is measured at once: each file, or all where only all together are a table."""
    return [files] if FORMATS[split.format].whole else [[file] for file in files]
