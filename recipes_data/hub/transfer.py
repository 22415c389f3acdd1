"""The bytes of one file: streamed to a partial, hashed while written, resumed, renamed after the check."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from recipes_data.errors import HubDownError, HubError, IntegrityError
from recipes_data.hub.answers import Asked, error_for
from recipes_data.hub.connection import Answer, ConnectionFailed, Connections
from recipes_data.hub.patience import Patience
from recipes_data.partials import claim_partial, leave_partial, sweep_partials
from recipes_data.store import Store, disk_error

__all__ = ["Wanted", "transfer"]

_BLOCK = 1 << 20
_MAX_REDIRECTS = 10


@dataclass(frozen=True, slots=True)
class Wanted:
    """One file to fetch: where it is, what it must turn out to be, what to call it in messages."""

    url: str
    size: int
    digest: str
    asked: Asked


class _Hashes:
    """Digests of the bytes so far: sha256 always, and the git blob id where that is the promise."""

    def __init__(self, wanted: Wanted) -> None:
        self.sha256 = hashlib.sha256()
        self.git = None
        if wanted.digest.startswith("git-sha1:"):
            self.git = hashlib.sha1(b"blob %d\0" % wanted.size, usedforsecurity=False)

    def update(self, block: memoryview) -> None:
        self.sha256.update(block)
        if self.git is not None:
            self.git.update(block)

    def digest(self) -> str:
        return f"git-sha1:{self.git.hexdigest()}" if self.git else f"sha256:{self.sha256.hexdigest()}"


def transfer(
    wanted: Wanted,
    *,
    store: Store,
    connections: Connections,
    auth: Mapping[str, str],
    patience: Patience,
    moved: Callable[[int], None] = lambda count: None,
) -> str:
    """Bring one file into the store and return its sha256 (hex).

    `auth` headers go to the origin of `asked.endpoint` alone. `moved` is told of every byte count
    that was written, and of a negative one when bytes are thrown away.

    Raises:
        IntegrityError: the server gave other bytes, twice.
        HubError: the server refused, or kept failing.
        StoreError: the disk refused.
    """
    partial = claim_partial(store, wanted.digest)
    try:
        with open(partial, "r+b", buffering=0) as file:
            hashes = _until_right(wanted, _Download(wanted, file, connections, auth, moved), patience)
            os.fsync(file.fileno())
    except IntegrityError:
        _remove(partial)
        raise
    except OSError as exc:
        leave_partial(partial)
        raise disk_error(exc, partial) from exc
    except BaseException:
        leave_partial(partial)
        raise
    sha256 = hashes.sha256.hexdigest()
    algorithm, _, value = wanted.digest.partition(":")
    store.publish(partial, sha256, git_sha1=value if algorithm == "git-sha1" else None)
    sweep_partials(store, wanted.digest)
    return sha256


def _until_right(wanted: Wanted, download: _Download, patience: Patience) -> _Hashes:
    # what a dead run left may be wrong: that says nothing about the server
    wrong = -1 if download.position else 0
    attempt = 0
    while True:
        patience.pass_gate()
        before = download.position
        try:
            if before < wanted.size or before == 0:
                download.once()
                patience.answered = True
        except HubError as error:
            # only tries that moved nothing count against the policy: a slow, cut line still arrives
            attempt = 1 if download.position > before else attempt + 1
            patience.wait_or_raise(error, attempt)
            continue
        found = download.hashes.digest()
        if found == wanted.digest and download.position == wanted.size:
            return download.hashes
        wrong += 1
        if wrong == 2:
            raise IntegrityError(
                f"{wanted.asked}: expected {wanted.digest} ({wanted.size:,} bytes), got {found} "
                f"({download.position:,} bytes) from {wanted.asked.endpoint}, twice",
                "the bytes were deleted. A proxy or a damaged mirror may be in between; if the Hub itself "
                "changed the file, its commit would have changed: try again, then report it",
            )
        download.restart()


class _Download:
    """One partial file and the bytes it has; `once` asks the server for the rest."""

    def __init__(
        self,
        wanted: Wanted,
        file: FileIO,
        connections: Connections,
        auth: Mapping[str, str],
        moved: Callable[[int], None],
    ) -> None:
        self.wanted = wanted
        self.file = file
        self.connections = connections
        self.auth = auth
        self.moved = moved
        self.position = 0
        self.hashes = _Hashes(wanted)
        self.buffer = memoryview(bytearray(_BLOCK))
        self._hash_what_is_there()

    def _hash_what_is_there(self) -> None:
        if os.fstat(self.file.fileno()).st_size > self.wanted.size:
            self.file.truncate(0)
        while count := self.file.readinto(self.buffer):
            self.hashes.update(self.buffer[:count])
            self.position += count
        self.moved(self.position)

    def restart(self) -> None:
        """Throw away what is there."""
        self.file.truncate(0)
        self.file.seek(0)
        self.moved(-self.position)
        self.position = 0
        self.hashes = _Hashes(self.wanted)

    def once(self) -> None:
        """Ask for what is missing and write it until the answer ends.

        Raises:
            HubError: refused or broken off; what arrived is kept.
        """
        try:
            with contextlib.closing(self._answer()) as answer:
                self._accept(answer)
                self._write(answer)
        except ConnectionFailed as exc:
            if self.position == self.wanted.size > 0:
                return  # all that was promised is here: the digest decides
            raise HubDownError(
                f"{urlsplit(self.wanted.url).netloc}: the connection failed while fetching {self.wanted.asked} "
                f"({exc.kind}: {exc.detail}); {self.position:,} of {self.wanted.size:,} bytes are here",
                "run the same command again; what was fetched is kept",
                connected=exc.kind not in ("connect", "proxy", "tls"),
            ) from exc

    def _answer(self) -> Answer:
        url = self.wanted.url
        home = _origin(self.wanted.asked.endpoint)
        for _ in range(_MAX_REDIRECTS):
            headers = dict(self.auth) if _origin(url) == home else {}
            if self.position:
                headers["Range"] = f"bytes={self.position}-"
            answer = self.connections.open(url, headers=headers)
            if answer.status not in (301, 302, 303, 307, 308) or "location" not in answer.headers:
                return answer
            answer.close()
            url = urljoin(url, answer.headers["location"])
        raise HubError(f"{self.wanted.asked}: more than {_MAX_REDIRECTS} redirects", "check HF_ENDPOINT and the proxy")

    def _accept(self, answer: Answer) -> None:
        """See that the answer continues at our position, or begin anew where it does not."""
        if answer.status == 200 and _is_page(answer, self.wanted.asked.path):
            raise HubError(
                f"{urlsplit(self.wanted.url).netloc} answered with a web page instead of {self.wanted.asked}",
                "a proxy's or a network's log-in page? open any page in a browser, check HTTPS_PROXY, run again",
            )
        if self.position and answer.status in (200, 416):
            self.restart()  # a range that the server does not serve: the whole file then
            if answer.status == 416:
                raise HubDownError(f"the server refused to continue {self.wanted.asked}", "run the same command again")
            return
        if answer.status == 206:
            start = answer.headers.get("content-range", "").removeprefix("bytes ").split("-")[0]
            if start != str(self.position):
                self.restart()
                what = f"the server sent another range of {self.wanted.asked}"
                raise HubDownError(what, "run the same command again")
            return
        if answer.status != 200:
            raise error_for(answer.status, answer.headers, self.wanted.asked)

    def _write(self, answer: Answer) -> None:
        # one byte more than is promised is asked for, so that a longer file is seen as one
        while self.position <= self.wanted.size:
            room = min(_BLOCK, self.wanted.size - self.position + 1)
            count = answer.readinto(self.buffer[:room])
            if count == 0:
                break
            block = self.buffer[:count]
            written = 0
            while written < count:
                written += self.file.write(block[written:])
            self.hashes.update(block)
            self.position += count
            self.moved(count)
        if self.position < self.wanted.size and not _tells_its_end(answer):
            raise ConnectionFailed("early-close", "closed before all bytes had come")


def _tells_its_end(answer: Answer) -> bool:
    """Whether a body's end can be told from a connection that broke."""
    return "content-length" in answer.headers or "transfer-encoding" in answer.headers


def _is_page(answer: Answer, path: str) -> bool:
    """Whether this is HTML where data was asked for, as captive portals answer."""
    return answer.headers.get("content-type", "").startswith("text/html") and not path.endswith((".html", ".htm"))


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    port = parts.port or {"https": 443, "http": 80}.get(parts.scheme)
    return parts.scheme, parts.hostname, port


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        os.unlink(path)
