"""Files of this machine as a manifest names them: listed, opened, locked and brought, or refused in words."""

from __future__ import annotations

import dataclasses
import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from recipes_data.catalogue import Catalogue, read_catalogue
from recipes_data.digests import check_published, with_published
from recipes_data.errors import HubDownError, IntegrityError, UnsafeFileError, UsageError
from recipes_data.hub.answers import Asked
from recipes_data.hub.connection import Connections
from recipes_data.hub.patience import Patience
from recipes_data.hub.retry import Policy
from recipes_data.hub.transfer import Wanted
from recipes_data.locking_urls import lock_urls
from recipes_data.remote import Remote
from recipes_data.sites import Sites, below
from recipes_data.store import Store
from tests.integration.web_sites import Site
from tests.unit.storehouse import locked, make_lock

ASKED = Asked("", "data", "url", "url", "a.jsonl")


@pytest.fixture
def sites() -> Iterator[Sites]:
    made = Sites(Connections(environ={}), Patience(Policy(retries=0)))
    yield made
    made.close()


def write(folder: Path, **files: bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / f"{name}.jsonl").write_bytes(content)
    return folder


def catalogue_of(root: Path, files: str, more: str = "") -> Catalogue:
    folder = root / "manifests" / "datasets"
    folder.mkdir(parents=True, exist_ok=True)
    text = f"name: toy\ntitle: T\n{more}configs: {{main: {{splits: {{train: {{files: {files}}}}}}}}}\n"
    (folder / "toy.yaml").write_text(text)
    return read_catalogue([root / "manifests"])


# --- listed and opened


def test_files_below_a_folder_come_in_the_order_of_code_points(
    tmp_path: Path, sites: Sites, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ["b", "a/z", "B", "é", "a.c", "a/b/c"]
    given: list[tuple[str, list[str], list[str]]] = [(str(tmp_path / "data"), [], [f"{name}.jsonl" for name in names])]
    for name in names:
        path = tmp_path / "data" / f"{name}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (tmp_path / "data" / "gone.jsonl").symlink_to(tmp_path / "nowhere")
    (tmp_path / "data" / "linked.jsonl").symlink_to(tmp_path / "data" / "b.jsonl")
    assert sites.paths("data", tmp_path) == tuple(sorted([*(f"{name}.jsonl" for name in names), "linked.jsonl"]))
    monkeypatch.setattr(os, "walk", lambda *_, **__: iter(given))  # a disk that lists them in another order
    assert sites.paths("data", tmp_path) == tuple(sorted(f"{name}.jsonl" for name in names))


def test_a_folder_below_that_cannot_be_read_is_never_left_out(
    tmp_path: Path, sites: Sites, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "data", a=b"{}\n")
    write(tmp_path / "data" / "closed", b=b"{}\n")
    scandir = os.scandir

    def refuse(path: Any) -> Any:
        if Path(path).name == "closed":
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(HubDownError, match=r"data/closed cannot be read: Permission denied"):
        sites.paths("data", tmp_path)


def test_what_is_no_file_is_refused_before_it_is_opened(tmp_path: Path, sites: Sites) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)
    with pytest.raises(UsageError, match=r"folder is a folder, not a file"):
        sites.open("folder", ASKED, tmp_path)
    with pytest.raises(UsageError, match=r"pipe is a pipe or a device, not a file"):
        sites.open("pipe", ASKED, tmp_path)
    assert sites.open("none", ASKED, tmp_path) is None


def test_names_that_a_url_spells_otherwise_are_found(tmp_path: Path, sites: Sites) -> None:
    write(tmp_path / "a folder", **{"50% #1?": b"{}\n"})
    [path] = sites.paths(f"file://{tmp_path}/a%20folder", tmp_path)
    url = below(f"file://{tmp_path}/a%20folder", path)
    assert url.endswith("/a%20folder/50%25%20%231%3F.jsonl")
    remote = sites.open(url, ASKED, tmp_path)
    assert remote is not None
    remote.close()
    assert below("s3://bucket/a folder/", "50%.jsonl") == "s3://bucket/a folder/50%.jsonl"
    assert below("https://host/x?key=1", "a b.jsonl") == "https://host/x/a%20b.jsonl?key=1"


def test_a_name_with_spaces_is_asked_for_as_a_web_server_knows_it(tmp_path: Path, sites: Sites) -> None:
    site = Site(tmp_path / "site")
    try:
        sites.open(below(site.url, "a folder/50% b.jsonl"), ASKED, tmp_path)
        assert {path for _, path, _ in site.asked} == {"/a%20folder/50%25%20b.jsonl"}
    finally:
        site.close()


def test_a_home_folder_may_be_written_with_a_tilde(
    tmp_path: Path, sites: Sites, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    write(tmp_path / "home" / "data", a=b"{}\n")
    assert sites.paths("~/data", tmp_path / "project") == ("a.jsonl",)


def test_a_file_of_another_size_is_not_read(tmp_path: Path, sites: Sites) -> None:
    write(tmp_path / "data", a=b"{}\n" * 5)
    store = Store(tmp_path / "store")
    wanted = Wanted("data/a.jsonl", 12, f"sha256:{hashlib.sha256(b'').hexdigest()}", ASKED)
    moved: list[int] = []
    with pytest.raises(IntegrityError) as caught:
        sites.bring(wanted, tmp_path, store, moved.append)
    assert caught.value.what == "data/a.jsonl: expected 12 bytes, got 15"
    assert "it changed since it was locked" in caught.value.do
    assert moved == []
    other = dataclasses.replace(wanted, size=15)
    with pytest.raises(IntegrityError, match=r"data/a\.jsonl: expected sha256:e3b0c"):
        sites.bring(other, tmp_path, store, moved.append)
    assert sum(moved) == 0


# --- locked


def test_the_commit_stands_for_names_and_bytes(tmp_path: Path, sites: Sites) -> None:
    commits = set()
    for number, (names, content) in enumerate([("ab", b"1"), ("ac", b"1"), ("ab", b"2"), ("ab", b"1")]):
        root = tmp_path / str(number)
        write(root / "data", **dict.fromkeys(names, b'{"n": %b}\n' % content))
        lock = lock_urls(sites, catalogue_of(root, "'*.jsonl'", "url: data\n"), "toy", previous=None)
        commits.add(lock.commit)
    assert len(commits) == 3


def test_what_is_pinned_stays_as_long_as_its_url_and_its_published_digest_do(tmp_path: Path, sites: Sites) -> None:
    write(tmp_path / "one", a=b'{"n": 1}\n', b=b'{"n": 1}\n')
    write(tmp_path / "two", a=b'{"n": 2}\n')

    def locking(url: str, more: str = "", **how: Any) -> Any:
        catalogue = catalogue_of(tmp_path, "a.jsonl", f"urls: {{a.jsonl: {url}}}\n{more}")
        return lock_urls(sites, catalogue, "toy", **{"previous": first, **how})

    first = None
    first = locking("one/a.jsonl")
    write(tmp_path / "one", a=b'{"n": 9}\n')
    assert locking("one/a.jsonl").files == first.files
    assert locking("one/a.jsonl", "license: [mit]\n").files == first.files
    assert locking("one/a.jsonl", upgrade=True).files[0].sha256 == hashlib.sha256(b'{"n": 9}\n').hexdigest()
    assert locking("two/a.jsonl").files[0].sha256 == hashlib.sha256(b'{"n": 2}\n').hexdigest()
    now = hashlib.sha256(b'{"n": 9}\n').hexdigest()
    assert locking("one/a.jsonl", published(now)).files[0].sha256 == now


def published(sha256: str, size: int | None = None) -> str:
    told = "" if size is None else f", size: {size}"
    return f"evidence: e\ndigests: {{a.jsonl: {{sha256: '{sha256}'{told}, evidence: somebody}}}}\n"


class Unsized(Sites):
    """Places that do not say how many bytes a file has."""

    def open(self, url: str, asked: Asked, project: Path) -> Remote | None:
        remote = super().open(url, asked, project)
        assert remote is not None
        remote.size = None  # type: ignore[misc]  # what a place says
        return remote


def test_a_published_digest_needs_somebody_who_says_the_size(tmp_path: Path) -> None:
    content = b'{"n": 1}\n'
    write(tmp_path / "one", a=content)
    unsized = Unsized(Connections(environ={}), Patience(Policy(retries=0)))

    def locking(more: str) -> Any:
        catalogue = catalogue_of(tmp_path, "a.jsonl", f"urls: {{a.jsonl: one/a.jsonl}}\n{more}")
        return lock_urls(unsized, catalogue, "toy", previous=None).files[0]

    sha256 = hashlib.sha256(content).hexdigest()
    assert (locking(published(sha256)).size, locking(published("a" * 64, 77)).size) == (len(content), 77)
    with pytest.raises(IntegrityError, match=f"published sha256:{'a' * 64}, got sha256:{sha256}"):
        locking(published("a" * 64))
    unsized.close()


@pytest.mark.parametrize("told", [8, 10])
def test_a_file_that_is_not_as_long_as_its_place_said_is_not_locked(tmp_path: Path, told: int) -> None:
    class Other(Sites):
        def open(self, url: str, asked: Asked, project: Path) -> Remote | None:
            remote = super().open(url, asked, project)
            assert remote is not None
            remote.size = told  # type: ignore[misc]  # what a place says
            return remote

    write(tmp_path / "one", a=b'{"n": 1}\n')
    other = Other(Connections(environ={}), Patience(Policy(retries=0)))
    with pytest.raises(HubDownError, match=f"one/a.jsonl: expected {told} bytes, got 9"):
        lock_urls(other, catalogue_of(tmp_path, "a.jsonl", "urls: {a.jsonl: one/a.jsonl}\n"), "toy", previous=None)
    other.close()


def test_a_file_that_runs_when_it_is_loaded_is_locked_only_on_purpose(tmp_path: Path, sites: Sites) -> None:
    write(tmp_path / "data", a=b"{}\n")
    (tmp_path / "data" / "rows.pkl").write_bytes(b"\x80\x04N.")
    path = tmp_path / "manifests" / "datasets" / "toy.yaml"
    path.parent.mkdir(parents=True)
    path.write_text("name: toy\ntitle: T\nurl: data\nfiles: [a.jsonl, rows.pkl]\n")
    catalogue = read_catalogue([tmp_path / "manifests"])
    with pytest.raises(UnsafeFileError, match=r"rows\.pkl"):
        lock_urls(sites, catalogue, "toy", previous=None)


# --- what others published


def test_a_published_size_is_compared_and_samples_are_not(tmp_path: Path) -> None:
    content = b'{"n": 1}\n'
    file = locked("a.jsonl", content)
    lock = make_lock([file], {})
    [manifest] = [
        catalogue_of(
            tmp_path, "a.jsonl", f"repo: org/toy\n{published(hashlib.sha256(content).hexdigest(), 99)}"
        ).dataset("toy")
    ]
    with pytest.raises(IntegrityError, match=r"a\.jsonl: published with 99 bytes, got 9 \(somebody\)"):
        check_published(lock, manifest)
    check_published(dataclasses.replace(lock, sample=True), manifest)
    by_git = dataclasses.replace(file, digest="git-sha1:" + "1" * 40, sha256=None)
    [known] = with_published(dataclasses.replace(lock, files=(by_git,)), manifest).files
    assert (known.sha256, known.digest) == (hashlib.sha256(content).hexdigest(), by_git.digest)
    measured = dataclasses.replace(by_git, sha256="5" * 64)
    [kept] = with_published(dataclasses.replace(lock, files=(measured,)), manifest).files
    assert kept.sha256 == "5" * 64
