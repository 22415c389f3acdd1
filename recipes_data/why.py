"""The verb `why`: which recipes need a dataset or model, for what, and which of its files that takes. Offline, pure."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from recipes_data.address import Address
from recipes_data.catalogue import Catalogue, Entry
from recipes_data.lockfile import Lock
from recipes_data.manifest import Need, RecipeManifest
from recipes_data.plan import plan_dataset

__all__ = ["Use", "uses_of"]


@dataclass(frozen=True, slots=True)
class Use:
    """One need of one recipe: where it stands, what it says, and what it takes.

    `files`: paths in the repository, and `size` their bytes; None where there is no lock that could tell.
    """

    recipe: str
    path: Path
    line: int
    need: Need
    files: tuple[str, ...] | None = None
    size: int | None = None


def uses_of(name: str, catalogue: Catalogue, lock: Lock | None) -> list[Use]:
    """Every need of a dataset or model, by recipe and then in the recipe's order.

    Raises:
        UnknownNameError: no dataset or model is called so, or the lock lacks a config or split that is needed.
    """
    catalogue.dataset(name)
    return [
        _use(recipe, entry, index, need, lock)
        for recipe, entry in catalogue.recipes.items()
        if isinstance(entry.manifest, RecipeManifest)
        for index, need in enumerate(entry.manifest.needs)
        if need.name == name
    ]


def _use(recipe: str, entry: Entry, index: int, need: Need, lock: Lock | None) -> Use:
    line = entry.lines.get(("needs", index), 1)
    if lock is None:
        return Use(recipe, entry.path, line, need)
    wanted = [Address(need.name, need.config, split, need.shards, need.rows) for split in need.splits or (None,)]
    plan = plan_dataset(lock, wanted, lambda _: True)
    return Use(recipe, entry.path, line, need, tuple(file.path for file in plan.files), plan.bytes_total)
