"""The only home of what a source of bytes is, and of one of them: the user's own Hub cache.

Once a lock names a digest, its bytes may come from anywhere: what they are decides, not who gave
them. A source is asked before the Hub; everything it gives is hashed while it is written, and
nothing of the source is ever changed, linked to or locked.
"""

from __future__ import annotations

import errno
import os
import re
import stat
import threading
from collections.abc import Callable, Iterable, Mapping
from io import FileIO
from pathlib import Path
from typing import Protocol

from recipes_data.hub.answers import Asked
from recipes_data.hub.transfer import Wanted
from recipes_data.store import Store
from recipes_data.writing import NotTaken, land

__all__ = ["HubCache", "Source", "bring_first", "cache_folder_name", "hub_cache_folder", "is_plain_path", "take_file"]

_VARIABLE = re.compile(r"\$(?:(\w+)|\{([^}]*)\})")
_ABSENT = {errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG, errno.EISDIR, errno.ENXIO}


class Source(Protocol):
    """Somewhere that bytes may be had by their digest. Asked by many threads at once."""

    @property
    def name(self) -> str:
        """What a user reads: `your Hub cache (/home/x/.cache/huggingface/hub)`."""
        ...

    @property
    def needs_network(self) -> bool:
        """Whether an offline run must not ask it."""
        ...

    def close(self) -> None:
        """Let go of what it holds open."""
        ...

    def bring(self, wanted: Wanted, store: Store, moved: Callable[[int], None]) -> str | None:
        """Bring the bytes of `wanted.digest` into the store, and return their sha256 (hex).

        None: this source has not got them, or what it has is wrong or cannot be read (which is told
        as a note); nothing of it has got a name in the store.

        Raises:
            StoreError: the disk refused.
        """
        ...


def bring_first(
    sources: Iterable[Source], wanted: Wanted, store: Store, moved: Callable[[int], None]
) -> tuple[str, Source] | None:
    """The sha256 (hex) of the wanted bytes and the first source that gave them, or None.

    Raises:
        StoreError: the disk refused.
    """
    for source in sources:
        sha256 = source.bring(wanted, store, moved)
        if sha256 is not None:
            return sha256, source
    return None


class HubCache:
    """The cache that huggingface_hub keeps, read only: `{datasets,models}--ORG--NAME/blobs/DIGEST`.

    A blob's name is the ETag: the sha256 of an LFS file, the git id of any other; so a file is found
    by its digest, also under another name of its repository (`datasets--gsm8k` has what
    `openai/gsm8k` has). Where the system has no symbolic links, the Hub client keeps no blobs, and
    the file is looked for in the snapshot of its commit. `note` is told what was there and not taken.
    """

    needs_network = False

    def __init__(self, folder: Path, *, note: Callable[[str], None]) -> None:
        self.folder = folder
        self._note = note
        self._lock = threading.Lock()
        self._blobs: dict[str, list[Path]] | None = None

    @property
    def name(self) -> str:
        """What a user reads."""
        return f"your Hub cache ({self.folder})"

    def close(self) -> None:
        """Hold nothing open."""

    def bring(self, wanted: Wanted, store: Store, moved: Callable[[int], None]) -> str | None:
        """As `Source.bring` says."""
        for path in self._paths(wanted):
            try:
                sha256 = take_file(path, wanted, store, moved)
            except NotTaken as refused:
                self._note(f"{self.name}: {wanted.asked.path} was not taken: {refused.reason}; it is {path}")
                continue
            if sha256 is not None:
                return sha256
        return None

    def _paths(self, wanted: Wanted) -> Iterable[Path]:
        repository = self.folder / cache_folder_name(wanted.asked)
        name = wanted.digest.partition(":")[2]
        own = repository / "blobs" / name
        yield own
        snapshot = repository / "snapshots" / wanted.asked.revision / wanted.asked.path
        if is_plain_path(wanted.asked.revision) and is_plain_path(wanted.asked.path) and not _is_link(snapshot):
            yield snapshot  # a link leads to a blob, which was just seen
        yield from (path for path in self._everywhere().get(name, ()) if path != own)

    def _everywhere(self) -> Mapping[str, list[Path]]:
        """Where each blob of the whole cache lies; listed once, when the first file is not where it should be."""
        with self._lock:
            if self._blobs is None:
                self._blobs = {}
                for blobs in _folders(self.folder):
                    for name in _names(blobs):
                        self._blobs.setdefault(name, []).append(blobs / name)
            return self._blobs


def _folders(cache: Path) -> list[Path]:
    return [cache / name / "blobs" for name in sorted(_names(cache)) if name.startswith(("datasets--", "models--"))]


def _names(folder: Path) -> list[str]:
    try:
        return [path.name for path in folder.iterdir()]
    except OSError:  # none there, or not ours to read
        return []


def _is_link(path: Path) -> bool:
    try:
        return path.is_symlink()
    except OSError:
        return False


def cache_folder_name(asked: Asked) -> str:
    """The folder of a repository in a Hub cache: `datasets--ORG--NAME`."""
    return f"{asked.repo_type}s--{asked.repo.replace('/', '--')}"


def is_plain_path(path: str) -> bool:
    """Whether a relative path (with `/`) stays where it is put: no way up, no root, no other separator, no NUL."""
    parts = path.split("/")
    return not any(part in ("", ".", "..") for part in parts) and not re.search(r"[\\\0]|^[A-Za-z]:", path)


def take_file(path: Path, wanted: Wanted, store: Store, moved: Callable[[int], None]) -> str | None:
    """Bring wanted bytes from a file of this machine: its blocks are shared where the file system can, else copied.

    The file is only read, and never linked to: its owner may write to it. Returns the sha256 (hex),
    or None where there is no such file.

    Raises:
        NotTaken: it is of another size, has other bytes, or cannot be read.
        StoreError: the disk refused.
    """
    try:
        # a pipe or a device in its place must not make us wait
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except (OSError, ValueError) as exc:
        if isinstance(exc, ValueError) or exc.errno in _ABSENT:
            return None
        raise NotTaken(f"it cannot be read ({exc.strerror or exc})") from exc
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        return None
    with FileIO(descriptor) as file:
        if status.st_size != wanted.size:
            raise NotTaken(f"expected {wanted.size:,} bytes, got {status.st_size:,}")
        return land(store, wanted.digest, wanted.size, file, moved, descriptor=descriptor)


def hub_cache_folder(environ: Mapping[str, str]) -> Path:
    """The Hub cache of this environment, by huggingface_hub's own rule, without importing it.

    `HF_HUB_CACHE`, else `HUGGINGFACE_HUB_CACHE`, else `hub` in `HF_HOME`, else `huggingface/hub` in
    `XDG_CACHE_HOME` or `~/.cache`. An empty variable counts as none.
    """
    named = environ.get("HF_HUB_CACHE") or environ.get("HUGGINGFACE_HUB_CACHE")
    if not named:
        home = environ.get("HF_HOME") or f"{environ.get('XDG_CACHE_HOME') or '~/.cache'}/huggingface"
        named = f"{home}/hub"
    return Path(os.path.normpath(_expanded(named, environ))).absolute()


def _expanded(path: str, environ: Mapping[str, str]) -> str:
    """`~` and variables as `os.path` has them, of the environment that is handed in."""
    if path == "~" or path.startswith("~/"):
        path = (environ.get("HOME") or str(Path.home())) + path[1:]
    return _VARIABLE.sub(lambda match: environ.get(match[1] or match[2], match[0]), path)
