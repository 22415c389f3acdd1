"""`recipes-data outdated`: what moved upstream, as a table and as an exit code for CI."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from typing import Any

from recipes_data.cli.scope import Scope, addresses_of, open_scope
from recipes_data.cli.screen import Screen, table_text
from recipes_data.cli.ways import folder_of, opener_for, said_to_a_folder
from recipes_data.errors import HubDownError, LockMissingError, RecipesDataError
from recipes_data.locks import lock_path, read_lock
from recipes_data.online import Opener
from recipes_data.outdated import Upstream, look_upstream

__all__ = ["outdated_command"]

_WORDS = {"card": "card only", "gated": "newly gated"}


def outdated_command(
    arguments: argparse.Namespace, screen: Screen, argv: Sequence[str], environ: Mapping[str, str]
) -> int:
    """Say what moved since the locks were written; the exit code is the gravest."""
    scope = open_scope(arguments, environ)
    served = folder_of(arguments)
    if served is not None:
        from recipes_data.cli.child import run_against_folder  # the server that is embedded here

        code, _, _ = run_against_folder(served, said_to_a_folder(argv), environ)
        return 130 if code < 0 else code
    names = _names(arguments, scope)
    opener = opener_for(arguments, environ, screen, scope.store.root)
    if opener is None:
        raise HubDownError("what moved upstream has to be asked, and this run is offline", "leave --offline out")
    try:
        seen = [_looked(name, scope, opener) for name in names]
    finally:
        opener.close()
    rows = [row for name, found in seen for row in _rows(name, found, screen)]
    screen.out(table_text(("dataset", "moved", "locked", "now", "what"), rows))
    screen.document({"datasets": [_document(name, found, screen) for name, found in seen]})
    screen.errors([(name, found) for name, found in seen if isinstance(found, RecipesDataError)])
    _propose([(name, found) for name, found in seen if isinstance(found, Upstream)], scope, screen)
    return max((found.exit_code for _, found in seen), default=0)


def _propose(seen: Sequence[tuple[str, Upstream]], scope: Scope, screen: Screen) -> None:
    """What takes what moved; nothing takes what is gone as a whole."""
    for name, found in seen:
        if not found.fits:
            screen.talk(f"edit {scope.catalogue.datasets[name].path}: it no longer fits what is there")
    behind = [name for name, found in seen if found.exit_code and found.fits and found.commit is not None]
    if behind:
        screen.talk(f"take it: recipes-data lock --upgrade {' '.join(behind)}")


def _names(arguments: argparse.Namespace, scope: Scope) -> list[str]:
    if arguments.names:
        return list(addresses_of(scope.catalogue, arguments.names))
    names = [name for name in scope.catalogue.datasets if lock_path(scope.locks, name).exists()]
    if not names:
        raise LockMissingError(f"nothing is locked in {scope.locks}", "recipes-data lock NAME")
    return names


def _looked(name: str, scope: Scope, opener: Opener) -> tuple[str, Upstream | RecipesDataError]:
    try:
        lock = read_lock(scope.locks, name)
        if lock is None:
            missing = f"{name!r} has no lock ({lock_path(scope.locks, name)}), so nothing can have moved"
            raise LockMissingError(missing, f"recipes-data lock {name}")
        return name, look_upstream(opener, opener.sites, scope.catalogue, lock)
    except RecipesDataError as exc:
        return name, exc  # the others are looked at all the same


def _rows(name: str, found: Upstream | RecipesDataError, screen: Screen) -> list[tuple[str, ...]]:
    if isinstance(found, RecipesDataError):
        return [(name, f"failed: {type(found).__name__}", "-", "-", "-")]
    pins = (found.locked[:12], (found.commit or "-")[:12])
    if not found.changes:
        return [(name, "nothing", *pins, "-")]
    return [(name, _WORDS.get(change.kind, change.kind), *pins, change.what) for change in found.changes]


def _document(name: str, found: Upstream | RecipesDataError, screen: Screen) -> dict[str, Any]:
    if isinstance(found, RecipesDataError):
        return {"name": name, "error": screen.failure(found), "changes": None, "exit_code": found.exit_code}
    return {
        "name": name,
        "repo": found.repo,
        "locked": found.locked,
        "commit": found.commit,
        "changes": [{"kind": change.kind, "what": change.what} for change in found.changes],
        "exit_code": found.exit_code,
        "error": None,
    }
