"""The only home of how an operation of the table and its arguments become one HTTP request. Nothing is sent."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from recipes_data.errors import UnknownNameError, UsageError
from recipes_data.gaps.contract.table import load_operations, placeholders
from recipes_data.gaps.contract.values import given_values, wire_text
from recipes_data.gaps.operations import Operation, Operations, Parameter

__all__ = ["Request", "build_request", "describe_request", "find_operation", "read_arguments", "request_of"]

_CONTENT_TYPES = {
    "json": "application/json",
    "form": "application/x-www-form-urlencoded",
    "ndjson": "application/x-ndjson",
}
_HIDDEN = "Bearer ***"
_TOKEN = re.compile(r"[!-~]+\Z")


@dataclass(frozen=True, slots=True)
class Request:
    """One request: `url_path` and `query` percent-encoded and plain, header names in lower case, `server` an origin."""

    method: str
    url_path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    server: str = ""

    @property
    def url(self) -> str:
        """Origin, path and query."""
        asked = f"?{urlencode(self.query)}" if self.query else ""
        return f"{self.server}{self.url_path}{asked}"


def build_request(operation_id: str, /, **arguments: object) -> Request:
    """The request of an operation of the packaged table.

    Arguments are the row's parameters by `Parameter.argument`, their `tags`, and `token`; None is as if not given.

    Raises:
        UnknownNameError: there is no such operation; the known ones are listed.
        UsageError: it is no single request, or its arguments do not fit; every fault at once.
    """
    table = _packaged()
    return request_of(find_operation(table, operation_id), arguments, table.base_url)


def find_operation(table: Operations, operation_id: str) -> Operation:
    """The row of this id.

    Raises:
        UnknownNameError: there is none; the known ones are listed.
    """
    rows = table.by_id()
    if operation_id not in rows:
        known = sorted(rows)
        area = operation_id.partition(".")[0]
        near = [name for name in known if name.partition(".")[0] == area]
        raise UnknownNameError(f"no operation is called {operation_id!r}", f"there is: {', '.join(near or known)}")
    return rows[operation_id]


def request_of(operation: Operation, arguments: Mapping[str, object], base_url: str) -> Request:
    """The request of a row with these arguments; raises as `build_request` does."""
    if operation.kind != "http":
        made_of = f"it is made of: {', '.join(operation.uses)}" if operation.uses else "name one that has a method"
        raise UsageError(f"{operation.id} is no single request but a {operation.kind}", made_of)
    asked = {name: value for name, value in arguments.items() if value is not None and name != "token"}
    given, faults = given_values(operation, asked)
    token = arguments.get("token")
    if token is not None and not (isinstance(token, str) and _TOKEN.match(token)):
        faults.append("token must be text without spaces")
    if faults:
        takes = ", ".join(_shown(each) for each in operation.parameters) or "no arguments"
        raise UsageError("\n".join(f"{operation.id}: {fault}" for fault in faults), f"it takes {takes}")
    by_place: dict[str, list[tuple[Parameter, object]]] = {"path": [], "query": [], "header": [], "body": []}
    for each in operation.parameters:
        if each.name in given[each.place]:
            by_place[each.place].append((each, given[each.place][each.name]))
    headers = {each.name: wire_text(value) for each, value in by_place["header"]}
    if operation.body:
        headers.setdefault("content-type", _CONTENT_TYPES[operation.body])
    if token is not None:
        headers["authorization"] = f"Bearer {token}"
    return Request(
        method=operation.method,
        url_path=_path(operation, by_place["path"], asked),
        query=tuple(_pairs(by_place["query"])),
        headers=tuple(sorted(headers.items())),
        body=_body(operation, by_place["body"]),
        server=operation.server or base_url,
    )


def describe_request(operation_id: str, arguments: Mapping[str, object]) -> str:
    """The request as text for a person: method and address, headers, body. A token is never shown."""
    request = build_request(operation_id, **arguments)
    lines = [f"{request.method} {request.url}"]
    lines += [f"{name}: {_HIDDEN if name == 'authorization' else value}" for name, value in request.headers]
    if request.body:
        lines += ["", request.body.decode().rstrip("\n")]
    return "\n".join(lines)


def read_arguments(words: Iterable[str]) -> dict[str, str | list[str]]:
    """Arguments of a command line: `name=value`; a name that stands several times is a list.

    Raises:
        UsageError: a word has no `=` or no name.
    """
    found: dict[str, str | list[str]] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or not name:
            raise UsageError(f"{word!r} is not NAME=VALUE", "write arguments as repo_id=openai/gsm8k")
        earlier = found.get(name)
        found[name] = value if earlier is None else [*([earlier] if isinstance(earlier, str) else earlier), value]
    return found


@functools.cache
def _packaged() -> Operations:
    return load_operations()


def _shown(parameter: Parameter) -> str:
    named = [parameter.argument, *(name for name, _ in parameter.tags if name != parameter.argument)]
    return "/".join(named) + (" (required)" if parameter.required else "")


def _path(operation: Operation, given: list[tuple[Parameter, object]], asked: Mapping[str, object]) -> str:
    values = {each.name: quote(wire_text(value), safe="/" if each.type == "path" else "") for each, value in given}
    left_out = [name for name in placeholders(operation.path) if name not in placeholders(operation.short_path)]
    short = operation.short_path and not any(name in asked for name in left_out)
    path = operation.short_path if short else operation.path
    for name in placeholders(path):
        path = path.replace(f"{{{name}}}", values[name])
    return path


def _pairs(given: list[tuple[Parameter, object]]) -> Iterable[tuple[str, str]]:
    for each, value in given:
        for one in value if isinstance(value, list) else [value]:
            yield each.name, wire_text(one)


def _body(operation: Operation, given: list[tuple[Parameter, object]]) -> bytes:
    if operation.body == "form":
        return urlencode(list(_pairs(given))).encode()
    if operation.body == "json":
        return _json({each.name: value for each, value in given})
    if operation.body == "ndjson":
        lines = [(each.name, one) for each, value in given for one in (value if isinstance(value, list) else [value])]
        return b"".join(_json({"key": key, "value": value}) + b"\n" for key, value in lines)
    return b""


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
