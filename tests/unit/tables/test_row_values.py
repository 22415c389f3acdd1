"""Rows of every column type come back from the row cache as the file gives them: values, Python types, key order."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recipes_data.tables.firstrows import read_row
from recipes_data.tables.parquet import ParquetShard
from recipes_data.tables.rowextensions import extended
from recipes_data.tables.rowvalues import Unpacking, can_be_kept, packer
from recipes_data.tables.schema import columns_of
from tests.unit.storehouse import parquet_bytes

MOMENT = dt.datetime(2024, 2, 29, 23, 59, 59, 999_999)  # noqa: DTZ001  # without a zone: that is the case
PLAIN: list[tuple[pa.DataType, list[Any]]] = [
    (pa.string(), ["", "é\0\U0001f600", "2024-01-01", None]),
    (pa.large_string(), ["a" * 70_000]),
    (pa.binary(), [b"", b"\xff\x00", None]),
    (pa.bool_(), [True, False, None]),
    (pa.null(), [None]),
    *[(kind, [0, 1, 127, None]) for kind in (pa.int8(), pa.uint8(), pa.int16(), pa.uint16(), pa.int32(), pa.uint32())],
    (pa.int64(), [-(2**63), 2**63 - 1, -1, 2**53 + 1]),
    (pa.uint64(), [2**64 - 1, 0]),
    (pa.float16(), [1.5, None]),
    (pa.float32(), [1.1, math.inf]),
    (pa.float64(), [0.1, -0.0, 1e308, 59999.5]),
    (pa.list_(pa.string()), [[], ["a", None], None]),
    (pa.struct([("z", pa.int64()), ("a", pa.list_(pa.float64()))]), [{"z": 1, "a": [1.0]}, None]),
    (pa.dictionary(pa.int32(), pa.string()), ["x", "y", None]),
]
TYPED: list[tuple[pa.DataType, list[Any]]] = [
    (pa.date32(), [dt.date(1, 1, 1), dt.date(9999, 12, 31), None]),
    (pa.date64(), [dt.date(2024, 2, 29)]),
    (pa.timestamp("s"), [dt.datetime(1970, 1, 1)]),  # noqa: DTZ001
    (pa.timestamp("us"), [MOMENT, dt.datetime(1, 1, 1), None]),  # noqa: DTZ001
    (pa.timestamp("ms", "UTC"), [dt.datetime(2024, 1, 1, tzinfo=dt.UTC)]),
    (pa.timestamp("us", "Europe/Berlin"), [dt.datetime(2024, 10, 27, hour, 30, tzinfo=dt.UTC) for hour in (0, 1)]),
    (pa.timestamp("us", "+05:30"), [dt.datetime(2024, 1, 1, tzinfo=dt.UTC), None]),
    (pa.timestamp("s", "-00:30"), [dt.datetime(1, 1, 2, tzinfo=dt.UTC)]),
    (pa.time32("ms"), [dt.time(23, 59, 59, 1000), None]),
    (pa.time64("us"), [dt.time(0, 0, 0, 1)]),
    (pa.duration("us"), [dt.timedelta(days=-3, microseconds=1), None]),
    (pa.decimal128(20, 3), [Decimal("1.200"), Decimal("-12345678901234567.890"), None]),
    (pa.map_(pa.string(), pa.int64()), [[("b", 1), ("a", None)], [], None]),
    (pa.list_(pa.struct([("when", pa.timestamp("us")), ("n", pa.int64())])), [[{"when": MOMENT, "n": 1}], []]),
    (pa.map_(pa.int64(), pa.map_(pa.string(), pa.date32())), [[(1, [("x", dt.date(2000, 1, 1))])]]),
]


@pytest.mark.parametrize(("kind", "values"), [*PLAIN, *TYPED], ids=lambda each: str(each)[:40])
@pytest.mark.parametrize("plainly", [True, False], ids=["first rows", "msgspec"])
def test_a_row_of_any_type_comes_back_as_parquet_gives_it(
    kind: pa.DataType, values: list[Any], plainly: bool, tmp_path: Path
) -> None:
    table = pa.table({"z": pa.array(range(len(values))), "it": pa.array(values, kind), "a": ["x"] * len(values)})
    path = tmp_path / "t.parquet"
    path.write_bytes(parquet_bytes(table))
    rows = list(ParquetShard(path, "t", len(values)).rows(0, len(values)))
    columns = columns_of(table.schema)
    assert can_be_kept(columns)
    pack = packer(columns)
    for row in rows:
        buffer = bytearray()
        pack(row, buffer)
        back = unpacked(buffer, columns, plainly)
        assert exactly(back) == exactly(row)


def unpacked(buffer: bytearray, columns: Any, plainly: bool) -> Any:
    if plainly:
        from recipes_data.tables.rowvalues import _restored

        return read_row(memoryview(buffer), _restored)
    return Unpacking(columns).for_rows(10_000)(memoryview(buffer))


def exactly(value: Any) -> Any:
    """A value with everything that `==` is blind to: types, order of keys, sign of zero, the zone of a moment."""
    if isinstance(value, dict):
        return [(name, exactly(item)) for name, item in value.items()]
    if isinstance(value, (list, tuple)):
        return (type(value).__name__, [exactly(item) for item in value])
    extra = (str(value.tzinfo), type(value.tzinfo), value.fold) if isinstance(value, dt.datetime) else ()
    return (type(value).__name__, repr(value), extra)


@pytest.mark.parametrize("kind", [pa.timestamp("ns"), pa.duration("ns"), pa.time64("ns"), pa.list_(pa.timestamp("ns"))])
def test_nanoseconds_which_are_pandas_own_have_no_row_cache(kind: pa.DataType) -> None:
    assert not can_be_kept(columns_of(pa.schema([("a", pa.string()), ("it", kind)])))


@pytest.mark.parametrize("value", [2**64, -(2**63) - 1, "\ud800", object()], ids=["large", "small", "half", "object"])
def test_a_value_that_cannot_be_kept_is_refused_and_not_changed(value: Any) -> None:
    columns = columns_of(pa.schema([("it", pa.map_(pa.string(), pa.string()))]))
    with pytest.raises((OverflowError, UnicodeError, TypeError)):
        packer(columns)({"it": value}, bytearray())


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False)
    | st.text(max_size=40)
    | st.binary(max_size=40)
    | st.builds(lambda count: "a" * count, st.sampled_from([31, 32, 255, 256, 65_535, 65_536])),
    lambda inner: st.lists(inner, max_size=18) | st.dictionaries(st.text(max_size=8), inner, max_size=18),
    max_leaves=20,
)


@given(VALUES)
def test_the_first_rows_are_read_as_msgspec_reads_them(value: Any) -> None:
    packed = msgspec.msgpack.encode(value)
    assert exactly(read_row(memoryview(packed), nothing)) == exactly(msgspec.msgpack.decode(packed))


@given(VALUES, st.integers(0, 300))
def test_bytes_that_end_too_early_are_refused(value: Any, cut: int) -> None:
    packed = msgspec.msgpack.encode(value)
    if cut < len(packed):
        with pytest.raises(ValueError, match="end too early"):
            read_row(memoryview(packed)[:cut], nothing)


def test_bytes_beyond_the_value_are_refused() -> None:
    with pytest.raises(ValueError, match="do not end with the value"):
        read_row(memoryview(b"\x01\x01"), nothing)


def nothing(code: int, content: memoryview) -> Any:
    raise AssertionError(code)


@pytest.mark.parametrize("offset", [dt.timedelta(hours=1), dt.timedelta(microseconds=1)], ids=["named", "fine"])
def test_an_offset_that_cannot_come_back_as_it_is_has_no_place(offset: dt.timedelta) -> None:
    zone = dt.timezone(offset, "summer") if offset.seconds else dt.timezone(offset)
    with pytest.raises(TypeError, match="datetime has no place in a row file"):
        extended(dt.datetime(2024, 1, 1, tzinfo=zone))
