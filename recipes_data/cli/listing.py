"""`recipes-data list`: every dataset, model, recipe and benchmark, its state here, and what it was proven on."""

from __future__ import annotations

import argparse
import functools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from recipes_data.address import Address
from recipes_data.catalogue import Entry
from recipes_data.cli.scope import Scope, addresses_of, open_scope
from recipes_data.cli.screen import Screen, size_text, table_text
from recipes_data.errors import UnknownNameError
from recipes_data.lockfile import Lock
from recipes_data.locking import is_stale
from recipes_data.manifest import DatasetManifest, Need
from recipes_data.places import is_packaged
from recipes_data.plan import plan_dataset, present_in
from recipes_data.shipped import GENERATED, Shipped, read_shipped

__all__ = [
    "dataset_line",
    "gating_of",
    "is_benchmark",
    "list_command",
    "needed_words",
    "place_words",
    "recipe_line",
    "size_words",
]

_SHORT = {GENERATED: "generated"}
_LEGEND = """\
proven on: what the tests of recipes-data ran on. generated: rows in the remembered shape of the real repository, which
was not asked. -: a manifest of your own, of which they know nothing. docs/catalogue.md and --json say more."""


def list_command(arguments: argparse.Namespace, screen: Screen, argv: Sequence[str], environ: Mapping[str, str]) -> int:
    """Everything in the catalogue, in four tables."""
    scope = open_scope(arguments, environ)
    shipped = read_shipped()
    lines = [dataset_line(name, scope, shipped) for name in scope.catalogue.datasets]
    recipes = [recipe_line(name, scope, shipped) for name in scope.catalogue.recipes]
    found = {
        "datasets": [line for line in lines if line["type"] == "dataset"],
        "models": [line for line in lines if line["type"] == "model"],
        "recipes": [line for line in recipes if not is_benchmark(line["name"])],
        "benchmarks": [line for line in recipes if is_benchmark(line["name"])],
    }
    tables = [_table(kind, found[kind], screen.width) for kind in found if found[kind]]
    screen.out("\n\n".join(tables))
    for line in (*lines, *recipes):
        for shadowed in line["shadows"]:
            screen.out(f"\n{line['name']}: {line['path']} shadows {shadowed}")
    screen.talk(f"\n{_LEGEND}")
    screen.document(found)
    return 0


def is_benchmark(recipe: str) -> bool:
    """Whether a recipe is a benchmark: its name says so."""
    return recipe.startswith("bench_")


def dataset_line(name: str, scope: Scope, shipped: Shipped) -> dict[str, Any]:
    """What `list` tells of a dataset or model.

    Raises:
        UnknownNameError: there is none of this name.
        LockError: its lock cannot be read.
    """
    manifest = scope.catalogue.dataset(name)
    entry = scope.catalogue.datasets[name]
    lock = scope.lock_of(name)
    have, total = _have(lock, [Address(name)], scope)
    ours = _ships(entry)
    licences = ", ".join(manifest.license) if manifest.license else None
    return {
        "name": name,
        "type": manifest.type,
        "title": manifest.title,
        "state": _state(lock, manifest, have, total),
        "files": total,
        "files_present": have,
        "repo": manifest.source,
        "revision": manifest.revision if manifest.repo else None,
        "pin": lock.commit if lock else manifest.revision if manifest.repo else None,
        "license": (lock.license if lock else None) or licences,
        "gated": gating_of(lock, manifest),
        "doubt": manifest.doubt,
        "size": _size(lock, name, shipped if ours else None),
        "proven": shipped.dataset(name) if ours else None,
        "proven_note": shipped.notes.get(name) if ours else None,
        "views": [view.call for view in shipped.reading(name)] if ours else [],
        "used_by": [
            recipe for recipe in scope.catalogue.recipes if name in _names(scope.catalogue.recipe(recipe).needs)
        ],
        "path": str(entry.path),
        "shadows": [str(path) for path in entry.shadows],
    }


def recipe_line(name: str, scope: Scope, shipped: Shipped) -> dict[str, Any]:
    """What `list` tells of a recipe or benchmark; raises as `dataset_line` does."""
    manifest = scope.catalogue.recipe(name)
    entry = scope.catalogue.recipes[name]
    names = _names(manifest.needs)
    ours = _ships(entry) and all(_ships(scope.catalogue.datasets[need]) for need in names)
    return {
        "name": name,
        "title": manifest.title,
        "state": _recipe_state(name, scope),
        "needs": list(dict.fromkeys(need.name + (f"/{need.config}" if need.config else "") for need in manifest.needs)),
        "views": [view.call for view in shipped.views_of(name)] if ours else [],
        "proven": shipped.recipe(name, names) if ours else None,
        "path": str(entry.path),
        "shadows": [str(path) for path in entry.shadows],
    }


def needed_words(needs: Iterable[str]) -> str:
    """`gsm8k/main, ceval (52 configs)`: needs for people."""
    grouped: dict[str, list[str]] = {}
    for need in needs:
        grouped.setdefault(need.partition("/")[0], []).append(need)
    return ", ".join(
        every[0] if len(every) == 1 else f"{name} ({len(every)} configs)" for name, every in grouped.items()
    )


def place_words(repo: str) -> str:
    """A repository's id; of a URL its host and its last part."""
    _, scheme, place = repo.partition("://")
    parts = place.rstrip("/").split("/")
    return repo if not scheme else "/…/".join(dict.fromkeys((parts[0], parts[-1])))


def size_words(size: Mapping[str, Any] | None) -> str:
    """`2.3 MB`, `about 36.0 GB`; empty where it is not known."""
    if size is None:
        return ""
    return size_text(size["bytes"]) if size["exact"] else f"about {size_text(size['bytes'])}"


def _table(kind: str, lines: Sequence[Mapping[str, Any]], width: int | None) -> str:
    head: tuple[str, ...] = (kind[:-1], "state", "proven on", "needs", "title")
    if kind in ("datasets", "models"):
        head = (kind[:-1], "state", "proven on", "repository", "pin", "title")
    rows = [(*_first(line), *_second(line), line["title"]) for line in lines]
    return table_text(head, rows, width=width)


def _first(line: Mapping[str, Any]) -> tuple[str, str, str]:
    proven = line["proven"] or "-"
    return line["name"], line["state"], _SHORT.get(proven, proven)


def _second(line: Mapping[str, Any]) -> tuple[str, ...]:
    if "needs" in line:
        return (needed_words(line["needs"]),)
    return place_words(line["repo"]), (line["pin"] or "-")[:12]


def gating_of(lock: Lock | None, manifest: DatasetManifest) -> str | None:
    """Whether a dataset is gated ("no", "yes", "auto", "manual") as a Hub or its manifest says; None: neither does."""
    if lock is not None and lock.repo and lock.origin != "folder":
        return lock.gated or "no"
    return manifest.gated if "gated" in manifest.model_fields_set else None


def _names(needs: Iterable[Need]) -> list[str]:
    return list(dict.fromkeys(need.name for need in needs))


def _ships(entry: Entry) -> bool:
    """Whether a manifest is one of those that the tests know: it lies in the packaged catalogue."""
    return _is_packaged(entry.path.parent.parent)


_is_packaged = functools.cache(is_packaged)  # some two hundred manifests lie in a few folders


def _size(lock: Lock | None, name: str, shipped: Shipped | None) -> dict[str, Any] | None:
    if lock is not None:
        return {"bytes": sum(file.size for file in lock.files), "exact": True, "evidence": "the lock"}
    known = shipped.sizes.get(name) if shipped else None
    return {"bytes": known.bytes, "exact": known.exact, "evidence": known.evidence} if known else None


def _have(lock: Lock | None, wanted: Iterable[Address], scope: Scope) -> tuple[int | None, int | None]:
    """How many of the wanted files are in the store, and how many there are; None where nothing is locked."""
    if lock is None:
        return None, None
    plan = plan_dataset(lock, wanted, present_in(scope.store))
    return len(plan.files) - len(plan.missing), len(plan.files)


def _state(lock: Lock | None, manifest: DatasetManifest, have: int | None, total: int | None) -> str:
    if lock is None:
        return "not locked"
    state = "stale lock" if is_stale(lock, manifest) else _of_files(have or 0, total or 0)
    return state if lock.origin != "folder" else f"{state} ({'sample' if lock.sample else 'folder'})"


def _of_files(have: int, total: int) -> str:
    return "fetched" if have == total else f"{have} of {total} files" if have else "locked"


def _recipe_state(name: str, scope: Scope) -> str:
    """The state of all that a recipe needs, and of no more."""
    have = total = locked = 0
    stale = False
    needs = addresses_of(scope.catalogue, [name])
    for need, addresses in needs.items():
        lock = scope.lock_of(need)
        if lock is None:
            continue
        locked += 1
        stale = stale or is_stale(lock, scope.catalogue.dataset(need))
        try:
            here, there = _have(lock, addresses, scope)
        except UnknownNameError:  # the lock has no such config or split: it is of another manifest, or of another card
            return "lock does not fit"
        have, total = have + (here or 0), total + (there or 0)
    if not locked:
        return "not locked"
    if stale:
        return "stale lock"
    return _of_files(have, total) if locked == len(needs) else f"{locked} of {len(needs)} locked"
