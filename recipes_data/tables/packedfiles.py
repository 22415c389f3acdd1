"""The only home of files that a cell holds as a gzipped tar: their names and bytes, in memory, bounded.

Nothing is written and nothing run. Formats: gzip (RFC 1952); the tar as `tars` reads it.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

from recipes_data.errors import IntegrityError, TableError, UnsafeFileError
from recipes_data.hub.bounded import Bounded
from recipes_data.tables.tars import tar_members

__all__ = ["MAX_BYTES", "packed_files"]

MAX_BYTES = 1 << 28
"""What one archive may unpack to: 256 MiB, headers and padding with it."""

_MAX_RATIO = 250.0
_FREE_BYTES = 16 << 20
_MAX_MEMBERS = 100_000


def packed_files(
    packed: bytes, name: str, *, max_bytes: int = MAX_BYTES, max_ratio: float = _MAX_RATIO
) -> Iterator[tuple[str, str, bytes]]:
    """Path, kind and bytes of each member in the order of the archive; `kind` is "a file", or what else it is.

    Only files have bytes. Paths are as the archive spells them, and not judged. `max_bytes`: what may come out in all;
    beyond 16 MiB also no more than `max_ratio` times what went in.

    Raises:
        TableError: no gzipped tar, damaged or cut off.
        UnsafeFileError: more came out, or more members, than is allowed.
    """
    source = Bounded(
        io.BytesIO(packed), "gz", name=name, max_bytes=max_bytes, max_ratio=max_ratio, free_bytes=_FREE_BYTES
    )
    try:
        for number, member in enumerate(tar_members(source, name)):
            if number >= _MAX_MEMBERS:
                raise UnsafeFileError(f"{name}: more than {_MAX_MEMBERS:,} members", "no task has so many files")
            yield member.path, member.kind, b"".join(member.pieces) if member.kind == "a file" else b""
    except IntegrityError as exc:
        raise TableError(exc.what, "its bytes are those that were locked: it is broken there") from exc
