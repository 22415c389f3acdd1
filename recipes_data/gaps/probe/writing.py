"""The only home of what happens when a client writes to the probe's Hub: repositories, branches, uploads, commits.

Read off `huggingface_hub` 2.4 and the Git LFS batch API, and not checked against the real Hub.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from recipes_data.gaps.probe.state import Reply, State
from recipes_data.mirror import Request, Response
from recipes_data.mirror.answers import bad_request, json_answer, unauthorized

__all__ = ["LFS_FROM", "WRITING", "upload"]

LFS_FROM = 20_000
"""Bytes from which this Hub wants a file by way of LFS."""


def upload(state: State, request: Request) -> Response:
    """Take LFS bytes at the address that the batch API named."""
    oid = request.path.rpartition("/")[2]
    if hashlib.sha256(request.body).hexdigest() != oid:
        return bad_request("The bytes are not those of the address")
    state.objects[oid] = request.body
    return Response(200, {"etag": f'"{oid}"'})


def _body(request: Request) -> dict[str, Any]:
    """A JSON object; empty where the body is none."""
    try:
        body = json.loads(request.body or b"{}")
    except ValueError:
        return {}  # every field that is looked for is then missing, and each operation answers that as it must
    return body if isinstance(body, dict) else {}


def _create(state: State, request: Request, _groups: tuple[str, ...]) -> Response:
    body = _body(request)
    if not state.knows(request):
        return unauthorized(api=True)
    if not isinstance(body.get("name"), str):
        return bad_request("Invalid body: name expected")
    kind = body.get("type") or "model"
    repo = body["name"] if "/" in body["name"] else f"{body.get('organization') or 'mirror'}/{body['name']}"
    name = f"{kind}s/{repo}"
    told = {"url": f"{state.site.url}/{'' if kind == 'model' else f'{kind}s/'}{repo}", "name": repo, "id": "0" * 24}
    if name in state.repositories:
        return json_answer({**told, "error": "You already created this repo"}, 409)
    private = body.get("private") is True or body.get("visibility") == "private"
    state.repositories[name] = {"private": private}
    return json_answer(told)


def _delete(state: State, request: Request, _groups: tuple[str, ...]) -> Response:
    name = _named(_body(request))
    refused = state.unwritable(request, name)
    if refused is None:
        del state.repositories[name]
    return refused or json_answer({})


def _named(body: Mapping[str, Any]) -> str:
    """The repository that a body names: `type`, and `name` with or without `organization`."""
    name, owner = str(body.get("name", "")), body.get("organization")
    return f"{body.get('type') or 'model'}s/{name if '/' in name or not owner else f'{owner}/{name}'}"


def _move(state: State, request: Request, _groups: tuple[str, ...]) -> Response:
    body = _body(request)
    kind = f"{body.get('type') or 'model'}s"
    source, target = f"{kind}/{body.get('fromRepo')}", f"{kind}/{body.get('toRepo')}"
    refused = state.unwritable(request, source)
    if refused is None:
        state.repositories[target] = state.repositories.pop(source)
    return refused or json_answer({})


def _settings(state: State, request: Request, groups: tuple[str, ...]) -> Response:
    name = f"{groups[0]}/{groups[1]}"
    refused = state.unwritable(request, name)
    if refused is None:
        state.repositories[name].update(_body(request))
    return refused or json_answer(_body(request))


def _branch(state: State, request: Request, groups: tuple[str, ...]) -> Response:
    name = f"{groups[0]}/{groups[1]}"
    refused = state.unwritable(request, name)
    if refused is None:
        state.branches.setdefault(name, []).append(groups[2])
    return refused or json_answer({})


def _tag(state: State, request: Request, groups: tuple[str, ...]) -> Response:
    name, tag = f"{groups[0]}/{groups[1]}", _body(request).get("tag")
    refused = state.unwritable(request, name)
    if refused is None and not isinstance(tag, str):
        return bad_request("Invalid body: tag expected")
    if refused is None:
        state.tags.setdefault(name, []).append(str(tag))
    return refused or json_answer({})


def _branch_gone(state: State, request: Request, groups: tuple[str, ...]) -> Response:
    return _gone(state, request, f"{groups[0]}/{groups[1]}", state.branches, groups[2])


def _tag_gone(state: State, request: Request, groups: tuple[str, ...]) -> Response:
    return _gone(state, request, f"{groups[0]}/{groups[1]}", state.tags, groups[2])


def _gone(state: State, request: Request, name: str, listed: dict[str, list[str]], ref: str) -> Response:
    refused = state.unwritable(request, name)
    if refused is None:
        listed.setdefault(name, []).append(f"-{ref}")
    return refused or json_answer({})


def _preupload(state: State, request: Request, groups: tuple[str, ...]) -> Response:
    refused = state.unwritable(request, f"{groups[0]}/{groups[1]}")
    if refused:
        return refused
    files = [each for each in _body(request).get("files", []) if isinstance(each, dict)]
    return json_answer({
        "files": [
            {
                "path": each.get("path"),
                "uploadMode": "lfs" if each.get("size", 0) >= LFS_FROM else "regular",
                "shouldIgnore": False,
            }
            for each in files
        ]
    })  # fmt: skip


def _batch(state: State, request: Request, groups: tuple[str, ...]) -> Response:
    """The Git LFS batch API: where to put the bytes, and whom to tell."""
    name = f"{groups[0] or 'models'}/{groups[1]}"
    refused = state.unwritable(request, name)
    if refused:
        return refused
    objects = []
    for each in _body(request).get("objects", []):
        oid = str(each.get("oid"))
        upload = {"href": f"{state.site.cdn_url}/lfs/{oid}"}
        verify = {"href": f"{state.site.url}/{'' if not groups[0] else f'{groups[0]}/'}{groups[1]}.git/info/lfs/verify"}
        actions = {} if oid in state.objects else {"actions": {"upload": upload, "verify": verify}}
        objects.append({"oid": oid, "size": each.get("size"), **actions})
    told = json_answer({"transfer": "basic", "objects": objects})
    return replace(told, headers={**told.headers, "content-type": "application/vnd.git-lfs+json"})


def _verify(state: State, request: Request, _groups: tuple[str, ...]) -> Response:
    body = _body(request)
    held = state.objects.get(str(body.get("oid")))
    return json_answer({}) if held is not None and len(held) == body.get("size") else bad_request("No such object")


def _commit(state: State, request: Request, groups: tuple[str, ...]) -> Response:
    name = f"{groups[0]}/{groups[1]}"
    refused = state.unwritable(request, name)
    if refused:
        return refused
    try:
        lines = [json.loads(line) for line in request.body.splitlines() if line.strip()]
        if not lines or lines[0].get("key") != "header" or not lines[0]["value"].get("summary"):
            return bad_request("Invalid body: a header with a summary comes first")
        files = dict(filter(None, (_file_line(state, line) for line in lines[1:])))
    except (ValueError, KeyError, AttributeError, binascii.Error):
        return bad_request("Invalid body: lines of JSON with `key` and `value` expected")
    if None in files.values():
        return bad_request("An LFS file was named that was never uploaded")
    state.committed.setdefault(name, {}).update(
        {path: content for path, content in files.items() if content is not None}
    )
    state.commits.append(hashlib.sha1(request.body, usedforsecurity=False).hexdigest())
    url = f"{state.site.url}/{'' if groups[0] == 'models' else f'{groups[0]}/'}{groups[1]}/commit/{state.commits[-1]}"
    return json_answer({"success": True, "commitOid": state.commits[-1], "commitUrl": url, "hookOutput": ""})


def _file_line(state: State, line: Mapping[str, Any]) -> tuple[str, bytes | None] | None:
    """Path and bytes of one line of a commit; None where the line is no file, None for bytes that are not here."""
    value = line["value"]
    if line["key"] == "lfsFile":
        return str(value["path"]), state.objects.get(str(value["oid"]))
    if line["key"] != "file":
        return None
    content = str(value["content"])
    return str(value["path"]), base64.b64decode(content) if value.get("encoding") == "base64" else content.encode()


def _card_check(_state: State, _request: Request, _groups: tuple[str, ...]) -> Response:
    return json_answer({"errors": [], "warnings": []})


_REPO = r"([^/]+/[^/]+)"
_KINDS = "(models|datasets|spaces)"
WRITING: tuple[tuple[str, str, Reply], ...] = (
    ("POST", r"/api/repos/create", _create),
    ("DELETE", r"/api/repos/delete", _delete),
    ("POST", r"/api/repos/move", _move),
    ("PUT", rf"/api/{_KINDS}/{_REPO}/settings", _settings),
    ("POST", rf"/api/{_KINDS}/{_REPO}/branch/([^/]+)", _branch),
    ("POST", rf"/api/{_KINDS}/{_REPO}/tag/[^/]+", _tag),
    ("DELETE", rf"/api/{_KINDS}/{_REPO}/branch/([^/]+)", _branch_gone),
    ("DELETE", rf"/api/{_KINDS}/{_REPO}/tag/([^/]+)", _tag_gone),
    ("POST", rf"/api/{_KINDS}/{_REPO}/preupload/[^/]+", _preupload),
    ("POST", rf"/(?:(datasets|spaces)/)?{_REPO}\.git/info/lfs/objects/batch", _batch),
    ("POST", rf"/(?:(datasets|spaces)/)?{_REPO}\.git/info/lfs/verify", _verify),
    ("POST", rf"/api/{_KINDS}/{_REPO}/commit/[^/]+", _commit),
    ("POST", r"/api/validate-yaml", _card_check),
)
"""Method, pattern of the whole path, reply."""
