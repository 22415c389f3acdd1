"""The only home of the people of the probe's Hub: one user, one organization, collections, discussions.

Made up here. Field names are those that huggingface_hub 2.4 reads from such answers; the real Hub sends more.
"""

from __future__ import annotations

from typing import Any

__all__ = [
    "COLLECTIONS",
    "MEMBERS",
    "ORGANIZATION",
    "USER",
    "collection_records",
    "discussion_page",
    "discussions_of",
    "organization_record",
    "user_record",
]

USER = "ada"
ORGANIZATION = "probe"
MEMBERS = ("ada", "alan", "barbara", "edsger", "grace")
COLLECTIONS = ("ada/first-steps-000000000000000000000001", "ada/second-steps-000000000000000000000002")
_WHEN = "2026-01-02T03:04:05.000Z"
_DISCUSSIONS = 5
_DISCUSSIONS_A_PAGE = 2


def user_record(name: str) -> dict[str, Any]:
    """What the Hub says of a user: `user` is the name."""
    return {
        "_id": "0" * 24,
        "user": name,
        "fullname": name.capitalize(),
        "avatarUrl": "/avatars/0.svg",
        "type": "user",
        "isPro": False,
        "numModels": 1,
        "numDatasets": 2,
        "numSpaces": 1,
        "orgs": [{"name": ORGANIZATION, "fullname": "Probe", "avatarUrl": "/avatars/1.svg"}],
    }


def organization_record() -> dict[str, Any]:
    """What the Hub says of the organization."""
    return {
        "_id": "1" * 24,
        "name": ORGANIZATION,
        "fullname": "Probe",
        "avatarUrl": "/avatars/1.svg",
        "type": "org",
        "details": "an organization",
        "isVerified": False,
        "numUsers": len(MEMBERS),
        "numModels": 1,
        "numDatasets": 2,
        "numSpaces": 1,
    }


def collection_records(owner: str | None = None) -> list[dict[str, Any]]:
    """Collections of an owner, or all."""
    return [
        {
            "slug": slug,
            "title": slug.partition("/")[2].rpartition("-")[0].replace("-", " "),
            "owner": {"name": slug.partition("/")[0], "type": "user", "fullname": "Ada", "avatarUrl": "/avatars/0.svg"},
            "lastUpdated": _WHEN,
            "private": False,
            "theme": "indigo",
            "upvotes": 0,
            "isUpvotedByUser": False,
            "items": _collected(),
        }
        for slug in COLLECTIONS
        if owner in (None, slug.partition("/")[0])
    ]


def _collected() -> list[dict[str, Any]]:
    return [
        {"_id": "a" * 24, "type": "dataset", "id": "probe/one", "position": 0},
        {"_id": "b" * 24, "type": "model", "id": "probe/two", "position": 1, "note": {"text": "small"}},
    ]


def discussions_of(kind: str, repo: str) -> list[dict[str, Any]]:
    """Every discussion of a repository, the newest first; `kind` is "dataset", "model" or "space"."""
    return [
        {
            "num": number,
            "title": f"Question {number}",
            "author": {"name": MEMBERS[number % len(MEMBERS)], "type": "user"},
            "createdAt": _WHEN,
            "status": "open",
            "isPullRequest": False,
            "pinned": False,
            "repo": {"name": repo, "type": kind},
        }
        for number in range(_DISCUSSIONS, 0, -1)
    ]


def discussion_page(kind: str, repo: str, page: int) -> dict[str, Any]:
    """One page of them, counted from 0: the client goes on while `start` and the entries are fewer than `count`."""
    every = discussions_of(kind, repo)
    start = page * _DISCUSSIONS_A_PAGE
    return {
        "discussions": every[start : start + _DISCUSSIONS_A_PAGE],
        "count": len(every),
        "start": start,
        "numClosedDiscussions": 0,
    }
