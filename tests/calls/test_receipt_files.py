"""Files that hold receipts: found wherever they stand, refused where they are not whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from loaders import concatenate, load, receipt, verify_receipt
from recipes_data.cli.main import run
from recipes_data.errors import UsageError
from recipes_data.receipts import RECEIPT_FORMAT, read_receipts
from tests.calls.toys import through_json, toy_world
from tests.views.worlds import World


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    return toy_world(tmp_path, monkeypatch)


def test_a_receipt_is_found_in_a_checkpoint_and_in_a_log(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    load("toy:train")
    made = receipt()
    checkpoint, log = world.root / "state.json", world.root / "run.jsonl"
    checkpoint.write_text(json.dumps({"step": 3, "data": [{"receipt": made}]}))
    log.write_text("begin\n" + json.dumps({"step": 1}) + "\nINFO " + json.dumps({"data": made}) + "\n")
    for path in (checkpoint, log):
        assert run(["receipt", "verify", str(path)]) == 0
        assert "proven  toy/main:train: 2 files by their digests" in capsys.readouterr().out


def test_a_log_may_name_the_command_and_have_braces_of_its_own(world: World) -> None:
    load("toy:train")
    made = json.dumps(receipt())
    log = world.root / "run.log"
    lines = [
        "check later with: recipes-data receipt verify run.log {or not}",
        f"INFO 12:00 {{run 3}} {made} and {{4}} {made}",
        f"[{made}]",
        json.dumps({"note": f"its format is {RECEIPT_FORMAT!r}", "format": [RECEIPT_FORMAT]}),
        'wrote "recipes-data receipt" {"seconds": 3}',
    ]
    log.write_text("\n".join(lines), encoding="utf-8")
    assert read_receipts(log) == [json.loads(made)] * 3


def test_a_line_of_a_log_may_hold_what_other_readers_take_for_the_end_of_a_line(world: World) -> None:
    load("toy:train")
    log = world.root / "run.jsonl"
    line = json.dumps({"note": "one\u2028two\x85", "data": receipt()}, ensure_ascii=False)
    log.write_text(f"{line}\n{line}\n", encoding="utf-8")
    assert [len(each["opened"]) for each in read_receipts(log)] == [1, 1]


def test_what_lies_around_a_receipt_is_looked_at_once_in_its_order(world: World) -> None:
    load("toy:train")
    first, second = receipt(), receipt({"rows": load("toy:test")}, digests=False)
    path = world.root / "state.json"
    path.write_text(json.dumps({"a": [1, [first]], "b": {"weights": list(range(500_000))}, "c": second}))
    # the one that lies less deep comes first
    assert [sorted(each["rows"]) for each in read_receipts(path)] == [["rows"], []]


@pytest.mark.parametrize(
    ("name", "given"),
    [
        *(("dataset", 1), ("config", None), ("commit", []), ("digests", "sha256:1"), ("digests", [1]), ("rows", "7")),
        *(("dataset", "a\0b"), ("dataset", "../../x"), ("dataset", "é"), ("rows", -1)),
        *(("repo", "\ud800"), ("license", "\ud800"), ("digests", ["\ud800"])),
        *(("rows", True), ("partial", None), ("sample", 0), ("license", 3), ("lock", "x"), ("lock", {"digest": None})),
    ],
)
def test_a_split_that_was_edited_is_no_whole_receipt(world: World, name: str, given: object) -> None:
    load("toy:train")
    made = receipt()
    made["opened"][0][name] = given
    path = world.root / "x.json"
    path.write_text(json.dumps(made))
    with pytest.raises(UsageError, match="not a whole receipt"):
        read_receipts(path)


@pytest.mark.parametrize(
    ("name", "given"),
    [
        *(("count", "7"), ("count", None), ("count", -1), ("digest", 1), ("marks", {"run": 1})),
        *(("marks", {"run": 1, "of": "???é"}), ("marks", {"run": 1, "of": "AAA"})),
        *(("steps", None), ("steps", [1]), ("steps", [{}]), ("steps", [{"step": "load", "pin": {}}])),
        ("steps", [{"step": "concatenate", "of": [{}]}]),
    ],
)
def test_rows_that_were_edited_are_no_whole_receipt(world: World, name: str, given: object) -> None:
    made = receipt({"rows": load("toy:train")})
    made["rows"]["rows"][name] = given
    path = world.root / "x.json"
    path.write_text(json.dumps(made))
    with pytest.raises(UsageError, match="not a whole receipt"):
        read_receipts(path)


def test_a_damaged_receipt_is_refused_in_python_too(world: World) -> None:
    made = through_json(rows=load("toy:train"))
    deep = made["rows"]["rows"]["steps"]
    for _ in range(400):
        deep = [{"step": "concatenate", "of": [deep]}]
    for damaged in ({"rows": {"\ud800": made["rows"]["rows"]}}, {"opened": None}, {"rows": {"x": {"count": 1}}}):
        with pytest.raises(UsageError, match="the receipt: not a whole receipt"):
            verify_receipt({**made, **damaged})
    made["rows"]["rows"]["steps"] = deep
    with pytest.raises(UsageError, match="the receipt: not a whole receipt"):
        verify_receipt(made)


def test_a_range_beyond_any_count_is_a_difference_and_no_bug(world: World) -> None:
    made = through_json(rows=load("toy:train")[3:8:2])
    made["rows"]["rows"]["steps"][-1]["range"][1] = 10**30
    (difference,) = verify_receipt(made)[-1].differences
    assert (difference.exit_code, difference.what.split(":")[1]) == (5, " OverflowError")


def test_a_dataset_that_nobody_knows_here_is_to_be_added_and_this_is_said_once(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    made = through_json(rows=load("toy:train").take(3), more=concatenate([load("toy:test"), load("toy:train")]))
    path = world.root / "x.json"
    path.write_text(json.dumps(made))
    manifests = world.root / "manifests"
    (manifests / "locks" / "toy.json").unlink()
    assert run(["receipt", "verify", str(path)]) == 6
    assert capsys.readouterr().err.count("-> recipes-data fetch toy\n") == 1
    (manifests / "datasets" / "toy.yaml").unlink()
    assert run(["receipt", "verify", str(path)]) == 6
    said = [line for line in capsys.readouterr().err.splitlines() if line.startswith(("error:", "  ->"))]
    assert said == [
        f"error: toy/main:train: 'toy' is not locked here; the receipt has org/toy at {'c' * 40}",
        "  -> recipes-data add org/toy --name toy, or verify it in the project that has it",
        f"error: toy/main:test: 'toy' is not locked here; the receipt has org/toy at {'c' * 40}",
        "error: rows: 'toy' is not locked here, so that its rows cannot be made again",
        "error: more: 'toy' is not locked here, so that its rows cannot be made again",
    ]


@pytest.mark.parametrize("places", ["!!!", "AAAA", "eJw="])
def test_places_that_were_edited_are_a_difference_and_no_bug(world: World, places: str) -> None:
    made = through_json(rows=load("toy:train").select([5, 3, 8]))
    made["rows"]["rows"]["steps"][-1]["places"] = places
    (difference,) = verify_receipt(made)[-1].differences
    assert difference.exit_code == 5


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[" * 100_000 + RECEIPT_FORMAT, "nested deeper than can be read"),
        ("{}", "holds no receipt"),
        ('{"format": "recipes-data receipt", "version": 2}', "a receipt of version 2"),
        ('{"format": "recipes-data receipt", "version": 1, "opened": []}', "not a whole receipt"),
        ('x {"format": "recipes-data receipt", "vers', "a line with a receipt is not JSON"),
        (
            'x {3} {"format": "recipes-data receipt", "with": {"a": 1}, "vers',
            "a line with a receipt is not JSON: Unterm",
        ),
        ('the words "recipes-data receipt" alone', "a line with a receipt is not JSON: it has no object"),
        ("check later with: recipes-data receipt verify run.log", "holds no receipt"),
    ],
)
def test_what_is_no_receipt_is_refused(world: World, text: str, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = world.root / "x.json"
    path.write_text(text)
    assert run(["receipt", "verify", str(path)]) == 2
    assert words in capsys.readouterr().err
