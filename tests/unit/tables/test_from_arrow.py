"""Values that Arrow holds and Python does not: the row that has one is named, the others are given."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from loaders.keys import unique_values
from recipes_data.errors import TableError
from recipes_data.lockfile import LockedSplit
from recipes_data.store import Store
from recipes_data.tables.arrow import ArrowShard
from recipes_data.tables.fromarrow import as_rows
from recipes_data.tables.opening import open_split
from recipes_data.tables.parquet import ParquetShard
from recipes_data.tables.shards import Shard
from tests.unit.storehouse import locked, make_lock, parquet_bytes, put

DAY = pa.array([0, 1, 3_000_000, 2], pa.int32()).cast(pa.date32())
TABLE = pa.table({"n": pa.array(range(4)), "day": DAY})
CYCLE = 400, 146_097  # years after which the calendar begins anew, and their days
SHIFTED = dt.date(1970, 1, 1) + dt.timedelta(days=3_000_000 - CYCLE[1])
SPELLED = f"{SHIFTED.year + CYCLE[0]}-{SHIFTED:%m-%d}"
NAMED = (
    rf"^toy, row 3, column 'day': {SPELLED} \(date32\[day\]\), which Python has no place for: date value out of range"
)


@pytest.fixture(params=["parquet", "arrow"])
def shard(request: pytest.FixtureRequest, tmp_path: Path) -> Shard:
    """Four rows, in two runs, of which the third has a day that Python's calendar does not."""
    path = tmp_path / "t"
    if request.param == "parquet":
        path.write_bytes(parquet_bytes(TABLE, 2))
        return ParquetShard(path, "toy", 4)
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_stream(sink, TABLE.schema) as writer:
        writer.write_table(TABLE, max_chunksize=2)
    return ArrowShard(path, "toy", 4)


def test_a_date_after_the_year_9999_is_named_with_its_row_and_column(shard: Shard) -> None:
    assert [shard.row(at)["n"] for at in (0, 1, 3)] == [0, 1, 3]
    with pytest.raises(TableError, match=NAMED) as refused:
        shard.row(2)
    assert refused.value.do == "the other rows are as they are; all of them as Arrow: to_arrow()"
    for start in (0, 1, 2):
        with pytest.raises(TableError, match=NAMED):
            list(shard.rows(start, 4))
    assert shard.arrow().column("day").chunks[-1].cast(pa.int32()).to_pylist()[-2:] == [3_000_000, 2]


@pytest.mark.parametrize("build", [True, False])
def test_one_such_row_leaves_the_others_to_be_had(tmp_path: Path, build: bool) -> None:
    content = parquet_bytes(TABLE, 2)
    file = locked("t.parquet", content, 4)
    lock = make_lock([file], {})
    split = LockedSplit("train", ("t.parquet",), "parquet", columns=(("n", "int64"), ("day", "date32")))
    store = Store(tmp_path)
    put(store, content)
    table = open_split(store, lock, "main", split, build=build)
    assert [row["n"] for row in table.gather([3, 0, 1])] == [3, 0, 1]
    with pytest.raises(TableError, match=r"t\.parquet\), row 3, column 'day'"):
        table.gather([3, 2])
    with pytest.raises(TableError, match="column 'day' has a value that Python has no place for"):
        unique_values(table, range(4), range(4), "day")
    assert unique_values(table, range(4), range(4), "n") == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        (pa.array([1, 2**62]).cast(pa.duration("s")), r"4611686018427387904 \(duration\[s\]\)"),
        (pa.array([[0], [2**60]]).cast(pa.list_(pa.timestamp("us"))), r"a value of the type list<"),
        (DAY.slice(1, 2), SPELLED),
    ],
    ids=["duration", "in a list", "day"],
)
def test_the_value_is_shown_as_arrow_spells_it_or_by_its_type(values: Any, shown: str) -> None:
    with pytest.raises(TableError, match=f"toy, row 101, column 'x': {shown}"):
        as_rows(pa.table({"x": values}), "toy", 99)


def test_nanoseconds_that_only_pandas_has_are_refused_in_words_where_it_is_missing() -> None:
    class Piece:
        """What pyarrow does where pandas is not installed."""

        num_rows = 0

        def to_pylist(self) -> list[Any]:
            raise ValueError("Nanosecond resolution temporal type 1 is not safely convertible to microseconds")

    with pytest.raises(TableError, match="toy: a value that Python has no place for: Nanosecond resolution"):
        as_rows(Piece(), "toy", 0)


def test_a_file_that_is_broken_is_its_readers_to_tell_of(tmp_path: Path) -> None:
    text = pa.Array.from_buffers(pa.string(), 1, [None, pa.py_buffer(b"\0\0\0\0\1\0\0\0"), pa.py_buffer(b"\xff")])
    with pytest.raises(UnicodeDecodeError):
        as_rows(pa.table({"x": text}), "toy", 0)
    path = tmp_path / "t.arrow"
    table = pa.table({"x": pa.chunked_array([["a", "b"], text])})
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    with pytest.raises(TableError, match="toy: cannot be read near row 2: 'utf-8' codec"):
        list(ArrowShard(path, "toy", 3).rows(0, 3))
