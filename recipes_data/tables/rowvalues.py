"""The only home of rows as MessagePack and back: each value comes back equal and of the same Python type.

Format: MessagePack (https://github.com/msgpack/msgpack/blob/master/spec.md). What it has no type for is an extension:

    1  date: int64, days since 0001-01-01 as `date.toordinal` counts
    2  datetime without a zone: int64, microseconds since 0001-01-01
    3  datetime in a `zoneinfo` zone: the same in local time, one byte `fold`, the zone's name
    4  time: int64, microseconds since midnight
    5  timedelta: days, seconds, microseconds (3 int32)
    6  Decimal: its text
    7  tuple (the pairs of a map): its items as a MessagePack array
    8  datetime at an offset of no zone: the same in local time, seconds east of UTC (int32)

A table that holds something else (integers beyond 64 bits, lone surrogates, nanoseconds) has no row file.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from recipes_data.columns import INTEGERS, Columns, Type, parts_of
from recipes_data.tables.firstrows import read_row

TYPE_CHECKING = False  # importing typing takes longer than a load has to spare
if TYPE_CHECKING:
    from typing import Any, TypeAlias


__all__ = ["Unpack", "Unpacking", "are_plain", "can_be_kept", "packer"]

_PLAIN = frozenset(
    {"string", "binary", "bool", "null", "class_label", "list", "struct", "float16", "float32", "float64", *INTEGERS}
)
_TYPED = frozenset({"date32", "date64", "timestamp", "time32", "time64", "duration", "decimal128", "map"})
_Pack: TypeAlias = "Callable[[dict[str, Any], bytearray], None]"
Unpack: TypeAlias = "Callable[[memoryview], Any]"
_FEW = 500


def can_be_kept(columns: Columns) -> bool:
    """Whether rows of these columns can be packed, as far as their types tell."""
    return all(_known(kind) for _, kind in columns)


def _known(kind: Type) -> bool:
    if kind.params[:1] == ("ns",):
        return False  # they are pandas' own types, where pandas is installed
    return kind.kind in _PLAIN | _TYPED and all(_known(inner) for _, inner in kind.fields)


def are_plain(columns: Columns) -> bool:
    """Whether MessagePack has a type for every value of these columns."""
    return all(_is_plain(kind) for _, kind in columns)


def _is_plain(kind: Type) -> bool:
    return all(part.kind in _PLAIN for part in parts_of(kind))


def packer(columns: Columns) -> _Pack:
    """A function that puts a row at the end of a buffer.

    It raises OverflowError, UnicodeEncodeError or TypeError for a row that cannot be kept as it is.
    """
    import msgspec  # as in `_unpacker`

    from recipes_data.tables.rowextensions import extended

    encoder = msgspec.msgpack.Encoder()
    typed = [name for name, kind in columns if not _is_plain(kind)]

    def pack(row: dict[str, Any], buffer: bytearray) -> None:
        if typed:
            row = {**row, **{name: extended(row[name]) for name in typed}}
        encoder.encode_into(row, buffer, -1)

    return pack


class Unpacking:
    """What makes rows of their bytes: plain Python for the first few hundred, msgspec from then on."""

    __slots__ = ("_columns", "_left", "_unpack")

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._left = _FEW
        self._unpack: Unpack | None = None

    def for_rows(self, count: int) -> Unpack:
        """A function that makes a row of its bytes, for so many rows; it raises ValueError where they are damaged."""
        if self._unpack is None:
            self._left -= count
            if self._left >= 0 and "msgspec" not in sys.modules:
                return _plainly
            self._unpack = _unpacker(self._columns)
        return self._unpack


def _plainly(content: memoryview) -> Any:
    return read_row(content, _restored)


def _restored(code: int, data: memoryview) -> Any:
    from recipes_data.tables.rowextensions import restored  # of dates and the like

    return restored(code, data)


def _unpacker(columns: Columns) -> Unpack:
    import msgspec  # its import takes longer than `_FEW` rows in plain Python

    if are_plain(columns):
        return msgspec.msgpack.Decoder().decode
    from recipes_data.tables.rowextensions import restored

    return msgspec.msgpack.Decoder(ext_hook=restored).decode
