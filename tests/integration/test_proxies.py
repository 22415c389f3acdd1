"""Proxies and private authorities: our connections, and the Hub client in a child with the same environment."""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import trustme

from recipes_data.errors import UsageError
from recipes_data.hub.connection import ConnectionFailed, Connections, ca_environment
from tests.integration.connection_pages import BODY, COMMIT, PAGES, failure, get
from tests.loopback_proxy import (
    Origin,
    Proxy,
    https_origin,
    loopback_proxy,
    origin,
    write_authority,
)

USER, PASSWORD = "me@work", "hunter2:%/#"


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


def test_both_paths_forward_plain_http_with_the_credentials_for_the_proxy_alone(tmp_path: Path) -> None:
    with origin(PAGES) as pages, loopback_proxy(USER, PASSWORD, {"hub.test": pages.port}) as proxy:
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
