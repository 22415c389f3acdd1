"""The only home of how a dataset comes by its lock: the one there is, else a new one, from a Hub or from URLs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from recipes_data.catalogue import Catalogue
from recipes_data.digests import check_published
from recipes_data.errors import LockMissingError, LockStaleError
from recipes_data.hub.connection import Connections
from recipes_data.hub.patience import Patience
from recipes_data.hub.port import HubSeam
from recipes_data.hub.safety import check_paths
from recipes_data.lockfile import Lock
from recipes_data.locking import is_stale, lock_dataset
from recipes_data.locking_urls import Keep, lock_urls
from recipes_data.locks import read_lock, write_lock
from recipes_data.sites import Sites

__all__ = ["Hub", "get_lock", "lock_now"]


@dataclass(frozen=True, slots=True)
class Hub:
    """The other side of a run: the client for metadata, the connections for bytes, the shared patience.

    `origin` is what locks record: the endpoint, or "folder". `sample`: its rows are made up.
    """

    client: HubSeam
    connections: Connections
    patience: Patience
    origin: str
    sample: bool = False


def lock_now(
    catalogue: Catalogue,
    name: str,
    *,
    hub: Callable[[], Hub] | None,
    sites: Callable[[], Sites] | None,
    previous: Lock | None,
    upgrade: bool = False,
    allow_unsafe: bool = False,
    keep: Keep | None = None,
) -> Lock:
    """The lock of a dataset, resolved now where its manifest says that it is; None stands for offline.

    `keep`: as `lock_urls` takes it.

    Raises:
        LockMissingError: the run is offline.
        RecipesDataError: as `lock_dataset` and `lock_urls`.
    """
    if catalogue.dataset(name).is_remote:
        if sites is None:
            raise _offline(name, "its URLs have")
        return lock_urls(
            sites(), catalogue, name, previous=previous, upgrade=upgrade, allow_unsafe=allow_unsafe, keep=keep
        )
    if hub is None:
        raise _offline(name, "the Hub has")
    other = hub()
    return lock_dataset(
        other.client,
        catalogue,
        name,
        previous=previous,
        patience=other.patience,
        origin=other.origin,
        sample=other.sample,
        upgrade=upgrade,
        allow_unsafe=allow_unsafe,
    )


def _offline(name: str, who: str) -> LockMissingError:
    return LockMissingError(f"to lock {name!r} {who} to be asked, and this run is offline", "leave --offline out")


def get_lock(
    catalogue: Catalogue,
    name: str,
    *,
    locks: Path,
    hub: Callable[[], Hub] | None,
    sites: Callable[[], Sites] | None = None,
    frozen: bool,
    write: bool = True,
    allow_unsafe: bool = False,
    keep: Keep | None = None,
) -> tuple[Lock, bool]:
    """The lock of a dataset and whether it was made now. An existing pin is never moved.

    `keep`: as `lock_urls` takes it.

    Raises:
        LockMissingError: there is none, and the run is offline or may not write one.
        LockStaleError: the manifest was edited since.
        IntegrityError: the lock has other files than those whose digests the manifest quotes as published.
    """
    manifest = catalogue.dataset(name)
    lock = read_lock(locks, name)
    if lock is not None:
        if is_stale(lock, manifest):
            raise LockStaleError(
                f"the manifest of {name!r} asks for something else than its lock holds ({locks / (name + '.json')})",
                f"recipes-data lock {name}, or undo the edit of {catalogue.line(name)}",
            )
        check_paths(file.path for file in lock.files)  # a lock comes from other people too
        check_published(lock, manifest)
        return lock, False
    if frozen:
        raise LockMissingError(
            f"{name!r} has no lock in {locks}, and --locked forbids to write one", f"recipes-data lock {name}"
        )
    if (sites if manifest.is_remote else hub) is None:
        raise LockMissingError(
            f"{name!r} has no lock in {locks}, and this run is offline", f"once online: recipes-data fetch {name}"
        )
    lock = lock_now(catalogue, name, hub=hub, sites=sites, previous=None, allow_unsafe=allow_unsafe, keep=keep)
    if write:
        write_lock(locks, lock)
    return lock, True
