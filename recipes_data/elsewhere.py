"""The only home of `--from PLACE`: what a file may be called at a place that somebody names.

That is found out by trying, in this order:

    store          blobs/sha256/ab/HEX                     a recipes-data store
    cache          datasets--ORG--NAME/blobs/HEX           a Hub cache
    hub            datasets/ORG/NAME/resolve/COMMIT/PATH   a Hub, or a colleague's `recipes-data serve` (http and https
                                                           only); then its `main`: a served folder has its own commits
    repositories   datasets/ORG/NAME/PATH                  a folder of repositories
    bare           PATH                                    the files of one repository, the original release

Names that are digests come first: they cannot mean another version. Then the one that pins a commit,
then those by path, the longer before the shorter, which may be another dataset's. The layout that gave
a file is asked first from then on, and over a network it alone.
"""

from __future__ import annotations

import contextlib
import dataclasses
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Self
from urllib.parse import unquote, urlsplit

from recipes_data.errors import AuthError, GatedError, HubDownError, HubError, RateLimitedError, UsageError
from recipes_data.hub.answers import Asked
from recipes_data.hub.connection import Connections
from recipes_data.hub.patience import Patience
from recipes_data.hub.retry import Policy
from recipes_data.hub.transfer import Wanted
from recipes_data.remote import RemoteFolder, is_on_the_network, remote_folder, shown_url
from recipes_data.sources import cache_folder_name, is_plain_path, take_file
from recipes_data.store import Store
from recipes_data.writing import NotTaken, land

__all__ = ["From"]

_LAYOUTS = ("store", "cache", "hub", "repositories", "bare")
_SHA256 = re.compile(r"[0-9a-f]{64}\Z")


class From:
    """A source that somebody named: a folder, or a URL.

    A place that keeps failing is left alone for the rest of the run. `note` is told, once for each
    text, what was there and not taken. Use it in a `with`, or `close` it.

    Raises:
        UsageError: the place is neither a folder nor a URL that can be read, or needs a driver.
    """

    def __init__(
        self,
        place: str,
        *,
        environ: Mapping[str, str],
        note: Callable[[str], None],
        patience: Patience | None = None,
    ) -> None:
        self._note = note
        self._told: set[str] = set()
        self._lock = threading.Lock()
        self._layout: str | None = None
        self._rests = False
        self._connections = Connections(environ=environ)
        self._folder = _folder(place)
        self._remote: RemoteFolder | None = None
        self.name = str(self._folder)
        self.needs_network = self._is_web = False
        if self._folder is None:
            # a patience of its own: what this place asks for is no reason to keep the Hub waiting
            self._remote = remote_folder(place, self._connections, patience or Patience(Policy(retries=2, budget=30.0)))
            self.name = shown_url(place)
            self.needs_network = is_on_the_network(place)
            self._is_web = urlsplit(place).scheme in ("http", "https")

    def close(self) -> None:
        """Close the connections."""
        self._connections.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def bring(self, wanted: Wanted, store: Store, moved: Callable[[int], None]) -> str | None:
        """As `Source.bring` says."""
        asked = dataclasses.replace(wanted.asked, endpoint=self.name, token_sent=False)
        wanted = dataclasses.replace(wanted, asked=asked)
        forbidden = False
        try:
            for layout, path in self._candidates(wanted.digest, asked):
                if self._rests:
                    return None
                try:
                    sha256 = self._take(path, wanted, store, moved)
                except NotTaken as refused:
                    self._tell(f"{self.name}: {asked.path} was not taken: {refused.reason}; it is {path} there")
                except (HubDownError, RateLimitedError):
                    raise
                except HubError:
                    forbidden = True  # some servers also say that of what is not there
                else:
                    if sha256 is not None:
                        self._layout = layout
                        return sha256
        except (HubDownError, RateLimitedError, UsageError) as error:
            self._rests = True
            self._tell(f"{self.name} is not asked again in this run: {error.what}")
        if forbidden:
            self._tell(f"{self.name} refuses to be read (no Hub token is ever sent there)")
        return None

    def _take(self, path: str, wanted: Wanted, store: Store, moved: Callable[[int], None]) -> str | None:
        if self._folder is not None:
            return take_file(self._folder / path, wanted, store, moved)
        remote = self._remote.open(path, wanted.asked) if self._remote is not None else None
        if remote is None:
            return None
        with contextlib.closing(remote):
            if remote.size is not None and remote.size != wanted.size:
                raise NotTaken(f"expected {wanted.size:,} bytes, got {remote.size:,}")
            return land(store, wanted.digest, wanted.size, remote, moved)

    def _candidates(self, digest: str, asked: Asked) -> Iterator[tuple[str, str]]:
        """Layout and path below the place, the likeliest first."""
        known = self._layout
        order = sorted(_LAYOUTS, key=lambda layout: layout != known)
        for layout in order[:1] if known and self.needs_network else order:
            if layout == "hub" and not self._is_web:
                continue
            algorithm, _, value = digest.partition(":")
            if layout == "store" and algorithm != "sha256":
                value = self._word(f"known/{algorithm}/{value[:2]}/{value}", asked)
                if not _SHA256.match(value):
                    continue
            yield from ((layout, path) for path in _paths(layout, value, asked) if is_plain_path(path))

    def _word(self, path: str, asked: Asked) -> str:
        """What a small file there says, at most 100 bytes of it; empty where there is none."""
        buffer = memoryview(bytearray(100))
        count = 0
        if self._folder is not None:
            with contextlib.suppress(OSError):
                if (self._folder / path).is_file():
                    with (self._folder / path).open("rb", buffering=0) as file:
                        count = file.readinto(buffer) or 0
        elif self._remote is not None:
            with contextlib.suppress(AuthError, GatedError):
                remote = self._remote.open(path, asked)
                if remote is not None:
                    with contextlib.closing(remote):
                        count = remote.readinto(buffer)
        return bytes(buffer[:count]).decode("ascii", errors="replace").strip()

    def _tell(self, text: str) -> None:
        with self._lock:
            if text in self._told:
                return
            self._told.add(text)
        self._note(text)


def _paths(layout: str, value: str, asked: Asked) -> list[str]:
    """What a file is called in a layout; `value` is the hex of its digest."""
    kind, repo, path = f"{asked.repo_type}s", asked.repo, asked.path
    if layout == "store":
        return [f"blobs/sha256/{value[:2]}/{value}"]
    if layout == "cache":
        return [f"{cache_folder_name(asked)}/blobs/{value}"]
    if layout == "hub":
        page = f"{kind}/{repo}" if kind == "datasets" else repo
        return [f"{page}/resolve/{asked.revision}/{path}", f"{page}/resolve/main/{path}"]
    return [f"{kind}/{repo}/{path}" if layout == "repositories" else path]


def _folder(place: str) -> Path | None:
    """The folder that a place names, or None where it names a URL of something else.

    Raises:
        UsageError: no such folder.
    """
    if place.startswith("file:"):
        parts = urlsplit(place)
        if parts.netloc not in ("", "localhost"):
            raise UsageError(f"{place}: a file:// URL of another machine", "write it as file:///PATH, or just PATH")
        folder = Path(unquote(parts.path))
    elif "://" in place:
        return None
    else:
        folder = Path(place).expanduser()
    if not folder.is_dir():
        raise UsageError(
            f"{place}: neither a URL nor a folder", "give https://..., s3://..., or a folder that is there"
        )
    return folder.absolute()
