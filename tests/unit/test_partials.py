"""Partial files: a dead run's is taken over by one rename, a live run's is left alone."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from recipes_data.errors import StoreError
from recipes_data.partials import claim_partial, owner_is_alive, sweep_partials
from recipes_data.store import Store

DIGEST = "sha256:" + "a" * 64
PREFIX = "sha256-" + "a" * 64


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


@pytest.fixture
def living() -> Iterator[subprocess.Popen[bytes]]:
    """Another process that runs until the test ends."""
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    yield process
    process.communicate()


CLAIM = """
import sys
from pathlib import Path
from recipes_data.partials import claim_partial
from recipes_data.store import Store
partial = claim_partial(Store(Path(sys.argv[1])), sys.argv[2])
partial.write_bytes(partial.read_bytes() + sys.argv[3].encode())
print(partial.name, flush=True)
sys.stdin.read()
"""


def run_that_claims(store: Store, content: str, digest: str = DIGEST) -> tuple[subprocess.Popen[str], Path]:
    """Another process that owns a partial with this content, and lives until it is killed."""
    process = subprocess.Popen(
        [sys.executable, "-c", CLAIM, str(store.root), digest, content],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    return process, store.partials / process.stdout.readline().strip()


def kill(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


def named(pid: int, started: str, host: str | None = None) -> str:
    """A partial's name as another run would have given it; the host as this machine gives it."""
    mine = claim_name_host() if host is None else host
    return f"{PREFIX}.{mine}~{pid}~{started}~0"


def claim_name_host() -> str:
    space = os.readlink("/proc/self/ns/pid")[5:-1] if os.path.exists("/proc/self/ns/pid") else "0"
    return f"{socket.gethostname()}-{space}"


def started(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[19]


def put(store: Store, name: str, content: bytes = b"") -> Path:
    store.partials.mkdir(parents=True, exist_ok=True)
    path = store.partials / name
    path.write_bytes(content)
    return path


def test_a_first_claim_is_a_new_empty_file_that_is_ours(store: Store) -> None:
    partial = claim_partial(store, DIGEST)
    assert partial.read_bytes() == b""
    assert partial.name.startswith(f"{PREFIX}.{claim_name_host()}~{os.getpid()}~")
    assert owner_is_alive(partial)


def test_two_claims_of_one_process_are_two_files(store: Store) -> None:
    first, second = claim_partial(store, DIGEST), claim_partial(store, DIGEST)
    assert first != second
    assert first.exists()
    assert second.exists()


def test_a_killed_runs_partial_is_taken_over_with_its_bytes(store: Store) -> None:
    process, theirs = run_that_claims(store, "half of it")
    kill(process)
    assert not owner_is_alive(theirs)
    ours = claim_partial(store, DIGEST)
    assert ours.read_bytes() == b"half of it"
    assert not theirs.exists(), "taken by rename, not copied"
    assert owner_is_alive(ours)


def test_a_living_runs_partial_is_left_alone(store: Store) -> None:
    process, theirs = run_that_claims(store, "theirs")
    try:
        assert owner_is_alive(theirs)
        ours = claim_partial(store, DIGEST)
        assert ours.read_bytes() == b""
        assert theirs.read_bytes() == b"theirs"
        sweep_partials(store, DIGEST)
        assert theirs.exists()
    finally:
        kill(process)


def test_the_fullest_of_several_dead_partials_is_taken(store: Store) -> None:
    for count in (1, 30, 20):
        put(store, f"{PREFIX}.nobody{count}", b"x" * count)
    assert claim_partial(store, DIGEST).stat().st_size == 30
    assert claim_partial(store, DIGEST).stat().st_size == 20


def test_the_partial_of_another_digest_is_not_taken(store: Store) -> None:
    put(store, "sha256-" + "b" * 64 + ".nobody", b"other")
    put(store, "git-sha1-" + "a" * 40 + ".nobody", b"other")
    assert claim_partial(store, DIGEST).read_bytes() == b""


def test_exactly_one_of_many_takers_gets_a_dead_partial(store: Store) -> None:
    put(store, f"{PREFIX}.nobody", b"the only one")
    start = threading.Barrier(8)
    claimed: list[Path] = []

    def claim() -> None:
        start.wait()
        claimed.append(claim_partial(store, DIGEST))

    threads = [threading.Thread(target=claim) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(claimed)) == 8
    assert sorted(path.read_bytes() for path in claimed) == [b""] * 7 + [b"the only one"]


@pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="no /proc here")
def test_a_process_number_that_came_round_again_is_not_the_owner(store: Store, living: subprocess.Popen[bytes]) -> None:
    theirs = put(store, named(living.pid, started(living.pid)))
    earlier = put(store, named(living.pid, str(int(started(living.pid)) - 1)))
    assert owner_is_alive(theirs)
    assert not owner_is_alive(earlier)


def test_a_partial_from_another_machine_lives_as_long_as_it_grows(store: Store) -> None:
    fresh = put(store, named(1, "1", host="other.host.example-0"))
    assert owner_is_alive(fresh)
    os.utime(fresh, (time.time() - 121, time.time() - 121))
    assert not owner_is_alive(fresh)


def test_another_name_space_of_process_numbers_counts_as_another_machine(store: Store) -> None:
    # two containers may share a host's name, and each has its own process 1
    theirs = put(store, named(2**22 + 1, "1", host=f"{socket.gethostname()}-999"))
    assert owner_is_alive(theirs)


def test_a_partial_that_vanishes_while_it_is_looked_at_is_left_alone(store: Store) -> None:
    assert owner_is_alive(store.partials / named(1, "1", host="elsewhere"))


@pytest.mark.parametrize(
    "owner",
    [
        "",
        "nobody",
        "host~x~0~0",
        "host~1",
        "~~~",
        f"{claim_name_host()}~{2**31 - 2}~0~0",
        f"{claim_name_host()}~{10**30}~0~0",
    ],
)
def test_a_name_that_tells_of_no_living_process_is_dead(store: Store, owner: str) -> None:
    assert not owner_is_alive(put(store, f"{PREFIX}.{owner}"))


def test_a_sweep_removes_dead_partials_of_the_digest_alone(store: Store) -> None:
    ours = claim_partial(store, DIGEST)
    dead = put(store, f"{PREFIX}.nobody", b"x")
    other = put(store, "sha256-" + "b" * 64 + ".nobody", b"x")
    sweep_partials(store, DIGEST)
    assert (ours.exists(), dead.exists(), other.exists()) == (True, False, True)
    sweep_partials(Store(store.root / "nowhere"), DIGEST)


def test_a_folder_that_cannot_be_made_is_a_store_error(store: Store) -> None:
    store.root.mkdir()
    (store.root / "partial").touch()
    with pytest.raises(StoreError, match="the disk refused"):
        claim_partial(store, DIGEST)
