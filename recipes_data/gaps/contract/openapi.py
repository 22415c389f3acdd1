"""The only home of the table as an OpenAPI 3.1 document."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from recipes_data.gaps.contract.table import placeholders
from recipes_data.gaps.operations import Operation, Operations, Parameter

__all__ = ["openapi_document", "openapi_text"]

_MEDIA = {"json": "application/json", "form": "application/x-www-form-urlencoded", "ndjson": "application/x-ndjson"}
_PREFIXES = ("", "datasets/", "spaces/")
_ERRORS = {
    "400": "the request is not well formed",
    "401": "no token, or one that is not valid; of a repository that does not exist or is private, anonymously",
    "403": "the token's owner may not do this; X-Error-Code: GatedRepo where the terms were not accepted",
    "404": "X-Error-Code says what: RepoNotFound, RevisionNotFound, EntryNotFound",
    "429": "too many requests; RateLimit says for how many seconds",
}
_NOT_OPENAPI_HEADERS = ("accept", "content-type", "authorization")  # OpenAPI says these in other places


def openapi_text(table: Operations) -> str:
    """The document as JSON, two spaces deep."""
    return json.dumps(openapi_document(table), indent=2, ensure_ascii=False) + "\n"


def openapi_document(table: Operations) -> dict[str, Any]:
    """The document: every http row, under every path it may have.

    A path's parameter may have no slash in OpenAPI, so `{repo_id}` is written `{namespace}/{repo}`, and `{repository}`
    once for models, datasets and spaces each. Rows that are one request become one operation, whose `x-operations`
    names them all.
    """
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Hugging Face Hub, as far as recipes and their libraries use it",
            "version": "1",
            "description": (
                "Generated from manifests/operations.yaml by `python -m recipes_data.gaps.contract`. "
                f"Requests as huggingface_hub {', '.join(table.versions)} sends them; answers in words."
            ),
        },
        "externalDocs": {"url": table.documentation},
        "servers": [{"url": table.base_url}],
        "security": [{}, {"token": []}],
        "tags": [{"name": area} for area in dict.fromkeys(row.area for row in table.rows if row.kind == "http")],
        "paths": _paths(table),
        "components": {
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": table.authentication},
            },
            "responses": {code: {"description": text} for code, text in _ERRORS.items()},
        },
    }


def _paths(table: Operations) -> dict[str, dict[str, Any]]:
    paths: dict[str, dict[str, Any]] = {}
    known: dict[str, str] = {}
    for row in table.rows:
        for path in row.paths if row.kind == "http" else ():
            for written in _written_paths(path):
                # paths that differ in their parameters' names alone are the same to OpenAPI
                same = known.setdefault(re.sub(r"\{[^{}]*\}", "{}", written), written)
                names = dict(zip(placeholders(written), placeholders(same), strict=True))
                _add(paths.setdefault(same, {}), row, path, names, same)
    return dict(sorted(paths.items()))


def _written_paths(path: str) -> Iterable[str]:
    path = path.replace("{repo_id}", "{namespace}/{repo}").replace("{slug}", "{namespace}/{slug}")
    if "{repository}" not in path:
        return [path]
    return [path.replace("{repository}", f"{prefix}{{namespace}}/{{repo}}") for prefix in _PREFIXES]


def _add(item: dict[str, Any], row: Operation, path: str, names: Mapping[str, str], written: str) -> None:
    """Add a row to a path item: as an operation of its own, or to the one of the same method."""
    method = row.method.lower()
    parameters = [_renamed(each, names) for each in _parameters(row, path)]
    if method in item:
        known = item[method]
        known["x-operations"].append(row.id)
        given = {(each["in"], each["name"]) for each in known["parameters"]}
        # what only one of the rows needs, nobody has to give
        known["parameters"] += [
            {**each, "required": each["in"] == "path"} for each in parameters if (each["in"], each["name"]) not in given
        ]
        return
    item[method] = _operation(row, written, parameters, shared=path != row.path)


def _renamed(parameter: dict[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """A parameter of the path under the name that the path has for it."""
    name = parameter["name"]
    if parameter["in"] != "path" or names[name] == name:
        return parameter
    text = "; ".join(part for part in (f"here the {name}", parameter.get("description")) if part)
    return {**parameter, "name": names[name], "description": text}


def _operation(row: Operation, written: str, parameters: list[dict[str, Any]], *, shared: bool) -> dict[str, Any]:
    kind = next((prefix.strip("/") for prefix in _PREFIXES[1:] if written.startswith(f"/{prefix}")), "models")
    several = "{repository}" in row.path
    found: dict[str, Any] = {
        "operationId": row.id + (f".{kind}" if several else "") + (".short" if shared else ""),
        "x-operations": [row.id],
        "tags": [row.area],
        "summary": row.title,
    }
    if row.notes:
        found["description"] = row.notes
    if row.server:
        found["servers"] = [{"url": row.server}]
    found["parameters"] = parameters
    if row.body:
        found["requestBody"] = _request_body(row)
    found["responses"] = {
        "200": {"description": row.returns},
        **{code: {"$ref": f"#/components/responses/{code}"} for code in _ERRORS},
    }
    if row.python:
        found["x-python"] = list(row.python)
    found["x-paginated"] = row.paginated
    found["x-evidence"] = row.evidence
    return found


def _parameters(row: Operation, path: str) -> Iterable[dict[str, Any]]:
    for each in row.parameters:
        if each.place == "body" or (each.place == "path" and each.name not in placeholders(path)):
            continue
        if each.place == "header" and each.name in _NOT_OPENAPI_HEADERS:
            continue
        if each.name in ("repo_id", "repository", "slug"):
            yield {"name": "namespace", "in": "path", "required": True, "schema": {"type": "string"}}
            name = "slug" if each.name == "slug" else "repo"
            yield {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            continue
        yield _parameter(each)


def _parameter(each: Parameter) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": each.name,
        "in": each.place,
        "required": each.place == "path" or each.required,
        "schema": _schema(each),
    }
    text = _description(each)
    if each.place == "path" and each.type == "path":
        text = f"{text}; its slashes are sent as they are" if text else "its slashes are sent as they are"
    if text:
        found["description"] = text
    if each.type == "array<string>" and each.place == "query":
        found |= {"style": "form", "explode": True}
    return found


def _description(each: Parameter) -> str:
    parts = [each.note, *(f"{name}=V is sent as {tag}:V" for name, tag in each.tags)]
    parts += [f"since huggingface_hub {each.since}"] if each.since else []
    parts += [f"until huggingface_hub {each.until}"] if each.until else []
    parts += [each.evidence] if each.evidence else []
    return "; ".join(part for part in parts if part)


def _schema(each: Parameter) -> dict[str, Any]:
    if each.type.startswith("array<"):
        items: dict[str, Any] = {"type": each.type[len("array<") : -1]}
        if each.values:
            items["enum"] = list(each.values)
        return {"type": "array", "items": items}
    found: dict[str, Any] = {"type": "string" if each.type == "path" else each.type}
    if each.values:
        found["enum"] = [_plain(value, each) for value in each.values]
        if False in found["enum"]:
            del found["type"]
    if each.default is not None:
        found["default"] = _plain(each.default, each)
    return found


def _plain(value: str, each: Parameter) -> object:
    if each.type == "integer":
        return int(value)
    if value in ("true", "false") and (each.type == "boolean" or each.place == "body"):
        return value == "true"
    return value


def _request_body(row: Operation) -> dict[str, Any]:
    fields = [each for each in row.parameters if each.place == "body"]
    properties: dict[str, Any] = {}
    for each in fields:
        text = _description(each)
        properties[each.name] = {**_schema(each), **({"description": text} if text else {})}
    required = [each.name for each in fields if each.required]
    schema: dict[str, Any] = {"type": "object", "properties": properties}
    if required:
        schema["required"] = required
    if row.body == "ndjson":
        schema = {
            "type": "string",
            "description": "JSON values, one a line: {key, value}. Keys: "
            + "; ".join(f"{each.name} {each.note}".strip() for each in fields),
        }
    declared = next(
        (each.default for each in row.parameters if each.place == "header" and each.name == "content-type"), None
    )
    return {"required": True, "content": {declared or _MEDIA[row.body]: {"schema": schema}}}
