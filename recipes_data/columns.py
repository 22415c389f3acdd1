"""The only home of column types: what a manifest promises and a lock records, as values and as text.

The text is Arrow's own spelling, reduced to what decides values (so `large_string` is `string`, bytes of a fixed size
are `binary`, and the name that a writer gives to a list's items is dropped), plus `class_label["A","B"]`, an int64
whose class names are known, as Hugging Face `datasets` stores it:

    string  binary  bool  null  int8..int64  uint8..uint64  float16 float32 float64
    date32  date64  time32[s]  time64[us]  timestamp[us]  timestamp[us, tz=UTC]  duration[us]
    decimal128(10, 2)   list<T>   struct<a: T, b: T>   map<K, V>   class_label["A","B"]
    image  audio

`image` and `audio` are `struct<bytes: binary, path: string>` whose bytes are known to be an encoded image or sound.

A field name that is not a plain word is written as a JSON string.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable, Iterator, Mapping

from recipes_data.values import value

__all__ = [
    "INTEGERS",
    "MEDIA",
    "Columns",
    "Type",
    "class_label",
    "differences",
    "format_type",
    "parse_type",
    "parts_of",
    "same_type",
]

INTEGERS = {
    **{f"int{bits}": range(-(2 ** (bits - 1)), 2 ** (bits - 1)) for bits in (8, 16, 32, 64)},
    **{f"uint{bits}": range(2**bits) for bits in (8, 16, 32, 64)},
}
"""The types of whole numbers by name, each with the numbers that it holds."""

_SCALARS = frozenset(
    {"string", "binary", "bool", "null", "date32", "date64", "float16", "float32", "float64", *INTEGERS}
)
_SYNONYMS = {
    "large_string": "string",
    "utf8": "string",
    "large_binary": "binary",
    "float": "float32",
    "double": "float64",
    "halffloat": "float16",
    "boolean": "bool",
}
_UNITS = {
    "timestamp": ("s", "ms", "us", "ns"),
    "duration": ("s", "ms", "us", "ns"),
    "time32": ("s", "ms"),
    "time64": ("us", "ns"),
}
_MAX_DEPTH = 50  # of lists in structs in lists; far more would exhaust the interpreter's stack
_MAX_FIELDS = 10_000  # of all structs of one type together
_MAX_SHOWN = 200  # characters of a type, in a message
_TOKEN = re.compile(r'\s*("(?:[^"\\]|\\.)*"|[A-Za-z_][A-Za-z0-9_]*|\d+|[^\sA-Za-z0-9_"])')
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


@value
class Type:
    """One column type. `fields`: of a struct by name, of a list `item`, of a map `key` and `value`.

    `params`: class names, what stands in a scalar's brackets, or of a struct what its bytes are ("image", "audio").
    """

    kind: str
    fields: tuple[tuple[str, Type], ...] = ()
    params: tuple[str, ...] = ()

    def __str__(self) -> str:
        return format_type(self)


Columns = tuple[tuple[str, Type], ...]

_CELL = (("bytes", Type("binary")), ("path", Type("string")))
MEDIA = {name: Type("struct", _CELL, (name,)) for name in ("image", "audio")}
"""The types of cells that hold an encoded image or sound, and where it came from."""


def class_label(names: Iterable[str]) -> Type:
    """An int64 whose value `i` means `names[i]`."""
    return Type("class_label", (), tuple(names))


def parts_of(kind: Type) -> Iterator[Type]:
    """The type itself, then each type inside of it, at every depth."""
    yield kind
    for _, inner in kind.fields:
        yield from parts_of(inner)


def format_type(kind: Type) -> str:
    """Text of a type; `parse_type` gives the same type back."""
    if kind.kind == "list":
        return f"list<{format_type(kind.fields[0][1])}>"
    if kind.kind == "struct" and kind.params:
        return kind.params[0]
    if kind.kind == "struct":
        return "struct<" + ", ".join(f"{_name(n)}: {format_type(t)}" for n, t in kind.fields) + ">"
    if kind.kind == "map":
        return f"map<{format_type(kind.fields[0][1])}, {format_type(kind.fields[1][1])}>"
    if kind.kind == "class_label":
        return "class_label" + json.dumps(list(kind.params), ensure_ascii=False, separators=(",", ":"))
    if kind.kind == "decimal128":
        return f"decimal128({', '.join(kind.params)})"
    if kind.params:
        unit, *zone = kind.params
        return f"{kind.kind}[{unit}, tz={zone[0]}]" if zone else f"{kind.kind}[{unit}]"
    return kind.kind


def _name(name: str) -> str:
    return name if _WORD.match(name) else json.dumps(name, ensure_ascii=False)


def parse_type(text: str) -> Type:
    """The type that `text` spells.

    Raises:
        ValueError: the text is not of the grammar in this module's docstring; says where.
    """
    return _parsed(text)


@functools.lru_cache(maxsize=4096)  # a lock of 58 configs spells the same few types hundreds of times
def _parsed(text: str) -> Type:
    parser = _Parser(text)
    kind = parser.type()
    parser.end()
    return kind


class _Parser:
    """Recursive descent over the tokens of one type's text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0
        self.fields = 0

    def peek(self) -> str:
        match = _TOKEN.match(self.text, self.at)
        return match.group(1) if match else ""

    def take(self, expected: str | None = None) -> str:
        match = _TOKEN.match(self.text, self.at)
        if match is None or (expected is not None and match[1] != expected):
            wanted = repr(expected) if expected else "a name or a type"
            raise ValueError(f"{self.shown()}: expected {wanted} at {_shown(self.text[self.at :])}")
        self.at = match.end()
        return match[1]

    def end(self) -> None:
        if self.text[self.at :].strip():
            raise ValueError(f"{self.shown()}: unexpected {_shown(self.text[self.at :].strip())}")

    def shown(self) -> str:
        return _shown(self.text)

    def type(self) -> Type:
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise ValueError(f"a type nested deeper than {_MAX_DEPTH} levels")
        kind = self._type()
        self.depth -= 1
        return kind

    def _type(self) -> Type:
        name = self.take()
        name = _SYNONYMS.get(name, name)
        if name in _SCALARS:
            return Type(name)
        if name in MEDIA:
            return MEDIA[name]
        if name in ("list", "large_list"):
            self.take("<")
            item = self.type()
            self.take(">")
            return Type("list", (("item", item),))
        if name == "struct":
            return Type("struct", self._fields())
        if name == "map":
            self.take("<")
            key = self.type()
            self.take(",")
            value = self.type()
            self.take(">")
            if key.kind == "null":
                raise ValueError(f"{self.shown()}: the keys of a map cannot be null")
            return Type("map", (("key", key), ("value", value)))
        if name == "class_label":
            return class_label(self._names())
        if name in _UNITS:
            return Type(name, (), self._unit(_UNITS[name]))
        if name == "decimal128":
            return Type("decimal128", (), self._precision())
        raise ValueError(
            f"{self.shown()}: {_shown(name)} is not a type; known are {', '.join(sorted(_SCALARS))}, "
            "list<..>, struct<..>, map<..>, class_label[..], timestamp[..], decimal128(..), image, audio"
        )

    def _fields(self) -> tuple[tuple[str, Type], ...]:
        self.take("<")
        fields: dict[str, Type] = {}
        while self.peek() != ">":
            if fields:
                self.take(",")
            name = _unquoted(self.take())
            self.take(":")
            if name in fields:
                raise ValueError(f"{self.shown()}: the field {_shown(name)} stands twice")
            self.fields += 1
            if self.fields > _MAX_FIELDS:
                raise ValueError(f"{self.shown()}: a type of more than {_MAX_FIELDS:,} fields")
            fields[name] = self.type()
        self.take(">")
        return tuple(fields.items())

    def _names(self) -> tuple[str, ...]:
        self.take("[")
        names: list[str] = []
        while self.peek() != "]":
            if names:
                self.take(",")
            names.append(_unquoted(self.take()))
        self.take("]")
        return tuple(names)

    def _precision(self) -> tuple[str, str]:
        self.take("(")
        precision = self.take()
        self.take(",")
        minus = self.take() if self.peek() == "-" else ""
        scale = self.take()
        self.take(")")
        if not (re.fullmatch("[1-9]|[12][0-9]|3[0-8]", precision) and re.fullmatch("[0-9]{1,3}", scale)):
            raise ValueError(f"{self.shown()}: a decimal128 has a precision of 1 to 38 and a scale")
        return precision, minus + scale

    def _unit(self, known: tuple[str, ...]) -> tuple[str, ...]:
        self.take("[")
        close = self.text.find("]", self.at)
        inside = self.text[self.at : close] if close >= 0 else ""
        unit, _, zone = (part.strip() for part in inside.partition(","))
        if unit not in known:
            raise ValueError(f"{self.shown()}: the unit is one of {', '.join(known)}")
        self.at = close + 1
        return (unit, zone.removeprefix("tz=")) if zone else (unit,)


def _unquoted(token: str) -> str:
    text = str(json.loads(token)) if token.startswith('"') else token
    text.encode()  # half of a surrogate pair could not be written: UnicodeEncodeError is a ValueError
    return text


def _shown(text: str) -> str:
    return repr(text) if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]!r}... ({len(text):,} characters)"


def same_type(one: Type, other: Type) -> bool:
    """Whether two types give equal values: neither a struct's order nor what its bytes are matters."""
    if one.kind != other.kind or len(one.fields) != len(other.fields):
        return False
    if one.params != other.params and one.kind != "struct":
        return False
    if one.kind == "struct":
        theirs = dict(other.fields)
        return all(name in theirs and same_type(kind, theirs[name]) for name, kind in one.fields)
    return all(same_type(a[1], b[1]) for a, b in zip(one.fields, other.fields, strict=True))


def differences(promised: Mapping[str, Type], found: Mapping[str, Type]) -> tuple[str, ...]:
    """What differs between two sets of columns, one sentence each; empty where they agree."""
    out: list[str] = []
    for name, kind in promised.items():
        if name not in found:
            out.append(f"column {name!r} ({kind}) is not there")
        elif not same_type(kind, found[name]):
            out.append(f"column {name!r} is {found[name]}, promised was {kind}")
    out.extend(f"column {name!r} ({kind}) was not promised" for name, kind in found.items() if name not in promised)
    return tuple(out)
