"""A dumb Hub: it says what exchanges.yaml says, and knows nothing of folders, digests or rules.

    with Replayer() as hub:                      # or Replayer(exchanges) for some of them
        client = OurClient(endpoint=hub.url)
        ...
    assert hub.unmatched == []                   # every request was one of the record

An exchange is found by method, path, query, origin, token, and the headers and the form that it names.
Where several fit, the one that names most headers answers; equal ones answer in turn, the last for ever.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Literal, Self
from urllib.parse import parse_qs

from tests.contract.recorded import Exchange, Record, exact, load_record, substitute

__all__ = ["Asked", "Replayer"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that came; `exchange` is the name of the one that answered, or None."""

    origin: Literal["hub", "cdn"]
    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes
    exchange: str | None


class Replayer:
    """Two loopback origins, `url` and `cdn_url`, that answer from the record while the block lasts."""

    def __init__(self, exchanges: Sequence[Exchange] | None = None, record: Record | None = None) -> None:
        self.record = record or load_record()
        self._exchanges = list(self.record.exchanges if exchanges is None else exchanges)
        self._used: dict[str, int] = {}
        self._lock = threading.Lock()
        self.requests: list[Asked] = []

    @property
    def unmatched(self) -> list[Asked]:
        """Requests that the record has no answer to; they were answered by 501."""
        return [each for each in self.requests if each.exchange is None]

    def __enter__(self) -> Self:
        self._servers = [_server(self, "hub"), _server(self, "cdn")]
        # Two names, because some clients take every port of a host for the same host.
        hub, cdn = (each.server_address[1] for each in self._servers)
        self.url, self.cdn_url = f"http://127.0.0.1:{hub}", f"http://localhost:{cdn}"
        for each in self._servers:
            threading.Thread(target=each.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for each in self._servers:
            each.shutdown()
            each.server_close()

    def fill(self, template: Any) -> Any:
        """The template with the recorded values in it."""
        return substitute(template, {**self.record.values, "hub": self.url, "cdn": self.cdn_url}.__getitem__)

    def answer(self, asked: Asked) -> tuple[str | None, int, dict[str, str], bytes]:
        """Name of the exchange, status, headers and body."""
        fitting = [each for each in self._exchanges if self._fits(each, asked)]
        if not fitting:
            return None, 501, {}, b"not in the record"
        most = max(len(each.headers) for each in fitting)
        fitting = [each for each in fitting if len(each.headers) == most]
        with self._lock:
            key = f"{asked.origin} {asked.method} {asked.path}?{asked.query} {sorted(fitting[0].headers)}"
            turn = self._used.get(key, 0)
            self._used[key] = turn + 1
        chosen = fitting[min(turn, len(fitting) - 1)]
        headers = {name: value for name, value in self.fill(dict(chosen.answer_headers)).items() if value is not None}
        if isinstance(chosen.body, dict | list):
            headers.setdefault("content-type", "application/json; charset=utf-8")
        return chosen.name, chosen.status, headers, exact(self.fill(chosen.body))

    def _fits(self, each: Exchange, asked: Asked) -> bool:
        path, _, query = self.fill(each.path).partition("?")
        token = self.record.tokens.get(each.who)
        return (
            asked.origin == each.origin
            and asked.method in each.methods
            and asked.path == path
            and (each.query is None or parse_qs(asked.query) == parse_qs(query or self.fill(each.query)))
            # An open page is the same for everybody; a CDN never sees a token.
            and (asked.headers.get("authorization") == (f"Bearer {token}" if token else None))
            and all(asked.headers.get(name) == self.fill(value) for name, value in each.headers.items())
            and (not each.form or parse_qs(asked.body.decode()) == parse_qs(each.form))
        )


def _server(replayer: Replayer, origin: Literal["hub", "cdn"]) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def log_message(self, _format: str, *_args: Any) -> None:
            """Silent: `Replayer.requests` is the log."""

        def _serve(self) -> None:
            path, _, query = self.path.partition("?")
            sent = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(int(sent.get("content-length", "0")))
            asked = Asked(origin, self.command, path, query, sent, body, None)
            name, status, headers, content = replayer.answer(asked)
            replayer.requests.append(Asked(origin, self.command, path, query, sent, body, name))
            bodiless = self.command == "HEAD" or status in (204, 304)
            self.send_response_only(status)
            if status not in (204, 304):
                headers.setdefault("content-length", str(len(content)))
            for header, value in headers.items():
                self.send_header(header, value)
            self.end_headers()
            if not bodiless:
                self.wfile.write(content)

        do_GET = do_HEAD = do_POST = _serve  # noqa: N815  # http.server's names

    return ThreadingHTTPServer(("127.0.0.1", 0), Handler)
