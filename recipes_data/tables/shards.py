"""The only home of what the module of a format gives: the rows of one file, a shard, and who opens it, a reader.

Also of the one fault of a row that leaves the others alone: `NoPlaceError`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from recipes_data.columns import Columns
from recipes_data.errors import TableError
from recipes_data.tables.source import FileFacts, Source

TYPE_CHECKING = False  # importing typing takes longer than a load has to spare
if TYPE_CHECKING:
    from typing import Any, Protocol, TypeAlias

    import pyarrow as pa
    from typing_extensions import TypeVar  # of 3.13, which has defaults; type checkers bring it along
else:
    Protocol = object

__all__ = ["NoPlaceError", "Reader", "Row", "Shard"]

Row: TypeAlias = "dict[str, Any]"
if TYPE_CHECKING:
    RowT = TypeVar("RowT", default=Any, covariant=True)
else:  # what is a parameter to type checkers is the class of all rows to Python
    RowT = Row


class NoPlaceError(TableError):
    """A value that Python has no place for: the row cannot be given, the file and its other rows are right."""


class Shard(Protocol):
    """The rows of one file."""

    @property
    def seekable(self) -> bool:
        """Whether any row is as near as any other; where it is not, row `i` costs as much as many rows before it."""

    def __len__(self) -> int: ...

    def row(self, index: int) -> Row:
        """Row `index`, 0 <= index < len."""

    def rows(self, start: int, stop: int) -> Iterator[Row]:
        """Rows start..stop in order, read as they are needed."""

    def batches(self) -> Iterator[pa.RecordBatch]:
        """All rows as Arrow in order, some thousand at a time: memory stays bounded whatever the file's size."""

    def arrow(self) -> pa.Table:
        """All rows as Arrow."""


class Reader(Protocol):
    """What the module of a format has."""

    def measure(self, source: Source, promised: Columns | None) -> FileFacts:
        """Read the whole file: how many rows it has and of which columns.

        Raises:
            TableError: not of the format, or not of the promised columns; names file, row and column.
        """

    def shards(self, sources: Sequence[Source], rows: Sequence[int], columns: Columns) -> Sequence[Shard]:
        """The rows of a split's files, which have been measured before; nothing is opened yet."""
