"""Batches, mapped tables and what a notebook shows: on a small table, without the disk where there is none to see."""

from __future__ import annotations

import gc
import json
import pickle
import sys
import types
from pathlib import Path
from typing import Any

import pytest

import loaders.made
from loaders.joining import concatenate
from loaders.order import permutation
from loaders.pins import Pin
from loaders.rows import Rows
from recipes_data.errors import IntegrityError, TableError, UsageError
from tests.unit.test_rows import PIN, PLAIN, make_rows


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    return make_rows(tmp_path_factory.mktemp("rows"), "jsonl")


def test_batches_are_a_sequence_of_lists_of_rows(rows: Rows) -> None:
    kept, whole = rows.batches(5), rows.batches(5, drop_last=True)
    assert (len(kept), len(whole)) == (5, 4)
    assert [row for batch in kept for row in batch] == PLAIN
    assert kept[-1] == PLAIN[20:]
    assert kept[1:3] == [PLAIN[5:10], PLAIN[10:15]]
    assert kept.get_batch(2) == PLAIN[10:15]
    for batches, beyond in ((kept, 5), (whole, 4)):
        with pytest.raises(IndexError, match=f"^batch {beyond} of {beyond}$"):
            batches.get_batch(beyond)
    assert len(rows.take(0).batches(5)) == 0
    with pytest.raises(UsageError, match="a batch of 0 rows"):
        rows.batches(0)


def test_every_epoch_shuffles_the_rows_that_the_batches_were_made_of(rows: Rows) -> None:
    shuffled = rows.shuffle(0)
    batches = shuffled.batches(4, drop_last=True)
    once = [PLAIN[place] for place in permutation(23, 0)]
    for epoch in (0, 1, 0):
        batches.set_epoch(epoch)
        expected = [once[place] for place in permutation(23, epoch)][:20]
        assert [row for batch in batches for row in batch] == expected
        assert shuffled.to_list() == once


@pytest.mark.parametrize("epoch", [None, 3])
@pytest.mark.parametrize("done", [0, 1, 4, 6])
def test_a_state_gives_exactly_the_batches_that_are_left(rows: Rows, epoch: int | None, done: int) -> None:
    def made() -> Any:
        return rows.shuffle(9).batches(4)

    batches = made()
    if epoch is not None:
        batches.set_epoch(epoch)
    everything = list(batches)
    if epoch is not None:
        batches.set_epoch(epoch)
    else:
        batches = made()
    for place in range(done):
        batches.get_batch(place)
    state = json.loads(json.dumps(batches.state()))
    assert list(made().resume(state).remaining()) == everything[done:]


def test_a_state_of_other_batches_is_refused(rows: Rows) -> None:
    state = rows.shuffle(0).batches(4).state()
    for other in (
        rows.shuffle(1).batches(4),
        rows.batches(4),
        rows.shuffle(0).batches(5),
        rows.shuffle(0).take(9).batches(4),
    ):
        with pytest.raises(IntegrityError, match="the state is of other batches"):
            other.resume(state)
    with pytest.raises(UsageError, match="not a state of batches"):
        rows.batches(4).resume({"next": 1})


def test_a_fingerprint_is_of_files_and_order(rows: Rows, tmp_path: Path) -> None:
    assert rows.shuffle(0).fingerprint() == make_rows(tmp_path, "jsonl").shuffle(0).fingerprint()
    found = [rows, rows[1:], rows.shuffle(0), rows.shuffle(1), rows.map(lambda row: {"x": 1})]
    assert len({one.fingerprint() for one in found}) == len(found)


def test_large_results_of_a_map_lie_in_a_file_that_goes_with_the_rows(
    rows: Rows, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loaders.made, "_IN_MEMORY_BYTES", 300)
    monkeypatch.setattr(loaders.made, "_BATCH_ROWS", 4)
    monkeypatch.setattr(loaders.made.tempfile, "tempdir", str(tmp_path))
    made = rows.map(lambda row: {"late": None if row["n"] < 9 else {"a": row["n"]} if row["n"] < 15 else {"b": "x"}})
    [file] = list(tmp_path.iterdir())
    late = [None] * 9 + [{"a": n, "b": None} for n in range(9, 15)] + [{"a": None, "b": "x"}] * 8
    assert made.to_list() == [{**row, "late": value} for row, value in zip(PLAIN, late, strict=True)]
    assert made[20]["late"] == {"a": None, "b": "x"}
    again = pickle.loads(pickle.dumps(made.shuffle(2)))
    assert again.to_list() == made.shuffle(2).to_list()
    assert made.to_arrow().num_rows == 23
    del again
    gc.collect()
    assert file.exists(), "a copy that came by a pickle does not take the file with it"
    del made
    gc.collect()
    assert not file.exists()


def test_a_function_runs_once_for_each_row_and_in_order(rows: Rows) -> None:
    seen: list[int] = []
    made = rows.shuffle(4).map(lambda row: seen.append(row["n"]) or {"x": 1})
    kept = rows.filter(lambda row: seen.append(row["n"]) or row["n"] > 3)
    list(made), list(made.shuffle(0)), list(kept)
    assert seen == [*permutation(23, 4).tolist(), *range(23)]


@pytest.mark.parametrize(
    ("given", "column"), [(1.5, "n"), ({"n": 1}, "n"), (2**70, "x"), ("\ud800", "x"), (object(), "x"), (b"x", "text")]
)
def test_a_result_is_kept_as_it_is_or_refused(rows: Rows, given: Any, column: str) -> None:
    try:
        made = rows.map(lambda row: {column: given})
    except TableError as exc:
        assert f"column {column!r}" in exc.what  # noqa: PT017
        assert not isinstance(given, (float, dict, bytes))
    else:
        assert made[0][column] == given
        assert type(made[0][column]) is type(given)


def test_joined_rows_read_each_part_in_its_order_and_name_both(rows: Rows) -> None:
    other = Pin("other", "main", "test", "org/other", "d" * 40, "https://hub.test", ("y",), "l", "c", "s", False)
    short = Rows(rows._table, other)[3:6].map(lambda row: {"more": row["n"]}, remove_columns=["list"])
    both = concatenate([rows.shuffle(1), short])
    expected = [{**PLAIN[place], "more": None} for place in permutation(23, 1)]
    expected += [{"n": n, "text": f"row {n}", "list": None, "more": n} for n in (3, 4, 5)]
    assert both.to_list() == expected
    assert both[24:].to_list() == expected[24:]
    assert both.shuffle(0).to_list() == [expected[place] for place in permutation(26, 0)]
    assert both.to_arrow().to_pylist() == expected
    assert pickle.loads(pickle.dumps(both)).to_list() == expected
    assert both.pins == (PIN, other)
    assert repr(both).startswith("Rows(toy/main:train + other/main:test, 26 rows, columns n, text, list, more; ")
    with pytest.raises(UsageError, match="come from 2 splits"):
        both.pin  # noqa: B018


def test_a_notebook_shows_a_few_rows_escaped_and_cut(rows: Rows) -> None:
    odd = rows.map(lambda row: {"<b>": "<script>" + "x" * 5_000_000, "deep": [[[[["a"]]]]] * 99})
    page = odd._repr_html_()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "&lt;b&gt;" in page
    assert "5,000,008 characters" in page
    assert "18 more rows" in page
    assert len(page) < 20_000
    assert rows[:2]._repr_html_().count("<tr>") == 3


def test_numbers_become_tensors_and_texts_stay(rows: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
    class Tensor:
        def __init__(self, value: Any, dtype: str) -> None:
            self.value, self.dtype, self.shape = value, dtype, (len(value),) if isinstance(value, list) else ()

    torch = types.SimpleNamespace(
        tensor=Tensor,
        Tensor=Tensor, int64="int64", float32="float32", bool="bool", stack=lambda items: ("stack", len(items)),
    )  # fmt: skip
    monkeypatch.setitem(sys.modules, "torch", torch)
    monkeypatch.delitem(sys.modules, "loaders.tensors", raising=False)
    mapped = rows.map(lambda row: {"part": row["n"] / 2, "grid": [[1, 2], [3, 4]], "none": None, "odd": [[1], [2, 3]]})
    tensors = mapped.to_torch()
    monkeypatch.delitem(sys.modules, "loaders.tensors")
    row = tensors[3]
    assert len(tensors) == 23
    assert (row["n"].value, row["n"].dtype, row["text"], row["none"]) == (3, "int64", "row 3", None)
    assert (row["list"].value, row["part"].dtype, row["grid"]) == ([3, 4], "float32", ("stack", 2))
    assert [item.value for item in row["odd"]] == [[1], [2, 3]]
    assert [one["n"].value for one in tensors.__getitems__([1, 2])] == [1, 2]


def test_torch_that_is_not_there_is_said(rows: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.delitem(sys.modules, "loaders.tensors", raising=False)
    with pytest.raises(UsageError, match="torch is not installed"):
        rows.to_torch()
