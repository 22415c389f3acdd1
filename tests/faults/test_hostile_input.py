"""Manifests and locks that were made to hurt: an error that can be read, within a second and 200 MB.

Each is read in a process of its own, whose memory and time are bounded and measured.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from recipes_data.errors import RecipesDataError
from recipes_data.locks import read_lock
from recipes_data.store import Store

pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read from /proc")

SECONDS = 2.0  # of the processor: twice what is promised, for a busy machine's caches are somebody else's
MEGABYTES = 200
CHARACTERS = 100_000  # of an error: more than anybody reads, far less than a terminal takes

_CHILD = """
import json, resource, sys, time
from pathlib import Path
from recipes_data import catalogue, locks, manifest, tables
from recipes_data.errors import RecipesDataError

def peak():
    # of this program alone: ru_maxrss would count the process that started it
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024

resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
used = time.process_time()
resource.setrlimit(resource.RLIMIT_CPU, (int(used) + 3, int(used) + 3))
folder = Path(sys.argv[1])
try:
    if sys.argv[2] == "lock":
        locks.read_lock(folder, "x")
    else:
        found = catalogue.read_catalogue([folder])
        if sys.argv[2] == "digest":
            manifest.resolution_digest(found.dataset("x"))
    error, text = None, ""
except RecipesDataError as exc:
    error, text = type(exc).__name__, str(exc)
except BaseException as exc:
    error, text = "raw " + type(exc).__name__, str(exc)
out = {"error": error, "characters": len(text), "seconds": time.process_time() - used, "megabytes": peak()}
print(json.dumps({**out, "text": text[:300]}))
"""


def read_in_a_child(folder: Path, how: str) -> dict[str, object]:
    # measured for coverage, a process takes twice its time
    environ = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    command = [sys.executable, "-c", _CHILD, str(folder), how]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=environ)
    assert done.returncode == 0, f"ended with {done.returncode}: more than 3 s or 2 GB; {done.stderr[-500:]}"
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


def assert_bounded(answer: dict[str, object]) -> None:
    assert answer["seconds"] <= SECONDS, answer
    assert answer["megabytes"] <= MEGABYTES, answer
    assert answer["characters"] <= CHARACTERS, answer


# --- manifests

HEAD = "name: x\ntitle: t\nrepo: a/b\n"
CONFIGS = "configs: {m: {splits: {t: {files: a.parquet}}}}\n"
RECIPE = "name: r\ntitle: t\nneeds:\n" + "- {dataset: x, config: n1, splits: [s1], why: w, priority: P0}\n"
_LONGEST = 990_000  # a little below the limit on characters


def repeated(unit: str, begin: str, end: str = "") -> str:
    text = HEAD + begin
    return text + unit * ((_LONGEST - len(text) - len(end)) // len(unit)) + end


def group(configs: int, splits: int, files: str = "a{config}") -> str:
    names = ",".join(f"n{number}" for number in range(configs))
    specs = ",".join(f's{number}: {{files: "{number}{files}"}}' for number in range(splits))
    return f"{HEAD}config_groups: [{{names: [{names}], splits: {{{specs}}}}}]\n"


def laughs() -> str:
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    return HEAD + "\n".join(lines) + "\n"


MANIFESTS: dict[str, Callable[[], str]] = {
    "laughs": laughs,
    "one long text of 100 MB": lambda: "x: " + "y" * 100_000_000,
    "a list of 100 MB": lambda: "- a\n" * 25_000_000,
    "deep in brackets": lambda: repeated("[", "files: "),
    "deep by indentation": lambda: HEAD + "".join(" " * depth + "a:\n" for depth in range(1200)),
    "deep by question marks": lambda: repeated("? ", ""),
    "aliases": lambda: repeated("- *a\n", "a: &a 1\nfiles:\n"),
    "tags": lambda: repeated("!a b,", "files: [", "]\n"),
    "flow items": lambda: repeated("a,", "files: [", "]\n"),
    "empty mappings": lambda: repeated("{},", "config_groups: [", "]\n"),
    "numbers": lambda: repeated("1,", "files: [", "]\n"),
    "keys": lambda: HEAD + "".join(f"k{number}: 1\n" for number in range(80_000)),
    "a long text": lambda: repeated("y", "revision: "),
    "a long number": lambda: repeated("9", "revision: "),
    "a long hexadecimal number": lambda: repeated("f", "revision: 0x"),
    "a long octal number": lambda: repeated("7", "revision: 0"),
    "a number to base sixty": lambda: repeated(":59", "revision: 1"),
    "a date with a long gap": lambda: repeated(" ", "revision: 2001-01-01", "1"),
    "escapes": lambda: repeated("\\x41", 'revision: "', '"\n'),
    "anchors": lambda: HEAD + "files: [" + ",".join(f"&a{number} b" for number in range(80_000)) + "]\n",
    "documents": lambda: repeated("---\n", ""),
    "NUL characters": lambda: repeated("\0", ""),
    "nothing but NUL": lambda: "\0" * 1000,
    "a deep type": lambda: f'{HEAD}columns: {{a: "{"list<" * 100_000}int64{">" * 100_000}"}}\n{CONFIGS}',
    "a wide type": lambda: (
        f'{HEAD}columns: {{a: "struct<{",".join(f"a{number}: int64" for number in range(50_000))}>"}}\n{CONFIGS}'
    ),
    "as many bare mappings as may be": lambda: f"{HEAD}config_groups: [{'{},' * 29_000}]\n",
    "as many numbers as may be": lambda: f"{HEAD}files: [{'0x1f,' * 29_000}]\n",
    "a long key above many faults": lambda: (
        f"{HEAD}configs: {{? {'k' * 400_000} : {{splits: {{t: {{{','.join(f'c{n}: 1' for n in range(14_000))}}}}}}}}}\n"
    ),
    "a long name above many faults": lambda: (
        f"{HEAD}configs: {{{'k' * 250}: {{splits: {{t: {{{','.join(f'c{n}: 1' for n in range(14_000))}}}}}}}}}\n"
    ),
    "half of a surrogate pair in a type": lambda: HEAD + "columns: {a: 'struct<\"\\ud800\": int8>'}\n" + CONFIGS,
    "a control character in a split's name": lambda: HEAD + 'configs: {m: {splits: {"a\\0b": {files: a.parquet}}}}\n',
    "a bell in a config's name": lambda: HEAD + 'configs: {"a\\ab": {splits: {t: {files: a.parquet}}}}\n',
}


def with_manifest(folder: Path, text: str) -> Path:
    (folder / "datasets").mkdir()
    (folder / "datasets" / "x.yaml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", MANIFESTS)
def test_a_hostile_manifest_is_an_error_within_a_second(name: str, tmp_path: Path) -> None:
    answer = read_in_a_child(with_manifest(tmp_path, MANIFESTS[name]()), "catalogue")
    assert answer["error"] == "ManifestError", answer
    assert_bounded(answer)


BLOWN_UP: dict[str, Callable[[], str]] = {
    "configs times splits": lambda: group(2_000, 2_000),
    "configs times splits, as many as may be": lambda: group(100, 200),
    "columns times configs": lambda: (
        f"{group(5_000, 2)}columns: {{{','.join(f'c{number}: int8' for number in range(10_000))}}}\n"
    ),
    "as much text as may be": lambda: group(9_000, 2, "x" * 500),
    "a pattern of placeholders": lambda: group(3_000, 1, "{config}" * 50_000),
}


@pytest.mark.parametrize("name", BLOWN_UP)
@pytest.mark.parametrize("how", ["catalogue", "digest"])
def test_a_small_manifest_that_means_a_huge_one_takes_no_more_than_a_second(
    name: str, how: str, tmp_path: Path
) -> None:
    (tmp_path / "recipes").mkdir()
    (tmp_path / "recipes" / "r.yaml").write_text(RECIPE, encoding="utf-8")
    assert_bounded(read_in_a_child(with_manifest(tmp_path, BLOWN_UP[name]()), how))


def test_many_needs_of_one_large_dataset_take_no_more_than_a_second(tmp_path: Path) -> None:
    needs = RECIPE + RECIPE.splitlines(keepends=True)[-1] * 1_000
    (tmp_path / "recipes").mkdir()
    (tmp_path / "recipes" / "r.yaml").write_text(needs, encoding="utf-8")
    assert_bounded(read_in_a_child(with_manifest(tmp_path, group(100, 100)), "catalogue"))


def test_a_large_honest_manifest_is_read(tmp_path: Path) -> None:
    answer = read_in_a_child(with_manifest(tmp_path, group(100, 20)), "digest")
    assert answer["error"] is None
    assert_bounded(answer)


# --- locks

DIGEST = "sha256:" + "0" * 64
FIELDS = {
    "format_version": 1,
    "name": "x",
    "repo": "a/b",
    "repo_type": "dataset",
    "revision": "main",
    "commit": "0" * 40,
    "origin": "folder",
    "sample": False,
    "license": None,
    "gated": None,
    "manifest_digest": DIGEST,
    "default_config": None,
}
FILE = {"size": 1, "digest": DIGEST, "sha256": None, "rows": None}


def lock_text(
    files: list[str], name: str = "t", columns: list[list[str]] | None = None, listed: list[str] | None = None
) -> str:
    split = {
        "name": name,
        "format": "parquet",
        "files": files,
        "promised": None,
        "expected_rows": None,
        "evidence": "",
        "columns": columns,
    }
    table = dict.fromkeys(files if listed is None else listed, FILE)
    return json.dumps({**FIELDS, "files": table, "configs": [{"name": "m", "splits": [split]}]})


LOCKS: dict[str, Callable[[], str]] = {
    "a million files": lambda: lock_text([f"{number:07d}" for number in range(1_000_000)]),
    "100 MB of spaces": lambda: " " * 100_000_000,
    "one text of 100 MB": lambda: '{"format_version": 1, "name": "' + "x" * 100_000_000 + '"}',
    "20 MB of empty objects": lambda: "[" + "{}," * 7_000_000 + "1]",
    "19 MB of empty objects": lambda: "[" + "{}," * 6_500_000 + "1]",
    "19 MB of nested lists": lambda: "[" + "[[[[]]]]," * 2_100_000 + "1]",
    "a long name of a split": lambda: lock_text(["a"], "x/" * 5_000_000),
    "half of a surrogate pair": lambda: lock_text(["a"]).replace("a/b", "a/\\ud800"),
    "deep lists": lambda: "[" * 1_000_000,
    "deep objects": lambda: '{"a":' * 1_000_000,
    "a long number": lambda: '{"format_version": ' + "9" * 1_000_000 + "}",
    "a size without end": lambda: lock_text(["a"]).replace('"size": 1', '"size": 1e400'),
    "a deep type": lambda: lock_text(["a"], columns=[["a", "list<" * 200_000 + "int64" + ">" * 200_000]]),
    "a wide type": lambda: lock_text(
        ["a"], columns=[["a", f"struct<{','.join(f'a{n}: int64' for n in range(20_000))}>"]]
    ),
    "names that are missing": lambda: lock_text([str(n) for n in range(100_000)], listed=["a"]),
}


@pytest.mark.parametrize("name", LOCKS)
def test_a_hostile_lock_is_an_error_within_a_second(name: str, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text(LOCKS[name](), encoding="utf-8")
    answer = read_in_a_child(tmp_path, "lock")
    assert answer["error"] == "LockError", answer
    assert_bounded(answer)


def test_a_large_honest_lock_is_read(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text(lock_text([f"data/{number:05d}.parquet" for number in range(20_000)]))
    answer = read_in_a_child(tmp_path, "lock")
    assert answer["error"] is None
    assert_bounded(answer)


def link_the_table_of(folder: Path, store: Store, sha256: str) -> None:
    lock = read_lock(folder, "x")
    assert lock is not None
    store.link_table(lock.configs[0].splits[0].name, [sha256], ".parquet")


EVIL_SPLITS = ["{victim}/x", "../../../victim/x", "a/b", "a\0b", "a\\b", "\x1b[2J"]


@pytest.mark.parametrize("name", [*EVIL_SPLITS, "x" * 300])
def test_a_split_of_a_hostile_lock_never_leads_out_of_the_store(name: str, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.mkdir()
    (victim / "thesis.txt").write_text("years of work")
    store = Store(tmp_path / "store")
    sha256 = hashlib.sha256(b"rows").hexdigest()
    store.write_bytes(store.blob(sha256), b"rows")
    (tmp_path / "x.json").write_text(lock_text(["a.parquet"], name.format(victim=victim)), encoding="utf-8")
    with pytest.raises(RecipesDataError):
        link_the_table_of(tmp_path, store, sha256)
    assert [path.name for path in victim.iterdir()] == ["thesis.txt"]
