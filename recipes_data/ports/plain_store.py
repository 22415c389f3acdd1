"""The adapter of the `datasets` library for `DatasetStore`: that library as it is, with our errors."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping
from typing import Any

import datasets

from recipes_data.errors import HubDownError, HubError, NotOnHubError, UnknownNameError, UsageError
from recipes_data.ports.options import AdapterOptions

__all__ = ["PlainStore", "make"]


class PlainStore:
    """A `DatasetStore` over `datasets`: its handles are `Dataset` and `DatasetDict`.

    `path` may be a folder too, as for `datasets.load_dataset`. The Hub is that library's own (HF_ENDPOINT).
    """

    def __init__(self, token: str | bool | None = None) -> None:
        self._token = token

    @property
    def lacks(self) -> Mapping[str, str]:
        """Nothing."""
        return {}

    def load_dataset(
        self, path: str, name: str | None = None, split: str | None = None, revision: str | None = None
    ) -> datasets.Dataset | datasets.DatasetDict:
        """All splits are made, as `datasets` does in any case; then the one that is asked for is taken."""
        try:
            found = datasets.load_dataset(path, name, revision=revision, token=self._token)
        except datasets.exceptions.DatasetNotFoundError as exc:
            raise NotOnHubError(
                f"datasets finds no dataset {path!r} that may be read{f' at {revision}' if revision else ''}",
                "correct the name or the revision; of a gated one accept the terms: hf auth login",
            ) from exc
        except ConnectionError as exc:
            raise HubDownError(f"the Hub could not be reached for {path!r}", "check the network, run again") from exc
        except Exception as exc:  # it reads with many libraries (YAML, file systems), each with classes of its own
            raise self._refused(exc, path, name, revision) from exc
        return found if split is None else self.get_split(found, split)

    def _refused(self, exc: Exception, path: str, name: str | None, revision: str | None) -> Exception:
        """Whether it is the config that is not there; `datasets` has one class for much."""
        try:
            configs = datasets.get_dataset_config_names(path, revision=revision, token=self._token)
        except Exception:  # noqa: BLE001  # whatever class, as above
            configs = []  # not even that can be told: the first error stands
        if configs and name not in configs and (name is not None or len(configs) > 1):
            what = f"has no config {name!r}" if name is not None else "has several configs and no default"
            return UnknownNameError(f"{path!r} {what}", f"it has: {', '.join(configs)}")
        return HubError(f"datasets cannot load {path!r}: {type(exc).__name__}: {exc}", "see its message")

    def get_split(self, dataset: Any, split: str) -> datasets.Dataset:
        """The rows of one split."""
        if not isinstance(dataset, datasets.DatasetDict):
            raise UsageError("these are the rows of one split already", "load without `split`, or leave get_split out")
        if split not in dataset:
            raise UnknownNameError(f"there is no split {split!r}", f"there is: {', '.join(dataset)}")
        return dataset[split]

    def shuffle(self, dataset: Any, seed: int) -> datasets.Dataset:
        """As `Dataset.shuffle`, which keeps no file of the order here."""
        return _of_one(dataset, "shuffle").shuffle(seed=seed, keep_in_memory=True)

    def take(self, dataset: Any, n: int) -> datasets.Dataset:
        """As `Dataset.take`."""
        rows = _of_one(dataset, "take")
        places = range(_count(rows, "take", n))
        return rows.select(places or [], keep_in_memory=True)

    def skip(self, dataset: Any, n: int) -> datasets.Dataset:
        """As `Dataset.skip`."""
        rows = _of_one(dataset, "skip")
        places = range(_count(rows, "skip", n), len(rows))
        return rows.select(places or [], keep_in_memory=True)  # `datasets` refuses an empty range at the end

    def select(self, dataset: Any, indices: Iterable[int]) -> datasets.Dataset:
        """As `Dataset.select`, but for positions that count from the end."""
        rows = _of_one(dataset, "select")
        places = [operator.index(one) for one in indices]
        for one in places:
            if not 0 <= one < len(rows):
                raise IndexError(f"row {one} of {len(rows):,}")
        return rows.select(places, keep_in_memory=True)

    def to_list(self, dataset: Any) -> list[dict[str, Any]]:
        """As `Dataset.to_list`, but images, sounds and class labels as iteration gives them."""
        return [dict(row) for row in _of_one(dataset, "to_list")]


def make(options: AdapterOptions) -> PlainStore:
    """The adapter, for these options.

    Raises:
        UsageError: another endpoint than the environment's is asked for, which `datasets` cannot have.
    """
    if options.endpoint is not None and options.endpoint.rstrip("/") != datasets.config.HF_ENDPOINT.rstrip("/"):
        raise UsageError(
            f"`datasets` asks {datasets.config.HF_ENDPOINT}, which it read when it was imported",
            f"set HF_ENDPOINT={options.endpoint} before the program starts",
        )
    return PlainStore(options.token)


def _of_one(dataset: Any, callback: str) -> datasets.Dataset:
    if not isinstance(dataset, datasets.Dataset):
        shown = f"a dict of the splits {', '.join(dataset)}" if isinstance(dataset, dict) else f"{type(dataset)}"
        raise UsageError(f"`{callback}` is given {shown}, not the rows of one split", "take one by get_split")
    return dataset


def _count(rows: datasets.Dataset, verb: str, n: int) -> int:
    if not 0 <= n <= len(rows):
        raise IndexError(f"{verb} {n:,} of {len(rows):,} rows")
    return n
