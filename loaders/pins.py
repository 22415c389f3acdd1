"""The only home of pins: which rows a script was given, what was done to them, and what this process opened.

What was done is a tuple of steps, the first of which says where the rows come from: `load`, or `concatenate` and
`interleave` of rows that have steps of their own. Nothing here reads a row.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

from recipes_data.errors import UsageError
from recipes_data.values import replace, value

TYPE_CHECKING = False  # importing typing takes longer than a load has to spare
if TYPE_CHECKING:
    from array import array
    from typing import Any

    from loaders.order import Order
    from recipes_data.lockfile import Lock

__all__ = ["Pin", "Step", "called", "described", "need_all", "note_opened", "opened", "packed_places", "step"]

_MOST_PLACES = 1 << 16  # positions that a step keeps: 512 KiB before they are compressed


@value
class Step:
    """One operation: its name and its arguments, as (name, value) pairs that are plain values.

    `filter` and `map` have the name of their function, which says little: nobody can tell from it what it did. They
    are reproducible from their pin alone where the caller gave the function a `key`, or where the places that a
    filter kept, or those that a selection left out, are written down (`places`, `without`: up to 65,536).
    """

    name: str
    given: tuple[tuple[str, Any], ...] = ()

    @property
    def reproducible(self) -> bool:
        """Whether the step can be done again by who knows the step alone, and the function of its key."""
        given = dict(self.given)
        if "of" in given:
            return all(each.reproducible for steps in given["of"] for each in steps)
        if self.name == "map":
            return given.get("key") is not None
        if self.name in ("filter", "select"):
            return "range" in given or any(given.get(name) is not None for name in ("key", "places", "without"))
        return True


@value
class Pin:
    """Which rows these are: enough to find them again, or to say in a paper what was used.

    `origin`: the endpoint that the lock came from, or "folder". `digests`: of the files in row order.
    `lock`, `catalogue`, `store`: the files and folders that answered. `partial`: which part of the split's files
    these are, where they are not all; else empty. `license`: as the lock has it; None: the card names none.
    `operations`: what was done to the rows since they were loaded, in order.
    """

    dataset: str
    config: str
    split: str
    repo: str
    commit: str
    origin: str
    digests: tuple[str, ...]
    lock: str
    catalogue: str
    store: str
    sample: bool
    partial: str = ""
    license: str | None = None
    operations: tuple[Step, ...] = ()

    def after(self, operations: tuple[Step, ...]) -> Pin:
        """The pin of rows to which this was done."""
        return replace(self, operations=operations) if operations else self


def described(pins: Sequence[Pin]) -> tuple[str, str]:
    """What rows of these pins are called, and whence they come, with what to beware of."""
    what = " + ".join(f"{pin.dataset}/{pin.config}:{pin.split}" for pin in pins)
    whence = ", ".join(dict.fromkeys(f"{pin.repo}@{pin.commit[:12]}" for pin in pins))
    beware = ", from a served folder" if any(pin.origin == "folder" for pin in pins) else ""
    beware = ", SAMPLE ROWS" if any(pin.sample for pin in pins) else beware
    beware += "".join(f", PARTIAL: {pin.partial}" for pin in pins if pin.partial)
    return what, whence + beware


def step(name: str, /, **given: Any) -> Step:
    """A step with these arguments."""
    return Step(name, tuple(given.items()))


def called(function: Any) -> str:
    """The name of a function, for people: `module.function`."""
    named = function if hasattr(function, "__qualname__") else type(function)
    return f"{named.__module__}.{named.__qualname__}"


def packed_places(places: Order, left_out: array[int] | None = None) -> dict[str, Any]:
    """Positions as a step keeps them: a range as three numbers, else base64 of zlib of little-endian int64.

    More than 65,536 are not kept, only counted. `left_out`: all other positions, where these come in their order;
    they are kept in place of too many (`without`), where they are not too many themselves.
    """
    if isinstance(places, range):
        return {"count": len(places), "range": (places.start, places.stop, places.step)}
    if len(places) <= _MOST_PLACES:
        return {"count": len(places), "places": _packed(places)}
    found: dict[str, Any] = {"count": len(places), "places": None}
    if left_out is not None and len(left_out) <= _MOST_PLACES:
        found["without"] = _packed(left_out)
    return found


def _packed(places: Order | array[int]) -> str:
    import binascii  # of those who pick rows
    import sys
    import zlib

    held: Any = places
    if sys.byteorder == "big":
        from array import array

        held = array("q", places)
        held.byteswap()
    return binascii.b2a_base64(zlib.compress(held.tobytes(), 1), newline=False).decode()


def need_all(pins: Iterable[Pin], what: str) -> None:
    """See that rows are all of their splits.

    Raises:
        UsageError: some are partial; `what` would come out differently with all of them.
    """
    for pin in pins:
        if pin.partial:
            raise UsageError(
                f"{what} needs all rows of {pin.dataset}/{pin.config}:{pin.split}; these are {pin.partial}",
                f"recipes-data fetch {pin.dataset}, and load it without rows= and shards=",
            )


# What was opened, each split once, with its rows (None: streamed) and its lock. Setting and copying a dict are atomic,
# so that threads need no lock, which a fork could leave held for ever.
_opened: dict[Pin, tuple[int | None, Lock]] = {}
_inherited: dict[Pin, tuple[int | None, Lock]] = {}


def note_opened(pin: Pin, rows: int | None, lock: Lock) -> None:
    """Remember that this process opened a split."""
    _opened.setdefault(pin, (rows, lock))


def opened(*, inherited: bool = False) -> dict[Pin, tuple[int | None, Lock]]:
    """What this process opened, in order, with rows and lock; or what its parents had opened when it was forked."""
    return (_inherited if inherited else _opened).copy()


def _forked() -> None:
    _inherited.update(_opened)
    _opened.clear()


os.register_at_fork(after_in_child=_forked)
