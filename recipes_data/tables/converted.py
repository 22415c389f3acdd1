"""The only home of where converted files lie, and when they may be used.

    converted/<sha256>.<what>.00000-of-00002.parquet    rows of the blob of this sha256, in another format
    converted/<sha256>.<what>.parquet.json              the note: the parts in row order, each with rows, size, sha256

`<what>` stands for everything besides the bytes that decides the rows and how they are written. The note is written
last, by rename: without it there is no conversion. A part counts while it carries its seal (`tables.sealing`); one
that was written to since is hashed, and refused if it is not what the note says.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from recipes_data.columns import Columns
from recipes_data.store import Store, hash_file
from recipes_data.tables.sealing import boot_name, is_sealed
from recipes_data.values import value

__all__ = ["Conversion", "Part", "conversion", "damaged_conversions", "find_parts", "note_text"]

_VERSION = 1  # of how rows are written


@value
class Part:
    """One converted file: its rows, size (bytes) and sha256 (hex).

    `respelled`: rows of it whose inner objects left out keys, or had them in another order (`tables.conforming`).
    """

    path: Path
    rows: int
    size: int
    sha256: str
    respelled: int


@value
class Conversion:
    """What one blob's rows become in another format `to`, whether that was made or not."""

    key: str
    to: str

    @property
    def note(self) -> Path:
        """Path of the note in a store."""
        return Path("converted", f"{self.key}.{self.to}.json")

    def part(self, index: int, of: int) -> Path:
        """Path of a part in a store."""
        return Path("converted", f"{self.key}.{index:05d}-of-{of:05d}.{self.to}")


def conversion(sha256: str, read_as: str, columns: Columns, to: str) -> Conversion:
    """The conversion of a blob (hex); `read_as`: what its rows depend on besides its bytes and the table's columns."""
    decided = json.dumps([_VERSION, read_as, [[name, str(kind)] for name, kind in columns], to], ensure_ascii=False)
    return Conversion(f"{sha256}.{hashlib.sha256(decided.encode()).hexdigest()[:16]}", to)


def note_text(parts: Sequence[Part]) -> str:
    """The note on parts that have just been written."""
    listed = [
        {"file": p.path.name, "rows": p.rows, "size": p.size, "sha256": p.sha256, "respelled": p.respelled}
        for p in parts
    ]
    return json.dumps({"written_in": boot_name(), "parts": listed}, indent=1) + "\n"


def find_parts(store: Store, wanted: Conversion) -> list[Part] | None:
    """The parts in row order; None where the conversion was not made, or a part is not as it was written."""
    noted = _read_note(store.derived(wanted.note))
    if noted is None:
        return None
    written_in, parts = noted
    return parts if all(_is_whole(part, written_in) for part in parts) else None


def damaged_conversions(store: Store, sha256: str) -> Iterator[tuple[tuple[Path, ...], str]]:
    """Conversions of a blob that are not as they were written, every byte read: their files, note first, and why."""
    for place in store.derived_in:
        for note in sorted((place / "converted").glob(f"{sha256}.*.json")):
            noted = _read_note(note)
            parts = [] if noted is None else noted[1]
            wrong = "its note" if noted is None else next(filter(None, map(_damage, parts)), None)
            if wrong is not None:
                yield (note, *(part.path for part in parts)), wrong


def _damage(part: Part) -> str | None:
    try:
        found = hash_file(part.path)
    except OSError as exc:
        return f"{part.path.name} ({exc.strerror or exc})"
    return None if found == part.sha256 else f"{part.path.name} (expected sha256 {part.sha256}, got {found})"


def _read_note(note: Path) -> tuple[str, list[Part]] | None:
    """When the parts were written, and the parts; None where there is no note that can be read."""
    try:
        document = json.loads(note.read_text(encoding="utf-8"))
        return str(document["written_in"]), [
            Part(note.parent / Path(p["file"]).name, int(p["rows"]), int(p["size"]), str(p["sha256"]), p["respelled"])
            for p in document["parts"]
        ]
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _is_whole(part: Part, written_in: str) -> bool:
    try:
        if part.path.stat().st_size != part.size:
            return False
        return is_sealed(part.path, written_in, lambda: hash_file(part.path) == part.sha256)
    except OSError:
        return False
