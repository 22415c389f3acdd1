"""The example notebook: its cells run, in order, on the sample data, and it keeps nothing of the machine it ran on."""

from __future__ import annotations

import ast
import json
import os
from pathlib import Path
from typing import Any

import pytest

from loaders import Records, Rows, Splits, load, load_dataset, records
from loaders.shapes import Drop, Problem
from recipes_data.cli.main import run
from recipes_data.cli.screen import Screen
from recipes_data.mirror import Mirror
from tests.worlds import GSM8K, ROOT, write_sums

NOTEBOOK = ROOT / "docs" / "notebooks" / "first_rows.ipynb"


def cells() -> list[str]:
    document = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    return ["".join(cell["source"]) for cell in document["cells"] if cell["cell_type"] == "code"]


def test_every_cell_of_the_notebook_runs_and_shows_what_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # the demo is a real run of fetch against a served folder: some two seconds
    for name in [name for name in os.environ if name.startswith("RECIPES_DATA_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("RECIPES_DATA_HOME", str(tmp_path / "store"))
    monkeypatch.chdir(tmp_path)
    world: dict[str, Any] = {}
    shown: list[Any] = []
    for cell in cells():
        *body, last = ast.parse(cell).body
        exec(compile(ast.Module(body, []), "cell", "exec"), world)
        if isinstance(last, ast.Expr):
            shown.append(eval(compile(ast.Expression(last.value), "cell", "eval"), world))
        else:
            exec(compile(ast.Module([last], []), "cell", "exec"), world)
    assert (tmp_path / "store-demo").is_dir()
    kinds = [type(one) for one in shown if hasattr(one, "_repr_html_")]
    assert kinds == [Rows, Splits, Records]
    assert world["train"][0]["answer"] in shown
    assert (8, 2) in shown
    assert str(world["problems"].report) == "24 rows, 24 records"
    assert (world["proof"]["rows"]["train"]["digest"], 4) in shown


def test_the_notebook_keeps_no_output_and_no_path_of_a_machine() -> None:
    text = NOTEBOOK.read_text(encoding="utf-8")
    document = json.loads(text)
    assert all(cell.get("outputs", []) == [] for cell in document["cells"])
    assert all(cell.get("execution_count") is None for cell in document["cells"])
    assert not [word for word in ("/home/", "/root", "/tmp", "/Users/", "C:\\") if word in text]


def test_the_notebook_runs_in_a_real_kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reason = "a kernel comes with nbclient and ipykernel; the cells are run as programs above"
    nbclient = pytest.importorskip("nbclient", reason=reason)
    pytest.importorskip("ipykernel", reason=reason)
    nbformat = pytest.importorskip("nbformat", reason=reason)
    monkeypatch.setenv("RECIPES_DATA_HOME", str(tmp_path / "store"))
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbclient.NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()
    pages = [out["data"] for cell in notebook.cells for out in cell.get("outputs", []) if "data" in out]
    assert sum("text/html" in page for page in pages) == 3
    streams = [out["text"] for cell in notebook.cells for out in cell.get("outputs", []) if "text" in out]
    assert not [text for text in streams if any(character < " " and character != "\n" for character in text)]


@pytest.fixture
def fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project in which the split `train` of `gsm8k` is fetched, and `test` is not."""
    folder = tmp_path / "work"
    (folder / "manifests" / "datasets").mkdir(parents=True)
    (folder / "recipes-data.toml").write_text("", encoding="utf-8")
    (folder / "manifests" / "datasets" / "gsm8k.yaml").write_text(GSM8K, encoding="utf-8")
    for name in [name for name in os.environ if name.startswith(("RECIPES_DATA", "HF_"))]:
        monkeypatch.delenv(name)
    monkeypatch.delenv("CI", raising=False)  # there a missing lock is no lock to be made
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("RECIPES_DATA_HOME", str(tmp_path / "store"))
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.chdir(folder)
    write_sums(tmp_path / "hub")
    with Mirror(tmp_path / "hub") as mirror:
        monkeypatch.setenv("HF_ENDPOINT", mirror.url)
        assert run(["fetch", "gsm8k:train", "-q"]) == 0
    return folder


def test_records_show_their_first_five_without_a_run_over_all(fetched: Path) -> None:
    seen = []

    def problem(row: dict[str, Any]) -> Any:
        seen.append(row)
        if row["question"].endswith("0 + 0?"):
            return Drop("too <easy>")
        return {"problem": row["question"], "answer": row["answer"].rpartition("#### ")[2]}

    made = records(load("gsm8k", split="train"), Problem, problem)
    page = made._repr_html_()
    assert len(seen) == 5
    assert "dropped rows not counted yet" in page
    assert "<th>problem<br><small>str</small></th><th>answer" in page
    assert page.count("<tr>") == 1 + 4
    assert len(made) == 49
    known = made._repr_html_()
    assert "45 more rows" in known
    assert "1 dropped: too &lt;easy&gt;" in known


def test_splits_say_which_are_there_and_a_stream_its_columns_without_a_row(fetched: Path) -> None:
    page = load_dataset("org/sums", "main")._repr_html_()
    assert "<td>train</td><td>50</td><td>question, answer</td>" in page
    assert "<td>test</td><td>not fetched</td>" in page
    stream = load("gsm8k", split="train", stream=True)._repr_html_()
    assert "<td>question</td><td>string</td>" in stream
    assert "How much" not in stream
    streams = load_dataset("org/sums", "main", streaming=True)._repr_html_()
    assert streams.count("<td>streamed</td>") == 2


def test_a_command_that_a_notebook_starts_prints_no_control_characters(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Terminal:
        def isatty(self) -> bool:
            return True

    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.delenv("JPY_PARENT_PID", raising=False)
    stream: Any = Terminal()
    assert Screen().paint("done", "good", stream) == "\x1b[32mdone\x1b[0m"
    monkeypatch.setenv("JPY_PARENT_PID", "4711")
    assert Screen().paint("done", "good", stream) == "done"
