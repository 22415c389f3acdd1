"""The store: bytes get their name after their check, and a name stands for verified bytes for ever."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from recipes_data.errors import IntegrityError, StoreError
from recipes_data.store import VERIFIED_MTIME, Store, disk_error, hash_file
from tests.unit.storehouse import put

CONTENT = b"some verified bytes\n"
SHA = hashlib.sha256(CONTENT).hexdigest()
GIT = hashlib.sha1(b"blob %d\0" % len(CONTENT) + CONTENT).hexdigest()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def marked(path: Path) -> bool:
    return path.stat().st_mtime_ns == VERIFIED_MTIME * 10**9


def edit(path: Path, content: bytes) -> None:
    """What a careless program does: make it writable, write, leave."""
    path.chmod(0o644)
    path.write_bytes(content)
    path.chmod(0o444)


# --- blobs


def test_a_published_blob_is_read_only_marked_and_under_its_digest(store: Store) -> None:
    sha256 = put(store, CONTENT)
    blob = store.root / "blobs" / "sha256" / SHA[:2] / SHA
    assert sha256 == SHA
    assert store.blob(SHA) == blob
    assert blob.read_bytes() == CONTENT
    assert blob.stat().st_mode & 0o777 == 0o444
    assert marked(blob)
    assert list(store.partials.iterdir()) == [], "the temporary file is gone"


def test_a_store_makes_no_folder_before_it_needs_one(store: Store) -> None:
    assert not store.has(f"sha256:{SHA}", len(CONTENT))
    assert store.free_bytes() > 0
    assert not store.root.exists()


def test_a_blob_is_had_by_its_digest_and_its_size_together(store: Store) -> None:
    put(store, CONTENT)
    assert store.has(f"sha256:{SHA}", len(CONTENT))
    assert not store.has(f"sha256:{SHA}", len(CONTENT) + 1)
    assert not store.has("sha256:" + "0" * 64, len(CONTENT))


def test_a_plain_git_file_is_had_by_its_git_id_once_it_was_seen(store: Store) -> None:
    assert store.sha256_of(f"git-sha1:{GIT}") is None
    assert not store.has(f"git-sha1:{GIT}", len(CONTENT))
    temporary = store.root / "temporary"
    temporary.parent.mkdir()
    temporary.write_bytes(CONTENT)
    store.publish(temporary, SHA, known_as=f"git-sha1:{GIT}")
    assert store.sha256_of(f"git-sha1:{GIT}") == SHA
    assert store.has(f"git-sha1:{GIT}", len(CONTENT))


@pytest.mark.parametrize("noted", ["", "short", "z" * 64, "../" * 21 + "x", "é"])
def test_a_damaged_note_of_a_git_id_counts_as_not_seen(store: Store, noted: str) -> None:
    store.write_text(store.root / "known" / "git-sha1" / GIT[:2] / GIT, noted)
    assert store.sha256_of(f"git-sha1:{GIT}") is None


@pytest.mark.parametrize("content", [CONTENT.replace(b"v", b"V"), CONTENT + b"more", b""])
def test_an_edited_blob_is_refused_and_counts_as_missing(store: Store, content: bytes) -> None:
    put(store, CONTENT)
    edit(store.blob(SHA), content)
    assert not store.has(f"sha256:{SHA}", len(CONTENT))
    with pytest.raises(IntegrityError) as caught:
        store.opened(SHA, len(CONTENT), "toy/main:train (a.parquet)")
    got = hashlib.sha256(content).hexdigest() if len(content) == len(CONTENT) else f"{len(content)} bytes"
    assert caught.value.what == (
        "toy/main:train (a.parquet): the stored bytes changed since they were verified: "
        f"expected sha256 {SHA} (20 bytes), got {got} in {store.blob(SHA)}"
    )
    assert caught.value.do == "see what else was damaged: recipes-data verify; put it right: recipes-data fetch"


def test_a_damaged_blob_is_replaced_by_the_next_good_one(store: Store) -> None:
    put(store, CONTENT)
    edit(store.blob(SHA), b"x" * len(CONTENT))
    put(store, CONTENT)
    assert store.opened(SHA, len(CONTENT), "x").read_bytes() == CONTENT


def test_a_copied_store_has_lost_its_marks_is_hashed_again_and_accepted(store: Store, tmp_path: Path) -> None:
    put(store, CONTENT)
    shutil.copytree(store.root, tmp_path / "copy", copy_function=shutil.copyfile)
    copy = Store(tmp_path / "copy")
    assert not marked(copy.blob(SHA))
    assert copy.opened(SHA, len(CONTENT), "x") == copy.blob(SHA)
    assert marked(copy.blob(SHA)), "the next look need not hash again"


def test_a_blob_that_is_marked_is_not_read_again(store: Store) -> None:
    put(store, CONTENT)
    edit(store.blob(SHA), b"x" * len(CONTENT))
    os.utime(store.blob(SHA), (VERIFIED_MTIME, VERIFIED_MTIME))
    # size and mark agree: this is what a look costs; `verify` reads every byte
    assert store.has(f"sha256:{SHA}", len(CONTENT))


def test_a_blob_that_is_not_there_is_a_missing_file(store: Store) -> None:
    with pytest.raises(FileNotFoundError):
        store.opened(SHA, len(CONTENT), "x")


def test_a_distrusted_blob_is_hashed_before_it_is_opened(store: Store) -> None:
    put(store, CONTENT)
    edit(store.blob(SHA), b"x" * len(CONTENT))
    os.utime(store.blob(SHA), (VERIFIED_MTIME, VERIFIED_MTIME))
    store.distrust(SHA)
    assert not store.has(f"sha256:{SHA}", len(CONTENT))
    store.distrust("0" * 64)  # not there: nothing to take from


READER = """
import os, shutil, sys, tempfile  # before the user changes: the libraries may be root's alone
from pathlib import Path
from recipes_data.errors import StoreError
from recipes_data.store import Store
store, digest, size = Store(Path(sys.argv[1])), sys.argv[2], int(sys.argv[3])
if os.geteuid() == 0:
    os.setuid(65534)  # root may write everywhere, so root reads as somebody else
assert store.has(digest, size), "hashed and accepted"
assert store.has(digest, size), "and again"
assert store.blob(digest[7:]).stat().st_mtime != 1, "no mark could be set"
try:
    store.write_text(store.root / "facts" / "x", "{}")
except StoreError as error:
    print(error)
"""


def unmeasured() -> dict[str, str]:
    """The environment without coverage's: a reader of another user may not write its data file."""
    return {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}


def test_a_copied_store_that_may_only_be_read_is_hashed_and_accepted_each_time() -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "store")
        put(store, CONTENT)
        (store.root / "facts").mkdir()
        os.utime(store.blob(SHA))
        folders = [Path(found) for found, _, _ in os.walk(folder)]
        for found in folders:
            found.chmod(0o555)
        command = [sys.executable, "-c", READER, str(store.root), f"sha256:{SHA}", str(len(CONTENT))]
        try:
            ran = subprocess.run(command, capture_output=True, text=True, env=unmeasured())
        finally:
            for found in folders:
                found.chmod(0o755)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith("the store cannot be written: ")


def test_publishing_what_is_not_there_is_a_store_error(store: Store) -> None:
    with pytest.raises(StoreError, match=f"the disk refused: {store.blob(SHA)} \\(No such file or directory\\)"):
        store.publish(store.root / "nothing", SHA)


# --- small files


def test_a_small_file_appears_whole_by_rename(store: Store) -> None:
    path = store.facts(SHA, "parquet")
    store.write_text(path, "one")
    store.write_text(path, "two")
    assert path.read_text() == "two"
    assert path.stat().st_mode & 0o777 == 0o644
    assert [found.name for found in path.parent.iterdir()] == [f"{SHA}.parquet.json"]


def test_a_write_that_fails_leaves_what_was_there_and_no_temporary_file(store: Store) -> None:
    path = store.index(SHA)
    store.write_bytes(path, b"before")

    def interrupted() -> None:
        with store.writing(path) as temporary:
            temporary.write_bytes(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert path.read_bytes() == b"before"
    assert [found.name for found in path.parent.iterdir()] == [path.name]


def test_a_folder_that_is_a_file_is_a_store_error(store: Store) -> None:
    store.root.mkdir()
    (store.root / "facts").touch()
    with pytest.raises(StoreError) as caught:
        store.write_text(store.facts(SHA, "parquet"), "{}")
    assert caught.value.do == "check the disk, then run the same command again"


@pytest.mark.parametrize(
    ("number", "what", "do"),
    [
        (errno.ENOSPC, "the disk is full: /x", "free some space, or use another disk: --store DIR; then run again"),
        (errno.EDQUOT, "your disk quota is used up: /x", "free some of it, or use another disk: --store DIR"),
        (errno.EACCES, "the store cannot be written: /x (Permission denied)", "check permissions, or use --store DIR"),
        (
            errno.EPERM,
            "the store cannot be written: /x (Operation not permitted)",
            "check permissions, or use --store DIR",
        ),
        (
            errno.EROFS,
            "the store cannot be written: /x (Read-only file system)",
            "check permissions, or use --store DIR",
        ),
        (errno.EIO, "the disk refused: /x (Input/output error)", "check the disk, then run the same command again"),
    ],
)
def test_what_the_disk_says_is_told_with_the_path_and_a_remedy(number: int, what: str, do: str) -> None:
    error = disk_error(OSError(number, os.strerror(number)), Path("/x"))
    assert (error.what, error.do) == (what, do)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
def test_a_full_disk_is_told_as_a_full_disk(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    write = Path.write_bytes

    def to_a_full_disk(path: Path, content: bytes) -> int:
        path.unlink()
        path.symlink_to("/dev/full")
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", to_a_full_disk)
    with pytest.raises(StoreError, match="the disk is full: "):
        store.write_bytes(store.index(SHA), b"x")
    assert list(store.index(SHA).parent.iterdir()) == []


def test_a_file_is_hashed_in_blocks(tmp_path: Path) -> None:
    content = os.urandom((1 << 20) + 17)
    (tmp_path / "x").write_bytes(content)
    assert hash_file(tmp_path / "x") == hashlib.sha256(content).hexdigest()
    assert hash_file(tmp_path / "x", "sha1") == hashlib.sha1(content).hexdigest()


def test_free_space_is_that_of_the_disk_the_store_will_lie_on(store: Store) -> None:
    free = shutil.disk_usage(store.root.parent).free
    assert abs(store.free_bytes() - free) < 1 << 30
