r"""The only home of plain text: each line is a row of one column, `text`, in UTF-8, as `datasets` reads it.

A line ends at `\n`, `\r\n` or `\r`, which is no part of the row; the text after the last end is a row if there is any.
Blank lines are rows. Nothing else is taken off: a byte order mark is the first character of the first row.
"""

from __future__ import annotations

from functools import partial

from recipes_data.columns import Columns, Type
from recipes_data.tables.shards import Row
from recipes_data.tables.source import FileFacts, Source
from recipes_data.tables.spans import Span, UnreadableError, text_lines
from recipes_data.tables.textrows import Decode, Grammar, located, open_text, unreadable
from recipes_data.tables.unpacking import TextFile, text_file

__all__ = ["GRAMMAR", "measure", "shards"]


def measure(source: Source, promised: Columns | None) -> FileFacts:  # noqa: ARG001  # there is one column it can have
    """Every line is read; an index of the lines is built and kept.

    Raises:
        TableError: not UTF-8; names file and line.
    """
    file = text_file(source)

    def look(row: int, span: Span) -> None:
        try:
            _decode(span.text)
        except UnreadableError as exc:
            raise unreadable(file, row, span.line, exc, GRAMMAR.advice) from exc

    return FileFacts(located(source, GRAMMAR, look), (("text", Type("string")),))


def _decode(text: bytes) -> Row:
    if text.endswith(b"\n"):
        text = text[:-2] if text.endswith(b"\r\n") else text[:-1]
    elif text.endswith(b"\r"):
        text = text[:-1]
    try:
        return {"text": text.decode("utf-8")}
    except UnicodeDecodeError as exc:
        raise UnreadableError(f"not UTF-8 at byte {exc.start + 1} of the line") from exc


def _decoder(file: TextFile, columns: Columns) -> Decode:  # noqa: ARG001  # there is one column
    return _decode


GRAMMAR = Grammar(text_lines, _decoder, "a text is in UTF-8; leave the file out of `files:`, or name its real format")

shards = partial(open_text, grammar=GRAMMAR)
