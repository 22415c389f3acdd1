"""The only place where chance enters: permutations of rows, the same as Hugging Face `datasets` draws; and orders.

An order is which rows of a table come in which place: a range, or int64 positions. Nothing here imports numpy before
something is drawn.

Source of the algorithm: `datasets.Dataset.shuffle(seed=s)` (4.4 to 5.2) orders rows by
`numpy.random.default_rng(s).permutation(n)`; `tests/unit/test_order.py` holds vectors drawn with it. Recipes that hold
their examples in a list shuffle it with Python's own `random.Random(s)` instead: `python_source`.
"""

from __future__ import annotations

import hashlib
import operator
from array import array
from collections.abc import Iterable, Sequence

TYPE_CHECKING = False  # importing typing takes longer than a load has to spare
if TYPE_CHECKING:
    import random
    from typing import Any, TypeAlias

    import numpy as np
    import numpy.typing as npt

__all__ = [
    "Order",
    "as_bytes",
    "chosen",
    "compose",
    "fingerprint",
    "from_bytes",
    "generator",
    "is_run",
    "numbers",
    "permutation",
    "python_permutation",
    "python_source",
]

Order: TypeAlias = "range | memoryview | npt.NDArray[np.int64]"
"""Positions in a table, shape (rows,): a range, a memoryview of format "q" (it may be memory-mapped), or int64."""

_SMALL = 4096  # positions; fewer are not worth the import of numpy


def generator(seed: int) -> np.random.Generator:
    """The source of chance that `datasets` makes of a seed: numpy's PCG64.

    Raises:
        ValueError: the seed is negative.
        TypeError: the seed is not an integer (None would give another order each time).
    """
    import numpy as np  # 80 ms, for those who draw

    return np.random.default_rng(operator.index(seed))


def permutation(rows: int, seed: int) -> npt.NDArray[np.int64]:
    """Positions 0..rows-1 in the order that `datasets` gives them for `seed`; raises as `generator` does."""
    return generator(seed).permutation(rows).astype("int64", copy=False)


def python_source(seed: int) -> random.Random:
    """The source of chance that Python makes of a seed; `random.seed(seed)` makes the module's own the same.

    Raises:
        TypeError: the seed is not an integer (None would give another order each time).
    """
    import random  # for the few recipes that draw with it

    return random.Random(operator.index(seed))  # noqa: S311  # an order, no secret


def python_permutation(rows: int, seed: int) -> list[int]:
    """Positions 0..rows-1 in the order that `random.Random(seed).shuffle` gives a list of so many."""
    places = list(range(rows))
    python_source(seed).shuffle(places)
    return places


def chosen(indices: Any, rows: int) -> Order:
    """Indices of `rows` rows as an order; consecutive ones as a range.

    Raises:
        IndexError: an index is not in 0..rows-1.
        TypeError: what is given are no integers.
    """
    found: Order
    limits: tuple[int, ...] = ()
    if isinstance(indices, range):
        found = indices
        limits = (indices[0], indices[-1]) if len(indices) else ()
    elif hasattr(indices, "dtype") and getattr(indices.dtype, "kind", "") in "iu" and indices.ndim == 1:
        limits = (int(indices.min()), int(indices.max())) if len(indices) else ()
        found = indices.astype("int64", copy=True)  # the caller may change theirs
    else:
        values = [operator.index(index) for index in indices]
        limits = (min(values), max(values)) if values else ()
        found = memoryview(array("q", values)) if all(-(2**63) <= limit < 2**63 for limit in limits) else range(0)
    for limit in limits:
        if not 0 <= limit < rows:
            raise IndexError(f"row {limit} of {rows:,}")
    return _run_of(found) or found


def _run_of(order: Order) -> range | None:
    """The range of step 1 that an order is; None where it is none."""
    if len(order) == 0:
        return range(0)
    first, last = int(order[0]), int(order[-1])
    if last - first != len(order) - 1:
        return None
    if isinstance(order, range):
        return order if order.step == 1 or len(order) == 1 else None
    return range(first, last + 1) if all(map(operator.eq, order, range(first, last + 1))) else None


def is_run(order: Order) -> bool:
    """Whether rows come as they lie in the table, none left out: a range of step 1."""
    return isinstance(order, range) and (order.step == 1 or len(order) == 0)


def compose(order: Order, picked: Order) -> Order:
    """The rows at the places `picked` of an order. Neither is changed."""
    if len(picked) == 0:
        return range(0)
    if isinstance(picked, range):
        if isinstance(order, range):
            first, step = order[picked[0]], order.step * picked.step
            return range(first, first + step * len(picked), step)
        stop = picked.stop if picked.stop >= 0 else None
        return order[picked.start : stop : picked.step]
    if isinstance(order, range) and order.start == 0 and order.step == 1:
        return picked
    if len(picked) <= _SMALL:
        return memoryview(array("q", [order[place] for place in picked]))
    import numpy as np  # many positions at once

    places = np.asarray(picked, np.int64)
    if isinstance(order, range):
        return places * order.step + order.start
    return np.asarray(order, np.int64)[places]


def numbers(order: Order) -> Sequence[int]:
    """Positions as plain integers."""
    return order if isinstance(order, range) else order.tolist()


def as_bytes(order: Order) -> range | bytes:
    """An order as what can be pickled and hashed: a range, or native int64."""
    if isinstance(order, range):
        return order
    return order.tobytes()


def fingerprint(parts: Iterable[object], order: Order) -> str:
    """Hex of plain values and an order: equal where these are, on any machine of the same byte order."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(repr(part).encode("utf-8", "backslashreplace"))
    packed = as_bytes(order)
    digest.update(packed if isinstance(packed, bytes) else repr(packed).encode())
    return digest.hexdigest()


def from_bytes(packed: Any) -> Order:
    """The order that `as_bytes` packed."""
    return packed if isinstance(packed, range) else memoryview(packed).cast("q")
