"""`recipes-data verify`: every stored byte read again; everything wrong in one list."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence

from recipes_data.address import Address, parse_address
from recipes_data.cli.scope import Scope, addresses_of, open_scope
from recipes_data.cli.screen import Progress, Screen, size_text, table_text
from recipes_data.errors import IntegrityError, NotFetchedError, RecipesDataError, UsageError
from recipes_data.lockfile import Lock, LockedFile
from recipes_data.locks import find_lock, locked_names
from recipes_data.verify import Finding, verify

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
    repaired: set[str] = set()
    if arguments.repair and any(result.findings for result in results):
        from recipes_data.cli.repair import repair  # the Hub, which a verification does without

        wanted = {lock.name: addresses for lock, addresses in locks}
        repaired = repair(results, wanted, arguments, scope, screen, environ)
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


def _error(finding: Finding) -> RecipesDataError:
    kind = NotFetchedError if finding.exit_code == 6 else IntegrityError
    mended = f"recipes-data fetch {finding.dataset} (damaged files are replaced)"
    if finding.derived:
        mended = f"nothing has to be fetched; recipes-data verify {finding.dataset} tells whether all is well now"
    return kind(f"{finding.dataset}: {finding.what}", mended)


def _locks(names: list[str], scope: Scope) -> list[tuple[Lock, list[Address]]]:
    wanted = _wanted(names, scope)
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


def _wanted(names: list[str], scope: Scope) -> dict[str, list[Address]]:
    """What the names mean. Manifests are read only where a name has no lock, so may be a recipe's."""
    if not names:
        return {name: [Address(name)] for name in locked_names(scope.places)}
    locked = set(locked_names(scope.places))
    addresses = [parse_address(text) for text in names]
    if any(address.name not in locked for address in addresses):
        return addresses_of(scope.catalogue, names)
    wanted: dict[str, list[Address]] = {}
    for address in addresses:
        wanted.setdefault(address.name, []).append(address)
    return wanted


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
