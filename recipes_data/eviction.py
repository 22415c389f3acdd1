"""The verb `prune`: what of a store goes, decided as a value, and the going itself.

Never taken: what a lock in reach pins, what got here less than `min_age` ago (another process may have just
published it and be about to use it), partials of running fetches. Of the rest the least recently used goes first;
row caches, which are made again from what lies here, go before any byte that would have to be fetched.

How a blob goes, while other processes fetch and load: it is renamed into `leaving/`, the locks and marks of
use are read again, and then it is unlinked, or renamed back where somebody pinned it meanwhile. `fetch` writes
its mark before it looks what is missing, so it either finds the blob gone or is seen here: no lock is held.
What was derived from a blob goes after it; a kill in between leaves only what the next prune clears away.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from recipes_data.errors import StoreError
from recipes_data.holdings import Inventory, Kind, Stored
from recipes_data.partials import owner_is_alive
from recipes_data.store import Store, disk_error

__all__ = ["MIN_AGE", "Freed", "Prune", "apply_prune", "clear_notes", "plan_clear", "plan_prune"]

MIN_AGE = 3600.0  # seconds
_TEMPORARY_AGE = 86400.0
_DEAD_PARTIAL_AGE = 7 * 86400.0  # until then the next fetch may go on from it
_QUARANTINE_AGE = 30 * 86400.0
_MADE = ("rows", "converted")  # from blobs, and made again when they are needed
_BATCH = 64  # blobs that are renamed away between two looks at the locks


@dataclass(frozen=True, slots=True)
class Prune:
    """What goes, in order, and what that leaves. Sizes in bytes, each counted once.

    `pinned`: of the rest, what locks pin. `fresh`: unpinned, but too new to go. `limit`: the size asked for.
    """

    items: tuple[Stored, ...]
    before: int
    pinned: int
    fresh: int
    limit: int | None = None

    @property
    def frees(self) -> int:
        """Bytes that go."""
        return sum(item.size for item in self.items)

    @property
    def after(self) -> int:
        """Bytes that stay."""
        return self.before - self.frees

    @property
    def over(self) -> int:
        """Bytes by which the limit is still exceeded."""
        return 0 if self.limit is None else max(0, self.after - self.limit)


@dataclass(frozen=True, slots=True)
class Freed:
    """What an applied prune did: `gone`, `kept` (pinned meanwhile), and what the disk refused."""

    gone: tuple[Stored, ...]
    kept: tuple[Stored, ...]
    refused: tuple[StoreError, ...]

    @property
    def size(self) -> int:
        """Bytes that went."""
        return sum(item.size for item in self.gone)


def plan_prune(
    inventory: Inventory,
    *,
    max_size: int | None,
    unused: bool,
    rows: bool = False,
    converted: bool = False,
    now: float,
    metadata_ttl: float,
    min_age: float = MIN_AGE,
) -> Prune:
    """Decide what goes; pure. What killed runs left goes in any case.

    `unused`: everything that no lock pins. `rows`: every row cache. `converted`: every table in another format.
    `max_size` (bytes): the least recently used of all, what can be made again first, until the store is no larger.
    `min_age`, `metadata_ttl`: seconds; notes are kept for a day in any case.
    """
    ages: dict[Kind, float] = {
        "temporary": _TEMPORARY_AGE,
        # a mark is renewed once a day: a younger one may be just about to pin something
        "metadata": max(metadata_ttl, _TEMPORARY_AGE),
        "partial": _DEAD_PARTIAL_AGE,
        "quarantined": _QUARANTINE_AGE,
    }
    chosen = [item for item in inventory.items if item.kind in ages and now - item.since >= ages[item.kind]]
    kinds, going = ("blob", "partial", "quarantined"), set(chosen)
    rest = [item for item in inventory.items if item.kind in kinds and item not in going]
    free = [item for item in rest if not item.pinned_by]
    # what carries a time of the future (a clock was set back) counts as new
    ripe = sorted((item for item in free if now - item.since >= min_age), key=lambda item: (item.last_use, item.name))
    left = inventory.size - sum(item.size for item in chosen)
    caches = sorted((item for item in inventory.items if item.kind in _MADE), key=lambda item: item.last_use)
    asked = {"rows": rows, "converted": converted}
    held = {blob.name for blob in inventory.blobs}
    made: dict[str, list[Stored]] = {}  # what stays of them, by its blob
    for item in caches:
        blob = _blob_of(item)
        # one without its blob here may stand on a shared store's
        bare = unused and blob not in held
        wanted = asked[item.kind] or bare or (max_size is not None and left > max_size)
        if wanted and now - item.since >= min_age:
            chosen.append(item)
            left -= item.size
        else:
            made.setdefault(blob, []).append(item)
    for item in ripe:
        if unused or (max_size is not None and left > max_size):
            with_it = [item, *made.pop(item.name, ())]
            chosen += with_it
            left -= sum(each.size for each in with_it)
    return Prune(
        items=tuple(chosen),
        before=inventory.size,
        pinned=sum(item.size for item in rest if item.pinned_by),
        fresh=sum(item.size for item in free) - sum(item.size for item in ripe),
        limit=max_size,
    )


def _blob_of(item: Stored) -> str:
    """The sha256 (hex) of what a row cache or a converted table was made of; of a kept order, its name."""
    return item.name.partition(".")[0]


def plan_clear(inventory: Inventory, names: Collection[str] = ()) -> Prune:
    """Decide what `clear` takes; pure. Without names everything; with them, the blobs that those locks alone pin."""
    if names:
        items = [item for item in inventory.blobs if item.pinned_by and set(item.pinned_by) <= set(names)]
        blobs = {item.name for item in items}
        items += [item for item in inventory.items if item.kind in _MADE and _blob_of(item) in blobs]
    else:
        items = list(inventory.items)
    going = set(items)
    pinned = sum(item.size for item in inventory.blobs if item.pinned_by and item not in going)
    return Prune(tuple(items), inventory.size, pinned, 0)


def apply_prune(store: Store, prune: Prune, pinned: Callable[[], Collection[str]]) -> Freed:
    """Carry a prune out; `pinned` gives the sha256 (hex) of all that locks pin at the moment it is called.

    What is no longer there is no error: another prune was quicker.
    """
    gone: list[Stored] = []
    kept: list[Stored] = []
    refused: list[StoreError] = []
    blobs = [item for item in prune.items if item.kind == "blob"]
    for start in range(0, len(blobs), _BATCH):
        batch = blobs[start : start + _BATCH]
        _evict(store, batch, pinned, gone, kept, refused)
    for item in prune.items:
        if item.kind == "blob" or (item.kind == "partial" and owner_is_alive(item.paths[0])):
            continue
        try:
            for path in item.paths:
                _remove(path)
            gone.append(item)
        except OSError as exc:
            refused.append(disk_error(exc, item.paths[0]))
    return Freed(tuple(gone), tuple(kept), tuple(refused))


def _evict(
    store: Store,
    batch: Iterable[Stored],
    pinned: Callable[[], Collection[str]],
    gone: list[Stored],
    kept: list[Stored],
    refused: list[StoreError],
) -> None:
    leaving = store.root / "leaving"
    aside: dict[Stored, Path] = {}
    needed: Collection[str] = ()
    try:
        for item in batch:
            try:
                leaving.mkdir(exist_ok=True)
                place = leaving / f"{item.name}.{os.getpid()}"
                item.paths[0].rename(place)
                aside[item] = place
            except FileNotFoundError:
                continue
            except OSError as exc:
                refused.append(disk_error(exc, item.paths[0]))
        needed = {item.name for item in aside}  # until the locks were read again, everything is
        needed = pinned()
    finally:
        for item, place in aside.items():
            if item.name in needed:
                _put_back(place, item.paths[0])
                kept.append(item)
                continue
            try:
                place.unlink()
                gone.append(item)
                _remove_derived(item)
            except OSError as exc:
                refused.append(disk_error(exc, item.paths[0]))


def _put_back(place: Path, blob: Path) -> None:
    """Give a blob its name again; one that was published there meanwhile is as good."""
    with contextlib.suppress(OSError):
        place.rename(blob)


def _remove_derived(item: Stored) -> None:
    for path in item.paths[1:]:
        if item.paths[0].exists():
            return  # it was published anew: what was derived from it stays as good as it was
        _remove(path)


def _remove(path: Path) -> None:
    """Remove a file or a folder; a folder is first renamed away, so that nobody finds half of it."""
    with contextlib.suppress(FileNotFoundError):
        if path.is_symlink() or not path.is_dir():
            path.unlink()
            return
        name = path.name if path.name.startswith(".") else f".{path.name}"
        aside = path.with_name(f"{name}.{os.getpid()}.tmp")
        path.rename(aside)
        shutil.rmtree(aside)


def clear_notes(store: Store) -> None:
    """Remove every mark of use, the counters and the stamps: what `clear` takes besides the bytes.

    Raises:
        StoreError: the disk refused.
    """
    for part in ("used", "stamps"):
        folder = store.root / part
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            try:
                _remove(path)
            except OSError as exc:
                raise disk_error(exc, path) from exc
