"""What a command works on: places, catalogue, the names it was given, and the way to the Hub."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from recipes_data.address import Address, parse_address
from recipes_data.catalogue import Catalogue, read_catalogue
from recipes_data.cli.screen import Screen
from recipes_data.elsewhere import From
from recipes_data.errors import UnknownNameError, UsageError
from recipes_data.hub.retry import Policy
from recipes_data.online import Opener, endpoint_of, is_offline
from recipes_data.places import MARKER, Places, find_places
from recipes_data.sources import HubCache, Source, hub_cache_folder
from recipes_data.store import Store, store_at

__all__ = ["Scope", "addresses_of", "folder_of", "open_scope", "opener_for", "sources_for", "watched_paths"]

_DEFAULT_GROUP = "default"


@dataclass(frozen=True, slots=True)
class Scope:
    """Places, their catalogue, the store, and the folder of locks that this run reads and writes."""

    places: Places
    catalogue: Catalogue
    store: Store
    locks: Path


def open_scope(arguments: argparse.Namespace, environ: Mapping[str, str]) -> Scope:
    """The scope that the options name.

    Raises:
        UsageError, ManifestError: a folder or a manifest is not as it should be.
    """
    places = find_places(
        manifests=arguments.manifests, project=arguments.project, store=arguments.store, environ=environ
    )
    served = getattr(arguments, "origin", None) is not None
    locks = places.folder_locks if served else places.hub_locks
    store = store_at(places)
    if getattr(arguments, "shared_group", False):
        store.share_with_group()
    store.honour_group()
    return Scope(places, read_catalogue(places.catalogues), store, locks)


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
            if address.config or address.split:
                raise UnknownNameError(
                    f"{address.name!r} is a recipe: it has no configs or splits", f"recipes-data show {address.name}"
                )
            for need in catalogue.recipe(address.name).needs:
                splits = need.splits or (None,)
                wanted.setdefault(need.name, []).extend(Address(need.name, need.config, split) for split in splits)
        else:
            catalogue.dataset(address.name)
            wanted.setdefault(address.name, []).append(address)
    return wanted


def folder_of(arguments: argparse.Namespace) -> Path | None:
    """The folder that `--hub` names, or None where it names a URL or is not given.

    Raises:
        UsageError: neither a URL nor a folder.
    """
    given = arguments.hub
    if not given or "://" in given:
        return None
    folder = Path(given).expanduser()
    if not folder.is_dir():
        raise UsageError(
            f"--hub {given}: neither a URL nor a folder", "give https://... or a folder with datasets/ORG/NAME/..."
        )
    return folder.resolve()


def opener_for(arguments: argparse.Namespace, environ: Mapping[str, str], screen: Screen, store: Path) -> Opener | None:
    """The way to the Hub, or None where the run is offline.

    Raises:
        UsageError: the token file cannot be read, or the endpoint is not a URL.
    """
    if arguments.offline or is_offline(environ):
        return None
    endpoint = (arguments.endpoint or arguments.hub or endpoint_of(environ)).rstrip("/")
    if not endpoint.startswith(("https://", "http://")):
        shown = endpoint.rpartition("@")[2]  # what stands before it may be a password
        raise UsageError(f"the endpoint {shown!r} is not a URL", "write https://..., in --endpoint or HF_ENDPOINT")
    served = arguments.origin is not None
    return Opener(
        endpoint,
        environ,
        token=False if served else _token(arguments.token_file),
        origin="folder" if served else None,
        sample=arguments.origin == "sample",
        policy=Policy(budget=arguments.max_wait),
        report=screen.waiting,
        note=screen.talk,
        sleep=screen.count_down,
        store=store,
    )


def sources_for(
    arguments: argparse.Namespace, environ: Mapping[str, str], screen: Screen, *, offline: bool
) -> list[Source]:
    """Where bytes are looked for by digest before the Hub is asked: `--from` places, then the Hub client's cache.

    A served folder is asked alone: a demo or a test has to see its own server asked.

    Raises:
        UsageError: a place cannot be read at all.
    """
    places: list[Source] = [From(place, environ=environ, note=screen.talk) for place in arguments.places]
    if arguments.origin is None and not arguments.no_hub_cache:
        places.append(HubCache(hub_cache_folder(environ), note=screen.talk))
    return [place for place in places if not (offline and place.needs_network)]


def _token(path: str | os.PathLike[str] | None) -> str | None:
    if path is None:
        return None
    try:
        token = Path(path).expanduser().read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as exc:
        raise UsageError(f"the token file {os.fspath(path)!r} cannot be read: {exc}", "correct --token-file") from exc
    if not token:
        raise UsageError(f"the token file {os.fspath(path)!r} is empty", "correct --token-file")
    return token
