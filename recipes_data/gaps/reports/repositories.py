"""The only home of what is read of one repository: all accesses to it that ask alike, as one value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from recipes_data.gaps.evidence import Where
from recipes_data.gaps.reports.facts import Facts, PlacedAccess

__all__ = ["RepositoryUse", "repositories_of"]


@dataclass(frozen=True, slots=True)
class RepositoryUse:
    """One repository, and the configurations of it that are asked for alike.

    `unpinned`: an access names no revision.

    `through`: who calls the function that makes the access. `done`: what a client does with the rows, as far as seen.
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
    through: tuple[Where, ...] = ()


def repositories_of(facts: Facts) -> list[RepositoryUse]:
    """Every repository that is known by name, by name; configurations that are asked for otherwise apart."""
    groups: dict[tuple[str, str, str], list[PlacedAccess]] = {}
    for placed in facts.accesses.values():
        access = placed.access
        if access.repo:
            groups.setdefault((access.repo_type or "model", access.repo, access.config or ""), []).append(placed)
    # configurations that are asked for alike are one use
    alike: dict[tuple[object, ...], list[PlacedAccess]] = {}
    for (kind, repo, config), group in groups.items():
        one = _use(kind, repo, group)
        key = (kind, repo, bool(config), one.splits, one.files, one.revisions, one.columns)
        alike.setdefault(key, []).extend(group)
    uses = [_use(str(key[0]), str(key[1]), group) for key, group in alike.items()]
    return sorted(uses, key=lambda use: (use.repo.lower(), use.repo, use.configs, use.splits))


def _use(kind: str, repo: str, group: list[PlacedAccess]) -> RepositoryUse:
    accesses = [placed.access for placed in group]
    return RepositoryUse(
        kind,
        repo,
        _once(access.config for access in accesses if access.config),
        _once(access.split for access in accesses if access.split),
        _once(file for access in accesses for file in access.files),
        _once(access.revision for access in accesses if access.revision),
        any(not access.pinned and not access.revision for access in accesses),
        _once(column for access in accesses for column in access.columns),
        _once("streamed" for access in accesses if access.streaming),
        _once(recipe for placed in group for recipe in placed.recipes),
        tuple(dict.fromkeys(access.where for access in accesses)),
        tuple(dict.fromkeys(access.through[0] for access in accesses if access.through)),
    )


def _once(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found))
