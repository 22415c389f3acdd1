"""The only home of the odd files: data as the Hub really has it, each with the values that stand in it.

Every file has an oddity that some reader changes without a word. Where it matters where the oddity stands, it comes
after `Size.rows` ordinary rows, since readers that guess types look at the beginning. The values are those of
`json.loads` (a line, or the file) and, of csv, the texts of the fields; `None` where the file is not of its format,
so that the only right answer is to refuse it.
"""

from __future__ import annotations

import bz2
import csv
import functools
import gzip
import io
import json
import lzma
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

__all__ = ["FILES", "OddFile", "Size", "compare"]

Row = dict[str, Any]


@dataclass(frozen=True)
class Size:
    """How many ordinary rows stand before the odd ones, and how large (bytes) a large cell and a large line are."""

    rows: int = 5
    cell: int = 2_000_000
    line: int = 1_000_000


@dataclass(frozen=True)
class OddFile:
    """One odd file. `what`: the oddity. `content` and `rows` make its bytes and its values."""

    name: str
    what: str
    content: Callable[[Size], bytes]
    rows: Callable[[bytes], list[Row] | None]


def compare(given: list[Row], true: list[Row] | None, *, typed_text: bool = False) -> str:
    """What differs between rows that were read and the true ones; empty where nothing does.

    A key that is missing is as good as one that is null. `typed_text`: the true values are texts, and a number or a
    truth value is as good as the text it is written with, null as good as the empty text.
    """
    if true is None:
        return f"{len(given):,} rows of a file that is not of its format"
    if len(given) != len(true):
        return f"{len(given):,} rows, there are {len(true):,}"
    for index, (mine, theirs) in enumerate(zip(given, true, strict=True)):
        for key in [*theirs, *(key for key in mine if key not in theirs)]:
            one, other = mine.get(key), theirs.get(key)
            if not _same(one, other, typed_text):
                return f"row {index + 1:,}, {key!r}: {_short(other)} became {_short(one)}"
    return ""


def _same(one: Any, other: Any, typed_text: bool) -> bool:
    if typed_text and isinstance(other, str):
        return (
            str(one) == other or (one is None and other == "") or (str(one).lower() == other and one in (True, False))
        )
    if isinstance(one, dict) and isinstance(other, dict):
        return all(_same(one.get(key), other.get(key), typed_text) for key in {**one, **other})
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other, [typed_text] * len(one)))
    if type(one) is not type(other):
        return False
    if isinstance(one, float):
        return (math.isnan(one) and math.isnan(other)) or (
            one == other and math.copysign(1, one) == math.copysign(1, other)
        )
    return bool(one == other)


def _short(value: Any) -> str:
    text = ascii(value)
    return text if len(text) <= 48 else f"{text[:45]}..."


# --- what stands in a file


def _lines(content: bytes) -> list[Row] | None:
    """The values of JSON Lines, line by line with `json.loads`."""
    try:
        text = content.decode("utf-8").removeprefix("\ufeff")
        rows = [json.loads(line) for line in text.split("\n") if line.strip(" \t\r")]
    except (ValueError, RecursionError):
        return None
    return rows if all(isinstance(row, dict) for row in rows) else None


def _document(content: bytes) -> list[Row] | None:
    """The values of a JSON file: an array of objects, or one object."""
    try:
        value = json.loads(content.decode("utf-8-sig"))
    except ValueError:
        return None
    rows = value if isinstance(value, list) else [value]
    return rows if all(isinstance(row, dict) for row in rows) else None


def _fields(content: bytes, delimiter: str = ",") -> list[Row] | None:
    """The texts of a csv file by the standard library; None for records that are not as long as the header."""
    try:
        text = content.decode("utf-8-sig")
        header, *records = [r for r in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True) if r]
    except (ValueError, csv.Error):
        return None
    if len(set(header)) != len(header) or any(len(record) != len(header) for record in records):
        return None
    return [dict(zip(header, record, strict=True)) for record in records]


def _tabs(content: bytes) -> list[Row] | None:
    return _fields(content, "\t")


def _text(content: bytes) -> list[Row] | None:
    try:
        lines = content.decode("utf-8")
    except ValueError:
        return None
    pieces = io.StringIO(lines, newline=None).read().split("\n")
    return [{"text": line} for line in (pieces if pieces[-1] else pieces[:-1])]


def _refuse(content: bytes) -> list[Row] | None:  # noqa: ARG001  # whatever it holds
    return None


# --- the files


def _jsonl(odd: Iterable[Any] | bytes, ordinary: Row | None = None, end: str = "\n") -> Callable[[Size], bytes]:
    """Ordinary rows, then the odd ones (or the bytes as they are)."""

    def make(size: Size) -> bytes:
        first = "".join(json.dumps(ordinary) + end for _ in range(size.rows)) if ordinary is not None else ""
        if isinstance(odd, bytes):
            return first.encode() + odd
        return (first + "".join(json.dumps(row) + end for row in odd)).encode()

    return make


def _bytes(content: bytes) -> Callable[[Size], bytes]:
    return lambda size: content


def _large_cell(size: Size) -> bytes:
    return json.dumps({"a": "x" * size.cell}).encode() + b'\n{"a": "y"}\n'


def _large_line(size: Size) -> bytes:
    cells = [{"role": "user", "content": "né" * 500}] * (size.line // 1500)
    return (json.dumps({"a": "x", "b": cells}, ensure_ascii=False) + '\n{"a": "y", "b": []}\n').encode()


def _array(odd: list[Any], ordinary: Row | None = None) -> Callable[[Size], bytes]:
    def make(size: Size) -> bytes:
        return json.dumps(([ordinary] * size.rows if ordinary is not None else []) + odd).encode()

    return make


def _csv(odd: bytes, header: bytes = b"a,b\n", ordinary: bytes = b"1,x\n") -> Callable[[Size], bytes]:
    return lambda size: header + ordinary * size.rows + odd


_PLAIN = {"a": 1, "b": "x"}
_TWO = [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]
_TWO_LINES = b'{"a": 1, "b": "x"}\n{"a": 2, "b": "y"}\n'
# RFC 8878: the magic number, one segment whose size is one byte, one last block that is not compressed
_TWO_ZST = (
    b"\x28\xb5\x2f\xfd\x20" + bytes([len(_TWO_LINES)]) + (len(_TWO_LINES) << 3 | 1).to_bytes(3, "little") + _TWO_LINES
)


def _packed(content: bytes) -> Callable[[bytes], list[Row] | None]:
    return lambda packed: _lines(content)


@functools.cache
def _bomb(size: Size) -> bytes:  # noqa: ARG001  # it is what it is
    """80 MiB of blanks in 80 kB: four times as dense as any text."""
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=9, mtime=0) as packer:
        packer.write(_TWO_LINES)
        for _ in range(80):
            packer.write(b" " * (1 << 20))
    return packed.getvalue()


FILES: tuple[OddFile, ...] = (
    OddFile("plain.jsonl", "nothing odd", _jsonl(_TWO, _PLAIN), _lines),
    OddFile(
        "nested.jsonl",
        "lists of objects, emoji, escaped NUL",
        _jsonl([{"m": [{"role": "user", "content": 'a\0b \U0001f600 {"x": 1}'}, {"role": "x", "content": ""}]}], None),
        _lines,
    ),
    OddFile(
        "dates.jsonl",
        "texts that look like dates",
        _jsonl([{"a": "2024-01-31T00:00:00", "b": "2024-01-31"}, {"a": "2024-02-01 12:00:00", "b": "2024-02-01"}]),
        _lines,
    ),
    OddFile(
        "number_texts.jsonl",
        "texts that look like numbers and words",
        _jsonl([{"a": text} for text in ("007", "1e5", "true", "null", "NaN", "", " x ", "\u2028")]),
        _lines,
    ),
    OddFile(
        "beyond_2_53.jsonl", "integers beyond 2^53", _jsonl([{"a": 2**53 + 1}, {"a": -(2**53) - 1}], {"a": 1}), _lines
    ),
    OddFile("beyond_2_63.jsonl", "integers beyond 2^63", _jsonl([{"a": 2**63 + 1}], {"a": 1}), _lines),
    OddFile("beyond_2_64.jsonl", "integers beyond 2^64", _jsonl([{"a": 2**64 + 1}], {"a": 1}), _lines),
    OddFile(
        "all_beyond_2_64.jsonl",
        "integers beyond 2^64 in every row",
        _jsonl([{"a": 2**64 + n} for n in range(3)]),
        _lines,
    ),
    OddFile(
        "float_then_big.jsonl",
        "floats, then an integer beyond 2^64",
        _jsonl([{"a": 2**64 + 1}], {"a": 0.5}),
        _lines,
    ),
    OddFile("late_column.jsonl", "a column first seen late", _jsonl([{"a": 1, "late": "x"}], {"a": 1}), _lines),
    OddFile(
        "late_key.jsonl",
        "a key of an object first seen late",
        _jsonl([{"a": {"k": 1, "late": "x"}}], {"a": {"k": 1}}),
        _lines,
    ),
    OddFile(
        "late_key_in_list.jsonl",
        "the same in a list",
        _jsonl([{"a": [{"k": 1, "late": "x"}]}], {"a": [{"k": 1}]}),
        _lines,
    ),
    OddFile("null_first.jsonl", "null first, then text", _jsonl([{"a": "x"}], {"a": None}), _lines),
    OddFile("null_then_object.jsonl", "null first, then objects", _jsonl([{"a": {"k": 1}}], {"a": None}), _lines),
    OddFile("empty_list_first.jsonl", "[] first, then objects in it", _jsonl([{"a": [{"k": 1}]}], {"a": []}), _lines),
    OddFile("mixed_list.jsonl", "a list of an integer and a text", _jsonl([{"a": [1, "x"]}], {"a": [1, 2]}), _lines),
    OddFile("empty_object.jsonl", "{}", _jsonl([{"a": {}}, {"a": None}], {"a": {}}), _lines),
    OddFile("duplicate_keys.jsonl", "a key twice in a line", _jsonl(b'{"a": 1, "a": 2}\n', {"a": 1}), _lines),
    OddFile("lone_surrogate.jsonl", "half of a surrogate pair", _jsonl(b'{"a": "x\\ud800y"}\n', {"a": "x"}), _lines),
    OddFile("int_then_float.jsonl", "integers, then 59999.5", _jsonl([{"a": 59999.5}], {"a": 1}), _lines),
    OddFile("int_then_text.jsonl", "integers, then a text", _jsonl([{"a": "str"}], {"a": 1}), _lines),
    OddFile("bool_then_int.jsonl", "truth values, then 1", _jsonl([{"a": 1}], {"a": True}), _lines),
    OddFile("object_then_list.jsonl", "objects, then a list", _jsonl([{"a": [1]}], {"a": {"k": 1}}), _lines),
    OddFile(
        "floats.jsonl",
        "floats at the edges, -0.0",
        _jsonl(
            b'{"a": 5e-324}\n{"a": 1.7976931348623157e308}\n{"a": 0.1000000000000000055}\n{"a": -0.0}\n{"a": 1E5}\n'
        ),
        _lines,
    ),
    OddFile(
        "infinite.jsonl", "NaN, Infinity, -Infinity", _jsonl(b'{"a": NaN}\n{"a": Infinity}\n{"a": -Infinity}\n'), _lines
    ),
    OddFile("too_large.jsonl", "1e400, which no float64 is near to", _jsonl(b'{"a": 1e400}\n', {"a": 0.5}), _refuse),
    OddFile("two_cases.jsonl", "keys that differ in case", _jsonl([{"A": 1, "a": 2}]), _lines),
    OddFile(
        "odd_keys.jsonl", "keys: empty, with a dot, with a newline", _jsonl([{"": 1, "a.b": 2, "c\nd": 3}]), _lines
    ),
    OddFile("large_cell.jsonl", "a cell of {cell}", _large_cell, _lines),
    OddFile("large_line.jsonl", "a line of {line}", _large_line, _lines),
    OddFile("crlf.jsonl", "lines that end in CRLF", _jsonl(_TWO, _PLAIN, "\r\n"), _lines),
    OddFile("mark.jsonl", "a byte order mark", _bytes(b"\xef\xbb\xbf" + _TWO_LINES), _lines),
    OddFile("no_final_newline.jsonl", "no newline at the end", _bytes(_TWO_LINES[:-1]), _lines),
    OddFile("blank_lines.jsonl", "blank lines", _bytes(b"\n\n" + _TWO_LINES.replace(b"\n", b"\n \t\r\n\n")), _lines),
    OddFile(
        "line_separator.jsonl", "U+2028 and U+0085 in a text", _bytes('{"a": "x\u2028y\u0085z"}\n'.encode()), _lines
    ),
    OddFile(
        "trailing_garbage.jsonl", "text after the object of a line", _jsonl(b'{"a": 1, "b": "x"} x\n', _PLAIN), _lines
    ),
    OddFile(
        "two_in_a_line.jsonl",
        "two objects in a line",
        _jsonl(b'{"a": 1, "b": "x"} {"a": 2, "b": "y"}\n', _PLAIN),
        _lines,
    ),
    OddFile("no_object.jsonl", "a line that is no object", _jsonl(b"[1, 2]\n", _PLAIN), _lines),
    OddFile("raw_nul.jsonl", "a NUL byte in a text", _jsonl(b'{"a": 1, "b": "x\0y"}\n', _PLAIN), _lines),
    OddFile("raw_control.jsonl", "a control character in a text", _jsonl(b'{"a": 1, "b": "x\x01y"}\n', _PLAIN), _lines),
    OddFile("not_utf8.jsonl", "bytes that are not UTF-8", _jsonl(b'{"a": 1, "b": "\xff\xfe"}\n', _PLAIN), _lines),
    OddFile("truncated.jsonl", "a last line that was cut off", _jsonl(b'{"a": 1, "b": "x', _PLAIN), _lines),
    OddFile(
        "deep.jsonl",
        "100,000 lists in each other",
        _bytes(b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}\n"),
        _lines,
    ),
    OddFile("two_members.jsonl.gz", "two gzip streams", _bytes(gzip.compress(_TWO_LINES) * 2), _packed(_TWO_LINES * 2)),
    OddFile("packed.jsonl.bz2", "bzip2", _bytes(bz2.compress(_TWO_LINES)), _packed(_TWO_LINES)),
    OddFile("packed.jsonl.xz", "xz", _bytes(lzma.compress(_TWO_LINES)), _packed(_TWO_LINES)),
    OddFile(
        "broken.jsonl.gz", "gzip whose checksum is wrong", _bytes(gzip.compress(_TWO_LINES)[:-8] + b"\0" * 8), _refuse
    ),
    OddFile(
        "truncated.jsonl.gz", "gzip that was cut off", lambda size: gzip.compress(_TWO_LINES * 9999)[:-40], _refuse
    ),
    OddFile("truncated.jsonl.xz", "xz that was cut off", lambda size: lzma.compress(_TWO_LINES * 9999)[:-40], _refuse),
    OddFile("packed.jsonl.zst", "zstd", _bytes(_TWO_ZST * 2), _packed(_TWO_LINES * 2)),
    OddFile("truncated.jsonl.zst", "zstd that was cut off", _bytes(_TWO_ZST[:-5]), _refuse),
    OddFile("garbage.jsonl.zst", "text after the zstd stream", _bytes(_TWO_ZST + b"x"), _refuse),
    OddFile("bomb.jsonl.gz", "80 MiB of blanks in 80 kB", _bomb, _packed(_TWO_LINES)),
    OddFile("array.json", "an array of objects", _array(_TWO, _PLAIN), _document),
    OddFile(
        "pretty.json",
        "an array over several lines",
        lambda size: json.dumps(_TWO * size.rows, indent=2).encode(),
        _document,
    ),
    OddFile("array_dates.json", "an array with texts like dates", _array([{"a": "2024-01-31T00:00:00"}]), _document),
    OddFile("array_big.json", "an array with an integer beyond 2^63", _array([{"a": 2**63 + 1}], {"a": 1}), _document),
    OddFile("array_float.json", "an array: integers, then 59999.5", _array([{"a": 59999.5}], {"a": 1}), _document),
    OddFile(
        "array_late.json",
        "an array: a key first seen late",
        _array([{"a": {"k": 1, "late": 2}}], {"a": {"k": 1}}),
        _document,
    ),
    OddFile("array_garbage.json", "text after the array", lambda size: _array(_TWO, _PLAIN)(size) + b" x", _document),
    OddFile(
        "array_truncated.json", "an array that was cut off", lambda size: _array(_TWO, _PLAIN)(size)[:-1], _document
    ),
    OddFile("array_comma.json", "a comma before the array's end", _bytes(b'[{"a": 1}, {"a": 2},]'), _document),
    OddFile(
        "object.json", "one object over several lines", lambda size: json.dumps(_PLAIN, indent=2).encode(), _document
    ),
    OddFile(
        "one_list.json",
        "one object whose one field is a list",
        lambda size: json.dumps({"data": _TWO}).encode(),
        _document,
    ),
    OddFile("lines.json", "JSON Lines under the name .json", _jsonl(_TWO, _PLAIN), _lines),
    OddFile("plain.csv", "nothing odd", _csv(b"2,y\n"), _fields),
    OddFile("quoted.csv", "delimiters, newlines, quotes in quotes", _csv(b'2,"x, ""y""\nz\r\n"\n"3",""\n'), _fields),
    OddFile("inner_quote.csv", "a quote inside a field", _csv(b'2,5" disk\n'), _fields),
    OddFile("after_quote.csv", "text after a closing quote", _csv(b'2,"x"y\n'), _fields),
    OddFile("open_quote.csv", "a quote that is never closed", _csv(b'2,"x\n3,y\n'), _fields),
    OddFile("short.csv", "a record of too few fields", _csv(b"2\n"), _fields),
    OddFile("long.csv", "a record of too many fields", _csv(b"2,y,z\n"), _fields),
    OddFile("zeros.csv", "leading zeros", _csv(b"007,x\n", ordinary=b"012,x\n"), _fields),
    OddFile("missing.csv", "NA, null, None, nan as texts", _csv(b"2,NA\n3,null\n4,None\n5,nan\n6,n/a\n"), _fields),
    OddFile("late_text.csv", "integers, then a text", _csv(b"x7,y\n"), _fields),
    OddFile("late_float.csv", "integers, then 59999.5", _csv(b"59999.5,y\n"), _fields),
    OddFile("versions.csv", "1.10 and 1.1", _csv(b"1.10,x\n1.1,x\n", ordinary=b"1.0,x\n"), _fields),
    OddFile("big.csv", "an integer beyond 2^63", _csv(b"9223372036854775809,x\n"), _fields),
    OddFile("dates.csv", "dates", _csv(b"2024-01-31,x\n", ordinary=b"2024-01-30,x\n"), _fields),
    OddFile("words.csv", "True, true, yes", _csv(b"true,x\nyes,x\n", ordinary=b"True,x\n"), _fields),
    OddFile("spaces.csv", "white space in fields", _csv(b" 2, y \n"), _fields),
    OddFile("comments.csv", "a # at the beginning", _csv(b"#2,y\n"), _fields),
    OddFile("unnamed.csv", "a column without a name", _csv(b"2,y\n", header=b",b\n"), _fields),
    OddFile("twice.csv", "two columns of one name", _csv(b"2,y\n", header=b"a,a\n"), _fields),
    OddFile(
        "crlf.csv", "lines that end in CRLF, and a mark", _csv(b"2,y\r\n", b"\xef\xbb\xbfa,b\r\n", b"1,x\r\n"), _fields
    ),
    OddFile("raw_nul.csv", "a NUL byte", _csv(b"2,x\0y\n"), _fields),
    OddFile("not_utf8.csv", "bytes that are not UTF-8", _csv(b"2,\xff\n"), _fields),
    OddFile("no_final_newline.csv", "no newline at the end", _csv(b"2,y"), _fields),
    OddFile("plain.tsv", "tabs, and commas in fields", _csv(b'2\ty,"z\n', b"a\tb\n", b"1\tx\n"), _tabs),
    OddFile("lines.txt", "blank lines, CRLF, CR", _bytes(b"x\r\n\n \ny\rz\n\xe2\x80\xa8last"), _text),
    OddFile("mark.txt", "a byte order mark", _bytes(b"\xef\xbb\xbfx\n"), _text),
    OddFile("not_utf8.txt", "bytes that are not UTF-8", _bytes(b"x\n\xff\n"), _text),
)
"""All of them."""
