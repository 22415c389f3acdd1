"""The only home of the review of old documents: each Markdown file against inventories, table and needs."""

from __future__ import annotations

import dataclasses
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from recipes_data.gaps.analysis import Claim, ReviewedDocument
from recipes_data.gaps.documents.between import (
    change_log,
    conflicts_of,
    is_about_clients,
    missing_subjects,
    replaced_by,
)
from recipes_data.gaps.documents.grounds import Client, Grounds, grounds_of, repository_of
from recipes_data.gaps.documents.judging import Judged, judge
from recipes_data.gaps.documents.statements import lines_of, statements_of
from recipes_data.gaps.evidence import Where
from recipes_data.gaps.inventory import Inventory
from recipes_data.gaps.needs import Needs
from recipes_data.gaps.operations import Operations
from recipes_data.gaps.reports.facts import state_pages

__all__ = ["review"]

_ENDINGS = (".md", ".markdown", ".livemd")
_OWN = re.compile(r"^Made by recipes-data \S+ from ", re.MULTILINE)
_PASSED_OVER = {"_build", "deps", "node_modules", "target"}
_NO_ROOTS: Mapping[str, Path] = MappingProxyType({})


def review(
    docs: Path,
    inventories: Sequence[Inventory],
    operations: Operations,
    *,
    roots: Mapping[str, Path] = _NO_ROOTS,
    needs: Sequence[Needs] = (),
) -> tuple[ReviewedDocument, ...]:
    """Every Markdown file under `docs`, by path.

    `roots`: folders of clients by name; without them no file is called missing from a client. `needs`: without them no
    dataset id is judged. Pages that this report made itself claim nothing: they are made again.
    """
    texts = _texts(docs)
    own = {path for path, text in texts.items() if _OWN.search(text)}
    grounds = grounds_of(inventories, operations, roots, needs, list(texts), repository_of(docs))
    pages = state_pages(inventories)
    about = {path: _about(text, grounds) for path, text in texts.items()}
    judged = {path: [] if path in own else _judged(text, grounds, about[path]) for path, text in texts.items()}
    conflicts = conflicts_of(judged)
    found = []
    for path, text in texts.items():
        client = about[path]
        if path in own:
            found.append(ReviewedDocument(path, (), replaced_by=(path.rpartition("/")[2],), own=True))
            continue
        headings = [line.headings[-1] for line in lines_of(text) if line.headings]
        found.append(
            ReviewedDocument(
                path,
                tuple(
                    Claim(Where(path, one.statement.line), one.statement.text, one.verdict, one.why)
                    for one in judged[path]
                ),
                missing_subjects(text, operations) if is_about_clients(judged[path]) else (),
                conflicts.get(path, ()),
                replaced_by(path, headings, pages.get(client.name) if client else None, judged[path]),
                change_log(judged[path]),
            )
        )
    return tuple(found)


def _judged(text: str, grounds: Grounds, about: Client | None) -> list[Judged]:
    found = [one for one in (judge(one, grounds, about) for one in statements_of(text)) if one is not None]
    # a document that names the version that was read names others beside it: a range, or what was before
    current = {one.client for one in found if one.statement.kind == "version" and one.verdict == "right"}
    return [_beside(one) if one.client in current else one for one in found]


def _beside(one: Judged) -> Judged:
    if one.statement.kind != "version" or one.verdict == "right":
        return one
    return dataclasses.replace(one, verdict="unchecked", why=f"it names another version beside it; {one.why}")


def _about(text: str, grounds: Grounds) -> Client | None:
    """The client that a document speaks of most; the only one where there is one."""
    if len(grounds.clients) == 1:
        return grounds.clients[0]
    counts = []
    for client in grounds.clients:
        names = {client.name, *client.roots}
        pattern = "|".join(sorted((re.escape(name) for name in names), key=len, reverse=True))
        counts.append((len(re.findall(rf"(?<![\w-])(?:{pattern})(?![\w-])", text)), client))
    most = max((count for count, _ in counts), default=0)
    leading = [client for count, client in counts if count == most]
    return leading[0] if most and len(leading) == 1 else None


def _texts(docs: Path) -> dict[str, str]:
    """Text of every document by its path under `docs`; bytes that are no UTF-8 are shown as replacement signs."""
    if docs.is_file():
        return {docs.name: docs.read_text(encoding="utf-8", errors="replace")}
    found: dict[str, str] = {}
    for folder, folders, files in os.walk(docs):
        folders[:] = sorted(one for one in folders if one not in _PASSED_OVER and not one.startswith("."))
        for file in files:
            path = Path(folder) / file
            if path.suffix.lower() in _ENDINGS and path.is_file():
                found[path.relative_to(docs).as_posix()] = path.read_text(encoding="utf-8", errors="replace")
    return dict(sorted(found.items()))
