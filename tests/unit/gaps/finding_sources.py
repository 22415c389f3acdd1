"""Small sources for the tests of the findings: written to a folder, read, and their findings as short lines."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

from recipes_data.gaps.evidence import Finding
from recipes_data.gaps.recipes.accesses import find_accesses
from recipes_data.gaps.recipes.evaluate import Evaluation
from recipes_data.gaps.recipes.rules import find_findings
from recipes_data.gaps.recipes.scopes import gather
from recipes_data.gaps.recipes.sources import read_sources


def findings_in(folder: Path, rule: str, **files: str) -> list[Finding]:
    """The findings of one rule in these files (`main` is `main.py`)."""
    for name, text in files.items():
        (folder / f"{name}.py").write_text(dedent(text), encoding="utf-8")
    sources = read_sources(folder)
    assert not sources.unparsed
    run = Evaluation(sources, gather(sources.modules))
    return [one for one in find_findings(run, find_accesses(run), "recipes") if one.rule == rule]


def lines_of(folder: Path, rule: str, text: str) -> list[str]:
    """`line severity` of each finding of one rule in one module."""
    return [f"{one.where.line} {one.severity}" for one in findings_in(folder, rule, main=text)]
