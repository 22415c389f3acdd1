"""The byte path's connections over real sockets: what arrives, and failures by kind."""

from __future__ import annotations

import contextlib
import logging
import pickle
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from recipes_data.hub.connection import ConnectionFailed, Connections
from tests.integration.connection_pages import BODY, PAGES, failure, read_all
from tests.loopback_proxy import (
    Origin,
    Page,
    origin,
)


@pytest.fixture
def connections() -> Iterator[Connections]:
    with Connections(environ={}, connect_timeout=2, read_timeout=0.3) as made:
        yield made


@pytest.fixture
def pages() -> Iterator[Origin]:
    with origin(PAGES) as served:
        yield served


@contextlib.contextmanager
def listening(talk: Callable[[socket.socket], object]) -> Iterator[str]:
    """The URL of a server that hands each of its connections, one after the other, to `talk`."""

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with connection, contextlib.suppress(OSError):
                    talk(connection)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=accept, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/file?signature=s3cret"
        finally:
            # Closing alone would leave the thread in its accept for ever.
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)


def scripted(script: Callable[[socket.socket], object]) -> contextlib.AbstractContextManager[str]:
    """The URL of a server that reads one request's head and then does as the script says."""

    def talk(connection: socket.socket) -> None:
        connection.recv(65536)
        script(connection)

    return listening(talk)


def promise(connection: socket.socket, sent: int, promised: int) -> None:
    """Answer with fewer bytes than Content-Length says."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % promised + b"x" * sent)


def reset(connection: socket.socket) -> None:
    """Hang up with a TCP reset, once the other side has had the time to read."""
    time.sleep(0.1)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def test_a_body_comes_whole_and_ends_with_zero(pages: Origin, connections: Connections) -> None:
    with connections.open(f"http://127.0.0.1:{pages.port}/file", headers={}) as answer:
        assert answer.status == 200
        assert answer.headers["content-length"] == answer.headers["Content-Length"] == str(len(BODY))
        buffer = memoryview(bytearray(len(BODY) + 1))
        came = answer.readinto(buffer)
        while came < len(BODY):
            came += answer.readinto(buffer[came:])
        assert answer.readinto(buffer) == 0
    assert bytes(buffer[:came]) == BODY


def test_a_redirect_is_handed_over_and_not_followed(pages: Origin, connections: Connections) -> None:
    with connections.open(f"http://127.0.0.1:{pages.port}/moved", headers={}) as answer:
        assert (answer.status, answer.headers["location"]) == (302, "/file")
    assert [seen.target for seen in pages.seen] == ["/moved"]


def test_an_error_status_is_an_answer_with_its_headers_and_is_not_retried(
    pages: Origin, connections: Connections
) -> None:
    with connections.open(f"http://127.0.0.1:{pages.port}/gone", headers={}) as answer:
        assert (answer.status, answer.headers["x-error-code"]) == (410, "EntryNotFound")
    assert len(pages.seen) == 1


def test_the_identity_encoding_is_asked_for_even_against_the_callers_headers(
    pages: Origin, connections: Connections
) -> None:
    url = f"http://127.0.0.1:{pages.port}/file"
    read_all(connections.open(url, headers={"accept-encoding": "gzip", "Range": "bytes=0-"}))
    assert pages.seen[0].headers["accept-encoding"] == "identity"
    assert pages.seen[0].headers["range"] == "bytes=0-"


def test_an_encoded_body_is_not_decoded(connections: Connections) -> None:
    with origin({"/file": Page(b"not gzip at all", headers={"Content-Encoding": "gzip"})}) as served:
        answer = connections.open(f"http://127.0.0.1:{served.port}/file", headers={})
        assert read_all(answer) == b"not gzip at all"


def test_a_chunked_body_comes_whole(connections: Connections) -> None:
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    with scripted(lambda connection: connection.sendall(chunked)) as url:
        assert read_all(connections.open(url, headers={})) == b"abcde"


def test_a_slow_line_hands_over_what_has_come(connections: Connections) -> None:
    def trickle(connection: socket.socket) -> None:
        promise(connection, 10, 40)
        for _ in range(3):
            time.sleep(0.15)
            connection.sendall(b"y" * 10)

    with scripted(trickle) as url, connections.open(url, headers={}) as answer:
        counts = []
        while count := answer.readinto(memoryview(bytearray(1 << 20))):
            counts.append(count)
    assert sum(counts) == 40
    assert len(counts) > 1


def test_a_connection_is_kept_for_the_next_request_even_after_a_redirect(connections: Connections) -> None:
    talked = []

    def talk(connection: socket.socket) -> None:
        talked.append(connection.getpeername())
        while connection.recv(65536):
            connection.sendall(b"HTTP/1.1 302 -\r\nLocation: /\r\nContent-Length: 4\r\n\r\nmove")

    with listening(talk) as url:
        for _ in range(3):
            connections.open(url, headers={}).close()
    assert len(talked) == 1


def test_a_kept_connection_that_the_server_closed_meanwhile_is_replaced(connections: Connections) -> None:
    with scripted(lambda connection: promise(connection, 10, 10)) as url:
        for _ in range(3):
            assert len(read_all(connections.open(url, headers={}))) == 10
            time.sleep(0.05)


def test_threads_share_connections_and_get_their_own_bodies(pages: Origin) -> None:
    url = f"http://127.0.0.1:{pages.port}/file"
    with Connections(environ={}) as connections, ThreadPoolExecutor(6) as pool:
        bodies = list(pool.map(lambda _: read_all(connections.open(url, headers={})), range(24)))
    assert all(body == BODY for body in bodies)


@pytest.mark.parametrize("sent", [0, 1000, 1_000_000])
def test_an_early_close_is_told_after_the_bytes_that_came(sent: int, connections: Connections) -> None:
    with scripted(lambda connection: promise(connection, sent, 2_000_000)) as url:
        failed, came = failure(url, connections)
    assert (failed.kind, came) == ("early-close", sent)
    assert url.split("/")[2] in failed.detail


def test_a_chunked_body_without_its_end_is_an_early_close(connections: Connections) -> None:
    cut = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n"
    with scripted(lambda connection: connection.sendall(cut)) as url:
        failed, came = failure(url, connections)
    assert (failed.kind, came) == ("early-close", 5)


def test_a_server_that_hangs_up_without_an_answer_is_an_early_close(connections: Connections) -> None:
    with scripted(lambda _: None) as url:
        assert failure(url, connections)[0].kind == "early-close"


def test_a_reset_is_told_after_the_bytes_that_came(connections: Connections) -> None:
    def script(connection: socket.socket) -> None:
        promise(connection, 1000, 2000)
        reset(connection)

    with scripted(script) as url:
        failed, came = failure(url, connections)
    assert (failed.kind, came) == ("reset", 1000)


def test_a_reset_before_the_answer_is_a_reset(connections: Connections) -> None:
    with scripted(reset) as url:
        assert failure(url, connections)[0].kind == "reset"


def test_silence_in_the_middle_of_a_body_is_a_timeout_after_the_bytes_that_came(
    connections: Connections,
) -> None:
    held = threading.Event()

    def script(connection: socket.socket) -> None:
        promise(connection, 1000, 2000)
        held.wait(5)

    with scripted(script) as url:
        began = time.monotonic()
        failed, came = failure(url, connections)
        held.set()
    assert (failed.kind, came) == ("timeout", 1000)
    assert time.monotonic() - began < 1.5


def test_silence_instead_of_an_answer_is_a_timeout(connections: Connections) -> None:
    held = threading.Event()
    with scripted(lambda _: held.wait(5)) as url:
        assert failure(url, connections)[0].kind == "timeout"
        held.set()


def test_a_timeout_of_one_request_wins_over_the_connections_own() -> None:
    held = threading.Event()
    with Connections(environ={}) as connections, scripted(lambda _: held.wait(5)) as url:
        began = time.monotonic()
        with pytest.raises(ConnectionFailed):
            connections.open(url, headers={}, read_timeout=0.1)
        assert time.monotonic() - began < 1
        held.set()


def test_a_closed_port_is_no_connection(connections: Connections) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    failed, _ = failure(f"http://me:s3cret@127.0.0.1:{port}/file?signature=s3cret", connections)
    assert failed.kind == "connect"
    assert failed.detail.startswith(f"127.0.0.1:{port}: no connection (")


def test_a_name_that_does_not_resolve_is_no_connection(connections: Connections) -> None:
    assert failure("http://no-such-host.invalid/file?signature=s3cret", connections)[0].kind == "connect"


def test_what_is_not_http_is_a_reset(connections: Connections) -> None:
    with scripted(lambda connection: connection.sendall(b"SSH-2.0-OpenSSH\r\n")) as url:
        assert failure(url, connections)[0].kind == "reset"


@pytest.mark.parametrize(
    "url",
    [
        "ftp://h/f?s3cret",
        "file:///etc/passwd",
        "/f?s3cret",
        "http://[::1/f?s3cret",
        "http://h:x/?s3cret",
        "http://a b/?s3cret",
    ],
)
def test_what_cannot_be_fetched_is_told_without_its_path(url: str, connections: Connections) -> None:
    failed, _ = failure(url, connections)
    assert failed.kind == "connect"
    assert "passwd" not in str(failed)


def test_a_failure_survives_pickling() -> None:
    failed = pickle.loads(pickle.dumps(ConnectionFailed("tls", "hub.test: no")))
    assert (failed.kind, failed.detail, str(failed)) == ("tls", "hub.test: no", "hub.test: no")


def test_no_log_record_of_ours_carries_a_url_and_those_of_others_stay(
    pages: Origin, connections: Connections, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    read_all(connections.open(f"http://127.0.0.1:{pages.port}/file?signature=s3cret", headers={}))
    assert "s3cret" not in caplog.text
    logging.getLogger("urllib3.connectionpool").debug("of another user of the library")
    assert "of another user" in caplog.text
