"""The only home of MessagePack read in plain Python: for the first few rows, before msgspec's import pays.

Reads what `tables.rowvalues` writes, and gives the same values. Importing msgspec takes as long as some 1,500 rows.
Format: https://github.com/msgpack/msgpack/blob/master/spec.md.
"""

from __future__ import annotations

import struct
from collections.abc import Callable

TYPE_CHECKING = False  # importing typing takes longer than a load has to spare
if TYPE_CHECKING:
    from typing import Any

__all__ = ["read_row"]

_NONE, _CONSTANT, _NUMBER, _BYTES, _TEXT, _LIST, _MAP, _EXTENSION = range(8)
# by the first byte of a value: what it is, and its content, or size, or how these are written
_CODES: list[tuple[int, Any]] = [(_NONE, None)] * 256
_CODES[:0x80] = [(_CONSTANT, code) for code in range(0x80)]
_CODES[0x80:0x90] = [(_MAP, size) for size in range(16)]
_CODES[0x90:0xA0] = [(_LIST, size) for size in range(16)]
_CODES[0xA0:0xC0] = [(_TEXT, size) for size in range(32)]
_CODES[0xC0], _CODES[0xC2], _CODES[0xC3] = (_CONSTANT, None), (_CONSTANT, False), (_CONSTANT, True)
_CODES[0xD4:0xD9] = [(_EXTENSION, 1 << power) for power in range(5)]
_CODES[0xE0:] = [(_CONSTANT, code - 0x100) for code in range(0xE0, 0x100)]
for _kind, _first, _letters in (
    (_BYTES, 0xC4, "BHI"),
    (_EXTENSION, 0xC7, "BHI"),
    (_NUMBER, 0xCA, "fdBHIQbhiq"),
    (_TEXT, 0xD9, "BHI"),
    (_LIST, 0xDC, "HI"),
    (_MAP, 0xDE, "HI"),
):
    _CODES[_first : _first + len(_letters)] = [(_kind, struct.Struct(">" + letter)) for letter in _letters]


def read_row(content: memoryview, extension: Callable[[int, memoryview], Any]) -> Any:
    """The one value in `content`; `extension` gives those that MessagePack has no type for.

    Raises:
        ValueError: the bytes are no such value, or more than one.
    """
    try:
        value, at = _value(bytes(content), 0, extension)
    except (IndexError, struct.error) as exc:
        raise ValueError("the bytes end too early") from exc
    if at != len(content):
        raise ValueError("the bytes do not end with the value")
    return value


def _value(content: bytes, at: int, extension: Callable[[int, memoryview], Any]) -> tuple[Any, int]:
    """The value that begins at `at`, and where it ends."""
    kind, size = _CODES[content[at]]
    at += 1
    if kind == _CONSTANT:
        return size, at
    if kind == _NUMBER:
        return size.unpack_from(content, at)[0], at + size.size
    if kind == _NONE:
        raise ValueError(f"no value begins with the byte {content[at - 1]:#x}")
    if not isinstance(size, int):
        size, at = size.unpack_from(content, at)[0], at + size.size
    if kind in (_MAP, _LIST):
        return _several(content, at, kind, size, extension)
    end = at + size + (kind == _EXTENSION)  # its code stands before it
    if end > len(content):
        raise ValueError("the bytes end too early")
    if kind == _TEXT:
        return content[at:end].decode(), end
    return (content[at:end] if kind == _BYTES else extension(content[at], memoryview(content)[at + 1 : end])), end


def _several(
    content: bytes, at: int, kind: int, size: int, extension: Callable[[int, memoryview], Any]
) -> tuple[Any, int]:
    """The list or map of `size` items that begins at `at`, and where it ends."""
    if kind == _LIST:
        items = []
        for _ in range(size):
            item, at = _value(content, at, extension)
            items.append(item)
        return items, at
    found = {}
    for _ in range(size):
        name, at = _value(content, at, extension)
        found[name], at = _value(content, at, extension)
    return found, at
