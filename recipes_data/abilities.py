"""The only home of what the disk under a folder can do, found out by doing it in a folder that is removed again."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from recipes_data.store import VERIFIED_MTIME, disk_error

__all__ = ["Abilities", "allocation_refused", "existing_folder", "file_system", "try_out"]

_FICLONE = 0x40049409  # the ioctl that makes one file share another's blocks (linux/fs.h)
_HAMMERED_SECONDS = 0.03
_FILE_SYSTEMS_THAT_RESERVE = frozenset({"ext4", "xfs", "btrfs", "f2fs", "nfs", "nfs4", "lustre", "gpfs", "beegfs"})
_TRY_LOCK = """\
import fcntl, sys
try:
    fcntl.flock(open(sys.argv[1]), fcntl.LOCK_EX | fcntl.LOCK_NB)
except OSError:
    sys.exit(7)
"""


@dataclass(frozen=True, slots=True)
class Abilities:
    """What works in a folder; None where it could not be told.

    `rename_replaces`: a rename over a file never shows a reader none, or half of one. `flock`: a lock that one
    process holds is refused to another. `mtime_kept`: a modification time of 1 s after the epoch comes back.
    """

    rename_replaces: bool
    symlink: bool
    hard_link: bool
    reflink: bool
    flock: bool | None
    mtime_kept: bool
    case_sensitive: bool


def existing_folder(folder: Path) -> Path:
    """The folder, or the nearest one above it that exists."""
    while not folder.is_dir() and folder != folder.parent:
        folder = folder.parent
    return folder


def try_out(folder: Path) -> Abilities:
    """What works in `folder`, which must exist.

    Raises:
        StoreError: nothing can be written there.
    """
    try:
        with tempfile.TemporaryDirectory(prefix=".recipes-data-", suffix=".tmp", dir=folder) as made:
            here = Path(made)
            one = here / "one"
            one.write_bytes(b"1" * 4096)
            return Abilities(
                rename_replaces=_rename_replaces(here),
                symlink=_works(lambda: (here / "symlink").symlink_to("one"), here / "symlink"),
                hard_link=_works(lambda: (here / "hard").hardlink_to(one), here / "hard"),
                reflink=_works(lambda: _clone(one, here / "clone"), here / "clone"),
                flock=_flock(one),
                mtime_kept=_mtime_kept(one),
                case_sensitive=not (here / "ONE").exists(),
            )
    except OSError as exc:
        raise disk_error(exc, folder) from exc


def _works(attempt: Callable[[], object], made: Path) -> bool:
    try:
        attempt()
        return made.read_bytes() == b"1" * 4096
    except (OSError, NotImplementedError):
        return False


def _clone(source: Path, target: Path) -> None:
    try:
        from fcntl import ioctl  # not on Windows
    except ImportError as exc:
        raise NotImplementedError from exc
    with source.open("rb") as theirs, target.open("wb") as ours:
        ioctl(ours.fileno(), _FICLONE, theirs.fileno())


def _rename_replaces(folder: Path) -> bool:
    """Replace a file again and again while a thread reads it."""
    name, contents = folder / "replaced", (b"a" * 512, b"b" * 512)
    name.write_bytes(contents[0])
    ended = threading.Event()
    failed: list[bool] = []

    def read() -> None:
        while not ended.is_set():
            try:
                if name.read_bytes() not in contents:
                    failed.append(True)
            except OSError:
                failed.append(True)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        until = time.monotonic() + _HAMMERED_SECONDS
        while time.monotonic() < until and not failed:
            for content in contents:
                other = folder / "other"
                other.write_bytes(content)
                other.replace(name)
    except OSError:
        failed.append(True)
    finally:
        ended.set()
        reader.join()
    return not failed


def _flock(path: Path) -> bool | None:
    try:
        from fcntl import LOCK_EX, LOCK_NB, flock  # not on Windows
    except ImportError:
        return None
    with path.open("rb") as file:
        try:
            flock(file, LOCK_EX | LOCK_NB)
        except OSError:
            return False
        try:
            other = subprocess.run([sys.executable, "-IS", "-c", _TRY_LOCK, str(path)], check=False, timeout=20)
        except (OSError, subprocess.SubprocessError):
            return None
        return {0: False, 7: True}.get(other.returncode)


def _mtime_kept(path: Path) -> bool:
    try:
        os.utime(path, (VERIFIED_MTIME, VERIFIED_MTIME))
        return path.stat().st_mtime_ns == VERIFIED_MTIME * 10**9
    except OSError:
        return False


def file_system(path: Path) -> str:
    """The kind of file system (`ext4`, `nfs4`, `lustre`) that an existing path is on; empty where it is not known."""
    found = (0, "")
    try:
        real = path.resolve()
        for line in Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="replace").splitlines():
            left, _, right = line.partition(" - ")
            point = Path(left.split()[4].encode().decode("unicode_escape"))
            if real.is_relative_to(point) and len(point.parts) >= found[0]:
                found = (len(point.parts), right.split()[0])
    except (OSError, IndexError, ValueError):
        return ""
    return found[1]


def allocation_refused(folder: Path, size: int) -> str | None:
    """Reserve `size` bytes in `folder` and give them back: "" if that worked, "full" or "quota" if not.

    None where it cannot be tried: it is done only on Linux, and only on file systems that reserve without writing
    (elsewhere the bytes would be written, or taken from memory). It is the one way to learn of a quota that works
    alike on local disks and on those of a cluster.
    """
    if size > shutil.disk_usage(folder).free:
        return "full"  # without trying: that would leave nobody anything for a moment
    if sys.platform != "linux" or size <= 0 or file_system(folder) not in _FILE_SYSTEMS_THAT_RESERVE:
        return None
    try:
        reserve = ctypes.CDLL(None, use_errno=True).fallocate64
    except (OSError, AttributeError):
        return None
    reserve.argtypes = (ctypes.c_int, ctypes.c_int, ctypes.c_int64, ctypes.c_int64)
    with tempfile.TemporaryFile(prefix=".recipes-data-", suffix=".tmp", dir=folder) as file:
        if reserve(file.fileno(), 0, 0, size) == 0:
            return ""
        return {errno.ENOSPC: "full", errno.EDQUOT: "quota"}.get(ctypes.get_errno())
