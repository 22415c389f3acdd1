"""The only home of what is done with bytes that arrived: rows and columns are measured and compared, tables linked."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from recipes_data.errors import HubDownError, IntegrityError
from recipes_data.formats import link_suffix
from recipes_data.lockfile import Lock, LockedConfig, LockedFile, LockedSplit
from recipes_data.plan import PlannedDataset
from recipes_data.store import Store

__all__ = ["Checked", "check", "prepare"]


@dataclass(frozen=True, slots=True)
class Checked:
    """A lock with everything measured that is known now; rows and table folders by `config:split`."""

    lock: Lock
    rows: dict[str, int]
    tables: dict[str, Path]


def prepare(plans: Iterable[PlannedDataset]) -> None:
    """Import what `check` will need, while the bytes are still on their way."""
    if any(split.format != "files" for plan in plans for _, split in plan.splits):
        import recipes_data.tables.measuring  # noqa: F401  # imported for later


def check(plan: PlannedDataset, store: Store) -> Checked:
    """Measure what is wanted, compare it with what the lock knows, and link the tables.

    Raises:
        IntegrityError: rows or columns are not what the lock or the manifest says.
    """
    lock = plan.lock
    files = lock.by_path()
    rows: dict[str, int] = {}
    tables: dict[str, Path] = {}
    columns: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {}
    for config, split in plan.splits:
        measured, found = _measure(lock, config, split, files, store)
        files.update(measured)
        key = f"{config.name}:{split.name}"
        if found is not None:
            columns[config.name, split.name] = found
            rows[key] = sum(measured[path].rows or 0 for path in split.files)
        suffix = link_suffix(split.format)
        shas = [measured[path].sha256 or "" for path in split.files]
        linked = store.link_table(split.name, shas, suffix)
        tables[key] = linked[0].parent
    configs = tuple(
        LockedConfig(
            config.name,
            tuple(
                dataclasses.replace(split, columns=columns.get((config.name, split.name), split.columns))
                for split in config.splits
            ),
        )
        for config in lock.configs
    )
    whole = dataclasses.replace(lock, files=tuple(files[file.path] for file in lock.files), configs=configs)
    return Checked(whole, rows, tables)


def _measure(
    lock: Lock, config: LockedConfig, split: LockedSplit, files: Mapping[str, LockedFile], store: Store
) -> tuple[dict[str, LockedFile], tuple[tuple[str, str], ...] | None]:
    name = f"{lock.name}/{config.name}:{split.name}"
    measured: dict[str, LockedFile] = {}
    for path in split.files:
        sha256 = files[path].sha256 or store.sha256_of(files[path].digest)
        if sha256 is None:
            raise HubDownError(f"{name}: {path} did not arrive", "run the same command again")
        measured[path] = dataclasses.replace(files[path], sha256=sha256)
    if split.format == "files":
        return measured, None
    from recipes_data.tables.measuring import measure_file, split_columns  # Arrow: only where there are rows

    facts = []
    for path, file in measured.items():
        fact = measure_file(store, file, split, f"{name} ({path})")
        facts.append(fact)
        if file.rows is not None and file.rows != fact.rows:
            raise IntegrityError(
                f"{name}: {path} has {fact.rows:,} rows, its lock measured {file.rows:,}",
                "restore the lock, or recipes-data verify",
            )
        measured[path] = dataclasses.replace(file, rows=fact.rows)
    rows = sum(fact.rows for fact in facts)
    if split.expected_rows is not None and rows != split.expected_rows:
        raise IntegrityError(
            f"{name} has {rows:,} rows, the manifest expects {split.expected_rows:,}\n"
            f"evidence of the manifest's count: {split.evidence or 'none given'}",
            "find out which is right; then correct `rows:` in the manifest, or its `files:`",
        )
    found = tuple((column, str(kind)) for column, kind in split_columns(facts, list(split.files)))
    if split.columns is not None and split.columns != found:
        raise IntegrityError(
            f"{name}: the columns are {dict(found)}, its lock measured {dict(split.columns)}",
            "restore the lock, or recipes-data verify",
        )
    return measured, found
