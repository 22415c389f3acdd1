"""The only home of the needs of a folder of Python sources: what they ask of the Hub, and which program asks it."""

from __future__ import annotations

from pathlib import Path

from recipes_data.gaps.evidence import Finding, Where
from recipes_data.gaps.needs import Needs
from recipes_data.gaps.origins import origin_of
from recipes_data.gaps.recipes.accesses import find_accesses
from recipes_data.gaps.recipes.evaluate import Evaluation
from recipes_data.gaps.recipes.scopes import gather
from recipes_data.gaps.recipes.sources import read_sources

__all__ = ["scan_recipes"]


def scan_recipes(root: Path, *, name: str | None = None) -> Needs:
    """What the Python sources under `root` need of the Hub; they are read, never run."""
    sources = read_sources(root)
    run = Evaluation(sources, gather(sources.modules))
    called = name or root.resolve().name
    found = find_accesses(run)
    lines = sum(source.lines for source in sources.modules)
    files = len(sources.modules) + len(sources.unparsed)
    origin = origin_of(root, name=called, kind="recipes", language="python", files=files, lines=lines)
    findings = tuple(
        Finding("unparsed-source", "warning", one.reason, Where(one.path, one.line), called)
        for one in sources.unparsed
    )
    return Needs(origin, tuple(one.access for one in found), (), findings, tuple(range(len(found))))
