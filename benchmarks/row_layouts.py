"""The only home of the choice of the row cache's layout: every layout built and read as whole processes.

    python benchmarks/row_layouts.py [--scale small|full] [--rows N] [--runs N] [--out docs/row-cache.md]

Rows are those of the made-up Tulu 3 (`data.py`). The table goes into the page between its two marks.
"""

from __future__ import annotations

import argparse
import array
import compileall
import os
import platform
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from data import make  # isort: skip  # beside this file
from row_readers import LAYOUTS  # isort: skip
from timing import Command, measure  # isort: skip
from where import ROOT  # isort: skip

from recipes_data.tables.rowfile import RowFileWriter
from recipes_data.tables.rowvalues import packer
from recipes_data.tables.schema import arrow_schema, columns_of
from recipes_data.tables.sealing import seal

BEGIN, END = "<!-- row layouts: made by benchmarks/row_layouts.py -->\n", "<!-- end of row layouts -->\n"
TASKS = {"first": "first shuffled batch of 128", "epoch": "shuffled epoch", "all": "rows in order"}
_FILES = {
    "parquet in place": ("parquet",),
    "jsonl + offsets, json": ("json", "json.ends"),
    "jsonl + offsets, orjson": ("json", "json.ends"),
    "jsonl + offsets, msgspec": ("json", "json.ends"),
    "msgpack in SQLite": ("sqlite",),
    "Arrow IPC, large_string, take": ("arrow",),
    "msgpack + offsets, msgspec": ("msgpack", "msgpack.ends"),
    "row file": ("rows",),
}


def _batches(files: list[Path], rows: int) -> Iterator[pa.RecordBatch]:
    left = rows
    for file in files:
        for batch in pq.ParquetFile(file).iter_batches(1000):
            if left <= 0:
                return
            yield batch.slice(0, left)
            left -= batch.num_rows


def _blobs(path: Path, rows: Iterable[bytes]) -> None:
    ends = array.array("q", [0])
    with path.open("wb") as file:
        for row in rows:
            file.write(row)
            ends.append(ends[-1] + len(row))
    path.with_name(path.name + ".ends").write_bytes(ends.tobytes())


def _row_file(folder: Path, batches: Iterable[pa.RecordBatch], rows: int, columns: Any) -> None:
    writer, pack, at = RowFileWriter(folder / "rows", "bench", rows), packer(columns), 0
    for batch in batches:
        buffer, ends = bytearray(), []
        for row in batch.to_pylist():
            pack(row, buffer)
            ends.append(len(buffer))
        writer.add(at, buffer, ends)
        at += len(ends)
    writer.finish()
    writer.close()
    seal(folder / "rows")


def build(folder: Path, files: list[Path], rows: int) -> dict[str, float]:
    """All layouts of the first `rows` rows; the seconds that each took, on one core, from decoded Arrow batches on."""
    batches = list(_batches(files, rows))
    schema = batches[0].schema
    columns = columns_of(schema)
    (folder / "columns").write_text("".join(f"{name}\t{kind}\n" for name, kind in columns), encoding="utf-8")
    (folder / "order").write_bytes(np.random.default_rng(0).permutation(rows).astype("<i8").tobytes())
    pq.write_table(pa.Table.from_batches(batches), folder / "parquet", row_group_size=1000, compression="snappy")

    def dicts() -> Iterator[dict[str, Any]]:
        for batch in batches:
            yield from batch.to_pylist()

    def arrow() -> None:
        wide = arrow_schema(columns)
        table = pa.Table.from_batches(batches).cast(wide).combine_chunks()
        with pa.OSFile(str(folder / "arrow"), "wb") as sink, pa.ipc.new_file(sink, wide) as out:
            out.write_table(table)

    def sqlite() -> None:
        base = sqlite3.connect(folder / "sqlite")
        base.execute("create table rows (id integer primary key, row blob)")
        pack = msgspec.msgpack.Encoder().encode
        base.executemany("insert into rows values (?, ?)", ((at, pack(row)) for at, row in enumerate(dicts())))
        base.commit()
        base.close()

    makers: dict[str, Callable[[], None]] = {
        "jsonl + offsets, orjson": lambda: _blobs(folder / "json", (orjson.dumps(row) + b"\n" for row in dicts())),
        "msgpack in SQLite": sqlite,
        "Arrow IPC, large_string, take": arrow,
        "msgpack + offsets, msgspec": lambda: _blobs(
            folder / "msgpack", map(msgspec.msgpack.Encoder().encode, dicts())
        ),
        "row file": lambda: _row_file(folder, batches, rows, columns),
    }
    seconds = {}
    for name, maker in makers.items():
        began = time.perf_counter()
        maker()
        seconds[name] = time.perf_counter() - began
    return seconds


def table(folder: Path, built: dict[str, float], rows: int, runs: int) -> str:
    """The layouts side by side, as Markdown."""
    for path in (ROOT / "recipes_data", ROOT / "benchmarks", Path(msgspec.__file__).parent, Path(pa.__file__).parent):
        compileall.compile_dir(path, quiet=2)
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environ["PYTHONPATH"] = str(ROOT)
    script = str(Path(__file__).with_name("row_readers.py"))
    cells: dict[str, list[str]] = {name: [] for name in LAYOUTS}
    for task in TASKS:
        contenders = {
            name: Command([sys.executable, script, name, task, str(folder)], environ, folder)
            for name in LAYOUTS
            # a shuffled epoch that decodes a row group for every row takes hours
            if not (name == "parquet in place" and task == "epoch")
        }
        whole, failed = measure(contenders, runs if task != "first" else 3 * runs, limit=300, budget=120)
        if failed:
            raise SystemExit(str(failed))
        answers = {str(figures.watched.answer) for figures in whole.values()}
        if len(answers) != 1:
            raise SystemExit(f"the layouts do not hold the same rows: {answers}")
        for name in LAYOUTS:
            if name not in whole:
                cells[name].append("-")
                continue
            seconds = statistics.median(whole[name].seconds)
            memory = whole[name].watched.anonymous_kib / 1024
            per_second = "" if task == "first" else f", {rows / seconds / 1000:,.0f} k rows/s, {memory:.0f} MiB"
            cells[name].append(f"{seconds:.3f} s{per_second}")
    versions = f"pyarrow {pa.__version__}, msgspec {msgspec.__version__}, orjson {orjson.__version__}"
    lines = [
        f"{rows:,} rows of made-up Tulu 3; medians of whole processes in turn, start and imports included, bytecode",
        "compiled, pages in the cache; MiB are anonymous memory, at the peak. Written by one thread from Arrow.",
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {versions},",
        f"{datetime.now(UTC):%Y-%m-%d}, load {os.getloadavg()[0]:.1f}.",
        "",
        "| layout | bytes | written in | " + " | ".join(TASKS.values()) + " |",
        "|---|---|---|---|---|---|",
    ]
    for name, found in cells.items():
        size = sum((folder / file).stat().st_size for file in _FILES[name])
        took = f"{built[name]:.1f} s" if name in built else "-"
        lines.append(f"| {name} | {size / 1e6:,.0f} MB | {took} | " + " | ".join(found) + " |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Build, measure, and put the table into the page."""
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    words.add_argument("--scale", default="full", choices=("small", "full"))
    words.add_argument("--rows", type=int, default=200_000)
    words.add_argument("--runs", type=int, default=3)
    words.add_argument("--out", type=Path, default=ROOT / "docs" / "row-cache.md")
    given = words.parse_args()
    files = sorted(make("tulu", given.scale).glob("**/*.parquet"))
    rows = sum(batch.num_rows for batch in islice(_batches(files, given.rows), None))
    folder = Path(tempfile.mkdtemp(prefix="row-layouts-"))
    try:
        made = table(folder, build(folder, files, rows), rows, given.runs)
    finally:
        shutil.rmtree(folder)
    print(made)
    if given.out.exists() and BEGIN in (page := given.out.read_text(encoding="utf-8")):
        before, _, rest = page.partition(BEGIN)
        given.out.write_text(before + BEGIN + made + END + rest.partition(END)[2], encoding="utf-8")


if __name__ == "__main__":
    main()
