"""A row cache under kill -9 and under a crowd: nothing is mistaken, and it is built once.

Each takes seconds: every reader is a process that imports Arrow.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pytest

from recipes_data.lockfile import LockedSplit
from recipes_data.locks import write_lock
from recipes_data.store import Store
from tests.faults.crowds import LONG
from tests.unit.storehouse import locked, make_lock, parquet_bytes, put, write_manifest

ROWS = 12_000
KILLS = 20 if LONG else 5
CROWD = 64 if LONG else 8
READ = """
import os, sys, time
from recipes_data.tables import opening
opening.SMALL = 0
from loaders import load
rows = load("toy", split="train")
print("ready", flush=True)
sys.stdin.readline()
batch = rows.select(range(len(rows) - 1, -1, -1))
assert [row["n"] for row in batch] == list(range(len(rows) - 1, -1, -1))
assert rows[7] == {"n": 7, "text": "7 " * 500}, rows[7]
print("read", flush=True)
"""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    store = Store(tmp_path / "store")
    files = []
    for number, start in enumerate(range(0, ROWS, ROWS // 4)):
        part = [{"n": n, "text": f"{n} " * 500} for n in range(start, start + ROWS // 4)]
        content = parquet_bytes(pa.Table.from_pylist(part), 500)
        put(store, content)
        files.append(locked(f"{number}.parquet", content, len(part)))
    columns = (("n", "int64"), ("text", "string"))
    split = LockedSplit("train", tuple(file.path for file in files), "parquet", columns=columns)
    write_manifest(tmp_path / "project" / "manifests", "toy")
    write_lock(tmp_path / "project" / "manifests" / "locks", make_lock(files, {"train": split}))
    return {
        **os.environ,
        "RECIPES_DATA_PROJECT": str(tmp_path / "project"),
        "RECIPES_DATA_HOME": str(store.root),
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }


def start(environment: dict[str, str]) -> subprocess.Popen[str]:
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    process = subprocess.Popen([sys.executable, "-c", READ], env=environment, text=True, **pipes)  # type: ignore[call-overload]
    assert process.stdout.readline() == "ready\n"
    return process


def test_kill_9_while_it_is_built_leaves_nothing_that_a_later_run_mistakes(environment: dict[str, str]) -> None:
    rows = Path(environment["RECIPES_DATA_HOME"]) / "rows"
    killed, halves = 0, 0
    for moment in range(KILLS):
        process = start(environment)
        process.stdin.write("go\n")
        process.stdin.flush()
        deadline = time.monotonic() + 30
        while not list(rows.glob(".*.tmp")) and time.monotonic() < deadline and process.poll() is None:
            time.sleep(0.001)
        time.sleep(0.01 * moment)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        killed += process.returncode == -signal.SIGKILL
        halves += any(rows.glob(".*.tmp"))
        for path in rows.glob("*.rows"):
            if not LONG:
                path.unlink()  # so that each run has all to build
    assert killed == KILLS
    assert halves > 0, "at least one was killed in the middle"
    process = start(environment)
    out, err = process.communicate("go\n")
    assert (process.returncode, out) == (0, "read\n"), err
    assert len(list(rows.glob("*.rows"))) == 4
    assert list(rows.glob(".*")) == [], "what killed runs left is swept away"
    assert list((rows.parent / "leases").iterdir()) == []


def test_a_crowd_builds_it_once_and_maps_the_same_files(environment: dict[str, str]) -> None:
    crowd = [start(environment) for _ in range(CROWD)]
    for process in crowd:
        process.stdin.write("go\n")
        process.stdin.flush()
    said = []
    for process in crowd:
        out, err = process.communicate()
        assert (process.returncode, out) == (0, "read\n"), err
        said.append(err)
    assert sum("built the row cache" in err for err in said) == 1
    others = [err for err in said if "built the row cache" not in err]
    assert all(err == "" or "waiting for the row cache" in err for err in others), "the others wait, and say so once"
    assert all(err.count("\n") <= 1 for err in others)
