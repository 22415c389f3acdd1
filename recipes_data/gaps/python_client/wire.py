"""The only home of which Python call is an HTTP request: libraries, their verbs, and how a URL becomes a path."""

from __future__ import annotations

import re
from collections.abc import Mapping

from recipes_data.gaps.python_client.values import Instance, Text, Value, Values, joined, shown, text_of

__all__ = ["HUB_HOSTS", "is_hub_path", "is_network_name", "looks_like_request", "path_of", "request_of", "rooted_at"]

HUB_HOSTS = ("huggingface.co", "www.huggingface.co", "hf.co", "hub-ci.huggingface.co")

_LIBRARIES = frozenset(
    {"requests", "httpx", "httpx2", "niquests", "urllib3", "urllib3_future", "aiohttp", "curl_cffi", "treq", "asks"}
)
_VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options"})
# the method stands first, the address second
_WITH_METHOD = frozenset({"request", "stream", "urlopen", "request_encode_url", "request_encode_body", "build_request"})
_SESSION_WORDS = re.compile(r"(session|client|http|conn|pool|requests)\w*$", re.IGNORECASE)
_CLASSES = re.compile(r"(Client|Session|Pool|Manager|Connection)$")
_HUB_PATH = re.compile(
    r"^/api/(models|datasets|spaces|kernels|repos|whoami|organizations|users|collections|papers|daily_papers|buckets"
    r"|jobs|validate-yaml|[^/]*\{\}s)(/|-|$)|/(resolve|raw|blob)/"
)
_SCHEME = re.compile(r"(?P<scheme>https?)://(?P<host>[^/]*)(?P<path>.*)\Z", re.DOTALL)


def is_hub_path(path: str) -> bool:
    """Whether a path looks like one of the Hub's, whatever the host: its API, or a file of a repository."""
    return _HUB_PATH.search(path) is not None


def is_network_name(name: str) -> bool:
    """Whether a dotted name belongs to a library that makes requests."""
    return name.split(".")[0] in _LIBRARIES or name.startswith(("urllib.request", "http.client"))


def request_of(name: str, positional: tuple[Values, ...], named: Mapping[str, Values]) -> tuple[Values, Values] | None:
    """Method and address that a call to a function or method outside of the sources asks for; None: no request."""
    last = name.rsplit(".", 1)[-1]
    if name.startswith("urllib.request."):
        return _of_urllib(last, positional, named)
    if name.startswith("http.client."):
        return _method_first(positional, named) if last in ("request", "putrequest") else None
    owner = name.rsplit(".", 2)[-2] if "." in name else ""
    if name.split(".")[0] not in _LIBRARIES or not (owner in _LIBRARIES or owner == "api" or _CLASSES.search(owner)):
        return None
    if last in _VERBS:
        address = named.get("url") or (positional[0] if positional else None)
        return (text_of(last.upper()), address) if address else None
    if last == "ws_connect":
        return (text_of("GET"), positional[0]) if positional else None
    if last in _WITH_METHOD or last == "Request":
        return _method_first(positional, named)
    return None


def _of_urllib(last: str, positional: tuple[Values, ...], named: Mapping[str, Values]) -> tuple[Values, Values] | None:
    address = named.get("url") or (positional[0] if positional else None)
    if last not in ("urlopen", "Request", "urlretrieve") or address is None:
        return None
    if last == "urlopen" and any(isinstance(value, Instance) for value in address):
        return None  # a Request object: counted where it was made
    has_body = last != "urlretrieve" and ("data" in named or len(positional) > 1)
    return named.get("method") or text_of("POST" if has_body else "GET"), address


def _method_first(positional: tuple[Values, ...], named: Mapping[str, Values]) -> tuple[Values, Values] | None:
    method = named.get("method") or (positional[0] if positional else None)
    rest = positional if "method" in named else positional[1:]
    address = named.get("url") or (rest[0] if rest else None)
    return (_capitals(method), address) if method and address else None


def _capitals(method: Values) -> Values:
    return tuple(
        Text((value.parts[0].upper(),)) if isinstance(value, Text) and isinstance(value.parts[0], str) else value
        for value in method
    )


def looks_like_request(
    receiver: str, attribute: str, positional: tuple[Values, ...], named: Mapping[str, Values]
) -> tuple[Values, Values] | None:
    """The same for an object of unknown class: by its name (`self._session`), the verb, and an address that is given.

    A dictionary's `get` has no address for a key.
    """
    last = re.sub(r"\(.*\)\Z", "", receiver, flags=re.DOTALL).rsplit(".", 1)[-1]
    if "cache" in last.lower() or not _SESSION_WORDS.search(last):
        return None
    found = request_of(f"requests.{attribute}", positional, named)
    if found is None or not any(_is_address(value) for value in found[1]):
        return None
    return found


def _is_address(value: Value) -> bool:
    if not isinstance(value, Text):
        return False
    text = shown(value)
    return text.startswith(("http://", "https://", "/")) or "{}/" in text or "/{}" in text


def rooted_at(base: Values, address: Values) -> Values:
    """An address under a client's base URL; one that is whole already stays as it is."""
    if not base:
        return address
    whole = [value for value in address if isinstance(value, Text) and _SCHEME.match(shown(value))]
    rest = tuple(value for value in address if value not in whole)
    return (*whole, *(joined([base, text_of("/"), rest]) if rest else ()))


def path_of(address: Text) -> str:
    """The path of an address, `{}` for what is put in; of a host that is no Hub's the whole address stays.

    An unknown beginning before a slash is a base URL. Query and fragment are left out.
    """
    text = re.split(r"[?#]", shown(address), maxsplit=1)[0]
    whole = _SCHEME.match(text)
    if whole:
        host = whole["host"].split("@")[-1]
        known = "{}" not in host and host.split(":")[0] not in HUB_HOSTS
        if known:
            return text.rstrip("/")
        text = whole["path"] or "/"
    elif text.startswith("{}"):
        rest = text[2:]
        text = rest if rest.startswith("/") else text
    text = re.sub(r"/{2,}", "/", text)
    if text != "{}" and not text.startswith("/"):
        text = "/" + text
    return text.rstrip("/") or "/"
