"""The only home of what Ctrl-C does to a command: it ends at once, in a sentence and with exit code 130."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False  # as in `typing`, whose import would take as long as all of this
if TYPE_CHECKING:
    import signal
    from types import FrameType
    from typing import NoReturn
else:
    # what `signal` wraps in enums, which take 10 ms to import: until then Ctrl-C is a traceback
    import _signal as signal

__all__ = ["AtOnce", "end"]


def end(told: str = "interrupted") -> NoReturn:
    """End the process, without waiting for its threads.

    They may sit in a read, and nothing of theirs needs a farewell: names are given by rename.
    """
    print(f"\n{told}", file=sys.stderr, flush=True)
    os._exit(130)


class AtOnce:
    """While modules are imported inside of this, Ctrl-C ends the process where it is.

    An extension that is being loaded may make anything of a `KeyboardInterrupt`: pydantic's panics, with a traceback.
    """

    def __init__(self) -> None:
        self._taken = False

    def __enter__(self) -> None:
        if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
            return  # somebody else's; or ignored, as in a job that runs behind
        try:
            signal.signal(signal.SIGINT, _ended)
        except ValueError:
            return  # another thread than the main one, to which signals come
        self._taken = True

    def __exit__(self, *_: object) -> None:
        if self._taken:
            signal.signal(signal.SIGINT, signal.default_int_handler)


def _ended(number: int, frame: FrameType | None) -> NoReturn:
    del number, frame
    end()
