"""The only home of a file's last bytes: asked for by `Range`, so that a footer costs kilobytes and no whole file."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from recipes_data.errors import HubDownError, HubError
from recipes_data.hub.answers import error_for
from recipes_data.hub.connection import Answer, ConnectionFailed, Connections
from recipes_data.hub.patience import Patience
from recipes_data.hub.redirects import following
from recipes_data.hub.transfer import Wanted

__all__ = ["last_bytes"]


def last_bytes(
    wanted: Wanted, count: int, *, connections: Connections, auth: Mapping[str, str], patience: Patience
) -> bytes:
    """The last `count` bytes of a file (all of them where it is shorter), not verified: they are for looking only.

    `auth` headers go to the origin of `asked.endpoint` alone.

    Raises:
        HubError: the server refused, kept failing, or gives no ranges.
    """
    start = max(0, wanted.size - count)
    if wanted.size == 0:
        return b""
    return patience.call(lambda: _once(wanted, start, connections, auth))


def _once(wanted: Wanted, start: int, connections: Connections, auth: Mapping[str, str]) -> bytes:
    try:
        with _answer(wanted, start, connections, auth) as answer:
            _accept(answer, wanted, start)
            return _body(answer, wanted.size - start)
    except ConnectionFailed as exc:
        raise HubDownError(
            f"{urlsplit(wanted.url).netloc}: the connection failed while reading the end of {wanted.asked} "
            f"({exc.kind}: {exc.detail})",
            "run the same command again",
            connected=exc.kind not in ("connect", "proxy", "tls"),
        ) from exc


def _answer(wanted: Wanted, start: int, connections: Connections, auth: Mapping[str, str]) -> Answer:
    headers = {"Range": f"bytes={start}-{wanted.size - 1}"}
    home, called = wanted.asked.endpoint, str(wanted.asked)
    return following(connections, wanted.url, headers, auth=auth, home=home, called=called)


def _accept(answer: Answer, wanted: Wanted, start: int) -> None:
    if answer.status == 200 and start == 0:
        return
    if answer.status == 206:
        came = answer.headers.get("content-range", "").removeprefix("bytes ").split("-")[0]
        if came == str(start):
            return
    if answer.status in (200, 206, 416):
        raise HubError(
            f"{urlsplit(wanted.url).netloc} does not give a part of {wanted.asked} when it is asked for one",
            "a mirror or a proxy that knows no ranges? check HF_ENDPOINT and HTTPS_PROXY",
        )
    raise error_for(answer.status, answer.headers, wanted.asked)


def _body(answer: Answer, size: int) -> bytes:
    body = bytearray(size)
    view, at = memoryview(body), 0
    while at < size:
        got = answer.readinto(view[at:])
        if not got:
            raise ConnectionFailed("early-close", "closed before all bytes had come")
        at += got
    return bytes(body)
