"""What goes from a store and what never does, on real folders."""

from __future__ import annotations

import errno
import json
import os
import time
from pathlib import Path

import pytest

from recipes_data.errors import LockError, StoreError
from recipes_data.eviction import MIN_AGE, apply_prune, clear_notes, plan_clear, plan_prune
from recipes_data.holdings import Inventory, pinned_now, take_inventory
from recipes_data.lockfile import Lock, LockedFile, LockedSplit
from recipes_data.locks import write_lock
from recipes_data.store import Store
from recipes_data.usage import mark_used, marks, note_traffic, traffic
from tests.unit.storehouse import locked, make_lock, put

NOW = 1_800_000_000.0
DAY = 86400.0


class House:
    """A store with a folder of locks beside it."""

    def __init__(self, folder: Path) -> None:
        self.store = Store(folder / "store")
        self.locks = folder / "project" / "manifests" / "locks"
        self.later = time.time() + 2 * MIN_AGE

    def dataset(self, name: str, *contents: bytes, folder: Path | None = None, pin: bool = True) -> Lock:
        files = [locked(f"{index}.jsonl", content, 1) for index, content in enumerate(contents)]
        for content in contents:
            put(self.store, content)
        split = LockedSplit("train", tuple(file.path for file in files), "jsonl", columns=())
        lock = make_lock(files, {"train": split}, name=name)
        if pin:
            write_lock(folder or self.locks, lock)
        return lock

    def inventory(self) -> Inventory:
        return take_inventory(self.store, [self.locks], self.later)

    def prune(self, *, max_size: int | None = None, unused: bool = True) -> list[str]:
        plan = plan_prune(self.inventory(), max_size=max_size, unused=unused, now=self.later, metadata_ttl=30 * DAY)
        freed = apply_prune(self.store, plan, lambda: pinned_now(self.store, [self.locks], self.later))
        assert not freed.refused
        return sorted(item.name for item in freed.gone if item.kind == "blob")

    def sha(self, lock: Lock, index: int = 0) -> str:
        return lock.files[index].sha256 or ""


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_a_blob_goes_with_everything_that_was_derived_from_it(house: House) -> None:
    kept, lost = house.dataset("kept", b'{"a": 1}\n'), house.dataset("lost", b'{"b": 2}\n', pin=False)
    store = house.store
    for lock in (kept, lost):
        sha = house.sha(lock)
        store.write_text(store.facts(sha, "jsonl"), "{}")
        store.write_text(store.index(sha), "x" * 40)
        store.link_table("train", [sha], ".jsonl")
        store.write_text(store.root / "known" / "git-sha1" / sha[:2] / sha[:40], sha + "\n")
    found = {item.name: item for item in house.inventory().blobs}
    assert found[house.sha(kept)].pinned_by == ("kept",)
    assert found[house.sha(lost)].size == 9 + 2 + 40 + 65
    assert house.prune() == [house.sha(lost)]
    left = [str(path) for path in store.root.rglob("*") if path.is_file() or path.is_symlink()]
    assert len(left) == 5  # blob, facts, index, note and link of the one that is pinned
    assert not any(house.sha(lost) in path for path in left)
    assert store.table_files("train", [house.sha(kept)], ".jsonl")[0].read_bytes() == b'{"a": 1}\n'
    assert house.prune() == []


def test_the_size_of_a_store_is_that_of_its_files_each_counted_once(house: House) -> None:
    lock = house.dataset("toy", b"x" * 1000)
    house.dataset("twin", b"x" * 1000, b"y" * 10)
    store = house.store
    table = store.table("train", [house.sha(lock)], ".jsonl")
    table.mkdir(parents=True)
    (table / "train-00000-of-00001.jsonl").hardlink_to(store.blob(house.sha(lock)))
    inventory = house.inventory()
    assert inventory.size == 1010
    held = {each.name: each for each in inventory.datasets}
    assert (held["toy"].size, held["toy"].size_alone) == (1000, 0)
    assert (held["twin"].size, held["twin"].size_alone, held["twin"].files_held) == (1010, 10, 2)


def test_locks_of_the_store_and_of_served_folders_pin(house: House) -> None:
    house.dataset("packaged", b"1", folder=house.store.root / "locks" / "packaged")
    house.dataset("sample", b"2", folder=house.store.root / "locks" / "folder" / "sample")
    assert house.prune() == []


def test_a_mark_of_use_keeps_another_projects_bytes(house: House, tmp_path: Path) -> None:
    elsewhere = tmp_path / "other" / "locks"
    lock = house.dataset("theirs", b"1", folder=elsewhere)
    plan = house.inventory()
    assert plan.blobs[0].pinned_by == ()
    mark_used(house.store, lock, elsewhere / "theirs.json")
    assert house.prune() == []
    assert house.inventory().blobs[0].pinned_by == (f"theirs ({elsewhere / 'theirs.json'})",)
    (elsewhere / "theirs.json").unlink()
    assert house.prune() == [house.sha(lock)]


def test_a_lock_that_cannot_be_read_pins_what_its_mark_says(house: House, tmp_path: Path) -> None:
    elsewhere = tmp_path / "other" / "locks"
    lock = house.dataset("theirs", b"1", folder=elsewhere)
    mark_used(house.store, lock, elsewhere / "theirs.json")
    (elsewhere / "theirs.json").write_text("half a lo")
    assert house.prune() == []


def test_a_lock_that_only_another_machine_sees_pins_for_a_month(house: House, tmp_path: Path) -> None:
    lock = house.dataset("theirs", b"1", pin=False)
    mark_used(house.store, lock, tmp_path / "not" / "mounted" / "theirs.json")
    mark = marks(house.store)[0]
    mark.path.write_text(mark.path.read_text().replace(json.dumps(mark.machine), '"another-node"'))
    assert house.prune() == []
    long_ago = house.later - 40 * DAY
    os.utime(mark.path, (long_ago, long_ago))
    assert house.prune() == [house.sha(lock)]


def test_a_lock_of_ours_that_cannot_be_read_stops_the_prune(house: House) -> None:
    house.dataset("toy", b"1")
    (house.locks / "toy.json").write_text("{")
    with pytest.raises(LockError, match=r"toy\.json"):
        house.prune()


def test_a_blob_that_is_pinned_while_it_goes_is_put_back(house: House) -> None:
    lock = house.dataset("late", b"late", pin=False)
    plan = plan_prune(house.inventory(), max_size=None, unused=True, now=house.later, metadata_ttl=0)
    seen: list[bool] = []

    def pinned() -> frozenset[str]:
        seen.append(house.store.blob(house.sha(lock)).exists())
        write_lock(house.locks, lock)  # another process, between our look and our unlinking
        return pinned_now(house.store, [house.locks], house.later)

    freed = apply_prune(house.store, plan, pinned)
    assert seen == [False]
    assert [item.name for item in freed.kept] == [house.sha(lock)]
    assert freed.gone == ()
    assert house.store.has(lock.files[0].digest, 4)
    assert list((house.store.root / "leaving").iterdir()) == []


def test_when_the_locks_cannot_be_read_again_everything_is_put_back(house: House) -> None:
    lock = house.dataset("late", b"late", pin=False)
    plan = plan_prune(house.inventory(), max_size=None, unused=True, now=house.later, metadata_ttl=0)

    def pinned() -> frozenset[str]:
        raise LockError("half a lock", "")

    with pytest.raises(LockError):
        apply_prune(house.store, plan, pinned)
    assert house.store.has(lock.files[0].digest, 4)


def test_a_kill_between_the_steps_leaves_only_what_the_next_prune_clears(house: House) -> None:
    lock = house.dataset("lost", b"lost", pin=False)
    store, sha = house.store, ""
    sha = house.sha(lock)
    store.write_text(store.facts(sha, "jsonl"), "{}")
    store.link_table("train", [sha], ".jsonl")
    (store.root / "leaving").mkdir()
    store.blob(sha).rename(store.root / "leaving" / f"{sha}.1")
    kinds = {item.kind for item in house.inventory().items}
    assert kinds == {"temporary", "metadata"}
    house.later += 31 * DAY
    house.prune()
    assert [path for path in store.root.rglob("*") if not path.is_dir()] == []


def test_bytes_that_are_published_meanwhile_keep_their_notes(house: House) -> None:
    lock = house.dataset("again", b"again", pin=False)
    store, sha = house.store, house.sha(lock)
    store.write_text(store.facts(sha, "jsonl"), "{}")
    plan = plan_prune(house.inventory(), max_size=None, unused=True, now=house.later, metadata_ttl=0)

    def pinned() -> frozenset[str]:
        put(store, b"again")
        return frozenset()

    apply_prune(store, plan, pinned)
    assert store.has(f"sha256:{sha}", 5)
    assert store.facts(sha, "jsonl").exists()


def test_two_prunes_at_once_take_each_blob_once(house: House) -> None:
    house.dataset("lost", b"1", b"2", pin=False)
    plan = plan_prune(house.inventory(), max_size=None, unused=True, now=house.later, metadata_ttl=0)
    first = apply_prune(house.store, plan, frozenset)
    second = apply_prune(house.store, plan, frozenset)
    assert (len(first.gone), len(second.gone), second.refused) == (2, 0, ())


def test_where_nothing_can_be_moved_nothing_is_lost(house: House) -> None:
    lock = house.dataset("lost", b"1", pin=False)
    plan = plan_prune(house.inventory(), max_size=None, unused=True, now=house.later, metadata_ttl=0)
    (house.store.root / "leaving").write_text("in the way")
    freed = apply_prune(house.store, plan, frozenset)
    assert (freed.gone, freed.kept, len(freed.refused)) == ((), (), 1)
    assert house.store.has(lock.files[0].digest, 1)


@pytest.mark.skipif(os.getuid() == 0, reason="root may remove anything")
def test_what_the_disk_refuses_is_told_and_the_rest_goes(house: House) -> None:
    lock = house.dataset("lost", b"1", b"2", pin=False)
    stuck = house.store.blob(house.sha(lock))
    stuck.parent.chmod(0o555)
    try:
        plan = plan_prune(house.inventory(), max_size=None, unused=True, now=house.later, metadata_ttl=0)
        freed = apply_prune(house.store, plan, frozenset)
    finally:
        stuck.parent.chmod(0o755)
    assert [str(stuck.parent) in error.what for error in freed.refused] == [True]
    assert len(freed.gone) == 1


def test_a_running_fetchs_partial_is_not_counted_as_left_behind(house: House) -> None:
    from recipes_data.partials import claim_partial

    ours = claim_partial(house.store, "sha256:" + "a" * 64)
    ours.write_bytes(b"on its way")
    dead = house.store.partials / ("sha256-" + "b" * 64 + ".nobody")
    dead.write_bytes(b"left")
    inventory = house.inventory()
    assert inventory.live == (ours,)
    assert [item.name for item in inventory.items] == [dead.name]


def test_clear_leaves_locks_alone(house: House) -> None:
    lock = house.dataset("toy", b"1", folder=house.store.root / "locks" / "packaged")
    mark_used(house.store, lock, house.store.root / "locks" / "packaged" / "toy.json")
    note_traffic(house.store, 1, 2)
    apply_prune(house.store, plan_clear(house.inventory()), frozenset)
    clear_notes(house.store)
    left = [path.name for path in house.store.root.rglob("*") if path.is_file()]
    assert left == ["toy.json"]


def test_notes_that_cannot_be_cleared_are_told(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    note_traffic(house.store, 1, 2)

    def refused(path: Path) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(Path, "unlink", refused)
    with pytest.raises(StoreError, match=r"the store cannot be written: .*/used/traffic\."):
        clear_notes(house.store)


def test_a_shared_store_is_looked_through_by_load_and_never_pruned(house: House, tmp_path: Path) -> None:
    theirs = House(tmp_path / "theirs")
    lock = theirs.dataset("lost", b"1", pin=False)
    house.store = Store(house.store.root, shared=(theirs.store.root,))
    house.dataset("lost", b"2", pin=False)
    assert len(house.prune()) == 1
    assert house.store.has(lock.files[0].digest, 1)


def test_a_store_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    inventory = take_inventory(Store(tmp_path / "none"), [tmp_path / "locks"], NOW)
    assert (inventory.size, inventory.items, inventory.datasets) == (0, (), ())


# --- marks and counters


def test_a_mark_is_written_once_a_day(house: House) -> None:
    lock = house.dataset("toy", b"1")
    path = house.locks / "toy.json"
    mark_used(house.store, lock, path, NOW)
    mark_used(house.store, lock, path, NOW + 0.9 * DAY)
    assert [mark.last_use for mark in marks(house.store)] == [NOW]
    mark_used(house.store, lock, path, NOW + 1.1 * DAY)
    (mark,) = marks(house.store)
    assert mark.last_use == NOW + 1.1 * DAY
    assert (mark.dataset, mark.lock, mark.digests) == ("toy", path, frozenset({lock.files[0].digest}))
    mark_used(house.store, lock, path, NOW - 5 * DAY)  # the clock was set back
    assert marks(house.store)[0].last_use == NOW - 5 * DAY


def test_the_last_use_of_bytes_is_known_after_their_lock_moved_on(house: House) -> None:
    old = house.dataset("toy", b"old")
    mark_used(house.store, old, house.locks / "toy.json", house.later + DAY)
    house.dataset("toy", b"new")
    found = {item.name: item for item in house.inventory().blobs}
    assert found[house.sha(old)].pinned_by == ()
    assert found[house.sha(old)].last_use == house.later + DAY
    assert found[house.sha(old)].known_as == ("toy@" + "c" * 12,)


def test_a_plain_file_is_pinned_before_its_sha256_was_measured(house: House) -> None:
    sha = put(house.store, b"plain")
    git = "d" * 40
    house.store.write_text(house.store.root / "known" / "git-sha1" / "dd" / git, sha + "\n")
    split = LockedSplit("train", ("a.jsonl",), "jsonl")
    write_lock(house.locks, make_lock([LockedFile("a.jsonl", 5, f"git-sha1:{git}")], {"train": split}))
    assert house.prune() == []


def test_a_store_that_cannot_be_written_only_forgets(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = Store(tmp_path / "file" / "store")
    mark_used(store, make_lock([], {}), tmp_path / "toy.json")
    note_traffic(store, 1, 1)
    assert marks(store) == []


def test_the_hit_rate_is_that_of_bytes_and_torn_lines_count_nothing(house: House) -> None:
    assert traffic(house.store).hit_rate is None
    note_traffic(house.store, 300, 0)
    note_traffic(house.store, 0, 100)
    note_traffic(house.store, 0, 0)
    (log,) = (house.store.root / "used").glob("traffic.*.log")
    log.write_text(log.read_text() + "1800000000 5\n17 x y\n")
    counted = traffic(house.store)
    assert (counted.fetches, counted.served, counted.fetched, counted.hit_rate) == (2, 300, 100, 0.75)
