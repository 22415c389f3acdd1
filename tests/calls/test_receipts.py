"""Receipts: what was opened, rows proven elsewhere and later, and every difference named with its exit code."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
import os
import pickle
import struct
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import loaders.pins
from loaders import Rows, concatenate, load, receipt, verify_receipt
from loaders.joining import interleave
from loaders.rowdigest import digest_of
from recipes_data.cli.main import run
from recipes_data.errors import UsageError
from recipes_data.lockfile import Lock
from recipes_data.locks import read_lock, write_lock
from recipes_data.store import VERIFIED_MTIME, Store
from tests.calls.toys import TRAIN, through_json, toy_world
from tests.views.worlds import World


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    return toy_world(tmp_path, monkeypatch)


def keep(word: dict[str, Any]) -> bool:
    return word["n"] % 4 != 0


def shout(row: dict[str, Any]) -> dict[str, Any]:
    return {"text": row["text"].upper()}


def relock(world: World, change: Callable[[Lock], Lock]) -> None:
    folder = world.root / "manifests" / "locks"
    lock = read_lock(folder, "toy")
    assert lock is not None
    write_lock(folder, change(lock))


def verified(world: World, made: Any, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, Any]:
    """What the command says of a receipt: its exit code and its document."""
    path = world.root / "receipt.json"
    path.write_text(json.dumps(made))
    code = run(["receipt", "verify", str(path), "--json", *words])
    return code, json.loads(capsys.readouterr().out)


# --- what stands in it


def test_each_split_that_was_opened_stands_in_it_once_and_no_row_is_read(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        load("toy:train").shuffle(1)
    load("toy:test")
    monkeypatch.setattr(Rows, "__iter__", lambda rows: pytest.fail("a row was read"))
    made = json.loads(json.dumps(receipt()))
    assert [(one["dataset"], one["config"], one["split"], one["rows"]) for one in made["opened"]] == [
        ("toy", "main", "train", 30),
        ("toy", "main", "test", 7),
    ]
    assert made["opened"][0]["repo"] == "org/toy"
    assert made["opened"][0]["commit"] == "c" * 40
    assert len(made["opened"][0]["digests"]) == 2
    assert made["rows"] == {}
    assert str(world.root) not in json.dumps(made)


def test_threads_that_open_at_once_are_all_there(world: World) -> None:
    begin = threading.Barrier(8)

    def opening(split: str) -> None:
        begin.wait()
        for _ in range(20):
            load("toy", split=split)
            receipt()

    threads = [threading.Thread(target=opening, args=(["train", "test"][n % 2],)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one["split"] for one in receipt()["opened"]) == ["test", "train"]


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # a process with threads may not fork, and does
def test_a_forked_process_has_its_own_and_says_what_it_inherited(world: World) -> None:
    load("toy:train")
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        load("toy:test")
        made = receipt()
        os.write(writing, json.dumps([[one["split"] for one in made[w]] for w in ("opened", "inherited")]).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        assert json.loads(pipe.read()) == [["test"], ["train"]]
    os.waitpid(child, 0)
    assert [one["split"] for one in receipt()["opened"]] == ["train"]


def test_rows_that_another_process_handed_over_are_said_and_proven(world: World) -> None:
    packed_rows = pickle.dumps(load("toy:train").shuffle(3))
    loaders.pins._opened.clear()  # as in the process that unpickles them
    made = through_json(rows=pickle.loads(packed_rows))
    assert made["opened"] == []
    assert [(one["split"], one["rows"]) for one in made["inherited"]] == [("train", None)]
    assert [verdict.proven != "" for verdict in verify_receipt(made)] == [True, True]


def test_the_pin_says_what_was_done_in_order(world: World) -> None:
    rows = load("toy:train").shuffle(3).filter(keep).skip(2).take(9)
    assert [step.name for step in rows.pin.operations] == ["shuffle", "filter", "skip", "take"]
    assert dict(rows.pin.operations[0].given) == {"seed": 3}
    assert dict(rows.pin.operations[1].given)["function"] == f"{__name__}.keep"
    assert load("toy:train").pin.operations == ()
    json.dumps(dataclasses.asdict(rows.pin))


def test_a_function_without_a_key_is_said_to_be_not_reproducible(world: World) -> None:
    mapped, keyed = load("toy:train").map(shout), load("toy:train").map(shout, key="shout-1")
    assert not mapped.pin.operations[0].reproducible
    assert keyed.pin.operations[0].reproducible
    made = through_json(mapped=mapped, keyed=keyed, both=concatenate([mapped, keyed]))
    assert made["rows"]["mapped"]["not_reproducible"] == ["map"]
    assert made["rows"]["keyed"]["not_reproducible"] == []
    assert made["rows"]["both"]["not_reproducible"] == ["map"]


def test_a_selection_of_more_places_than_are_written_down_is_not_reproducible(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(loaders.pins, "_MOST_PLACES", 5)
    rows = load("toy:train").filter(keep)
    assert not rows.pin.operations[0].reproducible
    code, said = verified(world, through_json(rows=rows), capsys)
    assert code == 2
    assert "it kept 22 places, more than a receipt writes down, and it has no key" in said["differences"][0]["what"]
    keyed = through_json(rows=load("toy:train").filter(keep, key="k"))
    assert verify_receipt(keyed, {"k": keep})[-1].proven == "22 rows in this order, by their digest"


def test_what_has_no_rows_is_refused(world: World) -> None:
    with pytest.raises(UsageError, match="'x' is list, which has no rows"):
        receipt({"x": []})  # type: ignore[dict-item]


# --- the digest


def packed(held: Any) -> bytes:
    """MessagePack of what these rows hold, by its specification alone."""
    if held is None:
        return b"\xc0"
    if isinstance(held, int):
        return bytes([held]) if 0 <= held < 128 else b"\xcc" + bytes([held])
    if isinstance(held, float):
        return b"\xcb" + struct.pack(">d", held)
    if isinstance(held, str):
        return bytes([0xA0 | len(held.encode())]) + held.encode()
    if isinstance(held, list):
        return bytes([0x90 | len(held)]) + b"".join(map(packed, held))
    return bytes([0x80 | len(held)]) + b"".join(packed(k) + packed(v) for k, v in held.items())


def test_the_digest_is_the_one_that_the_document_defines(world: World) -> None:
    rows = load("toy:train").shuffle(0)
    whole = hashlib.sha256(b"recipes-data rows 1\n")
    for row in rows:
        whole.update(hashlib.sha256(packed(row)).digest())
    assert digest_of(rows).digest == f"sha256:{whole.hexdigest()}"


def test_what_messagepack_has_no_type_for_has_a_digest_too(world: World) -> None:
    ends = load("toy:test").map(lambda row: {"when": dt.date(2026, 1, 1 + row["n"]), "more": 0.5, "none": None})
    assert digest_of(ends).digest != digest_of(ends.select([1, 0, 2, 3, 4, 5, 6])).digest
    assert digest_of(ends).digest == digest_of(ends.take(7)).digest


# --- proven


CHAINS: list[Callable[[], Any]] = [
    lambda: load("toy:train"),
    lambda: load("toy:train").shuffle(0).shuffle(1),
    lambda: load("toy:train")[3:20:2].take(5).skip(1),
    lambda: load("toy:train").select([4, 4, 0, 29]),
    lambda: load("toy:train")[::-1].shard(1, 3),
    lambda: load("toy:train").train_test_split(test_size=0.3, seed=5)["test"],
    lambda: load("toy:train").sort(["n"], reverse=True),
    lambda: load("toy:train").filter(lambda row: row["n"] > 3).shuffle(2),
    lambda: load("toy:train").filter(lambda row: row["n"] > 99),
    lambda: load("toy:train").select_columns(["text", "n"]).rename_column("n", "number"),
    lambda: concatenate([load("toy:train").shuffle(1).take(4), load("toy:test").skip(2)]).shuffle(9),
    lambda: interleave([load("toy:train"), load("toy:test")], [0.5, 0.5], seed=0).take(6),
    lambda: load("toy:train", rows=3),
    lambda: load("toy:train", shards=[1]),
    lambda: load("toy", split="train", stream=True).shuffle(1, 8, order="datasets>=5.1").skip(2).take(11),
]


@pytest.mark.parametrize("sort_keys", [False, True])  # as JSONB and `jq -S` give them back
@pytest.mark.parametrize("chain", range(len(CHAINS)))
def test_rows_of_any_steps_are_proven(
    world: World, chain: int, sort_keys: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    made = json.loads(json.dumps(through_json(rows=CHAINS[chain]()), sort_keys=sort_keys))
    code, said = verified(world, made, capsys)
    assert (code, said["differences"]) == (0, [])
    assert said["proven"][-1]["name"] == "rows"
    assert said["proven"][-1]["what"].endswith("rows in this order, by their digest")


def test_a_mapped_function_is_needed_by_its_key(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    made = through_json(rows=load("toy:train").map(shout, key="shout-1"))
    code, said = verified(world, made, capsys)
    assert code == 2
    assert said["differences"][0]["what"].startswith(f"map({__name__}.shout) needs the function of the key 'shout-1'")
    assert verify_receipt(made, {"shout-1": shout})[-1].proven == "30 rows in this order, by their digest"
    [wrong] = verify_receipt(made, {"shout-1": lambda row: {"text": row["text"].title()}})[-1].differences
    assert wrong.what == "the rows differ, first at row 0"


def test_rows_without_a_digest_are_made_again_and_counted(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    made = receipt({"rows": load("toy:train").take(4)}, digests=False)
    assert verified(world, made, capsys)[1]["proven"][-1]["what"].startswith("made again; the receipt has no digest")
    made["rows"]["rows"]["steps"][-1]["n"] = 5
    assert verified(world, made, capsys)[0] == 5


# --- and what is not, by its name


def changed_byte(world: World, made: Any) -> None:
    digest = made["opened"][0]["digests"][1].removeprefix("sha256:")
    blob = Store(world.store.root).blob(digest)
    content = bytearray(blob.read_bytes())
    content[len(content) // 2] ^= 1
    blob.chmod(0o644)
    blob.write_bytes(content)
    os.utime(blob, (VERIFIED_MTIME, VERIFIED_MTIME))  # as a failing disk leaves it


VIOLATIONS: dict[str, tuple[Callable[[World, Any], None], int, str]] = {
    "another commit": (
        lambda world, made: relock(world, lambda lock: dataclasses.replace(lock, commit="d" * 40)),
        3,
        f"the lock moved: the receipt has commit {'c' * 40}, the lock has {'d' * 40}",
    ),
    "a changed byte": (changed_byte, 5, "main/train-1.parquet"),
    "another seed": (
        lambda world, made: made["rows"]["rows"]["steps"][1].update(seed=1),
        5,
        "the rows differ, first at row 0",
    ),
    "another order of steps": (
        lambda world, made: made["rows"]["rows"]["steps"].append(made["rows"]["rows"]["steps"].pop(1)),
        5,
        "the rows differ, first at row 0",
    ),
    "another number of rows": (
        lambda world, made: made["opened"][0].update(rows=31),
        5,
        "30 rows, the receipt has 31",
    ),
    "another version of the lock": (
        lambda world, made: relock(world, promised),
        3,
        "another version of the lock: same commit and files, but it promises or lists something else",
    ),
    "files in another order": (
        lambda world, made: made["opened"][0]["digests"].reverse(),
        3,
        "the same files in another order",
    ),
    "another file": (
        lambda world, made: made["opened"][0].update(digests=["sha256:" + "0" * 64]),
        3,
        "other files: main/train-0.parquet is sha256:",
    ),
    "another licence": (lambda world, made: made["opened"][0].update(license="mit"), 3, "the licence: the receipt has"),
    "an operation that is not known": (
        lambda world, made: made["rows"]["rows"]["steps"].append({"step": "reticulate"}),
        2,
        "operation unknown: 'reticulate'",
    ),
    "a step that does not fit": (
        lambda world, made: made["rows"]["rows"]["steps"][-1].update(n=99),
        5,
        "its steps cannot be done again here: IndexError",
    ),
    "no lock": (
        lambda world, made: (world.root / "manifests" / "locks" / "toy.json").unlink(),
        6,
        f"'toy' is not locked here; the receipt has org/toy at {'c' * 40}",
    ),
}


def promised(lock: Lock) -> Lock:
    [config] = lock.configs
    splits = tuple(dataclasses.replace(split, expected_rows=len(TRAIN)) for split in config.splits[:1])
    return dataclasses.replace(lock, configs=(dataclasses.replace(config, splits=splits + config.splits[1:]),))


@pytest.mark.parametrize("name", VIOLATIONS)
def test_a_difference_is_named(world: World, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    violate, exit_code, words = VIOLATIONS[name]
    made = through_json(rows=load("toy:train").shuffle(0).take(12))
    assert verified(world, made, capsys)[0] == 0
    violate(world, made)
    code, said = verified(world, made, capsys)
    assert code == exit_code, said
    assert any(words in one["what"] for one in said["differences"]), said


def test_the_first_row_that_differs_is_named(world: World) -> None:
    made = through_json(rows=load("toy:train").select([*range(20), 25]))
    other = through_json(rows=load("toy:train").select([*range(20), 26]))
    made["rows"]["rows"]["steps"] = other["rows"]["rows"]["steps"]
    assert verify_receipt(made)[-1].differences[0].what == "the rows differ, first at row 20"
