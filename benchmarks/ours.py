"""The only home of our side of the benchmarks: what a training script would write. Each function is one process."""

from __future__ import annotations

import os

import telling

__all__ = [
    "crowd",
    "first_row",
    "gsm_all",
    "lcb_all",
    "sequential_epoch",
    "shuffled_epoch",
    "tulu_first_batch",
]

BATCH = 128
TEST_ROWS = 1024


def gsm_all() -> None:
    """All rows of the training split."""
    from loaders import load

    telling.rows(load("gsm:train"))


def first_row() -> None:
    """The first row of `BENCH_ADDRESS`."""
    from loaders import load

    telling.rows([load(os.environ["BENCH_ADDRESS"])[0]])


def tulu_first_batch() -> None:
    """The first batch of `BENCH_ADDRESS` (Tulu), shuffled, as the cookbook begins its training."""
    from loaders import load

    rows = load(os.environ.get("BENCH_ADDRESS", "tulu:train")).shuffle(0)
    telling.batches([rows.batches(BATCH)[0]])


def shuffled_epoch() -> None:
    """Shuffle, leave the first 1,024 rows to the test, and go through the others in batches."""
    from loaders import load

    telling.batches(load("tulu:train").shuffle(0).skip(TEST_ROWS).batches(BATCH))


def sequential_epoch() -> None:
    """All rows in the order of the files."""
    from loaders import load

    telling.rows(load("tulu:train"))


def lcb_all() -> None:
    """All rows, private tests as they are packed."""
    from loaders import load

    telling.rows(load("lcb:test"))


def crowd() -> None:
    """One of many processes: its share of the shuffled batches, then it stays."""
    from loaders import load

    batches = load("tulu:train").shuffle(0).batches(BATCH)
    mine = range(int(os.environ["BENCH_RANK"]), len(batches), int(os.environ["BENCH_RANKS"]))
    telling.ready(sum(len(batches[place]) for place in mine))
