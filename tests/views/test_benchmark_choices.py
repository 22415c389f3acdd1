"""The benchmarks of multiple choice, against their steps written out again here, and against `datasets`."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from loaders import benchmarks
from loaders.benchmarks.subjects import CEVAL, MMLU_REDUX
from recipes_data.errors import TableError, UnknownNameError
from tests.repositories import questions
from tests.views.benchmarking import LIMITS, limit, limit_list, named
from tests.views.worlds import Generated, Rows, World, with_datasets
from tests.worlds import Project


def test_the_subjects_are_those_of_the_requirements_in_their_order() -> None:
    assert MMLU_REDUX == questions.REDUX
    assert CEVAL == questions.CEVAL
    assert (len(MMLU_REDUX), len(CEVAL)) == (30, 52)


@pytest.mark.parametrize("count", LIMITS)
def test_mmlu_pro(generated: Generated, count: int | None) -> None:
    rows = limit(generated.load_dataset("TIGER-Lab/MMLU-Pro", split="test"), count, 42)
    expected = [
        {
            "question": row["question"],
            "choices": row["options"],
            "answer": chr(65 + row["answer_index"]),
            "subject": row["category"],
            "key": f"mmlu_pro_{row['question_id']}",
        }
        for row in rows
    ]
    assert list(benchmarks.mmlu_pro(count, fetch=True)) == expected


@pytest.mark.parametrize("count", LIMITS)
def test_supergpqa(generated: Generated, count: int | None) -> None:
    rows = limit(generated.read("parquet", "m-a-p/SuperGPQA", "data/train-*"), count, 42)
    expected = [
        {
            "question": row["question"],
            "choices": row["options"],
            "answer": row["answer_letter"].strip().upper(),
            "subject": row["discipline"],
            "key": row["uuid"],
        }
        for row in rows
        if row["question"] and row["options"] and row["answer_letter"]
    ]
    assert list(benchmarks.supergpqa(count, fetch=True)) == expected


@pytest.mark.parametrize("count", LIMITS)
def test_longbench(generated: Generated, count: int | None) -> None:
    rows = limit(generated.read("json", "THUDM/LongBench-v2", "data.json"), count, 42)
    expected = [
        {
            "question": row["question"],
            "choices": [row[f"choice_{letter}"] for letter in "ABCD"],
            "answer": row["answer"].strip().upper(),
            "subject": row["domain"],
            "context": row["context"],
            "key": named("longbench", row["question"]),
        }
        for row in rows
    ]
    assert list(benchmarks.longbench(count, fetch=True)) == expected


def restated_gpqa(rows: Any) -> Rows:
    found = []
    for row in rows:
        right = row.get("Answer", row.get("Correct Answer", ""))
        own = sorted(c for c in row if c.startswith("Choice") or c in ("choice_a", "choice_b", "choice_c", "choice_d"))
        if own:
            choices = [row[c] for c in own if row[c]]
        else:
            choices = [row["Correct Answer"]] + [row[f"Incorrect Answer {n}"] for n in (1, 2, 3)]
            choices = [choices[0], *filter(None, choices[1:])]
        answer = right if right in ("A", "B", "C", "D") else None
        for place, choice in enumerate(choices):
            if answer is None and choice.strip() == str(right).strip():
                answer = chr(65 + place)
        if answer is not None:
            made = {"question": row["Question"], "choices": choices, "answer": answer}
            found.append({**made, "key": named("gpqa", row["Question"])})
    return found


# datasets 5.0 leaves CSV files to the collector
@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
@pytest.mark.filterwarnings("ignore:Exception ignored in. <_io.FileIO:pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("count", LIMITS)
def test_gpqa_has_its_right_answer_first_as_the_benchmark_asks_it(generated: Generated, count: int | None) -> None:
    theirs = limit(generated.load_dataset("Idavidrein/gpqa", name="gpqa_diamond", split="train"), count)
    # the right answers here are numbers, and numbers to `datasets`; those of the true file are texts
    text = (generated.hub / "datasets/Idavidrein/gpqa/gpqa_diamond.csv").read_text("utf-8")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))[: len(theirs)]
    found = list(benchmarks.gpqa(count, fetch=True))
    assert found == restated_gpqa(rows)
    assert [record["question"] for record in found] == theirs["Question"][:]
    assert {record["answer"] for record in found} == {"A"}


def gpqa_row(**changes: Any) -> dict[str, Any]:
    row = {"Question": "q", "Correct Answer": "yes", **{f"Incorrect Answer {n}": f"no {n}" for n in (1, 2, 3)}}
    return {**row, **changes}


def test_gpqa_of_awkward_rows(world: World) -> None:
    rows = [gpqa_row(), gpqa_row(**{"Incorrect Answer 1": ""}), gpqa_row(**{"Incorrect Answer 3": None})]
    rows.append(gpqa_row(**{"Correct Answer": " yes \n", "Incorrect Answer 2": "yes"}))
    world.write("gpqa", {"gpqa_diamond": {"train": rows}})
    assert list(benchmarks.gpqa()) == restated_gpqa(world.datasets("gpqa", "gpqa_diamond", "train"))
    assert [len(record["choices"]) for record in benchmarks.gpqa()] == [4, 3, 3, 4]


@pytest.mark.parametrize("names", [("Choice1", "Choice2"), ("choice_b", "choice_a")])
@pytest.mark.parametrize("right", ["B", "second", " first "])
def test_gpqa_with_columns_of_choices(world: World, names: tuple[str, str], right: str) -> None:
    first, second = sorted(names)
    rows = [{"Question": f"q{n}", second: "second", first: "first", "Answer": right} for n in range(3)]
    rows[2]["Answer"] = "neither"
    world.write("gpqa", {"gpqa_diamond": {"train": rows}})
    found = benchmarks.gpqa()
    assert list(found) == restated_gpqa(world.datasets("gpqa", "gpqa_diamond", "train"))
    assert dict(found.report.dropped) == {"the right answer is none of the choices": 1}


@pytest.mark.parametrize("right", ["C", "", None])
def test_gpqa_whose_right_answer_would_be_taken_for_a_letter_is_an_error(world: World, right: str | None) -> None:
    rows = [gpqa_row(), gpqa_row(**{"Correct Answer": right})]
    world.write("gpqa", {"gpqa_diamond": {"train": rows}}, shards=1)
    with pytest.raises(TableError, match="row 1 in this order: the right answer reads"):
        list(benchmarks.gpqa())


def parquets(generated: Generated, repo: str, subjects: tuple[str, ...], split: str) -> list[tuple[str, Any]]:
    """Each subject with its rows, by `datasets`: one call for all, since 52 take their time."""
    folder = generated.hub / "datasets" / repo
    files = {name: sorted(map(str, (folder / name).glob(f"{split}-*"))) for name in subjects}
    found = with_datasets().load_dataset("parquet", data_files=files, cache_dir=str(generated.cache))
    return [(name, row) for name in subjects for row in found[name]]


def fetch_all(repositories: tuple[Project, str], name: str) -> None:
    """All subjects, before a view asks for them."""
    project, url = repositories
    assert project.run("fetch", name, HF_ENDPOINT=url).code == 0


def test_mmlu_redux_is_the_sound_rows_of_thirty_subjects(
    generated: Generated, repositories: tuple[Project, str]
) -> None:
    fetch_all(repositories, "mmlu_redux")
    every = parquets(generated, "edinburgh-dawg/mmlu-redux", MMLU_REDUX, "test")
    sound = [(name, row) for name, row in every if row["error_type"] == "ok"]
    for count in (None, 7, len(sound) - 1, len(sound)):
        expected = [
            {
                "question": row["question"],
                "choices": row["choices"],
                "answer": chr(65 + row["answer"]),
                "subject": name,
                "key": named("mmlu_redux", row["question"]),
            }
            for name, row in limit_list(sound, count)
        ]
        found = benchmarks.mmlu_redux(count)
        assert list(found) == expected
        over = {} if count in (None, len(sound)) else {"over the limit": len(sound) - len(expected)}
        assert dict(found.report.dropped) == {"error_type is not ok": len(every) - len(sound), **over}


def test_ceval_is_the_validation_sets_of_fifty_two_subjects(
    generated: Generated, repositories: tuple[Project, str]
) -> None:
    fetch_all(repositories, "ceval")
    every = parquets(generated, "ceval/ceval-exam", CEVAL, "val")
    for count in (None, 5, len(every) - 1, len(every) + 3):
        expected = [
            {
                "question": row["question"],
                "choices": [row[letter] for letter in "ABCD"],
                "answer": row["answer"].strip().upper(),
                "subject": name,
                "key": named("ceval", row["question"]),
            }
            for name, row in limit_list(every, count)
        ]
        assert list(benchmarks.ceval(count)) == expected


def redux_row(**changes: Any) -> dict[str, Any]:
    return {"question": "q", "choices": ["x", "y"], "answer": 1, "error_type": "ok", **changes}


def write_redux(world: World, awkward: Rows, subjects: tuple[str, ...] = MMLU_REDUX) -> None:
    configs = {name: {"test": [redux_row(question=name)]} for name in subjects}
    configs["virology"] = {"test": awkward}
    world.write("mmlu_redux", configs, shards=1)


def test_a_subject_that_cannot_be_loaded_is_an_error_and_not_passed_over(world: World) -> None:
    write_redux(world, [redux_row()], MMLU_REDUX[1:])
    with pytest.raises(UnknownNameError, match="anatomy"):
        benchmarks.mmlu_redux()
    configs = {name: {"val": [{"question": "q", **dict.fromkeys("ABCD", "x"), "answer": "A"}]} for name in CEVAL[:-1]}
    world.write("ceval", configs, shards=1)
    with pytest.raises(UnknownNameError, match="physician"):
        benchmarks.ceval()


def test_a_subject_of_which_nothing_is_sound_is_an_error_that_names_it(world: World) -> None:
    write_redux(world, [redux_row(error_type="expert"), redux_row(error_type="wrong_groundtruth")])
    words = "no sound question in virology: the score would be of 29 subjects, not of 30"
    with pytest.raises(TableError, match=words):
        benchmarks.mmlu_redux()


def test_mmlu_redux_of_awkward_rows(world: World) -> None:
    write_redux(world, [redux_row(question=""), redux_row(choices=[]), redux_row(error_type="expert"), redux_row()])
    found = benchmarks.mmlu_redux()
    assert [record["question"] for record in found] == [*MMLU_REDUX[:-1], "q"]
    assert dict(found.report.dropped) == {"error_type is not ok": 1, "no choices": 1, "no question": 1}
    assert (found.report.rows, found.report.records) == (33, 30)


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (redux_row(answer=2), "the answer is 'C', none of 2 choices: no reply could be right"),
        (redux_row(answer=None), "choice None has no letter"),
    ],
    ids=["beyond", "none"],
)
def test_a_question_without_a_right_answer_is_an_error(world: World, row: dict[str, Any], fault: str) -> None:
    write_redux(world, [redux_row(), row])
    with pytest.raises(TableError, match=fault):
        list(benchmarks.mmlu_redux())


def test_a_subject_that_does_not_say_what_is_sound_is_an_error(world: World) -> None:
    write_redux(world, [{name: value for name, value in redux_row().items() if name != "error_type"}])
    with pytest.raises(TableError, match="mmlu_redux/virology:test has no column 'error_type'"):
        benchmarks.mmlu_redux()


def test_ceval_of_awkward_rows(world: World) -> None:
    row = {"question": "q", "A": "a", "B": "b", "C": "c", "D": "d", "answer": " b "}
    awkward = [
        {**row, "question": ""},
        {**row, "answer": None},
        {**row, "B": "", "C": None, "D": ""},
        {**row, "D": ""},
    ]
    configs = {name: {"val": [row]} for name in CEVAL[1:]}
    world.write("ceval", {CEVAL[0]: {"val": awkward}, **configs}, shards=1)
    found = benchmarks.ceval()
    assert found[0]["choices"] == ["a", "b", "c"]
    assert found[0]["answer"] == "B"
    assert dict(found.report.dropped) == {"fewer than two choices": 1, "no answer": 1, "no question": 1}
    world.write("ceval", {CEVAL[0]: {"val": [{**row, "B": ""}]}, **configs}, shards=1)
    with pytest.raises(TableError, match="the choice 'B' is empty, and others follow"):
        list(benchmarks.ceval())


def test_longbench_without_choices_or_letters_is_an_error(world: World) -> None:
    row = {"question": "q", "context": "c", "domain": "d", **{f"choice_{one}": one for one in "ABCD"}, "answer": "a "}
    world.write("longbench_v2", {"default": {"test": [row, {**row, "context": ""}]}}, shards=1)
    found = benchmarks.longbench()
    assert [record["answer"] for record in found] == ["A"]
    assert dict(found.report.dropped) == {"no context": 1}
    for change in ({f"choice_{one}": "" for one in "ABCD"}, {"answer": "forty two"}, {"choice_A": None}):
        world.write("longbench_v2", {"default": {"test": [row, {**row, **change}]}}, shards=1)
        with pytest.raises(TableError, match=r"row 1 in this order: the (answer|choice)"):
            list(benchmarks.longbench())


def test_mmlu_pro_takes_letters_and_words_of_other_columns(world: World) -> None:
    rows = [{"input": f"q{n}", "choices": ["x", "y", "z"], "answer": answer} for n, answer in enumerate(["b", " C "])]
    world.write("mmlu_pro", {"default": {"test": rows}}, shards=1)
    assert [(r["question"], r["answer"], r["key"]) for r in benchmarks.mmlu_pro()] == [
        ("q0", "B", named("mmlu_pro", "q0")),
        ("q1", "C", named("mmlu_pro", "q1")),
    ]
    world.write("mmlu_pro", {"default": {"test": [{**rows[0], "answer": "yes"}]}}, shards=1)
    with pytest.raises(TableError, match="the answer is 'yes', none of 3 choices"):
        list(benchmarks.mmlu_pro())
