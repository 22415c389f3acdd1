"""One file into the store, from wherever its digest is to be had first: another process, a source, the Hub."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from recipes_data.errors import IntegrityError, UnsafeFileError
from recipes_data.hub.contents import HEAD_BYTES, TAIL_BYTES, check_content
from recipes_data.hub.transfer import Wanted
from recipes_data.leases import Leases
from recipes_data.sources import Source, bring_first
from recipes_data.store import Store, disk_error

__all__ = ["Cancelled", "Obtained", "check_arrived", "obtain"]


class Cancelled(BaseException):
    """The run is over for its threads; raised inside them, never out of them."""


@dataclass(frozen=True, slots=True)
class Obtained:
    """A file that is in the store: its sha256 (hex), and who gave it ("" for the Hub)."""

    sha256: str
    source: str = ""


def obtain(
    wanted: Wanted,
    *,
    store: Store,
    leases: Leases,
    sources: Sequence[Source],
    download: Callable[[Callable[[int], None]], str] | None,
    moved: Callable[[int], None],
    note: Callable[[str], None],
    cancelled: threading.Event,
) -> Obtained | None:
    """Bring one file into the store; None where no source has it and there is no `download` (offline).

    Only one process of a machine (or of a shared store) fetches a file; the others wait here, and count the
    bytes that they see arriving. `download(moved)` asks the Hub and returns the sha256.

    Raises:
        HubError, IntegrityError: what `download` raises.
        UnsafeFileError, IntegrityError: the content is dangerous, or not what the file's name promises.
        StoreError: the disk refused.
    """
    seen = _Seen(wanted, store, moved, cancelled)

    def there() -> bool:
        return store.has(wanted.digest, wanted.size)

    def waiting(owner: str) -> None:
        process = owner.split("~")[1] if owner.count("~") == 2 else "unknown"
        note(f"{wanted.asked.path}: process {process} is fetching it; waiting")

    with leases.hold(wanted.digest, there, waiting=waiting, pause=seen.pause) as ours:
        if not ours:
            seen.all_there()
            return Obtained(store.sha256_of(wanted.digest) or "", "another process")
        seen.forget()
        brought = bring_first(sources, wanted, store, moved)
        if brought is None and download is None:
            return None
        obtained = Obtained(brought[0], brought[1].name) if brought else Obtained(download(moved) if download else "")
        check_arrived(store, obtained.sha256, wanted.asked.path)
        return obtained


def check_arrived(store: Store, sha256: str, path: str) -> None:
    """See that bytes which are what the Hub lists are also what their name says; others do not stay.

    Raises:
        UnsafeFileError, IntegrityError: a pickle, a program, a web page, not of the format of the name.
        StoreError: the disk does not give them back; they stay.
    """
    blob = store.blob(sha256)
    try:
        with open(blob, "rb") as file:
            head = file.read(HEAD_BYTES)
            file.seek(0, os.SEEK_END)
            file.seek(max(0, file.tell() - TAIL_BYTES))
            tail = file.read(TAIL_BYTES)
    except OSError as exc:
        raise disk_error(exc, blob) from exc
    try:
        check_content(head, path, tail=tail)
    except (UnsafeFileError, IntegrityError):
        store.quarantine(sha256)
        raise


class _Seen:
    """Bytes that another process is fetching, counted by looking at its partial."""

    def __init__(self, wanted: Wanted, store: Store, moved: Callable[[int], None], cancelled: threading.Event) -> None:
        self._pattern = wanted.digest.replace(":", "-") + ".*"
        self._size = wanted.size
        self._folder = store.partials
        self._moved = moved
        self._cancelled = cancelled
        self._count = 0

    def pause(self, seconds: float) -> None:
        """Sleep, then count what has come meanwhile; `Cancelled` where the run is over."""
        if self._cancelled.wait(seconds):
            raise Cancelled
        sizes = [0]
        for path in self._folder.glob(self._pattern):
            try:
                sizes.append(path.stat().st_size)
            except OSError:  # renamed or published in this very moment
                continue
        self._set(min(max(sizes), self._size))

    def all_there(self) -> None:
        """It was published."""
        self._set(self._size)

    def forget(self) -> None:
        """We fetch it ourselves after all: what was counted will be counted again."""
        self._set(0)

    def _set(self, count: int) -> None:
        if count != self._count:
            self._moved(count - self._count)
            self._count = count
