"""A small Python package for the tests of client inventories: sources as text, written to a folder and read back."""

from __future__ import annotations

import textwrap
from pathlib import Path

from recipes_data.gaps.inventory import Argument, Function, Inventory
from recipes_data.gaps.python_client.inventory import python_inventory


def package(tmp_path: Path, init: str = "", **modules: str) -> Inventory:
    """The inventory of `hubkit`: its `__init__.py`, and modules by their names."""
    folder = tmp_path / "hubkit"
    folder.mkdir()
    (folder / "__init__.py").write_text(textwrap.dedent(init), encoding="utf-8")
    for name, text in modules.items():
        (folder / f"{name}.py").write_text(textwrap.dedent(text), encoding="utf-8")
    return python_inventory(tmp_path)


def names(inventory: Inventory) -> list[str]:
    """The names of its functions, in its order."""
    return [function.name for function in inventory.functions]


def argument(function: Function, name: str) -> Argument:
    """One argument of a function."""
    return next(one for one in function.arguments if one.name == name)
