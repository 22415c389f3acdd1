"""The only home of `load`: from a name to rows, by the lock and the store alone. No network, no YAML."""

from __future__ import annotations

from collections.abc import Sequence

from loaders.locating import Folder, Located, asked, bringing, locate, open_table, places_for
from loaders.pins import Pin, note_opened, step
from loaders.rows import Rows
from recipes_data.address import Address
from recipes_data.errors import NotFetchedError, UsageError
from recipes_data.locks import find_lock
from recipes_data.usage import mark_used
from recipes_data.values import replace

TYPE_CHECKING = False  # importing typing takes longer than a load has to spare
if TYPE_CHECKING:
    from typing import Literal, TypedDict, Unpack, overload

    from loaders.stream import Stream
    from recipes_data.tables.shards import Row
    from recipes_data.tables.table import Table

    class _Where(TypedDict, total=False):
        """What every way to load takes."""

        split: str | None
        sample: bool
        fetch: bool
        token: str | Literal[False] | None
        manifests: Folder
        project: Folder
        store: Folder


__all__ = ["load"]


if TYPE_CHECKING:

    @overload
    def load(
        address: str,
        config: str | None = None,
        *,
        rows: int | None = None,
        shards: Sequence[int] | None = None,
        stream: Literal[False] = False,
        build: bool = True,
        **where: Unpack[_Where],
    ) -> Rows[Row]: ...

    @overload
    def load(
        address: str, config: str | None = None, *, stream: Literal[True], **where: Unpack[_Where]
    ) -> Stream[Row]: ...


def load(
    address: str,
    config: str | None = None,
    *,
    split: str | None = None,
    rows: int | None = None,
    shards: Sequence[int] | None = None,
    stream: bool = False,
    build: bool = True,
    sample: bool = False,
    fetch: bool = False,
    token: str | Literal[False] | None = None,
    manifests: Folder = None,
    project: Folder = None,
    store: Folder = None,
) -> Rows | Stream:
    """The rows of a split: `load("gsm8k", split="train")` or `load("mmlu/anatomy:test")`.

    Without a config the dataset's default one is meant. `sample=True` takes made-up sample rows, and
    looks where `recipes-data demo` put them unless a folder is named. `fetch=True` first runs
    `recipes-data fetch` for what is missing, with this `token` (None: the user's own; False: none).
    `manifests`, `project`, `store` are the command's options.

    `rows` (the first so many) or `shards` (files by their places, from 0) need, and fetch, only the files that hold
    them; such rows say that they are partial. `build=False`: random access to a large table, which needs its row cache,
    raises NotFetchedError where that is not built yet, in place of building it. `stream=True` gives a `Stream`: shard
    after shard, each verified before its first row and, with `fetch=True`, fetched when its turn comes.

    Raises:
        NotFetchedError: the rows are not in the store; says which catalogue and store were looked in.
        UnknownNameError: no such dataset, config or split.
        TableError: it has no rows, as a tokenizer has none: `folder` gives its files.
        SampleDataError: the rows are samples and `sample=True` was not said.
        IntegrityError: stored bytes were changed, or rows are not as many as promised.
    """
    wanted = _with_part(asked(address, config, split), rows, shards, stream)
    places = places_for(sample=sample, fetch=fetch, manifests=manifests, project=project, store=store)
    bring = bringing(wanted, places, token) if fetch else None
    if bring is not None and not stream:
        bring(wanted.shards)
    elif bring is not None and find_lock(places, wanted.name) is None:
        bring([0])
    found = locate(wanted, places, sample=sample)
    partial = ""
    if wanted.is_part:
        from loaders.parts import part_of_split  # of rows= and shards= alone

        wanted = replace(wanted, config=found.config, split=found.split.name)
        part, partial = part_of_split(found.store, found.lock, wanted, found.split)
        found = replace(found, split=part)
    pin = _pin(found, partial)
    if stream:
        from loaders.stream import open_stream  # for those who stream

        mark_used(found.store, found.lock, found.path)
        note_opened(pin, None, found.lock)
        return open_stream(found.store, found.lock, found.config, found.split, pin, bring)
    table = open_table(found, build=build)
    if partial and rows is not None and len(table) < rows:
        raise NotFetchedError(
            f"{found.lock.name}/{found.config}:{found.split.name}: {len(table):,} of the first {rows:,} rows are in "
            "the store",
            f"load(..., rows={rows}, fetch=True), or recipes-data fetch {found.lock.name}",
        )
    note_opened(pin, len(table), found.lock)
    return _rows_of(table, pin, rows, wanted.shards) if partial else Rows(table, pin)


def _rows_of(table: Table, pin: Pin, rows: int | None, shards: Sequence[int] | None) -> Rows:
    """The rows of a part of a split."""
    part = {"shards": shards} if rows is None else {"rows": rows}
    return Rows(table, pin, None if rows is None else range(rows), steps=(step("load", pin=pin, **part),))


def _pin(found: Located, partial: str) -> Pin:
    lock, files = found.lock, found.lock.by_path()
    return Pin(
        dataset=lock.name,
        config=found.config,
        split=found.split.name,
        repo=lock.repo,
        commit=lock.commit,
        origin=lock.origin,
        digests=tuple(files[file].digest for file in found.split.files),
        lock=str(found.path),
        catalogue=str(found.places.catalogues[0]),
        store=str(found.places.store),
        sample=lock.sample,
        partial=partial,
        license=lock.license,
    )


def _with_part(wanted: Address, rows: int | None, shards: Sequence[int] | None, stream: bool) -> Address:
    if rows is None and shards is None:
        return wanted
    if stream or (rows is not None and shards is not None):
        raise UsageError("rows=, shards= and stream= ask for different things", "say one of them")
    if (rows is not None and rows < 1) or (shards is not None and not len(shards)):
        raise UsageError("a part of no rows", "rows= is at least 1, shards= names at least one file")
    return replace(wanted, rows=rows, shards=None if shards is None else tuple(shards))
