"""The only home of the mirror's answer shapes: headers common to all, errors as the Hub words them, files."""

from __future__ import annotations

import json
import re
import secrets
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from recipes_data.mirror.repository import RepoType, TreeFile
from recipes_data.mirror.wire import FileSlice, Request, Response, byte_range, names_etag

__all__ = [
    "bad_request",
    "common_headers",
    "entry_not_found",
    "file_answer",
    "gated_refusal",
    "json_answer",
    "redirect",
    "repo_not_found",
    "revision_not_found",
    "text_answer",
    "unauthorized",
]

_EXPOSED = (
    "X-Repo-Commit,X-Request-Id,X-Error-Code,X-Error-Message,X-Total-Count,ETag,Link,Accept-Ranges,Content-Range,"
    "X-Linked-Size,X-Linked-ETag,X-Xet-Hash"
)
_REALM = 'Bearer realm="Authentication required"'
_REASONS = {302: "Found", 307: "Temporary Redirect"}
_TEXT = re.compile(
    r"(?:^|/)[^/.]*$|\.(?:md|txt|csv|tsv|json|jsonl|ya?ml|py|html|xml|toml|cfg|gitattributes|gitignore)$"
)


def common_headers(request: Request) -> dict[str, str]:
    """Headers of every answer of the hub origin."""
    trace = request.headers.get("x-amzn-trace-id", "")
    number = f"Root=1-{int(time.time()):08x}-{secrets.token_hex(12)}"
    return {
        "access-control-expose-headers": _EXPOSED,
        "vary": "Origin",
        "x-powered-by": "huggingface-moon",
        "x-request-id": f"{number};{trace}" if trace else number,
    }


def json_answer(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """An answer of the API: compact JSON in UTF-8."""
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(status, {"content-type": "application/json; charset=utf-8", **(headers or {})}, body)


def text_answer(text: str, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Answer with plain text in UTF-8."""
    return Response(status, {"content-type": "text/plain; charset=utf-8", **(headers or {})}, text.encode())


def redirect(status: int, location: str, headers: Mapping[str, str] | None = None) -> Response:
    """A redirect with the line of text that the Hub sends along."""
    text = f"{_REASONS[status]}. Redirecting to {location}"
    return text_answer(text, status, {"location": location, **(headers or {})})


def _refusal(status: int, message: str, headers: Mapping[str, str], api: bool) -> Response:
    """An error: the API says it in JSON, a file's address in plain text."""
    headers = {"x-error-message": message, **headers}
    return json_answer({"error": message}, status, headers) if api else text_answer(message, status, headers)


def unauthorized(api: bool, message: str = "Invalid username or password.") -> Response:
    """For whoever may not know whether the repository exists: no error code."""
    return _refusal(401, message, {"www-authenticate": _REALM + ', charset="UTF-8"'}, api)


def repo_not_found(api: bool) -> Response:
    """Say to whoever has a token that there is no such repository, or none for them."""
    return _refusal(404, "Repository not found", {"x-error-code": "RepoNotFound"}, api)


def revision_not_found(revision: str, api: bool) -> Response:
    """Say that the repository has no such branch, tag or commit."""
    # A header holds no line break and only Latin-1, a revision may hold anything.
    shown = revision.encode("ascii", "replace").decode()
    message = "Invalid rev id: " + "".join(each if each.isprintable() else "?" for each in shown)
    return _refusal(404, message, {"x-error-code": "RevisionNotFound"}, api)


def entry_not_found(commit: str, api: bool) -> Response:
    """Say that the repository has no such file or folder at this commit."""
    headers = {"x-error-code": "EntryNotFound", "x-repo-commit": commit, "accept-ranges": "bytes"}
    return _refusal(404, "Entry not found", headers, api)


def gated_refusal(repo_type: RepoType, repo: str, known: bool, api: bool) -> Response:
    """For the files of a gated repository: 401 for a stranger, 403 for one who was not let in."""
    what = f"Access to {repo_type} {repo} is restricted"
    if known:
        message = f"{what} and you are not in the authorized list. Ask for access on the repository's page."
        return _refusal(403, message, {"x-error-code": "GatedRepo"}, api)
    message = f"{what}. You must have access to it and be authenticated to access it. Please log in."
    return _refusal(401, message, {"x-error-code": "GatedRepo", "www-authenticate": _REALM}, api)


def bad_request(message: str) -> Response:
    """Say what the API cannot read in a question."""
    return _refusal(400, message, {}, api=True)


def file_answer(request: Request, file: TreeFile, etag: str, headers: Mapping[str, str]) -> Response:
    """A file's bytes, or the part asked for; `etag` without quotes. A HEAD is for the whole file."""
    etag = f'"{etag}"'
    name = file.path.rpartition("/")[2]
    plain = re.sub(r"[^ -~]|[\"\\]", "_", name)
    shared = {
        "accept-ranges": "bytes",
        "content-disposition": f"inline; filename*=UTF-8''{quote(name, safe='')}; filename=\"{plain}\";",
        "content-type": "text/plain; charset=utf-8" if _TEXT.search(file.path) else "application/octet-stream",
        "etag": etag,
        **headers,
    }
    if names_etag(request.headers.get("if-none-match"), etag):
        return Response(304, shared)
    asked = request.headers.get("range") if request.method == "GET" else None
    if request.headers.get("if-range", etag) != etag:
        asked = None
    part = byte_range(asked, file.size)
    if part == "unsatisfiable":
        return Response(416, {**shared, "content-range": f"bytes */{file.size}"})
    if part is None:
        return Response(200, shared, FileSlice(file.source, file.stamp, 0, file.size))
    start, length = part
    shared["content-range"] = f"bytes {start}-{start + length - 1}/{file.size}"
    return Response(206, shared, FileSlice(file.source, file.stamp, start, length))
