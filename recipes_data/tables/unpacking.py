"""The only home of the bytes of a text file as blocks, unpacked on the way where the whole file is compressed.

gzip, bzip2 and xz by the standard library, zstd (RFC 8878) by Arrow. Nothing is written anywhere. A file that
unpacks to more than 250 times its size is refused once 64 MiB came out of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from recipes_data.errors import IntegrityError, TableError, UnsafeFileError
from recipes_data.tables.mapping import mapped_text
from recipes_data.tables.source import Source

if TYPE_CHECKING:
    from recipes_data.tables.mapping import Text

__all__ = ["FREE_BYTES", "MAX_RATIO", "TextFile", "text_file"]

_BLOCK = 1 << 20
_MAX_BYTES = 1 << 40
MAX_RATIO = 250
"""How many bytes may come out for each that is packed; text is packed 3 to 30 times."""
FREE_BYTES = 64 << 20
"""How many may come out in any case: a small file may well be all zeros."""
_SHORT = {"gzip": "gz", "bzip2": "bz2", "xz": "xz"}
_MEND = "see whether these are the promised bytes: recipes-data verify; if they are, the file is broken on the Hub"


@dataclass(frozen=True, slots=True)
class TextFile:
    """A verified file of text. `path`, `name`, `size` (bytes on disk) and `compression` are a `Source`'s."""

    path: Path
    name: str
    size: int
    compression: str | None

    def blocks(self) -> Iterator[bytes]:
        """All bytes in order, unpacked, about 1 MiB at a time.

        Raises:
            TableError: it is cut off, damaged or not of its compression.
            UnsafeFileError: it unpacks to far more than its size.
        """
        if self.compression is None:
            return _plain(self.path)
        if self.compression == "zstd":
            return _zstd(self)
        return _unpacked(self, _SHORT[self.compression])

    def mapped(self) -> Text:
        """The file's bytes as they are, memory-mapped."""
        return mapped_text(self.path) if self.size else b""

    def line_at(self, offset: int) -> int:
        """The line (from 1) that an offset of a file that is not compressed lies on."""
        line = 1
        for block in _plain(self.path):
            line += block.count(b"\n", 0, max(offset, 0))
            offset -= len(block)
        return line


def text_file(source: Source) -> TextFile:
    """The file of a source."""
    return TextFile(source.path, source.name, source.size, source.compression)


def _plain(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block


def _unpacked(file: TextFile, compression: str) -> Iterator[bytes]:
    from recipes_data.hub.bounded import Bounded  # rare: most files are not packed

    try:
        with Bounded(
            file.path.open("rb"),
            compression,
            name=file.name,
            max_bytes=_MAX_BYTES,
            max_ratio=MAX_RATIO,
            free_bytes=FREE_BYTES,
        ) as stream:
            while block := stream.read(_BLOCK):
                yield block
    except IntegrityError as exc:
        raise TableError(exc.what, exc.do) from exc


def _zstd(file: TextFile) -> Iterator[bytes]:
    import pyarrow as pa  # the standard library has zstd from 3.14 on

    given = 0
    if file.size == 0:
        raise TableError(f"{file.name}: the zstd stream breaks off after 0 bytes", _MEND)
    try:
        with pa.OSFile(str(file.path)) as packed, pa.CompressedInputStream(packed, "zstd") as stream:
            while block := stream.read(_BLOCK):
                given += len(block)
                if given > FREE_BYTES and given > file.size * MAX_RATIO:
                    what = f"{file.name} unpacks to more than {MAX_RATIO} times its size, as a zip bomb does"
                    raise UnsafeFileError(what, "if the file is meant to be so, unpack it and name the result")
                yield block
    except (pa.ArrowException, OSError) as exc:
        raise TableError(f"{file.name}: expected zstd, and cannot unpack it: {exc}", _MEND) from exc
