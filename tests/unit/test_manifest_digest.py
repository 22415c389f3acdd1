"""The digest of what decides bytes and rows in a manifest."""

from __future__ import annotations

import pytest

from recipes_data.manifest import (
    resolution_digest,
)
from tests.unit.test_manifest import GOOD, SMALL, dataset


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("name: toy\n", "# a comment\nname: toy\n\n\n"),
        ("title: A toy", "title: Another toy   # with a comment"),
        ("counted by hand", "counted twice"),
        ("the group's", "somebody else's"),
        ("main/train-*.parquet", "[main/train-*.parquet]"),
        ("large_string", "string"),
        ("names: [b, a]", "names:\n    - b\n    - a"),
        ("default_config: main", "gated: auto\nlicense: mit\ndefault_config: main"),
    ],
)
def test_what_decides_no_bytes_and_no_rows_changes_no_digest(old: str, new: str) -> None:
    assert old in GOOD
    assert resolution_digest(dataset(GOOD.replace(old, new))) == resolution_digest(dataset(GOOD))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("repo: org/toy", "repo: org/other"),
        ('revision: "0123', 'revision: "1123'),
        ("default_config: main", "default_config: a"),
        ("main/train-*.parquet", "main/train-0.parquet"),
        ("[main/test-0.parquet, main/test-1.parquet]", "[main/test-1.parquet, main/test-0.parquet]"),
        ("rows: 10", "rows: 11"),
        ("rows: 10", "rows: 10, format: parquet"),
        ("answer: large_string", "answer: binary"),
        ("{x: double}", "{x: float}"),
        ("names: [b, a]", "names: [b]"),
        ("train: {files", "training: {files"),
    ],
)
def test_what_decides_bytes_or_rows_changes_the_digest(old: str, new: str) -> None:
    assert old in GOOD
    assert resolution_digest(dataset(GOOD.replace(old, new, 1))) != resolution_digest(dataset(GOOD))


def test_the_digest_is_the_same_on_every_machine() -> None:
    assert resolution_digest(dataset(SMALL)) == (
        "sha256:22378ddfcf5396269e76cffc8d6633db3c13efae4572da59f73071d22c4ca3d0"
    )
