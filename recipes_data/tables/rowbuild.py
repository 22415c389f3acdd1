"""The only home of building a row cache: all shards at once on all cores, by one process, for all of them.

A row file is written under a passing name that tells who writes it, and renamed when it is whole: a killed run leaves
only what the next one sweeps away.
"""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from recipes_data.errors import NotFetchedError, StoreError, TableError
from recipes_data.leases import Leases
from recipes_data.processes import is_running, process_name
from recipes_data.store import Store, disk_error
from recipes_data.tables.rowcache import RowCache, find_rows
from recipes_data.tables.rowfile import RowFile, RowFileWriter, open_row_file
from recipes_data.tables.rowvalues import packer
from recipes_data.tables.sealing import seal

__all__ = ["build_rows"]

_BLOCK = 4 << 20  # bytes of rows that are written at once
_PIECE = 20_000  # rows that one thread takes at a time
_THREADS = 8
_COUNT = itertools.count()


class _Shard(Protocol):
    def __len__(self) -> int: ...
    def rows(self, start: int, stop: int) -> Iterator[dict[str, Any]]: ...


def build_rows(cache: RowCache, shards: Sequence[_Shard]) -> list[RowFile] | None:
    """The row files of a table, built where they are not there; None where its values cannot be kept.

    Raises:
        NotFetchedError: they are not there, and `cache.build` forbids to build them.
        StoreError: neither the store nor the scratch folder takes them.
        TableError: a shard cannot be read.
    """
    if _unfit(cache):
        return None
    if not cache.build:
        raise NotFetchedError(
            f"{cache.name} has no row cache, which random access to it needs, and build=False forbids to build one",
            f"recipes-data cache build {cache.name}",
        )
    place = _place(cache)
    found: list[RowFile] | None = None

    def there() -> bool:
        nonlocal found
        found = find_rows(cache)
        return found is not None or _unfit(cache)

    if cache.small:  # it takes no longer than a lease does
        _Build(cache, shards, place).run()
        return find_rows(cache)
    with Leases(Store(place)) as leases, leases.hold(f"rows-{cache.key}", there) as ours:
        if ours:
            _Build(cache, shards, place).run()
    return find_rows(cache)


def _unfit(cache: RowCache) -> bool:
    return any(cache.store.derived(_note(file)).exists() for file in cache.files)


def _note(file: Path) -> Path:
    """Beside a row file that could not be: why."""
    return file.with_suffix(".unfit")


def _place(cache: RowCache) -> Path:
    """The root of the store, or the scratch folder: the first that can be written."""
    refused: OSError | None = None
    for folder in (cache.store.root, cache.store.scratch):
        if folder is None:
            continue
        try:
            rows = folder / "rows"
            rows.mkdir(parents=True, exist_ok=True)
            if not os.access(rows, os.W_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(rows))
        except OSError as exc:
            refused = refused or exc
        else:
            return folder
    error = disk_error(refused or OSError(), cache.store.root)
    raise StoreError(
        f"{cache.name} has no row cache, which random access to it needs, and none can be written: {error.what}",
        "set RECIPES_DATA_SCRATCH to a folder for it, or let who owns the store run: "
        f"recipes-data cache build {cache.name}",
    )


@dataclass(slots=True)
class _Target:
    """One row file on its way. `left`: pieces that are not written yet."""

    shard: _Shard
    final: Path
    temporary: Path
    writer: RowFileWriter
    left: int


class _Build:
    """One run: the shards that have no row file yet, cut into pieces, packed by threads.

    The readers' decoders run beside each other; packing itself has the interpreter's lock.
    """

    def __init__(self, cache: RowCache, shards: Sequence[_Shard], place: Path) -> None:
        self._cache = cache
        self._shards = shards
        self._place = place
        self._folder = place / "rows"
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._size = 0
        self._rows = 0

    def run(self) -> None:
        began = time.perf_counter()
        if not self._cache.small:
            self._sweep()
        targets = list(self._targets())
        try:
            self._pack_all(targets)
        except (OverflowError, UnicodeError, TypeError) as exc:
            self._give_up(f"{type(exc).__name__}: {exc}")
        except OSError as exc:
            raise disk_error(exc, self._folder) from exc
        finally:
            for target in targets:
                target.writer.close()
                with contextlib.suppress(OSError):
                    target.temporary.unlink()
        if not self._cache.small and self._rows:
            seconds = time.perf_counter() - began
            size = f"{self._size / 1e9:.2f} GB" if self._size >= 1e8 else f"{self._size / 1e6:.1f} MB"
            self._cache.notice(
                f"built the row cache of {self._cache.name} once: {self._rows:,} rows, {size} in {seconds:.1f} s "
                f"({self._folder}; recipes-data cache prune --rows takes it away)"
            )

    def _targets(self) -> Iterator[_Target]:
        cache = self._cache
        owner = str(os.getpid()) if cache.small else f"{process_name()}+"
        for shard, file, key in zip(self._shards, cache.files, cache.keys, strict=True):
            if open_row_file(cache.store.derived(file), key, cache.columns) is not None:
                continue
            temporary = self._folder / f".{owner}.{file.stem}.{next(_COUNT)}.tmp"
            try:
                writer = RowFileWriter(temporary, key, len(shard))
            except OSError as exc:
                raise disk_error(exc, temporary) from exc
            yield _Target(shard, self._place / file, temporary, writer, 0)

    def _pack_all(self, targets: Sequence[_Target]) -> None:
        pieces = []
        for target in targets:
            step = _PIECE if self._cache.splittable else max(1, len(target.shard))
            starts = range(0, max(1, len(target.shard)), step)
            target.left = len(starts)
            pieces += [(target, start, min(start + step, len(target.shard))) for start in starts]
        pool = ThreadPoolExecutor(min(_THREADS, os.cpu_count() or 1, len(pieces) or 1), thread_name_prefix="rows")
        try:
            for done in [pool.submit(self._pack, *piece) for piece in pieces]:
                done.result()
        finally:
            self._ended.set()
            pool.shutdown(cancel_futures=True)

    def _pack(self, target: _Target, start: int, stop: int) -> None:
        pack, ends, first, at = packer(self._cache.columns), [], start, start
        buffer = bytearray()
        for row in target.shard.rows(start, stop):
            pack(row, buffer)
            ends.append(len(buffer))
            at += 1
            if len(buffer) >= _BLOCK:
                if self._ended.is_set():
                    return
                target.writer.add(first, buffer, ends)
                first, ends = at, []
                del buffer[:]
        if at != stop:
            raise TableError(f"{self._cache.name} ends at row {at:,}, the lock says {stop:,}", "recipes-data verify")
        target.writer.add(first, buffer, ends)
        with self._lock:
            target.left -= 1
            if target.left == 0:
                self._publish(target)

    def _publish(self, target: _Target) -> None:
        self._size += target.writer.finish()
        self._rows += len(target.shard)
        seal(target.temporary)
        os.replace(target.temporary, target.final)

    def _give_up(self, reason: str) -> None:
        """Remember that these rows cannot be kept, so that nobody tries again."""
        store = Store(self._place)
        for file in self._cache.files:
            store.write_text(self._place / _note(file), reason + "\n")

    def _sweep(self) -> None:
        """Remove what killed runs left."""
        for path in self._folder.glob(".*+*.tmp"):
            if is_running(path.name[1:].partition("+")[0]) is False:
                with contextlib.suppress(OSError):
                    path.unlink()
