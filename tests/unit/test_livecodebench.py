"""LiveCodeBench's problems: tests as lists, private ones on demand, windows of contest dates; rows stay as they are."""

from __future__ import annotations

import base64
import json
import os
import pickle
import zlib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from loaders import load
from loaders.livecodebench import Problems, livecodebench
from recipes_data.errors import NotFetchedError, TableError, UnknownNameError, UnsafeFileError, UsageError
from recipes_data.lockfile import LockedConfig, LockedSplit
from recipes_data.locks import write_lock
from recipes_data.places import find_places
from recipes_data.store import Store
from tests.unit.storehouse import jsonl_bytes, locked, make_lock, put, write_manifest
from tests.worlds import ROOT, Project

PUBLIC = [{"input": "1 2\n", "output": "3\n", "testtype": "stdin"}]
PRIVATE = [{"input": "[1]\n2", "output": "[3, 4]", "testtype": "functional"}]


def packed(value: Any) -> str:
    return base64.b64encode(zlib.compress(pickle.dumps(value))).decode()


def row(number: int, day: str, platform: str, difficulty: str, **changes: str) -> dict[str, str]:
    return {
        "question_title": f"Task {number}",
        "question_content": "Add the numbers.",
        "platform": platform,
        "question_id": f"task_{number}",
        "contest_id": f"contest_{number}",
        "contest_date": day,
        "starter_code": "",
        "difficulty": difficulty,
        "public_test_cases": json.dumps(PUBLIC),
        "private_test_cases": packed(json.dumps(PRIVATE)),
        "metadata": "{}",
        **changes,
    }


ROWS = [
    row(1, "2024-05-01T00:00:00", "leetcode", "easy", metadata='{"func_name": "add"}'),
    row(2, "2024-05-31T00:00:00", "atcoder", "hard", private_test_cases=" " + json.dumps(PRIVATE)),
    row(3, "2024-06-01T00:00:00", "leetcode", "medium"),
    row(4, "2024-06-01T14:30:00", "codeforces", "hard"),
    row(5, "2024-07-01T00:00:00", "atcoder", "easy"),
]


def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: list[dict[str, Any]]) -> None:
    """A project with the dataset `livecodebench`: release_v2 is two files, v2 the second of them."""
    for name in [name for name in os.environ if name.startswith(("RECIPES_DATA", "HF_", "XDG_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("RECIPES_DATA_HOME", str(tmp_path / "store"))
    root = tmp_path / "project"
    root.mkdir()
    (root / "recipes-data.toml").touch()
    monkeypatch.chdir(root)
    write_manifest(root / "manifests", "livecodebench")
    first, second = jsonl_bytes(rows[:3]), jsonl_bytes(rows[3:])
    for content in (first, second):
        put(Store(tmp_path / "store"), content)
    columns = tuple((name, "string") for name in rows[0])
    test = LockedSplit("test", ("test.jsonl", "test2.jsonl"), "jsonl", columns=columns)
    newest = LockedSplit("test", ("test2.jsonl",), "jsonl", columns=columns)
    lock = make_lock(
        [locked("test.jsonl", first, len(rows[:3])), locked("test2.jsonl", second, len(rows[3:]))],
        {},
        name="livecodebench",
        configs=(LockedConfig("release_v2", (test,)), LockedConfig("v2", (newest,))),
        default_config="v2",
    )
    write_lock(find_places().hub_locks, lock)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """ROWS, locked and stored."""
    make(tmp_path, monkeypatch, ROWS)


def ids(problems: Problems) -> list[str]:
    return [problem.question_id.removeprefix("task_") for problem in problems]


@pytest.mark.usefixtures("world")
def test_a_version_is_a_config_and_the_order_is_that_of_the_files() -> None:
    assert ids(livecodebench("release_v2")) == ["1", "2", "3", "4", "5"]
    assert ids(livecodebench("v2")) == ["4", "5"]
    with pytest.raises(UnknownNameError, match="release_v6"):
        livecodebench()
    with pytest.raises(UnknownNameError, match="release_latest"):
        livecodebench("release_latest")


@pytest.mark.usefixtures("world")
def test_tests_are_lists_and_private_ones_are_unpacked_from_either_form() -> None:
    problems = livecodebench("release_v2")
    assert [problem.public_test_cases for problem in problems] == [PUBLIC] * 5
    assert [problem.private_test_cases() for problem in problems] == [PRIVATE] * 5
    assert (problems[0].func_name, problems[0].metadata) == ("add", {"func_name": "add"})
    assert problems[-1].func_name is None
    assert isinstance(problems[1:3], Problems)
    assert ids(problems[1:3]) == ["2", "3"]
    assert "task_2" in repr(problems[1])
    assert "private" not in repr(problems[1])


@pytest.mark.usefixtures("world")
def test_raw_rows_are_unchanged() -> None:
    assert list(load("livecodebench/release_v2:test")) == ROWS
    assert list(livecodebench("release_v2").rows) == ROWS
    assert list(livecodebench("release_v2", platform="atcoder").rows) == [ROWS[1], ROWS[4]]


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("start", "end", "found"),
    [
        ("2024-05-31", "2024-06-01", ["2", "3"]),  # the contest at 14:30 is after midnight, as in lcb_runner
        ("2024-05-31", "2024-06-01T23:59:59", ["2", "3", "4"]),
        ("2024-06-01", None, ["3", "4", "5"]),
        (None, "2024-05-01", ["1"]),
        (date(2024, 5, 1), date(2024, 5, 31), ["1", "2"]),
        (datetime.fromisoformat("2024-06-01T14:30"), datetime.fromisoformat("2024-06-01T14:30"), ["4"]),
        (datetime.fromisoformat("2024-06-01T14:31"), None, ["5"]),
        (None, None, ["1", "2", "3", "4", "5"]),
    ],
)
def test_both_ends_of_a_window_belong_to_it_and_a_day_is_its_midnight(start: Any, end: Any, found: list[str]) -> None:
    problems = livecodebench("release_v2", start=start, end=end)
    assert ids(problems) == found
    # what the runner of LiveCodeBench does with the same window
    since = datetime.fromisoformat(str(start or "0001-01-01"))
    until = datetime.fromisoformat(str(end or "9999-12-31"))
    theirs = [r for r in ROWS if since <= datetime.fromisoformat(r["contest_date"])]
    theirs = [r for r in theirs if datetime.fromisoformat(r["contest_date"]) <= until]
    assert list(problems.rows) == theirs


@pytest.mark.usefixtures("world")
def test_platform_and_difficulty_are_one_or_several() -> None:
    assert ids(livecodebench("release_v2", platform="leetcode")) == ["1", "3"]
    assert ids(livecodebench("release_v2", platform=["leetcode", "codeforces"], difficulty={"hard", "easy"})) == [
        "1",
        "4",
    ]
    assert ids(livecodebench("release_v2", start="2024-06-01", platform="atcoder", difficulty="easy")) == ["5"]


@pytest.mark.usefixtures("world")
def test_what_selects_nothing_says_what_there_is() -> None:
    there = (
        "there is: contest dates 2024-05-01T00:00:00 to 2024-07-01T00:00:00; "
        "platform atcoder, codeforces, leetcode; difficulty easy, hard, medium"
    )
    for wanted in ({"platform": "LeetCode"}, {"start": "2030-01-01"}, {"platform": "codeforces", "difficulty": "easy"}):
        with pytest.raises(UsageError) as caught:
            livecodebench("release_v2", **wanted)  # type: ignore[arg-type]  # of several types
        assert caught.value.do == there


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("wanted", "what"),
    [
        ({"start": "May 2024"}, "start='May 2024' is no date"),
        ({"end": "2024-13-01"}, "is no date"),
        ({"start": "2024-06-02", "end": "2024-06-01"}, "ends before it starts"),
        ({"start": datetime(2024, 6, 1, tzinfo=UTC)}, "has a time zone"),
    ],
)
def test_a_window_that_is_none_is_refused(wanted: dict[str, Any], what: str) -> None:
    with pytest.raises(UsageError, match=what):
        livecodebench("release_v2", **wanted)


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"private_test_cases": packed(os.getcwd)}, UnsafeFileError),
        ({"private_test_cases": packed(PRIVATE)}, UnsafeFileError),
        ({"private_test_cases": packed("no json")}, TableError),
        ({"private_test_cases": packed("\ud800")}, TableError),
        ({"private_test_cases": packed("[" * 200_000)}, TableError),
        ({"private_test_cases": packed('{"input": "x"}')}, TableError),
        ({"private_test_cases": packed('[{"input": "x", "output": 1, "testtype": "stdin"}]')}, TableError),
        ({"private_test_cases": "[{}]"}, TableError),
        ({"private_test_cases": ""}, TableError),
    ],
)
def test_private_tests_that_are_none_name_the_problem_and_cost_only_who_asks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changes: dict[str, str], what: type[Exception]
) -> None:
    make(tmp_path, monkeypatch, [*ROWS[:4], {**ROWS[4], **changes}])
    problems = livecodebench("v2")
    assert problems[1].public_test_cases == PUBLIC
    with pytest.raises(what, match="task_5, private_test_cases"):
        problems[1].private_test_cases()


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"public_test_cases": "no json"}, "task_5, public_test_cases: not JSON"),
        ({"public_test_cases": "{}"}, "task_5, public_test_cases: dict, not a list of tests"),
        ({"metadata": "[]"}, "task_5, metadata: list, not an object"),
        ({"metadata": None}, "task_5, metadata: nothing"),
    ],
)
def test_a_row_that_is_no_problem_is_refused_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any], what: str
) -> None:
    make(tmp_path, monkeypatch, [*ROWS[:4], {**ROWS[4], **changes}])
    with pytest.raises(TableError, match=what):
        livecodebench("v2")[1]


def test_a_contest_date_is_looked_at_only_where_a_window_asks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, monkeypatch, [*ROWS[:4], {**ROWS[4], "contest_date": "soon"}])
    assert livecodebench("v2", difficulty="easy")[0].contest_date == "soon"
    with pytest.raises(TableError, match="task_5, contest_date: 'soon' is no date"):
        livecodebench("v2", start="2024-01-01")


@pytest.mark.usefixtures("world")
def test_another_dataset_is_not_taken_for_livecodebench(tmp_path: Path) -> None:
    content = jsonl_bytes([{"text": "x"}])
    put(Store(tmp_path / "store"), content)
    split = LockedSplit("test", ("x.jsonl",), "jsonl", columns=(("text", "string"),))
    lock = make_lock([locked("x.jsonl", content, 1)], {}, configs=(LockedConfig("v2", (split,)),))
    write_manifest(tmp_path / "project" / "manifests", "toy")
    write_lock(find_places().hub_locks, lock)
    with pytest.raises(UsageError, match="no text column 'question_title'"):
        livecodebench("v2", name="toy")
    write_manifest(tmp_path / "project" / "manifests", "other")
    with pytest.raises(NotFetchedError):
        livecodebench("v2", name="other")


def test_the_samples_by_the_whole_way_have_tests_that_their_solutions_made(tmp_path: Path) -> None:
    project = Project.make(tmp_path)
    ran = project.run("demo", "--store", str(tmp_path / "demo"))
    assert ran.code == 0, ran.err
    problems = livecodebench(sample=True, store=tmp_path / "demo")
    assert len(problems) == 19
    assert len(livecodebench("v6", sample=True, store=tmp_path / "demo")) == 2
    kinds = {test["testtype"] for problem in problems for test in problem.private_test_cases()}
    assert kinds == {"stdin", "functional"}
    last = problems[-1]
    assert (last.question_title, last.func_name) == ("Balanced", None)
    assert [test["output"] for test in last.private_test_cases()] == ["NO\n", "YES\n", "NO\n"]
    window = livecodebench(sample=True, store=tmp_path / "demo", end="2024-01-27")
    assert [problem.contest_date for problem in window] == ["2024-01-13T00:00:00", "2024-01-27T00:00:00"]
    told = project.python(
        "import sys\nfrom loaders.livecodebench import livecodebench\n"
        f"print(len(livecodebench('v6', sample=True, store={str(tmp_path / 'demo')!r})))\n"
        "print(sorted({'pyarrow', 'numpy', 'polars'} & set(sys.modules)))",
        PYTHONPATH=str(ROOT),
    )
    assert told.out == "2\n[]\n", told.err
