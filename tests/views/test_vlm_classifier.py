"""The vlm_classifier recipe's views, against their steps written out again here, and against `datasets`."""

from __future__ import annotations

import json
import math
import pickle
import random
from typing import Any

import pyarrow as pa
import pytest

from loaders import vlm_classifier
from recipes_data.errors import TableError, UsageError
from recipes_data.tables.images import decode
from tests.repositories.media import png
from tests.views.worlds import Generated, Rows, World, with_datasets

REPOS = {
    "caltech101": "dpdl-benchmark/caltech101",
    "flowers102": "dpdl-benchmark/oxford_flowers102",
    "pets": "dpdl-benchmark/oxford_iiit_pet",
    "cars": "tanganke/stanford_cars",
}


def theirs(generated: Generated, name: str) -> Any:
    """What the recipe loads, its images left as bytes."""
    datasets = with_datasets()
    return generated.load_dataset(REPOS[name]).cast_column("image", datasets.Image(decode=False))


def restated(dataset: Any, per_class: int | None, subset_seed: int, repeats: float, seed: int) -> Rows:
    """Requirements 1.4, VLM preprocessing."""
    if per_class is not None:
        by_label: dict[int, list[int]] = {}
        for index, label in enumerate(dataset["label"]):
            by_label.setdefault(label, []).append(index)
        rng = random.Random(subset_seed)
        kept = []
        for label in sorted(by_label):
            rng.shuffle(by_label[label])
            kept.extend(by_label[label][:per_class])
        dataset = dataset.select(kept)
    rng = random.Random(seed)
    order: list[int] = []
    for _ in range(math.ceil(repeats)):
        once = list(range(len(dataset)))
        rng.shuffle(once)
        order.extend(once)
    return named([dataset[index] for index in order[: math.ceil(repeats * len(dataset))]], dataset.features["label"])


def named(rows: Any, labels: Any) -> Rows:
    found = []
    for row in rows:
        name = labels.int2str(row["label"])
        for sign in "_.-":
            name = name.replace(sign, " ")
        found.append({"image": row["image"], "label": row["label"], "name": name.lower()})
    return found


@pytest.mark.parametrize("name", REPOS)
def test_images_come_in_the_order_that_the_recipe_draws(generated: Generated, name: str) -> None:
    both = theirs(generated, name)
    train, test = getattr(vlm_classifier, name)(fetch=True)
    assert list(train) == restated(both["train"], None, 0, 1, 0)
    assert list(test) == restated(both["test"], None, 0, 1, 0)
    assert train.pin.split == "train"
    assert test.pin.split == "test"


@pytest.mark.parametrize(
    ("per_class", "subset_seed", "repeats", "seed"),
    [(2, 0, 1, 0), (1, 5, 3, 7), (None, 0, 2.5, 3), (100, 1, 0.25, 1), (3, 9, 1.01, 2)],
)
def test_few_of_each_class_and_several_rounds(
    generated: Generated, per_class: int | None, subset_seed: int, repeats: float, seed: int
) -> None:
    both = theirs(generated, "caltech101")
    train, test = vlm_classifier.caltech101(per_class, subset_seed, repeats, seed, fetch=True)
    assert list(train) == restated(both["train"], per_class, subset_seed, repeats, seed)
    assert list(test) == restated(both["test"], None, 0, 1, 0)  # the test set knows nothing of it


def test_the_report_says_how_many_images_a_few_shot_set_leaves_out(generated: Generated) -> None:
    train, _ = vlm_classifier.caltech101(2, fetch=True)
    assert str(train.report) == "14 rows, 8 records; 6 dropped: not among 2 of its class"


@pytest.mark.parametrize("name", REPOS)
@pytest.mark.parametrize("count", [None, 1, 4])
def test_the_evaluation_takes_the_first_of_a_shuffled_test_set(
    generated: Generated, name: Any, count: int | None
) -> None:
    dataset = theirs(generated, name)["test"].shuffle(seed=0)
    taken = dataset if count is None else dataset.select(range(count))
    assert list(vlm_classifier.evaluation(name, count, fetch=True)) == named(taken, dataset.features["label"])


def test_pixels_are_those_of_datasets(generated: Generated) -> None:
    dataset = generated.load_dataset(REPOS["caltech101"])["test"].shuffle(seed=0)
    for record, row in zip(vlm_classifier.evaluation("caltech101", fetch=True), dataset, strict=True):
        image = decode(record["image"])
        assert (image.size, image.mode, image.tobytes()) == (
            row["image"].size,
            row["image"].mode,
            row["image"].tobytes(),
        )


def test_a_view_of_images_can_be_sent_to_another_process(generated: Generated) -> None:
    train, _ = vlm_classifier.pets(1, num_repeats=2, fetch=True)
    assert list(pickle.loads(pickle.dumps(train))) == list(train)


def schema_of(names: list[str] | None) -> pa.Schema:
    cell = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
    label = {"names": names, "_type": "ClassLabel"} if names else {"dtype": "int64", "_type": "Value"}
    info = {"info": {"features": {"image": {"_type": "Image"}, "label": label}}}
    return pa.schema([("image", cell), ("label", pa.int64())], metadata={"huggingface": json.dumps(info)})


def images(labels: list[int | None], content: bytes | None = None) -> Rows:
    content = png(2, 2, (1, 2, 3)) if content is None else content
    return [{"image": {"bytes": content, "path": None}, "label": label} for label in labels]


def write(world: World, train: Rows, names: list[str] | None = None) -> None:
    test = images([0, 1])
    world.write("pets", {"default": {"train": train, "test": test}}, schema=schema_of(names or ["a", "b"]), shards=1)


def test_classes_come_in_the_order_of_their_numbers_and_not_as_they_lie(world: World) -> None:
    rows = [{"image": {"bytes": png(1, 1, (n, 0, 0)), "path": None}, "label": 2 - n // 4} for n in range(12)]
    write(world, rows, ["a", "b", "c"])
    train, _ = vlm_classifier.pets(2, subset_seed=3)
    theirs = world.datasets("pets", "default", "train").cast_column("image", with_datasets().Image(decode=False))
    assert list(train) == restated(theirs, 2, 3, 1, 0)


def test_bytes_are_not_decoded_before_somebody_asks(world: World) -> None:
    write(world, images([0, 1, 1], b"no picture"))
    train, _ = vlm_classifier.pets()
    assert [record["image"]["bytes"] for record in train] == [b"no picture"] * 3
    with pytest.raises(TableError, match="not an image of a known format"):
        decode(train[0]["image"])


@pytest.mark.parametrize("label", [-1, None, 2], ids=str)
def test_a_row_of_no_class_is_an_error(world: World, label: int | None) -> None:
    write(world, images([0, label, 1]))
    with pytest.raises(TableError, match="one of no class"):
        list(vlm_classifier.pets().train)
    with pytest.raises(TableError, match=f"pets, row 1: its label is {label}, one of no class"):
        vlm_classifier.pets(1)


def test_an_image_that_is_not_there_is_an_error(world: World) -> None:
    write(world, [*images([0]), {"image": {"bytes": None, "path": "x.png"}, "label": 0}])
    with pytest.raises(TableError, match=r"pets/default:train, row \d in this order: 'image' has no bytes"):
        list(vlm_classifier.pets().train)


def test_labels_without_names_are_an_error(world: World) -> None:
    rows = images([0, 1])
    world.write("pets", {"default": {"train": rows, "test": rows}}, schema=schema_of(None), shards=1)
    with pytest.raises(TableError, match="pets: its column 'label' is int64, and has no names of classes"):
        vlm_classifier.pets()


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        ({"num_repeats": 0}, "all images 0 times"),
        ({"num_repeats": math.inf}, "all images inf times"),
        ({"num_repeats": math.nan}, "all images nan times"),
        ({"examples_per_class": 0}, "0 images of each class"),
    ],
    ids=str,
)
def test_sets_of_nothing_are_refused(world: World, options: Any, fault: str) -> None:
    write(world, images([0, 1]))
    with pytest.raises(UsageError, match=fault):
        vlm_classifier.pets(**options)


def test_more_images_than_there_are_and_other_datasets_are_refused(world: World) -> None:
    write(world, images([0, 1]))
    with pytest.raises(UsageError, match="the first 3 of 2 rows of pets"):
        vlm_classifier.evaluation("pets", 3)
    with pytest.raises(UsageError, match="no dataset 'food101'"):
        vlm_classifier.evaluation("food101")  # type: ignore[arg-type]
