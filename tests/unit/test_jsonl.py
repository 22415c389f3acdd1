"""JSON Lines in place: what stands in them, which types hold all of it."""

from __future__ import annotations

import contextlib
import io
import json
import pickle
import random
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recipes_data.columns import Columns, parse_type
from recipes_data.errors import TableError
from recipes_data.tables.jsonl import GRAMMAR, measure, shards
from recipes_data.tables.lines import index_bytes, line_starts, read_index
from recipes_data.tables.source import Source
from recipes_data.tables.textrows import PackedShard, PlainShard
from recipes_data.tables.unpacking import text_file


@pytest.fixture
def write(tmp_path: Path) -> Callable[[bytes], Path]:
    def written(content: bytes) -> Path:
        path = tmp_path / "t.jsonl"
        path.write_bytes(content)
        return path

    return written


def shown(columns: Columns) -> dict[str, str]:
    return {name: str(kind) for name, kind in columns}


def columns(**kinds: str) -> Columns:
    return tuple((name, parse_type(kind)) for name, kind in kinds.items())


def source(path: Path) -> Source:
    return Source(path, "t.jsonl", "t.jsonl", path.stat().st_size, path.with_suffix(".index"), lambda content: None)


def facts(path: Path, promised: Columns | None = None) -> dict[str, str]:
    return shown(measure(source(path), promised).columns)


def shard(path: Path, promised: Columns | None = None) -> PlainShard | PackedShard:
    found = measure(source(path), promised)
    return shards([source(path)], [found.rows], found.columns)[0]


def rows(path: Path, promised: Columns | None = None) -> list[dict[str, Any]]:
    one = shard(path, promised)
    return list(one.rows(0, len(one)))


# --- what stands in them


@pytest.mark.parametrize(
    "content",
    [
        b'{"a": 1}\n{"a": 2}\n',
        b'{"a": 1}\n{"a": 2}',
        b'{"a": 1}\r\n{"a": 2}\r\n',
        b'\xef\xbb\xbf{"a": 1}\n{"a": 2}\n',
        b'\xef\xbb\xbf\r\n{"a": 1}\n{"a": 2}\n',
        b'\n\n{"a": 1}\n   \n\t\r\n{"a": 2}\n\n\n',
        b'  {"a": 1}  \n\t{"a":2}',
    ],
    ids=["plain", "no final newline", "CRLF", "byte order mark", "mark on a blank line", "blank lines", "spaces"],
)
def test_every_way_to_end_a_line_gives_the_same_rows(write: Callable[[bytes], Path], content: bytes) -> None:
    path = write(content)
    assert rows(path) == [{"a": 1}, {"a": 2}]
    assert [shard(path).row(index) for index in (1, 0)] == [{"a": 2}, {"a": 1}]
    assert shard(path).arrow().to_pylist() == [{"a": 1}, {"a": 2}]


@pytest.mark.parametrize("content", [b"", b"\n", b"\xef\xbb\xbf", b" \r\n\t\n"])
def test_a_file_of_nothing_has_no_rows(write: Callable[[bytes], Path], content: bytes) -> None:
    path = write(content)
    assert rows(path) == []
    assert facts(path, columns(a="string")) == {"a": "string"}
    assert shard(path, columns(a="string")).arrow().schema.names == ["a"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | st.text(),
    lambda values: st.lists(values, max_size=3) | st.dictionaries(st.text(max_size=3), values, max_size=3),
    max_leaves=6,
)


@given(st.lists(JSON, min_size=1, max_size=1).map(lambda values: [{"x": values[0]}]))
def test_a_value_read_is_the_value_that_json_gives(found: list[dict[str, Any]]) -> None:
    text = "".join(json.dumps(row) + "\n" for row in found)
    with tempfile.NamedTemporaryFile() as file:
        file.write(text.encode())
        file.flush()
        with contextlib.suppress(TableError):  # a list of values that have no type in common
            assert rows(Path(file.name)) == found


@pytest.mark.parametrize(
    "text",
    ["2024-01-31", "1e5", "true", "null", "0123", "", "\u2028", "😀", "a\nb", " x ", "\\ud83d", "NaN"],
)
def test_text_stays_the_text_it_is(write: Callable[[bytes], Path], text: str) -> None:
    path = write(json.dumps({"x": text}, ensure_ascii=False).encode() + b"\n")
    assert rows(path) == [{"x": text}]
    assert facts(path) == {"x": "string"}
    assert shard(path).arrow().to_pylist() == [{"x": text}]


def test_keys_that_a_line_leaves_out_are_none_and_columns_come_in_the_order_they_were_first_seen(
    write: Callable[[bytes], Path],
) -> None:
    path = write(b'{"b": 1}\n{"a": "x", "b": 2}\n{"c": null}\n')
    assert facts(path) == {"b": "int64", "a": "string", "c": "null"}
    assert rows(path) == [
        {"b": 1, "a": None, "c": None},
        {"b": 2, "a": "x", "c": None},
        {"b": None, "a": None, "c": None},
    ]
    assert [list(row) for row in rows(path)] == [["b", "a", "c"]] * 3


NOT_JSONL = "each line of JSON Lines is one JSON object in UTF-8; see `format:` and `files:` in the manifest"


@pytest.mark.parametrize(
    ("line", "what"),
    [
        (b'{"a": "\xff"}', "t.jsonl, row 3 (line 4): not UTF-8 at byte 8 of the line"),
        (b'{"a": 1', "t.jsonl, row 3 (line 4), column 8 of the text: Expecting ',' delimiter"),
        (b'{"a": 1} {"a": 2}', "t.jsonl, row 3 (line 4), column 10 of the text: Extra data"),
        (
            b"{'a': 1}",
            "t.jsonl, row 3 (line 4), column 2 of the text: Expecting property name enclosed in double quotes",
        ),
        (b"[1, 2]", "t.jsonl, row 3 (line 4): list [1, 2], not an object"),
        (b'"text"', "t.jsonl, row 3 (line 4): str 'text', not an object"),
        (b"null", "t.jsonl, row 3 (line 4): NoneType None, not an object"),
        (b"5", "t.jsonl, row 3 (line 4): int 5, not an object"),
    ],
)
def test_a_line_that_is_no_json_object_is_named_by_row_and_column(
    write: Callable[[bytes], Path], line: bytes, what: str
) -> None:
    # the blank line is no row, so the bad one is the third
    path = write(b'{"a": 1}\n\n{"a": 2}\n' + line + b'\n{"a": 3}\n')
    for read in (lambda: facts(path), lambda: facts(path, columns(a="int64"))):
        with pytest.raises(TableError) as caught:
            read()
        assert (caught.value.what, caught.value.do) == (what, NOT_JSONL)
    one = shards([source(path)], [4], columns(a="int64"))[0]
    with pytest.raises(TableError, match="row 3"):
        one.row(2)
    assert one.row(3) == {"a": 3}


def test_a_number_of_thousands_of_digits_and_a_nest_without_end_are_table_errors(
    write: Callable[[bytes], Path],
) -> None:
    for line in (b'{"a": ' + b"1" * 5000 + b"}", b'{"a": ' + b"[" * 100_000 + b"}"):
        with pytest.raises(TableError, match=r"t\.jsonl, row 1"):
            facts(write(line))


def test_a_file_of_old_line_ends_is_not_taken_for_one_row(write: Callable[[bytes], Path]) -> None:
    with pytest.raises(TableError, match=r"row 1 \(line 1\), column 10 of the text: Extra data"):
        facts(write(b'{"a": 1}\r{"a": 2}\r'))


# --- which types hold all of it


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([1, None, -5], "int64"),
        ([True, False], "bool"),
        ([1.5, None, 2.0], "float64"),
        ([None, "x"], "string"),
        ([None, None], "null"),
        ([[], [1], [None, 2]], "list<int64>"),
        ([[], []], "list<null>"),
        ([{"a": 1}, {"b": "x"}, None], "struct<a: int64, b: string>"),
        ([[{"role": "user", "content": "x"}], []], "list<struct<role: string, content: string>>"),
        ([{}, {}], "struct<>"),
        ([{"a b": 1}], 'struct<"a b": int64>'),
    ],
)
def test_the_type_of_a_column_holds_every_value(write: Callable[[bytes], Path], values: list[Any], kind: str) -> None:
    path = write("".join(json.dumps({"x": value}) + "\n" for value in values).encode())
    assert facts(path) == {"x": kind}
    assert [row["x"] for row in rows(path)] == values
    assert shard(path).arrow().num_rows == len(values)


MEANT = "no single type keeps every value as it is; if one is meant, name it in the manifest's `columns:`"


@pytest.mark.parametrize(
    ("values", "what"),
    [
        ([1, 2, "x"], "t.jsonl, row 3, column 'x': string does not go with the int64 of row 1"),
        ([None, 1, 1.5], "t.jsonl, row 3, column 'x': float64 does not go with the int64 of row 2"),
        ([1, True], "t.jsonl, row 2, column 'x': bool does not go with the int64 of row 1"),
        ([[1], [], ["x"]], "t.jsonl, row 3, column 'x': string does not go with the int64 of row 1"),
        ([{"a": 1}, {"b": 2}, {"b": "x"}], "t.jsonl, row 3, column 'x': string does not go with the int64 of row 2"),
        ([{"a": 1}, [1]], "t.jsonl, row 2, column 'x': list<int64> does not go with the struct<a: int64> of row 1"),
        ([None, [1, "x"]], "t.jsonl, row 2, column 'x': string does not go with the int64"),
        ([2**63], "t.jsonl, row 1, column 'x': the integer 9223372036854775808 does not fit 64 bits"),
    ],
)
def test_values_that_no_type_holds_are_refused_with_both_places(
    write: Callable[[bytes], Path], values: list[Any], what: str
) -> None:
    path = write("".join(json.dumps({"x": value}) + "\n" for value in values).encode())
    with pytest.raises(TableError) as caught:
        facts(path)
    assert (caught.value.what, caught.value.do) == (what, MEANT)


@pytest.mark.parametrize("promised", [None, columns(x="float64"), columns(x="list<float64>")])
@pytest.mark.parametrize("number", [2**64, -(2**63) - 1, 10**30])
def test_an_integer_beyond_64_bits_is_not_taken_for_a_float(
    write: Callable[[bytes], Path], promised: Columns | None, number: int
) -> None:
    # a fast parser has no room for it and gives a float
    bracket = promised is not None and str(promised[0][1]).startswith("list")
    lines = [json.dumps({"x": [value] if bracket else value}) for value in (0.5, 1e300, -1e19, number)]
    with pytest.raises(TableError, match="row 4, column 'x': "):
        facts(write("\n".join(lines).encode()), promised)
    assert facts(write("\n".join(lines[:3]).encode()), promised) == shown(promised or columns(x="float64"))


def test_a_type_nested_deeper_than_a_lock_can_hold_is_refused(write: Callable[[bytes], Path]) -> None:
    deep = "[" * 60 + "]" * 60
    with pytest.raises(TableError, match="row 1, column 'x': a type nested deeper than 50 levels"):
        facts(write(f'{{"x": {deep}}}\n'.encode()))
    very = "[" * 900 + "]" * 900
    with pytest.raises(TableError, match="row 1"):
        facts(write(f'{{"x": {very}}}\n'.encode()))


# --- what was promised


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("string", ["", "x", None], 1),
        ("bool", [True, False, None], 1),
        ("int64", [1, -(2**63), None], 1.0),
        ("int64", [0], True),
        ("int8", [-128, 127], 128),
        ("uint8", [0, 255], -1),
        ("uint64", [2**64 - 1], 2**64),
        ("float64", [1, 0.5, 2**53, None], 2**53 + 1),
        ("float64", [1.0], "1"),
        ("float64", [1.0], True),
        ("float32", [None], 0.5),
        ('class_label["A","B"]', [0, 1, None], 2),
        ('class_label["A","B"]', [0], -1),
        ("list<int64>", [[], [1, None]], ["x"]),
        ("list<int64>", [None], {"a": 1}),
        ("struct<a: string>", [{}, {"a": "x"}, {"a": None}, None], {"b": "x"}),
        ("struct<a: string>", [None], ["x"]),
        ("null", [None], 0),
        ("timestamp[us]", [None], "2024-01-01"),
    ],
)
def test_a_promise_is_kept_by_every_row_or_the_row_is_named(
    write: Callable[[bytes], Path], kind: str, good: list[Any], bad: Any
) -> None:
    promised = columns(x=kind)
    path = write("".join(json.dumps({"x": value}) + "\n" for value in good).encode())
    assert facts(path, promised) == {"x": kind}
    assert [row["x"] for row in rows(path, promised)] == good
    assert shard(path, promised).arrow().num_rows == len(good)
    path = write("".join(json.dumps({"x": value}) + "\n" for value in [*good, bad]).encode())
    with pytest.raises(TableError) as caught:
        facts(path, promised)
    assert caught.value.what == f"t.jsonl, row {len(good) + 1}, column 'x': promised was {kind}, there is {bad!r}"
    assert caught.value.do == "mend the manifest's `columns:`, or leave them out to take them from the bytes"


def test_a_long_value_is_shown_short(write: Callable[[bytes], Path]) -> None:
    with pytest.raises(TableError) as caught:
        facts(write(json.dumps({"x": "y" * 1000}).encode()), columns(x="bool"))
    assert caught.value.what == f"t.jsonl, row 1, column 'x': promised was bool, there is '{'y' * 56}..."


def test_a_column_that_was_not_promised_is_refused_and_one_that_is_missing_is_none(
    write: Callable[[bytes], Path],
) -> None:
    promised = columns(a="int64", b="string")
    path = write(b'{"a": 1}\n')
    assert rows(path, promised) == [{"a": 1, "b": None}]
    with pytest.raises(TableError) as caught:
        facts(write(b'{"a": 1}\n{"c": 1}\n'), promised)
    assert caught.value.what == "t.jsonl, row 2: column 'c' was not promised (promised: a, b)"


def test_arrow_has_the_promised_types_with_64_bit_offsets(write: Callable[[bytes], Path]) -> None:
    path = write(b'{"a": 1, "c": 1, "t": "x"}\n')
    arrow = shard(path, columns(a="float64", c='class_label["A","B"]', t="string")).arrow()
    assert arrow.schema.types == [pa.float64(), pa.int64(), pa.large_string()]
    assert arrow.to_pylist() == [{"a": 1.0, "c": 1, "t": "x"}]


def test_many_rows_come_through_arrow_in_order(write: Callable[[bytes], Path]) -> None:
    path = write("".join(f'{{"n": {n}}}\n' for n in range(2500)).encode())
    assert shard(path).arrow().column("n").to_pylist() == list(range(2500))


def test_a_text_that_arrow_cannot_hold_is_an_error_there_and_a_value_as_a_row(write: Callable[[bytes], Path]) -> None:
    path = write(b'{"x": "\\ud800"}\n')
    assert rows(path) == [{"x": "\ud800"}]
    with pytest.raises(TableError) as caught:
        shard(path).arrow()
    assert caught.value.what.startswith("t.jsonl, row 1, column 'x': a value cannot be held by Arrow as it is: ")
    assert caught.value.do == "read the rows as dicts"


# --- a shard


def test_a_shard_goes_through_a_pickle_and_is_read_by_threads(write: Callable[[bytes], Path]) -> None:
    path = write("".join(f'{{"n": {n}}}\n' for n in range(200)).encode())
    one = pickle.loads(pickle.dumps(shard(path)))
    wrong: list[object] = []

    def read(seed: int) -> None:
        chance = random.Random(seed)
        try:
            for _ in range(200):
                index = chance.randrange(200)
                assert one.row(index) == {"n": index}
        except BaseException as exc:
            wrong.append(exc)

    threads = [threading.Thread(target=read, args=(seed,)) for seed in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_change_to_a_row_changes_nothing_that_is_read_later(write: Callable[[bytes], Path]) -> None:
    one = shard(write(b'{"a": [1], "b": {"c": 1}}\n'))
    row = one.row(0)
    row["a"].append(2)
    row["b"]["c"] = 2
    assert one.row(0) == {"a": [1], "b": {"c": 1}}


def test_an_index_in_memory_and_one_on_disk_read_alike(write: Callable[[bytes], Path], tmp_path: Path) -> None:
    path = write(b'{"a": 1}\n\n{"a": 2}\n')
    starts = line_starts(path)
    (tmp_path / "i").write_bytes(index_bytes(starts, path.stat().st_size))
    mapped = read_index(tmp_path / "i", path.stat().st_size)
    assert mapped is not None
    one = PlainShard(text_file(source(path)), mapped, columns(a="int64"), GRAMMAR)
    assert list(one.rows(0, 2)) == [{"a": 1}, {"a": 2}]
    buffer = io.BytesIO()
    pickle.dump(one, buffer)
    assert pickle.loads(buffer.getvalue()).row(1) == {"a": 2}
