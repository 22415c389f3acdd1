"""Give the odd files to polars, pyarrow, duckdb, datasets and ours, and write down who keeps their values.

    python benchmarks/exactness.py              # all files, at full size; writes docs/exactness.md
    python benchmarks/exactness.py --keep answers.json      # the same; a run that was broken off goes on
    python benchmarks/exactness.py --only dates.jsonl --small

Every reading is a process of its own with a time limit. Every reader is called as its documentation's first example
does it, without options that this file would need: what is asked is what becomes of values without a word said.
"""

from __future__ import annotations

import argparse
import datetime as dt
import importlib.metadata
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from odd_files import FILES, OddFile, Size, compare
from where import ROOT

PAGE = ROOT / "docs" / "exactness.md"
FULL = Size(rows=60_000, cell=200_000_000, line=100_000_000)
LIMIT_SECONDS = 180
AT_ONCE = 2
Row = dict[str, Any]


def kind(name: str) -> str:
    """The suffix that says the format."""
    return next(word for word in name.split(".") if word in ("jsonl", "json", "csv", "tsv", "txt"))


def rows_of(table: Any) -> list[Row]:
    """The rows of an Arrow table."""
    rows: list[Row] = table.to_pylist()
    return rows


def by_ours(path: Path) -> list[Row]:
    """Rows of the reader that `load` uses; its Arrow has to be equal, or refused."""
    sys.path.insert(0, str(ROOT))
    from recipes_data.errors import TableError
    from recipes_data.formats import format_of
    from recipes_data.tables.opening import reader_of
    from recipes_data.tables.source import Source

    source = Source(path, path.name, path.name, path.stat().st_size, path.with_suffix(".none"), lambda content: None)
    reader = reader_of(str(format_of(path.name)))
    facts = reader.measure(source, None)
    shard = reader.shards([source], [facts.rows], facts.columns)[0]
    rows = list(shard.rows(0, len(shard)))
    try:
        again = shard.arrow().to_pylist()
    except TableError as exc:
        print(f"Arrow refuses: {exc.what}", file=sys.stderr)
        return rows
    said = compare(again, rows)
    if said:
        raise SystemExit(f"Arrow: {said}")
    return rows


def by_polars(path: Path) -> list[Row]:
    """`read_ndjson`, `read_json`, `read_csv`."""
    import polars as pl

    if kind(path.name) == "jsonl":
        return pl.read_ndjson(path).to_dicts()
    if kind(path.name) == "json":
        return pl.read_json(path).to_dicts()
    return pl.read_csv(path, separator="\t" if kind(path.name) == "tsv" else ",").to_dicts()


def by_pyarrow(path: Path) -> list[Row]:
    """`pyarrow.json.read_json`, `pyarrow.csv.read_csv`."""
    from pyarrow import csv
    from pyarrow import json as paj

    if kind(path.name) in ("jsonl", "json"):
        return rows_of(paj.read_json(path))
    options = csv.ParseOptions(delimiter="\t" if kind(path.name) == "tsv" else ",")
    return rows_of(csv.read_csv(path, parse_options=options))


def by_duckdb(path: Path) -> list[Row]:
    """`read_json`, `read_csv`."""
    import duckdb

    call = "read_json" if kind(path.name) in ("jsonl", "json") else "read_csv"
    answer: Any = duckdb.sql(f"select * from {call}('{path}')")  # a path of ours
    return [dict(zip(answer.columns, row, strict=True)) for row in answer.fetchall()]


def by_datasets(path: Path) -> list[Row]:
    """`load_dataset` with the builder of the format."""
    import datasets

    datasets.disable_progress_bars()
    builder = {"jsonl": "json", "json": "json", "csv": "csv", "tsv": "csv", "txt": "text"}[kind(path.name)]
    options = {"sep": "\t"} if kind(path.name) == "tsv" else {}
    return list(datasets.load_dataset(builder, data_files=str(path), split="train", **options))


READERS: dict[str, Callable[[Path], list[Row]]] = {
    "ours": by_ours,
    "polars": by_polars,
    "pyarrow": by_pyarrow,
    "duckdb": by_duckdb,
    "datasets": by_datasets,
}
VERDICTS = {
    "equal": "equal",
    "refused": "refused",
    "changed": "**CHANGED**",
    "crashed": "crashed",
    "no answer": "no answer",
    "-": "-",
}
"""As the page shows them; a dash: the reader has no such format."""
NO_READER = {(name, "txt") for name in ("polars", "pyarrow", "duckdb")}


def read(reader: str, odd: OddFile, path: Path) -> Mapping[str, str]:
    """What one reader made of one file: the verdict, and what it said or changed. Runs in a process of its own."""
    try:
        rows = READERS[reader](path)
    except SystemExit as exc:
        return {"verdict": "changed", "said": str(exc)}
    except BaseException as exc:  # noqa: BLE001  # whatever it raises; polars' panic is no Exception
        verdict = "refused" if is_refusal(reader, exc) else "crashed"
        return {"verdict": verdict, "said": f"{type(exc).__name__}: {exc}".splitlines()[0][:300]}
    said = compare(rows, odd.rows(path.read_bytes()), typed_text=kind(odd.name) in ("csv", "tsv"))
    return {"verdict": "changed" if said else "equal", "said": said}


def is_refusal(reader: str, fault: BaseException) -> bool:
    """Whether an error speaks of the file: ours has classes for that; a package that is missing says nothing of it."""
    if reader == "ours":
        return type(fault).__module__ == "recipes_data.errors"
    return not isinstance(fault, (ImportError, NameError, MemoryError))


def asked(reader: str, odd: OddFile, path: Path) -> Mapping[str, str]:
    """The same from a fresh process; one that crashes or takes too long is told apart from a refusal."""
    if (reader, kind(odd.name)) in NO_READER:
        return {"verdict": "-", "said": ""}
    with tempfile.TemporaryDirectory() as home:
        environ = {**os.environ, "HF_HOME": home, "HF_HUB_OFFLINE": "1", "HF_DATASETS_CACHE": home}
        words = [sys.executable, __file__, "--read", reader, odd.name, str(path)]
        try:
            done = subprocess.run(
                words, env=environ, capture_output=True, text=True, timeout=LIMIT_SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            return {"verdict": "no answer", "said": f"not within {LIMIT_SECONDS} seconds"}
    lines = done.stdout.splitlines()
    if done.returncode or not lines:
        return {"verdict": "crashed", "said": f"the process ended with {done.returncode}"}
    answer: Mapping[str, str] = json.loads(lines[-1])
    if answer["verdict"] == "equal" and "Arrow refuses" in done.stderr:
        return {"verdict": "equal", "said": "as rows; Arrow is refused"}
    return answer


PREFACE = """\
# Exactness: odd files, and who keeps their values

<!-- generated by benchmarks/exactness.py: do not edit -->

`python benchmarks/exactness.py` writes this page. {date}, Python {python}, {versions}.

Each file is what the Hub really has somewhere. The true values are those of `json.loads` (of a line, or of the file)
and, in csv, the texts of the fields by RFC 4180. The odd value comes after {rows:,} ordinary rows.

- **equal**: every value is the one in the file. A missing key is as good as null. In csv a number is as good as the
  text it is written with (`7` for `7`, never for `007`), null as good as an empty field.
- **refused**: an error, and no rows. For a file that is broken this is the right answer.
- **CHANGED**: rows came without an error, and a value, a row or a column is not the one in the file.

Every reader is called with its defaults. Most have options (a schema, types, `sample_size=-1`) with which they would
do better on a file whose oddity is known. "Ours" is given as rows; its Arrow was equal to them unless it says so.
"""


def page(found: Mapping[str, Mapping[str, Mapping[str, str]]], size: Size) -> str:
    """The page for docs/."""
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in (*list(READERS)[1:], "orjson"))
    today = dt.datetime.now(dt.UTC).date().isoformat()
    preface = PREFACE.format(date=today, python=platform.python_version(), versions=versions, rows=size.rows)
    return "\n".join([preface, *summary(found), "", *verdicts(found, size), "", *words(found)]) + "\n"


def summary(found: Mapping[str, Mapping[str, Mapping[str, str]]]) -> list[str]:
    """How many files of each verdict."""
    out = [f"| of {len(found)} files | {' | '.join(READERS)} |", "|---|" + "---:|" * len(READERS)]
    counts = {reader: Counter(answers[reader]["verdict"] for answers in found.values()) for reader in READERS}
    for verdict in VERDICTS:
        if any(counts[reader][verdict] for reader in READERS):
            cells = " | ".join(str(counts[reader][verdict]) for reader in READERS)
            out.append(f"| {VERDICTS[verdict]} | {cells} |")
    return out


def verdicts(found: Mapping[str, Mapping[str, Mapping[str, str]]], size: Size) -> list[str]:
    """One line a file."""
    out = [f"| file | oddity | {' | '.join(READERS)} |", "|---|---|" + "---|" * len(READERS)]
    for odd in FILES:
        if odd.name in found:
            what = odd.what.replace("{cell}", f"{size.cell:,} bytes").replace("{line}", f"{size.line:,} bytes")
            cells = " | ".join(VERDICTS[answer["verdict"]] for answer in found[odd.name].values())
            out.append(f"| `{odd.name}` | {what} | {cells} |")
    return out


def words(found: Mapping[str, Mapping[str, Mapping[str, str]]]) -> list[str]:
    """What was changed, and what was said, file by file."""
    out = ["## What was changed, what was said", ""]
    for name, answers in found.items():
        lines = [f"  - {r}: {a['verdict']}: {plain(a['said'])}" for r, a in answers.items() if a["said"]]
        out += [f"- `{name}`", *lines] if lines else []
    return out


def plain(text: str) -> str:
    """A message as code in a page; it names no folder of this machine."""
    return f"`{text.replace('`', chr(39))[:160]}`"


def answers_of(
    odd: OddFile, folder: Path, size: Size, pool: ThreadPoolExecutor, known: Mapping[str, Mapping[str, str]]
) -> dict[str, Mapping[str, str]]:
    """What every reader made of one file, but for answers that are known; the file is written, and removed."""
    path = folder / odd.name
    path.write_bytes(odd.content(size))
    waiting = {reader: pool.submit(asked, reader, odd, path) for reader in READERS if reader not in known}
    found = {reader: known[reader] if reader in known else waiting[reader].result() for reader in READERS}
    path.unlink()
    return {r: {"verdict": a["verdict"], "said": a["said"].replace(f"{folder}/", "")} for r, a in found.items()}


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--read", nargs=3, metavar=("READER", "FILE", "PATH"), help=argparse.SUPPRESS)
    parser.add_argument("--only", nargs="+", metavar="FILE", help="these files, and no page")
    parser.add_argument("--small", action="store_true", help="few ordinary rows, small cells, and no page")
    parser.add_argument(
        "--keep", type=Path, metavar="FILE", help="where answers are kept by file and reader, and taken from"
    )
    said = parser.parse_args()
    if said.read:
        reader, name, path = said.read
        print(json.dumps(read(reader, next(odd for odd in FILES if odd.name == name), Path(path))))
        return
    size = Size() if said.small else FULL
    folder = Path(tempfile.mkdtemp(prefix="odd-"))
    found: dict[str, dict[str, Mapping[str, str]]] = {}
    known = json.loads(said.keep.read_text()) if said.keep and said.keep.exists() else {}
    try:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for odd in FILES:
                if said.only and odd.name not in said.only:
                    continue
                found[odd.name] = answers_of(odd, folder, size, pool, known.get(odd.name, {}))
                if said.keep:
                    said.keep.write_text(json.dumps({**known, **found}))
                shown = (f"{r}: {a['verdict']} {a['said'][:70]}".strip() for r, a in found[odd.name].items())
                print(odd.name, *shown, sep="\n    ", flush=True)
    finally:
        shutil.rmtree(folder)
    if not said.only and not said.small:
        PAGE.write_text(page(found, size), encoding="utf-8")
        print(f"written: {PAGE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
