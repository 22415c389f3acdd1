"""The byte path's connections over real sockets: failures by kind, proxies, private authorities."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import pickle
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import trustme

from recipes_data.errors import UsageError
from recipes_data.hub.connection import Answer, ConnectionFailed, Connections, ca_environment
from tests.loopback_proxy import (
    Origin,
    Page,
    Proxy,
    https_origin,
    loopback_proxy,
    origin,
    write_authority,
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
USER, PASSWORD = "me@work", "hunter2:%/#"


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


# --- one GET ---


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


# --- what breaks ---


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


# --- proxies and authorities: our connections, and the Hub client in a child with the same environment ---


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def bundle(authority: trustme.CA, tmp_path: Path) -> str:
    return str(write_authority(authority, tmp_path / "authority.pem"))


@pytest.fixture
def secure(authority: trustme.CA) -> Iterator[Origin]:
    with https_origin(authority, PAGES) as served:
        yield served


@pytest.fixture
def proxy(secure: Origin) -> Iterator[Proxy]:
    with loopback_proxy(USER, PASSWORD, {"hub.test": secure.port}) as running:
        yield running


CHILD = """
import sys
from huggingface_hub import HfApi
try:
    print(HfApi(endpoint=sys.argv[1], token="hf_" + "x" * 30).dataset_info("org/name", timeout=5).sha)
except Exception as exc:
    print(type(exc).__name__)
"""


def hub_client(endpoint: str, environ: Mapping[str, str], home: Path) -> str:
    """The commit that the real Hub client is told, or the name of its error; in a process of its own."""
    clean = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "SYSTEMROOT")}
    clean |= {"HOME": str(home), "HF_HOME": str(home), "HF_HUB_DISABLE_TELEMETRY": "1", **environ}
    command = [sys.executable, "-c", CHILD, endpoint]
    return subprocess.run(command, env=clean, capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_both_paths_go_through_the_proxy_and_trust_the_private_authority(
    variable: str, bundle: str, secure: Origin, proxy: Proxy, tmp_path: Path
) -> None:
    environ = {"HTTPS_PROXY": proxy.url, variable: bundle}
    assert get("https://hub.test/file", environ, {"Authorization": "Bearer ours"}) == BODY
    assert hub_client("https://hub.test", environ | ca_environment(environ), tmp_path) == COMMIT
    # hub.test is known to the proxy alone, so both came that way.
    assert [(seen.method, seen.target) for seen in proxy.seen[-1:]] == [("CONNECT", "hub.test:443")]
    assert [seen.target for seen in secure.seen] == ["/file", "/api/datasets/org/name"]
    assert all("authorization" in seen.headers for seen in secure.seen)
    assert not any("proxy-authorization" in seen.headers for seen in secure.seen)
    assert not any("authorization" in seen.headers for seen in proxy.seen)


def test_without_the_authority_both_paths_refuse(proxy: Proxy, secure: Origin, tmp_path: Path) -> None:
    environ = {"https_proxy": proxy.url}
    with pytest.raises(ConnectionFailed, match="certificate") as told:
        get("https://hub.test/file", environ)
    assert told.value.kind == "tls"
    assert hub_client("https://hub.test", environ, tmp_path) == "ConnectError"
    assert secure.seen == []


def test_another_authority_than_the_origins_is_not_enough(secure: Origin, tmp_path: Path) -> None:
    other = write_authority(trustme.CA(), tmp_path / "other.pem")
    with pytest.raises(ConnectionFailed) as told:
        get(f"https://localhost:{secure.port}/file", {"SSL_CERT_FILE": str(other)})
    assert told.value.kind == "tls"


def test_a_certificate_for_another_host_is_refused(bundle: str, secure: Origin) -> None:
    with loopback_proxy(USER, PASSWORD, {"other.test": secure.port}) as proxy:
        environ = {"HTTPS_PROXY": proxy.url, "SSL_CERT_FILE": bundle}
        with Connections(environ=environ) as connections:
            failed, _ = failure("https://other.test/file", connections)
    assert failed.kind == "tls"
    assert "not valid for 'other.test'" in failed.detail


def test_no_proxy_takes_both_paths_past_the_proxy(bundle: str, secure: Origin, proxy: Proxy, tmp_path: Path) -> None:
    environ = {"HTTPS_PROXY": proxy.url, "SSL_CERT_FILE": bundle, "NO_PROXY": "localhost"}
    endpoint = f"https://localhost:{secure.port}"
    assert get(f"{endpoint}/file", environ) == BODY
    assert hub_client(endpoint, environ, tmp_path) == COMMIT
    assert proxy.seen == []
    del environ["NO_PROXY"]
    assert get(f"{endpoint}/file", environ) == BODY
    assert [seen.target for seen in proxy.seen] == [f"localhost:{secure.port}"]


def test_both_paths_forward_plain_http_with_the_credentials_for_the_proxy_alone(pages: Origin, tmp_path: Path) -> None:
    with loopback_proxy(USER, PASSWORD, {"hub.test": pages.port}) as proxy:
        environ = {"HTTP_PROXY": proxy.url}
        assert get("http://hub.test/file", environ) == BODY
        assert hub_client("http://hub.test", environ, tmp_path) == COMMIT
    assert [seen.target for seen in proxy.seen] == [
        "http://hub.test/file",
        "http://hub.test/api/datasets/org/name",
    ]
    assert all("proxy-authorization" in seen.headers for seen in proxy.seen)
    assert not any("proxy-authorization" in seen.headers for seen in pages.seen)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_wrong_credentials_are_the_proxys_refusal_and_stay_unnamed(
    scheme: str, proxy: Proxy, bundle: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    environ = {"ALL_PROXY": f"http://me:hunter3@127.0.0.1:{proxy.port}", "SSL_CERT_FILE": bundle}
    with Connections(environ=environ) as connections:
        failed, _ = failure(f"{scheme}://hub.test/file?signature=s3cret", connections)
        assert failed.kind == "proxy"
        assert "407" in failed.detail
        told = repr(failed) + str(failed) + repr(failed.__cause__) + repr(connections) + caplog.text
    assert "hunter3" not in told
    assert "bWU6aHVudGVyMw" not in told  # the same in base64


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_is_not_there_is_told_as_the_proxys(scheme: str, bundle: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://me:hunter3@127.0.0.1:{server.getsockname()[1]}"
    with Connections(environ={"ALL_PROXY": url, "SSL_CERT_FILE": bundle}) as connections:
        failed, _ = failure(f"{scheme}://hub.test/file?signature=s3cret", connections)
    assert failed.kind == "proxy"
    assert f"hub.test through the proxy {url.rpartition('@')[2]}" in failed.detail


def test_a_proxy_may_be_spoken_to_over_tls(authority: trustme.CA, bundle: str) -> None:
    # Forwarding is the same as over plain TCP: a TLS origin that takes absolute targets stands for the proxy.
    with https_origin(authority, PAGES) as proxy:
        environ = {"ALL_PROXY": f"https://me:pass@localhost:{proxy.port}", "SSL_CERT_FILE": bundle}
        assert get("http://hub.test/file", environ) == BODY
    assert proxy.seen[0].target == "http://hub.test/file"
    assert "proxy-authorization" in proxy.seen[0].headers


def test_a_socks_proxy_is_refused_before_anything_is_sent() -> None:
    with pytest.raises(UsageError, match="socks5") as told:
        get("https://hub.test/file", {"ALL_PROXY": "socks5://me:hunter3@127.0.0.1:9"})
    assert "hunter3" not in str(told.value)


def test_a_folder_of_authorities_is_trusted(authority: trustme.CA, secure: Origin, tmp_path: Path) -> None:
    # OpenSSL looks an authority up by the hash of its name; the name is the same in every file of this test.
    bundle = write_authority(authority, tmp_path / "authority.pem")
    hashed = subprocess.run(
        ["openssl", "x509", "-hash", "-noout", "-in", str(bundle)],
        capture_output=True,
        text=True,
        check=False,
    )
    if hashed.returncode:
        pytest.skip("no openssl command to name the file with")
    folder = tmp_path / "authorities"
    folder.mkdir()
    (folder / f"{hashed.stdout.strip()}.0").write_bytes(bundle.read_bytes())
    url = f"https://localhost:{secure.port}/file"
    assert get(url, {"SSL_CERT_DIR": str(folder)}) == BODY
    assert get(url, {"REQUESTS_CA_BUNDLE": str(folder)}) == BODY
    assert ca_environment({"REQUESTS_CA_BUNDLE": str(folder)}) == {"SSL_CERT_DIR": str(folder)}


def test_the_first_variable_that_is_set_says_what_is_trusted(bundle: str, tmp_path: Path) -> None:
    assert ca_environment({}) == {}
    assert ca_environment({"REQUESTS_CA_BUNDLE": bundle}) == {"SSL_CERT_FILE": bundle}
    assert ca_environment({"CURL_CA_BUNDLE": bundle, "SSL_CERT_FILE": ""}) == {"SSL_CERT_FILE": bundle}
    assert ca_environment({"REQUESTS_CA_BUNDLE": bundle, "SSL_CERT_DIR": str(tmp_path)}) == {}
    assert ca_environment({"REQUESTS_CA_BUNDLE": bundle, "SSL_CERT_FILE": bundle}) == {}


def test_certificates_that_are_not_there_or_none_are_named(tmp_path: Path) -> None:
    missing, empty = str(tmp_path / "missing.pem"), tmp_path / "empty.pem"
    empty.write_text("not a certificate")
    with pytest.raises(UsageError, match="CURL_CA_BUNDLE names certificates that do not exist"):
        ca_environment({"CURL_CA_BUNDLE": missing})
    for path in (missing, str(empty)):
        with pytest.raises(UsageError, match="SSL_CERT_FILE names"):
            get("https://localhost:1/file", {"SSL_CERT_FILE": path})
