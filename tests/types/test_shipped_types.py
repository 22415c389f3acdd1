"""What ships types its rows: names, configs and splits, in mypy and in pyright's engine, for a program beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from recipes_data.stubs import shipped_stub
from tests.types.checkers import Says, mypy_says, pyright_says, revealed
from tests.worlds import ROOT

PROGRAM = """\
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loaders import Rows, concatenate, load, load_dataset

if TYPE_CHECKING:
    from loaders.known import Gsm8kRow


def first(rows: Rows[Gsm8kRow]) -> str:
    return rows[0]["answer"]


def anything(rows: Rows) -> Any:
    return rows[0]["whatever"]


train = load("gsm8k", split="train")
reveal_type(train)  # Rows[Gsm8kRow]
reveal_type(train[0]["answer"])  # str
reveal_type(train.shuffle(seed=0)[:8].batches(2)[0][0]["question"])  # str
reveal_type([row["question"] for row in train.filter(lambda row: "7" in row["answer"])])  # list[str]
train[0]["anwser"]  # wrong
first(train)
anything(train)
reveal_type(load("gsm8k:test")[0]["answer"])  # str
reveal_type(load("gsm8k", "socratic", split="test")[0]["answer"])  # str
reveal_type(load("gsm8k/socratic:test", rows=3).take(2)[0]["answer"])  # str
reveal_type(load("gsm8k", split="train", stream=True))  # Stream[Gsm8kRow]
reveal_type([row["answer"] for row in load("gsm8k", split="train", stream=True).shuffle(0)])  # list[str]
reveal_type(load("tulu3", split="train")[0]["messages"][0]["role"])  # str
reveal_type(load("mmlu_pro", split="test")[0]["options"])  # list[str]
reveal_type(load("mmlu/anatomy:test")[0])  # dict[str, Any]
reveal_type(load("mine", split="train")[0])  # dict[str, Any]
reveal_type(load("gsm8k", split="train", manifests="other")[0])  # dict[str, Any]
reveal_type(load_dataset("openai/gsm8k", "main", split="train")[0]["answer"])  # str
reveal_type(load_dataset("openai/gsm8k", name="main")["test"][0]["answer"])  # str
reveal_type(load_dataset("openai/gsm8k", "main", split="train", streaming=True))  # Stream[Gsm8kRow]
reveal_type(load_dataset("openai/gsm8k", "main", split="train[:10%]")[0])  # dict[str, Any]
reveal_type(load_dataset("someone/else", split="train")[0])  # dict[str, Any]
reveal_type(concatenate([train, load("gsm8k:test")])[0]["answer"])  # str
reveal_type(train.rename_column("answer", "solution")[0])  # dict[str, Any]
reveal_type(train.map(lambda row: {"n": len(row["answer"])})[0])  # dict[str, Any]
"""

SETTINGS = """\
[tool.mypy]
strict = true

[tool.basedpyright]
typeCheckingMode = "standard"
"""


def expected(program: str) -> list[tuple[str, str]]:
    """The lines that end in a comment, and the type in it; a wrong line has any error."""
    marked = [line.strip() for line in program.splitlines() if "  # " in line]
    return [(line, line.rpartition("  # ")[2]) for line in marked]


@pytest.mark.parametrize("says", [mypy_says, pyright_says])
def test_a_name_a_config_and_a_split_say_what_a_row_is(tmp_path: Path, says: Says) -> None:
    # a type checker's first run reads all of the library's own stubs: some seconds
    (tmp_path / "program.py").write_text(PROGRAM, encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text(SETTINGS, encoding="utf-8")
    found = revealed(PROGRAM, says(tmp_path))
    told = [(line, "wrong" if text.startswith("error: ") else text) for line, text in found]
    assert told == expected(PROGRAM), found


def test_the_stub_that_ships_is_that_of_the_manifests() -> None:
    shipped = (ROOT / "loaders" / "known.pyi").read_text(encoding="utf-8")
    assert shipped == shipped_stub(), "run: python -m recipes_data.stubs loaders/known.pyi"
