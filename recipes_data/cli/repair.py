"""`recipes-data verify --repair`: what is damaged is moved away, and just those files are fetched again."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence

from recipes_data.address import Address
from recipes_data.cli.scope import Scope
from recipes_data.cli.screen import Screen
from recipes_data.cli.watching import PlanWatcher
from recipes_data.cli.ways import opener_for, sources_for
from recipes_data.fetch import fetch
from recipes_data.verify import Verified

__all__ = ["repair"]


def repair(
    results: Sequence[Verified],
    wanted: Mapping[str, list[Address]],
    arguments: argparse.Namespace,
    scope: Scope,
    screen: Screen,
    environ: Mapping[str, str],
) -> set[str]:
    """Names of the datasets that were put right: damaged blobs moved away, and just those files fetched again.

    A dataset whose lock is that of a served folder is left for `fetch --hub FOLDER`.
    """
    broken = [result for result in results if result.findings]
    for result in broken:
        for finding in result.findings:
            aside = scope.store.quarantine(finding.damaged) if finding.damaged else None
            screen.talk(f"{result.dataset}: {finding.what}" + (f"; moved to {aside}" if aside else ""))
    opener = opener_for(arguments, environ, screen, scope.store.root)
    sources = sources_for(arguments, environ, screen, offline=opener is None)
    watcher = PlanWatcher(screen, scope.store, arguments.max_download)
    try:
        outcomes = fetch(
            scope.catalogue,
            {result.dataset: wanted[result.dataset] for result in broken},
            locks=scope.locks,
            store=scope.store,
            hub=opener,
            sites=None if opener is None else opener.sites,
            watcher=watcher,
            sources=sources,
            frozen=True,
        )
    finally:
        watcher.close()
        for source in sources:
            source.close()
        if opener is not None:
            opener.close()
    for outcome in outcomes:
        if outcome.error is not None:
            screen.error(outcome.error)
    return {outcome.name for outcome in outcomes if outcome.error is None}
