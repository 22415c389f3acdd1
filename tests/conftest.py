"""A Hub with one small repository, and a project whose manifest names it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from recipes_data.mirror import Mirror
from tests.worlds import GSM8K, Project, write_sums


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Mirror]:
    """`org/sums`, served on loopback."""
    write_sums(tmp_path / "hub")
    with Mirror(tmp_path / "hub") as mirror:
        yield mirror


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project with the manifest `gsm8k` of `org/sums`."""
    return Project.make(tmp_path, gsm8k=GSM8K)
