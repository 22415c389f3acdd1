"""The only home of the needs of a folder of Python sources: what they ask of the Hub, and which program asks it."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from recipes_data.errors import UsageError
from recipes_data.gaps.evidence import Finding, Where
from recipes_data.gaps.needs import Needs
from recipes_data.gaps.origins import origin_of
from recipes_data.gaps.recipes.accesses import FoundAccess, find_accesses, in_order
from recipes_data.gaps.recipes.columns import follow
from recipes_data.gaps.recipes.entries import unread_projects
from recipes_data.gaps.recipes.evaluate import Evaluation
from recipes_data.gaps.recipes.loads import Loads
from recipes_data.gaps.recipes.preprocessing import with_steps
from recipes_data.gaps.recipes.programs import find_recipes
from recipes_data.gaps.recipes.rules import find_findings
from recipes_data.gaps.recipes.scopes import gather
from recipes_data.gaps.recipes.sources import read_sources
from recipes_data.gaps.recipes.texts import find_texts
from recipes_data.gaps.recipes.uses import At, Uses

__all__ = ["scan_recipes"]

_KINDS = {"load_dataset": "rows", "hf_dataset": "rows", "hf_hub_download": "file"}
"""What is followed to the columns that are read of it."""


def scan_recipes(root: Path, *, name: str | None = None) -> Needs:
    """What the Python sources under `root` need of the Hub; they are read, never run.

    Raises:
        UsageError: there is no such folder or file.
    """
    if not root.exists():
        raise UsageError(f"there is no folder {root}", "name the folder with the recipes' Python sources")
    with _no_collection():
        return _scan(root, name or root.resolve().name)


@contextlib.contextmanager
def _no_collection() -> Iterator[None]:
    # syntax trees and answers are kept to the end: the collector would walk them again and again for nothing
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _scan(root: Path, called: str) -> Needs:
    sources = read_sources(root)
    run = Evaluation(sources, gather(sources.modules))
    loads = Loads(run.found)
    by_calls = find_accesses(run)
    found = in_order([*by_calls, *find_texts(run, loads, {one.node for one in by_calls})])
    uses = _uses(run, loads, found)
    recipes, unreached = find_recipes(run, root, found)
    lines = sum(source.lines for source in sources.modules)
    files = len(sources.modules) + len(sources.unparsed)
    origin = origin_of(root, name=called, kind="recipes", language="python", files=files, lines=lines)
    findings = tuple(
        Finding("unparsed-source", "warning", one.reason, Where(one.path, one.line), called)
        for one in (*sources.unparsed, *unread_projects(root))
    )
    findings += find_findings(run, found, called)
    done = with_steps(run, loads, found, uses)  # the last questions: these may be cut short
    accesses = tuple(
        replace(one.access, columns=tuple(seen.columns), preprocessing=steps)
        for one, seen, steps in zip(found, uses, done, strict=True)
    )
    return Needs(origin, accesses, recipes, findings, unreached)


def _uses(run: Evaluation, loads: Loads, found: tuple[FoundAccess, ...]) -> list[Uses]:
    result = []
    for one in found:
        kind = _KINDS.get(one.name)
        if kind is None:
            result.append(Uses())
            continue
        if kind == "rows" and not one.split_given:
            kind = "splits"
        result.append(follow(run, loads, At(one.node, kind, 0), {at for way in one.ways for at in way}))
    return result
