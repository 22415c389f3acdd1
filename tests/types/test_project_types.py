"""`recipes-data types`: the rows of one's own project are typed in mypy and in pyright's engine, and CI can hold it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from recipes_data.cli.main import run
from recipes_data.mirror import Mirror
from tests.types.checkers import Says, mypy_says, pyright_says, revealed
from tests.worlds import write_jsonl, write_sums

MINE = """\
name: mine
title: Mine
repo: org/sums
configs:
  main:
    splits:
      train: {files: main/train-*.parquet}
      test: {files: main/test-*.parquet}
"""
LOGS = """\
name: logs
title: Logs
repo: org/logs
columns: {id: int64, made: "struct<by: string, tags: list<string>>"}
configs:
  default:
    splits:
      train: {files: train.jsonl}
"""
PROGRAM = """\
from __future__ import annotations

from typing import TYPE_CHECKING

from loaders import Rows, load, load_dataset, records
from loaders.shapes import Problem

if TYPE_CHECKING:
    from loaders.known import MineRow

rows = load("mine", split="train")
reveal_type(rows)  # Rows[MineRow]
reveal_type(rows[0]["answer"])  # str
rows[0]["solution"]  # wrong
reveal_type(load_dataset("org/sums", "main", split="test")[0]["question"])  # str
reveal_type(load("logs:train")[0]["made"]["tags"])  # list[str]
reveal_type(load("gsm8k", split="train")[0]["answer"])  # str
reveal_type(load("never heard of", split="train")[0])  # dict[str, Any]
reveal_type(records(rows, Problem, {"problem": "question"})[0]["answer"])  # str


def of(rows: Rows[MineRow]) -> str:
    return rows[0]["question"]


of(rows)
"""
SETTINGS = """\
[tool.recipes-data]

[tool.mypy]
strict = true
mypy_path = "typings"

[tool.basedpyright]
typeCheckingMode = "standard"
reportTypedDictNotRequiredAccess = "none"
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with two datasets of its own, of which one is locked and fetched."""
    folder = tmp_path / "work"
    (folder / "manifests" / "datasets").mkdir(parents=True)
    (folder / "pyproject.toml").write_text(SETTINGS, encoding="utf-8")
    (folder / "manifests" / "datasets" / "mine.yaml").write_text(MINE, encoding="utf-8")
    (folder / "manifests" / "datasets" / "logs.yaml").write_text(LOGS, encoding="utf-8")
    for name in [name for name in os.environ if name.startswith(("RECIPES_DATA", "HF_", "XDG_")) or name == "CI"]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("RECIPES_DATA_HOME", str(tmp_path / "store"))
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.chdir(folder)
    write_sums(tmp_path / "hub")
    write_jsonl(tmp_path / "hub" / "datasets" / "org" / "logs" / "train.jsonl", [{"id": 1, "made": {"by": "x"}}])
    with Mirror(tmp_path / "hub") as mirror:
        monkeypatch.setenv("HF_ENDPOINT", mirror.url)
        assert run(["fetch", "mine", "-q"]) == 0
    return folder


def stub(here: Path) -> str:
    return (here / "typings" / "loaders" / "known.pyi").read_text(encoding="utf-8")


@pytest.mark.parametrize("says", [mypy_says, pyright_says])
def test_rows_of_ones_own_are_typed_by_the_columns_of_their_lock(here: Path, says: Says) -> None:
    # a type checker's first run reads all of the library's own stubs: some seconds
    assert run(["types"]) == 0
    (here / "program.py").write_text(PROGRAM, encoding="utf-8")
    found = revealed(PROGRAM, says(here))
    told = [(line, "wrong" if text.startswith("error: ") else text) for line, text in found]
    marked = [line.strip() for line in PROGRAM.splitlines() if "  # " in line]
    assert told == [(line, line.rpartition("  # ")[2]) for line in marked], found


def test_types_say_what_they_wrote_and_then_nothing(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert run(["types"]) == 0
    said = capsys.readouterr()
    assert said.out.splitlines() == [str(here / "typings" / "loaders" / name) for name in ("__init__.pyi", "known.pyi")]
    assert "datasets with rows, the columns of" in said.err
    assert run(["types"]) == 0
    assert capsys.readouterr() == ("", "")
    assert 'MineRow = TypedDict("MineRow", {"question": str, "answer": str})' in stub(here)
    assert str(here.parent) not in stub(here)


def test_check_ends_with_3_until_the_stubs_are_current(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["types", "--check"]) == 3
    said = capsys.readouterr()
    assert "known.pyi: not what catalogue and locks say now" in said.err
    assert "-> recipes-data types" in said.err
    assert not (here / "typings").exists()
    assert run(["types"]) == 0
    assert run(["types", "--check"]) == 0
    before = stub(here)
    (here / "manifests" / "datasets" / "more.yaml").write_text(LOGS.replace("logs", "more"), encoding="utf-8")
    assert run(["types", "--check"]) == 3
    assert stub(here) == before
    assert run(["types"]) == 0
    assert '"more:train"' in stub(here)


def test_the_stubs_are_the_same_in_another_folder_and_with_another_store(
    here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(["types"]) == 0
    other = here.rename(tmp_path / "elsewhere")
    monkeypatch.setenv("RECIPES_DATA_HOME", str(tmp_path / "empty"))
    monkeypatch.chdir(other)
    assert run(["types", "--check"]) == 0
    assert run(["types", "--out", "more"]) == 0
    assert (other / "more" / "loaders" / "known.pyi").read_text(encoding="utf-8") == stub(other)


def test_what_another_made_is_not_written_over(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = here / "typings" / "loaders" / "__init__.pyi"
    own.parent.mkdir(parents=True)
    own.write_text("def load() -> None: ...\n", encoding="utf-8")
    assert run(["types"]) == 2
    assert "was not made by this command" in capsys.readouterr().err
    assert own.read_text(encoding="utf-8") == "def load() -> None: ...\n"
    assert [path.name for path in own.parent.iterdir()] == ["__init__.pyi"]


def test_without_a_project_a_folder_has_to_be_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in [name for name in os.environ if name.startswith("RECIPES_DATA")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("RECIPES_DATA_HOME", str(tmp_path / "store"))
    monkeypatch.chdir(tmp_path)
    assert run(["types"]) == 2
    assert "name a folder with --out" in capsys.readouterr().err
    assert run(["types", "--out", "typings", "-q"]) == 0
    assert (tmp_path / "typings" / "loaders" / "known.pyi").is_file()


def test_the_types_of_rows_cannot_be_imported_by_a_running_program() -> None:
    with pytest.raises(ImportError, match="import it under `if TYPE_CHECKING:`"):
        from loaders.known import Gsm8kRow  # noqa: F401
