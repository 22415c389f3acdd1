"""Draws the orders of streamed shuffles with the `datasets` that is installed: how `stream_orders.json` was made.

    python -m venv V && V/bin/pip install datasets==5.0.1 && V/bin/python tests/contract/draw_stream_orders.py

It imports `datasets` alone, adds what it drew to the JSON file beside it, under its version, and can be run with any
version. Row `i` of a case is the number `i`, counted through all shards; an order is the list of these numbers.
"""

from __future__ import annotations

import inspect
import json
import os
import sys
import tempfile
from pathlib import Path

CASES = [
    # rows of each shard, seed, buffer_size, max_buffer_input_shards (None: one shard after another), before
    ([20], 0, 5, None, None),
    ([20], 0, 1, None, None),
    ([20], 7, 100, None, None),
    ([2300], 3, 64, None, None),
    ([7, 5, 9], 0, 6, None, None),
    ([7, 5, 9], 0, 6, 1, None),
    ([7, 5, 9], 0, 6, 10, None),
    ([7, 5, 9], 1, 1000, 10, None),
    ([13] * 12, 0, 20, 10, None),
    ([13] * 12, 5, 20, 3, None),
    ([40, 1, 25, 3], 2, 11, 2, None),
    ([40, 1, 25, 3], 2, 11, 10, None),
    ([30, 30], 0, 8, 10, ("take", 37)),
    ([30, 30], 0, 8, 10, ("skip", 12)),
    ([30, 30], 0, 8, 10, None),
    ([5], 0, 2, None, None),
    ([1], 0, 3, None, None),
]


def draw(folder: Path, wanted: slice = slice(None)) -> list[dict[str, object]]:
    """Every wanted case that this version has: before 5.0 shards are read one after another, and nothing else."""
    import datasets
    import pyarrow as pa
    import pyarrow.parquet as pq

    datasets.disable_progress_bars()
    interleaves = "max_buffer_input_shards" in inspect.signature(datasets.IterableDataset.shuffle).parameters
    found = []
    for number, (shards, seed, buffer_size, inputs, before) in enumerate(CASES[wanted]):
        if inputs is not None and inputs != 1 and not interleaves:
            continue
        files, start = [], 0
        for part, rows in enumerate(shards):
            path = folder / f"{number}-{part:03d}.parquet"
            pq.write_table(pa.table({"n": list(range(start, start + rows))}), path, row_group_size=4)
            files.append(str(path))
            start += rows
        stream = datasets.load_dataset("parquet", data_files=files, split="train", streaming=True)
        if before:
            stream = getattr(stream, before[0])(before[1])
        more = {"max_buffer_input_shards": inputs or 1} if interleaves else {}
        order = [row["n"] for row in stream.shuffle(seed=seed, buffer_size=buffer_size, **more)]
        case = {"shards": shards, "seed": seed, "buffer_size": buffer_size, "inputs": inputs or 1, "before": before}
        found.append({**case, "order": order})
    return found


def main() -> None:
    """Draw, and write."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    import datasets

    target = Path(__file__).with_name("stream_orders.json")
    known = json.loads(target.read_text(encoding="utf-8")) if target.exists() else {}
    with tempfile.TemporaryDirectory() as folder:
        os.environ["HF_HOME"] = folder
        known[datasets.__version__] = draw(Path(folder))
    lines = ",\n".join(
        f" {json.dumps(version)}: [\n" + ",\n".join("  " + json.dumps(case) for case in cases) + "\n ]"
        for version, cases in sorted(known.items())
    )
    target.write_text("{\n" + lines + "\n}\n", encoding="utf-8")
    sys.stdout.write(f"{len(known[datasets.__version__])} cases of datasets {datasets.__version__}\n")


if __name__ == "__main__":
    main()
