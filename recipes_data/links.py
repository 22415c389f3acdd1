"""The only home of folders of links: made beside their final name, published by one rename."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path

__all__ = ["is_link", "make_link", "publish_folder"]


def publish_folder(building: Path, final: Path, is_whole: Callable[[], bool]) -> None:
    """Rename a folder to its final name; a whole one that somebody else published meanwhile stays.

    One that is not whole is mended file by file, each by a rename: whoever reads a table that another process has
    just mended finds it there at every moment.
    """
    while True:
        try:
            os.rename(building, final)
        except OSError as exc:
            if is_whole():
                return
            if exc.errno not in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR):
                raise
        else:
            return
        files = sorted(building.iterdir())
        if final.is_dir() and not any((final / file.name).is_dir() for file in files):
            for file in files:
                os.replace(file, final / file.name)
            return
        # what stands there cannot be mended: it is moved away by one rename, never emptied in place
        aside = building.with_name(building.name + ".old")
        with contextlib.suppress(FileNotFoundError):  # somebody else was quicker
            os.rename(final, aside)
            _remove(aside)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def make_link(blob: Path, link: Path) -> None:
    """A relative symbolic link; where the file system has none, a hard link, then a copy."""
    try:
        os.symlink(os.path.relpath(blob, link.parent), link)
    except OSError:
        try:
            os.link(blob, link)
        except OSError:
            shutil.copyfile(blob, link)


def is_link(link: Path, blob: Path) -> bool:
    """Whether `link` stands for `blob`: by a link of either kind, or as a copy of its size."""
    try:
        theirs, ours = os.stat(link), os.stat(blob)
    except OSError:
        return False
    return theirs.st_size == ours.st_size and (os.path.samestat(theirs, ours) or not os.path.islink(link))
