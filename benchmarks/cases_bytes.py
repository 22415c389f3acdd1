"""The only home of the cases about bytes: fetch, verify, conversion, installation."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from case import Case, Contender, Goal  # isort: skip  # beside this file
from timing import Command  # isort: skip
from where import ROOT  # isort: skip
from world import MANIFESTS, World  # isort: skip

__all__ = ["CASES", "catalogue"]

_SCRIPTS = Path(sys.executable).parent
_OURS = str(_SCRIPTS / "recipes-data")
_HF = str(_SCRIPTS / "hf")


def catalogue(world: World, folder: str, manifests: dict[str, str]) -> list[str]:
    """A catalogue of its own, with its own locks and store, in `work`; the options that name them."""
    place = world.work / folder / "manifests"
    (place / "datasets").mkdir(parents=True, exist_ok=True)
    for name, text in manifests.items():
        path = place / "datasets" / f"{name}.yaml"
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
    return ["--manifests", str(place), "--store", str(world.work / folder / "store")]


def _tulu(world: World, folder: str) -> list[str]:
    # locks name the address they came from, which is another in each run
    shutil.rmtree(world.work / folder, ignore_errors=True)
    text = f"name: tulu\ntitle: Made up\nrepo: made/tulu\nrevision: main\n{MANIFESTS['tulu']}"
    return ["tulu", *catalogue(world, folder, {"tulu": text})]


def _fetch_cold(world: World) -> list[Contender]:
    where = _tulu(world, "cold")
    files = sorted((world.hub / "datasets" / "made" / "tulu" / "data").glob("*.parquet"))
    urls = " ".join(f"{world.endpoint}/datasets/made/tulu/resolve/main/data/{file.name}" for file in files)
    curl = f"mkdir -p curl && printf '%s\\n' {urls} | (cd curl && xargs -P 6 -n 1 curl -sLO --fail)"

    def gone(*names: str) -> Callable[[], None]:
        def go() -> None:
            for name in names:
                shutil.rmtree(world.work / name, ignore_errors=True)

        return go

    ours = world.online([_OURS, "fetch", *where, "--no-hub-cache"], before=gone("cold/store"), writes=True)
    theirs = world.online(
        [_HF, "download", "made/tulu", "--repo-type", "dataset"], "hf-fetch", before=gone("hf-fetch"), writes=True
    )
    bare = world.online(["sh", "-c", curl], before=gone("curl"), writes=True)
    return [
        Contender("recipes-data fetch", "ours", ours, False, "every byte hashed, rows counted, columns compared"),
        Contender("hf download", "peer", theirs, False, "no checksum, Xet off"),
        Contender("curl, six at once", "floor", bare, False, "no checksum"),
    ]


def _warm(world: World) -> tuple[list[str], Command]:
    where = _tulu(world, "warm")
    world.ready(world.online([_OURS, "fetch", *where, "--no-hub-cache"]))
    theirs = world.online([_HF, "download", "made/tulu", "--repo-type", "dataset", "--quiet"], "hf-warm")
    world.ready(theirs)
    return where, theirs


def _fetch_warm(world: World) -> list[Contender]:
    where, theirs = _warm(world)
    ours = world.online([_OURS, "fetch", *where, "--no-hub-cache"])
    offline = replace(theirs, environ={**theirs.environ, "HF_HUB_OFFLINE": "1"})
    return [
        Contender("recipes-data fetch", "ours", ours, False, "no request is made"),
        Contender("hf download, offline", "peer", offline, False),
        Contender("hf download, against loopback", "peer", theirs, False),
        Contender("python -c pass", "floor", world.python("pass"), False),
    ]


def _verify(world: World) -> list[Contender]:
    where, _ = _warm(world)
    theirs = world.online([_HF, "cache", "verify", "made/tulu", "--repo-type", "dataset"], "hf-warm")
    files = sorted(str(path) for path in (world.hub / "datasets/made/tulu/data").glob("*.parquet"))
    return [
        Contender("recipes-data verify", "ours", world.online([_OURS, "verify", *where]), False),
        Contender("hf cache verify", "peer", theirs, False, "asks the loopback Hub for the digests"),
        Contender(
            "hashlib, a thread a core",
            "floor",
            world.python(_HASH, BENCH_FILES="\n".join(files)),
            False,
            "nothing else",
        ),
    ]


def _convert(name: str, split: str, pattern: str) -> Callable[[World], list[Contender]]:
    def make(world: World) -> list[Contender]:
        right = world.told("told_lines", BENCH_FILES=pattern)
        copy, words = world.work / f"store-convert-{name}", ["path", f"{name}:{split}", "--format", "parquet"]
        home = {"RECIPES_DATA_HOME": str(copy)}

        def ours_told() -> Any:
            listed = world.run([_OURS, *words, "--files"], environ=world.environ(**home)).split()
            return _judged(right, world.told("told_parquet", BENCH_PARQUET="\n".join(listed)))

        again = world.relinked(world.fresh_store([name]), copy)
        ours = replace(world.command(*words, before=again, **home), writes=True, answer=ours_told)

        def peer(title: str, function: str, note: str = "") -> Contender:
            out = world.work / f"{function}.parquet"
            command = world.peer(function, BENCH_FILES=pattern, BENCH_OUT=str(out))
            if function.startswith("datasets"):
                command = world.cold_datasets(function, BENCH_FILES=pattern, BENCH_OUT=str(out))

            def told() -> Any:
                return _judged(right, world.told("told_parquet", BENCH_PARQUET=str(out)))

            return Contender(title, "peer", replace(command, writes=True, answer=told), note=note)

        return [
            Contender("recipes-data path --format parquet", "ours", ours, note="every row proved equal"),
            peer("polars scan_ndjson, sink_parquet", "polars_convert"),
            peer("pyarrow open_json", "pyarrow_convert"),
            peer("duckdb COPY", "duckdb_convert"),
            peer("msgspec lines, RecordBatch", "msgspec_convert"),
            peer("datasets, to_parquet", "datasets_convert", "from an empty cache; snappy"),
        ]

    return make


def _judged(right: Any, found: Any) -> Any:
    return {"rows": found["rows"], "equal": found == right}


def _install(world: World) -> list[Contender]:
    wheels = world.work / "wheel"
    shutil.rmtree(wheels, ignore_errors=True)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    world.run([*pip, "wheel", str(ROOT), "--no-deps", "--no-build-isolation", "-w", str(wheels)])
    wheel = str(next(wheels.glob("recipes_data-*.whl")))

    def one(title: str, what: str, role: Any, note: str) -> Contender:
        venv = world.work / f"venv-{role}"

        def fresh() -> None:
            subprocess.run([sys.executable, "-m", "venv", "--clear", str(venv)], check=True)

        words = [str(venv / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        words += ["--cache-dir", str(world.work / "pip"), "--constraint", str(ROOT / "constraints.txt"), what]
        installed = Command(words, world.environ(), world.work, fresh, writes=True, answer=lambda: _installed(venv))
        return Contender(title, role, installed, answers=False, note=note)

    note = "into an empty venv, from pip's cache; versions of constraints.txt; bytecode compiled by pip"
    return [
        one("pip install recipes-data", wheel, "ours", f"the wheel of this checkout; {note}"),
        one("pip install datasets", f"datasets=={version('datasets')}", "peer", note),
    ]


def _installed(venv: Path) -> dict[str, int]:
    """Bytes that came with the installation, and how many packages; without pip and setuptools themselves."""
    site = next((venv / "lib").glob("python*/site-packages"))
    own = ("pip", "setuptools", "pkg_resources", "_distutils_hack", "distutils-precedence.pth")
    top = [path for path in site.iterdir() if not path.name.startswith(own)]
    files = [path for each in top for path in ([each] if each.is_file() else each.rglob("*")) if path.is_file()]
    packages = sum(path.name.endswith(".dist-info") for path in top)
    return {"installed": sum(path.stat().st_size for path in files), "packages": packages}


_FEW = {"tiny": 1, "small": 2, "full": 5}
_LCB_GOALS = (
    Goal("1.5 times polars", "polars scan_ndjson, sink_parquet", 1.5),
    Goal("1.5 times msgspec", "msgspec lines, RecordBatch", 1.5),
    Goal("under 300 MB", anonymous_mib=300e6 / 2**20),
)

# on these data each of them writes the values that are there
_TULU_GOALS = (
    Goal("no slower than duckdb", "duckdb COPY", 1),
    Goal("no slower than pyarrow", "pyarrow open_json", 1),
    Goal("no slower than polars", "polars scan_ndjson, sink_parquet", 1),
)

_HASH = """
import concurrent.futures, hashlib, os
def digest(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").digest()
with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
    list(pool.map(digest, os.environ["BENCH_FILES"].split("\\n")))
"""

# what the page says where the goal is missed
_VERIFY_SHORT = (
    "of 1.8 s of processor time 1.4 are sha256, which both have to do and which two cores halve for us; Arrow, which "
    "counts rows and columns anew (the peer counts none), takes 0.2 s to import, beside the hashing, and Python with "
    "our command 0.2 s before it. What is left to gain is the import: a count of rows without Arrow."
)
_TULU_SHORT = (
    "the file is read back and every row of it proven, which no peer does; reading back and proving take 3.7 of 12.5 s "
    "of processor time a GB, about the distance to the best peer. Phases and what was tried: "
    "[conversion.md](conversion.md#what-it-costs)."
)

CASES = (
    Case("fetch_cold", "Cold fetch of six files", "Bytes", "The six shards of Tulu over loopback.", _fetch_cold,
         goals=(Goal("2 times hf download", "hf download", 2),), runs=_FEW, served=True),
    Case("fetch_warm", "Warm fetch of six files", "Bytes", "Everything is there already.", _fetch_warm,
         goals=(Goal("15 times hf download", "hf download, offline", 15),),
         runs={"tiny": 1, "small": 5, "full": 15}, served=True),
    Case("verify", "Verify six files", "Bytes", "Every stored byte is read again and hashed.", _verify,
         goals=(Goal("2.2 times hf cache verify", "hf cache verify", 2.2),), short=_VERIFY_SHORT, runs=_FEW,
         served=True),
    Case("convert_lcb", "JSON Lines to parquet, LiveCodeBench", "Bytes",
         "Six files, cells of up to 14 MB, zstd level 1. The result is read back and compared with `json.loads`.",
         _convert("lcb", "test", "lcb/test*.jsonl"), goals=_LCB_GOALS, runs=_FEW),
    Case("convert_tulu", "JSON Lines to parquet, Tulu", "Bytes",
         "One file of conversations, zstd level 1. The result is read back and compared with `json.loads`.",
         _convert("tulu_jsonl", "train", "tulu_jsonl/train.jsonl"), runs=_FEW,
         goals=_TULU_GOALS, short=_TULU_SHORT),
    Case("install", "Installation", "Bytes", "`pip install` into an empty environment.", _install,
         runs={"tiny": 0, "small": 1, "full": 3}),
)  # fmt: skip
