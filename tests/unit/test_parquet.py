"""Parquet in place: row groups, borders between them, types, threads and damage."""

from __future__ import annotations

import datetime as dt
import pickle
import random
import threading
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from recipes_data.errors import TableError
from recipes_data.tables import parquet
from recipes_data.tables.parquet import ParquetShard, parquet_facts
from tests.unit.storehouse import parquet_bytes

ROWS = [{"n": n, "text": f"row {n}", "list": list(range(n % 4))} for n in range(107)]


def shard(tmp_path: Path, table: pa.Table, row_group_size: int | None = None) -> ParquetShard:
    path = tmp_path / "t.parquet"
    path.write_bytes(parquet_bytes(table, row_group_size))
    return ParquetShard(path, "toy", table.num_rows)


@pytest.fixture
def grouped(tmp_path: Path) -> ParquetShard:
    """107 rows in eleven row groups, the last one of seven rows."""
    return shard(tmp_path, pa.Table.from_pylist(ROWS), 10)


def test_facts_are_the_footers_rows_and_columns(tmp_path: Path) -> None:
    shard(tmp_path, pa.Table.from_pylist(ROWS), 10)
    rows, columns = parquet_facts(tmp_path / "t.parquet", "toy")
    assert rows == 107
    assert [(name, str(kind)) for name, kind in columns] == [
        ("n", "int64"),
        ("text", "string"),
        ("list", "list<int64>"),
    ]


def test_random_access_is_right_on_both_sides_of_every_group_border(grouped: ParquetShard) -> None:
    assert len(grouped) == 107
    order = list(range(107))
    random.Random(7).shuffle(order)
    assert [grouped.row(index) for index in order] == [ROWS[index] for index in order]


def test_every_range_of_rows_is_read_whole_and_in_order(grouped: ParquetShard) -> None:
    for start in (0, 1, 9, 10, 11, 99, 100, 106):
        for stop in (start, start + 1, 10, 20, 21, 100, 106, 107):
            if stop >= start:
                assert list(grouped.rows(start, stop)) == ROWS[start:stop], (start, stop)


def test_a_batch_larger_than_what_is_decoded_at_once_is_read_whole(tmp_path: Path) -> None:
    rows = [{"n": n} for n in range(5000)]
    big = shard(tmp_path, pa.Table.from_pylist(rows), 3000)
    assert list(big.rows(0, 5000)) == rows
    assert list(big.rows(1023, 3025)) == rows[1023:3025]
    assert big.row(2999) == rows[2999]
    assert big.row(3000) == rows[3000]


def test_only_the_latest_row_groups_stay_decoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small = shard(tmp_path, pa.Table.from_pylist([{"n": n} for n in range(1000)]), 100)
    monkeypatch.setattr(parquet, "_CACHED_BYTES", 2000)
    for index in [*range(0, 1000, 100), 0, 950]:
        assert small.row(index) == {"n": index}
    assert sum(table.nbytes for table in small._cache.values()) <= 2000
    assert list(small._cache)[-1] == 9


def test_arrow_has_the_files_own_types_and_metadata(tmp_path: Path) -> None:
    table = pa.table(
        {"s": pa.array(["x"], pa.large_string()), "d": pa.array(["y"]).dictionary_encode()},
    ).replace_schema_metadata({"k": "v"})
    arrow = shard(tmp_path, table).arrow()
    assert arrow.schema.field("s").type == pa.large_string()
    assert arrow.schema.metadata[b"k"] == b"v"
    assert arrow.to_pylist() == [{"s": "x", "d": "y"}]


VALUES: dict[str, tuple[pa.DataType, list[Any]]] = {
    "bool": (pa.bool_(), [True, None, False]),
    "int8": (pa.int8(), [-128, 127, None]),
    "uint64": (pa.uint64(), [0, 2**64 - 1, None]),
    "float32": (pa.float32(), [0.5, None, -1.0]),
    "text": (pa.string(), ["", None, "é\n\x00😀"]),
    "bytes": (pa.binary(), [b"", b"\xff\x00", None]),
    "date": (pa.date32(), [dt.date(2024, 1, 31), None, dt.date(1, 1, 1)]),
    "time": (pa.timestamp("us", "UTC"), [dt.datetime(2024, 1, 1, 12, 0, 0, 5, dt.UTC), None, None]),
    "decimal": (pa.decimal128(10, 2), [Decimal("1.25"), None, Decimal("-0.01")]),
    "list": (pa.list_(pa.int64()), [[], None, [1, None]]),
    "struct": (pa.struct([("a", pa.string())]), [{"a": "x"}, None, {"a": None}]),
    "null": (pa.null(), [None, None, None]),
}


@pytest.mark.parametrize("kind", VALUES)
def test_the_values_read_are_the_values_written(tmp_path: Path, kind: str) -> None:
    arrow, values = VALUES[kind]
    one = shard(tmp_path, pa.table({"x": pa.array(values, arrow)}), 2)
    assert [row["x"] for row in one.rows(0, 3)] == values
    assert [one.row(index)["x"] for index in range(3)] == values


def test_an_empty_file_has_no_rows(tmp_path: Path) -> None:
    empty = shard(tmp_path, pa.table({"x": pa.array([], pa.string())}))
    assert len(empty) == 0
    assert list(empty.rows(0, 0)) == []
    assert empty.arrow().num_rows == 0


def test_a_file_with_other_rows_than_the_lock_says_is_refused_when_it_is_opened(tmp_path: Path) -> None:
    shard(tmp_path, pa.Table.from_pylist(ROWS))
    wrong = ParquetShard(tmp_path / "t.parquet", "toy", 108)
    assert len(wrong) == 108, "counting opens nothing"
    for read in (lambda: wrong.row(0), lambda: list(wrong.rows(0, 1)), wrong.arrow):
        with pytest.raises(TableError) as caught:
            read()
        assert caught.value.what == "toy has 107 rows, the lock says 108"


@pytest.mark.parametrize("content", [b"", b"PAR1", b"not parquet at all", b"PAR1" + b"\0" * 50 + b"PAR1"])
def test_what_is_not_parquet_is_a_table_error_with_its_name(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "t.parquet").write_bytes(content)
    with pytest.raises(TableError) as caught:
        parquet_facts(tmp_path / "t.parquet", "toy (t.parquet)")
    assert caught.value.what.startswith("toy (t.parquet): not a parquet file that can be read: ")
    assert caught.value.do == "check the manifest's `files:`"


def test_a_type_without_a_name_here_is_a_table_error_and_not_a_loss(tmp_path: Path) -> None:
    shard(tmp_path, pa.table({"x": pa.array([Decimal(1)], pa.decimal256(50, 2))}))
    with pytest.raises(TableError) as caught:
        parquet_facts(tmp_path / "t.parquet", "toy")
    assert caught.value.what == "toy: the Arrow type decimal256(50, 2) has no name here"


def test_two_columns_of_one_name_are_refused_since_a_row_could_hold_only_one(tmp_path: Path) -> None:
    shard(tmp_path, pa.table([pa.array([1]), pa.array([2])], names=["x", "x"]))
    with pytest.raises(TableError, match="toy: two columns are called 'x'") as caught:
        parquet_facts(tmp_path / "t.parquet", "toy")
    assert caught.value.do == "no rows can be given of it; its path: recipes-data path NAME"


def test_a_damaged_page_is_a_table_error_with_the_row_group(tmp_path: Path) -> None:
    content = bytearray(parquet_bytes(pa.table({"x": [f"text {n}" for n in range(1000)]})))
    content[4:200] = b"\xff" * 196
    (tmp_path / "t.parquet").write_bytes(content)
    damaged = ParquetShard(tmp_path / "t.parquet", "toy", 1000)
    with pytest.raises(TableError, match="toy: row group 0 cannot be read: "):
        damaged.row(0)
    with pytest.raises(TableError, match="toy: cannot be read near row 0: "):
        list(damaged.rows(0, 10))
    with pytest.raises(TableError, match="toy: cannot be read: "):
        damaged.arrow()


def test_a_shard_goes_through_a_pickle_to_another_process_without_its_open_file(grouped: ParquetShard) -> None:
    assert grouped.row(5) == ROWS[5]
    again = pickle.loads(pickle.dumps(grouped))
    assert again.row(106) == ROWS[106]
    assert len(again) == 107


def test_threads_may_read_one_shard_at_once(grouped: ParquetShard) -> None:
    wrong: list[object] = []

    def read(seed: int) -> None:
        chance = random.Random(seed)
        try:
            for _ in range(100):
                index = chance.randrange(107)
                assert grouped.row(index) == ROWS[index]
                assert list(grouped.rows(index, min(index + 15, 107))) == ROWS[index : index + 15]
        except BaseException as exc:
            wrong.append(exc)

    threads = [threading.Thread(target=read, args=(seed,)) for seed in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_rows_may_be_asked_for_while_others_are_iterated_over(grouped: ParquetShard) -> None:
    seen = []
    for row, other in zip(grouped.rows(0, 107), grouped.rows(50, 107), strict=False):
        assert grouped.row((row["n"] * 31) % 107) == ROWS[(row["n"] * 31) % 107]
        seen.append((row["n"], other["n"]))
    assert seen == [(n, n + 50) for n in range(57)]


def test_a_change_to_a_row_changes_nothing_that_is_read_later(grouped: ParquetShard) -> None:
    row = grouped.row(3)
    row["list"].append(99)
    row["text"] = "mine"
    assert grouped.row(3) == ROWS[3]
