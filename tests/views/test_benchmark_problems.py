"""The benchmarks of problems, against their steps written out again here, and against `datasets`."""

from __future__ import annotations

import re
from typing import Any

import pytest

from loaders import benchmarks
from recipes_data.errors import NotFetchedError, TableError, UnknownNameError, UsageError
from tests.views.benchmarking import LIMITS, limit, named
from tests.views.test_math_rl import restated_boxed, sums
from tests.views.worlds import Generated, Rows, World


def restated_aime(name: str, rows: Any) -> Rows:
    found = []
    for row in rows:
        problem = row.get("problem", row.get("question", row.get("Problem", "")))
        answer = row.get("answer", row.get("Answer", row.get("expected_answer", "")))
        if not problem or answer is None:
            continue
        try:
            number = int(str(answer).strip())
        except ValueError:
            digits = re.findall(r"\d+", str(answer))
            if not digits:
                continue
            number = int(digits[0])
        found.append({"problem": problem, "answer": str(number), "key": named(name, problem)})
    return found


def restated_hmmt(name: str, rows: Any) -> Rows:
    found = []
    for row in rows:
        problem, answer = row.get("problem", row.get("question", "")), str(row.get("answer", "")).strip()
        if problem and answer:
            found.append({"problem": problem, "answer": answer, "key": named(name, problem)})
    return found


@pytest.mark.parametrize("count", LIMITS)
def test_gsm8k(generated: Generated, count: int | None) -> None:
    rows = limit(generated.load_dataset("openai/gsm8k", name="main", split="test"), count)
    expected = [
        {
            "problem": r["question"],
            "answer": r["answer"].split("####")[-1].strip(),
            "key": named("gsm8k", r["question"]),
        }
        for r in rows
    ]
    found = benchmarks.gsm8k(count, fetch=True)
    assert list(found) == expected
    assert len(found) == len(expected)


@pytest.mark.parametrize("answer", ["no mark", "a mark and ####", None])
def test_gsm8k_without_a_final_answer_is_an_error(world: World, answer: str | None) -> None:
    world.write("gsm8k", {"main": {"test": [*sums(3), {"question": "q", "answer": answer}]}}, shards=1)
    with pytest.raises(TableError, match="gsm8k/main:test, row 3 in this order: "):
        list(benchmarks.gsm8k())
    assert len(list(benchmarks.gsm8k(3))) == 3


@pytest.mark.parametrize("count", LIMITS)
def test_math500_drops_what_has_no_box(generated: Generated, count: int | None) -> None:
    expected = []
    rows = limit(generated.read("json", "HuggingFaceH4/MATH-500", "test.jsonl"), count)
    for row in rows:
        try:
            answer = restated_boxed(row["solution"])
        except IndexError:
            continue
        expected.append({"problem": row["problem"], "answer": answer, "key": named("math500", row["problem"])})
    found = benchmarks.math500(count, fetch=True)
    assert list(found) == expected
    whole = 21 if count is None else min(count, 21)
    assert (found.report.rows, found.report.records) == (21, len(expected))
    assert dict(found.report.dropped).get("over the limit", 0) == 21 - whole


@pytest.mark.parametrize("count", LIMITS)
@pytest.mark.parametrize("name", ["aime_2025", "aime_2026"])
def test_aime(generated: Generated, name: str, count: int | None) -> None:
    rows = limit(generated.load_dataset(f"MathArena/{name}", split="train"), count)
    assert list(getattr(benchmarks, name)(count, fetch=True)) == restated_aime(name, rows)


@pytest.mark.parametrize("count", LIMITS)
@pytest.mark.parametrize("name", ["hmmt_feb_2025", "hmmt_nov_2025"])
def test_hmmt(generated: Generated, name: str, count: int | None) -> None:
    rows = limit(generated.load_dataset(f"MathArena/{name}", split="train"), count)
    assert list(getattr(benchmarks, name)(count, fetch=True)) == restated_hmmt(name, rows)


AIME_AWKWARD = [
    {"problem": "leading zeros", "answer": "007"},
    {"problem": "words", "answer": "It is 12, or 13."},
    {"problem": "a sign is kept", "answer": " -5 "},
    {"problem": "a sign is lost", "answer": "x = -5"},
    {"problem": "none", "answer": None},
    {"problem": "no digits", "answer": "unknown"},
    {"problem": "", "answer": "1"},
    {"problem": None, "answer": "1"},
]


def test_aime_of_awkward_rows(world: World) -> None:
    world.write("aime_2025", {"default": {"test": AIME_AWKWARD, "train": [{"problem": "other", "answer": "1"}]}})
    found = benchmarks.aime_2025()
    assert list(found) == restated_aime("aime_2025", world.datasets("aime_2025", "default", "test"))
    assert [record["answer"] for record in found] == ["7", "12", "-5", "5"]
    assert dict(found.report.dropped) == {"no answer": 1, "no digits in the answer": 1, "no problem": 2}


@pytest.mark.parametrize(
    ("problem", "answer"), [("question", "Answer"), ("Problem", "expected_answer"), ("problem", "answer")]
)
def test_aime_tries_the_names_of_columns(world: World, problem: str, answer: str) -> None:
    rows = [{problem: f"p{n}", answer: n} for n in range(4)]
    world.write("aime_2026", {"default": {"train": rows}})
    assert list(benchmarks.aime_2026()) == restated_aime("aime_2026", rows)


def test_a_contest_of_another_shape_is_an_error(world: World) -> None:
    world.write("aime_2025", {"default": {"train": [{"problem": "p", "solution": "1"}]}}, shards=1)
    with pytest.raises(TableError, match="aime_2025/default:train has no column 'answer'"):
        benchmarks.aime_2025()
    world.write("aime_2025", {"default": {"dev": [{"problem": "p", "answer": "1"}]}}, shards=1)
    with pytest.raises(UnknownNameError, match="train"):
        benchmarks.aime_2025()
    with pytest.raises(NotFetchedError, match="hmmt_feb_2025"):
        benchmarks.hmmt_feb_2025()
    with pytest.raises(UnknownNameError, match="no dataset is called 'nobody'"):
        benchmarks.hmmt_feb_2025(names={"hmmt_feb_2025": "nobody"})


def test_hmmt_drops_what_is_empty_and_refuses_none(world: World) -> None:
    rows = [{"problem": "p", "answer": " 3 "}, {"problem": "", "answer": "3"}, {"problem": "q", "answer": " "}]
    world.write("hmmt_feb_2025", {"default": {"test": rows}}, shards=1)
    found = benchmarks.hmmt_feb_2025()
    assert list(found) == restated_hmmt("hmmt_feb_2025", rows)
    assert dict(found.report.dropped) == {"no answer": 1, "no problem": 1}
    world.write("hmmt_feb_2025", {"default": {"test": [*rows, {"problem": "r", "answer": None}]}}, shards=1)
    with pytest.raises(TableError, match="row 3 in this order: column 'answer' is None"):
        list(benchmarks.hmmt_feb_2025())


# tau2_bench has its own test; two join many subjects before they look at the limit
OTHERS = [name for name in benchmarks.__all__ if name not in ("Tau2", "tau2_bench", "mmlu_redux", "ceval")]


@pytest.mark.parametrize("count", [0, -1])
@pytest.mark.parametrize("name", OTHERS)
def test_a_limit_of_nothing_is_refused_by_every_benchmark(generated: Generated, name: str, count: int) -> None:
    with pytest.raises(UsageError, match=f"{count} examples"):
        getattr(benchmarks, name)(count, fetch=True)
