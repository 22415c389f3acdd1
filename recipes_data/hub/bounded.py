"""The only home of unpacking compressed bytes: never more than was allowed, never a part taken for the whole.

Codecs are those of the standard library: gzip (RFC 1952), bzip2, xz. Several streams in one file are
one text, as with their command-line tools.
"""

from __future__ import annotations

import bz2
import lzma
import zlib
from typing import BinaryIO, Protocol, Self

from recipes_data.errors import IntegrityError, UnsafeFileError

__all__ = ["BROKEN_STREAM", "Bounded", "Decompressor", "decompressor"]

_BLOCK = 1 << 16
_XZ_MEMORY = 128 << 20  # `xz -9` needs 65 MiB to unpack; a header may ask for gigabytes
BROKEN_STREAM = (zlib.error, lzma.LZMAError, OSError, EOFError)
_MEND = "see whether these are the promised bytes: recipes-data verify; if they are, the file is broken on the Hub"


class Decompressor(Protocol):
    """One stream, as `bz2.BZ2Decompressor` has it."""

    @property
    def eof(self) -> bool:
        """Whether the stream's end was reached, its checksum included."""
        ...

    @property
    def unused_data(self) -> bytes:
        """What was given beyond the stream's end."""
        ...

    @property
    def needs_input(self) -> bool:
        """Whether nothing more comes out before more is put in."""
        ...

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        """At most `max_length` bytes more; what is left is kept inside."""
        ...


class _Gunzip:
    """zlib's object with the face of the other two."""

    def __init__(self) -> None:
        self._inflate = zlib.decompressobj(wbits=31)  # 31: a gzip header, checksum and length

    @property
    def eof(self) -> bool:
        return self._inflate.eof

    @property
    def unused_data(self) -> bytes:
        return self._inflate.unused_data

    @property
    def needs_input(self) -> bool:
        return not self._inflate.eof and not self._inflate.unconsumed_tail

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        return self._inflate.decompress(self._inflate.unconsumed_tail + data, max(max_length, 0))


def decompressor(compression: str) -> Decompressor | None:
    """A fresh stream for `gz`, `bz2` or `xz`; None for a compression that the standard library lacks."""
    if compression == "gz":
        return _Gunzip()
    if compression == "bz2":
        return bz2.BZ2Decompressor()
    if compression == "xz":
        return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY)
    return None


class Bounded:
    """A reader of the unpacked bytes of `source`, which it owns; `io.BufferedReader` takes it.

    `name` is for messages. `max_bytes`: the most that may come out. `max_ratio`: the most that may come
    out for each byte put in, once more than `free_bytes` came out (a small file may well be all zeros;
    text is packed 3 to 30 times, logs that repeat themselves 100 times).
    """

    def __init__(
        self,
        source: BinaryIO,
        compression: str,
        *,
        name: str,
        max_bytes: int,
        max_ratio: float = 250.0,
        free_bytes: int = 64 << 20,
    ) -> None:
        stream = decompressor(compression)
        if stream is None:
            raise UnsafeFileError(f"{name}: .{compression} files cannot be unpacked here", "expected gz, bz2 or xz")
        self._source = source
        self._compression = compression
        self._name = name
        self._max_bytes = max_bytes
        self._max_ratio = max_ratio
        self._free_bytes = free_bytes
        self._stream: Decompressor | None = stream
        self._rest = b""  # read from the source, and not yet put into a stream
        self._taken = 0
        self._given = 0

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes, fewer only at the end; all that is left for -1.

        Raises:
            UnsafeFileError: more came out than is allowed.
            IntegrityError: cut off, damaged, not of this compression, or (xz) in need of too much memory.
        """
        blocks = []
        missing = size
        while missing:
            block = self._some(_BLOCK if missing < 0 else min(missing, _BLOCK))
            if not block:
                break
            blocks.append(block)
            missing -= len(block) if missing > 0 else 0
        return b"".join(blocks)

    def readinto(self, buffer: bytearray | memoryview) -> int:
        """Fill a buffer as far as one step goes; 0 at the end. Raises as `read` does."""
        block = self._some(min(len(buffer), _BLOCK))
        buffer[: len(block)] = block
        return len(block)

    @property
    def closed(self) -> bool:
        """Whether the source is closed."""
        return self._source.closed

    def readable(self) -> bool:
        """True."""
        return True

    def writable(self) -> bool:
        """False."""
        return False

    def seekable(self) -> bool:
        """False: to go back, open it anew."""
        return False

    def flush(self) -> None:
        """Nothing."""

    def close(self) -> None:
        """Close the source."""
        self._source.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _some(self, limit: int) -> bytes:
        while self._stream is not None:
            block = self._unpacked(self._stream, limit)
            self._given += len(block)
            self._check()
            if self._stream.eof:
                self._stream = self._following(self._stream.unused_data)
            if block:
                return block
        return b""

    def _unpacked(self, stream: Decompressor, limit: int) -> bytes:
        more = b""
        if stream.needs_input:
            more = self._more()
            if not more:
                what = f"{self._name}: the {self._compression} stream breaks off after {self._taken:,} bytes"
                raise IntegrityError(what, _MEND)
        try:
            return stream.decompress(more, limit)
        except BROKEN_STREAM as exc:
            what = f"{self._name}: expected {self._compression}, and cannot unpack it near byte {self._taken:,}: {exc}"
            raise IntegrityError(what, _MEND) from exc

    def _following(self, rest: bytes) -> Decompressor | None:
        """The next stream, which begins in `rest`, or None at the end; zeros between streams are padding."""
        while not (rest := rest.lstrip(b"\0")):
            rest = self._more()
            if not rest:
                return None
        self._rest = rest
        return decompressor(self._compression)

    def _more(self) -> bytes:
        if self._rest:
            data, self._rest = self._rest, b""
            return data
        data = self._source.read(_BLOCK)
        self._taken += len(data)
        return data

    def _check(self) -> None:
        if self._given > self._max_bytes:
            what = f"{self._name} unpacks to more than {self._max_bytes:,} bytes, the most that is allowed"
            raise UnsafeFileError(what, "if the file is meant to be so large, raise the limit")
        if self._given > self._free_bytes and self._given > self._taken * self._max_ratio:
            what = f"{self._name} unpacks to more than {self._max_ratio:g} times its size, as a zip bomb does"
            raise UnsafeFileError(what, "if the file is meant to be so, unpack it yourself and name the result")
