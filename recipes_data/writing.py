"""The only home of how bytes get their final name: a partial that is ours, hashed while written, published if right.

Whatever the bytes come from, they pass here: `land` takes a `Reading` (a file, an answer, a driver's
stream) and gives the sha256 of what it published, or nothing has got a name.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
from collections.abc import Callable
from io import FileIO
from pathlib import Path
from typing import Protocol, Self

from recipes_data.partials import claim_partial, leave_partial, sweep_partials
from recipes_data.store import Store, disk_error

__all__ = ["Incoming", "NotTaken", "Reading", "Stream", "land", "land_unknown"]

_BLOCK = 1 << 20
_FICLONE = 0x40049409
"""The ioctl that makes one file share another's blocks (linux/fs.h; as x86 and ARM number it, others refuse it)."""


class NotTaken(Exception):  # noqa: N818  # an outcome for a source to act on; users see its reason as a note
    """Why bytes were not taken from where they were looked for: wrong ones, or none that can be read."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Stream(Protocol):
    """Bytes in order. An OSError means that they cannot be had."""

    def readinto(self, buffer: memoryview, /) -> int | None:
        """Fill a part of the buffer; returns how many bytes came, 0 at the end."""
        ...


class Reading(Stream, Protocol):
    """Bytes that can be read from any place on."""

    def seek(self, position: int, /) -> object:
        """Let the next `readinto` give the byte at `position` (counted from 0) first."""
        ...


class Incoming:
    """A partial of one digest, ours alone as long as the `with` block lasts.

    `size` is in bytes. `moved` is told of every byte count that is there or is written, and of a
    negative one when bytes are given up. At the end of the block a partial that was not published is
    left for whoever comes next, in this process or another: a dead run's and ours look alike then.

    Raises:
        StoreError: from every method, when the disk refused.
    """

    def __init__(self, store: Store, digest: str, size: int, moved: Callable[[int], None]) -> None:
        self._store = store
        self._digest = digest
        self._size = size
        self._moved = moved
        self._published = False
        self._buffer = memoryview(bytearray(_BLOCK))
        self._begin()

    def _begin(self) -> None:
        self.position = 0
        self._sha256 = hashlib.sha256()
        self._other = None
        if self._digest.startswith("git-sha1:"):
            self._other = hashlib.sha1(b"blob %d\0" % self._size, usedforsecurity=False)
        elif self._digest.startswith("md5:"):
            self._other = hashlib.md5(usedforsecurity=False)  # what somebody published; the lock learns the sha256

    def __enter__(self) -> Self:
        self._path = claim_partial(self._store, self._digest)
        try:
            self._file = self._path.open("r+b", buffering=0)  # closed by __exit__
        except OSError as exc:
            raise disk_error(exc, self._path) from exc
        try:
            self._hash_what_is_there()
        except BaseException:
            self._leave()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if not self._published:
            self._leave()
            if self.position and (kind is None or issubclass(kind, Exception)):  # an interrupted run tells nobody
                self._moved(-self.position)

    @property
    def found(self) -> str:
        """Digest of the bytes so far, of the kind that is wanted."""
        if self._other is None:
            return f"sha256:{self._sha256.hexdigest()}"
        return f"{self._digest.partition(':')[0]}:{self._other.hexdigest()}"

    @property
    def is_right(self) -> bool:
        """Whether the bytes so far are the wanted ones, all of them and no more."""
        return self.position == self._size and self.found == self._digest

    def fill(self, source: Stream) -> None:
        """Append what `source` gives, until it ends.

        Raises:
            NotTaken: the source cannot be read; what came before that is kept, as it is when `source` raises
                an error of its own.
        """
        # one byte more than is promised is asked for, so that a longer source is seen as one
        while self.position <= self._size:
            room = min(_BLOCK, self._size - self.position + 1)
            try:
                count = source.readinto(self._buffer[:room])
            except OSError as exc:
                raise NotTaken(f"it cannot be read ({exc.strerror or exc})") from exc
            if not count:
                break
            self._write(self._buffer[:count])

    def clone(self, descriptor: int) -> bool:
        """Become a copy of an open file that shares its blocks; False where the file system cannot do that.

        For an empty partial: what is there would stay beyond the end of a shorter file.
        """
        if sys.platform != "linux":
            return False
        import fcntl

        try:
            fcntl.ioctl(self._file.fileno(), _FICLONE, descriptor)
        except OSError:
            return False  # not of this file system, or not with these two files: the bytes are copied then
        self._hash_what_is_there()
        return True

    def restart(self) -> None:
        """Throw away what is there."""
        try:
            self._file.truncate(0)
            self._file.seek(0)
        except OSError as exc:
            raise disk_error(exc, self._path) from exc
        given_up = self.position
        self._begin()
        if given_up:
            self._moved(-given_up)

    def publish(self) -> str:
        """Give the bytes, which must be right, their final name; returns their sha256 (hex)."""
        try:
            os.fsync(self._file.fileno())
            self._file.close()
        except OSError as exc:
            raise disk_error(exc, self._path) from exc
        sha256 = self._sha256.hexdigest()
        self._store.publish(self._path, sha256, known_as=self._digest if self._other else None)
        self._published = True
        sweep_partials(self._store, self._digest)
        return sha256

    def _write(self, block: memoryview) -> None:
        written = 0
        try:
            while written < len(block):
                written += self._file.write(block[written:])
        except OSError as exc:
            raise disk_error(exc, self._path) from exc
        self._count(block)

    def _hash_what_is_there(self) -> None:
        try:
            if os.fstat(self._file.fileno()).st_size > self._size:
                self._file.truncate(0)
            self._file.seek(0)
            while count := self._file.readinto(self._buffer):
                self._count(self._buffer[:count])
        except OSError as exc:
            raise disk_error(exc, self._path) from exc

    def _count(self, block: memoryview) -> None:
        self._sha256.update(block)
        if self._other is not None:
            self._other.update(block)
        self.position += len(block)
        self._moved(len(block))

    def _leave(self) -> None:
        with contextlib.suppress(OSError):
            self._file.close()
        leave_partial(self._path)


def land(
    store: Store,
    digest: str,
    size: int,
    source: Reading,
    moved: Callable[[int], None],
    *,
    descriptor: int | None = None,
) -> str:
    """Bring one file's bytes into the store from `source` and return their sha256 (hex).

    `descriptor`: the source as an open file of this machine, whose blocks may be shared. The source
    is not closed. A dead run's bytes are continued; where that ends in the wrong digest, the source
    is read once more from its beginning, so that those bytes cannot speak against it.

    Raises:
        NotTaken: the source has other bytes, of which nothing stays, or cannot be read; what was read stays as a
            partial then.
        StoreError: the disk refused.
    """
    with Incoming(store, digest, size, moved) as incoming:
        while True:
            started = incoming.position
            cloned = started == 0 and descriptor is not None and incoming.clone(descriptor)
            if not cloned and started < size:
                try:
                    source.seek(started)
                except OSError as exc:
                    raise NotTaken(f"it cannot be read ({exc.strerror or exc})") from exc
                incoming.fill(source)
            if incoming.is_right:
                return incoming.publish()
            got = f"{incoming.found} ({incoming.position:,} bytes)"
            incoming.restart()
            if started == 0:
                raise NotTaken(f"expected {digest} ({size:,} bytes), got {got}")


def land_unknown(store: Store, source: Stream, check: Callable[[int], None]) -> tuple[int, str]:
    """Bring bytes that nobody knows a digest of into the store; their size, and their sha256 (hex).

    `check` is told their size before they get their name. What it raises, and what `source` raises, leaves nothing.

    Raises:
        StoreError: the disk refused.
    """
    partial = claim_partial(store, "unknown")
    sha256, size = hashlib.sha256(), 0
    buffer = memoryview(bytearray(_BLOCK))
    try:
        with _opened_anew(partial) as file:
            while count := source.readinto(buffer):
                sha256.update(buffer[:count])
                size += count
                _append(file, buffer[:count], partial)
            check(size)
            _append(file, None, partial)
        store.publish(partial, sha256.hexdigest())
    except BaseException:
        with contextlib.suppress(OSError):  # what cannot be removed is swept up with what dead runs left
            partial.unlink()
        raise
    return size, sha256.hexdigest()


def _opened_anew(path: Path) -> FileIO:
    try:
        return FileIO(path, "wb")
    except OSError as exc:
        raise disk_error(exc, path) from exc


def _append(file: FileIO, block: memoryview | None, path: Path) -> None:
    """Write a block at the end of a file; None: have all of it reach the disk."""
    try:
        while block:
            block = block[file.write(block) :]
        if block is None:
            os.fsync(file.fileno())
    except OSError as exc:
        raise disk_error(exc, path) from exc
