"""A table of shards: runs that go on where the last one ended, also after one that failed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from recipes_data.errors import TableError
from recipes_data.tables.table import Table


class Fragile:
    """Rows of numbers, of which some cannot be read the first time."""

    seekable = True

    def __init__(self, numbers: range, fails: int | None = None, error: BaseException | None = None) -> None:
        self._numbers = numbers
        self._fails = fails
        self._error = error or TableError("toy: not now", "again")
        self.begun: list[int] = []

    def __len__(self) -> int:
        return len(self._numbers)

    def row(self, index: int) -> dict[str, Any]:
        return {"n": self._numbers[index]}

    def rows(self, start: int, stop: int) -> Iterator[dict[str, Any]]:
        self.begun.append(start)
        for index in range(start, stop):
            if index == self._fails:
                self._fails = None
                raise self._error
            yield {"n": self._numbers[index]}

    def batches(self) -> Iterator[Any]:
        return iter(())

    def arrow(self) -> Any:
        return None


def numbers(rows: list[dict[str, Any]]) -> list[int]:
    return [row["n"] for row in rows]


@pytest.mark.parametrize("error", [TableError("toy: not now", "again"), KeyboardInterrupt()], ids=["fault", "Ctrl-C"])
def test_a_run_that_failed_is_read_anew_and_never_given_the_rows_after_it(error: BaseException) -> None:
    table = Table([Fragile(range(10), 6, error), Fragile(range(10, 20))], ())
    assert numbers(table.gather(range(4))) == [0, 1, 2, 3]
    with pytest.raises(type(error)):
        table.gather(range(4, 8))
    assert numbers(table.gather(range(4, 8))) == [4, 5, 6, 7]
    assert numbers(table.gather(range(8, 12))) == [8, 9, 10, 11]


def test_runs_one_behind_the_other_are_one_reading_and_others_begin_anew() -> None:
    shard = Fragile(range(20))
    table = Table([shard], ())
    assert numbers(table.gather(range(5))) + numbers(table.gather(range(5, 9))) == list(range(9))
    assert shard.begun == [0]
    assert numbers(table.gather(range(3, 6))) == [3, 4, 5]
    assert numbers(table.gather(range(6, 6))) == []
    assert numbers(table.gather(range(6, 20))) == list(range(6, 20))
    assert shard.begun == [0, 3]
