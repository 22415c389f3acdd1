"""The only home of the way from a name to a locked split, and to its table: which catalogue, lock and store answer."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from recipes_data.address import Address, parse_address
from recipes_data.errors import IntegrityError, NotFetchedError, SampleDataError, UnknownNameError, UsageError
from recipes_data.lockfile import Lock, LockedSplit
from recipes_data.locks import find_lock
from recipes_data.places import Places, demo_places, find_places
from recipes_data.store import Store, store_at
from recipes_data.tables.opening import open_split
from recipes_data.tables.table import Table
from recipes_data.usage import mark_used
from recipes_data.values import replace, value

TYPE_CHECKING = False  # importing typing takes longer than a load has to spare
if TYPE_CHECKING:
    from typing import Literal

__all__ = ["Folder", "Located", "asked", "bring_all", "bringing", "locate", "open_table", "places_for"]

Folder = str | os.PathLike[str] | None


@value
class Located:
    """A split, by the lock that was found. `path`: the lock's file. `config`: its name."""

    places: Places
    lock: Lock
    path: Path
    config: str
    split: LockedSplit

    @property
    def store(self) -> Store:
        """Where its bytes lie."""
        return store_at(self.places)


def asked(address: str, config: str | None, split: str | None) -> Address:
    """The address, with config and split, which are said once.

    Raises:
        UsageError: said twice, or no address.
    """
    wanted = parse_address(address)
    if (config and wanted.config) or (split and wanted.split):
        raise UsageError(f"{address!r} names a config or split, and so do the arguments", "say it once")
    return replace(wanted, config=config or wanted.config, split=split or wanted.split)


def places_for(*, sample: bool, fetch: bool, manifests: Folder, project: Folder, store: Folder) -> Places:
    """Where to look: of sample rows, unless a folder is named, where `recipes-data demo` put them.

    Raises:
        UsageError: sample rows are to be fetched.
    """
    if not sample or manifests is not None or project is not None:
        return find_places(manifests=manifests, project=project, store=store)
    if fetch:
        raise UsageError("sample rows are on no Hub: fetch=True cannot bring them", "run: recipes-data demo")
    return demo_places(store=store)


def bring_all(wanted: Sequence[Address], places: Places, token: str | Literal[False] | None) -> None:
    """Fetch what is missing of all that is wanted, in one run; raises what stopped it."""
    # the whole download layer, imported only for those who ask for it
    from recipes_data.online import fetch_for_load

    fetch_for_load(wanted, places, os.environ, token)


def bringing(
    wanted: Address, places: Places, token: str | Literal[False] | None
) -> Callable[[Sequence[int] | None], None]:
    """What fetches these shards of what is wanted; None: all of it."""

    def bring(shards: Sequence[int] | None) -> None:
        bring_all([wanted if shards is None else replace(wanted, shards=tuple(shards))], places, token)

    return bring


def locate(wanted: Address, places: Places, *, sample: bool) -> Located:
    """The split that an address means.

    Raises:
        NotFetchedError: it has no lock; says where was looked.
        UnknownNameError: no such dataset, config or split.
        SampleDataError: the rows are samples and `sample` was not said.
    """
    lock, path = _find_lock(wanted.name, places)
    if lock.sample and not sample:
        raise SampleDataError(
            f"{wanted.name!r} holds made-up sample rows, not the dataset",
            "say load(..., sample=True) to take them as such; the real rows: recipes-data fetch",
        )
    config, split = lock.split(wanted.config, wanted.split)
    return Located(places, lock, path, config.name, split)


def open_table(found: Located, *, build: bool) -> Table:
    """The table of a split, and a mark that it was used. Raises as `open_split`, with what to do about this one."""
    lock = found.lock
    try:
        table = open_split(found.store, lock, found.config, found.split, build=build)
    except NotFetchedError as exc:
        again = "recipes-data demo" if lock.sample else f"recipes-data fetch {lock.name}{_origin_option(lock)}"
        raise NotFetchedError(f"{exc.what}\nlooked in: {found.places.describe()}", again) from exc
    except IntegrityError as exc:
        again = f"recipes-data fetch {lock.name}"
        raise IntegrityError(exc.what, exc.do.replace("recipes-data fetch", again)) from exc
    mark_used(found.store, lock, found.path)
    return table


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
