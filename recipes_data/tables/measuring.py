"""The only home of what verified bytes hold: rows and columns, measured once, kept, and compared with the promise."""

from __future__ import annotations

import json

from recipes_data.columns import Columns, differences
from recipes_data.errors import NotFetchedError, TableError
from recipes_data.lockfile import LockedFile, LockedSplit
from recipes_data.store import Store
from recipes_data.tables.opening import known_facts, measured_as, promised_columns, reader_of, source_of
from recipes_data.tables.source import FileFacts

__all__ = ["measure_file", "split_columns"]


def measure_file(store: Store, file: LockedFile, split: LockedSplit, name: str, *, anew: bool = False) -> FileFacts:
    """Rows and columns of one file that is in the store; kept there, so measured once.

    `anew`: from the bytes, whatever was kept, and keep nothing.

    Raises:
        TableError: the bytes are not of the format, or not of the promised columns.
        IntegrityError: the stored bytes were changed.
        NotFetchedError: the file is not in the store.
    """
    sha256 = store.sha256_of_file(file)
    if sha256 is None:
        raise NotFetchedError(f"{name} is not in the store")
    promised = promised_columns(split)
    known = None if anew else known_facts(store, sha256, split)
    if known is None:
        known = reader_of(split.format).measure(source_of(store, file, sha256, name), promised)
        note = {"rows": known.rows, "columns": [[column, str(kind)] for column, kind in known.columns]}
        if not anew:
            store.keep_facts(sha256, measured_as(split), json.dumps(note) + "\n")
    if promised is not None:
        wrong = differences(dict(promised), dict(known.columns))
        if wrong:
            raise TableError(f"{name}: " + "; ".join(wrong), "mend the manifest's `columns:`, or leave them out")
    return known


def split_columns(facts: list[FileFacts], names: list[str]) -> Columns:
    """The columns of a split whose files hold these; every file must have the same.

    Raises:
        TableError: two files differ, both named.
    """
    first = facts[0].columns
    for fact, name in zip(facts[1:], names[1:], strict=True):
        wrong = differences(dict(first), dict(fact.columns))
        if wrong:
            what = f"{name} has other columns than {names[0]}: " + "; ".join(wrong)
            raise TableError(what, "name the columns in the manifest")
    return first
