"""Projects whose locks and stores are made by hand from rows, for views; and `datasets` over the same files."""

from __future__ import annotations

import dataclasses
import gzip
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from recipes_data.lockfile import LockedConfig, LockedSplit
from recipes_data.locks import write_lock
from recipes_data.store import Store
from recipes_data.tables.measuring import measure_file, split_columns
from tests.unit.storehouse import jsonl_bytes, locked, make_lock, parquet_bytes, put, write_manifest

Rows = list[dict[str, Any]]
Splits = Mapping[str, Rows]

__all__ = ["Generated", "Rows", "World", "installed_order", "settle", "with_datasets"]


class World:
    """A project, now the working directory. `write` adds a dataset; its files lie in `folder` too."""

    def __init__(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = tmp_path / "files"
        self.root = tmp_path / "project"
        self.root.mkdir()
        (self.root / "recipes-data.toml").touch()
        settle(self.root, tmp_path / "store", monkeypatch)
        self.store = Store(tmp_path / "store")
        self.cache = tmp_path / "datasets"

    def write(
        self,
        name: str,
        configs: Mapping[str, Splits],
        *,
        format: str = "parquet",
        schema: pa.Schema | None = None,
        shards: int = 2,
    ) -> None:
        """Lock and store a dataset: of each config, each split's rows, in so many files."""
        write_manifest(self.root / "manifests", name)
        files = []
        made = []
        for config, splits in configs.items():
            found = []
            for split, rows in splits.items():
                contents = {
                    f"{config}/{split}-{number}.{format}": _content(part, format, schema)
                    for number, part in enumerate(_parts(rows, max(1, min(shards, len(rows)))))
                }
                listed = LockedSplit(split, tuple(contents), format.removesuffix(".gz"))
                facts = []
                for path, content in contents.items():
                    put(self.store, content)
                    one = locked(path, content)
                    facts.append(measure_file(self.store, one, listed, path))
                    files.append(dataclasses.replace(one, rows=facts[-1].rows))
                    kept = self.folder / name / path
                    kept.parent.mkdir(parents=True, exist_ok=True)
                    kept.write_bytes(content)
                columns = split_columns(facts, list(contents))
                found.append(dataclasses.replace(listed, columns=tuple((n, str(kind)) for n, kind in columns)))
            made.append(LockedConfig(config, tuple(found)))
        lock = make_lock(files, {}, name=name, repo=f"org/{name}", configs=tuple(made), default_config=made[0].name)
        write_lock(self.root / "manifests" / "locks", lock)

    def paths(self, name: str, config: str, split: str) -> list[str]:
        """The files of a split, in row order."""
        return sorted(map(str, (self.folder / name / config).glob(f"{split}-*")))

    def datasets(self, name: str, config: str, split: str) -> Any:
        """The same rows by `datasets`, from the same files."""
        datasets = with_datasets()
        paths = self.paths(name, config, split)
        kind = "parquet" if paths[0].endswith(".parquet") else "json"
        return datasets.load_dataset(kind, data_files={split: paths}, split=split, cache_dir=str(self.cache))


class Generated:
    """Generated repositories in a folder, and what `datasets` makes of them by the recipes' own calls."""

    def __init__(self, hub: Path, cache: Path) -> None:
        self.hub = hub
        self.cache = cache

    def load_dataset(self, path: str, *words: str, **options: Any) -> Any:
        """`datasets.load_dataset` of the repository's folder; files in sorted order, as the Hub lists them."""
        datasets = with_datasets()
        return datasets.load_dataset(str(self.hub / "datasets" / path), *words, cache_dir=str(self.cache), **options)

    def read(self, kind: str, path: str, pattern: str) -> Any:
        """`datasets` over the files of a repository that match, in sorted order, whatever its card says."""
        datasets = with_datasets()
        files = sorted(str(file) for file in (self.hub / "datasets" / path).glob(pattern))
        return datasets.load_dataset(kind, data_files={"x": files}, split="x", cache_dir=str(self.cache))


def settle(root: Path, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a project the working directory, with this store and no word of the surroundings."""
    for name in [name for name in os.environ if name.startswith(("RECIPES_DATA", "HF_", "XDG_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("RECIPES_DATA_HOME", str(store))
    monkeypatch.chdir(root)


def with_datasets() -> Any:
    """The installed `datasets`; the test is skipped where there is none."""
    datasets = pytest.importorskip("datasets")
    datasets.disable_progress_bars()
    return datasets


def installed_order() -> Any:
    """The order in which the installed `datasets` shuffles a stream, as `Stream.shuffle` calls it."""
    version = with_datasets().__version__
    return "datasets<=5.0" if tuple(map(int, version.split(".")[:2])) <= (5, 0) else "datasets>=5.1"


def _parts(rows: Rows, shards: int) -> Sequence[Rows]:
    return [rows[len(rows) * number // shards : len(rows) * (number + 1) // shards] for number in range(shards)]


def _content(rows: Rows, format: str, schema: pa.Schema | None) -> bytes:
    if format == "parquet":
        return parquet_bytes(pa.Table.from_pylist(rows, schema=schema), 3)
    text = jsonl_bytes(rows)
    return gzip.compress(text, mtime=0) if format.endswith(".gz") else text
