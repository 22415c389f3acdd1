"""Functions over batches of rows: an answer for each row, columns of one length."""

from __future__ import annotations

import pyarrow as pa
import pytest

from loaders.made import Making
from loaders.mapping import evaluate, kept_places
from recipes_data.columns import parse_type
from recipes_data.errors import TableError
from recipes_data.tables.shards import NoPlaceError

ROWS = [{"n": n} for n in range(7)]
COLUMNS = (("n", parse_type("int64")),)


@pytest.mark.parametrize("answers", [4, 6])
def test_a_filter_of_batches_answers_for_every_row(answers: int) -> None:
    with pytest.raises(TableError, match=f"the function gave {answers} answers for 5 rows"):
        kept_places(ROWS, 7, lambda rows: [True] * answers, with_indices=False, batch=5)
    kept = kept_places(ROWS, 7, lambda rows: [n % 2 for n in rows["n"]], with_indices=False, batch=5)
    assert list(kept) == [1, 3, 5]
    with pytest.raises(TableError, match="gave 5 answers for 2 rows"):
        kept_places(ROWS, 7, lambda rows: [True] * 5, with_indices=False, batch=5)


def test_a_batch_becomes_columns_of_one_length() -> None:
    with pytest.raises(TableError, match=r"columns of different lengths: {'n': 5, 'm': 4}"):
        evaluate(ROWS, COLUMNS, lambda rows: {"m": [0] * 4}, with_indices=False, batch=5, without=())
    made = evaluate(ROWS, COLUMNS, lambda rows: {"m": [0] * 4}, with_indices=False, batch=5, without=("n",))
    assert made is not None
    assert (len(made), [name for name, _ in made.columns]) == (8, ["m"])


def test_a_date_after_the_year_9999_that_a_function_made_is_named_with_its_row_and_column() -> None:
    making = Making(COLUMNS)
    for days in [*range(1001), 3_000_000]:
        making.add({"when": pa.scalar(days, pa.date32())})
    made = making.table(())
    where = r"^results of the function, row 1,002, column 'when': .*date32.* Python has no place for"
    with pytest.raises(NoPlaceError, match=where):
        made.row(1001)
    with pytest.raises(NoPlaceError, match=where):
        list(made.rows(998))
    with pytest.raises(NoPlaceError, match=where):
        made.gather([3, 1001])
    assert [row["when"].year for row in made.gather([1000, 365])] == [1972, 1971]
    assert made.arrow().num_rows == 1002
