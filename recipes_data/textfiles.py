"""The only home of small text files that a command writes into a project: made anew or replaced, never half."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from recipes_data.errors import StoreError, unread, unwritten

__all__ = ["read_text", "remove_text", "write_new", "write_over"]


def write_new(path: Path, text: str) -> bool:
    """Publish a file where there is none; False, and nothing changed, where there is one.

    Raises:
        StoreError: the folder cannot be written.
    """
    return _publish(path, text, over=False)


def write_over(path: Path, text: str) -> None:
    """Publish a file in the place of another, or where there is none.

    Raises:
        StoreError: the folder cannot be written.
    """
    _publish(path, text, over=True)


def read_text(path: Path, *, as_it_ends: bool = False) -> str:
    """What a file holds; empty where there is none. Lines end with a line feed, or as they do in the file.

    Raises:
        StoreError: it cannot be read, or is not UTF-8.
    """
    try:
        with path.open(encoding="utf-8", newline="" if as_it_ends else None) as file:
            return file.read()
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as exc:
        raise StoreError(f"{path} cannot be read: {unread(exc)}", "check the file") from exc


def remove_text(path: Path) -> bool:
    """Delete a file; False where there is none.

    Raises:
        StoreError: the folder cannot be written.
    """
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    except OSError as exc:
        raise StoreError(f"{path} cannot be deleted: {exc.strerror}", unwritten(path, exc)) from exc
    return True


def _publish(path: Path, text: str, *, over: bool) -> bool:
    try:
        if not over and path.exists():
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
            umask = os.umask(0)
            os.umask(umask)
            os.chmod(temporary, 0o666 & ~umask)  # mkstemp makes 0600; a project is for the whole team
            return _named(temporary, path, over=over)
        except BaseException:
            with suppress(OSError):  # the first failure is the one to tell
                os.unlink(temporary)
            raise
    except OSError as exc:
        raise StoreError(f"{path} cannot be written: {exc.strerror or exc}", unwritten(path, exc)) from exc


def _named(temporary: str, path: Path, *, over: bool) -> bool:
    if over:
        os.replace(temporary, path)
        return True
    try:
        os.link(temporary, path)  # unlike a rename it fails where somebody was faster
    except FileExistsError:
        os.unlink(temporary)
        return False
    except OSError:  # a file system without links: the look before has to do
        os.replace(temporary, path)
        return True
    os.unlink(temporary)
    return True
