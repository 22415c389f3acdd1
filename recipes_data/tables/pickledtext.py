"""The only importer of pickle: a text that somebody pickled, and nothing else that a pickle may hold.

A pickle is a program. Three walls stand before it. Sizes: base64 and what zlib makes of it are bounded, and no more
than the bound is ever unpacked. Opcodes: the stream may push one text, remember it and stop; every other opcode is
refused before anything is loaded, so that no list, no large number, no buffer and no reference to a module comes into
being. The unpickler: it refuses every global, persistent id and buffer, should the second wall ever let one through.

Formats: RFC 4648 (base64), RFC 1950 (zlib), `pickletools` of Python 3.13 (protocols 0 to 5).
"""

from __future__ import annotations

import base64
import binascii
import io
import pickle
import zlib
from typing import Any, NoReturn

from recipes_data.errors import TableError, UnsafeFileError

__all__ = ["MAX_PACKED", "MAX_UNPACKED", "unpacked_text", "unpickled_text"]

MAX_PACKED = 256 << 20
"""Characters of base64 that are looked at; the longest known field has some ten million."""
MAX_UNPACKED = 512 << 20
"""Bytes that are unpacked of it."""

_SEEN = "its bytes are those that were locked; read the column as the text that it is"
_HEADER = 0x80
_FRAME = 0x95
_STOP = ord(".")
_TEXTS = {0x8C: 1, ord("X"): 4, 0x8D: 8}  # SHORT_BINUNICODE, BINUNICODE, BINUNICODE8: bytes of their length
_TEXT_LINE = ord("V")  # UNICODE, protocol 0
_REMEMBER = {0x94: 0, ord("q"): 1, ord("r"): 4}  # MEMOIZE, BINPUT, LONG_BINPUT: bytes of the place
_REMEMBER_LINE = ord("p")  # PUT, protocol 0
_MOST_PLACE = 1  # one text needs one place; a far one makes the unpickler set aside memory for all before it
_NAMES = {
    "c": "GLOBAL", "\x93": "STACK_GLOBAL", "i": "INST", "o": "OBJ", "R": "REDUCE", "\x81": "NEWOBJ",
    "\x92": "NEWOBJ_EX", "b": "BUILD", "P": "PERSID", "Q": "BINPERSID", "\x82": "EXT1", "\x83": "EXT2",
    "\x84": "EXT4", "\x96": "BYTEARRAY8", "\x97": "NEXT_BUFFER", "\x98": "READONLY_BUFFER", "\x8b": "LONG4",
    "\x8e": "BINBYTES8", "(": "MARK", "]": "EMPTY_LIST", "}": "EMPTY_DICT", "h": "BINGET", "2": "DUP",
}  # fmt: skip


def unpacked_text(packed: str, name: str, *, max_packed: int = MAX_PACKED, max_unpacked: int = MAX_UNPACKED) -> str:
    """The text whose pickle was compressed by zlib and written as base64; `name` is what messages call it.

    Raises:
        UnsafeFileError: larger than the bounds (characters of base64, bytes of the pickle), or a pickle of anything
            but one text.
        TableError: not base64 of zlib of a pickle, or not all of it.
    """
    if len(packed) > max_packed:
        what = f"{name}: {len(packed):,} characters of base64, more than {max_packed:,} are not unpacked"
        raise UnsafeFileError(what, _SEEN)
    try:
        compressed = base64.b64decode(packed, validate=True)
    except (binascii.Error, ValueError) as exc:
        raise TableError(f"{name}: not base64: {exc}", _SEEN) from exc
    return unpickled_text(_inflated(compressed, name, max_unpacked), name)


def _inflated(compressed: bytes, name: str, most: int) -> bytes:
    """What zlib makes of it; never more than a byte beyond the bound is made."""
    stream = zlib.decompressobj()
    try:
        made = stream.decompress(compressed, most + 1)
    except zlib.error as exc:
        raise TableError(f"{name}: not a zlib stream: {exc}", _SEEN) from exc
    if len(made) > most:
        what = f"{name}: {len(compressed):,} bytes become more than {most:,}, which are not unpacked"
        raise UnsafeFileError(what, _SEEN)
    if not stream.eof:
        raise TableError(f"{name}: the zlib stream is cut off", _SEEN)
    if stream.unused_data:
        raise TableError(f"{name}: {len(stream.unused_data):,} bytes after the end of the zlib stream", _SEEN)
    return made


def unpickled_text(content: bytes, name: str) -> str:
    """The text that is all a pickle holds; whatever its bytes say, no more memory is taken than a few times theirs.

    Raises:
        UnsafeFileError: it says more than one text.
        TableError: not a pickle, not all of one, or more than one.
    """
    _see_one_text(content, name)
    try:
        value = _Unpickler(io.BytesIO(content), name).load()
    except (pickle.UnpicklingError, EOFError, ValueError, IndexError, KeyError, OverflowError) as exc:
        raise TableError(f"{name}: a pickle that cannot be read: {exc}", _SEEN) from exc
    if type(value) is not str:
        raise UnsafeFileError(f"{name}: a pickle of {type(value).__name__}, not of a text", _SEEN)
    return value


def _see_one_text(content: bytes, name: str) -> None:
    """Walk over the opcodes: one text, perhaps remembered, then the end of both pickle and bytes."""
    at = 0
    texts = 0
    while at < len(content):
        opcode = content[at]
        at += 1
        if opcode == _STOP:
            break
        if opcode in _TEXTS or opcode == _TEXT_LINE:
            texts += 1
        elif opcode in _REMEMBER or opcode == _REMEMBER_LINE:
            _see_place(content, at, opcode, name)
        elif opcode not in (_HEADER, _FRAME):
            said = _NAMES.get(chr(opcode), "an opcode that a text does not need")
            raise UnsafeFileError(f"{name}: a pickle with {said} ({opcode:#04x} at byte {at - 1:,})", _SEEN)
        at = _after(content, at, opcode, name)
    else:
        raise TableError(f"{name}: a pickle that does not end", _SEEN)
    if at != len(content):
        raise TableError(f"{name}: {len(content) - at:,} bytes after the end of the pickle", _SEEN)
    if texts != 1:
        raise UnsafeFileError(f"{name}: a pickle of {texts} texts, not of one", _SEEN)


def _after(content: bytes, at: int, opcode: int, name: str) -> int:
    """The place after an opcode's argument."""
    if opcode in (_TEXT_LINE, _REMEMBER_LINE):
        end = content.find(b"\n", at) + 1
    elif opcode in _TEXTS:
        width = _TEXTS[opcode]
        end = at + width + int.from_bytes(content[at : at + width], "little")
    elif opcode == _FRAME:
        # what a frame holds is read like everything else; one that goes beyond the bytes is no frame
        end = at + 8 if at + 8 + int.from_bytes(content[at : at + 8], "little") <= len(content) else 0
    else:
        end = at + (1 if opcode == _HEADER else _REMEMBER[opcode])
    if not at <= end <= len(content):
        raise TableError(f"{name}: the pickle is cut off at byte {at - 1:,}", _SEEN)
    return end


def _see_place(content: bytes, at: int, opcode: int, name: str) -> None:
    if opcode == _REMEMBER_LINE:
        line = content[at : content.find(b"\n", at, at + 8)]
        place = int(line) if line.isdigit() else _MOST_PLACE + 1
    else:
        place = int.from_bytes(content[at : at + _REMEMBER[opcode]], "little")
    if place > _MOST_PLACE:
        raise UnsafeFileError(f"{name}: a pickle that remembers at place {place:,} (byte {at - 1:,})", _SEEN)


class _Unpickler(pickle.Unpickler):
    """Builds what needs no module: every way to one is refused."""

    def __init__(self, file: io.BytesIO, name: str) -> None:
        super().__init__(file)
        self._name = name

    def find_class(self, module: str, name: str) -> NoReturn:
        raise UnsafeFileError(f"{self._name}: a pickle that asks for {module!r}.{name!r}: none is given", _SEEN)

    def persistent_load(self, pid: Any) -> NoReturn:
        raise UnsafeFileError(f"{self._name}: a pickle that asks for the persistent id {pid!r:.40}", _SEEN)
