"""The only home of the row file: rows ready to be given one by one, memory-mapped, each found by its number.

A file, little-endian:

    magic     8 bytes, `RDROWS01`
    rows      each one MessagePack map (`tables.rowvalues`), in any order
    spans     rows x 2 int64: where row i begins and ends; from here on everything begins at a multiple of 8
    blocks    blocks x 3 int64: where a run of rows begins and ends, and its CRC-32 (as zlib)
    key       UTF-8: which rows these are, a line feed, `sealing.boot_name` when it was written; blanks at the end
    tail      56 bytes: where spans, blocks and key begin, how many rows and blocks (5 int64), CRC-32 of the
              spans, CRC-32 of everything from the blocks to here (2 uint32), magic

Opening reads the tail, the blocks and the key; that the rows are as they were written is told by the file's time
(`tables.sealing`) and, to the last byte, by `damage_of`.
"""

from __future__ import annotations

import array
import bisect
import itertools
import os
import struct
import sys
import threading
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from recipes_data.columns import Columns
from recipes_data.errors import TableError
from recipes_data.tables.mapping import mapped
from recipes_data.tables.rowvalues import Unpack, Unpacking
from recipes_data.tables.sealing import boot_name, is_sealed
from recipes_data.values import value

TYPE_CHECKING = False  # importing typing takes longer than a load has to spare
if TYPE_CHECKING:
    from typing import Any

__all__ = ["RowFile", "RowFileWriter", "damage_of", "gather", "least_size", "open_row_file"]

_MAGIC = b"RDROWS01"
_TAIL = struct.Struct("<5q2I8s")
_AT_ONCE = 256  # rows that are decoded ahead when they are iterated over


class RowFile:
    """An open row file. Safe to use from several threads, and after a fork; a pickle opens it again.

    `path`: where it lies.
    """

    def __init__(self, path: Path, key: str, columns: Columns, text: memoryview, tail: _Tail) -> None:
        self.path = path
        self._key = key
        self._columns = columns
        self._tail = tail
        self._text = text
        self._spans = text[tail.spans_at : tail.blocks_at].cast("q")
        self._unpacking = Unpacking(columns)

    def __len__(self) -> int:
        return self._tail.rows

    def __reduce__(self) -> tuple[Callable[..., RowFile], tuple[Path, str, Columns]]:
        return _again, (self.path, self._key, self._columns)

    def row(self, index: int) -> dict[str, Any]:
        """Row `index`, 0 <= index < len.

        Raises:
            TableError: the file was damaged.
        """
        return self.gather((index,))[0]

    def gather(self, positions: Sequence[int]) -> list[dict[str, Any]]:
        """The rows at these positions, in this order. Raises as `row` does."""
        text, spans, unpack = self.parts(len(positions))
        try:
            return [unpack(text[spans[2 * at] : spans[2 * at + 1]]) for at in positions]
        except ValueError as exc:
            raise self.damaged() from exc

    def parts(self, count: int) -> tuple[memoryview, memoryview, Unpack]:
        """The bytes, where rows begin and end in them, and what makes rows of their bytes, for `count` of them."""
        return self._text, self._spans, self._unpacking.for_rows(count)

    def rows(self, start: int, stop: int) -> Iterator[dict[str, Any]]:
        """Rows start..stop in order. Raises as `row` does."""
        return itertools.chain.from_iterable(self._runs(start, stop))  # no Python frame for each row

    def _runs(self, start: int, stop: int) -> Iterator[list[dict[str, Any]]]:
        for first in range(start, stop, _AT_ONCE):
            last = min(first + _AT_ONCE, stop)
            text, spans, unpack = self.parts(last - first)
            ends = iter(spans[2 * first : 2 * last].tolist())
            try:
                found = [unpack(text[begin:end]) for begin, end in zip(ends, ends, strict=True)]
            except ValueError as exc:
                raise self.damaged() from exc
            yield found

    def damaged(self) -> TableError:
        """What to say of a row that is no row."""
        return TableError(f"the row cache {self.path} is damaged", "recipes-data verify takes it away")


@value
class _Tail:
    """What stands behind the rows; places are offsets in bytes."""

    spans_at: int
    blocks_at: int
    key_at: int
    rows: int
    spans_crc: int
    key: str
    written_in: str


def gather(files: Sequence[RowFile], ends: Sequence[int], positions: Sequence[int]) -> list[dict[str, Any]]:
    """The rows at these positions of files that are one run of rows; `ends`: where the rows of each end in it.

    Raises:
        TableError: a file was damaged.
    """
    if len(files) == 1:
        return files[0].gather(positions)
    which = bisect.bisect_right
    share = len(positions) // len(files) + 1
    parts = [(*file.parts(share), end - len(file)) for file, end in zip(files, ends, strict=True)]
    found = []
    position = 0
    try:
        for position in positions:
            text, spans, unpack, begin = parts[which(ends, position)]
            at = 2 * (position - begin)
            found.append(unpack(text[spans[at] : spans[at + 1]]))
    except ValueError as exc:
        raise files[which(ends, position)].damaged() from exc
    return found


def open_row_file(path: Path, key: str, columns: Columns) -> RowFile | None:
    """The row file at `path`; None where there is none, or none of the rows that `key` says, as they were written.

    On a machine that counts bytes the other way none is ever found.
    """
    text = _mapped(path)
    tail = None if text is None else _read_tail(text)
    if text is None or tail is None or tail.key != key or sys.byteorder != "little":
        return None
    whole = is_sealed(path, tail.written_in, lambda: _damage(text, tail) is None)
    return RowFile(path, key, columns, text, tail) if whole else None


def damage_of(path: Path) -> str | None:
    """What is not as it was written, every byte read; None where nothing is."""
    text = _mapped(path)
    tail = None if text is None else _read_tail(text)
    return "its end" if text is None or tail is None else _damage(text, tail)


def _mapped(path: Path) -> memoryview | None:
    try:
        return mapped(path)
    except (OSError, ValueError):  # not there, or empty
        return None


def _damage(text: memoryview, tail: _Tail) -> str | None:
    if zlib.crc32(text[tail.spans_at : tail.blocks_at]) != tail.spans_crc:
        return "where its rows begin and end"
    blocks = text[tail.blocks_at : tail.key_at].cast("q").tolist()
    for begin, end, crc in zip(blocks[::3], blocks[1::3], blocks[2::3], strict=True):
        if zlib.crc32(text[begin:end]) != crc:
            return f"bytes {begin:,} to {end:,}"
    return None


def _read_tail(text: memoryview) -> _Tail | None:
    begin = len(text) - _TAIL.size
    if begin < 8 or text[:8] != _MAGIC:
        return None
    spans_at, blocks_at, key_at, rows, blocks, spans_crc, crc, magic = _TAIL.unpack_from(text, begin)
    if (
        magic != _MAGIC
        or not (8 <= spans_at <= blocks_at <= key_at <= begin)
        or (blocks_at - spans_at, key_at - blocks_at) != (16 * rows, 24 * blocks)
        or zlib.crc32(text[blocks_at : begin + 44]) != crc
    ):
        return None
    key, _, written_in = bytes(text[key_at:begin]).decode().rstrip(" ").partition("\n")
    return _Tail(spans_at, blocks_at, key_at, rows, spans_crc, key, written_in)


def _again(path: Path, key: str, columns: Columns) -> RowFile:
    found = open_row_file(path, key, columns)
    if found is None:
        raise TableError(f"the row cache {path} is gone or damaged", "load the rows anew")
    return found


def least_size(columns: Columns) -> int:
    """Bytes that a row of these columns takes at the least: its place, its names, and one for each value."""
    return 2 * 8 + 1 + sum(len(name.encode()) + 2 for name, _ in columns)


class RowFileWriter:
    """A row file that is being written; several threads may add rows at once. The file is the caller's to name."""

    def __init__(self, path: Path, key: str, rows: int) -> None:
        self._key = key
        self._spans = array.array("q", bytes(16 * rows))
        self._blocks: list[tuple[int, int, int]] = []
        self._at = len(_MAGIC)
        self._lock = threading.Lock()
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
        self._write(_MAGIC, 0)

    def add(self, first: int, packed: bytes | bytearray, ends: Sequence[int]) -> None:
        """Rows `first`, `first + 1`, ...: one after another in `packed`, where they end in `ends`."""
        crc = zlib.crc32(packed)
        with self._lock:
            at = self._at
            self._at += len(packed)
            self._blocks.append((at, self._at, crc))
        self._write(packed, at)
        places = [at, *(at + end for end in ends)]
        self._spans[2 * first : 2 * (first + len(ends))] = array.array(
            "q", itertools.chain.from_iterable(itertools.pairwise(places))
        )

    def finish(self) -> int:
        """Write what stands behind the rows; the size of the whole in bytes."""
        spans = self._spans.tobytes()
        spans_at = -(-self._at // 8) * 8
        blocks = array.array("q", itertools.chain.from_iterable(sorted(self._blocks))).tobytes()
        key = f"{self._key}\n{boot_name()}".encode()
        key += b" " * (-len(key) % 8)
        blocks_at = spans_at + len(spans)
        places = (spans_at, blocks_at, blocks_at + len(blocks), len(self._spans) // 2, len(self._blocks))
        checked = blocks + key + struct.pack("<5qI", *places, zlib.crc32(spans))
        end = spans + checked + struct.pack("<I8s", zlib.crc32(checked), _MAGIC)
        self._write(end, spans_at)
        return spans_at + len(end)

    def close(self) -> None:
        """Close the file, finished or not."""
        os.close(self._file)

    def _write(self, content: bytes | bytearray, at: int) -> None:
        view = memoryview(content)
        while view:
            count = os.pwrite(self._file, view, at)
            view, at = view[count:], at + count
