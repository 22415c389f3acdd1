"""Many processes, or threads, on one cold store: each file is fetched once, everybody has the right rows."""

from __future__ import annotations

import ast
import os
import signal
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from recipes_data.errors import RecipesDataError
from tests.faults.crowds import LONG, Big, sent, throttled
from tests.faults.test_matrix import Run
from tests.worlds import ROOT

PROCESSES = 16 if LONG else 6
MOURNERS = 16 if LONG else 4
NO_LOCKS = """
import errno, fcntl

def refused(*_):
    raise OSError(errno.ENOLCK, "No locks available")

fcntl.flock = fcntl.lockf = refused
"""


def test_a_crowd_fetches_each_file_once_and_everybody_succeeds(tmp_path: Path) -> None:
    big = Big.make(tmp_path, files=4, megabytes=1.5)
    with throttled(big, 6_000_000) as mirror:
        crowd = [big.project.start("fetch", "big", "--endpoint", mirror.url, "--json") for _ in range(PROCESSES)]
        ends = [process.communicate(timeout=100) for process in crowd]
        requests = sent(mirror)
    for process, (_, err) in zip(crowd, ends, strict=True):
        assert process.returncode == 0, err
    assert Counter(request.path.rpartition("/")[2] for request in requests) == dict.fromkeys(big.sizes, 1)
    assert sum(request.bytes_sent for request in requests) == big.size
    assert any("is fetching it; waiting" in err for _, err in ends)
    big.check()


def test_the_crowd_goes_on_where_a_killed_holder_stopped_also_without_any_file_locks(tmp_path: Path) -> None:
    big = Big.make(tmp_path, files=3, megabytes=2)
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(NO_LOCKS, encoding="utf-8")
    path = os.pathsep.join([str(tmp_path / "site"), *filter(None, [big.project.environ.get("PYTHONPATH")])])
    with throttled(big, 3_000_000) as mirror:
        crowd = [big.project.start("fetch", "big", "--endpoint", mirror.url, PYTHONPATH=path) for _ in range(MOURNERS)]
        deadline = time.monotonic() + 60
        while big.arrived() < big.size // 3:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        holder = _holder(big)
        os.kill(holder, signal.SIGKILL)
        ends = {process.pid: (process.communicate(timeout=100)[1], process.returncode) for process in crowd}
        requests = sent(mirror)
    assert ends.pop(holder)[1] == -signal.SIGKILL
    for err, code in ends.values():
        assert code == 0, err
    again = Counter(request.path for request in requests)
    assert max(again.values()) == 2, "somebody took over"
    assert all("range" in request.headers for request in requests[len(big.sizes) :])
    assert sum(request.bytes_sent for request in requests) <= 1.3 * big.size
    big.check()


def _holder(big: Big) -> int:
    """The process that holds the most leases."""
    names = [lease.read_text(encoding="utf-8") for lease in (big.project.store / "leases").glob("sha256-*")]
    return int(Counter(name.split("~")[1] for name in names if name).most_common(1)[0][0])


def test_threads_of_one_process_share_one_download_of_each_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    big = Big.make(tmp_path, files=3, megabytes=1)
    errors: list[RecipesDataError | BaseException | None] = []

    def work(url: str) -> None:
        try:
            errors.append(Run().fetch(big.project, "big", url, token=False).error)
        except BaseException as exc:
            errors.append(exc)

    with throttled(big, 6_000_000) as mirror:
        threads = [threading.Thread(target=work, args=(mirror.url,)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        requests = sent(mirror)
    assert errors == [None] * 8
    assert Counter(request.path.rpartition("/")[2] for request in requests) == dict.fromkeys(big.sizes, 1)
    big.check()


LOCKING = {"flock", "lockf", "locking", "F_SETLK", "F_SETLKW", "F_OFD_SETLK"}
LOCKERS = {"filelock", "portalocker", "fasteners", "msvcrt"}


def lock_calls(source: str) -> list[str]:
    """What a module uses to lock files, whatever it is called there."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in LOCKING:
            found.append(node.attr)
        names = [alias.name for alias in node.names] if isinstance(node, (ast.Import, ast.ImportFrom)) else []
        module = [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
        found += [name for name in (*names, *module) if name.split(".")[0] in LOCKERS | LOCKING]
    return found


def test_nothing_of_ours_locks_a_file_so_nothing_depends_on_locks_that_work() -> None:
    assert lock_calls("import fcntl\nfcntl.flock(1, 2)") == ["flock"]
    assert lock_calls("from fcntl import lockf as f\nimport filelock") == ["lockf", "filelock"]
    looks = {"recipes_data/abilities.py", "recipes_data/diagnosis.py"}  # they tell whether locks work, and use none
    goes_on_without = {"recipes_data/adding.py"}  # two people who add to one recipe at once, on one machine
    used = {
        str(path.relative_to(ROOT)): calls
        for package in ("recipes_data", "loaders")
        for path in (ROOT / package).rglob("*.py")
        if (calls := lock_calls(path.read_text(encoding="utf-8")))
    }
    assert used.keys() <= looks | goes_on_without
