"""Members of archives in manifests, locks and plans."""

from __future__ import annotations

import dataclasses
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from recipes_data.address import parse_address
from recipes_data.checking import check
from recipes_data.errors import IntegrityError, LockError, ManifestError, NotFetchedError
from recipes_data.formats import FORMATS, archive_of, format_of, link_suffix, table_format
from recipes_data.holdings import pinned_now
from recipes_data.lockfile import Lock, LockedFile, LockedSplit, from_json, to_json
from recipes_data.locks import write_lock
from recipes_data.manifest import read_dataset, resolution_digest
from recipes_data.plan import plan_dataset
from recipes_data.store import Store
from recipes_data.tables.opening import open_split
from recipes_data.verify import verify
from tests.unit.storehouse import locked, make_lock, put

MANIFEST = """\
name: toy
title: Toy
repo: org/toy
configs:
  main:
    splits:
      train: {files: data.zip, members: train/*.jsonl}
      test: {files: data.zip, members: [test/*.jsonl]}
"""
ROWS = [{"n": 1}, {"n": 2}]


def archive(*rows: dict[str, Any]) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as opened:
        opened.writestr("a.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    return kept.getvalue()


def lock_of(content: bytes, **changes: Any) -> Lock:
    split = LockedSplit("train", ("data.zip",), "jsonl", members=("*.jsonl",), **changes)
    return make_lock([locked("data.zip", content)], {"train": split})


def checked(store: Store, lock: Lock) -> Lock:
    return check(plan_dataset(lock, [parse_address("toy")], lambda _: True), store).lock


def test_two_splits_may_share_an_archive_but_no_pattern() -> None:
    manifest = read_dataset(MANIFEST, "toy.yaml")[0]
    assert manifest.configs["main"].splits["train"].members == ("train/*.jsonl",)
    with pytest.raises(
        ManifestError, match=r"toy\.yaml:8: .*test\.members: .* both claim 'data\.zip!/train/\*\.jsonl'"
    ):
        read_dataset(MANIFEST.replace("test/*", "train/*"), "toy.yaml")


def test_members_decide_rows_so_they_make_a_lock_stale() -> None:
    first = resolution_digest(read_dataset(MANIFEST, "toy.yaml")[0])
    assert resolution_digest(read_dataset(MANIFEST.replace("test/*", "dev/*"), "toy.yaml")[0]) != first


def test_a_group_writes_its_members_out() -> None:
    text = MANIFEST.split("configs:")[0] + (
        'config_groups:\n  - names: [x, y]\n    splits:\n      train: {files: data.zip, members: "{config}/*.jsonl"}\n'
    )
    configs = read_dataset(text, "toy.yaml")[0].all_configs()
    assert [config.splits["train"].members for config in configs.values()] == [("x/*.jsonl",), ("y/*.jsonl",)]


def test_a_lock_with_members_is_read_back() -> None:
    member = LockedFile("data.zip!/a.jsonl", 8, "sha256:" + "a" * 64, "a" * 64, 1)
    for extracted in (None, (member,)):
        lock = lock_of(b"x", extracted=extracted)
        assert from_json(to_json(lock), "x.json") == lock
    assert lock_of(b"x").all_files() == lock_of(b"x").files
    assert lock_of(b"x", extracted=(member,)).all_files()[1:] == (member,)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("extracted", [{"path": "other.zip!/a", "size": 1, "digest": "sha256:" + "a" * 64, "sha256": None, "rows": 1}]),
        ("extracted", [{"path": "data.zip!/a", "size": 1, "digest": "md5:1", "sha256": None, "rows": 1}]),
        ("members", []),
        ("members", [""]),
    ],
)
def test_a_lock_whose_members_are_not_of_the_form_is_refused(key: str, value: object) -> None:
    member = LockedFile("data.zip!/a.jsonl", 8, "sha256:" + "a" * 64, "a" * 64, 1)
    document = json.loads(to_json(lock_of(b"x", extracted=(member,))))
    document["configs"][0]["splits"][0][key] = value
    with pytest.raises(LockError, match=r"x\.json: not a lock"):
        from_json(json.dumps(document), "x.json")


def test_a_split_is_ready_when_its_members_were_taken_out_and_measured(tmp_path: Path) -> None:
    store = Store(tmp_path)
    lock = lock_of(archive(*ROWS))
    put(store, archive(*ROWS))
    wanted = [parse_address("toy")]
    assert plan_dataset(lock, wanted, lambda _: True).state == "check"
    done = checked(store, lock)
    assert plan_dataset(done, wanted, lambda _: True).state == "ready"
    assert [row["n"] for row in open_split(store, done, "main", done.configs[0].splits[0]).rows()] == [1, 2]
    # a lock that was not completed: what was taken out is noted in the store
    assert [row["n"] for row in open_split(store, lock, "main", lock.configs[0].splits[0]).rows()] == [1, 2]


def test_nothing_was_taken_out_yet_is_an_error_and_no_empty_table(tmp_path: Path) -> None:
    lock = lock_of(archive(*ROWS))
    with pytest.raises(NotFetchedError, match=r"nothing was taken out of data\.zip yet"):
        open_split(Store(tmp_path), lock, "main", lock.configs[0].splits[0])


def test_members_are_pinned_as_files_are(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    put(store, archive(*ROWS))
    done = checked(store, lock_of(archive(*ROWS)))
    (tmp_path / "locks").mkdir()
    write_lock(tmp_path / "locks", done)
    member = (done.configs[0].splits[0].extracted or ())[0]
    assert {member.sha256, done.files[0].sha256} <= pinned_now(store, [tmp_path / "locks"], 0.0)


def test_verify_sees_a_member_that_rotted(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    put(store, archive(*ROWS))
    done = checked(store, lock_of(archive(*ROWS)))
    assert verify(done, [parse_address("toy")], store).findings == ()
    member = (done.configs[0].splits[0].extracted or ())[0]
    blob = store.blob(member.sha256 or "")
    blob.chmod(0o644)
    blob.write_bytes(blob.read_bytes().replace(b"1", b"3"))
    (finding,) = verify(done, [parse_address("toy")], store).findings
    assert "data.zip!/a.jsonl: expected sha256" in finding.what


def test_another_count_of_rows_than_the_locks_is_refused(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    put(store, archive(*ROWS))
    done = checked(store, lock_of(archive(*ROWS)))
    split = done.configs[0].splits[0]
    wrong = tuple(dataclasses.replace(file, rows=3) for file in split.extracted or ())
    with pytest.raises(IntegrityError, match=r"data\.zip!/a\.jsonl has 2 rows, its lock measured 3"):
        checked(store, lock_of(archive(*ROWS), extracted=wrong))


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        ("a.png b.JPG", "imagefolder"),
        ("a.png metadata.csv", "imagefolder"),
        ("x/a.flac x/metadata.parquet y/b.mp3", "audiofolder"),
        ("metadata.parquet", "parquet"),
        ("a.png b.wav", None),
        ("a.png other.csv", None),
        ("a.arrow b.arrow", "arrow"),
        ("t/data-0.arrow t/state.json t/dataset_info.json", "save_to_disk"),
        ("t/data-0.arrow t/state.json t/x.parquet", None),
        ("a.parquet b.jsonl", None),
        ("a.xyz", None),
    ],
)
def test_names_say_a_tables_format_together(paths: str, expected: str | None) -> None:
    assert table_format(paths.split()) == expected


def test_suffixes_of_archives_and_links() -> None:
    assert archive_of("d/A.TAR.GZ") == "tar:gz"
    assert archive_of("a.zip") == "zip"
    assert archive_of("zip") is archive_of("a.tar.zst") is None
    assert link_suffix("parquet") == ".parquet"
    assert link_suffix("imagefolder") == link_suffix("files") == ""
    assert all(format_of(f"x{suffix}") == name for name, form in FORMATS.items() for suffix in form.suffixes)
