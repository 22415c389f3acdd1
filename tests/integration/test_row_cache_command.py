"""`recipes-data cache build | list | prune --rows`: row caches and kept orders, in the store and in scratch."""

from __future__ import annotations

import json
import os
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from loaders import load
from recipes_data.cli.cache import cache_command
from recipes_data.cli.screen import Screen
from recipes_data.errors import NotFetchedError
from recipes_data.tables import opening
from tests.unit.splits import project_of
from tests.unit.storehouse import jsonl_bytes, parquet_bytes

ROWS = [{"n": n, "text": f"row {n}"} for n in range(200)]
MANIFEST = """\
name: toy
title: Toy
repo: org/toy
configs: {main: {splits: {train: {files: "*"}}}}
"""
Command = Callable[..., Any]


@pytest.fixture
def cache(capsys: pytest.CaptureFixture[str]) -> Command:
    """The command of the working directory's project, in this process: its JSON, or its text."""

    def run(action: str, *names: str, json_wanted: bool = True, **options: Any) -> Any:
        words: dict[str, Any] = {"max_size": None, "unused": False, "rows": False, "converted": False, "min_age": 0.0}
        words |= {"dry_run": False, "yes": False, "project": None, "manifests": None, "store": None}
        capsys.readouterr()
        arguments = Namespace(action=action, names=list(names), **{**words, **options})
        assert cache_command(arguments, Screen(json_wanted=json_wanted), ["cache", action], os.environ) == 0
        out = capsys.readouterr().out
        return json.loads(out) if json_wanted else out

    return run


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(opening, "SMALL", 0)
    monkeypatch.setattr("recipes_data.tables.table.MANY_ROWS", 200)
    files = {"a.parquet": parquet_bytes(pa.Table.from_pylist(ROWS))}
    found = project_of(tmp_path, monkeypatch, "parquet", files)
    Path("manifests/datasets/toy.yaml").write_text(MANIFEST)
    return found


def kept(folder: Path) -> list[str]:
    """The kinds of what is kept in a store or scratch folder."""
    return sorted(path.suffix for part in ("rows", "orders") for path in (folder / part).glob("*"))


def test_build_makes_what_a_script_may_then_only_read(cache: Command, store: Path) -> None:
    with pytest.raises(NotFetchedError, match="has no row cache"):
        load("toy:train", build=False).shuffle(0)[:100].to_list()
    said = cache("build", "toy", json_wanted=False)
    assert kept(store) == [".order", ".rows"]
    assert said.splitlines()[0].split() == ["table", "row", "cache", "took"]
    assert "toy/main:train  there" in said
    before = [(path.stat().st_ino, path.stat().st_ctime_ns) for path in (store / "rows").iterdir()]
    assert cache("build", "toy:train") == {"tables": [{"name": "toy/main:train", "row_cache": True}]}
    assert [(path.stat().st_ino, path.stat().st_ctime_ns) for path in (store / "rows").iterdir()] == before
    rows = load("toy:train", build=False)
    assert sorted(row["n"] for row in rows.shuffle(0)) == list(range(200))


def test_build_says_where_none_is_needed(cache: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project_of(tmp_path, monkeypatch, "jsonl", {"a.jsonl": jsonl_bytes(ROWS)})
    Path("manifests/datasets/toy.yaml").write_text(MANIFEST)
    assert cache("build", "toy") == {"tables": [{"name": "toy/main:train", "row_cache": False}]}
    assert "not needed, or not possible" in cache("build", "toy", json_wanted=False)


@pytest.mark.usefixtures("store")
def test_build_of_what_was_never_fetched_says_what_to_run(cache: Command) -> None:
    Path("manifests/datasets/other.yaml").write_text(MANIFEST.replace("name: toy", "name: other"))
    with pytest.raises(NotFetchedError, match="'other' was never fetched") as caught:
        cache("build", "other")
    assert caught.value.do == "recipes-data fetch other"


@pytest.mark.parametrize("where", ["store", "scratch"])
def test_row_caches_and_orders_are_counted_and_go_when_that_is_asked(
    cache: Command, store: Path, tmp_path: Path, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = store
    if where == "scratch":
        home = tmp_path / "scratch"
        monkeypatch.setenv("RECIPES_DATA_SCRATCH", str(home))
        for part in ("rows", "orders"):  # a file in the folder's place: it cannot be written to, not even by root
            (store / part).write_text("")
    load("toy:train").shuffle(0)[:100].to_list()
    assert kept(home) == [".order", ".rows"]
    (home / "mine.txt").write_text("not of a store")
    (home / "rows" / ".gone~1~x+0.tmp").write_bytes(b"what a killed run left")
    os.utime(home / "rows" / ".gone~1~x+0.tmp", (1, 1))
    size = sum(path.stat().st_size for part in ("rows", "orders") for path in (home / part).glob("[!.]*"))
    told = cache("list")
    assert told["bytes_row_caches"] == size
    assert told["bytes"] >= size
    shown = cache("list", json_wanted=False)
    assert "row caches" in shown
    assert (f"scratch        {home}" in shown) == (where == "scratch")
    blobs = [path.read_bytes() for path in (store / "blobs").rglob("*") if path.is_file()]
    assert cache("prune", rows=True, min_age=3600.0)["bytes_gone"] == len(b"what a killed run left"), "they are new"
    assert cache("prune", rows=True, dry_run=True)["bytes_gone"] == size
    assert kept(home) == [".order", ".rows"]
    gone = cache("prune", rows=True)
    assert gone["bytes_gone"] == size
    assert [item["kind"] for item in gone["items"]] == ["rows", "rows"]
    assert kept(home) == []
    assert (home / "mine.txt").exists()
    assert [path.read_bytes() for path in (store / "blobs").rglob("*") if path.is_file()] == blobs
    assert cache("list")["bytes_row_caches"] == 0
    assert load("toy:train").shuffle(0)[:100].to_list() == load("toy:train").shuffle(0).to_list()[:100]
    assert kept(home) == [".order", ".rows"], "made again when they are needed"


def test_why_rows_cannot_be_kept_is_forgotten_with_their_blob(cache: Command, store: Path) -> None:
    note = store / "rows" / f"{'a' * 64}.0123456789abcdef.unfit"
    note.parent.mkdir()
    note.write_text("OverflowError: too large")
    os.utime(note, (1, 1))
    assert [item["kind"] for item in cache("prune", rows=True)["items"]] == ["metadata"]
    assert not note.exists()
