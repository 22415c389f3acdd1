"""Building a row cache batch by batch, by several threads: every row in its place, whatever the shards are like."""

from __future__ import annotations

import datetime as dt
import os
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from recipes_data.columns import Columns, parse_type
from recipes_data.errors import StoreError, TableError
from recipes_data.leases import Leases
from recipes_data.processes import process_name
from recipes_data.store import Store
from recipes_data.tables import rowbatches, rowbuild, rowfile
from recipes_data.tables.rowbuild import build_rows
from recipes_data.tables.rowcache import RowCache, row_cache
from recipes_data.tables.schema import columns_of

ROWS = [{"z": index - 500, "text": "é" * (index % 40), "a": [{"deep": [str(index), None]}]} for index in range(5_000)]
COLUMNS: Columns = tuple(
    (name, parse_type(kind))
    for name, kind in (("z", "int64"), ("text", "string"), ("a", "list<struct<deep: list<string>>>"))
)


class Shard:
    """Batches as a reader gives them; `promised`: the rows that the lock says there are."""

    def __init__(self, batches: Sequence[pa.RecordBatch], promised: int | None = None) -> None:
        self._batches = batches
        self._promised = sum(batch.num_rows for batch in batches) if promised is None else promised

    seekable = False

    def __len__(self) -> int:
        return self._promised

    def row(self, index: int) -> dict[str, Any]:
        raise AssertionError("not for building")

    def arrow(self) -> pa.Table:
        raise AssertionError("not for building")

    def rows(self, start: int, stop: int) -> Iterator[dict[str, Any]]:
        yield from [row for batch in self._batches for row in batch.to_pylist()][start:stop]

    def batches(self) -> Iterator[pa.RecordBatch]:
        yield from self._batches


class Unasked(Shard):
    """Batches whose rows nobody may ask for one by one."""

    def rows(self, start: int, stop: int) -> Iterator[dict[str, Any]]:
        raise AssertionError("row by row")


def cut(rows: list[dict[str, Any]], size: int) -> list[pa.RecordBatch]:
    return pa.Table.from_pylist(rows).to_batches(size)


@pytest.fixture(autouse=True)
def by_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few rows are packed as many are, by four threads."""
    monkeypatch.setattr(rowbuild, "_FEW", 0)
    monkeypatch.setattr(os, "cpu_count", lambda: 4)
    monkeypatch.setattr(rowbatches, "_LEAST", 5_000)


@pytest.fixture
def said() -> list[str]:
    return []


def cache_of(
    folder: Path, said: list[str], shards: int, columns: Columns = COLUMNS, *, splittable: bool = True
) -> RowCache:
    names = [(f"{number:064x}", "parquet") for number in range(shards)]
    made = row_cache(Store(folder), "toy:train", names, columns, small=False, splittable=splittable, build=True)
    assert made is not None
    return RowCache(*(getattr(made, name) for name in RowCache.__slots__[:-1]), notice=said.append)


def found(cache: RowCache, shards: Sequence[Shard]) -> list[dict[str, Any]]:
    files = build_rows(cache, shards)
    assert files is not None
    return [row for file in files for row in file.rows(0, len(file))]


@pytest.mark.parametrize("cuts", [[5_000], [0, 1, 130, 2_000, 5_000], [2_500, 2_500, 5_000]], ids=str)
@pytest.mark.parametrize("size", [7, 1_000])
@pytest.mark.parametrize("splittable", [True, False], ids=["by batch", "by row"])
def test_every_row_is_in_its_place(
    cuts: list[int], size: int, splittable: bool, tmp_path: Path, said: list[str]
) -> None:
    schema = pa.Table.from_pylist(ROWS[:1]).schema
    parts = [ROWS[begin:end] for begin, end in zip([0, *cuts], cuts, strict=False)]
    shards = [Shard(pa.Table.from_pylist(part, schema).to_batches(size)) for part in parts]
    cache = cache_of(tmp_path, said, len(shards), splittable=splittable)
    rows = found(cache, shards)
    assert rows == ROWS
    assert [list(row) for row in rows[::1_000]] == [["z", "text", "a"]] * 5
    size_there = sum(path.stat().st_size for path in (tmp_path / "rows").glob("*.rows"))
    assert [
        each for each in said if f"5,000 rows, {size_there / 1e6:.1f} MB in 0." in each or " MB in " in each
    ] == said
    assert len(said) == 1
    assert not list((tmp_path / "rows").glob(".*")), "nothing is left lying"


def test_types_that_are_no_messagepack_leave_the_table_to_its_batches(tmp_path: Path, said: list[str]) -> None:
    rows = [{"day": dt.date(2000, 1, 1) + dt.timedelta(days=index), "n": index} for index in range(300)]
    batches = cut(rows, 50)
    shard = Unasked(batches)
    assert found(cache_of(tmp_path, said, 1, columns_of(batches[0].schema)), [shard]) == rows


# one by one, a shard that has more rows than it should is not asked for them: its reader looks when it is opened
@pytest.mark.parametrize(("promised", "splittable"), [(4_999, True), (5_001, True), (5_001, False)])
def test_a_shard_of_more_or_fewer_rows_than_the_lock_says_is_refused(
    promised: int, splittable: bool, tmp_path: Path, said: list[str]
) -> None:
    with pytest.raises(TableError, match=f"the lock says {promised:,}"):
        found(cache_of(tmp_path, said, 1, splittable=splittable), [Shard(cut(ROWS, 100), promised)])
    assert not list((tmp_path / "rows").iterdir())


def test_what_a_reader_raises_is_raised_whichever_thread_met_it(tmp_path: Path, said: list[str]) -> None:
    class Broken(Shard):
        def batches(self) -> Iterator[pa.RecordBatch]:
            yield from cut(ROWS[:1_000], 100)
            raise TableError("t.parquet: cannot be read near row 1,000", "recipes-data verify")

    batches = rowbatches.Batches(Broken([]))
    with pytest.raises(TableError, match="near row 1,000"):
        [batches.take() for _ in range(100)]
    with pytest.raises(TableError, match="near row 1,000"):
        batches.take()  # it is not at its end, whoever asks
    with pytest.raises(TableError, match="cannot be read near row 1,000"):
        found(cache_of(tmp_path, said, 1), [Broken(cut(ROWS, 100))])


def test_text_that_is_not_utf8_is_the_readers_to_refuse(tmp_path: Path, said: list[str]) -> None:
    text = pa.Array.from_buffers(pa.string(), 1, [None, pa.py_buffer(np.array([0, 1], "i4")), pa.py_buffer(b"\xff")])
    batch = pa.record_batch({"text": text})

    class Careful(Shard):
        def rows(self, start: int, stop: int) -> Iterator[dict[str, Any]]:
            raise TableError(f"t.parquet: rows {start} to {stop}: not UTF-8", "recipes-data verify")

    with pytest.raises(TableError, match="rows 0 to 1: not UTF-8"):
        found(cache_of(tmp_path, said, 1, columns_of(batch.schema)), [Careful([batch])])


def test_a_cache_that_will_not_fit_is_refused_with_its_size_soon_after_the_beginning(
    tmp_path: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Store, "free_bytes", lambda _: 200_000)
    with pytest.raises(StoreError, match=r"the row cache of toy:train takes about 0\.\d MB.*; 0\.2 MB are free") as no:
        found(cache_of(tmp_path, said, 1), [Shard(cut(ROWS, 100))])
    assert "free some space" in no.value.do
    assert not list((tmp_path / "rows").iterdir())
    monkeypatch.setattr(Store, "free_bytes", lambda _: 2_000_000)
    assert found(cache_of(tmp_path, said, 1), [Shard(cut(ROWS, 100))]) == ROWS


def test_a_cache_that_cannot_fit_is_refused_before_its_first_byte(
    tmp_path: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [{"z": None, "text": None, "a": None}] * 5_000
    schema = pa.schema([("z", pa.int64()), ("text", pa.string()), ("a", pa.list_(pa.int8()))])
    shards = [Unasked([]), Unasked(pa.Table.from_pylist(rows, schema).to_batches(1_000))]
    least = 5_000 * rowfile.least_size(COLUMNS)
    with monkeypatch.context() as patched:
        patched.setattr(rowbuild, "RowFileWriter", lambda *_: pytest.fail("something was written"))
        patched.setattr(Store, "free_bytes", lambda _: least - 1)
        with pytest.raises(StoreError, match=r"cache of toy:train takes at least 0\.1 MB; 0\.1 MB are free") as no:
            found(cache_of(tmp_path, said, 2), shards)
    assert "RECIPES_DATA_SCRATCH" in no.value.do
    files = build_rows(cache_of(tmp_path, said, 2), shards)
    assert files is not None
    assert least < sum(file.path.stat().st_size for file in files) < least + 10_000, "so much it is where all is empty"


def test_the_disk_is_looked_at_before_much_is_written_however_many_rows_there_are(
    tmp_path: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rowbuild, "_LOOKS", 1)
    monkeypatch.setattr(rowbuild, "_UNSEEN", 20_000)
    written: list[int] = []
    really = rowfile.RowFileWriter.add

    def add(writer: Any, first: int, packed: bytes, ends: Sequence[int]) -> None:
        written.append(len(packed))
        really(writer, first, packed, ends)

    monkeypatch.setattr(rowfile.RowFileWriter, "add", add)
    monkeypatch.setattr(Store, "free_bytes", lambda _: 200_000)
    with pytest.raises(StoreError, match="takes about"):
        found(cache_of(tmp_path, said, 1), [Shard(cut(ROWS, 100))])
    assert sum(written) < 100_000


def test_what_a_dead_process_left_is_swept_away_and_what_a_living_one_writes_is_not(
    tmp_path: Path, said: list[str]
) -> None:
    here, _, rest = process_name().partition("~")
    left = {
        f".{process_name()}+.{'a' * 64}.0.tmp": True,  # this process is alive
        f".elsewhere~1~{rest.rpartition('~')[2]}+.{'b' * 64}.0.tmp": True,  # who can tell from here?
        f".{here}~{2**22 + 1}~1+.{'c' * 64}.0.tmp": False,  # beyond any process id
    }
    (tmp_path / "rows").mkdir()
    for name in left:
        (tmp_path / "rows" / name).write_bytes(b"half")
    assert found(cache_of(tmp_path, said, 1), [Shard(cut(ROWS, 100))]) == ROWS
    there = {path.name for path in (tmp_path / "rows").glob(".*")}
    assert there == {name for name, stays in left.items() if stays}


def test_who_waits_for_another_process_says_so_once(tmp_path: Path, said: list[str]) -> None:
    cache = cache_of(tmp_path, said, 1)
    entered, leave = threading.Event(), threading.Event()

    def other() -> None:
        with Leases(Store(tmp_path)) as leases, leases.hold(f"rows-{cache.key}", lambda: False) as ours:
            assert ours
            entered.set()
            leave.wait(20)

    holder = threading.Thread(target=other)
    holder.start()
    assert entered.wait(20)
    threading.Timer(0.3, leave.set).start()
    assert found(cache, [Shard(cut(ROWS, 100))]) == ROWS
    holder.join()
    assert f"waiting for the row cache of toy:train, which process {os.getpid()} on " in said[0]
    assert [each.split()[0] for each in said] == ["waiting", "built"]
