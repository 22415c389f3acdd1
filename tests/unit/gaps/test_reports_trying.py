"""Examples that were really run: what ran passed or failed and says why, and the tick counts what was run."""

from __future__ import annotations

import dataclasses
import os
import re
from pathlib import Path

import pytest

from recipes_data.gaps.analysis import Analysis, ExampleRun
from recipes_data.gaps.evidence import Where
from recipes_data.gaps.inventory import Argument, Function
from recipes_data.gaps.levels import Gap, State
from recipes_data.gaps.reports.checklist import checklist
from recipes_data.gaps.reports.examples import examples_of
from recipes_data.gaps.reports.facts import facts_of
from recipes_data.gaps.reports.pages import pages_of
from recipes_data.gaps.reports.parity import parity_of
from recipes_data.gaps.reports.trying import run_examples, stage_of
from tests.unit.gaps.example_analysis import example
from tests.unit.gaps.example_clients import ELIXIR_INVENTORY, PYTHON_INVENTORY

SMALL = """
import json, os, urllib.error, urllib.request


class RepositoryNotFoundError(Exception):
    pass


def list_files(repo_id):
    asked = urllib.request.Request(
        f"{os.environ['HF_ENDPOINT']}/api/datasets/{repo_id}/tree/main?recursive=true",
        headers={"Authorization": "Bearer " + os.environ["HF_TOKEN"]},
    )
    try:
        with urllib.request.urlopen(asked) as answer:
            return [one["path"] for one in json.load(answer)]
    except urllib.error.HTTPError as error:
        BROKEN
        raise RepositoryNotFoundError(repo_id) from error
"""


def small(tmp_path: Path, broken: str = "pass") -> Analysis:
    """An analysis of one client, a package of one function that is there and never seen to work."""
    (tmp_path / "smallhub").mkdir()
    (tmp_path / "smallhub" / "__init__.py").write_text(SMALL.replace("BROKEN", broken), encoding="utf-8")
    function = Function(
        "smallhub.list_files", Where("smallhub/__init__.py", 9), (1, 1), arguments=(Argument("repo_id"),)
    )
    origin = dataclasses.replace(PYTHON_INVENTORY.origin, name="smallhub")
    inventory = dataclasses.replace(
        PYTHON_INVENTORY, origin=origin, functions=(function,), errors=("smallhub.RepositoryNotFoundError",)
    )
    state = State("smallhub", "datasets.files", "options", ("smallhub.list_files",))
    return dataclasses.replace(example(), inventories=(inventory,), states=(state,), gaps=(), consumers=())


@pytest.mark.parametrize(("broken", "passed"), [("pass", True), ("return []", False)])
def test_an_example_is_run_against_a_hub_that_has_what_it_names(tmp_path: Path, broken: str, passed: bool) -> None:
    analysis = small(tmp_path, broken)
    (run,) = run_examples(analysis, ["smallhub"], {"smallhub": tmp_path / "smallhub"}, os.environ)
    assert (run.operation, run.passed) == ("datasets.files", passed)
    assert ("DID NOT RAISE" in run.why) is not passed
    ran = dataclasses.replace(analysis, example_runs=(run,))
    (shown,) = examples_of(facts_of(ran), "smallhub")
    assert shown.checked == ("run-passed" if passed else "run-failed")
    assert f"*{shown.checked}*" in pages_of(ran)["TDD_EXAMPLES.md"]
    tick = next(one for one in checklist(facts_of(ran)) if one.what == "examples runnable")
    assert tick.done
    assert tick.why.startswith("1 of 1 run")


def test_a_failure_is_told_without_what_differs_from_run_to_run(tmp_path: Path) -> None:
    analysis = small(tmp_path)
    source = tmp_path / "smallhub" / "__init__.py"
    closed = SMALL.replace("    try:", "    raise RuntimeError('object at 0x7f00aabbccdd is closed')\n    try:")
    source.write_text(closed.replace("BROKEN", "pass"), encoding="utf-8")
    (run,) = run_examples(analysis, ["smallhub"], {"smallhub": tmp_path / "smallhub"}, os.environ)
    assert run.passed is False
    assert "RuntimeError: object at  is closed" in run.why


def test_a_failure_names_a_source_and_not_where_a_machine_keeps_it(tmp_path: Path) -> None:
    analysis = small(tmp_path)
    source = tmp_path / "smallhub" / "__init__.py"
    source.write_text(SMALL.replace("def list_files", "def list_others").replace("BROKEN", "pass"), encoding="utf-8")
    (run,) = run_examples(analysis, ["smallhub"], {"smallhub": tmp_path / "smallhub"}, os.environ)
    assert "cannot import name 'list_files' from 'smallhub' (__init__.py)" in run.why


def test_what_was_not_run_is_not_ticked_and_says_how_to_run_it(tmp_path: Path) -> None:
    analysis = small(tmp_path)
    tick = next(one for one in checklist(facts_of(analysis)) if one.what == "examples runnable")
    assert (tick.done, tick.why) == (False, "0 of 1 run (1 parsed and not run); in Python the text was only parsed")
    assert "`--probe` runs the examples of smallhub" in pages_of(analysis)["TDD_EXAMPLES.md"]
    assert run_examples(analysis, ["another"], {}, {}) == ()


def test_what_could_not_be_started_stays_parsed_with_the_reason(tmp_path: Path) -> None:
    run = ExampleRun("smallhub", "datasets.files", None, "pytest is not installed")
    (shown,) = examples_of(facts_of(dataclasses.replace(small(tmp_path), example_runs=(run,))), "smallhub")
    assert (shown.checked, shown.why) == ("parsed", "pytest is not installed")


def test_an_elixir_example_is_parsed_and_says_where_it_runs() -> None:
    page = pages_of(example())["TDD_EXAMPLES.md"].split("## hf_hub_ex (Elixir)")[1].split("###")[0]
    assert "run in the client's own project, by `mix test`" in page


def test_the_stage_has_the_file_the_split_and_the_commit(tmp_path: Path) -> None:
    (shown,) = examples_of(facts_of(small(tmp_path)), "smallhub")
    values = {"repo_id": "a/b", "repo_type": "dataset", "split": "test", "filename": "x.csv", "revision": "f" * 40}
    stage = stage_of(dataclasses.replace(shown, values=tuple(values.items())))
    assert set(stage.repositories["datasets/a/b"]) == {"README.md", "data/test.jsonl", "x.csv"}
    assert stage.refs == {"a/b": ["f" * 40]}


def fetch(*names: str) -> Analysis:
    """A client whose one function brings files of models, and takes no revision though recipes give one."""
    function = Function("Port.fetch", Where("lib/port.ex", 3), (3, 3), arguments=tuple(map(Argument, names)))
    inventory = dataclasses.replace(ELIXIR_INVENTORY, functions=(function,))
    client = inventory.origin.name
    state = State(client, "files.download", "wired", ("Port.fetch",), ("revision",))
    gap = Gap(client, "files.download", "P0", "wired", (), "Port.fetch lacks `revision`")
    return dataclasses.replace(
        example(), inventories=(PYTHON_INVENTORY, inventory), states=(state,), gaps=(gap,), consumers=()
    )


def test_a_missing_option_is_asked_for_and_a_name_behind_a_repository_is_a_files() -> None:
    analysis = fetch("kind", "id", "name")
    (shown,) = examples_of(facts_of(analysis), "hf_hub_ex")
    call = " ".join(shown.text.split())
    assert re.search(r'Port.fetch\( ?:dataset, "[^"]+", "[^"/]*\.\w+", revision: "\w+"', call), call
    rows = {row.parameter: (row.here, row.theirs) for row in parity_of(facts_of(analysis), "hf_hub_ex")}
    assert rows["filename"] == ("under another name", "name")
