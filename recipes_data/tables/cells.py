"""The only home of what a cell of an encoded image or sound is: `{"bytes", "path"}`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from recipes_data.errors import TableError

__all__ = ["bytes_of"]


def bytes_of(cell: Mapping[str, Any] | bytes) -> tuple[bytes, str]:
    """The bytes of a cell, and what to call it.

    Raises:
        TableError: there are none; a path alone is never opened, since data may name any file of this machine.
    """
    if isinstance(cell, bytes):
        return cell, f"{len(cell):,} bytes"
    content, path = cell.get("bytes"), cell.get("path")
    if not isinstance(content, bytes):
        raise TableError(
            f"a cell without bytes (path: {path!r}); paths in data are never opened", "take rows that hold bytes"
        )
    return content, str(path or f"{len(content):,} bytes")
