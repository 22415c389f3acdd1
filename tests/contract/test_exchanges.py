"""The mirror and the replayer against the record of what the Hub answers."""

from __future__ import annotations

import hashlib
import http.client
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from recipes_data.mirror import Mirror
from tests.contract.recorded import Exchange, Record, load_record, substitute
from tests.contract.replayer import Replayer

RECORD = load_record()
SERVED = [each for each in RECORD.exchanges if not each.not_served]


def write_repositories(record: Record, root: Path) -> None:
    """The recorded repositories as a folder in the Hub's layout."""
    for repo in record.repositories:
        for path, content in record.files.items():
            file = root / "datasets" / repo / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)


def ask(
    url: str, path: str, method: str = "GET", headers: Mapping[str, str] | None = None, body: str = ""
) -> tuple[int, dict[str, str], bytes]:
    """One request on its own connection, redirects not followed."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
    try:
        connection.request(method, path, body or None, dict(headers or {}))
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


@pytest.fixture(scope="module")
def mirror(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mirror]:
    root = tmp_path_factory.mktemp("hub")
    write_repositories(RECORD, root)
    with Mirror(
        root,
        tokens=frozenset({RECORD.tokens["member"]}),
        granted=frozenset({RECORD.tokens["granted"]}),
        private=frozenset(repo for repo, said in RECORD.repositories.items() if said.get("private")),
        gated={repo: said["gated"] for repo, said in RECORD.repositories.items() if said.get("gated")},
        aliases=RECORD.aliases,
    ) as served:
        yield served


@pytest.fixture(scope="module")
def learned(mirror: Mirror) -> dict[str, str]:
    """What only the mirror can say: its commit and the signed address of the open LFS file."""
    commit = json.loads(ask(mirror.url, "/api/datasets/acme/open")[2])["sha"]
    location = ask(mirror.url, "/datasets/acme/open/resolve/main/regression/ref-lfs.bin")[1]["location"]
    return {
        "commit": commit,
        "short_commit": commit[:8],
        "lfs_address": location.removeprefix(mirror.cdn_url),
    }


def faults_of(
    exchange: Exchange,
    method: str,
    answer: tuple[int, dict[str, str], bytes],
    known: Mapping[str, str],
) -> list[str]:
    """Every difference between an answer and the record, in words."""
    status, headers, body = answer

    def pattern(name: str) -> str:
        return (
            re.escape(known[name])
            if name in known
            else RECORD.patterns.get(name, re.escape(RECORD.values.get(name, "")))
        )

    faults = [] if status == exchange.status else [f"status: expected {exchange.status}, got {status}"]
    for name, wanted in substitute(dict(exchange.answer_headers), pattern, re.escape).items():
        got = headers.get(name)
        if name in exchange.without or wanted is None:
            faults += [] if got is None else [f"{name}: expected none, got {got!r}"]
        elif got is None or not re.fullmatch(wanted, got):
            faults.append(f"{name}: expected {wanted!r}, got {got!r}")
    if method == "HEAD":
        return faults + ([f"a HEAD has a body: {body!r}"] if body else [])
    if isinstance(exchange.body, bytes):
        faults += [] if body == exchange.body else [f"body: got {len(body)} other bytes"]
    elif exchange.body is not None:
        got_body = body.decode() if isinstance(exchange.body, str) else json.loads(body)
        faults += differences(substitute(exchange.body, pattern, re.escape), got_body, "body")
    return faults


def differences(wanted: Any, got: Any, where: str) -> list[str]:
    """Where `got` lacks what is wanted: texts are patterns, of objects the named keys count."""
    if isinstance(wanted, dict) and isinstance(got, dict):
        return [fault for key, each in wanted.items() for fault in differences(each, got.get(key), f"{where}.{key}")]
    if isinstance(wanted, list) and isinstance(got, list) and len(wanted) == len(got):
        pairs = enumerate(zip(wanted, got, strict=True))
        return [fault for at, (one, other) in pairs for fault in differences(one, other, f"{where}[{at}]")]
    if isinstance(wanted, str) and isinstance(got, str):
        return [] if re.fullmatch(wanted, got) else [f"{where}: expected {wanted!r}, got {got!r}"]
    return [] if type(wanted) is type(got) and wanted == got else [f"{where}: expected {wanted!r}, got {got!r}"]


def ask_as_recorded(
    exchange: Exchange, method: str, url: str, known: Mapping[str, str]
) -> tuple[int, dict[str, str], bytes]:
    """Send the recorded request."""
    path, headers = substitute([exchange.path, dict(exchange.headers)], {**RECORD.values, **known}.__getitem__)
    if exchange.who != "anonymous":
        headers["authorization"] = f"Bearer {RECORD.tokens[exchange.who]}"
    if exchange.form:
        headers["content-type"] = "application/x-www-form-urlencoded"
    return ask(url, f"{path}?{exchange.query}" if exchange.query else path, method, headers, exchange.form)


@pytest.mark.parametrize("exchange", SERVED, ids=lambda each: each.name)
def test_the_mirror_answers_as_the_hub_is_recorded_to(
    exchange: Exchange, mirror: Mirror, learned: dict[str, str]
) -> None:
    known = {**learned, "hub": mirror.url, "cdn": mirror.cdn_url}
    url = mirror.cdn_url if exchange.origin == "cdn" else mirror.url
    for method in exchange.methods:
        answer = ask_as_recorded(exchange, method, url, known)
        # Another repository's file has another address.
        expected = {name: value for name, value in known.items() if name != "lfs_address"}
        assert faults_of(exchange, method, answer, expected) == [], method


@pytest.mark.parametrize("repo", ["acme/private", "acme/gated"])
def test_the_resolve_cache_has_no_files_of_closed_repositories(
    repo: str, mirror: Mirror, learned: dict[str, str]
) -> None:
    """The three repositories have one commit, so this address would be right for an open one."""
    path = f"/api/resolve-cache/datasets/{repo}/{learned['commit']}/regression/ref-regular.txt"
    assert ask(mirror.url, path.replace(repo, "acme/open"))[0] == 200
    assert ask(mirror.url, path)[0] == 401


@pytest.fixture(scope="module")
def replayer() -> Iterator[Replayer]:
    with Replayer() as served:
        yield served


@pytest.mark.parametrize("exchange", RECORD.exchanges, ids=lambda each: each.name)
def test_the_replayer_says_what_is_recorded(exchange: Exchange, replayer: Replayer) -> None:
    known = {**RECORD.values, "hub": replayer.url, "cdn": replayer.cdn_url}
    url = replayer.cdn_url if exchange.origin == "cdn" else replayer.url
    for method in exchange.methods:
        status, headers, body = ask_as_recorded(exchange, method, url, known)
        assert replayer.requests[-1].exchange == exchange.name
        # The replayer has the headers that the mirror goes without.
        assert all(headers.pop(name, None) for name in exchange.without)
        assert faults_of(exchange, method, (status, headers, body), known) == [], method


def test_the_replayer_says_so_when_nothing_is_recorded() -> None:
    with Replayer() as hub:
        status, _, _ = ask(hub.url, "/api/datasets/acme/open?blobs=maybe")
        assert status == 501
        assert [each.path for each in hub.unmatched] == ["/api/datasets/acme/open"]


def test_equal_exchanges_are_replayed_in_turn() -> None:
    limited = next(each for each in RECORD.exchanges if each.name == "too many requests")
    found = next(each for each in RECORD.exchanges if each.name == "a repository's record by commit")
    again = Exchange(**{name: getattr(found, name) for name in Exchange.__slots__} | {"path": limited.path})
    with Replayer([limited, again]) as hub:
        path = f"{limited.path}?{limited.query}"
        assert [ask(hub.url, path)[0] for _ in range(3)] == [429, 200, 200]


def test_the_recorded_digests_are_those_of_the_recorded_files() -> None:
    def git(content: bytes) -> str:
        return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()

    lfs, values = RECORD.files["regression/ref-lfs.bin"], RECORD.values
    assert values["lfs_sha256"] == hashlib.sha256(lfs).hexdigest()
    assert values["regular_sha1"] == git(RECORD.files["regression/ref-regular.txt"])
    assert values["attributes_sha1"] == git(RECORD.files[".gitattributes"])
    assert values["card_sha1"] == git(RECORD.files["README.md"])
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{values['lfs_sha256']}\nsize {len(lfs)}\n"
    assert values["pointer_sha1"] == git(pointer.encode())


def test_every_exchange_has_a_name_of_its_own_a_source_and_a_level() -> None:
    names = [each.name for each in RECORD.exchanges]
    assert len(names) == len(set(names))
    assert {each.level for each in RECORD.exchanges} <= {"multi", "single", "client", "memory"}
    assert all(each.source for each in RECORD.exchanges)


def test_a_wrong_answer_is_seen(mirror: Mirror, learned: dict[str, str]) -> None:
    known = {**learned, "hub": mirror.url, "cdn": mirror.cdn_url}
    exchange = next(each for each in SERVED if each.name == "an LFS file is at the CDN")
    status, headers, body = ask_as_recorded(exchange, "GET", mirror.url, known)
    spoiled = {**headers, "x-linked-size": "1025", "x-xet-hash": "0" * 64}
    assert len(faults_of(exchange, "GET", (status, spoiled, body + b"!"), known)) == 3
