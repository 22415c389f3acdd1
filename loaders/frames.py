"""The only home of `scan`: from a name to a lazy polars frame over the store, by the same lock as `load`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from loaders.inpolars import scan_split
from loaders.locating import Folder, asked, bringing, locate, open_table, places_for

if TYPE_CHECKING:
    from typing import Literal

    import polars as pl

__all__ = ["scan"]


def scan(
    address: str,
    config: str | None = None,
    *,
    split: str | None = None,
    columns: Sequence[str] | None = None,
    class_names: bool = False,
    sample: bool = False,
    fetch: bool = False,
    token: str | Literal[False] | None = None,
    manifests: Folder = None,
    project: Folder = None,
    store: Folder = None,
) -> pl.LazyFrame:
    """A split as a lazy frame, in the order of its rows: `scan("tulu3:train").group_by("source").len().collect()`.

    Nothing is read before it is collected; of parquet then only the columns and row groups that the query needs. What
    is collected equals `load(...)`'s rows: class labels are their numbers, or with `class_names=True` enums of the
    names that the lock has (-1, which `datasets` writes for "no label", is null); a key that an object inside a row
    leaves out is null. `columns`: only these, in this order. The other arguments are those of `load`.

    `rows=` and `shards=` of `load` are not among them: rows that are partial refuse what would come out differently
    with all of them, and a frame cannot. The first rows are `scan(...).head(n)`, a part is
    `load(..., rows=n).to_polars()`.

    Raises:
        UsageError: there is no such column, or polars has no type for one (maps, decimals of negative scale); or
            polars is not installed (when this module is imported).
        NotFetchedError, UnknownNameError, SampleDataError, IntegrityError, TableError: as `load`.
    """
    wanted = asked(address, config, split)
    places = places_for(sample=sample, fetch=fetch, manifests=manifests, project=project, store=store)
    if fetch:
        bringing(wanted, places, token)(None)
    found = locate(wanted, places, sample=sample)
    open_table(found, build=False)  # says what is missing, and marks it as used, as `load` does
    return scan_split(found.store, found.lock, found.config, found.split, columns=columns, class_names=class_names)
