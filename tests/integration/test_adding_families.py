"""`add` on one repository of each family: what it writes locks, fetches, and gives the rows that `datasets` gives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from loaders import load
from recipes_data.catalogue import read_catalogue
from recipes_data.errors import ManifestError, TableError
from recipes_data.mirror import Mirror
from tests.additions import added, fetched
from tests.repositories import REPOSITORIES, make
from tests.worlds import Project, files_left_open

# many configs (grouped), sounds, images, gzipped lines without a card, plain lines,
# a nested schema, splits of a script repository, JSON arrays
FAMILIES = ["mmlu", "eka_medical_asr", "stanford_cars", "hh_rlhf", "math_500", "deepcoder", "longbench_v2"]


def as_datasets_reads(folder: Path, cache: Path, config: str, split: str) -> list[dict[str, Any]]:
    import datasets

    with files_left_open():
        read = datasets.load_dataset(str(folder), config, split=split, cache_dir=str(cache))
    for column, feature in read.features.items():
        if isinstance(feature, (datasets.Audio, datasets.Image)):
            read = read.cast_column(column, type(feature)(decode=False))
    rows: list[dict[str, Any]] = read.to_list()
    return rows


@pytest.mark.parametrize("name", FAMILIES)
def test_a_family_comes_out_as_datasets_reads_it(name: str, tmp_path: Path) -> None:
    repo, _ = REPOSITORIES[name]
    make(name, tmp_path / "hub")
    project = Project.make(tmp_path)
    with Mirror(tmp_path / "hub") as mirror:
        made = added(mirror, project, repo, name=name)
        outcome = fetched(mirror, project, name)
    assert outcome.error is None, outcome.error
    configs = read_catalogue([project.root / "manifests"]).dataset(name).all_configs()
    compared = [(config, split) for config, spec in configs.items() for split in spec.splits]
    assert len(compared) == sum(len(config.splits) for config in made.draft.configs) > 0
    for config, split in compared[:3] + compared[-3:]:  # a call of `datasets` takes a tenth of a second
        rows = list(load(f"{name}/{config}", split=split, project=project.root, store=project.store))
        folder = tmp_path / "hub" / "datasets" / repo
        assert rows == as_datasets_reads(folder, tmp_path / "cache", config, split), (config, split)


def test_of_many_files_only_some_are_looked_into_and_the_manifest_says_so(tmp_path: Path) -> None:
    repo, _ = REPOSITORIES["ceval"]
    make("ceval", tmp_path / "hub")
    with Mirror(tmp_path / "hub") as mirror:
        made = added(mirror, Project.make(tmp_path), repo, name="ceval")
        asked = {request.path for request in mirror.requests if request.origin == "cdn"}
    assert len(asked) == 64
    assert "config_groups:" in made.text
    assert any("too many files to look into" in todo for todo in made.draft.todos())


def test_a_heap_of_files_with_other_columns_is_refused_by_the_fetch_with_the_column(tmp_path: Path) -> None:
    repo, _ = REPOSITORIES["bfcl"]
    make("bfcl", tmp_path / "hub")
    project = Project.make(tmp_path)
    with Mirror(tmp_path / "hub") as mirror:
        added(mirror, project, repo, name="bfcl")
        error = fetched(mirror, project, "bfcl").error
    assert isinstance(error, TableError)
    assert "column 'ground_truth'" in error.what


def test_a_repository_without_tables_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    repo, _ = REPOSITORIES["wiki_index_2018"]
    make("wiki_index_2018", tmp_path / "hub")
    project = Project.make(tmp_path)
    with Mirror(tmp_path / "hub") as mirror, pytest.raises(ManifestError, match=r"\.xz files are no table"):
        added(mirror, project, repo, name="wiki")
    assert list((project.root / "manifests").rglob("*.yaml")) == []


def test_a_model_is_written_down_without_weights_and_code(tmp_path: Path) -> None:
    make("kimi_k2_thinking", tmp_path / "hub")
    project = Project.make(tmp_path)
    with Mirror(tmp_path / "hub") as mirror:
        made = added(mirror, project, "moonshotai/Kimi-K2-Thinking", name="kimi", type="model")
        outcome = fetched(mirror, project, "kimi")
    assert outcome.error is None, outcome.error
    assert outcome.lock is not None
    paths = [file.path for file in outcome.lock.files]
    assert "tokenizer_config.json" in paths
    assert not [path for path in paths if path.endswith((".safetensors", ".py", ".md"))]
    assert any("is code, which is left out" in todo for todo in made.draft.todos())
