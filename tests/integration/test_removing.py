"""`remove`: what goes with a manifest, and what keeps it from going."""

from __future__ import annotations

from pathlib import Path

import pytest

from loaders import load
from recipes_data.adding import plan_removal, remove
from recipes_data.catalogue import read_catalogue
from recipes_data.errors import RecipesDataError
from recipes_data.locks import lock_path
from recipes_data.places import find_places
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


def test_what_was_fetched_by_a_name_that_ships_stays_locked_when_a_manifest_over_it_goes(project: Project) -> None:
    path = project.write("gsm8k", GSM8K)
    folder_locks = find_places(project=project.root, store=project.store, environ={}).folder_locks
    for folder in (project.lock_folder, folder_locks):
        folder.mkdir(parents=True)
        lock_path(folder, "gsm8k").write_text("{}", encoding="utf-8")
    assert removed(project, "gsm8k") == [path, lock_path(project.lock_folder, "gsm8k")]
    assert lock_path(folder_locks, "gsm8k").exists()
