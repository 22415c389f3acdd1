"""The odd files: every value is the one that stands in the file, or the file is refused with its place named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from benchmarks.odd_files import FILES, OddFile, Size, compare
from recipes_data.errors import TableError, UnsafeFileError
from recipes_data.formats import format_of
from recipes_data.tables.opening import reader_of
from recipes_data.tables.shards import Shard
from recipes_data.tables.source import FileFacts, Source
from recipes_data.tables.table import Table

SIZE = Size()
EVERY = pytest.mark.parametrize("odd", FILES, ids=[odd.name for odd in FILES])

# All others have to come out equal. The text is what the refusal says of the place.
REFUSED = {
    "beyond_2_63.jsonl": ", row 6, column 'a': the integer 9223372036854775809 does not fit 64 bits",
    "beyond_2_64.jsonl": ", row 6, column 'a': the integer 18446744073709551617 does not fit 64 bits",
    "all_beyond_2_64.jsonl": ", row 1, column 'a': the integer 18446744073709551616 does not fit 64 bits",
    "float_then_big.jsonl": ", row 6, column 'a': the integer 18446744073709551617 does not fit 64 bits",
    "mixed_list.jsonl": ", row 6, column 'a': string does not go with the int64",
    "int_then_float.jsonl": ", row 6, column 'a': float64 does not go with the int64 of row 1",
    "int_then_text.jsonl": ", row 6, column 'a': string does not go with the int64 of row 1",
    "bool_then_int.jsonl": ", row 6, column 'a': int64 does not go with the bool of row 1",
    "object_then_list.jsonl": ", row 6, column 'a': list<int64> does not go with the struct<k: int64> of row 1",
    "too_large.jsonl": ", row 6 (line 6): the number 1e400 is too large for a float64",
    "trailing_garbage.jsonl": ", row 6 (line 6), column 20 of the text: Extra data",
    "two_in_a_line.jsonl": ", row 6 (line 6), column 20 of the text: Extra data",
    "no_object.jsonl": ", row 6 (line 6): list [1, 2], not an object",
    "raw_nul.jsonl": ", row 6 (line 6), column 17 of the text: Invalid control character at",
    "raw_control.jsonl": ", row 6 (line 6), column 17 of the text: Invalid control character at",
    "not_utf8.jsonl": ", row 6 (line 6): not UTF-8 at byte 16 of the line",
    "truncated.jsonl": ", row 6 (line 6), column 15 of the text: Unterminated string starting at",
    "deep.jsonl": ", row 1 (line 1): lists and objects are nested too deep",
    "broken.jsonl.gz": ": expected gz, and cannot unpack it near byte 46: "
    "Error -3 while decompressing data: incorrect data check",
    "truncated.jsonl.gz": ": the gz stream breaks off after 1,132 bytes",
    "truncated.jsonl.xz": ": the xz stream breaks off after 176 bytes",
    "truncated.jsonl.zst": ": expected zstd, and cannot unpack it: Truncated compressed stream",
    "garbage.jsonl.zst": ": expected zstd, and cannot unpack it: ZSTD decompress failed: Unknown frame descriptor",
    "bomb.jsonl.gz": " unpacks to more than 250 times its size, as a zip bomb does",
    "array_big.json": ", row 6, column 'a': the integer 9223372036854775809 does not fit 64 bits",
    "array_float.json": ", row 6, column 'a': float64 does not go with the int64 of row 1",
    "array_garbage.json": ", row 8 (line 1), column 142 of the text: Extra data after the end of the array",
    "array_truncated.json": ", row 8 (line 1), column 140 of the text: Expecting ',' or ']' after an item of the array",
    "array_comma.json": ", row 3 (line 1), column 21 of the text: Expecting value",
    "after_quote.csv": ", row 6 (line 7), column 6 of the text: text between a closing quote and the next delimiter",
    "open_quote.csv": ", row 6 (line 7): a quote that is never closed",
    "short.csv": ", row 6 (line 7): fields: 1, columns in the header: 2",
    "long.csv": ", row 6 (line 7): fields: 3, columns in the header: 2",
    "twice.csv": ", header (line 1): two columns are called 'a'",
    "not_utf8.csv": ", row 6 (line 7): not UTF-8 at byte 3 of the record",
    "not_utf8.txt": ", row 2 (line 2): not UTF-8 at byte 1 of the line",
}
# half of a surrogate pair is a value of Python and none of Arrow
NOT_ARROW = {"lone_surrogate.jsonl"}


def source(folder: Path, odd: OddFile) -> Source:
    path = folder / odd.name
    path.write_bytes(odd.content(SIZE))
    return Source(path, odd.name, odd.name, path.stat().st_size, folder / "index", (folder / "index").write_bytes)


def opened(one: Source) -> tuple[FileFacts, Shard]:
    reader = reader_of(str(format_of(one.file)))
    facts = reader.measure(one, None)
    return facts, reader.shards([one], [facts.rows], facts.columns)[0]


def test_a_comparison_sees_what_is_not_equal() -> None:
    assert compare([{"a": 1}], [{"a": 1, "b": None}]) == ""
    assert compare([{"a": [1, {"b": float("nan")}]}], [{"a": [1, {"b": float("nan"), "c": None}]}]) == ""
    for given, true, said in [
        ([{"a": 1.0}], [{"a": 1}], "row 1, 'a': 1 became 1.0"),
        ([{"a": True}], [{"a": 1}], "row 1, 'a': 1 became True"),
        ([{"a": 0.0}], [{"a": -0.0}], "row 1, 'a': -0.0 became 0.0"),
        ([{"a": 1}], [{"a": 1}, {"a": 2}], "1 rows, there are 2"),
        ([{"a": 1, "b": 2}], [{"a": 1}], "row 1, 'b': None became 2"),
        ([{"a": [1]}], [{"a": [1, None]}], "row 1, 'a': [1, None] became [1]"),
        ([], None, "0 rows of a file that is not of its format"),
    ]:
        assert compare(given, true) == said
    assert compare([{"a": 7}], [{"a": "007"}], typed_text=True) == "row 1, 'a': '007' became 7"
    assert compare([{"a": 7, "b": None, "c": True}], [{"a": "7", "b": "", "c": "true"}], typed_text=True) == ""


@EVERY
def test_rows_are_equal_or_refused(odd: OddFile, tmp_path: Path) -> None:
    if odd.name in REFUSED:
        with pytest.raises((TableError, UnsafeFileError)) as caught:
            opened(source(tmp_path, odd))
        assert caught.value.what == f"{odd.name}{REFUSED[odd.name]}"
        return
    _, shard = opened(source(tmp_path, odd))
    given: list[Any] = list(shard.rows(0, len(shard)))
    assert compare(given, odd.rows(odd.content(SIZE))) == ""
    assert [shard.row(index) for index in reversed(range(len(shard)))] == given[::-1] or "infinite" in odd.name
    assert list(shard.rows(1, len(shard) - 1)) == given[1:-1] or "infinite" in odd.name


@EVERY
def test_arrow_is_equal_or_refused(odd: OddFile, tmp_path: Path) -> None:
    if odd.name in REFUSED:
        return  # so are its rows
    true = odd.rows(odd.content(SIZE))
    facts, shard = opened(source(tmp_path, odd))
    if odd.name in NOT_ARROW:
        with pytest.raises(TableError, match=rf"^{odd.name}, row \d+, column 'a': a value cannot be held by Arrow"):
            shard.arrow()
        with pytest.raises(TableError, match="column 'a'"):
            list(shard.batches())
        return
    assert compare(shard.arrow().to_pylist(), true) == ""
    assert compare([row for batch in shard.batches() for row in batch.to_pylist()], true) == ""
    assert shard.arrow().schema.names == [name for name, _ in facts.columns]
    assert compare(Table([shard, shard], facts.columns).arrow().to_pylist(), [*(true or []), *(true or [])]) == ""
