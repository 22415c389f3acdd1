"""The only home of what Ctrl-C does to a command: it ends at once, in a sentence and with exit code 130."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Iterator
from types import FrameType
from typing import NoReturn

__all__ = ["at_once", "end"]


def end(told: str = "interrupted") -> NoReturn:
    """End the process, without waiting for its threads.

    They may sit in a read, and nothing of theirs needs a farewell: names are given by rename.
    """
    print(f"\n{told}", file=sys.stderr, flush=True)
    os._exit(130)


@contextlib.contextmanager
def at_once() -> Iterator[None]:
    """While modules are imported Ctrl-C ends the process where it is.

    An extension that is being loaded may make anything of a `KeyboardInterrupt`: pydantic's panics, with a traceback.
    """
    before = signal.getsignal(signal.SIGINT)
    if before is not signal.default_int_handler or threading.current_thread() is not threading.main_thread():
        yield  # somebody else's, or ignored, as in a job that runs behind; and signals come to the main thread alone
        return
    signal.signal(signal.SIGINT, _ended)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _ended(number: int, frame: FrameType | None) -> NoReturn:
    del number, frame
    end()
