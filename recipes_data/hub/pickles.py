"""The only home of what a pickle looks like from outside. Nothing is ever loaded here.

The stream is walked opcode by opcode with the depth of the stack, as the unpickler would, so that a
pickle is known without its header too and text is not taken for one. Format: `pickletools` of Python 3.13.
"""

from __future__ import annotations

import re

__all__ = ["looks_pickled"]

_MAX_OPCODES = 20_000
_ENOUGH_OPCODES = 16  # of a pickle that goes on after the bytes at hand
_ENOUGH_WITH_NAME = 3  # of one that names a module's object
_ENOUGH_AFTER_HEADER = 3  # with the header

_LINE = {  # what the line after the opcode must be
    ord("I"): re.compile(rb"\s*[+-]?\d[\d_]*\s*\Z"),
    ord("L"): re.compile(rb"\s*[+-]?\d[\d_]*L?\s*\Z"),
    ord("F"): re.compile(rb"\s*[+-]?(\d[\d_]*\.?\d*(e[+-]?\d+)?|\.\d+|inf|nan)\s*\Z", re.IGNORECASE),
    ord("S"): re.compile(rb"\s*(['\"]).*\1\s*\Z"),
    ord("V"): re.compile(rb""),
    ord("P"): re.compile(rb"[\x20-\x7e]*\Z"),
    ord("p"): re.compile(rb"\s*\d+\s*\Z"),
    ord("g"): re.compile(rb"\s*\d+\s*\Z"),
}
_DOTTED_NAME = re.compile(rb"[^\W\d][\w.]*\Z")
_FIXED = {**dict.fromkeys(b"Kqh\x80\x82", 1), **dict.fromkeys(b"M\x83", 2), **dict.fromkeys(b"Jrj\x84", 4)} | {
    ord("G"): 8,
    0x95: 8,
}
_COUNTED = {**dict.fromkeys(b"UC\x8a\x8c", 1), **dict.fromkeys(b"TXB\x8b", 4), **dict.fromkeys(b"\x8d\x8e\x96", 8)}

_PUSHING = b"NILFSVKMJGUTXBCP]})ghjc\x82\x83\x84\x88\x89\x8a\x8b\x8c\x8d\x8e\x8f\x96\x97"
# opcode -> (how many values it needs, by how many the stack grows)
_EFFECT = {
    **dict.fromkeys(_PUSHING, (0, 1)),
    **dict.fromkeys(b"pqr\x94Q\x85\x98", (1, 0)),
    **dict.fromkeys(b"\x80\x95", (0, 0)),
    **dict.fromkeys(b"abR\x81\x86\x93", (2, -1)),
    **dict.fromkeys(b"s\x87\x92", (3, -2)),
    ord("2"): (1, 1),
    ord("0"): (1, -1),
}
_FROM_MARK_TO_ONE = frozenset(b"tldoi\x91")
_FROM_MARK_INTO = frozenset(b"eu\x90")
_NAMING = frozenset(b"ci\x93\x82\x83\x84")  # ways to an object of a module
_CALLING = frozenset(b"Roib\x81\x92")
_NO_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")


def looks_pickled(head: bytes) -> bool:
    """Whether bytes, from the first one on, are (the beginning of) a pickle of any protocol.

    Text that an unpickler would take for a bare constant (`N. America`, `(d. 1998)`) is not counted:
    such a stream holds nothing and calls nothing.
    """
    walk = _Walk(head)
    while walk.count < _MAX_OPCODES and walk.step():
        pass
    if head[:1] == b"\x80" and 2 <= int.from_bytes(head[1:2], "big") <= 15:
        # The header of protocol 2 and later, which begins no text in use; what follows is looked at
        # because the length field at the beginning of safetensors can be these two bytes too.
        return walk.stopped or walk.went_out or walk.count >= _ENOUGH_AFTER_HEADER
    no_text = walk.remembers or _NO_TEXT.search(head[: walk.position]) is not None
    if walk.stopped:
        return no_text or walk.calls
    enough = _ENOUGH_WITH_NAME if walk.names else _ENOUGH_OPCODES
    return no_text and walk.went_out and walk.count >= enough


class _Walk:
    """A place in a stream and the depth of the unpickler's stack there."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.position = 0
        self.count = 0
        self.depth = 0
        self.marks: list[int] = []
        self.remembers = False
        self.names = False
        self.calls = False
        self.stopped = False
        self.went_out = False

    def step(self) -> bool:
        """Go over one opcode; False at the end, or where there is no opcode that could stand there."""
        if self.position >= len(self.data):
            self.went_out = True
            return False
        opcode = self.data[self.position]
        if opcode == ord("."):
            self.stopped = self.depth > 0
            return False
        if not self._argument(opcode) or not self._stack(opcode):
            return False
        self.count += 1
        self.went_out = self.position > len(self.data) or self.count == _MAX_OPCODES
        self.remembers = self.remembers or opcode == ord("p")
        self.names = self.names or opcode in _NAMING
        self.calls = self.calls or (self.names and opcode in _CALLING)
        return not self.went_out

    def _argument(self, opcode: int) -> bool:
        self.position += 1
        if opcode in _FIXED:
            self.position += _FIXED[opcode]
        elif opcode in _COUNTED:
            width = _COUNTED[opcode]
            self.position += width + int.from_bytes(self.data[self.position : self.position + width], "little")
        elif opcode in _LINE:
            return self._line(_LINE[opcode])
        elif opcode in b"ci":
            return self._line(_DOTTED_NAME) and self._line(_DOTTED_NAME)
        return True

    def _line(self, form: re.Pattern[bytes]) -> bool:
        end = self.data.find(b"\n", self.position)
        if end < 0:
            self.position = len(self.data) + 1
            return True
        line = self.data[self.position : end]
        self.position = end + 1
        return form.match(line) is not None

    def _stack(self, opcode: int) -> bool:
        if opcode == ord("("):
            self.marks.append(self.depth)
            self.depth = 0
            return True
        if opcode in _FROM_MARK_TO_ONE or opcode in _FROM_MARK_INTO or opcode == ord("1"):
            if not self.marks or (opcode == ord("o") and self.depth == 0):
                return False
            self.depth = self.marks.pop() + (opcode in _FROM_MARK_TO_ONE)
            return opcode not in _FROM_MARK_INTO or self.depth > 0
        needs, growth = _EFFECT.get(opcode, (None, 0))
        if needs is None or self.depth < needs:
            return False
        self.depth += growth
        return True
