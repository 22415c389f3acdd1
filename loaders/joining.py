"""The only home of rows joined with rows: one after another, or in turns.

Sources: `datasets.concatenate_datasets` and `datasets.interleave_datasets` for map-style data sets (4.4 to 5.2).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, get_args

import numpy as np

from loaders.order import generator
from loaders.pins import step
from loaders.rows import Rows
from loaders.views import Joined
from recipes_data.errors import UsageError
from recipes_data.tables.shards import RowT

__all__ = ["Stopping", "concatenate", "interleave"]

Stopping = Literal["first_exhausted", "all_exhausted", "all_exhausted_without_replacement"]
_DRAWN_AT_ONCE = 1000  # sources are drawn in blocks of so many


def concatenate(several: Sequence[Rows[RowT]]) -> Rows[RowT]:
    """The rows of all, one after another, each in its order: what `datasets.concatenate_datasets` gives.

    A column that some lack is None in theirs; those without rows are passed over. Nothing is read or copied.

    Raises:
        TableError: one column has two types.
        UsageError: nothing was given.
    """
    if not several:
        raise UsageError("nothing to concatenate", "concatenate([rows, more_rows])")
    parts = [rows for rows in several if len(rows)]
    if len(parts) < 2:
        return parts[0] if parts else several[0]
    return _joined(parts, "concatenate")


def interleave(
    several: Sequence[Rows[RowT]],
    probabilities: Sequence[float] | None = None,
    seed: int | None = None,
    stopping_strategy: Stopping = "first_exhausted",
) -> Rows[RowT]:
    """The rows of all in turns, or each from a source that is drawn: `datasets.interleave_datasets`.

    "first_exhausted": until the first of them has no more rows; "all_exhausted": until each was given once, those that
    end before begin again; "all_exhausted_without_replacement": the same, and those that end before are passed over, so
    that every row comes once. One of probability 0 is never drawn; it may be without rows, and cannot be exhausted.

    Raises:
        UsageError: nothing was given, some that are drawn are without rows, probabilities without a seed or not one
            for each, or a source of probability 0 that is to be exhausted.
        TableError: one column has two types.
    """
    if stopping_strategy not in get_args(Stopping):
        raise UsageError(f"stopping_strategy={stopping_strategy!r} is none of {', '.join(get_args(Stopping))}")
    lengths = np.array([len(rows) for rows in several], np.int64)
    never = np.zeros(len(lengths), bool) if probabilities is None else np.asarray(probabilities, np.float64) == 0
    if not several or (len(never) == len(lengths) and not (lengths[~never] > 0).all()):
        raise UsageError("rows are interleaved of several, each with rows", "leave out those that have none")
    every = stopping_strategy != "first_exhausted"
    if probabilities is None:
        turns = np.arange(lengths.max() if every else lengths.min()).reshape(-1, 1)
        sources = np.tile(np.arange(len(several)), len(turns))
        nth = np.broadcast_to(turns, (len(turns), len(several))).ravel()
    else:
        sources = _drawn(lengths, probabilities, seed, every)
        nth = np.empty(len(sources), np.int64)
        for source in range(len(several)):
            places = np.flatnonzero(sources == source)
            nth[places] = np.arange(len(places))
    if stopping_strategy == "all_exhausted_without_replacement":
        once = nth < lengths[sources]
        sources, nth = sources[once], nth[once]
    starts = np.cumsum(lengths) - lengths
    given = {
        "probabilities": None if probabilities is None else tuple(map(float, probabilities)),
        "seed": seed,
        "stopping_strategy": stopping_strategy,
    }
    both = _joined(several, "interleave", **given)
    return Rows(both._table, both.pins, nth % lengths[sources] + starts[sources], steps=both.steps)  # noqa: SLF001


def _joined(parts: Sequence[Rows], name: str, /, **given: Any) -> Rows:
    pins = tuple(dict.fromkeys(pin for rows in parts for pin in rows.pins))
    done = step(name, of=tuple(rows.steps for rows in parts), **given)
    return Rows(Joined([(rows._table, rows._order) for rows in parts]), pins, steps=(done,))  # noqa: SLF001


def _drawn(lengths: Any, probabilities: Sequence[float], seed: int | None, every: bool) -> Any:
    """The source of each row, up to the one with which the first, or the last, source is used up."""
    chances = np.asarray(probabilities, np.float64)
    if seed is None:
        raise UsageError("sources are drawn with a seed: without one it is another order each time", "seed=0")
    if len(chances) != len(lengths) or (chances < 0).any() or abs(chances.sum() - 1) > 1e-6:
        raise UsageError(f"probabilities={list(probabilities)} are not one for each of {len(lengths)}, 1 together")
    if every and not chances.all():
        raise UsageError("a source of probability 0 is never used up", "leave it out")
    source, blocks = generator(seed), []
    counts = np.zeros(len(lengths), np.int64)
    drawable = chances > 0
    while not ((counts >= lengths).all() if every else (counts >= lengths)[drawable].any()):
        blocks.append(source.choice(len(lengths), size=_DRAWN_AT_ONCE, p=chances))
        counts += np.bincount(blocks[-1], minlength=len(lengths))
    draws = np.concatenate(blocks)
    drawn = [(number, length) for number, length in enumerate(lengths) if drawable[number]]
    ends = [np.flatnonzero(draws == number)[length - 1 : length] for number, length in drawn]
    used_up = np.concatenate(ends)
    return draws[: (used_up.max() if every else used_up.min()) + 1]
