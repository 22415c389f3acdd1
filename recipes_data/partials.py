"""The only home of bytes on their way: who owns a partial file, and how the next run takes over a dead one's.

A partial is `partial/<algorithm>-<hex>.<owner>`. Taking one over is a single rename, so exactly one
taker wins. No lock is needed for correctness: whatever two writers might do to one file, it is
hashed from its first byte before it counts.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import socket
import time
from pathlib import Path

from recipes_data.store import Store, disk_error

__all__ = ["claim_partial", "leave_partial", "owner_is_alive", "sweep_partials"]

_COUNT = itertools.count()
_FOREIGN_IDLE_SECONDS = 120  # another machine's partial: alive as long as its file still grows


def claim_partial(store: Store, digest: str) -> Path:
    """A partial file for `digest` that is ours alone: a dead run's, with its bytes, or a new empty one.

    Raises:
        StoreError: the disk refused.
    """
    prefix = digest.replace(":", "-")
    ours = store.partials / f"{prefix}.{_owner()}"
    try:
        store.partials.mkdir(parents=True, exist_ok=True)
        # the fullest first: it saves the most bytes
        for found in sorted(store.partials.glob(f"{prefix}.*"), key=_size, reverse=True):
            if owner_is_alive(found):
                continue
            with contextlib.suppress(FileNotFoundError):  # another run was quicker
                os.rename(found, ours)
                return ours
        ours.touch(mode=0o644)
    except OSError as exc:
        raise disk_error(exc, ours) from exc
    return ours


def leave_partial(partial: Path) -> None:
    """Give up a partial that is ours: an empty one goes, another gets a name that tells of no living owner.

    The next run continues it, also one in this same process.
    """
    digest, _, owner = partial.name.partition(".")
    with contextlib.suppress(OSError):
        if partial.stat().st_size == 0:
            partial.unlink()
        else:
            partial.rename(partial.with_name(f"{digest}.left-{owner.replace('~', '-')}"))


def sweep_partials(store: Store, digest: str) -> None:
    """Remove dead runs' partials of a digest whose blob is there."""
    for found in store.partials.glob(f"{digest.replace(':', '-')}.*"):
        if not owner_is_alive(found):
            with contextlib.suppress(OSError):
                os.unlink(found)


def owner_is_alive(partial: Path) -> bool:
    """Whether the process that a partial's name tells of still runs (or, elsewhere, still writes)."""
    try:
        host, pid, started, _ = partial.name.split(".", 1)[1].rsplit("~", 3)
        number = int(pid)
    except (IndexError, ValueError):
        return False
    if host != _host():
        try:
            return time.time() - partial.stat().st_mtime < _FOREIGN_IDLE_SECONDS
        except OSError:
            return True
    try:
        os.kill(number, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        pass  # it runs, but belongs to somebody else
    return started == _started(number)


def _owner() -> str:
    pid = os.getpid()
    return f"{_host()}~{pid}~{_started(pid)}~{next(_COUNT)}"


def _host() -> str:
    """The machine, and within it the name space of process numbers: containers may share a host's name."""
    try:
        space = os.readlink("/proc/self/ns/pid").strip("pid:[]")
    except OSError:
        space = "0"
    return socket.gethostname().replace("~", "-").replace("/", "-") + f"-{space}"


def _started(pid: int) -> str:
    """When a process started, in the kernel's ticks: process numbers come round again."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return "0"
    return stat.rsplit(")", 1)[1].split()[19]


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
