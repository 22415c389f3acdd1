"""The only home of digests over rows in order: a row as bytes, and the digest over all of them.

docs/receipts.md defines both. A row is a MessagePack map (https://github.com/msgpack/msgpack/blob/master/spec.md), each
value in its shortest form, floats as float64, columns and keys in their order; what MessagePack has no type for is an
extension: those of `recipes_data.tables.rowvalues`, and here 16 (an integer beyond 64 bits, its decimal digits) and
17 (a text with half of a surrogate pair, UTF-8 as if it were a character).
"""

from __future__ import annotations

import binascii
import hashlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from msgspec.msgpack import Ext

from loaders.rows import Rows
from recipes_data.columns import Columns
from recipes_data.errors import TableError
from recipes_data.tables.rowvalues import packer
from recipes_data.tables.shards import Row
from recipes_data.values import value

__all__ = ["RowsDigest", "canonical", "digest_of", "digest_rows", "first_difference"]

_BEGINS = b"recipes-data rows 1\n"
_MOST_MARKS = 4096
_MARK_BYTES = 2


@value
class RowsDigest:
    """`digest`: `sha256:HEX` over `rows` rows in order.

    `marks`: two bytes for each run of `run` rows, in base64; `run` 0: there are none.
    """

    rows: int
    digest: str
    run: int
    marks: str


def digest_of(rows: Rows) -> RowsDigest:
    """The digest over rows in their order; every row is read once.

    Raises:
        TableError: a row holds what has no place in a digest (nanoseconds, where pandas makes them).
    """
    return digest_rows(rows, len(rows), rows._table.columns)  # noqa: SLF001  # our own class


def digest_rows(rows: Iterable[Row], count: int | None, columns: Columns) -> RowsDigest:
    """The digest over `count` rows of these columns; raises as `digest_of`. None: not known, no marks."""
    run = 0 if count is None else max(1, -(-count // _MOST_MARKS))
    whole, part = hashlib.sha256(_BEGINS), hashlib.sha256()
    marks = bytearray()
    number = 0
    for number, one in enumerate(_row_digests(rows, columns), start=1):
        whole.update(one)
        if run:
            part.update(one)
        if run and number % run == 0:
            marks += part.digest()[:_MARK_BYTES]
            part = hashlib.sha256()
    if run and number % run:
        marks += part.digest()[:_MARK_BYTES]
    return RowsDigest(number, f"sha256:{whole.hexdigest()}", run, binascii.b2a_base64(marks, newline=False).decode())


def first_difference(one: RowsDigest, other: RowsDigest) -> range | None:
    """The first run of rows that may differ; None where the marks say nothing of it."""
    if one.run != other.run or not one.run:
        return None
    ours, theirs = binascii.a2b_base64(one.marks), binascii.a2b_base64(other.marks)
    for place in range(0, min(len(ours), len(theirs)), _MARK_BYTES):
        if ours[place : place + _MARK_BYTES] != theirs[place : place + _MARK_BYTES]:
            first = place // _MARK_BYTES * one.run
            return range(first, min(first + one.run, max(one.rows, other.rows)))
    shorter = min(one.rows, other.rows)
    return range(shorter, max(one.rows, other.rows)) if one.rows != other.rows else None


def canonical(columns: Columns) -> Callable[[Row], bytes]:
    """What makes the bytes of a row of these columns."""
    pack = packer(columns)

    def encode(row: Row) -> bytes:
        buffer = bytearray()
        try:
            pack(row, buffer)
        except (OverflowError, UnicodeEncodeError):  # a wide integer or half a surrogate pair, somewhere inside
            buffer.clear()
            pack(_widened(row), buffer)
        return bytes(buffer)

    return encode


def _row_digests(rows: Iterable[Row], columns: Columns) -> Iterator[bytes]:
    encode = canonical(columns)
    for number, row in enumerate(rows):
        try:
            yield hashlib.sha256(encode(row)).digest()
        except (TypeError, ValueError) as exc:
            raise TableError(f"row {number:,} has no digest: {exc}", "map the column to texts first") from exc


def _widened(held: Any) -> Any:
    """A value with extensions for what MessagePack cannot hold."""
    if isinstance(held, dict):
        return {_widened(name): _widened(item) for name, item in held.items()}
    if isinstance(held, list):
        return [_widened(item) for item in held]
    if isinstance(held, int) and not -(1 << 63) <= held < 1 << 64:
        return Ext(16, str(held).encode())
    if isinstance(held, str) and any("\ud800" <= character <= "\udfff" for character in held):
        return Ext(17, held.encode("utf-8", "surrogatepass"))
    return held
