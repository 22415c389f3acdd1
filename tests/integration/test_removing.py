"""`remove`: what goes with a manifest, and what keeps it from going."""

from __future__ import annotations

from pathlib import Path

import pytest

from loaders import load
from recipes_data.adding import plan_removal, remove
from recipes_data.catalogue import read_catalogue
from recipes_data.errors import RecipesDataError, UsageError
from recipes_data.locks import lock_path
from recipes_data.places import find_places, packaged_catalogue
from tests.worlds import GSM8K, Project, write_sums


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project.make(tmp_path)


def removed(project: Project, name: str) -> list[Path]:
    """What `recipes-data remove NAME` deletes, deleted."""
    places = find_places(project=project.root, store=project.store, environ={})
    folder, locks, folder_locks = places.catalogues[0], places.hub_locks, places.folder_locks
    return remove(plan_removal(name, read_catalogue(places.catalogues), folder, locks, folder_locks))


def test_the_lock_of_a_served_folder_goes_with_the_manifest(tmp_path: Path, project: Project) -> None:
    write_sums(tmp_path / "hub")
    for words in (["add", "org/sums"], ["fetch", "sums"]):
        assert project.run(*words, "--hub", str(tmp_path / "hub")).code == 0
    assert len(load("sums", split="train", project=project.root, store=project.store)) == 50
    folder_locks = find_places(project=project.root, store=project.store, environ={}).folder_locks
    assert removed(project, "sums") == [
        project.root / "manifests" / "datasets" / "sums.yaml",
        lock_path(folder_locks, "sums"),
    ]
    with pytest.raises(RecipesDataError, match="'sums'"):
        load("sums", split="train", project=project.root, store=project.store)


MINE = """\
name: mine
title: Mine
needs:
  - {dataset: gsm8k, config: main, splits: [mine], why: w, priority: P1}
"""


def test_a_manifest_over_a_shipped_one_stays_while_a_recipe_needs_what_the_shipped_one_lacks(project: Project) -> None:
    path = project.write("gsm8k", GSM8K.replace("      test: {", "      mine: {files: mine/*.parquet}\n      test: {"))
    recipe = project.root / "manifests" / "recipes" / "mine.yaml"
    recipe.parent.mkdir()
    recipe.write_text(MINE, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        removed(project, "gsm8k")
    assert f"{recipe}:4: needs[0]: gsm8k/main has no split 'mine'; it has: train, test" in caught.value.what
    assert path.exists()
    recipe.write_text(MINE.replace("[mine]", "[train]"), encoding="utf-8")
    assert removed(project, "gsm8k") == [path]
    read_catalogue([project.root / "manifests", packaged_catalogue()])


def test_a_recipe_over_a_shipped_one_stays_while_the_shipped_one_needs_what_is_not_here(tmp_path: Path) -> None:
    near, far = tmp_path / "near", tmp_path / "far"
    dataset = "name: d\ntitle: D\nrepo: org/d\nconfigs:\n  main: {splits: {SPLIT: {files: a}}}\n"
    wish = "name: r\ntitle: R\nneeds:\n  - {dataset: d, config: main, splits: [SPLIT], why: w, priority: P1}\n"
    for folder, split in ((near, "mine"), (far, "train")):
        for kind, name, text in (("datasets", "d", dataset), ("recipes", "r", wish)):
            (folder / kind).mkdir(parents=True)
            (folder / kind / f"{name}.yaml").write_text(text.replace("SPLIT", split), encoding="utf-8")
    catalogue = read_catalogue([near, far])
    for name in ("r", "d"):
        with pytest.raises(UsageError, match=r"needs\[0\]: d/main has no split '(train|mine)'"):
            plan_removal(name, catalogue, near, near / "locks", tmp_path / "locks")


def test_what_was_fetched_by_a_name_that_ships_stays_locked_when_a_manifest_over_it_goes(project: Project) -> None:
    path = project.write("gsm8k", GSM8K)
    folder_locks = find_places(project=project.root, store=project.store, environ={}).folder_locks
    for folder in (project.lock_folder, folder_locks):
        folder.mkdir(parents=True)
        lock_path(folder, "gsm8k").write_text("{}", encoding="utf-8")
    assert removed(project, "gsm8k") == [path, lock_path(project.lock_folder, "gsm8k")]
    assert lock_path(folder_locks, "gsm8k").exists()
