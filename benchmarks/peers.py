"""The only home of the other side of the benchmarks: other libraries on the same files. Each function is one process.

Data files are under `BENCH_HUB`, what was prepared (caches, floors) under `BENCH_WORK`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import telling

BATCH = 128
TEST_ROWS = 1024


def _files(pattern: str) -> list[str]:
    return sorted(str(path) for path in (Path(os.environ["BENCH_HUB"]) / "datasets" / "made").glob(pattern))


TULU = "tulu/data/train-*.parquet"
GSM = "gsm/main/train-*.parquet"
LCB = "lcb/test*.jsonl"


def _datasets(kind: str, files: list[str]) -> Any:
    import datasets

    return datasets.load_dataset(kind, data_files=files, split="train")


# --- Hugging Face datasets; its cache is fresh or prepared: HF_HOME says which ---


def datasets_gsm_all() -> None:
    """All rows."""
    telling.rows(_datasets("parquet", _files(GSM)))


def datasets_tulu_first_row() -> None:
    """The first row."""
    telling.rows([_datasets("parquet", _files(os.environ.get("BENCH_FILES", TULU)))[0]])


def datasets_tulu_first_row_streaming() -> None:
    """The first row, without preparing anything."""
    import datasets

    stream = datasets.load_dataset("parquet", data_files=_files(TULU), split="train", streaming=True)
    telling.rows([next(iter(stream))])


def datasets_tulu_first_batch() -> None:
    """The first shuffled batch."""
    shuffled = _datasets("parquet", _files(os.environ.get("BENCH_FILES", TULU))).shuffle(seed=0)
    telling.batches([shuffled.select(range(min(BATCH, len(shuffled)))).to_list()])


def datasets_shuffled_epoch() -> None:
    """Batches as the cookbook's supervised dataset takes them."""
    train = _datasets("parquet", _files(TULU)).shuffle(seed=0).skip(TEST_ROWS)
    places = range(0, len(train), BATCH)
    telling.batches(train.select(range(at, min(at + BATCH, len(train)))).to_list() for at in places)


def datasets_sequential_epoch() -> None:
    """`for row in dataset`."""
    telling.rows(_datasets("parquet", _files(TULU)))


def datasets_sequential_batches() -> None:
    """`dataset.iter(1000)`, each batch turned into rows."""
    found = _datasets("parquet", _files(TULU)).iter(1000)
    rows = (zip(*batch.values(), strict=True) for batch in found)
    names = ("id", "messages", "source")
    telling.batches([dict(zip(names, row, strict=True)) for row in batch] for batch in rows)


def datasets_lcb_first_row() -> None:
    """The first row of JSON Lines."""
    telling.rows([_datasets("json", _files(LCB))[0]])


def datasets_lcb_all() -> None:
    """All rows of JSON Lines."""
    telling.rows(_datasets("json", _files(LCB)))


def datasets_crowd() -> None:
    """One of many processes: its share of the shuffled batches, then it stays."""
    shuffled = _datasets("parquet", _files(TULU)).shuffle(seed=0)
    rank, ranks = int(os.environ["BENCH_RANK"]), int(os.environ["BENCH_RANKS"])
    count = 0
    for at in range(rank * BATCH, len(shuffled), ranks * BATCH):
        count += len(shuffled.select(range(at, min(at + BATCH, len(shuffled)))).to_list())
    telling.ready(count)


# --- polars ---


def polars_gsm_all() -> None:
    """All rows."""
    import polars as pl

    telling.rows(pl.read_parquet(_files(GSM)).iter_rows(named=True))


def polars_tulu_first_row() -> None:
    """The first row of a lazy scan."""
    import polars as pl

    telling.rows(pl.scan_parquet(_files(os.environ.get("BENCH_FILES", TULU))).head(1).collect().to_dicts())


def polars_sequential_epoch() -> None:
    """A lazy scan, collected in batches."""
    import polars as pl

    telling.batches(batch.to_dicts() for batch in pl.scan_parquet(_files(TULU)).collect_batches())


def polars_lcb_first_row() -> None:
    """The first row of a lazy scan."""
    import polars as pl

    telling.rows(pl.scan_ndjson(_files(LCB)).head(1).collect().to_dicts())


def polars_lcb_all() -> None:
    """All rows."""
    import polars as pl

    telling.rows(pl.scan_ndjson(_files(LCB)).collect().iter_rows(named=True))


# --- pyarrow, duckdb, the standard library ---


def _arrow_batches(pattern: str) -> Iterator[list[dict[str, Any]]]:
    import pyarrow.parquet as pq

    for file in _files(pattern):
        for batch in pq.ParquetFile(file).iter_batches(1000):
            yield batch.to_pylist()


def pyarrow_gsm_all() -> None:
    """All rows."""
    telling.batches(_arrow_batches(GSM))


def pyarrow_tulu_first_row() -> None:
    """The first row of the first row group."""
    telling.rows([next(_arrow_batches(os.environ.get("BENCH_FILES", TULU)))[0]])


def pyarrow_sequential_epoch() -> None:
    """All batches of all row groups."""
    telling.batches(_arrow_batches(TULU))


def duckdb_tulu_first_row() -> None:
    """LIMIT 1 over the shards."""
    import duckdb

    found = duckdb.sql(f"SELECT * FROM read_parquet({_files(TULU)!r}) LIMIT 1")
    assert found is not None
    telling.rows([dict(zip(found.columns, row, strict=True)) for row in found.fetchall()])


def duckdb_lcb_first_row() -> None:
    """LIMIT 1 over the lines."""
    import duckdb

    found = duckdb.sql(f"SELECT * FROM read_json({_files(LCB)!r}, maximum_object_size=200000000) LIMIT 1")
    assert found is not None
    telling.rows([dict(zip(found.columns, row, strict=True)) for row in found.fetchall()])


def _lines(pattern: str, reads: Any) -> Iterator[dict[str, Any]]:
    for path in _files(pattern):
        with open(path, "rb") as file:
            for line in file:
                yield reads(line)


def stdlib_lcb_first_row() -> None:
    """The floor: one line read."""
    telling.rows([next(_lines(LCB, json.loads))])


def json_lcb_all() -> None:
    """Line by line with the standard library."""
    telling.rows(_lines(LCB, json.loads))


def orjson_lcb_all() -> None:
    """Line by line with orjson."""
    import orjson

    telling.rows(_lines(LCB, orjson.loads))


# --- floors: what no reader can be faster than; their files are made by `floors.py` ---


def marshal_gsm_all() -> None:
    """The finished list of dicts, loaded."""
    import marshal

    telling.rows(marshal.loads((Path(os.environ["BENCH_WORK"]) / "gsm.marshal").read_bytes()))


def _spans() -> tuple[memoryview, memoryview]:
    import mmap

    work = Path(os.environ["BENCH_WORK"])
    with open(work / "tulu.rows", "rb") as data, open(work / "tulu.ends", "rb") as ends:
        return (
            memoryview(mmap.mmap(data.fileno(), 0, access=mmap.ACCESS_READ)),
            memoryview(mmap.mmap(ends.fileno(), 0, access=mmap.ACCESS_READ)).cast("q"),
        )


def _copied(order: Iterable[int]) -> int:
    data, ends = _spans()
    return sum(len(bytes(data[ends[row] : ends[row + 1]])) for row in order)


def copy_shuffled_epoch() -> None:
    """Nothing but a copy of each row's bytes, in the shuffled order."""
    import numpy as np

    _, ends = _spans()
    order = np.random.default_rng(0).permutation(len(ends) - 1)[TEST_ROWS:].tolist()
    print(json.dumps({"rows": len(order), "bytes": _copied(order)}))


def copy_sequential_epoch() -> None:
    """Nothing but a copy of each row's bytes."""
    _, ends = _spans()
    count = len(ends) - 1
    print(json.dumps({"rows": count, "bytes": _copied(range(count))}))


def mapped_table() -> None:
    """The table's bytes, mapped and touched once."""
    data, ends = _spans()
    sum(data[::4096])
    telling.ready(len(ends) - 1)


# --- JSON Lines to parquet: from the files `BENCH_FILES` into the file `BENCH_OUT`, zstd level 1 ---


def polars_convert() -> None:
    """A lazy scan into a sink."""
    import polars as pl

    pl.scan_ndjson(_files(os.environ["BENCH_FILES"])).sink_parquet(
        os.environ["BENCH_OUT"], compression="zstd", compression_level=1
    )


def pyarrow_convert() -> None:
    """Arrow's stream of JSON, in blocks of 64 MB."""
    import pyarrow.json as pj
    import pyarrow.parquet as pq

    options = pj.ReadOptions(block_size=64 << 20)
    writer: Any = None
    for file in _files(os.environ["BENCH_FILES"]):
        for batch in pj.open_json(file, read_options=options):
            writer = writer or pq.ParquetWriter(
                os.environ["BENCH_OUT"], batch.schema, compression="zstd", compression_level=1
            )
            writer.write_batch(batch)
    writer.close()


def duckdb_convert() -> None:
    """COPY."""
    import duckdb

    files, out = _files(os.environ["BENCH_FILES"]), os.environ["BENCH_OUT"]
    duckdb.sql(
        f"COPY (SELECT * FROM read_json({files!r}, maximum_object_size=200000000)) TO '{out}' "
        "(FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)"
    )


def msgspec_convert() -> None:
    """Line by line with msgspec, 16 MB at a time, columns of the first batch."""
    import msgspec
    import pyarrow as pa
    import pyarrow.parquet as pq

    writer: Any = None
    schema: Any = None
    held: list[Any] = []
    size = 0

    def write() -> None:
        nonlocal writer, schema, size
        batch = pa.RecordBatch.from_pylist(held, schema)
        schema = batch.schema
        writer = writer or pq.ParquetWriter(os.environ["BENCH_OUT"], schema, compression="zstd", compression_level=1)
        writer.write_batch(batch)
        held.clear()
        size = 0

    for path in _files(os.environ["BENCH_FILES"]):
        with open(path, "rb") as file:
            for line in file:
                held.append(msgspec.json.decode(line))
                size += len(line)
                if size > 16 << 20:
                    write()
    if held:
        write()
    writer.close()


def datasets_convert() -> None:
    """`load_dataset`, then `to_parquet`."""
    _datasets("json", _files(os.environ["BENCH_FILES"])).to_parquet(os.environ["BENCH_OUT"])


def told_lines() -> None:
    """The right answer: every line by the standard library."""
    telling.rows(_lines(os.environ["BENCH_FILES"], json.loads))


def told_parquet() -> None:
    """What the parquet files hold that stand in `BENCH_PARQUET`, one a line."""
    import pyarrow.parquet as pq

    files = os.environ["BENCH_PARQUET"].split("\n")
    telling.batches(batch.to_pylist() for file in files for batch in pq.ParquetFile(file).iter_batches(64))
