"""The only home of what a store remembers of its use: when each lock was last used, and how many bytes it saved.

    used/<key>.json                     one a lock and commit; its modification time is the last use
    used/traffic.<machine>.<uid>.log    one line a fetch: time, bytes served from the store, bytes fetched

A mark names the lock file and every digest that it pinned. So a store that serves several projects knows the
locks of all of them (as the indirect roots of the Nix store do), and bytes that no lock pins any more still
have a last use. Access times would be no help: they are off (noatime) or a day late (relatime) on most disks,
and a blob's own modification time is its mark of verification.

A mark is written by `fetch` and by `load`, at most once a day; a store that may only be read keeps none, and
so does a `fetch` that its stamp answers. All times are seconds since the epoch.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

from recipes_data.errors import StoreError
from recipes_data.lockfile import Lock
from recipes_data.store import Store
from recipes_data.values import value

__all__ = ["Mark", "Traffic", "machine", "mark_used", "marks", "note_traffic", "traffic", "traffic_logs"]

_DAY = 86400


@value
class Mark:
    """That a lock was used: `path` of the mark, `lock` the lock file's, `digests` what it pinned then."""

    path: Path
    lock: Path
    dataset: str
    commit: str
    machine: str
    digests: frozenset[str]
    last_use: float


@value
class Traffic:
    """What fetches wanted so far, in bytes: already in the store, and brought from elsewhere."""

    fetches: int = 0
    served: int = 0
    fetched: int = 0

    @property
    def hit_rate(self) -> float | None:
        """Share of the wanted bytes that were there already; None where nothing was wanted yet."""
        wanted = self.served + self.fetched
        return self.served / wanted if wanted else None


def machine() -> str:
    """This machine's name, fit for a file name."""
    import platform  # heavy for a load, which asks once a day

    return "".join(c if c.isalnum() or c in "-." else "-" for c in platform.node())


def mark_used(store: Store, lock: Lock, path: Path, now: float | None = None) -> None:
    """Remember that `lock`, which lies at `path`, is used now: one stat where that was written today.

    `fetch` calls it before it looks what is missing: from then on no `prune` takes what the lock pins.
    Never fails: a store that cannot be written only forgets.
    """
    now = time.time() if now is None else now
    where = os.fspath(path.absolute())
    key = hashlib.sha256(f"{where}\n{lock.commit}\n{lock.manifest_digest}".encode("utf-8", "surrogateescape"))
    mark = store.root / "used" / f"{key.hexdigest()[:24]}.json"
    try:
        if abs(now - mark.stat().st_mtime) < _DAY:
            return
        os.utime(mark, (now, now))
        return
    except OSError:
        pass  # not there yet, or somebody else's: only its owner may set a file's times
    document = {
        "lock": where,
        "dataset": lock.name,
        "commit": lock.commit,
        "machine": machine(),
        "digests": sorted({f"sha256:{file.sha256}" if file.sha256 else file.digest for file in lock.all_files()}),
    }
    try:
        store.write_text(mark, json.dumps(document) + "\n")
        os.utime(mark, (now, now))
    except (OSError, StoreError, ValueError):
        pass


def marks(store: Store) -> list[Mark]:
    """Every mark that can be read, the latest first."""
    found = [mark for path in sorted((store.root / "used").glob("*.json")) for mark in _read(path)]
    return sorted(found, key=lambda mark: -mark.last_use)


def _read(path: Path) -> Iterator[Mark]:
    try:
        last_use = path.stat().st_mtime
        document = json.loads(path.read_text(encoding="utf-8"))
        yield Mark(
            path=path,
            lock=Path(str(document["lock"])),
            dataset=str(document["dataset"]),
            commit=str(document["commit"]),
            machine=str(document["machine"]),
            digests=frozenset(map(str, document["digests"])),
            last_use=last_use,
        )
    except (OSError, ValueError, KeyError, TypeError):
        return


def note_traffic(store: Store, served: int, fetched: int, now: float | None = None) -> None:
    """Count one fetch: bytes that were in the store, and bytes that were brought. Never fails."""
    if not served and not fetched:
        return
    owner = os.getuid() if hasattr(os, "getuid") else 0
    # one file a machine and user: appending is not atomic between the clients of a network file system
    log = store.root / "used" / f"traffic.{machine()}.{owner}.log"
    line = f"{int(time.time() if now is None else now)} {served} {fetched}\n"
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            os.write(descriptor, line.encode("ascii"))
        finally:
            os.close(descriptor)
    except OSError:
        pass


def traffic_logs(store: Store) -> list[Path]:
    """The files that `note_traffic` appends to."""
    return sorted((store.root / "used").glob("traffic.*.log"))


def traffic(store: Store) -> Traffic:
    """The sum of all counted fetches; lines that are not whole count nothing."""
    fetches = served = fetched = 0
    for log in traffic_logs(store):
        try:
            lines = log.read_text(encoding="ascii", errors="replace").splitlines()
        except OSError:
            continue
        for line in lines:
            words = line.split()
            if len(words) == 3 and all(word.isascii() and word.isdigit() for word in words):
                fetches, served, fetched = fetches + 1, served + int(words[1]), fetched + int(words[2])
    return Traffic(fetches, served, fetched)
