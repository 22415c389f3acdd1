"""Terminal-Bench, SWE-bench, BFCL and tau2-bench, against their steps written out again here, and `datasets`."""

from __future__ import annotations

import gzip
import io
import json
import pickle
import tarfile
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pytest
import yaml

from loaders import benchmarks
from recipes_data.errors import TableError, UnsafeFileError
from recipes_data.tables import packedfiles
from tests.views.benchmarking import LIMITS, limit, named
from tests.views.worlds import Generated, World

# --- Terminal-Bench


def unpacked(archive: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(archive))) as tar:
        return {m.name.lstrip("./"): tar.extractfile(m).read() for m in tar.getmembers() if m.isfile()}  # type: ignore[union-attr]


def restated_terminal(row: Any, *, text: bool = True) -> dict[str, Any]:
    """Requirements 1.5, terminal_bench."""
    files = unpacked(row["archive"])
    script = next(content for name, content in files.items() if name.split("/")[-1] == "run-tests.sh")
    kept = {name: content for name, content in files.items() if not name.startswith("solution")}
    return {
        "name": f"terminal_bench_{row['task_id']}",
        "instruction": yaml.safe_load(row["task_yaml"])["instruction"],
        "files": {
            name: content.decode("utf-8", errors="replace") if text else content for name, content in kept.items()
        },
        "config": {
            "test_script": script.decode("utf-8", errors="replace"),
            "left_out": sorted(set(files) - set(kept)),
        },
    }


@pytest.mark.parametrize("count", [None, 1, 3, 99])
@pytest.mark.parametrize("text", [True, False])
def test_terminal_bench_unpacks_each_task(generated: Generated, count: int | None, text: bool) -> None:
    rows = limit(generated.read("parquet", "ia03/terminal-bench", "data/test-*"), count)
    found = benchmarks.terminal_bench(count, text=text, fetch=True)
    assert list(found) == [restated_terminal(row, text=text) for row in rows]
    assert found[0]["config"]["left_out"] == ["solution.sh"]
    assert found[0]["files"]["data/bytes.bin"] == ("\ufffd\ufffd\0" if text else b"\xff\xfe\0")
    assert list(pickle.loads(pickle.dumps(found))) == list(found)


RUN = ("run-tests.sh", b"pytest\n", tarfile.REGTYPE)


def packed(*members: tuple[str, bytes, bytes]) -> bytes:
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w") as tar:
        for name, content, kind in members:
            member = tarfile.TarInfo(name)
            member.type = kind
            if kind == tarfile.REGTYPE:
                member.size = len(content)
            else:
                member.linkname = content.decode()
            tar.addfile(member, io.BytesIO(content))
    return gzip.compress(sink.getvalue(), mtime=0)


def write_terminal(world: World, *archives: bytes | None, **changes: Any) -> None:
    rows = [
        {"task_id": f"t{n}", "archive": archive, "task_yaml": "instruction: do it\n", **changes}
        for n, archive in enumerate(archives)
    ]
    kinds = {name: pa.binary() if name == "archive" else pa.string() for name in rows[0]}
    schema = pa.schema(list(kinds.items()))
    world.write("terminal_bench", {"default": {"test": rows}}, schema=schema, shards=1)


def test_links_folders_and_hidden_files_are_treated_as_there(world: World) -> None:
    archive = packed(
        ("./", b"", tarfile.DIRTYPE),
        ("tests", b"", tarfile.DIRTYPE),
        ("./tests/run-tests.sh", b"one", tarfile.REGTYPE),
        ("./.profile", b"hidden", tarfile.REGTYPE),
        ("link", b"/etc/passwd", tarfile.SYMTYPE),
        ("solutions/a.sh", b"secret", tarfile.REGTYPE),
        ("a/solution.sh", b"seen", tarfile.REGTYPE),
    )
    write_terminal(world, archive)
    task = benchmarks.terminal_bench()[0]
    assert task["files"] == {"tests/run-tests.sh": "one", "profile": "hidden", "a/solution.sh": "seen"}
    assert task["config"] == {"test_script": "one", "left_out": ["link", "solutions/a.sh"]}
    expected = restated_terminal({"task_id": "t0", "archive": archive, "task_yaml": "instruction: do it"})
    assert task["files"] == expected["files"]


def test_of_two_test_scripts_the_last_one_counts_as_there(world: World) -> None:
    write_terminal(world, packed(RUN, ("b/run-tests.sh", b"two", tarfile.REGTYPE)))
    assert benchmarks.terminal_bench()[0]["config"]["test_script"] == "two"


@pytest.mark.parametrize("path", ["../a", "a/../../b", "a/..", "..", "a\\..\\b", "./"])
def test_a_path_that_leads_out_of_the_task_is_an_error(world: World, path: str) -> None:
    write_terminal(world, packed(RUN), packed(RUN, (path, b"x", tarfile.REGTYPE)))
    with pytest.raises(
        UnsafeFileError, match=r"the archive of t1: the path .* leads out of the task's folder, or nowhere"
    ):
        list(benchmarks.terminal_bench())


def test_an_archive_that_unpacks_to_too_much_is_an_error(world: World) -> None:
    bomb = packed(RUN, ("zeros", bytes(20 << 20), tarfile.REGTYPE))
    write_terminal(world, bomb)
    with pytest.raises(UnsafeFileError, match="the archive of t0 unpacks to more than 250 times its size"):
        list(benchmarks.terminal_bench())
    write_terminal(world, packed(RUN, ("text", bytes(8 << 20), tarfile.REGTYPE)))  # no more than is free for everybody
    assert len(list(benchmarks.terminal_bench())) == 1
    write_terminal(world, packed(RUN, ("text", b"text\n" * 4000, tarfile.REGTYPE)))
    assert len(list(benchmarks.terminal_bench())) == 1
    with pytest.raises(UnsafeFileError, match="unpacks to more than 15,000 bytes"):
        list(benchmarks.terminal_bench(max_bytes=15_000))


def test_an_archive_of_very_many_members_is_an_error(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packedfiles, "_MAX_MEMBERS", 3)
    write_terminal(world, packed(RUN, *[(f"f{n}", b"", tarfile.REGTYPE) for n in range(2)]))
    assert len(list(benchmarks.terminal_bench())) == 1
    write_terminal(world, packed(RUN, *[(f"f{n}", b"", tarfile.REGTYPE) for n in range(3)]))
    with pytest.raises(UnsafeFileError, match="the archive of t0: more than 3 members"):
        list(benchmarks.terminal_bench())


def test_an_empty_test_script_is_looked_for_in_other_columns(world: World) -> None:
    write_terminal(world, packed(("run-tests.sh", b"", tarfile.REGTYPE)), run_tests="pytest -q")
    assert benchmarks.terminal_bench()[0]["config"]["test_script"] == "pytest -q"


@pytest.mark.parametrize(
    ("archive", "fault"),
    [
        (b"no gzip at all", "expected gz, and cannot unpack it"),
        (packed(RUN)[:60], "breaks off"),
        (gzip.compress(b"no tar" * 200, mtime=0), "not a tar"),
        (packed(RUN, RUN), "two files that are called 'run-tests.sh'"),
        (packed((".a", b"", tarfile.REGTYPE), ("a", b"", tarfile.REGTYPE), RUN), "two files that are called 'a'"),
        (packed(("a", b"", tarfile.REGTYPE)), "there is no run-tests.sh, so that nothing could solve it"),
        (None, "there is no run-tests.sh"),
    ],
    ids=["noise", "cut", "tar", "twice", "dots", "script", "none"],
)
def test_an_archive_the_benchmark_would_go_on_without_is_an_error(
    world: World, archive: bytes | None, fault: str
) -> None:
    write_terminal(world, packed(RUN), archive)
    with pytest.raises(TableError, match=f"terminal_bench/default:test, row 1 in this order: .*{fault}"):
        list(benchmarks.terminal_bench())


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("instruction: [a", "its YAML, line 1: not YAML"),
        ("instruction: &a x\nother: *a\n", "alias"),
        ("instruction: 7\n", "its instruction is 7, not a text"),
    ],
)
def test_yaml_that_is_not_plain_is_an_error(world: World, written: str, fault: str) -> None:
    write_terminal(world, packed(RUN), task_yaml=written)
    with pytest.raises(TableError, match=f"t0: .*{fault}"):
        list(benchmarks.terminal_bench())


def test_an_instruction_may_stand_in_another_column_and_none_drops_the_task(world: World) -> None:
    write_terminal(world, packed(RUN), task_yaml="difficulty: easy\n", description="do that")
    assert benchmarks.terminal_bench()[0]["instruction"] == "do that"
    rows = [{"task_id": f"t{n}", "archive": packed(RUN), "task_yaml": y} for n, y in enumerate(["instruction: x", ""])]
    world.write("terminal_bench", {"default": {"test": rows}}, shards=1)
    assert str(benchmarks.terminal_bench().report) == "2 rows, 1 record; 1 dropped: no instruction"


# --- SWE-bench


def restated_swe(row: Any) -> dict[str, Any]:
    raw = row["FAIL_TO_PASS"]
    try:
        tests = json.loads(raw) if isinstance(raw, str) else raw
    except ValueError:
        tests = None
    if not isinstance(tests, list):
        tests = [raw.strip()] if raw.strip() else []
    kept = ("instance_id", "repo", "base_commit", "hints_text", "test_patch")
    return {
        "name": f"swe_bench_{row['instance_id']}",
        "instruction": row["problem_statement"],
        "files": {},
        "config": {**{name: row[name] for name in kept}, "fail_to_pass": tests},
    }


@pytest.mark.parametrize("count", LIMITS)
def test_swe_bench(generated: Generated, count: int | None) -> None:
    rows = limit(generated.read("parquet", "princeton-nlp/SWE-bench_Verified", "data/test-*"), count)
    assert list(benchmarks.swe_bench(count, fetch=True)) == [restated_swe(row) for row in rows]


def swe_row(**changes: Any) -> dict[str, Any]:
    row = dict.fromkeys(("repo", "hints_text", "base_commit", "test_patch"), "x")
    return {**row, "instance_id": "i", "problem_statement": "It fails.", "FAIL_TO_PASS": '["t"]', **changes}


def test_swe_bench_of_awkward_rows(world: World) -> None:
    tests = ['["a", "b"]', "tests/one.py::t ", '"a text"', "3"]
    rows = [swe_row(FAIL_TO_PASS=each) for each in tests]
    left = [swe_row(problem_statement=""), swe_row(base_commit=None)]
    world.write("swe_bench_verified", {"default": {"test": [*rows, *left]}}, shards=1)
    found = benchmarks.swe_bench()
    assert list(found) == [restated_swe(row) for row in rows]
    assert [record["config"]["fail_to_pass"] for record in found][1:] == [["tests/one.py::t"], ['"a text"'], ["3"]]
    assert dict(found.report.dropped) == {"no base commit": 1, "no problem statement": 1}


@pytest.mark.parametrize("tests", ["", "[]", " ", None])
def test_a_task_that_nothing_could_solve_is_an_error(world: World, tests: str | None) -> None:
    world.write("swe_bench_verified", {"default": {"test": [swe_row(), swe_row(FAIL_TO_PASS=tests)]}}, shards=1)
    with pytest.raises(TableError, match="row 1 in this order: i has no test that fails before and passes after"):
        list(benchmarks.swe_bench())


# --- BFCL


def restated_bfcl(questions: Sequence[Any], answers: Sequence[Any]) -> list[dict[str, Any]]:
    truth = {row["id"]: row["ground_truth"] for row in answers}
    found = []
    for row in questions:
        expected, asked = truth[row["id"]], row["question"]
        said = asked[-1]["content"] if isinstance(asked[0], dict) else str(asked[-1])
        config = {"id": row["id"], "functions": row["function"], "expected": expected[0], "question": asked}
        found.append({"name": named("bfcl", said), "instruction": said, "files": {}, "config": config})
    return found


@pytest.mark.parametrize("count", LIMITS)
def test_bfcl_joins_questions_with_answers(generated: Generated, count: int | None) -> None:
    repo = "gorilla-llm/Berkeley-Function-Calling-Leaderboard"
    questions = limit(generated.read("json", repo, "BFCL_v3_simple.json"), count)
    answers = generated.read("json", repo, "possible_answer/BFCL_v3_simple.json")
    found = list(benchmarks.bfcl(count, fetch=True))
    assert found == restated_bfcl(list(questions), list(answers))
    texts = [json.dumps(record["config"]["functions"], indent=2) for record in found]
    assert texts == [json.dumps(row["function"], indent=2) for row in questions]  # prompts: the order of keys too
    assert found[0]["instruction"] == "[{'role': 'user', 'content': 'Area 0?'}]"


def write_bfcl(world: World, questions: Sequence[Any], answers: Sequence[Any]) -> None:
    lines = {
        name: [{"text": line if isinstance(line, str) else json.dumps(line)} for line in given]
        for name, given in (("simple", questions), ("simple_answers", answers))
    }
    world.write("bfcl", {name: {"train": rows} for name, rows in lines.items()}, shards=1)


def asked(number: int, **changes: Any) -> dict[str, Any]:
    return {"id": f"s{number}", "question": [{"role": "user", "content": f"q{number}"}], "function": [], **changes}


def test_bfcl_of_awkward_rows(world: World) -> None:
    truths: list[Any] = [[{"f": {}}, {"g": {}}], '[{"h": 1}]', "broken [", [], ["text"], [{"f": {}}]]
    questions = [asked(n) for n in range(len(truths))]
    questions[5]["question"] = []
    write_bfcl(world, questions, [{"id": f"s{n}", "ground_truth": truth} for n, truth in enumerate(truths)])
    found = benchmarks.bfcl()
    assert [(r["instruction"], r["config"]["expected"]) for r in found] == [("q0", {"f": {}}), ("q1", {"h": 1})]
    assert dict(found.report.dropped) == {"its answer has no call": 2, "its answer is not JSON": 1, "no question": 1}


@pytest.mark.parametrize(
    ("questions", "answers", "fault"),
    [
        ([asked(0), asked(1)], [{"id": "s0", "ground_truth": [{}]}], "the question 's1' has no answer"),
        ([asked(0)], [{"id": "s0", "ground_truth": [{}]}] * 2, "the answers have the id 's0' twice"),
        ([asked(0)], [{"id": "s0"}], "answer 0 has no `id` or no `ground_truth`"),
        ([asked(0)], ["[1"], "answer 0 is not JSON"),
        (["7"], [{"id": "s0", "ground_truth": [{}]}], "a question is JSON of 7, not of an object"),
        (
            [asked(0, question=[{}, "x"])],
            [{"id": "s0", "ground_truth": [{}]}],
            "the last message is 'x', not an object",
        ),
        ([asked(0, question=[{"role": "user"}])], [{"id": "s0", "ground_truth": [{}]}], "there is no 'content'"),
        ([{"id": "s0", "question": []}], [{"id": "s0", "ground_truth": [{}]}], "the line has no 'function'"),
    ],
    ids=["missing", "twice", "field", "json", "object", "message", "content", "function"],
)
def test_answers_that_do_not_fit_are_an_error(world: World, questions: Any, answers: Any, fault: str) -> None:
    write_bfcl(world, questions, answers)
    with pytest.raises(TableError, match=fault):
        list(benchmarks.bfcl())
