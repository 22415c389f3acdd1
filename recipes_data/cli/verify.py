"""`recipes-data verify`: every stored byte read again; everything wrong in one list."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence

from recipes_data.address import Address
from recipes_data.cli.fetch import PlanWatcher
from recipes_data.cli.scope import Scope, addresses_of, open_scope, opener_for, sources_for
from recipes_data.cli.screen import Progress, Screen, size_text, table_text
from recipes_data.errors import IntegrityError, NotFetchedError, RecipesDataError, UsageError
from recipes_data.fetch import fetch
from recipes_data.lockfile import Lock, LockedFile
from recipes_data.locks import find_lock
from recipes_data.verify import Finding, Verified, verify

__all__ = ["verify_command"]


def verify_command(
    arguments: argparse.Namespace, screen: Screen, argv: Sequence[str], environ: Mapping[str, str]
) -> int:
    """Run `verify`; 0 where all is well, else the first finding's exit code."""
    if arguments.fast and arguments.repair:
        raise UsageError("--fast reads nothing, so there is nothing to repair by it", "leave one of them out")
    scope = open_scope(arguments, environ)
    locks = _locks(arguments.names, scope)
    progress = Progress(sum(file.size for lock, _ in locks for file in lock.files), screen, "verifying")
    try:
        results = [
            verify(lock, addresses, scope.store, progress.moved, fast=arguments.fast) for lock, addresses in locks
        ]
    finally:
        progress.close()
    repaired = _repaired(
        results, {lock.name: addresses for lock, addresses in locks}, arguments, scope, screen, environ
    )
    head = ("dataset", "files", "size", "wrong")
    rows = [
        (r.dataset, str(r.files), size_text(r.bytes), str(len(r.findings)) if r.findings else "nothing")
        for r in results
    ]
    screen.out(table_text(head, rows, right=(1, 2)))
    screen.document(
        {
            "datasets": [
                {
                    "name": r.dataset,
                    "files": r.files,
                    "bytes": r.bytes,
                    "findings": [f.what for f in r.findings],
                    "repaired": r.dataset in repaired,
                }
                for r in results
            ]
        }
    )
    findings = [finding for result in results for finding in result.findings if result.dataset not in repaired]
    for finding in findings:
        screen.error(_error(finding))
    return findings[0].exit_code if findings else 0


def _repaired(
    results: list[Verified],
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
    if not arguments.repair or not broken:
        return set()
    for result in broken:
        for finding in result.findings:
            aside = scope.store.quarantine(finding.damaged) if finding.damaged else None
            screen.talk(f"{result.dataset}: {finding.what}" + (f"; moved to {aside}" if aside else ""))
    opener = opener_for(arguments, environ, screen, scope.store.root)
    sources = sources_for(arguments, environ, screen, offline=opener is None)
    watcher = PlanWatcher(screen, scope.store, arguments.max_download, dry_run=False)
    try:
        outcomes = fetch(
            scope.catalogue,
            {result.dataset: wanted[result.dataset] for result in broken},
            locks=scope.locks,
            store=scope.store,
            hub=opener,
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


def _error(finding: Finding) -> RecipesDataError:
    kind = NotFetchedError if finding.exit_code == 6 else IntegrityError
    return kind(
        f"{finding.dataset}: {finding.what}", f"recipes-data fetch {finding.dataset} (damaged files are replaced)"
    )


def _locks(names: list[str], scope: Scope) -> list[tuple[Lock, list[Address]]]:
    if names:
        wanted = addresses_of(scope.catalogue, names)
    else:
        wanted = {name: [Address(name)] for name in scope.catalogue.datasets}
    found: list[tuple[Lock, list[Address]]] = []
    for name, addresses in wanted.items():
        known = find_lock(scope.places, name)
        if known is not None:
            found.append((known[0], addresses if names else _fetched(known[0], scope)))
        elif names:
            raise NotFetchedError(
                f"{name!r} was never fetched\nlooked in: {scope.places.describe()}", f"recipes-data fetch {name}"
            )
    if not found:
        raise NotFetchedError(f"nothing was fetched yet\nlooked in: {scope.places.describe()}", "recipes-data fetch")
    return found


def _fetched(lock: Lock, scope: Scope) -> list[Address]:
    """The splits of which something is in the store: those a plain `verify` answers for."""
    by_path = lock.by_path()
    return [
        Address(lock.name, config.name, split.name)
        for config in lock.configs
        for split in config.splits
        if any(_is_there(by_path[path], scope) for path in split.files)
    ]


def _is_there(file: LockedFile, scope: Scope) -> bool:
    """Whether a blob of this name lies in the store, be it whole or damaged."""
    sha256 = file.sha256 or scope.store.sha256_of(file.digest)
    return sha256 is not None and scope.store.blob(sha256).exists()
