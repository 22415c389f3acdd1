"""What a test may let go wrong in the mirror's answers, and that nothing of it goes unnoticed."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from recipes_data.mirror import Fault, Mirror, Request, Response
from tests.contract.small_hub import BIG, big_url, get, write_small_hub


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_small_hub(tmp_path / "hub")


@pytest.fixture
def mirror(root: Path) -> Iterator[Mirror]:
    with Mirror(root) as served:
        yield served


def changed(mirror: Mirror, fault: Fault) -> None:
    """Let every answer of the CDN go wrong."""

    def before(request: Request) -> Response | None:
        return replace(mirror.answer(request), fault=fault) if request.origin == "cdn" else None

    mirror.before = before


def test_an_answer_can_be_replaced(mirror: Mirror) -> None:
    mirror.before = lambda request: Response(429, {"retry-after": "1"}, b"slow down") if request.path == "/x" else None
    status, headers, body = get(f"{mirror.url}/x")
    assert (status, headers["retry-after"], body) == (429, "1", b"slow down")
    assert get(f"{mirror.url}/api/datasets/acme/t")[0] == 200


def test_a_byte_can_be_flipped_wherever_it_is_asked_for(mirror: Mirror) -> None:
    changed(mirror, Fault(flip=1000))
    url = big_url(mirror)
    spoiled = BIG[:1000] + bytes([BIG[1000] ^ 1]) + BIG[1001:]
    assert get(url)[2] == spoiled
    assert get(url, range="bytes=990-1009")[2] == spoiled[990:1010]
    assert get(url, range="bytes=1001-1009")[2] == BIG[1001:1010]


@pytest.mark.parametrize("reset", [False, True])
def test_a_connection_can_be_cut(mirror: Mirror, reset: bool) -> None:
    changed(mirror, Fault(cut_after=5000, reset=reset, hold=0.05))
    url = big_url(mirror)
    with pytest.raises(ConnectionResetError if reset else http.client.IncompleteRead) as caught:
        get(url)
    if isinstance(caught.value, http.client.IncompleteRead):
        assert caught.value.partial == BIG[:5000]
    assert mirror.requests[-1].bytes_sent == 5000


def test_a_client_that_leaves_is_seen_in_the_record(mirror: Mirror) -> None:
    changed(mirror, Fault(rate=len(BIG) * 4))
    url = urlsplit(big_url(mirror))
    with socket.create_connection((url.hostname, url.port)) as client:
        client.sendall(f"GET {url.path}?{url.query} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        assert client.recv(1 << 18, socket.MSG_WAITALL)
    end = time.monotonic() + 5
    while mirror.requests[-1].bytes_sent == len(BIG) and time.monotonic() < end:
        time.sleep(0.01)
    assert 0 < mirror.requests[-1].bytes_sent < len(BIG)


def test_the_end_of_the_mirror_waits_for_no_silence(root: Path) -> None:
    asked = threading.Event()

    def before(_request: Request) -> Response:
        asked.set()
        return Response(200, fault=Fault(delay=60))

    with Mirror(root, before=before) as mirror:
        client = socket.create_connection(("127.0.0.1", int(mirror.url.rpartition(":")[2])))
        client.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert asked.wait(5)
        start = time.monotonic()
    with client:
        assert time.monotonic() - start < 1
        assert client.recv(1) == b""


def test_an_answer_can_be_withheld(mirror: Mirror) -> None:
    mirror.before = lambda _request: Response(0)
    with pytest.raises(http.client.RemoteDisconnected):
        get(f"{mirror.url}/api/datasets/acme/t")


def test_an_answer_can_be_slow(mirror: Mirror) -> None:
    changed(mirror, Fault(delay=0.1, rate=len(BIG) * 10))
    url = big_url(mirror)
    start = time.monotonic()
    assert get(url)[2] == BIG
    assert time.monotonic() - start > 0.19


def test_the_length_can_be_a_lie(mirror: Mirror) -> None:
    mirror.before = lambda _request: Response(200, {"content-length": "10"}, b"short")
    with pytest.raises(http.client.IncompleteRead):
        get(f"{mirror.url}/x")
    mirror.before = lambda _request: Response(200, {"content-length": ""}, b"unknown")
    _, headers, body = get(f"{mirror.url}/x")
    assert (headers["content-length"], body) == (None, b"unknown")


def test_a_fault_inside_is_raised_at_the_end(root: Path) -> None:
    def before(_request: Request) -> Response | None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), Mirror(root, before=before) as mirror:
        assert get(f"{mirror.url}/x")[0] == 500
