"""The only home of one file's way from the Hub: asked for, continued where it broke off, asked for anew where wrong."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from recipes_data.errors import HubDownError, HubError, IntegrityError
from recipes_data.hub.answers import Asked, error_for
from recipes_data.hub.connection import Answer, ConnectionFailed, Connections
from recipes_data.hub.patience import Patience
from recipes_data.hub.redirects import following
from recipes_data.store import Store
from recipes_data.writing import Incoming

__all__ = ["Wanted", "transfer"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """One file to fetch: where it is, what it must turn out to be, what to call it in messages."""

    url: str
    size: int
    digest: str
    asked: Asked


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
    that was written, and of a negative one when bytes are given up.

    Raises:
        IntegrityError: the server gave other bytes, twice.
        HubError: the server refused, or kept failing.
        StoreError: the disk refused.
    """
    with Incoming(store, wanted.digest, wanted.size, moved) as incoming:
        _until_right(wanted, _Download(wanted, incoming, connections, auth), patience)
        return incoming.publish()


def _until_right(wanted: Wanted, download: _Download, patience: Patience) -> None:
    incoming = download.incoming
    # what a dead run left may be wrong: that says nothing about the server
    wrong = -1 if incoming.position else 0
    attempt = 0
    while True:
        patience.pass_gate()
        before = incoming.position
        try:
            if before < wanted.size or before == 0:
                download.once()
                patience.answered = True
        except HubError as error:
            # only tries that moved nothing count against the policy: a slow, cut line still arrives
            attempt = 1 if incoming.position > before else attempt + 1
            patience.wait_or_raise(error, attempt)
            continue
        if incoming.is_right:
            return
        found, count = incoming.found, incoming.position
        incoming.restart()
        wrong += 1
        if wrong == 2:
            raise IntegrityError(
                f"{wanted.asked}: expected {wanted.digest} ({wanted.size:,} bytes), got {found} "
                f"({count:,} bytes) from {wanted.asked.endpoint}, twice",
                "the bytes were deleted. A proxy or a damaged mirror may be in between; if the Hub itself "
                "changed the file, its commit would have changed: try again, then report it",
            )


class _Download:
    """One file and the bytes of it that are here; `once` asks the server for the rest."""

    def __init__(self, wanted: Wanted, incoming: Incoming, connections: Connections, auth: Mapping[str, str]) -> None:
        self.wanted = wanted
        self.incoming = incoming
        self.connections = connections
        self.auth = auth

    def once(self) -> None:
        """Ask for what is missing and write it until the answer ends.

        Raises:
            HubError: refused or broken off; what arrived is kept.
        """
        try:
            with contextlib.closing(self._answer()) as answer:
                self._accept(answer)
                self.incoming.fill(answer)
                if self.incoming.position < self.wanted.size and not _tells_its_end(answer):
                    raise ConnectionFailed("early-close", "closed before all bytes had come")
        except ConnectionFailed as exc:
            if self.incoming.position == self.wanted.size > 0:
                return  # all that was promised is here: the digest decides
            raise HubDownError(
                f"{urlsplit(self.wanted.url).netloc}: the connection failed while fetching {self.wanted.asked} "
                f"({exc.kind}: {exc.detail}); {self.incoming.position:,} of {self.wanted.size:,} bytes are here",
                "run the same command again; what was fetched is kept",
                connected=exc.kind not in ("connect", "proxy", "tls"),
            ) from exc

    def _answer(self) -> Answer:
        position = self.incoming.position
        return following(
            self.connections,
            self.wanted.url,
            {"Range": f"bytes={position}-"} if position else {},
            auth=self.auth,
            home=self.wanted.asked.endpoint,
            called=str(self.wanted.asked),
        )

    def _accept(self, answer: Answer) -> None:
        """See that the answer continues at our position, or begin anew where it does not."""
        if answer.status == 200 and _is_page(answer, self.wanted.asked.path):
            raise HubError(
                f"{urlsplit(self.wanted.url).netloc} answered with a web page instead of {self.wanted.asked}",
                "a proxy's or a network's log-in page? open any page in a browser, check HTTPS_PROXY, run again",
            )
        if self.incoming.position and answer.status in (200, 416):
            self.incoming.restart()  # a range that the server does not serve: the whole file then
            if answer.status == 416:
                raise HubDownError(f"the server refused to continue {self.wanted.asked}", "run the same command again")
            return
        if answer.status == 206:
            start = answer.headers.get("content-range", "").removeprefix("bytes ").split("-")[0]
            if start != str(self.incoming.position):
                self.incoming.restart()
                what = f"the server sent another range of {self.wanted.asked}"
                raise HubDownError(what, "run the same command again")
            return
        if answer.status != 200:
            raise error_for(answer.status, answer.headers, self.wanted.asked)


def _tells_its_end(answer: Answer) -> bool:
    """Whether a body's end can be told from a connection that broke."""
    return "content-length" in answer.headers or "transfer-encoding" in answer.headers


def _is_page(answer: Answer, path: str) -> bool:
    """Whether this is HTML where data was asked for, as captive portals answer."""
    return answer.headers.get("content-type", "").startswith("text/html") and not path.endswith((".html", ".htm"))
