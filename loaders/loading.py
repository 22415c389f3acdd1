"""The only home of `load`: from a name to rows, by the lock and the store alone. No network, no YAML."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from loaders.pins import Pin, note_opened, step
from loaders.rows import Rows
from recipes_data.address import Address, parse_address
from recipes_data.errors import IntegrityError, NotFetchedError, SampleDataError, UnknownNameError, UsageError
from recipes_data.lockfile import Lock
from recipes_data.locks import find_lock
from recipes_data.places import Places, demo_places, find_places
from recipes_data.store import store_at
from recipes_data.tables.opening import open_split
from recipes_data.usage import mark_used
from recipes_data.values import replace

TYPE_CHECKING = False  # importing typing takes longer than a load has to spare
if TYPE_CHECKING:
    from typing import Literal, overload

    from loaders.stream import Stream
    from recipes_data.tables.table import Table

__all__ = ["load"]

_Folder = str | os.PathLike[str] | None


if TYPE_CHECKING:

    @overload
    def load(
        address: str,
        config: str | None = None,
        *,
        split: str | None = None,
        rows: int | None = None,
        shards: Sequence[int] | None = None,
        stream: Literal[False] = False,
        build: bool = True,
        sample: bool = False,
        fetch: bool = False,
        token: str | Literal[False] | None = None,
        manifests: _Folder = None,
        project: _Folder = None,
        store: _Folder = None,
    ) -> Rows: ...

    @overload
    def load(
        address: str,
        config: str | None = None,
        *,
        split: str | None = None,
        stream: Literal[True],
        sample: bool = False,
        fetch: bool = False,
        token: str | Literal[False] | None = None,
        manifests: _Folder = None,
        project: _Folder = None,
        store: _Folder = None,
    ) -> Stream: ...


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
    manifests: _Folder = None,
    project: _Folder = None,
    store: _Folder = None,
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
    wanted = _with_part(_asked(address, config, split), rows, shards, stream)
    places = _places(sample, fetch, manifests, project, store)
    bring = _bringing(wanted, places, token) if fetch else None
    if bring is not None and not stream:
        bring(wanted.shards)
    elif bring is not None and find_lock(places, wanted.name) is None:
        bring([0])
    lock, path = _find_lock(wanted.name, places)
    if lock.sample and not sample:
        raise SampleDataError(
            f"{wanted.name!r} holds made-up sample rows, not the dataset",
            "say load(..., sample=True) to take them as such; the real rows: recipes-data fetch",
        )
    found, locked = lock.split(wanted.config, wanted.split)
    partial = ""
    if wanted.is_part:
        from loaders.parts import part_of_split  # of rows= and shards= alone

        wanted = replace(wanted, config=found.name, split=locked.name)
        locked, partial = part_of_split(store_at(places), lock, wanted, locked)
    files = lock.by_path()
    pin = Pin(
        dataset=lock.name,
        config=found.name,
        split=locked.name,
        repo=lock.repo,
        commit=lock.commit,
        origin=lock.origin,
        digests=tuple(files[file].digest for file in locked.files),
        lock=str(path),
        catalogue=str(places.catalogues[0]),
        store=str(places.store),
        sample=lock.sample,
        partial=partial,
        license=lock.license,
    )
    if stream:
        from loaders.stream import open_stream  # for those who stream

        mark_used(store_at(places), lock, path)
        note_opened(pin, None, lock)
        return open_stream(store_at(places), lock, found.name, locked, pin, bring)
    try:
        table = open_split(store_at(places), lock, found.name, locked, build=build)
    except NotFetchedError as exc:
        again = "recipes-data demo" if lock.sample else f"recipes-data fetch {wanted.name}{_origin_option(lock)}"
        raise NotFetchedError(f"{exc.what}\nlooked in: {places.describe()}", again) from exc
    except IntegrityError as exc:
        again = f"recipes-data fetch {wanted.name}"
        raise IntegrityError(exc.what, exc.do.replace("recipes-data fetch", again)) from exc
    mark_used(store_at(places), lock, path)
    if partial and rows is not None and len(table) < rows:
        raise NotFetchedError(
            f"{lock.name}/{found.name}:{locked.name}: {len(table):,} of the first {rows:,} rows are in the store",
            f"load(..., rows={rows}, fetch=True), or recipes-data fetch {lock.name}",
        )
    note_opened(pin, len(table), lock)
    return _rows_of(table, pin, rows, wanted.shards) if partial else Rows(table, pin)


def _rows_of(table: Table, pin: Pin, rows: int | None, shards: Sequence[int] | None) -> Rows:
    """The rows of a part of a split."""
    part = {"shards": shards} if rows is None else {"rows": rows}
    return Rows(table, pin, None if rows is None else range(rows), steps=(step("load", pin=pin, **part),))


def _asked(address: str, config: str | None, split: str | None) -> Address:
    wanted = parse_address(address)
    if (config and wanted.config) or (split and wanted.split):
        raise UsageError(f"{address!r} names a config or split, and so do the arguments", "say it once")
    return replace(wanted, config=config or wanted.config, split=split or wanted.split)


def _places(sample: bool, fetch: bool, manifests: _Folder, project: _Folder, store: _Folder) -> Places:
    if not sample or manifests is not None or project is not None:
        return find_places(manifests=manifests, project=project, store=store)
    if fetch:
        raise UsageError("sample rows are on no Hub: fetch=True cannot bring them", "run: recipes-data demo")
    return demo_places(store=store)


def _with_part(wanted: Address, rows: int | None, shards: Sequence[int] | None, stream: bool) -> Address:
    if rows is None and shards is None:
        return wanted
    if stream or (rows is not None and shards is not None):
        raise UsageError("rows=, shards= and stream= ask for different things", "say one of them")
    if (rows is not None and rows < 1) or (shards is not None and not len(shards)):
        raise UsageError("a part of no rows", "rows= is at least 1, shards= names at least one file")
    return replace(wanted, rows=rows, shards=None if shards is None else tuple(shards))


def _bringing(
    wanted: Address, places: Places, token: str | Literal[False] | None
) -> Callable[[Sequence[int] | None], None]:
    """What fetches these shards of what is wanted; None: all of it."""
    # the whole download layer, imported only for those who ask for it
    from recipes_data.online import fetch_for_load

    def bring(shards: Sequence[int] | None) -> None:
        part = wanted if shards is None else replace(wanted, shards=tuple(shards))
        fetch_for_load(part, places, os.environ, token)

    return bring


def _origin_option(lock: Lock) -> str:
    return " --hub FOLDER (its lock was made from a served folder)" if lock.origin == "folder" else ""


def _find_lock(name: str, places: Places) -> tuple[Lock, Path]:
    found = find_lock(places, name)
    if found is not None:
        return found
    known = _names(places)
    if name in known:
        what = f"{name!r} was never fetched\nlooked in: {places.describe()}"
        raise NotFetchedError(what, f"recipes-data fetch {name}")
    if name in _names(demo_places()):
        raise SampleDataError(f"{name!r} is a sample dataset", "say load(..., sample=True), after: recipes-data demo")
    what = f"no dataset is called {name!r} ({places.describe()})"
    raise UnknownNameError(what, f"there is: {', '.join(sorted(known))}")


def _names(places: Places) -> Mapping[str, Path]:
    """Names of the dataset manifests, by their file names: no YAML is read."""
    found: dict[str, Path] = {}
    for folder in places.catalogues:
        for path in (folder / "datasets").glob("*.y*ml"):
            found.setdefault(path.stem, path)
    return found
