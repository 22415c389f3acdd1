"""The adapter of our own layer for `DatasetStore`: verified rows by lock and store; no network."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from loaders.loading import load
from loaders.rows import Rows
from recipes_data.errors import UnknownNameError, UsageError
from recipes_data.ports.lookup import lock_of
from recipes_data.ports.options import AdapterOptions
from recipes_data.ports.records import RepoKind

__all__ = ["LockedStore", "make"]


class LockedStore:
    """A `DatasetStore` over `loaders`: its handles are `Rows`, and dicts of them by split."""

    def __init__(self, options: AdapterOptions) -> None:
        self._options = options
        self._places = options.places()

    def __repr__(self) -> str:
        return f"LockedStore({self._places.describe()})"

    @property
    def lacks(self) -> Mapping[str, str]:
        """Nothing."""
        return {}

    def load_dataset(
        self, path: str, name: str | None = None, split: str | None = None, revision: str | None = None
    ) -> Rows | dict[str, Rows]:
        """The rows of what is locked and fetched of a repository, by its id or by the dataset's own name."""
        lock = lock_of(self._places, path, RepoKind.DATASET, revision, name)
        config = lock.config(name)
        if split is not None:
            return self._rows(lock.name, config.name, split)
        return {one.name: self._rows(lock.name, config.name, one.name) for one in config.splits}

    def _rows(self, dataset: str, config: str, split: str) -> Rows:
        asked = self._options
        return load(dataset, config, split=split, manifests=asked.manifests, project=asked.project, store=asked.store)

    def get_split(self, dataset: Any, split: str) -> Rows:
        """The rows of one split."""
        if not isinstance(dataset, dict):
            raise UsageError("these are the rows of one split already", "load without `split`, or leave get_split out")
        if split not in dataset:
            raise UnknownNameError(f"there is no split {split!r}", f"there is: {', '.join(dataset)}")
        found: Rows = dataset[split]
        return found

    def shuffle(self, dataset: Any, seed: int) -> Rows:
        """As `Rows.shuffle`."""
        return _of_one(dataset, "shuffle").shuffle(seed)

    def take(self, dataset: Any, n: int) -> Rows:
        """As `Rows.take`."""
        return _of_one(dataset, "take").take(n)

    def skip(self, dataset: Any, n: int) -> Rows:
        """As `Rows.skip`."""
        return _of_one(dataset, "skip").skip(n)

    def select(self, dataset: Any, indices: Iterable[int]) -> Rows:
        """As `Rows.select`."""
        return _of_one(dataset, "select").select(indices)

    def to_list(self, dataset: Any) -> list[dict[str, Any]]:
        """As `Rows.to_list`."""
        return [dict(row) for row in _of_one(dataset, "to_list")]


def make(options: AdapterOptions) -> LockedStore:
    """The adapter, for these options."""
    return LockedStore(options)


def _of_one(dataset: Any, callback: str) -> Rows:
    if not isinstance(dataset, Rows):
        shown = f"a dict of the splits {', '.join(dataset)}" if isinstance(dataset, dict) else f"{type(dataset)}"
        raise UsageError(f"`{callback}` is given {shown}, not the rows of one split", "take one by get_split")
    return dataset
