"""What `add` refuses so that nothing of a project is lost: names that are taken, files that appeared meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest

from recipes_data.adding import Need, add, draft
from recipes_data.catalogue import read_catalogue
from recipes_data.describing import Asking
from recipes_data.errors import UsageError
from recipes_data.mirror import Mirror
from tests.additions import added, opener
from tests.worlds import Project, write_sums


@pytest.fixture
def project(tmp_path: Path) -> Project:
    write_sums(tmp_path / "hub")
    return Project.make(tmp_path)


def test_a_manifest_that_appeared_meanwhile_is_not_written_over(tmp_path: Path, project: Project) -> None:
    folder = project.root / "manifests"
    with Mirror(tmp_path / "hub") as mirror:
        way = opener(mirror)
        made = draft(way(), Asking("org/sums", "sums"), read_catalogue([folder]), folder, Need("mine"))
        way.close()
    made.path.write_text("# somebody else's\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"sums\.yaml is there already"):
        add(made)
    assert made.path.read_text(encoding="utf-8") == "# somebody else's\n"
    assert not (folder / "recipes").exists()


def test_a_recipe_is_not_called_as_the_dataset_that_it_is_to_need(tmp_path: Path, project: Project) -> None:
    with Mirror(tmp_path / "hub") as mirror, pytest.raises(UsageError, match="'sums' is the name of a dataset"):
        added(mirror, project, "org/sums", Need("sums"))
    assert read_catalogue([project.root / "manifests"]).datasets == {}
