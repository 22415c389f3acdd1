"""Folders without `__init__.py` are packages: what a program takes from their modules is what it reaches."""

from __future__ import annotations

from pathlib import Path

import pytest

from recipes_data.gaps.recipes.scan import scan_recipes

ENV = """\
from datasets import load_dataset

class Words:
    def __call__(self):
        return load_dataset("org/words", split="train")

class Sums:
    def __call__(self):
        return load_dataset("org/sums", split="train")

BUILDERS = {"words": Words, "sums": Sums}

def builder(name):
    return BUILDERS[name]()
"""
TRAIN = """\
from pack.recipes.maths import (
    other,
    env,
)

def main(name):
    return env.builder(name)()

if __name__ == "__main__":
    main("sums")
"""


@pytest.mark.parametrize("marked", [False, True])
def test_a_program_reaches_what_a_module_of_its_package_loads(tmp_path: Path, marked: bool) -> None:
    folder = tmp_path / "pack" / "recipes" / "maths"
    folder.mkdir(parents=True)
    (folder / "env.py").write_text(ENV)
    (folder / "other.py").write_text("")
    (folder / "train.py").write_text(TRAIN)
    if marked:
        for package in (folder, folder.parent, folder.parent.parent):
            (package / "__init__.py").write_text("")
    needs = scan_recipes(tmp_path)
    (recipe,) = needs.recipes
    assert recipe.name == "pack/recipes/maths/train"
    assert sorted(needs.accesses[index].repo or "" for index in recipe.accesses) == ["org/sums", "org/words"]
    assert needs.unreached == ()
