"""The only home of the probe's sockets: a hub and its CDN on loopback, every method, every request timed."""

from __future__ import annotations

import contextlib
import re
import secrets
import shutil
import socketserver
import tempfile
import threading
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

from recipes_data.gaps.probe.replies import reply
from recipes_data.gaps.probe.stage import GRANTED, MEMBER, Spoil, Stage
from recipes_data.gaps.probe.state import State, state_of
from recipes_data.gaps.probe.wirelog import WireLog
from recipes_data.mirror import Request, Response
from recipes_data.mirror.access import Access
from recipes_data.mirror.repository import FileChangedError, Folder
from recipes_data.mirror.routes import Site
from recipes_data.mirror.sending import Outgoing, keeps_alive, opened
from recipes_data.mirror.wire import Origin

__all__ = ["ProbeHub"]

# Two names of one address: a client that compares hosts alone must see that the CDN is another one.
_NAMES: Mapping[Origin, str] = {"hub": "127.0.0.1", "cdn": "localhost"}
_LARGEST_BODY = 50_000_000


class ProbeHub:
    """A Hub that plays one `Stage` after another, as long as the `with` block lasts.

    Its answers are those of the mirror (`recipes_data.mirror`), and for what the mirror has not, those of
    `replies.reply`. `url` and `cdn_url` are its origins, `log` every request since the beginning.
    """

    def __init__(self) -> None:
        self.log = WireLog()
        self.stopping = threading.Event()
        self._spoiled: dict[int, int] = {}
        self._lock = threading.Lock()
        self._number = 0

    def __enter__(self) -> Self:
        self._place = Path(tempfile.mkdtemp(prefix="probe-hub-"))
        self._servers = [_Server(self, "hub"), _Server(self, "cdn")]
        self.url, self.cdn_url = (server.url for server in self._servers)
        self.play(Stage())
        for server in self._servers:
            server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        for server in self._servers:
            server.close()
        shutil.rmtree(self._place, ignore_errors=True)

    def play(self, stage: Stage) -> State:
        """Serve this and nothing else from now on; what the scenario's requests change is in the answer."""
        self._number += 1
        root = self._place / str(self._number)
        root.mkdir()
        self.write(stage.repositories)
        site = Site(
            folder=Folder(root, stage.aliases),
            access=Access(frozenset({MEMBER, GRANTED}), frozenset({GRANTED}), stage.private, dict(stage.gated)),
            url=self.url,
            cdn_url=self.cdn_url,
            refs=dict(stage.refs),
            page_size=stage.page_size,
            signing_key=secrets.token_bytes(32),
        )
        with self._lock:
            self._state, self._spoils, self._spoiled = state_of(stage, site), stage.spoils, {}
            return self._state

    def write(self, repositories: Mapping[str, Mapping[str, bytes]]) -> None:
        """Put these files into the repositories of the stage that is played."""
        for repository, files in repositories.items():
            # the mirror knows no spaces: they lie among its models under a name that nobody asks for
            folder = self._place / str(self._number) / re.sub("^spaces/", "models/space.", repository)
            for path, content in files.items():
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_bytes(content)

    def respond(self, request: Request) -> Response:
        """The answer that is sent: the state's, spoiled where the stage says so."""
        with self._lock:
            state, spoil = self._state, self._spoil(request)
        answer = reply(state, request)
        return answer if spoil is None else spoil.answer(request, answer)

    def _spoil(self, request: Request) -> Spoil | None:
        for number, spoil in enumerate(self._spoils):
            if spoil.fits(request) and self._spoiled.get(number, 0) < spoil.times:
                self._spoiled[number] = self._spoiled.get(number, 0) + 1
                return spoil
        return None


class _Server(ThreadingHTTPServer):
    """One origin."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, hub: ProbeHub, origin: Origin) -> None:
        self.hub = hub
        self.origin: Origin = origin
        super().__init__(("127.0.0.1", 0), _Exchange)
        self.url = f"http://{_NAMES[origin]}:{self.server_address[1]}"

    def server_bind(self) -> None:
        # the library's own asks the name service for the host's name, which can take seconds
        socketserver.TCPServer.server_bind(self)

    def start(self) -> None:
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing: a client may leave when it likes."""


class _Exchange(BaseHTTPRequestHandler):
    """One connection; every method ends in `_serve`."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 120
    server: _Server

    def log_message(self, _format: str, *_args: Any) -> None:
        """Silent: the probe keeps a log of its own."""

    def _serve(self) -> None:
        hub, at = self.server.hub, time.monotonic()
        path, _, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self._body()
        request = Request(self.command, path, query, headers, self.server.origin, body or b"")
        place = hub.log.arrived(request, at)
        response = Response(411) if body is None else self._response(request)
        hub.log.answered(place, response.status, response.headers.get("location", ""))
        sent = 0
        try:
            hub.stopping.wait(response.fault.delay)
            with contextlib.ExitStack() as stack:
                content = stack.enter_context(opened(response.body))
                self.close_connection |= not keeps_alive(response) or body is None
                outgoing = Outgoing(response, content, request.method == "HEAD", self.close_connection)
                for count in outgoing.send(self.connection, hub.stopping):
                    sent += count
        except (OSError, FileChangedError):
            self.close_connection = True  # the client left
        finally:
            hub.log.sent(place, sent, time.monotonic())

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _serve  # noqa: N815  # http.server's names

    def _response(self, request: Request) -> Response:
        try:
            return self.server.hub.respond(request)
        except Exception as error:  # noqa: BLE001  # a hostile client must not end the run: it sees a 500
            return Response(500, {"content-type": "text/plain; charset=utf-8"}, repr(error).encode())

    def _body(self) -> bytes | None:
        """The request's body, also a chunked one; None where it cannot be told how long it is, or it is too long."""
        if "chunked" in self.headers.get("transfer-encoding", ""):
            return self._chunks()
        length = self.headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > _LARGEST_BODY:
            return None
        return self.rfile.read(int(length))

    def _chunks(self) -> bytes | None:
        """A body in chunks (RFC 9112, section 7.1); trailers are thrown away."""
        body = bytearray()
        while True:
            size = self.rfile.readline(100).partition(b";")[0].strip()
            try:
                count = int(size, 16)
            except ValueError:
                return None  # answered with 411, as an unknown length
            if count < 0 or len(body) + count > _LARGEST_BODY:
                return None
            if count == 0:
                while self.rfile.readline(10_000).strip():
                    continue
                return bytes(body)
            body += self.rfile.read(count)
            self.rfile.readline(10)
