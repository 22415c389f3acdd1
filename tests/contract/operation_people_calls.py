"""Calls of huggingface_hub about people, collections, organizations, discussions; see operation_calls.py."""

from __future__ import annotations

from typing import Any

from tests.contract.operation_calls import Call
from tests.contract.recording_hub import Answer

__all__ = ["PEOPLE_CALLS"]

_API = "/api/datasets/acme/t"
_REPO: dict[str, object] = {"repo_type": "datasets", "repo_id": "acme/t"}
_DATE = "2026-03-23T10:18:13.000Z"


def _people() -> list[Call]:
    user = {"user": "ann", "fullname": "Ann", "avatarUrl": "u", "name": "ann", "type": "user"}
    organization = {"name": "acme", "fullname": "Acme", "avatarUrl": "u"}
    repos = [{"id": "acme/t", "_id": "1", "type": "dataset", "visibility": "public", "storage": 1, "updatedAt": _DATE}]
    collection = {"slug": "acme/c-1", "title": "C", "owner": organization, "items": [], "lastUpdated": None}
    collection |= {"position": 0, "private": False, "theme": "blue", "upvotes": 0, "id": "1"}
    listed = {key: value for key, value in collection.items() if key != "position"}
    listed["lastUpdated"] = collection["lastUpdated"] = _DATE
    asked: dict[str, Any] = {"owner": ["acme"], "item": "datasets/acme/t", "sort": "trending", "limit": 3}

    def get(operation: str, function: str, make: Any, path: str, content: Any, **more: Any) -> Call:
        answers = {("GET", path): Answer(content, paged=isinstance(content, list))}
        return Call(operation, f"HfApi.{function}", make, more.pop("arguments", {}), answers, **more)

    acme = {"organization": "acme"}
    return [
        get("auth.whoami", "whoami", lambda c: c.api.whoami(), "/api/whoami-v2", user),
        get(
            "auth.check",
            "auth_check",
            lambda c: c.api.auth_check("acme/t", repo_type="dataset"),
            f"{_API}/auth-check",
            {},
            arguments=_REPO,
        ),
        get(
            "auth.check_write",
            "auth_check",
            lambda c: c.api.auth_check("acme/t", repo_type="dataset", write=True),
            f"{_API}/auth-check/write",
            {},
            arguments=_REPO,
        ),
        get(
            "auth.user",
            "get_user_overview",
            lambda c: c.api.get_user_overview("ann"),
            "/api/users/ann/overview",
            user,
            arguments={"username": "ann"},
        ),
        get(
            "auth.user_repos",
            "list_user_repos",
            lambda c: list(c.api.list_user_repos()),
            "/api/settings/repositories",
            repos,
            since="1.33.0",
        ),
        get(
            "organizations.repos",
            "list_user_repos",
            lambda c: list(c.api.list_user_repos("acme")),
            "/api/organizations/acme/settings/repositories",
            repos,
            arguments=acme,
            since="1.33.0",
        ),
        get(
            "organizations.overview",
            "get_organization_overview",
            lambda c: c.api.get_organization_overview("acme"),
            "/api/organizations/acme/overview",
            organization,
            arguments=acme,
        ),
        get(
            "organizations.members",
            "list_organization_members",
            lambda c: list(c.api.list_organization_members("acme")),
            "/api/organizations/acme/members",
            [user],
            arguments=acme,
        ),
        get(
            "collections.list",
            "list_collections",
            lambda c: list(c.api.list_collections(**asked)),
            "/api/collections",
            [listed],
            arguments=asked,
        ),
        get(
            "collections.get",
            "get_collection",
            lambda c: c.api.get_collection("acme/c-1"),
            "/api/collections/acme/c-1",
            collection,
            arguments={"slug": "acme/c-1"},
        ),
    ]


def _discussions() -> list[Call]:
    one = {"title": "T", "num": 1, "author": {"name": "ann"}, "createdAt": _DATE, "status": "open"}
    one |= {"repo": {"name": "acme/t", "type": "dataset"}, "isPullRequest": False}
    asked: dict[str, Any] = {"author": "ann", "discussion_type": "discussion", "discussion_status": "open"}
    sent: dict[str, object] = {"author": "ann", "type": "discussion", "status": "open"}

    def listing(operation: str, kind: str, arguments: dict[str, object], page: int) -> Call:
        # each page says how many there are in all
        answer = Answer({"count": page + 1, "start": page, "discussions": [one]})
        return Call(
            operation,
            "HfApi.get_repo_discussions",
            lambda c: list(c.api.get_repo_discussions("acme/t", repo_type=kind, **asked)),
            {**arguments, **sent, "p": page},
            {("GET", f"/api/{kind}s/acme/t/discussions"): answer},
        )

    return [
        listing("discussions.list", "dataset", _REPO, 0),
        listing("models.discussions", "model", {"repo_id": "acme/t"}, 0),
        Call(
            "discussions.get",
            "HfApi.get_discussion_details",
            lambda c: c.api.get_discussion_details("acme/t", 1, repo_type="dataset"),
            {**_REPO, "number": 1},
            {("GET", f"{_API}/discussions/1"): Answer({**one, "events": [], "diff": None})},
        ),
    ]


PEOPLE_CALLS: tuple[Call, ...] = (*_people(), *_discussions())
