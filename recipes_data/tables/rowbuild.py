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
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, cast

from recipes_data.errors import NotFetchedError, StoreError, TableError
from recipes_data.leases import Leases
from recipes_data.processes import is_running, process_name
from recipes_data.store import Store, disk_error
from recipes_data.tables.rowbatches import Batches
from recipes_data.tables.rowcache import RowCache, find_rows
from recipes_data.tables.rowfile import RowFile, RowFileWriter, least_size, open_row_file
from recipes_data.tables.rowvalues import packer
from recipes_data.tables.sealing import seal
from recipes_data.tables.shards import NoPlaceError, Shard
from recipes_data.wording import counted

if TYPE_CHECKING:
    import pyarrow as pa

    _PackBatch: TypeAlias = Callable[[pa.RecordBatch], tuple[memoryview, list[int]]]

__all__ = ["build_rows"]

_BLOCK = 4 << 20  # bytes of rows that are written at once
_PIECE = 20_000  # rows that one thread takes at a time
_THREADS = 8
_FEW = 10_000  # rows that are packed one by one before what packs batches is imported
_LOOKS = 64  # times that the disk's free space is looked at, at the least,
_UNSEEN = 64 << 20  # and never more bytes are written without a look
_COUNT = itertools.count()


def build_rows(cache: RowCache, shards: Sequence[Shard]) -> list[RowFile] | None:
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

    def waiting(owner: str) -> None:
        host, _, process = owner.partition("~")
        by = f"process {process.partition('~')[0]} on {host}" if process else "another process"
        cache.notice(f"waiting for the row cache of {cache.name}, which {by} builds")

    with Leases(Store(place)) as leases, leases.hold(f"rows-{cache.key}", there, waiting=waiting) as ours:
        if ours:
            _Build(cache, shards, place).run()
    return find_rows(cache)


def _unfit(cache: RowCache) -> bool:
    return any(cache.store.derived(_note(file)).exists() for file in cache.files)


def _note(file: Path) -> Path:
    """Beside a row file that could not be: why."""
    return file.with_suffix(".unfit")


def _shown(size: int) -> str:
    return f"{size / 1e9:.2f} GB" if size >= 1e8 else f"{size / 1e6:.1f} MB"


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
    """One row file on its way.

    `left`: what is not written yet, in rows, and one for their end. `size`: bytes of the rows that are written.
    """

    shard: Shard
    final: Path
    temporary: Path
    writer: RowFileWriter
    left: int
    size: int = 0


class _Build:
    """One run: the rows of the shards that have no row file yet, packed by threads.

    Where the shards are Arrow's they are packed batch by batch, beside each other (`tables.rowpacking`); else row by
    row, which has the interpreter's lock.
    """

    def __init__(self, cache: RowCache, shards: Sequence[Shard], place: Path) -> None:
        self._cache = cache
        self._shards = shards
        self._place = place
        self._folder = place / "rows"
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._size = 0  # bytes of rows that were written
        self._rows = 0
        self._all = 0
        self._look = 0, 0  # rows, and bytes, after which the disk's free space is looked at

    def run(self) -> None:
        began = time.perf_counter()
        if not self._cache.small:
            self._sweep()
        missing = self._missing()
        self._all = sum(len(shard) for shard, _, _ in missing)
        if not self._cache.small:
            self._check_least()
        self._look = self._all // _LOOKS, _UNSEEN
        targets: list[_Target] = []
        try:
            for shard, file, key in missing:
                targets.append(self._target(shard, file, key))
            self._pack_all(targets)
        except (OverflowError, UnicodeError, TypeError, NoPlaceError) as exc:  # of one row: the others are given
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
            self._cache.notice(
                f"built the row cache of {self._cache.name} once: {counted(self._rows, 'row')}, {_shown(self._size)} "
                f"in {seconds:.1f} s ({self._folder}; recipes-data cache prune --rows takes it away)"
            )

    def _missing(self) -> list[tuple[Shard, Path, str]]:
        """The shards that have no row file, the path that theirs will have in a store, and what it will be known by."""
        cache = self._cache
        return [
            (shard, file, key)
            for shard, file, key in zip(self._shards, cache.files, cache.keys, strict=True)
            if open_row_file(cache.store.derived(file), key, cache.columns) is None
        ]

    def _target(self, shard: Shard, file: Path, key: str) -> _Target:
        owner = str(os.getpid()) if self._cache.small else f"{process_name()}+"
        temporary = self._folder / f".{owner}.{file.stem}.{next(_COUNT)}.tmp"
        try:
            writer = RowFileWriter(temporary, key, len(shard))
        except OSError as exc:
            raise disk_error(exc, temporary) from exc
        return _Target(shard, self._place / file, temporary, writer, len(shard) + 1)

    def _pack_all(self, targets: Sequence[_Target]) -> None:
        threads = min(_THREADS, os.cpu_count() or 1)
        pool = ThreadPoolExecutor(threads, thread_name_prefix="rows")
        try:
            # the rows of a splittable shard are those of its batches; few are not worth the import of what packs these
            if self._cache.splittable and self._all >= _FEW:
                from recipes_data.tables.rowpacking import pack_batch  # Arrow and numpy, which the shards import too

                waiting = [(target, Batches(target.shard)) for target in targets]
                work = [pool.submit(self._pack_batches, pack_batch, waiting) for _ in range(threads)]
            else:
                work = [pool.submit(self._pack_piece, *piece) for target in targets for piece in self._pieces(target)]
            for done in work:
                done.result()
        finally:
            self._ended.set()
            pool.shutdown(cancel_futures=True)

    def _pack_batches(self, pack: _PackBatch, waiting: list[tuple[_Target, Batches]]) -> None:
        """Take batches, of the shard that the fewest threads are at work on, until there are none."""
        while not self._ended.is_set():
            with self._lock:
                if not waiting:
                    return
                target, batches = chosen = min(waiting, key=lambda each: each[1].busy)
                batches.busy += 1
            try:
                first, batch = batches.take()
                if batch is not None:
                    self._pack_batch(pack, target, first, batch)
            except BaseException:
                self._ended.set()
                raise
            with self._lock:
                batches.busy -= 1
                ended = batch is None and chosen in waiting
                if ended:
                    waiting.remove(chosen)
            if ended:
                self._check_end(first, len(target.shard))
                self._written(target, 1)

    def _pack_batch(self, pack: _PackBatch, target: _Target, first: int, batch: pa.RecordBatch) -> None:
        import pyarrow as pa

        if first + batch.num_rows > len(target.shard):
            self._check_end(first + batch.num_rows, len(target.shard))
        try:
            packed, ends = pack(batch)
        except pa.ArrowInvalid:  # text that is not UTF-8: the reader says where
            self._pack_rows(target, first, first + batch.num_rows)
        else:
            self._add(target, first, packed, ends)

    def _pieces(self, target: _Target) -> Iterator[tuple[_Target, int, int]]:
        rows = len(target.shard)
        step = _PIECE if self._cache.splittable else max(1, rows)
        for start in range(0, max(1, rows), step):
            yield target, start, min(start + step, rows)

    def _pack_piece(self, target: _Target, start: int, stop: int) -> None:
        self._pack_rows(target, start, stop)
        if stop == len(target.shard):
            self._written(target, 1)

    def _pack_rows(self, target: _Target, start: int, stop: int) -> None:
        pack, ends, first, at = packer(self._cache.columns), [], start, start
        buffer = bytearray()
        for row in target.shard.rows(start, stop):
            pack(row, buffer)
            ends.append(len(buffer))
            at += 1
            if len(buffer) >= _BLOCK:
                if self._ended.is_set():
                    return
                self._add(target, first, buffer, ends)
                first, ends = at, []
                del buffer[:]
        self._check_end(at, stop)
        self._add(target, first, buffer, ends)

    def _check_end(self, at: int, stop: int) -> None:
        if at != stop:
            raise TableError(f"{self._cache.name} ends at row {at:,}, the lock says {stop:,}", "recipes-data verify")

    def _add(self, target: _Target, first: int, packed: bytes | bytearray | memoryview, ends: Sequence[int]) -> None:
        target.writer.add(first, cast("bytes", packed), ends)
        with self._lock:
            self._size += len(packed)
            target.size += len(packed)
            self._rows += len(ends)
            look = self._rows >= self._look[0] or self._size >= self._look[1]
            if look:
                self._look = self._rows + self._all // _LOOKS, self._size + _UNSEEN
        if look and not self._cache.small:
            self._check_space()
        self._written(target, len(ends))

    def _check_least(self) -> None:
        """Refuse, before the first byte, what cannot fit even if every value of it is empty."""
        least = self._all * least_size(self._cache.columns)
        self._must_fit(least, f"takes at least {_shown(least)}")

    def _check_space(self) -> None:
        """Refuse, soon after the beginning, what will not fit, if its other rows are as large as those so far."""
        needed = self._size * self._all // max(self._rows, 1)
        told = f"takes about {_shown(needed)}, of which {_shown(self._size)} are written"
        self._must_fit(needed - self._size, told)

    def _must_fit(self, more: int, told: str) -> None:
        free = Store(self._place).free_bytes()
        if more > free:
            raise StoreError(
                f"the row cache of {self._cache.name} {told}; {_shown(free)} are free: {self._folder}",
                "free some space, or set RECIPES_DATA_SCRATCH to a folder on another disk",
            )

    def _written(self, target: _Target, count: int) -> None:
        with self._lock:
            target.left -= count
            if target.left:
                return
        size = target.writer.finish()
        with self._lock:
            self._size += size - target.size
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
