"""`recipes-data types`: the stubs of a project's rows, for type checkers and editors."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

import loaders
from recipes_data.cli.scope import Scope, open_scope
from recipes_data.cli.screen import Screen
from recipes_data.errors import LockStaleError, UsageError
from recipes_data.locks import read_lock
from recipes_data.stubs import known_datasets, stub_text
from recipes_data.textfiles import read_text, write_over
from recipes_data.wording import counted

__all__ = ["types_command"]

_MARK = "# Made by recipes-data"
_OF_KNOWN = ("load", "load_dataset")


def types_command(
    arguments: argparse.Namespace, screen: Screen, argv: Sequence[str], environ: Mapping[str, str]
) -> int:
    """Write the stubs of a project, or with `--check` see that they are current."""
    scope = open_scope(arguments, environ)
    out = _folder(arguments.out, scope)
    locks = [lock for name in scope.catalogue.datasets if (lock := read_lock(scope.places.hub_locks, name))]
    known = known_datasets(scope.catalogue, locks)
    wanted = {
        out / "loaders" / "__init__.pyi": _package_stub(),
        out / "loaders" / "known.pyi": stub_text(known),
    }
    there = {path: read_text(path) for path in wanted}
    stale = [path for path, text in wanted.items() if there[path] != text]
    typed = sum(any(shelf.columns is not None for shelf in one.shelves) for one in known)
    screen.document(
        {
            "folder": str(out),
            "files": [{"path": str(path), "current": path not in stale} for path in wanted],
            "datasets": len(known),
            "with_columns": typed,
        }
    )
    if arguments.check and stale:
        names = " and ".join(str(path) for path in stale)
        raise LockStaleError(f"{names}: not what catalogue and locks say now", _again(arguments))
    _see_own(there, stale)
    for path in [] if arguments.check else stale:
        write_over(path, wanted[path])
        screen.out(str(path))
    if stale:
        screen.talk(f"{counted(len(known), 'dataset')} with rows, the columns of {typed:,} are known")
    return 0


def _folder(out: str | None, scope: Scope) -> Path:
    if out is not None:
        return Path(out).expanduser().absolute()
    if scope.places.project is None:
        what = "there is no project here that the stubs could be of"
        raise UsageError(what, "recipes-data init makes this folder one; or name a folder with --out")
    return scope.places.project / "typings"


def _see_own(there: Mapping[Path, str], stale: Sequence[Path]) -> None:
    """See that nothing is written over that somebody else made."""
    foreign = [path for path in stale if there[path] and not there[path].startswith(_MARK)]
    if foreign:
        raise UsageError(f"{foreign[0]} was not made by this command", "move it away, or name another --out")


def _package_stub() -> str:
    """The stub of `loaders` itself, without which mypy looks at no stub in that folder."""
    homes = {**loaders._HOMES, **dict.fromkeys(_OF_KNOWN, "loaders.known")}  # noqa: SLF001  # our own package
    lines = [f"from {home} import {name} as {name}" for name, home in sorted(homes.items(), key=lambda one: one[::-1])]
    return "\n".join([f"{_MARK}; do not edit. docs/editor.md says how to make it anew.", *lines]) + "\n"


def _again(arguments: argparse.Namespace) -> str:
    return "recipes-data types" + (f" --out {arguments.out}" if arguments.out else "")
