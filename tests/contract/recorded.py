"""The only reader of exchanges.yaml: what the Hub answers, as values to compare with or to replay."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlencode

import yaml

__all__ = ["Exchange", "Record", "exact", "load_record", "substitute"]

_PLACEHOLDER = re.compile(r"<([a-z][a-z0-9_]*)>")
_FILE = Path(__file__).with_name("exchanges.yaml")


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and the answer to it, as templates with <name> in them.

    `who` is a key of `Record.tokens`, or "anonymous". `body` is None where the record says nothing of it,
    bytes of a file, text, or the JSON keys that matter. `without` are headers that the mirror goes without;
    `not_served` says why it serves this not at all.
    """

    name: str
    source: str
    level: Literal["multi", "single", "client", "memory"]
    who: str
    methods: tuple[str, ...]
    origin: Literal["hub", "cdn"]
    path: str
    query: str | None
    headers: Mapping[str, str]
    form: str
    status: int
    answer_headers: Mapping[str, str | None]
    body: bytes | str | dict[str, Any] | list[Any] | None
    without: frozenset[str]
    not_served: str


@dataclass(frozen=True, slots=True)
class Record:
    """The whole file. `files` are the bytes of every repository in `repositories`, by path."""

    values: Mapping[str, str]
    patterns: Mapping[str, str]
    tokens: Mapping[str, str]
    repositories: Mapping[str, Mapping[str, Any]]
    aliases: Mapping[str, str]
    files: Mapping[str, bytes]
    exchanges: tuple[Exchange, ...]


def load_record(file: Path = _FILE) -> Record:
    """Read the record; every exchange says its source and level."""
    raw = yaml.safe_load(file.read_text(encoding="utf-8"))
    files = {path: (each["text"] * each.get("times", 1)).encode() for path, each in raw["files"].items()}
    return Record(
        values={name: str(value) for name, value in raw["values"].items()},
        patterns=raw["patterns"],
        tokens=raw["tokens"],
        repositories=raw["repositories"],
        aliases=raw["aliases"],
        files=files,
        exchanges=tuple(_exchange(each, raw["common"], files) for each in raw["exchanges"]),
    )


def _exchange(raw: Mapping[str, Any], common: Mapping[str, Any], files: Mapping[str, bytes]) -> Exchange:
    request, response, mirror = raw["request"], raw["response"], raw.get("mirror", {})
    method, path = request["method"], request["path"]
    origin = request.get("origin", "hub")
    api = path.startswith("/api/") and not path.startswith("/api/resolve-cache/")
    shared = common["api" if api else "resolvers"]["headers"] if origin == "hub" else {}
    return Exchange(
        name=raw["name"],
        source=raw["source"],
        level=raw["level"],
        who=raw.get("as", "anonymous"),
        methods=tuple(method) if isinstance(method, list) else (method,),
        origin=origin,
        path=path,
        query=None if request.get("any_query") else request.get("query", ""),
        headers=request.get("headers", {}),
        form=urlencode(request["form"], doseq=True) if "form" in request else "",
        status=response["status"],
        answer_headers={**shared, **response.get("headers", {})},
        body=_body(response, files),
        without=frozenset(mirror.get("without", ())),
        not_served=mirror.get("not_served", ""),
    )


def _body(response: Mapping[str, Any], files: Mapping[str, bytes]) -> bytes | str | dict[str, Any] | list[Any] | None:
    if "file" in response:
        return files[response["file"]][slice(*response.get("part", (0, None)))]
    body: str | dict[str, Any] | list[Any] | None = response.get("text", response.get("json"))
    return body


def substitute(template: Any, give: Callable[[str], str], literal: Callable[[str], str] = str) -> Any:
    """The template with every <name> replaced by `give(name)`, and all other text by `literal(text)`."""
    if isinstance(template, dict):
        return {key: substitute(each, give, literal) for key, each in template.items()}
    if isinstance(template, list):
        return [substitute(each, give, literal) for each in template]
    if not isinstance(template, str):
        return template
    pieces = _PLACEHOLDER.split(template)  # text, name, text, name, ..., text
    return "".join(give(each) if at % 2 else literal(each) for at, each in enumerate(pieces))


def exact(body: Any) -> bytes:
    """Bytes of a body whose placeholders are filled in."""
    if body is None:
        return b""
    if isinstance(body, bytes):
        return body
    return (body if isinstance(body, str) else json.dumps(body)).encode()
