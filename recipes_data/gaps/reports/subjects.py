"""The only home of what an example test is about: a real repository and file, each with the place that names it."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass

from recipes_data.gaps.analysis import OperationNeed
from recipes_data.gaps.operations import Operation
from recipes_data.gaps.reports.facts import Facts, PlacedAccess

__all__ = ["Subject", "quoted", "subject_of", "wants_file"]

_FILE_WORDS = ("path", "filename", "paths")


@dataclass(frozen=True, slots=True)
class Subject:
    """Values for an operation's arguments, by the table's names. `sources`: (value, input and place that name it)."""

    values: dict[str, str]
    sources: tuple[tuple[str, str], ...]


def subject_of(facts: Facts, need: OperationNeed, options: Collection[str] = ()) -> Subject | None:
    """What an example of an operation is about; None where no input names a repository that it is for.

    `options`: what an access should give, where one does.
    """
    row = facts.operation(need.operation)
    with_file = wants_file(row)
    placed = [one for one in facts.of_need(need) if one.access.repo and _is_for(row, one)]
    if with_file and not any(_names_file(one) for one in placed):
        kind = placed[0].access.repo_type if placed else None
        everywhere = [
            one for one in facts.accesses.values() if _names_file(one) and one.access.repo and _is_for(row, one)
        ]
        placed = [one for one in everywhere if kind in (None, one.access.repo_type)] or placed
    if not placed:
        return None
    fitting = [one for one in placed if _names_file(one)] if with_file else []
    chosen = max(fitting or placed, key=lambda one: sum(bool(getattr(one.access, name, None)) for name in options))
    return _subject(chosen, with_file)


def quoted(text: str) -> str:
    """A string literal that Python and Rust read alike, and Elixir where there is no `#{`; of one line."""
    return json.dumps(" ".join(text.split()), ensure_ascii=False)


def _names_file(placed: PlacedAccess) -> bool:
    return any(not _is_pattern(one) for one in placed.access.files)


def _is_for(row: Operation, placed: PlacedAccess) -> bool:
    """Whether an operation can be about this access's kind of repository."""
    kinds = {"models": "model", "datasets": "dataset", "spaces": "space"}
    return kinds.get(row.area, placed.access.repo_type or "model") == (placed.access.repo_type or "model")


def wants_file(row: Operation) -> bool:
    """Whether an operation is about one file of a repository."""
    shortest = row.short_path or row.path
    takes = any(one.name in _FILE_WORDS and one.required and one.place != "path" for one in row.parameters)
    return takes or "{path}" in shortest or "hf_hub_download" in row.id


def _subject(placed: PlacedAccess, with_file: bool) -> Subject:
    access = placed.access
    shown = f"{placed.origin.name}: {access.where}"
    if placed.origin.kind == "manifests":
        shown = f"manifest {access.where}"
    values = {"repo_id": access.repo or "", "repo_type": access.repo_type or "model"}
    sources = [(access.repo or "", shown)]
    named = (("config", access.config), ("split", access.split), ("revision", access.revision))
    values |= {name: value for name, value in named if value}
    files = [one for one in access.files if not _is_pattern(one)]
    if with_file and files:
        values["filename"] = files[0]
        sources.append((files[0], shown))
    elif with_file and access.files:
        sources.append((f"a file that matches {access.files[0]}", shown))
    return Subject(values, tuple(sources))


def _is_pattern(file: str) -> bool:
    return any(sign in file for sign in "*?[{")
