r"""The only home of records of fields between delimiters: csv and tsv. Format: RFC 4180, in UTF-8.

The first record is the header; its names are the columns, none twice. A record ends at `\n` or `\r\n`. A field that
begins with a quote ends at the next one that is not doubled and holds delimiters, line ends and doubled quotes as
they are; in any other field a quote is a character like others. Records have as many fields as the header: no fewer,
no more. A byte order mark at the beginning is no part of the header. An empty line is no record; in a file of one
column it might be an empty value, and is refused.

Nothing is guessed: every column is text, and an empty field is the empty text, quoted or not. Where the manifest
promises another type, a field has to spell one of its values (`tables.spelled`), and an empty field without quotes is
None.

`datasets` (pandas) guesses: it reads `007` as 7, `NA` and `null` and an empty field as None, a column of dates as
text and one of `True` as bool, fills records that are too short, and calls a column without a name `Unnamed: 0`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import islice

from recipes_data.columns import Columns, Type
from recipes_data.errors import TableError
from recipes_data.tables.shards import Row
from recipes_data.tables.source import FileFacts, Source
from recipes_data.tables.spans import BYTE_ORDER_MARK, MAX_ROW_BYTES, Span, UnreadableError
from recipes_data.tables.spelled import parser_of
from recipes_data.tables.textrows import Decode, Grammar, located, spans_of, unreadable
from recipes_data.tables.unpacking import TextFile, text_file

__all__ = ["delimited_facts", "delimited_grammar"]

_ADVICE = (
    "a header, then as many fields in each record, in UTF-8 (RFC 4180); see `format:`, `files:` and `columns:` in the "
    "manifest: a column without a promise is text"
)


def delimited_grammar(delimiter: bytes) -> Grammar:
    """The grammar of files whose fields stand between these delimiters (one byte)."""
    return Grammar(partial(_rows, delimiter=delimiter), partial(_decoder, delimiter=delimiter), _ADVICE)


def delimited_facts(source: Source, promised: Columns | None, delimiter: bytes) -> FileFacts:
    """Rows and columns of a file: every field is read, an index of the records is built and kept.

    Raises:
        TableError: not of the format, or a field that spells no value of its promised type; names file, row, line.
    """
    file = text_file(source)
    grammar = delimited_grammar(delimiter)
    kinds = dict(promised or ())
    columns = tuple((name, kinds.get(name, Type("string"))) for name in _header(file, delimiter))
    decode = grammar.decoder(file, columns)

    def look(row: int, span: Span) -> None:
        try:
            decode(span.text)
        except UnreadableError as exc:
            raise unreadable(file, row, span.line, exc, grammar.advice) from exc

    return FileFacts(located(source, grammar, look), columns)


# --- where records are


def _rows(blocks: Iterable[bytes], delimiter: bytes) -> Iterator[Span]:
    """The records after the header."""
    return islice(_records(blocks, delimiter), 1, None)


def _records(blocks: Iterable[bytes], delimiter: bytes) -> Iterator[Span]:
    """All records with what ends them, the header first."""
    source = iter(blocks)
    text, at, base, line, width, over = b"", 0, 0, 1, 0, False
    while True:
        end = _end(text, at, delimiter, over) if at < len(text) else -1
        if end < 0 and over:
            if at < len(text):
                raise UnreadableError("a quote that is never closed", line=line - 1)
            return
        if end < 0:
            text, over = _longer(text[at:], source)
            base, at = base + at, 0
            if base == 0 and text.startswith(BYTE_ORDER_MARK):
                at = len(BYTE_ORDER_MARK)
            if len(text) > MAX_ROW_BYTES:
                raise UnreadableError(f"a record of more than {MAX_ROW_BYTES:,} bytes", line=line - 1)
            continue
        record = text[at:end]
        if record.strip(b"\r\n"):
            width = width or _width(record, delimiter)
            yield Span(base + at, line, record)
        elif width == 1:
            raise UnreadableError("an empty line, which may be an empty value of the one column", line=line - 1)
        line += record.count(b"\n")
        at = end


def _width(header: bytes, delimiter: bytes) -> int:
    try:
        return len(_fields(header, delimiter)[0])
    except UnreadableError:
        return 2  # what is wrong with it is said where its names are asked for


def _longer(text: bytes, blocks: Iterator[bytes]) -> tuple[bytes, bool]:
    """At least twice as much text, so that a long record is looked at few times; and whether that was the end."""
    found, size = [text], len(text)
    while size < max(2 * len(text), len(BYTE_ORDER_MARK)):
        block = next(blocks, None)
        if block is None:
            return b"".join(found), True
        found.append(block)
        size += len(block)
    return b"".join(found), False


def _end(text: bytes, at: int, delimiter: bytes, over: bool) -> int:
    """Where the record that begins at `at` ends; -1 where more text would have to say it."""
    newline = text.find(b"\n", at)
    if newline < 0 and not over:
        return -1
    if text.find(b'"', at, newline if newline >= 0 else len(text)) < 0:
        return newline + 1 if newline >= 0 else len(text)
    while True:
        if text.startswith(b'"', at):
            at = _closing(text, at) + 1
            if at == 0:
                return -1
        newline = text.find(b"\n", at) if newline < at else newline
        mark = text.find(delimiter, at, newline if newline >= 0 else len(text))
        if mark < 0:
            return newline + 1 if newline >= 0 else len(text) if over else -1
        at = mark + 1


def _closing(text: bytes, opening: int) -> int:
    """The quote that closes the one at `opening`; -1 where there is none."""
    at = text.find(b'"', opening + 1)
    while at >= 0 and text.startswith(b'"', at + 1):
        at = text.find(b'"', at + 2)
    return at


# --- what stands in them


def _fields(record: bytes, delimiter: bytes) -> tuple[list[str], list[int]]:
    """The fields of a record, and which of them stood in quotes; what follows the record is not looked at."""
    if b'"' not in record:
        newline = record.find(b"\n")
        return _unquoted(record if newline < 0 else record[:newline], 0, newline >= 0).split(delimiter.decode()), []
    fields: list[str] = []
    quoted: list[int] = []
    at, newline = 0, -2
    while True:
        if record.startswith(b'"', at):
            close = _closing(record, at)
            if close < 0:
                raise _fault(record, at, "a quote that is never closed")
            quoted.append(len(fields))
            fields.append(_text(record[at + 1 : close], at + 1).replace('""', '"'))
            at = close + 1
            if at == len(record) or record.startswith((b"\n", b"\r\n"), at):
                return fields, quoted
            if not record.startswith(delimiter, at):
                raise _fault(record, at, "text between a closing quote and the next delimiter")
        else:
            if newline != -1 and newline < at:
                newline = record.find(b"\n", at)
            mark = record.find(delimiter, at, newline if newline >= 0 else len(record))
            if mark < 0:
                fields.append(_unquoted(record[at : newline if newline >= 0 else len(record)], at, newline >= 0))
                return fields, quoted
            fields.append(_unquoted(record[at:mark], at, False))
            at = mark
        at += 1


def _unquoted(field: bytes, at: int, ends: bool) -> str:
    """The text of bytes without quotes; `ends`: a newline follows, of which a carriage return may be the first half."""
    bare = field[:-1] if ends and field.endswith(b"\r") else field
    if b"\r" in bare:
        raise UnreadableError("a carriage return that neither ends a line nor stands in quotes")
    return _text(bare, at)


def _text(field: bytes, at: int) -> str:
    try:
        return field.decode("utf-8")
    except UnicodeDecodeError as exc:
        raise UnreadableError(f"not UTF-8 at byte {at + exc.start + 1} of the record") from exc


def _fault(record: bytes, at: int, what: str) -> UnreadableError:
    line = record.count(b"\n", 0, at)
    return UnreadableError(what, line=line, column=len(record[record.rfind(b"\n", 0, at) + 1 : at].decode("utf-8")) + 1)


def _header(file: TextFile, delimiter: bytes) -> list[str]:
    """The names of a file's columns, in its own order."""
    grammar = Grammar(partial(_records, delimiter=delimiter), _decoder, _ADVICE)
    first = next(spans_of(file, grammar), None)
    if first is None:
        raise TableError(f"{file.name}: an empty file, without the header that names its columns", _ADVICE)
    try:
        names, _ = _fields(first.text, delimiter)
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise UnreadableError(f"two columns are called {twice!r}")
    except UnreadableError as exc:
        raise TableError(f"{file.name}, header (line {first.line + exc.line:,}): {exc}", _ADVICE) from exc
    return names


def _decoder(file: TextFile, columns: Columns, delimiter: bytes = b",") -> Decode:
    """A function from the bytes of a record to a row of these columns."""
    names = _header(file, delimiter)
    at = {name: index for index, name in enumerate(names)}
    missing = next((name for name, _ in columns if name not in at), None)
    if missing is not None:
        raise TableError(f"{file.name}: its header has no column {missing!r}", _ADVICE)
    wanted = [name for name, _ in columns]
    order = [at[name] for name in wanted]
    straight = order == list(range(len(names)))
    parsers = []
    for name, kind in columns:
        parse = None if kind.kind == "string" else parser_of(name, kind)
        if parse is not None:
            parsers.append((name, at[name], parse))
        elif kind.kind != "string":
            raise TableError(f"{file.name}, column {name!r}: a field of text spells no {kind}", _ADVICE)

    def decode(record: bytes) -> Row:
        fields, quoted = _fields(record, delimiter)
        if len(fields) != len(names):
            raise UnreadableError(f"fields: {len(fields)}, columns in the header: {len(names)}")
        row: Row = dict(zip(wanted, fields if straight else [fields[i] for i in order], strict=True))
        for name, index, parse in parsers:
            field = fields[index]
            row[name] = None if not field and index not in quoted else parse(field)
        return row

    return decode
