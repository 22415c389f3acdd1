"""The only home of what older versions of Arrow do otherwise: zones are those of pytz, views have no size."""

from __future__ import annotations

import datetime as dt
import sys
from typing import Any

import pyarrow as pa

__all__ = ["in_zoneinfo", "size_of"]


def in_zoneinfo(values: list[Any], kind: pa.DataType | pa.Schema) -> list[Any]:
    """What `to_pylist` gave for `kind`, moments in zones as newer versions give them, at any depth.

    Where pytz is installed, older versions take zones from there: the same moment would be another value in the rows
    of a file and in those of its row cache.
    """
    if "pytz" not in sys.modules or "tz=" not in str(kind):
        return values
    found: list[Any] = _mended(values)
    return found


def size_of(piece: pa.RecordBatch | pa.Table) -> int:
    """The bytes of a piece of a table; with views of texts, which older versions refuse to count, of whole buffers."""
    try:
        return int(piece.nbytes)
    except pa.ArrowTypeError:
        return int(piece.get_total_buffer_size())


def _mended(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return type(value)(_mended(item) for item in value)
    if isinstance(value, dict):
        return {name: _mended(item) for name, item in value.items()}
    if isinstance(value, dt.datetime) and type(value.tzinfo).__module__.partition(".")[0] == "pytz":
        return value.astimezone(_zone(value))
    return value


def _zone(value: dt.datetime) -> dt.tzinfo:
    name = getattr(value.tzinfo, "zone", None)
    if name is not None:
        import zoneinfo  # of one rare type

        return zoneinfo.ZoneInfo(name)
    return dt.timezone(value.utcoffset() or dt.timedelta())  # an offset of no zone has no name
