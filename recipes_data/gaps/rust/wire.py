"""The only home of which Rust call is an HTTP request, and of the types that come of building one."""

from __future__ import annotations

import re

from recipes_data.gaps.python_client.values import HOLE, Text, Values, shown, text_of

__all__ = ["is_network_path", "looks_like_request", "made_by", "request_of"]

_LIBRARIES = frozenset(
    {"reqwest", "ureq", "isahc", "surf", "attohttpc", "minreq", "hyper", "http", "reqwest_middleware", "awc", "curl"}
    | {"hyper_util", "worker", "gloo_net", "ehttp", "wreq", "rquest"}
)
_VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "get_async", "post_async", "put_async"})
_CLIENTS = re.compile(r"(Client|Agent|Session|ClientWithMiddleware|HttpClient|Easy|Easy2)\Z")
_WORDS = re.compile(r"(client|agent|session|http|pool)(\(\))?\Z", re.IGNORECASE)


def is_network_path(path: str) -> bool:
    """Whether a path belongs to a library that makes requests."""
    return path.split("::")[0] in _LIBRARIES


def made_by(path: str) -> str | None:
    """The type of object that a function of such a library gives, where it is one that makes requests."""
    parts = path.split("::")
    if parts[0] not in _LIBRARIES:
        return None
    owner, last = "::".join(parts[:-1]), parts[-1]
    if _CLIENTS.search(parts[-2] if len(parts) > 1 else "") and last in (
        "new",
        "default",
        "builder",
        "build",
        "new_with_defaults",
        "clone",
    ):
        return owner
    if parts[-2:-1] and parts[-2].endswith(("ClientBuilder", "AgentBuilder", "HttpClientBuilder", "Config")):
        if last in ("build", "into"):
            return re.sub(r"(Client|Agent|HttpClient)Builder\Z", r"\1", owner)
        return owner
    if path in ("ureq::agent", "ureq::builder"):
        return "ureq::Agent" if last == "agent" else "ureq::AgentBuilder"
    if path == "reqwest::ClientBuilder":
        return path
    if path.startswith("ureq::AgentBuilder"):
        return "ureq::AgentBuilder"
    return None


def request_of(path: str, arguments: list[Values], method: str | None = None) -> tuple[Values, Values] | None:
    """Method and address that a call asks for; None: no request. `method`: of a constant such as `Method::GET`."""
    parts = path.split("::")
    if parts[0] not in _LIBRARIES:
        return None
    last = parts[-1].removesuffix("_async")
    on_object = len(parts) > 1 and bool(_CLIENTS.search(parts[-2]))
    at_top = len(parts) == 2 or (len(parts) == 3 and parts[1] == "blocking")
    built = len(parts) > 1 and parts[-2] == "Request"
    if on_object and parts[-2].startswith("Easy"):
        # curl's handle: the verb is set on its own, before or after the address
        return ((HOLE,), arguments[0]) if last == "url" and arguments else None
    if last in _VERBS and (on_object or at_top or built) and arguments:
        return text_of(last.upper()), arguments[0]
    if last in ("request", "request_url", "new") and (on_object or at_top or (built and parts[0] != "http")):
        if len(arguments) > 1 and last != "new":
            return (text_of(method) if method else arguments[0]), arguments[1]
        if built and len(arguments) > 1:
            return (text_of(method) if method else arguments[0]), arguments[1]
    return None


def looks_like_request(receiver: str, name: str, arguments: list[Values]) -> tuple[Values, Values] | None:
    """The same for an object of unknown type, by its name, the verb, and an address among the arguments."""
    last = re.split(r"[.:]", re.sub(r"\s", "", receiver))[-1]
    if name not in _VERBS or not arguments or not _WORDS.search(last):
        return None
    addresses = [shown(value) for value in arguments[0] if isinstance(value, Text)]
    if any(one.startswith(("http://", "https://", "/")) or "{}/" in one or "/{}" in one for one in addresses):
        return text_of(name.removesuffix("_async").upper()), arguments[0]
    return None
