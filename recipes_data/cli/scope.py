"""What a command works on: places, catalogue and the names it was given."""

from __future__ import annotations

import argparse
import functools
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from recipes_data.address import Address, parse_address
from recipes_data.errors import StoreError, UnknownNameError, UsageError
from recipes_data.lockfile import Lock
from recipes_data.locks import find_lock
from recipes_data.places import MARKER, Places, find_places
from recipes_data.store import Store, store_at

if TYPE_CHECKING:
    from recipes_data.catalogue import Catalogue

__all__ = ["Scope", "addresses_of", "check_recipe_address", "open_scope", "places_of", "see_folder", "watched_paths"]

_DEFAULT_GROUP = "default"


class Scope:
    """Places, their catalogue, the store, and the folder of locks that this run reads and writes."""

    def __init__(self, places: Places, store: Store, locks: Path) -> None:
        self.places = places
        self.store = store
        self.locks = locks
        self._found: dict[str, tuple[Lock, Path] | None] = {}

    def lock_of(self, name: str) -> Lock | None:
        """The lock that answers for a name, read once: what lists a catalogue asks for it again and again.

        Raises:
            LockError: it cannot be read.
        """
        if name not in self._found:
            self._found[name] = find_lock(self.places, name)
        found = self._found[name]
        return found[0] if found else None

    @functools.cached_property
    def catalogue(self) -> Catalogue:
        """Read when it is first asked for: a command that goes by locks alone pays for no YAML and no pydantic.

        Raises:
            ManifestError: a manifest is not as it should be.
        """
        from recipes_data.catalogue import read_catalogue

        return read_catalogue(self.places.catalogues)


def open_scope(arguments: argparse.Namespace, environ: Mapping[str, str]) -> Scope:
    """The scope that the options name.

    Raises:
        UsageError: a folder is not as it should be.
    """
    places = places_of(arguments, environ)
    served = getattr(arguments, "origin", None) is not None
    locks = places.folder_locks if served else places.hub_locks
    store = store_at(places)
    if getattr(arguments, "shared_group", False):
        store.share_with_group()
    store.honour_group()
    return Scope(places, store, locks)


def places_of(arguments: argparse.Namespace, environ: Mapping[str, str]) -> Places:
    """The places that the options name.

    Raises:
        UsageError: a folder is not as it should be.
        StoreError: the store is a file, which would pass for an empty one.
    """
    places = find_places(
        manifests=arguments.manifests, project=arguments.project, store=arguments.store, environ=environ
    )
    see_folder(places.store)
    return places


def see_folder(store: Path) -> None:
    """See that a store is a folder, or not there yet.

    Raises:
        StoreError: it is something else.
    """
    if not store.is_dir() and os.path.lexists(store):
        raise StoreError(f"the store {store} is not a folder", "correct --store or RECIPES_DATA_HOME")


def watched_paths(places: Places, environ: Mapping[str, str], cwd: Path) -> list[Path]:
    """Every path whose change can change a scope: marker files up to the project, folders, manifests."""
    paths: list[Path] = []
    if not environ.get("RECIPES_DATA_MANIFESTS"):
        for folder in (cwd, *cwd.parents):
            paths += [folder / MARKER, folder / "pyproject.toml"]
            if folder == places.project:
                break
    for catalogue in places.catalogues:
        for folder in (catalogue / "datasets", catalogue / "recipes"):
            paths += [folder, *sorted(folder.glob("*.y*ml"))]
    return paths


def check_recipe_address(address: Address) -> None:
    """See that an address of a recipe is its name alone.

    Raises:
        UnknownNameError: it names a config or a split.
    """
    if address.config or address.split:
        raise UnknownNameError(
            f"{address.name!r} is a recipe: it has no configs or splits", f"recipes-data show {address.name}"
        )


def addresses_of(catalogue: Catalogue, names: list[str], *, everything: bool = False) -> dict[str, list[Address]]:
    """What the names mean, dataset by dataset: datasets, addresses, recipes; none: the default group.

    Raises:
        UnknownNameError, UsageError: a name is not known, or there is no default group.
    """
    if everything:
        return {name: [Address(name)] for name in catalogue.datasets}
    if not names:
        if _DEFAULT_GROUP not in catalogue.recipes:
            raise UsageError(
                "this catalogue has no default group (a recipe called `default`)", "name a dataset, or say --all"
            )
        names = [_DEFAULT_GROUP]
    wanted: dict[str, list[Address]] = {}
    for text in names:
        address = parse_address(text)
        if address.name in catalogue.recipes:
            check_recipe_address(address)
            for need in catalogue.recipe(address.name).needs:
                splits = need.splits or (None,)
                wanted.setdefault(need.name, []).extend(
                    Address(need.name, need.config, split, need.shards, need.rows) for split in splits
                )
        else:
            catalogue.dataset(address.name)
            wanted.setdefault(address.name, []).append(address)
    return wanted
