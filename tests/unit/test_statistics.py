"""What is computed of a table equals what a person counts."""

from __future__ import annotations

import datetime as dt
import json
import math
import statistics
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.inpolars import scan_split
from loaders.statistics import ColumnFacts, Lengths, TableFacts, table_facts
from recipes_data.columns import Columns, parse_type
from recipes_data.store import Store
from recipes_data.tables.schema import columns_of
from recipes_data.tables.toarrow import arrow_table
from tests.unit.splits import lock_of
from tests.unit.storehouse import jsonl_bytes, parquet_bytes, skip_null_lists
from tests.unit.test_frames import KINDS

NOTE = {"info": {"features": {"label": {"names": ["neg", "pos", "none"], "_type": "ClassLabel"}}}}


def facts_of(table: pa.Table) -> TableFacts:
    return table_facts(pl.DataFrame(table).lazy(), columns_of(table.schema))


def column(facts: TableFacts, name: str) -> ColumnFacts:
    return next(column for column in facts.columns if column.name == name)


def test_a_small_table_by_hand() -> None:
    table = pa.table(
        {
            "text": ["aa", "bbbb", "aa", None, "é😀", "aa"],
            "label": pa.array([0, 1, 0, 0, None, 0], pa.int64()),
            "sure": [True, False, True, None, True, True],
            "score": [1.5, float("nan"), 1.5, -2.0, None, 1.5],
            "tags": [["x", "y"], [], ["x", "y"], None, ["x"], ["x", "y"]],
        }
    ).replace_schema_metadata({"huggingface": json.dumps(NOTE)})
    facts = facts_of(table)
    assert (facts.rows, facts.repeated) == (6, 2)  # the first row comes three times
    assert [one.name for one in facts.columns] == ["text", "label", "sure", "score", "tags", "tags[]"]
    assert column(facts, "text") == ColumnFacts(
        "text",
        "string",
        values=5,
        nulls=1,
        lengths=Lengths("characters", 2, 2.0, 4, 4, ((2, 4), (4, 1))),
        classes=None,  # three values among five are no classes
        repeated=2,
    )
    assert column(facts, "label").classes == (("neg", 4), ("pos", 1), ("none", 0))
    assert (column(facts, "label").nulls, column(facts, "label").least) == (1, None)
    assert column(facts, "sure").classes == ((True, 4), (False, 1))
    score = column(facts, "score")
    assert (score.values, score.nulls, score.least, score.most, score.nans) == (5, 1, -2.0, 1.5, 1)
    tags = column(facts, "tags")
    assert tags.lengths == Lengths("items", 0, 2.0, 2, 2, ((0, 1), (1, 1), (2, 3)))
    assert (tags.values, tags.nulls, tags.repeated) == (5, 1, 2)
    inner = column(facts, "tags[]")
    assert (inner.values, inner.nulls, inner.classes) == (7, 0, (("x", 4), ("y", 3)))


def test_messages_are_looked_into_and_what_is_not_there_is_not_counted() -> None:
    table = pa.table(
        {
            "messages": pa.array(
                [
                    [{"role": "user", "content": "hi"}, {"role": "assistant", "content": None}],
                    [],
                    None,
                    [None, {"role": "user", "content": "hello"}],
                ]
            )
        }
    )
    facts = facts_of(table)
    found = {c.name: (c.values, c.nulls) for c in facts.columns}
    assert found == {
        "messages": (3, 1),
        "messages[]": (3, 1),
        "messages[].content": (2, 1),
        "messages[].role": (3, 0),
    }
    assert column(facts, "messages[].content").lengths == Lengths("characters", 2, 3.5, 5, 5, ((2, 1), (5, 1)))


def test_ranges_of_dates_decimals_and_the_widest_integers() -> None:
    table = pa.table(
        {
            "day": pa.array([dt.date(2024, 5, 1), None, dt.date(1999, 12, 31)]),
            "price": pa.array([Decimal("1.10"), Decimal("-3.00"), None]),
            "wide": pa.array([2**64 - 1, 0, 5], pa.uint64()),
            "deep": pa.array([-(2**63), 2**63 - 1, None], pa.int64()),
            "odd": pa.array([math.inf, -math.inf, math.nan]),
            "nothing": pa.nulls(3),
        }
    )
    found = {c.name: (c.least, c.most, c.nans) for c in facts_of(table).columns}
    assert found == {
        "day": (dt.date(1999, 12, 31), dt.date(2024, 5, 1), 0),
        "price": (Decimal("-3.00"), Decimal("1.10"), 0),
        "wide": (0, 2**64 - 1, 0),
        "deep": (-(2**63), 2**63 - 1, 0),
        "odd": (-math.inf, math.inf, 1),
        "nothing": (None, None, 0),
    }


def test_few_values_are_classes_and_many_or_long_ones_are_not() -> None:
    table = pa.table(
        {
            "few": [f"c{i % 64}" for i in range(128)],
            "many": [f"c{i % 65}" for i in range(128)],
            "long": ["x" * 101] * 128,
            "short": ["x" * 100] * 128,
            "number": [i % 2 for i in range(128)],
        }
    )
    facts = facts_of(table)
    counted = {c.name: None if c.classes is None else len(c.classes) for c in facts.columns}
    assert counted == {"few": 64, "many": None, "long": None, "short": 1, "number": 2}
    assert column(facts, "few").classes is not None
    assert column(facts, "few").classes[0] == ("c0", 2)  # type: ignore[index]  # asserted above
    assert column(facts, "many").repeated == 63
    assert column(facts, "number").repeated is None  # no text


def test_a_table_of_no_rows_has_nothing_and_says_so() -> None:
    facts = facts_of(pa.table({"text": pa.array([], pa.string()), "n": pa.array([], pa.int64())}))
    assert (facts.rows, facts.repeated) == (0, 0)
    assert facts.columns[0] == ColumnFacts("text", "string", 0, 0, repeated=0)
    assert facts.columns[1] == ColumnFacts("n", "int64", 0, 0)


@pytest.mark.parametrize(("kind", "values"), KINDS, ids=lambda v: str(v) if isinstance(v, pa.DataType) else "")
def test_equal_rows_are_found_in_every_type(tmp_path: Path, kind: Any, values: list[Any]) -> None:
    skip_null_lists(kind, values)
    table = pa.table({"x": pa.array([*values, *values], kind)})
    store = Store(tmp_path / "store")
    lock, split = lock_of(store, "parquet", {"a.parquet": parquet_bytes(table)})
    distinct = len({repr(value) for value in values})
    facts = table_facts(scan_split(store, lock, "main", split), columns_of(table.schema))
    assert facts.repeated == 2 * len(values) - distinct


SHAPE: Columns = (
    ("t", parse_type("string")),
    ("n", parse_type("int64")),
    ("m", parse_type("list<struct<r: string, k: list<int64>>>")),
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "t": st.none() | st.text(alphabet="ab", max_size=3),
            "n": st.none() | st.integers(0, 2),
            "m": st.none()
            | st.lists(
                st.none()
                | st.fixed_dictionaries(
                    {"r": st.none() | st.sampled_from("ab"), "k": st.none() | st.lists(st.integers(0, 1), max_size=2)}
                ),
                max_size=2,
            ),
        }
    ),
    max_size=40,
)


@settings(max_examples=60)
@given(ROWS)
def test_counts_equal_those_of_plain_python(rows: list[dict[str, Any]]) -> None:
    facts = table_facts(pl.DataFrame(arrow_table(rows, SHAPE, "rows")).lazy(), SHAPE)
    assert facts.rows == len(rows)
    assert facts.repeated == len(rows) - len({json.dumps(row, sort_keys=True) for row in rows})
    texts = [row["t"] for row in rows if row["t"] is not None]
    text = column(facts, "t")
    assert (text.values, text.nulls) == (len(texts), len(rows) - len(texts))
    assert text.repeated == len(texts) - len(set(texts))
    if texts:
        lengths = sorted(map(len, texts))
        assert text.lengths is not None
        assert text.lengths.median == statistics.median(lengths)
        assert text.lengths.p95 == lengths[math.ceil(len(lengths) * 0.95) - 1]
        assert text.lengths.counts == tuple(sorted(Counter(lengths).items()))
    lists = [row["m"] for row in rows if row["m"] is not None]
    assert column(facts, "m").repeated == len(lists) - len({json.dumps(value, sort_keys=True) for value in lists})
    items = [item for value in lists for item in value]
    assert column(facts, "m[]").values + column(facts, "m[]").nulls == len(items)
    inner = [item["k"] for item in items if item is not None]
    assert column(facts, "m[].k").nulls == inner.count(None)


@pytest.mark.parametrize("format", ["parquet", "jsonl"])
def test_many_batches_count_as_one_table(tmp_path: Path, format: str) -> None:
    rows = [{"id": i, "text": f"text {i % 7_000}", "kind": "abc"[i % 3]} for i in range(20_000)]
    if format == "parquet":
        files = {
            f"{part}.parquet": parquet_bytes(pa.Table.from_pylist(rows[part * 10_000 : (part + 1) * 10_000]), 700)
            for part in range(2)
        }
    else:
        files = {"a.jsonl": jsonl_bytes(rows)}
    store = Store(tmp_path / "store")
    lock, split = lock_of(store, format, files)
    columns = tuple((name, parse_type(kind)) for name, kind in split.columns or ())
    seen: list[int] = []
    facts = table_facts(scan_split(store, lock, "main", split), columns, seen.append)
    assert sum(seen) == 20_000
    assert len(seen) > 5
    assert (facts.rows, facts.repeated, column(facts, "text").repeated) == (20_000, 0, 13_000)
    assert column(facts, "kind").classes == (("a", 6667), ("b", 6667), ("c", 6666))
    assert (column(facts, "id").least, column(facts, "id").most) == (0, 19_999)
