"""The only home of JSON Lines, read in place through a line index. Format: one JSON object a line, UTF-8 (RFC 8259).

The value read is the value that `json.loads` gives for the line; texts stay texts, whatever they look
like. Columns come in the order of the table's schema; a key that a line leaves out is None.
"""

from __future__ import annotations

import json
import mmap
import threading
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from recipes_data.columns import Columns
from recipes_data.errors import IntegrityError, TableError
from recipes_data.tables.infer import check_row, do_clash, merge_row
from recipes_data.tables.lines import index_bytes, line_starts, read_index
from recipes_data.tables.source import FileFacts, Source
from recipes_data.tables.table import Row

if TYPE_CHECKING:
    import pyarrow as pa

    from recipes_data.tables.lines import Offsets

__all__ = ["JsonlShard", "jsonl_facts", "measure", "read_line", "shards"]

_NOT_JSONL = "each line of JSON Lines is one JSON object in UTF-8; see `format:` and `files:` in the manifest"


def measure(source: Source, promised: Columns | None) -> FileFacts:
    """Every row is read; an index of the lines is built and kept. Raises TableError as `jsonl_facts` does."""
    starts = line_starts(source.path)
    known = read_index(source.index, source.size)
    if known is None or known.tolist() != starts.tolist():
        source.keep_index(index_bytes(starts, source.size))
    return FileFacts(len(starts), jsonl_facts(source.path, source.name, starts, promised))


def shards(sources: Sequence[Source], rows: Sequence[int], columns: Columns) -> list[JsonlShard]:
    """A shard for each file.

    Raises:
        IntegrityError: a file has another number of lines than was measured.
    """
    found = []
    for source, count in zip(sources, rows, strict=True):
        starts: Offsets | None = read_index(source.index, source.size)
        if starts is None:
            starts = line_starts(source.path)
            source.keep_index(index_bytes(starts, source.size))
        if len(starts) != count:
            what = f"{source.name} has {len(starts):,} lines, the lock says {count:,}"
            raise IntegrityError(what, "recipes-data verify")
        found.append(JsonlShard(source.path, source.name, starts, columns))
    return found


class JsonlShard:
    """The rows of one jsonl file; it is opened on the first use.

    `starts`: offset of every line (`tables.lines`); `columns`: the table's.
    """

    def __init__(self, path: Path, name: str, starts: Offsets, columns: Columns) -> None:
        self._path = path
        self._name = name
        self._starts = starts
        self._columns = columns
        self._names = [column for column, _ in columns]
        self._text: mmap.mmap | None = None
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._starts)

    def __reduce__(self) -> tuple[type[JsonlShard], tuple[Path, str, Offsets, Columns]]:
        return JsonlShard, (self._path, self._name, self._starts, self._columns)

    def _opened(self) -> mmap.mmap:
        if self._text is None:
            with self._lock, self._path.open("rb") as file:
                self._text = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        return self._text

    def row(self, index: int) -> Row:
        """Row `index`, 0 <= index < len."""
        value = read_line(self._opened(), int(self._starts[index]), self._name, index)
        return {name: value.get(name) for name in self._names}

    def rows(self, start: int, stop: int) -> Iterator[Row]:
        """Rows start..stop in order, one line at a time."""
        for index in range(start, stop):
            yield self.row(index)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """All rows as Arrow in order, 1,024 at a time, in the table's types."""
        from recipes_data.tables.toarrow import arrow_batches  # rows alone need no Arrow

        return arrow_batches(self.rows(0, len(self)), self._columns, self._name)

    def arrow(self) -> pa.Table:
        """All rows as Arrow, in the table's types."""
        from recipes_data.tables.toarrow import arrow_table

        return arrow_table(self.rows(0, len(self)), self._columns, self._name)


def read_line(text: mmap.mmap, start: int, name: str, index: int) -> Row:
    """The JSON object that begins at `start`.

    Raises:
        TableError: not UTF-8, not JSON, not an object; names file, row and column of the text.
    """
    end = text.find(b"\n", start)
    line = text[start : end if end >= 0 else len(text)]
    row = f"{name}, row {index + 1:,}"
    try:
        value = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as exc:
        raise TableError(f"{row}: not UTF-8 at byte {exc.start + 1} of the line", _NOT_JSONL) from exc
    except json.JSONDecodeError as exc:
        raise TableError(f"{row}, column {exc.colno} of the text: {exc.msg}", _NOT_JSONL) from exc
    except (ValueError, RecursionError) as exc:  # a number of thousands of digits, lists in lists without end
        raise TableError(f"{row}: {exc}", _NOT_JSONL) from exc
    if not isinstance(value, dict):
        raise TableError(f"{row}: {type(value).__name__} {value!r:.40}, not an object", _NOT_JSONL)
    return value


def jsonl_facts(path: Path, name: str, starts: Offsets, promised: Columns | None) -> Columns:
    """The columns of a jsonl file: every row is read and checked against `promised`, or merged into one schema.

    Raises:
        TableError: a row that does not fit; names file, row, column, what was promised and what is there.
    """
    if len(starts) == 0:
        return promised or ()
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
        columns = promised or ()
        kinds = dict(columns)
        for index, start in enumerate(starts.tolist()):
            row = read_line(text, start, name, index)
            if promised is not None:
                check_row(row, kinds, name, index)
            else:
                columns = merge_row(columns, row, name, index, partial(_first_clash, text, starts, index, name))
    return columns


def _first_clash(text: mmap.mmap, starts: Offsets, before: int, name: str, column: str, value: Any) -> int | None:
    """The first row up to `before` whose value of `column` does not go with `value`; None if `value` alone is at fault."""
    for index in range(before):
        if do_clash(read_line(text, int(starts[index]), name, index).get(column), value):
            return index
    return None
