"""The only home of what is left to do, decided before anything is done: pure, and printable (`--dry-run`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from recipes_data.address import Address, selected_splits
from recipes_data.lockfile import Lock, LockedConfig, LockedFile, LockedSplit
from recipes_data.store import Store

__all__ = ["Plan", "PlannedDataset", "State", "make_plan", "plan_dataset", "present_in"]

State = Literal["ready", "fetch", "check"]


@dataclass(frozen=True, slots=True)
class PlannedDataset:
    """One dataset of a plan: the splits that are wanted, all their files, and those not in the store.

    `state`: "fetch" (bytes are missing), "check" (bytes are here, rows not yet measured), "ready".
    """

    lock: Lock
    splits: tuple[tuple[LockedConfig, LockedSplit], ...]
    files: tuple[LockedFile, ...]
    missing: tuple[LockedFile, ...]

    @property
    def state(self) -> State:
        """What is left to do."""
        if self.missing:
            return "fetch"
        by_path = self.lock.by_path()
        measured = all(
            split.columns is not None
            and all(
                file.rows is not None
                for file in ([by_path[path] for path in split.files] if not split.members else split.extracted or ())
            )
            for _, split in self.splits
            if split.format != "files"
        )
        return "ready" if measured and all(file.sha256 for file in self.files) else "check"

    @property
    def bytes_total(self) -> int:
        """Bytes of all wanted files."""
        return sum(file.size for file in self.files)

    @property
    def bytes_missing(self) -> int:
        """Bytes that have to be fetched."""
        return sum(file.size for file in self.missing)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run will fetch. Bytes are counted once where several datasets share a file."""

    datasets: tuple[PlannedDataset, ...]

    @property
    def missing(self) -> tuple[tuple[PlannedDataset, LockedFile], ...]:
        """Every file to fetch, once a digest, the biggest first (so that no big one runs alone at the end)."""
        first: dict[str, tuple[PlannedDataset, LockedFile]] = {}
        for dataset in self.datasets:
            for file in dataset.missing:
                first.setdefault(file.digest, (dataset, file))
        return tuple(sorted(first.values(), key=lambda pair: (-pair[1].size, pair[1].path)))

    @property
    def bytes_missing(self) -> int:
        """Bytes to fetch."""
        return sum(file.size for _, file in self.missing)

    @property
    def bytes_total(self) -> int:
        """Bytes of all wanted files, on disk afterwards."""
        return sum({file.digest: file.size for dataset in self.datasets for file in dataset.files}.values())


def make_plan(
    locks: Iterable[Lock],
    wanted: Mapping[str, Iterable[Address]],
    present: Callable[[LockedFile], bool],
) -> Plan:
    """Compare what locks pin with what is present; `wanted` has the addresses of each dataset by name.

    Raises:
        UnknownNameError: an address names a config or split that its lock does not have.
    """
    return Plan(tuple(plan_dataset(lock, wanted[lock.name], present) for lock in locks))


def plan_dataset(lock: Lock, addresses: Iterable[Address], present: Callable[[LockedFile], bool]) -> PlannedDataset:
    """The plan of one dataset; raises as `make_plan` does."""
    splits = tuple(selected_splits(lock, addresses))
    by_path = lock.by_path()
    files = tuple(by_path[path] for path in sorted({path for _, split in splits for path in split.files}))
    return PlannedDataset(lock, splits, files, tuple(file for file in files if not present(file)))


def present_in(store: Store) -> Callable[[LockedFile], bool]:
    """Whether a locked file's bytes are in `store`, by name and size: what a plan is compared with."""
    return lambda file: store.has(f"sha256:{file.sha256}" if file.sha256 else file.digest, file.size)
