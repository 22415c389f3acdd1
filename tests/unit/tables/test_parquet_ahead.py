"""Parquet decoded ahead in a thread: the same rows, errors at their place, large rows a few at a time, forks."""

from __future__ import annotations

import itertools
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recipes_data.errors import TableError
from recipes_data.tables.ahead import ahead
from recipes_data.tables.parquet import ParquetShard


def shard(path: Path, table: pa.Table, group: int) -> ParquetShard:
    pq.write_table(table, path, row_group_size=group)
    return ParquetShard(path, "toy", table.num_rows)


def threads() -> int:
    return sum(thread.name.startswith("ahead") for thread in threading.enumerate())


def test_items_made_ahead_come_in_order_and_never_more_than_asked() -> None:
    made: list[int] = []

    def items() -> Iterator[int]:
        for number in range(10):
            made.append(number)
            yield number

    listening = ahead(items(), 2)
    assert next(listening) == 0
    assert len(made) <= 3
    assert list(listening) == list(range(1, 10))


def test_an_error_comes_at_its_place() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise TableError("broken here", "")

    listening = ahead(items(), 2)
    assert next(listening) == 1
    with pytest.raises(TableError, match="broken here"):
        next(listening)


def test_a_reader_that_is_left_leaves_no_thread_behind(tmp_path: Path) -> None:
    rows = shard(tmp_path / "t.parquet", pa.table({"n": list(range(9000))}), 1000).rows(0, 9000)
    assert next(rows) == {"n": 0}
    rows.close()  # type: ignore[attr-defined]  # a generator
    for thread in threading.enumerate():
        if thread.name.startswith("ahead"):
            thread.join(10)
    assert threads() == 0


def test_rows_are_the_same_whether_they_are_decoded_ahead_or_not(tmp_path: Path) -> None:
    whole = shard(tmp_path / "t.parquet", pa.table({"n": list(range(9001))}), 700)
    assert [row["n"] for row in whole.rows(0, 9001)] == list(range(9001))
    assert [row["n"] for row in whole.rows(1234, 8765)] == list(range(1234, 8765))


def test_large_rows_are_decoded_a_few_at_a_time(tmp_path: Path) -> None:
    cells = [os.urandom(1 << 20) for _ in range(80)]
    wide = shard(tmp_path / "t.parquet", pa.table({"b": cells}), 80)
    assert max(batch.num_rows for batch in wide.batches()) <= 32
    assert [row["b"] for row in wide.rows(0, 80)] == cells


def test_a_forked_process_goes_on_where_its_parent_was(tmp_path: Path) -> None:
    rows = shard(tmp_path / "t.parquet", pa.table({"n": list(range(20000))}), 1000).rows(0, 20000)
    assert [row["n"] for row in itertools.islice(rows, 1500)] == list(range(1500))
    child = os.fork()
    if child == 0:
        os._exit(0 if [row["n"] for row in rows] == list(range(1500, 20000)) else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert [row["n"] for row in rows] == list(range(1500, 20000))


def test_text_that_is_not_utf8_is_refused_by_name(tmp_path: Path) -> None:
    text = pa.Array.from_buffers(pa.string(), 1, [None, pa.py_buffer(b"\0\0\0\0\2\0\0\0"), pa.py_buffer(b"\xff\xfe")])
    bad = shard(tmp_path / "t.parquet", pa.table({"t": text}), 1)
    with pytest.raises(TableError, match=r"toy.*utf-8"):
        list(bad.rows(0, 1))
    with pytest.raises(TableError, match=r"toy.*utf-8"):
        bad.row(0)
