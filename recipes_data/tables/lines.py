"""The only home of where the rows of a text file begin: of lines found in one pass, of all kept in a small file.

Index file: the 8 bytes `RDLINES1`, then little-endian int64: the text's size in bytes, the number of
rows n, and n offsets. Of JSON Lines a row is a line that is not blank (nothing but white space); a byte order mark at
the beginning is not part of the first.
"""

from __future__ import annotations

import struct
import sys
from array import array
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypeAlias, overload

from recipes_data.tables.mapping import mapped
from recipes_data.tables.spans import BYTE_ORDER_MARK

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["Offsets", "Starts", "index_bytes", "line_starts", "read_index"]

_MAGIC = b"RDLINES1"
_BLOCK = 1 << 20  # bytes; what is looked through stays in the processor's cache
_LONG_LINE = 1024  # bytes: above it, looking for one newline after the other beats comparing every byte
_HEAD = struct.Struct("<8sqq")


class Starts(Sequence[int]):
    """Offsets (bytes) in an index file, memory-mapped: opening it costs the same for any number of lines."""

    __slots__ = ("_path", "_size", "_values")

    def __init__(self, path: Path, size: int, values: memoryview) -> None:
        self._path = path
        self._size = size
        self._values = values

    def __len__(self) -> int:
        return len(self._values)

    @overload
    def __getitem__(self, index: int) -> int: ...
    @overload
    def __getitem__(self, index: slice) -> list[int]: ...
    def __getitem__(self, index: int | slice) -> int | list[int]:
        found = self._values[index]
        return found.tolist() if isinstance(found, memoryview) else found

    def tolist(self) -> list[int]:
        """All of them."""
        return self._values.tolist()

    def __reduce__(self) -> tuple[object, tuple[Path, int]]:
        return _again, (self._path, self._size)


Offsets: TypeAlias = "Starts | npt.NDArray[np.int64]"


def _again(path: Path, size: int) -> Starts:
    found = read_index(path, size)
    if found is None:
        raise FileNotFoundError(path)
    return found


def line_starts(path: Path) -> npt.NDArray[np.int64]:
    """Offsets (bytes) of the first byte of every line that is not blank."""
    import numpy as np  # to build an index, not to read one

    # read, not mapped: to map a page costs more than to look through it
    buffer = bytearray(_BLOCK)
    bytes_ = np.frombuffer(buffer, np.uint8)
    found: list[npt.NDArray[np.int64]] = []
    suspects: list[int] = []  # only a line that begins with white space (or is empty) can be blank
    begin, fresh, many = 0, True, True
    with path.open("rb", buffering=0) as file:
        while count := file.readinto(buffer):
            block = bytes_[:count]
            ends = np.flatnonzero(block == ord("\n")) if many else np.array(_newlines(buffer, count), np.int64)
            starts, many = ends + 1, len(ends) > count // _LONG_LINE
            starts = np.concatenate([np.zeros(1, np.int64), starts]) if fresh else starts
            fresh = len(starts) > 0 and bool(starts[-1] == count)
            starts = starts[:-1] if fresh else starts
            first = block[starts]
            blank = (first == ord(" ")) | ((first >= ord("\t")) & (first <= ord("\r")))
            suspects += (starts[blank] + begin).tolist()
            found.append(starts + begin)
            begin += count
    if not found:
        return np.empty(0, np.int64)
    starts = np.concatenate(found)
    with path.open("rb") as lines:
        if lines.read(len(BYTE_ORDER_MARK)) == BYTE_ORDER_MARK:
            starts[0] = len(BYTE_ORDER_MARK)
            suspects.append(len(BYTE_ORDER_MARK))
        blanks = [start for start in suspects if not _line_at(lines, start).strip()]
    return starts[~np.isin(starts, blanks)] if blanks else starts


def _newlines(text: bytearray, size: int) -> list[int]:
    """Where newlines are among the first `size` bytes: the faster way for long lines."""
    found = []
    at = text.find(b"\n", 0, size)
    while at >= 0:
        found.append(at)
        at = text.find(b"\n", at + 1, size)
    return found


def _line_at(lines: BinaryIO, start: int) -> bytes:
    lines.seek(start)
    return lines.readline()


def index_bytes(starts: Iterable[int], size: int) -> bytes:
    """The index file's content for a text of `size` bytes."""
    values = starts[:] if isinstance(starts, array) else array("q", starts)
    if sys.byteorder == "big":
        values.byteswap()
    return _HEAD.pack(_MAGIC, size, len(values)) + values.tobytes()


def read_index(path: Path, size: int) -> Starts | None:
    """The offsets in an index file, memory-mapped; None if there is no whole index for `size` bytes."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD.size)
            if len(head) != _HEAD.size:
                return None
            magic, of, count = _HEAD.unpack(head)
            if magic != _MAGIC or of != size or path.stat().st_size != _HEAD.size + 8 * count:
                return None
        return Starts(path, size, mapped(path)[_HEAD.size :].cast("q"))
    except (OSError, ValueError):
        return None
