"""Rows as parquet and as JSON Lines: what comes back is what went in, or the row is refused by name."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recipes_data.columns import Columns, parse_type
from recipes_data.errors import TableError
from recipes_data.tables import parquetwriter, pieces
from recipes_data.tables.columnar import record_batch
from recipes_data.tables.jsonlwriter import write_jsonl
from recipes_data.tables.parquetwriter import write_parquet
from recipes_data.tables.schema import arrow_schema
from recipes_data.tables.written import Written

Rows = list[dict[str, Any]]


def columns(**types: str) -> Columns:
    return tuple((name, parse_type(kind)) for name, kind in types.items())


def parquet(rows: Rows, types: Columns, path: Path, **more: Any) -> Written:
    return write_parquet(lambda: [dict(row) for row in rows], types, path, name="toy/main:train (a.jsonl)", **more)


def jsonl(rows: Rows, types: Columns, path: Path, **more: Any) -> Written:
    return write_jsonl(lambda: [dict(row) for row in rows], types, path, name="toy/main:train (a.parquet)", **more)


MANY: list[tuple[str, list[Any]]] = [
    ("string", ["", "a", None, 'é\n"\\ \x00 \u2028', "🎈" * 20, "2024-01-31", "null", "x" * 100_000]),
    ("int64", [0, -1, None, 2**53 + 1, 2**63 - 1, -(2**63)]),
    ("uint64", [0, 2**64 - 1, None]),
    ("int8", [-128, 127, None]),
    ("float64", [0.1, -0.0, 1e308, 5e-324, 59999.5, None, 1.0]),
    ("bool", [True, False, None]),
    ("null", [None, None]),
    ("list<string>", [[], ["a", None, ""], None, ["b"] * 40]),
    ("list<list<int64>>", [[[1], [], None], None, [], [[2, None, 3]]]),
    ("struct<a: int64, b: list<string>>", [{"a": 1, "b": ["x"]}, None, {"a": None, "b": None}, {"a": 2, "b": []}]),
    ("list<struct<role: string, content: string>>", [[{"role": "user", "content": "hi"}, None], [], None]),
    ('class_label["no","yes"]', [1, 0, None]),
]


@pytest.mark.parametrize(("kind", "values"), MANY, ids=[kind for kind, _ in MANY])
@pytest.mark.parametrize("write", [parquet, jsonl])
def test_every_value_of_every_type_comes_back(
    tmp_path: Path, write: Callable[..., Written], kind: str, values: list[Any]
) -> None:
    rows = [{"n": n, "v": value} for n, value in enumerate(values)]
    types = columns(n="int64", v=kind)
    written = write(rows, types, tmp_path / "out")
    assert (written.rows, written.respelled) == (len(rows), 0)
    assert written.size == (tmp_path / "out").stat().st_size
    if write is jsonl:
        back = [json.loads(line) for line in (tmp_path / "out").read_text("utf-8").split("\n")[:-1]]
    else:
        back = pq.ParquetFile(tmp_path / "out").read().to_pylist()
        assert pq.ParquetFile(tmp_path / "out").schema_arrow.equals(arrow_schema(types))
    assert [list(map(repr, row.items())) for row in back] == [list(map(repr, row.items())) for row in rows]


def test_what_is_built_column_by_column_is_what_arrow_builds_row_by_row() -> None:
    for kind, values in MANY:
        types = columns(v=kind)
        schema = arrow_schema(types)
        rows = [{"v": value} for value in values]
        assert record_batch(rows, types, schema).equals(pa.RecordBatch.from_pylist(rows, schema=schema))
        record_batch(rows, types, schema).validate(full=True)


def test_an_object_without_keys_is_refused_as_parquet(tmp_path: Path) -> None:
    rows: Rows = [{"v": {}}, {"v": None}]
    assert jsonl(rows, columns(v="struct<>"), tmp_path / "out").rows == 2
    with pytest.raises(TableError, match=r"^toy/main:train \(a\.jsonl\): parquet has no place for the columns"):
        parquet(rows, columns(v="struct<>"), tmp_path / "other")


def test_dates_and_bytes_go_into_parquet_and_are_refused_as_json(tmp_path: Path) -> None:
    types = columns(day="date32", raw="binary")
    rows = [{"day": dt.date(2024, 2, 29), "raw": b"\x00\xff"}]
    assert parquet(rows, types, tmp_path / "out").rows == 1
    with pytest.raises(TableError, match="column 'day': JSON has no value for the type date32"):
        jsonl(rows, types, tmp_path / "other")


@pytest.mark.parametrize("value", [math.nan, math.inf, [1.0, -math.inf]])
def test_a_float_that_is_no_number_goes_into_parquet_and_is_refused_as_json(tmp_path: Path, value: Any) -> None:
    kind = "list<float64>" if isinstance(value, list) else "float64"
    rows = [{"v": None}, {"v": value}]
    assert parquet(rows, columns(v=kind), tmp_path / "out").rows == 2
    with pytest.raises(TableError, match=r"a\.parquet\), row 12, column 'v': JSON has no value for a float"):
        jsonl(rows, columns(v=kind), tmp_path / "other", first=10)


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        ("float64", 3, "3 would come back as 3.0"),
        ("int64", True, "Expected integer, got bool"),
        ("int64", 1.0, "1.0 would come back as 1"),
        ("list<float64>", [0.5, 2], r"\[0.5, 2\] would come back as \[0.5, 2.0\]"),
        ("string", "half \ud800", "surrogates not allowed"),
        ("int64", 2**63, "cannot hold the value"),
        ("int64", 2**64, "it cannot be kept as it is"),
        ("bool", "yes", "cannot hold the value"),
        ("string", 5, "cannot hold the value"),
    ],
)
def test_a_value_that_would_change_is_refused_with_file_row_and_column(
    tmp_path: Path, kind: str, value: Any, said: str
) -> None:
    good: Any = {"float64": 0.5, "int64": 1, "list<float64>": [], "string": "s", "bool": True}[kind]
    rows = [{"k": n, "v": good} for n in range(7)] + [{"k": 7, "v": value}]
    with pytest.raises(TableError, match=rf"^toy/main:train \(a\.jsonl\), row 108(, column 'v')?: .*{said}"):
        parquet(rows, columns(k="int64", v=kind), tmp_path / "out", first=100)


def test_objects_that_leave_out_keys_are_counted_and_hold_null(tmp_path: Path) -> None:
    rows = [{"v": [{"a": 1, "b": 2}]}, {"v": [{"b": 2}]}, {"v": [{"b": 1, "a": 2}]}, {"v": [None]}]
    written = parquet(rows, columns(v="list<struct<a: int64, b: int64>>"), tmp_path / "out")
    assert written.respelled == 2
    back = pq.ParquetFile(tmp_path / "out").read().to_pylist()
    assert back[1] == {"v": [{"a": None, "b": 2}]}
    assert [row["v"] for row in back[2:]] == [[{"a": 2, "b": 1}], [None]]


def test_no_rows_are_a_file_with_the_columns(tmp_path: Path) -> None:
    types = columns(a="string", b="list<int64>")
    assert parquet([], types, tmp_path / "out").rows == 0
    assert pq.ParquetFile(tmp_path / "out").schema_arrow.equals(arrow_schema(types))
    assert jsonl([], types, tmp_path / "other").size == 0


def test_long_rows_stand_in_row_groups_of_their_own(tmp_path: Path) -> None:
    rows = [{"v": "x" * size} for size in (10, 9_000_000, 20, 30, 3_000_000, 3_000_000)]
    parquet(rows, columns(v="string"), tmp_path / "out")
    file = pq.ParquetFile(tmp_path / "out")
    assert [file.metadata.row_group(group).num_rows for group in range(file.num_row_groups)] == [1, 1, 3, 1]


def spoiled(rows: Iterable[dict[str, Any]]) -> Any:
    """`record_batch` that changes one value on the way, as a writer with a fault would."""

    def build(group: Rows, types: Columns, schema: pa.Schema) -> pa.RecordBatch:
        group = [{**row, "t": row["t"].replace("7", "?")} if row["n"] == 7 else row for row in group]
        return record_batch(group, types, schema)

    return build


def test_the_proof_sees_a_value_that_was_written_wrongly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [{"n": n, "t": f"text {n}"} for n in range(20)]
    monkeypatch.setattr(parquetwriter, "record_batch", spoiled(rows))
    with pytest.raises(TableError, match=r"row 8, column 't': 'text 7' would come back as 'text \?'"):
        parquet(rows, columns(n="int64", t="string"), tmp_path / "out")


@pytest.mark.parametrize("change", ["lose", "repeat", "swap"])
def test_the_proof_sees_rows_that_are_lost_repeated_or_out_of_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    def build(group: Rows, types: Columns, schema: pa.Schema) -> pa.RecordBatch:
        changed = {"lose": group[:-1], "repeat": [*group, group[-1]], "swap": [*group[:-2], group[-1], group[-2]]}
        return record_batch(changed[change], types, schema)

    monkeypatch.setattr(parquetwriter, "record_batch", build)
    said = {"lose": "only 19 of 20 rows", "repeat": "more rows than the 20", "swap": "'text 18' would come back"}
    with pytest.raises(TableError, match=said[change]):
        parquet([{"t": f"text {n}"} for n in range(20)], columns(t="string"), tmp_path / "out")


def test_the_proof_reads_the_file_and_not_what_is_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out"
    real = parquetwriter._read

    def damaged(path: Path, name: str) -> Any:
        content = bytearray(path.read_bytes())
        at = content.index(b"text 5")
        content[at : at + 6] = b"text 6"
        path.write_bytes(content)
        return real(path, name)

    def plain(sink: Any, first: pa.RecordBatch, types: Columns) -> pq.ParquetWriter:
        return pq.ParquetWriter(sink, first.schema, compression="none", use_dictionary=False)

    monkeypatch.setattr(parquetwriter, "_writer", plain)
    monkeypatch.setattr(parquetwriter, "_read", damaged)
    with pytest.raises(TableError, match="row 6, column 't': 'text 5' would come back as 'text 6'"):
        parquet([{"t": f"text {n}"} for n in range(9)], columns(t="string"), out)


def test_a_piece_says_all_that_another_process_needs(tmp_path: Path) -> None:
    lines = tmp_path / "a.jsonl"
    lines.write_text("".join(f'{{"n": {n}}}\n' for n in range(10)))
    piece = pieces.Piece(
        str(lines), "toy", "a.jsonl", lines.stat().st_size, str(tmp_path / "none"), "jsonl", 10, (("n", "int64"),),
        3, 7, "jsonl", str(tmp_path / "out.jsonl"),
    )  # fmt: skip
    again = pieces.Piece.from_json(piece.to_json())
    assert again == piece
    told: list[int] = []
    assert pieces.make_piece(again, told.append).rows == 4
    assert sum(told) == 8
    assert (tmp_path / "out.jsonl").read_text() == '{"n":3}\n{"n":4}\n{"n":5}\n{"n":6}\n'
