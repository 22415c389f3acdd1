"""`recipes-data why`: who needs a dataset, and which files of it."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence

from recipes_data.address import parse_address
from recipes_data.cli.scope import open_scope
from recipes_data.cli.screen import Screen, size_text
from recipes_data.errors import UsageError
from recipes_data.locks import find_lock
from recipes_data.why import Use, uses_of

__all__ = ["why_command"]

_SHOWN = 8


def why_command(arguments: argparse.Namespace, screen: Screen, argv: Sequence[str], environ: Mapping[str, str]) -> int:
    """Say which recipes need a dataset or model, for what, and which files that takes."""
    scope = open_scope(arguments, environ)
    name = parse_address(arguments.name).name
    if name in scope.catalogue.recipes:
        raise UsageError(f"{name!r} is a recipe: it is what needs others", f"recipes-data show {name}")
    found = find_lock(scope.places, name)
    uses = uses_of(name, scope.catalogue, found[0] if found else None)
    if not uses:
        path = scope.catalogue.datasets[name].path
        screen.out(f"no recipe needs {name!r}; it stands in {path}")
    for use in uses:
        _show(use, screen)
    if uses and found is None:
        screen.talk(f"{name!r} is not locked, so its files are not known: recipes-data lock {name}")
    screen.document(
        {
            "name": name,
            "lock": str(found[1]) if found else None,
            "uses": [
                {
                    "recipe": use.recipe,
                    "path": str(use.path),
                    "line": use.line,
                    **use.need.model_dump(include={"config", "splits", "rows", "shards", "why", "priority"}),
                    "files": None if use.files is None else list(use.files),
                    "bytes": use.size,
                }
                for use in uses
            ],
        }
    )
    return 0


def _show(use: Use, screen: Screen) -> None:
    need = use.need
    part = f"/{need.config}" if need.config else ""
    splits = f":{','.join(need.splits)}" if need.splits else ""
    screen.out(f"{screen.paint(use.recipe, 'bold')} ({need.priority}) needs {need.name}{part}{splits}")
    screen.out(f"  why    {need.why}")
    screen.out(f"  where  {use.path}:{use.line}")
    if use.files is not None:
        screen.out(f"  files  {len(use.files):,}, {size_text(use.size or 0)}")
        for path in use.files[:_SHOWN]:
            screen.out(f"         {path}")
        if len(use.files) > _SHOWN:
            screen.out(f"         and {len(use.files) - _SHOWN:,} more: --json lists them")
