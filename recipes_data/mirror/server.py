"""The only home of the mirror's sockets: two loopback servers, one for the hub and one for its CDN."""

from __future__ import annotations

import contextlib
import secrets
import socket
import socketserver
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from recipes_data.errors import UsageError
from recipes_data.mirror.access import Access, Gating
from recipes_data.mirror.repository import FileChangedError, Folder
from recipes_data.mirror.routes import Site, answer
from recipes_data.mirror.sending import Outgoing, keeps_alive, opened
from recipes_data.mirror.wire import Origin, Request, Response

__all__ = ["Mirror"]

_HOST = "127.0.0.1"
# Another name for the same address: to some clients (huggingface_hub 1.x) a host is the same whatever its
# port, and they would take the CDN for a part of the hub, token and all.
_NAMES: Mapping[Origin, str] = {"hub": _HOST, "cdn": "localhost"}
_LARGEST_BODY = 10_000_000
_LAST_WORDS = 2.0  # seconds that answers under way have to notice the end


class Mirror:
    """A Hub over a folder of repositories, on loopback, as long as the `with` block lasts.

    root: `{datasets,models}/ORG/NAME/...`. port: of the hub origin, 0 for any. tokens: valid ones. private,
    gated: by repository id; granted: tokens let into every gated repository. aliases: old id to id. refs: by
    id, the names besides `main` of its only commit. page_size: entries of a listing's page. before: asked
    with every request; a Response it returns is sent in place of the mirror's own (which `answer` gives).

    `url` and `cdn_url` are the origins; an exception inside the mirror is a 500 to the client and is raised
    again at the end of the block.
    """

    def __init__(
        self,
        root: Path,
        *,
        port: int = 0,
        tokens: frozenset[str] = frozenset(),
        private: frozenset[str] = frozenset(),
        gated: Mapping[str, Gating] | None = None,
        granted: frozenset[str] = frozenset(),
        aliases: Mapping[str, str] | None = None,
        refs: Mapping[str, Sequence[str]] | None = None,
        page_size: int = 1000,
        before: Callable[[Request], Response | None] | None = None,
    ) -> None:
        if not root.is_dir():
            raise UsageError(f"{root}: there is no such folder", "Name a folder with datasets/ORG/NAME/... in it")
        self._folder = Folder(root, aliases or {})
        self._access = Access(tokens, granted, private, dict(gated or {}))
        self._refs = dict(refs or {})
        self._page_size = page_size
        self._port = port
        self.before = before
        self._lock = threading.Lock()
        self._requests: list[Request] = []
        self.failures: list[Exception] = []
        self.stopping = threading.Event()

    def __enter__(self) -> Self:
        self._hub = _listen(self, "hub", self._port)
        try:
            self._cdn = _listen(self, "cdn", 0)
        except BaseException:
            self._hub.close()
            raise
        self.url = self._hub.url
        self.cdn_url = self._cdn.url
        self._site = Site(
            folder=self._folder,
            access=self._access,
            url=self.url,
            cdn_url=self.cdn_url,
            refs=self._refs,
            page_size=self._page_size,
            signing_key=secrets.token_bytes(32),
        )
        self._hub.start()
        self._cdn.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stopping.set()
        self._hub.close()
        self._cdn.close()
        if error is None and self.failures:
            raise self.failures[0]

    @property
    def requests(self) -> list[Request]:
        """Every request so far, in the order of the answers' first bytes.

        `bytes_sent` is what was to be sent while that goes on, and after that what was sent, as far as the
        system took it.
        """
        with self._lock:
            return list(self._requests)

    def answer(self, request: Request) -> Response:
        """The mirror's own answer: for a `before` that changes a part of it."""
        return answer(self._site, request)

    def respond(self, request: Request) -> Response:
        """The answer that is sent: that of `before`, else the mirror's own."""
        told = self.before(request) if self.before is not None else None
        return told if told is not None else self.answer(request)

    def note(self, request: Request) -> int:
        """Put a request on the record; returns its place."""
        with self._lock:
            self._requests.append(request)
            return len(self._requests) - 1

    def amend(self, place: int, bytes_sent: int) -> None:
        """Put on the record how much of an answer was really sent."""
        with self._lock:
            self._requests[place] = replace(self._requests[place], bytes_sent=bytes_sent)


def _listen(mirror: Mirror, origin: Origin, port: int) -> _Server:
    try:
        return _Server(mirror, origin, port)
    except OSError as error:
        raise UsageError(f"Port {port} of {_HOST} cannot be used: {error.strerror}", "Choose another port") from error


class _Server(ThreadingHTTPServer):
    """One origin: a listening socket, a thread that accepts, a thread for each connection."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, mirror: Mirror, origin: Origin, port: int) -> None:
        self.mirror = mirror
        self.origin: Origin = origin
        self._open: set[socket.socket] = set()
        self._changed = threading.Condition()
        super().__init__((_HOST, port), _Handler)
        self.url = f"http://{_NAMES[origin]}:{self.server_address[1]}"

    def server_bind(self) -> None:
        # The library's own asks the name service for the host's name, which can take seconds.
        socketserver.TCPServer.server_bind(self)

    def start(self) -> None:
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._changed:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        super().shutdown_request(request)
        with self._changed:
            self._open.discard(request)
            self._changed.notify_all()

    def close(self) -> None:
        """Stop listening and end every connection: a stopped mirror answers nobody."""
        if hasattr(self, "_thread"):
            self.shutdown()
            self._thread.join()
        self.server_close()
        with self._changed:
            for connection in self._open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue  # the client was faster
            self._changed.wait_for(lambda: not self._open, _LAST_WORDS)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing: what goes wrong in an answer is kept by the mirror, a client may leave when it likes."""


class _Handler(BaseHTTPRequestHandler):
    """One connection. Every method ends in `_serve`."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def log_message(self, _format: str, *_args: Any) -> None:
        """Silent: `Mirror.requests` is the log."""

    def _serve(self) -> None:
        mirror = self.server.mirror
        body = self._body()
        if body is None:
            self.close_connection = True  # what follows cannot be told from a next request
            self._send(Request(self.command, self.path, "", {}, self.server.origin), Response(411))
            return
        path, _, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, path, query, headers, self.server.origin, body)
        try:
            response = mirror.respond(request) if self.command in ("GET", "HEAD", "POST") else Response(405)
        except Exception as error:  # noqa: BLE001  # kept, and raised again when the mirror ends
            mirror.failures.append(error)
            response = Response(500, {"content-type": "text/plain; charset=utf-8"}, repr(error).encode())
        self._send(request, response)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _serve  # noqa: N815  # http.server's names

    def _body(self) -> bytes | None:
        """The request's body; None where it cannot be told how long it is, or it is too long."""
        length = self.headers.get("content-length", "0")
        if "transfer-encoding" in self.headers or not length.isdecimal() or int(length) > _LARGEST_BODY:
            return None
        return self.rfile.read(int(length))

    def _send(self, request: Request, response: Response) -> None:
        mirror = self.server.mirror
        if response.fault.delay and mirror.stopping.wait(response.fault.delay):
            self.close_connection = True
            return
        with contextlib.ExitStack() as stack:
            try:
                body = stack.enter_context(opened(response.body))
            except FileChangedError as error:
                body = str(error).encode()
                response = Response(500, {"content-type": "text/plain; charset=utf-8"}, body)
            if not keeps_alive(response):
                self.close_connection = True
            outgoing = Outgoing(response, body, request.method == "HEAD", self.close_connection)
            place = mirror.note(replace(request, status=response.status, bytes_sent=outgoing.planned))
            sent = 0
            try:
                for count in outgoing.send(self.connection, mirror.stopping):
                    sent += count
            except OSError:
                self.close_connection = True  # the client left
            if sent != outgoing.planned:
                mirror.amend(place, sent)
