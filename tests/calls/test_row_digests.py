"""A digest over rows is what docs/receipts.md says, bit for bit, and its marks tell where rows differ."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from msgspec.msgpack import Ext

from loaders.rowdigest import RowsDigest, digest_rows, first_difference
from recipes_data.columns import Columns, parse_type
from recipes_data.errors import TableError

NUMBERS: Columns = (("n", parse_type("int64")),)


def written_out(*rows: Any) -> str:
    """The digest of rows that are given as MessagePack has them."""
    whole = hashlib.sha256(b"recipes-data rows 1\n")
    for row in rows:
        whole.update(hashlib.sha256(msgspec.msgpack.encode(row)).digest())
    return f"sha256:{whole.hexdigest()}"


def numbers(values: Sequence[int]) -> RowsDigest:
    return digest_rows(({"n": value} for value in values), len(values), NUMBERS)


def test_rows_are_digested_one_by_one_and_in_order() -> None:
    columns = (("q", parse_type("string")), ("l", parse_type("list<struct<a: float64, b: bool>>")))
    rows: list[dict[str, Any]] = [{"q": "é", "l": [{"a": 1.0, "b": None}, None]}, {"q": None, "l": []}]
    found = digest_rows(rows, 2, columns)
    assert (found.rows, found.digest) == (2, written_out(*rows))
    assert digest_rows(rows[::-1], 2, columns).digest == written_out(*rows[::-1]) != found.digest
    assert digest_rows([], 0, columns) == RowsDigest(0, written_out(), 1, "")


def test_what_messagepack_cannot_hold_is_an_extension_wherever_it_stands() -> None:
    columns = (("n", parse_type("int64")), ("t", parse_type("list<struct<a: string>>")))
    half = Ext(17, b"a\xed\xa0\x80")
    held = {"n": 2**64 - 1, "t": [{"a": "plain"}]}
    assert digest_rows([held], 1, columns).digest == written_out(held)
    for number in (2**64, -(2**63) - 1, 10**40):
        row = {"n": number, "t": [{"a": "a\ud800"}, {"a": "plain"}, None]}
        wanted = {"n": Ext(16, str(number).encode()), "t": [{"a": half}, {"a": "plain"}, None]}
        assert digest_rows([row], 1, columns).digest == written_out(wanted)


def test_a_value_that_has_no_digest_is_named_by_its_row() -> None:
    columns = (("when", parse_type("timestamp[us]")),)
    rows: list[dict[str, Any]] = [{"when": dt.datetime(2024, 1, 1)}, {"when": object()}]  # noqa: DTZ001  # no zone
    with pytest.raises(TableError, match=r"^row 1 has no digest: object has no place in a row file"):
        digest_rows(rows, 2, columns)


@pytest.mark.parametrize("place", [0, 2, 3, 7_000, 9_998, 9_999])
def test_marks_lead_to_the_run_in_which_rows_differ_also_to_the_last_which_is_short(place: int) -> None:
    values = list(range(10_000))
    whole = numbers(values)
    assert whole.run == 3
    values[place] = -1
    assert first_difference(whole, numbers(values)) == range(place // 3 * 3, min(place // 3 * 3 + 3, 10_000))


def test_marks_tell_where_rows_are_missing_and_nothing_of_runs_of_another_length() -> None:
    whole = numbers(range(3_000))
    assert (whole.run, first_difference(whole, whole)) == (1, None)
    assert first_difference(whole, numbers(range(2_990))) == range(2_990, 3_000)
    assert first_difference(whole, numbers(range(9_000))) is None
    assert first_difference(whole, dataclasses.replace(whole, run=0, marks="")) is None
    assert digest_rows([{"n": 1}], None, NUMBERS) == RowsDigest(1, written_out({"n": 1}), 0, "")
