"""From a lock and a store to rows: what is measured, what is refused, what is only missing."""

from __future__ import annotations

import dataclasses
import json
import os
from pathlib import Path

import pyarrow as pa
import pytest

from recipes_data.errors import IntegrityError, NotFetchedError, TableError
from recipes_data.lockfile import Lock, LockedFile, LockedSplit
from recipes_data.store import Store
from recipes_data.tables.measuring import measure_file, split_columns
from recipes_data.tables.opening import open_split
from recipes_data.tables.source import FileFacts
from tests.unit.storehouse import jsonl_bytes, locked, make_lock, parquet_bytes, put

FIRST = parquet_bytes(pa.table({"a": ["x", "y"]}))
SECOND = parquet_bytes(pa.table({"a": ["z"]}))
LINES = jsonl_bytes([{"score": 1}, {"score": 2}])


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def split(*paths: str, **changes: object) -> LockedSplit:
    kind = "parquet" if paths[0].endswith(".parquet") else "jsonl"
    return dataclasses.replace(LockedSplit("train", paths, kind), **changes)


def toy(store: Store, one: LockedSplit, *files: tuple[str, bytes, int | None]) -> tuple[Lock, LockedSplit]:
    for _, content, _ in files:
        put(store, content)
    return make_lock([locked(path, content, rows) for path, content, rows in files], {one.name: one}), one


def both(store: Store, **changes: object) -> tuple[Lock, LockedSplit]:
    one = split("0.parquet", "1.parquet", columns=(("a", "string"),), **changes)
    return toy(store, one, ("0.parquet", FIRST, 2), ("1.parquet", SECOND, 1))


def shown(facts: FileFacts) -> tuple[int, dict[str, str]]:
    return facts.rows, {name: str(kind) for name, kind in facts.columns}


# --- open_split


def test_a_split_is_its_files_in_the_locks_order(store: Store) -> None:
    lock, one = both(store)
    assert [row["a"] for row in open_split(store, lock, "main", one).rows()] == ["x", "y", "z"]
    turned = dataclasses.replace(one, files=("1.parquet", "0.parquet"))
    assert [row["a"] for row in open_split(store, lock, "main", turned).rows()] == ["z", "x", "y"]


def test_a_file_that_a_split_names_twice_is_read_twice(store: Store) -> None:
    lock, one = both(store)
    twice = dataclasses.replace(one, files=("1.parquet", "1.parquet"))
    assert [row["a"] for row in open_split(store, lock, "main", twice).rows()] == ["z", "z"]


def test_opening_a_split_reads_no_parquet(store: Store) -> None:
    lock, one = both(store)
    table = open_split(store, lock, "main", one)
    assert len(table) == 3
    assert [shard._metadata for shard in table._shards] == [None, None]


def test_a_missing_file_is_not_fetched_and_nothing_less_is_given(store: Store) -> None:
    lock, one = both(store)
    store.blob(lock.by_path()["1.parquet"].sha256 or "").unlink()
    with pytest.raises(NotFetchedError) as caught:
        open_split(store, lock, "main", one)
    assert caught.value.what == "toy/main:train (1.parquet) is not in the store"


def test_a_changed_file_is_an_integrity_error_that_names_split_and_file(store: Store) -> None:
    lock, one = both(store)
    blob = store.blob(lock.by_path()["1.parquet"].sha256 or "")
    blob.chmod(0o644)
    blob.write_bytes(SECOND[:-1] + b"x")
    with pytest.raises(IntegrityError, match=r"^toy/main:train \(1\.parquet\): the stored bytes changed"):
        open_split(store, lock, "main", one)


def test_rows_that_the_manifest_counts_otherwise_are_refused_with_the_evidence(store: Store) -> None:
    lock, one = both(store, expected_rows=4, evidence="the paper, table 2")
    with pytest.raises(IntegrityError) as caught:
        open_split(store, lock, "main", one)
    assert caught.value.what == "toy/main:train has 3 rows, the manifest expects 4 (the paper, table 2)"
    lock, one = both(store, expected_rows=3)
    assert len(open_split(store, lock, "main", one)) == 3


def test_what_was_fetched_but_never_measured_is_said_so(store: Store) -> None:
    lock, one = toy(store, split("0.parquet"), ("0.parquet", FIRST, None))
    with pytest.raises(NotFetchedError) as caught:
        open_split(store, lock, "main", one)
    assert caught.value.what == "toy/main:train is in the store, but was never checked: 0.parquet"
    measure_file(store, lock.files[0], one, "x")
    assert len(open_split(store, lock, "main", one)) == 2, "a lock that may not be written still opens"


def test_what_was_never_fetched_is_said_so(store: Store) -> None:
    lock = make_lock([locked("0.parquet", FIRST)], {"train": split("0.parquet")})
    with pytest.raises(NotFetchedError) as caught:
        open_split(store, lock, "main", split("0.parquet"))
    assert caught.value.what == "toy/main:train is not in the store: 0.parquet is missing"
    plain = LockedFile("0.parquet", 3, "git-sha1:" + "a" * 40)
    with pytest.raises(NotFetchedError, match=r"0\.parquet is missing"):
        open_split(store, make_lock([plain], {"train": split("0.parquet")}), "main", split("0.parquet"))


def test_opaque_files_have_no_rows(store: Store) -> None:
    lock, one = toy(store, LockedSplit("files", ("m.bin",), "files"), ("m.bin", b"x", None))
    with pytest.raises(TableError) as caught:
        open_split(store, lock, "files", one)
    assert caught.value.what == "toy/files:files: files, not rows"
    assert caught.value.do == "loaders.folder('toy'); in a shell: recipes-data path toy"


def test_jsonl_is_read_through_an_index_that_is_kept_and_made_anew_when_it_is_lost(store: Store) -> None:
    one = split("t.jsonl", columns=(("score", "int64"),))
    lock, one = toy(store, one, ("t.jsonl", LINES, 2))
    index = store.index(lock.files[0].sha256 or "")
    for _ in range(2):
        assert [row["score"] for row in open_split(store, lock, "main", one).rows()] == [1, 2]
        assert index.stat().st_size == 24 + 2 * 8
        index.unlink()
    index.write_bytes(b"damaged")
    assert len(open_split(store, lock, "main", one)) == 2


def test_lines_that_the_lock_counts_otherwise_are_refused(store: Store) -> None:
    one = split("t.jsonl", columns=(("score", "int64"),))
    lock, one = toy(store, one, ("t.jsonl", LINES, 3))
    with pytest.raises(IntegrityError) as caught:
        open_split(store, lock, "main", one)
    assert caught.value.what == "toy/main:train (t.jsonl) has 2 rows, the lock says 3"


# --- measure_file


def test_what_was_measured_is_kept_and_not_measured_again(store: Store) -> None:
    lock, one = toy(store, split("0.parquet"), ("0.parquet", FIRST, None))
    file = lock.files[0]
    facts = store.facts(file.sha256 or "", "parquet")
    assert shown(measure_file(store, file, one, "x")) == (2, {"a": "string"})
    assert json.loads(facts.read_text()) == {"rows": 2, "columns": [["a", "string"]]}
    before = facts.stat().st_mtime_ns, facts.stat().st_ino
    assert shown(measure_file(store, file, one, "x")) == (2, {"a": "string"})
    assert (facts.stat().st_mtime_ns, facts.stat().st_ino) == before


@pytest.mark.parametrize(
    "note", ["", "{}", "[]", '{"rows": "x", "columns": []}', '{"rows": 1, "columns": [["a", "strin"]]}']
)
def test_a_damaged_note_is_measured_anew(store: Store, note: str) -> None:
    lock, one = toy(store, split("0.parquet"), ("0.parquet", FIRST, None))
    store.write_text(store.facts(lock.files[0].sha256 or "", "parquet"), note)
    assert shown(measure_file(store, lock.files[0], one, "x")) == (2, {"a": "string"})


def test_measuring_anew_looks_at_the_bytes_and_keeps_nothing(store: Store) -> None:
    lock, one = toy(store, split("0.parquet"), ("0.parquet", FIRST, None))
    facts = store.facts(lock.files[0].sha256 or "", "parquet")
    store.write_text(facts, '{"rows": 99, "columns": []}')
    assert shown(measure_file(store, lock.files[0], one, "x", anew=True)) == (2, {"a": "string"})
    assert json.loads(facts.read_text())["rows"] == 99


def test_one_datasets_promise_does_not_decide_the_types_of_another_that_has_the_same_file(store: Store) -> None:
    plain = split("t.jsonl")
    promising = split("t.jsonl", promised=(("score", "float64"),))
    lock, _ = toy(store, plain, ("t.jsonl", LINES, None))
    file = lock.files[0]
    for _ in range(2):  # whichever was first, and from what was kept as from the bytes
        assert shown(measure_file(store, file, promising, "x")) == (2, {"score": "float64"})
        assert shown(measure_file(store, file, plain, "x")) == (2, {"score": "int64"})


def test_parquet_that_is_not_what_was_promised_is_refused_with_every_difference(store: Store) -> None:
    one = split("0.parquet", promised=(("a", "int64"), ("b", "string")))
    lock, one = toy(store, one, ("0.parquet", FIRST, None))
    with pytest.raises(TableError) as caught:
        measure_file(store, lock.files[0], one, "toy")
    assert caught.value.what == "toy: column 'a' is string, promised was int64; column 'b' (string) is not there"


def test_measuring_what_is_not_there_is_not_fetched(store: Store) -> None:
    with pytest.raises(NotFetchedError, match=r"^toy is not in the store$"):
        measure_file(store, locked("0.parquet", FIRST), split("0.parquet"), "toy")
    plain = LockedFile("0.parquet", 3, "git-sha1:" + "a" * 40)
    with pytest.raises(NotFetchedError, match=r"^toy is not in the store$"):
        measure_file(store, plain, split("0.parquet"), "toy")


def test_measuring_changed_bytes_is_an_integrity_error(store: Store) -> None:
    lock, one = toy(store, split("0.parquet"), ("0.parquet", FIRST, None))
    os.truncate(store.blob(lock.files[0].sha256 or ""), 5)
    with pytest.raises(IntegrityError, match="got 5 bytes"):
        measure_file(store, lock.files[0], one, "toy")


def test_files_of_one_split_must_have_the_same_columns(store: Store) -> None:
    other = parquet_bytes(pa.table({"a": [1], "b": [2]}))
    one = split("0.parquet", "1.parquet")
    lock, one = toy(store, one, ("0.parquet", FIRST, None), ("1.parquet", other, None))
    facts = [measure_file(store, lock.by_path()[path], one, path) for path in one.files]
    assert split_columns(facts[:1], ["0.parquet"]) == facts[0].columns
    with pytest.raises(TableError) as caught:
        split_columns(facts, list(one.files))
    assert caught.value.what == (
        "1.parquet has other columns than 0.parquet: "
        "column 'a' is int64, promised was string; column 'b' (int64) was not promised"
    )
