"""The row cache: built once, on need, shared, never mistaken for what it is not."""

from __future__ import annotations

import gzip
import multiprocessing
import os
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from recipes_data.columns import parse_type
from recipes_data.errors import NotFetchedError, StoreError, TableError
from recipes_data.lockfile import Lock, LockedSplit
from recipes_data.store import Store
from recipes_data.tables import keptorders, opening, rowfile, sealing
from recipes_data.tables.opening import open_split
from recipes_data.tables.rowcache import row_cache
from recipes_data.tables.table import Table
from recipes_data.verify import verify
from tests.unit.storehouse import jsonl_bytes, locked, make_lock, parquet_bytes, put

ROWS = [{"z": index, "text": f"row {index} " + "é" * (index % 7), "a": {"deep": [index, None]}} for index in range(300)]
SHARDS = [parquet_bytes(pa.Table.from_pylist(part), 16) for part in (ROWS[:130], ROWS[130:131], ROWS[131:])]
COLUMNS = (("z", "int64"), ("text", "string"), ("a", "struct<deep: list<int64>>"))
ORDER = [299, 0, 130, 129, 131, 299, 7] * 10


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store(tmp_path / "store")
    for content in SHARDS:
        put(made, content)
    return made


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every table counts as a large one."""
    monkeypatch.setattr(opening, "SMALL", 0)


def toy(name: str = "toy") -> Lock:
    counts = (130, 1, 169)
    files = [
        locked(f"{n}.parquet", content, rows) for n, (content, rows) in enumerate(zip(SHARDS, counts, strict=True))
    ]
    splits = {"train": LockedSplit("train", tuple(file.path for file in files), "parquet", columns=COLUMNS)}
    return make_lock(files, splits, name=name)


def opened(store: Store, lock: Lock | None = None, **options: Any) -> Table:
    lock = lock or toy()
    return open_split(store, lock, "main", lock.configs[0].splits[0], **options)


def row_files(store: Store) -> list[Path]:
    return sorted((store.root / "rows").glob("*.rows"))


@pytest.mark.usefixtures("large")
def test_rows_come_from_the_cache_as_the_shards_give_them_in_any_order(store: Store) -> None:
    table = opened(store)
    assert table.gather(ORDER) == [ROWS[index] for index in ORDER]
    assert len(row_files(store)) == 3
    again = opened(store)
    assert list(again.rows()) == ROWS
    assert [list(row) for row in again.rows(128, 133)] == [list(ROWS[0])] * 5
    assert again.row(130) == ROWS[130]
    assert again.gather(range(120, 140)) == ROWS[120:140]
    assert again.arrow().num_rows == 300


@pytest.mark.usefixtures("large")
def test_a_look_at_a_few_rows_and_sequential_reading_build_nothing(store: Store) -> None:
    table = opened(store)
    assert list(table.rows()) == ROWS
    assert [table.row(index) for index in range(60)] == ROWS[:60]
    batches = [table.gather(range(start, min(start + 64, 300))) for start in range(0, 300, 64)]
    assert [row for batch in batches for row in batch] == ROWS
    assert table.gather(range(10, 12)) == ROWS[10:12], "a run that goes back"
    assert not (store.root / "rows").exists()
    assert [table.row(index) for index in range(60, 120)] == ROWS[60:120]
    assert len(row_files(store)) == 3, "more than a few"


@pytest.mark.usefixtures("large")
def test_building_says_one_line_with_rows_bytes_and_seconds(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    opened(store).gather(range(0, 300, 2))
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert "built the row cache of toy/main:train once: 300 rows, 0.0 MB in 0." in said.err
    opened(store).gather(range(0, 300, 2))
    assert capsys.readouterr().err == ""


def test_a_small_table_has_one_from_the_start_and_says_nothing(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    assert opened(store).row(5) == ROWS[5]
    assert len(row_files(store)) == 3
    assert capsys.readouterr().err == ""


@pytest.mark.usefixtures("large")
def test_build_false_refuses_and_says_how_to_build(store: Store) -> None:
    table = opened(store, build=False)
    assert table.row(3) == ROWS[3]
    with pytest.raises(NotFetchedError, match="toy/main:train has no row cache") as caught:
        table.gather(range(0, 300, 3))
    assert caught.value.do == "recipes-data cache build toy/main:train"
    opened(store).keep_rows()
    assert opened(store, build=False).gather(ORDER) == [ROWS[index] for index in ORDER]


@pytest.mark.usefixtures("large")
def test_datasets_with_the_same_shards_share_it(store: Store) -> None:
    assert opened(store).keep_rows()
    before = [path.stat().st_ino for path in row_files(store)]
    assert opened(store, toy("other"), build=False).keep_rows()
    assert [path.stat().st_ino for path in row_files(store)] == before


def cut(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size - 100)


def edit(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(40)
        file.write(b"\xc1\xc1\xc1")


def empty(path: Path) -> None:
    path.write_bytes(b"")


def swap(path: Path) -> None:
    """The row file of another shard under this one's name, seal and all."""
    other = next(each for each in path.parent.glob("*.rows") if each != path)
    shutil.copy2(other, path)


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("harm", [cut, edit, empty, swap])
def test_a_row_file_that_is_not_as_it_was_written_is_built_anew(store: Store, harm: Callable[[Path], None]) -> None:
    opened(store).keep_rows()
    first = row_files(store)[0]
    good = first.read_bytes()
    first.chmod(0o644)
    harm(first)
    assert first.read_bytes() != good
    table = opened(store)
    assert list(table.rows()) == ROWS
    assert table.gather(ORDER) == [ROWS[index] for index in ORDER]
    assert rowfile.damage_of(first) is None


@pytest.mark.usefixtures("large")
def test_an_edit_that_hides_its_time_is_an_error_and_verify_finds_it(store: Store) -> None:
    opened(store).keep_rows()
    for path in row_files(store):
        known = path.stat()
        path.chmod(0o644)
        edit(path)
        os.utime(path, ns=(known.st_atime_ns, known.st_mtime_ns))
    with pytest.raises(TableError, match=r"the row cache .* is damaged"):
        list(opened(store).rows())
    lock = toy()
    found = verify(lock, [], store)
    assert found.findings == ()
    from recipes_data.address import Address

    found = verify(lock, [Address("toy")], store)
    assert len(found.findings) == 3
    assert "was damaged in bytes 8 to" in found.findings[0].what
    assert row_files(store) == []
    assert verify(lock, [Address("toy")], store).findings == ()


@pytest.mark.usefixtures("large")
def test_after_a_new_start_of_the_machine_it_is_read_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(store).keep_rows()
    assert {path.stat().st_mtime for path in row_files(store)} == {2.0}
    monkeypatch.setattr(sealing, "boot_name", lambda: "another")
    assert opened(store, build=False).keep_rows()
    assert {path.stat().st_mtime for path in row_files(store)} == {1.0}, "read and found right"


@pytest.mark.usefixtures("large")
def test_a_table_is_pickled_with_its_row_files_and_read_by_a_spawned_process(store: Store) -> None:
    table = opened(store)
    table.gather(ORDER)
    copy = pickle.loads(pickle.dumps(table))
    assert copy.gather(ORDER) == [ROWS[index] for index in ORDER]
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.apply(table.gather, (ORDER,)) == [ROWS[index] for index in ORDER]


def arrow_bytes(rows: list[dict[str, Any]], packed: str | None) -> bytes:
    table, sink = pa.Table.from_pylist(rows), pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression=packed)) as writer:
        writer.write_table(table, max_chunksize=16)
    return sink.getvalue().to_pybytes()


@pytest.mark.parametrize("size", ["small", "large"])
@pytest.mark.parametrize(("packed", "kept"), [((None, None), 0), (("lz4", "lz4"), 2), ((None, "lz4"), 2)])
def test_arrow_that_is_read_in_place_needs_no_row_cache(
    store: Store, size: str, packed: tuple[str | None, str | None], kept: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "SMALL", 0 if size == "large" else opening.SMALL)
    monkeypatch.setattr("recipes_data.tables.table.MANY_ROWS", 300)
    contents = [arrow_bytes(ROWS[:100], packed[0]), arrow_bytes(ROWS[100:], packed[1])]
    for content in contents:
        put(store, content)
    files = [
        locked(f"{n}.arrow", content, rows) for n, (content, rows) in enumerate(zip(contents, (100, 200), strict=True))
    ]
    split = LockedSplit("train", ("0.arrow", "1.arrow"), "arrow", columns=COLUMNS)
    lock = make_lock(files, {"train": split})
    table = opened(store, lock)
    assert table.gather(ORDER) == [ROWS[index] for index in ORDER]
    assert len(row_files(store)) == kept
    assert opened(store, lock).keep_rows() is (kept > 0)
    assert opened(store, lock, build=False).gather(ORDER) == [ROWS[index] for index in ORDER], "nothing has to be built"
    drawn = list(reversed(range(300)))
    assert list(table.kept("pcg64-1", lambda: drawn)) == drawn
    assert isinstance(table.kept("pcg64-1", lambda: drawn), memoryview), "its orders are kept all the same"


def test_a_value_that_cannot_be_kept_leaves_the_table_to_its_shards(store: Store) -> None:
    rows = [{"text": "whole"}, {"text": "half of a pair: \ud800"}]
    content = gzip.compress(jsonl_bytes(rows))
    put(store, content)
    split = LockedSplit("train", ("t.jsonl.gz",), "jsonl", columns=(("text", "string"),))
    lock = make_lock([locked("t.jsonl.gz", content, 2)], {"train": split})
    assert opened(store, lock).gather([1, 0]) == [rows[1], rows[0]]
    notes = list((store.root / "rows").iterdir())
    assert [note.suffix for note in notes] == [".unfit"], "nothing but why"
    assert "UnicodeEncodeError" in notes[0].read_text()
    written = notes[0].stat().st_mtime_ns
    assert opened(store, lock).row(1) == rows[1]
    assert notes[0].stat().st_mtime_ns == written, "nobody tries again"


@pytest.mark.usefixtures("large")
def test_a_store_that_may_only_be_read_takes_the_scratch_folder_or_says_why_not(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    really = os.access
    refused = str(store.root)
    monkeypatch.setattr(os, "access", lambda path, mode: not str(path).startswith(refused) and really(path, mode))
    with pytest.raises(StoreError, match=r"toy/main:train has no row cache.*none can be written") as caught:
        opened(store).gather(range(0, 300, 3))
    assert "RECIPES_DATA_SCRATCH" in caught.value.do
    scratch = Store(store.root, scratch=tmp_path / "scratch")
    assert opened(scratch).gather(ORDER) == [ROWS[index] for index in ORDER]
    assert row_files(store) == []
    assert len(list((tmp_path / "scratch" / "rows").glob("*.rows"))) == 3
    assert opened(scratch, build=False).keep_rows()


@pytest.mark.parametrize("build", [True, False])
def test_a_small_table_does_without_where_none_can_or_may_be_written(
    store: Store, build: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if build:
        (store.root / "rows").write_text("a file in the folder's place")
    table = opened(store, build=build)
    assert table.gather(ORDER) == [ROWS[index] for index in ORDER]
    assert table.keep_rows() is False
    monkeypatch.setattr(opening, "SMALL", 0)
    with pytest.raises((NotFetchedError, StoreError), match="has no row cache"):
        opened(store, build=build).gather(ORDER)


@pytest.mark.usefixtures("large")
def test_an_order_is_drawn_once_and_mapped_from_then_on(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recipes_data.tables.table.MANY_ROWS", 300)
    drawn = list(reversed(range(300)))
    assert list(opened(store).kept("pcg64-42", lambda: drawn)) == drawn
    kept = opened(store).kept("pcg64-42", lambda: pytest.fail("drawn again"))
    assert isinstance(kept, memoryview)
    assert kept.tolist() == drawn
    path = next((store.root / "orders").iterdir())
    path.chmod(0o644)
    edit(path)
    assert list(opened(store).kept("pcg64-42", lambda: drawn)) == drawn, "an edited one is drawn anew"
    for seed in range(30):
        opened(store).kept(f"pcg64-{seed}", lambda: drawn)
    assert len(list((store.root / "orders").iterdir())) == keptorders._MOST
    with pytest.raises(ValueError, match="cannot be the name"):
        opened(store).kept("../x", lambda: drawn)


def test_rows_of_one_file_that_was_read_in_two_ways_are_two_row_files(tmp_path: Path) -> None:
    def files(sha256: str, how: str, kind: str = "string") -> tuple[Path, ...]:
        found = row_cache(
            Store(tmp_path),
            "toy",
            [(sha256, how)],
            (("text", parse_type(kind)),),
            small=True,
            splittable=False,
            build=True,
        )
        assert found is not None
        return found.files

    ways = [("a" * 64, "text"), ("a" * 64, "csv"), ("b" * 64, "text")]
    assert len({*(files(*way) for way in ways), files("a" * 64, "text", "binary")}) == 4
    assert files("a" * 64, "text") == files("a" * 64, "text")
