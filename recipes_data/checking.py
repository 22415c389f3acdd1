"""The only home of what is done with bytes that arrived: rows and columns are measured and compared, tables linked."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from recipes_data.columns import parse_type, same_type
from recipes_data.errors import HubDownError, IntegrityError
from recipes_data.formats import link_suffix
from recipes_data.lockfile import Lock, LockedConfig, LockedFile, LockedSplit
from recipes_data.plan import PlannedDataset
from recipes_data.store import Store
from recipes_data.wording import counted

__all__ = ["Checked", "check", "prepare"]


@dataclass(frozen=True, slots=True)
class Checked:
    """A lock with everything measured that is known now; rows and table folders by `config:split`."""

    lock: Lock
    rows: dict[str, int]
    tables: dict[str, Path]


def prepare(plans: Iterable[PlannedDataset]) -> None:
    """Import what `check` will need, while the bytes are still on their way."""
    formats = {split.format for plan in plans for _, split in plan.splits} - {"files"}
    if formats:
        from recipes_data.tables.opening import reader_of

        for name in formats:
            reader_of(name)


def check(plan: PlannedDataset, store: Store) -> Checked:
    """Measure what is wanted, compare it with what the lock knows, and link the tables.

    Raises:
        IntegrityError: rows or columns are not what the lock or the manifest says.
    """
    lock = plan.lock
    files = lock.by_path()
    rows: dict[str, int] = {}
    tables: dict[str, Path] = {}
    splits: dict[tuple[str, str], LockedSplit] = {}
    for config, split in plan.splits:
        arrived, table, found = _measure(lock, config, split, files, store)
        files.update(arrived)
        key = f"{config.name}:{split.name}"
        if all(one.files == split.files for one in config.splits if one.name == split.name):
            splits[config.name, split.name] = found  # of a part, the lock learns what each file holds, no more
        if found.format == "files":
            from recipes_data.named import link_named  # of tokenizers and the like

            tables[key] = link_named(store, {path: arrived[path].sha256 or "" for path in split.files})
            continue
        rows[key] = sum(file.rows or 0 for file in table)
        linked = store.link_table(split.name, [file.sha256 or "" for file in table], link_suffix(split.format))
        tables[key] = linked[0].parent
    configs = tuple(
        LockedConfig(config.name, tuple(splits.get((config.name, split.name), split) for split in config.splits))
        for config in lock.configs
    )
    whole = dataclasses.replace(lock, files=tuple(files[file.path] for file in lock.files), configs=configs)
    return Checked(whole, rows, tables)


def _measure(
    lock: Lock, config: LockedConfig, split: LockedSplit, files: Mapping[str, LockedFile], store: Store
) -> tuple[dict[str, LockedFile], Sequence[LockedFile], LockedSplit]:
    """The split's files that arrived, the files that its rows lie in, measured, and what the lock says of it now."""
    name = f"{lock.name}/{config.name}:{split.name}"
    arrived = _arrived(name, split, files, store)
    if split.format == "files":
        return arrived, [arrived[path] for path in split.files], split
    table = [arrived[path] for path in split.files]
    if split.members:
        from recipes_data.tables.archives import take_out  # archives are rare

        table = list(take_out(store, table, split, name))
    from recipes_data.tables.together import measure_split  # Arrow: only where there are rows

    facts = measure_split(store, table, split, name, config.paths)
    for file, fact in zip(table, facts, strict=True):
        if file.rows is not None and file.rows != fact.rows:
            raise IntegrityError(
                f"{name}: {file.path} has {counted(fact.rows, 'row')}, its lock measured {file.rows:,}",
                "restore the lock, or recipes-data verify",
            )
    measured = [dataclasses.replace(file, rows=fact.rows) for file, fact in zip(table, facts, strict=True)]
    rows = sum(fact.rows for fact in facts)
    if split.expected_rows is not None and rows != split.expected_rows:
        raise IntegrityError(
            f"{name} has {counted(rows, 'row')}, the manifest expects {split.expected_rows:,}\n"
            f"evidence of the manifest's count: {split.evidence or 'none given'}",
            "find out which is right; then correct `rows:` in the manifest, or its `files:`",
        )
    found = tuple((column, str(kind)) for column, kind in facts[0].columns)
    if split.columns is not None and not _same_columns(split.columns, found):
        raise IntegrityError(
            f"{name}: the columns are {dict(found)}, its lock measured {dict(split.columns)}",
            "restore the lock, or recipes-data verify",
        )
    found = split.columns or found  # a lock that says `struct` where `image` is known now stays as it is
    if split.members:
        return arrived, measured, dataclasses.replace(split, columns=found, extracted=tuple(measured))
    return {file.path: file for file in measured}, measured, dataclasses.replace(split, columns=found)


def _arrived(name: str, split: LockedSplit, files: Mapping[str, LockedFile], store: Store) -> dict[str, LockedFile]:
    """The split's files with the sha256 of what is in the store; it must be what the lock knew before."""
    arrived: dict[str, LockedFile] = {}
    for path in split.files:
        sha256 = store.sha256_of_file(files[path])
        if sha256 is None:
            raise HubDownError(f"{name}: {path} did not arrive", "run the same command again")
        known = store.sha256_of(files[path].digest)
        if known is not None and known != sha256:
            raise IntegrityError(
                f"{name}: {path} has sha256 {known}, its lock says {sha256}, which was measured or published before",
                "restore the lock; where the manifest quotes the digest, see its evidence",
            )
        arrived[path] = dataclasses.replace(files[path], sha256=sha256)
    return arrived


def _same_columns(locked: Sequence[tuple[str, str]], found: Sequence[tuple[str, str]]) -> bool:
    """Whether these are the same columns in the same order, however their types are spelled."""
    if [column for column, _ in locked] != [column for column, _ in found]:
        return False
    return all(same_type(parse_type(a), parse_type(b)) for (_, a), (_, b) in zip(locked, found, strict=True))
