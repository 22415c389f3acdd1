"""`recipes-data show NAME --stats`: what the rows of a dataset are like, as text, JSON and plots."""

from __future__ import annotations

import argparse
import dataclasses
import datetime as dt
import decimal
import math
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from loaders.inpolars import held_by_polars, scan_split
from loaders.statistics import ColumnFacts, TableFacts, table_facts
from recipes_data.address import parse_address
from recipes_data.cli.bars import bar_lines, binned, cell_text, distribution
from recipes_data.cli.plotfile import plot_writer
from recipes_data.cli.scope import open_scope
from recipes_data.cli.screen import Progress, Screen, size_text, table_text
from recipes_data.columns import parse_type
from recipes_data.errors import NotFetchedError, UsageError
from recipes_data.lockfile import Lock, LockedSplit
from recipes_data.locks import find_lock
from recipes_data.store import Store
from recipes_data.tables.members import table_files
from recipes_data.tables.opening import open_split
from recipes_data.usage import mark_used
from recipes_data.wording import counted

__all__ = ["LARGE", "SplitFacts", "split_facts", "stats_command"]

LARGE = 10**9
"""Bytes of a split from which its reading is watched."""
_BINS = 16
_MOST_BARS = 12
_WIDE = 110  # cells of a terminal that shows long names and fine distributions


@dataclasses.dataclass(frozen=True, slots=True)
class SplitFacts:
    """What is known of a split. `uncounted`: columns that polars has no type for; rows are then not compared."""

    config: str
    split: str
    facts: TableFacts
    uncounted: tuple[str, ...] = ()


def stats_command(
    arguments: argparse.Namespace, screen: Screen, argv: Sequence[str], environ: Mapping[str, str]
) -> int:
    """Statistics of a split, of all splits of a config, or of those of the default config."""
    write = plot_writer(arguments.plot) if arguments.plot else None
    scope = open_scope(arguments, environ)
    address = parse_address(arguments.name)
    if address.name in scope.catalogue.recipes:
        raise UsageError(f"{address.name!r} is a recipe: it has no rows", f"recipes-data show {address.name}")
    scope.catalogue.dataset(address.name)
    found = find_lock(scope.places, address.name)
    again = f"recipes-data fetch {address}"
    if found is None:
        raise NotFetchedError(f"{address.name!r} was never fetched\nlooked in: {scope.places.describe()}", again)
    lock, path = found
    config = lock.config(address.config)
    if address.split:
        splits = [lock.split(config.name, address.split)[1]]
    else:
        splits = [split for split in config.splits if split.format != "files"]
        others = len(lock.configs) - 1
        if others and not address.config:
            screen.talk(f"the default config, {config.name}; {others} more by address: {lock.name}/CONFIG")
    if not splits:
        raise UsageError(f"{lock.name}/{config.name}: files, not rows", f"recipes-data path {lock.name}/{config.name}")
    try:
        counted = [split_facts(scope.store, lock, config.name, split, screen) for split in splits]
    except NotFetchedError as exc:
        raise NotFetchedError(f"{exc.what}\nlooked in: {scope.places.describe()}", again) from exc
    mark_used(scope.store, lock, path)
    for facts in counted:
        screen.out(_page(lock.name, facts))
    if write is not None:
        write(lock.name, [(f"{lock.name}/{one.config}:{one.split}", one.facts) for one in counted])
        screen.talk(f"plots: {arguments.plot}")
    screen.document(
        {
            "name": lock.name,
            "splits": [_document(facts) for facts in counted],
            "plot": str(Path(arguments.plot).resolve()) if arguments.plot else None,
        }
    )
    return 0


def split_facts(store: Store, lock: Lock, config: str, split: LockedSplit, screen: Screen) -> SplitFacts:
    """Statistics of a split that is in the store; a large one is watched on `screen`.

    Raises:
        NotFetchedError, IntegrityError, TableError: as `open_split`.
    """
    columns = open_split(store, lock, config, split, build=False).columns
    held = held_by_polars(columns)
    frame = scan_split(store, lock, config, split, columns=held)
    files = table_files(store, lock, split)
    size = sum(file.size for file in files)
    rows = sum(file.rows or 0 for file in files)
    progress = None
    if size > LARGE:
        screen.talk(f"reading {lock.name}/{config}:{split.name}: {size_text(size)}")
        progress = Progress(size, screen, "reading")

    def passed(count: int) -> None:
        if progress is not None and rows:
            progress.moved(size * count // rows)

    try:
        facts = table_facts(frame, tuple((name, kind) for name, kind in columns if name in held), passed)
    finally:
        if progress is not None:
            progress.close()
    uncounted = tuple(name for name, _ in columns if name not in held)
    return SplitFacts(config, split.name, dataclasses.replace(facts, repeated=None) if uncounted else facts, uncounted)


# --- as text


def _page(dataset: str, facts: SplitFacts) -> str:
    table = facts.facts
    plain = not _can_draw()
    width = shutil.get_terminal_size((100, 24)).columns
    repeated = "" if table.repeated is None else f", {table.repeated:,} of them repeated"
    lines = [f"{dataset}/{facts.config}:{facts.split}: {counted(table.rows, 'row')}{repeated}", ""]
    lines.append(_lengths_table(table, plain, width >= _WIDE))
    for column in table.columns:
        if column.classes:
            shown = [(cell_text(value), count) for value, count in column.classes[:_MOST_BARS]]
            lines += ["", f"{cell_text(column.name)}: {len(column.classes)} values"]
            lines += [f"  {line}" for line in bar_lines(shown, width - 2, plain)]
            more = len(column.classes) - len(shown)
            lines += [f"  and {more} more: --json"] if more else []
    if facts.uncounted:
        lines += ["", f"not counted, polars has no type for them: {', '.join(map(cell_text, facts.uncounted))}"]
    return "\n".join([*lines, ""])


def _can_draw() -> bool:
    try:
        "▁█".encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False  # plain characters instead: an output of ASCII, or of an encoding that Python does not know
    return True


def _lengths_table(table: TableFacts, plain: bool, wide: bool) -> str:
    """A line for each column; a narrow terminal is not told types and units."""
    head = ("column", "type", "nulls", "repeated", "least", "median", "95 %", "most", "of", "lengths")
    shown = [place for place, name in enumerate(head) if wide or name not in ("type", "of")]
    lines = [_line(column, plain, wide) for column in table.columns]
    right = [shown.index(place) for place in range(2, 8)]
    return table_text([head[place] for place in shown], [[line[p] for p in shown] for line in lines], right=right)


def _line(column: ColumnFacts, plain: bool, wide: bool) -> tuple[str, ...]:
    name = cell_text(column.name, 32 if wide else 18)
    repeated = "" if column.repeated is None else f"{column.repeated:,}"
    found = (name, parse_type(column.kind).kind, f"{column.nulls:,}", repeated)
    lengths = column.lengths
    if lengths is not None:
        drawn = distribution(lengths.counts, plain, _BINS if wide else _BINS // 2)
        middle = f"{lengths.median:,.1f}".removesuffix(".0")
        figures = (f"{lengths.least:,}", middle, f"{lengths.p95:,}", f"{lengths.most:,}")
        return *found, *figures, lengths.unit, f"|{drawn}|"
    nans = f"{column.nans:,} NaN" if column.nans else ""
    if column.least is not None:
        return *found, cell_text(column.least, 20), "", "", cell_text(column.most, 20), nans, ""
    return *found, "", "", "", "", nans, ""


# --- as JSON


def _document(facts: SplitFacts) -> dict[str, Any]:
    table = facts.facts
    return {
        "config": facts.config,
        "split": facts.split,
        "rows": table.rows,
        "repeated_rows": table.repeated,
        "uncounted": list(facts.uncounted),
        "columns": [_column_document(column) for column in table.columns],
    }


def _column_document(column: ColumnFacts) -> dict[str, Any]:
    lengths = column.lengths
    return {
        "name": column.name,
        "type": column.kind,
        "values": column.values,
        "nulls": column.nulls,
        "repeated": column.repeated,
        "lengths": None
        if lengths is None
        else {
            "unit": lengths.unit,
            "min": lengths.least,
            "median": lengths.median,
            "p95": lengths.p95,
            "max": lengths.most,
            "histogram": [
                {"from": low, "to": high, "count": count} for low, high, count in binned(lengths.counts, _BINS)
            ],
        },
        "classes": None
        if column.classes is None
        else [{"value": _plain(value), "count": count} for value, count in column.classes],
        "min": _plain(column.least),
        "max": _plain(column.most),
        "nans": column.nans,
    }


def _plain(value: Any) -> Any:
    """A value as JSON has it; what JSON has no word for as text."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    return str(value) if isinstance(value, (decimal.Decimal, dt.timedelta)) else value
