"""One small repository, acme/t, with a plain file and an LFS file, and one request to a server of it."""

from __future__ import annotations

import http.client
from pathlib import Path
from urllib.parse import urlsplit

from recipes_data.mirror import Mirror

__all__ = ["BIG", "big_url", "get", "write_small_hub"]

BIG = bytes(range(256)) * 4096
"""Content of data/big.bin: 1 MiB, no two neighbours equal."""


def write_small_hub(root: Path) -> Path:
    """Write the repository below `root`, and return `root`."""
    repo = root / "datasets" / "acme" / "t"
    (repo / "data").mkdir(parents=True)
    (repo / "README.md").write_text("---\nlicense: mit\nlanguage: no\n---\nhello\n")
    (repo / "data" / "big.bin").write_bytes(BIG)
    return root


def get(
    url: str, method: str = "GET", body: str | None = None, **headers: str
) -> tuple[int, http.client.HTTPMessage, bytes]:
    """One request by absolute URL, redirects not followed; `_` in header names stands for `-`."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    try:
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, named)
        with connection.getresponse() as answer:
            return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


def big_url(mirror: Mirror) -> str:
    return get(f"{mirror.url}/datasets/acme/t/resolve/main/data/big.bin")[1]["location"]
