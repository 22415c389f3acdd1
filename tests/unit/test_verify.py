"""`verify`: every stored byte is read again, rows and columns are counted anew."""

from __future__ import annotations

import dataclasses
import errno
import json
import os
from pathlib import Path

import pyarrow as pa
import pytest

from recipes_data.address import Address
from recipes_data.convert import convert_split
from recipes_data.lockfile import Lock, LockedConfig, LockedSplit
from recipes_data.store import VERIFIED_MTIME, Store
from recipes_data.tables.keptorders import kept_order
from recipes_data.verify import Finding, verify
from tests.unit.storehouse import jsonl_bytes, locked, make_lock, parquet_bytes, put

PARQUET = parquet_bytes(pa.table({"a": ["x", "y", "z"]}))
JSONL = jsonl_bytes([{"n": 1}, {"n": 2}])
EVERYTHING = [Address("toy")]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "store")
    put(store, PARQUET)
    put(store, JSONL)
    return store


def toy(**changes: object) -> Lock:
    splits = {
        "train": LockedSplit("train", ("t.parquet",), "parquet", columns=(("a", "string"),), expected_rows=3),
        "test": LockedSplit("test", ("t.jsonl",), "jsonl", columns=(("n", "int64"),)),
    }
    return make_lock([locked("t.parquet", PARQUET, 3), locked("t.jsonl", JSONL, 2)], splits, **changes)


def findings(lock: Lock, store: Store, *addresses: Address) -> list[tuple[str, int]]:
    return [(found.what, found.exit_code) for found in verify(lock, addresses or EVERYTHING, store).findings]


def damage(path: Path, content: bytes) -> None:
    """Bytes that rot on the disk: neither size nor time tells of it."""
    path.chmod(0o644)
    path.write_bytes(content)
    os.utime(path, (VERIFIED_MTIME, VERIFIED_MTIME))


def test_a_whole_dataset_has_nothing_wrong_and_every_byte_was_read(store: Store) -> None:
    moved: list[int] = []
    found = verify(toy(), EVERYTHING, store, moved.append)
    assert found.findings == ()
    assert (found.dataset, found.files, found.bytes) == ("toy", 2, len(PARQUET) + len(JSONL))
    assert sorted(moved) == sorted([len(PARQUET), len(JSONL)])


def test_a_flipped_byte_is_found_though_size_and_time_agree_and_loads_refuse_it_then(store: Store) -> None:
    lock = toy()
    file = lock.by_path()["t.parquet"]
    blob = store.blob(file.sha256 or "")
    flipped = bytearray(PARQUET)
    flipped[10] ^= 1
    damage(blob, bytes(flipped))
    assert store.has(file.digest, file.size), "a stat alone cannot see it"
    [(what, code)] = findings(lock, store)
    assert what.startswith(f"t.parquet: expected sha256 {file.sha256}, got ")
    assert what.endswith(f"({blob})")
    assert code == 5
    assert not store.has(file.digest, file.size), "from now on it counts as missing"


def test_a_file_of_another_size_is_found_without_reading_it(store: Store) -> None:
    blob = store.blob(toy().by_path()["t.jsonl"].sha256 or "")
    damage(blob, JSONL + b"x")
    assert findings(toy(), store) == [(f"t.jsonl: expected {len(JSONL)} bytes, got {len(JSONL) + 1} ({blob})", 5)]


def test_a_missing_file_is_told_as_missing(store: Store) -> None:
    store.blob(toy().by_path()["t.jsonl"].sha256 or "").unlink()
    assert findings(toy(), store) == [("t.jsonl is not in the store", 6)]


def test_a_file_that_cannot_be_read_is_a_finding_and_no_crash(store: Store) -> None:
    file = toy().by_path()["t.jsonl"]
    blob = store.blob(file.sha256 or "")
    blob.unlink()
    blob.mkdir()
    lock = toy()
    size = blob.stat().st_size
    lock = dataclasses.replace(
        lock, files=tuple(dataclasses.replace(f, size=size) if f.path == "t.jsonl" else f for f in lock.files)
    )
    assert findings(lock, store) == [(f"t.jsonl cannot be read: Is a directory ({blob})", 5)]


def test_everything_that_is_wrong_is_told_together(store: Store) -> None:
    for file in toy().files:
        store.blob(file.sha256 or "").unlink()
    assert sorted(findings(toy(), store)) == [
        ("t.jsonl is not in the store", 6),
        ("t.parquet is not in the store", 6),
    ]


def test_only_what_was_asked_for_is_read(store: Store) -> None:
    store.blob(toy().by_path()["t.jsonl"].sha256 or "").unlink()
    assert findings(toy(), store, Address("toy", "main", "train")) == []


@pytest.mark.parametrize("path", ["t.parquet", "t.jsonl"])
def test_rows_that_the_lock_counts_otherwise_are_found(store: Store, path: str) -> None:
    lock = toy()
    lock = dataclasses.replace(
        lock, files=tuple(dataclasses.replace(file, rows=7) if file.path == path else file for file in lock.files)
    )
    split, rows = ("train", 3) if path == "t.parquet" else ("test", 2)
    assert findings(lock, store) == [(f"toy/main:{split} ({path}) has {rows} rows, its lock measured 7", 5)]


def test_columns_that_the_lock_has_otherwise_are_found(store: Store) -> None:
    lock = toy()
    splits = tuple(dataclasses.replace(split, columns=(("b", "bool"),)) for split in lock.configs[0].splits)
    lock = dataclasses.replace(lock, configs=(LockedConfig("main", splits),))
    assert findings(lock, store, Address("toy", "main", "test")) == [
        ("toy/main:test (t.jsonl): column 'b' (bool) is not there", 5),
        ("toy/main:test (t.jsonl): column 'n' (int64) was not promised", 5),
    ]


def test_a_row_count_that_the_manifest_expects_otherwise_is_found_with_its_evidence(store: Store) -> None:
    lock = toy()
    train = dataclasses.replace(lock.configs[0].splits[0], expected_rows=4, evidence="the paper")
    lock = dataclasses.replace(lock, configs=(LockedConfig("main", (train,)),))
    assert findings(lock, store) == [("toy/main:train has 3 rows, the manifest expects 4 (the paper)", 5)]


def test_a_damaged_line_index_is_put_right(store: Store) -> None:
    file = toy().by_path()["t.jsonl"]
    verify(toy(), EVERYTHING, store)
    index = store.index(file.sha256 or "")
    good = index.read_bytes()
    index.write_bytes(good[:-8] + b"\0" * 8)
    assert findings(toy(), store) == []
    assert index.read_bytes() == good


def rot(path: Path, at: int) -> None:
    """A byte that rots on the disk, in a file that carries its seal."""
    known = path.stat()
    path.chmod(0o644)
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)
    os.utime(path, ns=(known.st_atime_ns, known.st_mtime_ns))


@pytest.fixture
def converted(store: Store) -> Path:
    """The folder of the parquet that was made of `t.jsonl`."""
    config, split = toy().split("main", "test")
    assert convert_split(store, toy(), config, split, "parquet").made
    return store.root / "converted"


def again(store: Store) -> bool:
    config, split = toy().split("main", "test")
    return convert_split(store, toy(), config, split, "parquet").made


@pytest.mark.parametrize("harm", ["rot", "loss", "note"])
def test_a_damaged_conversion_is_found_and_taken_away(store: Store, converted: Path, harm: str) -> None:
    assert findings(toy(), store) == []
    [part], [note] = converted.glob("*.parquet"), converted.glob("*.json")
    wrong = f"{part.name} (No such file or directory)"
    if harm == "rot":
        rot(part, 10)
        wrong = f"{part.name} (expected sha256 {json.loads(note.read_text())['parts'][0]['sha256']}, got "
    elif harm == "loss":
        part.unlink()
    else:
        note.write_text("{}")
        wrong = "its note"
    [(what, code)] = findings(toy(), store, Address("toy", "main", "test"))
    assert what.startswith(f"the converted copy of t.jsonl was damaged: {wrong}")
    assert what.endswith(f"; it was taken away, the next use makes it anew ({note})")
    assert code == 5
    assert not note.exists(), "without a note there is no conversion"
    assert findings(toy(), store) == []
    assert again(store)


def test_damage_to_what_was_derived_hides_no_wrong_count(store: Store, converted: Path) -> None:
    rot(next(converted.glob("*.parquet")), 10)
    lock = toy()
    lock = dataclasses.replace(lock, files=tuple(dataclasses.replace(file, rows=7) for file in lock.files))
    assert len(findings(lock, store, Address("toy", "main", "test"))) == 2


def test_a_damaged_order_is_found_though_its_seal_holds_and_drawn_anew(store: Store) -> None:
    kept_order(store, "pcg64-0", 3, lambda: [2, 0, 1])
    kept_order(store, "pcg64-0", 4, lambda: [2, 0, 1, 3])
    [path] = (store.root / "orders").glob("*-3.order")
    assert findings(toy(), store) == []
    rot(path, path.stat().st_size - 8)
    assert list(kept_order(store, "pcg64-0", 3, lambda: [0, 1, 2])) == [2, 0, 0], "a stat alone cannot see it"
    said = f"a kept order of 3 rows was damaged; it was taken away, the next use makes it anew ({path})"
    assert findings(toy(), store) == [(said, 5)]
    assert list(kept_order(store, "pcg64-0", 3, lambda: [2, 0, 1])) == [2, 0, 1]
    assert len(list((store.root / "orders").iterdir())) == 2


def test_what_cannot_be_taken_away_is_said_to_be_there_still(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    kept_order(store, "pcg64-0", 3, lambda: [2, 0, 1])
    [path] = (store.root / "orders").iterdir()
    rot(path, path.stat().st_size - 8)

    def refused(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "unlink", refused)
    said = f"a kept order of 3 rows was damaged; remove it, here it cannot be (Permission denied): {path}"
    assert findings(toy(), store) == [(said, 5)]


def test_a_copied_store_is_read_and_then_trusted_again(store: Store) -> None:
    for file in toy().files:
        os.utime(store.blob(file.sha256 or ""))
    assert findings(toy(), store) == []
    assert all(store.blob(file.sha256 or "").stat().st_mtime == VERIFIED_MTIME for file in toy().files)


def test_opaque_files_are_hashed_and_nothing_more(store: Store) -> None:
    content = b"\x80\x04not a table"
    put(store, content)
    lock = make_lock([locked("m.bin", content)], {"files": LockedSplit("files", ("m.bin",), "files")})
    assert findings(lock, store) == []


def test_a_plain_git_file_is_found_by_its_git_id(store: Store) -> None:
    plain = dataclasses.replace(locked("t.jsonl", JSONL), digest="git-sha1:" + "d" * 40, sha256=None)
    lock = make_lock([plain], {"test": LockedSplit("test", ("t.jsonl",), "jsonl")})
    assert findings(lock, store) == [("t.jsonl is not in the store", 6)]
    store.write_text(store.root / "known" / "git-sha1" / "dd" / ("d" * 40), locked("x", JSONL).sha256 or "")
    assert findings(lock, store) == []


def test_a_finding_is_a_value() -> None:
    assert Finding("toy", "what", 5) == Finding("toy", "what", 5)
