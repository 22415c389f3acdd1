"""The JSON Schemas of manifests: current, true of every manifest that ships, and a fence against the usual mistakes."""

from __future__ import annotations

import functools
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pydantic
import pytest

from recipes_data.errors import ManifestError
from recipes_data.manifest import read_dataset, read_recipe
from recipes_data.newproject import begin_project
from recipes_data.schemas import schema_files
from recipes_data.yamltext import read_yaml
from tests.worlds import ROOT

SHIPPED = ROOT / "manifests" / "schema"
GOOD = "name: x\ntitle: X\nrepo: org/x\nconfigs:\n  main:\n    splits:\n      train: {files: a.parquet}\n"
RECIPE = "name: x\ntitle: X\nneeds:\n  - {dataset: y, why: w, priority: P1}\n"


@functools.cache
def validator(kind: str) -> jsonschema.Draft202012Validator:
    schema = json.loads(schema_files()[f"{kind}.schema.json"])
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def faults(kind: str, text: str) -> list[str]:
    value: Any = read_yaml(text).value
    return [error.message for error in validator(kind).iter_errors(value)]


def test_the_schemas_that_ship_are_those_of_the_models() -> None:
    if tuple(map(int, pydantic.VERSION.split(".")[:2])) < (2, 14):
        pytest.skip(f"pydantic {pydantic.VERSION} spells the same schemas otherwise")
    shipped = {path.name: path.read_text(encoding="utf-8") for path in SHIPPED.iterdir()}
    assert shipped == schema_files(), "run: python -m recipes_data.schemas manifests/schema"


def test_the_command_that_writes_them_is_the_one_that_is_named(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "recipes_data.schemas", str(tmp_path / "new")], cwd=ROOT, check=True)
    assert {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "new").iterdir()} == schema_files()


@pytest.mark.parametrize("kind", ["dataset", "recipe"])
def test_every_manifest_that_ships_fits_its_schema(kind: str) -> None:
    paths = sorted((ROOT / "manifests" / f"{kind}s").glob("*.yaml"))
    assert len(paths) > 3
    assert {path.name: found for path in paths if (found := faults(kind, path.read_text(encoding="utf-8")))} == {}


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("dataset", GOOD.replace("title: X\n", "")),
        ("dataset", GOOD + "licence: mit\n"),
        ("dataset", GOOD.replace("name: x", "name: X Y")),
        ("dataset", GOOD.replace("org/x", "a/b/c")),
        ("dataset", GOOD.replace("a.parquet", "[]")),
        ("dataset", GOOD.replace("a.parquet", "[1]")),
        ("dataset", GOOD.replace("files: a.parquet", "files: a.parquet, format: xml")),
        ("dataset", GOOD.replace("files: a.parquet", "files: a.parquet, rows: -1")),
        ("dataset", GOOD + "gated: perhaps\n"),
        ("dataset", GOOD + "license: []\n"),
        ("dataset", GOOD.replace("  main:\n    splits:\n      train: {files: a.parquet}\n", "  main: {splits: {}}\n")),
        ("recipe", RECIPE.replace("P1", "P9")),
        ("recipe", RECIPE.replace("why: w, ", "")),
        ("recipe", "name: x\ntitle: X\nneeds: []\n"),
    ],
)
def test_what_the_schema_refuses_is_refused_by_the_command_too(kind: str, text: str) -> None:
    assert faults(kind, text)
    with pytest.raises(ManifestError):
        (read_dataset if kind == "dataset" else read_recipe)(text, "x.yaml")


@pytest.mark.parametrize(
    "change",
    ["gated: true\n", "gated: manual\n", "license: mit\n", "license: [mit, cc-by-4.0]\n", "columns: {a: int64}\n"],
)
def test_what_the_command_takes_the_schema_takes_too(change: str) -> None:
    assert faults("dataset", GOOD + change) == []
    read_dataset(GOOD + change, "x.yaml")


def test_the_editor_line_of_what_is_written_leads_to_the_schema(tmp_path: Path) -> None:
    begun = begin_project(tmp_path / "project")
    for path in begun.project.glob("manifests/*.yaml"):
        line = path.read_text(encoding="utf-8").splitlines()[0]
        assert line.startswith("# yaml-language-server: $schema=")
        assert (path.parent / line.partition("$schema=")[2]).is_file()
