"""The only home of plots made of characters: bars, distributions, and data as a terminal may show it."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Sequence

__all__ = ["bar_lines", "binned", "cell_text", "cells_wide", "distribution"]

_EIGHTHS = " ▏▎▍▌▋▊▉█"
_LEVELS = "▁▂▃▄▅▆▇█"
_PLAIN_LEVELS = "_.-=+*#@"
_NARROWEST, _WIDEST = 8, 60  # cells of a bar


def cell_text(value: object, most: int = 40) -> str:
    """A value in at most `most` cells of a terminal; what is no printable character is written as its escape."""
    text = value if isinstance(value, str) else str(value)
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text[: most + 1])
    if cells_wide(shown) <= most and len(text) <= most:
        return shown
    while cells_wide(shown) > most - 3:
        shown = shown[:-1]
    return shown + "..."


def cells_wide(text: str) -> int:
    """Cells that a text takes on a terminal: two for what is drawn wide, none for what stands on another character."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def bar_lines(counts: Sequence[tuple[str, int]], width: int, plain: bool) -> list[str]:
    """A line for each (name, count): name, bar, share of the sum, count; none is wider than `width` cells.

    `plain`: of ASCII characters only.
    """
    if not counts:
        return []
    total = sum(count for _, count in counts)
    most = max(count for _, count in counts)
    names = [cell_text(name, max(_NARROWEST, width // 3)) for name, _ in counts]
    margin = max(map(cells_wide, names))
    figures = [f"{100 * count / total if total else 0:5.1f} %  {count:,}" for _, count in counts]
    room = min(_WIDEST, max(_NARROWEST, width - margin - 4 - max(map(len, figures))))
    return [
        f"{name}{' ' * (margin - cells_wide(name))}  {_bar(count, most, room, plain)}  {figure}"
        for name, (_, count), figure in zip(names, counts, figures, strict=True)
    ]


def _bar(count: int, most: int, room: int, plain: bool) -> str:
    eighths = round(8 * room * count / most) if most else 0
    if count and not eighths:
        eighths = 1  # what is there is seen
    if plain:
        bar = "#" * -(-eighths // 8)
    else:
        bar = _EIGHTHS[8] * (eighths // 8) + (_EIGHTHS[eighths % 8] if eighths % 8 else "")
    return bar.ljust(room)


def binned(counts: Iterable[tuple[int, int]], bins: int) -> list[tuple[float, float, int]]:
    """A histogram of (value, count) pairs, values >= 0, as (from, to, count); bins are equally wide on a log scale."""
    pairs = list(counts)
    least, most = min(value for value, _ in pairs), max(value for value, _ in pairs)
    if least == most:
        return [(least, most, sum(count for _, count in pairs))]
    low, high = math.log1p(least), math.log1p(most)
    found = [0] * bins
    for value, count in pairs:
        found[min(bins - 1, int((math.log1p(value) - low) / (high - low) * bins))] += count
    edges = [math.expm1(low + (high - low) * place / bins) for place in range(bins + 1)]
    return [(edges[place], edges[place + 1], count) for place, count in enumerate(found)]


def distribution(counts: Iterable[tuple[int, int]], plain: bool, bins: int = 16) -> str:
    """The histogram of `binned` in one line, a character for each bin; blank where nothing is."""
    found = binned(counts, bins)
    most = max(count for _, _, count in found)
    levels = _PLAIN_LEVELS if plain else _LEVELS
    return "".join(levels[max(0, math.ceil(8 * count / most) - 1)] if count else " " for _, _, count in found)
