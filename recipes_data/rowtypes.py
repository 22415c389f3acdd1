"""The only home of column types as Python's: TypedDicts, as text, of the rows that `loaders` gives.

A value is what a reader gives for the type (`recipes_data/tables`). Neither manifests nor locks know which columns
hold nulls, so `str` means a text or, where the file has a null, None. Format: the functional syntax of PEP 589, in
which a column may have any name.
"""

from __future__ import annotations

import re

from recipes_data.columns import INTEGERS, MEDIA, Columns, Type

__all__ = ["MEDIA_TYPE", "camel", "row_type", "string_literal"]

MEDIA_TYPE = "Media"
"""The name of the TypedDict of cells that hold an encoded image or sound."""

_SCALARS = {
    **dict.fromkeys((*INTEGERS, "class_label"), "int"),
    **dict.fromkeys(("float16", "float32", "float64"), "float"),
    **dict.fromkeys(("date32", "date64"), "datetime.date"),
    **dict.fromkeys(("time32", "time64"), "datetime.time"),
    "timestamp": "datetime.datetime",
    "duration": "datetime.timedelta",
    "decimal128": "decimal.Decimal",
    "string": "str",
    "binary": "bytes",
    "bool": "bool",
    "null": "None",
}
_WORDS = re.compile(r"[A-Za-z0-9]+")
_LONGEST = 60  # characters of a name that is made of others
_WIDTH = 100


def row_type(name: str, columns: Columns, into: dict[str, str], *, keys_may_lack: bool = False) -> str:
    """Declare the TypedDict of a row in `into`, after those of the structs in it; its name, which may differ.

    `into`: declarations by name, in the order in which they stand in a file. `keys_may_lack`: in objects inside of a
    row a key may not be there, as in rows of JSON.
    """
    return _declare(name, columns, into, whole=True, keys_may_lack=keys_may_lack)


def _declare(name: str, columns: Columns, into: dict[str, str], *, whole: bool, keys_may_lack: bool) -> str:
    name = name[:_LONGEST] if name.isidentifier() else f"Row{name[:_LONGEST]}"
    while name in into:  # two names may differ in their punctuation alone
        name += "_"
    into[name] = ""  # taken, while what is inside of it is named
    types = [
        f"{string_literal(column)}: {_annotation(kind, name + camel(column), into, keys_may_lack)}"
        for column, kind in columns
    ]
    del into[name]
    last = "" if whole or not keys_may_lack else ", total=False"
    line = f'{name} = TypedDict("{name}", {{{", ".join(types)}}}{last})'
    if len(line) > _WIDTH:
        rest = "    total=False,\n" if last else ""
        inner = "".join(f"\n        {one}," for one in types)
        line = f'{name} = TypedDict(\n    "{name}",\n    {{{inner}\n    }},\n{rest})'
    into[name] = line
    return name


def _annotation(kind: Type, name: str, into: dict[str, str], keys_may_lack: bool) -> str:
    """The annotation of a type; a struct is declared under `name`."""
    if kind in MEDIA.values():
        return MEDIA_TYPE
    if kind.kind == "list":
        return f"list[{_annotation(kind.fields[0][1], name, into, keys_may_lack)}]"
    if kind.kind == "map":
        key, item = (_annotation(inner, name + camel(part), into, keys_may_lack) for part, inner in kind.fields)
        return f"list[tuple[{key}, {item}]]"
    if kind.kind == "struct":
        return _declare(name, kind.fields, into, whole=False, keys_may_lack=keys_may_lack)
    return _SCALARS[kind.kind]


def camel(name: str) -> str:
    """A part of a class's name: `mmlu_pro` is `MmluPro`; of a name without letters or digits nothing is left."""
    return "".join(word[:1].upper() + word[1:] for word in _WORDS.findall(name))


def string_literal(text: str) -> str:
    """A text as Python's source has it: in double quotes, ASCII alone."""
    escaped = "".join(_escaped(character) for character in text)
    return f'"{escaped}"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    if " " <= character <= "~":
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
