"""The only home of what `split=` may say in the words of `datasets`: `train`, `train[:10]`, `train[:10%]+test`, `all`.

Source: `datasets.ReadInstruction.from_spec` (4.4 to 5.2), percentages rounded to the closest row unless told.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from loaders.joining import concatenate
from loaders.rows import Rows
from recipes_data.errors import UnknownNameError, UsageError
from recipes_data.values import value

__all__ = ["SplitPart", "parse_split", "rows_of_split"]

_PART = re.compile(
    r"(?P<split>\w+(\.\w+)*)(\[(?P<first>(?P<first_n>-?[\d_]+)(?P<first_pct>%)?)?:(?P<stop>(?P<stop_n>-?[\d_]+)"
    r"(?P<stop_pct>%)?)?\])?(\((?P<rounding>[^)]*)\))?"
)


@value
class SplitPart:
    """A split, or the rows first..stop of it; None: from its beginning, to its end. In rows, or in percent."""

    split: str
    first: int | None = None
    stop: int | None = None
    percent: bool = False
    whole_percents: bool = False

    @property
    def is_all(self) -> bool:
        """Whether all of the split is meant."""
        return self.first is None and self.stop is None

    def places(self, rows: int) -> range:
        """The rows of a split of so many."""
        first = 0 if self.first is None else self._place(self.first, rows)
        stop = rows if self.stop is None else self._place(self.stop, rows)
        return range(min(first, rows), max(min(first, rows), min(stop, rows)))

    def _place(self, boundary: int, rows: int) -> int:
        if self.percent and self.whole_percents:
            if rows < 100:
                what = f"split={self.split!r}: pct1_dropremainder of {rows} rows would be no rows at all"
                raise UsageError(what, "it needs 100 rows or more")
            boundary = boundary * (rows // 100)
        elif self.percent:
            boundary = round(boundary * rows / 100.0)
        return max(rows + boundary, 0) if boundary < 0 else boundary


def parse_split(text: str) -> list[SplitPart]:
    """The parts that `split=` names, one after another.

    Raises:
        UsageError: it is not of that form, or mixes percentages with rows.
    """
    return [_part(piece, text) for piece in re.split(r"\s*\+\s*", text.strip())]


def _part(piece: str, text: str) -> SplitPart:
    match = _PART.fullmatch(piece)
    if match is None:
        raise UsageError(f"split={text!r} is not understood", "as train, train[:10], train[10%:], train+test")
    signs = {bool(match[f"{end}_pct"]) for end in ("first", "stop") if match[end]}
    if len(signs) > 1:
        raise UsageError(f"split={text!r} mixes rows and percent", "say both ends in one of them")
    if match["rounding"] not in (None, "closest", "pct1_dropremainder") or (match["rounding"] and True not in signs):
        raise UsageError(f"split={text!r}: ({match['rounding']}) is no rounding of percentages", "leave it out")
    first, stop = (int(match[f"{end}_n"]) if match[end] else None for end in ("first", "stop"))
    percent = True in signs
    if percent and any(end is not None and abs(end) > 100 for end in (first, stop)):
        raise UsageError(f"split={text!r}: a percentage is between -100 and 100")
    return SplitPart(match["split"], first, stop, percent, match["rounding"] == "pct1_dropremainder")


def rows_of_split(text: str, splits: Sequence[str], named: str, read: Callable[[str], Rows]) -> Rows:
    """The rows that `split=` names; `read` gives those of one split, `splits` are those that `named` has.

    Raises:
        UnknownNameError: it has no such split.
        UsageError: as `parse_split`, or a slice holds no rows.
    """
    parts = [SplitPart(name) for name in splits] if text == "all" else parse_split(text)
    for part in parts:
        if part.split not in splits:
            raise UnknownNameError(f"{named} has no split {part.split!r}", f"it has: {', '.join(splits)}")
    found = []
    for part in parts:
        rows = read(part.split)
        places = part.places(len(rows))
        if not part.is_all and not places:
            raise UsageError(f"split={text!r} holds no rows: {named}:{part.split} has {len(rows):,}", "take others")
        found.append(rows if part.is_all else rows.select(places))
    return concatenate(found)
