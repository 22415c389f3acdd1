"""Rows do what the installed `datasets` does, for every method that both have: same rows, same order, same refusals."""

from __future__ import annotations

import datetime as dt
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from loaders import Rows, concatenate
from recipes_data.columns import parse_type
from recipes_data.errors import RecipesDataError, TableError, UsageError
from recipes_data.tables.table import Table
from tests.contract.parity_rows import FEATURES, PIN, of_table, values

datasets = pytest.importorskip("datasets")

SIZES = [0, 1, 2, 10, 200]

Pair = tuple[Rows, Any]


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Pair]:
    """The same rows as ours and as theirs, by how many there are."""
    made: dict[int, Pair] = {}

    def make(count: int) -> Pair:
        if count not in made:
            rows = values(count)
            theirs = datasets.Dataset.from_dict({n: [row[n] for row in rows] for n in FEATURES}, features=FEATURES)
            made[count] = of_table(tmp_path_factory.mktemp("pair"), theirs.data.table), theirs
        return made[count]

    return make


def same(ours: Rows, theirs: Any) -> None:
    assert len(ours) == len(theirs)
    assert ours.to_list() == theirs.to_list()
    assert ours.columns == theirs.column_names


ORDERS: dict[str, tuple[Callable[[Rows], Rows], Callable[[Any], Any]]] = {
    "as it is": (lambda r: r, lambda d: d),
    "shuffled": (lambda r: r.shuffle(5), lambda d: d.shuffle(seed=5)),
    "twice": (lambda r: r.shuffle(5).shuffle(0), lambda d: d.shuffle(seed=5).shuffle(seed=0)),
    "a run": (lambda r: r.skip(len(r) // 4), lambda d: d.skip(len(d) // 4)),
    "a run, shuffled": (lambda r: r.take(len(r) // 2).shuffle(1), lambda d: d.take(len(d) // 2).shuffle(seed=1)),
    "some": (
        lambda r: r.select(range(0, len(r), 3)),
        lambda d: d.select(range(0, len(d), 3)),
    ),
    "filtered": (lambda r: r.filter(lambda x: x["group"] < 2), lambda d: d.filter(lambda x: x["group"] < 2)),
    "joined": (
        lambda r: concatenate([r.take(len(r) // 2), r]),
        lambda d: datasets.concatenate_datasets([d.take(len(d) // 2), d]),
    ),
}


@pytest.mark.parametrize("count", SIZES)
@pytest.mark.parametrize("order", ORDERS)
def test_rows_in_every_order(pair: Callable[[int], Pair], count: int, order: str) -> None:
    ours, theirs = (make(side) for make, side in zip(ORDERS[order], pair(count), strict=True))
    same(ours, theirs)
    for part in range(3):
        if len(theirs) > part:  # theirs raises IndexError for a part without rows
            same(ours.shard(part, 3), theirs.shard(num_shards=3, index=part))
        else:
            assert ours.shard(part, 3).to_list() == []
    for seed in (0, 42):
        same(ours.shuffle(seed), theirs.shuffle(seed=seed))
    n = len(theirs) // 2
    same(ours.take(n), theirs.take(n))
    same(ours.skip(n), theirs.skip(n))
    for batch, drop in ((7, False), (7, True)):
        found = [[dict(row) for row in rows] for rows in ours.batches(batch, drop)]
        expected = [
            [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
            for columns in theirs.iter(batch, drop_last_batch=drop)
        ]
        assert found == expected


@pytest.mark.parametrize("count", SIZES)
@pytest.mark.parametrize("order", ORDERS)
def test_sorted_and_unique_values(pair: Callable[[int], Pair], count: int, order: str) -> None:
    ours, theirs = (make(side) for make, side in zip(ORDERS[order], pair(count), strict=True))
    for names, reverse, nulls in [
        ("score", False, "at_end"),
        ("word", True, "at_start"),
        (["group", "score"], [True, False], "at_end"),
        (["word", "score", "id"], True, "first"),
        (["label"], False, "last"),
    ]:
        found = ours.sort(names, reverse=reverse, null_placement=nulls)
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Specifying null_placement")  # theirs says it in the old way
            expected = theirs.sort(names, reverse, null_placement=nulls)
        same(found, expected)
    for name in ("group", "score", "word", "label"):
        assert ours.unique(name) == theirs.unique(name)


@pytest.mark.parametrize("count", SIZES)
@pytest.mark.parametrize(
    "sizes",
    [{}, {"test_size": 0.1}, {"test_size": 0.34, "train_size": 0.5}, {"test_size": 1}, {"test_size": 0},
     {"test_size": 3, "train_size": 4}, {"train_size": 0.3}, {"train_size": 2}, {"test_size": 0.999},
     {"test_size": 200}, {"test_size": 1.0}, {"test_size": -1}, {"test_size": 0.6, "train_size": 0.6},
     {"test_size": 6, "train_size": 6}, {"train_size": 0.001}],
    ids=str,
)  # fmt: skip
def test_train_and_test(pair: Callable[[int], Pair], count: int, sizes: dict[str, Any]) -> None:
    ours, theirs = pair(count)
    for options in ({"seed": 0}, {"seed": 42}, {"shuffle": False}):
        try:
            expected = theirs.train_test_split(**sizes, **options)
        except ValueError:
            with pytest.raises(ValueError, match=r"(test|train)_size|rows to train on"):
                ours.train_test_split(**sizes, **options)
            continue
        found = ours.train_test_split(**sizes, **options)
        assert list(found) == list(expected)
        for side in ("train", "test"):
            same(found[side], expected[side])


@pytest.mark.parametrize("seed", [0, 1, 7])
@pytest.mark.parametrize(("count", "test_size"), [(10, 3), (10, 0.5), (1000, 0.1), (1000, 333), (2, 0.5), (10, 2)])
def test_a_split_that_keeps_the_shares_of_classes(
    pair: Callable[[int], Pair], count: int, test_size: float, seed: int
) -> None:
    ours, theirs = pair(count)
    options: dict[str, Any] = {"test_size": test_size, "seed": seed, "stratify_by_column": "label"}
    try:
        expected = theirs.train_test_split(**options)
    except ValueError:
        with pytest.raises(ValueError, match="class"):
            ours.train_test_split(**options)
        return
    found = ours.train_test_split(**options)
    for side in ("train", "test"):
        same(found[side], expected[side])


def changed_in_place(row: Any) -> Any:
    row["id"] = -row["id"]
    row["new"] = [row["group"]]
    return row


MAPS: dict[str, tuple[Callable[..., Any], dict[str, Any]]] = {
    "a new column": (lambda row: {"twice": row["id"] * 2}, {}),
    "another type": (lambda row: {"id": {"a": row["id"]}}, {}),
    "broken numbers": (lambda row: {"group": row["group"] / 2}, {}),
    "a smaller type": (lambda row: {"group": row["group"] + 1}, {}),
    "removed": (lambda row: {"text": row["chat"][0]["content"]}, {"remove_columns": ["chat", "meta"]}),
    "removed and made again": (lambda row: {"id": row["id"] + 1}, {"remove_columns": ["id"]}),
    "all removed": (lambda row: {"only": row["id"]}, {"remove_columns": list(FEATURES)}),
    "in place": (changed_in_place, {}),
    "in place and removed": (changed_in_place, {"remove_columns": ["new", "list"][1:]}),
    "places": (lambda row, place: {"place": place}, {"with_indices": True}),
    "none at first": (lambda row: {"late": None if row["id"] < 5 else "x"}, {}),
    "none, then a dict": (lambda row: {"late": None if row["id"] < 5 else {"a": 1}}, {}),
    "empty, then full": (lambda row: {"late": [] if row["id"] < 5 else ["x"]}, {}),
    "whole and broken numbers": (lambda row: {"late": 1 if row["id"] < 5 else 0.5}, {}),
    "arrays": (lambda row: {"late": np.arange(row["id"] % 3), "one": np.float32(0.5)}, {}),
    "tuples": (lambda row: {"late": (1, 2)}, {}),
    "times": (lambda row: {"late": dt.datetime.fromisoformat("2026-01-01T12:00")}, {}),
    "bytes": (lambda row: {"late": b"\x00\xff"}, {}),
    "labels": (lambda row: {"label": 2 - row["label"]}, {}),
    "label names": (lambda row: {"label": "bee" if row["id"] % 2 else "cow"}, {}),
    "nothing": (lambda row: None, {}),
    "an empty dict": (lambda row: {}, {}),
    "batched": (lambda rows: {"id": [n + 1 for n in rows["id"]]}, {"batched": True, "batch_size": 3}),
    "batched, fewer": (
        lambda rows: {"id": rows["id"][:1]}, {"batched": True, "batch_size": 4, "remove_columns": list(FEATURES)},
    ),
    "batched, more": (
        lambda rows: {"id": rows["id"] * 2}, {"batched": True, "batch_size": 4, "remove_columns": list(FEATURES)},
    ),
}  # fmt: skip


@pytest.mark.parametrize("count", [0, 1, 10, 200])
@pytest.mark.parametrize("kind", MAPS)
def test_mapped_rows(pair: Callable[[int], Pair], count: int, kind: str) -> None:
    function, options = MAPS[kind]
    ours, theirs = pair(count)
    found, expected = ours.map(function, **options), theirs.map(function, **options)
    same(found, expected)
    label = expected.features.get("label")
    if isinstance(label, datasets.ClassLabel):
        assert found.features["label"].names == label.names
    elif label is not None:
        assert found.types["label"] == label.dtype
    if count > 2:
        same(found.shuffle(3).take(2), expected.shuffle(seed=3).take(2))


def test_a_text_stays_a_text_where_datasets_makes_a_number_of_it(pair: Callable[[int], Pair]) -> None:
    ours, theirs = pair(10)
    assert theirs.map(lambda row: {"id": str(row["id"])})[3]["id"] == 3
    assert ours.map(lambda row: {"id": str(row["id"])})[3]["id"] == "3"
    with pytest.raises(ValueError, match="'dog' is none of the classes"):
        ours.map(lambda row: {"label": "dog"})


def test_a_function_that_gives_none_for_some_rows_is_refused(pair: Callable[[int], Pair]) -> None:
    ours, _ = pair(10)
    for function in (lambda row: {"x": 1} if row["id"] else None, lambda row: None if row["id"] else {"x": 1}):
        with pytest.raises(TableError, match="None for some rows"):
            ours.map(function)


FILTERS: dict[str, tuple[Callable[..., Any], dict[str, Any]]] = {
    "by a value": (lambda row: row["group"] == 1, {}),
    "by what is true": (lambda row: row["word"], {}),
    "by place": (lambda row, place: place % 3 == 0, {"with_indices": True}),
    "batched": (lambda rows: [n > 3 for n in rows["id"]], {"batched": True, "batch_size": 7}),
    "none": (lambda row: False, {}),
    "all": (lambda row: True, {}),
}


@pytest.mark.parametrize("count", SIZES)
@pytest.mark.parametrize("kind", FILTERS)
def test_filtered_rows(pair: Callable[[int], Pair], count: int, kind: str) -> None:
    function, options = FILTERS[kind]
    ours, theirs = pair(count)
    same(ours.filter(function, **options), theirs.filter(function, **options))
    same(ours.shuffle(1).filter(function, **options), theirs.shuffle(seed=1).filter(function, **options))


JOINS: dict[str, list[dict[str, list[Any]]]] = {
    "alike": [{"a": [1, 2]}, {"a": [3]}],
    "a column more": [{"a": [1, 2]}, {"a": [3], "b": ["x"]}],
    "a column less": [{"a": [1, 2], "b": ["x", "y"]}, {"a": [3]}],
    "nothing alike": [{"a": [1, 2]}, {"b": ["x"]}],
    "another order": [{"a": [1], "b": [2]}, {"b": [3], "a": [4]}],
    "nulls": [{"a": [None, None]}, {"a": ["x"]}],
    "nulls last": [{"a": ["x"]}, {"a": [None]}],
    "empty lists": [{"a": [[]]}, {"a": [["x"]]}],
    "no rows": [{"a": []}, {"a": [1]}, {"b": []}],
    "structs alike": [{"a": [{"x": 1, "y": 2}]}, {"a": [{"x": 3, "y": 4}]}],
    "two types": [{"a": [1]}, {"a": ["x"]}],
    "whole and broken numbers": [{"a": [1]}, {"a": [0.5]}],
    "lists of two types": [{"a": [[1]]}, {"a": [["x"]]}],
}


@pytest.mark.parametrize("kind", JOINS)
def test_joined_rows(tmp_path: Path, kind: str) -> None:
    theirs = [datasets.Dataset.from_dict(columns) for columns in JOINS[kind]]
    ours = []
    for number, one in enumerate(theirs):
        (tmp_path / str(number)).mkdir()
        ours.append(of_table(tmp_path / str(number), one.data.table, 1))
    try:
        expected = datasets.concatenate_datasets(theirs)
    except ValueError:
        with pytest.raises(TableError, match="'a' cannot be both"):
            concatenate(ours)
        return
    same(concatenate(ours), expected)
    same(concatenate(ours[::-1]).shuffle(1), datasets.concatenate_datasets(theirs[::-1]).shuffle(seed=1))


@pytest.mark.parametrize("count", SIZES)
@pytest.mark.parametrize("order", ORDERS)
def test_a_real_dataset_is_made_of_rows_with_its_features(
    pair: Callable[[int], Pair], count: int, order: str, tmp_path: Path
) -> None:
    ours, theirs = (make(side) for make, side in zip(ORDERS[order], pair(count), strict=True))
    made = [ours.to_datasets(), ours.to_datasets(tmp_path / "rows.arrow")]
    for found in made:
        assert isinstance(found, datasets.Dataset)
        assert found.to_list() == theirs.to_list()
        assert found.features == theirs.features
        assert found.shuffle(seed=1).to_list() == theirs.shuffle(seed=1).to_list()
        assert found.map(lambda row: {"new": 1}).num_rows == len(theirs)
    assert ours.to_pandas().equals(theirs.to_pandas())


def test_a_real_dataset_holds_no_copy_of_the_table(pair: Callable[[int], Pair]) -> None:
    ours, _ = pair(1000)
    before = pa.total_allocated_bytes()
    table = ours.to_arrow()
    read = pa.total_allocated_bytes() - before
    del table
    made = ours.shuffle(0).to_datasets()
    indices = 8 * 1000
    assert pa.total_allocated_bytes() - before <= read * 1.2 + indices
    del made


def test_class_names(pair: Callable[[int], Pair]) -> None:
    ours, theirs = pair(10)
    label, theirs_label = ours.features["label"], theirs.features["label"]
    assert (label.names, label.num_classes) == (theirs_label.names, theirs_label.num_classes)
    assert label.int2str(1) == theirs_label.int2str(1)
    assert label.int2str([2, 0]) == theirs_label.int2str([2, 0])
    for name in ("bee", ["cow", "ant"], "2", " bee "):
        assert label.str2int(name) == theirs_label.str2int(name)
    for call in ("int2str", "str2int"):
        for wrong in {"int2str": (3, -1, [0, 9]), "str2int": ("dog", "3", ["ant", "dog"])}[call]:
            with pytest.raises(ValueError, match="is none of the"):
                getattr(label, call)(wrong)
            with pytest.raises(ValueError, match=r"."):  # its words are its own business
                getattr(theirs_label, call)(wrong)
    with pytest.raises(UsageError, match="int64 has no class names"):
        ours.features["id"].int2str(0)


def test_images_and_sounds_are_features(tmp_path: Path) -> None:
    schema = pa.schema([("image", pa.struct([("bytes", pa.binary()), ("path", pa.string())])), ("n", pa.int64())])
    table = pa.Table.from_pylist([{"image": {"bytes": b"x", "path": "a.png"}, "n": 1}], schema=schema)
    rows = of_table(tmp_path, table, 1)
    columns = (("image", parse_type("image")), ("n", parse_type("int64")))
    made = Rows(Table(rows._table._shards, columns), PIN).to_datasets()
    assert isinstance(made.features["image"], datasets.Image)
    bare = made.cast_column("image", datasets.Image(decode=False))
    assert bare[0]["image"] == {"bytes": b"x", "path": "a.png"}


def test_what_cannot_be_done_is_said(pair: Callable[[int], Pair]) -> None:
    ours, _ = pair(10)
    for call, fault in [
        (lambda: ours.sort("nothing"), "there is no column 'nothing'"),
        (lambda: ours.sort("chat"), "cannot be sorted by chat"),
        (lambda: ours.sort(["id"], reverse=[True, False]), "2 values for 1 columns"),
        (lambda: ours.unique("chat"), "'chat' cannot be compared"),
        (lambda: ours.map(lambda row: 3), "gave int, not a dict or None"),
        (lambda: ours.map(lambda row: {"x": 1 if row["id"] else "a"}), "column 'x': no one type holds them"),
        (lambda: ours.map(lambda row: {"x": "\ud800"}), "column 'x'"),
        (lambda: ours.map(lambda row: {"x": 2**64}), "column 'x'"),
        (lambda: ours.map(lambda row: {}, remove_columns="nothing"), "there is no column 'nothing'"),
        (ours.train_test_split, "needs a seed"),
        (lambda: ours.train_test_split(seed=0, stratify_by_column="id"), "'id' has no classes"),
        (lambda: concatenate([]), "nothing to concatenate"),
    ]:
        with pytest.raises(RecipesDataError) as raised:
            call()
        assert fault in raised.value.what
