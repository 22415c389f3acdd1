"""`recipes-data lock`: resolve, upgrade, check; says what moved."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from typing import Any

from recipes_data.cli.scope import Scope, addresses_of, open_scope
from recipes_data.cli.screen import Screen, table_text
from recipes_data.cli.ways import folder_of, opener_for, said_to_a_folder
from recipes_data.errors import LockMissingError, LockStaleError, RecipesDataError
from recipes_data.locked import lock_now
from recipes_data.lockfile import Lock
from recipes_data.locking import compare_locks, is_stale
from recipes_data.locks import lock_path, read_lock, write_lock
from recipes_data.online import Opener
from recipes_data.places import is_packaged

__all__ = ["lock_command"]


def lock_command(arguments: argparse.Namespace, screen: Screen, argv: Sequence[str], environ: Mapping[str, str]) -> int:
    """Run `lock`; the exit code is the first failure's."""
    scope = open_scope(arguments, environ)
    folder = folder_of(arguments)
    if folder is not None:
        from recipes_data.cli.child import run_against_folder  # the server that is embedded here

        code, _, _ = run_against_folder(folder, said_to_a_folder(argv), environ)
        return 130 if code < 0 else code
    names = _names(arguments, scope)
    if arguments.check:
        results = [_checked(name, scope) for name in names]
    else:
        opener = opener_for(arguments, environ, screen, scope.store.root)
        try:
            results = [_locked(name, scope, opener, arguments) for name in names]
        finally:
            if opener is not None:
                opener.close()
    screen.out(table_text(("dataset", "state", "commit", "what moved"), [_row(result) for result in results]))
    screen.document({"dry_run": arguments.dry_run, "locks": [_document(result, screen) for result in results]})
    screen.errors([(result["name"], result["raised"]) for result in results if result["raised"] is not None])
    return next((result["raised"].exit_code for result in results if result["raised"] is not None), 0)


def _names(arguments: argparse.Namespace, scope: Scope) -> list[str]:
    if not arguments.names and not arguments.all:
        mine = _of_the_project(scope) if arguments.check else frozenset[str]()
        found = [name for name in scope.catalogue.datasets if name in mine or lock_path(scope.locks, name).exists()]
        if found:
            return found
    return list(addresses_of(scope.catalogue, arguments.names, everything=arguments.all))


def _of_the_project(scope: Scope) -> frozenset[str]:
    """What a project's own manifests describe, and what its own recipes need: all of it is to have a lock."""
    folder, catalogue = scope.places.catalogues[0], scope.catalogue
    if is_packaged(folder):  # nobody needs all that ships
        return frozenset()
    own = [name for name, entry in catalogue.datasets.items() if entry.path.parent.parent == folder]
    recipes = [name for name, entry in catalogue.recipes.items() if entry.path.parent.parent == folder]
    return frozenset(own).union(need.name for recipe in recipes for need in catalogue.recipe(recipe).needs)


def _row(result: Mapping[str, Any]) -> tuple[str, str, str, str]:
    return result["name"], result["state"], (result["commit"] or "-")[:12], "; ".join(result["moved"]) or "-"


def _result(
    name: str, state: str, lock: Lock | None, moved: list[str], raised: RecipesDataError | None
) -> dict[str, Any]:
    return {
        "name": name,
        "state": state,
        "commit": lock.commit if lock else None,
        "origin": lock.origin if lock else None,
        "moved": moved,
        "raised": raised,
    }


def _document(result: Mapping[str, Any], screen: Screen) -> dict[str, Any]:
    raised = result["raised"]
    told = {key: item for key, item in result.items() if key != "raised"}
    return {**told, "error": None if raised is None else screen.failure(raised)}


def _checked(name: str, scope: Scope) -> dict[str, Any]:
    path = lock_path(scope.locks, name)
    try:
        lock = read_lock(scope.locks, name)
    except RecipesDataError as exc:
        return _result(name, "unreadable", None, [], exc)
    if lock is None:
        missing = LockMissingError(f"{name!r} has no lock ({path})", f"recipes-data lock {name}")
        return _result(name, "missing", None, [], missing)
    if is_stale(lock, scope.catalogue.dataset(name)):
        stale = LockStaleError(
            f"the manifest of {name!r} was edited after its lock ({path})", f"recipes-data lock {name}"
        )
        return _result(name, "stale", lock, [], stale)
    return _result(name, "fits", lock, [], None)


def _locked(name: str, scope: Scope, opener: Opener | None, arguments: argparse.Namespace) -> dict[str, Any]:
    previous: Lock | None = None
    try:
        previous = read_lock(scope.locks, name)
        lock = lock_now(
            scope.catalogue,
            name,
            hub=opener,
            sites=None if opener is None else opener.sites,
            previous=previous,
            upgrade=arguments.upgrade,
            allow_unsafe=arguments.allow_unsafe,
        )
        moved = compare_locks(previous, lock).lines() if previous is not None else []
        wrote = lock != previous if arguments.dry_run else write_lock(scope.locks, lock)
    except RecipesDataError as exc:
        return _result(name, f"failed: {type(exc).__name__}", previous, [], exc)
    verb = "written" if previous is None else "moved"
    verb = f"would be {verb}" if arguments.dry_run else verb
    return _result(name, verb if wrote else "unchanged", lock, moved if previous is not None else [], None)
