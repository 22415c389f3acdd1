"""Bytes from the user's own Hub cache, which is left as it was."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from recipes_data.mirror import Mirror
from recipes_data.sources import hub_cache_folder
from tests.integration.sources.world import (
    COMMIT,
    TRAIN,
    World,
    made_cache,
    sha256,
    state_of,
)
from tests.worlds import Project

DOWNLOAD = """
import huggingface_hub as hub
hub.hf_hub_download("org/sums", "README.md", repo_type="dataset")
hub.snapshot_download("org/sums", repo_type="dataset")
"""


@pytest.fixture
def real_cache(world: World) -> Path:
    """The cache that the real client made of `org/sums`."""
    project = Project.make(world.folder)
    with Mirror(world.folder / "hub") as mirror:
        ran = project.python(DOWNLOAD, HF_ENDPOINT=mirror.url)
    assert ran.code == 0, ran.err
    return hub_cache_folder(project.environ)


def test_what_the_hub_client_cached_is_taken_and_its_cache_is_left_as_it_was(world: World, real_cache: Path) -> None:
    for path in real_cache.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o555 if path.is_dir() else 0o444)
    before = state_of(real_cache)
    assert len(before) > 10
    cache = world.cache(real_cache)
    for path in ("README.md", TRAIN, TRAIN.replace("train", "test")):
        world.assert_brought(cache, path)
    assert state_of(real_cache) == before
    assert {blob.stat().st_nlink for blob in world.blobs()} == {1}
    assert world.notes == []
    assert str(real_cache) in cache.name


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"XDG_CACHE_HOME": "/x/cache"},
        {"HF_HOME": "/x/hf", "XDG_CACHE_HOME": "/x/cache"},
        {"HF_HOME": "~/hf"},
        {"HF_HOME": "$PLACE/hf", "PLACE": "/y"},
        {"HUGGINGFACE_HUB_CACHE": "/x/old", "HF_HOME": "/x/hf"},
        {"HF_HUB_CACHE": "~/of/mine", "HUGGINGFACE_HUB_CACHE": "/x/old", "HF_HOME": "/x/hf"},
        {"HF_HUB_CACHE": "${PLACE}/a/../b", "PLACE": "/y"},
        {"HF_HUB_CACHE": "relative/hub"},
        {"HF_HUB_CACHE": "$UNSET/hub"},
    ],
    ids=lambda environ: "+".join(environ) or "nothing",
)
def test_the_cache_is_looked_for_where_the_hub_client_keeps_it(environ: dict[str, str]) -> None:
    kept = {"PATH": os.environ["PATH"], "HOME": "/home/of-a-test", **environ}
    code = "import os; from huggingface_hub.constants import HF_HUB_CACHE as c; print(os.path.abspath(c))"
    theirs = subprocess.run([sys.executable, "-c", code], env=kept, capture_output=True, text=True, check=True)
    assert str(hub_cache_folder(kept)) == theirs.stdout.strip()


def test_a_blob_with_other_bytes_of_the_same_size_is_refused_and_noted(world: World) -> None:
    wrong = bytearray(world.files["big.jsonl"])
    wrong[1_500_000] ^= 1
    blob = made_cache(world, "big.jsonl", content=bytes(wrong))
    before = state_of(world.folder / "cache")
    world.assert_not_taken(world.cache(world.folder / "cache"), world.wanted("big.jsonl"))
    assert world.partials() == []
    assert len(world.notes) == 1
    assert f"got sha256:{sha256(bytes(wrong))}" in world.notes[0]
    assert str(blob) in world.notes[0]
    assert state_of(world.folder / "cache") == before


def test_a_blob_that_is_not_whole_is_not_taken(world: World) -> None:
    blob = made_cache(world, "big.jsonl", content=world.files["big.jsonl"][:-1])
    blob.with_name(blob.name + ".incomplete").write_bytes(world.files["big.jsonl"])
    world.assert_not_taken(world.cache(world.folder / "cache"), world.wanted("big.jsonl"))
    assert "expected 3,145,728 bytes, got 3,145,727" in world.notes[0]
    blob.unlink()
    world.notes.clear()
    world.assert_not_taken(world.cache(world.folder / "cache"), world.wanted("big.jsonl"))
    assert world.notes == []


def test_the_same_bytes_cached_under_another_name_of_the_repository_are_found(world: World) -> None:
    made_cache(world, TRAIN, repo="sums")
    world.assert_brought(world.cache(world.folder / "cache"), TRAIN)


def test_a_cache_without_links_has_the_file_in_its_snapshot(world: World) -> None:
    file = world.folder / "cache" / "datasets--org--sums" / "snapshots" / COMMIT / TRAIN
    file.parent.mkdir(parents=True)
    file.write_bytes(world.files[TRAIN])
    world.assert_brought(world.cache(world.folder / "cache"), TRAIN)


def test_what_is_no_file_is_no_blob(world: World) -> None:
    blob = made_cache(world, TRAIN)
    cache = world.cache(world.folder / "cache")
    blob.unlink()
    os.mkfifo(blob)
    world.assert_not_taken(cache, world.wanted(TRAIN))
    blob.unlink()
    blob.mkdir()
    world.assert_not_taken(cache, world.wanted(TRAIN))
    world.assert_not_taken(world.cache(world.folder / "no such cache"), world.wanted(TRAIN))
    assert world.notes == []


def test_a_cache_that_may_not_be_read_is_noted_and_does_not_stop_the_run(world: World) -> None:
    made_cache(world, TRAIN).chmod(0)
    cache, wanted = world.cache(world.folder / "cache"), world.wanted(TRAIN)
    if os.getuid() == 0:
        os.seteuid(65534)
    try:
        got = world.bring(cache, wanted)
    finally:
        if os.getuid() == 0:
            os.seteuid(0)
    assert got is None
    assert "Permission denied" in world.notes[0]


def test_the_empty_file_comes_from_anywhere(world: World) -> None:
    world.files["empty.jsonl"] = b""
    made_cache(world, "empty.jsonl")
    world.assert_brought(world.cache(world.folder / "cache"), "empty.jsonl")


def shares_blocks(folder: Path) -> bool:
    """Whether this file system can give one file's blocks to another."""
    one, two = folder / "one", folder / "two"
    one.write_bytes(b"x" * 4096)
    with one.open("rb") as source, two.open("wb") as copy:
        try:
            fcntl.ioctl(copy.fileno(), 0x40049409, source.fileno())
        except OSError:
            return False
    return True


def test_where_the_file_system_can_the_blocks_are_shared(world: World) -> None:
    if not shares_blocks(world.folder):
        pytest.skip("this file system shares no blocks")
    world.files["huge.jsonl"] = os.urandom(1 << 20) * 64
    blob = made_cache(world, "huge.jsonl")
    os.sync()
    before = os.statvfs(world.folder).f_bfree
    world.assert_brought(world.cache(world.folder / "cache"), "huge.jsonl")
    os.sync()
    used = (before - os.statvfs(world.folder).f_bfree) * os.statvfs(world.folder).f_frsize
    assert used < 16 << 20
    blob.write_bytes(b"its owner writes to it")
    assert world.store.blob(sha256(world.files["huge.jsonl"])).read_bytes() == world.files["huge.jsonl"]
