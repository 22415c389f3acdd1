"""The only home of the seal of a derived file: the time that says it is as it was written, without reading it.

A file that was read and found right carries modification time 1, as a verified blob does. One that was written and
not read since carries time 2 and, before its last bytes reach the disk, could still lose them with the power: it is
taken at its word while the machine has not started anew, and read once after that. Any later write shows in the time.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from pathlib import Path

__all__ = ["boot_name", "is_sealed", "seal"]

_READ, _WRITTEN = 1, 2  # seconds since the epoch


@functools.cache  # asked for at every file
def boot_name() -> str:
    """The time since this machine was started, by a name; empty where it has none."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""


def seal(path: Path) -> None:
    """Mark a file that was written whole and is about to get its name."""
    os.chmod(path, 0o444)
    os.utime(path, (_WRITTEN, _WRITTEN))


def is_sealed(path: Path, written_in: str, is_right: Callable[[], bool]) -> bool:
    """Whether a file is as it was written; `is_right` reads it, where the seal alone does not tell.

    `written_in`: `boot_name()` at the time of writing.
    """
    try:
        time = os.stat(path).st_mtime_ns
    except OSError:
        return False
    if time == _READ * 10**9 or (time == _WRITTEN * 10**9 and written_in and written_in == boot_name()):
        return True
    if not is_right():
        return False
    try:
        os.utime(path, (_READ, _READ))
    except OSError:
        pass  # somebody else's: it is read again the next time
    return True
