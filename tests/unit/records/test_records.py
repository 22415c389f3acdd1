"""Records: made of rows by columns or functions, as many as there are rows, and every dropped row told."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import loaders
from loaders import Records, Rows, load, records
from loaders.order import permutation
from loaders.shapes import Chat, Choice, Drop, Problem, Prompt
from recipes_data.errors import TableError, UsageError
from recipes_data.tables.table import Table
from tests.unit.splits import project_of
from tests.unit.storehouse import jsonl_bytes

COUNT = 60
ROWS = [{"question": f"q{n}", "answer": f"a{n}", "n": n} for n in range(COUNT)]
FIELDS = {"problem": "question", "answer": "answer"}


@pytest.fixture
def rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Rows:
    files = {f"{n}.jsonl": jsonl_bytes(ROWS[start:stop]) for n, (start, stop) in enumerate([(0, 25), (25, 60)])}
    project_of(tmp_path, monkeypatch, "jsonl", files)
    return load("toy:train")


def odd_ones(row: dict[str, Any]) -> Any:
    """Rows by three rules: two reasons, and a record."""
    if row["n"] % 7 == 3:
        return Drop("three of seven")
    if row["n"] % 11 == 5:
        return Drop("five of eleven")
    return {"problem": row["question"], "answer": row["answer"]}


def expected(places: Any) -> list[dict[str, str]]:
    made = (odd_ones(ROWS[place]) for place in places)
    return [record for record in made if not isinstance(record, Drop)]


def test_columns_functions_and_one_function_make_the_same_records(rows: Rows) -> None:
    wanted = [{"problem": row["question"], "answer": row["answer"]} for row in ROWS]
    for fields in (
        FIELDS,
        {"problem": "question"},
        {"problem": lambda row: row["question"], "answer": "answer"},
        lambda row: {"problem": row["question"], "answer": row["answer"]},
    ):
        found = records(rows, Problem, fields)
        assert list(found) == wanted
        assert len(found) == COUNT
        assert str(found.report) == "60 rows, 60 records"
        assert found.pin == rows.pin


def test_fields_of_ones_own_name_need_no_mapping(rows: Rows) -> None:
    made = rows.map(lambda row: {"prompt": row["question"]})
    assert records(made, Prompt)[0] == {"prompt": "q0", "answer": "a0"}
    assert records(made, Prompt, {"answer": lambda row: None})[0] == {"prompt": "q0"}


@pytest.mark.parametrize(
    ("kind", "fields", "fault"),
    [
        (Problem, None, "the field 'problem' of Problem: there is no column 'problem'\nthere is: question, answer, n"),
        (Problem, {"problem": "quest"}, "there is no column 'quest'"),
        (Problem, {**FIELDS, "source": "src"}, "the field 'source' of Problem: there is no column 'src'"),
        (Problem, {"problm": "question"}, "Problem has no field 'problm'\nthere is: problem, answer, source"),
        (dict, None, "is no kind of record"),
    ],
)
def test_names_that_are_not_there_are_said_at_once(rows: Rows, kind: type, fields: Any, fault: str) -> None:
    with pytest.raises(UsageError) as raised:
        records(rows, kind, fields)
    assert fault in str(raised.value)


def test_a_record_that_does_not_fit_names_its_row_when_it_is_asked_for(rows: Rows) -> None:
    found = records(
        rows, Problem, {"problem": "question", "answer": lambda row: row["answer"] if row["n"] != 41 else 3}
    )
    for ask in (list, len):
        with pytest.raises(TableError, match="toy/main:train, row 41 in this order: 'answer' is int 3, not a text"):
            ask(found)
    for source, where in ((rows, "in this order"), (load("toy:train", stream=True), "of the stream")):
        with pytest.raises(TableError, match=rf"toy/main:train, row 0 {where}: there is no 'quest'"):
            list(records(source, Problem, lambda row: {"problem": row["quest"]}))
    with pytest.raises(TableError, match=r'not None\na row that is meant to be left out is Drop\("why"\)'):
        list(records(rows, Problem, lambda row: None))


def test_dropped_rows_are_counted_by_reason(rows: Rows) -> None:
    found = records(rows, Problem, odd_ones)
    assert repr(found).startswith("Records(dropped rows not counted yet; Rows(toy/main:train, 60 rows")
    assert list(found) == expected(range(COUNT))
    assert str(found.report) == "60 rows, 47 records; 4 dropped: five of eleven; 9 dropped: three of seven"
    assert repr(found).startswith("Records(60 rows, 47 records; 4 dropped: five of eleven;")
    assert len(found.kept) == len(found) == 47
    assert [row["question"] for row in found.kept] == [record["problem"] for record in found]
    assert len(found.rows) == 60


def test_a_drop_of_one_field_drops_the_row(rows: Rows) -> None:
    found = records(rows, Problem, {**FIELDS, "problem": lambda row: Drop("odd") if row["n"] % 2 else row["question"]})
    assert len(found) == 30
    assert dict(found.report.dropped) == {"odd": 30}


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("shuffle"), st.integers(0, 5)),
        st.tuples(st.just("take"), st.floats(0, 1)),
        st.tuples(st.just("skip"), st.floats(0, 1)),
        st.tuples(st.just("slice"), st.integers(-3, 3).filter(bool)),
        st.tuples(st.just("select"), st.integers(1, 4)),
    ),
    max_size=4,
)


@given(steps=STEPS, look=st.sampled_from(["list", "len", "index", "between", "pickle"]))
@settings(max_examples=60, deadline=None)
def test_records_do_what_a_list_of_them_does(shared: Rows, steps: list[tuple[str, Any]], look: str) -> None:
    found = records(shared, Problem, odd_ones)
    places = list(range(COUNT))  # of all rows, the dropped ones among them until something is picked
    for kind, value in steps:
        kept = [place for place in places if not isinstance(odd_ones(ROWS[place]), Drop)]
        if kind == "shuffle":
            found = found.shuffle(value)
            places = [places[place] for place in permutation(len(places), value)]
        elif kind in ("take", "skip"):
            count = int(value * len(kept))
            found = getattr(found, kind)(count)
            places = kept[:count] if kind == "take" else kept[count:]
        elif kind == "slice":
            found, places = found[::value], kept[::value]
        else:
            wanted = list(range(0, len(kept), value))[::-1]
            found, places = found.select(wanted), [kept[place] for place in wanted]
    wanted_records = expected(places)
    if look == "list":
        assert list(found) == found.to_list() == wanted_records
    elif look == "index":
        assert [found[place] for place in range(-len(wanted_records), 0)] == wanted_records
    elif look == "between":
        assert found.between(0, len(wanted_records)) == wanted_records
    elif look == "pickle":
        assert list(pickle.loads(pickle.dumps(found))) == wanted_records
    assert len(found) == len(wanted_records) == found.report.records
    assert found.report.rows == found.report.records + sum(count for _, count in found.report.dropped)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        files = {"0.jsonl": jsonl_bytes(ROWS[:25]), "1.jsonl": jsonl_bytes(ROWS[25:])}
        project_of(tmp_path_factory.mktemp("records"), patch, "jsonl", files)
        yield load("toy:train")


def test_a_shuffled_table_is_looked_through_once_and_in_its_own_order(
    rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    for method in ("row", "gather"):
        real: Callable[..., Any] = getattr(Table, method)
        monkeypatch.setattr(
            Table, method, lambda *words, real=real, method=method: (asked.append(method), real(*words))[1]
        )
    found = records(rows, Problem, odd_ones).shuffle(3)
    assert len(found) == 47
    assert asked == []
    assert len(found.shuffle(4)) == len(found.shuffle(5).shuffle(6)) == 47
    assert [record["problem"] for record in found] == [r["problem"] for r in expected(permutation(COUNT, 3))]


def test_columns_alone_are_counted_without_reading(rows: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(*_: object) -> None:
        raise AssertionError("a row was read")

    for method in ("row", "rows", "gather"):
        monkeypatch.setattr(Table, method, read)
    assert len(records(rows, Problem, FIELDS).shuffle(1).skip(10)) == 50
    assert len(records(rows, Problem, odd_ones, drops=False)) == 60
    with pytest.raises(AssertionError, match="a row was read"):
        len(records(rows, Problem, odd_ones))


def test_a_row_that_is_dropped_where_none_may_be_is_an_error(rows: Rows) -> None:
    found = records(rows, Problem, odd_ones, drops=False)
    with pytest.raises(TableError, match=r"row 3 .*dropped.*three of seven"):
        list(found)
    with pytest.raises(TableError, match=r"row 3 .*dropped.*three of seven"):
        found[3]


def test_a_set_of_which_nothing_is_left_is_an_error_and_an_empty_one_is_not(rows: Rows) -> None:
    nothing = records(rows, Problem, lambda row: Drop("never"))
    for ask in (len, list, lambda found: found.report):
        with pytest.raises(TableError, match="none of 60 rows is a record: 60 never"):
            ask(nothing)
    empty = records(rows.take(0), Problem, odd_ones)
    assert (len(empty), list(empty)) == (0, [])


def test_batches_are_cut_of_records_or_of_rows_and_go_on_from_a_state(rows: Rows) -> None:
    found = records(rows, Problem, odd_ones)
    kept = expected(range(COUNT))
    assert list(found.batches(8)) == [kept[n : n + 8] for n in range(0, 47, 8)]
    assert len(found.batches(8, drop_last=True)) == 5
    of_rows = [expected(range(n, min(n + 8, COUNT))) for n in range(0, COUNT, 8)]
    assert list(found.batches(8, by_rows=True)) == of_rows
    assert list(records(rows, Problem, odd_ones, by_rows=True).batches(8)) == of_rows
    for by_rows in (False, True):
        batches = found.batches(8, by_rows=by_rows)
        batches.set_epoch(2)
        order = permutation(COUNT, 2)
        assert batches[0] == (expected(order[:8]) if by_rows else expected(order)[:8])
        state = batches.state()
        rest = list(batches.remaining())
        assert list(found.batches(8, by_rows=by_rows).resume(state).remaining()) == rest


def test_records_of_a_stream_come_as_its_rows_do(rows: Rows) -> None:
    stream = load("toy:train", stream=True)
    found = records(stream, Problem, odd_ones)
    assert list(found) == expected(range(COUNT))
    assert found.dropped == {"three of seven": 9, "five of eleven": 4}
    assert list(found) == expected(range(COUNT))
    assert found.dropped == {"three of seven": 9, "five of eleven": 4}
    assert found.pin == rows.pin
    assert list(found.take(10)) == expected(range(10))
    assert list(found.batch(8)) == [expected(range(n, min(n + 8, COUNT))) for n in range(0, COUNT, 8)]
    assert list(records(stream, Problem, FIELDS)) == list(records(rows, Problem, FIELDS))
    with pytest.raises(TableError, match="toy/main:train, row 0 of the stream: there is no column 'choices'"):
        list(records(stream, Choice, {"answer": lambda row: "A"}))
    running = iter(found)
    begun = [next(running) for _ in range(9)]
    assert [*begun, *found.resume(found.state())] == expected(range(COUNT))


def test_the_package_gives_records_by_name() -> None:
    assert loaders.records is records
    assert loaders.Records is Records
    assert {"records", "Records"} <= set(dir(loaders))


def test_chats_keep_their_messages_as_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    turns = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Ho"}]
    project_of(tmp_path, monkeypatch, "jsonl", {"0.jsonl": jsonl_bytes([{"messages": turns, "id": 1}] * 2)})
    assert list(records(load("toy:train"), Chat)) == [{"messages": turns}] * 2
