"""Lock files on disk: published by rename, found where the places say, never taken for another's."""

from __future__ import annotations

import dataclasses
import os
import threading
from pathlib import Path

import pytest

from recipes_data.errors import LockError, StoreError
from recipes_data.lockfile import LockedFile, LockedSplit, to_json
from recipes_data.locks import find_lock, lock_path, read_lock, write_lock
from recipes_data.places import Places
from tests.unit.storehouse import make_lock

FILE = LockedFile("a.parquet", 1, "sha256:" + "a" * 64)
LOCK = make_lock([FILE], {"train": LockedSplit("train", ("a.parquet",), "parquet")})


def test_a_lock_that_was_written_is_read_back(tmp_path: Path) -> None:
    folder = tmp_path / "not" / "yet"
    assert write_lock(folder, LOCK)
    assert read_lock(folder, "toy") == LOCK
    assert [path.name for path in folder.iterdir()] == ["toy.json"]
    assert lock_path(folder, "toy").read_bytes() == to_json(LOCK).encode()


def test_writing_the_same_lock_again_touches_nothing(tmp_path: Path) -> None:
    write_lock(tmp_path, LOCK)
    before = lock_path(tmp_path, "toy").stat()
    assert not write_lock(tmp_path, LOCK)
    after = lock_path(tmp_path, "toy").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert write_lock(tmp_path, dataclasses.replace(LOCK, license="mit"))


def test_a_lock_with_windows_line_ends_is_written_anew(tmp_path: Path) -> None:
    lock_path(tmp_path, "toy").write_bytes(to_json(LOCK).replace("\n", "\r\n").encode())
    assert write_lock(tmp_path, LOCK)
    assert b"\r" not in lock_path(tmp_path, "toy").read_bytes()


def test_a_lock_is_readable_for_the_team_and_not_for_its_writer_alone(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_lock(tmp_path, LOCK)
    finally:
        os.umask(before)
    assert lock_path(tmp_path, "toy").stat().st_mode & 0o777 == 0o640


def test_no_lock_is_none(tmp_path: Path) -> None:
    assert read_lock(tmp_path, "toy") is None
    assert read_lock(tmp_path / "nowhere", "toy") is None
    (tmp_path / "file").touch()
    assert read_lock(tmp_path / "file", "toy") is None


def test_the_lock_of_another_name_is_refused(tmp_path: Path) -> None:
    write_lock(tmp_path, LOCK)
    lock_path(tmp_path, "toy").rename(lock_path(tmp_path, "game"))
    with pytest.raises(LockError) as caught:
        read_lock(tmp_path, "game")
    assert caught.value.what == f"{tmp_path / 'game.json'}: is the lock of 'toy'"
    assert caught.value.do == "restore it, or run: recipes-data lock game"


@pytest.mark.parametrize("content", [b"\xff\xfe", b"{}", b""])
def test_a_damaged_lock_is_an_error_that_names_the_file(tmp_path: Path, content: bytes) -> None:
    lock_path(tmp_path, "toy").write_bytes(content)
    with pytest.raises(LockError) as caught:
        read_lock(tmp_path, "toy")
    assert caught.value.what.startswith(str(tmp_path / "toy.json"))


def test_a_file_too_large_for_a_lock_is_refused_unread(tmp_path: Path) -> None:
    with lock_path(tmp_path, "toy").open("wb") as file:
        file.truncate(20_000_001)
    with pytest.raises(LockError) as caught:
        read_lock(tmp_path, "toy")
    assert (
        caught.value.what == f"{tmp_path / 'toy.json'}: too large for a lock: 20,000,001 bytes, the limit is 20,000,000"
    )


def test_a_lock_too_large_to_be_read_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(LockError, match="too large for a lock: 20,"):
        write_lock(tmp_path, dataclasses.replace(LOCK, license="x" * 20_000_000))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_a_store_error_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError) as caught:
        write_lock(tmp_path / "file" / "locks", LOCK)
    assert (
        caught.value.what == f"the lock {tmp_path / 'file' / 'locks' / 'toy.json'} cannot be written: Not a directory"
    )
    assert caught.value.do == f"{tmp_path / 'file'} is not a folder: move it, or take another place"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_lock_whose_place_is_taken_by_a_folder_leaves_no_temporary_file(tmp_path: Path) -> None:
    lock_path(tmp_path, "toy").mkdir()
    with pytest.raises(StoreError, match=r"toy\.json is a folder: move it"):
        write_lock(tmp_path, LOCK)
    assert [path.name for path in tmp_path.iterdir()] == ["toy.json"]


def test_a_reader_never_sees_half_a_lock(tmp_path: Path) -> None:
    other = dataclasses.replace(LOCK, license="mit" * 20_000)
    write_lock(tmp_path, LOCK)
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            write_lock(tmp_path, other)
            write_lock(tmp_path, LOCK)

    writers = [threading.Thread(target=write) for _ in range(2)]
    for writer in writers:
        writer.start()
    try:
        seen = {read_lock(tmp_path, "toy") for _ in range(100)}
    finally:
        stop.set()
        for writer in writers:
            writer.join()
    assert seen <= {LOCK, other}


def test_the_hubs_lock_answers_before_that_of_a_served_folder(tmp_path: Path) -> None:
    places = Places((tmp_path,), tmp_path / "hub", tmp_path / "folder", tmp_path)
    assert find_lock(places, "toy") is None
    served = dataclasses.replace(LOCK, origin="folder")
    write_lock(places.folder_locks, served)
    assert find_lock(places, "toy") == (served, tmp_path / "folder" / "toy.json")
    write_lock(places.hub_locks, LOCK)
    assert find_lock(places, "toy") == (LOCK, tmp_path / "hub" / "toy.json")
