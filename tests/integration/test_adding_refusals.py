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
from tests.worlds import Project, sums, write_jsonl, write_sums


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


@pytest.mark.parametrize("begun", [False, True])
def test_a_need_that_would_have_to_name_a_config_is_refused_before_anything_is_written(
    begun: bool, tmp_path: Path, project: Project
) -> None:
    repo = tmp_path / "hub" / "datasets" / "org" / "many"
    names = ("one", "two", "three")
    for name in names:
        write_jsonl(repo / name / "train.jsonl", sums(2))
    listed = "".join(
        f"- config_name: {name}\n  data_files:\n  - {{split: train, path: {name}/*.jsonl}}\n" for name in names
    )
    (repo / "README.md").write_text(f"---\nlicense: mit\nconfigs:\n{listed}---\n", encoding="utf-8")
    folder = project.root / "manifests"
    with Mirror(tmp_path / "hub") as mirror:
        if begun:
            added(mirror, project, "org/sums", Need("base"))
        before = {path: path.read_bytes() for path in folder.rglob("*.yaml")}
        with pytest.raises(UsageError, match="'many' has several configs and no default; name one of: ") as caught:
            added(mirror, project, "org/many", Need("base"))
        assert "--config NAME" in caught.value.do
        assert {path: path.read_bytes() for path in folder.rglob("*.yaml")} == before
        added(mirror, project, "org/many", Need("base"), configs=("two",))
    need = read_catalogue([folder]).recipe("base").needs[-1]
    assert (need.name, need.config) == ("many", "two")
