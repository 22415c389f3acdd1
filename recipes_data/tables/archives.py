"""The only home of taking members out of zip and tar archives: each becomes a blob of the store, once.

What a member is called decides nothing on the disk: blobs are named by their digest. Names are judged all the same, as
those of a repository are (`hub.safety`), and bytes too (`hub.contents`). Formats: PKZIP (APPNOTE 6.3), see `tars`.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import os
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from recipes_data.errors import IntegrityError, RecipesDataError, TableError, UnsafeFileError
from recipes_data.formats import archive_of
from recipes_data.hub.bounded import Bounded
from recipes_data.hub.contents import HEAD_BYTES, TAIL_BYTES, check_content
from recipes_data.hub.safety import check_name, check_path
from recipes_data.layout import matches
from recipes_data.lockfile import LockedFile, LockedSplit
from recipes_data.store import Store, disk_error
from recipes_data.tables.members import keep_members, known_members, member_path
from recipes_data.tables.opening import source_of
from recipes_data.tables.source import Source
from recipes_data.tables.tars import tar_members
from recipes_data.tables.unpacking import FREE_BYTES, MAX_RATIO

__all__ = ["take_out"]

_MAX_MEMBERS = 100_000  # of one archive; the lock names each of them
_PIECE = 1 << 20
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2)  # lzma takes what memory its header asks for
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, EOFError),  # what zipfile says of most damage
    OSError,  # what bz2 says of it; and what the disk cannot read
    ValueError,  # a name that is not UTF-8, a place that is none in a file
    NotImplementedError,  # a version, or a way to patch or to encrypt, that zipfile has not learned
)


@dataclasses.dataclass(frozen=True, slots=True)
class _Member:
    """A member that is wanted: its path in the archive, and its bytes in order."""

    path: str
    pieces: Iterator[bytes]


def take_out(store: Store, archives: Sequence[LockedFile], split: LockedSplit, name: str) -> tuple[LockedFile, ...]:
    """The members that the split's patterns name, as verified blobs in row order.

    That is archive by archive, in each one pattern by pattern, each pattern's members by code points, none twice. What
    is in the store is not taken out again. `name` is the split's in messages.

    Raises:
        UnsafeFileError: a member whose name or bytes are not to be had on a disk, a link, a device, or one that is no
            data; or more came out than the archive's size allows.
        IntegrityError: a broken archive, or other members than the lock says.
        TableError: a pattern names no member.
        StoreError: the disk refused.
    """
    known = split.extracted
    if known is not None and all(store.has(file.digest, file.size) for file in known):
        return known
    found: list[LockedFile] = []
    for archive in archives:
        sha256 = archive.sha256 or ""
        there = known_members(store, sha256, archive.path, split.members)
        if there is None or not all(store.has(file.digest, file.size) for file in there):
            there = _taken_out(store, source_of(store, archive, sha256, f"{name} ({archive.path})"), split.members)
            noted = [(file.path[len(archive.path) + 2 :], file.size, file.sha256 or "") for file in there]
            keep_members(store, sha256, split.members, noted)
        found.extend(there)
    if known is None:
        return tuple(found)
    if [(file.path, file.sha256) for file in known] != [(file.path, file.sha256) for file in found]:
        raise IntegrityError(f"{name}: its archives hold other members than the lock says", "restore the lock")
    return known


def _taken_out(store: Store, archive: Source, patterns: Sequence[str]) -> tuple[LockedFile, ...]:
    members = _zip_wanted if archive_of(archive.file) == "zip" else _tar_wanted
    taken: dict[str, LockedFile] = {}
    given = 0
    for member in members(archive, patterns):
        if member.path in taken:
            raise UnsafeFileError(f"{archive.name}: the member {member.path!a} stands twice", "leave the archive out")
        if len(taken) >= _MAX_MEMBERS:
            raise UnsafeFileError(f"{archive.name}: more than {_MAX_MEMBERS:,} members are named", "name fewer")
        taken[member.path] = _stored(store, archive, member, given)
        given += taken[member.path].size
    ordered: dict[str, None] = {}
    for pattern in patterns:
        found = matches(pattern, taken)
        if not found:
            raise TableError(f"{archive.name}: {pattern!r} names no member", "correct the manifest's `members:`")
        ordered.update(dict.fromkeys(found))
    return tuple(taken[path] for path in ordered)


def _wanted(paths: Iterable[str], patterns: Sequence[str], archive: Source) -> set[str]:
    """The paths that patterns name, once they are all known to be harmless."""
    listed = list(paths)
    found = {path for pattern in patterns for path in matches(pattern, listed)}
    try:
        for path in found:
            check_path(path)
            check_name(path, declared=True)
    except UnsafeFileError as exc:
        raise UnsafeFileError(f"{archive.name}: {exc.what}", "name other members in the manifest's `members:`") from exc
    return found


def _zip_wanted(archive: Source, patterns: Sequence[str]) -> Iterator[_Member]:
    with _broken(archive), zipfile.ZipFile(archive.path) as opened:
        files = [info for info in opened.infolist() if not info.orig_filename.endswith("/")]
        wanted = _wanted((info.orig_filename for info in files), patterns, archive)
        for info in sorted(files, key=lambda info: info.header_offset):
            if info.orig_filename not in wanted:
                continue
            mode = info.external_attr >> 16
            if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
                raise _no_file(archive, info.orig_filename, "a link" if stat.S_ISLNK(mode) else "no plain file")
            if info.flag_bits & 1 or info.compress_type not in _METHODS:
                how = "encrypted" if info.flag_bits & 1 else f"packed by method {info.compress_type}"
                raise _no_file(archive, info.orig_filename, how)
            with opened.open(info) as stream:
                yield _Member(info.orig_filename, iter(lambda: stream.read(_PIECE), b""))


def _tar_wanted(archive: Source, patterns: Sequence[str]) -> Iterator[_Member]:
    packed = (archive_of(archive.file) or "").partition(":")[2]
    limit = _limit(archive)
    with open(archive.path, "rb") as file:
        unpacked = (
            # headers and members that nobody named come out too, so the limit is none of the member's
            Bounded(file, packed, name=archive.name, max_bytes=2 * limit, max_ratio=MAX_RATIO, free_bytes=FREE_BYTES)
            if packed
            else file
        )
        for member in tar_members(unpacked, archive.name, file=None if packed else file):
            path = member.path.removeprefix("./")  # as `tar c .` writes them
            if member.kind == "a folder" or not _wanted([path], patterns, archive):
                continue
            if member.kind != "a file":
                raise _no_file(archive, path, member.kind)
            yield _Member(path, member.pieces)


def _stored(store: Store, archive: Source, member: _Member, given: int) -> LockedFile:
    """A member's bytes as a blob, judged before they get their name."""
    called = member_path(archive.file, member.path)
    limit = _limit(archive) - given
    digest, size, head, tail = hashlib.sha256(), 0, b"", b""
    folder = store.root / "blobs" / "sha256"
    temporary: Path | None = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor, made = tempfile.mkstemp(prefix=".member.", suffix=".tmp", dir=folder)
        temporary = Path(made)
        with os.fdopen(descriptor, "wb") as file:
            for piece in _pieces(archive, member):
                size += len(piece)
                if size > limit:
                    what = f"{archive.name} unpacks to more than {MAX_RATIO} times its size, as a zip bomb does"
                    raise UnsafeFileError(what, "if it is meant to be so, ask its owner for the files themselves")
                file.write(piece)
                digest.update(piece)
                head = head if len(head) >= HEAD_BYTES else (head + piece)[:HEAD_BYTES]
                tail = (tail + piece)[-TAIL_BYTES:]
        check_content(head, called, tail=tail)
        sha256 = digest.hexdigest()
        if not store.has(f"sha256:{sha256}", size):
            store.publish(temporary, sha256)
    except OSError as exc:
        raise disk_error(exc, folder) from exc
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
    return LockedFile(called, size, f"sha256:{sha256}", sha256)


def _pieces(archive: Source, member: _Member) -> Iterator[bytes]:
    with _broken(archive):
        yield from member.pieces


def _limit(archive: Source) -> int:
    return max(FREE_BYTES, archive.size * MAX_RATIO)


@contextlib.contextmanager
def _broken(archive: Source) -> Iterator[None]:
    """What the readers of archives raise, as an IntegrityError."""
    try:
        yield
    except RecipesDataError:
        raise
    except _BROKEN as exc:
        what = f"{archive.name}: not an archive that can be read: {exc}"
        raise IntegrityError(what, "see whether these are the promised bytes: recipes-data verify") from exc


def _no_file(archive: Source, path: str, what: str) -> UnsafeFileError:
    return UnsafeFileError(f"{archive.name}: the member {path!a} is {what}", "name other members in `members:`")
