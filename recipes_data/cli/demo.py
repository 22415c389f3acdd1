"""`recipes-data demo`: the whole true path on the sample repositories, and what came out of it."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from loaders import Rows, load
from recipes_data.cli.child import run_against_folder
from recipes_data.cli.scope import see_folder
from recipes_data.cli.screen import Screen, size_text, table_text
from recipes_data.errors import RecipesDataError
from recipes_data.places import demo_places

__all__ = ["demo_command"]

_SAMPLES = Path(__file__).resolve().parent.parent / "sample" / "hub"


def demo_command(arguments: argparse.Namespace, screen: Screen, argv: Sequence[str], environ: Mapping[str, str]) -> int:
    """Run the demo; its store is made anew each time, so that every step is really taken."""
    places = demo_places(store=arguments.store, environ=environ)
    see_folder(places.store)
    _cleared(places.store)
    screen.talk(f"serving {_SAMPLES} on 127.0.0.1 and fetching from it with the real Hub client")
    words = [
        "fetch",
        "--all",
        "--json",
        "--no-locked",
        "--manifests",
        str(places.catalogues[0]),
        "--store",
        str(places.store),
    ]
    words += ["--origin", "sample", *(["--quiet"] if screen.quiet else [])]
    code, stdout, requests = run_against_folder(_SAMPLES, words, environ, captured=True)
    if code != 0:
        if stdout:
            screen.document(json.loads(stdout))
        return 130 if code < 0 else code
    fetched = json.loads(stdout)
    lines, examples = _described(fetched, arguments.store)
    head = ("dataset", "config", "split", "rows", "bytes", "files", "where")
    screen.out(table_text(head, [tuple(map(str, line.values())) for line in lines], right=(3, 4, 5)))
    screen.out("\nthe first example of each (made-up samples, not the datasets):")
    for name, row in examples.items():
        screen.out(f"\n{name}\n{_shortened(row)}")
    total = sum(dataset["bytes_fetched"] for dataset in fetched["datasets"])
    screen.out(f"\n{requests} requests, {size_text(total)} fetched, every byte verified; store {places.store}")
    python = Path(sys.executable)
    shown = python.relative_to(Path.cwd()) if python.is_relative_to(Path.cwd()) else python
    screen.out(f"\nin Python ({shown}):\n")
    where = f", store={str(places.store)!r}" if arguments.store else ""
    screen.out("    from loaders import load")
    screen.out(f'    train = load("sample_gsm8k", split="train", sample=True{where})')
    screen.out('    print(len(train), train.shuffle(seed=0)[0]["question"])')
    screen.document({"datasets": lines, "examples": examples, "requests": requests, "store": str(places.store)})
    return 0


def _cleared(store: Path) -> None:
    """Remove what an earlier demo left: only what a store has, and only in the demo's own folder."""
    for part in (
        "blobs",
        "known",
        "partial",
        "tables",
        "facts",
        "index",
        "locks",
        "stamps",
        "used",
        "leases",
        "leaving",
    ):
        shutil.rmtree(store / part, ignore_errors=True)


def _described(fetched: Mapping[str, Any], store: str | None) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    lines: list[dict[str, Any]] = []
    examples: dict[str, Any] = {}
    for dataset in fetched["datasets"]:
        for key, folder in dataset["tables"].items():
            config, _, split = key.partition(":")
            rows: Rows = load(f"{dataset['name']}/{key}", sample=True, store=store)
            if dataset["rows"][key] != len(rows):
                raise RecipesDataError(
                    f"{dataset['name']}/{key}: fetched {dataset['rows'][key]} rows, loaded {len(rows)}"
                )
            files = sorted(Path(folder).iterdir())
            size = sum(path.stat().st_size for path in files)
            lines.append(
                {
                    "dataset": dataset["name"],
                    "config": config,
                    "split": split,
                    "rows": len(rows),
                    "bytes": size,
                    "files": len(files),
                    "where": folder,
                }
            )
            examples.setdefault(dataset["name"], rows[0])
    return lines, examples


def _shortened(row: Mapping[str, Any]) -> str:
    def short(value: Any) -> str:
        text = json.dumps(value, ensure_ascii=False)
        return text if len(text) <= 150 else f"{text[:147]}..."

    return "\n".join(f"    {name}: {short(value)}" for name, value in row.items())
