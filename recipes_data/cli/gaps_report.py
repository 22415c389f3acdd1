"""`recipes-data gaps report`: sources to analysis, analysis to files or a screenful, and the exit code for CI."""

from __future__ import annotations

import argparse
import dataclasses
import json
import shlex
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from recipes_data.cli.gaps_inputs import (
    described_sources,
    distinct,
    folder_at,
    pairs_of,
    places_of,
    read_analysis,
    read_client,
    read_consumer,
    read_needs,
    roots_of,
    spec_of,
    with_test_results,
)
from recipes_data.cli.gaps_tables import gaps_text, summary_text
from recipes_data.cli.screen import Screen
from recipes_data.errors import UsageError
from recipes_data.gaps.analysis import Analysis
from recipes_data.gaps.compare.analyse import analyse, without_commits
from recipes_data.gaps.compare.blocking import PRIORITIES
from recipes_data.gaps.compare.difference import new_gaps
from recipes_data.gaps.compare.names import load_names
from recipes_data.gaps.compare.probing import probed_operations
from recipes_data.gaps.compare.states import Probed
from recipes_data.gaps.contract.table import load_operations
from recipes_data.gaps.document import SCHEMA_ID, analysis_to_json, schema_to_json
from recipes_data.gaps.documents.review import review
from recipes_data.gaps.inventory import Inventory
from recipes_data.gaps.levels import Gap
from recipes_data.gaps.operations import Operations
from recipes_data.gaps.reports.html import page
from recipes_data.gaps.reports.pages import write_pages
from recipes_data.gaps.reports.trying import run_examples
from recipes_data.gaps.sarif import sarif_to_json
from recipes_data.wording import counted

__all__ = ["report_command"]

_DRIVERS = {
    "huggingface_hub": "recipes_data.gaps.probe.drivers.huggingface_hub",
    "recipes_data": "recipes_data.gaps.probe.drivers.recipes_data",
}
"""Clients whose drivers ship, and the modules that are these drivers."""


def report_command(arguments: argparse.Namespace, screen: Screen, environ: Mapping[str, str]) -> int:
    """Read everything, compare, write or print, and judge.

    Raises:
        RecipesDataError: an input cannot be read, or the words do not fit.
    """
    began = time.monotonic()
    places = places_of(arguments, environ)
    # what the words say wrongly is said before anything long is read
    specs = [spec_of(text, "--client") for text in arguments.clients]
    through = [spec_of(text, "--through") for text in arguments.through]
    baseline = read_analysis(arguments.baseline) if arguments.baseline else None
    docs = folder_at(arguments.docs, "--docs") if arguments.docs else None
    if not specs:
        raise UsageError(
            "no client is given", "say --client python:huggingface_hub, or elixir:DIR; see: recipes-data gaps --help"
        )
    operations = load_operations()
    names = load_names(operations, [Path(file).expanduser() for file in arguments.names])
    needs = read_needs(arguments.recipes, places, screen)
    inventories = with_test_results(distinct([read_client(spec, screen) for spec in specs]), arguments.test_results)
    consumers = [read_consumer(spec, inventories, screen) for spec in through]
    probes = _probes(arguments.probe, inventories, operations, screen)
    analysis = analyse(
        operations=operations,
        needs=needs,
        inventories=inventories,
        consumers=consumers,
        names=names,
        probes=probes,
        documents=review(docs, inventories, operations, roots=roots_of(specs, inventories), needs=needs)
        if docs
        else (),
        described=described_sources(arguments.recipes, places),
    )
    if probes:
        probed = {one.client for one in probes}
        runs = run_examples(analysis, probed, roots_of(specs, inventories), environ)
        analysis = dataclasses.replace(analysis, example_runs=runs)
        if runs:
            passed = sum(run.passed is True for run in runs)
            screen.talk(f"ran {len(runs)} examples against the Hub on this machine: {passed} passed")
    if arguments.no_commits:
        analysis = without_commits(analysis)
    if arguments.out:
        written = _write(analysis, Path(arguments.out).expanduser())
        screen.talk(f"wrote {counted(len(written), 'file')} to {arguments.out} in {time.monotonic() - began:.1f} s")
    elif not arguments.json:
        screen.out(summary_text(analysis))
    if arguments.json:
        screen.document(json.loads(analysis_to_json(analysis)))
    return _verdict(arguments, analysis, baseline, screen)


def _probes(
    given: Sequence[str], inventories: Sequence[Inventory], operations: Operations, screen: Screen
) -> list[Probed]:
    if not given:
        return []
    clients = [inventory.origin.name for inventory in inventories]
    commands = {name: [sys.executable, "-m", _DRIVERS[name]] for name in clients if name in _DRIVERS and "" in given}
    commands |= {name: shlex.split(words) for name, words in pairs_of(filter(None, given), "--probe", clients)}
    if not commands:
        raise UsageError("--probe: none of the clients has a driver that ships", "say --probe CLIENT=COMMAND")
    from recipes_data.gaps.probe.run import probe  # with a Hub and tables to put on it

    found: list[Probed] = []
    for name, command in commands.items():
        screen.talk(f"probing {name}")
        report = probe(command, operations)
        found += probed_operations(name, report)
        counted = ", ".join(f"{count} {verdict}" for verdict, count in report.counts().items() if count)
        screen.talk(f"probed {name}: {counted}")
    return found


def _write(analysis: Analysis, out: Path) -> list[Path]:
    try:
        out.mkdir(parents=True, exist_ok=True)
        texts = {
            "analysis.json": analysis_to_json(analysis),
            SCHEMA_ID: schema_to_json(),
            "findings.sarif": sarif_to_json(analysis),
            "index.html": page(analysis),
        }
        for name, text in texts.items():
            (out / name).write_text(text, encoding="utf-8", newline="\n")
        return [*(out / name for name in texts), *write_pages(analysis, out)]
    except OSError as exc:
        raise UsageError(f"--out {out}: cannot be written: {exc.strerror}", "name a folder that you may write") from exc


def _verdict(arguments: argparse.Namespace, analysis: Analysis, baseline: Analysis | None, screen: Screen) -> int:
    """1 where gaps of the priority in question, or a more urgent one, are there (with a baseline: are new)."""
    wanted = arguments.fail_on or ("P2" if baseline else None)
    if wanted is None:
        return 0
    gaps: Sequence[Gap] = new_gaps(baseline, analysis) if baseline else analysis.gaps
    failing = [gap for gap in gaps if PRIORITIES.index(gap.priority) <= PRIORITIES.index(wanted)]
    if failing:
        new = "new " if baseline else ""
        screen.talk(f"{len(failing)} {new}gaps of {wanted} or more urgent:\n{gaps_text(failing)}")
    return 1 if failing else 0
