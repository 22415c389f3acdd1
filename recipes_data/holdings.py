"""The only home of what lies in a store, seen as a whole: every blob with who pins it, its size and its last use.

What was derived where the store could not be written, in the scratch folder, is this user's as well and counts. Stores
that are shared are others' to look after, derived files and all: who looks after one names it as the store.

A lock *in reach* is one in the folders that are handed in (the project's and the served folder's), one in the
store's own `locks/`, or one that a mark of use names: other projects on the same store. A lock whose file is
gone pins nothing. One that cannot be read, or that was used on another machine a short while ago and is not
seen from here, pins what its mark says. Nothing is changed here; sizes are bytes, times seconds since the epoch.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from recipes_data.errors import LockError, StoreError, unread
from recipes_data.lockfile import Lock
from recipes_data.locks import read_lock
from recipes_data.partials import owner_is_alive
from recipes_data.store import Store
from recipes_data.usage import Mark, machine, marks

__all__ = ["Held", "Inventory", "Kind", "Stored", "pinned_now", "take_inventory"]

Kind = Literal["blob", "rows", "converted", "partial", "quarantined", "temporary", "metadata"]
_DERIVED = ("index", "facts", "rows", "orders", "converted")
_SHA256 = re.compile(r"[0-9a-f]{64}\Z")
_ELSEWHERE_SECONDS = 30 * 86400  # how long a lock that only another machine sees counts as there


@dataclass(frozen=True, slots=True)
class Stored:
    """One thing that could go. `paths`: itself first, then what was derived from it; all go together.

    `kind`: "blob"; "rows" (a row cache or a kept order: made again when it is needed); "converted" (a blob's rows in
    another format, likewise); "partial" (a dead run's); "quarantined" (damaged or refused, kept for a look);
    "temporary" (what a killed run left under a passing name); "metadata" (notes about bytes that are gone). `name`: a
    blob's sha256 (hex), else the file's name. `size`: bytes of all `paths`. `since`: when it got here, as far as the
    disk can tell. `pinned_by`: datasets whose locks pin it. `known_as`: DATASET@COMMIT that it was used as, by the
    marks of use.
    """

    kind: Kind
    name: str
    size: int
    last_use: float
    since: float
    paths: tuple[Path, ...]
    pinned_by: tuple[str, ...] = ()
    known_as: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """What the store holds for one lock in reach. `ours`: it lies in a folder of this run's.

    `size_alone`: the part of `size` that no other lock pins. `last_use`: None where it was never marked.
    """

    name: str
    lock: Path
    commit: str
    ours: bool
    files: int
    files_held: int
    size: int
    size_alone: int
    last_use: float | None


@dataclass(frozen=True, slots=True)
class Inventory:
    """All of a store. `size`: bytes of all its files, each counted once, with those of the scratch folder.

    `live`: partials of running fetches.
    """

    size: int
    items: tuple[Stored, ...]
    datasets: tuple[Held, ...]
    live: tuple[Path, ...] = ()

    @property
    def blobs(self) -> tuple[Stored, ...]:
        """The verified bytes."""
        return tuple(item for item in self.items if item.kind == "blob")


@dataclass(frozen=True, slots=True)
class _Pin:
    """A lock in reach: what it is called here, its digests, and what of it is known by sha256 (hex)."""

    label: str
    name: str
    path: Path
    commit: str
    ours: bool
    digests: frozenset[str]
    pinned: frozenset[str]
    mark: Mark | None


def pinned_now(store: Store, folders: Iterable[Path], now: float) -> frozenset[str]:
    """The sha256 (hex) of everything that a lock in reach pins at this moment.

    Raises:
        LockError: a lock of this run's or of the store's cannot be read, so what it pins is not known.
    """
    return frozenset().union(*(pin.pinned for pin in _pins(store, folders, marks(store), now)))


def take_inventory(store: Store, folders: Iterable[Path], now: float) -> Inventory:
    """Look at everything under the store's root, and at what was derived under `scratch`.

    `folders` are this run's folders of locks. Raises as `pinned_now` does.
    """
    found = marks(store)
    pins = _pins(store, folders, found, now)
    names: dict[str, list[str]] = {}
    for pin in pins:
        for key in pin.pinned | pin.digests:
            names.setdefault(key, []).append(pin.label)
    used: dict[str, list[Mark]] = {}
    for mark in found:
        for sha256 in _sha256s(store, mark.digests):
            used.setdefault(sha256, []).append(mark)
    try:
        files, size = _files(store)
        blobs = _blobs(files, names, used)
        live, partials = _partials(files, names)
        taken = {path for item in blobs.values() for path in item.paths}
        aside = (_leftover("quarantined", path, known) for path, known in files.get("quarantine", {}).items())
        rest = [
            *_rows(files, blobs),
            *_converted(files, blobs),
            *partials,
            *aside,
            *_leftovers(store, files, taken, blobs, found, pins),
        ]
    except OSError as exc:
        raise StoreError(f"the store {store.root} cannot be read: {unread(exc)}", "check its permissions") from exc
    held = tuple(_held(pin, blobs, names) for pin in pins if pin.digests)
    return Inventory(size, (*blobs.values(), *rest), held, live)


# --- locks


def _pins(store: Store, folders: Iterable[Path], found: list[Mark], now: float) -> list[_Pin]:
    latest: dict[tuple[Path, str], Mark] = {}
    for mark in found:  # the latest comes first
        latest.setdefault((mark.lock, mark.commit), mark)
    pins: dict[Path, _Pin] = {}
    ours = [path for folder in folders for path in sorted(folder.glob("*.json"))]
    own = sorted(path for path in (store.root / "locks").rglob("*.json") if not path.name.startswith("."))
    for path in (*ours, *own):
        real = path.resolve()
        if real not in pins and (lock := read_lock(path.parent, path.stem)) is not None:
            used = latest.get((path.absolute(), lock.commit))
            pins[real] = _pin(store, lock, path, used, ours=path in ours)
    for mark in found:
        real = mark.lock.resolve()
        if real in pins:
            continue
        try:
            lock = read_lock(mark.lock.parent, mark.lock.stem)
        except (LockError, OSError):
            lock, known = None, True
        else:
            known = mark.machine != machine() and now - mark.last_use < _ELSEWHERE_SECONDS
        if lock is not None:
            pins[real] = _pin(store, lock, mark.lock, latest.get((mark.lock, lock.commit)), ours=False)
        elif known:
            label = f"{mark.dataset} ({mark.lock}, not readable from here)"
            sha256s = _sha256s(store, mark.digests)
            pins[real] = _Pin(label, mark.dataset, mark.lock, mark.commit, False, mark.digests, sha256s, mark)
    return list(pins.values())


def _pin(store: Store, lock: Lock, path: Path, mark: Mark | None, *, ours: bool) -> _Pin:
    digests = frozenset(file.digest for file in lock.all_files())
    measured = frozenset(file.sha256 for file in lock.all_files() if file.sha256)
    label = lock.name if ours else f"{lock.name} ({path})"
    return _Pin(label, lock.name, path, lock.commit, ours, digests, measured | _sha256s(store, digests), mark)


def _sha256s(store: Store, digests: Iterable[str]) -> frozenset[str]:
    return frozenset(sha256 for digest in digests if (sha256 := store.sha256_of(digest)) is not None)


def _held(pin: _Pin, blobs: Mapping[str, Stored], names: Mapping[str, list[str]]) -> Held:
    mine = [blobs[sha256] for sha256 in pin.pinned if sha256 in blobs]
    return Held(
        name=pin.name,
        lock=pin.path,
        commit=pin.commit,
        ours=pin.ours,
        files=len(pin.digests),
        files_held=len(mine),
        size=sum(item.size for item in mine),
        size_alone=sum(item.size for item in mine if len(names[item.name]) == 1),
        last_use=pin.mark.last_use if pin.mark else None,
    )


# --- files


_Files = dict[str, dict[Path, os.stat_result]]
"""Files and links, by the part of the store (`blobs`, `facts`, ...) and by path; not followed."""


def _files(store: Store) -> tuple[_Files, int]:
    """Everything in the store, and the bytes of all files, each inode once."""
    parts: _Files = {}
    seen: set[tuple[int, int]] = set()
    size = 0
    for part, here, names in _folders(store):
        for name in names:
            path = here / name
            try:
                known = path.lstat()
            except FileNotFoundError:
                continue  # it was given its final name, or went, meanwhile
            parts.setdefault(part, {})[path] = known
            if stat.S_ISREG(known.st_mode) and (known.st_dev, known.st_ino) not in seen:
                seen.add((known.st_dev, known.st_ino))
                size += known.st_size
    return parts, size


def _folders(store: Store) -> Iterator[tuple[str, Path, list[str]]]:
    """The part of the store that each folder is of, the folder, and the names of its files."""
    for folder, _, names in os.walk(store.root):
        here = Path(folder)
        yield "".join(here.relative_to(store.root).parts[:1]), here, names
    if store.scratch is not None:
        for part in _DERIVED:  # and nothing else: it may be a folder for everybody's temporary files
            for folder, _, names in os.walk(store.scratch / part):
                yield part, Path(folder), names


def _blobs(files: _Files, names: Mapping[str, list[str]], used: Mapping[str, list[Mark]]) -> dict[str, Stored]:
    own = {path.name: path for path in files.get("blobs", {}) if _SHA256.match(path.name)}
    stats = {sha256: files["blobs"][path] for sha256, path in own.items()}
    derived = _derived(files, stats)
    blobs: dict[str, Stored] = {}
    for sha256, known in stats.items():
        paths, uses = derived.get(sha256, {}), used.get(sha256, [])
        blobs[sha256] = Stored(
            kind="blob",
            name=sha256,
            size=known.st_size + sum(paths.values()),
            # the time of the last change of name or mode: a blob's own time is its mark of verification
            last_use=max(known.st_ctime, *(mark.last_use for mark in uses), 0.0),
            since=known.st_ctime,
            paths=(own[sha256], *paths),
            pinned_by=tuple(sorted(set(names.get(sha256, ())))),
            known_as=tuple(sorted({f"{mark.dataset}@{mark.commit[:12]}" for mark in uses})),
        )
    return blobs


def _derived(files: _Files, stats: Mapping[str, os.stat_result]) -> dict[str, dict[Path, int]]:
    """By sha256: indexes, facts, notes of git ids and folders of tables that stand on it, with their sizes."""
    derived: dict[str, dict[Path, int]] = {}
    for part in ("index", "facts", "rows"):
        for path, known in files.get(part, {}).items():
            if path.suffix == ".rows":
                continue  # it goes by itself
            derived.setdefault(path.name.partition(".")[0], {})[path] = known.st_size
    for path, known in files.get("known", {}).items():
        with contextlib.suppress(OSError, UnicodeDecodeError):  # it went, or is no note: left over, then
            derived.setdefault(path.read_text(encoding="ascii").strip(), {})[path] = known.st_size
    inodes = {(known.st_dev, known.st_ino): sha256 for sha256, known in stats.items()}
    for path, known in files.get("tables", {}).items():
        if path.parent.name.startswith("."):
            continue
        with contextlib.suppress(OSError):  # it may go while we look
            sha256 = path.readlink().name if stat.S_ISLNK(known.st_mode) else inodes.get((known.st_dev, known.st_ino))
            if sha256 is not None:
                derived.setdefault(sha256, {})[path.parent] = 0
    return derived


def _rows(files: _Files, blobs: Mapping[str, Stored]) -> Iterator[Stored]:
    """Row caches and kept orders; what pins and uses a blob uses its rows, and pins them not."""
    for part in ("rows", "orders"):
        for path, known in files.get(part, {}).items():
            if path.suffix in (".rows", ".order"):
                blob = blobs.get(path.name.partition(".")[0])
                last_use = max(known.st_ctime, blob.last_use if blob else 0.0)
                known_as = blob.known_as if blob else ()
                # its own time is its seal
                yield Stored("rows", path.name, known.st_size, last_use, known.st_ctime, (path,), (), known_as)


def _converted(files: _Files, blobs: Mapping[str, Stored]) -> Iterator[Stored]:
    """Blobs' rows in other formats: the note first, without which the parts mean nothing, then all its parts."""
    groups: dict[tuple[str, str], dict[Path, os.stat_result]] = {}
    for path, known in files.get("converted", {}).items():
        if not path.name.endswith(".tmp"):
            sha256, what, *_, to = path.name.removesuffix(".json").split(".")
            groups.setdefault((f"{sha256}.{what}", to), {})[path] = known
    for (key, to), paths in groups.items():
        blob = blobs.get(key.partition(".")[0])
        order = sorted(paths, key=lambda path: (path.suffix != ".json", path.name))
        since = max(known.st_ctime for known in paths.values())
        last_use = max(since, blob.last_use if blob else 0.0)
        kind: Kind = "converted" if order[0].suffix == ".json" else "temporary"
        size = sum(known.st_size for known in paths.values())
        yield Stored(kind, f"{key}.{to}", size, last_use, since, tuple(order), (), blob.known_as if blob else ())


def _partials(files: _Files, names: Mapping[str, list[str]]) -> tuple[tuple[Path, ...], list[Stored]]:
    """Partials of running fetches, and those of dead ones."""
    live: list[Path] = []
    dead: list[Stored] = []
    for path, known in files.get("partial", {}).items():
        if owner_is_alive(path):
            live.append(path)
            continue
        algorithm, _, value = path.name.partition(".")[0].rpartition("-")
        pinned = tuple(sorted(set(names.get(f"{algorithm}:{value}", ()))))
        dead.append(Stored("partial", path.name, known.st_size, known.st_mtime, known.st_mtime, (path,), pinned))
    return tuple(live), dead


def _leftovers(
    store: Store,
    files: _Files,
    taken: set[Path],
    blobs: Mapping[str, Stored],
    found: list[Mark],
    pins: list[_Pin],
) -> Iterator[Stored]:
    """What stands for nothing any more: by its passing name, or because the bytes that it is about are gone."""
    for part in (*_DERIVED, "blobs", "known", "used", "leaving"):
        for path, known in files.get(part, {}).items():
            if path.name.endswith(".tmp") or part == "leaving":
                yield _leftover("temporary", path, known)
            elif (part in ("index", "facts", "known") or path.suffix == ".unfit") and path not in taken:
                yield _leftover("metadata", path, known)
    yield from _broken_tables(files)
    for path, known in files.get("stamps", {}).items():
        yield _leftover("metadata", path, known)
    kept = {pin.mark.path for pin in pins if pin.mark}
    kept |= {mark.path for mark in found if _sha256s(store, mark.digests) & blobs.keys()}
    for path, known in files.get("used", {}).items():
        if path.suffix == ".json" and path not in kept:
            yield _leftover("metadata", path, known)


def _broken_tables(files: _Files) -> Iterator[Stored]:
    """Tables with a link to nothing, and those that were never finished."""
    tables: dict[Path, dict[Path, os.stat_result]] = {}
    for path, known in files.get("tables", {}).items():
        tables.setdefault(path.parent, {})[path] = known
    for folder, paths in tables.items():
        # on a file system without links tables are copies, of what is not written down: only `clear` takes them
        if folder.name.startswith(".") or not all(path.exists() for path in paths):
            size = sum(known.st_size for known in paths.values() if stat.S_ISREG(known.st_mode) and known.st_nlink == 1)
            since = max(known.st_ctime for known in paths.values())
            yield Stored("temporary", folder.name, size, since, since, (folder,))


def _leftover(kind: Kind, path: Path, known: os.stat_result) -> Stored:
    # what was a blob carries the mark of verification as its time
    since = known.st_ctime if kind == "quarantined" else known.st_mtime
    return Stored(kind, path.name, known.st_size, since, since, (path,))
