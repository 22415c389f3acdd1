"""`recipes-data doctor`: what this machine, the way to the Hub and the named datasets need, in one table."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from recipes_data.catalogue import Catalogue, read_catalogue
from recipes_data.cli.adapters import adapters_check
from recipes_data.cli.checkup import UNREACHED, check_lines, way_checks
from recipes_data.cli.child import run_against_folder
from recipes_data.cli.scope import addresses_of
from recipes_data.cli.screen import Screen, size_text
from recipes_data.cli.ways import folder_of, opener_for, said_to_a_folder
from recipes_data.diagnosis import (
    Check,
    disk_checks,
    exit_code,
    failed,
    hub_cache_check,
    loaders_check,
    packages_check,
    python_check,
    shared_check,
    switches_check,
)
from recipes_data.errors import RecipesDataError
from recipes_data.holdings import take_inventory
from recipes_data.places import Places, find_places
from recipes_data.preflight import preflight
from recipes_data.settings import read_settings
from recipes_data.store import Store, store_at
from recipes_data.wording import counted

__all__ = ["doctor_command"]


def doctor_command(
    arguments: argparse.Namespace, screen: Screen, argv: Sequence[str], environ: Mapping[str, str]
) -> int:
    """Run `doctor`; 0, or the first blocker's exit code."""
    folder = folder_of(arguments)
    if folder is not None:
        code, _, _ = run_against_folder(folder, said_to_a_folder(argv), environ)
        return 130 if code < 0 else code
    places = find_places(
        manifests=arguments.manifests, project=arguments.project, store=arguments.store, environ=environ
    )
    checks = [python_check(), packages_check(), loaders_check(Path.cwd(), sys.path)]
    checks.append(switches_check(environ, offline_option=arguments.offline))
    catalogue = _catalogue(places, checks)
    checks += disk_checks(places.store)
    if places.shared:
        checks.append(shared_check(places.shared))
    _standing_limit(places, checks)
    if (adapters := adapters_check(places)) is not None:
        checks.append(adapters)
    checks.append(hub_cache_check(environ))
    opener = opener_for(arguments, environ, screen, places.store)
    try:
        found, reached = way_checks(arguments, environ, opener)
        checks += found
        if arguments.names and catalogue is not None:
            wanted = addresses_of(catalogue, arguments.names)
            checks += preflight(
                catalogue,
                wanted,
                locks=places.folder_locks if arguments.origin else places.hub_locks,
                store=store_at(places),
                hub=opener if reached else None,
                sites=None if opener is None else opener.sites,
                unasked="offline" if opener is None else UNREACHED,
                offline=opener is None,
                frozen=bool(environ.get("CI")),
            )
    finally:
        if opener is not None:
            opener.close()
    return _report(checks, screen)


def _catalogue(places: Places, checks: list[Check]) -> Catalogue | None:
    try:
        catalogue = read_catalogue(places.catalogues)
    except RecipesDataError as exc:
        checks.append(failed("catalogue", exc))
        return None
    count = f"{counted(len(catalogue.datasets), 'dataset')}, {counted(len(catalogue.recipes), 'recipe')}"
    where = ", then ".join(str(folder) for folder in places.catalogues)
    checks.append(Check("catalogue", "ok", f"{count} in {where}; locks in {places.hub_locks}"))
    return catalogue


def _standing_limit(places: Places, checks: list[Check]) -> None:
    """The project file's `max_size`, beside what the store holds."""
    try:
        settings = read_settings(places.project)
        limit = settings.cache.max_size
        if limit is None:
            return
        size = take_inventory(Store(places.store), (places.hub_locks, places.folder_locks), time.time()).size
    except RecipesDataError as exc:
        checks.append(failed("max_size", exc))
        return
    what = f"the store holds {size_text(size)}, {settings.source} allows {size_text(limit)}"
    over = size > limit
    checks.append(Check("max_size", "warn" if over else "ok", what, "recipes-data cache prune" if over else ""))


def _report(checks: list[Check], screen: Screen) -> int:
    for line in check_lines(checks, screen):
        screen.out(line)
    code = exit_code(checks)
    screen.document(
        {
            "exit_code": code,
            "checks": [
                {
                    "check": c.name,
                    "state": c.state,
                    "what": c.what,
                    "remedy": screen.again(c.do),
                    "exit_code": c.exit_code,
                }
                for c in checks
            ],
        }
    )
    return code
