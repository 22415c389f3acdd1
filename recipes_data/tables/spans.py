"""The only home of where the rows of a text stand: blocks of bytes in, the bytes of one row after the other out.

Each function takes the blocks of a file in order, of any length, and gives `Span`s; a block's borders may fall
anywhere. Memory is bounded by the longest row. Text that has no rows where they should be is `UnreadableError`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

__all__ = ["BYTE_ORDER_MARK", "MAX_ROW_BYTES", "Span", "UnreadableError", "json_lines", "json_values", "text_lines"]

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
MAX_ROW_BYTES = 1 << 30
"""The longest row that is looked for the end of: what is packed may go on for ever."""
_SPACE = re.compile(r"[ \t\r\n]*")
_LITERAL = 16  # characters: a word or number that was cut off fails this near the end at most


class UnreadableError(ValueError):
    """What is wrong with the text of a row.

    `line`: lines after the row's first; `column`: of that line, from 1, None where it is not known.
    """

    def __init__(self, what: str, *, line: int = 0, column: int | None = None) -> None:
        super().__init__(what)
        self.line = line
        self.column = column

    def __str__(self) -> str:
        where = "" if self.column is None else f"column {self.column:,} of the text: "
        return f"{where}{self.args[0]}"


class Span(NamedTuple):
    """The bytes of one row: where they begin in the (unpacked) file, on which line (from 1), and what they are."""

    start: int
    line: int
    text: bytes


def json_lines(blocks: Iterable[bytes]) -> Iterator[Span]:
    """Lines that are not blank, without their newline. The byte order mark is no part of the first."""
    start = 0
    for number, line in enumerate(_split(blocks), start=1):
        mark = len(BYTE_ORDER_MARK) if number == 1 and line.startswith(BYTE_ORDER_MARK) else 0
        if line[mark:].strip() if mark or line[:1].isspace() or not line else True:
            yield Span(start + mark, number, line[mark:])
        start += len(line) + 1


def text_lines(blocks: Iterable[bytes]) -> Iterator[Span]:
    r"""All lines, blank ones too, without what ends them: `\n`, `\r\n` or `\r`. A last line may have no end."""
    start, number = 0, 1
    for line in _split_anywhere(blocks):
        bare = line[:-2] if line.endswith(b"\r\n") else line[:-1] if line.endswith((b"\n", b"\r")) else line
        yield Span(start, number, bare)
        start, number = start + len(line), number + 1


def _split(blocks: Iterable[bytes]) -> Iterator[bytes]:
    pending: list[bytes] = []
    size = 0
    for block in blocks:
        pieces = block.split(b"\n")
        if len(pieces) > 1:
            pending.append(pieces[0])
            yield b"".join(pending)
            yield from pieces[1:-1]
            pending, size = [], 0
        pending.append(pieces[-1])
        size = _bounded(size + len(pieces[-1]))
    if last := b"".join(pending):
        yield last


def _split_anywhere(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Lines with what ends them; bytes know three ends of lines, where texts know ten."""
    pending: list[bytes] = []
    size = 0
    for block in blocks:
        pending.append(block)
        size = _bounded(size + len(block))
        if b"\n" in block or b"\r" in block or pending[0].endswith(b"\r"):
            lines = b"".join(pending).splitlines(keepends=True)
            # a newline may follow a carriage return in the next block
            rest = lines.pop() if lines and not lines[-1].endswith(b"\n") else b""
            yield from lines
            pending, size = [rest], len(rest)
    yield from b"".join(pending).splitlines(keepends=True)


def _bounded(size: int) -> int:
    if size > MAX_ROW_BYTES:
        raise UnreadableError(f"a row of more than {MAX_ROW_BYTES:,} bytes")
    return size


def json_values(blocks: Iterable[bytes]) -> Iterator[Span]:
    """The items of one JSON array, or JSON values one after the other with nothing but white space between them.

    Whether it is an array is told by its first character. That it is JSON is certain here, which values it has
    is not: the text is looked at byte by byte, as if it were Latin 1, which moves no border.

    Raises:
        UnreadableError: an item that is no JSON, a comma that is missing or too many, text after the array's end;
            `line` counts from the beginning of the file.
    """
    window = _Window(blocks)
    if window.peek() != "[":
        while window.peek():
            yield window.value()
        return
    window.skip(1)
    if window.peek() == "]":
        window.skip(1)
    else:
        while True:
            yield window.value()
            mark = window.peek()
            if mark not in (",", "]"):
                raise window.fault("Expecting ',' or ']' after an item of the array")
            window.skip(1)
            if mark == "]":
                break
    if window.peek():
        raise window.fault("Extra data after the end of the array")


class _Window:
    """A part of a JSON text that grows until the next value is whole."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self._blocks = iter(blocks)
        self._raw = b""
        self._text = ""
        self._at = 0
        self._base = 0  # of the window in the file
        self._line, self._counted = 1, 0  # the line at a place that was passed, and that place
        self._over = False
        self._decode = json.JSONDecoder(parse_float=len, parse_int=len).raw_decode  # borders alone
        self._more(len(BYTE_ORDER_MARK))
        if self._raw.startswith(BYTE_ORDER_MARK):
            self._at = len(BYTE_ORDER_MARK)

    def peek(self) -> str:
        """The next character that is no white space; empty at the end."""
        while True:
            found = _SPACE.match(self._text, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if self._over:
                return ""
            self._more(1)

    def skip(self, count: int) -> None:
        """Leave out characters that `peek` has shown."""
        self._at += count

    def value(self) -> Span:
        """The value that begins at the next character that is no white space."""
        self.peek()
        while True:
            try:
                _, end = self._decode(self._text, self._at)
            except json.JSONDecodeError as exc:
                if self._over or not _cut_off(exc, len(self._text)):
                    raise self.fault(exc.msg, exc.pos) from exc
            except RecursionError as exc:
                raise self.fault("lists and objects are nested too deep") from exc
            else:
                if end < len(self._text) or self._over:
                    self._line += self._raw.count(b"\n", self._counted, self._at)
                    self._counted = self._at
                    span = Span(self._base + self._at, self._line, self._raw[self._at : end])
                    self._at = end
                    return span
            self._more(len(self._text) - self._at)  # twice as much: a row of any length is looked at few times

    def fault(self, what: str, at: int | None = None) -> UnreadableError:
        """What is wrong at a character of the window (the next one)."""
        at = self._at if at is None else at
        line = self._line + self._raw.count(b"\n", self._counted, at)
        before = self._raw[self._raw.rfind(b"\n", 0, at) + 1 : at].decode("utf-8", "replace")
        return UnreadableError(what, line=line - 1, column=len(before) + 1)

    def _more(self, wanted: int) -> None:
        """At least so many bytes more, if there are; what was passed is let go, but for the line it ends in."""
        keep = self._raw.rfind(b"\n", 0, self._at) + 1
        if self._at - keep > 1 << 20:
            keep = self._at
        self._line += self._raw.count(b"\n", self._counted, max(self._counted, keep))
        self._counted = max(self._counted, keep) - keep
        kept, got = [self._raw[keep:]], 0
        while got < wanted:
            block = next(self._blocks, None)
            if block is None:
                self._over = True
                break
            kept.append(block)
            got += len(block)
        self._base += keep
        self._at -= keep
        self._raw = b"".join(kept)
        _bounded(len(self._raw) - self._at)
        self._text = self._raw.decode("latin-1")


def _cut_off(fault: json.JSONDecodeError, length: int) -> bool:
    """Whether more text may mend it."""
    return fault.msg.startswith(("Unterminated string", "Invalid \\")) or fault.pos >= length - _LITERAL
