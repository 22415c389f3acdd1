"""Harbor's tasks, from folders of the shape that its command leaves, against what harbor_rl reads of them."""

from __future__ import annotations

import os
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest

from loaders import harbor
from recipes_data.errors import NotFetchedError, TableError, UnsafeFileError

DATASET = "terminal-bench-2.0/terminal-bench"
TOML = 'version = "1.0"\n[metadata]\ndifficulty = "hard"\n[agent]\ntimeout_sec = 900.0\n'


def write(folder: Path, files: dict[str, str | bytes]) -> None:
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content.encode() if isinstance(content, str) else content)


def task(name: str) -> dict[str, str | bytes]:
    """A task as the recipe's README draws it."""
    return {
        "instruction.md": f"<!-- canary GUID -->\r\nDo {name}: é\n",
        "task.toml": TOML,
        "environment/Dockerfile": "FROM debian\n",
        "environment/data/x.bin": b"\xff\x00\x01",
        "environment/run.py": "print()\r\n",
        "tests/test.sh": "#!/bin/bash\necho 1 > /logs/verifier/reward.txt\n",
        "tests/repo/expected.txt": f"{name}\n",
        "solution/solve.sh": "echo the answer\n",
        "README.md": "for people\n",
    }


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home whose cache has three tasks, and a file beside them; the folder of the tasks."""
    monkeypatch.setenv("HOME", str(tmp_path))
    folder = tmp_path / ".cache" / "harbor" / "tasks" / DATASET
    for name in ("zip-it", "Build", "a-b"):
        write(folder / name, task(name))
    (folder / "index.json").write_text("{}")
    return folder


def restated(folder: Path) -> list[dict[str, Any]]:
    """load_harbor_tasks, and the files that its environment and its grader take of a task, by `rglob`."""
    found = []
    for place in sorted(each for each in folder.iterdir() if each.is_dir()):
        parts = {
            part: {
                path.relative_to(place / part).as_posix(): path.read_bytes()
                for path in sorted((place / part).rglob("*"))
                if path.is_file()
            }
            for part in ("environment", "tests")
        }
        found.append(
            {
                "name": place.name,
                "instruction": (place / "instruction.md").read_text("utf-8"),
                "config": tomllib.loads((place / "task.toml").read_text("utf-8")),
                **parts,
            }
        )
    return sorted(found, key=lambda each: str(each["name"]))


def raw(files: dict[str, str | bytes]) -> dict[str, bytes]:
    return {path: content.encode() if isinstance(content, str) else content for path, content in files.items()}


def test_tasks_are_those_that_the_recipe_loads_with_what_it_takes_of_each(home: Path) -> None:
    found = harbor.tasks()
    assert (len(found), found.folder) == (3, home)
    for ours, theirs in zip(found, restated(home), strict=True):
        assert (ours["name"], ours["instruction"]) == (theirs["name"], theirs["instruction"])
        assert raw(ours["files"]) == {f"environment/{path}": held for path, held in theirs["environment"].items()}
        assert raw(ours["config"]["tests"]) == theirs["tests"]
        assert ours["config"]["task"] == theirs["config"]
        assert ours["config"]["task_dir"] == str(home / theirs["name"])
        assert ours["config"]["left_out"] == ["README.md", "solution"]
    assert [each["name"] for each in found] == ["Build", "a-b", "zip-it"]
    assert found[0]["instruction"] == "<!-- canary GUID -->\nDo Build: é\n"
    assert found[0]["files"]["environment/data/x.bin"] == b"\xff\x00\x01"
    assert found[0]["files"]["environment/run.py"] == "print()\r\n"
    assert [each["name"] for each in found[1:]] == ["a-b", "zip-it"]
    assert found[-1] == list(found)[2]


def test_a_fingerprint_is_that_of_bytes_and_names_and_not_of_the_place(home: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "other" / "mine"
    shutil.copytree(home, elsewhere)
    first = harbor.tasks().fingerprint()
    again = harbor.tasks("mine", cache=tmp_path / "other")
    assert again.fingerprint() == first
    (elsewhere / "Build" / "solution" / "solve.sh").write_text("another\n")
    assert again.fingerprint() == first  # nobody reads it
    (elsewhere / "Build" / "tests" / "test.sh").write_text("exit 0\n")
    assert again.fingerprint() != first
    assert harbor.tasks()[:2].fingerprint() != first


def test_a_fingerprint_tells_names_and_borders_apart_whatever_they_are(tmp_path: Path) -> None:
    def printed(name: str, files: dict[str, str | bytes]) -> str:
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        write(folder / name, {**task("x"), **files})
        return harbor.tasks(folder.name, cache=tmp_path).fingerprint()

    several = [
        printed("one", {}),
        printed("two", {}),
        printed("one", {"tests/a": "x", "tests/b": "y"}),
        printed("one", {"tests/a": "xone/tests/b\0y"}),
        printed("one", {"tests/a": "xone/tests/b\01\0y"}),
        printed("one", {os.fsdecode(b"tests/\xff"): "x"}),
    ]
    assert len(set(several)) == len(several)


def test_an_instruction_has_the_line_ends_that_python_reads(home: Path) -> None:
    (home / "Build" / "instruction.md").write_bytes(b"a\r\nb\rc\n")
    assert harbor.tasks()[0]["instruction"] == (home / "Build" / "instruction.md").read_text() == "a\nb\nc\n"


def test_a_task_file_that_is_nested_too_deep_is_not_toml(home: Path) -> None:
    (home / "Build" / "task.toml").write_text("a = " + "[" * 100_000)
    with pytest.raises(TableError, match=r"task\.toml: not TOML"):
        harbor.tasks()[0]


def test_a_path_of_this_machine_is_no_name_of_harbors(tmp_path: Path) -> None:
    with pytest.raises(NotFetchedError) as caught:
        harbor.tasks(str(tmp_path / "tasks-2.0"))
    assert "NAME@VERSION" in caught.value.do
    with pytest.raises(NotFetchedError) as caught:
        harbor.tasks("/tasks-2.0")
    assert "NAME@VERSION" in caught.value.do


@pytest.mark.parametrize(
    ("dataset", "command"),
    [
        (DATASET, "uvx harbor datasets download terminal-bench@2.0 -o {root}/terminal-bench-2.0"),
        ("swebench-verified-1.0/swebench-verified", "harbor datasets download swebench-verified@1.0 -o {root}/swe"),
        ("mine", "uvx harbor datasets download NAME@VERSION -o FOLDER"),
        ("/nowhere/at-all", "uvx harbor datasets download NAME@VERSION -o FOLDER"),
    ],
)
def test_a_folder_that_is_not_there_names_the_command_that_brings_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dataset: str, command: str
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    root = tmp_path / ".cache" / "harbor" / "tasks"
    with pytest.raises(NotFetchedError) as caught:
        harbor.tasks(dataset)
    assert f"not from the Hub; there is no folder {root / dataset}" in caught.value.what
    assert command.format(root=root) in caught.value.do


def test_a_folder_above_the_tasks_names_the_one_that_has_them(home: Path) -> None:
    with pytest.raises(TableError, match="has no tasks, but folders of tasks: terminal-bench") as caught:
        harbor.tasks("terminal-bench-2.0")  # what the distillation asks for
    assert caught.value.do == f"harbor.tasks({DATASET!r})"


def test_a_folder_without_folders_has_no_tasks(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    with pytest.raises(TableError, match="has no folders, so no tasks"):
        harbor.tasks("mine", cache=tmp_path)


def test_what_tasks_lack_is_said_of_all_of_them_at_once(home: Path) -> None:
    (home / "Build" / "tests" / "test.sh").unlink()
    (home / "a-b" / "instruction.md").unlink()
    (home / "a-b" / "environment" / "Dockerfile").unlink()
    with pytest.raises(TableError) as caught:
        harbor.tasks()
    assert caught.value.what.splitlines() == [
        f"{home}/Build has no tests/test.sh",
        f"{home}/a-b has no instruction.md",
        f"{home}/a-b has no environment/Dockerfile",
    ]
    for number in range(6):
        (home / f"empty-{number}").mkdir()
    with pytest.raises(TableError, match="and 17 more"):
        harbor.tasks()


@pytest.mark.parametrize(
    ("path", "content", "fault"),
    [
        ("task.toml", b"= 1", "Build/task.toml: not TOML"),
        ("task.toml", b"a = '\xff'", "Build/task.toml is not UTF-8, at byte 6"),
        ("instruction.md", b"\xff", "Build/instruction.md is not UTF-8, at byte 1"),
        ("instruction.md", b"", "'instruction' is empty"),
    ],
)
def test_a_task_that_cannot_be_read_is_an_error_when_it_is_asked_for(
    home: Path, path: str, content: bytes, fault: str
) -> None:
    (home / "Build" / path).write_bytes(content)
    found = harbor.tasks()
    assert found[1]["name"] == "a-b"
    with pytest.raises(TableError, match=fault):
        found[0]


def test_a_link_is_followed_within_the_task_and_nowhere_else(home: Path, tmp_path: Path) -> None:
    place = home / "Build" / "environment"
    (place / "same").symlink_to("data/x.bin")
    (place / "gone").symlink_to("nothing")
    (place / "folder").symlink_to("data")
    found = harbor.tasks()[0]
    assert found["files"]["environment/same"] == b"\xff\x00\x01"
    assert found["config"]["left_out"] == ["README.md", "environment/folder", "environment/gone", "solution"]
    (tmp_path / "secret").write_text("key")
    (place / "out").symlink_to(tmp_path / "secret")
    with pytest.raises(UnsafeFileError, match="environment/out is a link that leads out of its task"):
        harbor.tasks()[0]
    (place / "out").unlink()
    (place / "round").symlink_to("round")
    with pytest.raises(TableError, match="environment/round cannot be read"):
        harbor.tasks()[0]


def test_tests_behind_a_link_are_not_taken_for_none(home: Path) -> None:
    os.rename(home / "Build" / "tests", home / "Build" / "kept")
    (home / "Build" / "tests").symlink_to("kept")
    with pytest.raises(TableError, match=r"Build/tests/test\.sh lies behind a link to a folder"):
        harbor.tasks()[0]


def test_a_task_of_too_many_bytes_is_refused(home: Path) -> None:
    (home / "Build" / "environment" / "big").write_bytes(b"x" * 5000)
    with pytest.raises(UnsafeFileError, match="Build has more than 5,000 bytes"):
        harbor.tasks(max_bytes=5000)[0]
    assert harbor.tasks(max_bytes=5000)[1]["name"] == "a-b"
    assert len(harbor.tasks(max_bytes=10_000)[0]["files"]["environment/big"]) == 5000
