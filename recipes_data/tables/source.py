"""The only home of what a reader is given: one verified file of a table, and where an index of it may be kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from recipes_data.columns import Columns
from recipes_data.formats import compression_of
from recipes_data.values import value

__all__ = ["FileFacts", "Source"]


@value
class FileFacts:
    """What verified bytes hold."""

    rows: int
    columns: Columns


@value
class Source:
    """One verified file.

    `path`: where its bytes are. `name`: what messages call it. `file`: its path in the repository. `size` in bytes.
    `index`: where an index of it lies, if one was built. `keep_index` publishes one; it does nothing where no place
    can be written.
    """

    path: Path
    name: str
    file: str
    size: int
    index: Path
    keep_index: Callable[[bytes], None]

    @property
    def compression(self) -> str | None:
        """How the whole file is compressed: "gzip", "zstd", "bzip2", "xz" or None."""
        return compression_of(self.file)
