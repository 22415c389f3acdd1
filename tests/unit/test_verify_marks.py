"""`verify`: what the marks of time tell without reading, and splits that are one table only together."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from recipes_data.address import Address
from recipes_data.convert import convert_split
from recipes_data.lockfile import Lock, LockedSplit
from recipes_data.store import VERIFIED_MTIME, Store
from recipes_data.tables.opening import open_split
from recipes_data.verify import verify
from tests.unit.storehouse import jsonl_bytes, locked, make_lock, put

ROWS = jsonl_bytes([{"n": 1}, {"n": 2}])
IMAGES = {
    f"{folder}/{n}.png": b"\x89PNG\r\n\x1a\n" + bytes([n]) * 20 + folder.encode() for folder in "ab" for n in (1, 2)
}
EVERYTHING = [Address("toy")]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "store")
    for content in (ROWS, *IMAGES.values()):
        put(store, content)
    return store


def rows() -> Lock:
    split = LockedSplit("train", ("t.jsonl",), "jsonl", columns=(("n", "int64"),))
    return make_lock([locked("t.jsonl", ROWS, 2)], {"train": split})


def test_a_file_that_was_written_to_is_told_by_its_time_alone_and_read_by_the_slow_way(store: Store) -> None:
    blob = store.blob(rows().files[0].sha256 or "")
    assert verify(rows(), EVERYTHING, store, fast=True).findings == ()
    os.utime(blob, (2, 2))
    [found] = verify(rows(), EVERYTHING, store, fast=True).findings
    assert found.what == f"t.jsonl was written to since its check, read it: leave --fast out ({blob})"
    assert (found.exit_code, found.damaged) == (5, None)
    assert blob.stat().st_mtime == 2, "who reads nothing marks nothing"
    assert verify(rows(), EVERYTHING, store).findings == ()
    assert blob.stat().st_mtime == VERIFIED_MTIME, "it was read: the next load need not"
    assert verify(rows(), EVERYTHING, store, fast=True).findings == ()


def test_files_that_are_one_table_only_together_are_counted_together(store: Store) -> None:
    files = [locked(path, content, 1) for path, content in IMAGES.items()]
    columns = (("image", "image"), ("label", 'class_label["a","b"]'))
    split = LockedSplit("train", tuple(IMAGES), "imagefolder", columns=columns)
    assert verify(make_lock(files, {"train": split}), EVERYTHING, store).findings == ()
    other = LockedSplit("train", tuple(IMAGES), "imagefolder", columns=(("image", "image"),))
    [found] = verify(make_lock(files, {"train": other}), EVERYTHING, store).findings
    assert found.what == 'toy/main:train: column \'label\' (class_label["a","b"]) was not promised'


def test_files_without_rows_are_marked_once_they_were_read_too(store: Store) -> None:
    lock = make_lock([locked("t.jsonl", ROWS)], {"train": LockedSplit("train", ("t.jsonl",), "files")})
    blob = store.blob(lock.files[0].sha256 or "")
    os.utime(blob, (2, 2))
    assert verify(lock, EVERYTHING, store).findings == ()
    assert blob.stat().st_mtime == VERIFIED_MTIME


def test_a_converted_copy_of_other_rows_than_the_lock_says_is_not_read(store: Store) -> None:
    config, split = rows().split("main", "train")
    assert convert_split(store, rows(), config, split, "parquet").made
    assert type(open_split(store, rows(), "main", split)._shards[0]).__name__ == "BesideShard"
    [note] = (store.root / "converted").glob("*.json")
    told = json.loads(note.read_text())
    told["parts"][0]["rows"] += 1
    note.write_text(json.dumps(told))
    table = open_split(store, rows(), "main", split)
    assert type(table._shards[0]).__name__ == "PlainShard"
    assert table.arrow().to_pylist() == [{"n": 1}, {"n": 2}]
    again = convert_split(store, rows(), config, split, "parquet")
    assert again.made, "what cannot be right is made anew, as its message says"
    assert again.rows == 2
    assert type(open_split(store, rows(), "main", split)._shards[0]).__name__ == "BesideShard"
