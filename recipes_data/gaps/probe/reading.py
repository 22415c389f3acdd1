"""The only home of what the probe's Hub says beyond the mirror: search, people, histories, discussions, spaces.

Read off `huggingface_hub` 2.4 (what it asks, which fields it reads), and not checked against the real Hub: where
the two differ, a client that does well here may still do badly there.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace
from typing import Any

from recipes_data.gaps.probe import people
from recipes_data.gaps.probe.paging import paged
from recipes_data.gaps.probe.state import Reply, State
from recipes_data.mirror import Request, Response
from recipes_data.mirror.answers import bad_request, json_answer, unauthorized
from recipes_data.mirror.routes import answer

__all__ = ["READING", "mirrored"]

_LISTED = ("_id", "id", "author", "sha", "lastModified", "createdAt", "private", "gated", "disabled", "tags")


def mirrored(state: State, request: Request) -> Response:
    """The mirror's own answer. It knows no spaces: they lie among its models, as space.ORG/NAME."""
    if not re.match(r"/(?:api/)?spaces/", request.path):
        return answer(state.site, request)
    hidden = re.sub(r"^/(api/)?spaces/", lambda found: "/api/models/space." if found[1] else "/space.", request.path)
    told = answer(state.site, replace(request, path=hidden))
    headers = dict(told.headers)
    if "link" in headers:
        headers["link"] = headers["link"].replace("/api/models/space.", "/api/spaces/")
    body = told.body
    if isinstance(body, bytes) and headers.get("content-type", "").startswith("application/json"):
        body = body.replace(b'"space.', b'"')
    return replace(told, headers=headers, body=body)


def _list(state: State, request: Request, groups: tuple[str, ...]) -> Response:
    kind, asked = groups[0], request.parameters()
    records = [
        _record(state, name, place)
        for place, name in enumerate(sorted(state.repositories))
        if name.startswith(f"{kind}/")
    ]
    if words := asked.get("search"):
        records = [each for each in records if words[0].lower() in each["id"].lower()]
    if owners := asked.get("author"):
        records = [each for each in records if each["author"] in owners]
    for tag in asked.get("filter", []):
        records = [each for each in records if set(tag.split(",")) <= set(each["tags"])]
    order = asked.get("sort", ["id"])[0]
    records.sort(key=lambda each: each.get(order, 0) if order != "id" else each["id"], reverse=order != "id")
    return paged(records, request, state.site.url, state.stage.page_size)


def _record(state: State, name: str, place: int) -> dict[str, Any]:
    kind, _, repo = name.partition("/")
    told = mirrored(state, Request("GET", f"/api/{kind}/{repo}", "", {}, "hub"))
    record = json.loads(told.body) if isinstance(told.body, bytes) and told.status == 200 else {"id": repo}
    return {**{key: record[key] for key in _LISTED if key in record}, "downloads": 10 * place, "likes": place}


def _user(_state: State, _request: Request, groups: tuple[str, ...]) -> Response:
    if groups[0] not in people.MEMBERS:
        return json_answer({"error": "This user does not exist"}, 404)
    return json_answer(people.user_record(groups[0]))


def _organization(state: State, request: Request, groups: tuple[str, ...]) -> Response:
    if groups[0] != people.ORGANIZATION:
        return json_answer({"error": "This organization does not exist"}, 404)
    if groups[1] == "overview":
        return json_answer(people.organization_record())
    if groups[1] == "members":
        members = [people.user_record(name) for name in people.MEMBERS]
        return paged(members, request, state.site.url, state.stage.page_size)
    return _owned(state, request, people.ORGANIZATION)


def _settings_repositories(state: State, request: Request, _groups: tuple[str, ...]) -> Response:
    return _owned(state, request, people.USER)


def _owned(state: State, request: Request, owner: str) -> Response:
    if not state.knows(request):
        return unauthorized(api=True)
    rows = [
        {"id": repo, "type": kind.removesuffix("s"), "updatedAt": "2026-01-02T03:04:05.000Z", "visibility": "public",
         "storage": 1, "storagePercent": 0.1}
        for kind, _, repo in (name.partition("/") for name in sorted(state.repositories))
        if repo.startswith(f"{owner}/")
    ]  # fmt: skip
    return paged(rows, request, state.site.url, state.stage.page_size)


def _collections(state: State, request: Request, _groups: tuple[str, ...]) -> Response:
    owner = request.parameters().get("owner", [None])[0]
    return paged(people.collection_records(owner), request, state.site.url, state.stage.page_size)


def _collection(_state: State, _request: Request, groups: tuple[str, ...]) -> Response:
    found = [each for each in people.collection_records() if each["slug"] == groups[0]]
    return json_answer({**found[0], "position": 0}) if found else json_answer({"error": "Collection not found"}, 404)


def _discussions(state: State, request: Request, groups: tuple[str, ...]) -> Response:
    kind, repo = groups
    if refused := state.missing(request, f"{kind}/{repo}"):
        return refused
    page = request.parameters().get("p", ["0"])[0]
    if not page.isdecimal():
        return bad_request("Invalid p")
    return json_answer(people.discussion_page(kind.removesuffix("s"), repo, int(page)))


def _discussion(state: State, request: Request, groups: tuple[str, ...]) -> Response:
    kind, repo, number = groups
    if refused := state.missing(request, f"{kind}/{repo}"):
        return refused
    found = [each for each in people.discussions_of(kind.removesuffix("s"), repo) if str(each["num"]) == number]
    return json_answer({**found[0], "events": []}) if found else json_answer({"error": "Discussion not found"}, 404)


def _whoami(state: State, request: Request, _groups: tuple[str, ...]) -> Response:
    told = answer(state.site, request)
    if told.status != 200 or not isinstance(told.body, bytes):
        return told
    return json_answer({**json.loads(told.body), "name": people.USER, "fullname": people.USER.capitalize()})


def _commits(state: State, request: Request, groups: tuple[str, ...]) -> Response | None:
    """A history of several commits, the newest first: the mirror's folders have no past."""
    count = state.stage.commits.get(groups[1])
    if count is None:
        return None
    told = answer(state.site, request)
    if told.status != 200 or not isinstance(told.body, bytes):
        return told
    newest = json.loads(told.body)[0]
    older = [
        {**newest, "id": hashlib.sha1(str(n).encode(), usedforsecurity=False).hexdigest(), "title": f"Change {n}"}
        for n in range(count - 1, 0, -1)
    ]
    return paged([newest, *older], request, state.site.url, state.stage.page_size)


def _xet_token(state: State, request: Request, groups: tuple[str, ...]) -> Response:
    if refused := state.missing(request, f"{groups[0]}/{groups[1]}"):
        return refused
    headers = {
        "x-xet-cas-url": "https://cas.invalid",
        "x-xet-access-token": "xet_probe_token",
        "x-xet-token-expiration": "4102444800",
    }
    told = {"casUrl": headers["x-xet-cas-url"], "accessToken": headers["x-xet-access-token"], "exp": 4102444800}
    return json_answer(told, 200, headers)


_REPO = r"([^/]+/[^/]+)"
_KINDS = "(models|datasets|spaces)"
READING: tuple[tuple[str, str, Reply], ...] = (
    ("GET", rf"/api/{_KINDS}", _list),
    ("GET", r"/api/users/([^/]+)/overview", _user),
    ("GET", r"/api/organizations/([^/]+)/(overview|members|settings/repositories)", _organization),
    ("GET", r"/api/settings/repositories", _settings_repositories),
    ("GET", r"/api/collections", _collections),
    ("GET", r"/api/collections/(.+)", _collection),
    ("GET", rf"/api/{_KINDS}/{_REPO}/discussions", _discussions),
    ("GET", rf"/api/{_KINDS}/{_REPO}/discussions/([0-9]+)", _discussion),
    ("GET", r"/api/whoami-v2", _whoami),
    ("GET", rf"/api/{_KINDS}/{_REPO}/commits/[^/]+", _commits),
    ("GET", rf"/api/{_KINDS}/{_REPO}/xet-(?:read|write)-token/[^/]+", _xet_token),
)
"""Method, pattern of the whole path, reply."""
