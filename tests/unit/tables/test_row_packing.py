"""Rows that are packed from Arrow as a whole are the rows that are packed one by one: values, types, order of keys."""

from __future__ import annotations

import math
import subprocess
import sys
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recipes_data.tables import rowpacking
from recipes_data.tables.firstrows import read_row
from recipes_data.tables.fromarrow import as_rows
from recipes_data.tables.rowextensions import restored
from recipes_data.tables.rowpacking import pack_batch
from tests.unit.tables.test_row_values import PLAIN, TYPED, exactly

LENGTHS = [0, 1, 31, 32, 255, 256, 65_535, 65_536]
TEXTS = ["a" * length for length in LENGTHS] + ["é\0\U0001f600", None, "ß" * 128, ""]
INTS = [0, -1, -32, -33, 127, 128, -128, -129, 255, 256, 2**15, -(2**15), -(2**15) - 1, 2**16 - 1, 2**16]
INTS += [2**31, -(2**31), -(2**31) - 1, 2**32 - 1, 2**32, 2**53 + 1, 2**63 - 1, -(2**63)]
DEEP = pa.list_(pa.struct([("z", pa.list_(pa.struct([("n", pa.int64()), ("t", pa.string())]))), ("a", pa.bool_())]))
CASES: dict[str, tuple[pa.DataType, list[Any]]] = {
    **{
        f"{kind} of every length": (kind, TEXTS)
        for kind in (pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int8(), pa.string()))
    },
    **{
        f"{kind} of every length": (kind, [text if text is None else text.encode() for text in TEXTS])
        for kind in (pa.binary(), pa.large_binary(), pa.binary_view())
    },
    "bytes of one length": (pa.binary(3), [b"abc", None, b"\0\xff\n"]),
    "bytes of no length": (pa.binary(0), [b"", None]),
    "int64": (pa.int64(), [*INTS, None]),
    "uint64": (pa.uint64(), [*(number for number in INTS if number >= 0), 2**63, 2**64 - 1, None]),
    **{
        f"u{kind}": (getattr(pa, f"u{kind}")(), [0, 2**bits - 1, None])
        for kind, bits in (("int8", 8), ("int16", 16), ("int32", 32))
    },
    **{
        kind: (getattr(pa, kind)(), [-(2 ** (bits - 1)), -1, 2 ** (bits - 1) - 1, None])
        for kind, bits in (("int8", 8), ("int16", 16), ("int32", 32))
    },
    **{
        str(kind): (kind, [0.0, -0.0, math.inf, -math.inf, math.nan, 1.5, None])
        for kind in (pa.float16(), pa.float32(), pa.float64())
    },
    "bool": (pa.bool_(), [True, False, None] * 7),
    "null": (pa.null(), [None] * 3),
    "lists of every length": (pa.list_(pa.int8()), [[1] * length for length in (0, 15, 16, 65_535, 65_536)] + [None]),
    "large lists": (pa.large_list(pa.string()), [["a", None], [], None, ["b" * 300]]),
    "lists of one size": (pa.list_(pa.float32(), 2), [[1.5, None], None, [0.0, 2.0]]),
    "lists of nothing": (pa.list_(pa.null()), [[None], [], None]),
    "lists of lists": (pa.list_(pa.list_(pa.string())), [[["a"], None, []], None, [], [[None]]]),
    "structs": (
        pa.struct([("z", pa.string()), ("a", pa.struct([("i", pa.uint8())]))]),
        [{"z": "x", "a": {"i": 1}}, None, {"z": None, "a": None}, {"z": "", "a": {"i": None}}],
    ),
    "structs of nothing": (pa.struct([]), [{}, None, {}]),
    "structs of 20": (pa.struct([(f"é{n}", pa.int8()) for n in range(20)]), [{f"é{n}": n for n in range(20)}, None]),
    "lists of structs of lists of structs": (
        DEEP,
        [
            [{"z": [{"n": -1, "t": "é"}, None], "a": True}, None, {"z": None, "a": None}],
            None,
            [],
            [{"z": [], "a": False}],
        ],
    ),
}


def both(batch: pa.RecordBatch) -> None:
    """The rows of a batch, packed, are those that Arrow gives: read by msgspec, and in plain Python."""
    packed, ends = pack_batch(batch)
    begins = [0, *ends][:-1]
    assert len(packed) == (ends[-1] if ends else 0)
    found = [packed[begin:end] for begin, end in zip(begins, ends, strict=True)]
    rows = [exactly(row) for row in as_rows(batch, "t", 0)]
    assert [exactly(msgspec.msgpack.decode(row, ext_hook=restored)) for row in found] == rows
    assert [exactly(read_row(row, restored)) for row in found] == rows


@pytest.mark.parametrize("case", CASES)
def test_a_column_of_any_type_is_packed_as_it_is_read(case: str) -> None:
    kind, values = CASES[case]
    batch = pa.record_batch(
        {"z": pa.array(range(len(values))), "the key": pa.array(values, kind), "a": ["x"] * len(values)}
    )
    both(batch)
    for start in range(len(values)):
        both(batch.slice(start, 2))
    both(batch.slice(1, 0))
    both(pa.record_batch({"it": batch.column(1)}))


@pytest.mark.parametrize(("kind", "values"), PLAIN, ids=lambda each: str(each)[:40])
def test_every_plain_type_is_packed(kind: pa.DataType, values: list[Any]) -> None:
    both(pa.record_batch({"it": pa.array(values, kind)}))


@pytest.mark.parametrize(("kind", "values"), TYPED, ids=lambda each: str(each)[:40])
def test_types_that_messagepack_has_no_place_for_are_packed_beside_the_others(
    kind: pa.DataType, values: list[Any]
) -> None:
    it = pa.array([*values, None], kind)
    inside = pa.StructArray.from_arrays([it], ["it"], mask=pa.array([True] + [False] * len(values)))
    lists = pa.array([[value] for value in values] + [None], pa.list_(kind))
    batch = pa.record_batch({"n": pa.array(range(len(it))), "it": it, "s": inside, "l": lists, "t": ["é"] * len(it)})
    both(batch)
    both(batch.slice(1))


def test_a_day_that_python_has_not_cannot_be_kept_but_under_a_null() -> None:
    day = pa.array([3_000_000, 1], pa.int32()).cast(pa.date32())
    with pytest.raises(OverflowError):
        pack_batch(pa.record_batch({"day": day}))
    hidden = pa.StructArray.from_arrays([day], ["day"], mask=pa.array([True, False]))
    both(pa.record_batch({"s": hidden}))


def test_what_is_longer_than_messagepack_can_say_cannot_be_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rowpacking, "_LONGEST", 3)
    both(pa.record_batch({"it": ["abc"]}))
    with pytest.raises(OverflowError, match="longer than the 3 that MessagePack can say"):
        pack_batch(pa.record_batch({"it": ["abcd"]}))
    with pytest.raises(OverflowError, match="longer than the 3"):
        pack_batch(pa.record_batch({"it": [[1, 2, 3, 4]]}))


def test_what_stands_under_nulls_is_not_read() -> None:
    """A null list may have a length, and a null struct values."""
    lists = pa.ListArray.from_arrays(pa.array([0, 2, 3, 5], pa.int32()), pa.array(["a", "b", "c", "d", "e"]))
    masked = pa.Array.from_buffers(lists.type, 3, [pa.py_buffer(b"\x05"), lists.buffers()[1]], children=[lists.values])
    assert masked.to_pylist() == [["a", "b"], None, ["d", "e"]]
    structs = pa.StructArray.from_arrays([masked, pa.array([1, 2, 3])], ["l", "i"], mask=pa.array([False, False, True]))
    batch = pa.record_batch({"s": structs, "l": masked})
    both(batch)
    both(batch.slice(1))


def test_a_table_without_columns_has_rows() -> None:
    packed, ends = pack_batch(pa.RecordBatch.from_struct_array(pa.array([{}, {}], pa.struct([]))))
    assert (bytes(packed), ends) == (b"\x80\x80", [1, 2])


def test_text_that_is_not_utf8_is_refused() -> None:
    text = pa.Array.from_buffers(pa.string(), 1, [None, pa.py_buffer(np.array([0, 1], "i4")), pa.py_buffer(b"\xff")])
    with pytest.raises(pa.ArrowInvalid, match="UTF8"):
        pack_batch(pa.record_batch({"it": text}))


def test_numbers_and_lengths_take_no_more_bytes_than_msgspec_spends() -> None:
    batch = pa.record_batch({"i": pa.array(INTS), "l": [["é", None, "x" * (n * 9)] for n in range(len(INTS))]})
    packed, _ = pack_batch(batch)
    assert bytes(packed) == b"".join(msgspec.msgpack.encode(row) for row in batch.to_pylist())


ROWS = st.fixed_dictionaries(
    {
        "t": st.none() | st.text(max_size=300),
        "n": st.none() | st.integers(-(2**63), 2**63 - 1),
        "l": st.none()
        | st.lists(
            st.none()
            | st.fixed_dictionaries({"f": st.none() | st.floats(), "b": st.none() | st.lists(st.binary(max_size=40))}),
            max_size=4,
        ),
    }
)
SCHEMA = pa.schema(
    [
        ("t", pa.string()),
        ("n", pa.int64()),
        ("l", pa.list_(pa.struct([("f", pa.float64()), ("b", pa.list_(pa.binary()))]))),
    ]
)


@given(st.lists(ROWS, max_size=12), st.integers(0, 12), st.integers(0, 12))
def test_any_rows_and_any_slice_of_them(rows: list[dict[str, Any]], start: int, count: int) -> None:
    batch = pa.RecordBatch.from_pylist(rows, SCHEMA)
    both(batch)
    both(batch.slice(min(start, len(rows)), count))


def test_pandas_is_not_imported() -> None:
    code = """
import sys, pyarrow as pa
from recipes_data.tables.rowpacking import pack_batch
text = pa.Array.from_buffers(pa.string(), 1, [None, pa.py_buffer(b"\\0\\0\\0\\0\\1\\0\\0\\0"), pa.py_buffer(b"a")])
number = pa.Array.from_buffers(pa.int64(), 1, [pa.py_buffer(b"\\0"), pa.py_buffer(bytes(8))])
ends = pa.py_buffer(bytes(8) + b"\\1" + bytes(7))
lists = pa.LargeListArray.from_buffers(pa.large_list(pa.string()), 1, [None, ends], children=[text])
struct = pa.Array.from_buffers(pa.struct([("t", pa.string())]), 1, [pa.py_buffer(b"\\0")], children=[text])
batch = pa.RecordBatch.from_arrays([text, number, lists, struct, text.dictionary_encode()], list("abcde"))
print(bytes(pack_batch(batch)[0]).hex(), "pandas" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    wanted = msgspec.msgpack.encode({"a": "a", "b": None, "c": ["a"], "d": None, "e": "a"})
    assert done.stdout.split() == [wanted.hex(), "False"]
