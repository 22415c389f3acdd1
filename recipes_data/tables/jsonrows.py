"""The only home of rows that are JSON objects: which columns a file of them has, and an object as a row of a table."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from typing import Any

from recipes_data.columns import Columns
from recipes_data.errors import TableError
from recipes_data.tables.infer import ColumnTypes, do_clash
from recipes_data.tables.jsontext import exact_json, measured_json, objects_only
from recipes_data.tables.lines import index_bytes, read_index
from recipes_data.tables.shards import Row
from recipes_data.tables.source import FileFacts, Source
from recipes_data.tables.spans import Span, UnreadableError
from recipes_data.tables.textrows import Decode, Grammar, spans_of, unreadable
from recipes_data.tables.unpacking import TextFile, text_file

__all__ = ["object_decoder", "object_facts"]


def object_decoder(columns: Columns, bare: Callable[[bytes], bytes]) -> Decode:
    """A function from the text of a measured object (`bare` takes off what follows it) to a row of these columns."""
    names = [name for name, _ in columns]

    def decode(text: bytes) -> Row:
        value = objects_only(measured_json(bare(text)))
        return value if [*value] == names else {name: value.get(name) for name in names}

    return decode


def object_facts(source: Source, promised: Columns | None, grammar: Grammar) -> FileFacts:
    """Rows and columns of a file of objects: every row is checked against `promised`, or merged into one schema.

    Where its rows begin is kept for a file that is not compressed.

    Raises:
        TableError: a row that does not fit; names file, row, column, what was promised and what is there.
    """
    file = text_file(source)
    starts = array("q")
    types = ColumnTypes(promised, source.name)
    rows = 0
    for rows, span in enumerate(_spans(file, grammar, starts), start=1):
        try:
            row = objects_only(measured_json(span.text))
            if types.hold(row):
                continue
            row = objects_only(exact_json(span.text))
        except UnreadableError as exc:
            line = span.line or file.line_at(span.start)
            raise unreadable(file, rows - 1, line, exc, grammar.advice) from exc
        types.add(row, rows - 1, _clash(file, grammar, rows - 1))
    if rows and not types.columns:
        raise TableError(f"{source.name}: {rows:,} rows without a single column", grammar.advice)
    if source.compression is None:
        known = read_index(source.index, source.size)
        if known is None or known.tolist() != starts.tolist():
            source.keep_index(index_bytes(starts, source.size))
    return FileFacts(rows, types.columns)


def _spans(file: TextFile, grammar: Grammar, starts: array[int]) -> Iterator[Span]:
    """The objects of a file; line 0 where counting it would cost. `starts` gets their offsets."""
    if file.compression is not None or grammar.starts is None:
        for span in spans_of(file, grammar):
            starts.append(span.start)
            yield span
        return
    starts.extend(grammar.starts(file))
    text = file.mapped()
    last = len(starts) - 1
    for row, start in enumerate(starts):
        piece = text[start : starts[row + 1] if row < last else file.size]
        end = piece.find(b"\n")
        yield Span(start, 0, piece if end < 0 else piece[:end])


def _clash(file: TextFile, grammar: Grammar, before: int) -> Callable[[str, Any], int | None]:
    """A search for the first of the rows before one whose value of a column does not go with a value."""

    def first(column: str, value: Any) -> int | None:
        for row, span in enumerate(_spans(file, grammar, array("q"))):
            if row == before:
                break
            if do_clash(objects_only(exact_json(span.text)).get(column), value):
                return row
        return None

    return first
