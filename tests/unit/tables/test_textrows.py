"""Rows of text files: in place where the file is plain, streamed where it is packed, the same either way."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from recipes_data.columns import Columns
from recipes_data.errors import IntegrityError, TableError, UnsafeFileError
from recipes_data.formats import FORMATS, format_of
from recipes_data.tables import unpacking
from recipes_data.tables.opening import reader_of
from recipes_data.tables.shards import Row, Shard
from recipes_data.tables.source import Source
from recipes_data.tables.toarrow import arrow_batches
from recipes_data.tables.unpacking import text_file

ROWS = [{"a": f"row {n}", "b": "x\ny" if n % 7 else "é"} for n in range(3000)]
TEXTS = {
    "jsonl": "".join(json.dumps(row) + "\n" for row in ROWS),
    "json": json.dumps(ROWS, indent=1),
    "csv": "a,b\n" + "".join(f'{row["a"]},"{row["b"]}"\n' for row in ROWS),
    "tsv": "a\tb\n" + "".join(f'{row["a"]}\t"{row["b"]}"\n' for row in ROWS),
    "txt": "".join(f"{row['a']}\r\n" for row in ROWS),
}
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": lambda content: pa.compress(content, codec="zstd", asbytes=True),
}


def source(folder: Path, name: str, content: bytes) -> Source:
    (folder / name).write_bytes(content)
    return Source(folder / name, name, name, len(content), folder / "index", (folder / "index").write_bytes)


def opened(one: Source, count: int | None = None) -> tuple[Shard, Columns]:
    reader = reader_of(str(format_of(one.file)))
    facts = reader.measure(one, None)
    (shard,) = reader.shards([one], [facts.rows if count is None else count], facts.columns)
    return shard, facts.columns


@pytest.mark.parametrize("packing", PACKERS)
@pytest.mark.parametrize("kind", TEXTS)
def test_any_part_of_the_rows_is_read_from_plain_and_packed_files(tmp_path: Path, kind: str, packing: str) -> None:
    one = source(tmp_path, f"t.{kind}{packing}", PACKERS[packing](TEXTS[kind].encode()))
    shard, _ = opened(one)
    true: list[Row] = [{"text": row["a"]} for row in ROWS] if kind == "txt" else ROWS
    assert len(shard) == 3000
    assert list(shard.rows(0, 3000)) == true
    assert list(shard.rows(1020, 1030)) == true[1020:1030]
    assert list(shard.rows(2047, 2050)) == true[2047:2050]
    assert list(shard.rows(2999, 3000)) == true[2999:]
    assert list(shard.rows(5, 5)) == []
    assert [shard.row(index) for index in (2999, 0, 1024)] == [true[2999], true[0], true[1024]]
    assert shard.seekable is (packing == "")  # type: ignore[attr-defined]
    again = pickle.loads(pickle.dumps(shard))
    assert again.row(17) == true[17]
    assert (tmp_path / "index").exists() is (packing == "")
    assert FORMATS[str(format_of(one.file))].packed


def test_an_index_that_is_there_is_used_and_one_that_is_not_is_built(tmp_path: Path) -> None:
    one = source(tmp_path, "t.json", TEXTS["json"].encode())
    opened(one)
    kept = (tmp_path / "index").read_bytes()
    (tmp_path / "index").unlink()
    reader = reader_of("json")
    shard = reader.shards([one], [3000], (("a", reader.measure(one, None).columns[0][1]),))[0]
    assert shard.row(2999) == {"a": "row 2999"}
    assert (tmp_path / "index").read_bytes() == kept


@pytest.mark.parametrize("kind", TEXTS)
def test_another_number_of_rows_than_was_measured_is_refused(tmp_path: Path, kind: str) -> None:
    with pytest.raises(IntegrityError, match=r"has 3,000 rows, the lock says 2,999"):
        opened(source(tmp_path, f"t.{kind}", TEXTS[kind].encode()), 2999)
    shard, _ = opened(source(tmp_path, f"t.{kind}.gz", gzip.compress(TEXTS[kind].encode())), 3001)
    with pytest.raises(TableError, match=r"has fewer rows than the 3,001 that were measured"):
        list(shard.rows(0, 3001))
    with pytest.raises(TableError, match=r"has fewer rows than the 3,001 that were measured"):
        shard.row(3000)


@pytest.mark.parametrize("packing", [packing for packing in PACKERS if packing])
def test_a_packed_file_that_is_cut_damaged_or_a_bomb_is_refused(
    tmp_path: Path, packing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed = PACKERS[packing](TEXTS["jsonl"].encode())
    name = f"t.jsonl{packing}"
    for wrong in (packed[:-9], packed[: len(packed) // 2], b"", b"no stream at all", packed + b"x" * 40):
        with pytest.raises(TableError) as caught:
            opened(source(tmp_path, name, wrong))
        assert caught.value.what.startswith(f"{name}: ")
        assert "recipes-data verify" in caught.value.do
    flipped = bytearray(packed)
    flipped[len(packed) // 2] ^= 0xFF
    with pytest.raises(TableError):
        opened(source(tmp_path, name, bytes(flipped)))
    monkeypatch.setattr(unpacking, "FREE_BYTES", 1 << 20)
    bomb = PACKERS[packing](b" " * (2 << 20))
    with pytest.raises(UnsafeFileError, match="250 times its size"):
        list(text_file(source(tmp_path, name, bomb)).blocks())


def test_what_is_wrong_behind_many_blocks_is_named_by_its_line(tmp_path: Path) -> None:
    lines = [json.dumps({"a": "x" * 2000})] * 2000
    lines[1900] = '{"a": 1,,}'
    with pytest.raises(TableError, match=r"^t\.jsonl, row 1,901 \(line 1,901\)"):
        opened(source(tmp_path, "t.jsonl", "\n".join(lines).encode()))


def test_several_streams_in_one_file_are_one_text(tmp_path: Path) -> None:
    for packing, pack in PACKERS.items():
        half = len(TEXTS["jsonl"]) // 2
        content = TEXTS["jsonl"].encode()
        shard, _ = opened(source(tmp_path, f"t.jsonl{packing}", pack(content[:half]) + pack(content[half:])))
        assert list(shard.rows(0, 3000)) == ROWS


def test_batches_are_bounded_in_rows_and_in_bytes(tmp_path: Path) -> None:
    shard, columns = opened(source(tmp_path, "t.jsonl", TEXTS["jsonl"].encode()))
    assert [batch.num_rows for batch in shard.batches()] == [1024, 1024, 952]
    wide = [{"a": "x" * (9 << 20), "b": ["y" * (9 << 20)]} for _ in range(5)]
    kinds: Any = opened(source(tmp_path, "w.jsonl", b'{"a": "x", "b": ["y"]}\n'))[1]
    assert [batch.num_rows for batch in arrow_batches(wide, kinds, "wide")] == [2, 2, 1]
    assert [batch.num_rows for batch in arrow_batches([], columns, "none")] == [0]


def test_a_value_that_arrow_cannot_hold_is_named_by_row_and_column(tmp_path: Path) -> None:
    odd = [*ROWS[:2000], {"a": "x", "b": "\udc00"}]
    shard, _ = opened(source(tmp_path, "t.jsonl", "".join(json.dumps(row) + "\n" for row in odd).encode()))
    assert shard.row(2000) == odd[2000]
    with pytest.raises(TableError, match=r"^t\.jsonl, row 2,001, column 'b': a value cannot be held by Arrow as it is"):
        shard.arrow()


def test_objects_without_a_single_key_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="2 rows without a single column"):
        opened(source(tmp_path, "t.jsonl", b"{}\n{}\n"))
