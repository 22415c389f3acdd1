"""The only home of the rows of a folder of images or sounds: cells of bytes and path, read when a row is asked for."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from recipes_data.columns import Columns
from recipes_data.errors import TableError
from recipes_data.tables.shards import Row, Shard
from recipes_data.tables.source import Source

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["FolderShard", "MetadataShard"]


class FolderShard:
    """One row a file: its cell under `kind`, and its label where there are any."""

    seekable = True

    def __init__(self, media: Sequence[Source], labels: Sequence[int] | None, columns: Columns, kind: str) -> None:
        self._media = tuple(media)
        self._labels = labels
        self._columns = columns
        self._kind = kind

    def __len__(self) -> int:
        return len(self._media)

    def row(self, index: int) -> Row:
        """Row `index`, 0 <= index < len."""
        cell = {self._kind: _cell(self._media[index])}
        return cell if self._labels is None else {**cell, "label": self._labels[index]}

    def rows(self, start: int, stop: int) -> Iterator[Row]:
        """Rows start..stop in order; one file is read at a time."""
        return (self.row(index) for index in range(start, stop))

    def batches(self) -> Iterator[pa.RecordBatch]:
        """All rows as Arrow in order, at most 1,024 and about 32 MB at a time."""
        return _batches(self, self._columns, self._media[0].name)

    def arrow(self) -> pa.Table:
        """All rows as Arrow; every file in memory."""
        return _table(self, self._columns, self._media[0].name)


class MetadataShard:
    """The rows of a metadata file, each name of a file in them replaced by the file's cell.

    `media`: the files by their path from the metadata's folder. `cells`: by a column of names the column of cells.
    """

    def __init__(
        self,
        metadata: Shard,
        media: Mapping[str | None, Source],
        cells: Mapping[str, str],
        columns: Columns,
        name: str,
    ) -> None:
        self._metadata = metadata
        self._media = media
        self._cells = cells
        self._columns = columns
        self._name = name

    @property
    def seekable(self) -> bool:
        """Whether any row is as near as any other: as the metadata is."""
        return self._metadata.seekable

    def __len__(self) -> int:
        return len(self._metadata)

    def named(self) -> set[str]:
        """Paths of all files that the rows name.

        Raises:
            TableError: a row names a file that is not of the split.
        """
        found: set[str] = set()
        for number, row in enumerate(self._metadata.rows(0, len(self))):
            for column in self._cells:
                names = row[column] if isinstance(row[column], list) else [row[column]]
                found |= {self._source(name, number).file for name in names if name is not None}
        return found

    def row(self, index: int) -> Row:
        """Row `index`, 0 <= index < len."""
        return self._with_cells(self._metadata.row(index), index)

    def rows(self, start: int, stop: int) -> Iterator[Row]:
        """Rows start..stop in order; the files of one row are read at a time."""
        for number, row in enumerate(self._metadata.rows(start, stop), start):
            yield self._with_cells(row, number)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """All rows as Arrow in order, at most 1,024 and about 32 MB at a time."""
        return _batches(self, self._columns, self._name)

    def arrow(self) -> pa.Table:
        """All rows as Arrow; every file in memory."""
        return _table(self, self._columns, self._name)

    def _with_cells(self, row: Row, number: int) -> Row:
        return {
            self._cells.get(column, column): self._cell(value, number) if column in self._cells else value
            for column, value in row.items()
        }

    def _cell(self, value: Any, number: int) -> Any:
        if isinstance(value, list):
            return [self._cell(name, number) for name in value]
        return None if value is None else _cell(self._source(value, number))

    def _source(self, name: str, number: int) -> Source:
        """The file that a row names: looked up among the split's own, so that no name leads anywhere else."""
        found = self._media.get(name) or self._media.get(posixpath.normpath(name.replace("\\", "/")))
        if found is None:
            what = f"{self._name}, row {number:,}: {name!r} is no file of the split"
            raise TableError(what, "add it to the manifest's `files:`, or tell the repository's owner")
        return found


def _cell(source: Source) -> Row:
    try:
        content = source.path.read_bytes()
    except OSError as exc:
        raise TableError(f"{source.name}: cannot be read: {exc}", "recipes-data verify") from exc
    if len(content) != source.size:
        what = f"{source.name}: expected {source.size:,} bytes, got {len(content):,}"
        raise TableError(what, "recipes-data verify")
    return {"bytes": content, "path": source.file}


def _batches(shard: Shard, columns: Columns, name: str) -> Iterator[pa.RecordBatch]:
    from recipes_data.tables.toarrow import arrow_batches

    return arrow_batches(shard.rows(0, len(shard)), columns, name)


def _table(shard: Shard, columns: Columns, name: str) -> pa.Table:
    from recipes_data.tables.toarrow import arrow_table

    return arrow_table(shard.rows(0, len(shard)), columns, name)
