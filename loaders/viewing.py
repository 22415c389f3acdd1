"""The only home of where a recipe's view takes its rows: names of datasets, and the arguments that all views share."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Generic, Literal, NamedTuple, TypedDict, TypeVar, Unpack

from loaders.loading import load
from loaders.locating import asked, bring_all, places_for
from loaders.recorded import Records
from loaders.rows import Rows
from loaders.stream import Stream
from recipes_data.errors import TableError, UnknownNameError, UsageError
from recipes_data.locks import read_lock

__all__ = [
    "TrainTest",
    "Where",
    "column",
    "configs_of",
    "cut",
    "first_column",
    "first_rows",
    "named",
    "need_columns",
    "rows_of",
    "rows_of_each",
    "rows_of_first",
    "stream_of",
    "where_of",
]

T = TypeVar("T")


class Where(TypedDict, total=False):
    """What every view takes, as `load` does; `names` has datasets whose manifests are called otherwise here.

    Another word, or a name in `names` that the view does not read, is a UsageError.
    `math_rl.gsm8k(names={"gsm8k": "my_gsm8k"}, fetch=True)`.
    """

    names: Mapping[str, str]
    sample: bool
    fetch: bool
    token: str | Literal[False] | None
    manifests: str | os.PathLike[str] | None
    project: str | os.PathLike[str] | None
    store: str | os.PathLike[str] | None


class TrainTest(NamedTuple, Generic[T]):
    """What a recipe trains on, and what it evaluates on: `train, test = math_rl.gsm8k()`."""

    train: Records[T]
    test: Records[T]


def rows_of(name: str, config: str | None, split: str, columns: Sequence[str], /, **where: Unpack[Where]) -> Rows:
    """The rows of a split, which has these columns (and others); raises as `load` does.

    Raises:
        TableError: there are no rows: nothing to train on or to ask. Or a column is not there: the repository is not
            of the shape that the recipe reads.
        UsageError: as `named`.
    """
    called, options = named(name, where)
    rows: Rows = load(called, config, split=split, **options)
    if not len(rows):
        pin = rows.pins[0]
        what = f"{pin.dataset}/{pin.config}:{pin.split} has no rows"
        raise TableError(what, f"name the files that have them in its manifest, and: recipes-data lock {pin.dataset}")
    need_columns(rows, columns)
    return rows


def rows_of_each(
    name: str, splits: Sequence[tuple[str, str]], columns: Sequence[str], /, **where: Unpack[Where]
) -> list[Rows]:
    """The rows of each (config, split), in this order; otherwise as `rows_of`.

    With `fetch=True` what is missing of all of them is fetched in one run before the first is loaded.
    """
    if where.get("fetch"):
        called, options = named(name, where)
        here = {key: options.get(key) for key in ("manifests", "project", "store")}
        places = places_for(sample=bool(options.get("sample")), fetch=True, **here)
        bring_all([asked(called, config, split) for config, split in splits], places, options.get("token"))
        where = {**where, "fetch": False}
    return [rows_of(name, config, split, columns, **where) for config, split in splits]


def rows_of_first(name: str, splits: Sequence[str], columns: Sequence[str], /, **where: Unpack[Where]) -> Rows:
    """The rows of the first of these splits that the default config has; otherwise as `rows_of`.

    Raises:
        UnknownNameError: it has none of them.
    """
    for split in splits[:-1]:
        try:
            return rows_of(name, None, split, columns, **where)
        except UnknownNameError:  # another split, or a dataset that nobody knows: the last one says which
            continue
    return rows_of(name, None, splits[-1], columns, **where)


def configs_of(name: str, expected: Sequence[str], split: str, /, **where: Unpack[Where]) -> list[str]:
    """The configs of a dataset in the order of its lock; raises as `load` does.

    Raises:
        TableError: they are not the expected ones; what is made of all of them would be another set.
    """
    called, options = named(name, where)
    rows: Rows = load(called, expected[0], split=split, **options)
    lock = read_lock(Path(rows.pin.lock).parent, rows.pin.dataset)
    found = [config.name for config in lock.configs] if lock else []
    if sorted(found) != sorted(expected):
        what = f"{called} is locked with the configs {', '.join(found)}; the recipe goes over {', '.join(expected)}"
        raise TableError(what, f"correct its manifest, and: recipes-data lock {called}")
    return found


def stream_of(name: str, split: str, config: str | None = None, /, **where: Unpack[Where]) -> Stream:
    """A stream of a config, of the default one where none is named; raises as `load` does."""
    called, options = named(name, where)
    return load(called, config, split=split, stream=True, **options)


def need_columns(rows: Rows, columns: Sequence[str]) -> None:
    """See that rows have these columns.

    Raises:
        TableError: one is not there; a recipe that asks for it with a default would go on with nothing.
    """
    missing = [name for name in columns if name not in rows.columns]
    if missing:
        pin = rows.pins[0]
        raise TableError(
            f"{pin.dataset}/{pin.config}:{pin.split} has no column {missing[0]!r}, which the recipe reads",
            f"there is: {', '.join(rows.columns)}",
        )


def first_column(rows: Rows, names: Sequence[str]) -> str:
    """The first of these columns that rows have: recipes try the names under which a column is known.

    Raises:
        TableError: there is none of them.
    """
    present = [name for name in names if name in rows.columns]
    need_columns(rows, [] if present else names)
    return present[0]


def first_rows(rows: Rows, count: int) -> Rows:
    """The first `count` rows, as a test set; `datasets` would give as many as there are.

    Raises:
        UsageError: there are fewer, or none is asked for.
    """
    if not 0 < count <= len(rows):
        what = f"the test set is the first {count:,} of {len(rows):,} rows of {rows.pins[0].dataset}"
        raise UsageError(what, f"test_size= is 1 to {len(rows):,}")
    return rows.take(count)


def cut(rows: Rows, count: int) -> tuple[Rows, Rows]:
    """The first `count` rows, and the rest: how recipes that have one split make a test set of it.

    Raises:
        UsageError: one of the two would be empty.
    """
    if 0 < count < len(rows):
        return rows.take(count), rows.skip(count)
    what = f"the test set is the first {count:,} of {len(rows):,} rows of {rows.pins[0].dataset}"
    if count == len(rows):
        what = f"the test set is all {len(rows):,} rows of {rows.pins[0].dataset}: none is left to train on"
    most = len(rows) - 1
    raise UsageError(what, f"test_size= is 1 to {most:,}" if most > 0 else "two sets take two rows at least")


def column(row: Mapping[str, Any], name: str) -> str:
    """A text of a row.

    Raises:
        TableError: it is none.
    """
    found = row[name]
    if not isinstance(found, str):
        raise TableError(f"column {name!r} is {found!r:.60}, not a text")
    return found


def named(name: str, where: Where) -> tuple[str, Any]:
    """What a dataset is called here, and the other words of a view, which are `load`'s.

    Raises:
        UsageError: a word that is none of `Where`, or `names` has another dataset than this one.
    """
    unknown = [word for word in where if word not in Where.__annotations__]
    if unknown:
        known = ", ".join(Where.__annotations__)
        raise UsageError(f"the view has no argument {unknown[0]!r}", f"there is: {known}, and those of its signature")
    names = where.get("names", {})
    _see_names(names, (name,))
    return names.get(name, name), {key: value for key, value in where.items() if key != "names"}


def where_of(name: str, read: Sequence[str], where: Where) -> Where:
    """What a view that reads several datasets passes on for one of them.

    Raises:
        UsageError: `names` has another dataset than those that are `read`.
    """
    names = where.get("names", {})
    _see_names(names, read)
    return {**where, "names": {key: called for key, called in names.items() if key == name}}


def _see_names(names: Mapping[str, str], read: Sequence[str]) -> None:
    """See that every dataset which is called otherwise is one that the view reads: no other would be read instead."""
    given: object = names
    if not isinstance(given, Mapping):
        raise UsageError(f"names={given!r:.60} is no mapping", f'names={{"{read[0]}": "my_{read[0]}"}}')
    other = [key for key in names if key not in read]
    if other:
        raise UsageError(f"names= has {other[0]!r}, which this view does not read", f"it reads: {', '.join(read)}")
