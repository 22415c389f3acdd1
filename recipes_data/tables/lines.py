"""The only home of where the lines of a text file begin, found in one pass and kept in a small file.

Index file: the 8 bytes `RDLINES1`, then little-endian int64: the text's size in bytes, the number of
lines n, and n offsets. Lines of nothing but white space are not counted, and a byte order mark at the
beginning is not part of the first line.
"""

from __future__ import annotations

import mmap
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["Offsets", "index_bytes", "line_starts", "read_index"]

_MAGIC = b"RDLINES1"
_BLOCK = 1 << 24
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
Offsets = npt.NDArray[np.int64]


def line_starts(path: Path) -> Offsets:
    """Offsets (bytes) of the first byte of every line that is not blank."""
    size = path.stat().st_size
    if size == 0:
        return np.empty(0, np.int64)
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
        newlines: list[Offsets] = []
        for begin in range(0, size, _BLOCK):
            block = np.frombuffer(text[begin : begin + _BLOCK], np.uint8)
            newlines.append(np.flatnonzero(block == 10).astype(np.int64) + begin)
        ends = np.concatenate(newlines)
        mark = len(_BYTE_ORDER_MARK) if text[:3] == _BYTE_ORDER_MARK else 0
        starts = np.concatenate([np.full(1, mark, np.int64), ends + 1])
        ends = np.append(ends, size)
        starts, ends = starts[starts < size], ends[: len(starts)][starts < size]
        # only a line that begins with white space (or is empty) can be blank: look at those alone
        suspects = [index for index, start in enumerate(starts.tolist()) if text[start] in b" \t\r\n\f\v"]
        blank = [i for i in suspects if not text[int(starts[i]) : int(ends[i])].strip()]
    return np.delete(starts, blank) if blank else starts


def index_bytes(starts: Offsets, size: int) -> bytes:
    """The index file's content for a text of `size` bytes."""
    return _MAGIC + np.array([size, len(starts)], "<i8").tobytes() + starts.astype("<i8").tobytes()


def read_index(path: Path, size: int) -> Offsets | None:
    """The offsets in an index file, memory-mapped; None if there is no whole index for `size` bytes."""
    try:
        head = np.fromfile(path, "<i8", 3)
        if len(head) != 3 or head[0].tobytes() != _MAGIC or head[1] != size:
            return None
        if path.stat().st_size != 24 + 8 * int(head[2]):
            return None
        if head[2] == 0:
            return np.empty(0, np.int64)
        mapped: np.memmap[Any, np.dtype[np.int64]] = np.memmap(path, "<i8", "r", 24, (int(head[2]),))
    except (OSError, ValueError):
        return None
    return mapped
