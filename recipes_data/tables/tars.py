"""The only home of reading a tar from its beginning to its end: names, kinds and bytes of its members.

Formats: POSIX ustar and pax (IEEE Std 1003.1), and GNU long names. `tarfile.open` is not used: it takes as much memory
as a header asks for, and follows links. Nothing is written here, and no member is trusted to be what its name says.
"""

from __future__ import annotations

import os
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Protocol

from recipes_data.errors import IntegrityError

__all__ = ["Readable", "TarMember", "tar_members"]

_BLOCK = 512
_PIECE = 1 << 20
_MAX_HEADER = 1 << 20  # bytes of a long name or of pax records; real ones have some hundred
_PLAIN = (tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.CONTTYPE)
_WITHOUT_BYTES = {
    tarfile.LNKTYPE: "a hard link",
    tarfile.SYMTYPE: "a symbolic link",
    tarfile.CHRTYPE: "a device",
    tarfile.BLKTYPE: "a device",
    tarfile.FIFOTYPE: "a pipe",
    tarfile.DIRTYPE: "a folder",
}


class Readable(Protocol):
    """Bytes in order."""

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes; none at the end."""
        ...


@dataclass(frozen=True, slots=True)
class TarMember:
    """One member. `kind`: "a file", or what else it is. `size` in bytes. `pieces` are its bytes, to be read once."""

    path: str
    kind: str
    size: int
    pieces: Iterator[bytes]


def tar_members(source: Readable, name: str, *, file: IO[bytes] | None = None) -> Iterator[TarMember]:
    """The members in the order of the archive; what is not read of one is skipped over when the next is asked for.

    `file`: the source where it is a file that is not compressed, so that what is skipped is not read from the disk.

    Raises:
        IntegrityError: not a tar, damaged, or cut off.
    """
    long_name: str | None = None
    pax: dict[str, str] = {}
    defaults: dict[str, str] = {}
    while (block := _exactly(source, _BLOCK, name, may_end=True)) and any(block):
        try:
            info = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
        except (tarfile.HeaderError, ValueError) as exc:
            raise IntegrityError(f"{name}: not a tar that can be read: {exc}", "recipes-data verify") from exc
        if info.type in (tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK):
            text = _header(source, info.size, name).split(b"\0", 1)[0].decode("utf-8", "surrogateescape")
            long_name = text if info.type == tarfile.GNUTYPE_LONGNAME else long_name
        elif info.type == tarfile.XHDTYPE:
            pax = _records(_header(source, info.size, name), name)
        elif info.type == tarfile.XGLTYPE:
            defaults.update(_records(_header(source, info.size, name), name))
        else:
            known = {**defaults, **pax}
            size = 0 if info.type in _WITHOUT_BYTES else _size(known.get("size"), info.size, name)
            kind = "a file" if info.type in _PLAIN else _WITHOUT_BYTES.get(info.type, f"of the kind {info.type!r}")
            if any(key.startswith("GNU.sparse.") for key in known):
                kind = "a sparse file"
            begin = 0 if file is None else file.tell()
            pieces = _pieces(source, size, name)
            yield TarMember(known.get("path") or long_name or info.name, kind, size, pieces)
            _pass_over(pieces, file, begin + size + -size % _BLOCK, name)
            long_name, pax = None, {}
    while source.read(_PIECE):  # zeros; a compressed tar's checksum comes after them
        pass


def _pass_over(pieces: Iterator[bytes], file: IO[bytes] | None, end: int, name: str) -> None:
    """Go to where a member ends, past what was not read of it."""
    if file is None:
        for _ in pieces:
            pass
    elif end > os.fstat(file.fileno()).st_size:  # a seek would not say so
        raise _cut_off(name)
    else:
        file.seek(end)


def _pieces(source: Readable, size: int, name: str) -> Iterator[bytes]:
    left = size
    while left:
        piece = source.read(min(left, _PIECE))
        if not piece:
            raise _cut_off(name)
        left -= len(piece)
        yield piece
    _exactly(source, -size % _BLOCK, name)


def _exactly(source: Readable, size: int, name: str, *, may_end: bool = False) -> bytes:
    got = b""
    while len(got) < size and (more := source.read(size - len(got))):
        got += more
    if len(got) < size and (got or not may_end):
        raise _cut_off(name)
    return got


def _header(source: Readable, size: int, name: str) -> bytes:
    if not 0 <= size <= _MAX_HEADER:
        raise IntegrityError(f"{name}: a tar header of {size:,} bytes", "the archive is broken, or made to do harm")
    content = _exactly(source, size, name)
    _exactly(source, -size % _BLOCK, name)
    return content


def _records(content: bytes, name: str) -> dict[str, str]:
    """The records of a pax header, each `LENGTH KEY=VALUE` and a line's end."""
    found: dict[str, str] = {}
    while content.rstrip(b"\0"):
        length, space, _ = content.partition(b" ")
        if not (space and length.isdigit() and len(length) < 8 and len(length) + 1 < int(length) <= len(content)):
            raise IntegrityError(f"{name}: a pax header that cannot be read", "recipes-data verify")
        record, end = content[len(length) + 1 : int(length) - 1], content[int(length) - 1 : int(length)]
        key, equals, value = record.partition(b"=")
        if not equals or end != b"\n":
            raise IntegrityError(f"{name}: a pax header that cannot be read", "recipes-data verify")
        found[key.decode("utf-8", "replace")] = value.decode("utf-8", "surrogateescape")
        content = content[int(length) :]
    return found


def _size(text: str | None, otherwise: int, name: str) -> int:
    if text is not None and not (text.isdecimal() and len(text) < 20):
        raise IntegrityError(f"{name}: a member of {text[:40]!r} bytes", "recipes-data verify")
    size = otherwise if text is None else int(text)
    if size < 0:
        raise IntegrityError(f"{name}: a member of {size} bytes", "recipes-data verify")
    return size


def _cut_off(name: str) -> IntegrityError:
    return IntegrityError(
        f"{name}: the tar breaks off", "recipes-data verify; if its bytes are right, it is broken there"
    )
