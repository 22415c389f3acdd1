"""`recipes-data gaps diff | drift | scan`: what stands beside the report and needs only a part of what it reads."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any

from recipes_data.catalogue import read_catalogue
from recipes_data.cli.gaps_inputs import (
    MANIFESTS,
    described_sources,
    folder_at,
    places_of,
    read_analysis,
    read_client,
    spec_of,
)
from recipes_data.cli.gaps_tables import difference_text, drift_text, needs_text
from recipes_data.cli.screen import Screen
from recipes_data.errors import UsageError
from recipes_data.gaps.compare.difference import difference, inventory_difference
from recipes_data.gaps.compare.drift import drift_between
from recipes_data.gaps.document import plain
from recipes_data.gaps.recipes.manifests import needs_of_catalogue
from recipes_data.gaps.recipes.scan import scan_recipes
from recipes_data.wording import counted

__all__ = ["diff_command", "drift_command", "scan_command"]


def diff_command(arguments: argparse.Namespace, screen: Screen, environ: Mapping[str, str]) -> int:
    """Two analyses, or two versions of a client: what was added, lost, changed, and what became better or worse."""
    if arguments.old.endswith(".json") != arguments.new.endswith(".json"):
        raise UsageError("OLD and NEW are of two kinds", "give two analysis.json files, or two LANGUAGE:WHAT")
    if arguments.old.endswith(".json"):
        found = list(difference(read_analysis(arguments.old), read_analysis(arguments.new)))
    else:
        old, new = (read_client(spec_of(text, "diff"), screen) for text in (arguments.old, arguments.new))
        found = [inventory_difference(old, new)]
    screen.out(difference_text(found))
    screen.document({"clients": [plain(one) for one in found]})
    return 0


def drift_command(arguments: argparse.Namespace, screen: Screen, environ: Mapping[str, str]) -> int:
    """Recipe sources against recipe manifests; with --check the exit code tells."""
    places = places_of(arguments, environ)
    sources = scan_recipes(folder_at(arguments.recipes, "--recipes"))
    manifests = needs_of_catalogue(read_catalogue(places.catalogues))
    found = drift_between([sources], [manifests], described_sources([MANIFESTS], places))
    unknown = sum(bool(access.unresolved) and access.repo is None for access in sources.accesses)
    screen.out(drift_text(found))
    if unknown:
        screen.talk(
            f"repositories that could not be known: those of {counted(unknown, 'access', 'accesses')} "
            "(recipes-data gaps scan lists them)"
        )
    screen.document({"drift": [plain(one) for one in found], "unknown": unknown})
    return 1 if found and arguments.check else 0


def scan_command(arguments: argparse.Namespace, screen: Screen, environ: Mapping[str, str]) -> int:
    """Every access of a folder of recipes, with file and line."""
    needs = scan_recipes(folder_at(arguments.recipes, "scan"))
    screen.out(needs_text(needs))
    document: Any = plain(needs)
    screen.document(document)
    return 0
