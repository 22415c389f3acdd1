"""A plain web server over a folder of three files, and the manifest that names them."""

from __future__ import annotations

import http.server
import threading
from pathlib import Path

from recipes_data.plan import Plan
from tests.worlds import sums, write_jsonl, write_parquet

__all__ = ["MANIFEST", "Silent", "Site", "write_files"]

MANIFEST = """\
name: toy
title: T
url: {url}
configs:
  main:
    splits:
      train: {{files: [a/one.jsonl, a/two.jsonl]}}
      test: {{files: test.parquet}}
"""


class Site:
    """A plain web server over a folder, which keeps what was asked of it; it knows ranges."""

    def __init__(self, root: Path) -> None:
        self.asked: list[tuple[str, str, str | None]] = []
        self.headers: list[dict[str, str]] = []
        self.cut = 0  # answers that break off in their middle
        site = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                begin = self.headers.get("Range")
                site.asked.append((self.command, self.path, begin))
                site.headers.append(dict(self.headers))
                path = root / self.path.partition("?")[0].lstrip("/")
                if not path.is_file():
                    self.send_error(404)
                    return
                data = path.read_bytes()
                start = int(begin.removeprefix("bytes=").rstrip("-")) if begin else 0
                self.send_response(206 if begin else 200)
                if begin:
                    self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
                self.send_header("Content-Length", str(len(data) - start))
                self.end_headers()
                rest = data[start:]
                if site.cut and len(rest) > 100_000:
                    site.cut -= 1
                    self.wfile.write(rest[: len(rest) // 2])
                    self.close_connection = True
                    return
                self.wfile.write(rest)

            def log_message(self, *args: object) -> None: ...

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def write_files(root: Path) -> None:
    write_jsonl(root / "a" / "one.jsonl", sums(30))
    write_jsonl(root / "a" / "two.jsonl", sums(20, 30))
    write_parquet(root / "test.parquet", sums(7, 1000))


class Silent:
    """A watcher that shows nothing."""

    def planned(self, plan: Plan) -> None: ...
    def moved(self, count: int) -> None: ...
    def note(self, text: str) -> None: ...
    def converting(self, name: str, size: int) -> None: ...
