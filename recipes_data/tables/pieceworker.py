"""The only home of a process that makes pieces for another one: pieces come on stdin, answers go to stdout.

Both are lines of JSON. An answer is `{"moved": rows}`, `{"written": {...}}` or `{"error": [class, what, do]}`. When
stdin ends, whoever asked is gone or wants no more: the process ends at once, in the middle of a piece too.
"""

from __future__ import annotations

import ctypes
import dataclasses
import gc
import json
import os
import queue
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa

from recipes_data.errors import RecipesDataError
from recipes_data.store import disk_error
from recipes_data.tables.pieces import Piece, make_piece

__all__ = ["run"]

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # of malloc.h
_KEPT = 64 << 20  # bytes at most
_TOLD = 1000  # rows between two tellings


def run() -> None:
    """Make pieces until stdin ends."""
    # cells of many megabytes come and go: the allocator of the C library keeps its pages, Arrow's own gives them back
    pa.set_memory_pool(pa.system_memory_pool())
    _keep_freed_pages()
    gc.disable()  # rows have no cycles; to look for some among millions of objects costs as much as to parse them
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)  # whatever else is printed is no answer

    def say(answer: dict[str, Any]) -> None:
        try:
            answers.write(json.dumps(answer) + "\n")
        except BrokenPipeError:
            os._exit(0)

    asked: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(asked,), daemon=True).start()
    while True:
        say(_made(Piece.from_json(asked.get()), say))


def _keep_freed_pages() -> None:
    """Have the C library keep memory that is freed for what comes next, where it is glibc.

    By itself it gives every large block back to the system, which has to clear its pages for the next one: a quarter
    of all the processor time. Values: https://man7.org/linux/man-pages/man3/mallopt.3.html
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is not None:
        mallopt(_MMAP_THRESHOLD, 32 << 20)
        mallopt(_TRIM_THRESHOLD, _KEPT)


def _listen(asked: queue.SimpleQueue[str]) -> None:
    for line in sys.stdin:
        asked.put(line)
    os._exit(0)


def _made(piece: Piece, say: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    told = 0

    def moved(rows: int) -> None:
        nonlocal told
        told += rows
        if told >= _TOLD:
            say({"moved": told})
            told = 0

    try:
        return {"written": dataclasses.asdict(make_piece(piece, moved))}
    except RecipesDataError as exc:
        error = exc
    except OSError as exc:
        error = disk_error(exc, Path(piece.target))
    return {"error": [type(error).__name__, error.what, error.do]}
