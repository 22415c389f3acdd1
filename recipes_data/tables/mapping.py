"""The only home of memory maps that are kept open: one for each file of a table, however many files these are.

Until Python 3.13 a map of the standard library keeps its file open, of which a process may have 256 (macOS) or 1,024
(Linux) in all. After the first hundred of a process small files are read, and others mapped by Arrow, whose maps
outlive the file they were made of.
"""

from __future__ import annotations

import itertools
import mmap
import os
import sys
from pathlib import Path

TYPE_CHECKING = False  # importing typing takes longer than a load has to spare
if TYPE_CHECKING:
    from typing import Protocol

    class Text(Protocol):
        """Bytes that are only taken in pieces."""

        def __getitem__(self, piece: slice, /) -> bytes: ...


__all__ = ["mapped", "mapped_text"]

_FEW = 100
_SMALL = 64 << 10  # bytes that are read sooner than Arrow is imported
_count = itertools.count()  # maps of this process


def mapped(path: Path) -> memoryview:
    """The bytes of a file, read-only.

    Raises:
        OSError: it is not there, or cannot be mapped.
        ValueError: it is empty.
    """
    return memoryview(_map(path))


def mapped_text(path: Path) -> Text:
    """The bytes of a file, of which slices are bytes. Raises as `mapped` does."""
    whole = _map(path)
    return _Pieces(whole) if isinstance(whole, memoryview) else whole


def _map(path: Path) -> mmap.mmap | memoryview:
    with path.open("rb") as file:
        if sys.version_info >= (3, 13):
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ, trackfd=False)
        if next(_count) < _FEW:
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        size = os.fstat(file.fileno()).st_size
        if size == 0:
            raise ValueError("an empty file has no bytes to map")
        if size <= _SMALL:
            return memoryview(file.read())
    import pyarrow as pa  # few tables have so many large files

    with pa.memory_map(str(path)) as arrow:
        return memoryview(arrow.read_buffer()).cast("B")  # which Arrow says are signed


class _Pieces:
    def __init__(self, whole: memoryview) -> None:
        self._whole = whole

    def __getitem__(self, piece: slice, /) -> bytes:
        return bytes(self._whole[piece])
