"""Lazy frames give the values of `Rows`, whatever the format, and read no more than a query asks for."""

from __future__ import annotations

import datetime as dt
import decimal
import gzip
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pytest

from loaders import load, scan
from recipes_data.errors import IntegrityError, NotFetchedError, TableError, UnknownNameError, UsageError
from recipes_data.tables.textrows import PlainShard
from tests.unit.splits import project_of
from tests.unit.storehouse import jsonl_bytes, parquet_bytes, skip_null_lists
from tests.worlds import ROOT

UTC = dt.UTC
KINDS: list[tuple[Any, list[Any]]] = [
    (pa.string(), ["a", None, "é\x00\n", "2024-01-01", ""]),
    (pa.large_string(), ["a", None]),
    (pa.string_view(), ["a", None]),
    (pa.dictionary(pa.int32(), pa.string()), ["a", None, "b", "a"]),
    (pa.list_(pa.dictionary(pa.int8(), pa.string())), [["a", None], [], None]),
    (pa.binary(), [b"\xff", None, b""]),
    (pa.binary(2), [b"\xff\0", None, b"ab"]),
    (pa.list_(pa.binary(2)), [[b"ab", None], None, []]),
    (pa.bool_(), [True, None, False]),
    (pa.null(), [None, None]),
    (pa.int8(), [-128, None, 127]),
    (pa.int16(), [-32768, None]),
    (pa.int32(), [2**31 - 1, None]),
    (pa.int64(), [2**63 - 1, -(2**63), 2**53 + 1, None]),
    (pa.uint8(), [255, None]),
    (pa.uint16(), [65535, None]),
    (pa.uint32(), [2**32 - 1, None]),
    (pa.uint64(), [2**64 - 1, None]),
    (pa.float16(), [1.5, None]),
    (pa.float32(), [0.1, None, float("-inf")]),
    (pa.float64(), [0.1, None, 1e308, -0.0]),
    (pa.date32(), [dt.date(1, 1, 1), dt.date(9999, 12, 31), None]),
    (pa.date64(), [dt.date(1969, 12, 31), None]),
    (pa.time32("s"), [dt.time(1, 2, 3), None]),
    (pa.time64("us"), [dt.time(1, 2, 3, 5), None]),
    (pa.timestamp("s"), [dt.datetime(2020, 1, 1, 1, 2, 3), None]),  # noqa: DTZ001  # it has none
    (pa.timestamp("us"), [dt.datetime(1960, 1, 1, 1, 2, 3, 4), None]),  # noqa: DTZ001  # it has none
    (pa.timestamp("us", tz="UTC"), [dt.datetime(2020, 1, 1, tzinfo=UTC), None]),
    (pa.timestamp("ms", tz="Europe/Paris"), [dt.datetime(2020, 7, 1, tzinfo=UTC), None]),
    (pa.timestamp("us", tz="+02:00"), [dt.datetime(2020, 1, 1, tzinfo=UTC), None]),
    (pa.duration("s"), [dt.timedelta(seconds=3), None]),
    (pa.duration("us"), [dt.timedelta(microseconds=-3), None]),
    (pa.decimal128(10, 2), [decimal.Decimal("-1.20"), None]),
    (pa.decimal128(38, 5), [decimal.Decimal("123456789012345678901234567890123.12345"), None]),
    (pa.list_(pa.int64()), [[1, None], [], None]),
    (pa.large_list(pa.list_(pa.string())), [[["a"], [], None], None]),
    (pa.list_(pa.int64(), 2), [[1, 2], None]),
    (
        pa.struct([("a", pa.int64()), ("b", pa.list_(pa.string()))]),
        [{"a": 1, "b": ["x"]}, None, {"a": None, "b": None}],
    ),
    (pa.list_(pa.struct([("role", pa.string()), ("n", pa.date64())])), [[{"role": "user", "n": None}, None], [], None]),
]


def arrow_bytes(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table, max_chunksize=2)
    return sink.getvalue().to_pybytes()


def dictionaries(table: pa.Table) -> pa.Table:
    return table.set_column(0, "x", table.column(0).dictionary_encode())


@pytest.mark.parametrize("format", ["parquet", "arrow"])
@pytest.mark.parametrize(
    ("kind", "values"), KINDS, ids=lambda value: str(value) if isinstance(value, pa.DataType) else ""
)
def test_every_type_has_the_values_of_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, format: str, kind: Any, values: list[Any]
) -> None:
    if format == "parquet":
        skip_null_lists(kind, values)
    table = pa.table({"x": pa.array(values, kind), "n": range(len(values))})
    write = parquet_bytes if format == "parquet" else arrow_bytes
    project_of(tmp_path, monkeypatch, format, {"a": write(table)})
    rows = load("toy:train").to_list()
    for engine in ("in-memory", "streaming"):
        got = scan("toy:train").collect(engine=engine).to_dicts()  # type: ignore[call-overload]  # both are engines
        assert got == rows
        assert [type(row["x"]) for row in got] == [type(row["x"]) for row in rows]
    assert scan("toy:train").collect_schema() == scan("toy:train").collect().schema
    assert scan("toy:train").filter(pl.col("n") == 1).collect().to_dicts() == [rows[1]]


def test_shards_of_several_spellings_are_one_frame_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = pa.table({"x": ["a", "b"], "n": [1, 2]})
    wide = pa.table({"n": [3], "x": pa.array(["c"], pa.large_string())})
    files = {
        "1.parquet": parquet_bytes(plain),
        "2.parquet": parquet_bytes(wide),
        "3.parquet": parquet_bytes(dictionaries(pa.table({"x": ["d"], "n": [4]}))),
        "4.parquet": parquet_bytes(pa.table({"x": pa.array([], pa.string()), "n": pa.array([], pa.int64())})),
        "5.parquet": parquet_bytes(pa.table({"x": ["e"], "n": [5]})),
    }
    project_of(tmp_path, monkeypatch, "parquet", files)
    rows = load("toy:train").to_list()
    assert [row["x"] for row in rows] == ["a", "b", "c", "d", "e"]
    assert scan("toy:train").collect().to_dicts() == rows
    assert scan("toy:train").filter(pl.col("n") > 2).select("x").collect().to_series().to_list() == ["c", "d", "e"]


ODD: dict[str, tuple[str, bytes]] = {
    "jsonl with late columns and dates": (
        "jsonl",
        jsonl_bytes([{"a": None, "d": "2024-01-01"}] * 3000 + [{"a": {"k": [1]}, "d": "x", "late": 2**53 + 1}]),
    ),
    "jsonl, packed": ("jsonl", gzip.compress(jsonl_bytes([{"a": i, "t": "é" * i} for i in range(50)]))),
    "json array": ("json", json.dumps([{"a": 1.5, "b": [[], ["x"]]}, {"a": None, "b": []}]).encode()),
    "csv of what looks like numbers and dates": ("csv", b'id,day,text\n007,2024-01-01,"a, ""b""\n"\n1e5,,x\n'),
    "tsv": ("tsv", b"a\tb\n1\t\n"),
    "text": ("text", b"one\n\ntwo"),
}


@pytest.mark.parametrize("what", ODD)
def test_texts_are_never_guessed_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    kind, content = ODD[what]
    suffix = ".jsonl.gz" if content[:2] == b"\x1f\x8b" else f".{kind}"
    project_of(tmp_path, monkeypatch, kind, {f"a{suffix}": content})
    rows = load("toy:train").to_list()
    frame = scan("toy:train")
    assert frame.collect().to_dicts() == rows
    last = list(rows[0])[-1]
    assert frame.select(last).collect().to_series().to_list() == [row[last] for row in rows]
    assert frame.select(pl.len()).collect().item() == len(rows)
    assert frame.head(1).collect().to_dicts() == rows[:1]
    assert frame.tail(1).collect().to_dicts() == rows[-1:]


def test_a_filter_and_a_projection_go_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = jsonl_bytes([{"a": i, "b": f"text {i}", "c": i % 3} for i in range(2500)])
    project_of(tmp_path, monkeypatch, "jsonl", {"a.jsonl": content})
    got = scan("toy:train").filter(pl.col("c") == 1).select("b").collect()
    assert got.to_series().to_list() == [f"text {i}" for i in range(2500) if i % 3 == 1]
    by_class = scan("toy:train").group_by("c").len().sort("c").collect(engine="streaming").rows()
    assert by_class == [(0, 834), (1, 833), (2, 833)]
    frame = scan("toy:train", columns=["c", "a"])
    assert frame.collect_schema().names() == ["c", "a"]
    assert frame.slice(10, 2).collect().rows() == [(1, 10), (2, 11)]


def test_parquet_is_scanned_in_place_with_what_the_query_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = pa.table({"a": range(100), "b": [f"text {i}" for i in range(100)], "c": [1.5] * 100})
    store = project_of(tmp_path, monkeypatch, "parquet", {"a.parquet": parquet_bytes(table, 10)})
    told = scan("toy:train").filter(pl.col("a") < 3).select("b").explain()
    assert f"Parquet SCAN [{store.resolve()}/blobs" in told
    assert "PROJECT 2/3 COLUMNS" in told
    assert "SELECTION: " in told


def test_the_first_rows_of_a_text_read_no_more_than_a_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = jsonl_bytes([{"a": i} for i in range(50_000)])
    project_of(tmp_path, monkeypatch, "jsonl", {"a.jsonl": content})
    read: list[int] = []
    spied = PlainShard.rows

    def rows(self: Any, start: int, stop: int) -> Any:
        for row in spied(self, start, stop):
            read.append(1)
            yield row

    monkeypatch.setattr(PlainShard, "rows", rows)
    assert scan("toy:train", columns=["a"]).head(5).collect().to_series().to_list() == [0, 1, 2, 3, 4]
    assert len(read) <= 5000


def test_class_labels_are_what_the_lock_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    note = {"info": {"features": {"label": {"names": ["neg", "pos"], "_type": "ClassLabel"}}}}
    table = pa.table({"text": list("abcd"), "label": pa.array([1, 0, None, -1], pa.int64())})
    table = table.replace_schema_metadata({"huggingface": json.dumps(note)})
    project_of(tmp_path, monkeypatch, "parquet", {"a.parquet": parquet_bytes(table)})
    assert scan("toy:train").collect()["label"].to_list() == [1, 0, None, -1] == [r["label"] for r in load("toy:train")]
    named = scan("toy:train", class_names=True).collect()["label"]
    assert named.dtype == pl.Enum(["neg", "pos"])
    assert named.to_list() == ["pos", "neg", None, None]


def test_a_label_that_is_no_class_is_an_error_where_names_are_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = {"info": {"features": {"y": {"names": ["no", "yes"], "_type": "ClassLabel"}}}}
    table = pa.table({"y": [0, 2]}).replace_schema_metadata({"huggingface": json.dumps(note)})
    project_of(tmp_path, monkeypatch, "parquet", {"a.parquet": parquet_bytes(table)})
    assert scan("toy:train").collect().rows() == [(0,), (2,)]
    with pytest.raises(pl.exceptions.InvalidOperationError):
        scan("toy:train", class_names=True).collect()


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (pa.map_(pa.string(), pa.int64()), [[("a", 1), ("a", 2)]]),
        (pa.list_(pa.map_(pa.string(), pa.int64())), [[[("a", 1)]]]),
        (pa.decimal128(10, -2), [decimal.Decimal(1200)]),
    ],
)
def test_what_polars_cannot_hold_is_refused_and_can_be_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: Any, values: Sequence[Any]
) -> None:
    table = pa.table({"x": pa.array(values, kind), "n": [1]})
    project_of(tmp_path, monkeypatch, "arrow", {"a.arrow": arrow_bytes(table)})
    with pytest.raises(UsageError, match="column 'x': polars has no type for") as caught:
        scan("toy:train")
    assert "columns=" in caught.value.do
    assert scan("toy:train", columns=["n"]).collect().rows() == [(1,)]


def test_half_a_surrogate_pair_is_refused_with_row_and_column(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project_of(tmp_path, monkeypatch, "jsonl", {"a.jsonl": b'{"t": "fine", "n": 1}\n{"t": "\\ud800", "n": 2}\n'})
    assert load("toy:train")[1]["t"] == "\ud800"
    with pytest.raises(TableError, match="row 2, column 't'"):
        scan("toy:train").collect()
    assert scan("toy:train").select("n").collect().rows() == [(1,), (2,)]


def test_a_changed_file_is_not_scanned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = parquet_bytes(pa.table({"x": ["a"]}))
    store = project_of(tmp_path, monkeypatch, "parquet", {"a.parquet": content})
    [blob] = [path for path in (store / "blobs").rglob("*") if path.is_file()]
    blob.chmod(0o644)
    blob.write_bytes(parquet_bytes(pa.table({"x": ["b"]})))
    with pytest.raises(IntegrityError):
        scan("toy:train")
    blob.unlink()
    with pytest.raises(NotFetchedError, match="recipes-data fetch toy"):
        scan("toy:train")


def test_names_that_are_none_say_which_there_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project_of(tmp_path, monkeypatch, "parquet", {"a.parquet": parquet_bytes(pa.table({"x": ["a"], "y": [1]}))})
    with pytest.raises(UsageError, match="there is no column 'z'\nthere is: x, y"):
        scan("toy:train", columns=["x", "z"])
    with pytest.raises(UsageError, match="a column stands twice"):
        scan("toy:train", columns=["x", "x"])
    with pytest.raises(UnknownNameError):
        scan("toy:test")
    with pytest.raises(UsageError, match="say it once"):
        scan("toy:train", split="train")


@pytest.mark.parametrize(
    ("module", "said"),
    [
        ("raise ImportError('no polars here')", "polars is not installed"),
        ("__version__ = '1.37.1'", "polars 1.37.1 is too old: it changes values"),
    ],
)
def test_without_a_polars_that_is_exact_it_says_what_to_install(tmp_path: Path, module: str, said: str) -> None:
    (tmp_path / "polars" / "io" / "plugins").mkdir(parents=True)
    (tmp_path / "polars" / "__init__.py").write_text(module + "\n")
    (tmp_path / "polars" / "io" / "__init__.py").touch()
    (tmp_path / "polars" / "io" / "plugins" / "__init__.py").write_text("register_io_source = None\n")
    code = (
        "import loaders\ntry:\n    loaders.scan\n"
        "except Exception as exc:\n    print(type(exc).__name__, exc.what, exc.do, sep='|')"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": f"{tmp_path}:{ROOT}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stdout == f"UsageError|{said}|pip install 'recipes-data[polars]'\n", ran.stderr


def test_structs_whose_fields_stand_in_another_order_are_read_like_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = pa.table({"s": pa.array([{"a": 1, "b": "x"}], pa.struct([("a", pa.int64()), ("b", pa.string())]))})
    other = pa.table({"s": pa.array([{"b": "y", "a": 2}], pa.struct([("b", pa.string()), ("a", pa.int64())]))})
    project_of(tmp_path, monkeypatch, "parquet", {"1.parquet": parquet_bytes(one), "2.parquet": parquet_bytes(other)})
    rows = load("toy:train").to_list()
    assert rows == [{"s": {"a": 1, "b": "x"}}, {"s": {"a": 2, "b": "y"}}]
    assert scan("toy:train").collect().to_dicts() == rows
    assert "Parquet SCAN" not in scan("toy:train").explain()
