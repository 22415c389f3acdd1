"""The only home of the processes that make pieces: as many as there are cores, and as their memory allows.

Each is a new interpreter that hears of nothing but its pieces: no fork (threads may hold locks), and no second run of
the user's script, as `multiprocessing` makes one. They end when this process ends, however it does.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import IO, Any, cast

from recipes_data import errors
from recipes_data.errors import RecipesDataError, StoreError
from recipes_data.tables.pieces import Piece, make_piece
from recipes_data.tables.written import Written

__all__ = ["make_pieces", "worker_count"]

_MEMORY = 280 << 20
"""What all processes together may take besides the interpreter's own, in bytes."""
_SELF, _EACH = 30 << 20, 56 << 20  # of it: this process; one worker with its row group
_TIMES = 5  # how often a long row is in memory at once
_MOST = 8
_SMALL = 8_000_000
_CODE = "import sys; sys.path[:] = sys.argv[1:]; from recipes_data.tables.pieceworker import run; run()"


def worker_count(longest: int) -> int:
    """How many processes may work at once; `longest`: bytes of the longest row."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores, _MOST, (_MEMORY - _SELF) // (_EACH + _TIMES * longest)))


def make_pieces(
    pieces: Sequence[Piece],
    sizes: Sequence[int],
    longest: int,
    moved: Callable[[int], None] = lambda count: None,
) -> list[Written]:
    """Make all pieces; in this process where they are small together.

    `sizes`: bytes of the source that each one stands for; `moved` is told of them as they are done. `longest`: bytes
    of the longest row.

    Raises:
        TableError: a row cannot be held as it is; StoreError: the disk refused, or a process was ended from outside.
    """
    if sum(sizes) < _SMALL or not sys.executable:
        return [make_piece(piece, _share(piece, size, moved)) for piece, size in zip(pieces, sizes, strict=True)]
    crew = _Crew(pieces, sizes)
    try:
        crew.start(min(worker_count(longest), len(pieces)))
        return crew.work(moved)
    finally:
        crew.end()


def _share(piece: Piece, size: int, moved: Callable[[int], None]) -> Callable[[int], None]:
    """Rows that were written or proven, as bytes of the source."""
    twice, done, told = max(1, 2 * (piece.stop - piece.start)), 0, 0

    def share(rows: int) -> None:
        nonlocal done, told
        done += rows
        now = size * done // twice
        moved(now - told)
        told = now

    return share


class _Crew:
    """Processes at work, and a thread for each one that hands it pieces and hears its answers."""

    def __init__(self, pieces: Sequence[Piece], sizes: Sequence[int]) -> None:
        self._pieces = pieces
        self._sizes = sizes
        # the largest first, so that the last ones to end are short
        self._left = deque(sorted(range(len(pieces)), key=lambda at: -sizes[at]))
        self._heard: queue.SimpleQueue[tuple[int, dict[str, Any]]] = queue.SimpleQueue()
        self._processes: list[subprocess.Popen[str]] = []
        self._threads: list[threading.Thread] = []

    def start(self, count: int) -> None:
        for _ in range(count):
            # a session of its own: Ctrl-C is for this process, which ends the others
            process = subprocess.Popen(
                [sys.executable, "-c", _CODE, *sys.path],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                start_new_session=True,
            )
            self._processes.append(process)
            thread = threading.Thread(target=self._attend, args=(process,), daemon=True)
            thread.start()
            self._threads.append(thread)

    def _attend(self, process: subprocess.Popen[str]) -> None:
        while True:
            try:
                at = self._left.popleft()
            except IndexError:
                return
            try:
                self._hand_over(process, at)
            except (OSError, ValueError):  # it is gone, or its pipes were closed by `end`
                self._heard.put((at, {"gone": True}))
                return

    def _hand_over(self, process: subprocess.Popen[str], at: int) -> None:
        tell, answers = cast(IO[str], process.stdin), cast(IO[str], process.stdout)
        tell.write(self._pieces[at].to_json() + "\n")
        tell.flush()
        for line in answers:
            answer = json.loads(line)
            self._heard.put((at, answer))
            if "moved" not in answer:
                return
        raise BrokenPipeError

    def work(self, moved: Callable[[int], None]) -> list[Written]:
        """All pieces, in their order."""
        shares = [_share(piece, size, moved) for piece, size in zip(self._pieces, self._sizes, strict=True)]
        done: dict[int, Written] = {}
        while len(done) < len(self._pieces):
            try:
                at, answer = self._heard.get(timeout=0.5)  # bounded, so that Ctrl-C is heard on every platform
            except queue.Empty:
                continue
            if "moved" in answer:
                shares[at](answer["moved"])
            elif "written" in answer:
                done[at] = Written(**answer["written"])
            else:
                raise _error(answer, self._pieces[at])
        return [done[at] for at in range(len(self._pieces))]

    def end(self) -> None:
        """End every process; what it was writing is the caller's to remove."""
        self._left.clear()
        for process in self._processes:
            process.kill()
        for process in self._processes:
            process.wait()
        for thread in self._threads:
            thread.join()
        for process in self._processes:
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    try:
                        pipe.close()
                    except OSError:  # what could not be written to a process that is gone
                        pass


def _error(answer: Mapping[str, Any], piece: Piece) -> RecipesDataError:
    if "error" in answer:
        kind, what, do = answer["error"]
        found = getattr(errors, kind, StoreError)
        error: RecipesDataError = found(what, do)
        return error
    what = f"{piece.name}: a process that converted it was ended from outside, or failed"
    return StoreError(what, "is there memory enough? then run the same command again")
