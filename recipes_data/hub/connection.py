"""The only home of the byte path's HTTP connections, and the only importer of urllib3.

One call is one GET: nothing is retried, no redirect is followed, no content is decoded. Which proxy is in
force is decided in `reach.py`; which certificates are trusted, here: those of `SSL_CERT_FILE`, else
`SSL_CERT_DIR`, else `REQUESTS_CA_BUNDLE`, else `CURL_CA_BUNDLE`, else what the system trusts, else certifi's
list. The Hub client's HTTP library knows the first two alone; `ca_environment` says what to set for it.

The environment is handed in. Credentials of a proxy are sent to that proxy alone, and neither they nor the
path and query of a URL (a redirect's query may be a signature) appear in a repr, an error or a log record.
"""

from __future__ import annotations

import http.client
import logging
import ssl
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

import urllib3
from urllib3 import exceptions as foreign

from recipes_data.errors import UsageError
from recipes_data.hub.reach import Proxy, proxy_for

__all__ = ["Answer", "ConnectionFailed", "Connections", "FailureKind", "ca_environment", "named_trust"]

FailureKind = Literal["connect", "timeout", "reset", "early-close", "tls", "proxy"]

_PIECE = 256 << 10
"""Bytes asked of the socket at a time: large enough for loopback, small beside a caller's buffer."""

_RECORD = 16 << 10
"""Bytes in a full TLS record. A piece smaller than that means that the line holds no more for now."""

_PATIENCE = 0.005
"""Seconds after which a buffer is handed over part full: what a killed run had not written yet is fetched again."""

_LEFTOVER = 64 << 10
"""Bytes of a redirect's or an error's body that are read away, to keep the connection for what follows."""

_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/pki/tls/cert.pem",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)
"""Where Linux distributions keep the list of trusted authorities, for a Python that was built elsewhere."""


class ConnectionFailed(Exception):  # noqa: N818  # an outcome for the transfer to act on; users never see it bare
    """A request that brought no answer, or an answer that broke off.

    `kind`: connect (name, route, refused; also a URL that is none), timeout, reset (the connection broke, or
    what came was not HTTP), early-close (closed before all that was promised had come), tls (certificate,
    handshake), proxy (unreachable, refused, asks for credentials). `detail` says where and what, for people.
    """

    def __init__(self, kind: FailureKind, detail: str) -> None:
        super().__init__(kind, detail)
        self.kind = kind
        self.detail = detail

    def __str__(self) -> str:
        return self.detail


_FAILURES: tuple[tuple[type[BaseException], FailureKind, str], ...] = (
    (ssl.SSLCertVerificationError, "tls", "its certificate is not trusted"),
    (ssl.SSLEOFError, "early-close", "the TLS connection was closed too early"),
    (ssl.SSLZeroReturnError, "early-close", "the TLS connection was closed too early"),
    (ssl.SSLError, "tls", "TLS failed"),
    (foreign.SSLError, "tls", "TLS failed"),
    (foreign.ProxyError, "proxy", "the proxy gave no connection"),
    (foreign.NewConnectionError, "connect", "no connection"),
    (foreign.TimeoutError, "timeout", "no answer in time"),
    (TimeoutError, "timeout", "no answer in time"),
    (http.client.RemoteDisconnected, "early-close", "closed without an answer"),
    (http.client.IncompleteRead, "early-close", "closed before all bytes had come"),
    (foreign.LocationValueError, "connect", "not a URL that can be fetched"),
    (http.client.InvalidURL, "connect", "not a URL that can be fetched"),
    (ConnectionError, "reset", "the connection was reset"),
    (foreign.HTTPError, "reset", "the connection broke"),
    (http.client.HTTPException, "reset", "the answer is not HTTP"),
    (OSError, "reset", "the connection broke"),
)
"""Foreign error -> kind and words. The first row that fits an error or one of its causes counts."""


def _causes(exc: BaseException) -> Iterator[BaseException]:
    """An error and what it was raised from; urllib3 keeps causes as arguments too."""
    waiting, seen = [exc], set[int]()
    while waiting:
        one = waiting.pop(0)
        if id(one) not in seen:
            seen.add(id(one))
            yield one
            waiting += [cause for cause in (one.__cause__, *one.args) if isinstance(cause, BaseException)]


def _failure(exc: BaseException, where: str) -> ConnectionFailed:
    """Our error for a foreign one: by class, never by its text."""
    causes = list(_causes(exc))
    kind, words = next((row[1:]) for row in _FAILURES if any(isinstance(one, row[0]) for one in causes))
    # urllib3's own texts carry addresses of objects; the system's and OpenSSL's say what people can look up.
    system = [one for one in causes if isinstance(one, OSError)]
    reasons = (getattr(one, "verify_message", None) or one.strerror or str(one) for one in reversed(system))
    reason = next((text for text in reasons if text), "")
    printable = "".join(c if c.isprintable() else "?" for c in reason)[:200]
    return ConnectionFailed(kind, f"{where}: {words}" + (f" ({printable})" if printable else ""))


class Answer:
    """One answer, its body still on the line. Belongs to one thread; `close` it, or use it in a `with`.

    `status` is what came, also 3xx, 4xx and 5xx; `headers` is case-insensitive.
    """

    def __init__(self, response: urllib3.BaseHTTPResponse, where: str) -> None:
        self.status: int = response.status
        self.headers: Mapping[str, str] = response.headers
        self._response = response
        self._where = where
        self._failed: ConnectionFailed | None = None

    def readinto(self, buffer: memoryview) -> int:
        """Fill a buffer of bytes from the body; returns how many came, 0 at the end.

        Returns part full when the line holds no more for now or is slow. What came before a failure is handed
        over first; the failure is raised by the next call.

        Raises:
            ConnectionFailed: timeout, reset, or closed before Content-Length (or the last chunk) was reached.
        """
        got, until = 0, time.monotonic() + _PATIENCE
        while got < len(buffer) and self._failed is None:
            try:
                with _unlogged():
                    piece = self._response.read1(min(_PIECE, len(buffer) - got))
            except (foreign.HTTPError, http.client.HTTPException, OSError) as exc:
                self._failed = _failure(exc, self._where)
                self._failed.__cause__ = exc
                break
            if not piece:
                break
            buffer[got : got + len(piece)] = piece
            got += len(piece)
            if len(piece) < _RECORD or time.monotonic() >= until:
                break
        if self._failed is not None and not got:
            raise self._failed
        return got

    def close(self) -> None:
        """Give the connection back for the next request, or hang up when much of the body is left."""
        left = self.headers.get("Content-Length", "")
        # What is thrown away may be broken.
        with _unlogged(), suppress(foreign.HTTPError, http.client.HTTPException, OSError):
            if self.status >= 300 and left.isdecimal() and int(left) <= _LEFTOVER:
                self._response.drain_conn()
            self._response.close()
            self._response.release_conn()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Connections:
    """Open connections, kept for reuse; shared by threads. Use it in a `with`, or `close` it.

    `connect_timeout` and `read_timeout` are seconds: for a connection (and each step of a proxy's and of
    TLS's greeting; name resolution is not bounded), and for each wait for more bytes. `pool_size` is how many
    idle connections a host keeps; more may be open at once.
    """

    def __init__(
        self,
        *,
        environ: Mapping[str, str],
        connect_timeout: float = 10.0,
        read_timeout: float = 30.0,
        pool_size: int = 16,
    ) -> None:
        self._environ = dict(environ)
        self._timeouts = (connect_timeout, read_timeout)
        self._pool_size = pool_size
        self._lock = threading.Lock()
        self._pools: dict[tuple[Proxy | None, bool], urllib3.PoolManager] = {}
        _keep_unlogged()

    def open(
        self,
        url: str,
        *,
        headers: Mapping[str, str],
        connect_timeout: float | None = None,
        read_timeout: float | None = None,
    ) -> Answer:
        """Send exactly one GET and return its answer, whatever its status, with the body not yet read.

        `Accept-Encoding: identity` is always sent, so that the bytes are the file's.

        Raises:
            ConnectionFailed: no answer came.
            UsageError: the proxy in force or the trusted certificates of the environment cannot be used.
        """
        sent = {name: value for name, value in headers.items() if name.lower() != "accept-encoding"}
        sent["Accept-Encoding"] = "identity"
        proxy, where = self._way(url)
        pool = self._pool(proxy, url)
        timeout = urllib3.Timeout(connect=connect_timeout or self._timeouts[0], read=read_timeout or self._timeouts[1])
        try:
            with _unlogged():
                response = pool.urlopen(
                    "GET",
                    url,
                    redirect=False,
                    headers=sent,
                    retries=False,
                    timeout=timeout,
                    preload_content=False,
                    decode_content=False,
                )
        except foreign.LocationValueError as exc:
            # Not chained: its text is the URL.
            raise _failure(exc, where) from None
        except (foreign.HTTPError, http.client.HTTPException, OSError) as exc:
            raise _failure(exc, where) from exc
        if proxy and response.status == http.client.PROXY_AUTHENTICATION_REQUIRED:
            response.close()
            raise ConnectionFailed("proxy", f"{where}: the proxy asks for credentials (407)")
        return Answer(response, where)

    def _way(self, url: str) -> tuple[Proxy | None, str]:
        """The proxy in force and, in words without path, query or credentials, where the request goes."""
        try:
            parts = urlsplit(url)
            proxy, target = proxy_for(url, self._environ), parts.netloc.rpartition("@")[2]
        except UsageError:
            raise
        except ValueError:
            raise ConnectionFailed("connect", "not a URL that can be fetched") from None
        if parts.scheme not in ("http", "https") or not target:
            raise ConnectionFailed("connect", f"not a URL that can be fetched: {parts.scheme}://{target}")
        return proxy, f"{target} through the proxy {proxy.netloc}" if proxy else target

    def _pool(self, proxy: Proxy | None, url: str) -> urllib3.PoolManager:
        """The pool for a way; the trusted certificates are read (some 10 ms) only where TLS is spoken."""
        secure = url.lower().startswith("https:") or (proxy is not None and proxy.scheme == "https")
        with self._lock:
            if (proxy, secure) not in self._pools:
                context = _trust(self._environ) if secure else None
                self._pools[proxy, secure] = _new_pool(proxy, context, self._pool_size)
            return self._pools[proxy, secure]

    def close(self) -> None:
        """Close every idle connection."""
        with self._lock:
            pools, self._pools = list(self._pools.values()), {}
        for pool in pools:
            pool.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _new_pool(proxy: Proxy | None, context: ssl.SSLContext | None, size: int) -> urllib3.PoolManager:
    """A pool of connections: direct, or by way of one proxy."""
    if proxy is None:
        return urllib3.PoolManager(maxsize=size, ssl_context=context)
    return urllib3.ProxyManager(
        f"{proxy.scheme}://{proxy.netloc}",
        maxsize=size,
        proxy_headers={"Proxy-Authorization": proxy.authorization} if proxy.authorization else {},
        ssl_context=context,
        proxy_ssl_context=context if proxy.scheme == "https" else None,
    )


def ca_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """Variables to set for a client that knows only SSL_CERT_FILE and SSL_CERT_DIR, for it to trust the same.

    Empty where nothing has to be set.

    Raises:
        UsageError: the variable in force names nothing that exists.
    """
    variable, path = named_trust(environ)
    if variable not in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        return {}
    return {"SSL_CERT_DIR" if Path(path).is_dir() else "SSL_CERT_FILE": path}


def named_trust(environ: Mapping[str, str]) -> tuple[str, str]:
    """The variable that says which certificates to trust, and its path; two empty texts where none does."""
    for variable in ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        if path := environ.get(variable):
            if not Path(path).exists():
                raise UsageError(
                    f"{variable} names certificates that do not exist: {path}",
                    f"correct {variable}, or unset it to trust what the system trusts",
                )
            return variable, path
    return "", ""


def _trust(environ: Mapping[str, str]) -> ssl.SSLContext:
    """A client's TLS context: hosts and certificates are always checked."""
    variable, path = named_trust(environ)
    if not path:
        return _system_trust()
    folder = Path(path).is_dir()
    try:
        return ssl.create_default_context(cafile=None if folder else path, capath=path if folder else None)
    except OSError as exc:
        raise UsageError(
            f"{variable} names a file without usable certificates: {path} ({exc.strerror or exc})",
            f"let {variable} name a file of PEM certificates, or unset it to trust what the system trusts",
        ) from exc


def _system_trust() -> ssl.SSLContext:
    """What the system trusts: its own verifier on macOS and Windows, elsewhere OpenSSL with its lists."""
    if sys.platform in ("darwin", "win32"):
        import truststore

        return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # The paths OpenSSL was built with; loading its defaults would read the process's own environment.
    built = ssl.get_default_verify_paths()
    if Path(built.openssl_capath).is_dir():
        context.load_verify_locations(capath=built.openssl_capath)
    bundle = next((path for path in (built.openssl_cafile, *_BUNDLES) if Path(path).is_file()), None)
    if bundle is None:
        with suppress(ImportError):  # without it and without the system's list no server is trusted, which says so
            import certifi

            bundle = certifi.where()
    if bundle is not None:
        context.load_verify_locations(cafile=bundle)
    return context


# Log records of urllib3 carry whole URLs, with the signatures of redirects in them.

_here = threading.local()


def _not_ours(_: logging.LogRecord) -> bool:
    """Let a record pass unless it was made during one of our own calls."""
    return not getattr(_here, "busy", False)


def _keep_unlogged() -> None:
    """Make `_unlogged` work; other users of urllib3 in this process log as ever."""
    for name in ("urllib3.connection", "urllib3.connectionpool", "urllib3.poolmanager", "urllib3.response"):
        logging.getLogger(name).addFilter(_not_ours)


@contextmanager
def _unlogged() -> Iterator[None]:
    """Drop the records that urllib3 makes in this thread meanwhile."""
    _here.busy = True
    try:
        yield
    finally:
        _here.busy = False
