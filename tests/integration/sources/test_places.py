"""Bytes from `--from` places: every layout by every way, over files, http and a bucket's driver."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from recipes_data.elsewhere import From
from recipes_data.errors import UsageError
from recipes_data.mirror import Mirror, Response
from tests.integration.sources.world import (
    COMMIT,
    TRAIN,
    World,
    lay_out,
    plain_server,
    state_of,
)


@contextlib.contextmanager
def reached(folder: Path, way: str) -> Iterator[str]:
    """What to write after `--from` for a folder that is reached this way."""
    if way == "folder":
        yield str(folder)
    elif way == "file-url":
        yield folder.as_uri()
    elif way == "http":
        with plain_server(folder) as (url, _):
            yield url
    else:
        bucket = MemoryFileSystem()
        try:
            for path in folder.rglob("*"):
                if path.is_file():
                    bucket.pipe_file(f"/bucket/{path.relative_to(folder).as_posix()}", path.read_bytes())
            yield "memory://bucket/"
        finally:
            bucket.rm("/bucket", recursive=True)


@pytest.mark.parametrize("way", ["folder", "file-url", "http", "bucket"])
@pytest.mark.parametrize("layout", ["store", "cache", "repositories", "bare"])
def test_every_layout_is_found_by_every_way(world: World, layout: str, way: str) -> None:
    folder = lay_out(world, layout)
    before = state_of(folder)
    with reached(folder, way) as place, world.place(place) as source:
        assert source.needs_network == (way == "http")
        for path in world.files:
            world.assert_brought(source, path)
        missing = world.wanted(TRAIN, content=b"nowhere", repo="org/other")
        assert world.bring(source, missing) is None
    assert state_of(folder) == before
    # another version under the same name is told of; a name that is a digest cannot be one
    assert len(world.notes) == (1 if layout == "bare" else 0)


def test_a_hub_is_a_place_and_gets_no_token(world: World) -> None:
    with Mirror(world.folder / "hub") as mirror, world.place(mirror.url, HF_TOKEN="hf_secret") as source:
        world.assert_brought(source, "README.md")
        world.assert_brought(source, TRAIN)
        asked = mirror.requests
    assert any(request.origin == "cdn" for request in asked)
    assert not [request for request in asked if {"authorization", "cookie"} & set(request.headers)]
    assert "hf_secret" not in json.dumps([dict(request.headers) for request in asked])
    # the mirror has another commit than the lock, so its `main` gave the bytes; the known layout is asked alone
    assert [request.path for request in asked if request.origin == "hub"][-2:] == [
        f"/datasets/org/sums/resolve/{COMMIT}/{TRAIN}",
        f"/datasets/org/sums/resolve/main/{TRAIN}",
    ]


def test_once_a_place_gave_a_file_what_it_has_not_costs_two_requests(world: World) -> None:
    with Mirror(world.folder / "hub") as mirror, world.place(mirror.url) as source:
        world.assert_brought(source, TRAIN)
        before = len(mirror.requests)
        assert world.bring(source, world.wanted("big.jsonl")) is None
        assert len(mirror.requests) - before == 2


def test_the_same_is_noted_once(world: World) -> None:
    folder = lay_out(world, "bare")
    (folder / TRAIN).write_bytes(bytes(len(world.files[TRAIN])))
    source = world.place(folder)
    for _ in range(3):
        world.assert_not_taken(source, world.wanted(TRAIN))
    assert len(world.notes) == 1


def test_a_private_repository_of_a_hub_is_not_there_for_us(world: World) -> None:
    with (
        Mirror(world.folder / "hub", tokens=frozenset({"t"}), gated={"org/sums": "manual"}) as mirror,
        world.place(mirror.url, HF_TOKEN="t") as source,
    ):
        world.assert_not_taken(source, world.wanted(TRAIN))
    assert "no Hub token is ever sent there" in world.notes[0]


def test_wrong_bytes_at_one_name_are_noted_and_the_next_name_is_tried(world: World) -> None:
    folder = lay_out(world, "bare")
    wrong = folder / "datasets" / "org" / "sums" / "big.jsonl"
    wrong.parent.mkdir(parents=True)
    wrong.write_bytes(bytes(len(world.files["big.jsonl"])))
    with plain_server(folder) as (url, _), world.place(url) as source:
        world.assert_brought(source, "big.jsonl")
    assert len(world.notes) == 1
    assert "it is datasets/org/sums/big.jsonl there" in world.notes[0]


def test_a_page_in_place_of_the_data_is_not_taken(world: World) -> None:
    page = Response(200, {"content-type": "text/html"}, b"<html>log in to the network</html>")
    with Mirror(world.folder / "hub", before=lambda request: page) as mirror, world.place(mirror.url) as source:
        world.assert_not_taken(source, world.wanted(TRAIN))
    assert all("bytes, got 34" in note for note in world.notes)


@pytest.mark.parametrize(
    "path", ["../secret", "a/../../secret", "/etc/hostname", "a\\..\\secret", "a//b", "x\0y", "c:/x"]
)
def test_a_path_of_a_lock_leads_nowhere_else(world: World, path: str) -> None:
    (world.folder / "place" / "a").mkdir(parents=True)
    (world.folder / "secret").write_bytes(b"secret")
    wanted = world.wanted(path, content=b"secret", plain=False)
    world.assert_not_taken(world.place(world.folder / "place"), wanted)
    world.assert_not_taken(world.cache(world.folder / "place"), wanted)


def test_the_query_of_a_place_goes_with_every_file(world: World) -> None:
    with plain_server(lay_out(world, "bare")) as (url, server), world.place(f"{url}/?signature=abc") as source:
        world.assert_brought(source, TRAIN)
        assert {path.partition("?")[2] for path in server.asked} == {"signature=abc"}


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("hf://datasets/org/sums", "hf:// is not read from here"),
        ("simplecache::s3://bucket", "not read from here"),
        ("memory::file:///etc", "not read from here"),
        ("ftp://host/x", "ftp:// is not read from here"),
        ("https://user:secret@host/x", "carries credentials"),
        ("https://secret@host/x", "carries credentials"),
        ("s3://key:secret@bucket/x", "carries credentials"),
        ("https:///x", "names no host"),
        ("http://[::1/x", "a URL that is none"),
        ("file://elsewhere/x", "of another machine"),
        ("no/such/folder", "neither a URL nor a folder"),
    ],
)
def test_a_place_that_cannot_be_read_is_refused_at_once(place: str, said: str) -> None:
    with pytest.raises(UsageError, match=said) as caught:
        From(place, environ={}, note=print)
    assert "secret" not in str(caught.value)
    assert caught.value.do


@pytest.mark.parametrize(("scheme", "package"), [("s3", "s3fs"), ("gs", "gcsfs"), ("abfs", "adlfs")])
def test_a_missing_driver_is_named_with_its_command(scheme: str, package: str) -> None:
    with contextlib.suppress(ImportError):
        fsspec.get_filesystem_class(scheme)
        pytest.skip(f"{package} is installed")
    with pytest.raises(UsageError, match=f"needs {package}") as caught:
        From(f"{scheme}://bucket/x", environ={}, note=print)
    assert caught.value.do == f"pip install {package}"
