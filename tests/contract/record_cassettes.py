"""Writes `tests/cassettes/*.yaml`: metadata exchanges as huggingface_hub sends them. Run as a module.

The other side is the replayer of `exchanges.yaml` (the real Hub was not reached), and for the outage a server
that answers 503. Tokens are scrubbed.
"""

from __future__ import annotations

import contextlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import vcr

from recipes_data.errors import HubError
from recipes_data.hub.huggingface import HuggingFaceHub
from tests.contract.replayer import Replayer

CASSETTES = Path(__file__).resolve().parent.parent / "cassettes"
WRONG_PIN = "09be8c5bbc57cb3887f3a9732ad6aa7ec9a23674"


class _Down(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(503)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        return


def main() -> None:
    """Record them all."""
    recorder = vcr.VCR(
        cassette_library_dir=str(CASSETTES),
        record_mode=vcr.mode.ALL,
        filter_headers=["authorization", "user-agent", "x-amzn-trace-id"],
        decode_compressed_response=True,
    )
    with Replayer() as hub:
        client = HuggingFaceHub(hub.url, token=False)
        with recorder.use_cassette("repository.yaml"):
            client.repo_info("acme/open", "main", "dataset")
        with recorder.use_cassette("refusals.yaml"):
            for repo, revision in (("acme/nosuch", "main"), ("acme/open", WRONG_PIN)):
                with contextlib.suppress(HubError):
                    client.repo_info(repo, revision, "dataset")
        with recorder.use_cassette("limit.yaml"), contextlib.suppress(HubError):
            client.repo_info("acme/limited", "main", "dataset")
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Down)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    client = HuggingFaceHub(f"http://127.0.0.1:{server.server_address[1]}", token=False)
    with recorder.use_cassette("outage.yaml"), contextlib.suppress(HubError):
        client.repo_info("acme/open", "main", "dataset")
    server.shutdown()
    server.server_close()


if __name__ == "__main__":
    main()
