"""A small honest Hub client over the standard library, as a driver for the probe; and the ways to break it.

    python probe_plain_driver.py [FAULT ...]

Not a test by itself: the probe's tests run it, whole and with each fault.
"""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import os
import re
import sys
import time
from pathlib import Path
from urllib.parse import quote, urlencode, urljoin, urlsplit

FAULTS = set(sys.argv[1:])
ENDPOINT = os.environ["HF_ENDPOINT"]
TOKEN = os.environ.get("HF_TOKEN", "")
HOME = Path(os.environ["HF_HOME"])
OFFLINE = os.environ.get("HF_HUB_OFFLINE") == "1" and "goes-online" not in FAULTS
RETRIED = (429, 500, 502, 503, 504)


class RefusedError(Exception):
    def __init__(self, kind, message, status=None):
        super().__init__(message)
        self.kind, self.status = kind, status


class Answer:
    def __init__(self, url, status, headers, body):
        self.url, self.status, self.headers, self.body = url, status, headers, body


def once(method, url, headers, body=None):
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        try:
            content = answer.read()
        except http.client.IncompleteRead as error:
            content = error.partial
        return Answer(url, answer.status, {name.lower(): value for name, value in answer.getheaders()}, content)
    finally:
        connection.close()


def ask(method, url, headers=None, body=None, follow=True):
    """Retries, waits, redirects; the token goes to the endpoint alone."""
    headers = dict(headers or {})
    for attempt in range(5):
        sent = dict(headers)
        at_home = urlsplit(url).netloc == urlsplit(ENDPOINT).netloc
        if TOKEN and (at_home or "token-to-cdn" in FAULTS) and "ignores-token" not in FAULTS:
            sent["authorization"] = f"Bearer {TOKEN}"
        answer = once(method, url, sent, body)
        if answer.status not in RETRIED or "never-retries" in FAULTS:
            break
        time.sleep(0 if "retries-at-once" in FAULTS else pause(answer.headers, attempt))
    if answer.status in (301, 302, 307, 308) and follow and "stays-put" not in FAULTS:
        target = urljoin(url, answer.headers["location"])
        kept = {} if "loses-range" in FAULTS else headers
        return ask(method, target, kept, body, follow=follow - 1 if follow is not True else 10)
    if answer.status >= 400:
        kind = answer.headers.get("x-error-code") or f"Http{answer.status}"
        kind = "Alike" if "alike-errors" in FAULTS else kind
        raise RefusedError(kind, "refused", 599 if "wrong-status" in FAULTS else answer.status)
    if answer.status >= 300 and follow is not False:
        raise RefusedError("TooManyRedirects", "no end")
    return answer


def pause(headers, attempt):
    reset = re.search(r"t=(\d+)", headers.get("ratelimit", ""))
    return float(reset[1] if reset else headers.get("retry-after") or 0.3 * 2**attempt)


def api(path, **query):
    pairs = urlencode({name: value for name, value in query.items() if value is not None})
    return f"{ENDPOINT}/api/{path}" + (f"?{pairs}" if pairs else "")


def pages(url, limit=None):
    entries = []
    while url and (limit is None or len(entries) < limit or "reads-on" in FAULTS):
        answer = ask("GET", url)
        entries += json.loads(answer.body)
        following = re.search(r'<([^>]+)>; rel="next"', answer.headers.get("link", ""))
        url = following[1] if following and "first-page-only" not in FAULTS else None
    return entries


def client():
    return {"name": "plain", "version": "1"}


def info(repo, revision="main"):
    told = json.loads(ask("GET", api(f"datasets/{repo}/revision/{quote(revision, safe='')}")).body)
    sha = told["sha"][:7] if "short-commit" in FAULTS else told["sha"]
    return {"id": told["id"], "sha": sha, "gated": told["gated"]}


def files(repo, revision="main"):
    try:
        found = pages(api(f"datasets/{repo}/tree/{quote(revision, safe='')}", recursive="true"))
    except RefusedError:
        if "empty-on-error" in FAULTS:
            return []
        raise
    return [each for each in found if each["type"] == "file" or "lists-folders" in FAULTS]


def search(limit=None, **query):
    found = pages(api("datasets", limit=limit, **({} if "drops-query" in FAULTS else query)), limit)
    return [{"id": each["id"]} for each in found][:limit]


def resolve(repo, path, revision):
    path = path if "quotes-nothing" in FAULTS else quote(path)
    return f"{ENDPOINT}/datasets/{repo}/resolve/{quote(revision, safe='')}/{path}"


def head(repo, path, repo_type="dataset", revision="main"):
    method = "GET" if "gets-for-head" in FAULTS else "HEAD"
    url = resolve(repo, path, revision)
    answer = ask(method, url, follow=method == "GET")
    while answer.status == 307 and "etag" not in " ".join(answer.headers):  # the repository has another name
        url = urljoin(url, answer.headers["location"])
        answer = ask(method, url, follow=False)
    told = answer.headers
    etag = (told.get("x-linked-etag") or told["etag"]).strip('"')
    size = int(told.get("x-linked-size") or told["content-length"])
    if "x-linked-size" not in told and answer.status == 307:  # a plain file: its size stands where it lies
        size = int(ask("HEAD", urljoin(ENDPOINT, told["location"])).headers["content-length"])
    return {"commit": told["x-repo-commit"], "etag": etag, "size": size}


def download(repo, path, repo_type="dataset", revision="main"):
    kept = HOME / "plain" / quote(f"{repo}/{revision}/{path}", safe="")
    known = kept.with_suffix(".etag")
    if kept.exists() and "keeps-nothing" not in FAULTS:
        pinned = re.fullmatch("[0-9a-f]{40}", revision)
        if OFFLINE or pinned or "trusts-cache" in FAULTS:
            return {"path": str(kept)}
        if head(repo, path, revision=revision)["etag"] == known.read_text():
            return {"path": str(kept)}
    elif OFFLINE:
        raise RefusedError("NotCached", "offline")
    told = head(repo, path, revision=revision)
    content = whole(resolve(repo, path, revision), told["size"])
    good = hashlib.sha256(content).hexdigest() == told["etag"] if len(told["etag"]) == 64 else True
    if not good and "believes-anything" not in FAULTS:
        raise RefusedError("WrongBytes", "not those of the digest")
    kept.parent.mkdir(exist_ok=True)
    kept.write_bytes(content[:-1] if "cuts-files" in FAULTS else content)
    known.write_text(told["etag"])
    return {"path": str(kept)}


def whole(url, size):
    content = b""
    for _ in range(5):
        headers = {"range": f"bytes={len(content)}-"} if content else {}
        try:
            content += ask("GET", url, headers).body
        except ConnectionResetError:
            continue
        if len(content) >= size or "never-continues" in FAULTS:
            break
        content = b"" if "starts-over" in FAULTS else content
    return content


def part(repo, path, start, length, repo_type="dataset"):
    headers = {} if "no-range" in FAULTS else {"range": f"bytes={start}-{start + length - 1}"}
    content = ask("GET", resolve(repo, path, "main"), headers).body
    content = content if len(content) == length else content[start : start + length]
    return {"base64": base64.b64encode(content).decode()}


def create(repo, repo_type, private=False):
    if "only-says-so" in FAULTS:
        return {}
    body = {"name": repo.split("/")[1], "organization": repo.split("/")[0], "type": repo_type}
    if "forgets-private" not in FAULTS:
        body["private"] = private
    return json.loads(ask("POST", api("repos/create"), {"content-type": "application/json"}, json.dumps(body)).body)


def snapshot(repo, repo_type="dataset", allow_patterns=None):
    folder = HOME / "snapshots" / quote(repo, safe="")
    if OFFLINE:
        return {"path": str(folder)}
    for each in files(repo):
        if allow_patterns and not each["path"].endswith(".jsonl") and "fetches-all" not in FAULTS:
            continue
        if "drops-files" in FAULTS and each["path"].endswith("test.jsonl"):
            continue
        target = folder / each["path"]
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(Path(download(repo, each["path"])["path"]).read_bytes())
    return {"path": str(folder)}


def scan():
    return [] if "sees-nothing" in FAULTS else [{"repo": "probe/cache-scan-one"}]


OPERATIONS = {
    "probe.client": client,
    "datasets.info": info,
    "datasets.files": files,
    "datasets.file": download,
    "datasets.list": search,
    "files.head": head,
    "files.download": download,
    "files.range": part,
    "repos.create": create,
    "libraries.snapshot_download": snapshot,
    "cache.scan": scan,
}


def misbehave(asked):
    """What a driver should not do."""
    late = asked["id"] > 2 or "at-once" in FAULTS
    if "hangs" in FAULTS and late:
        time.sleep(600)
    if "dies" in FAULTS and late:
        sys.stderr.write("out of luck\n")
        sys.stderr.flush()
        os._exit(3)
    if "garbage" in FAULTS and late:
        print("Loading... done", flush=True)
    if "wrong-id" in FAULTS:
        asked["id"] += 1
    if "endless-line" in FAULTS and late:
        while True:
            sys.stdout.write("x" * (1 << 20))


def main():
    for line in sys.stdin:
        asked = json.loads(line)
        misbehave(asked)
        operation = OPERATIONS.get(asked["op"])
        try:
            told = {"ok": operation(**asked["args"])} if operation else {"error": {"type": "unsupported"}}
        except RefusedError as error:
            told = {"error": {"type": error.kind, "message": str(error), "status": error.status}}
        except Exception as error:
            told = {"error": {"type": type(error).__name__, "message": str(error)}}
        if "nameless-errors" in FAULTS and "error" in told:
            told = {"error": "it did not work"}
        print(json.dumps({"id": asked["id"], **told}), flush=True)


if __name__ == "__main__":
    main()
