"""The words of the commands for editors and shells: types, completion."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

__all__ = ["SHELLS", "add_editor"]

SHELLS = ("bash", "zsh", "fish")

_TYPES = """\
Write stubs with which type checkers and editors know the rows of this project's datasets by name: names, configs and
splits complete, and load("mine", split="train")[0]["answer"] is known to be a text. They are made of the catalogue and
of the locks beside its manifests, the same text on every machine. docs/editor.md has the settings.

  recipes-data types                       into typings/, where pyright looks by itself
  mypy_path = "typings"                    for mypy, in [tool.mypy] of pyproject.toml
  recipes-data types --check               in CI: exit code 3 where they have to be made anew
"""
_COMPLETION = """\
Print the lines with which a shell completes the words of this command, and names, configs and splits of the catalogue.
Needs recipes-data[completion].

  eval "$(recipes-data completion bash)"                                         in ~/.bashrc
  eval "$(recipes-data completion zsh)"                                          in ~/.zshrc, after compinit
  recipes-data completion fish > ~/.config/fish/completions/recipes-data.fish    once
"""


def add_editor(commands: Any, command: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the commands; `command` makes one with the common options."""
    made = command(commands, "types", "types of this project's rows, for editors and type checkers", _TYPES)
    made.add_argument("--out", metavar="DIR", help="write them here (default: typings/ of the project)")
    made.add_argument("--check", action="store_true", help="write nothing; exit code 3 where they are not current")
    made = command(commands, "completion", "what a shell needs to complete this command's words", _COMPLETION)
    made.add_argument("shell", choices=SHELLS, metavar="SHELL", help=", ".join(SHELLS))
