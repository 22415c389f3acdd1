"""The only home of how rows are divided: into train and test, and among the processes of a run.

Sources: `datasets.Dataset.train_test_split` and `datasets.Dataset.shard(contiguous=True)`, 4.4 to 5.2.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from loaders.order import Order, generator, permutation
from recipes_data.errors import UsageError

TYPE_CHECKING = False  # importing typing takes longer than a load has to spare
if TYPE_CHECKING:
    from typing import Any

    import numpy as np
    import numpy.typing as npt

__all__ = ["divided", "part_of", "sizes", "stratified", "train_test"]


def part_of(rows: int, rank: int, world: int) -> range:
    """The places of process `rank` of `world`: one run each, the first `rows % world` one row longer.

    Raises:
        ValueError: not 0 <= rank < world.
    """
    if not 0 <= rank < world:
        raise ValueError(f"rank {rank} is not in 0..{world - 1}")
    share, longer = divmod(rows, world)
    start = share * rank + min(rank, longer)
    return range(start, start + share + (rank < longer))


def divided(
    rows: int,
    test_size: float | None,
    train_size: float | None,
    seed: int | None,
    labels: Callable[[], Any] | None,
    *,
    drawn: bool,
) -> tuple[Order, Order]:
    """The places to train on and to test on, of `rows` > 0; `drawn` by `seed`, else the tail is for testing.

    `labels`: gives the class of every row (int64), where both sides keep the shares of the classes.

    Raises:
        ValueError: the sizes do not fit, or a class has too few rows.
        UsageError: there is no seed to draw with, or shares are to be kept without drawing.
    """
    n_train, n_test = sizes(rows, test_size, train_size)
    if drawn and seed is None:
        raise UsageError("a shuffled split needs a seed: without one it is another split each time", "seed=0")
    if labels is None:
        return train_test(rows, n_train, n_test, seed)
    if seed is None:
        raise UsageError("a split that keeps the shares of classes is drawn: shuffle=False cannot be", "seed=0")
    return stratified(labels(), n_train, n_test, seed)


def sizes(rows: int, test_size: float | None, train_size: float | None) -> tuple[int, int]:
    """How many rows are for training and for testing, of `rows` > 0. A float is a fraction, an int a number of rows.

    A fraction for testing is rounded up, one for training down; what only one says, the other has the rest of;
    with neither, a quarter is for testing.

    Raises:
        ValueError: there would be no row to train on, or the two take more than there is.
    """
    if test_size is None and train_size is None:
        test_size = 0.25
    for name, size in (("test_size", test_size), ("train_size", train_size)):
        _check_size(name, size, rows)
    if isinstance(test_size, float) and isinstance(train_size, float) and test_size + train_size > 1:
        raise ValueError(f"test_size={test_size} and train_size={train_size} are more than 1 together")
    n_test = math.ceil(test_size * rows) if isinstance(test_size, float) else test_size
    n_train = math.floor(train_size * rows) if isinstance(train_size, float) else train_size
    if n_test is None:
        n_test = rows - (n_train or 0)
    if n_train is None:
        n_train = rows - n_test
    if n_train + n_test > rows:
        raise ValueError(f"{n_train:,} rows to train on and {n_test:,} to test are more than the {rows:,} there are")
    if n_train == 0:
        raise ValueError(f"of {rows:,} rows, test_size={test_size} and train_size={train_size} leave none to train on")
    return n_train, n_test


def _check_size(name: str, size: Any, rows: int) -> None:
    if size is None:
        return
    if not isinstance(size, (int, float)):
        raise TypeError(f"{name} is a fraction (float) or a number of rows (int), not {type(size).__name__}")
    if not 0 < size < (rows if isinstance(size, int) else 1):
        limits = f"a fraction between 0 and 1, or a number of rows from 1 to {rows - 1:,}"
        raise ValueError(f"{name}={size} is not {limits}")


def train_test(rows: int, n_train: int, n_test: int, seed: int | None) -> tuple[Order, Order]:
    """The places to train on and to test on: one permutation, its head for testing; without a seed the tail is."""
    if seed is None:
        return range(n_train), range(n_train, n_train + n_test)
    drawn = permutation(rows, seed)
    return drawn[n_test : n_test + n_train], drawn[:n_test]


def stratified(labels: Any, n_train: int, n_test: int, seed: int) -> tuple[Order, Order]:
    """The places to train on and to test on, each with the shares of the classes that all rows have.

    `labels`: int64, one a row. The draws are those of `datasets` (and of scikit-learn's StratifiedShuffleSplit, where
    it has them from): the rows a class gives are its share rounded down, the rest goes to the largest remainders.

    Raises:
        ValueError: a class has fewer than 2 rows, or a side has fewer rows than there are classes.
    """
    import numpy as np  # labels are counted and drawn

    source = generator(seed)
    classes, which = np.unique(labels, return_inverse=True)
    counts = np.bincount(which)
    if counts.min() < 2:
        raise ValueError(f"class {classes[counts.argmin()]} has 1 row; a class needs one on each side")
    for name, size in (("train", n_train), ("test", n_test)):
        if size < len(classes):
            raise ValueError(f"{size:,} {name} rows cannot hold each of the {len(classes)} classes")
    # draws are made in this order: shares of train, shares of test, each class, then each side
    for_train = _shares(counts, n_train, source)
    for_test = _shares(counts - for_train, n_test, source)
    by_class = np.split(np.argsort(which, kind="stable"), np.cumsum(counts)[:-1])
    train: list[int] = []
    test: list[int] = []
    for ours, to_train, to_test in zip(by_class, for_train, for_test, strict=True):
        drawn = ours[source.permutation(len(ours))]
        train.extend(drawn[:to_train])
        test.extend(drawn[to_train : to_train + to_test])
    return source.permutation(train).astype(np.int64), source.permutation(test).astype(np.int64)


def _shares(counts: npt.NDArray[np.int64], total: int, source: Any) -> npt.NDArray[np.int64]:
    """How many of `total` each class gives; ties between equal remainders are drawn."""
    import numpy as np

    exact = total * counts / counts.sum()
    given: npt.NDArray[np.float64] = np.floor(exact)
    missing = int(total - given.sum())
    remainders = exact - given
    for remainder in np.unique(remainders)[::-1]:
        if missing <= 0:
            break
        equal = np.flatnonzero(remainders == remainder)
        more = source.choice(equal, size=min(len(equal), missing), replace=False)
        given[more] += 1
        missing -= len(more)
    return given.astype(np.int64)
