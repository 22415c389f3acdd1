"""A split in another format: made once after a fetch or for a path, proven, read by load, and never half there."""

from __future__ import annotations

import gzip
import json
import os
import random
import shutil
import signal
import time
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from loaders import Rows, load
from recipes_data.mirror import Mirror
from tests.worlds import Project, Ran, write_jsonl, write_parquet

ROWS: list[dict[str, Any]] = [
    {"n": n, "text": f"row {n} é", "list": [{"k": k} for k in range(n % 3)], "half": None if n % 5 else n + 0.5}
    for n in range(300)
]


class World:
    """A served folder with one repository, and a project beside it."""

    def __init__(self, folder: Path) -> None:
        self.repo = folder / "hub" / "datasets" / "org" / "toy"
        self.repo.mkdir(parents=True)
        (self.repo / "README.md").write_text("# Toy\n")
        self.project = Project.make(folder)
        self.converted = self.project.store / "converted"

    def manifest(self, files: str, more: str = "cache: parquet") -> None:
        splits = f"{{train: {{files: {files}}}}}"
        text = f"name: toy\ntitle: Toy\nrepo: org/toy\n{more}\nconfigs: {{main: {{splits: {splits}}}}}\n"
        self.project.write("toy", text)

    def fetch(self, *words: str) -> Ran:
        with Mirror(self.repo.parents[2]) as mirror:
            return self.project.run("fetch", "toy", "--endpoint", mirror.url, *words)

    def rows(self) -> Rows:
        return load("toy", split="train", project=self.project.root, store=self.project.store)

    def parts(self) -> list[Path]:
        return sorted(self.converted.glob("*.parquet"))


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def as_text(rows: Any) -> list[str]:
    """Rows with their types and the order of their keys."""
    return [repr(row) for row in rows]


def spoil(part: Path) -> None:
    """Change one byte in the middle of a file."""
    part.chmod(0o644)
    content = bytearray(part.read_bytes())
    content[len(content) // 2] ^= 1
    part.write_bytes(content)


def test_a_manifest_that_says_cache_has_parquet_after_the_fetch_and_loads_the_same_rows(world: World) -> None:
    write_jsonl(world.repo / "a.jsonl", ROWS[:100])
    write_jsonl(world.repo / "b.jsonl", ROWS[100:])
    world.manifest("[b.jsonl, a.jsonl]", more="")
    assert world.fetch().code == 0
    before, plain = as_text(world.rows()), world.rows().to_arrow()
    world.manifest("[b.jsonl, a.jsonl]")
    ran = world.fetch("--json")
    assert ran.code == 0, ran.err
    assert "300 rows as parquet, each read back and compared" in ran.err
    found = ran.json["datasets"][0]["converted"]["main:train"]
    assert found["format"] == "parquet"
    assert found["bytes"] == sum(part.stat().st_size for part in world.parts())
    assert len(world.parts()) == 2
    assert as_text(world.rows()) == before == as_text(ROWS[100:] + ROWS[:100])
    assert world.rows().to_arrow().equals(plain)
    assert world.project.leftovers() == []
    # the next run of the same words has nothing to do; nor has one that looks again
    times = [part.stat().st_ctime_ns for part in world.parts()]
    assert world.fetch("--locked").code == 0
    assert [part.stat().st_ctime_ns for part in world.parts()] == times


def test_arrow_of_a_loaded_table_comes_from_parquet_and_rows_of_a_packed_file_too(world: World) -> None:
    (world.repo / "a.jsonl.gz").write_bytes(gzip.compress("".join(json.dumps(row) + "\n" for row in ROWS).encode()))
    world.manifest("a.jsonl.gz")
    assert world.fetch().code == 0
    rows = world.rows()
    (blob,) = world.project.blobs()
    text = blob.read_bytes()
    # a gzip that can no longer be read: with the mark of verification it is taken at its word
    blob.chmod(0o644)
    blob.write_bytes(bytes(len(text)))
    os.utime(blob, (1, 1))
    shutil.rmtree(world.project.store / "rows", ignore_errors=True)
    assert as_text(rows) == as_text(ROWS)
    assert as_text([rows[299], rows[0], rows[150]]) == as_text([ROWS[299], ROWS[0], ROWS[150]])
    assert rows.to_arrow().to_pylist() == ROWS


@pytest.mark.parametrize("how", ["edited", "torn", "gone", "note gone", "note torn"])
def test_what_was_edited_or_torn_is_not_used_and_made_again(world: World, how: str) -> None:
    write_jsonl(world.repo / "a.jsonl", ROWS)
    world.manifest("a.jsonl")
    assert world.fetch().code == 0
    (part,) = world.parts()
    (note,) = world.converted.glob("*.json")
    good = part.read_bytes()
    if how == "edited":
        spoil(part)
    elif how == "torn":
        os.truncate(part, part.stat().st_size - 100)
    elif how == "note torn":
        note.write_text(note.read_text()[:50])
    else:
        (note if how == "note gone" else part).unlink()
    assert as_text(world.rows()) == as_text(ROWS)
    assert world.rows().to_arrow().to_pylist() == ROWS
    ran = world.project.run("path", "toy", "--format", "parquet", "--files")
    assert ran.code == 0, ran.err
    assert "300 rows as parquet" in ran.err
    (path,) = ran.out.split()
    assert Path(path).name == "train-00000-of-00001.parquet"
    assert Path(path).read_bytes() == good


def test_a_file_that_was_only_copied_is_hashed_and_used(world: World) -> None:
    write_jsonl(world.repo / "a.jsonl", ROWS)
    world.manifest("a.jsonl")
    assert world.fetch().code == 0
    (part,) = world.parts()
    os.utime(part)
    ran = world.project.run("path", "toy", "--format", "parquet")
    assert (ran.code, ran.err) == (0, "")
    assert part.stat().st_mtime == 1


def test_objects_that_leave_out_keys_are_given_as_they_are_and_counted(world: World) -> None:
    rows = [{"v": {"a": 1, "b": 2}}, {"v": {"b": 3}}]
    (world.repo / "a.jsonl.gz").write_bytes(gzip.compress("".join(json.dumps(row) + "\n" for row in rows).encode()))
    world.manifest("a.jsonl.gz")
    ran = world.fetch()
    assert ran.code == 0, ran.err
    assert "the objects of 1 row leave out keys" in ran.err
    assert as_text(world.rows()) == as_text(rows)
    assert world.rows().to_arrow().to_pylist()[1] == {"v": {"a": None, "b": 3}}


def test_a_value_that_parquet_cannot_hold_ends_the_conversion_and_not_the_rows(world: World) -> None:
    rows = [{"v": f"{n}"} for n in range(20)] + [{"v": "half \ud800"}]
    (world.repo / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    world.manifest("a.jsonl")
    ran = world.fetch()
    assert ran.code == 5
    assert "toy/main:train (a.jsonl), row 21" in ran.err
    assert not list(world.converted.iterdir())
    assert list(world.rows()) == rows


def test_parquet_as_json_lines_reads_back_as_the_same_rows(world: World) -> None:
    write_parquet(world.repo / "a.parquet", ROWS)
    world.manifest("a.parquet")
    assert world.fetch().code == 0
    assert not world.converted.exists()
    ran = world.project.run("path", "toy", "--format", "jsonl", "--json")
    assert ran.code == 0, ran.err
    assert (ran.json["rows"], ran.json["converted_from"], ran.json["format"]) == (300, "parquet", "jsonl")
    lines = Path(ran.json["files"][0]).read_text("utf-8").split("\n")[:-1]
    assert as_text(map(json.loads, lines)) == as_text(ROWS)
    assert Path(ran.json["folder"]) == Path(ran.json["files"][0]).parent
    again = world.project.run("path", "toy", "--format", "jsonl", "--json")
    assert again.json == {**ran.json, "bytes_converted": 0}
    own = world.project.run("path", "toy", "--format", "parquet", "--files")
    assert Path(own.out.strip()).read_bytes() == (world.repo / "a.parquet").read_bytes()


def test_a_cache_of_models_and_of_no_known_format_is_a_fault_of_the_manifest(world: World) -> None:
    world.manifest("a.jsonl", more="cache: feather")
    ran = world.project.run("list")
    assert ran.code == 2
    assert "toy.yaml:4: cache: must be one of 'parquet'" in ran.err
    world.project.write("toy", "name: toy\ntitle: T\nrepo: org/toy\ntype: model\ncache: parquet\nfiles: '*'\n")
    assert "toy.yaml:5: cache: is for datasets" in world.project.run("list").err


def test_cache_lists_and_prunes_what_was_converted(world: World) -> None:
    write_jsonl(world.repo / "a.jsonl", ROWS)
    world.manifest("a.jsonl")
    assert world.fetch().code == 0
    size = sum(path.stat().st_size for path in world.converted.iterdir())
    listed = world.project.run("cache", "list", "--json").json
    assert listed["bytes_converted"] == size > 0
    assert "converted" in world.project.run("cache", "list").out
    kept = world.project.run("cache", "prune", "--converted", "--json").json
    assert kept["bytes_gone"] == 0  # an hour has to pass
    gone = world.project.run("cache", "prune", "--converted", "--min-age", "0s", "--json").json
    assert gone["bytes_gone"] == size
    assert [item["kind"] for item in gone["items"]] == ["converted"]
    assert not list(world.converted.iterdir())
    assert as_text(world.rows()) == as_text(ROWS)
    # it is made again, although the words of the fetch are the same
    assert world.fetch().code == 0
    assert len(world.parts()) == 1


def large(world: World, megabytes: int = 24) -> list[dict[str, Any]]:
    """Enough for processes of their own."""
    chance = random.Random(7)  # what does not compress shows how far a writer is
    rows = [{"n": n, "text": chance.randbytes(50_000).hex()} for n in range(megabytes * 10)]
    write_jsonl(world.repo / "a.jsonl", rows)
    write_jsonl(world.repo / "b.jsonl", rows[:3])
    world.manifest("[a.jsonl, b.jsonl]", more="")
    assert world.fetch().code == 0
    return rows + rows[:3]


def workers_of(pid: int) -> list[int]:
    """The processes of a process."""
    return [int(word) for path in Path(f"/proc/{pid}/task").glob("*/children") for word in path.read_text().split()]


def is_there(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in ("Z", "X")
    except OSError:
        return False


def until(holds: Any, seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.005)


@pytest.mark.parametrize("moment", ["begun", "half", "whole"])
@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGINT])
def test_a_conversion_that_is_ended_leaves_nothing_that_counts_and_no_process(
    world: World, sign: signal.Signals, moment: str
) -> None:
    rows = large(world)
    process = world.project.start("path", "toy", "--format", "parquet")

    def written() -> int:
        try:
            return sum(path.stat().st_size for path in world.converted.glob(".*.parquet.tmp"))
        except OSError:  # it got its name meanwhile
            return 1 << 60

    until(
        lambda: written() > {"begun": 0, "half": 4_000_000, "whole": 12_000_000}[moment] or process.poll() is not None
    )
    workers = workers_of(process.pid)
    process.send_signal(sign)
    out, err = process.communicate(timeout=60)
    assert process.returncode == {signal.SIGKILL: -9, signal.SIGINT: 130}[sign], err
    assert "Traceback" not in err
    assert (out, len(workers)) == ("", 2)
    until(lambda: not any(map(is_there, workers)))
    if process.returncode == 130:
        assert not [path for path in world.converted.iterdir() if path.name.endswith(".tmp")]
    assert list(world.rows()) == rows
    ran = world.project.run("path", "toy", "--format", "parquet", "--files")
    assert ran.code == 0, ran.err
    tables = [pq.ParquetFile(path).read().to_pylist() for path in ran.out.split()]
    assert [row for table in tables for row in table] == rows
    assert world.project.leftovers() == []


def test_a_worker_that_is_ended_from_outside_is_an_error_and_nothing_is_published(world: World) -> None:
    large(world)
    process = world.project.start("path", "toy", "--format", "parquet")
    until(lambda: workers_of(process.pid) and any(world.converted.glob(".*.parquet.tmp")))
    for pid in workers_of(process.pid):
        os.kill(pid, signal.SIGKILL)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 5
    assert "a process that converted it was ended from outside" in err
    assert not list(world.converted.iterdir())


def test_two_at_once_convert_once(world: World) -> None:
    large(world)
    both = [world.project.start("path", "toy", "--format", "parquet") for _ in range(2)]
    ended = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0], ended
    assert ended[0][0] == ended[1][0]
    assert sum("each read back" in err for _, err in ended) == 1


def test_a_refusal_in_a_process_of_its_own_names_file_and_row(world: World) -> None:
    rows = [{"n": n, "text": "x" * 200_000} for n in range(60)]
    lines = [json.dumps(row) for row in rows]
    lines[41] = lines[41].replace("xxx", "\\ud800", 1)
    (world.repo / "a.jsonl").write_text("\n".join(lines) + "\n")
    world.manifest("a.jsonl", more="")
    assert world.fetch().code == 0
    ran = world.project.run("path", "toy", "--format", "parquet")
    assert ran.code == 5
    assert "toy/main:train (a.jsonl), row 42" in ran.err
    assert not list(world.converted.iterdir())
