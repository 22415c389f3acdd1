"""Every manifest that ships, locked and fetched from a repository of its shape: all rows or all files."""

from __future__ import annotations

import csv
import gzip
import io
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

import loaders
from recipes_data.address import Address
from recipes_data.catalogue import read_catalogue
from recipes_data.errors import GatedError, RecipesDataError, TableError, UnsafeFileError, UsageError
from recipes_data.fetch import Outcome, fetch
from recipes_data.lockfile import LockedSplit
from recipes_data.mirror import Mirror
from recipes_data.online import Opener
from recipes_data.plan import Plan
from recipes_data.store import Store
from tests.repositories import REPOSITORIES, fitting, make
from tests.worlds import ROOT

DATASETS = [name for name, (repo, _) in REPOSITORIES.items() if not repo.startswith("models/")]
MODELS = [name for name, (repo, _) in REPOSITORIES.items() if repo.startswith("models/")]
WITH_PROGRAMS = ["kimi_k2_thinking", "kimi_k2_5", "kimi_k2_5_images", "kimi_k2_6"]


class Silent:
    """A watcher that shows nothing."""

    def planned(self, plan: Plan) -> None: ...
    def moved(self, count: int) -> None: ...
    def note(self, text: str) -> None: ...
    def converting(self, name: str, size: int) -> None: ...


class World:
    """A catalogue of one fitting manifest, its repository on loopback, locks and a store."""

    def __init__(self, folder: Path, name: str) -> None:
        self.name = name
        self.repository = make(name, folder / "hub")
        self.manifests = folder / "manifests"
        (self.manifests / "datasets").mkdir(parents=True)
        (self.manifests / "datasets" / f"{name}.yaml").write_text(fitting(name), encoding="utf-8")
        self.store = Store(folder / "store")

    def fetch(self, mirror: Mirror, *, allow_unsafe: bool = False) -> Outcome:
        opener = Opener(mirror.url, {"NO_PROXY": "*"}, token=False)
        try:
            (outcome,) = fetch(
                read_catalogue([self.manifests]),
                {self.name: [Address(self.name)]},
                locks=self.manifests / "locks",
                store=self.store,
                hub=opener,
                watcher=Silent(),
                allow_unsafe=allow_unsafe,
            )
        finally:
            opener.close()
        return outcome

    def load(self, address: str) -> loaders.Rows:
        return loaders.load(address, manifests=self.manifests, store=self.store.root)

    def folder(self) -> Path:
        return loaders.folder(self.name, manifests=self.manifests, store=self.store.root)

    def directly(self, split: LockedSplit) -> list[Any]:
        """The rows of a split's files, read past everything of ours."""
        return [row for path in split.files for row in read_directly(self.repository / path, split.format)]


def read_directly(path: Path, format: str) -> list[Any]:
    data = path.read_bytes()
    data = gzip.decompress(data) if path.suffix == ".gz" else data
    if format == "parquet":
        return list(pq.read_table(io.BytesIO(data)).to_pylist())
    if format == "jsonl":
        return [json.loads(line) for line in data.splitlines()]
    if format == "json":
        return list(json.loads(data))
    if format == "csv":
        return list(csv.DictReader(io.StringIO(data.decode())))
    assert format == "text"
    return [{"text": line} for line in data.decode().splitlines()]


def said(row: Any) -> Any:
    """A row without what is null: a table has a null where a line of JSON has no key."""
    if isinstance(row, dict):
        return {key: said(value) for key, value in row.items() if value is not None}
    return [said(item) for item in row] if isinstance(row, list) else row


@pytest.mark.parametrize("name", [name for name in DATASETS if name != "wiki_index_2018"])
def test_a_dataset_gives_every_row_of_every_split_as_it_was_written(tmp_path: Path, name: str) -> None:
    world = World(tmp_path, name)
    with Mirror(tmp_path / "hub") as mirror:
        outcome = world.fetch(mirror)
    assert outcome.error is None
    assert outcome.lock is not None
    splits = [(config.name, split) for config in outcome.lock.configs for split in config.splits]
    assert splits
    for config, split in splits if len(splits) < 20 else [splits[0], splits[-1]]:
        expected = world.directly(split)
        rows = world.load(f"{name}/{config}:{split.name}")
        assert len(rows) == len(expected) > 0
        assert [said(row) for row in rows] == [said(row) for row in expected]


@pytest.mark.parametrize("name", ["wiki_index_2018", *MODELS])
def test_what_has_no_rows_lies_in_a_folder_under_the_files_own_names(tmp_path: Path, name: str) -> None:
    world = World(tmp_path, name)
    with Mirror(tmp_path / "hub") as mirror:
        outcome = world.fetch(mirror, allow_unsafe=True)
    assert outcome.error is None
    folder = world.folder()
    found = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    assert outcome.lock is not None
    assert found == sorted(file.path for file in outcome.lock.files)
    assert not [path for path in found if "safetensors" in path or path.startswith("modeling_")]
    for path in found:
        assert (folder / path).read_bytes() == (world.repository / path).read_bytes()
    with pytest.raises(TableError, match=r"loaders\.folder"):
        world.load(name)


def test_a_tokenizer_has_all_the_files_that_its_program_reads(tmp_path: Path) -> None:
    world = World(tmp_path, "qwen3_8b")
    with Mirror(tmp_path / "hub") as mirror:
        assert world.fetch(mirror).error is None
    assert {path.name for path in world.folder().iterdir()} == {
        "config.json",
        "merges.txt",
        "tokenizer.json",
        "tokenizer_config.json",
        "vocab.json",
    }


@pytest.mark.parametrize("name", WITH_PROGRAMS)
def test_a_tokenizer_that_is_a_program_is_locked_only_on_purpose(tmp_path: Path, name: str) -> None:
    world = World(tmp_path, name)
    with Mirror(tmp_path / "hub") as mirror:
        outcome = world.fetch(mirror)
    assert isinstance(outcome.error, UnsafeFileError)
    assert "--allow-unsafe" in outcome.error.do


def test_a_folder_with_a_file_that_was_changed_is_refused_and_one_with_a_lost_link_is_mended(tmp_path: Path) -> None:
    world = World(tmp_path, "qwen3_8b")
    with Mirror(tmp_path / "hub") as mirror:
        assert world.fetch(mirror).error is None
    (world.folder() / "vocab.json").unlink()
    assert (world.folder() / "vocab.json").read_bytes() == (world.repository / "vocab.json").read_bytes()
    blob = (world.folder() / "merges.txt").resolve()
    blob.chmod(0o644)
    blob.write_text("other bytes", encoding="utf-8")
    with pytest.raises(RecipesDataError, match=r"merges\.txt"):
        world.folder()


def test_a_folder_is_only_for_what_has_no_rows(tmp_path: Path) -> None:
    world = World(tmp_path, "gsm8k")
    with Mirror(tmp_path / "hub") as mirror:
        assert world.fetch(mirror).error is None
    with pytest.raises(UsageError, match="has rows, not files"):
        world.folder()


def test_the_gated_set_is_locked_without_access_and_its_bytes_are_refused(tmp_path: Path) -> None:
    world = World(tmp_path, "gpqa")
    with Mirror(tmp_path / "hub", gated={"Idavidrein/gpqa": "auto"}) as mirror:
        outcome = world.fetch(mirror)
    assert isinstance(outcome.error, GatedError)
    assert outcome.lock is not None
    assert outcome.lock.gated == "auto"


@pytest.mark.parametrize("name", ["ceval", "librispeech"])
def test_a_set_that_has_its_loading_script_again_says_what_the_manifest_doubts(tmp_path: Path, name: str) -> None:
    world = World(tmp_path, name)
    for path in sorted(world.repository.rglob("*.parquet")):
        path.unlink()
    script = world.repository / f"{world.repository.name}.py"
    script.write_text("raise SystemExit\n", encoding="utf-8")
    (world.repository / "README.md").write_text("---\nlicense: mit\n---\n", encoding="utf-8")
    with Mirror(tmp_path / "hub") as mirror:
        outcome = world.fetch(mirror)
    assert outcome.error is not None
    assert "loading script" in outcome.error.what
    assert "the manifest has its doubts" in outcome.error.what


@pytest.mark.parametrize("name", ["toolalpaca", "sciknoweval"])
def test_a_doubtful_repository_that_is_not_there_says_so(tmp_path: Path, name: str) -> None:
    world = World(tmp_path, name)
    world.repository.rename(tmp_path / "hub" / "datasets" / "elsewhere")
    make("gsm8k", tmp_path / "hub")
    with Mirror(tmp_path / "hub") as mirror:
        outcome = world.fetch(mirror)
    assert outcome.error is not None
    assert "the manifest has its doubts" in outcome.error.what


def test_every_shipped_dataset_has_a_generated_repository_of_the_same_id() -> None:
    catalogue = read_catalogue([ROOT / "manifests"])
    repos = {name: entry.repo for name in catalogue.datasets if (entry := catalogue.dataset(name)).repo}
    assert repos == {name: repo.removeprefix("models/") for name, (repo, _) in REPOSITORIES.items()}
