"""The only home of which calls send a request, in which HTTP library's words, and what the URL's path is then.

Libraries: Req, Finch, HTTPoison, Tesla, Mint, Mojito, HTTPotion, :httpc, :hackney, :gun, :ibrowse.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from recipes_data.gaps.elixir.syntax import HOLE
from recipes_data.gaps.elixir.values import UNKNOWN, Atom, Items, Pairs, Text, Values, joined, looked_up, merged, union

__all__ = ["LIBRARIES", "ON_HUB", "VERBS", "is_request", "methods_of", "on_hub", "path_of", "requested"]

VERBS = frozenset({"get", "head", "post", "put", "patch", "delete", "options"})
_ONE_CALL = ("Req", "HTTPoison", "Tesla", "Mojito", "HTTPotion", "hackney", "gun")
LIBRARIES = frozenset({*_ONE_CALL, "Finch", "Mint.HTTP", "Mint.HTTP1", "Mint.HTTP2", "httpc", "ibrowse"})
ON_HUB = re.compile(r"\A(www\.|hub-ci\.)?(huggingface\.co|hf\.co)\Z|\A(localhost|127\.0\.0\.1)(:|\Z)")
"""Hosts whose paths are the Hub's; https://huggingface.co/docs/hub/api."""
_URL = re.compile(r"\A[a-z][a-z0-9+]*://([^/?#]*)(.*)\Z", re.IGNORECASE | re.DOTALL)
_ANY_METHOD = "*"


def is_request(module: str, name: str) -> bool:
    """Whether a call of a library's function sends a request (or, of Finch, builds the one that is sent)."""
    plain = name.rstrip("!")
    if module in _ONE_CALL:
        return plain in VERBS or plain in ("request", "run")
    if module == "Finch":
        return plain == "build"
    if module.startswith("Mint.HTTP"):
        return plain == "request"
    return (module, plain) in {("httpc", "request"), ("ibrowse", "send_req")}


def requested(module: str, name: str, arguments: Sequence[Values]) -> list[tuple[Values, Values]]:
    """Methods and URLs of a request, from what is known of the arguments."""
    plain = name.rstrip("!")
    given = [*arguments, *([UNKNOWN] * 3)]
    verb: Values = frozenset({Text(plain.upper())})
    if module == "Req":
        options = _req_options(arguments)
        method, _ = looked_up(options, "method")
        return [(verb if plain in VERBS else method or frozenset({Text("GET")}), _req_url(options))]
    if module == "Tesla":
        return _tesla(verb if plain in VERBS else None, arguments)
    if module == "ibrowse":
        return [(given[2], given[0])]
    if module == "gun" or module.startswith("Mint.HTTP"):
        return [(verb, given[1]) if plain in VERBS else (given[1], given[2])]
    if plain in VERBS:
        return [(verb, given[0])]
    if len(arguments) == 1:  # :httpc.request(url), HTTPoison.request(%HTTPoison.Request{})
        url, _ = looked_up(given[0], "url")
        method, _ = looked_up(given[0], "method")
        return [(method or frozenset({Text("GET")}), url or given[0])]
    return [(given[0], _first_item(given[1]))]


def _req_options(arguments: Sequence[Values]) -> Values:
    """All options of a call of Req: a URL first is the option `url`, a request struct is its options."""
    whole: Values = frozenset({Pairs(())})
    for argument in arguments:
        urls = frozenset(value for value in argument if isinstance(value, Text))
        if urls or argument == UNKNOWN:
            whole = merged(whole, frozenset({Pairs((("url", urls or UNKNOWN),), open=not urls)}))
        else:
            whole = merged(whole, argument)
    return whole


def _req_url(options: Values) -> Values:
    url, _ = looked_up(options, "url")
    start, _ = looked_up(options, "base_url")
    if url is None:
        return start or UNKNOWN
    return url if start is None else _under(start, url)


def _under(start: Values, url: Values) -> Values:
    """A path under a base URL; a URL that is whole by itself stays."""
    whole = frozenset(value for value in url if isinstance(value, Text) and _URL.match(value.text))
    rest = frozenset(url - whole)
    if not rest:
        return whole
    lead: Values = frozenset(Text(v.text.rstrip("/") + "/") if isinstance(v, Text) else v for v in start)
    tail: Values = frozenset(Text(v.text.lstrip("/")) if isinstance(v, Text) else v for v in rest)
    return union([whole, joined([lead, tail])])


def _tesla(verb: Values | None, arguments: Sequence[Values]) -> list[tuple[Values, Values]]:
    """`Tesla.get(client, url, ...)`, `Tesla.get(url, ...)`, `Tesla.request(client, method: m, url: u)`."""
    given = [*arguments, UNKNOWN, UNKNOWN]
    if verb is None:
        options = given[1] if any(isinstance(value, Pairs) for value in given[1]) else given[0]
        method, _ = looked_up(options, "method")
        url, _ = looked_up(options, "url")
        return [(method or UNKNOWN, url or UNKNOWN)]
    url = given[0] if any(isinstance(value, Text) for value in given[0]) or len(arguments) == 1 else given[1]
    start = _tesla_start(given[0])
    return [(verb, _under(start, url) if start else url)]


def _tesla_start(values: Values) -> Values | None:
    """The base URL among middleware: `{Tesla.Middleware.BaseUrl, url}`."""
    found: list[Values] = []
    for value in values:
        if not isinstance(value, Items):
            continue
        if len(value.items) == 2 and value.items[0] == frozenset({Atom("Tesla.Middleware.BaseUrl")}):
            found.append(value.items[1])
        else:
            found += [inner for item in value.items if (inner := _tesla_start(item)) is not None]
    return union(found) if found else None


def _first_item(values: Values) -> Values:
    """The URL of `:httpc.request(:get, {url, headers}, ...)`."""
    firsts = [value.items[0] if isinstance(value, Items) and value.items else frozenset({value}) for value in values]
    return union(firsts) if firsts else UNKNOWN


def methods_of(values: Values) -> list[str]:
    """Methods in capitals; "*" for one that could not be told."""
    found = set()
    for value in values:
        name = value.text if isinstance(value, Text) else value.name if isinstance(value, Atom) else ""
        found.add(name.upper() if name.isalpha() else _ANY_METHOD)
    return sorted(found)


def on_hub(url: str) -> bool:
    """Whether a URL may be one of the Hub: its host is the Hub's, or put in when the program runs."""
    host, _ = _parted(url)
    return not host or ON_HUB.match(host.lower()) is not None


def _parted(url: str) -> tuple[str, str]:
    """Host ("" where it is put in, or there is none) and the rest: a path may be put in right after the host."""
    match = _URL.match(url)
    if match is None:
        return "", url
    host, hole, rest = match[1].partition(HOLE)
    if hole and (not host or host.endswith((".", "-", "@", ":"))):
        return "", match[2] or "/"  # a part of the host itself is put in
    return host, hole + rest + match[2] if hole else match[2] or "/"


def path_of(url: str) -> str:
    """The path of a URL on the Hub, with `{}` for what is put in; of another host the whole URL; without a query.

    A URL that starts with something put in and a slash starts with the configured endpoint.
    """
    whole = re.split(r"[?#]", url, maxsplit=1)[0]
    host, bare = _parted(whole)
    if host and not ON_HUB.match(host.lower()):
        return whole.replace(HOLE, "{}")
    lead = bare.lstrip(HOLE)
    if lead != bare and lead.startswith(("/", "api/")):
        bare = lead
    if not bare:
        return "{}"
    if not bare.startswith(("/", HOLE)):
        bare = "/" + bare
    return re.sub(r"/{2,}", "/", bare).replace(HOLE, "{}")
