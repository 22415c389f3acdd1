"""The only home of the cases about growth: more datasets, more rows, more files."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from case import Case, Contender, Role  # isort: skip  # beside this file
from cases_bytes import catalogue  # isort: skip
from sizes import DATASETS, FILES, ROWS  # isort: skip
from timing import Command  # isort: skip
from where import ROOT  # isort: skip
from world import World  # isort: skip

__all__ = ["CASES"]

_SCRIPTS = Path(sys.executable).parent
_OURS = str(_SCRIPTS / "recipes-data")


def _at(x: int, series: str, role: Role, command: Command, *, answers: bool = False) -> Contender:
    return Contender(f"{series}, {x:,}", role, command, answers, x=x, series=series)


def _in(command: Command, environ: dict[str, str]) -> Command:
    return replace(command, environ={**command.environ, **environ})


def _make(world: World) -> None:
    world.run([sys.executable, str(ROOT / "benchmarks" / "growth.py"), world.scale])


def _gone(world: World, folder: str) -> None:
    # locks name the address they came from, which is another in each run
    subprocess.run(["rm", "-rf", str(world.work / folder)], check=True)


def _datasets(world: World) -> list[Contender]:
    _make(world)
    found: list[Contender] = []
    rest = f"title: Made up\nrepo: made/files_{FILES[world.scale][0]}\nrevision: main\n"
    rest += "configs: {default: {splits: {train: {files: data/*.parquet}}}}\n"
    for count in DATASETS[world.scale]:
        folder = f"growth-datasets-{count}"
        _gone(world, folder)
        where = catalogue(world, folder, {f"set_{n}": f"name: set_{n}\n{rest}" for n in range(count)})
        world.ready(world.online([_OURS, "fetch", "--all", *where, "--no-hub-cache"]))
        home = {"RECIPES_DATA_MANIFESTS": where[1], "RECIPES_DATA_HOME": where[3], "BENCH_ADDRESS": "set_0:train"}
        found += [
            _at(count, "recipes-data list", "ours", world.online([_OURS, "list", *where])),
            _at(count, "fetch of one, warm", "ours", world.online([_OURS, "fetch", "set_0", *where, "--no-hub-cache"])),
            _at(count, "fetch --all, warm", "ours", world.online([_OURS, "fetch", "--all", *where, "--no-hub-cache"])),
            _at(count, "load, first row", "ours", _in(world.ours("first_row"), home)),
            _at(count, "python -c pass", "floor", world.python("pass")),
        ]
    return found


def _rows(world: World) -> list[Contender]:
    _make(world)
    found: list[Contender] = []
    names = {count: f"rows_{count}" for count in ROWS[world.scale]}
    for name in names.values():
        world.write_manifest(name, "configs: {default: {splits: {train: {files: data/train-*.parquet}}}}\n")
    world.fetch(list(names.values()), world.store)
    for count, name in names.items():
        ours, theirs = {"BENCH_ADDRESS": f"{name}:train"}, {"BENCH_FILES": f"{name}/data/*.parquet"}
        batch = "first shuffled batch"
        found += [
            _at(count, "load, first row", "ours", _in(world.ours("first_row"), ours), answers=True),
            _at(count, f"load, {batch}", "ours", _in(world.ours("tulu_first_batch"), ours)),
            _at(count, "datasets, first row", "peer", _in(world.peer("datasets_tulu_first_row"), theirs), answers=True),
            _at(count, f"datasets, {batch}", "peer", _in(world.peer("datasets_tulu_first_batch"), theirs)),
            _at(count, "polars, first row", "peer", _in(world.peer("polars_tulu_first_row"), theirs), answers=True),
        ]
    return found


def _files(world: World) -> list[Contender]:
    _make(world)
    found: list[Contender] = []
    for count in FILES[world.scale]:
        folder, name = f"growth-files-{count}", f"files_{count}"
        _gone(world, folder)
        text = f"name: {name}\ntitle: Made up\nrepo: made/{name}\nrevision: main\n"
        text += "configs: {default: {splits: {train: {files: data/*.parquet}}}}\n"
        where = [name, *catalogue(world, folder, {name: text}), "--no-hub-cache"]
        world.ready(world.online([_OURS, "fetch", *where]))
        home = {"RECIPES_DATA_MANIFESTS": where[2], "RECIPES_DATA_HOME": where[4], "BENCH_ADDRESS": f"{name}:train"}
        hf = [str(_SCRIPTS / "hf"), "download", f"made/{name}", "--repo-type", "dataset", "--quiet"]
        theirs = world.online(hf, f"hf-{name}")
        world.ready(theirs)
        offline = replace(theirs, environ={**theirs.environ, "HF_HUB_OFFLINE": "1"})
        found += [
            _at(count, "recipes-data fetch, warm", "ours", world.online([_OURS, "fetch", *where])),
            _at(count, "recipes-data fetch --dry-run", "ours", world.online([_OURS, "fetch", *where, "--dry-run"])),
            _at(count, "load, first row", "ours", _in(world.ours("first_row"), home)),
            _at(count, "hf download, warm, offline", "peer", offline),
        ]
    return found


_RUNS = {"tiny": 1, "small": 3, "full": 5}

CASES = (
    Case("growth_datasets", "Growth: datasets in a catalogue", "Growth", "All of them locked, fetched and verified.",
         _datasets, axis="datasets", runs=_RUNS, served=True),
    Case("growth_rows", "Growth: rows of a table", "Growth",
         "One parquet file; ours with its row cache there, `datasets` with its cache prepared.", _rows,
         axis="rows", runs=_RUNS),
    Case("growth_files", "Growth: files of a dataset", "Growth", "Parquet files of one row each.", _files,
         axis="files", runs=_RUNS, served=True),
)  # fmt: skip
