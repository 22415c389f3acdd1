"""The only home of a wait that all processes on a store share: when the Hub says wait, everybody waits once.

The gate of an endpoint is an empty file in the store whose modification time is the moment it opens (wall
clock), so looking costs one stat. A store that cannot be written has no gate; then each run waits by itself.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import time
from collections.abc import Callable
from pathlib import Path

__all__ = ["Gate"]

_LONGEST_SECONDS = 600.0


class Gate:
    """The gate of one endpoint in one store. `now`: the wall clock, for tests."""

    def __init__(self, store: Path, endpoint: str, *, now: Callable[[], float] = time.time) -> None:
        self._path = store / "gate" / hashlib.sha256(endpoint.encode()).hexdigest()[:16]
        self._now = now

    def left(self) -> float:
        """Seconds until it opens; 0 where it is open.

        At most ten minutes, whatever the file says: a clock may have been set back since.
        """
        try:
            opens = os.stat(self._path).st_mtime
        except OSError:
            return 0.0  # nobody closed it, or the store may not be read
        left = opens - self._now()
        return left if 0 < left <= _LONGEST_SECONDS else 0.0

    def close(self, seconds: float) -> None:
        """Keep it closed for so long at least; a later opening that somebody else set stays."""
        if seconds <= self.left():
            return
        opens = self._now() + seconds
        with contextlib.suppress(OSError):  # a store that may only be read: others just do not learn of it
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.touch()
            os.utime(self._path, (opens, opens))
