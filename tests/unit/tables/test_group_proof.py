"""The proof of whole row groups: any other value, type, border or order is seen, on both of its steps."""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recipes_data.columns import Columns, parse_type
from recipes_data.errors import TableError
from recipes_data.tables import columnproof
from recipes_data.tables.columnar import record_batch
from recipes_data.tables.columnproof import GroupProof
from recipes_data.tables.parquetwriter import write_parquet
from recipes_data.tables.schema import arrow_schema

Values = list[Any]

VALUES: list[tuple[str, Values]] = [
    ("string", ["", "a", None, "é\n\x00", "🎈" * 70, "x" * 700_000]),
    ("string", [f"text {n} …" for n in range(100)]),
    ("int64", [0, -1, None, 2**63 - 1, -(2**63)]),
    ("uint8", [0, 255]),
    ("float64", [0.1, -0.0, 0.0, None, 5e-324, math.inf]),
    ("float64", [math.nan, -math.nan, 1.0]),
    ("float32", [0.5, None]),
    ("bool", [True, False, None] * 7),
    ("date32", [dt.date(2024, 2, 29), None]),
    ("list<string>", [[], ["a", None, ""], None, ["b"] * 40]),
    ("list<list<int64>>", [[[1], [], None], None, [], [[2, None, 3]]]),
    ("struct<a: int64, b: list<string>>", [{"a": 1, "b": ["x"]}, None, {"a": None, "b": None}, {"a": 2, "b": []}]),
    ("list<struct<role: string, content: string>>", [[{"role": "user", "content": "hi"}, None], [], None]),
    ('class_label["no","yes"]', [1, 0, None]),
]

OTHERS: list[tuple[str, Values, Values]] = [
    ("string", ["a", "b"], ["a", "c"]),
    ("string", ["ab", "c"], ["a", "bc"]),
    ("string", ["", None], [None, ""]),
    ("string", ["é", "x"], ["e", "x"]),
    ("int64", [1, 2], [1, 3]),
    ("int64", [0, None], [None, 0]),
    ("uint64", [2**64 - 1], [2**63 - 1]),
    ("float64", [0.0, 1.0], [-0.0, 1.0]),
    ("float64", [math.nan], [1.0]),
    ("float64", [0.1], [0.1 + 2**-54]),
    ("bool", [True] * 9 + [False], [True] * 9 + [True]),
    ("list<string>", [["a"], ["b", "c"]], [["a", "b"], ["c"]]),
    ("list<string>", [[], None], [None, []]),
    ("list<int64>", [[1, None]], [[None, 1]]),
    ("struct<a: string, b: string>", [{"a": "x", "b": "y"}], [{"a": "y", "b": "x"}]),
    ("struct<a: string>", [None], [{"a": None}]),
    ("list<struct<a: int64>>", [[{"a": 1}], []], [[], [{"a": 1}]]),
]


def rows_of(values: Values) -> list[dict[str, Any]]:
    return [{"v": value} for value in values]


def built(kind: str, values: Values) -> pa.RecordBatch:
    types: Columns = (("v", parse_type(kind)),)
    return record_batch(rows_of(values), types, arrow_schema(types))


def proof_of(kind: str, values: Values, first: int = 0) -> GroupProof:
    return GroupProof((("v", parse_type(kind)),), "toy (a.jsonl)", first, lambda: rows_of(values))


@pytest.mark.parametrize(("kind", "values"), VALUES)
def test_what_is_right_is_proven_without_a_look_at_single_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, values: Values
) -> None:
    monkeypatch.setattr(columnproof.Proof, "keep", None)
    written = write_parquet(lambda: rows_of(values), (("v", parse_type(kind)),), tmp_path / "out", name="toy (a.jsonl)")
    assert written.rows == len(values)
    assert repr(pq.ParquetFile(tmp_path / "out").read().to_pylist()) == repr(rows_of(values))


@pytest.mark.parametrize(("kind", "meant", "other"), [*OTHERS, *((kind, b, a) for kind, a, b in OTHERS)])
def test_another_value_is_seen_while_it_is_built_and_when_it_comes_back(
    kind: str, meant: Values, other: Values
) -> None:
    proof = proof_of(kind, meant)
    assert not proof.keep_same(rows_of(meant), built(kind, other))
    with pytest.raises(TableError, match=r"^toy \(a\.jsonl\), row \d+.*would.* come back"):
        proof_of(kind, meant).keep(rows_of(meant), built(kind, other))
    assert proof.keep_same(rows_of(meant), built(kind, meant))
    with pytest.raises(TableError, match=r"^toy \(a\.jsonl\), row \d+.*would.* come back"):
        list(proof.check([built(kind, other)]))


@pytest.mark.parametrize(
    ("kind", "rows", "held"),
    [
        ("int64", [True], [1]),
        ("int64", [1.0], [1]),
        ("float64", [1], [1.0]),
        ("bool", [1], [True]),
        ("string", [b"a"], ["a"]),
        ("list<int64>", [(1,)], [[1]]),
        ("struct<a: int64, b: int64>", [{"b": 2, "a": 1}], [{"a": 1, "b": 2}]),
        ("struct<a: int64, b: int64>", [{"a": 1}], [{"a": 1, "b": None}]),
        ("struct<a: int64>", [{"a": 1, "c": 1}], [{"a": 1}]),
        ("string", ["\ud800"], ["?"]),
    ],
)
def test_equal_is_not_the_same(kind: str, rows: Values, held: Values) -> None:
    assert not proof_of(kind, rows).keep_same(rows_of(rows), built(kind, held))


def test_row_groups_that_are_lost_or_repeated_are_seen() -> None:
    values = [f"text {n}" for n in range(9)]
    proof = proof_of("string", values, first=100)
    groups = [built("string", values[at : at + 3]) for at in (0, 3, 6)]
    for at, group in enumerate(groups):
        proof.keep(rows_of(values[3 * at : 3 * at + 3]), group)
    assert (list(proof.check(groups)), len(proof)) == ([3, 3, 3], 9)
    with pytest.raises(TableError, match=r"row 107: only 0 of 3 rows come back"):
        list(proof.check(groups[:2]))
    with pytest.raises(TableError, match=r"row 110: there are more rows"):
        list(proof.check([*groups, groups[0]]))
    with pytest.raises(TableError, match=r"row 104, column 'v': 'text 3' would come back as 'text 6'"):
        list(proof.check([groups[0], groups[2], groups[1]]))


def test_equal_values_in_other_buffers_pass_row_by_row() -> None:
    values = ["left out", "a", "bc", "d", "e", "f"]
    proof = proof_of("string", values[1:])
    for at in (1, 3, 5):
        proof.keep(rows_of(values[at : at + 2]), built("string", values[at : at + 2]))
    whole = built("string", values)
    assert list(proof.check(whole.slice(at, 2) for at in (1, 3, 5))) == [2, 2, 1]


def test_columns_under_other_names_or_in_another_order_are_not_these_rows() -> None:
    types: Columns = (("a", parse_type("int64")), ("b", parse_type("int64")))
    rows = [{"a": 1, "b": 1}, {"a": 2, "b": 2}]
    right = record_batch(rows, types, arrow_schema(types))
    turned, named = right.select(["b", "a"]), right.rename_columns(["a", "c"])

    def proof() -> GroupProof:
        return GroupProof(types, "toy", 0, lambda: rows)

    assert not proof().keep_same(rows, turned)
    assert not proof().keep_same(rows, named)
    assert not proof().keep_same([{"b": 1, "a": 1}, {"a": 2, "b": 2}], right)
    assert not proof().keep_same([{**row, "c": 3} for row in rows], right)
    for other in (turned, named):
        kept = proof()
        assert kept.keep_same(rows, right)
        with pytest.raises(TableError, match=r"^toy, row 1"):
            list(kept.check([other]))


def test_fields_of_an_object_under_other_names_are_seen_when_they_come_back() -> None:
    kept = proof_of("struct<a: int64>", [{"a": 1}])
    assert kept.keep_same(rows_of([{"a": 1}]), built("struct<a: int64>", [{"a": 1}]))
    with pytest.raises(TableError, match=r"row 1, column 'v': {'a': 1} would come back as {'b': 1}"):
        list(kept.check([built("struct<b: int64>", [{"b": 1}])]))


@pytest.mark.parametrize(("kind", "values"), [("int64", [*range(9)]), ("bool", [True, False, False] * 3)])
def test_another_part_of_one_long_column_is_not_taken_for_this_one(kind: str, values: Values) -> None:
    whole = built(kind, values)
    kept = proof_of(kind, values[:2])
    assert kept.keep_same(rows_of(values[:2]), whole.slice(0, 2))
    assert list(kept.check([whole.slice(0, 2)])) == [2]
    with pytest.raises(TableError, match=r"^toy"):
        list(kept.check([whole.slice(5, 2)]))
