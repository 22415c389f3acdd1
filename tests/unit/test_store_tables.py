"""A store's tables: one link a shard, in row order, whole or not there."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from recipes_data.errors import StoreError
from recipes_data.store import Store
from tests.unit.storehouse import put


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def test_a_table_has_one_link_a_shard_in_row_order(store: Store) -> None:
    shards = [put(store, b"second"), put(store, b"first")]
    files = store.link_table("train", shards, ".parquet")
    assert [file.name for file in files] == ["train-00000-of-00002.parquet", "train-00001-of-00002.parquet"]
    assert [file.read_bytes() for file in files] == [b"second", b"first"]
    assert all(file.is_symlink() and not os.path.isabs(os.readlink(file)) for file in files)
    assert files == store.table_files("train", shards, ".parquet")
    assert files[0].parent == store.table("train", shards, ".parquet")
    assert files[0].parent.stat().st_mode & 0o777 == 0o755


def test_a_tables_place_depends_on_its_split_its_shards_and_their_order(store: Store) -> None:
    places = {
        store.table("train", ["a", "b"], ".parquet"),
        store.table("train", ["b", "a"], ".parquet"),
        store.table("test", ["a", "b"], ".parquet"),
        store.table("train", ["a", "b"], ".jsonl"),
        store.table("train", ["a"], ".parquet"),
    }
    assert len(places) == 5


@pytest.mark.parametrize("split", ["", "../../victim/x", "/etc/x", "a/b", "a\\b", "c:x", "a\0b"])
def test_a_split_whose_name_leads_elsewhere_gets_no_table(store: Store, split: str) -> None:
    shards = [put(store, b"one")]
    for make in (store.table_files, store.link_table):
        with pytest.raises(StoreError, match="cannot be part of a file's name"):
            make(split, shards, ".parquet")
    assert not (store.root / "tables").exists()


def test_linking_a_table_again_changes_nothing(store: Store) -> None:
    shards = [put(store, b"one")]
    [link] = store.link_table("train", shards, ".parquet")
    before = link.parent.stat().st_ino, link.lstat().st_mtime_ns
    assert store.link_table("train", shards, ".parquet") == [link]
    assert (link.parent.stat().st_ino, link.lstat().st_mtime_ns) == before


@pytest.mark.parametrize("damage", ["no link", "empty", "another's link", "dangling", "a file"])
def test_a_table_that_is_not_whole_is_made_anew(store: Store, damage: str) -> None:
    shards = [put(store, b"one"), put(store, b"two")]
    files = store.link_table("train", shards, ".parquet")
    folder = files[0].parent
    if damage == "no link":
        files[0].unlink()
    elif damage == "empty":
        for file in files:
            file.unlink()
    elif damage == "another's link":
        files[0].unlink()
        files[0].symlink_to(store.blob(shards[1]))
    elif damage == "dangling":
        files[0].unlink()
        files[0].symlink_to("nowhere")
    else:
        shutil.rmtree(folder)
        folder.write_text("in the way")
    assert [file.read_bytes() for file in store.link_table("train", shards, ".parquet")] == [b"one", b"two"]
    assert [path.name for path in folder.parent.iterdir()] == [folder.name], "nothing temporary is left"


def test_a_store_that_was_moved_keeps_its_tables(store: Store, tmp_path: Path) -> None:
    shards = [put(store, b"one")]
    store.link_table("train", shards, ".parquet")
    store.root.rename(tmp_path / "moved")
    [link] = Store(tmp_path / "moved").table_files("train", shards, ".parquet")
    assert link.read_bytes() == b"one"


def test_tables_need_no_symbolic_links(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    shards = [put(store, b"one")]
    monkeypatch.setattr(os, "symlink", refuse)
    [hard] = store.link_table("train", shards, ".parquet")
    assert os.path.samefile(hard, store.blob(shards[0]))
    monkeypatch.setattr(os, "link", refuse)
    [copy] = store.link_table("test", shards, ".parquet")
    assert copy.read_bytes() == b"one"
    assert not os.path.samefile(copy, store.blob(shards[0]))
    before = copy.stat().st_ino
    assert store.link_table("test", shards, ".parquet")[0].stat().st_ino == before, "a copy is whole too"


def test_many_threads_that_link_one_table_at_once_all_get_it_whole(store: Store) -> None:
    shards = [put(store, b"%d" % index) for index in range(20)]
    start = threading.Barrier(8)
    wrong: list[BaseException] = []

    def link() -> None:
        try:
            start.wait()
            files = store.link_table("train", shards, ".parquet")
            # whoever returns may read at once: nobody may take a whole table away again
            for _ in range(20):
                assert [file.read_bytes() for file in files] == [b"%d" % index for index in range(20)]
        except BaseException as exc:
            wrong.append(exc)

    threads = [threading.Thread(target=link) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(list((store.root / "tables").iterdir())) == 1


PROCESS = """
import sys, time
from pathlib import Path
from recipes_data.store import Store
store, shards, until = Store(Path(sys.argv[1])), sys.argv[3:], float(sys.argv[2])
time.sleep(max(0, until - time.time()))
files = store.link_table("train", shards, ".parquet")
for _ in range(50):
    assert all(file.read_bytes() for file in files)
"""


def test_processes_that_find_a_broken_table_at_once_all_mend_it(store: Store) -> None:
    shards = [put(store, b"content %d" % index) for index in range(10)]
    store.link_table("train", shards, ".parquet")[3].unlink()
    command = [sys.executable, "-c", PROCESS, str(store.root), str(time.time() + 0.6), *shards]
    running = [subprocess.Popen(command) for _ in range(3)]
    assert [process.wait(timeout=30) for process in running] == [0, 0, 0]
    assert len(list((store.root / "tables").iterdir())) == 1
