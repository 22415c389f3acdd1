"""The rows that the Inkling samples look for, against `datasets`."""

from __future__ import annotations

from typing import Any

import pytest

from loaders import inkling
from recipes_data.errors import TableError, UsageError
from tests.views.test_vlm_classifier import images, schema_of
from tests.views.worlds import Generated, Rows, World, with_datasets


def test_the_first_stop_sign(generated: Generated) -> None:
    datasets = with_datasets()
    rows = generated.load_dataset("dpdl-benchmark/caltech101", split="test")
    label = rows.features["label"]
    row = next(
        r for r in rows.cast_column("image", datasets.Image(decode=False)) if label.int2str(r["label"]) == "stop_sign"
    )
    assert inkling.vision(fetch=True) == {"image": row["image"], "label": row["label"], "name": "stop sign"}
    with pytest.raises(UsageError, match="caltech101 has no class 'stop sign'"):
        inkling.vision("stop sign", fetch=True)


def test_the_first_stop_sign_need_not_lie_first(world: World) -> None:
    rows = [*images([1]), *images([0], b"the first"), *images([0], b"the second")]
    world.write("caltech101", {"default": {"test": rows}}, schema=schema_of(["stop_sign", "b"]), shards=1)
    assert inkling.vision() == {"image": {"bytes": b"the first", "path": None}, "label": 0, "name": "stop sign"}


def test_a_class_without_images_is_an_error(world: World) -> None:
    rows = images([0, 0])
    world.write("caltech101", {"default": {"test": rows}}, schema=schema_of(["a", "stop_sign"]), shards=1)
    with pytest.raises(TableError, match="none of 2 images is of the class 'stop_sign'"):
        inkling.vision()


def test_an_utterance_as_its_file(generated: Generated) -> None:
    datasets = with_datasets()
    rows = generated.load_dataset("hf-internal-testing/librispeech_asr_dummy", "clean", split="validation")
    rows = rows.cast_column("audio", datasets.Audio(decode=False))
    assert inkling.audio(fetch=True) == rows[0]["audio"]["bytes"]
    assert inkling.audio("1272-128104-0003", fetch=True) == rows[3]["audio"]["bytes"]
    with pytest.raises(UsageError, match="none of 5 utterances is '9'"):
        inkling.audio("9", fetch=True)


@pytest.mark.parametrize("number", [26, 1, 30])
def test_the_problem_of_a_number(generated: Generated, number: int) -> None:
    rows = generated.load_dataset("MathArena/aime_2025", split="train").filter(lambda r: r["problem_idx"] == number)
    expected = {"problem": rows[0]["problem"], "answer": str(int(rows[0]["answer"])), "key": number}
    assert inkling.reasoning(number, fetch=True) == expected


@pytest.mark.parametrize(
    ("rows", "error", "fault"),
    [
        ([{"problem_idx": 1, "problem": "p", "answer": "1"}], UsageError, "none of 1 problems has the number 2"),
        ([{"problem_idx": 2, "problem": "p", "answer": "1"}] * 2, TableError, "2 problems have the number 2"),
        ([{"problem_idx": 2, "problem": "p", "answer": "x"}], TableError, "its answer is 'x', no whole number"),
    ],
    ids=["none", "two", "word"],
)
def test_a_number_that_names_no_one_problem_is_an_error(world: World, rows: Rows, error: Any, fault: str) -> None:
    world.write("aime_2025", {"default": {"train": rows}}, shards=1)
    with pytest.raises(error, match=fault):
        inkling.reasoning(2)
