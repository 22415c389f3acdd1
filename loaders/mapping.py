"""The only home of functions that are applied to rows: which rows they keep, and what they make of each.

Both run once over all rows, in order. `kept_places` holds 8 bytes a row that is kept. `evaluate` holds its results as
Arrow (`loaders.made`), up to 64 MB in memory and beyond that in a temporary file that is mapped: memory stays bounded
whatever the table, and an epoch over mapped rows calls no function again.
"""

from __future__ import annotations

import itertools
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from loaders.made import Made, Making
from loaders.order import Order, chosen
from recipes_data.columns import Columns
from recipes_data.errors import TableError, UsageError
from recipes_data.tables.shards import Row

__all__ = ["evaluate", "kept_places"]

_Function = Callable[..., Any]


def kept_places(
    rows: Iterable[Any], count: int, function: _Function, *, with_indices: bool, batch: int | None
) -> Order:
    """The places of the rows for which `function` says something true.

    `batch`: rows that it is given at once, as a dict of lists (it answers with a list); None: one by one.

    Raises:
        TableError: an answer to a batch is not as long as the batch.
    """
    places = array("q")
    if batch is None:
        for place, row in enumerate(rows):
            if function(row, place) if with_indices else function(row):
                places.append(place)
        return chosen(range(count), count) if len(places) == count else memoryview(places)
    for start, together in _chunks(rows, batch):
        indices = list(range(start, start + len(together)))
        given = _columnar(together)
        answers = list(function(given, indices) if with_indices else function(given))
        if len(answers) != len(together):
            raise TableError(f"the function gave {len(answers):,} answers for {len(together):,} rows")
        places.extend(itertools.compress(indices, answers))
    return chosen(range(count), count) if len(places) == count else memoryview(places)


def evaluate(
    rows: Iterable[Any],
    columns: Columns,
    function: _Function,
    *,
    with_indices: bool,
    batch: int | None,
    without: Sequence[str],
) -> Made | None:
    """The table of what `function` makes of each row; None where it gave None for all of them.

    A result is merged over its row; `without`: columns of the row that are left out. `batch` as in `kept_places`;
    the function then answers with a dict of lists.

    Raises:
        TableError: a result is no dict, is None for some rows only, or holds what no one column type does.
        UsageError: there is no such column to leave out.
    """
    known = [name for name, _ in columns]
    unknown = [name for name in without if name not in known]
    if unknown:
        raise UsageError(f"there is no column {unknown[0]!r} to remove", f"there is: {', '.join(known)}")
    results = (
        _batched(rows, function, with_indices, batch, without)
        if batch
        else _single(rows, function, with_indices, without)
    )
    made = Making(columns)
    nothing = 0
    for result in results:
        if result is None:
            nothing += 1
        else:
            made.add(result)
        if nothing and made.rows:
            raise TableError(f"the function gave None for some rows and a dict for others (row {made.rows + 1:,})")
    if nothing or not (made.rows or without):
        return None
    return made.table(without)


def _single(
    rows: Iterable[Row], function: _Function, with_indices: bool, without: Sequence[str]
) -> Iterator[Row | None]:
    for place, row in enumerate(rows):
        answer = function(row, place) if with_indices else function(row)
        yield None if answer is None else _merged(row, answer, without)


def _batched(
    rows: Iterable[Row], function: _Function, with_indices: bool, batch: int, without: Sequence[str]
) -> Iterator[Row | None]:
    for start, together in _chunks(rows, batch):
        given = _columnar(together)
        indices = list(range(start, start + len(together)))
        answer = function(given, indices) if with_indices else function(given)
        if answer is None:
            yield from itertools.repeat(None, len(together))
            continue
        merged = {name: list(values) for name, values in _merged(given, answer, without).items()}
        lengths = {name: len(values) for name, values in merged.items()}
        if len(set(lengths.values())) > 1:
            raise TableError(f"the function gave columns of different lengths: {lengths}", "remove_columns=[...]")
        for values in zip(*merged.values(), strict=True):
            yield dict(zip(merged, values, strict=True))


def _merged(row: Mapping[str, Any], answer: Any, without: Sequence[str]) -> Row:
    if not isinstance(answer, Mapping):
        raise TableError(f"the function gave {type(answer).__name__}, not a dict or None")
    merged = {name: value for name, value in row.items() if name not in without}
    if answer is not row:
        merged.update(answer)
    return merged


def _chunks(rows: Iterable[Row], size: int) -> Iterator[tuple[int, list[Row]]]:
    source = iter(rows)
    start = 0
    while together := list(itertools.islice(source, size)):
        yield start, together
        start += len(together)


def _columnar(rows: Sequence[Row]) -> dict[str, list[Any]]:
    return {name: [row[name] for row in rows] for name in rows[0]}
