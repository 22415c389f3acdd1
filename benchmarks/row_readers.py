"""One layout of rows on disk, read by a whole process: `python row_readers.py LAYOUT first|epoch|all FOLDER`.

Prints the number of rows and of characters of their texts, so that no layout wins by reading less. Imports at the top
only what every layout needs: the start is what is measured.
"""

import mmap
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    Gather = Callable[[Sequence[int]], list[dict[str, Any]]]
    Everything = Callable[[], Iterator[dict[str, Any]]]

__all__ = ["LAYOUTS", "main"]

_BATCH = 128


def _mapped(path: "str") -> "memoryview":
    with open(path, "rb") as file:
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def _blobs(folder: "str", name: "str", decode: "Callable[[Any], Any]") -> "tuple[Gather, Everything]":
    """Rows one after another in a file, and where each begins and ends in another."""
    text, ends = _mapped(f"{folder}/{name}"), _mapped(f"{folder}/{name}.ends").cast("q")

    def gather(at: "Sequence[int]") -> "list[dict[str, Any]]":
        return [decode(text[ends[i] : ends[i + 1]]) for i in at]

    def everything() -> "Iterator[dict[str, Any]]":
        begin = 0
        for end in ends[1:]:
            yield decode(text[begin:end])
            begin = end

    return gather, everything


def _json(folder: "str") -> "tuple[Gather, Everything]":
    import json

    return _blobs(folder, "json", lambda row: json.loads(bytes(row)))


def _orjson(folder: "str") -> "tuple[Gather, Everything]":
    import orjson

    return _blobs(folder, "json", orjson.loads)


def _msgpack(folder: "str") -> "tuple[Gather, Everything]":
    import msgspec

    return _blobs(folder, "msgpack", msgspec.msgpack.Decoder().decode)


def _msgspec_json(folder: "str") -> "tuple[Gather, Everything]":
    import msgspec

    return _blobs(folder, "json", msgspec.json.Decoder().decode)


def _row_file(folder: "str") -> "tuple[Gather, Everything]":
    from pathlib import Path

    from recipes_data.columns import parse_type
    from recipes_data.tables.rowfile import open_row_file

    with open(f"{folder}/columns", encoding="utf-8") as file:
        columns = tuple((name, parse_type(kind)) for name, _, kind in (line.partition("\t") for line in file))
    found = open_row_file(Path(folder, "rows"), "bench", columns)
    if found is None:
        raise SystemExit("no row file")
    return found.gather, lambda: found.rows(0, len(found))


def _sqlite(folder: "str") -> "tuple[Gather, Everything]":
    import sqlite3

    import msgspec

    decode, base = msgspec.msgpack.Decoder().decode, sqlite3.connect(f"file:{folder}/sqlite?mode=ro", uri=True)
    base.execute("pragma mmap_size=1000000000000")

    def one(at: "int") -> "Any":
        return decode(base.execute("select row from rows where id=?", (at,)).fetchone()[0])

    return lambda at: [one(i) for i in at], lambda: (decode(row) for (row,) in base.execute("select row from rows"))


def _arrow_take(folder: "str") -> "tuple[Gather, Everything]":
    import pyarrow as pa

    table = pa.ipc.open_file(pa.memory_map(f"{folder}/arrow")).read_all()  # one batch: `take` copies what it takes

    def gather(at: "Sequence[int]") -> "list[dict[str, Any]]":
        return table.take(pa.array(at, pa.int64())).to_pylist()  # type: ignore[no-any-return]

    def everything() -> "Iterator[dict[str, Any]]":
        for begin in range(0, table.num_rows, 1024):
            yield from table.slice(begin, 1024).to_pylist()

    return gather, everything


def _parquet(folder: "str") -> "tuple[Gather, Everything]":
    import pyarrow.parquet as pq

    file = pq.ParquetFile(f"{folder}/parquet", memory_map=True, pre_buffer=False)
    groups: dict[int, Any] = {}  # the last few that were decoded

    def one(at: "int") -> "Any":
        group = at // 1000
        if group not in groups:
            if len(groups) > 16:
                groups.pop(next(iter(groups)))
            groups[group] = file.read_row_group(group)
        return groups[group].slice(at % 1000, 1).to_pylist()[0]

    def everything() -> "Iterator[dict[str, Any]]":
        for batch in file.iter_batches(1024):
            yield from batch.to_pylist()

    return lambda at: [one(i) for i in at], everything


LAYOUTS = {
    "parquet in place": _parquet,
    "jsonl + offsets, json": _json,
    "jsonl + offsets, orjson": _orjson,
    "jsonl + offsets, msgspec": _msgspec_json,
    "msgpack in SQLite": _sqlite,
    "Arrow IPC, large_string, take": _arrow_take,
    "msgpack + offsets, msgspec": _msgpack,
    "row file": _row_file,
}


def main(layout: "str", task: "str", folder: "str") -> "None":
    """Read the first batch of a shuffled epoch, the epoch, or everything in order."""
    gather, everything = LAYOUTS[layout](folder)
    rows = characters = 0
    if task == "all":
        for row in everything():
            rows, characters = rows + 1, characters + len(row["messages"][0]["content"])
    else:
        order = _mapped(f"{folder}/order").cast("q")
        last = _BATCH if task == "first" else len(order)
        for begin in range(0, last, _BATCH):
            for row in gather(order[begin : begin + _BATCH].tolist()):
                rows, characters = rows + 1, characters + len(row["messages"][0]["content"])
    print(f"[{rows}, {characters}]")


if __name__ == "__main__":
    main(*sys.argv[1:])
