"""The only home of `concatenate`: the rows of several splits as one run of rows."""

from __future__ import annotations

from collections.abc import Sequence

from loaders.rows import Rows
from loaders.views import Joined
from recipes_data.errors import UsageError

__all__ = ["concatenate"]


def concatenate(several: Sequence[Rows]) -> Rows:
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
    pins = tuple(dict.fromkeys(pin for rows in parts for pin in rows.pins))
    return Rows(Joined([(rows._table, rows._order) for rows in parts]), pins)  # noqa: SLF001  # our own class
