"""Leases between real processes: one has it, the others wait; the dead one's is taken over."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from recipes_data.leases import Leases
from recipes_data.processes import is_running, process_name
from recipes_data.store import Store

DIGEST = "sha256:" + "ab" * 32
HOLDER = """
import sys, time
from pathlib import Path
from recipes_data.leases import Leases
from recipes_data.store import Store
with Leases(Store(Path(sys.argv[1]))).hold(sys.argv[2], lambda: False) as ours:
    print(ours, flush=True)
    time.sleep(60)
"""


def holder(root: Path) -> subprocess.Popen[str]:
    """A process that holds the lease until it is killed."""
    process = subprocess.Popen([sys.executable, "-c", HOLDER, str(root), DIGEST], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "True\n"
    return process


def test_the_lease_of_a_killed_process_is_taken_over_at_once(tmp_path: Path) -> None:
    process = holder(tmp_path)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    began = time.monotonic()
    with Leases(Store(tmp_path)) as leases, leases.hold(DIGEST, lambda: False) as ours:
        assert ours
    assert time.monotonic() - began < 2
    assert list((tmp_path / "leases").iterdir()) == []


def test_a_waiting_process_is_told_whose_it_is_and_takes_what_was_brought(tmp_path: Path) -> None:
    process = holder(tmp_path)
    brought = tmp_path / "brought"
    told: list[str] = []

    def look(owner: str) -> None:
        told.append(owner)
        brought.touch()

    with Leases(Store(tmp_path)) as leases, leases.hold(DIGEST, brought.exists, waiting=look) as ours:
        assert not ours
    assert [int(owner.split("~")[1]) for owner in told] == [process.pid]
    process.kill()
    process.communicate()


def test_of_many_threads_one_has_the_lease_at_a_time(tmp_path: Path) -> None:
    inside = 0
    most = 0
    fetched: list[int] = []

    def work(leases: Leases, number: int) -> None:
        nonlocal inside, most
        with leases.hold(DIGEST, lambda: bool(fetched)) as ours:
            if ours:
                inside += 1
                most = max(most, inside)
                time.sleep(0.05)
                fetched.append(number)
                inside -= 1

    with Leases(Store(tmp_path)) as leases:
        threads = [threading.Thread(target=work, args=(leases, number)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert most == 1
    assert len(fetched) == 1


def test_another_machines_lease_lives_as_long_as_it_is_touched(tmp_path: Path) -> None:
    lease = tmp_path / "leases" / DIGEST.replace(":", "-")
    lease.parent.mkdir()
    lease.write_text("elsewhere-1~5~7", encoding="utf-8")
    waited: list[float] = []

    def pause(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 3:
            os.utime(lease, (time.time() - 100, time.time() - 100))
        assert len(waited) < 6

    with Leases(Store(tmp_path)) as leases, leases.hold(DIGEST, lambda: False, pause=pause) as ours:
        assert ours
    assert len(waited) >= 3


def test_a_held_lease_is_touched_while_its_owner_lives(tmp_path: Path) -> None:
    with Leases(Store(tmp_path), beat=0.05) as leases, leases.hold(DIGEST, lambda: False):
        lease = tmp_path / "leases" / DIGEST.replace(":", "-")
        os.utime(lease, (0, 0))
        deadline = time.monotonic() + 5
        while lease.stat().st_mtime == 0:
            assert time.monotonic() < deadline
            time.sleep(0.02)


def test_where_no_lease_can_be_made_everybody_goes_on_without(tmp_path: Path) -> None:
    (tmp_path / "leases").write_text("a file in the way", encoding="utf-8")
    with Leases(Store(tmp_path)) as leases, leases.hold(DIGEST, lambda: False) as ours:
        assert ours


def test_a_process_is_known_by_its_start_not_by_its_number_alone() -> None:
    host, number, started = process_name().rsplit("~", 2)
    assert is_running(process_name()) is True
    assert is_running(f"{host}~{number}~{int(started) + 1}") is False
    assert is_running(f"{host}~{2**40}~1") is False
    assert is_running(f"elsewhere~{number}~{started}") is None
    assert is_running("no name at all") is False


def test_a_forked_child_with_the_number_of_an_ancestor_is_named_anew() -> None:
    script = (
        "import os\nfrom recipes_data import processes\nprocesses.process_name()\nnumber = os.getpid()\n"
        "processes._started = lambda pid: '12345'\nos.getpid = lambda: number\n"
        "if os.fork() == 0:\n    print(processes.process_name(), flush=True)\n    os._exit(0)\nos.wait()\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("~12345\n")
