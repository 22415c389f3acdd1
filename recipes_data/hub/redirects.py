"""The only home of redirects: an answer is followed to where it leads, and what is secret stays at its own origin."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urljoin, urlsplit

from recipes_data.errors import HubError
from recipes_data.hub.connection import Answer, Connections

__all__ = ["following"]

_MOST = 10
_STATUSES = (301, 302, 303, 307, 308)


def following(
    connections: Connections,
    url: str,
    headers: Mapping[str, str],
    *,
    auth: Mapping[str, str] | None = None,
    home: str = "",
    called: str = "",
) -> Answer:
    """The answer at the end of the redirects from `url`; its caller closes it.

    `headers` are sent everywhere; those of `auth` to the origin (scheme, host, port) of the URL `home` alone, however
    the answers lead away and back. `called`: what is asked for, in messages.

    Raises:
        HubError: more than ten redirects, or one to what is no address.
        ConnectionFailed: an answer did not come.
    """
    for _ in range(_MOST):
        proof = auth if auth and _origin(url) == _origin(home) else {}
        answer = connections.open(url, headers={**proof, **headers})
        if answer.status not in _STATUSES or "location" not in answer.headers:
            return answer
        answer.close()
        url = _led_to(url, answer.headers["location"], called)
    what = f"{called}: more than {_MOST} redirects" if called else f"more than {_MOST} redirects"
    raise HubError(what, "check HF_ENDPOINT and the proxy" if called else "")


def _led_to(url: str, location: str, called: str) -> str:
    try:
        found = urljoin(url, location)
        _origin(found)
    except ValueError:
        what = f"{urlsplit(url).netloc} leads to what is no address{f', asked for {called}' if called else ''}"
        raise HubError(
            what, "a proxy or a mirror may have answered: check HF_ENDPOINT and HTTPS_PROXY"
        ) from None  # which may quote a signature
    return found


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    port = parts.port or {"https": 443, "http": 80}.get(parts.scheme)
    return parts.scheme, parts.hostname, port
