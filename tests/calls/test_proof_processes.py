"""By real processes: a receipt of one machine proven on another, and after the Hub moved; and citations."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from recipes_data.mirror import Mirror
from tests.worlds import GSM8K, Project, write_sums

RUN = """
import json
from loaders import load_dataset, receipt
train = load_dataset("org/sums", name="main", split="train").shuffle(seed=0)
with open("state.json", "w") as file:
    json.dump({"epoch": 1, "data": receipt({"train": train})}, file)
"""
RECIPE = """\
name: a_recipe
title: A recipe
needs:
  - {dataset: gsm8k, config: main, splits: [train], why: to train, priority: P0}
"""


def elsewhere(folder: Path, project: Project) -> Project:
    """Another machine with the same manifests and locks, and nothing fetched."""
    folder.mkdir()
    other = Project.make(folder, gsm8k=GSM8K)
    shutil.copytree(project.lock_folder, other.lock_folder)
    shutil.copy(project.root / "state.json", other.root)
    return other


def test_a_receipt_is_proven_on_another_machine_and_not_after_the_lock_moved(
    hub: Mirror, project: Project, tmp_path: Path
) -> None:
    assert project.run("fetch", "gsm8k", "--endpoint", hub.url).code == 0
    assert project.python(RUN).err == ""
    there = elsewhere(tmp_path / "there", project)
    before = there.run("receipt", "verify", "state.json")
    assert before.code == 6
    assert "recipes-data fetch gsm8k" in before.err
    assert there.run("fetch", "gsm8k", "--locked", "--endpoint", hub.url).code == 0
    proven = there.run("receipt", "verify", "state.json")
    assert (proven.code, proven.err) == (0, "")
    assert "proven  train: 50 rows in this order, by their digest" in proven.out
    write_sums(tmp_path / "hub", train=50, test=21)  # upstream moves: the rows of train are the same
    with Mirror(tmp_path / "hub") as moved:
        assert there.run("lock", "gsm8k", "--upgrade", "--endpoint", moved.url).code == 0
        assert there.run("fetch", "gsm8k", "--endpoint", moved.url).code == 0
    after = there.run("receipt", "verify", "state.json", "--json")
    assert after.code == 3
    assert after.json["differences"][0]["what"].startswith("the lock moved: the receipt has commit")
    assert after.json["proven"] == [{"name": "train", "what": "50 rows in this order, by their digest"}]


@pytest.fixture
def locked(hub: Mirror, project: Project) -> Project:
    (project.root / "manifests" / "recipes").mkdir()
    (project.root / "manifests" / "recipes" / "a_recipe.yaml").write_text(RECIPE)
    assert project.run("fetch", "gsm8k", "--endpoint", hub.url).code == 0
    return project


def test_a_recipe_is_cited_with_what_is_known_and_a_note_of_what_is_not(locked: Project) -> None:
    commit = locked.lock("gsm8k")["commit"]
    said = locked.run("cite", "a_recipe")
    assert said.code == 0
    assert said.out.startswith(
        f"@misc{{gsm8k-{commit[:7]},\n"
        "  title = {{Sums}},\n"
        "  howpublished = {Hugging Face dataset org/sums},\n"
        "  url = {https://huggingface.co/datasets/org/sums},\n"
        f"  version = {{commit {commit}}},\n"
        "}\n\n"
        f"We use the split train (50 rows) of the config main of Sums (org/sums, commit {commit}, licence mit).\n"
    )
    assert "author" not in said.out
    assert "authors and year are not known here" in said.err
    document = locked.run("cite", "a_recipe", "gsm8k:test", "--json").json
    assert [split["name"] for split in document["citations"][0]["splits"]] == ["train", "test"]
    assert document["citations"][0]["splits"][1]["rows"] == 20
    assert "train (50 rows) and test (20 rows)" in document["sentence"]


def test_what_the_manifest_gives_is_cited_word_for_word_and_what_is_not_locked_says_so(project: Project) -> None:
    project.write(
        "gsm8k", GSM8K + 'cite: "@article{a, author = {A. B. & C}}"\nlicense: mit\ndoubt: "may be \'else\'"\n'
    )
    said = project.run("cite", "gsm8k", "--json").json["citations"][0]
    assert said["bibtex"] == "@article{a, author = {A. B. & C}}"
    assert said["commit"] is None
    assert said["sentence"] == "We use Sums (org/sums, licence mit)."
    assert said["notes"] == [
        "not locked, so no commit can be named: recipes-data lock gsm8k",
        "in doubt: may be 'else'",
    ]
    assert json.dumps(said)


def test_titles_are_written_as_bibtex_takes_them(project: Project) -> None:
    project.write("gsm8k", GSM8K.replace("title: Sums", "title: 'R&D_100% {x}'"))
    assert r"title = {{R\&D\_100\% \{x\}}}" in project.run("cite", "gsm8k").out
