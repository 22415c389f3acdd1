"""The only home of what is read of one repository: all accesses to it with the same configuration, as one value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from recipes_data.gaps.evidence import Where
from recipes_data.gaps.reports.facts import Facts, PlacedAccess

__all__ = ["RepositoryUse", "repositories_of"]


@dataclass(frozen=True, slots=True)
class RepositoryUse:
    """One repository and configuration. `unpinned`: an access names no revision, or one that can move.

    `done`: what a client does with the rows, where the sources show it (findings of its places).
    """

    kind: str
    repo: str
    configs: tuple[str, ...]
    splits: tuple[str, ...]
    files: tuple[str, ...]
    revisions: tuple[str, ...]
    unpinned: bool
    columns: tuple[str, ...]
    done: tuple[str, ...]
    recipes: tuple[str, ...]
    where: tuple[Where, ...]


def repositories_of(facts: Facts) -> list[RepositoryUse]:
    """Every repository that is known by name, by kind and name; accesses that differ in the configuration apart."""
    groups: dict[tuple[str, str, str], list[PlacedAccess]] = {}
    for placed in facts.accesses.values():
        access = placed.access
        if access.repo:
            groups.setdefault((access.repo_type or "model", access.repo, access.config or ""), []).append(placed)
    return [
        _use(kind, repo, config, group)
        for (kind, repo, config), group in sorted(groups.items(), key=lambda item: (item[0][1].lower(), item[0]))
    ]


def _use(kind: str, repo: str, config: str, group: list[PlacedAccess]) -> RepositoryUse:
    accesses = [placed.access for placed in group]
    return RepositoryUse(
        kind,
        repo,
        (config,) if config else (),
        _once(access.split for access in accesses if access.split),
        _once(file for access in accesses for file in access.files),
        _once(access.revision for access in accesses if access.revision),
        any(not access.pinned and not access.revision for access in accesses),
        _once(column for access in accesses for column in access.columns),
        _once("streamed" for access in accesses if access.streaming),
        _once(recipe for placed in group for recipe in placed.recipes),
        tuple(dict.fromkeys(access.where for access in accesses)),
    )


def _once(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found))
