"""A store that two users of one group write to, whatever their umask."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from recipes_data.mirror import Mirror
from tests.worlds import GSM8K, Project, write_sums

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be two users")
GROUP = 54321


# The interpreter may lie where only root can read: a first run elsewhere imports all there is, then the user changes.
AS_USER = """
import json, os, sys
from recipes_data.cli.entry import main
uid, group, words, elsewhere = int(sys.argv[1]), int(sys.argv[2]), json.loads(sys.argv[3]), json.loads(sys.argv[4])
assert main([*words[:2], *elsewhere, "-q"]) == 0
os.setgroups([])
os.setgid(group)
os.setuid(uid)
os.umask(0o077)
sys.exit(main(words))
"""


def as_user(uid: int, project: Project, *words: str) -> subprocess.CompletedProcess[str]:
    """The command as this user of the group, with a umask that gives the group nothing."""
    environ = {name: value for name, value in project.environ.items() if not name.startswith("COVERAGE_")}
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "datasets").symlink_to(project.root / "manifests" / "datasets")
        elsewhere = ["--manifests", folder, "--store", f"{folder}/store", *words[words.index("--endpoint") :]]
        return _run(uid, environ, words, elsewhere)


def _run(
    uid: int, environ: dict[str, str], words: Sequence[str], elsewhere: Sequence[str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", AS_USER, str(uid), str(GROUP), json.dumps(words), json.dumps(elsewhere)],
        cwd="/",
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that other users may pass through; pytest's own are closed to them."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def test_two_users_of_a_group_fill_one_store_whatever_their_umask(open_folder: Path) -> None:
    write_sums(open_folder / "hub")
    project = Project.make(open_folder, gsm8k=GSM8K)
    shared, locks = open_folder / "shared", project.root / "manifests" / "locks"
    for folder in (shared, locks):
        folder.mkdir()
        os.chown(folder, 50001, GROUP)
        folder.chmod(0o2775)
    with Mirror(open_folder / "hub") as mirror:
        words = ["--manifests", str(locks.parent), "--store", str(shared), "--endpoint", mirror.url]
        first = as_user(50001, project, "fetch", "gsm8k:test", "--shared-group", *words)
        assert first.returncode == 0, first.stderr
        second = as_user(50002, project, "fetch", "gsm8k", *words)
        assert second.returncode == 0, second.stderr
    for path in shared.rglob("*"):
        status = path.lstat()
        if path.is_dir():
            assert status.st_mode & 0o2070 == 0o2070, path
            assert status.st_gid == GROUP, path
        elif "blobs" in path.parts:
            assert stat.S_IMODE(status.st_mode) == 0o444
    owners = {path.stat().st_uid for path in (shared / "blobs").rglob("*") if path.is_file()}
    assert owners == {50001, 50002}
