"""The only home of whole processes that are timed in turn (A B C, A B C, ...) and of what they needed of memory.

Each contender runs once before anything counts: warm, and watched. In that run it gives an answer (rows and a digest of
all values), and its memory is sampled; the runs that count are not looked at while they run.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["Command", "Crowd", "FailedError", "Figures", "Run", "measure"]

_SAMPLE_SECONDS = 0.004


class FailedError(Exception):
    """A process ended badly, or took longer than it may."""


@dataclass(frozen=True, slots=True)
class Command:
    """One process: what is run, where, in which environment (all of it), and what is made ready before each run.

    `writes`: it leaves so much for the disk that the next one would pay for it; the system is synced after each run.
    `answer`: gives the answer after the watched run, of what prints none.
    """

    words: Sequence[str]
    environ: Mapping[str, str]
    cwd: Path
    before: Callable[[], None] = lambda: None
    writes: bool = False
    answer: Callable[[], Any] | None = None


@dataclass(frozen=True, slots=True)
class Crowd:
    """`count` processes of one command at once: each prints a line when it is ready and waits for its stdin to end.

    Each finds its own number in `BENCH_RANK`, and how many they are in `BENCH_RANKS`.
    """

    command: Command
    count: int


@dataclass(frozen=True, slots=True)
class Run:
    """How one process ran: wall seconds, what it printed as JSON, and its memory in KiB where it was watched.

    `peak_kib`: the highest resident memory, file pages included, `anonymous_kib`: without them; of the process and its
    children together, sampled. `total_kib`: proportional memory of a crowd, all processes together.
    """

    seconds: float
    answer: Any = None
    peak_kib: int = 0
    anonymous_kib: int = 0
    total_kib: int = 0


@dataclass(frozen=True, slots=True)
class Figures:
    """A contender's runs: the watched one, and seconds of those that count."""

    watched: Run
    seconds: tuple[float, ...]


def measure(
    contenders: Mapping[str, Command | Crowd], runs: int, *, limit: float, budget: float
) -> tuple[dict[str, Figures], dict[str, str]]:
    """Figures of each contender, and for each that failed why it did.

    `limit`: seconds that one process may take. `budget`: seconds after which no further turn begins; one turn is
    always made. One run of each in turn, so that a drift of the machine meets them alike.
    """
    began = time.monotonic()
    watched: dict[str, Run] = {}
    failed: dict[str, str] = {}
    seconds: dict[str, list[float]] = {}
    for name, command in contenders.items():
        try:
            watched[name] = _crowd(command, limit) if isinstance(command, Crowd) else _watched(command, limit)
            seconds[name] = [watched[name].seconds] if isinstance(command, Crowd) else []
        except FailedError as error:
            failed[name] = str(error)
    alone = {name: command for name, command in contenders.items() if name in watched and isinstance(command, Command)}
    for turn in range(runs):
        if turn and time.monotonic() - began > budget:
            break
        for name, command in alone.items():
            if name not in failed:
                try:
                    seconds[name].append(_timed(command, limit))
                except FailedError as error:
                    failed[name] = str(error)
    # a run that was watched tells how long it took where no other was asked for
    whole = {
        name: Figures(run, tuple(seconds[name] or [run.seconds])) for name, run in watched.items() if name not in failed
    }
    return whole, failed


def _start(command: Command, environ: Mapping[str, str], out: Any, err: Any, **more: Any) -> subprocess.Popen[bytes]:
    # a session of its own, so that the whole family can be ended
    return subprocess.Popen(
        command.words, env=dict(environ), cwd=command.cwd, stdout=out, stderr=err, start_new_session=True, **more
    )


def _timed(command: Command, limit: float) -> float:
    command.before()
    with tempfile.TemporaryFile() as errors:
        began = time.perf_counter()
        process = _start(command, command.environ, subprocess.DEVNULL, errors, stdin=subprocess.DEVNULL)
        _wait(process, limit)
        seconds = time.perf_counter() - began
        _must_be_fine(process, command, errors)
    if command.writes:
        os.sync()
    return seconds


def _watched(command: Command, limit: float) -> Run:
    command.before()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        began = time.perf_counter()
        environ = {**command.environ, "BENCH_CHECK": "1"}
        process = _start(command, environ, out, errors, stdin=subprocess.DEVNULL)
        peaks = [0, 0]
        done = threading.Event()
        watcher = threading.Thread(target=_sample, args=(process.pid, peaks, done))
        watcher.start()
        try:
            _wait(process, limit)
        finally:
            done.set()
            watcher.join()
        seconds = time.perf_counter() - began
        _must_be_fine(process, command, errors)
        out.seek(0)
        printed = out.read()
    if command.writes:
        os.sync()
    return Run(seconds, command.answer() if command.answer else _answer(printed), *peaks)


def _wait(process: subprocess.Popen[bytes], limit: float) -> None:
    """Wait without polling: `Popen.wait` with a limit sleeps up to 50 ms at a time."""
    timer = threading.Timer(limit, _end, (process,))
    timer.start()
    try:
        _, status = os.waitpid(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    finally:
        timer.cancel()
        _end(process)  # no effect but where the harness itself is being ended


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.returncode is None:
        os.killpg(process.pid, signal.SIGKILL)


def _must_be_fine(process: subprocess.Popen[bytes], command: Command, errors: Any) -> None:
    if process.returncode == 0:
        return
    errors.seek(0)
    said = errors.read().decode(errors="replace").strip().splitlines()
    why = "was ended: it took too long" if process.returncode == -signal.SIGKILL else f"exit {process.returncode}"
    raise FailedError(f"{why}: {' / '.join(said[-3:])[-600:]} ({' '.join(command.words)[:200]})")


def _answer(printed: bytes) -> Any:
    lines = printed.decode(errors="replace").strip().splitlines()
    try:
        return json.loads(lines[-1]) if lines else None
    except ValueError:
        return None


def _sample(pid: int, peaks: list[int], done: threading.Event) -> None:
    """Keep the highest resident and anonymous KiB of a process and its children."""
    while not done.wait(_SAMPLE_SECONDS):
        resident = anonymous = 0
        for each in _family(pid):
            whole, unshared = _resident(each)
            resident += whole
            anonymous += unshared
        peaks[0] = max(peaks[0], resident)
        peaks[1] = max(peaks[1], anonymous)


def _family(pid: int) -> list[int]:
    found, look = [], [pid]
    while look:
        found.append(look.pop())
        try:
            for children in Path(f"/proc/{found[-1]}/task").glob("*/children"):
                look.extend(int(word) for word in children.read_text().split())
        except OSError:  # it ended meanwhile
            pass
    return found


def _resident(pid: int) -> tuple[int, int]:
    whole = unshared = 0
    try:
        with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as file:
            for line in file:
                if line.startswith("VmRSS:"):
                    whole = int(line.split()[1])
                elif line.startswith("RssAnon:"):
                    unshared = int(line.split()[1])
    except OSError:  # it ended meanwhile
        pass
    return whole, unshared


def _crowd(crowd: Crowd, limit: float) -> Run:
    """All at once; when the last one is ready, their proportional memory is added up, and they are let go."""
    command = crowd.command
    command.before()
    with tempfile.TemporaryFile() as errors:
        began = time.perf_counter()
        environs = [
            {**command.environ, "BENCH_RANK": str(rank), "BENCH_RANKS": str(crowd.count)} for rank in range(crowd.count)
        ]
        started = [_start(command, own, subprocess.PIPE, errors, stdin=subprocess.PIPE) for own in environs]
        timers = [threading.Timer(limit, _end, (process,)) for process in started]
        try:
            for timer in timers:
                timer.start()
            ready = [process.stdout.readline() for process in started if process.stdout]
            seconds = time.perf_counter() - began
            # one that is not there any more has failed, which is said below
            alive = [process.pid for process, line in zip(started, ready, strict=True) if line]
            total = sum(_rollup(pid, "Pss:") for pid in alive)
            anonymous = sum(_rollup(pid, "Pss_Anon:") for pid in alive)
            for process in started:
                process.communicate()
        finally:
            for timer, process in zip(timers, started, strict=True):
                timer.cancel()
                if process.poll() is None:
                    _end(process)
                    process.wait()
        for process in started:
            _must_be_fine(process, command, errors)
    rows = sum((_answer(line) or {}).get("rows", 0) for line in ready)
    return Run(seconds, {"rows": rows}, anonymous_kib=anonymous, total_kib=total)


def _rollup(pid: int, name: str) -> int:
    try:
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii", errors="replace") as file:
            return next(int(line.split()[1]) for line in file if line.startswith(name))
    except (OSError, StopIteration) as error:  # no memory at all would be the best of figures
        raise FailedError(f"its proportional memory cannot be read: {error!r}") from error
