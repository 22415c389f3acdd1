"""`lock --check` of a whole project finds what was never locked; `show` and `list` say of gating what somebody said."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from recipes_data.cli.main import run
from recipes_data.mirror import Mirror
from tests.worlds import GSM8K, ROOT, Project

OWN = GSM8K.replace("name: gsm8k", "name: mine")
RECIPE = "name: train\ntitle: Train\nneeds:\n  - {dataset: mine, why: rows, priority: P1}\n"


def states(project: Project, *words: str, code: int) -> dict[str, str]:
    ran = project.run("lock", "--check", "--json", *words)
    assert ran.code == code, ran.err
    return {lock["name"]: lock["state"] for lock in ran.json["locks"]}


def test_the_check_of_a_project_names_what_was_never_locked(hub: Mirror, project: Project) -> None:
    (project.root / "manifests" / "datasets" / "gsm8k.yaml").unlink()
    project.write("mine", OWN)
    project.write("second", GSM8K.replace("name: gsm8k", "name: second"))
    assert states(project, code=3) == {"mine": "missing", "second": "missing"}
    assert project.run("lock", "mine", "--endpoint", hub.url).code == 0
    assert states(project, code=3) == {"mine": "fits", "second": "missing"}
    assert project.run("lock", "second", "--endpoint", hub.url).code == 0
    assert states(project, code=0) == {"mine": "fits", "second": "fits"}
    # what ships is asked for where a recipe of the project needs it
    (project.root / "manifests" / "recipes").mkdir()
    (project.root / "manifests" / "recipes" / "train.yaml").write_text(RECIPE.replace("mine", "gpqa"))
    assert states(project, code=3) == {"gpqa": "missing", "mine": "fits", "second": "fits"}


def test_the_check_of_this_checkout_asks_for_no_locks_of_all_that_ships(tmp_path: Path) -> None:
    home = {**os.environ, "RECIPES_DATA_HOME": str(tmp_path / "store"), "RECIPES_DATA_PROJECT": str(ROOT)}
    words = [sys.executable, "-m", "recipes_data", "lock", "--check", "--json"]
    done = subprocess.run(words, cwd=ROOT, env=home, capture_output=True, text=True, check=False)
    assert len(json.loads(done.stdout)["locks"]) < 10


def gating(name: str, capsys: pytest.CaptureFixture[str]) -> str | None:
    capsys.readouterr()
    assert run(["show", name, "--json"]) == 0
    said: str | None = json.loads(capsys.readouterr().out)["gated"]
    return said


def test_gating_is_what_a_hub_or_the_manifest_says_and_else_not_known(
    hub: Mirror, project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in project.environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.chdir(project.root)
    assert gating("gsm8k", capsys) is None
    assert run(["show", "gsm8k"]) == 0
    assert "gated" not in capsys.readouterr().out
    folder = Path(project.root.parent / "hub")
    assert run(["lock", "gsm8k", "--hub", str(folder)]) == 0
    assert gating("gsm8k", capsys) is None  # a folder says nothing of it
    assert run(["lock", "gsm8k", "--endpoint", hub.url]) == 0
    assert gating("gsm8k", capsys) == "no"
    project.write("other", GSM8K.replace("name: gsm8k", "name: other\ngated: manual"))
    assert gating("other", capsys) == "manual"
