"""`recipes-data fetch`: the plan, the progress, the table at the end, the stamp for the next time."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from recipes_data.cli.scope import Scope, addresses_of, open_scope, watched_paths
from recipes_data.cli.screen import Screen, size_text, table_text
from recipes_data.cli.stamp import place, record, snapshot
from recipes_data.cli.watching import PlanWatcher
from recipes_data.cli.ways import folder_of, opener_for, said_to_a_folder, sources_for
from recipes_data.errors import UsageError
from recipes_data.fetch import Outcome, fetch
from recipes_data.locks import lock_path
from recipes_data.plan import Plan
from recipes_data.wording import counted

__all__ = ["fetch_command"]

_STAMP_VARIABLE = "RECIPES_DATA_STAMP_OF_PARENT"


def fetch_command(
    arguments: argparse.Namespace, screen: Screen, argv: Sequence[str], environ: Mapping[str, str]
) -> int:
    """Run `fetch`; the exit code is the first failure's."""
    before = snapshot(_watched_now(arguments, environ))
    scope = open_scope(arguments, environ)
    folder = folder_of(arguments)
    if folder is not None:
        return _through_a_folder(folder, arguments, screen, argv, environ)
    wanted = addresses_of(scope.catalogue, arguments.names, everything=arguments.all)
    opener = opener_for(arguments, environ, screen, scope.store.root)

    def checkup(plan: Plan) -> None:
        from recipes_data.cli.checkup import check_before  # a small fetch pays for none of it

        check_before(plan, scope, arguments, environ, opener, screen)

    watcher = PlanWatcher(screen, scope.store, arguments.max_download, dry_run=arguments.dry_run, checkup=checkup)
    frozen = bool(environ.get("CI")) if arguments.locked is None else bool(arguments.locked)
    sources = sources_for(arguments, environ, screen, offline=opener is None)
    try:
        outcomes = fetch(
            scope.catalogue,
            wanted,
            locks=scope.locks,
            store=scope.store,
            hub=opener,
            sites=None if opener is None else opener.sites,
            watcher=watcher,
            sources=sources,
            frozen=frozen,
            jobs=arguments.jobs,
            dry_run=arguments.dry_run,
            allow_unsafe=arguments.allow_unsafe,
        )
    finally:
        watcher.close()
        if opener is not None:
            opener.close()
        for source in sources:
            source.close()
    _report(outcomes, watcher, scope, screen)
    for outcome in outcomes:
        for giver, count in outcome.sources.items():
            if giver != "the Hub":
                screen.talk(f"{outcome.name}: {size_text(count)} from {giver}")
    failed = [outcome.error for outcome in outcomes if outcome.error is not None]
    if not failed and not arguments.dry_run:
        _stamp(outcomes, watcher, scope, screen, argv, environ, before)
    return failed[0].exit_code if failed else 0


def _watched_now(arguments: argparse.Namespace, environ: Mapping[str, str]) -> list[Path]:
    """What the scope of these options is read from, before it is read."""
    from recipes_data.places import find_places

    places = find_places(
        manifests=arguments.manifests, project=arguments.project, store=arguments.store, environ=environ
    )
    return [Path(__file__), *watched_paths(places, environ, Path.cwd())]


def _through_a_folder(
    folder: Path,
    arguments: argparse.Namespace,
    screen: Screen,
    argv: Sequence[str],
    environ: Mapping[str, str],
) -> int:
    if arguments.offline:
        raise UsageError("--offline and --hub FOLDER contradict each other", "leave one of them out")
    from recipes_data.cli.child import run_against_folder  # the server that is embedded here

    # the child's words name a port that never comes again: it keeps its stamp under ours
    handed = {**environ, _STAMP_VARIABLE: "\n".join(place(argv, environ))}
    code, _, requests = run_against_folder(folder, said_to_a_folder(argv), handed)
    screen.detail(f"{folder} was served on loopback: {counted(requests, 'request')}")
    if code < 0:  # ended by a signal, as after Ctrl-C
        return 130
    return code


def _state(outcome: Outcome, *, dry_run: bool) -> str:
    if outcome.error is not None:
        return f"failed: {type(outcome.error).__name__}"
    if dry_run and outcome.plan is not None:
        return {"fetch": "to fetch", "check": "to check", "ready": "ready"}[outcome.plan.state]
    return "ready"


def _report(
    outcomes: list[Outcome], watcher: PlanWatcher, scope: Scope, screen: Screen, *, again: bool = False
) -> None:
    """The table and the errors; `again`: as the next run would print it, with nothing fetched."""
    head = ("dataset", "state", "splits", "rows", "files", "size", "fetched", "commit")
    rows = []
    for outcome in outcomes:
        plan, lock = outcome.plan, outcome.lock
        rows.append(
            (
                outcome.name,
                _state(outcome, dry_run=watcher.dry_run),
                str(len(plan.splits)) if plan else "-",
                f"{sum(outcome.rows.values()):,}" if outcome.rows else "-",
                str(len(plan.files)) if plan else "-",
                size_text(plan.bytes_total) if plan else "-",
                size_text(0 if again else outcome.bytes_fetched),
                f"{lock.commit[:12]}{' (folder)' if lock.origin == 'folder' else ''}" if lock else "-",
            )
        )
    screen.out(table_text(head, rows, right=(2, 3, 4, 5, 6)))
    screen.document(_document(outcomes, watcher, scope, screen, again=again))
    if not again:
        screen.errors([(outcome.name, outcome.error) for outcome in outcomes if outcome.error is not None])


def _document(
    outcomes: list[Outcome], watcher: PlanWatcher, scope: Scope, screen: Screen, *, again: bool
) -> dict[str, Any]:
    return {
        "dry_run": watcher.dry_run,
        "store": str(scope.store.root),
        "catalogues": [str(folder) for folder in scope.places.catalogues],
        "bytes_to_fetch": 0 if again or watcher.plan is None else watcher.plan.bytes_missing,
        "datasets": [
            {
                "name": outcome.name,
                "state": _state(outcome, dry_run=watcher.dry_run),
                "repo": outcome.lock.repo if outcome.lock else None,
                "commit": outcome.lock.commit if outcome.lock else None,
                "origin": outcome.lock.origin if outcome.lock else None,
                "files": len(outcome.plan.files) if outcome.plan else None,
                "bytes": outcome.plan.bytes_total if outcome.plan else None,
                "bytes_missing": 0 if again or not outcome.plan else outcome.plan.bytes_missing,
                "bytes_fetched": 0 if again else outcome.bytes_fetched,
                "sources": {} if again else outcome.sources,
                "rows": outcome.rows,
                "converted": {
                    key: {"format": found.to, "bytes": found.size, "bytes_converted": 0 if again else found.made}
                    for key, found in outcome.converted.items()
                },
                "tables": {key: str(folder) for key, folder in outcome.tables.items()},
                "error": None if outcome.error is None else screen.failure(outcome.error),
            }
            for outcome in outcomes
        ],
    }


def _stamp(
    outcomes: list[Outcome],
    watcher: PlanWatcher,
    scope: Scope,
    screen: Screen,
    argv: Sequence[str],
    environ: Mapping[str, str],
    before: Mapping[str, str],
) -> None:
    """Keep what the next run of the same words would print, with everything that decides it."""
    shadow = Screen(json_wanted=screen.json_wanted, quiet=True)
    kept: list[str] = []
    shadow.collect(kept)
    _report(outcomes, watcher, scope, shadow, again=True)
    paths: list[Path] = []
    for outcome in outcomes:
        paths += [lock_path(scope.locks, outcome.name), *outcome.tables.values()]
        for found in outcome.converted.values():
            paths += [part.path for part in found.parts]
        if outcome.plan is not None and outcome.lock is not None:
            by_path = outcome.lock.by_path()
            for file in outcome.plan.files:
                sha256 = by_path[file.path].sha256 or scope.store.sha256_of(file.digest)
                paths.append(scope.store.blob(sha256 or ""))
            members = outcome.lock.all_files()[len(outcome.lock.files) :]
            paths += [scope.store.blob(file.sha256 or "") for file in members]
    path, _, key = environ.get(_STAMP_VARIABLE, "").partition("\n")
    record((path, key) if key else place(argv, environ), {**before, **snapshot(paths)}, "\n".join(kept) + "\n")
