"""Arrow IPC: files and streams, packed or not, read in place; damage, lies about offsets, save_to_disk folders."""

from __future__ import annotations

import json
import pickle
import random
import re
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from recipes_data.columns import parse_type
from recipes_data.errors import TableError
from recipes_data.tables import saved
from recipes_data.tables.arrow import ArrowShard, arrow_facts
from recipes_data.tables.source import Source

ROWS = [
    {"n": n, "text": f"row {n}", "list": list(range(n % 4)), "deep": {"a": None if n % 3 else n}} for n in range(57)
]
WRITERS = {"file": pa.ipc.new_file, "stream": pa.ipc.new_stream}


def write(path: Path, table: pa.Table, kind: str = "stream", packed: str | None = None, batch: int = 10) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    options = pa.ipc.IpcWriteOptions(compression=packed)
    with pa.OSFile(str(path), "wb") as sink, WRITERS[kind](sink, table.schema, options=options) as writer:
        writer.write_table(table, max_chunksize=batch)
    return path


def source(path: Path, file: str | None = None) -> Source:
    return Source(path, f"toy ({file or path.name})", file or path.name, path.stat().st_size, path, lambda _: None)


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize("packed", [None, "lz4", "zstd"])
def test_every_row_and_range_is_read_whatever_the_container(tmp_path: Path, kind: str, packed: str | None) -> None:
    shard = ArrowShard(write(tmp_path / "t.arrow", pa.Table.from_pylist(ROWS), kind, packed), "toy", len(ROWS))
    order = list(range(len(ROWS)))
    random.Random(7).shuffle(order)
    assert [shard.row(index) for index in order] == [ROWS[index] for index in order]
    for start, stop in ((0, 57), (0, 0), (9, 11), (10, 20), (19, 41), (56, 57)):
        assert list(shard.rows(start, stop)) == ROWS[start:stop]
    assert pa.Table.from_batches(shard.batches()).to_pylist() == shard.arrow().to_pylist() == ROWS
    assert shard.seekable is (packed is None)
    assert list(pickle.loads(pickle.dumps(shard)).rows(3, 5)) == ROWS[3:5]


def test_what_is_not_packed_is_read_without_a_copy(tmp_path: Path) -> None:
    table = pa.table({"text": ["x" * 1000] * 5000})
    shard = ArrowShard(write(tmp_path / "t.arrow", table, batch=1000), "toy", 5000)
    before = pa.total_allocated_bytes()
    assert shard.row(4999) == {"text": "x" * 1000}
    assert sum(batch.num_rows for batch in shard.batches()) == 5000
    assert max(batch.num_rows for batch in shard.batches()) <= 1024
    assert pa.total_allocated_bytes() - before < 100_000


def test_words_of_a_dictionary_come_out_as_themselves(tmp_path: Path) -> None:
    table = pa.table({"word": pa.array(["a", "b", None, "a"]).dictionary_encode()})
    path = write(tmp_path / "t.arrow", table)
    assert arrow_facts(path, "toy") == (4, (("word", parse_type("string")),))
    assert [row["word"] for row in ArrowShard(path, "toy", 4).rows(0, 4)] == ["a", "b", None, "a"]


@pytest.mark.parametrize("kind", WRITERS)
def test_an_empty_table_has_columns_and_no_rows(tmp_path: Path, kind: str) -> None:
    path = write(tmp_path / "t.arrow", pa.table({"n": pa.array([], pa.int64())}), kind)
    assert arrow_facts(path, "toy") == (0, (("n", parse_type("int64")),))
    assert list(ArrowShard(path, "toy", 0).rows(0, 0)) == []


@pytest.mark.parametrize("content", [b"", b"ARROW1\0\0", b"FEA1rest", b"\xff\xff\xff\xff\x10\0\0\0", b"{}\n", b"PAR1"])
def test_bytes_that_are_no_arrow_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "t.arrow"
    path.write_bytes(content)
    with pytest.raises(TableError, match=r"toy: not Arrow IPC that can be read"):
        arrow_facts(path, "toy")


@pytest.mark.parametrize("kind", WRITERS)
def test_a_file_that_was_cut_off_is_refused(tmp_path: Path, kind: str) -> None:
    path = write(tmp_path / "t.arrow", pa.Table.from_pylist(ROWS), kind)
    whole = path.read_bytes()
    for length in (len(whole) // 3, len(whole) // 2, len(whole) - 100):
        path.write_bytes(whole[:length])
        with pytest.raises(TableError, match="not Arrow IPC"):
            arrow_facts(path, "toy")


def test_offsets_that_lead_out_of_the_file_are_refused_before_any_row_is_read(tmp_path: Path) -> None:
    path = write(tmp_path / "t.arrow", pa.table({"t": ["x" * 77777]}))
    end = (77777).to_bytes(4, "little")  # the second of two offsets; what fills them up differs between versions
    far = (1_000_000).to_bytes(4, "little")
    text, count = re.subn(
        rb"(?s)(\0{4})" + re.escape(end) + rb"(?=\0*x)", lambda found: found[1] + far, path.read_bytes()
    )
    assert count == 1
    path.write_bytes(text)
    with pytest.raises(TableError, match="not Arrow IPC"):
        arrow_facts(path, "toy")


def test_text_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    text = pa.Array.from_buffers(pa.string(), 1, [None, pa.py_buffer(b"\0\0\0\0\2\0\0\0"), pa.py_buffer(b"\xff\xfe")])
    with pytest.raises(TableError, match="UTF8"):
        arrow_facts(write(tmp_path / "t.arrow", pa.table({"t": text})), "toy")


@pytest.mark.parametrize("kind", WRITERS)
def test_another_count_than_the_locks_is_refused(tmp_path: Path, kind: str) -> None:
    path = write(tmp_path / "t.arrow", pa.Table.from_pylist(ROWS), kind)
    for count in (56, 58):
        with pytest.raises(TableError, match=f"has 57 rows, the lock says {count}"):
            list(ArrowShard(path, "toy", count).rows(0, count))


def test_a_packed_file_that_ends_too_early_is_refused_and_not_shorter(tmp_path: Path) -> None:
    path = write(tmp_path / "t.arrow", pa.Table.from_pylist(ROWS), packed="zstd")
    assert not ArrowShard(path, "toy", 58).seekable
    with pytest.raises(TableError, match="has 57 rows, the lock says 58"):
        list(ArrowShard(path, "toy", 58).rows(50, 58))
    with pytest.raises(TableError, match="has 57 rows, the lock says 58"):
        ArrowShard(path, "toy", 58).row(57)


def test_images_and_sounds_are_known_by_the_note_that_datasets_makes(tmp_path: Path) -> None:
    cell = pa.struct({"bytes": pa.binary(), "path": pa.string()})
    features = {"image": {"_type": "Image"}, "sounds": {"feature": {"_type": "Audio"}, "_type": "List"}, "plain": {}}
    metadata = {"huggingface": json.dumps({"info": {"features": features}})}
    schema = pa.schema([("image", cell), ("sounds", pa.list_(cell)), ("plain", cell)], metadata=metadata)
    columns = arrow_facts(write(tmp_path / "t.arrow", schema.empty_table()), "toy")[1]
    plain = "struct<bytes: binary, path: string>"
    assert {name: str(kind) for name, kind in columns} == {"image": "image", "sounds": "list<audio>", "plain": plain}


# --- save_to_disk


def folder(tmp_path: Path, state: dict[str, Any], info: dict[str, Any] | None = None) -> list[Source]:
    paths = [
        write(tmp_path / f"data-0000{part}-of-00002.arrow", pa.Table.from_pylist(ROWS[start:stop]))
        for part, start, stop in ((0, 0, 30), (1, 30, 57))
    ]
    for name, note in (("state.json", state), ("dataset_info.json", info)):
        if note is not None:
            (tmp_path / name).write_text(json.dumps(note))
            paths.append(tmp_path / name)
    return [source(path, f"train/{path.name}") for path in paths]


def listed(*parts: int) -> list[dict[str, str]]:
    return [{"filename": f"data-0000{part}-of-00002.arrow"} for part in parts]


def test_rows_come_in_the_order_of_state_json(tmp_path: Path) -> None:
    sources = folder(tmp_path, {"_data_files": listed(1, 0)})
    counts, columns = saved.measure_together(sources, None, [])
    assert counts == [30, 27, 0]
    rows = [row for shard in saved.shards(sources, counts, columns) for row in shard.rows(0, len(shard))]
    assert rows == ROWS[30:] + ROWS[:30]


def test_features_of_dataset_info_count(tmp_path: Path) -> None:
    info = {"features": {"n": {"names": ["a", "b"], "_type": "ClassLabel"}}}
    columns = saved.measure_together(folder(tmp_path, {"_data_files": listed(0, 1)}, info), None, [])[1]
    assert str(dict(columns)["n"]) == 'class_label["a","b"]'


@pytest.mark.parametrize(
    ("state", "message"),
    [
        ({"_data_files": listed(0, 1), "_indices_data_files": [{"filename": "indices.arrow"}]}, "an indices mapping"),
        ({"_data_files": listed(0)}, "does not list train/data-00001-of-00002.arrow"),
        ({"_data_files": [*listed(0, 1), {"filename": "../other.arrow"}]}, "'../other.arrow', which is no file"),
        ({"_data_files": [*listed(0, 1), *listed(0)]}, "which is no file of the split"),
        ({"_data_files": []}, "lists no `_data_files`"),
        ([], "not an object"),
    ],
)
def test_a_folder_that_says_other_rows_than_its_files_is_refused(tmp_path: Path, state: Any, message: str) -> None:
    with pytest.raises(TableError, match=message):
        saved.measure_together(folder(tmp_path, state), None, [])


def test_a_folder_without_its_state_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"0 files are called state\.json"):
        saved.measure_together(folder(tmp_path, {})[:2], None, [])


def test_two_columns_of_one_name_are_refused_since_a_row_could_hold_only_one(tmp_path: Path) -> None:
    table = pa.table([pa.array([1]), pa.array([2])], names=["x", "x"])
    with pytest.raises(TableError, match="toy: two columns are called 'x'") as caught:
        arrow_facts(write(tmp_path / "t.arrow", table), "toy")
    assert caught.value.do == "no rows can be given of it; its path: recipes-data path NAME"
