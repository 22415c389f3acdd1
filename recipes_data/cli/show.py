"""`recipes-data list`, `show` and `path`: what there is, what is known of it, where it lies."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from typing import Any

from recipes_data.address import Address, parse_address
from recipes_data.catalogue import Entry
from recipes_data.cli.card import show_card
from recipes_data.cli.scope import Scope, open_scope
from recipes_data.cli.screen import Screen, table_text
from recipes_data.errors import NotFetchedError, UnknownNameError
from recipes_data.fetch import present_in
from recipes_data.formats import link_suffix
from recipes_data.locking import is_stale
from recipes_data.locks import find_lock
from recipes_data.manifest import Need
from recipes_data.named import named_folder
from recipes_data.plan import plan_dataset
from recipes_data.tables.members import table_files

__all__ = ["list_command", "path_command", "show_command"]


def list_command(arguments: argparse.Namespace, screen: Screen, argv: Sequence[str], environ: Mapping[str, str]) -> int:
    """Every dataset and recipe and its state."""
    scope = open_scope(arguments, environ)
    datasets = [_dataset_line(name, entry, scope) for name, entry in scope.catalogue.datasets.items()]
    recipes = [_recipe_line(name, entry, scope) for name, entry in scope.catalogue.recipes.items()]
    head = ("dataset", "state", "repository", "pin", "title")
    screen.out(table_text(head, [(d["name"], d["state"], d["repo"], d["pin"][:12], d["title"]) for d in datasets]))
    screen.out()
    screen.out(
        table_text(("recipe", "needs", "title"), [(r["name"], ", ".join(r["needs"]), r["title"]) for r in recipes])
    )
    for line in (*datasets, *recipes):
        for shadowed in line["shadows"]:
            screen.out(f"\n{line['name']}: {line['path']} shadows {shadowed}")
    screen.document({"datasets": datasets, "recipes": recipes})
    return 0


def _dataset_line(name: str, entry: Entry, scope: Scope) -> dict[str, Any]:
    manifest = scope.catalogue.dataset(name)
    found = find_lock(scope.places, name)
    state = "not locked"
    if found is not None:
        lock = found[0]
        plan = plan_dataset(lock, [Address(name)], present_in(scope.store))
        have = len(plan.files) - len(plan.missing)
        state = (
            "stale lock"
            if is_stale(lock, manifest)
            else "fetched"
            if not plan.missing
            else f"{have} of {len(plan.files)} files"
        )
        if lock.origin == "folder":
            state += " (sample)" if lock.sample else " (folder)"
    return {
        "name": name,
        "state": state,
        "repo": manifest.source,
        "pin": found[0].commit if found else manifest.revision,
        "title": manifest.title,
        "path": str(entry.path),
        "shadows": [str(path) for path in entry.shadows],
    }


def _recipe_line(name: str, entry: Entry, scope: Scope) -> dict[str, Any]:
    manifest = scope.catalogue.recipe(name)
    needs = list(dict.fromkeys(need.name + (f"/{need.config}" if need.config else "") for need in manifest.needs))
    shadows = [str(path) for path in entry.shadows]
    return {"name": name, "needs": needs, "title": manifest.title, "path": str(entry.path), "shadows": shadows}


def show_command(arguments: argparse.Namespace, screen: Screen, argv: Sequence[str], environ: Mapping[str, str]) -> int:
    """One dataset or recipe in full, or with `--stats` what its rows are like."""
    if arguments.stats or arguments.plot:
        from recipes_data.cli.stats import stats_command  # polars

        return stats_command(arguments, screen, argv, environ)
    scope = open_scope(arguments, environ)
    name = parse_address(arguments.name).name
    if name in scope.catalogue.recipes:
        return _show_recipe(name, scope, screen)
    show_card(name, scope, screen)
    return 0


def _show_recipe(name: str, scope: Scope, screen: Screen) -> int:
    manifest = scope.catalogue.recipe(name)
    screen.out(f"{'title':15} {manifest.title}")
    if manifest.describes:
        d = manifest.describes
        screen.out(f"{'describes':15} {d.project} at {d.commit}: {d.file}")
    screen.out(f"{'manifest':15} {scope.catalogue.recipes[name].path}\n")
    rows = [(n.name, n.config or "-", _wanted_of(n), n.priority, n.why) for n in manifest.needs]
    screen.out(table_text(("needs", "config", "splits", "priority", "why"), rows))
    screen.document({**manifest.model_dump(), "manifest": str(scope.catalogue.recipes[name].path)})
    return 0


def _wanted_of(need: Need) -> str:
    splits = ", ".join(need.splits) or "all"
    if need.rows is not None:
        return f"{splits} (the first {need.rows:,} rows)"
    return splits if need.shards is None else f"{splits} (shards {', '.join(map(str, need.shards))})"


def path_command(arguments: argparse.Namespace, screen: Screen, argv: Sequence[str], environ: Mapping[str, str]) -> int:
    """The folder of a split's files, or the files in row order."""
    scope = open_scope(arguments, environ)
    address = parse_address(arguments.address)
    if address.name in scope.catalogue.recipes:
        raise UnknownNameError(
            f"{address.name!r} is a recipe, it has no files of its own", f"recipes-data show {address.name}"
        )
    scope.catalogue.dataset(address.name)
    found = find_lock(scope.places, address.name)
    if found is None:
        raise NotFetchedError(
            f"{address.name!r} was never fetched\nlooked in: {scope.places.describe()}", f"recipes-data fetch {address}"
        )
    lock = found[0]
    config, split = lock.split(address.config, address.split)
    by_path = lock.by_path()
    files = [by_path[path] for path in split.files]
    missing = [file.path for file in files if not present_in(scope.store)(file)]
    if missing:
        raise NotFetchedError(
            f"{lock.name}/{config.name}:{split.name} is not whole in the store: {missing[0]} is missing",
            f"recipes-data fetch {address}",
        )
    if arguments.format not in (None, split.format):
        from recipes_data.cli.converting import converted_paths  # most paths are those of the bytes as they are

        return converted_paths(scope, lock, config, split, arguments.format, screen, files=arguments.files)
    if split.format == "files":
        folder = named_folder(scope.store, lock, split)
        for line in [folder / path for path in split.files] if arguments.files else [folder]:
            screen.out(str(line))
        screen.document(
            {"folder": str(folder), "files": [str(folder / path) for path in split.files], "format": split.format}
        )
        return 0
    files = list(table_files(scope.store, lock, split))
    shas = [file.sha256 or scope.store.sha256_of(file.digest) or "" for file in files]
    suffix = link_suffix(split.format)
    linked = scope.store.link_table(split.name, shas, suffix)
    for line in linked if arguments.files else [linked[0].parent]:
        screen.out(str(line))
    screen.document({"folder": str(linked[0].parent), "files": [str(path) for path in linked], "format": split.format})
    return 0
