"""The math_rl recipe's view, against its steps written out again here, and against `datasets` over the same files."""

from __future__ import annotations

import pickle
import random
import re
import shutil
from typing import Any

import numpy as np
import pytest

from loaders import math_rl
from recipes_data.errors import NotFetchedError, TableError
from tests.views.worlds import Generated, Rows, World, with_datasets

GSM8K_AWKWARD = [
    {"question": "thousands", "answer": "so 1,234\n#### 1,234"},
    {"question": "a colon", "answer": "#### 3\n  #### : 7 "},
    {"question": "inside a line", "answer": "it is #### 1,5 \nand no more"},
    {"question": "nothing after it", "answer": "1 + 1\n####"},
    {"question": "no mark", "answer": "the answer is 3"},
    {"question": "windows ends", "answer": "x\r\n#### 12\r\n"},
    {"question": "a line separator", "answer": "x\u2028#### 5"},
    {"question": "none", "answer": None},
]


def sums(count: int, start: int = 0) -> Rows:
    return [
        {"question": f"{n} + 1?", "answer": f"{n}+1=<<{n}+1={n + 1}>>\n#### {n + 1}"}
        for n in range(start, start + count)
    ]


def restated_final_answer(text: str) -> str:
    """Requirements 1.1: from the last line, the first stripped one that starts with ####; else the last match."""
    for line in text.splitlines()[::-1]:
        if line.strip()[:4] == "####":
            rest = line.strip()[4:].strip()
            rest = rest[1:].strip() if rest[:1] == ":" else rest
            return rest.replace(",", "").strip()
    return re.findall(r"####\s*(.+)", text)[-1].strip()


def restated_gsm8k(rows: Rows) -> list[dict[str, str]]:
    found = []
    for row in rows:
        try:
            found.append({"problem": row["question"], "answer": restated_final_answer(row["answer"])})
        except (AttributeError, IndexError):
            continue  # the recipe logs a warning and goes on
    return found


@pytest.fixture
def gsm8k(world: World) -> World:
    world.write("gsm8k", {"main": {"train": [*sums(30), *GSM8K_AWKWARD], "test": [*sums(9, 100), *GSM8K_AWKWARD[:3]]}})
    return world


@pytest.mark.parametrize("seed", [0, 1, 42])
def test_gsm8k_is_the_shuffled_train_set_and_the_test_set_as_it_lies(gsm8k: World, seed: int) -> None:
    train, test = math_rl.gsm8k(seed=seed)
    every = [*sums(30), *GSM8K_AWKWARD]
    order = np.random.default_rng(seed).permutation(len(every))
    expected = restated_gsm8k([every[place] for place in order])
    assert list(train) == expected == train.to_list()
    assert len(train) == len(expected) == 36
    assert [train[place] for place in range(len(train))] == expected
    assert list(test) == restated_gsm8k([*sums(9, 100), *GSM8K_AWKWARD[:3]])
    assert list(train) == restated_gsm8k(list(gsm8k.datasets("gsm8k", "main", "train").shuffle(seed=seed)))
    assert list(test) == restated_gsm8k(list(gsm8k.datasets("gsm8k", "main", "test")))


def test_gsm8k_says_which_rows_it_dropped_and_why(gsm8k: World) -> None:
    train, test = math_rl.gsm8k()
    assert str(train.report) == (
        "38 rows, 36 records; 1 dropped: no final answer after ####; 1 dropped: the answer is no text"
    )
    assert str(test.report) == "12 rows, 12 records"
    assert train.pin.dataset == "gsm8k"
    assert train.pin.split == "train"


def test_batches_are_cut_of_the_rows_as_the_recipe_cuts_them(gsm8k: World) -> None:
    train, _ = math_rl.gsm8k(seed=3)
    shuffled = gsm8k.datasets("gsm8k", "main", "train").shuffle(seed=3)
    size = 4
    expected = [
        restated_gsm8k(list(shuffled.select(range(start, min(start + size, len(shuffled))))))
        for start in range(0, len(shuffled), size)
    ]
    assert list(train.batches(size)) == expected
    assert {len(batch) for batch in expected} > {4}  # a dropped row makes its batch short


def test_a_view_can_be_sent_to_another_process(gsm8k: World) -> None:
    train, _ = math_rl.gsm8k()
    assert list(pickle.loads(pickle.dumps(train))) == list(train)


def test_a_dataset_that_is_called_otherwise_is_named(world: World) -> None:
    world.write("sums", {"main": {"train": sums(3), "test": sums(2)}})
    with pytest.raises(NotFetchedError, match="'gsm8k' was never fetched"):
        math_rl.gsm8k()
    train, test = math_rl.gsm8k(names={"gsm8k": "sums"})
    assert (len(train), len(test)) == (3, 2)


def test_what_is_not_in_the_store_is_an_error_and_not_an_empty_set(gsm8k: World) -> None:
    shutil.rmtree(gsm8k.store.root)
    with pytest.raises(NotFetchedError, match="recipes-data fetch gsm8k"):
        math_rl.gsm8k()


def test_a_set_of_which_nothing_is_left_is_an_error(world: World) -> None:
    world.write("gsm8k", {"main": {"train": GSM8K_AWKWARD[4:5] * 3, "test": sums(2)}})
    train, _ = math_rl.gsm8k()
    for ask in (len, list):
        with pytest.raises(TableError, match="none of 3 rows is a record: 3 no final answer"):
            ask(train)


def test_a_repository_of_another_shape_is_an_error(world: World) -> None:
    world.write("gsm8k", {"main": {"train": [{"q": "x", "answer": "#### 1"}], "test": sums(1)}}, shards=1)
    with pytest.raises(TableError, match="gsm8k/main:train has no column 'question', which the recipe reads"):
        math_rl.gsm8k()


# --- MATH

SOLUTIONS = [
    "so \\boxed{3}, no: \\boxed{\\frac{1}{2}}",
    "nested \\boxed{a{b}c} and {d}",
    "\\fbox{7} is none, \\boxed 12 is",
    "no box at all",
    "a brace } closes, \\boxed{4}",
    "\\boxed{inner \\boxed{5}}",
    "\\boxed{}",
    "\\boxed{open",
]


def restated_boxed(text: str) -> str:
    """Requirements 1.1: the last closing box by a stack of braces, else the word after a bare one."""
    stack: list[int] = []
    boxes = []
    for place, letter in enumerate(text):
        if letter == "{":
            stack.append(place)
        if letter == "}":
            start = stack.pop()
            if text[:start][-6:] == "\\boxed":
                boxes.append(text[start + 1 : place])
    return boxes[-1] if boxes else re.findall(r"\\boxed\s+([a-zA-Z0-9]+)", text)[0]


def restated_math(rows: Rows) -> list[dict[str, str]]:
    found = []
    for row in rows:
        try:
            found.append({"problem": row["problem"], "answer": restated_boxed(row["solution"])})
        except IndexError:
            continue
    return found


def subject_rows(subject: str, split: str, count: int) -> Rows:
    return [
        {"problem": f"{subject} {split} {n}", "solution": SOLUTIONS[n % len(SOLUTIONS)], "level": f"Level {n % 5}"}
        for n in range(count)
    ]


def write_math(world: World, subjects: tuple[str, ...] = math_rl.SUBJECTS) -> dict[str, dict[str, Rows]]:
    configs = {
        subject: {split: subject_rows(subject, split, 9 if split == "train" else 6) for split in ("train", "test")}
        for subject in subjects
    }
    held_out = [configs[subject]["test"][place] for subject in subjects for place in (1, 3)]
    random.Random(7).shuffle(held_out)
    world.write("hendrycks_math", configs, shards=1)
    world.write("math_500", {"default": {"test": held_out}})
    return configs


@pytest.mark.parametrize("seed", [0, 5])
def test_math_is_all_subjects_without_what_is_tested(world: World, seed: int) -> None:
    write_math(world)
    train, test = math_rl.math(seed=seed)
    datasets = pytest.importorskip("datasets")
    held_out = world.datasets("math_500", "default", "test")
    tested = set(held_out["problem"])
    pieces = [
        world.datasets("hendrycks_math", subject, split).filter(lambda row: row["problem"] not in tested)
        for subject in math_rl.SUBJECTS
        for split in ("train", "test")
    ]
    every = datasets.concatenate_datasets(pieces)
    assert len(every) == 7 * (9 + 6 - 2)
    expected = restated_math(list(every.shuffle(seed=seed)))
    assert list(train) == expected
    by_hand = [row for piece in pieces for row in piece]
    order = np.random.default_rng(seed).permutation(len(by_hand))
    assert list(train) == restated_math([by_hand[place] for place in order])
    assert list(test) == restated_math(list(held_out))
    assert (
        str(train.report) == f"105 rows, {len(expected)} records; 14 dropped: in MATH-500; 28 dropped: no boxed answer"
    )


def test_the_subjects_come_in_the_order_of_the_lock(world: World) -> None:
    write_math(world, math_rl.SUBJECTS[::-1])
    train, _ = math_rl.math()
    assert train.rows.pins[0].config == "precalculus"


def test_a_missing_subject_is_an_error(world: World) -> None:
    write_math(world, math_rl.SUBJECTS[:-1])
    with pytest.raises(TableError, match=r"the recipe goes over algebra, .*precalculus"):
        math_rl.math()


def test_problems_that_are_tested_and_stand_in_the_training_set_in_other_words_are_an_error(world: World) -> None:
    configs = write_math(world)
    other = [{**row, "problem": row["problem"] + " "} for row in configs["algebra"]["test"][:1]]
    world.write("math_500", {"default": {"test": [*other, configs["geometry"]["test"][0]]}})
    with pytest.raises(TableError, match="MATH-500 has 2 problems, and only 1 of them were found in MATH"):
        math_rl.math()


def test_a_problem_that_stands_twice_in_math_does_not_count_for_another(world: World) -> None:
    configs = write_math(world)
    twice = configs["algebra"]["test"][0]
    configs["algebra"]["test"].append(dict(twice))
    world.write("hendrycks_math", configs)
    other = {**configs["geometry"]["test"][0], "problem": "in other words"}
    world.write("math_500", {"default": {"test": [twice, other]}})
    with pytest.raises(TableError, match="MATH-500 has 2 problems, and only 1 of them were found in MATH"):
        math_rl.math()


def test_math_of_which_all_is_tested_is_an_error(world: World) -> None:
    configs = write_math(world)
    every = [row for splits in configs.values() for rows in splits.values() for row in rows]
    world.write("math_500", {"default": {"test": [{**row, "answer": ""} for row in every]}})
    with pytest.raises(TableError, match="none is left to train on"):
        math_rl.math()


# --- Polaris and DeepMath


@pytest.mark.parametrize(
    ("name", "problem", "answer"), [("polaris", "problem", "answer"), ("deepmath", "question", "final_answer")]
)
def test_polaris_and_deepmath_drop_what_is_empty(world: World, name: str, problem: str, answer: str) -> None:
    rows: list[dict[str, Any]] = [{problem: f"p{n}", answer: str(n), "difficulty": "1/8"} for n in range(20)]
    rows[3][problem], rows[5][answer], rows[8][answer] = "", "", None
    world.write(name, {"default": {"train": rows}})
    train = getattr(math_rl, name)(seed=2)
    theirs = world.datasets(name, "default", "train").shuffle(seed=2)
    expected = [
        {"problem": row[problem], "answer": row[answer], "source": name}
        for row in theirs
        if row[problem] and row[answer]
    ]
    assert list(train) == expected
    assert len(train) == 17
    assert dict(train.report.dropped) == {f"no {answer}": 2, f"no {problem}": 1}


# --- the same on generated repositories, by the recipes' own calls


def test_gsm8k_of_its_repository(generated: Generated) -> None:
    train, test = math_rl.gsm8k(seed=0, fetch=True)
    theirs = {split: generated.load_dataset("openai/gsm8k", name="main", split=split) for split in ("train", "test")}
    assert list(train) == restated_gsm8k(list(theirs["train"].shuffle(seed=0)))
    assert list(test) == restated_gsm8k(list(theirs["test"]))
    assert str(train.report) == "32 rows, 31 records; 1 dropped: no final answer after ####"


def test_math_of_its_repositories_in_the_order_of_their_cards(generated: Generated) -> None:
    datasets = with_datasets()
    train, test = math_rl.math(seed=0, fetch=True)
    held_out = generated.load_dataset("HuggingFaceH4/MATH-500", name="default", split="test")
    tested = set(held_out["problem"])
    names = datasets.get_dataset_config_names(str(generated.hub / "datasets/EleutherAI/hendrycks_math"))
    pieces = [
        generated.load_dataset("EleutherAI/hendrycks_math", name=name, split=split)
        for name in names
        for split in ("train", "test")
    ]
    every = datasets.concatenate_datasets(pieces).filter(lambda row: row["problem"] not in tested)
    assert list(train) == restated_math(list(every.shuffle(seed=0)))
    assert list(test) == restated_math(list(held_out))
    assert dict(train.report.dropped)["in MATH-500"] == 21


@pytest.mark.parametrize(
    ("view", "repo", "problem", "answer"),
    [
        (math_rl.polaris, "POLARIS-Project/Polaris-Dataset-53K", "problem", "answer"),
        (math_rl.deepmath, "zwhe99/DeepMath-103K", "question", "final_answer"),
    ],
)
def test_polaris_and_deepmath_of_their_repositories(
    generated: Generated, view: Any, repo: str, problem: str, answer: str
) -> None:
    train = view(seed=1, fetch=True)
    theirs = generated.read("parquet", repo, "data/train-*").shuffle(seed=1)
    kept = [(row[problem], row[answer]) for row in theirs if row[problem] and row[answer]]
    assert [(record["problem"], record["answer"]) for record in train] == kept
    assert len(kept) < len(theirs) == train.report.rows
