"""Recipe manifests as needs: an access for each split, with file and line, pinned where the dataset's manifest is."""

from __future__ import annotations

from pathlib import Path

import pytest

from recipes_data.catalogue import read_catalogue
from recipes_data.gaps.evidence import Where
from recipes_data.gaps.needs import Needs
from recipes_data.gaps.recipes.manifests import needs_of_catalogue

COMMIT = "0123456789abcdef0123456789abcdef01234567"
DATASETS = {
    "sums": """\
name: sums
title: Sums
repo: org/sums
default_config: main
configs:
  main: {splits: {train: {files: main/train-*.parquet}, test: {files: main/test-*.parquet}}}
  hard: {splits: {test: {files: hard/*.parquet}}}
""",
    "words": f"""\
name: words
title: Words
repo: org/words
revision: "{COMMIT}"
evidence: counted in this test
from: card
""",
    "index": "name: index\ntitle: Index\nrepo: org/index\nfiles: [index.tar.xz]\n",
    "web": "name: web\ntitle: Web\nurl: https://example.org/data\nfiles: [a.txt]\n",
    "tok": "name: tok\ntitle: Tok\nrepo: org/tok\ntype: model\nfiles: [tokenizer.json]\n",
}
RECIPE = """\
name: rl
title: RL
needs:
  - {dataset: sums, splits: [test], why: evaluation, priority: P1}
  - {dataset: sums, config: hard, why: more of it, priority: P2}
  - {dataset: words, why: prompts, priority: P0}
  - {model: tok, files: [tokenizer.json], why: tokens, priority: P1}
  - {dataset: index, why: a search, priority: P1}
  - {dataset: web, why: more of it, priority: P1}
"""


@pytest.fixture
def needs(tmp_path: Path) -> Needs:
    (tmp_path / "datasets").mkdir()
    (tmp_path / "recipes").mkdir()
    for name, text in DATASETS.items():
        (tmp_path / "datasets" / f"{name}.yaml").write_text(text)
    (tmp_path / "recipes" / "rl.yaml").write_text(RECIPE)
    return needs_of_catalogue(read_catalogue([tmp_path]))


def test_every_need_is_an_access_with_its_line(needs: Needs) -> None:
    shown = [(a.repo_type, a.repo, a.config, a.split, a.files, str(a.where)) for a in needs.accesses]
    assert shown == [
        ("dataset", "org/sums", "main", "test", ("main/test-*.parquet",), "recipes/rl.yaml:4"),
        ("dataset", "org/sums", "hard", "test", ("hard/*.parquet",), "recipes/rl.yaml:5"),
        ("dataset", "org/words", None, None, (), "recipes/rl.yaml:6"),
        ("model", "org/tok", None, None, ("tokenizer.json",), "recipes/rl.yaml:7"),
        ("dataset", "org/index", None, None, ("index.tar.xz",), "recipes/rl.yaml:8"),  # `web` asks nothing of a Hub
    ]


def test_a_pinned_dataset_needs_its_revision_to_be_passed(needs: Needs) -> None:
    assert [access.pinned for access in needs.accesses] == [False, False, True, False, False]
    assert "libraries.load_dataset_revision" in needs.accesses[2].operations
    assert "libraries.load_dataset_revision" not in needs.accesses[0].operations


def test_a_recipe_is_as_urgent_as_its_most_urgent_need(needs: Needs) -> None:
    (recipe,) = needs.recipes
    assert (recipe.name, recipe.priority, recipe.accesses) == ("rl", "P0", (0, 1, 2, 3, 4))
    assert recipe.where == Where("recipes/rl.yaml", 1)
    assert (needs.origin.kind, needs.origin.files, needs.origin.lines) == ("manifests", 1, 9)


def test_what_a_manifest_says_is_done_with_rows_is_said_in_its_words(needs: Needs) -> None:
    said = [[(step.name, str(step), step.where) for step in access.preprocessing] for access in needs.accesses]
    assert said[0] == [("stated", "evaluation", needs.accesses[0].where)]
    assert all(not steps for steps, access in zip(said, needs.accesses, strict=True) if access.repo_type == "model")
