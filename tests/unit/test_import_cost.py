"""What a training script pays: `load` imports no network, no YAML, no pydantic, and opens no socket.

Each case is a child process of its own with an audit hook in place before the first import.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from recipes_data.lockfile import LockedSplit
from recipes_data.locks import write_lock
from recipes_data.places import packaged_catalogue
from recipes_data.store import Store
from tests.unit.storehouse import jsonl_bytes, locked, make_lock, parquet_bytes, put, write_manifest

TRAIN = parquet_bytes(pa.table({"a": ["x", "y", "z"], "n": [1, 2, 3]}), 2)
TEST = jsonl_bytes([{"n": 1}, {"n": 2}])

FORBIDDEN = (
    "huggingface_hub",
    "httpx",
    "httpx2",
    "httpcore",
    "fsspec",
    "http.client",
    "urllib.request",
    "urllib3",
    "requests",
    "aiohttp",
    "yaml",
    "pydantic",
    "pydantic_core",
    "pandas",
    "datasets",
    "torch",
    "polars",
    "tqdm",
)

HOOK = """
import json, sys
seen = []
def hook(event, arguments):
    if event.startswith("socket.") or event in (
        "os.system", "subprocess.Popen", "os.posix_spawn", "os.fork", "pickle.find_class"
    ):
        seen.append(f"{event} {arguments!r:.80}")
sys.addaudithook(hook)
"""

REPORT = """
print(json.dumps({"events": seen, "modules": sorted(sys.modules)}))
"""

USE = """
from loaders import load
rows = load("toy", split="train")
assert [row["n"] for row in rows.shuffle(0)] and rows[2]["a"] == "z" and len(rows) == 3
assert rows.to_arrow().num_rows == 3 and rows.shuffle(1).to_arrow().num_rows == 3
assert [row["n"] for row in load("toy:test").skip(1)] == [2]
"""


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A project with a store made by hand; the environment of a script in it."""
    root = tmp_path_factory.mktemp("cost")
    splits = {
        "train": LockedSplit("train", ("t.parquet",), "parquet", columns=(("a", "string"), ("n", "int64"))),
        "test": LockedSplit("test", ("t.jsonl",), "jsonl", columns=(("n", "int64"),)),
    }
    write_manifest(root / "project" / "manifests", "toy")
    lock = make_lock([locked("t.parquet", TRAIN, 3), locked("t.jsonl", TEST, 2)], splits)
    write_lock(root / "project" / "manifests" / "locks", lock)
    for content in (TRAIN, TEST):
        put(Store(root / "store"), content)
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {
        **kept,
        "RECIPES_DATA_PROJECT": str(root / "project"),
        "RECIPES_DATA_HOME": str(root / "store"),
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "PYTHONWARNINGS": "error",
    }


def child(code: str, environment: dict[str, str]) -> dict[str, Any]:
    ran = subprocess.run(
        [sys.executable, "-c", HOOK + code + REPORT], env=environment, capture_output=True, text=True, timeout=60
    )
    assert ran.returncode == 0, ran.stderr
    report: dict[str, Any] = json.loads(ran.stdout)
    return report


def loaded(report: dict[str, Any], *names: str) -> list[str]:
    return [
        module
        for module in report["modules"]
        if module.startswith(tuple(f"{name}." for name in names)) or module in names
    ]


def test_loading_and_using_rows_imports_nothing_forbidden_and_opens_no_socket(environment: dict[str, str]) -> None:
    report = child(USE, environment)
    assert loaded(report, *FORBIDDEN) == []
    assert report["events"] == []
    ours = loaded(report, "recipes_data")
    assert "recipes_data.tables.parquet" in ours
    assert not set(ours) & {
        "recipes_data.manifest",
        "recipes_data.catalogue",
        "recipes_data.yamltext",
        "recipes_data.online",
    }


def test_rows_of_json_lines_become_arrow_without_a_network(environment: dict[str, str]) -> None:
    # pyarrow itself looks for pandas when it is given Python values
    report = child('from loaders import load\nassert load("toy:test").to_arrow().num_rows == 2\n', environment)
    assert set(loaded(report, *FORBIDDEN)) <= set(loaded(report, "pandas"))
    assert report["events"] == []


def test_importing_either_package_imports_not_even_arrow(environment: dict[str, str]) -> None:
    report = child("import loaders, recipes_data\n", environment)
    assert loaded(report, "pyarrow", "numpy", "pickle", *FORBIDDEN) == []
    assert loaded(report, "recipes_data", "loaders") == ["loaders", "recipes_data"]


def test_importing_load_imports_no_network_and_no_yaml(environment: dict[str, str]) -> None:
    report = child("from loaders import load, Rows, Pin\nimport recipes_data\nrecipes_data.load\n", environment)
    assert loaded(report, *FORBIDDEN) == []
    assert report["events"] == []


def test_an_error_costs_no_network_either(environment: dict[str, str]) -> None:
    code = """
from loaders import load
from recipes_data.errors import NotFetchedError, UnknownNameError
for address, kind in (("gsm8k:train", NotFetchedError), ("nothing", UnknownNameError)):
    try:
        load(address)
    except kind:
        pass
    else:
        raise SystemExit("no error")
"""
    report = child(code, environment)
    assert loaded(report, *FORBIDDEN) == []
    assert report["events"] == []


def test_the_words_of_datasets_and_receipts_cost_no_network_either(environment: dict[str, str]) -> None:
    code = """
from loaders import load_dataset, receipt, verify_receipt
rows = load_dataset("org/toy", "main", split="train[:2]").shuffle(seed=0)
made = receipt({"rows": rows})
assert [bool(verdict.proven) for verdict in verify_receipt(made)] == [True, True]
"""
    report = child(code, environment)
    assert loaded(report, *FORBIDDEN) == []
    assert report["events"] == []


def test_a_module_before_the_first_import_does_not_hide_a_socket(environment: dict[str, str]) -> None:
    # the guard itself: a socket and a forbidden import must be seen
    report = child("import socket, yaml\nsocket.socket().close()\n" + USE, environment)
    assert loaded(report, *FORBIDDEN) != []
    assert [event for event in report["events"] if event.startswith("socket.__new__")]


OPEN = {
    "loaders",
    "loaders.batches",
    "loaders.features",
    "loaders.loading",
    "loaders.locating",
    "loaders.order",
    "loaders.pins",
    "loaders.rows",
    "loaders.splitting",
    "loaders.views",
    "recipes_data",
    "recipes_data.address",
    "recipes_data.columns",
    "recipes_data.errors",
    "recipes_data.formats",
    "recipes_data.home",
    "recipes_data.lockfile",
    "recipes_data.locks",
    "recipes_data.places",
    "recipes_data.store",
    "recipes_data.tables",
    "recipes_data.tables.firstrows",
    "recipes_data.tables.keptorders",
    "recipes_data.tables.mapping",
    "recipes_data.tables.members",
    "recipes_data.tables.opening",
    "recipes_data.tables.rowcache",
    "recipes_data.tables.rowfile",
    "recipes_data.tables.rowvalues",
    "recipes_data.tables.sealing",
    "recipes_data.tables.shards",
    "recipes_data.tables.source",
    "recipes_data.tables.table",
    "recipes_data.usage",
    "recipes_data.values",
    "recipes_data.wording",
}
# what these stand on, and what that imports in turn; each costs a load 0.3 to 5 ms
NEEDED = (
    "__future__, array, bisect, collections.abc, encodings.ascii, errno, hashlib, importlib, itertools, json, math, "
)
NEEDED += "mmap, operator, os, pathlib, re, struct, sys, threading, time, zlib"
FIRST_BATCH = """
import recipes_data.tables.table
recipes_data.tables.table.MANY_ROWS = 1  # so that the order of three rows is kept
from loaders import load
batch = load("toy", split="train").shuffle(0).batches(2)[0]
assert [row["n"] for row in batch] == [3, 1]
"""


def beyond_a_first_batch(report: dict[str, Any], environment: dict[str, str]) -> set[str]:
    """Modules that a first batch has no need of."""
    return set(report["modules"]) - OPEN - set(child(f"import {NEEDED}\n", environment)["modules"])


def test_a_first_batch_by_row_cache_and_kept_order_imports_little(environment: dict[str, str]) -> None:
    child(FIRST_BATCH, environment)
    report = child(FIRST_BATCH, environment)
    assert beyond_a_first_batch(report, environment) == set()
    assert set(loaded(report, "loaders", "recipes_data")) == OPEN
    assert report["events"] == []


@pytest.mark.parametrize("heavy", ["typing", "contextlib", "dataclasses", "datetime", "tempfile", "loaders.mapping"])
def test_one_more_import_in_a_first_batch_is_seen(environment: dict[str, str], heavy: str) -> None:
    if heavy == "contextlib" and sys.version_info >= (3, 13):
        pytest.skip("pathlib imports it")
    report = child(f"import {heavy}\n" + FIRST_BATCH, environment)
    assert heavy in beyond_a_first_batch(report, environment)


LIST = f"""
import contextlib, io
from recipes_data.cli.main import run
with contextlib.redirect_stdout(io.StringIO()) as out:
    code = run(["list", "-q", "--manifests", {str(packaged_catalogue())!r}])
assert code == 0 and "gsm8k" in out.getvalue()
"""


def test_a_list_imports_nothing_that_speaks_to_a_network(environment: dict[str, str]) -> None:
    report = child(LIST, environment)
    assert loaded(report, "urllib3", "ssl", "fsspec", "recipes_data.fetch", "recipes_data.hub.connection") == []
    assert "recipes_data.catalogue" in loaded(report, "recipes_data")
