"""The only home of rows that stand in a text one after the other: found once, then read in place or streamed.

A format of text says two things (`Grammar`): where its rows are, and which row given bytes are. In a file that is not
compressed, the offset of every row is kept in an index file (`tables.lines`) and any row can be read at once. A
compressed file is unpacked from its beginning whenever rows are asked for; nothing of it is kept.
"""

from __future__ import annotations

import itertools
import threading
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from recipes_data.columns import Columns
from recipes_data.errors import IntegrityError, TableError
from recipes_data.tables.lines import Offsets, index_bytes, read_index
from recipes_data.tables.shards import Row
from recipes_data.tables.source import Source
from recipes_data.tables.spans import Span, UnreadableError
from recipes_data.tables.unpacking import TextFile, text_file
from recipes_data.wording import counted

if TYPE_CHECKING:
    import pyarrow as pa

    from recipes_data.tables.mapping import Text

__all__ = ["Decode", "Grammar", "PackedShard", "PlainShard", "located", "open_text", "spans_of", "unreadable"]

Decode = Callable[[bytes], Row]
_TOGETHER = 1024  # offsets that are taken from the index at once


@dataclass(frozen=True, slots=True)
class Grammar:
    """A format of text. Its parts are functions of modules, so that shards can be sent to other processes.

    `spans`: blocks of a file to the bytes of its rows. `decoder`: a file and the table's columns to a function
    from the bytes of one row (and what stands between it and the next) to the row, in the order of the columns.
    `starts`: the offsets of a plain file's rows where each is one line, found faster than by `spans`.
    `advice`: what to do about text that is not of the format.
    """

    spans: Callable[[Iterable[bytes]], Iterator[Span]]
    decoder: Callable[[TextFile, Columns], Decode]
    advice: str
    starts: Callable[[TextFile], Offsets] | None = None


def unreadable(file: TextFile, row: int, line: int, fault: UnreadableError, advice: str) -> TableError:
    """What is wrong in a row (from 0) that begins on `line` (from 1), for the reader of a message."""
    join = ", " if fault.column is not None else ": "
    return TableError(f"{file.name}, row {row + 1:,} (line {line + fault.line:,}){join}{fault}", advice)


def spans_of(file: TextFile, grammar: Grammar) -> Iterator[Span]:
    """The bytes of every row of a file.

    Raises:
        TableError: the text is not of the format; names row and line.
    """
    count = 0
    try:
        for span in grammar.spans(file.blocks()):
            yield span
            count += 1
    except UnreadableError as exc:  # its line counts from the beginning of the file
        raise unreadable(file, count, 1, exc, grammar.advice) from exc


def located(source: Source, grammar: Grammar, look: Callable[[int, Span], None]) -> int:
    """Show every row's span to `look` and keep an index of a file that is not compressed; how many rows there are."""
    starts = array("q")
    for row, span in enumerate(spans_of(text_file(source), grammar)):
        starts.append(span.start)
        look(row, span)
    if source.compression is None:
        source.keep_index(index_bytes(starts, source.size))
    return len(starts)


def open_text(
    sources: Sequence[Source], rows: Sequence[int], columns: Columns, grammar: Grammar
) -> list[PlainShard | PackedShard]:
    """A shard for each file: what every format of text has as its `shards`.

    Raises:
        IntegrityError: a file has another number of rows than was measured.
    """
    found: list[PlainShard | PackedShard] = []
    for source, count in zip(sources, rows, strict=True):
        file = text_file(source)
        if source.compression is not None:
            found.append(PackedShard(file, count, columns, grammar))
            continue
        starts: Offsets | array[int] | None = read_index(source.index, source.size)
        if starts is None:
            starts = _starts(file, grammar)
            source.keep_index(index_bytes(starts, source.size))
        if len(starts) != count:
            what = f"{source.name} has {counted(len(starts), 'row')}, the lock says {count:,}"
            raise IntegrityError(what, "recipes-data verify")
        found.append(PlainShard(file, starts, columns, grammar))
    return found


def _starts(file: TextFile, grammar: Grammar) -> Offsets | array[int]:
    if grammar.starts is not None:
        return grammar.starts(file)
    return array("q", (span.start for span in spans_of(file, grammar)))


class PlainShard:
    """The rows of a file that is not compressed, read in place; it is opened on the first use.

    `starts`: offset of every row (bytes); `columns`: the table's.
    """

    seekable = True
    """A row costs the same wherever it stands."""

    def __init__(self, file: TextFile, starts: Offsets | array[int], columns: Columns, grammar: Grammar) -> None:
        self._file = file
        self._starts = starts
        self._columns = columns
        self._grammar = grammar
        self._opened: tuple[Text, Decode] | None = None
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._starts)

    def __reduce__(self) -> tuple[type[PlainShard], tuple[TextFile, Offsets | array[int], Columns, Grammar]]:
        return PlainShard, (self._file, self._starts, self._columns, self._grammar)

    def _open(self) -> tuple[Text, Decode]:
        with self._lock:
            if self._opened is None:
                self._opened = self._file.mapped(), self._grammar.decoder(self._file, self._columns)
        return self._opened

    def row(self, index: int) -> Row:
        """Row `index`, 0 <= index < len."""
        text, decode = self._opened or self._open()
        start = self._starts[index]
        stop = self._starts[index + 1] if index + 1 < len(self._starts) else self._file.size
        try:
            return decode(text[start:stop])
        except UnreadableError as exc:
            raise unreadable(self._file, index, self._file.line_at(int(start)), exc, self._grammar.advice) from exc

    def rows(self, start: int, stop: int) -> Iterator[Row]:
        """Rows start..stop in order, one at a time."""
        text, decode = self._opened or self._open()
        for begin in range(start, stop, _TOGETHER):
            offsets = [*self._starts[begin : min(begin + _TOGETHER, stop) + 1]]
            if begin + _TOGETHER >= stop and stop == len(self._starts):
                offsets.append(self._file.size)
            for index, (here, there) in enumerate(itertools.pairwise(offsets), start=begin):
                try:
                    yield decode(text[here:there])
                except UnreadableError as exc:
                    line = self._file.line_at(int(here))
                    raise unreadable(self._file, index, line, exc, self._grammar.advice) from exc

    def batches(self) -> Iterator[pa.RecordBatch]:
        """All rows as Arrow in order, in the table's types, at most 1,024 and about 32 MB at a time."""
        from recipes_data.tables.toarrow import arrow_batches  # rows alone need no Arrow

        return arrow_batches(self.rows(0, len(self)), self._columns, self._file.name)

    def arrow(self) -> pa.Table:
        """All rows as Arrow, in the table's types."""
        from recipes_data.tables.toarrow import arrow_table

        return arrow_table(self.rows(0, len(self)), self._columns, self._file.name)


class PackedShard:
    """The rows of a compressed file, unpacked anew whenever rows are asked for.

    `rows`: how many there are; `columns`: the table's.
    """

    seekable = False
    """Row `i` costs as much as the `i` rows before it."""

    def __init__(self, file: TextFile, rows: int, columns: Columns, grammar: Grammar) -> None:
        self._file = file
        self._rows = rows
        self._columns = columns
        self._grammar = grammar

    def __len__(self) -> int:
        return self._rows

    def row(self, index: int) -> Row:
        """Row `index`, 0 <= index < len: everything before it is unpacked too."""
        return next(self.rows(index, index + 1))

    def rows(self, start: int, stop: int) -> Iterator[Row]:
        """Rows start..stop in order; the file is unpacked as they are needed.

        Raises:
            TableError: it is damaged, or has fewer rows than were measured.
        """
        decode = self._grammar.decoder(self._file, self._columns)
        given = start
        for index, span in enumerate(itertools.islice(spans_of(self._file, self._grammar), start, stop), start):
            given = index + 1
            try:
                yield decode(span.text)
            except UnreadableError as exc:
                raise unreadable(self._file, index, span.line, exc, self._grammar.advice) from exc
        if given < stop:
            what = f"{self._file.name} has fewer rows than the {self._rows:,} that were measured"
            raise TableError(what, "recipes-data verify")

    def batches(self) -> Iterator[pa.RecordBatch]:
        """All rows as Arrow in order, in the table's types, at most 1,024 and about 32 MB at a time."""
        from recipes_data.tables.toarrow import arrow_batches  # rows alone need no Arrow

        return arrow_batches(self.rows(0, len(self)), self._columns, self._file.name)

    def arrow(self) -> pa.Table:
        """All rows as Arrow, in the table's types."""
        from recipes_data.tables.toarrow import arrow_table

        return arrow_table(self.rows(0, len(self)), self._columns, self._file.name)
