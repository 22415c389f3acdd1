"""The only home of the Hub's addresses: from a request to the answer, before anything is sent."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import get_args
from urllib.parse import parse_qs, quote, unquote, urlencode

from recipes_data.mirror import listing
from recipes_data.mirror.access import Access, Caller
from recipes_data.mirror.answers import (
    bad_request,
    common_headers,
    entry_not_found,
    file_answer,
    json_answer,
    redirect,
    repo_not_found,
    revision_not_found,
    text_answer,
    unauthorized,
)
from recipes_data.mirror.repository import Folder, RepoType, Snapshot, TreeFile
from recipes_data.mirror.wire import Request, Response

__all__ = ["Site", "answer"]

_TYPES: Mapping[str, RepoType] = {f"{each}s": each for each in get_args(RepoType)}
_MOST_PATHS = 2000


@dataclass(frozen=True, slots=True)
class Site:
    """What the answers depend on.

    `url` and `cdn_url` are origins without a trailing slash; `refs` gives, by repository, the names besides
    `main` that stand for its only commit; `page_size` is in entries.
    """

    folder: Folder
    access: Access
    url: str
    cdn_url: str
    refs: Mapping[str, Sequence[str]]
    page_size: int
    signing_key: bytes
    # What the hub origin has sent somebody to: the CDN serves nothing else.
    published: dict[str, TreeFile] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Target:
    """An address taken apart: decoded, but for `prefix` and `after`, the raw text around the id."""

    repo_type: RepoType
    asked: str
    verb: str
    rest: tuple[str, ...]
    prefix: str
    after: str

    @property
    def api(self) -> bool:
        """Whether the API is asked, rather than the resolver of files."""
        return self.verb != "resolve"


@dataclass(frozen=True, slots=True)
class _Call:
    """One question about a repository that exists and may be known to the caller."""

    site: Site
    request: Request
    caller: Caller
    target: _Target


def answer(site: Site, request: Request) -> Response:
    """What the mirror says to a request: the hub origin or, for LFS bytes, the CDN origin."""
    if request.origin == "cdn":
        return _cdn(site, request)
    caller = site.access.caller(request)
    response, api = _hub(site, request, caller)
    headers = {**common_headers(request), **site.access.rate_headers(caller, api), **response.headers}
    return replace(response, headers=headers)


def _hub(site: Site, request: Request, caller: Caller) -> tuple[Response, bool]:
    """The answer, and whether the API gave it (rather than the resolver of files)."""
    if request.path == "/api/whoami-v2":
        return _whoami(caller), True
    if request.path.startswith("/api/resolve-cache/"):
        return _resolve_cache(site, request), False
    target = _parse(request.path)
    if target is None:
        return json_answer({"error": "Sorry, we can't find the page you are looking for."}, 404), True
    repo = site.folder.canonical(target.repo_type, target.asked)
    refused = site.access.refuse_repo(caller, repo, target.api)
    if refused or repo is None:
        return refused or repo_not_found(target.api), target.api
    if repo != target.asked:
        query = f"?{request.query}" if request.query else ""
        return redirect(307, f"{target.prefix}{quote(repo)}{target.after}{query}"), target.api
    return _VERBS[target.verb](_Call(site, request, caller, target)), target.api


def _parse(path: str) -> _Target | None:
    """Take an address apart; None where it is none of ours."""
    parts = path.split("/")[1:]
    api = parts[:1] == ["api"]
    at = 1 if api else 0
    repo_type = _TYPES.get(parts[at]) if len(parts) > at else None
    if api and repo_type is None:
        return None
    # Outside the API, models have no prefix of their own.
    at += repo_type is not None
    words = parts[at:]
    if not words:
        return None
    verbs = _API_VERBS if api else {"resolve"}
    # An old id is one word, so the verb comes second; a repository may itself be called like a verb.
    short = len(words) == 1 or (words[1] in verbs and (len(words) < 3 or words[2] not in verbs))
    length = 1 if short else 2
    verb = words[length] if len(words) > length else ""
    if not all(words[:length]) or verb not in (verbs if not api else {"", *verbs}):
        return None
    rest = words[length + 1 :]
    if verb in _WITH_REVISION and not rest:
        return None
    return _Target(
        repo_type=repo_type or "model",
        asked="/".join(unquote(each) for each in words[:length]),
        verb=verb,
        rest=tuple(unquote(each) for each in rest),
        prefix="/" + "".join(f"{each}/" for each in parts[:at]),
        after="".join(f"/{each}" for each in words[length:]),
    )


def _whoami(caller: Caller) -> Response:
    if caller not in ("known", "granted"):
        return unauthorized(api=True)
    token = {"displayName": "mirror", "role": "read"}
    user = {"type": "user", "id": "0" * 24, "name": "mirror", "fullname": "mirror", "orgs": []}
    return json_answer({**user, "auth": {"type": "access_token", "accessToken": token}})


def _snapshot(call: _Call, revision: str) -> Snapshot | Response:
    """The repository at a revision: `main`, a named ref, the commit or at least 7 digits of it."""
    snapshot = call.site.folder.snapshot(call.target.repo_type, call.target.asked)
    named = revision in ("main", *call.site.refs.get(call.target.asked, ()))
    begins = re.fullmatch(r"[0-9a-f]{7,40}", revision) is not None and snapshot.commit.startswith(revision)
    return snapshot if named or begins else revision_not_found(revision, call.target.api)


def _info(call: _Call) -> Response:
    snapshot = _snapshot(call, call.target.rest[0] if call.target.rest else "main")
    if isinstance(snapshot, Response):
        return snapshot
    asked = call.request.parameters()
    record = listing.info(
        snapshot,
        gated=call.site.access.gated.get(call.target.asked, False),
        private=call.target.asked in call.site.access.private,
        blobs=asked.get("blobs") == ["true"],
    )
    properties = asked.get("expand", [])
    unknown = sorted(set(properties) - listing.PROPERTIES)
    if unknown:
        return bad_request(f"Invalid expand: {', '.join(unknown)!a}")
    return json_answer(listing.expanded(record, properties) if properties else record)


def _tree(call: _Call) -> Response:
    snapshot = _snapshot(call, call.target.rest[0])
    if isinstance(snapshot, Response):
        return snapshot
    asked = {key: values[0] for key, values in call.request.parameters().items()}
    expand = asked.get("expand") == "true"
    folder = "/".join(call.target.rest[1:]).strip("/")
    paths = listing.tree_entries(snapshot, folder, asked.get("recursive") == "true")
    if paths is None:
        return entry_not_found(snapshot.commit, call.target.api)
    most = min(call.site.page_size, 100) if expand else call.site.page_size
    wished = asked.get("limit", str(most))
    limit = min(int(wished), most) if re.fullmatch(r"[1-9]\d{0,8}", wished) else 0
    if not limit:
        return bad_request("Invalid limit")
    try:
        chosen, cursor = listing.page(paths, asked.get("cursor"), limit)
    except ValueError as error:
        return bad_request(str(error))
    headers = {"x-repo-commit": snapshot.commit}
    if cursor is not None:
        query = urlencode({**asked, "limit": limit, "cursor": cursor})
        headers["link"] = f'<{call.site.url}{call.request.path}?{query}>; rel="next"'
    return json_answer(listing.paths_info(snapshot, chosen, expand), 200, headers)


def _paths_info(call: _Call) -> Response:
    snapshot = _snapshot(call, call.target.rest[0])
    if isinstance(snapshot, Response):
        return snapshot
    if call.request.method != "POST":
        return json_answer({"error": "Method not allowed"}, 405, {"allow": "POST"})
    try:
        paths, expand = _asked_paths(call.request)
    except ValueError:
        return bad_request("Invalid body: paths expected")
    if len(paths) > _MOST_PATHS:
        return bad_request(f"Too many paths: {len(paths)}, at most {_MOST_PATHS}")
    return json_answer(listing.paths_info(snapshot, paths, expand))


def _asked_paths(request: Request) -> tuple[list[str], bool]:
    """Paths and `expand` of a body that is a form or JSON.

    Raises:
        ValueError: it is neither.
    """
    text = request.body.decode()
    if not request.headers.get("content-type", "").startswith("application/json"):
        form = parse_qs(text, keep_blank_values=True)
        return form.get("paths", []), form.get("expand") == ["true"]
    body = json.loads(text)
    paths = body.get("paths") if isinstance(body, dict) else None
    if isinstance(paths, str):
        paths = [paths]
    if not isinstance(paths, list) or not all(isinstance(path, str) for path in paths):
        raise ValueError("paths expected")
    return paths, body.get("expand") is True


def _refs(call: _Call) -> Response:
    snapshot = call.site.folder.snapshot(call.target.repo_type, call.target.asked)
    pull_requests = call.request.parameters().get("include_prs") in (["1"], ["true"])
    return json_answer(listing.refs(snapshot, call.site.refs.get(call.target.asked, ()), pull_requests))


def _commits(call: _Call) -> Response:
    snapshot = _snapshot(call, call.target.rest[0])
    if isinstance(snapshot, Response):
        return snapshot
    return json_answer(listing.commits(snapshot), 200, {"x-total-count": "1"})


def _auth_check(call: _Call) -> Response:
    target = call.target
    refused = call.site.access.refuse_files(call.caller, target.repo_type, target.asked, api=True)
    return refused or json_answer({"ok": True})


def _resolve(call: _Call) -> Response:
    """A file's address: LFS files are at the CDN, plain ones of open repositories at the resolve cache."""
    repo_type, repo = call.target.repo_type, call.target.asked
    refused = call.site.access.refuse_files(call.caller, repo_type, repo, api=False)
    if refused:
        return refused
    revision, path = call.target.rest[0], "/".join(call.target.rest[1:])
    snapshot = call.site.folder.at_commit(repo_type, repo, revision, path) or _snapshot(call, revision)
    if isinstance(snapshot, Response):
        return snapshot
    file = snapshot.by_path.get(path)
    if file is None:
        return entry_not_found(snapshot.commit, api=False)
    headers = {"x-repo-commit": snapshot.commit, "accept-ranges": "bytes"}
    if file.sha256 is not None:
        linked = {"x-linked-etag": f'"{file.sha256}"', "x-linked-size": str(file.size)}
        more = {"vary": "Origin, Accept", "cache-control": "no-store"}
        return redirect(302, _publish(call.site, call.target, file), {**headers, **linked, **more})
    if not call.site.access.is_open(repo):
        return _plain(call.request, snapshot, file)
    address = f"/api/resolve-cache/{repo_type}s/{quote(repo)}/{snapshot.commit}/{quote(path)}"
    query = f"{quote(call.request.path, safe='')}=&etag=%22{file.oid}%22"
    more = {"x-linked-etag": f'"{file.oid}"', "x-hub-cache": "MISS"}
    return redirect(307, f"{address}?{query}", {**headers, **more})


def _resolve_cache(site: Site, request: Request) -> Response:
    """Where the resolver sends the readers of plain files of open repositories."""
    parts = [unquote(part) for part in request.path.split("/")[3:]]
    repo_type = _TYPES.get(parts[0])
    asked = "/".join(parts[1:3])
    if repo_type is None or site.folder.canonical(repo_type, asked) != asked or not site.access.is_open(asked):
        return unauthorized(api=False)
    revision, path = parts[3] if len(parts) > 3 else "", "/".join(parts[4:])
    snapshot = site.folder.at_commit(repo_type, asked, revision, path) or site.folder.snapshot(repo_type, asked)
    if revision != snapshot.commit:
        return revision_not_found(revision, api=False)
    file = snapshot.by_path.get(path)
    if file is None or file.sha256 is not None:
        return entry_not_found(snapshot.commit, api=False)
    return _plain(request, snapshot, file)


def _plain(request: Request, snapshot: Snapshot, file: TreeFile) -> Response:
    headers = {"x-repo-commit": snapshot.commit, "content-security-policy": "default-src 'none'; sandbox"}
    return file_answer(request, file, file.oid, headers)


def _publish(site: Site, target: _Target, file: TreeFile) -> str:
    """Signed address of an LFS file at the CDN."""
    path = f"/{target.repo_type}s/{quote(target.asked)}/{file.sha256}"
    site.published[path] = file
    return f"{site.cdn_url}{path}?{urlencode({'Signature': _signature(site, path)})}"


def _signature(site: Site, path: str) -> str:
    return hmac.new(site.signing_key, path.encode(), hashlib.sha256).hexdigest()


def _cdn(site: Site, request: Request) -> Response:
    """Bytes of an LFS file for whoever holds a signed address. Its etag, as the Hub's, is no sha256."""
    file = site.published.get(request.path)
    signed = request.parameters().get("Signature", [""])[0]
    if file is None or not hmac.compare_digest(signed.encode(), _signature(site, request.path).encode()):
        return text_answer("Forbidden", 403)
    etag = hashlib.sha256(f"cdn:{file.sha256}".encode()).hexdigest()
    return file_answer(request, file, etag, {"content-type": "application/octet-stream"})


_VERBS: Mapping[str, Callable[[_Call], Response]] = {
    "": _info,
    "revision": _info,
    "tree": _tree,
    "paths-info": _paths_info,
    "refs": _refs,
    "commits": _commits,
    "auth-check": _auth_check,
    "resolve": _resolve,
}
_API_VERBS = frozenset(_VERBS) - {"", "resolve"}
_WITH_REVISION = _API_VERBS - {"refs", "auth-check"} | {"resolve"}
