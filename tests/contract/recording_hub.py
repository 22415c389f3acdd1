"""A loopback Hub that writes down every request whole, and answers with what it was given.

It knows nothing of the Hub's rules: what comes is compared with the table of operations, not with another server.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from tests.contract.replayer import Asked

__all__ = ["NEXT_PAGE", "Answer", "RecordingHub"]

NEXT_PAGE = "cursor=of-the-second-page"


@dataclass(frozen=True, slots=True)
class Answer:
    """A canned answer. `content` is bytes, or JSON with `<hub>` for the origin.

    `paged`: a Link leads to a second page, which is empty.
    """

    content: Any = field(default_factory=dict)
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    paged: bool = False


class RecordingHub:
    """Answers by (method, path); 404 for everything else. `requests` is the log, in order."""

    def __init__(self, answers: Mapping[tuple[str, str], Answer]) -> None:
        self._answers = dict(answers)
        self.requests: list[Asked] = []

    def __enter__(self) -> Self:
        self._server = _server(self)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, asked: Asked) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body."""
        found = self._answers.get((asked.method, asked.path))
        if found is None:
            return 404, {"x-error-code": "EntryNotFound"}, b'{"error": "nothing is recorded here"}'
        if found.paged and asked.query == NEXT_PAGE:
            return found.status, {"content-type": "application/json"}, b"[]"
        headers = dict(found.headers)
        if found.paged:
            headers["link"] = f'<{self.url}{asked.path}?{NEXT_PAGE}>; rel="next"'
        if isinstance(found.content, bytes):
            return found.status, headers, found.content
        headers.setdefault("content-type", "application/json")
        return found.status, headers, json.dumps(found.content).replace("<hub>", self.url).encode()


def _server(hub: RecordingHub) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def log_message(self, _format: str, *_args: Any) -> None:
            """Silent: `RecordingHub.requests` is the log."""

        def _serve(self) -> None:
            path, _, query = self.path.partition("?")
            sent = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked("hub", self.command, path, query, sent, self._body(sent), None)
            hub.requests.append(asked)
            status, headers, content = hub.answer(asked)
            self.send_response_only(status)
            headers.setdefault("content-length", str(len(content)))
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        def _body(self, sent: Mapping[str, str]) -> bytes:
            if "chunked" not in sent.get("transfer-encoding", ""):
                return self.rfile.read(int(sent.get("content-length", "0")))
            parts = []
            while size := int(self.rfile.readline(), 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(parts)

        do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815  # http.server's names

    return ThreadingHTTPServer(("127.0.0.1", 0), Handler)
