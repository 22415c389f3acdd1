"""Streams over a store made by hand: states of other streams, shards of other columns, what a shuffle fetches."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from loaders.pins import Pin
from loaders.stream import Stream, open_stream
from recipes_data.errors import IntegrityError, TableError, UsageError
from recipes_data.lockfile import LockedSplit
from recipes_data.store import Store
from recipes_data.tables.measuring import measure_file
from tests.unit.storehouse import COMMIT, locked, make_lock, parquet_bytes, put

ROWS = [[{"n": 5 * shard + n} for n in range(5)] for shard in range(3)]
ODD = [{"n": 0, "late": "x"}]


def stream(tmp_path: Path, shards: Sequence[list[dict[str, Any]]] = ROWS, fetched: list[Any] | None = None) -> Stream:
    """The stream of a split; with `fetched` nothing is in the store, and what is asked for is noted there."""
    store = Store(tmp_path)
    contents = [parquet_bytes(pa.Table.from_pylist(rows)) for rows in shards]
    files = [
        locked(f"{n}.parquet", content, len(rows))
        for n, (content, rows) in enumerate(zip(contents, shards, strict=True))
    ]
    split = LockedSplit("train", tuple(file.path for file in files), "parquet")
    pin = Pin(
        dataset="toy",
        config="main",
        split="train",
        repo="org/toy",
        commit=COMMIT,
        origin="https://hub.test",
        digests=tuple(file.digest for file in files),
        lock="",
        catalogue="",
        store="",
        sample=False,
    )
    lock = make_lock(files, {"train": split})

    def measured(wanted: Sequence[int]) -> None:
        for shard in wanted:
            put(store, contents[shard])
            measure_file(store, files[shard], split, "toy")

    def bring(wanted: Sequence[int]) -> None:
        assert fetched is not None
        fetched.append(list(wanted))
        measured(wanted)

    if fetched is None:
        measured(range(len(files)))
    return open_stream(store, lock, "main", split, pin, None if fetched is None else bring)


def numbers(rows: Any) -> list[int]:
    return [row["n"] for row in rows]


def test_a_stream_goes_on_from_its_state_and_from_no_other(tmp_path: Path) -> None:
    whole = stream(tmp_path)
    made = [whole, whole.skip(2), whole.take(7), whole.shuffle(1, 4, order="datasets>=5.1")]
    for one in made:
        rows = iter(one)
        first = [next(rows)["n"] for _ in range(3)]
        state = one.state()
        assert state["given"] == 3
        assert first + numbers(one.resume(state)) == numbers(one)
        for other in made:
            if other is not one:
                with pytest.raises(IntegrityError, match="the state is of another stream"):
                    other.resume(state)
    with pytest.raises(IntegrityError, match="the state is of another stream"):
        stream(tmp_path, ROWS[:2]).resume(whole.state())
    for wrong in ({}, {**whole.state(), "version": 2}, {"version": 1, "given": 3}):
        with pytest.raises(UsageError, match="not a state of a stream"):
            whole.resume(wrong)


def test_a_shard_of_other_columns_is_refused_where_its_rows_would_begin(tmp_path: Path) -> None:
    rows = iter(stream(tmp_path, [ROWS[0], ODD]))
    assert [next(rows)["n"] for _ in range(5)] == [0, 1, 2, 3, 4]
    with pytest.raises(TableError, match="shard 1 has other columns than the one read first: column 'late'"):
        next(rows)


def test_a_shuffle_fetches_what_it_reads_in_turns_at_once_and_a_plain_stream_one_by_one(tmp_path: Path) -> None:
    asked: list[list[int]] = []
    found = stream(tmp_path / "a", fetched=asked)
    assert asked == []
    assert numbers(found) == list(range(15))
    assert asked == [[0], [1], [2]]
    asked.clear()
    mixed = stream(tmp_path / "b", fetched=asked).shuffle(0, 4, order="datasets>=5.1")
    assert sorted(numbers(mixed)) == list(range(15))
    assert [sorted(each) for each in asked] == [[0, 1, 2]]
