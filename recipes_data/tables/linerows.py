"""The only home of the rows of plain JSON Lines as a conversion reads them: parsed where they lie in the file.

The values are those that `tables.jsonl` gives. msgspec parses texts faster than orjson and needs no copy of a line of
many megabytes; a line that it refuses (half of a surrogate pair, say) is read as every other reader reads it. Tables
with floats are left to that reader too, so that a number is never the answer of two parsers.
"""

from __future__ import annotations

import bisect
import itertools
import mmap
from collections.abc import Iterator
from typing import Protocol

import msgspec

from recipes_data.columns import Columns, parts_of
from recipes_data.tables.lines import Starts, read_index
from recipes_data.tables.shards import Row
from recipes_data.tables.source import Source

__all__ = ["LineRows", "line_rows"]

_REFUSED = (msgspec.MsgspecError, UnicodeError, RecursionError)


class _Reads(Protocol):
    """What gives any row of the file: a shard."""

    def row(self, index: int) -> Row:
        """Row `index`, from 0."""
        ...


class LineRows:
    """Rows of a file of JSON Lines. `starts`: offset of every row (bytes); `shard`: gives what is refused here."""

    def __init__(self, source: Source, starts: Starts, columns: Columns, shard: _Reads) -> None:
        self._source = source
        self._starts = starts
        self._names = tuple(name for name, _ in columns)
        self._shard = shard
        self._decode = msgspec.json.Decoder().decode

    def groups(self, start: int, stop: int, most_bytes: int, most_rows: int) -> Iterator[list[Row]]:
        """Rows start..stop in order, in lists of at most so many bytes of text, but one row at least.

        A list is the caller's to empty. Raises as the shard does.
        """
        if start >= stop:
            return  # an empty file cannot be mapped
        with self._source.path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
            text = memoryview(mapped)
            try:
                while start < stop:
                    offsets = self._group(start, stop, most_bytes, most_rows)
                    yield self._rows(text, start, offsets)
                    start += len(offsets) - 1
            finally:
                text.release()

    def _group(self, start: int, stop: int, most_bytes: int, most_rows: int) -> list[int]:
        """Offsets of the rows of one list, and of what comes after them."""
        offsets = list(self._starts[start : min(start + most_rows, stop) + 1])
        if start + most_rows >= stop and stop == len(self._starts):
            offsets.append(self._source.size)
        fit = bisect.bisect_right(offsets, offsets[0] + most_bytes)
        return offsets[: max(2, fit)]

    def _rows(self, text: memoryview, start: int, offsets: list[int]) -> list[Row]:
        decode = self._decode
        try:
            rows = [decode(text[here:there]) for here, there in itertools.pairwise(offsets)]
            if {*map(type, rows)} == {dict} and {*map(tuple, rows)} == {self._names}:
                return rows
        except _REFUSED:
            pass  # by one line: they are read one by one
        rows = []
        for index, (here, there) in enumerate(itertools.pairwise(offsets), start):
            try:
                value = decode(text[here:there])
            except _REFUSED:
                value = None
            if type(value) is dict:
                rows.append({name: value.get(name) for name in self._names})
            else:
                rows.append(self._shard.row(index))
        return rows


def line_rows(source: Source, rows: int, columns: Columns, shard: _Reads) -> LineRows | None:
    """The rows of a source in JSON Lines, where its index is whole and its types are not floats."""
    if source.compression is not None or any(
        part.kind.startswith("float") for _, kind in columns for part in parts_of(kind)
    ):
        return None
    starts = read_index(source.index, source.size)
    if starts is None or len(starts) != rows:
        return None
    return LineRows(source, starts, columns, shard)
