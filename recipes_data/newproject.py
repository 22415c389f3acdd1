"""The verb `init`: a folder becomes a project. What is there already stays as it is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from recipes_data.errors import UsageError
from recipes_data.places import MARKER, find_project
from recipes_data.schemas import schema_files
from recipes_data.textfiles import write_new

__all__ = ["Begun", "begin_project", "write_schemas"]

_MARKER_TEXT = """\
# This file marks a recipes-data project: manifests/ beside it is laid over the catalogue that ships, name by name.
# Standing settings, if you want any (docs: `recipes-data cache --help`):
#
# [cache]
# max_size = "50GB"        # what `recipes-data cache prune` goes down to
"""
_IGNORE_TEXT = """\
# what a killed run may leave; the locks in manifests/locks/ belong into version control
manifests/**/.*.tmp
# a store that is kept inside the project (RECIPES_DATA_HOME=.recipes-data); by default it is not here
/.recipes-data/
# tokens are never written by recipes-data; if you keep one here, keep it out of version control
.env
"""
_DATASET_TEXT = """\
# yaml-language-server: $schema=schema/dataset.schema.json
# An example, which no command reads. `recipes-data add ORG/NAME` writes one for you; or copy this to
# manifests/datasets/NAME.yaml (and write ../schema/ in the line above), then: recipes-data fetch NAME
name: my-sums                # the file's name; lower-case letters, digits, _ - .
title: Sums in words
repo: my-org/my-sums         # the Hub's id; private ones need a token (HF_TOKEN)
revision: main               # a wish: the lock pins the commit that it meant when it was locked
license: mit
gated: false                 # or auto, manual: whether terms have to be accepted
default_config: default
# columns:                   # a promise; what comes otherwise is refused
#   question: string
#   answer: string
configs:
  default:
    splits:
      train: {files: data/train-*.parquet}
      test: {files: data/test-*.parquet}
"""
_RECIPE_TEXT = """\
# yaml-language-server: $schema=schema/recipe.schema.json
# An example, which no command reads. Copy it to manifests/recipes/NAME.yaml (and write ../schema/ in the line above);
# then `recipes-data fetch NAME` brings all that the recipe needs; `fetch` alone takes the recipe called `default`.
name: my-recipe
title: Train on sums
needs:
  - dataset: my-sums
    config: default
    splits: [train, test]
    why: "problems, and the evaluation after each epoch"
    priority: P0
"""


@dataclass(frozen=True, slots=True)
class Begun:
    """What `init` did: files written, and files that were there already. `above`: a project that holds this one."""

    project: Path
    written: tuple[Path, ...]
    kept: tuple[Path, ...]
    above: Path | None


def begin_project(folder: Path) -> Begun:
    """Make a project of `folder`, which is made where it is not there. Never overwrites; may be said again.

    Raises:
        UsageError: it is no folder.
        StoreError: it cannot be written.
    """
    folder = folder.expanduser().absolute()
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is not a folder", "name a folder, or none for this one")
    found = find_project(folder)
    texts = {
        folder / MARKER: _MARKER_TEXT,
        folder / ".gitignore": _IGNORE_TEXT,
        folder / "manifests" / "example-dataset.yaml": _DATASET_TEXT,
        folder / "manifests" / "example-recipe.yaml": _RECIPE_TEXT,
        **_schema_texts(folder / "manifests"),
    }
    if found == folder:  # marked in its pyproject.toml, or by an earlier `init`
        texts.pop(folder / MARKER)
    done = {path: write_new(path, text) for path, text in texts.items()}
    return Begun(
        folder,
        tuple(path for path, new in done.items() if new),
        tuple(path for path, new in done.items() if not new),
        found if found is not None and found != folder else None,
    )


def write_schemas(catalogue: Path) -> None:
    """The JSON Schemas that manifests of this folder name for editors, where they are not there.

    Raises:
        StoreError: the folder cannot be written.
    """
    for path, text in _schema_texts(catalogue).items():
        write_new(path, text)


def _schema_texts(catalogue: Path) -> dict[Path, str]:
    return {catalogue / "schema" / name: text for name, text in schema_files().items()}
