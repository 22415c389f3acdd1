"""`recipes-data doctor`: what this machine, the way to the Hub and the named datasets need, in one table."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from recipes_data.catalogue import Catalogue, read_catalogue
from recipes_data.cli.child import run_against_folder
from recipes_data.cli.fetch import without_hub
from recipes_data.cli.scope import addresses_of, folder_of, opener_for
from recipes_data.cli.screen import Screen, size_text, table_text
from recipes_data.diagnosis import (
    Check,
    account_check,
    certificates_check,
    disk_checks,
    endpoint_check,
    exit_code,
    failed,
    hub_cache_check,
    loaders_check,
    packages_check,
    proxy_check,
    python_check,
    shared_check,
    skipped,
    switches_check,
    token_check,
    token_source,
)
from recipes_data.errors import RecipesDataError
from recipes_data.holdings import take_inventory
from recipes_data.online import Opener, endpoint_of
from recipes_data.places import Places, find_places
from recipes_data.preflight import preflight
from recipes_data.settings import read_settings
from recipes_data.store import Store, store_at

__all__ = ["doctor_command"]

_UNREACHED = "the endpoint does not answer"
_COLOURS = {"ok": "good", "warn": "bold", "bad": "bad", "not checked": "dim"}


def doctor_command(
    arguments: argparse.Namespace, screen: Screen, argv: Sequence[str], environ: Mapping[str, str]
) -> int:
    """Run `doctor`; 0, or the first blocker's exit code."""
    folder = folder_of(arguments)
    if folder is not None:
        code, _, _ = run_against_folder(folder, [*without_hub(argv), "--origin", "folder"], environ)
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
    checks.append(hub_cache_check(environ))
    opener = opener_for(arguments, environ, screen, places.store)
    try:
        reached = _way(arguments, environ, opener, checks)
        if arguments.names and catalogue is not None:
            wanted = addresses_of(catalogue, arguments.names)
            checks += preflight(
                catalogue,
                wanted,
                locks=places.folder_locks if arguments.origin else places.hub_locks,
                store=store_at(places),
                hub=opener if reached else None,
                unasked="offline" if opener is None else _UNREACHED,
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
    count = f"{len(catalogue.datasets)} datasets, {len(catalogue.recipes)} recipes"
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


def _way(arguments: argparse.Namespace, environ: Mapping[str, str], opener: Opener | None, checks: list[Check]) -> bool:
    """The checks of the way to the Hub; whether it can be asked."""
    endpoint = (arguments.endpoint or arguments.hub or endpoint_of(environ)).rstrip("/")
    source = None if arguments.origin else token_source(environ, arguments.token_file)
    checks += [proxy_check(endpoint, environ), certificates_check(environ)]
    if opener is None:
        checks += [skipped("endpoint"), token_check(source, sent=None), skipped("account")]
        return False
    try:
        hub = opener()
    except RecipesDataError as exc:
        checks += [failed("endpoint", exc), token_check(source, sent=None), skipped("account", _UNREACHED)]
        return False
    reached = endpoint_check(hub)
    checks += [reached, token_check(source, sent=bool(hub.client.auth_headers()))]
    checks.append(skipped("account", _UNREACHED) if reached.state == "bad" else account_check(hub))
    return reached.state != "bad"


def _report(checks: list[Check], screen: Screen) -> int:
    head, *lines = table_text(("check", "state", "what"), [(c.name, c.state, c.what) for c in checks]).splitlines()
    screen.out(head)
    for check, line in zip(checks, lines, strict=True):
        screen.out(line.replace(f" {check.state} ", f" {screen.paint(check.state, _COLOURS[check.state])} ", 1))
        if check.do:
            screen.out(f"  -> {check.do}")
    code = exit_code(checks)
    screen.document(
        {
            "exit_code": code,
            "checks": [
                {"check": c.name, "state": c.state, "what": c.what, "remedy": c.do, "exit_code": c.exit_code}
                for c in checks
            ],
        }
    )
    return code
