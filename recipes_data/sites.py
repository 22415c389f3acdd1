"""The only home of files that a manifest names by URL or by a path of this machine: listed, opened, brought.

What a URL without `://` names lies in the project, as `data/mine.jsonl` beside `manifests/`; its lock fits every
machine that has it there.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from io import FileIO
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from recipes_data.errors import GoneError, HubDownError, IntegrityError, NotOnHubError, UsageError
from recipes_data.hub.answers import Asked
from recipes_data.hub.connection import Connections
from recipes_data.hub.patience import Patience
from recipes_data.hub.transfer import Wanted
from recipes_data.remote import Remote, listed, remote_folder, shown_url
from recipes_data.store import Store
from recipes_data.writing import NotTaken, land

__all__ = ["Sites", "below", "giver_of", "is_local"]


class Sites:
    """The way to places that are no Hub. No token of ours goes there. Shared by threads.

    `connections` and `patience` are for http and https.
    """

    def __init__(self, connections: Connections, patience: Patience) -> None:
        self._connections = connections
        self._patience = patience

    def close(self) -> None:
        """Close the connections."""
        self._connections.close()

    def paths(self, url: str, project: Path) -> tuple[str, ...]:
        """Paths of the files below a folder of this machine or of a bucket, sorted by code points.

        Raises:
            NotOnHubError: there is no such folder here.
            HubDownError: a folder below it cannot be read: never a part of the files.
            UsageError, AuthError, HubDownError: as `remote.listed`.
        """
        if not is_local(url):
            return listed(url)
        folder = _path(url, project)
        if not folder.is_dir():
            raise NotOnHubError(f"{url}: there is no folder {folder}", "correct `url:` in the manifest")
        return tuple(sorted(path.relative_to(folder).as_posix() for path in _files(folder)))

    def open(self, url: str, asked: Asked, project: Path) -> Remote | None:
        """One file; None where there is none.

        Raises:
            UsageError: the URL cannot be read from here, or a driver is missing.
            AuthError, GatedError, HubDownError, RateLimitedError: the place does not give it.
        """
        if is_local(url):
            return _opened(_path(url, project))
        parts = urlsplit(url)
        folder, _, name = parts.path.rpartition("/")
        place = remote_folder(urlunsplit(parts._replace(path=folder)), self._connections, self._patience)
        return place.open(unquote(name) if parts.scheme in ("http", "https") else name, asked)

    def bring(self, wanted: Wanted, project: Path, store: Store, moved: Callable[[int], None]) -> str:
        """Bring a locked file into the store and return its sha256 (hex); a broken-off one is continued.

        Raises:
            GoneError: it is not there any more.
            IntegrityError: other bytes are there now.
            AuthError, GatedError, HubDownError, RateLimitedError, StoreError: it cannot be had, or not be written.
        """
        remote = self.open(wanted.url, wanted.asked, project)
        again = "recipes-data lock --upgrade takes what is there now; somebody who has the old bytes: --from PLACE"
        if remote is None:
            raise GoneError(f"{shown_url(wanted.url)} is not there any more; a lock pins it, so it was once", again)
        with contextlib.closing(remote):
            if remote.size is not None and remote.size != wanted.size:
                what = f"{shown_url(wanted.url)}: expected {wanted.size:,} bytes, got {remote.size:,}"
                raise IntegrityError(what, f"it changed since it was locked; {again}")
            try:
                return land(store, wanted.digest, wanted.size, remote, moved)
            except NotTaken as refused:
                raise IntegrityError(
                    f"{shown_url(wanted.url)}: {refused.reason}", f"it changed since it was locked; {again}"
                ) from refused


def is_local(url: str) -> bool:
    """Whether a URL names a path of this machine."""
    return "://" not in url or url.startswith("file://")


def giver_of(url: str) -> str:
    """Who gives what a URL names: scheme and host, or this machine."""
    parts = urlsplit(url)
    return "this machine" if is_local(url) else f"{parts.scheme}://{parts.netloc}"


def below(url: str, path: str) -> str:
    """The URL of a file below a place; its query, if it has one, stays."""
    if "://" not in url:
        return f"{url.rstrip('/')}/{path}"
    parts = urlsplit(url)
    name = quote(path) if parts.scheme in ("http", "https", "file") else path
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{name}"))


def _path(url: str, project: Path) -> Path:
    return Path(unquote(urlsplit(url).path)) if url.startswith("file://") else project / Path(url).expanduser()


class _Opened:
    """A file of this machine."""

    def __init__(self, path: Path, file: FileIO) -> None:
        self._path = path
        self._file = file
        self.size: int | None = path.stat().st_size

    def seek(self, position: int, /) -> object:
        return self._file.seek(position)

    def readinto(self, buffer: memoryview, /) -> int:
        try:
            return self._file.readinto(buffer) or 0
        except OSError as exc:
            raise _unreadable(self._path, exc) from exc

    def close(self) -> None:
        self._file.close()


def _files(folder: Path) -> Iterator[Path]:
    """Every file below a folder, also through links to files."""

    def refuse(exc: OSError) -> None:
        raise _unreadable(Path(exc.filename or folder), exc) from exc

    for above, _, names in os.walk(folder, onerror=refuse):
        yield from (path for path in (Path(above, name) for name in names) if path.is_file())


def _opened(path: Path) -> Remote | None:
    if path.is_dir():
        raise UsageError(f"{path} is a folder, not a file", "correct `url:` or `urls:` in the manifest")
    if path.exists() and not path.is_file():  # to open a pipe would wait for whoever writes to it
        raise UsageError(f"{path} is a pipe or a device, not a file", "correct `url:` or `urls:` in the manifest")
    try:
        return _Opened(path, FileIO(path))
    except FileNotFoundError:
        return None
    except OSError as exc:
        raise _unreadable(path, exc) from exc


def _unreadable(path: Path, exc: OSError) -> HubDownError:
    return HubDownError(f"{path} cannot be read: {exc.strerror or exc}", "check its permissions, and the disk")
