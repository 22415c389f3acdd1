"""The words of `recipes-data pin`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

__all__ = ["add_pin"]

_Command = Callable[..., argparse.ArgumentParser]
_ABOUT = """\
Look through Python sources (a folder or a file; they are read, never run) for calls that read the Hub and name no
commit: load_dataset, hf_hub_download, snapshot_download, from_pretrained, dataset_info and what else the gap report
knows. Each gets revision="<the locked commit>". Prints a unified diff; stderr lists what stays as it is, and why.
Code that is pinned this way goes on loading as it did, from the same commits as the locks. Saying it twice changes
nothing the second time. A call that shall stay as it is says so by a comment in its lines: `# unpinned: WHY`.

  recipes-data pin src/                     # the diff; nothing is written
  recipes-data pin src/ --write             # write it
  recipes-data pin src/ --check             # for CI: exit code 3 where a call names no commit
"""


def add_pin(commands: Any, command: _Command) -> None:
    """Add the command; `command` makes one with the common options."""
    made = command(commands, "pin", "write locked commits into sources that load from the Hub", _ABOUT)
    made.add_argument("source", metavar="SRC", help="a folder of Python sources, or one file")
    made.add_argument("--write", action="store_true", help="replace the files, in place of printing a diff")
    made.add_argument(
        "--check", action="store_true", help="exit code 3 where a call names no commit (after --write: still none)"
    )
