"""The only home of what recipes/vlm_classifier trains on: labelled images of Caltech 101, flowers, pets and cars.

Source: recipes/vlm_classifier/data.py and eval.py of the Tinker Cookbook, as they were in August 2026. Images are the
bytes of their files: making them smaller (480 pixels on the longest side) and mirroring half of them is the recipe's
business, and what it mirrors can be had by nobody again, since it draws that of Python's unseeded chance.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, Unpack

from loaders.keys import values_of
from loaders.order import python_source
from loaders.recorded import Records
from loaders.recording import records
from loaders.rows import Rows
from loaders.shapes import LabelledImage
from loaders.viewing import TrainTest, Where, first_rows, rows_of
from recipes_data.errors import TableError, UsageError
from recipes_data.tables.shards import Row

__all__ = ["DATASETS", "Labelled", "caltech101", "cars", "class_name", "evaluation", "flowers102", "labels", "pets"]

DATASETS = {"caltech101": "caltech101", "flowers102": "flowers102", "pets": "pets", "cars": "stanford_cars"}
"""The manifest that each of the recipe's datasets is."""

_READ = ("image", "label")


def caltech101(
    examples_per_class: int | None = None,
    subset_seed: int = 0,
    num_repeats: float = 1,
    seed: int = 0,
    **where: Unpack[Where],
) -> TrainTest[LabelledImage]:
    """Caltech 101: `train` as the recipe orders it with this seed, `test` as it orders that with seed 0.

    `examples_per_class`: of each class, in the order of the classes, so many of its rows, or all where it has fewer;
    which ones is drawn with `subset_seed`. None: all rows. Then `num_repeats` times all rows, each time in another
    order, which Python draws with `seed`; of 1.5 the second time breaks off in its middle.

    The recipe draws a new order for each epoch: `caltech101(seed=epoch)`, and `batches(n)` without `set_epoch`, which
    knows only the shuffle of `datasets`. No image is read before it is asked for, but that `examples_per_class` reads
    through all of them once.

    Raises:
        UsageError: `num_repeats` or `examples_per_class` is not above 0.
        TableError: `label` is no class label, or a row has no class.
    """
    return _both("caltech101", examples_per_class, subset_seed, num_repeats, seed, where)


def flowers102(
    examples_per_class: int | None = None,
    subset_seed: int = 0,
    num_repeats: float = 1,
    seed: int = 0,
    **where: Unpack[Where],
) -> TrainTest[LabelledImage]:
    """Oxford Flowers 102, without its split `validation`; as `caltech101` otherwise."""
    return _both("flowers102", examples_per_class, subset_seed, num_repeats, seed, where)


def pets(
    examples_per_class: int | None = None,
    subset_seed: int = 0,
    num_repeats: float = 1,
    seed: int = 0,
    **where: Unpack[Where],
) -> TrainTest[LabelledImage]:
    """Oxford-IIIT Pet; as `caltech101`."""
    return _both("pets", examples_per_class, subset_seed, num_repeats, seed, where)


def cars(
    examples_per_class: int | None = None,
    subset_seed: int = 0,
    num_repeats: float = 1,
    seed: int = 0,
    **where: Unpack[Where],
) -> TrainTest[LabelledImage]:
    """Stanford Cars, the two of its nine splits that the recipe reads; as `caltech101` otherwise."""
    return _both("cars", examples_per_class, subset_seed, num_repeats, seed, where)


def evaluation(
    dataset: Literal["caltech101", "flowers102", "pets", "cars"], n_eval: int | None = None, **where: Unpack[Where]
) -> Records[LabelledImage]:
    """What the recipe's eval.py asks about: the test split in the order of `datasets` with seed 0, the first `n_eval`.

    Raises:
        UsageError: no such dataset, or it has fewer images (the recipe would take those).
    """
    rows = _rows(dataset, "test", where).shuffle(0)
    return _images(rows if n_eval is None else first_rows(rows, n_eval), {})


def _both(
    dataset: str, examples_per_class: int | None, subset_seed: int, num_repeats: float, seed: int, where: Where
) -> TrainTest[LabelledImage]:
    train, before = _rows(dataset, "train", where), dict[str, int]()
    if examples_per_class is not None:
        few = _few(train, examples_per_class, subset_seed)
        before = {f"not among {examples_per_class:,} of its class": len(train) - len(few)}
        train = few
    test = _rows(dataset, "test", where)
    return TrainTest(_images(_repeated(train, num_repeats, seed), before), _images(_repeated(test, 1, 0), {}))


def _rows(dataset: str, split: str, where: Where) -> Rows:
    if dataset not in DATASETS:
        raise UsageError(f"the recipe has no dataset {dataset!r}", f"there is: {', '.join(DATASETS)}")
    rows = rows_of(DATASETS[dataset], None, split, _READ, **where)
    if not rows.features["label"].names:
        what = f"{rows.pins[0].dataset}: its column 'label' is {rows.types['label']}, and has no names of classes"
        raise TableError(what, "name the columns in its manifest: label: class_label[...]")
    return rows


def labels(rows: Rows) -> list[int]:
    """The class numbers of rows, in their order. Reads the files through once.

    Raises:
        TableError: a row has none, or one that no class has.
    """
    count = len(rows.features["label"].names)
    found: list[int | None] = values_of(rows._table, rows._order, ["label"]).column(0).to_pylist()  # noqa: SLF001  # our own
    for place, label in enumerate(found):
        if label is None or not 0 <= label < count:
            raise TableError(f"{rows.pins[0].dataset}, row {place:,}: its label is {label}, one of no class")
    return [int(label) for label in found if label is not None]


def _few(rows: Rows, count: int, seed: int) -> Rows:
    """The first `count` of each class, once Python shuffled the rows of each, the classes in order, with one source."""
    if count < 1:
        raise UsageError(f"{count} images of each class", "examples_per_class is at least 1, or None for all")
    source, kept = python_source(seed), list[int]()
    places: dict[int, list[int]] = {}
    for place, label in enumerate(labels(rows)):
        places.setdefault(label, []).append(place)
    for label in sorted(places):
        source.shuffle(places[label])
        kept += places[label][:count]
    return rows.select(kept)


def _repeated(rows: Rows, times: float, seed: int) -> Rows:
    """All rows so many times, each time in another order of one source."""
    if not 0 < times < math.inf:
        raise UsageError(f"all images {times} times", "num_repeats is above 0")
    source, places = python_source(seed), list[int]()
    for _ in range(math.ceil(times)):
        once = list(range(len(rows)))
        source.shuffle(once)
        places += once
    return rows.select(places[: math.ceil(times * len(rows))])


def _images(rows: Rows, before: dict[str, int]) -> Records[LabelledImage]:
    return records(rows, LabelledImage, Labelled(rows.features["label"].names), drops=False, before=before)


class Labelled:
    """A row as a labelled image, by the names of the classes."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = tuple(names)

    def __call__(self, row: Row) -> LabelledImage:
        """The record; raises TableError where the row has no class."""
        label = row["label"]
        if type(label) is not int or not 0 <= label < len(self._names):
            raise TableError(f"column 'label' is {label!r:.60}, one of no class")
        return {"image": row["image"], "label": label, "name": class_name(self._names[label])}


def class_name(name: str) -> str:
    """A class in the recipe's words: `Wild_cat` is "wild cat"."""
    return name.replace("_", " ").replace(".", " ").replace("-", " ").lower()
