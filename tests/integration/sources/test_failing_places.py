"""`--from` places that break, hang, refuse or are not there."""

from __future__ import annotations

import errno
import sys
import threading
import time
from collections.abc import Callable, Iterator

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from recipes_data import remote
from recipes_data.hub.connection import Connections
from recipes_data.hub.patience import Patience
from recipes_data.hub.transfer import Wanted, transfer
from recipes_data.mirror import Fault, Mirror, Request, Response
from tests.integration.sources.world import (
    DIRECT,
    TRAIN,
    World,
    big_hub,
    lay_out,
    plain_server,
)


def test_a_broken_line_is_continued_by_a_range(world: World) -> None:
    big_hub(world)

    def cut_once(request: Request) -> Response | None:
        if request.origin != "cdn" or "range" in request.headers:
            return None
        answer = mirror.answer(request)
        return Response(answer.status, answer.headers, answer.body, Fault(cut_after=2_000_000, reset=True))

    with Mirror(world.folder / "hub", before=cut_once) as mirror, world.place(mirror.url) as source:
        world.assert_brought(source, "big.jsonl")
        ranges = [request.headers.get("range") for request in mirror.requests if request.origin == "cdn"]
    assert len(ranges) == 2
    assert ranges[1] is not None
    assert world.notes == []


def test_a_line_that_breaks_again_and_again_arrives_as_long_as_it_moves(world: World) -> None:
    big_hub(world)

    def cut(request: Request) -> Response | None:
        if request.origin != "cdn":
            return None
        answer = mirror.answer(request)
        return Response(answer.status, answer.headers, answer.body, Fault(cut_after=400_000))

    with Mirror(world.folder / "hub", before=cut) as mirror, world.place(mirror.url) as source:
        world.assert_brought(source, "big.jsonl")
        assert len([request for request in mirror.requests if request.origin == "cdn"]) >= 8


def test_a_broken_line_is_continued_where_the_server_knows_no_ranges(world: World) -> None:
    with plain_server(lay_out(world, "bare")) as (url, server), world.place(url) as source:
        server.cut_after["big.jsonl"] = 2_000_000
        world.assert_brought(source, "big.jsonl")
        assert server.asked.count("/big.jsonl") == 2


def test_a_server_that_dies_in_the_middle_publishes_nothing_and_the_hub_continues_its_bytes(world: World) -> None:
    big_hub(world)
    cut: list[str] = []

    def die(request: Request) -> Response | None:
        if cut:
            return Response(0)
        if request.origin != "cdn":
            return None
        cut.append(request.path)
        answer = mirror.answer(request)
        return Response(answer.status, answer.headers, answer.body, Fault(cut_after=2_000_000))

    with Mirror(world.folder / "hub", before=die) as mirror, world.place(mirror.url) as source:
        world.assert_not_taken(source, world.wanted("big.jsonl"))
        asked = len(mirror.requests)
        assert world.bring(source, world.wanted(TRAIN)) is None
        assert len(mirror.requests) == asked
        assert len(world.notes) == 1
        assert "is not asked again in this run" in world.notes[0]
        (left,) = world.partials()
        have = left.stat().st_size
        assert 0 < have <= 2_000_000

        mirror.before = None
        wanted = world.wanted("big.jsonl")
        url = f"{mirror.url}/datasets/org/sums/resolve/main/big.jsonl"
        with Connections(environ=DIRECT) as connections:
            wanted = Wanted(url, wanted.size, wanted.digest, wanted.asked)
            transfer(wanted, store=world.store, connections=connections, auth={}, patience=Patience())
        assert mirror.requests[-1].headers["range"] == f"bytes={have}-"
    assert world.store.has(wanted.digest, wanted.size)
    assert world.partials() == []


@pytest.mark.parametrize(
    ("status", "headers", "times"), [(503, {}, 3), (429, {"retry-after": "3600"}, 1), (500, {"retry-after": "0"}, 3)]
)
def test_a_place_that_keeps_failing_is_left_alone(
    world: World, status: int, headers: dict[str, str], times: int
) -> None:
    answer = Response(status, headers, b"no")
    with Mirror(world.folder / "hub", before=lambda request: answer) as mirror, world.place(mirror.url) as source:
        started = time.monotonic()
        for path in world.files:
            world.assert_not_taken(source, world.wanted(path))
        assert len(mirror.requests) == times
    assert time.monotonic() - started < 5
    assert len(world.notes) == 1
    assert f"HTTP {status}" in world.notes[0]


def test_nobody_at_the_address_is_noted_once_and_at_once(world: World) -> None:
    with world.place("http://127.0.0.1:9/x?signature=secret") as source:
        for path in world.files:
            world.assert_not_taken(source, world.wanted(path))
        assert source.name == "http://127.0.0.1:9/x"
    assert len(world.notes) == 1
    assert "secret" not in world.notes[0]


class Odd(MemoryFileSystem):
    """A bucket's driver that does what the test says."""

    protocol = "az"
    store: dict[str, object] = {}
    pseudo_dirs = [""]
    act: Callable[[], object]

    def info(self, path: str, **kwargs: object) -> object:
        return type(self).act()


@pytest.fixture
def odd_driver() -> Iterator[type[Odd]]:
    before = fsspec.registry.get("az")
    fsspec.register_implementation("az", Odd, clobber=True)
    yield Odd
    sys.modules["fsspec.registry"]._registry.pop("az")
    if before is not None:
        fsspec.register_implementation("az", before)


def refuse(error: Exception) -> Callable[[], object]:
    def act() -> object:
        raise error

    return act


@pytest.mark.parametrize(
    ("error", "noted"),
    [
        (PermissionError("signed?sig=secret"), "no Hub token is ever sent there"),
        (RuntimeError("https://host/?sig=secret"), "the driver failed (RuntimeError)"),
        (OSError(errno.EIO, "https://host/?sig=secret"), "the driver failed (OSError)"),
        (FileNotFoundError("x"), ""),
    ],
)
def test_whatever_a_driver_raises_is_a_note_without_its_text(
    world: World, odd_driver: type[Odd], error: Exception, noted: str
) -> None:
    odd_driver.act = staticmethod(refuse(error))
    world.assert_not_taken(world.place("az://bucket/x"), world.wanted(TRAIN))
    assert len(world.notes) == (1 if noted else 0)
    assert noted in "".join(world.notes)
    assert "secret" not in "".join(world.notes)


def test_a_driver_that_hangs_is_given_up(world: World, odd_driver: type[Odd], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "_SECONDS", 0.2)
    ended = threading.Event()
    odd_driver.act = staticmethod(lambda: ended.wait(20))
    started = time.monotonic()
    world.assert_not_taken(world.place("az://bucket/x"), world.wanted(TRAIN))
    ended.set()
    assert time.monotonic() - started < 5
    assert "no answer within 0.2 s" in world.notes[0]
