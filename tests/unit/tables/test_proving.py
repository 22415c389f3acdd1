"""The proof row by row: keys and values of rows of texts, and how many come back."""

from __future__ import annotations

from typing import Any

import pytest

from recipes_data.columns import Columns, parse_type
from recipes_data.errors import TableError
from recipes_data.tables.proving import Proof

Rows = list[dict[str, Any]]


def proof(rows: Rows, kind: str = "string", first: int = 0) -> Proof:
    columns: Columns = tuple((name, parse_type(kind)) for name in rows[0])
    made = Proof(columns, "toy", first, lambda: rows)
    for row in rows:
        made.keep(row)
    return made


@pytest.mark.parametrize(
    "found",
    [{"b": "x", "a": "y"}, {"a": "x", "c": "y"}, {"a": "x"}, {"a": "y", "b": "x"}, {"a": "xy", "b": ""}],
    ids=["order of keys", "another key", "a key less", "values changed places", "border between values"],
)
def test_rows_of_texts_are_their_keys_in_order_and_their_values(found: dict[str, Any]) -> None:
    meant = [{"a": "x", "b": "y"}]
    assert sum(proof(meant).check([dict(meant[0])])) == 1
    with pytest.raises(TableError, match=r"^toy, row 1"):
        list(proof(meant).check([found]))


@pytest.mark.parametrize("kind", ["string", "int64", "date32"])
def test_rows_that_are_lost_or_more_are_counted_from_where_they_begin(kind: str) -> None:
    values: dict[str, Any] = {"string": "x", "int64": 1, "date32": None}
    rows = [{"a": values[kind]}] * 3
    with pytest.raises(TableError, match=r"^toy, row 13: only 2 of 3 rows come back"):
        list(proof(rows, kind, first=10).check(rows[:2]))
    with pytest.raises(TableError, match=r"^toy, row 14: there are more rows than the 3 that were written"):
        list(proof(rows, kind, first=10).check([*rows, rows[0]]))


@pytest.mark.parametrize(
    ("kind", "meant", "told"),
    [
        ("string", "y" * 1000, "'" + "y" * 60 + "'..."),
        ("list<string>", ["y" * 30] * 99, "['" + "y" * 30 + "', '" + "y" * 30 + "'..."),
    ],
)
def test_a_long_value_is_told_by_its_beginning(kind: str, meant: Any, told: str) -> None:
    with pytest.raises(TableError) as caught:
        list(proof([{"a": meant}], kind).check([{"a": None}]))
    assert caught.value.what == f"toy, row 1, column 'a': {told} would come back as None"
