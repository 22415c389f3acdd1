"""`recipes-data show` and `path`: what is known of a dataset or recipe, and where it lies."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence

from recipes_data.address import parse_address
from recipes_data.cli.card import show_card
from recipes_data.cli.listing import recipe_line
from recipes_data.cli.scope import Scope, check_recipe_address, open_scope
from recipes_data.cli.screen import Screen, table_text
from recipes_data.errors import NotFetchedError, UnknownNameError
from recipes_data.formats import link_suffix
from recipes_data.locks import find_lock
from recipes_data.manifest import Need
from recipes_data.named import named_folder
from recipes_data.plan import present_in
from recipes_data.shipped import read_shipped
from recipes_data.tables.members import table_files
from recipes_data.wording import counted

__all__ = ["path_command", "show_command"]


def show_command(arguments: argparse.Namespace, screen: Screen, argv: Sequence[str], environ: Mapping[str, str]) -> int:
    """One dataset or recipe in full, or with `--stats` what its rows are like."""
    if arguments.stats or arguments.plot:
        from recipes_data.cli.stats import stats_command  # polars

        return stats_command(arguments, screen, argv, environ)
    scope = open_scope(arguments, environ)
    address = parse_address(arguments.name)
    if address.name in scope.catalogue.recipes:
        check_recipe_address(address)
        return _show_recipe(address.name, scope, screen)
    show_card(address, scope, screen)
    return 0


def _show_recipe(name: str, scope: Scope, screen: Screen) -> int:
    manifest = scope.catalogue.recipe(name)
    known = recipe_line(name, scope, read_shipped())
    screen.out(f"{'title':15} {manifest.title}")
    if manifest.describes:
        d = manifest.describes
        screen.out(f"{'describes':15} {d.project} at {d.commit}: {d.file}")
    screen.out(f"{'manifest':15} {scope.catalogue.recipes[name].path}")
    for view in known["views"]:
        screen.out(f"{'view':15} loaders.{view}")
    screen.out(f"{'state':15} {known['state']}")
    screen.out(f"{'proven on':15} {known['proven'] or '-'}\n")
    rows = [(n.name, n.config or "-", _wanted_of(n), n.priority, n.why) for n in manifest.needs]
    screen.out(table_text(("needs", "config", "splits", "priority", "why"), rows))
    told = {key: known[key] for key in ("state", "proven", "views")}
    screen.document({**manifest.model_dump(), **told, "manifest": str(scope.catalogue.recipes[name].path)})
    return 0


def _wanted_of(need: Need) -> str:
    splits = ", ".join(need.splits) or "all"
    if need.rows is not None:
        return f"{splits} (the first {counted(need.rows, 'row')})"
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
