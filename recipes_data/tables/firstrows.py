"""The only home of MessagePack read in plain Python: for the first few rows, before msgspec's import pays.

Reads what `tables.rowvalues` writes, and gives the same values: importing msgspec takes as long as some 600 rows here.
Format: https://github.com/msgpack/msgpack/blob/master/spec.md.
"""

from __future__ import annotations

import struct
from collections.abc import Callable

TYPE_CHECKING = False  # importing typing takes longer than a load has to spare
if TYPE_CHECKING:
    from typing import Any

__all__ = ["read_row"]

_BYTES, _TEXT, _LIST, _MAP, _EXTENSION = range(5)
_CONSTANTS = {
    **{code: code for code in range(0x80)},
    **{code: code - 0x100 for code in range(0xE0, 0x100)},
    **{0xC0: None, 0xC2: False, 0xC3: True},  # noqa: PIE800  # beside the others of the table
}
_NUMBERS = {
    code: struct.Struct(">" + letter)
    for code, letter in zip((0xCA, 0xCB, *range(0xCC, 0xD4)), "fdBHIQbhiq", strict=True)
}
_SMALL = {  # what it is, and its size
    **{0x80 + size: (_MAP, size) for size in range(16)},
    **{0x90 + size: (_LIST, size) for size in range(16)},
    **{0xA0 + size: (_TEXT, size) for size in range(32)},
    **{0xD4 + power: (_EXTENSION, 1 << power) for power in range(5)},
}
_SIZED = {  # what it is, and how its size is written
    code: (kind, struct.Struct(">" + letter))
    for kind, first, letters in (
        (_BYTES, 0xC4, "BHI"),
        (_EXTENSION, 0xC7, "BHI"),
        (_TEXT, 0xD9, "BHI"),
        (_LIST, 0xDC, "HI"),
        (_MAP, 0xDE, "HI"),
    )
    for code, letter in enumerate(letters, first)
}


def read_row(content: memoryview, extension: Callable[[int, memoryview], Any]) -> Any:
    """The one value in `content`; `extension` gives those that MessagePack has no type for.

    Raises:
        ValueError: the bytes are no such value, or more than one.
    """
    try:
        value, at = _value(content, 0, extension)
    except (IndexError, struct.error) as exc:
        raise ValueError("the bytes end too early") from exc
    if at != len(content):
        raise ValueError("the bytes do not end with the value")
    return value


def _value(content: memoryview, at: int, extension: Callable[[int, memoryview], Any]) -> tuple[Any, int]:
    """The value that begins at `at`, and where it ends."""
    code = content[at]
    if code in _CONSTANTS:
        return _CONSTANTS[code], at + 1
    if code in _NUMBERS:
        number = _NUMBERS[code]
        return number.unpack_from(content, at + 1)[0], at + 1 + number.size
    kind, size, at = _head(content, at)
    if kind == _MAP:
        return _map(content, at, size, extension)
    if kind == _LIST:
        items = []
        for _ in range(size):
            item, at = _value(content, at, extension)
            items.append(item)
        return items, at
    begin = at + 1 if kind == _EXTENSION else at
    end = begin + size
    found = content[begin:end]
    if len(found) != size:
        raise ValueError("the bytes end too early")
    if kind == _TEXT:
        return str(found, "utf-8"), end
    return (bytes(found) if kind == _BYTES else extension(content[at], found)), end


def _head(content: memoryview, at: int) -> tuple[int, int, int]:
    """What begins at `at`, its size, and where what it holds begins."""
    code = content[at]
    if code in _SMALL:
        return *_SMALL[code], at + 1
    if code not in _SIZED:
        raise ValueError(f"no value begins with the byte {code:#x}")
    kind, size = _SIZED[code]
    return kind, size.unpack_from(content, at + 1)[0], at + 1 + size.size


def _map(
    content: memoryview, at: int, size: int, extension: Callable[[int, memoryview], Any]
) -> tuple[dict[Any, Any], int]:
    found = {}
    for _ in range(size):
        name, at = _value(content, at, extension)
        found[name], at = _value(content, at, extension)
    return found, at
