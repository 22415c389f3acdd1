"""The only home of `scan`: from a name to a lazy polars frame over the store, by the same lock as `load`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from loaders.inpolars import scan_split
from loaders.loading import load
from recipes_data.errors import NotFetchedError
from recipes_data.locks import find_lock
from recipes_data.places import demo_places, find_places
from recipes_data.store import store_at

if TYPE_CHECKING:
    import polars as pl

__all__ = ["scan"]

_Folder = str | os.PathLike[str] | None


def scan(
    address: str,
    config: str | None = None,
    *,
    split: str | None = None,
    columns: Sequence[str] | None = None,
    class_names: bool = False,
    sample: bool = False,
    manifests: _Folder = None,
    project: _Folder = None,
    store: _Folder = None,
) -> pl.LazyFrame:
    """A split as a lazy frame, in the order of its rows: `scan("tulu3:train").group_by("source").len().collect()`.

    Nothing is read before it is collected; of parquet then only the columns and row groups that the query needs. What
    is collected equals `load(...)`'s rows: class labels are their numbers, or with `class_names=True` enums of the
    names that the lock has (-1, which `datasets` writes for "no label", is null); a key that an object inside a row
    leaves out is null. `columns`: only these, in this order. The other arguments are those of `load`.

    Raises:
        UsageError: there is no such column, or polars has no type for one (maps, decimals of negative scale); or
            polars is not installed (when this module is imported).
        NotFetchedError, UnknownNameError, SampleDataError, IntegrityError, TableError: as `load`.
    """
    rows = load(
        address, config, split=split, build=False, sample=sample, manifests=manifests, project=project, store=store
    )
    demo = sample and manifests is None and project is None
    places = demo_places(store=store) if demo else find_places(manifests=manifests, project=project, store=store)
    found = find_lock(places, rows.pin.dataset)
    if found is None:
        raise NotFetchedError(f"the lock of {rows.pin.dataset!r} went away", f"recipes-data fetch {rows.pin.dataset}")
    held, locked = found[0].split(rows.pin.config, rows.pin.split)
    return scan_split(store_at(places), found[0], held.name, locked, columns=columns, class_names=class_names)
