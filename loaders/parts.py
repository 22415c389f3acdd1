"""The only home of a part of a split: which files `rows=` or `shards=` need, and how the part is called."""

from __future__ import annotations

from recipes_data.address import Address, selected_splits
from recipes_data.lockfile import Lock, LockedSplit
from recipes_data.store import Store
from recipes_data.tables.opening import known_facts
from recipes_data.values import replace

__all__ = ["part_of_split"]


def part_of_split(store: Store, lock: Lock, wanted: Address, full: LockedSplit) -> tuple[LockedSplit, str]:
    """The split with the files of the part alone, and what the part is called; empty where it is all of the split.

    `wanted` names config and split, and the part. With `rows`, as few files as hold so many: a file that was never
    measured ends them.

    Raises:
        UnknownNameError: the split has no such shard.
        UsageError: its files are one table only together.
    """
    by_path = lock.by_path()

    def rows_of(path: str) -> int | None:
        file = by_path[path]
        sha256 = store.sha256_of_file(file)
        known = known_facts(store, sha256, full) if file.rows is None and sha256 else None
        return known.rows if known else file.rows

    [(_, split)] = selected_splits(lock, [wanted], rows_of)
    if wanted.rows is not None:
        counts = [rows_of(path) for path in full.files]
        total = sum(count for count in counts if count is not None)
        if None not in counts and total <= wanted.rows:
            return full, ""
        return replace(split, expected_rows=None), f"the first {wanted.rows:,} rows"
    if len(split.files) == len(full.files):
        return full, ""
    places = ", ".join(str(place) for place, path in enumerate(full.files) if path in split.files)
    return split, f"shards {places} of {len(full.files)}"
