"""Who is fetching what, so that one process downloads a file and the others wait for it.

A lease is a file `leases/<algorithm>-<hex>`, made exclusively, named inside by its owner, and touched every few
seconds while the owner lives. A lease whose owner is gone is taken over by one rename, so exactly one taker
wins. This saves bytes, it guards nothing: two downloads of one file are both right, and a store where leases
cannot be made works without them (also where `flock` does nothing).
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Self

from recipes_data.processes import is_running, process_name
from recipes_data.store import Store

__all__ = ["Leases"]


class Leases:
    """The leases of one process on one store; close it, or use it in a `with`.

    `beat`: seconds between two touches of a held lease. `stale`: seconds without a touch after which another
    machine's lease counts as dead (one of this machine is dead when its process is).
    """

    def __init__(self, store: Store, *, beat: float = 5.0, stale: float = 60.0) -> None:
        self._folder = store.root / "leases"
        self._beat = beat
        self._stale = stale
        self._held: set[Path] = set()
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._heart: threading.Thread | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextlib.contextmanager
    def hold(
        self,
        digest: str,
        there: Callable[[], bool],
        *,
        waiting: Callable[[str], None] = lambda owner: None,
        pause: Callable[[float], object] = time.sleep,
    ) -> Iterator[bool]:
        """True inside the block: fetch it, the lease is ours. False: it is there, somebody else brought it.

        While another process holds the lease, this waits, asking `there` now and then; `waiting` is told once
        whose lease it is.
        """
        path = self._folder / digest.replace(":", "-")
        told = False
        delay = 0.05
        while not there():
            if self._take(path):
                try:
                    # it may have been published between the question and the taking
                    yield not there()
                finally:
                    self._give_back(path)
                return
            if not told:
                told = True
                waiting(_owner_of(path))
            pause(delay)
            delay = min(1.0, delay * 1.5)
        yield False

    def _take(self, path: Path) -> bool:
        """Whether the lease is ours now. Where no lease can be made at all, every taker has it."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            return True
        try:
            descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666)
        except FileExistsError:
            self._remove_dead(path)
            return False
        except OSError:
            return True
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(process_name())
        except OSError:  # a full disk: a lease without a name would only make others wait
            with contextlib.suppress(OSError):
                path.unlink()
            return True
        with self._lock:
            self._held.add(path)
            if self._heart is None:
                self._heart = threading.Thread(target=self._keep, name="leases", daemon=True)
                self._heart.start()
        return True

    def _give_back(self, path: Path) -> None:
        with self._lock:
            self._held.discard(path)
        if _owner_of(path) == process_name():  # else it was taken over while we were thought dead
            with contextlib.suppress(OSError):
                path.unlink()

    def _remove_dead(self, path: Path) -> None:
        owner = _owner_of(path)
        running = is_running(owner) if owner else None
        if running or (running is None and abs(self._age(path)) < self._stale):
            return
        aside = path.with_name(f".{path.name}.{process_name()}.{threading.get_ident()}")
        with contextlib.suppress(OSError):  # another taker was quicker
            os.rename(path, aside)
            if _owner_of(aside) == owner:
                aside.unlink()
            else:  # between our look and our rename a living process had taken it: give it back
                os.link(aside, path)
                aside.unlink()

    def _age(self, path: Path) -> float:
        """Seconds since the last touch, by the clock of the file system itself: machines' clocks differ.

        Negative where the clock was set back since: a living owner's next touch makes that small again.
        """
        try:
            with tempfile.NamedTemporaryFile(prefix=".clock.", dir=self._folder) as now:
                return os.stat(now.name).st_mtime - os.stat(path).st_mtime
        except OSError:
            return 0.0

    def _keep(self) -> None:
        while not self._ended.wait(self._beat):
            with self._lock:
                held = list(self._held)
            for path in held:
                with contextlib.suppress(OSError):
                    os.utime(path)

    def close(self) -> None:
        """Stop the heart; leases that are still held are given back."""
        self._ended.set()
        with self._lock:
            held = list(self._held)
        for path in held:
            self._give_back(path)


def _owner_of(path: Path) -> str:
    """The owner that a lease names; empty for one that is just being made, or is gone."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
