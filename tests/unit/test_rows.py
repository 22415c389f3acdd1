"""Rows: an immutable sequence, equal to a list of dicts in everything a list can do without changing."""

from __future__ import annotations

import collections.abc
import dataclasses
import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import loaders.exports
from loaders.order import permutation
from loaders.pins import Pin
from loaders.rows import Rows
from recipes_data.columns import parse_type
from recipes_data.tables.opening import reader_of
from recipes_data.tables.shards import Shard
from recipes_data.tables.source import Source
from recipes_data.tables.table import Table
from tests.unit.storehouse import jsonl_bytes, parquet_bytes

PIN = Pin(
    "toy", "main", "train", "org/toy", "c" * 40, "https://hub.test", ("sha256:x",), "lock", "catalogue", "store", False
)
PLAIN = [{"n": n, "text": f"row {n}", "list": [n, n + 1]} for n in range(23)]
COLUMNS = tuple(
    (name, parse_type(kind)) for name, kind in {"n": "int64", "text": "string", "list": "list<int64>"}.items()
)


def make_rows(folder: Path, kind: str) -> Rows:
    """The 23 plain rows in three files of 10, 0 and 13 rows, parquet ones in row groups of 4."""
    shards: list[Shard] = []
    schema = pa.schema([("n", pa.int64()), ("text", pa.string()), ("list", pa.list_(pa.int64()))])
    for start, stop in ((0, 10), (10, 10), (10, 23)):
        path = folder / f"{start}-{stop}.{kind}"
        if kind == "parquet":
            path.write_bytes(parquet_bytes(pa.Table.from_pylist(PLAIN[start:stop], schema=schema), 4))
        else:
            path.write_bytes(jsonl_bytes(PLAIN[start:stop]))
        source = Source(path, path.name, path.name, path.stat().st_size, folder / f"{path.name}.index", lambda _: None)
        shards.extend(reader_of(kind).shards([source], [stop - start], COLUMNS))
    return Rows(Table(shards, COLUMNS), PIN)


@pytest.fixture(scope="module", params=["parquet", "jsonl"])
def rows(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Rows:
    return make_rows(tmp_path_factory.mktemp("rows"), request.param)


SLICES = st.builds(slice, *[st.none() | st.integers(-30, 30)] * 2, st.none() | st.integers(-4, 4).filter(bool))
STEPS = st.one_of(
    SLICES.map(lambda found: ("slice", found)),
    st.integers(0, 2**32).map(lambda seed: ("shuffle", seed)),
    st.lists(st.floats(0, 1, exclude_max=True), max_size=30).map(lambda parts: ("select", parts)),
    st.floats(0, 1).map(lambda part: ("take", part)),
    st.floats(0, 1).map(lambda part: ("skip", part)),
)


def apply(rows: Rows, plain: list[dict[str, Any]], step: tuple[str, Any]) -> tuple[Rows, list[dict[str, Any]]]:
    """One step on rows and on the list that they should equal."""
    kind, value = step
    if kind == "slice":
        return rows[value], plain[value]
    if kind == "shuffle":
        return rows.shuffle(value), [plain[index] for index in permutation(len(plain), value)]
    if kind == "select":
        indices = [int(part * len(plain)) for part in value] if plain else []
        return rows.select(indices), [plain[index] for index in indices]
    count = int(value * len(plain))
    return (rows.take(count), plain[:count]) if kind == "take" else (rows.skip(count), plain[count:])


@settings(deadline=None)
@given(steps=st.lists(STEPS, max_size=5))
def test_any_chain_of_steps_gives_what_a_plain_list_gives(rows: Rows, steps: list[tuple[str, Any]]) -> None:
    found, plain = rows, PLAIN
    for step in steps:
        found, plain = apply(found, plain, step)
    assert len(found) == len(plain)
    assert list(found) == plain
    assert [found[index] for index in range(len(found))] == plain
    assert list(reversed(found)) == plain[::-1]
    assert found.to_arrow().to_pylist() == plain
    assert found.to_polars().to_dicts() == plain
    assert found.columns == ["n", "text", "list"]
    assert dataclasses.replace(found.pin, operations=()) == PIN


def test_rows_are_a_sequence(rows: Rows) -> None:
    assert isinstance(rows, collections.abc.Sequence)
    assert len(rows) == 23
    assert PLAIN[7] in rows
    assert rows.index(PLAIN[7]) == 7
    assert rows.count(PLAIN[7]) == 1
    assert {"n": 99} not in rows


@pytest.mark.parametrize("index", [-24, 23, 1000, -1000])
def test_an_index_out_of_range_is_an_index_error_that_says_how_many_there_are(rows: Rows, index: int) -> None:
    with pytest.raises(IndexError, match=f"^row {index} of 23$"):
        rows[index]
    with pytest.raises(IndexError):
        rows.shuffle(0)[index]


def test_negative_indices_count_from_the_end(rows: Rows) -> None:
    assert rows[-1] == PLAIN[22]
    assert rows[-23] == PLAIN[0]
    assert rows[2:5][-1] == PLAIN[4]
    assert rows[np.int64(3)] == PLAIN[3]


@pytest.mark.parametrize("index", [b"n", 1.0, None, (1, 2)])
def test_what_is_no_index_is_a_type_error(rows: Rows, index: Any) -> None:
    with pytest.raises(TypeError):
        rows[index]


def test_select_takes_positions_of_these_rows_and_no_others(rows: Rows) -> None:
    assert list(rows.select(iter([3, 3, 0]))) == [PLAIN[3], PLAIN[3], PLAIN[0]]
    assert list(rows[5:].select(np.array([1, 0]))) == [PLAIN[6], PLAIN[5]]
    assert list(rows.select([])) == []
    with pytest.raises(IndexError, match=r"^row -1 of 23$"):
        rows.select([0, -1])
    with pytest.raises(IndexError, match=r"^row 3 of 3$"):
        rows.take(3).select([2, 3])
    with pytest.raises(TypeError):
        rows.select([1.5])


@pytest.mark.parametrize("verb", ["take", "skip"])
def test_more_rows_than_there_are_cannot_be_taken_or_skipped(rows: Rows, verb: str) -> None:
    for count in (24, -1):
        with pytest.raises(IndexError, match=f"^{verb} {count} of 23 rows$"):
            getattr(rows, verb)(count)
    assert len(rows.take(23)) == 23
    assert len(rows.skip(23)) == 0


def test_a_shuffle_is_that_of_datasets_and_a_second_one_permutes_the_first(rows: Rows) -> None:
    once = [PLAIN[index] for index in permutation(23, 0)]
    assert list(rows.shuffle(seed=0)) == once
    assert list(rows.shuffle(0).shuffle(1)) == [once[index] for index in permutation(23, 1)]
    assert list(rows) == PLAIN, "nothing changed in place"


def test_a_shuffle_equals_that_of_the_installed_datasets_after_any_select(rows: Rows) -> None:
    datasets = pytest.importorskip("datasets")
    theirs = datasets.Dataset.from_list(PLAIN)
    assert list(rows.shuffle(3)) == theirs.shuffle(seed=3).to_list()
    chosen = [4, 8, 15, 16, 22]
    assert list(rows.select(chosen).shuffle(3)) == theirs.select(chosen).shuffle(seed=3).to_list()
    assert list(rows.shuffle(3).take(9).shuffle(4)) == theirs.shuffle(seed=3).take(9).shuffle(seed=4).to_list()


@pytest.mark.parametrize("seed", [None, 1.5, "0"])
def test_a_shuffle_without_a_seed_is_refused(rows: Rows, seed: Any) -> None:
    with pytest.raises(TypeError):
        rows.shuffle(seed)


def test_a_row_that_was_changed_changes_no_other_row_and_no_later_look(rows: Rows) -> None:
    row = rows[4]
    row["text"] = "mine"
    row["list"].append(99)
    del row["n"]
    assert rows[4] == PLAIN[4]
    for row in rows:
        row["list"].clear()
    assert list(rows) == PLAIN
    assert rows.shuffle(0)[0] is not rows.shuffle(0)[0]


def test_rows_cannot_be_changed(rows: Rows) -> None:
    for change in ("pin", "columns", "types", "extra"):
        with pytest.raises(AttributeError):
            setattr(rows, change, None)
    with pytest.raises(TypeError):
        rows[0] = {}
    with pytest.raises(TypeError):
        del rows[0]
    with pytest.raises(AttributeError):
        rows.pin.commit = "x"


def test_a_column_list_that_was_changed_changes_nothing(rows: Rows) -> None:
    rows.columns.append("mine")
    rows.types["mine"] = "x"
    assert rows.columns == ["n", "text", "list"]
    assert rows.types == {"n": "int64", "text": "string", "list": "list<int64>"}


@pytest.mark.parametrize(
    "make", [lambda r: r, lambda r: r[3:9], lambda r: r[::2], lambda r: r[::-1], lambda r: r.shuffle(1)]
)
def test_rows_of_every_order_go_through_a_pickle(rows: Rows, make: Any) -> None:
    made = make(rows)
    again = pickle.loads(pickle.dumps(made))
    assert list(again) == list(made)
    assert again.pin == made.pin
    assert again.steps == made.steps


@pytest.mark.parametrize(
    "make", [lambda r: r, lambda r: r[3:9], lambda r: r[::2], lambda r: r.shuffle(1), lambda r: r[:0]]
)
def test_arrow_has_one_schema_whatever_the_order(rows: Rows, make: Any) -> None:
    assert make(rows).to_arrow().schema.equals(rows.to_arrow().schema)
    assert make(rows).to_polars().schema == rows.to_polars().schema


def test_a_table_too_big_for_32_bit_offsets_is_widened_before_rows_are_taken(
    rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loaders.exports, "_WIDE_BYTES", 1)
    wide = rows.shuffle(1).to_arrow()
    assert wide.schema.field("text").type == pa.large_string()
    assert wide.to_pylist() == [PLAIN[index] for index in permutation(23, 1)]


def test_rows_show_what_they_are_and_warn_when_they_are_not_the_hubs(tmp_path: Path) -> None:
    rows = make_rows(tmp_path, "jsonl")
    assert repr(rows) == "Rows(toy/main:train, 23 rows, columns n, text, list; org/toy@cccccccccccc)"
    served = Rows(rows._table, dataclasses.replace(PIN, origin="folder"))
    assert repr(served).endswith("@cccccccccccc, from a served folder)")
    sample = Rows(rows._table, dataclasses.replace(PIN, origin="folder", sample=True))
    assert repr(sample).endswith("@cccccccccccc, SAMPLE ROWS)")


def test_a_pin_can_be_written_down(rows: Rows) -> None:
    assert json.loads(json.dumps(dataclasses.asdict(rows.pin)))["commit"] == "c" * 40
