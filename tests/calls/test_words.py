"""The words of `load_dataset` beyond the recipes' calls: slices, folders, files, revisions, and every refusal."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any, TypedDict

import numpy as np
import pyarrow as pa
import pytest

from loaders import concatenate_datasets, get_dataset_config_names, interleave_datasets, load, load_dataset, records
from recipes_data.errors import (
    LockStaleError,
    NotFetchedError,
    RecipesDataError,
    UnknownNameError,
    UsageError,
)
from recipes_data.lockfile import Lock
from recipes_data.locks import read_lock, write_lock
from recipes_data.store import Store
from tests.unit.storehouse import COMMIT, write_manifest
from tests.views.worlds import World

datasets = pytest.importorskip("datasets")
datasets.disable_progress_bars()

SCHEMA = pa.schema([("n", pa.int64()), ("text", pa.string())])
OTHER = "d" * 40


class Numbered(TypedDict):
    n: int
    text: str


def rows(count: int, start: int = 0) -> list[dict[str, Any]]:
    return [{"n": n, "text": f"row {n}"} for n in range(start, start + count)]


@pytest.fixture
def world(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> World:
    made = World(tmp_path, monkeypatch)
    configs = {"main": {"train": rows(131), "test": rows(10, 500)}, "extra": {"train.500": rows(5, 900)}}
    made.write("toy", configs, schema=SCHEMA)
    return made


def change(world: World, name: str, how: Callable[[Lock], Lock]) -> None:
    folder = world.root / "manifests" / "locks"
    lock = read_lock(folder, name)
    assert lock is not None
    write_lock(folder, how(lock))


def theirs(world: World, split: Any) -> Any:
    files = {each: world.paths("toy", "main", each) for each in ("train", "test")}
    return datasets.load_dataset("parquet", data_files=files, split=split, cache_dir=str(world.cache))


@pytest.mark.parametrize(
    "split",
    [
        "train[:10]",
        "train[5:]",
        "train[-7:]",
        "train[3:-100]",
        "train[:1_0]",
        "train[:10%]",
        "train[10%:33%]",
        "train[-50%:]",
        "train[:50%](pct1_dropremainder)",
        "train[:7%](closest)",
        "train+test",
        "test[:3]+train[:2]",
        "all",
        datasets.Split.TEST,
    ],
    ids=str,
)
def test_a_slice_is_the_one_that_datasets_takes(world: World, split: Any) -> None:
    assert list(load_dataset("org/toy", "main", split=split)) == list(theirs(world, split))


def test_a_list_of_splits_gives_a_list(world: World) -> None:
    ours = load_dataset("org/toy", "main", split=["test", "train[:3]"])
    assert [list(each) for each in ours] == [list(each) for each in theirs(world, ["test", "train[:3]"])]


@pytest.mark.parametrize(
    ("split", "kind", "words"),
    [
        ("validation", UnknownNameError, "toy/main has no split 'validation'\nit has: train, test"),
        ("train[:10%", UsageError, r"split='train\[:10%' is not understood"),
        ("train[1:50%]", UsageError, "mixes rows and percent"),
        ("train[:150%]", UsageError, "a percentage is between -100 and 100"),
        ("train[:5](closest)", UsageError, "is no rounding of percentages"),
        ("train[500:600]", UsageError, "holds no rows: toy/main:train has 131"),
        ("train[9:3]", UsageError, "holds no rows"),
        ("test[:50%](pct1_dropremainder)", UsageError, "would be no rows at all"),
    ],
)
def test_a_split_that_is_none_is_refused(world: World, split: str, kind: type[RecipesDataError], words: str) -> None:
    with pytest.raises(kind, match=words):
        load_dataset("org/toy", "main", split=split)


def test_without_a_split_all_are_there_and_one_that_is_not_fetched_says_so(world: World) -> None:
    for file in load("toy:test").pin.digests:
        Store(world.store.root).blob(file.removeprefix("sha256:")).unlink()
    splits = load_dataset("org/toy", "main")
    assert list(splits) == ["train", "test"]
    assert len(splits["train"]) == 131
    with pytest.raises(NotFetchedError, match="recipes-data fetch toy"):
        splits["test"]
    with pytest.raises(NotFetchedError):
        dict(splits.items())
    assert "test: not fetched" in repr(splits)
    with pytest.raises(KeyError):
        splits["validation"]


def test_where_no_split_is_fetched_nothing_is_given(world: World) -> None:
    for blob in (world.store.root / "blobs").rglob("*"):
        if blob.is_file():
            blob.unlink()
    with pytest.raises(NotFetchedError):
        load_dataset("org/toy", "main")


def test_what_is_not_locked_is_not_fetched_and_says_what_to_do(world: World) -> None:
    with pytest.raises(
        NotFetchedError, match=r"no dataset here has the repository 'org/none'.*\n.*\nrecipes-data add org"
    ):
        load_dataset("org/none", split="train")
    write_manifest(world.root / "manifests", "later")
    path = world.root / "manifests" / "datasets" / "later.yaml"
    path.write_text('name: later\nrepo: "org/none"  # not yet\n')
    with pytest.raises(NotFetchedError, match=r"'org/none' \(the dataset 'later'\) was never fetched"):
        load_dataset("org/none", split="train")


def test_a_config_is_named_or_the_default(world: World) -> None:
    assert get_dataset_config_names("org/toy") == ["main", "extra"]
    assert len(load_dataset("org/toy", split="train")) == 131
    assert [row["n"] for row in load_dataset("org/toy", "extra", split="train.500[1:3]")] == [901, 902]
    with pytest.raises(UnknownNameError, match="has no config 'other'"):
        load_dataset("org/toy", "other", split="train")


def test_a_revision_is_the_locked_one_or_an_error_with_both(world: World) -> None:
    assert load_dataset("org/toy", "main", split="test", revision=COMMIT).pin.commit == COMMIT
    assert len(load_dataset("org/toy", "main", split="test", revision="main")) == 10
    with pytest.raises(LockStaleError, match=f"at {OTHER}; locked is {COMMIT}.*wishes main"):
        load_dataset("org/toy", "main", split="test", revision=OTHER)
    with pytest.raises(LockStaleError):
        get_dataset_config_names("org/toy", revision="v1")


def test_a_folder_is_the_config_of_its_files(world: World) -> None:
    assert list(load_dataset("org/toy", data_dir="main", split="test")) == rows(10, 500)
    assert list(load_dataset("org/toy", data_dir="./extra/")) == ["train.500"]
    for folder in ("mai", ".", "none"):
        with pytest.raises(UsageError, match="no one config of 'toy' is locked with just the files"):
            load_dataset("org/toy", data_dir=folder, split="test")
    with pytest.raises(UsageError, match="the files of the config 'extra' are not those"):
        load_dataset("org/toy", "extra", data_dir="main", split="test")


def test_files_are_the_split_that_has_exactly_these(world: World) -> None:
    both = ["main/test-0.parquet", "main/test-1.parquet"]
    assert list(load_dataset("org/toy", data_files=both, split="train")) == rows(10, 500)
    assert list(load_dataset("org/toy", data_files={"dev": both}, split="dev[:2]")) == rows(2, 500)
    assert list(load_dataset("org/toy", data_files=both)) == ["train"]
    with pytest.raises(UnknownNameError, match="has no split 'test'"):
        load_dataset("org/toy", data_files=both, split="test")
    for wrong in (both[:1], both[::-1], "main/*.parquet"):
        with pytest.raises(UsageError, match="no split of 'toy' is locked with exactly these files") as caught:
            load_dataset("org/toy", data_files=wrong, split="train")
        assert "splits: {train: {files: [" in caught.value.do
    with pytest.raises(UsageError, match="name the files alone"):
        load_dataset("org/toy", "main", data_files=both)


def test_what_only_steers_downloads_changes_nothing_and_what_changes_rows_is_refused(world: World) -> None:
    ours = load_dataset("org/toy", "main", split="test", cache_dir="/x", num_proc=4, token="t", trust_remote_code=True)
    assert list(ours) == rows(10, 500)
    with pytest.raises(UsageError, match="features= is not something that locked rows have"):
        load_dataset("org/toy", "main", split="test", features={})


@pytest.mark.parametrize("builder", ["json", "parquet", "csv", "text"])
def test_files_of_this_machine_are_added_by_their_path(world: World, builder: str) -> None:
    with pytest.raises(NotFetchedError, match=f"'{builder}' is no repository") as caught:
        load_dataset(builder, data_files="x.jsonl", split="train")
    assert caught.value.do == "recipes-data add ./PATH, then recipes-data fetch NAME, and load(NAME)"


@pytest.mark.parametrize("path", [None, "", " ", 3])
def test_what_is_no_text_is_no_repository(world: World, path: Any) -> None:
    for call in (load_dataset, get_dataset_config_names):
        with pytest.raises(UsageError, match=f"{path!r} is no repository\nname one as on the Hub: ORG/NAME"):
            call(path)


def test_batches_of_a_stream_are_cut_by_the_keywords_of_datasets_too(world: World) -> None:
    stream = load_dataset("org/toy", "main", split="train", streaming=True)
    kept = list(stream.batch(batch_size=8, drop_last_batch=True))
    assert [row for batch in kept for row in batch] == rows(128)
    assert kept == list(stream.batch(8, drop_last=True))
    assert list(stream.batch(batch_size=8)) == list(stream.batch(8))
    made = records(stream, Numbered)
    assert list(made.batch(batch_size=8, drop_last_batch=True)) == list(made.batch(8, True)) == kept
    with pytest.raises(UsageError, match="n is missing"):
        stream.batch(drop_last_batch=True)
    with pytest.raises(UsageError, match="n=8 and batch_size=4 are one argument"):
        stream.batch(8, batch_size=4)


def test_a_column_is_the_list_of_its_values(world: World) -> None:
    ours = load_dataset("org/toy", "main", split="train").shuffle(seed=3)
    assert ours["n"] == list(theirs(world, "train").shuffle(seed=3)["n"])
    assert ours[:2]["text"] == [row["text"] for row in ours[:2]]
    with pytest.raises(UsageError, match="there is no column 'label'\nthere is: n, text"):
        ours["label"]


def test_a_part_of_the_rows_is_named_as_datasets_names_it(world: World) -> None:
    ours, other = load_dataset("org/toy", "main", split="train"), theirs(world, "train")
    for index in range(3):
        part = ours.shard(num_shards=3, index=index)
        assert list(part) == list(other.shard(num_shards=3, index=index)) == list(ours.shard(index, 3))
        with pytest.raises(ValueError, match=r"rank 3 is not in"):
            ours.shard(3, index)
    with pytest.raises(UsageError, match="world is missing"):
        ours.shard(index=1)


def test_two_datasets_of_one_repository_have_to_be_told_apart(world: World) -> None:
    world.write("toy2", {"main": {"train": rows(3)}, "only": {"train": rows(2)}}, schema=SCHEMA)
    change(world, "toy2", lambda lock: dataclasses.replace(lock, repo="org/toy"))
    with pytest.raises(UsageError, match=r"say which is meant: load\('toy'\) or load\('toy2'\)"):
        load_dataset("org/toy", "main", split="train")
    assert len(load_dataset("org/toy", "only", split="train")) == 2


def test_a_stream_is_shuffled_in_the_order_that_was_said(world: World) -> None:
    stream = load_dataset("org/toy", "main", split="train", streaming=True)
    with pytest.raises(UsageError, match="gives another order in other versions"):
        stream.shuffle(seed=0, buffer_size=16)
    said = load_dataset("org/toy", "main", split="train", streaming=True, order="datasets>=5.1")
    assert list(said.shuffle(seed=0, buffer_size=16)) == list(stream.shuffle(0, 16, order="datasets>=5.1"))
    assert list(said.take(50).shuffle(seed=0, buffer_size=16)) == list(
        stream.take(50).shuffle(0, 16, order="datasets>=5.1")
    )
    assert list(load_dataset("org/toy", "main", streaming=True)) == ["train", "test"]
    with pytest.raises(UsageError, match=r"of a stream"):
        load_dataset("org/toy", "main", split="train[:5]", streaming=True)
    with pytest.raises(UsageError, match="names no streamed shuffle"):
        load_dataset("org/toy", "main", split="train", streaming=True, order="new")  # type: ignore[call-overload]


@pytest.mark.parametrize("strategy", ["first_exhausted", "all_exhausted", "all_exhausted_without_replacement"])
@pytest.mark.parametrize("probabilities", [None, [0.5, 0.5], [0.9, 0.1], [0.2, 0.8]])
def test_interleaved_rows_come_as_datasets_has_them(world: World, strategy: Any, probabilities: Any) -> None:
    ours = [load_dataset("org/toy", "main", split=split) for split in ("train", "test")]
    both = [theirs(world, split) for split in ("train", "test")]
    options = {"probabilities": probabilities, "seed": 0, "stopping_strategy": strategy}
    assert list(interleave_datasets(ours, **options)) == list(datasets.interleave_datasets(both, **options))


def test_the_interleaved_builder_of_the_cookbook_finds_what_it_calls(world: World) -> None:
    parts = [load_dataset("org/toy", name="main", split=split) for split in ("train", "test")]
    named = [part.rename_column("text", "messages").select_columns(["messages"]) for part in parts]
    lengths = np.array([len(part) for part in named], np.float64)
    mixed = interleave_datasets(
        named, probabilities=list(lengths / lengths.sum()), seed=0, stopping_strategy="all_exhausted"
    )
    assert mixed.column_names == ["messages"]
    assert {row["messages"] for row in mixed} >= {f"row {n}" for n in range(131)}
    assert mixed.shuffle(0).take(3).to_arrow().column_names == ["messages"]
    assert len(concatenate_datasets(named)) == 141


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"probabilities": [0.5, 0.5]}, "drawn with a seed"),
        ({"probabilities": [0.5, 0.6], "seed": 0}, "1 together"),
        ({"probabilities": [1.0, 0.0], "seed": 0, "stopping_strategy": "all_exhausted"}, "never used up"),
        ({"stopping_strategy": "never"}, "is none of first_exhausted"),
    ],
)
def test_what_cannot_be_interleaved_is_refused(world: World, options: dict[str, Any], words: str) -> None:
    parts = [load_dataset("org/toy", "main", split=split) for split in ("train", "test")]
    with pytest.raises(UsageError, match=words):
        interleave_datasets(parts, **options)
