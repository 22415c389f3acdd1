"""The only home of counts and lists inside of sentences: `1 file`, `2 files`; `a, b and 3 more`."""

from __future__ import annotations

TYPE_CHECKING = False  # importing typing takes longer than a load has to spare
if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["counted", "some"]


def counted(count: int, one: str, many: str = "") -> str:
    """The number with its noun: `0 files`, `1 file`, `2,000 files`. `many` where it is not `one` with an s."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def some(names: Iterable[str], most: int = 20) -> str:
    """The first `most` names with commas between them, and how many more there are."""
    listed = list(names)
    more = f" and {len(listed) - most:,} more" if len(listed) > most else ""
    return ", ".join(listed[:most]) + more
