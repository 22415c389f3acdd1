"""The only home of reading Hub addresses in sources: `hf://` paths, URLs of huggingface.co, repository ids."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

__all__ = ["Address", "address_of", "is_hub_id", "path_of_file_system"]

_TYPES = {"datasets": "dataset", "spaces": "space", "models": "model"}
_ID = re.compile(r"[A-Za-z0-9][\w.-]*(?:/[A-Za-z0-9_][\w.-]*)?\Z")
_FILES = re.compile(r"\.(?:jsonl?|parquet|csv|tsv|txt|py|arrow|zip|gz|tar|ya?ml|pt|bin|safetensors)\Z")
_HOSTS = {"huggingface.co", "www.huggingface.co", "hf.co", "hub-ci.huggingface.co"}
_SERVER = "datasets-server.huggingface.co"
_AREAS = {"dataset": "datasets", "model": "models", "space": "spaces"}
_BELOW = {
    "tree": "{area}.files",
    "revision": "{area}.info",
    "commits": "{area}.commits",
    "refs": "{area}.refs",
    "paths-info": "files.paths_info",
    "settings": "repos.settings",
    "discussions": "discussions.list",
    "parquet": "datasets.parquet",
    "preupload": "commits.preupload",
    "commit": "commits.create",
    "branch": "repos.branch_create",
    "tag": "repos.tag_create",
    "auth-check": "auth.check",
    "xet-read-token": "files.xet_token",
}
_TOP = {
    "whoami-v2": "auth.whoami",
    "users": "auth.user",
    "organizations": "organizations.overview",
    "collections": "collections.list",
    "repos": "repos.create",
}


@dataclass(frozen=True, slots=True)
class Address:
    """What an address on the Hub names; `operation` is what asking it is, "" where that is not known."""

    repo_type: str | None
    repo: str | None
    revision: str | None = None
    file: str | None = None
    config: str | None = None
    split: str | None = None
    operation: str = ""


def is_hub_id(text: str) -> bool:
    """Whether a name may be a repository on the Hub; a path on disk can't."""
    return _ID.match(text) is not None and not _FILES.search(text) and ".." not in text


def address_of(text: str) -> Address | None:
    """The address in an `hf://` path or a URL of the Hub; None where it names no repository and asks nothing."""
    if text.startswith("hf://"):
        return path_of_file_system(text)
    if not text.startswith(("https://", "http://")):
        return None
    try:
        parts = urlsplit(text)
    except ValueError:
        return None  # no URL, whatever it begins with
    if parts.hostname == _SERVER:
        return _of_server(parts.query)
    if parts.hostname not in _HOSTS:
        return None
    pieces = [unquote(piece) for piece in parts.path.split("/") if piece]
    return _of_api(pieces[1:]) if pieces[:1] == ["api"] else _of_page(pieces)


def path_of_file_system(text: str) -> Address | None:
    """A path of `HfFileSystem`, with or without `hf://`: `datasets/org/name@revision/file`."""
    pieces = [piece for piece in text.removeprefix("hf://").split("/") if piece]
    kind = _TYPES.get(pieces[0], "model") if pieces else "model"
    if pieces and pieces[0] in _TYPES:
        pieces = pieces[1:]
    if len(pieces) < 2 or pieces[0] == "buckets":
        return None
    name, _, revision = pieces[1].partition("@")
    return Address(kind, f"{pieces[0]}/{name}", unquote(revision) or None, "/".join(pieces[2:]) or None)


def _of_page(pieces: list[str]) -> Address | None:
    kind = _TYPES.get(pieces[0], "model") if pieces else "model"
    if pieces and pieces[0] in _TYPES:
        pieces = pieces[1:]
    for at in (2, 1):
        if len(pieces) > at + 1 and pieces[at] in ("resolve", "raw"):
            file = "/".join(pieces[at + 2 :]) or None
            return Address(kind, "/".join(pieces[:at]), pieces[at + 1], file, operation="files.download")
    return None


def _of_api(pieces: list[str]) -> Address | None:
    if not pieces:
        return None
    if pieces[0] in _TOP:
        return Address(None, None, operation=_TOP[pieces[0]])
    kind = _TYPES.get(pieces[0])
    if kind is None:
        return None
    area = _AREAS[kind]
    rest = pieces[1:]
    if not rest:
        return Address(kind, None, operation=f"{area}.list")
    at = next((n for n, piece in enumerate(rest) if n in (1, 2) and piece in _BELOW), len(rest[:2]))
    verb = rest[at] if len(rest) > at else ""
    revision = rest[at + 1] if verb in ("tree", "revision", "commits") and len(rest) > at + 1 else None
    operation = _BELOW.get(verb, "{area}.info").format(area=area)
    return Address(kind, "/".join(rest[:at]), revision, operation=operation)


def _of_server(query: str) -> Address | None:
    asked = parse_qs(query)
    repo = asked.get("dataset", [None])[0]
    config, split = asked.get("config", [None])[0], asked.get("split", [None])[0]
    return Address("dataset", repo, None, None, config, split, "datasets.viewer_info")
