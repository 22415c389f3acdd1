"""The only home of pins: which rows a script was given, and what must not be done with a part of them."""

from __future__ import annotations

from collections.abc import Iterable

from recipes_data.errors import UsageError
from recipes_data.values import value

__all__ = ["Pin", "need_all"]


@value
class Pin:
    """Which rows these are: enough to find them again, or to say in a paper what was used.

    `origin`: the endpoint that the lock came from, or "folder". `digests`: of the files in row order.
    `lock`, `catalogue`, `store`: the files and folders that answered. `partial`: which part of the split's files
    these are, where they are not all; else empty.
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
