"""The only home of the loopback proxy and the private authority that tests of the network path share.

    authority = trustme.CA()
    with https_origin(authority, pages) as origin:
        with loopback_proxy("user", "pass", {"hub.test": origin.port}) as proxy:
            ...  # https://hub.test exists through proxy.url alone: no name server knows it

Both servers remember every request's head, so a test can say what the other side never saw.
"""

from __future__ import annotations

import base64
import contextlib
import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit

import trustme

__all__ = ["Origin", "Page", "Proxy", "Seen", "https_origin", "loopback_proxy", "origin", "write_authority"]

_HOST = "hub.test"
"""A name that only the proxy knows (RFC 2606 keeps .test out of the real name system)."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The head of one request: its first line's words, its headers with lower-case names."""

    method: str
    target: str
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Page:
    """What an origin answers at a path."""

    body: bytes
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Origin:
    """A running server: its port on 127.0.0.1 and what it was asked."""

    port: int
    seen: list[Seen]


@dataclass(frozen=True, slots=True)
class Proxy:
    """A running proxy: its port, its URL with the credentials (percent-encoded), what it was asked."""

    port: int
    url: str
    seen: list[Seen]


def write_authority(authority: trustme.CA, path: Path) -> Path:
    """Write the authority's own certificate, for SSL_CERT_FILE and its like; returns the path."""
    authority.cert_pem.write_to_path(path)
    return path


@contextlib.contextmanager
def origin(pages: Mapping[str, Page]) -> Iterator[Origin]:
    """Serve pages by path over http; anything else is 404."""
    with _serving(_Pages, pages, None) as (port, seen):
        yield Origin(port, seen)


@contextlib.contextmanager
def https_origin(authority: trustme.CA, pages: Mapping[str, Page]) -> Iterator[Origin]:
    """The same over https, with a certificate of the authority for hub.test, localhost and 127.0.0.1."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(_HOST, "localhost", "127.0.0.1").configure_cert(context)
    with _serving(_Pages, pages, context) as (port, seen):
        yield Origin(port, seen)


@contextlib.contextmanager
def loopback_proxy(user: str, password: str, hosts: Mapping[str, int] | None = None) -> Iterator[Proxy]:
    """A proxy (CONNECT for https, forwarding for http) that wants Basic credentials.

    `hosts` gives names a port on 127.0.0.1, whatever port was asked for; other hosts must be loopback itself.
    """
    wanted = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
    with _serving(_Forward, (wanted, dict(hosts or {})), None) as (port, seen):
        yield Proxy(port, f"http://{quote(user, safe='')}:{quote(password, safe='')}@127.0.0.1:{port}", seen)


@contextlib.contextmanager
def _serving(
    handler: type[socketserver.StreamRequestHandler], given: object, context: ssl.SSLContext | None
) -> Iterator[tuple[int, list[Seen]]]:
    seen: list[Seen] = []

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        # A handler may sit in a kept-alive connection that the client never closes.
        block_on_close = False

        def finish_request(self, request: socket.socket, client_address: object) -> None:  # type: ignore[override]
            if context is None:
                handler(request, client_address, self)
                return
            with contextlib.suppress(OSError), context.wrap_socket(request, server_side=True) as wrapped:
                handler(wrapped, client_address, self)

        def handle_error(self, request: object, client_address: object) -> None:
            """A client that hangs up is part of many tests."""

    with Server(("127.0.0.1", 0), handler) as server:
        server.seen, server.given = seen, given  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield server.server_address[1], seen
        finally:
            server.shutdown()


class _Http(socketserver.StreamRequestHandler):
    """Reads the heads of requests, one connection through."""

    def next_request(self) -> Seen | None:
        words = self.rfile.readline().decode("latin-1").split()
        headers: dict[str, str] = {}
        while line := self.rfile.readline().decode("latin-1").strip():
            name, _, value = line.partition(":")
            known = headers.get(name.lower())
            headers[name.lower()] = value.strip() if known is None else f"{known}, {value.strip()}"
        if len(words) < 2:
            return None
        seen = Seen(words[0], words[1], headers)
        self.server.seen.append(seen)  # type: ignore[attr-defined]
        return seen

    def answer(self, page: Page) -> None:
        headers = {"Content-Length": str(len(page.body)), **page.headers}
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self.wfile.write(f"HTTP/1.1 {page.status} -\r\n{head}\r\n".encode() + page.body)


class _Pages(_Http):
    def handle(self) -> None:
        while seen := self.next_request():
            pages: Mapping[str, Page] = self.server.given  # type: ignore[attr-defined]
            self.answer(pages.get(urlsplit(seen.target).path, Page(b"no such page", 404)))


class _Forward(_Http):
    def handle(self) -> None:
        seen = self.next_request()
        if seen is None:
            return
        wanted, hosts = self.server.given  # type: ignore[attr-defined]
        if seen.headers.get("proxy-authorization") != wanted:
            self.answer(Page(b"", 407, {"Proxy-Authenticate": 'Basic realm="loopback"', "Connection": "close"}))
            return
        parts = urlsplit(f"//{seen.target}" if seen.method == "CONNECT" else seen.target)
        host = parts.hostname or ""
        if host not in hosts and host not in ("localhost", "127.0.0.1"):
            self.answer(Page(b"", 502, {"Connection": "close"}))
            return
        with socket.create_connection(("127.0.0.1", hosts.get(host, parts.port or 80))) as onward:
            if seen.method == "CONNECT":
                self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            else:
                onward.sendall(_forwarded(seen))
            back = threading.Thread(target=_pump, args=(onward, self.connection), daemon=True)
            back.start()
            _pump(self.connection, onward)
            back.join()


def _forwarded(seen: Seen) -> bytes:
    """The request as a proxy passes it on: origin form, without what was meant for the proxy."""
    parts = urlsplit(seen.target)
    kept = {name: value for name, value in seen.headers.items() if not name.startswith("proxy-")}
    kept["connection"] = "close"
    head = "".join(f"{name}: {value}\r\n" for name, value in kept.items())
    return f"{seen.method} {parts.path}{'?' * bool(parts.query)}{parts.query} HTTP/1.1\r\n{head}\r\n".encode()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    """Carry bytes one way until either side ends."""
    with contextlib.suppress(OSError):
        while block := source.recv(65536):
            sink.sendall(block)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
