"""The only home of bytes on their way: who owns a partial file, and how the next run takes over a dead one's.

A partial is `partial/<algorithm>-<hex>.<owner>`. Taking one over is a single rename, so exactly one
taker wins. No lock is needed for correctness: whatever two writers might do to one file, it is
hashed from its first byte before it counts.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import time
from pathlib import Path

from recipes_data.processes import is_running, process_name
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
    ours = store.partials / f"{prefix}.{process_name()}~{next(_COUNT)}"
    try:
        store.partials.mkdir(parents=True, exist_ok=True)
        # the fullest first: it saves the most bytes
        for found in sorted(store.partials.glob(f"{prefix}.*"), key=_size, reverse=True):
            if owner_is_alive(found):
                continue
            with contextlib.suppress(FileNotFoundError):  # another run was quicker
                os.rename(found, ours)
                return _owned(ours)
        ours.touch()
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


def _owned(partial: Path) -> Path:
    """The partial, as a file of our own user: only its owner may give a file its mode and time when it is right."""
    if partial.stat().st_uid != os.geteuid():
        copy = partial.with_name(f"{partial.name}.copy")
        shutil.copyfile(partial, copy)
        os.replace(copy, partial)
    return partial


def sweep_partials(store: Store, digest: str) -> None:
    """Remove dead runs' partials of a digest whose blob is there."""
    for found in store.partials.glob(f"{digest.replace(':', '-')}.*"):
        if not owner_is_alive(found):
            with contextlib.suppress(OSError):
                os.unlink(found)


def owner_is_alive(partial: Path) -> bool:
    """Whether the process that a partial's name tells of still runs (or, elsewhere, still writes)."""
    owner = partial.name.partition(".")[2].rpartition("~")[0]
    running = is_running(owner)
    if running is not None:
        return running
    try:
        # a time far in the future was written before a clock was set back
        return abs(time.time() - partial.stat().st_mtime) < _FOREIGN_IDLE_SECONDS
    except OSError:
        return True


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
