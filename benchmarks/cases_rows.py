"""The only home of the cases about rows: first row, first batch, epochs, many processes on one table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from case import Case, Contender, Goal
from timing import Crowd
from world import World

__all__ = ["CASES"]

_PREPARED = "its cache was prepared before"
_COLD = "its cache is empty before each run, and prepared in it"
_FETCHED = "fetched and verified before; nothing read yet"


def _imports(world: World) -> list[Contender]:
    def importing(module: str) -> Contender:
        return Contender(f"import {module}", "peer", world.python(f"import {module}"), answers=False)

    ours = Contender("import loaders", "ours", world.python("import loaders"), answers=False)
    load = Contender("from loaders import load", "ours", world.python("from loaders import load"), answers=False)
    floor = Contender("python -c pass", "floor", world.python("pass"), answers=False)
    return [ours, load, *map(importing, ("datasets", "polars", "pyarrow.parquet", "duckdb")), floor]


def _peers(world: World, functions: Mapping[str, str]) -> list[Contender]:
    """Contenders by the functions of `peers` that they run. Those of `datasets` find their cache prepared."""
    notes = {title: _PREPARED for title in functions if title.startswith("datasets")}
    return [
        Contender(title, "peer", world.peer(function), note=notes.get(title, ""))
        for title, function in functions.items()
    ]


def _gsm(world: World) -> list[Contender]:
    peers = {
        "datasets": "datasets_gsm_all",
        "polars read_parquet, iter_rows": "polars_gsm_all",
        "pyarrow iter_batches, to_pylist": "pyarrow_gsm_all",
    }
    return [
        Contender("load, every row", "ours", world.ours("gsm_all")),
        *_peers(world, peers),
        Contender("marshal: the finished list", "floor", world.peer("marshal_gsm_all")),
    ]


def _tulu_first_row(world: World) -> list[Contender]:
    copy = world.work / "store-first-row"
    again = world.relinked(world.fresh_store(["tulu"]), copy)
    ours = world.ours("first_row", before=again, RECIPES_DATA_HOME=str(copy), BENCH_ADDRESS="tulu:train")
    peers = {
        "polars scan_parquet, head": "polars_tulu_first_row",
        "duckdb, LIMIT 1": "duckdb_tulu_first_row",
    }
    return [
        Contender("load, first row", "ours", ours, note=_FETCHED),
        Contender("datasets, cold", "peer", world.cold_datasets("datasets_tulu_first_row"), note=_COLD),
        Contender("datasets, streaming", "peer", world.peer("datasets_tulu_first_row_streaming")),
        *_peers(world, peers),
        Contender("pyarrow ParquetFile, first row group", "floor", world.peer("pyarrow_tulu_first_row")),
    ]


def _first_batch(world: World) -> list[Contender]:
    return [
        Contender("load, shuffle, first batch", "ours", world.ours("tulu_first_batch"), note="row cache there"),
        *_peers(world, {"datasets": "datasets_tulu_first_batch"}),
        Contender("python -c pass", "floor", world.python("pass"), answers=False),
    ]


def _first_batch_built(world: World) -> list[Contender]:
    copy = world.work / "store-first-batch"
    again = world.relinked(world.fresh_store(["tulu"]), copy)
    ours = replace(world.ours("tulu_first_batch", before=again, RECIPES_DATA_HOME=str(copy)), writes=True)
    cold = world.cold_datasets("datasets_tulu_first_batch")
    return [
        Contender("load, shuffle, first batch", "ours", ours, note="the row cache is built in it; " + _FETCHED),
        Contender("datasets, cold", "peer", cold, note=_COLD),
    ]


def _shuffled_epoch(world: World) -> list[Contender]:
    return [
        Contender("load, shuffle, skip, batches", "ours", world.ours("shuffled_epoch"), note="row cache there"),
        *_peers(world, {"datasets shuffle, skip, select": "datasets_shuffled_epoch"}),
        Contender("copy each row's bytes in that order", "floor", world.peer("copy_shuffled_epoch"), answers=False),
    ]


def _sequential_epoch(world: World) -> list[Contender]:
    peers = {
        "datasets, for row in": "datasets_sequential_epoch",
        "datasets, iter(1000)": "datasets_sequential_batches",
        "polars scan, collect_batches": "polars_sequential_epoch",
        "pyarrow iter_batches, to_pylist": "pyarrow_sequential_epoch",
    }
    return [
        Contender("for row in load(...)", "ours", world.ours("sequential_epoch")),
        *_peers(world, peers),
        Contender("copy each row's bytes", "floor", world.peer("copy_sequential_epoch"), answers=False),
    ]


def _lcb_first_row(world: World) -> list[Contender]:
    copy = world.work / "store-lcb"
    again = world.relinked(world.fresh_store(["lcb"]), copy)
    ours = world.ours("first_row", before=again, RECIPES_DATA_HOME=str(copy), BENCH_ADDRESS="lcb:test")
    return [
        Contender("load, first row", "ours", ours, note=_FETCHED + " (the fetch counted the lines)"),
        Contender("datasets, cold", "peer", world.cold_datasets("datasets_lcb_first_row"), note=_COLD),
        *_peers(world, {"polars scan_ndjson, head": "polars_lcb_first_row", "duckdb, LIMIT 1": "duckdb_lcb_first_row"}),
        Contender("json, one line", "floor", world.peer("stdlib_lcb_first_row")),
    ]


def _lcb_all(world: World) -> list[Contender]:
    peers = {
        "datasets": "datasets_lcb_all",
        "polars scan_ndjson": "polars_lcb_all",
        "orjson, line by line": "orjson_lcb_all",
        "json, line by line": "json_lcb_all",
    }
    return [Contender("load, every row", "ours", world.ours("lcb_all")), *_peers(world, peers)]


def _crowd(world: World) -> list[Contender]:
    count = {"full": 64, "small": 16, "tiny": 2}[world.scale]
    ours, theirs = Crowd(world.ours("crowd"), count), Crowd(world.peer("datasets_crowd"), count)
    return [
        Contender(f"load, {count} processes", "ours", ours, note="row cache there"),
        Contender(f"datasets, {count} processes", "peer", theirs, note=_PREPARED),
        Contender("the table's rows, mapped by one process", "floor", Crowd(world.peer("mapped_table"), 1)),
    ]


_EPOCH_RUNS = {"tiny": 1, "small": 3, "full": 3}

CASES = (
    Case("import", "Import", "Start", "A process that imports and ends.", _imports,
         goals=(Goal("45 times below datasets", "import datasets", 45),), runs={"tiny": 1, "small": 5, "full": 15}),
    Case("gsm_all", "GSM8K, all 7,473 rows as dicts", "Rows", "Open the training split and take every row.", _gsm,
         truth="pyarrow iter_batches, to_pylist", goals=(Goal("8 times datasets", "datasets", 8),)),
    Case("tulu_first_row", "Tulu, first row from downloaded shards", "Rows", "Six parquet shards; nothing is prepared.",
         _tulu_first_row, truth="pyarrow ParquetFile, first row group", runs=_EPOCH_RUNS,
         goals=(Goal("40 times datasets' cold start", "datasets, cold", 40),)),
    Case("tulu_first_batch", "Tulu, first shuffled batch of 128, row cache there", "Rows",
         "`shuffle(0)`, then 128 rows.", _first_batch, goals=(Goal("15 times datasets", "datasets", 15),)),
    Case("tulu_first_batch_built", "Tulu, first shuffled batch of 128, with the build", "Rows",
         "The same from downloaded shards: what is prepared is part of it.", _first_batch_built, runs=_EPOCH_RUNS,
         goals=(Goal("no slower than datasets' cold start", "datasets, cold", 1),)),
    Case("tulu_shuffled_epoch", "Tulu, shuffled epoch in batches of 128", "Rows",
         "`shuffle(0)`, the first 1,024 rows are the test's, all others in batches; the same rows in the same order.",
         _shuffled_epoch, runs=_EPOCH_RUNS, goals=(Goal("8 times datasets", "datasets shuffle, skip, select", 8),
                Goal("under 120 MB of anonymous memory", anonymous_mib=120e6 / 2**20))),
    Case("tulu_sequential_epoch", "Tulu, sequential epoch", "Rows", "Every row, in the order of the files.",
         _sequential_epoch, truth="pyarrow iter_batches, to_pylist", runs=_EPOCH_RUNS,
         goals=(Goal("6 times datasets", "datasets, for row in", 6),)),
    Case("lcb_first_row", "LiveCodeBench, first row, cold", "Rows", "Six files of JSON Lines, cells of many megabytes.",
         _lcb_first_row, truth="json, one line", runs=_EPOCH_RUNS,
         goals=(Goal("30 times datasets' cold start", "datasets, cold", 30),)),
    Case("lcb_all", "LiveCodeBench, all rows as dicts", "Rows", "Private tests stay as they are packed.",
         _lcb_all, truth="json, line by line", runs=_EPOCH_RUNS),
    Case("crowd", "Many processes on one table", "Rows",
         "Each takes its share of the shuffled batches and stays; then the proportional memory (PSS) is added up.",
         _crowd, goals=(Goal("under twice the table", "the table's rows, mapped by one process", 0.5),),
         figure="total", runs={"tiny": 1, "small": 1, "full": 1}, limit=900, budget=1800),
)  # fmt: skip
