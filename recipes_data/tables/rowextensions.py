"""The only home of extensions of MessagePack in row files: what stands for values that MessagePack has no type for.

`tables.rowvalues` lists them. Tables of texts and numbers have none: to read them, nobody imports this.
"""

from __future__ import annotations

import datetime as dt
import decimal
import struct
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from msgspec.msgpack import Ext

__all__ = ["extended", "restored"]

_LONG = struct.Struct("<q")
_THREE = struct.Struct("<3i")
_LOCAL = struct.Struct("<qB")
_AT_OFFSET = struct.Struct("<qi")
_MICROSECOND = dt.timedelta(microseconds=1)


def extended(value: Any) -> Any:
    """A value with extensions in place of what MessagePack has no type for."""
    if value is None or isinstance(value, (str, bytes, int, float)):
        return value
    if isinstance(value, list):
        return [extended(item) for item in value]
    if isinstance(value, dict):
        return {name: extended(item) for name, item in value.items()}
    return _extension(value)


def _extension(value: Any) -> Ext:
    from msgspec.msgpack import Ext, encode

    kind = type(value)
    if kind is dt.date:
        return Ext(1, _LONG.pack(value.toordinal()))
    if kind is dt.datetime:
        local = (value.replace(tzinfo=None) - dt.datetime.min) // _MICROSECOND  # noqa: DTZ901  # local time
        if value.tzinfo is None:
            return Ext(2, _LONG.pack(local))
        zone = getattr(value.tzinfo, "key", None)
        if type(value.tzinfo).__module__ == "zoneinfo" and zone:
            return Ext(3, _LOCAL.pack(local, value.fold) + zone.encode())
        seconds = (value.utcoffset() or dt.timedelta()).total_seconds()
        if repr(value.tzinfo) == repr(_offset(int(seconds))):  # with no name of its own
            return Ext(8, _AT_OFFSET.pack(local, int(seconds)))
    if kind is dt.time and value.tzinfo is None:
        seconds = (value.hour * 60 + value.minute) * 60 + value.second
        return Ext(4, _LONG.pack(seconds * 1_000_000 + value.microsecond))
    if kind is dt.timedelta:
        return Ext(5, _THREE.pack(value.days, value.seconds, value.microseconds))
    if kind is decimal.Decimal:
        return Ext(6, str(value).encode())
    if kind is tuple:
        return Ext(7, encode([extended(item) for item in value]))
    raise TypeError(f"{kind.__name__} has no place in a row file")


def restored(code: int, data: memoryview) -> Any:
    """The value that an extension stands for; raises ValueError for a code that is none."""
    content = bytes(data)
    if code == 1:
        return dt.date.fromordinal(_LONG.unpack(content)[0])
    if code == 2:
        return _moment(_LONG.unpack(content)[0])
    if code == 3:
        import zoneinfo  # of one rare type

        local, fold = _LOCAL.unpack_from(content)
        zone = zoneinfo.ZoneInfo(content[_LOCAL.size :].decode())
        return _moment(local).replace(tzinfo=zone, fold=fold)
    if code == 4:
        return (_moment(_LONG.unpack(content)[0])).time()
    if code == 5:
        return dt.timedelta(*_THREE.unpack(content))
    if code == 6:
        return decimal.Decimal(content.decode())
    if code == 7:
        from msgspec.msgpack import decode

        return tuple(decode(content, ext_hook=restored))
    if code == 8:
        local, seconds = _AT_OFFSET.unpack(content)
        return _moment(local).replace(tzinfo=_offset(seconds))
    raise ValueError(f"an extension {code} that is not of this version")


def _offset(seconds: int) -> dt.timezone:
    return dt.timezone(dt.timedelta(seconds=seconds))


def _moment(microseconds: int) -> dt.datetime:
    return dt.datetime.min + dt.timedelta(microseconds=microseconds)  # noqa: DTZ901  # local time
