"""The only home of `load`: from a name to rows, by the lock and the store alone. No network, no YAML."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from loaders.pins import Pin
from loaders.rows import Rows
from recipes_data.address import Address, parse_address
from recipes_data.errors import IntegrityError, NotFetchedError, SampleDataError, UnknownNameError, UsageError
from recipes_data.lockfile import Lock
from recipes_data.locks import find_lock
from recipes_data.places import Places, demo_places, find_places
from recipes_data.store import store_at
from recipes_data.tables.opening import open_split
from recipes_data.usage import mark_used

__all__ = ["load"]

_Folder = str | os.PathLike[str] | None


def load(
    address: str,
    config: str | None = None,
    *,
    split: str | None = None,
    sample: bool = False,
    fetch: bool = False,
    token: str | Literal[False] | None = None,
    manifests: _Folder = None,
    project: _Folder = None,
    store: _Folder = None,
) -> Rows:
    """The rows of a split: `load("gsm8k", split="train")` or `load("mmlu/anatomy:test")`.

    Without a config the dataset's default one is meant. `sample=True` takes made-up sample rows, and
    looks where `recipes-data demo` put them unless a folder is named. `fetch=True` first runs
    `recipes-data fetch` for what is missing, with this `token` (None: the user's own; False: none).
    `manifests`, `project`, `store` are the command's options.

    Raises:
        NotFetchedError: the rows are not in the store; says which catalogue and store were looked in.
        UnknownNameError: no such dataset, config or split.
        SampleDataError: the rows are samples and `sample=True` was not said.
        IntegrityError: stored bytes were changed, or rows are not as many as promised.
    """
    wanted = parse_address(address)
    if (config and wanted.config) or (split and wanted.split):
        raise UsageError(f"{address!r} names a config or split, and so do the arguments", "say it once")
    config, split = config or wanted.config, split or wanted.split
    if sample and manifests is None and project is None:
        if fetch:
            raise UsageError("sample rows are on no Hub: fetch=True cannot bring them", "run: recipes-data demo")
        places = demo_places(store=store)
    else:
        places = find_places(manifests=manifests, project=project, store=store)
    if fetch:
        # the whole download layer, imported only for those who ask for it
        from recipes_data.online import fetch_for_load

        fetch_for_load(Address(wanted.name, config, split), places, os.environ, token)
    lock, path = _find_lock(wanted.name, places)
    if lock.sample and not sample:
        raise SampleDataError(
            f"{wanted.name!r} holds made-up sample rows, not the dataset",
            "say load(..., sample=True) to take them as such; the real rows: recipes-data fetch",
        )
    found, locked = lock.split(config, split)
    try:
        table = open_split(store_at(places), lock, found.name, locked)
    except NotFetchedError as exc:
        again = "recipes-data demo" if lock.sample else f"recipes-data fetch {wanted.name}{_origin_option(lock)}"
        raise NotFetchedError(f"{exc.what}\nlooked in: {places.describe()}", again) from exc
    except IntegrityError as exc:
        again = f"recipes-data fetch {wanted.name}"
        raise IntegrityError(exc.what, exc.do.replace("recipes-data fetch", again)) from exc
    mark_used(store_at(places), lock, path)
    files = lock.by_path()
    pin = Pin(
        dataset=lock.name,
        config=found.name,
        split=locked.name,
        repo=lock.repo,
        commit=lock.commit,
        origin=lock.origin,
        digests=tuple(files[file].digest for file in locked.files),
        lock=str(path),
        catalogue=str(places.catalogues[0]),
        store=str(places.store),
        sample=lock.sample,
    )
    return Rows(table, pin)


def _origin_option(lock: Lock) -> str:
    return " --hub FOLDER (its lock was made from a served folder)" if lock.origin == "folder" else ""


def _find_lock(name: str, places: Places) -> tuple[Lock, Path]:
    found = find_lock(places, name)
    if found is not None:
        return found
    known = _names(places)
    if name in known:
        what = f"{name!r} was never fetched\nlooked in: {places.describe()}"
        raise NotFetchedError(what, f"recipes-data fetch {name}")
    if name in _names(demo_places()):
        raise SampleDataError(f"{name!r} is a sample dataset", "say load(..., sample=True), after: recipes-data demo")
    what = f"no dataset is called {name!r} ({places.describe()})"
    raise UnknownNameError(what, f"there is: {', '.join(sorted(known))}")


def _names(places: Places) -> Mapping[str, Path]:
    """Names of the dataset manifests, by their file names: no YAML is read."""
    found: dict[str, Path] = {}
    for folder in places.catalogues:
        for path in (folder / "datasets").glob("*.y*ml"):
            found.setdefault(path.stem, path)
    return found
