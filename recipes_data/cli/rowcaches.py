"""`recipes-data cache build`: the row caches of what is named, built before a script needs them."""

from __future__ import annotations

import argparse
import time
from collections.abc import Mapping

from recipes_data.address import selected_splits
from recipes_data.cli.scope import addresses_of, open_scope
from recipes_data.cli.screen import Screen, table_text
from recipes_data.errors import NotFetchedError
from recipes_data.locks import find_lock
from recipes_data.tables.opening import open_split

__all__ = ["build_row_caches"]


def build_row_caches(arguments: argparse.Namespace, screen: Screen, environ: Mapping[str, str]) -> int:
    """Build them, one table after another; each line says what came of it."""
    scope = open_scope(arguments, environ)
    lines = []
    for name, addresses in addresses_of(scope.catalogue, arguments.names).items():
        found = find_lock(scope.places, name)
        if found is None:
            raise NotFetchedError(f"{name!r} was never fetched", f"recipes-data fetch {name}")
        lock, _ = found
        for config, split in selected_splits(lock, addresses):
            if split.format == "files":
                continue
            began = time.perf_counter()
            there = open_split(scope.store, lock, config.name, split).keep_rows()
            lines.append((f"{name}/{config.name}:{split.name}", there, time.perf_counter() - began))
    said = {True: "there", False: "not needed, or not possible"}
    rows = [(table, said[there], f"{seconds:.1f} s") for table, there, seconds in lines]
    screen.out(table_text(("table", "row cache", "took"), rows, right=(2,)))
    screen.document({"tables": [{"name": table, "row_cache": there} for table, there, _ in lines]})
    return 0
