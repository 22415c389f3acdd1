"""`recipes-data cache`: what it says of a store, what it takes, and what it never takes."""

from __future__ import annotations

import hashlib
import json
import os
import pty
import shutil
import subprocess
import sys
import threading
import time
from argparse import Namespace
from pathlib import Path
from typing import Any

import pytest

from recipes_data.cli.cache import cache_command
from recipes_data.cli.screen import Screen
from recipes_data.errors import RecipesDataError, StoreError, UnknownNameError, UsageError
from recipes_data.eviction import apply_prune, plan_prune
from recipes_data.holdings import pinned_now, take_inventory
from recipes_data.lockfile import LockedSplit
from recipes_data.locks import read_lock, write_lock
from recipes_data.mirror import Mirror
from recipes_data.partials import claim_partial
from recipes_data.store import Store
from recipes_data.usage import mark_used, marks, note_traffic
from tests.unit.storehouse import locked, make_lock
from tests.worlds import GSM8K, Project, sums, write_parquet, write_sums

RECIPE = """\
name: sums_rl
title: RL on sums
needs:
  - {dataset: gsm8k, config: main, splits: [train], why: prompts, priority: P0}
"""


class Cache:
    """The command of one project, run in this process."""

    def __init__(self, project: Project, capsys: pytest.CaptureFixture[str]) -> None:
        self.project = project
        self.capsys = capsys

    def __call__(self, action: str, *names: str, json_wanted: bool = True, **options: Any) -> Any:
        """The JSON document of a command that ends in 0; its text where `json_wanted` is not."""
        words: dict[str, Any] = {"max_size": None, "unused": False, "rows": False, "converted": False}
        words |= {"min_age": 0.0, "dry_run": False, "yes": False}
        where = {"project": str(self.project.root), "manifests": None, "store": None}
        self.capsys.readouterr()
        code = cache_command(
            Namespace(action=action, names=list(names), **where, **{**words, **options}),
            Screen(json_wanted=json_wanted),
            ["cache", action],
            self.project.environ,
        )
        assert code == 0
        out = self.capsys.readouterr().out
        return json.loads(out) if json_wanted else out


@pytest.fixture
def cache(project: Project, capsys: pytest.CaptureFixture[str]) -> Cache:
    return Cache(project, capsys)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `first` (a project and a store with `gsm8k`) and `second` (its lock moved to new bytes)."""
    folder = tmp_path_factory.mktemp("made")
    project = Project.make(folder, gsm8k=GSM8K)
    repo = write_sums(folder / "hub")
    with Mirror(folder / "hub") as mirror:
        assert project.run("fetch", "gsm8k", "--endpoint", mirror.url).code == 0
        copied(folder, folder / "first")
        write_parquet(repo / "main" / "train-00000-of-00001.parquet", sums(50, 5000))
        assert project.run("lock", "gsm8k", "--upgrade", "--endpoint", mirror.url).code == 0
        assert project.run("fetch", "gsm8k", "--endpoint", mirror.url).code == 0
        copied(folder, folder / "second")
    return folder


def copied(source: Path, target: Path) -> None:
    """Project and store with their times; without the store's marks of use, which name the source's locks."""
    ignored = shutil.ignore_patterns("used", "stamps")
    for part in ("project", "store"):
        shutil.copytree(source / part, target / part, symlinks=True, dirs_exist_ok=True, ignore=ignored)


@pytest.fixture
def fetched(project: Project, made: Path) -> None:
    """The project with `gsm8k` in its store."""
    copied(made / "first", project.root.parent)


@pytest.fixture
def upgraded(project: Project, made: Path) -> None:
    """The same after its lock moved to new bytes of one of the two files: three blobs."""
    copied(made / "second", project.root.parent)


def blob_bytes(project: Project) -> int:
    return sum(path.stat().st_size for path in project.blobs())


def test_dir_is_the_store(cache: Cache, project: Project) -> None:
    assert cache("dir", json_wanted=False) == f"{project.store}\n"
    assert cache("dir") == {"store": str(project.store), "exists": False}


def test_list_tells_sizes_by_dataset_and_recipe_and_counts_shared_bytes_once(
    cache: Cache, project: Project, hub: Mirror
) -> None:
    project.write("twin", GSM8K.replace("name: gsm8k", "name: twin"))
    (project.root / "manifests" / "recipes").mkdir()
    (project.root / "manifests" / "recipes" / "sums_rl.yaml").write_text(RECIPE)
    assert project.run("fetch", "gsm8k", "twin", "--endpoint", hub.url).code == 0
    told = cache("list")
    size = blob_bytes(project)
    assert [(held["name"], held["files"], held["files_held"]) for held in told["datasets"]] == [
        ("gsm8k", 2, 2),
        ("twin", 2, 2),
    ]
    assert all(size <= held["bytes"] < size + 2000 and held["bytes_alone"] == 0 for held in told["datasets"])
    everything = [path for path in project.store.rglob("*") if path.is_file() and not path.is_symlink()]
    assert told["bytes"] == sum(path.stat().st_size for path in everything)
    stamps = [path for path in everything if path.parent.name == "stamps"]
    assert told["bytes"] - sum(path.stat().st_size for path in stamps) < 2 * size
    train = project.lock("gsm8k")["files"]["main/train-00000-of-00001.parquet"]["size"]
    assert [(r["name"], r["bytes"], r["files"]) for r in told["recipes"] if r["name"] == "sums_rl"] == [
        ("sums_rl", train, 1)
    ]
    assert told["bytes_unpinned"] == 0
    shown = cache("list", json_wanted=False)
    assert "gsm8k" in shown
    assert f"store          {project.store}" in shown


@pytest.mark.usefixtures("fetched")
def test_list_tells_the_last_use_and_the_hit_rate(cache: Cache, project: Project) -> None:
    store, folder = Store(project.store), project.lock_folder
    lock = read_lock(folder, "gsm8k")
    assert lock is not None
    mark_used(store, lock, folder / "gsm8k.json")
    for mark in marks(store):
        os.utime(mark.path, (1_700_000_000, 1_700_000_000))
    for log in (project.store / "used").glob("traffic.*"):
        log.unlink()
    note_traffic(store, 3000, 1000)
    told = cache("list")
    assert told["datasets"][0]["last_use"] == "2023-11-14T22:13:20Z"
    assert told["traffic"] == {"fetches": 1, "bytes_served": 3000, "bytes_fetched": 1000, "hit_rate": 0.75}
    assert "75.0% of the bytes that 1 fetch wanted were here" in cache("list", json_wanted=False)


def test_prune_says_first_what_may_go(cache: Cache) -> None:
    with pytest.raises(UsageError, match="neither --max-size, --unused, --rows nor --converted"):
        cache("prune")


@pytest.mark.usefixtures("upgraded")
def test_prune_takes_what_the_lock_left_behind_and_a_dry_run_takes_nothing(cache: Cache, project: Project) -> None:
    before = project.blobs()
    assert len(before) == 3
    told = cache("prune", unused=True, dry_run=True)
    assert [item["kind"] for item in told["items"]] == ["blob"]
    assert told["bytes_gone"] > 0
    assert len(project.blobs()) == 3
    assert "would go" in cache("prune", unused=True, dry_run=True, json_wanted=False)
    assert cache("prune", unused=True, min_age=3600.0)["bytes_too_new"] == told["bytes_gone"]
    done = cache("prune", unused=True)
    assert done["items"] == told["items"]
    assert done["bytes_after"] == cache("list")["bytes"]
    assert len(project.blobs()) == 2
    assert len(set(before) - set(project.blobs())) == 1
    assert len(list((project.store / "tables").iterdir())) == 2
    assert project.run("verify").code == 0
    script = "from loaders import load; print(len(load('gsm8k', split='train')))"
    assert project.python(script).out == "50\n"
    assert cache("prune", unused=True)["items"] == []


@pytest.mark.usefixtures("upgraded")
def test_the_standing_limit_holds_for_what_no_lock_pins_alone(cache: Cache, project: Project) -> None:
    (project.root / "recipes-data.toml").write_text('[cache]\nmax_size = "1kB"\n')
    told = cache("prune")
    assert told["max_size"] == 1000
    assert told["bytes_over"] == told["bytes_after"] - 1000
    assert len(project.blobs()) == 2
    assert cache("list")["max_size"] == 1000
    (project.root / "recipes-data.toml").write_text('[cache]\nmax_siz = "1kB"\n')
    with pytest.raises(UsageError, match=r"recipes-data\.toml: cache\.max_siz is not known"):
        cache("prune")


@pytest.mark.usefixtures("upgraded")
def test_a_limit_that_is_not_reached_takes_nothing(cache: Cache, project: Project) -> None:
    assert cache("prune", max_size=10**9)["items"] == []
    assert len(project.blobs()) == 3


@pytest.mark.usefixtures("fetched")
def test_clear_asks_for_yes_and_the_same_lock_brings_the_same_bytes_again(
    cache: Cache, project: Project, hub: Mirror
) -> None:
    before, lock = project.blobs(), project.lock("gsm8k")
    with pytest.raises(UsageError, match="locks stay") as refused:
        cache("clear")
    assert "--yes" in refused.value.do
    assert cache("clear", dry_run=True)["bytes_gone"] > 0
    assert project.blobs() == before
    cache("clear", yes=True)
    assert [path for path in project.store.rglob("*") if not path.is_dir()] == []
    assert project.run("fetch", "gsm8k", "--endpoint", hub.url).code == 0
    assert project.blobs() == before
    assert project.lock("gsm8k") == lock


def test_clear_of_one_dataset_leaves_what_others_share(cache: Cache, project: Project, hub: Mirror) -> None:
    test_only = GSM8K.replace("name: gsm8k", "name: small").replace(
        "      train: {files: main/train-*.parquet, rows: 50, evidence: counted in this test}\n", ""
    )
    project.write("small", test_only)
    assert project.run("fetch", "gsm8k", "small", "--endpoint", hub.url).code == 0
    with pytest.raises(UnknownNameError, match="the store holds no dataset 'gms8k'"):
        cache("clear", "gms8k", yes=True)
    cache("clear", "gsm8k", yes=True)
    assert len(project.blobs()) == 1
    assert project.run("verify", "small").code == 0


@pytest.mark.usefixtures("fetched")
def test_clear_waits_for_a_running_fetch(cache: Cache, project: Project) -> None:
    claim_partial(Store(project.store), "sha256:" + "a" * 64)
    with pytest.raises(StoreError, match="another run is fetching into this store"):
        cache("clear", yes=True)
    assert len(project.blobs()) == 2


@pytest.mark.usefixtures("fetched")
@pytest.mark.parametrize(("answer", "left"), [("y", 0), ("n", 2), ("", 2)])
def test_at_a_terminal_clear_asks(project: Project, answer: str, left: int) -> None:
    script = (
        "import os, sys; from argparse import Namespace\n"
        "from recipes_data.cli.cache import cache_command\n"
        "from recipes_data.cli.screen import Screen\n"
        "words = dict(action='clear', names=[], dry_run=False, yes=False, project=None, manifests=None, store=None)\n"
        "cache_command(Namespace(**words), Screen(), [], os.environ)\n"
    )
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=project.root,
        env=project.environ,
        stdin=follower,
        stdout=subprocess.DEVNULL,
        stderr=follower,
        close_fds=True,
    )
    os.close(follower)
    shown = b""
    try:
        while b"[y/N]" not in shown:
            shown += os.read(leader, 4096)
        os.write(leader, answer.encode() + b"\n")
        process.wait(timeout=30)
    finally:
        os.close(leader)
    assert (process.returncode == 0) == (left == 0)
    assert len(project.blobs()) == left


def test_fetches_and_prunes_at_once_never_lose_what_a_lock_pins(tmp_path: Path) -> None:
    """With no age to protect new files: the marks alone must do."""
    store = Store(tmp_path / "store")
    ours = tmp_path / "ours"
    ended = threading.Event()
    taken: list[str] = []
    wrong: list[BaseException] = []

    def publish(content: bytes) -> None:
        sha256 = hashlib.sha256(content).hexdigest()
        partial = claim_partial(store, f"sha256:{sha256}")
        partial.write_bytes(content)
        store.publish(partial, sha256)

    def prune() -> None:
        try:
            while not ended.is_set():
                now = time.time() + 1
                inventory = take_inventory(store, [ours], now)
                plan = plan_prune(inventory, max_size=None, unused=True, now=now, min_age=0, metadata_ttl=0)
                freed = apply_prune(store, plan, lambda: pinned_now(store, [ours], time.time()))
                taken.extend(item.name for item in freed.gone if item.kind == "blob")
        except BaseException as exc:  # told to the test below
            wrong.append(exc)

    pruner = threading.Thread(target=prune)
    pruner.start()
    locks = []
    try:
        for number in range(120):
            content = b"%d" % number
            publish(content)  # left behind by a lock that moved on: nobody pins it now
            time.sleep(0.002)
            folder = tmp_path / "projects" / str(number)
            split = LockedSplit("train", ("a.jsonl",), "jsonl")
            lock = make_lock([locked("a.jsonl", content)], {"train": split})
            write_lock(folder, lock)
            mark_used(store, lock, folder / "toy.json")
            if not store.has(lock.files[0].digest, len(content)):
                publish(content)
            locks.append(lock)
    finally:
        ended.set()
        pruner.join()
    assert wrong == []
    assert taken, "the prunes never met the fetches: nothing was proven"
    lost = [lock for lock in locks if not store.has(lock.files[0].digest, lock.files[0].size)]
    assert lost == []


@pytest.mark.usefixtures("fetched")
def test_a_lock_that_cannot_be_read_stops_the_command(cache: Cache, project: Project) -> None:
    (project.lock_folder / "gsm8k.json").write_text("{")
    with pytest.raises(RecipesDataError, match=r"gsm8k\.json"):
        cache("prune", unused=True)
    assert len(project.blobs()) == 2
