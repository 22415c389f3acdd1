"""What all sources of bytes share: continuing, refusing, publishing at the end."""

from __future__ import annotations

import os
import resource
from concurrent.futures import ThreadPoolExecutor

import pytest

from recipes_data.errors import StoreError
from recipes_data.sources import Source, bring_first
from tests.integration.sources.world import (
    TRAIN,
    World,
    made_cache,
    sha256,
)


def dead_partial(world: World, path: str, content: bytes) -> None:
    """A partial that a run left behind which is no more."""
    world.store.partials.mkdir(parents=True)
    digest = world.wanted(path).digest.replace(":", "-")
    (world.store.partials / f"{digest}.gone").write_bytes(content)


def test_a_dead_runs_bytes_are_continued(world: World) -> None:
    made_cache(world, "big.jsonl")
    dead_partial(world, "big.jsonl", world.files["big.jsonl"][: 2 << 20])
    world.assert_brought(world.cache(world.folder / "cache"), "big.jsonl")
    assert not [count for count in world.moved if count < 0]


@pytest.mark.parametrize("length", [1 << 20, 3 << 20, 4 << 20])
def test_a_dead_runs_wrong_bytes_do_not_speak_against_a_good_source(world: World, length: int) -> None:
    made_cache(world, "big.jsonl")
    dead_partial(world, "big.jsonl", os.urandom(length))
    world.assert_brought(world.cache(world.folder / "cache"), "big.jsonl")


def test_a_disk_that_refuses_in_the_middle_is_an_error_of_the_store(world: World) -> None:
    made_cache(world, "big.jsonl")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2 << 20, hard))
    try:
        with pytest.raises(StoreError, match="partial"):
            world.bring(world.cache(world.folder / "cache"), world.wanted("big.jsonl"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert world.blobs() == []
    world.assert_brought(world.cache(world.folder / "cache"), "big.jsonl")


def test_an_interrupted_run_leaves_its_bytes_for_the_next_and_publishes_nothing(world: World) -> None:
    made_cache(world, "big.jsonl")

    told: list[int] = []

    def interrupted(count: int) -> None:
        told.append(count)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        world.cache(world.folder / "cache").bring(world.wanted("big.jsonl"), world.store, interrupted)
    assert world.blobs() == []
    assert [path.stat().st_size >= 1 << 20 for path in world.partials()] == [True]
    assert told == [1 << 20]
    world.assert_brought(world.cache(world.folder / "cache"), "big.jsonl")


def test_many_threads_bring_the_same_bytes_at_once(world: World) -> None:
    made_cache(world, "big.jsonl")
    cache = world.cache(world.folder / "cache")
    with ThreadPoolExecutor(8) as pool:
        got = list(
            pool.map(lambda _: cache.bring(world.wanted("big.jsonl"), world.store, lambda count: None), range(8))
        )
    assert got == [sha256(world.files["big.jsonl"])] * 8
    assert len(world.blobs()) == 1
    assert world.partials() == []


def test_the_first_source_that_has_the_bytes_gives_them(world: World) -> None:
    made_cache(world, TRAIN)
    (world.folder / "release" / "main").mkdir(parents=True)
    (world.folder / "release" / TRAIN).write_bytes(world.files[TRAIN])
    (world.folder / "release" / "README.md").write_bytes(world.files["README.md"])
    sources: list[Source] = [world.cache(world.folder / "cache"), world.place(world.folder / "release")]
    assert bring_first(sources, world.wanted(TRAIN), world.store, print) == (sha256(world.files[TRAIN]), sources[0])
    assert bring_first(sources, world.wanted("README.md"), world.store, print) == (
        sha256(world.files["README.md"]),
        sources[1],
    )
    assert bring_first(sources, world.wanted("big.jsonl"), world.store, print) is None
