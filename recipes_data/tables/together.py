"""The only home of measuring a split: file by file, or all at once where its files are one table only together."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Protocol, cast

from recipes_data.columns import Columns, differences
from recipes_data.errors import NotFetchedError, TableError
from recipes_data.formats import FORMATS
from recipes_data.lockfile import LockedFile, LockedSplit
from recipes_data.store import Store
from recipes_data.tables.measuring import measure_file, split_columns
from recipes_data.tables.opening import known_together, promised_columns, reader_of, source_of, together_as
from recipes_data.tables.source import FileFacts, Source

__all__ = ["WholeReader", "measure_split"]


class WholeReader(Protocol):
    """What the module of a format has besides `shards` if the format's files are one table only together."""

    def measure_together(
        self, sources: Sequence[Source], promised: Columns | None, siblings: Sequence[str]
    ) -> tuple[list[int], Columns]:
        """Read all files of a split: how many rows each one gives, and the columns of the table.

        `siblings`: paths of the files of all splits of the config; class names are taken from them.

        Raises:
            TableError: not of the format, or they do not fit together; names the file.
        """
        ...


def measure_split(
    store: Store,
    files: Sequence[LockedFile],
    split: LockedSplit,
    name: str,
    siblings: Sequence[str],
    *,
    anew: bool = False,
) -> list[FileFacts]:
    """Rows of each file, in order, and the columns that all of them have; kept in the store.

    `name` is the split's in messages; `siblings` are as `WholeReader` takes them. `anew`: from the bytes, whatever
    was kept, and keep nothing.

    Raises:
        TableError: not of the format, not of the promised columns, or two files differ.
        IntegrityError: stored bytes were changed.
        NotFetchedError: a file is not in the store.
    """
    if not FORMATS[split.format].whole:
        facts = [measure_file(store, file, split, f"{name} ({file.path})", anew=anew) for file in files]
        split_columns(facts, [file.path for file in files])
        return facts
    known = {} if anew else known_together(store, files, split, siblings)
    if not known:
        known = _measured(store, files, split, name, siblings, keep=not anew)
    promised = promised_columns(split)
    wrong = differences(dict(promised), dict(known[files[0].path].columns)) if promised is not None else ()
    if wrong:
        raise TableError(f"{name}: " + "; ".join(wrong), "mend the manifest's `columns:`, or leave them out")
    return [known[file.path] for file in files]


def _measured(
    store: Store, files: Sequence[LockedFile], split: LockedSplit, name: str, siblings: Sequence[str], *, keep: bool
) -> dict[str, FileFacts]:
    sources: list[Source] = []
    for file in files:
        sha256 = store.sha256_of_file(file)
        if sha256 is None:
            raise NotFetchedError(f"{name} ({file.path}) is not in the store")
        sources.append(source_of(store, file, sha256, f"{name} ({file.path})"))
    reader = cast(WholeReader, reader_of(split.format))
    counts, columns = reader.measure_together(sources, promised_columns(split), siblings)
    if keep:
        place, how = together_as(store, files, split, siblings)
        note = {"rows": counts, "columns": [[column, str(kind)] for column, kind in columns]}
        store.keep_facts(place, how, json.dumps(note) + "\n")
    return {file.path: FileFacts(count, columns) for file, count in zip(files, counts, strict=True)}
