"""`recipes-data cache dir | list | build | prune | clear`: what lies in the store, and what of it goes."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from recipes_data.cli.rowcaches import build_row_caches
from recipes_data.cli.scope import Scope, addresses_of, open_scope, places_of
from recipes_data.cli.screen import Screen, size_text, table_text
from recipes_data.errors import StoreError, UnknownNameError, UsageError
from recipes_data.eviction import Freed, Prune, apply_prune, clear_notes, plan_clear, plan_prune
from recipes_data.holdings import Held, Inventory, Stored, pinned_now, take_inventory
from recipes_data.locks import find_lock
from recipes_data.places import Places
from recipes_data.plan import make_plan, present_in
from recipes_data.settings import read_settings
from recipes_data.store import Store
from recipes_data.usage import traffic
from recipes_data.wording import counted

__all__ = ["cache_command"]


def cache_command(
    arguments: argparse.Namespace, screen: Screen, argv: Sequence[str], environ: Mapping[str, str]
) -> int:
    """Run the action that was named."""
    actions = {"dir": _dir, "list": _list, "build": build_row_caches, "prune": _prune, "clear": _clear}
    return actions[arguments.action](arguments, screen, environ)


def _inventory(places: Places, now: float) -> Inventory:
    return take_inventory(Store(places.store, scratch=places.scratch), (places.hub_locks, places.folder_locks), now)


def _dir(arguments: argparse.Namespace, screen: Screen, environ: Mapping[str, str]) -> int:
    store = places_of(arguments, environ).store
    screen.out(str(store))
    screen.document({"store": str(store), "exists": store.is_dir()})
    return 0


# --- list


def _list(arguments: argparse.Namespace, screen: Screen, environ: Mapping[str, str]) -> int:
    scope = open_scope(arguments, environ)
    limit = read_settings(scope.places.project).cache.max_size
    inventory = _inventory(scope.places, time.time())
    datasets = sorted(inventory.datasets, key=lambda held: (not held.ours, -held.size, held.name))
    recipes = [line for name in scope.catalogue.recipes if (line := _recipe(name, scope))["bytes"]]
    moved = traffic(scope.store)
    aside = [item for item in inventory.items if item.kind == "quarantined"]
    caches = [item for item in inventory.items if item.kind == "rows"]
    made = [item for item in inventory.items if item.kind == "converted"]
    loose = [item for item in inventory.items if item.kind in ("blob", "partial") and not item.pinned_by]
    head = ("dataset", "files", "size", "alone", "last used", "lock")
    screen.out(table_text(head, [_held_row(held) for held in datasets if held.files_held], right=(1, 2, 3)))
    if recipes:
        rows = [(r["name"], f"{r['files_held']} of {r['files']}", size_text(r["bytes"])) for r in recipes]
        screen.out("\n" + table_text(("recipe", "files", "size"), rows, right=(1, 2)))
    screen.out(f"\nstore          {scope.store.root}")
    if scope.store.scratch:
        screen.out(f"scratch        {scope.store.scratch}")
    screen.out(f"size           {size_text(inventory.size)}{f' (max_size {size_text(limit)})' if limit else ''}")
    screen.out(f"pinned by none {size_text(sum(item.size for item in loose))} in {counted(len(loose), 'file')}")
    if caches:
        screen.out(f"row caches     {size_text(sum(item.size for item in caches))} in {counted(len(caches), 'file')}")
    if made:
        screen.out(f"converted      {size_text(sum(item.size for item in made))} of {counted(len(made), 'table')}")
    if aside:
        where = scope.store.root / "quarantine"
        screen.out(
            f"quarantined    {size_text(sum(item.size for item in aside))} in {counted(len(aside), 'file')} ({where})"
        )
    if moved.hit_rate is not None:
        screen.out(
            f"hit rate       {moved.hit_rate:.1%} of the bytes that {counted(moved.fetches, 'fetch', 'fetches')} "
            f"wanted were here: {size_text(moved.served)} served, {size_text(moved.fetched)} fetched"
        )
    screen.document(
        {
            "store": str(scope.store.root),
            "bytes": inventory.size,
            "max_size": limit,
            "bytes_unpinned": sum(item.size for item in loose),
            "bytes_row_caches": sum(item.size for item in caches),
            "bytes_converted": sum(item.size for item in made),
            "bytes_quarantined": sum(item.size for item in aside),
            "datasets": [_held_document(held) for held in datasets],
            "recipes": recipes,
            "traffic": {
                "fetches": moved.fetches,
                "bytes_served": moved.served,
                "bytes_fetched": moved.fetched,
                "hit_rate": moved.hit_rate,
            },
        }
    )
    return 0


def _held_row(held: Held) -> tuple[str, ...]:
    files = f"{held.files_held} of {held.files}"
    where = held.commit[:12] if held.ours else str(held.lock)
    return held.name, files, size_text(held.size), size_text(held.size_alone), _day(held.last_use), where


def _held_document(held: Held) -> dict[str, Any]:
    return {
        "name": held.name,
        "commit": held.commit,
        "lock": str(held.lock),
        "ours": held.ours,
        "files": held.files,
        "files_held": held.files_held,
        "bytes": held.size,
        "bytes_alone": held.size_alone,
        "last_use": _moment(held.last_use),
    }


def _recipe(name: str, scope: Scope) -> dict[str, Any]:
    """A recipe's files by its locks, each once; datasets without a lock count nothing."""
    wanted = addresses_of(scope.catalogue, [name])
    locks = [found[0] for dataset in wanted if (found := find_lock(scope.places, dataset)) is not None]
    present = present_in(Store(scope.places.store))  # what shared stores hold takes no room here
    try:
        plan = make_plan(locks, wanted, present)
    except UnknownNameError:  # a lock that is older than the recipe: `fetch` says so
        return {"name": name, "files": 0, "files_held": 0, "bytes": 0, "datasets": list(wanted)}
    files = {file.digest: file for dataset in plan.datasets for file in dataset.files}
    missing = {file.digest for dataset in plan.datasets for file in dataset.missing}
    held = sum(file.size for digest, file in files.items() if digest not in missing)
    return {
        "name": name,
        "files": len(files),
        "files_held": len(files) - len(missing),
        "bytes": held,
        "datasets": list(wanted),
    }


# --- prune and clear


def _prune(arguments: argparse.Namespace, screen: Screen, environ: Mapping[str, str]) -> int:
    places = places_of(arguments, environ)
    settings = read_settings(places.project)
    limit = settings.cache.max_size if arguments.max_size is None else arguments.max_size
    if limit is None and not (arguments.unused or arguments.rows or arguments.converted):
        raise UsageError(
            "nothing says what may go: neither --max-size, --unused, --rows nor --converted, and the project file "
            "sets no max_size",
            "say --max-size 50GB, --unused, --rows or --converted, "
            'or write [cache] max_size = "50GB" into recipes-data.toml',
        )
    now = time.time()
    plan = plan_prune(
        _inventory(places, now),
        max_size=limit,
        unused=arguments.unused,
        rows=arguments.rows,
        converted=arguments.converted,
        now=now,
        min_age=arguments.min_age,
        metadata_ttl=settings.cache.metadata_ttl,
    )
    return _carried_out(arguments, screen, places, plan)


def _clear(arguments: argparse.Namespace, screen: Screen, environ: Mapping[str, str]) -> int:
    places = places_of(arguments, environ)
    inventory = _inventory(places, time.time())
    known = sorted({held.name for held in inventory.datasets if held.ours})
    for name in arguments.names:
        if name not in known:
            raise UnknownNameError(f"the store holds no dataset {name!r}", f"it holds: {', '.join(known) or 'none'}")
    if inventory.live and not arguments.names:
        raise StoreError(
            f"another run is fetching into this store: {inventory.live[0]}",
            "let it end, then run the same command again",
        )
    plan = plan_clear(inventory, arguments.names)
    if not arguments.dry_run and not arguments.yes:
        _ask(plan, places)
    return _carried_out(arguments, screen, places, plan)


def _ask(plan: Prune, places: Places) -> None:
    what = f"{size_text(plan.frees)} go from {places.store}; locks stay, so the same bytes can be fetched again"
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError(what, "say --yes to let them go, --dry-run to see what they are")
    print(f"{what}. Go on? [y/N] ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise UsageError("nothing was removed, as you said", "")


def _carried_out(arguments: argparse.Namespace, screen: Screen, places: Places, plan: Prune) -> int:
    store = Store(places.store)
    clearing = arguments.action == "clear"
    freed: Freed | None = None
    if not arguments.dry_run:
        freed = apply_prune(
            store,
            plan,
            # who says `clear` means it, whatever pins it
            frozenset if clearing else lambda: pinned_now(store, (places.hub_locks, places.folder_locks), time.time()),
        )
        if clearing and not arguments.names:
            clear_notes(store)
    items = plan.items if freed is None else freed.gone
    verb = "would go" if freed is None else "gone"
    screen.out(table_text(("what", "files", "size", "last used", "used as"), _grouped(items), right=(1, 2)))
    size = sum(item.size for item in items)
    pinned = size_text(plan.pinned)
    screen.out(f"\n{size_text(size)} {verb}; {size_text(plan.before - size)} stay, {pinned} of it pinned by locks")
    if plan.over:
        screen.talk(
            f"still {size_text(plan.over)} above {size_text(plan.limit or 0)}: {pinned} are pinned by locks, "
            f"{size_text(plan.fresh)} are too new\n  -> recipes-data cache list; recipes-data cache clear NAME"
        )
    for item in freed.kept if freed else ():
        screen.talk(f"kept: {item.name} was pinned by somebody meanwhile")
    for error in freed.refused if freed else ():
        screen.error(error)
    screen.document(_document(arguments, plan, items, freed))
    return freed.refused[0].exit_code if freed is not None and freed.refused else 0


def _grouped(items: Sequence[Stored]) -> list[tuple[str, ...]]:
    """One line for everything of a kind that was used as the same datasets, the least recently used first."""
    groups: dict[tuple[str, tuple[str, ...]], list[Stored]] = {}
    for item in items:
        groups.setdefault((item.kind, item.known_as), []).append(item)
    lines = sorted(groups.items(), key=lambda pair: max(item.last_use for item in pair[1]))
    return [
        (
            kind,
            str(len(group)),
            size_text(sum(item.size for item in group)),
            _day(max(item.last_use for item in group)),
            ", ".join(known_as) or "-",
        )
        for (kind, known_as), group in lines
    ]


def _document(
    arguments: argparse.Namespace, plan: Prune, items: Sequence[Stored], freed: Freed | None
) -> dict[str, Any]:
    size = sum(item.size for item in items)
    return {
        "dry_run": arguments.dry_run,
        "bytes_before": plan.before,
        "bytes_gone": size,
        "bytes_after": plan.before - size,
        "bytes_pinned": plan.pinned,
        "bytes_too_new": plan.fresh,
        "max_size": plan.limit,
        "bytes_over": plan.over,
        "items": [
            {
                "kind": item.kind,
                "name": item.name,
                "bytes": item.size,
                "last_use": _moment(item.last_use),
                "used_as": list(item.known_as),
            }
            for item in items
        ],
        "kept": [item.name for item in freed.kept] if freed else [],
        "errors": [error.what for error in freed.refused] if freed else [],
    }


def _day(moment: float | None) -> str:
    return "-" if moment is None else datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d")


def _moment(moment: float | None) -> str | None:
    return None if moment is None else datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
