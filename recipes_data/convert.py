"""The verb `convert`: a split's rows in another format, beside its blobs in the store; each row proven.

A file of the split becomes one or more files, none of which gets its name before all are written and proven. What a
killed run leaves is swept away by the next one.
"""

from __future__ import annotations

import bisect
import contextlib
import dataclasses
import hashlib
import itertools
import operator
import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from recipes_data.columns import Columns
from recipes_data.errors import IntegrityError, NotFetchedError, UsageError
from recipes_data.formats import FORMATS
from recipes_data.leases import Leases
from recipes_data.links import is_link, make_link, publish_folder
from recipes_data.lockfile import Lock, LockedConfig, LockedSplit
from recipes_data.processes import is_running, process_name
from recipes_data.store import Store, disk_error
from recipes_data.tables.converted import Conversion, Part, conversion, find_parts, note_text
from recipes_data.tables.lines import read_index
from recipes_data.tables.members import table_files
from recipes_data.tables.opening import known_facts, measured_as, open_split, source_of
from recipes_data.tables.pieces import WRITERS, Piece
from recipes_data.tables.sealing import seal
from recipes_data.tables.source import Source
from recipes_data.tables.workers import make_pieces
from recipes_data.wording import counted

__all__ = ["Converted", "Telling", "convert_split", "link_converted"]

_PIECE = 64_000_000  # bytes of a source that become one file
_PIECES = 16  # files that a large source becomes


@dataclass(frozen=True, slots=True)
class Telling:
    """Who is told of a conversion: `begins` of its bytes, `moved` of those that are done, `waiting` of who holds it."""

    begins: Callable[[str, int], None] = lambda name, size: None
    moved: Callable[[int], None] = lambda count: None
    waiting: Callable[[str], None] = lambda owner: None


@dataclass(frozen=True, slots=True)
class Converted:
    """A split in another format: `parts` in row order. `made`: bytes of the source that were converted just now.

    `respelled`: rows whose inner objects left out keys, or had them in another order (`tables.conforming`).
    """

    name: str
    to: str
    parts: tuple[Part, ...]
    made: int = 0
    seconds: float = 0.0

    @property
    def rows(self) -> int:
        """How many rows all parts have."""
        return sum(part.rows for part in self.parts)

    @property
    def size(self) -> int:
        """Bytes of all parts."""
        return sum(part.size for part in self.parts)

    @property
    def respelled(self) -> int:
        """Rows that are spelled otherwise."""
        return sum(part.respelled for part in self.parts)

    @property
    def told(self) -> str:
        """What was made, for people."""
        rate = self.made / max(self.seconds, 1e-9) / 1e6
        text = (
            f"{self.name}: {counted(self.rows, 'row')} as {self.to}, each read back and compared; "
            f"{self.made / 1e6:,.1f} MB became {self.size / 1e6:,.1f} MB in {self.seconds:.1f} s ({rate:,.0f} MB/s)"
        )
        if self.respelled:
            text += (
                f"\n  the objects of {counted(self.respelled, 'row')} leave out keys, or have them in another order: "
                f"{self.to} says null for these, and has one order (rows that are loaded are as they are)"
            )
        return text


def link_converted(store: Store, split: str, converted: Converted) -> list[Path]:
    """A folder with a link to each part, in row order; made unless it is there. `split`: what the links are called.

    Raises:
        StoreError: the disk refused.
    """
    names = [part.path.name for part in converted.parts]
    key = hashlib.sha256("\n".join([split, *names]).encode()).hexdigest()[:24]
    (place,) = _places(store)
    folder = place / "tables" / key
    links = [folder / f"{split}-{at:05d}-of-{len(names):05d}.{converted.to}" for at in range(len(names))]
    paths = [part.path for part in converted.parts]

    def is_whole() -> bool:
        return all(map(is_link, links, paths))

    if is_whole():
        return links
    building = folder.with_name(f".{key}.{process_name()}.tmp")
    try:
        building.mkdir(parents=True)
        for link, path in zip(links, paths, strict=True):
            make_link(path, building / link.name)
        publish_folder(building, folder, is_whole)
    except OSError as exc:
        raise disk_error(exc, folder) from exc
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return links


@dataclass(frozen=True, slots=True)
class _Job:
    """One file of a split: where it is, how many rows it has, and what it becomes."""

    source: Source
    rows: int
    wanted: Conversion


def convert_split(
    store: Store, lock: Lock, config: LockedConfig, split: LockedSplit, to: str, telling: Telling | None = None
) -> Converted:
    """A fetched split in the format `to` ("parquet", "jsonl"): found in the store, else made there once.

    Every row is read back from the file that was written and compared with the row that was meant (`tables.proving`).

    Raises:
        UsageError: no such conversion.
        TableError: a row cannot be held exactly; names file, row and column. Nothing is published.
        NotFetchedError, IntegrityError: as `open_split`.
        StoreError: the disk refused.
    """
    telling = telling or Telling()
    name = f"{lock.name}/{config.name}:{split.name}"
    if to not in WRITERS:
        raise UsageError(f"rows are not written as {to!r}", f"say one of: {', '.join(WRITERS)}")
    if split.format in FORMATS and FORMATS[split.format].whole:
        what = f"{name}: the files of {split.format} are one table only together, and are not converted one by one"
        raise UsageError(what, f"take their rows: loaders.load({lock.name!r}, ...).to_arrow()")
    began = time.perf_counter()
    table = open_split(store, lock, config.name, split, build=False)  # says what is missing or damaged
    jobs = list(_jobs(store, lock, split, table.columns, to, name))
    missing = [job for job in jobs if _found(store, job) is None]
    made = 0
    for place in _places(store) if missing else ():
        made = _make_all(store, place, missing, table.columns, split.format, name, telling)
    parts: list[Part] = []
    for job in jobs:
        found = _found(store, job)
        if found is None:
            raise IntegrityError(f"{job.source.name}: what was converted is gone or was edited", "run the same again")
        parts += found
    return Converted(name, to, tuple(parts), made, time.perf_counter() - began if made else 0.0)


def _found(store: Store, job: _Job) -> list[Part] | None:
    """The parts of a job; None where they were not made, are not as they were written, or of other rows."""
    parts = find_parts(store, job.wanted)
    return parts if parts is not None and sum(part.rows for part in parts) == job.rows else None


def _jobs(store: Store, lock: Lock, split: LockedSplit, columns: Columns, to: str, name: str) -> Iterator[_Job]:
    for file in table_files(store, lock, split):
        sha256 = file.sha256 or store.sha256_of(file.digest)
        if sha256 is None:
            raise NotFetchedError(f"{name} is not in the store: {file.path} is missing")
        source = source_of(store, file, sha256, f"{name} ({file.path})")
        known = known_facts(store, sha256, split) if file.rows is None else None
        rows = file.rows if known is None else known.rows
        if rows is None:
            raise NotFetchedError(f"{name} is in the store, but was never checked: {file.path}")
        yield _Job(source, rows, conversion(sha256, measured_as(split), columns, to))


def _places(store: Store) -> Iterator[Path]:
    """The root of the store, or the scratch folder: the first that can be written."""
    refused: OSError | None = None
    for folder in (store.root, store.scratch):
        if folder is None:
            continue
        try:
            (folder / "converted").mkdir(parents=True, exist_ok=True)
            probe = folder / "converted" / f".{process_name()}+.probe.tmp"
            probe.touch()
            probe.unlink()
        except OSError as exc:
            refused = refused or exc
        else:
            yield folder
            return
    raise disk_error(refused or OSError(), store.root / "converted")


def _make_all(
    store: Store, place: Path, jobs: Sequence[_Job], columns: Columns, read_as: str, name: str, telling: Telling
) -> int:
    """Make what is missing, by one process for all of them; bytes of the sources that were converted here."""
    with contextlib.ExitStack() as held:
        leases = held.enter_context(Leases(Store(place)))
        ours = []
        # in one order for all processes, so that none waits for one that waits for it
        for job in sorted({job.wanted.key: job for job in jobs}.values(), key=lambda job: job.wanted.key):
            digest = f"converted-{job.wanted.key}.{job.wanted.to}"

            def there(job: _Job = job) -> bool:
                return _found(store, job) is not None

            if held.enter_context(leases.hold(digest, there, waiting=telling.waiting)):
                ours.append(job)
        if not ours:
            return 0
        _sweep(place / "converted")
        size = sum(job.source.size for job in ours)
        telling.begins(name, size)
        _make(place, ours, columns, read_as, telling)
        return size


def _make(place: Path, jobs: Sequence[_Job], columns: Columns, read_as: str, telling: Telling) -> None:
    folder, owner = place / "converted", process_name()
    pieces: list[Piece] = []
    sizes: list[int] = []
    of: list[list[int]] = []
    longest = 0
    pairs = tuple((name, str(kind)) for name, kind in columns)
    for job in jobs:
        cuts, row_bytes = _cuts(job, read_as)
        longest = max(longest, row_bytes)
        of.append(list(range(len(pieces), len(pieces) + len(cuts))))
        for index, (start, stop, size) in enumerate(cuts):
            source = job.source
            target = folder / f".{owner}+.{job.wanted.part(index, len(cuts)).name}.tmp"
            index_path = str(source.index)
            pieces.append(
                Piece(str(source.path), source.name, source.file, source.size, index_path, read_as, job.rows, pairs,
                      start, stop, job.wanted.to, str(target))
            )  # fmt: skip
            sizes.append(size)
    try:
        written = make_pieces(pieces, sizes, longest, telling.moved)
        for job, indexes in zip(jobs, of, strict=True):
            parts = []
            for number, index in enumerate(indexes):
                temporary, final = Path(pieces[index].target), place / job.wanted.part(number, len(indexes))
                seal(temporary)
                os.replace(temporary, final)
                parts.append(Part(final, **dataclasses.asdict(written[index])))
            Store(place).write_text(place / job.wanted.note, note_text(parts))
    except OSError as exc:
        raise disk_error(exc, folder) from exc
    finally:
        for piece in pieces:
            with contextlib.suppress(OSError):
                os.unlink(piece.target)


def _cuts(job: _Job, read_as: str) -> tuple[list[tuple[int, int, int]], int]:
    """Runs of rows (start, stop, bytes) that become a file each, and the bytes of the longest row where it is known.

    They depend on the source alone, so that any machine writes the same files.
    """
    size, rows = job.source.size, job.rows
    count = max(1, -(-size // max(_PIECE, size // _PIECES)))
    starts = None if job.source.compression else read_index(job.source.index, size)
    if starts is not None and len(starts) == rows:
        offsets = [*starts.tolist(), size]
        borders = [bisect.bisect_left(offsets, size * at // count) for at in range(count)] + [rows]
        longest = max(map(operator.sub, offsets[1:], offsets), default=0)
        found = [(a, b, offsets[b] - offsets[a]) for a, b in itertools.pairwise(borders) if a < b]
    else:
        # what cannot be begun in the middle at little cost stays whole
        count = count if FORMATS[read_as].typed else 1
        borders = [rows * at // count for at in range(count + 1)]
        found = [(a, b, size * (b - a) // rows) for a, b in itertools.pairwise(borders) if a < b]
        longest = 0
    return found or [(0, rows, size)], longest


def _sweep(folder: Path) -> None:
    """Remove what killed runs left."""
    for path in folder.glob(".*+.*.tmp"):
        if is_running(path.name[1:].partition("+.")[0]) is False:
            with contextlib.suppress(OSError):
                path.unlink()
