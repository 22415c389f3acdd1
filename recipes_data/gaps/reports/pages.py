"""The only home of which Markdown pages there are, and of writing them."""

from __future__ import annotations

from pathlib import Path

from recipes_data.gaps.analysis import Analysis
from recipes_data.gaps.reports.current_state import current_state
from recipes_data.gaps.reports.facts import state_pages
from recipes_data.gaps.reports.gap_analysis import gap_analysis
from recipes_data.gaps.reports.plan import plan
from recipes_data.gaps.reports.requirements import requirements
from recipes_data.gaps.reports.summary import summary
from recipes_data.gaps.reports.superseded import superseded
from recipes_data.gaps.reports.tdd_examples import tdd_examples

__all__ = ["pages_of", "write_pages"]


def pages_of(analysis: Analysis) -> dict[str, str]:
    """Text of every page by its file's name, the summary first."""
    states = state_pages(analysis.inventories)
    documents = {
        "COOKBOOK_REQUIREMENTS.md": "what the recipes read, and which operations that takes",
        **{name: f"what of {client} works, what in part, what not" for client, name in states.items()},
        "GAP_ANALYSIS.md": "what is missing, what it blocks, and what nobody needs",
        "IMPLEMENTATION_PLAN_UNIFIED.md": "what to build in which order, and when it is done",
        "TDD_EXAMPLES.md": "the tests to write first",
        "SUPERSEDED_DOCS.md": "what older documents say, held against the sources",
    }
    return {
        "SUMMARY.md": summary(analysis, documents),
        "COOKBOOK_REQUIREMENTS.md": requirements(analysis),
        **{name: current_state(analysis, client) for client, name in states.items()},
        "GAP_ANALYSIS.md": gap_analysis(analysis),
        "IMPLEMENTATION_PLAN_UNIFIED.md": plan(analysis),
        "TDD_EXAMPLES.md": tdd_examples(analysis),
        "SUPERSEDED_DOCS.md": superseded(analysis),
    }


def write_pages(analysis: Analysis, out: Path) -> list[Path]:
    """Write every page into `out`, which is made where it does not exist; the paths, the summary's first."""
    out.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in pages_of(analysis).items():
        path = out / name
        # names of a broken file may hold bytes that are no text
        path.write_text(text.encode("utf-8", "replace").decode("utf-8"), encoding="utf-8", newline="\n")
        written.append(path)
    return written
