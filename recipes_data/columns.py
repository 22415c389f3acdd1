"""Column types: what a manifest promises and a lock records, as values and as text.

The text is Arrow's own spelling, reduced to what decides values (so `large_string` is `string`, and
the name that a writer gives to a list's items is dropped), plus `class_label["A","B"]`, an int64
whose class names are known, as Hugging Face `datasets` stores it:

    string  binary  bool  null  int8..int64  uint8..uint64  float16 float32 float64
    date32  date64  time32[s]  time64[us]  timestamp[us]  timestamp[us, tz=UTC]  duration[us]
    decimal128(10, 2)   list<T>   struct<a: T, b: T>   map<K, V>   class_label["A","B"]

A field name that is not a plain word is written as a JSON string.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

__all__ = ["Columns", "Type", "class_label", "differences", "format_type", "parse_type", "same_type"]

_SCALARS = frozenset(
    "string binary bool null int8 int16 int32 int64 uint8 uint16 uint32 uint64 "
    "float16 float32 float64 date32 date64".split()
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
_WITH_UNIT = frozenset({"timestamp", "time32", "time64", "duration"})
_TOKEN = re.compile(r'\s*("(?:[^"\\]|\\.)*"|[A-Za-z_][A-Za-z0-9_]*|\d+|[^\sA-Za-z0-9_"])')
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


@dataclass(frozen=True, slots=True)
class Type:
    """One column type. `fields`: of a struct by name, of a list `item`, of a map `key` and `value`.

    `params`: class names, or what stands in a scalar's brackets.
    """

    kind: str
    fields: tuple[tuple[str, Type], ...] = ()
    params: tuple[str, ...] = ()

    def __str__(self) -> str:
        return format_type(self)


Columns = tuple[tuple[str, Type], ...]


def class_label(names: Iterable[str]) -> Type:
    """An int64 whose value `i` means `names[i]`."""
    return Type("class_label", (), tuple(names))


def format_type(kind: Type) -> str:
    """Text of a type; `parse_type` gives the same type back."""
    if kind.kind == "list":
        return f"list<{format_type(kind.fields[0][1])}>"
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
    parser = _Parser(text)
    kind = parser.type()
    parser.end()
    return kind


class _Parser:
    """Recursive descent over the tokens of one type's text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def peek(self) -> str:
        match = _TOKEN.match(self.text, self.at)
        return match.group(1) if match else ""

    def take(self, expected: str | None = None) -> str:
        match = _TOKEN.match(self.text, self.at)
        token = match.group(1) if match else ""
        if not token or (expected is not None and token != expected):
            wanted = repr(expected) if expected else "a type"
            raise ValueError(f"{self.text!r}: expected {wanted} at {self.text[self.at :]!r}")
        assert match is not None
        self.at = match.end()
        return token

    def end(self) -> None:
        if self.text[self.at :].strip():
            raise ValueError(f"{self.text!r}: unexpected {self.text[self.at :].strip()!r}")

    def type(self) -> Type:
        name = self.take()
        name = _SYNONYMS.get(name, name)
        if name in _SCALARS:
            return Type(name)
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
            return Type("map", (("key", key), ("value", value)))
        if name == "class_label":
            return class_label(self._names())
        if name in _WITH_UNIT:
            return Type(name, (), self._unit())
        if name == "decimal128":
            self.take("(")
            precision = self.take()
            self.take(",")
            scale = self.take()
            self.take(")")
            return Type("decimal128", (), (precision, scale))
        raise ValueError(f"{self.text!r}: {name!r} is not a type; known are {', '.join(sorted(_SCALARS))}, "
                         "list<..>, struct<..>, map<..>, class_label[..], timestamp[..], decimal128(..)")

    def _fields(self) -> tuple[tuple[str, Type], ...]:
        self.take("<")
        fields: list[tuple[str, Type]] = []
        while self.peek() != ">":
            if fields:
                self.take(",")
            name = self.take()
            name = json.loads(name) if name.startswith('"') else name
            self.take(":")
            fields.append((name, self.type()))
        self.take(">")
        return tuple(fields)

    def _names(self) -> tuple[str, ...]:
        self.take("[")
        names: list[str] = []
        while self.peek() != "]":
            if names:
                self.take(",")
            name = self.take()
            names.append(json.loads(name) if name.startswith('"') else name)
        self.take("]")
        return tuple(names)

    def _unit(self) -> tuple[str, ...]:
        self.take("[")
        close = self.text.find("]", self.at)
        inside = self.text[self.at : close] if close >= 0 else ""
        unit, _, zone = (part.strip() for part in inside.partition(","))
        if unit not in ("s", "ms", "us", "ns"):
            raise ValueError(f"{self.text!r}: the unit is one of s, ms, us, ns")
        self.at = close + 1
        return (unit, zone.removeprefix("tz=")) if zone else (unit,)


def same_type(one: Type, other: Type) -> bool:
    """Whether two types give equal values: the order of a struct's fields does not matter."""
    if one.kind != other.kind or one.params != other.params or len(one.fields) != len(other.fields):
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
