"""The only home of the small questions to a Hub that `doctor` asks: are you one, whose token is this, may it in here.

One GET each, with the time-outs of `Connections` and without a retry. Not asked through huggingface_hub, whose
`whoami` and `auth_check` know no time-out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import urlsplit

from recipes_data.errors import AuthError, HubDownError, HubError, RateLimitedError
from recipes_data.hub.answers import Asked, error_for
from recipes_data.hub.connection import ConnectionFailed, Connections
from recipes_data.hub.port import HubSeam

__all__ = ["ask_access", "ask_account", "ask_anything"]

_LARGEST = 1 << 20
_NETWORK = "check the network, HTTPS_PROXY and HF_ENDPOINT"
_PORTAL = "not a Hub, or the login page of a network"
_REMEDIES = {
    "tls": "let REQUESTS_CA_BUNDLE or SSL_CERT_FILE name your network's certificates",
    "proxy": "check the proxy's address and credentials (HTTPS_PROXY)",
}


def ask_anything(client: HubSeam, connections: Connections) -> None:
    """Whether a Hub answers at the endpoint; no token is sent.

    Raises:
        RateLimitedError: it does, and asks to wait.
        HubDownError: no answer, or that of a Hub in trouble.
        HubError: the answer is no Hub's.
    """
    endpoint = client.endpoint
    status, headers, _ = _get(connections, endpoint, "/api/datasets?limit=1", {})
    kind = headers.get("content-type", "").partition(";")[0]
    if status == 429:
        raise RateLimitedError(f"{endpoint} limits the rate of requests now (HTTP 429)", "wait some minutes")
    if status >= 500:
        raise HubDownError(f"{endpoint} answers HTTP {status}", "try again later")
    if status // 100 == 3:
        there = urlsplit(headers.get("location", "")).hostname or "another address"
        raise HubError(f"{endpoint} sends us on to {there}: {_PORTAL}", _NETWORK)
    if kind != "application/json":
        what = f"{endpoint} answers HTTP {status} with {kind or 'no type'}, not with JSON: {_PORTAL}"
        raise HubError(what, _NETWORK)


def ask_account(client: HubSeam, connections: Connections) -> str:
    """Name of the account that the client's token belongs to.

    Raises:
        AuthError: the token is not accepted.
        RateLimitedError: this question was asked too often; the Hub limits it more than others.
        HubDownError, HubError: no answer that could be used.
    """
    endpoint = client.endpoint
    status, _, body = _get(connections, endpoint, "/api/whoami-v2", client.auth_headers())
    if status in (401, 403):
        raise AuthError(f"{endpoint} does not accept this token", "log in anew: hf auth login (or set HF_TOKEN)")
    if status == 429:
        raise RateLimitedError(f"{endpoint} was asked too often whose token this is", "wait some minutes")
    try:
        name = json.loads(body)["name"]
    except (ValueError, KeyError, TypeError):
        name = None  # an error below, with the status
    if status != 200 or not isinstance(name, str):
        raise HubDownError(f"{endpoint} does not say whose token this is (HTTP {status})", "try again later")
    return name


def ask_access(client: HubSeam, connections: Connections, repo: str, repo_type: str, commit: str) -> None:
    """Whether the client's token may have a repository's files.

    Raises:
        GatedError, AuthError, NotOnHubError: it may not.
        RateLimitedError, HubDownError: no answer that could be used.
    """
    auth = client.auth_headers()
    asked = Asked(client.endpoint, repo, repo_type, commit, token_sent=bool(auth))
    status, headers, _ = _get(connections, client.endpoint, f"/api/{repo_type}s/{repo}/auth-check", auth)
    if status >= 300:
        raise error_for(status, headers, asked)


def _get(
    connections: Connections, endpoint: str, path: str, auth: Mapping[str, str]
) -> tuple[int, dict[str, str], bytes]:
    """Status, headers (names in lower case) and at most a megabyte of body."""
    body = bytearray(_LARGEST)
    length = 0
    try:
        with connections.open(endpoint + path, headers={"Accept": "application/json", **auth}) as answer:
            while length < _LARGEST and (count := answer.readinto(memoryview(body)[length:])):
                length += count
            return answer.status, {name.lower(): text for name, text in answer.headers.items()}, bytes(body[:length])
    except ConnectionFailed as exc:
        raise HubDownError(f"{endpoint}: {exc.detail}", _REMEDIES.get(exc.kind, _NETWORK), connected=False) from exc
