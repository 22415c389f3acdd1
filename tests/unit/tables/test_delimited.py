"""Csv and tsv: every field as it stands, promised types spelled exactly, and where pandas guesses otherwise."""

from __future__ import annotations

import datetime as dt
import io
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recipes_data.columns import Columns, parse_type
from recipes_data.errors import TableError
from recipes_data.tables import csvfile, tsvfile
from recipes_data.tables.source import FileFacts, Source
from recipes_data.tables.spans import UnreadableError
from recipes_data.tables.spelled import parser_of


def source(folder: Path, content: bytes, name: str = "t.csv") -> Source:
    (folder / name).write_bytes(content)
    return Source(folder / name, name, name, len(content), folder / "index", (folder / "index").write_bytes)


def columns(**kinds: str) -> Columns:
    return tuple((name, parse_type(kind)) for name, kind in kinds.items())


def facts(folder: Path, content: bytes, promised: Columns | None = None) -> FileFacts:
    return csvfile.measure(source(folder, content), promised)


def rows(folder: Path, content: bytes, promised: Columns | None = None) -> list[dict[str, Any]]:
    found = facts(folder, content, promised)
    (shard,) = csvfile.shards([source(folder, content)], [found.rows], promised or found.columns)
    given = list(shard.rows(0, len(shard)))
    assert [shard.row(index) for index in range(len(shard))] == given
    assert shard.arrow().to_pylist() == given
    return given


def test_every_column_is_text_and_every_field_stands_as_it_is(tmp_path: Path) -> None:
    content = b'id,"a ""b""",c\n007,"x,\r\ny", NA \n,"",5" disk\n'
    assert rows(tmp_path, content) == [
        {"id": "007", 'a "b"': "x,\r\ny", "c": " NA "},
        {"id": "", 'a "b"': "", "c": '5" disk'},
    ]
    assert {str(kind) for _, kind in facts(tmp_path, content).columns} == {"string"}


def test_tabs_separate_the_fields_of_tsv_and_commas_do_not(tmp_path: Path) -> None:
    one = source(tmp_path, b'a\tb\n1,2\t"x\ty"\n', "t.tsv")
    found = tsvfile.measure(one, None)
    (shard,) = tsvfile.shards([one], [found.rows], found.columns)
    assert shard.row(0) == {"a": "1,2", "b": "x\ty"}


def test_a_header_alone_is_a_table_without_rows(tmp_path: Path) -> None:
    assert rows(tmp_path, b"a,b") == []
    assert [name for name, _ in facts(tmp_path, b"\xef\xbb\xbfa,b\r\n").columns] == ["a", "b"]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "t.csv: an empty file, without the header that names its columns"),
        (b"\n\n", "t.csv: an empty file, without the header that names its columns"),
        (b"a,b,a\n", "t.csv, header (line 1): two columns are called 'a'"),
        (b'\n"a\n,b\n', "t.csv, row 1 (line 2): a quote that is never closed"),
        (
            b'"a"x,b\n',
            "t.csv, header (line 1): column 4 of the text: text between a closing quote and the next delimiter",
        ),
        (b"a,b\n1,2\n\n3\n", "t.csv, row 2 (line 4): fields: 1, columns in the header: 2"),
        (b'a,b\n"1\n\n",2\n3,4,5\n', "t.csv, row 2 (line 5): fields: 3, columns in the header: 2"),
        (
            b'a,b\n"1\nx"y,2\n',
            "t.csv, row 1 (line 3), column 3 of the text: text between a closing quote and the next delimiter",
        ),
        (b'a,b\n1,"2\n', "t.csv, row 1 (line 2): a quote that is never closed"),
        (b"a,b\n1\rx,2\n", "t.csv, row 1 (line 2): a carriage return that neither ends a line nor stands in quotes"),
        (b"a,b\n1,2\r", "t.csv, row 1 (line 2): a carriage return that neither ends a line nor stands in quotes"),
        (b"a,b\n1,\xff\n", "t.csv, row 1 (line 2): not UTF-8 at byte 3 of the record"),
        (b"a\n1\n\n2\n", "t.csv, row 2 (line 3): an empty line, which may be an empty value of the one column"),
        (b'"a,b"\n1\n\n2\n', "t.csv, row 2 (line 3): an empty line, which may be an empty value of the one column"),
    ],
)
def test_what_is_not_of_the_format_is_named_by_row_and_line(tmp_path: Path, content: bytes, what: str) -> None:
    with pytest.raises(TableError) as caught:
        facts(tmp_path, content)
    assert caught.value.what == what
    assert "RFC 4180" in caught.value.do


def test_an_empty_line_is_no_record_where_there_are_several_columns(tmp_path: Path) -> None:
    assert rows(tmp_path, b"a,b\n\n1,2\r\n\r\n\n3,4\n\n") == [{"a": "1", "b": "2"}, {"a": "3", "b": "4"}]
    assert rows(tmp_path, b'a\n1\n""\n') == [{"a": "1"}, {"a": ""}]


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("string", {"x": "x", "NA": "NA", "": "", '""': ""}, []),
        (
            "int64",
            {"0": 0, "-5": -5, str(2**63 - 1): 2**63 - 1, "": None},
            ["007", "+1", "1.0", "1e3", " 1", "x", "-", str(2**63), '""', "\u0661"],
        ),
        ("uint64", {str(2**64 - 1): 2**64 - 1}, ["-1", str(2**64)]),
        ("int8", {"-128": -128}, ["128"]),
        (
            "float64",
            {"0.1": 0.1, "-1": -1.0, "1e-5": 1e-5, "5E300": 5e300, "inf": math.inf, "": None},
            ["1.", ".5", "1e400", "1,5", "0x10", "1_0", "infinity"],
        ),
        ("bool", {"true": True, "False": False, "": None}, ["1", "TRUE", "yes", "t"]),
        (
            "date32",
            {"2024-02-29": dt.date(2024, 2, 29), "": None},
            ["2023-02-29", "2024-2-9", "20240229", "2024-02-29T00:00"],
        ),
        ('class_label["no","yes"]', {"no": 0, "yes": 1, "1": 1, "": None}, ["2", "-1", "No"]),
        ('class_label["2","1"]', {"2": 0, "1": 1}, ["0"]),
    ],
)
def test_a_promised_type_is_spelled_by_the_field_or_the_field_is_refused(
    tmp_path: Path, kind: str, good: dict[str, Any], bad: list[str]
) -> None:
    promised = columns(x=kind, y="string")
    content = "x,y\n" + "".join(f"{field},.\n" for field in good)
    found = rows(tmp_path, content.encode(), promised)
    assert [(type(row["x"]), row["x"]) for row in found] == [(type(value), value) for value in good.values()]
    for field in bad:
        quoted = f'"{field}"' if "," in field else field
        with pytest.raises(TableError) as caught:
            facts(tmp_path, f"x,y\n{quoted},.\n".encode(), promised)
        shown = field.strip('"') if field == '""' else field
        assert caught.value.what == f"t.csv, row 1 (line 2): column 'x': promised was {kind}, there is {shown!r}"


@given(st.floats(allow_nan=False) | st.integers(-(2**63), 2**63 - 1))
def test_a_number_that_python_writes_is_read_back(number: float) -> None:
    parse = parser_of("x", parse_type("int64" if isinstance(number, int) else "float64"))
    assert parse is not None
    assert repr(parse(repr(number))) == repr(number)


@given(st.text(max_size=12) | st.from_regex(r"[-+.0-9eE_xnaif ]{1,8}", fullmatch=True))
def test_what_is_read_as_a_number_is_what_json_or_python_reads(field: str) -> None:
    for kind, python in (("int64", int), ("float64", float)):
        parse = parser_of("x", parse_type(kind))
        assert parse is not None
        try:
            value = parse(field)
        except UnreadableError:
            continue
        assert repr(value) == repr(python(field))


def test_a_type_that_no_field_spells_is_refused_for_the_column(tmp_path: Path) -> None:
    with pytest.raises(TableError) as caught:
        facts(tmp_path, b"a,b\n1,2\n", columns(a="string", b="list<int64>"))
    assert caught.value.what == "t.csv, column 'b': a field of text spells no list<int64>"


def test_rows_have_the_order_of_the_tables_columns_whatever_the_headers(tmp_path: Path) -> None:
    promised = columns(b="int64", a="string")
    assert [list(row.items()) for row in rows(tmp_path, b"a,b\nx,1\n", promised)] == [[("b", 1), ("a", "x")]]
    assert facts(tmp_path, b"a,c\nx,1\n", promised).columns == columns(a="string", c="string")
    with pytest.raises(TableError, match=r"t\.csv: its header has no column 'b'"):
        csvfile.shards([source(tmp_path, b"a,c\nx,1\n")], [1], promised)[0].row(0)


def test_pandas_guesses_where_the_docstring_says_so() -> None:
    pandas = pytest.importorskip("pandas")
    content = ",b,c,d\n007,NA,True,2024-01-31\n,null,False\n"
    guessed = pandas.read_csv(io.StringIO(content))
    assert list(guessed.columns) == ["Unnamed: 0", "b", "c", "d"]
    assert guessed["Unnamed: 0"].tolist()[0] == 7
    assert guessed["b"].isna().all()
    assert guessed["c"].tolist() == [True, False]
    assert guessed["d"].isna().tolist() == [False, True]
    assert guessed["d"][0] == "2024-01-31"
