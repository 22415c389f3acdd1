"""Whether an endpoint answers is told within the time given, with words that help."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from recipes_data.errors import HubDownError, UsageError
from recipes_data.hub.reach import proxy_for, reachable

SECONDS = 1.0


@contextlib.contextmanager
def bound() -> Iterator[None]:
    """What runs inside ends within the time that was given to it, and a little."""
    began = time.monotonic()
    yield
    assert time.monotonic() - began < SECONDS + 0.5


@pytest.fixture
def closed_port() -> int:
    """A port of loopback on which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.fixture
def blackhole() -> Iterator[int]:
    """A port whose queue of connections is full: the next one is neither accepted nor refused."""
    with contextlib.ExitStack() as held:
        server = held.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(8):
            filler = held.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(server.getsockname())
        yield server.getsockname()[1]


def test_a_listening_port_is_reachable_and_hears_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        with bound():
            reachable(f"http://127.0.0.1:{server.getsockname()[1]}", {}, SECONDS)
        connection, _ = server.accept()
        with connection:
            assert connection.recv(1) == b""


def test_a_closed_port_is_refused_at_once_and_named(closed_port: int) -> None:
    with pytest.raises(HubDownError, match="refused") as told:
        reachable(f"http://me:hunter2@127.0.0.1:{closed_port}", {}, SECONDS)
    assert told.value.what.startswith(f"127.0.0.1:{closed_port} cannot be reached: ")
    assert "HF_ENDPOINT" in told.value.do
    assert "HUB=FOLDER" in told.value.do
    assert "hunter2" not in str(told.value)
    assert "\n" not in told.value.what + told.value.do


def test_a_name_that_does_not_resolve_ends_within_the_bound() -> None:
    with bound(), pytest.raises(HubDownError, match=r"^no-such-host\.invalid cannot be reached: "):
        reachable("https://no-such-host.invalid", {}, SECONDS)


def test_a_name_that_is_none_is_told_too() -> None:
    with bound(), pytest.raises(HubDownError, match="does not resolve"):
        reachable(f"https://{'x' * 70}.test", {}, SECONDS)


def test_a_resolver_that_hangs_ends_within_the_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    # The one stand-in: no real resolver can be made to hang from inside a test.
    ended = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: ended.wait(10) and [])
    with bound(), pytest.raises(HubDownError, match="no answer within 1 s"):
        reachable("https://hub.test", {}, SECONDS)
    ended.set()


def test_a_host_that_never_answers_ends_within_the_bound(blackhole: int) -> None:
    with bound(), pytest.raises(HubDownError, match="no answer within 1 s"):
        reachable(f"http://127.0.0.1:{blackhole}", {}, SECONDS)


@pytest.mark.parametrize("kind", ["silent", "impossible", "absent"])
def test_one_useless_address_does_not_hide_another(
    kind: str, blackhole: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    useless = {
        "silent": (socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", blackhole)),
        "impossible": (socket.AF_INET, 99, 0, "", ("127.0.0.1", 1)),
        "absent": (socket.AF_UNIX, socket.SOCK_STREAM, 0, "", str(tmp_path / "absent")),
    }[kind]
    with socket.create_server(("127.0.0.1", 0)) as server:
        rows = [useless, (socket.AF_INET, socket.SOCK_STREAM, 0, "", server.getsockname())]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: rows)
        with bound():
            reachable("https://hub.test", {}, SECONDS)
    if kind != "silent":
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [useless])
        with bound(), pytest.raises(HubDownError, match=r"hub\.test cannot be reached: \w+"):
            reachable("https://hub.test", {}, SECONDS)


def test_a_proxy_in_force_is_what_is_tried_and_named_without_its_password(closed_port: int) -> None:
    environ = {"HTTPS_PROXY": f"http://user:hunter2@127.0.0.1:{closed_port}"}
    with bound(), pytest.raises(HubDownError) as told:
        reachable("https://hub.test", environ, SECONDS)
    expected = f"hub.test cannot be reached through the proxy 127.0.0.1:{closed_port} (HTTPS_PROXY): "
    assert told.value.what.startswith(expected)
    assert "hunter2" not in str(told.value)


def test_a_listening_proxy_is_enough() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, bound():
        reachable("https://hub.test", {"https_proxy": f"127.0.0.1:{server.getsockname()[1]}"}, SECONDS)


@pytest.mark.parametrize(
    ("environ", "url", "way"),
    [
        ({"HTTP_PROXY": "http://p:1"}, "http://a.test/", "p:1"),
        ({"HTTP_PROXY": "http://p:1"}, "https://a.test/", None),
        ({"HTTPS_PROXY": "http://p:1"}, "https://a.test/", "p:1"),
        ({"ALL_PROXY": "http://p:1"}, "https://a.test/", "p:1"),
        ({"all_proxy": "p"}, "http://a.test/", "p:80"),
        ({"ALL_PROXY": "https://p"}, "http://a.test/", "p:443"),
        ({"ALL_PROXY": "http://p:1", "https_proxy": "http://q:2"}, "https://a.test/", "q:2"),
        ({"HTTPS_PROXY": "http://p:1", "https_proxy": "http://q:2"}, "https://a.test/", "q:2"),
        ({"HTTPS_PROXY": "http://p:1", "https_proxy": ""}, "https://a.test/", None),
        ({"HTTP_PROXY": "http://p:1", "REQUEST_METHOD": "GET"}, "http://a.test/", None),
        ({"http_proxy": "http://p:1", "REQUEST_METHOD": "GET"}, "http://a.test/", "p:1"),
        ({"HTTP_PROXY": "http://[::1]:3"}, "http://a.test/", "[::1]:3"),
    ],
)
def test_the_proxy_in_force_is_the_one_the_variables_name(environ: dict[str, str], url: str, way: str | None) -> None:
    proxy = proxy_for(url, environ)
    assert (proxy and proxy.netloc) == way


@pytest.mark.parametrize(
    ("no_proxy", "url", "bypassed"),
    [
        ("*", "https://a.test", True),
        ("b.test, *", "https://a.test", True),
        ("a.test", "https://a.test", True),
        ("A.Test", "https://a.test", True),
        ("a.test", "https://www.a.test", True),
        ("a.test", "https://aa.test", False),
        (".a.test", "https://www.a.test", True),
        (".a.test", "https://a.test", False),
        ("*.a.test", "https://www.a.test", True),
        ("*.a.test", "https://a.test", False),
        ("a.test:8443", "https://a.test:8443", True),
        ("a.test:8443", "https://a.test", False),
        ("a.test:443", "https://a.test", False),
        ("localhost", "http://localhost:8080", True),
        ("localhost", "http://x.localhost", False),
        ("127.0.0.1", "http://127.0.0.1:8080", True),
        ("127.0.0.1:8080", "http://127.0.0.1:8080", True),
        ("127.0.0.1", "http://127.0.0.11", False),
        ("10.0.0.0/8", "http://10.1.2.3", True),
        ("10.0.0.0/8", "http://11.1.2.3", False),
        ("10.0.0.0/8", "http://ten.test", False),
        ("10.0.0.0/8", "http://[::1]", False),
        ("::1", "http://[::1]:80", True),
        ("[::1]", "http://[::1]:81", True),
        ("[::1]:81", "http://[::1]:81", True),
        ("[::1]:81", "http://[::1]:82", False),
        ("fe80::/10", "http://[fe80::1]", True),
        ("https://a.test", "https://a.test", True),
        ("https://a.test", "http://a.test", False),
        ("https://a.test", "https://www.a.test", False),
        ("all://a.test:1", "http://a.test:1", True),
        ("all://*a.test", "http://www.a.test", True),
        ("10.0.0.0/255.0.0.0", "http://10.1.2.3", False),
        ("a.test/path", "http://a.test/path", False),
        ("a.test:port", "http://a.test", False),
        ("10.0.0.0/99", "http://10.0.0.0", False),
        ("", "http://a.test", False),
        (" , ,", "http://a.test", False),
    ],
)
def test_no_proxy_takes_off_the_proxy_exactly_what_it_names(no_proxy: str, url: str, bypassed: bool) -> None:
    assert (proxy_for(url, {"ALL_PROXY": "http://p:1", "NO_PROXY": no_proxy}) is None) == bypassed


def test_the_credentials_of_a_proxy_are_decoded_and_kept_out_of_its_repr() -> None:
    proxy = proxy_for("https://a.test", {"HTTPS_PROXY": "http://me%40work:p%C3%A4%3Ass@p:1"})
    assert proxy is not None
    assert proxy.authorization == "Basic bWVAd29yazpww6Q6c3M="  # base64 of me@work:pä:ss in UTF-8
    assert "Basic" not in repr(proxy)


def test_a_socks_proxy_is_refused_with_a_way_out_and_without_its_password() -> None:
    environ = {"ALL_PROXY": "socks5h://user:hunter2@127.0.0.1:1080"}
    with pytest.raises(UsageError, match="ALL_PROXY names a proxy of the kind socks5h://") as told:
        proxy_for("https://a.test", environ)
    assert "HTTPS_PROXY" in told.value.do
    assert "NO_PROXY" in told.value.do
    assert "hunter2" not in str(told.value)
    assert proxy_for("https://a.test", environ | {"HTTPS_PROXY": "http://p:1"}) is not None
    assert proxy_for("https://a.test", environ | {"NO_PROXY": "a.test"}) is None


@pytest.mark.parametrize("value", ["http://user:hunter2@p:port", "http://", "http://user:hunter2@", "http://[p"])
def test_a_proxy_that_is_no_url_is_refused_without_repeating_it(value: str) -> None:
    with pytest.raises(UsageError, match="HTTPS_PROXY is not the URL of a proxy") as told:
        proxy_for("https://a.test", {"HTTPS_PROXY": value})
    assert "hunter2" not in str(told.value)
