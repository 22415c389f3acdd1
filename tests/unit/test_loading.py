"""`load`: the rows of a name by lock and store alone, and what it says when it cannot give them."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

import pyarrow as pa
import pytest

import loaders
import recipes_data
from loaders import Pin, Rows, load
from recipes_data.errors import (
    IntegrityError,
    LockError,
    NotFetchedError,
    SampleDataError,
    TableError,
    UnknownNameError,
    UsageError,
)
from recipes_data.lockfile import Lock, LockedConfig, LockedSplit
from recipes_data.locks import write_lock
from recipes_data.places import demo_places, find_places, packaged_catalogue
from recipes_data.store import Store
from tests.unit.storehouse import COMMIT, jsonl_bytes, locked, make_lock, parquet_bytes, put, write_manifest

TRAIN = parquet_bytes(pa.table({"a": ["x", "y", "z"]}))
TEST = jsonl_bytes([{"n": 1}, {"n": 2}])
FILES = [locked("t.parquet", TRAIN, 3), locked("t.jsonl", TEST, 2)]
SPLITS = {
    "train": LockedSplit("train", ("t.parquet",), "parquet", columns=(("a", "string"),)),
    "test": LockedSplit("test", ("t.jsonl",), "jsonl", columns=(("n", "int64"),)),
}


def toy_lock(**changes: object) -> Lock:
    other = LockedConfig("other", (SPLITS["train"],))
    lock = make_lock(FILES, SPLITS, **changes)
    return dataclasses.replace(lock, configs=(*lock.configs, other))


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose dataset `toy` is locked and in the store; the working directory is the project."""
    root = (tmp_path / "project").resolve()
    (root / "scripts" / "deep").mkdir(parents=True)
    (root / "recipes-data.toml").touch()
    write_manifest(root / "manifests", "toy")
    write_lock(root / "manifests" / "locks", toy_lock())
    for name in [name for name in os.environ if name.startswith(("RECIPES_DATA", "HF_", "XDG_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("RECIPES_DATA_HOME", str(tmp_path / "store"))
    monkeypatch.chdir(root)
    for content in (TRAIN, TEST):
        put(Store(tmp_path / "store"), content)
    return root


@pytest.mark.parametrize(
    ("call", "rows"),
    [
        (lambda: load("toy", split="train"), [{"a": "x"}, {"a": "y"}, {"a": "z"}]),
        (lambda: load("toy:train"), [{"a": "x"}, {"a": "y"}, {"a": "z"}]),
        (lambda: load("toy/main:test"), [{"n": 1}, {"n": 2}]),
        (lambda: load("toy", "main", split="test"), [{"n": 1}, {"n": 2}]),
        (lambda: load("toy/main", split="test"), [{"n": 1}, {"n": 2}]),
        (lambda: load("toy:test", "main"), [{"n": 1}, {"n": 2}]),
        (lambda: load("toy/other"), [{"a": "x"}, {"a": "y"}, {"a": "z"}]),
    ],
)
def test_a_split_is_named_in_the_address_or_beside_it(project: Path, call: object, rows: list[object]) -> None:
    assert list(call()) == rows


def test_the_pin_says_what_was_taken_and_who_answered(project: Path) -> None:
    assert load("toy:train").pin == Pin(
        dataset="toy",
        config="main",
        split="train",
        repo="org/toy",
        commit=COMMIT,
        origin="https://hub.test",
        digests=(FILES[0].digest,),
        lock=str(project / "manifests" / "locks" / "toy.json"),
        catalogue=str(project / "manifests"),
        store=os.environ["RECIPES_DATA_HOME"],
        sample=False,
    )


def test_one_script_gets_one_pin_from_three_working_directories(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pins = set()
    for folder in (project, project / "scripts", project / "scripts" / "deep"):
        monkeypatch.chdir(folder)
        pins.add(load("toy:train").pin)
    monkeypatch.chdir(tmp_path)
    pins.add(load("toy:train", project=project).pin)
    monkeypatch.setenv("RECIPES_DATA_PROJECT", str(project))
    pins.add(load("toy:train").pin)
    assert len(pins) == 1


def test_a_store_and_manifests_can_be_named(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RECIPES_DATA_HOME", str(tmp_path / "empty"))
    rows = load("toy:train", manifests=project / "manifests", store=tmp_path / "store")
    assert len(rows) == 3
    assert rows.pin.catalogue == str(project / "manifests")


@pytest.mark.parametrize(
    "call",
    [
        lambda: load("toy/main", "main"),
        lambda: load("toy:train", split="train"),
        lambda: load("toy/main:train", "main", split="train"),
    ],
)
def test_saying_a_thing_twice_is_a_usage_error(project: Path, call: object) -> None:
    with pytest.raises(UsageError) as caught:
        call()
    assert caught.value.what.endswith(" names a config or split, and so do the arguments")
    assert caught.value.do == "say it once"


def test_a_name_that_nobody_knows_is_answered_with_those_that_are_known(project: Path) -> None:
    with pytest.raises(UnknownNameError) as caught:
        load("toyy:train")
    assert caught.value.what.startswith(f"no dataset is called 'toyy' (catalogue {project / 'manifests'}, then ")
    names = caught.value.do.removeprefix("there is: ").split(", ")
    assert names == sorted(names)
    assert {"toy", "gsm8k"} <= set(names)


def test_a_config_or_split_that_is_not_there_is_answered_with_those_that_are(project: Path) -> None:
    with pytest.raises(UnknownNameError, match="'toy' has no config 'x'\nit has: main, other"):
        load("toy/x:train")
    with pytest.raises(UnknownNameError, match="toy/main has no split 'dev'\nit has: train, test"):
        load("toy:dev")
    with pytest.raises(UnknownNameError, match="toy/main has several splits\nname one of: train, test"):
        load("toy")


def test_what_was_never_fetched_is_answered_with_command_catalogue_and_store(project: Path) -> None:
    with pytest.raises(NotFetchedError) as caught:
        load("gsm8k", split="train")
    store = os.environ["RECIPES_DATA_HOME"]
    assert caught.value.what == (
        "'gsm8k' was never fetched\n"
        f"looked in: catalogue {project / 'manifests'}, then {packaged_catalogue()}; store {store}"
    )
    assert caught.value.do == "recipes-data fetch gsm8k"


def test_a_lock_whose_bytes_are_not_here_is_answered_with_the_command(project: Path, tmp_path: Path) -> None:
    with pytest.raises(NotFetchedError) as caught:
        load("toy:train", store=tmp_path / "empty")
    assert caught.value.what == (
        "toy/main:train (t.parquet) is not in the store\n"
        f"looked in: catalogue {project / 'manifests'}, then {packaged_catalogue()}; store {tmp_path / 'empty'}"
    )
    assert caught.value.do == "recipes-data fetch toy"
    assert not (tmp_path / "empty").exists(), "looking makes nothing"


def test_a_changed_file_is_refused_and_the_remedy_names_the_dataset(project: Path) -> None:
    blob = Store(Path(os.environ["RECIPES_DATA_HOME"])).blob(FILES[0].sha256 or "")
    blob.chmod(0o644)
    blob.write_bytes(TRAIN[:-1] + b"x")
    with pytest.raises(IntegrityError) as caught:
        load("toy:train")
    assert caught.value.do == "see what else was damaged: recipes-data verify; put it right: recipes-data fetch toy"
    assert len(load("toy:test")) == 2, "the other split is whole"


def test_sample_rows_are_never_taken_for_the_dataset(project: Path) -> None:
    write_lock(project / "manifests" / "locks", toy_lock(sample=True, origin="folder"))
    with pytest.raises(SampleDataError) as caught:
        load("toy:train")
    assert caught.value.what == "'toy' holds made-up sample rows, not the dataset"
    assert caught.value.do == "say load(..., sample=True) to take them as such; the real rows: recipes-data fetch"
    rows = load("toy:train", sample=True, project=project)
    assert rows.pin.sample
    assert "SAMPLE ROWS" in repr(rows)


def test_a_sample_dataset_is_named_as_one(project: Path) -> None:
    with pytest.raises(SampleDataError) as caught:
        load("sample_gsm8k:train")
    assert caught.value.what == "'sample_gsm8k' is a sample dataset"
    assert caught.value.do == "say load(..., sample=True), after: recipes-data demo"


def test_sample_rows_come_from_the_demos_own_places(project: Path, tmp_path: Path) -> None:
    with pytest.raises(NotFetchedError) as caught:
        load("sample_gsm8k:train", sample=True, store=tmp_path / "demo")
    assert caught.value.what.startswith("'sample_gsm8k' was never fetched\nlooked in: ")
    places = demo_places(store=tmp_path / "demo")
    write_lock(places.folder_locks, toy_lock(sample=True, origin="folder"))
    put(Store(tmp_path / "demo"), TRAIN)
    rows = load("toy:train", sample=True, store=tmp_path / "demo")
    assert rows.pin.lock == str(places.folder_locks / "toy.json")
    with pytest.raises(NotFetchedError) as caught:
        load("toy:test", sample=True, store=tmp_path / "demo")
    assert caught.value.do == "recipes-data demo"


def test_sample_rows_are_not_looked_for_on_a_hub(project: Path) -> None:
    with pytest.raises(UsageError) as caught:
        load("sample_gsm8k:train", sample=True, fetch=True)
    assert caught.value.do == "run: recipes-data demo"


def test_rows_from_a_served_folder_are_never_passed_off_as_the_hubs(project: Path, tmp_path: Path) -> None:
    (project / "manifests" / "locks" / "toy.json").unlink()
    places = find_places()
    write_lock(places.folder_locks, toy_lock(origin="folder"))
    rows = load("toy:train")
    assert rows.pin.origin == "folder"
    assert "from a served folder" in repr(rows)
    write_lock(places.folder_locks, toy_lock(origin="folder"))
    with pytest.raises(NotFetchedError) as caught:
        load("toy:train", store=tmp_path / "empty", manifests=None, project=project)
    assert "was never fetched" in caught.value.what, "the folder's lock lies in the other store"
    Store(places.store).blob(FILES[0].sha256 or "").unlink()
    with pytest.raises(NotFetchedError) as caught:
        load("toy:train")
    assert caught.value.do == "recipes-data fetch toy --hub FOLDER (its lock was made from a served folder)"


def test_a_damaged_lock_is_a_lock_error_and_not_a_missing_dataset(project: Path) -> None:
    (project / "manifests" / "locks" / "toy.json").write_text("<<<<<<< HEAD\n")
    with pytest.raises(LockError):
        load("toy:train")


def test_the_files_of_a_model_are_not_rows(project: Path) -> None:
    content = b"{}"
    model = make_lock(
        [locked("tokenizer.json", content)],
        {"files": LockedSplit("files", ("tokenizer.json",), "files")},
        repo_type="model",
    )
    write_lock(project / "manifests" / "locks", model)
    put(Store(Path(os.environ["RECIPES_DATA_HOME"])), content)
    with pytest.raises(TableError, match="toy/main:files: files, not rows"):
        load("toy")


def test_what_is_no_address_is_a_usage_error(project: Path) -> None:
    with pytest.raises(UsageError, match="'a b' is not an address"):
        load("a b")


def test_both_packages_give_the_same_load_and_list_what_they_have() -> None:
    assert recipes_data.load is load
    assert isinstance(load.__doc__, str)
    assert dir(loaders) == [
        "Batches",
        "Pin",
        "Records",
        "Rows",
        "Splits",
        "Stream",
        "concatenate",
        "concatenate_datasets",
        "folder",
        "get_dataset_config_names",
        "interleave_datasets",
        "load",
        "load_dataset",
        "receipt",
        "records",
        "scan",
        "verify_receipt",
    ]
    assert Rows is loaders.Rows
    assert set(dir(recipes_data)) == set(recipes_data.__all__)
    for name in recipes_data.__all__:
        assert getattr(recipes_data, name) is not None
    for package in (loaders, recipes_data):
        with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
            package.nothing  # noqa: B018
