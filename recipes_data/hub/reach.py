"""The only home of the way to a host: which proxy is in force for a URL, and whether a connection opens.

The rules are those of the Hub client's own HTTP library (httpx2 with `trust_env`), so that metadata and bytes
take the same way. Names of variables count in both cases, the lower-case one wins and, when it is empty,
switches the other off. `HTTP_PROXY` and `HTTPS_PROXY` go by the URL's scheme, `ALL_PROXY` is for both.
`NO_PROXY` is a list with commas:

    *                       no proxy for anything
    example.com             the host and everything under it          example.com:8080    at that port only
    .example.com            what is under it, not the host itself     *.example.com       the same (+)
    localhost, 127.0.0.1    that host                                 [::1]:8080          that host and port
    10.0.0.0/8, fe80::/10   addresses in a network, where the URL has an address (+)
    https://example.com     that host by that scheme

(+) is not known to httpx 0.28, the library of huggingface_hub 1.x: there, metadata goes through the proxy.
A port that is its scheme's own (80, 443) counts as none, there as here: `example.com:443` matches nothing.
What the operating system keeps besides the environment (macOS, Windows) is not looked at.
"""

from __future__ import annotations

import base64
import errno
import ipaddress
import os
import queue
import selectors
import socket
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn
from urllib.parse import SplitResult, unquote, urlsplit

from recipes_data.errors import HubDownError, UsageError

__all__ = ["Proxy", "proxy_for", "reachable"]

_OWN_PORTS = {"http": 80, "https": 443}

_Address = tuple[int, int, int, Any]
"""Family, kind and protocol of a socket, and the address that such a socket connects to."""


@dataclass(frozen=True, slots=True)
class Proxy:
    """An HTTP proxy: `scheme` (http or https) is how to talk to the proxy itself.

    `authorization` is the value of a Proxy-Authorization header, for the proxy alone; it is not in the repr.
    `variable` is the environment variable that named the proxy.
    """

    scheme: str
    host: str
    port: int
    variable: str
    authorization: str | None = field(default=None, repr=False)

    def __reduce__(self) -> NoReturn:
        """Refused: a pickle would hold the credentials."""
        raise TypeError("a Proxy cannot be pickled: it may hold credentials")

    @property
    def netloc(self) -> str:
        """Host and port, as in a URL."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def proxy_for(url: str, environ: Mapping[str, str]) -> Proxy | None:
    """The proxy in force for a URL under an environment, or None for a direct connection.

    Raises:
        UsageError: the proxy in force is a SOCKS proxy, or its variable is not a URL.
    """
    parts = urlsplit(url)
    told = _proxy_variables(environ)
    if _bypassed(parts, told.get("no", ("", ""))[1]):
        return None
    variable, value = told.get(parts.scheme) or told.get("all") or ("", "")
    return _proxy(variable, value, parts.hostname or url) if value else None


def _proxy_variables(environ: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """`http`, `https`, `all` and `no` -> the variable's name and its value; as urllib.request reads them."""
    told: dict[str, tuple[str, str]] = {}
    wanted = {f"{kind}_proxy": kind for kind in ("http", "https", "all", "no")}
    for name, value in environ.items():
        if value and name.lower() in wanted:
            told[wanted[name.lower()]] = (name, value)
    if "REQUEST_METHOD" in environ:
        # CVE-2016-1000110: a CGI server puts a request's `Proxy:` header into HTTP_PROXY.
        told.pop("http", None)
    for name, kind in wanted.items():
        if name in environ:
            told.pop(kind, None)
            if environ[name]:
                told[kind] = (name, environ[name])
    return told


def _proxy(variable: str, value: str, target: str) -> Proxy:
    """Read a proxy's URL. The value is never repeated in an error: it may hold a password."""
    try:
        parts = urlsplit(value if "://" in value else f"http://{value}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None  # an error below
    if not host:
        raise UsageError(
            f"{variable} is not the URL of a proxy",
            f"write it as http://USER:PASSWORD@HOST:PORT, with the special characters of USER and PASSWORD "
            f"percent-encoded, or add {target} to NO_PROXY",
        )
    if parts.scheme not in _OWN_PORTS:
        raise UsageError(
            f"{variable} names a proxy of the kind {parts.scheme}:// for {target}; only http:// and https:// "
            "proxies are spoken here",
            f"set HTTPS_PROXY and HTTP_PROXY to an HTTP proxy (most SOCKS proxies offer one on another port) "
            f"and unset {variable}, or add {target} to NO_PROXY",
        )
    authorization = None
    if parts.username or parts.password:
        pair = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}"
        authorization = "Basic " + base64.b64encode(pair.encode()).decode("ascii")
    return Proxy(parts.scheme, host, port or _OWN_PORTS[parts.scheme], variable, authorization)


def _bypassed(url: SplitResult, no_proxy: str) -> bool:
    """Whether NO_PROXY takes a URL off every proxy."""
    port = None if url.port == _OWN_PORTS.get(url.scheme) else url.port
    host = url.hostname or ""
    entries = [entry.strip().lower() for entry in no_proxy.split(",")]
    return "*" in entries or any(_matches(entry, url.scheme, host, port) for entry in entries if entry)


def _matches(entry: str, scheme: str, host: str, port: int | None) -> bool:
    """Whether one entry of NO_PROXY means this host; an entry that cannot be read means none."""
    wanted, with_scheme, rest = entry.rpartition("://")
    if with_scheme and wanted not in ("all", scheme):
        return False
    address = _network(rest)
    if address is not None:
        here = _network(host)
        same_kind = here is not None and here.version == address.version
        return same_kind and here is not None and here.network_address in address
    if "/" in rest:
        return False
    try:
        parts = urlsplit(f"//{rest}")
        name, at = parts.hostname or "", parts.port
    except ValueError:
        return False  # an entry that names no host excepts none
    if at == _OWN_PORTS.get(wanted):
        at = None
    if at is not None and at != port:
        return False
    if name.startswith(("*.", ".")):
        return host.endswith(name.removeprefix("*"))
    # Behind a scheme a name means itself alone, and a star before it everything under it too.
    under = name.startswith("*") if with_scheme else rest != "localhost"
    name = name.removeprefix("*") if with_scheme else name
    return host == name or (under and host.endswith(f".{name}"))


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    """An address or a network (with the length of its prefix, not a mask), or None for anything else."""
    if not text.rpartition("/")[2].isdecimal() and "/" in text:
        return None
    try:
        return ipaddress.ip_network(text.strip("[]"), strict=False)
    except ValueError:
        return None


def reachable(url: str, environ: Mapping[str, str], seconds: float) -> None:
    """Open (and close) a TCP connection to a URL's host, or to the proxy in force for it. Sends nothing.

    All of it, name resolution included, takes at most `seconds`; every address of the name is tried at once.

    Raises:
        HubDownError: no connection; both lines are for the user.
        UsageError: the proxy in force cannot be used, see `proxy_for`.
    """
    parts, proxy = urlsplit(url), proxy_for(url, environ)
    host = proxy.host if proxy else parts.hostname or ""
    port = proxy.port if proxy else parts.port or _OWN_PORTS.get(parts.scheme, 443)
    deadline = time.monotonic() + seconds
    addresses = _addresses(host, port, deadline)
    failed = addresses if isinstance(addresses, str) else _connect(addresses, deadline)
    if failed is None:
        return
    target = parts.netloc.rpartition("@")[2]
    way = f" through the proxy {proxy.netloc} ({proxy.variable})" if proxy else ""
    failed = failed or f"no answer within {seconds:g} s"
    check = proxy.variable if proxy else "whether a proxy is needed (HTTPS_PROXY)"
    raise HubDownError(
        f"{target} cannot be reached{way}: {failed}",
        f"check the network and {check}, set HF_ENDPOINT to a mirror, or give a folder of repositories with "
        "--hub FOLDER (make: HUB=FOLDER); nothing was fetched, and nothing else is taken in its place",
        connected=False,
    )


def _addresses(host: str, port: int, deadline: float) -> list[_Address] | str:
    """Resolve a name, or say what failed; an empty text stands for no answer in time."""
    found: queue.SimpleQueue[list[_Address] | str] = queue.SimpleQueue()

    def resolve() -> None:
        try:
            answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found.put([(family, kind, protocol, address) for family, kind, protocol, _, address in answers])
        except (OSError, UnicodeError) as exc:
            reason = exc.strerror if isinstance(exc, OSError) else "not a host name"
            found.put(f"its name does not resolve: {host} ({reason})")

    # A daemon thread: getaddrinfo knows no time limit, and the process must be able to end while it hangs.
    threading.Thread(target=resolve, name=f"resolve {host}", daemon=True).start()
    try:
        return found.get(timeout=max(0.0, deadline - time.monotonic()))
    except queue.Empty:
        return ""  # told as a time-out by the caller


def _connect(addresses: list[_Address], deadline: float) -> str | None:
    """Try all addresses at once: None when one answers, else what failed (empty: no answer in time)."""
    failed, opened = "", []
    with selectors.DefaultSelector() as waiting:
        try:
            for family, kind, protocol, address in addresses:
                try:
                    sock = socket.socket(family, kind, protocol)
                except OSError as exc:  # a family that this machine does not have
                    failed = exc.strerror or type(exc).__name__
                    continue
                opened.append(sock)
                sock.setblocking(False)
                code = sock.connect_ex(address)
                if code in (0, errno.EINPROGRESS, errno.EWOULDBLOCK):
                    waiting.register(sock, selectors.EVENT_WRITE, data=sock)
                else:
                    failed = os.strerror(code)
            while waiting.get_map() and (left := deadline - time.monotonic()) > 0:
                for key, _ in waiting.select(left):
                    code = key.data.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                    if not code:
                        return None
                    failed = os.strerror(code)
                    waiting.unregister(key.data)
            return "" if waiting.get_map() else failed
        finally:
            for sock in opened:
                sock.close()
