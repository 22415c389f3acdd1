"""Steps of a receipt that do not fit what they are done to: said in words, whatever was edited."""

from __future__ import annotations

import binascii
import dataclasses
import zlib
from pathlib import Path
from typing import Any

import pytest

from loaders import load, verify_receipt
from loaders.joining import interleave
from loaders.replaying import lock_of, replayed
from recipes_data.errors import UsageError
from recipes_data.locks import read_lock, write_lock
from tests.calls.toys import through_json, toy_world
from tests.unit.storehouse import write_manifest
from tests.views.worlds import World

OF_ROWS: dict[str, dict[str, Any]] = {
    "sort": {"columns": ["n"], "reverse": False},
    "select": {"range": [0, 3, 1]},
    "shard": {"index": 0, "num_shards": 2},
    "train_test_split": {"test_size": 1, "side": "test"},
    "python_shuffle": {"seed": 0},
    "select_columns": {"columns": ["n"]},
    "rename_column": {"old": "n", "new": "m"},
    "filter": {"key": None, "function": "f", "places": None, "count": 3},
    "map": {"key": None, "function": "f"},
}


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    return toy_world(tmp_path, monkeypatch)


def told(made: Any) -> tuple[int, str]:
    verdict = verify_receipt(made)[-1]
    [difference] = verdict.differences
    assert verdict.proven == ""
    return difference.exit_code, difference.what


@pytest.mark.parametrize("name", OF_ROWS)
def test_a_step_that_a_stream_does_not_have_is_named(world: World, name: str) -> None:
    made = through_json(rows=load("toy", split="train", stream=True).take(5))
    made["rows"]["rows"]["steps"].append({"step": name, **OF_ROWS[name]})
    assert told(made) == (2, f"the receipt has the step {name!r} of a stream, and a stream has none such")
    with pytest.raises(UsageError, match=f"the step '{name}' of a stream"):
        replayed(made["rows"]["rows"]["steps"])


@pytest.mark.parametrize("step", ["concatenate", "interleave"])
def test_a_stream_among_parts_that_are_joined_is_told(world: World, step: str) -> None:
    made = through_json(rows=load("toy", split="train", stream=True).take(5))
    part = made["rows"]["rows"]["steps"]
    whole = {"step": step, "of": [part, part], "probabilities": None, "seed": 0, "stopping_strategy": "first_exhausted"}
    made["rows"]["rows"]["steps"] = [whole]
    assert told(made) == (2, f"the receipt has the step {step!r} of a stream, and a stream has none such")


def test_places_that_unpack_to_more_than_a_receipt_can_hold_are_not_unpacked(world: World) -> None:
    made = through_json(rows=load("toy:train").select([0, 2, 1]))
    step = made["rows"]["rows"]["steps"][-1]
    step["places"] = binascii.b2a_base64(zlib.compress(bytes(1 << 22))).decode()
    assert len(replayed(made["rows"]["rows"]["steps"])) == (1 << 20) // 8  # type: ignore[arg-type]  # Rows
    assert told(made)[0] == 5


def test_a_streams_shuffle_of_rows_cannot_be_done_again(world: World) -> None:
    made = through_json(rows=load("toy", split="train", stream=True).shuffle(1, 8, order="datasets>=5.1"))
    made["rows"]["rows"]["steps"][0]["stream"] = False
    code, what = told(made)
    assert (code, what.partition(":")[0]) == (5, "its steps cannot be done again here")


def test_a_lock_that_is_not_here_is_said_once_and_of_two_of_one_repository_none_is_taken(world: World) -> None:
    made = through_json(rows=load("toy:train"))
    folder = world.root / "manifests" / "locks"
    lock = read_lock(folder, "toy")
    assert lock is not None
    (folder / "toy.json").unlink()
    [opened, _] = verify_receipt(made)
    assert [difference.exit_code for difference in opened.differences] == [6]
    for name, proven in (("other", True), ("third", False)):  # of the same repository, by other names
        write_lock(folder, dataclasses.replace(lock, name=name))
        write_manifest(world.root / "manifests", name)
        assert (lock_of(made["opened"][0], {}) is not None) == proven


@pytest.mark.parametrize("rows", [10, 31])
def test_a_split_of_another_length_than_was_opened_is_never_proven(world: World, rows: int) -> None:
    made = through_json(rows=load("toy:train"))
    made["opened"][0]["rows"] = rows
    opened = verify_receipt(made)[0]
    assert (opened.proven, [one.what for one in opened.differences]) == ("", [f"30 rows, the receipt has {rows}"])


def numbered(rows: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """What it makes tells how many rows it was called with."""
    return {"of": [len(rows["n"])] * len(rows["n"])}


def test_a_functions_batches_and_the_columns_it_removed_are_those_of_the_receipt(world: World) -> None:
    rows = load("toy:train").map(numbered, batched=True, batch_size=7, remove_columns=["text"], key="k")
    again = replayed(through_json(rows=rows)["rows"]["rows"]["steps"], {"k": numbered})
    assert list(again) == list(rows)
    assert {row["of"] for row in again} == {7, 2}
    assert set(again.column_names) == {"n", "list", "of"}


def test_rows_that_were_interleaved_by_a_seed_are_drawn_by_it_again(world: World) -> None:
    rows = interleave([load("toy:train"), load("toy:test")], [0.5, 0.5], seed=7)
    assert list(replayed(through_json(rows=rows)["rows"]["rows"]["steps"])) == list(rows)
    assert list(rows) != list(interleave([load("toy:train"), load("toy:test")], [0.5, 0.5], seed=0))
