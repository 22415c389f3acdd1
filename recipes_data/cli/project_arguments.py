"""The words of the commands on one's own project: init, add, remove, why, outdated."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

__all__ = ["add_project"]

_Command = Callable[..., argparse.ArgumentParser]

_INIT = """\
Make a project of DIR (this folder): recipes-data.toml marks it, manifests/ holds what you add, locks land in
manifests/locks/. Also a .gitignore, two commented examples that no command reads, and JSON Schemas for your editor.
What is there already is never overwritten; the command may be said again.

  recipes-data init
  recipes-data add my-org/my-data
  recipes-data fetch my-data
"""
_ADD = """\
Write the manifest of a repository into this project, from its card, its list of files and the last bytes of its
parquet files: configs, splits, patterns, columns, licence, gating. What could not be known is a `# TODO` with the
reason. Not only repositories: a file on the web, a bucket, a path of this machine (begin it with ./, ~ or /).
It is tried before it is written: it loads and it locks. No data is fetched. An existing manifest is never
overwritten. Private repositories need a token: HF_TOKEN, or --token-file.

  recipes-data add my-org/my-data
  recipes-data add https://huggingface.co/datasets/my-org/my-data --revision v1.0
  recipes-data add ./data/mine --name mine
  recipes-data add my-org/logs --files 'runs/2026-*.jsonl' --split train
  recipes-data add my-org/my-model --model
  recipes-data add my-org/my-data --recipe my-recipe --why "problems for the first epoch"
"""
_REMOVE = """\
Delete a manifest of this project and its lock, also that of `--hub FOLDER`, or a recipe. Refused where recipes still
need it, or need what the shipped manifest under it lacks. The bytes stay in the store until `recipes-data cache prune`
finds that no lock pins them.
"""
_WHY = """\
Which recipes need a dataset or model, for what, and which files that takes (of the lock, where there is one).
"""
_OUTDATED = """\
Ask what moved upstream since the locks were written, and write nothing: nothing, card only, data, schema, rows,
renamed, licence, newly gated, gone. Schema and rows are told from the footers of parquet files; no data is fetched.
Places that are no Hub publish no digests: their files are read through.

exit codes here   0 nothing moved, or only the card; 3 something else did; 4 gone, or no answer
take it           recipes-data lock --upgrade NAME (first with --dry-run, if you like)
"""


def add_project(commands: Any, command: _Command, online: Callable[..., None]) -> None:
    """Add the commands; `command` makes one with the common options, `online` adds those of the Hub."""
    made = command(commands, "init", "make this folder a project", _INIT)
    made.add_argument("folder", nargs="?", default=".", metavar="DIR", help="the folder (default: this one)")
    _add(commands, command, online)
    made = command(commands, "remove", "delete a manifest of this project, and its lock", _REMOVE)
    made.add_argument("name", metavar="NAME", help="dataset, model or recipe of this project")
    made.add_argument("--dry-run", action="store_true", help="say what would be deleted, delete nothing")
    made = command(commands, "why", "which recipes need a dataset, and which files of it", _WHY)
    made.add_argument("name", metavar="NAME", help="dataset or model")
    made = command(commands, "outdated", "what moved upstream since the locks were written", _OUTDATED)
    made.add_argument("names", nargs="*", metavar="NAME", help="dataset or recipe (default: all that have a lock)")
    online(made, from_places=False)


def _add(commands: Any, command: _Command, online: Callable[..., None]) -> None:
    made = command(commands, "add", "write the manifest of your data into this project", _ADD)
    made.add_argument("what", metavar="WHAT", help="ORG/NAME or its page; else a file's URL, s3://..., ./PATH")
    made.add_argument("--name", metavar="NAME", help="what to call it (default: the repository's last part)")
    made.add_argument("--revision", metavar="REV", help="branch, tag or commit to wish for (main)")
    made.add_argument(
        "--config",
        action="append",
        default=[],
        dest="configs",
        metavar="NAME",
        help="only this config; may be repeated",
    )
    made.add_argument(
        "--split", action="append", default=[], dest="splits", metavar="NAME", help="only this split; may be repeated"
    )
    made.add_argument(
        "--files",
        action="append",
        default=[],
        metavar="PATTERN",
        help="these files, whatever card and names say; with one --split (train) and one --config (default)",
    )
    made.add_argument("--model", action="store_true", help="a model: its files without weights and code, or --files")
    made.add_argument("--recipe", metavar="NAME", help="let this recipe need it; it is begun where it is not there")
    made.add_argument("--why", default="", metavar="TEXT", help="with --recipe: what it is needed for")
    made.add_argument("--dry-run", action="store_true", help="print the manifest, write nothing")
    online(made, from_places=False)
