"""A store with one split of given files, measured as a fetch measures them, for tests that read it in several ways."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path

import pytest

from recipes_data.lockfile import Lock, LockedSplit
from recipes_data.locks import write_lock
from recipes_data.places import find_places
from recipes_data.store import Store
from recipes_data.tables.measuring import measure_file, split_columns
from tests.unit.storehouse import locked, make_lock, put, write_manifest

__all__ = ["lock_of", "project_of"]


def lock_of(
    store: Store, format: str, files: Mapping[str, bytes], promised: Mapping[str, str] | None = None
) -> tuple[Lock, LockedSplit]:
    """The lock of `toy/main:train`, whose files are put into the store, and the split."""
    split = LockedSplit("train", tuple(files), format, promised=None if promised is None else tuple(promised.items()))
    found = [locked(path, content) for path, content in files.items()]
    for content in files.values():
        put(store, content)
    facts = [measure_file(store, file, split, file.path) for file in found]
    columns = split_columns(facts, list(files))
    split = dataclasses.replace(split, columns=tuple((name, str(kind)) for name, kind in columns))
    counted = [dataclasses.replace(file, rows=fact.rows) for file, fact in zip(found, facts, strict=True)]
    return make_lock(counted, {"train": split}), split


def project_of(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    format: str,
    files: Mapping[str, bytes],
    promised: Mapping[str, str] | None = None,
) -> Path:
    """A project, now the working directory, in which `load("toy:train")` gives the rows of these files; its store."""
    root = tmp_path / "project"
    root.mkdir()
    (root / "recipes-data.toml").touch()
    write_manifest(root / "manifests", "toy")
    monkeypatch.setenv("RECIPES_DATA_HOME", str(tmp_path / "store"))
    monkeypatch.delenv("RECIPES_DATA_MANIFESTS", raising=False)
    monkeypatch.delenv("RECIPES_DATA_PROJECT", raising=False)
    monkeypatch.chdir(root)
    lock, _ = lock_of(Store(tmp_path / "store"), format, files, promised)
    write_lock(find_places().hub_locks, lock)
    return tmp_path / "store"
