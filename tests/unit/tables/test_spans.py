"""Where rows stand in a text: the same rows, wherever the borders of the blocks fall."""

from __future__ import annotations

import csv
import io
import itertools
import json
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recipes_data.tables import spans
from recipes_data.tables.delimited import _fields, _records
from recipes_data.tables.spans import Span, UnreadableError, json_lines, json_values, text_lines

CUTS = st.lists(st.integers(1, 9), min_size=1, max_size=12)


def cut(content: bytes, cuts: list[int]) -> Iterator[bytes]:
    """The content in blocks of these lengths, over and over."""
    at = index = 0
    while at < len(content):
        yield content[at : at + cuts[index % len(cuts)]]
        at += cuts[index % len(cuts)]
        index += 1


def stands(found: list[Span], content: bytes) -> None:
    """Every span is where it says, on the line that it says."""
    for span in found:
        assert content[span.start : span.start + len(span.text)] == span.text
        assert span.line == content.count(b"\n", 0, span.start) + 1


LINE_PIECES = st.sampled_from(
    [b"\n", b"\r\n", b"\r", b" ", b"{}", b"x", b"\xef\xbb\xbf", b"\xc3\xa9", b"\xe2\x80\xa8", b"\0"]
)


@given(st.lists(LINE_PIECES, max_size=25).map(b"".join), CUTS)
def test_lines_of_json_are_those_between_newlines_that_are_not_blank(content: bytes, cuts: list[int]) -> None:
    found = list(json_lines(cut(content, cuts)))
    stands(found, content)
    expected = [line for line in content.removeprefix(b"\xef\xbb\xbf").split(b"\n") if line.strip()]
    assert [span.text for span in found] == expected


@given(st.lists(LINE_PIECES, max_size=25).map(b"".join), CUTS)
def test_lines_of_text_are_those_that_python_reads_with_universal_newlines(content: bytes, cuts: list[int]) -> None:
    found = list(text_lines(cut(content, cuts)))
    assert [span.text.decode() for span in found] == [
        line.removesuffix("\n") for line in io.TextIOWrapper(io.BytesIO(content), "utf-8", newline=None)
    ]
    assert all(content[span.start : span.start + len(span.text)] == span.text for span in found)


JSON = st.recursive(
    st.none() | st.integers() | st.text(max_size=6) | st.sampled_from(["]", "},{", "\\", '"', "\n"]) | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=200)
@given(
    st.lists(st.dictionaries(st.text(max_size=2), JSON, max_size=3), max_size=5),
    CUTS,
    st.sampled_from([None, 1]),
    st.booleans(),
    st.booleans(),
)
def test_items_of_an_array_and_objects_in_a_row_are_found_whole(
    rows: list[dict[str, Any]], cuts: list[int], indent: int | None, escaped: bool, array: bool
) -> None:
    if array:
        text = json.dumps(rows, indent=indent, ensure_ascii=escaped)
    else:
        text = "\n ".join(json.dumps(row, indent=indent, ensure_ascii=escaped) for row in rows)
    content = b"\xef\xbb\xbf " + text.encode("utf-8", "surrogatepass") + b"\n"
    found = list(json_values(cut(content, cuts)))
    stands(found, content)
    assert repr([json.loads(span.text.decode("utf-8", "surrogatepass")) for span in found]) == repr(rows)


@pytest.mark.parametrize(
    ("text", "line", "column", "said"),
    [
        (b'[{"a": 1}\n {"a": 2}]', 2, 2, "Expecting ',' or ']' after an item of the array"),
        (b'[{"a": 1},\n]', 2, 1, "Expecting value"),
        (b'[{"a": 1}]\n\n]', 3, 1, "Extra data after the end of the array"),
        (b'[{"a": 1}', 1, 10, "Expecting ',' or ']' after an item of the array"),
        (b'[{"a": 1},\n {"a": "x', 2, 8, "Unterminated string starting at"),
        (b'{"a": 1},{"a": 1}', 1, 9, "Expecting value"),
        ('[{"é": 1} x]'.encode(), 1, 11, "Expecting ',' or ']' after an item of the array"),
        (b'[{"a": tru}]', 1, 8, "Expecting value"),
        (b"[" + b"[" * 100_000, 1, 2, "lists and objects are nested too deep"),
    ],
)
@pytest.mark.parametrize("block", [1, 7, 1 << 20])
def test_what_is_no_json_is_named_by_line_and_column(
    text: bytes, line: int, column: int, said: str, block: int
) -> None:
    if len(text) > 1000 and block < 1000:
        return  # it only takes longer
    with pytest.raises(UnreadableError) as caught:
        list(json_values(cut(text, [block])))
    assert (caught.value.args[0], caught.value.line + 1, caught.value.column) == (said, line, column)


def test_a_fault_early_in_a_long_file_is_said_before_the_rest_is_read() -> None:
    read = 0

    def blocks() -> Iterator[bytes]:
        nonlocal read
        for _ in range(1000):
            read += 1
            yield b'{"a": 1} ; ' * 10

    with pytest.raises(UnreadableError, match="Expecting value"):
        list(json_values(blocks()))
    assert read < 5


@pytest.mark.parametrize("find", [json_lines, text_lines, json_values, partial(_records, delimiter=b",")])
def test_a_row_without_end_is_refused(find: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spans, "MAX_ROW_BYTES", 5000)
    monkeypatch.setattr("recipes_data.tables.delimited.MAX_ROW_BYTES", 5000)
    with pytest.raises(UnreadableError, match="of more than 5,000 bytes"):
        list(find(iter([b'"'] + [b"x" * 100] * 1000)))


FIELDS = st.text(st.sampled_from('ab,;\n\r"\t é\u2028\0\ufeff'), max_size=6)


@settings(max_examples=300)
@given(
    st.integers(2, 4).flatmap(
        lambda width: st.lists(st.lists(FIELDS, min_size=width, max_size=width), min_size=1, max_size=6)
    ),
    CUTS,
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_records_that_python_writes_are_read_back(
    table: list[list[str]], cuts: list[int], end: str, last: bool, quoting: Any
) -> None:
    if any("\r" in field for record in table for field in record):
        quoting = csv.QUOTE_ALL  # Python's writer leaves a carriage return bare where lines end in a newline alone
    out = io.StringIO()
    csv.writer(out, lineterminator=end, quoting=quoting).writerows(table)
    text = out.getvalue() if last else out.getvalue().removesuffix(end)
    content = b"\xef\xbb\xbf" + text.encode()
    found = list(_records(cut(content, cuts), b","))
    stands(found, content)
    assert [_fields(span.text, b",")[0] for span in found] == table
    if not found:
        return
    # what follows a record in the file is no part of it
    starts = [span.start for span in found] + [len(content)]
    assert [_fields(content[a:b], b",")[0] for a, b in itertools.pairwise(starts)] == table
