"""The pages that the tests of connections serve, and how they read them."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from recipes_data.hub.connection import Answer, ConnectionFailed, Connections
from tests.loopback_proxy import (
    Page,
)

BODY = bytes(range(256)) * 9000  # 2.2 MiB, more than one buffer
COMMIT = "0123456789abcdef0123456789abcdef01234567"
INFO = {
    "id": "org/name",
    "sha": COMMIT,
    "siblings": [],
    "tags": [],
    "downloads": 0,
    "likes": 0,
    "private": False,
}
PAGES = {
    "/file": Page(BODY),
    "/moved": Page(b"elsewhere", 302, {"Location": "/file"}),
    "/gone": Page(b"no", 410, {"X-Error-Code": "EntryNotFound"}),
    "/api/datasets/org/name": Page(json.dumps(INFO).encode(), headers={"Content-Type": "application/json"}),
}


def read_all(answer: Answer) -> bytes:
    """Everything that is left of an answer."""
    buffer, body = memoryview(bytearray(1 << 20)), bytearray()
    with answer:
        while count := answer.readinto(buffer):
            body += buffer[:count]
    return bytes(body)


def get(url: str, environ: Mapping[str, str], headers: Mapping[str, str] | None = None) -> bytes:
    """One GET on connections of its own."""
    with Connections(environ=environ, connect_timeout=2, read_timeout=2) as connections:
        return read_all(connections.open(url, headers=headers or {}))


def failure(url: str, connections: Connections) -> tuple[ConnectionFailed, int]:
    """How a GET fails, and how many bytes came before."""
    came, buffer = 0, memoryview(bytearray(1 << 20))

    def whole() -> None:
        nonlocal came
        with connections.open(url, headers={}) as answer:
            while count := answer.readinto(buffer):
                came += count

    with pytest.raises(ConnectionFailed) as told:
        whole()
    assert "s3cret" not in repr(told.value) + str(told.value) + repr(told.value.__cause__)
    return told.value, came
