"""The only home of arguments that have one name here and another in `datasets`: each call takes either."""

from __future__ import annotations

from recipes_data.errors import UsageError

__all__ = ["either"]


def either(ours: int | None, theirs: int | None, name: str, other: str) -> int:
    """The number that was given under one of two names.

    Raises:
        UsageError: it was given under none of them, or under both.
    """
    if ours is not None and theirs is not None:
        raise UsageError(f"{name}={ours} and {other}={theirs} are one argument", "say one of them")
    found = theirs if ours is None else ours
    if found is None:
        raise UsageError(f"{name} is missing", f"say it, or {other}= as `datasets` calls it")
    return found
