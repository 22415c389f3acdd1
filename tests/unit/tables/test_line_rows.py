"""Rows of JSON Lines as a conversion reads them: the same rows as every other reader gives, in lists of a size."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from recipes_data.columns import Columns, parse_type
from recipes_data.errors import TableError
from recipes_data.tables import jsonl
from recipes_data.tables.linerows import LineRows, line_rows
from recipes_data.tables.lines import index_bytes, line_starts
from recipes_data.tables.source import Source


def opened(folder: Path, text: str | bytes, **types: str) -> tuple[Any, LineRows | None]:
    path, index = folder / "a.jsonl", folder / "index"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    starts = line_starts(path).tolist()
    index.write_bytes(index_bytes(starts, path.stat().st_size))
    source = Source(path, "toy (a.jsonl)", "a.jsonl", path.stat().st_size, index, lambda content: None)
    columns: Columns = tuple((name, parse_type(kind)) for name, kind in types.items())
    (shard,) = jsonl.shards([source], [len(starts)], columns)
    return shard, line_rows(source, len(starts), columns, shard)


def taken(lines: LineRows | None, start: int, stop: int, most_bytes: int = 1 << 20, most_rows: int = 100) -> Any:
    assert lines is not None
    return list(lines.groups(start, stop, most_bytes, most_rows))


ODD = [
    '{"n": 1, "t": "a"}',
    '{"t": "other order", "n": 2}',
    '{"n": 3}',
    '{"n": 4, "t": "half \\ud800"}',
    '{"n": 5, "t": "twice", "n": 55}\r',
    "",
    "  ",
    '  {"n": -0, "t": "\\u0000 \\u00e9 é \\ud83c\\udf88"}  ',
    '{"n": 9223372036854775807, "t": null}',
]


@pytest.mark.parametrize("end", ["", "\n", "\n\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_the_rows_are_those_of_the_table(tmp_path: Path, mark: str, end: str) -> None:
    shard, lines = opened(tmp_path, mark + "\n".join(ODD) + end, n="int64", t="string")
    (rows,) = taken(lines, 0, 7)
    assert list(map(repr, rows)) == list(map(repr, shard.rows(0, 7)))
    assert repr(rows[3]) == "{'n': 4, 't': 'half \\ud800'}"
    assert [row["n"] for row in rows] == [1, 2, 3, 4, 55, 0, 2**63 - 1]


def test_lists_hold_so_many_bytes_and_rows_and_one_row_at_least(tmp_path: Path) -> None:
    text = "".join(json.dumps({"t": "x" * size}) + "\n" for size in (10, 500, 20, 30, 150, 150, 1, 1, 1))
    shard, lines = opened(tmp_path, text, t="string")
    for start, stop, sizes in ((0, 9, [1, 1, 2, 1, 3, 1]), (2, 5, [2, 1]), (8, 9, [1]), (4, 4, [])):
        groups = taken(lines, start, stop, 200, 3)
        assert [len(group) for group in groups] == sizes
        assert [row for group in groups for row in group] == list(shard.rows(start, stop))


def test_a_line_that_was_spoilt_is_refused_by_name(tmp_path: Path) -> None:
    _, lines = opened(tmp_path, b'{"t": "a"}\n{"t": "\xff"}\n', t="string")
    with pytest.raises(TableError, match=r"toy \(a\.jsonl\), row 2 \(line 2\): not UTF-8 at byte 8"):
        taken(lines, 0, 2)


def test_numbers_with_a_point_and_files_without_an_index_are_left_to_the_other_reader(tmp_path: Path) -> None:
    assert opened(tmp_path, '{"t": [0.5]}\n', t="list<float64>")[1] is None
    shard, lines = opened(tmp_path, '{"t": 1}\n', t="int64")
    assert lines is not None
    (tmp_path / "index").unlink()
    source = Source(tmp_path / "a.jsonl", "toy", "a.jsonl", 9, tmp_path / "index", lambda content: None)
    assert line_rows(source, 1, (("t", parse_type("int64")),), shard) is None


@pytest.mark.parametrize("second", ['{"t": "b", "n": 2}', '{"n": 2}', '{"n": 2, "t": null, "u": 1}', "[1]", "null"])
def test_one_line_of_other_keys_among_quick_ones_is_seen(tmp_path: Path, second: str) -> None:
    if second in ("[1]", "null"):
        shard, lines = opened(tmp_path, f'{{"n": 1, "t": "a"}}\n{second}\n', n="int64", t="string")
        with pytest.raises(TableError, match=r"row 2 \(line 2\): .*, not an object"):
            taken(lines, 0, 2)
        return
    shard, lines = opened(tmp_path, f'{{"n": 1, "t": "a"}}\n{second}\n{{"n": 3, "t": "c"}}\n', n="int64", t="string")
    (rows,) = taken(lines, 0, 3)
    assert list(map(repr, rows)) == list(map(repr, shard.rows(0, 3)))
    assert list(map(list, rows)) == [["n", "t"]] * 3


def test_an_index_of_other_rows_than_the_lock_says_leaves_the_file_to_the_other_reader(tmp_path: Path) -> None:
    shard, lines = opened(tmp_path, '{"t": 1}\n{"t": 2}\n', t="int64")
    assert lines is not None
    size = (tmp_path / "a.jsonl").stat().st_size
    source = Source(tmp_path / "a.jsonl", "toy", "a.jsonl", size, tmp_path / "index", lambda content: None)
    assert line_rows(source, 2, (("t", parse_type("int64")),), shard) is not None
    assert line_rows(source, 3, (("t", parse_type("int64")),), shard) is None
