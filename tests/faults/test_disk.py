"""Disks that are full, read-only or not ours; odd clocks and folders: the path is named, a later run continues."""

from __future__ import annotations

import contextlib
import errno
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from loaders import load
from recipes_data import writing
from recipes_data.errors import StoreError
from recipes_data.leases import Leases
from recipes_data.mirror import Mirror
from recipes_data.partials import owner_is_alive
from recipes_data.store import Store, hash_file
from tests.faults.crowds import Big, sent
from tests.faults.test_matrix import Run
from tests.worlds import Project, Ran, sums

ROOT_USER = os.geteuid() == 0


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 6 MiB of its own."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = ROOT_USER and shutil.which("mount") is not None
    if not mounted or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(folder)]).returncode:
        pytest.skip("nobody may mount a small disk here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def whole_blobs_alone(project: Project) -> None:
    """What has a final name is whole."""
    for blob in project.blobs():
        assert hash_file(blob) == blob.name
    assert [path for path in project.leftovers() if path.parent.name != "partial"] == []


def refused(ran: Ran, *said: str, code: int = 5) -> None:
    """An error of ours in two lines, that says this."""
    assert ran.code == code, ran.err
    assert "Traceback" not in ran.err
    assert "a bug in" not in ran.err
    for text in said:
        assert text in ran.err


def fill(ballast: Path) -> None:
    """Write a file until there is no room for more."""
    with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(4096))
    assert shutil.disk_usage(ballast.parent).free == 0


def unprivileged(project: Project, *words: str) -> Ran:
    """The command without the right of root to go everywhere."""
    prefix: list[str] = []
    if ROOT_USER:
        if shutil.which("setpriv") is None:
            pytest.skip("root goes everywhere, and setpriv is not here to stop it")
        prefix = ["setpriv", "--bounding-set=-dac_override,-dac_read_search,-fowner", "--inh-caps=-all"]
    done = subprocess.run(
        [*prefix, sys.executable, "-m", "recipes_data", *words],
        cwd=project.root, env=project.environ, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    return Ran(done.returncode, done.stdout, done.stderr)


# --- full


def test_a_disk_that_fills_up_in_the_middle_is_named_and_its_bytes_are_continued(
    tmp_path: Path, small_disk: Path
) -> None:
    big = Big.make(tmp_path, files=1, megabytes=4)
    big.project.store = small_disk / "store"
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(3 << 20))
    with Mirror(tmp_path / "hub") as mirror:
        outcome = Run().fetch(big.project, "big", mirror.url, token=False)
        assert type(outcome.error) is StoreError
        assert outcome.error.what.startswith(f"the disk is full: {big.project.store / 'partial'}")
        assert big.project.blobs() == []
        kept = big.arrived()
        assert kept > 2 << 20
        ballast.unlink()
        assert Run().fetch(big.project, "big", mirror.url, token=False).error is None
        assert sent(mirror)[1].headers["range"] == f"bytes={kept}-"
    big.check()


def test_a_disk_without_a_free_byte_is_an_error_of_the_disk_not_a_bug(tmp_path: Path, small_disk: Path) -> None:
    big = Big.make(tmp_path, files=3, megabytes=0.5)
    big.project.store = small_disk / "store"
    for folder in ("leases", "partial"):
        (big.project.store / folder).mkdir(parents=True)
    fill(small_disk / "ballast")
    with Mirror(tmp_path / "hub") as mirror:
        outcome = Run().fetch(big.project, "big", mirror.url, token=False)
        assert type(outcome.error) is StoreError
        assert "the disk is full" in outcome.error.what
        assert list((big.project.store / "leases").iterdir()) == []
        (small_disk / "ballast").unlink()
        assert Run().fetch(big.project, "big", mirror.url, token=False).error is None
    big.check()


def test_a_limit_on_the_size_of_files_is_an_error_that_names_the_path(tmp_path: Path) -> None:
    big = Big.make(tmp_path, files=1, megabytes=2)
    with Mirror(tmp_path / "hub") as mirror:
        done = subprocess.run(
            [sys.executable, "-m", "recipes_data", "fetch", "big", "--endpoint", mirror.url],
            cwd=big.project.root, env=big.project.environ, capture_output=True, text=True, timeout=60, check=False,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20)),
        )  # fmt: skip
        ran = Ran(done.returncode, done.stdout, done.stderr)
        refused(ran, f"the disk refused: {big.project.store / 'partial'}", "File too large")
        assert big.project.blobs() == []
        assert big.project.run("fetch", "big", "--endpoint", mirror.url).code == 0
        assert sent(mirror)[1].headers["range"] == f"bytes={1 << 20}-"
    big.check()


def test_a_quota_is_told_from_a_full_disk(hub: Mirror, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def over_quota(descriptor: int) -> None:
        raise OSError(errno.EDQUOT, os.strerror(errno.EDQUOT))

    with monkeypatch.context() as patched:
        patched.setattr(writing.os, "fsync", over_quota)
        outcome = Run().fetch(project, "gsm8k", hub.url, token=False)
    assert type(outcome.error) is StoreError
    assert outcome.error.what.startswith(f"your disk quota is used up: {project.store / 'partial'}")
    assert project.blobs() == []
    before = len(sent(hub))
    assert Run().fetch(project, "gsm8k", hub.url, token=False).error is None
    assert len(sent(hub)) == before, "every byte was there"
    assert list(load("gsm8k", split="train", project=project.root, store=project.store)) == sums(50)


def test_a_download_larger_than_the_disk_stops_before_the_first_byte(tmp_path: Path, small_disk: Path) -> None:
    big = Big.make(tmp_path, files=2, megabytes=4)
    with Mirror(tmp_path / "hub") as mirror:
        ran = big.project.run("fetch", "big", "--endpoint", mirror.url, "--store", str(small_disk / "store"))
        refused(ran, "are free at", str(small_disk / "store"), code=2)
        assert sent(mirror) == []


# --- not writable


@pytest.mark.parametrize("mode", [0o555, 0o000])
def test_a_store_that_may_not_be_written_is_named_and_works_once_it_may(
    hub: Mirror, project: Project, mode: int
) -> None:
    project.store.mkdir()
    project.store.chmod(mode)
    try:
        ran = unprivileged(project, "fetch", "gsm8k", "--endpoint", hub.url)
    finally:
        project.store.chmod(0o755)
    refused(ran, "the store cannot be written", str(project.store), "--store DIR")
    assert list(project.store.iterdir()) == []
    assert unprivileged(project, "fetch", "gsm8k", "--endpoint", hub.url).code == 0
    assert list(load("gsm8k", split="train", project=project.root, store=project.store)) == sums(50)


def test_a_whole_store_that_may_only_be_read_serves_rows_and_a_fetch_of_what_is_there(
    hub: Mirror, project: Project
) -> None:
    assert project.run("fetch", "gsm8k", "--endpoint", hub.url).code == 0
    asked = len(hub.requests)
    folders = [project.store, *(path for path in project.store.rglob("*") if path.is_dir())]
    for folder in folders:
        folder.chmod(0o555)
    try:
        assert unprivileged(project, "fetch", "gsm8k", "--endpoint", hub.url).code == 0
        assert unprivileged(project, "verify", "gsm8k").code == 0
        assert list(load("gsm8k", split="train", project=project.root, store=project.store)) == sums(50)
    finally:
        for folder in folders:
            folder.chmod(0o755)
    assert len(hub.requests) == asked


def test_a_project_that_may_not_be_written_is_an_error_that_names_the_lock(hub: Mirror, project: Project) -> None:
    (project.root / "manifests").chmod(0o555)
    try:
        ran = unprivileged(project, "fetch", "gsm8k", "--endpoint", hub.url)
    finally:
        (project.root / "manifests").chmod(0o755)
    refused(ran, str(project.lock_folder))
    assert unprivileged(project, "fetch", "gsm8k", "--endpoint", hub.url).code == 0


def test_a_file_where_the_store_should_be_is_an_error_that_names_it(hub: Mirror, project: Project) -> None:
    project.store.write_text("not a folder", encoding="utf-8")
    refused(project.run("fetch", "gsm8k", "--endpoint", hub.url), str(project.store))
    assert project.store.read_text(encoding="utf-8") == "not a folder"


# --- home, clock, temporary folder


def test_a_home_that_is_missing_is_an_error_that_names_it_and_no_home_at_all_is_none(
    hub: Mirror, project: Project
) -> None:
    del project.environ["RECIPES_DATA_HOME"], project.environ["HF_HOME"]
    home = project.root / "recipes-data.toml" / "home"  # no folder can be made there, not even by root
    project.environ["HOME"] = str(home)
    refused(project.run("fetch", "gsm8k", "--endpoint", hub.url), str(home / ".cache" / "recipes-data"))
    del project.environ["HOME"]
    ran = project.run("fetch", "gsm8k", "--endpoint", hub.url, "--store", str(project.store))
    assert ran.code == 0, ran.err
    assert list(load("gsm8k", split="train", project=project.root, store=project.store)) == sums(50)


def test_files_from_the_future_change_nothing(hub: Mirror, project: Project) -> None:
    assert project.run("fetch", "gsm8k", "--endpoint", hub.url).code == 0
    future = time.time() + 10 * 86400
    for path in [*project.root.rglob("*"), *project.store.rglob("*")]:
        if path not in project.blobs() and not path.is_symlink():
            os.utime(path, (future, future))
    asked = len(hub.requests)
    assert project.run("fetch", "gsm8k", "--endpoint", hub.url).code == 0
    assert project.run("verify", "gsm8k").code == 0
    assert len(hub.requests) == asked
    # a blob with another time is hashed again before it is trusted
    for blob in project.blobs():
        os.utime(blob, (future, future))
    assert list(load("gsm8k", split="train", project=project.root, store=project.store)) == sums(50)
    assert project.run("fetch", "gsm8k", "--endpoint", hub.url).code == 0
    assert len(hub.requests) == asked


def test_another_machines_lease_and_partial_from_the_future_hold_nobody_up(tmp_path: Path) -> None:
    digest = "sha256:" + "ab" * 32
    lease = tmp_path / "leases" / digest.replace(":", "-")
    lease.parent.mkdir()
    lease.write_text("elsewhere-1~5~7", encoding="utf-8")
    partial = tmp_path / "partial" / f"{lease.name}.elsewhere-1~5~7~0"
    partial.parent.mkdir()
    partial.write_bytes(b"x")
    for path in (lease, partial):
        os.utime(path, (time.time() + 86400, time.time() + 86400))
    waited: list[float] = []

    def pause(seconds: float) -> None:
        waited.append(seconds)
        assert len(waited) < 5, "it waits for the clock"

    with Leases(Store(tmp_path)) as leases, leases.hold(digest, lambda: False, pause=pause) as ours:
        assert ours
    assert not owner_is_alive(partial)


def test_a_temporary_folder_on_another_disk_or_none_is_no_matter(hub: Mirror, project: Project, tmp_path: Path) -> None:
    elsewhere = Path("/dev/shm")
    if not os.access(elsewhere, os.W_OK) or elsewhere.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is no other disk here")
    before = set(elsewhere.iterdir())
    assert project.run("fetch", "gsm8k", "--endpoint", hub.url, TMPDIR=str(elsewhere)).code == 0
    served = project.run("fetch", "gsm8k", "--hub", str(tmp_path / "hub"), TMPDIR=str(elsewhere))
    assert served.code == 0, served.err
    assert {path for path in elsewhere.iterdir() if path.name.startswith("recipes-data")} <= before
    project.store.rename(tmp_path / "old")
    assert project.run("fetch", "gsm8k", "--endpoint", hub.url, TMPDIR="/proc/nowhere").code == 0
    assert list(load("gsm8k", split="train", project=project.root, store=project.store)) == sums(50)
