"""The only home of the API's JSON shapes: what a repository's snapshot looks like to a client."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from recipes_data.mirror.card import card_tags
from recipes_data.mirror.repository import Snapshot, TreeFile

__all__ = ["PROPERTIES", "commits", "expanded", "info", "page", "paths_info", "refs", "tree_entries"]

_TITLE = "mirror"

# fmt: off
PROPERTIES = frozenset(
    {
        "author", "cardData", "createdAt", "disabled", "downloads", "gated", "lastModified",
        "likes", "private", "sha", "siblings", "tags", "usedStorage",
    }
)
# fmt: on
"""Names that `expand=` may ask for."""


def info(snapshot: Snapshot, *, gated: str | bool, private: bool, blobs: bool) -> dict[str, Any]:
    """A repository's record; with `blobs`, each sibling carries size and digests."""
    when = _date(snapshot)
    record: dict[str, Any] = {
        "_id": hashlib.sha256(f"{snapshot.repo_type}/{snapshot.repo}".encode()).hexdigest()[:24],
        "id": snapshot.repo,
        "author": snapshot.repo.partition("/")[0],
        "sha": snapshot.commit,
        "lastModified": when,
        "createdAt": when,
        "private": private,
        "gated": gated,
        "disabled": False,
        "tags": card_tags(snapshot.card),
        "downloads": 0,
        "likes": 0,
        "siblings": [_sibling(file, blobs) for file in snapshot.files],
        "usedStorage": sum(file.size for file in snapshot.files),
    }
    if snapshot.card:
        record["cardData"] = snapshot.card
    if snapshot.repo_type == "model":
        record["modelId"] = snapshot.repo
    return record


def expanded(record: dict[str, Any], properties: Iterable[str]) -> dict[str, Any]:
    """The part of a record that `expand=` asks for; the ids are always there."""
    return {key: record[key] for key in ("_id", "id", *properties) if key in record}


def _date(snapshot: Snapshot) -> str:
    return datetime.fromtimestamp(snapshot.modified, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _sibling(file: TreeFile, blobs: bool) -> dict[str, Any]:
    record: dict[str, Any] = {"rfilename": file.path}
    if blobs:
        record |= {"blobId": file.oid, "size": file.size}
        if file.sha256 is not None:
            record["lfs"] = {"sha256": file.sha256, "size": file.size, "pointerSize": file.pointer_size}
    return record


def tree_entries(snapshot: Snapshot, folder: str, recursive: bool) -> list[str] | None:
    """Sorted paths of the files and folders in `folder` ("" is the root); None where there is no such one."""
    if folder and folder not in snapshot.folders:
        return None
    prefix = f"{folder}/" if folder else ""
    below = (path for path in (*snapshot.by_path, *snapshot.folders) if path.startswith(prefix))
    return sorted(path for path in below if recursive or "/" not in path[len(prefix) :])


def page(paths: Sequence[str], cursor: str | None, limit: int) -> tuple[Sequence[str], str | None]:
    """At most `limit` paths after the cursor, and the cursor of the next page if there is one.

    Raises:
        ValueError: the cursor is not one of ours.
    """
    start = 0
    if cursor is not None:
        try:
            last = base64.b64decode(cursor.encode(), altchars=b"-_", validate=True).decode()
        except (binascii.Error, UnicodeError) as error:
            raise ValueError("Invalid cursor") from error
        start = sum(path <= last for path in paths)
    chosen = paths[start : start + limit]
    more = start + limit < len(paths)
    return chosen, base64.urlsafe_b64encode(chosen[-1].encode()).decode() if more else None


def paths_info(snapshot: Snapshot, paths: Iterable[str], expand: bool) -> list[dict[str, Any]]:
    """A record for each path that is there; what is not there is left out, as on the Hub."""
    return [_entry(snapshot, path, expand) for path in paths if path in snapshot.by_path or path in snapshot.folders]


def _entry(snapshot: Snapshot, path: str, expand: bool) -> dict[str, Any]:
    record: dict[str, Any]
    file = snapshot.by_path.get(path)
    if file is None:
        record = {"type": "directory", "oid": snapshot.folders[path], "size": 0, "path": path}
    else:
        record = {"type": "file", "oid": file.oid, "size": file.size, "path": path}
        if file.sha256 is not None:
            record["lfs"] = {"oid": file.sha256, "size": file.size, "pointerSize": file.pointer_size}
    if expand:
        record["lastCommit"] = {"id": snapshot.commit, "title": _TITLE, "date": _date(snapshot)}
    return record


def commits(snapshot: Snapshot) -> list[dict[str, Any]]:
    """The history: one commit, because a folder has no past."""
    author = {"user": "mirror"}
    when = _date(snapshot)
    return [{"id": snapshot.commit, "title": _TITLE, "message": "", "authors": [author], "date": when}]


def refs(snapshot: Snapshot, names: Iterable[str], pull_requests: bool) -> dict[str, Any]:
    """Branches and tags. `refs/convert/X` and `refs/pr/N` are told by their names, all else is a tag."""
    listed: dict[str, list[dict[str, str]]] = {"tags": [], "branches": [], "converts": [], "pullRequests": []}
    for name in ("main", *names):
        kind, short, ref = "tags", name, f"refs/tags/{name}"
        if name == "main":
            kind, ref = "branches", "refs/heads/main"
        elif name.startswith("refs/convert/"):
            kind, short, ref = "converts", name.removeprefix("refs/convert/"), name
        elif name.startswith("refs/pr/"):
            kind, short, ref = "pullRequests", name.removeprefix("refs/pr/"), name
        listed[kind].append({"name": short, "ref": ref, "targetCommit": snapshot.commit})
    if not pull_requests:
        del listed["pullRequests"]
    return listed
