"""A lock beside what a receipt says of a split: every way in which it can be another, by its own words."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from recipes_data import receipts
from recipes_data.errors import UsageError
from recipes_data.lockfile import Lock, LockedConfig, LockedFile, LockedSplit
from recipes_data.receipts import lock_differences, read_receipts, resolved_digest

DIGESTS = [f"sha256:{digit * 64}" for digit in "123"]
FILES = tuple(LockedFile(f"{digest[-1]}.parquet", 7, digest) for digest in DIGESTS)
SPLIT = LockedSplit("train", tuple(file.path for file in FILES), "parquet")
LOCK = Lock(
    "toy",
    "org/toy",
    "dataset",
    "main",
    "a" * 40,
    "https://hub.invalid",
    "sha256:0",
    FILES,
    (LockedConfig("main", (SPLIT,)),),
)
OPENED: dict[str, Any] = {
    "dataset": "toy",
    "config": "main",
    "split": "train",
    "repo": "org/toy",
    "commit": "a" * 40,
    "digests": DIGESTS,
    "partial": "",
    "sample": False,
    "license": None,
    "lock": {"digest": resolved_digest(LOCK)},
}


def with_files(*paths: str) -> Lock:
    """The lock, with these files alone, in this order."""
    split = replace(SPLIT, files=paths)
    files = tuple(file for file in FILES if file.path in paths)
    return replace(LOCK, files=files, configs=(LockedConfig("main", (split,)),))


def test_the_same_lock_differs_in_nothing() -> None:
    assert lock_differences(OPENED, LOCK) == []


@pytest.mark.parametrize(
    ("lock", "opened", "what"),
    [
        (replace(LOCK, repo="org/other"), {}, "the repository: the receipt has org/toy, the lock has org/other"),
        (
            replace(LOCK, sample=True),
            {},
            "the repository: the receipt has org/toy, the lock has org/toy (made-up rows)",
        ),
        (replace(LOCK, configs=()), {}, "the lock no longer has this split"),
        (with_files("2.parquet", "1.parquet", "3.parquet"), {}, "the same files in another order"),
        (with_files("1.parquet", "2.parquet"), {}, "fewer files: 2, the receipt has 3"),
        (LOCK, {"digests": DIGESTS[:2]}, f"other files: 3.parquet is {DIGESTS[2]}, the receipt has no such file"),
        (LOCK, {"partial": "1 of 3 files", "digests": [f"sha256:{'9' * 64}"]}, "other files: 1.parquet is"),
        (replace(LOCK, license="mit"), {}, "the licence: the receipt has None, the lock has mit"),
    ],
)
def test_what_is_not_the_same_is_told(lock: Lock, opened: dict[str, Any], what: str) -> None:
    found = lock_differences({**OPENED, **opened}, lock)
    assert (found[0].name, found[0].exit_code) == ("toy/main:train", 3)
    assert found[0].what.startswith(what)


@pytest.mark.parametrize(
    "changed",
    [
        {"members": ("*.csv",)},
        {"promised": (("n", "int64"),)},
        {"expected_rows": 7},
        {"format": "csv"},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_what_a_lock_promises_or_lists_besides_its_files_is_another_version_of_it(changed: dict[str, Any]) -> None:
    other = replace(LOCK, configs=(LockedConfig("main", (replace(SPLIT, **changed),)),))
    [found] = lock_differences(OPENED, other)
    assert found.what.startswith("another version of the lock: same commit and files")
    assert resolved_digest(other)[:19] in found.what


def test_what_was_measured_since_is_no_other_version_and_no_name_is_too_odd() -> None:
    measured = replace(SPLIT, columns=(("n", "int64"),), evidence="counted")
    assert resolved_digest(replace(LOCK, configs=(LockedConfig("main", (measured,)),))) == resolved_digest(LOCK)
    odd = replace(LOCK, configs=(LockedConfig("\ud800", (SPLIT,)),))
    assert resolved_digest(odd) != resolved_digest(LOCK)


def test_a_lock_that_moved_is_not_said_to_be_of_the_same_commit() -> None:
    [found] = lock_differences(OPENED, replace(LOCK, commit="b" * 40))
    assert found.what == f"the lock moved: the receipt has commit {'a' * 40}, the lock has {'b' * 40}"


def test_of_a_part_the_lock_may_have_more() -> None:
    assert lock_differences({**OPENED, "partial": "1 of 3 files", "digests": DIGESTS[1:2]}, LOCK) == []


def test_no_lock_at_all_says_what_to_fetch() -> None:
    (found,) = lock_differences(OPENED, None)
    assert (found.exit_code, found.do) == (6, "recipes-data fetch toy")


def test_a_file_too_large_for_a_receipt_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receipts, "_MAX_BYTES", 10)
    path = tmp_path / "x.json"
    path.write_text("{}" + " " * 9)
    with pytest.raises(UsageError, match="is larger than 10 bytes"):
        read_receipts(path)


ROWS: dict[str, Any] = {"count": 1, "digest": None, "marks": None, "steps": []}
RECEIPT: dict[str, Any] = {
    "format": receipts.RECEIPT_FORMAT,
    "version": 1,
    "opened": [{**OPENED, "rows": 1, "streamed": False}],
    "inherited": [],
    "rows": {"train": ROWS},
}


@pytest.mark.parametrize("key", [*RECEIPT["opened"][0], *ROWS])
def test_a_receipt_that_lacks_anything_is_not_whole(tmp_path: Path, key: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(json.dumps(RECEIPT))
    assert read_receipts(path) == [RECEIPT]
    [opened] = RECEIPT["opened"]
    cut = {
        **RECEIPT,
        "opened": [{name: given for name, given in opened.items() if name != key or key in ROWS}],
        "rows": {"train": {name: given for name, given in ROWS.items() if name != key}},
    }
    path.write_text(json.dumps(cut))
    with pytest.raises(UsageError, match="not a whole receipt"):
        read_receipts(path)
