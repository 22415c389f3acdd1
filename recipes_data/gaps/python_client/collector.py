"""The only home of what Python is told while syntax trees are made and read: no garbage collection, deep recursion.

A tree is many small objects that all stay: the collector would walk them again and again and find nothing, which costs
more than a third of the time. And a body is read when somebody asks what a function answers, which leads from function
to function, as deep as the calls of the sources go.
"""

from __future__ import annotations

import contextlib
import gc
import sys
from collections.abc import Iterator

__all__ = ["collector_held"]

_DEEPEST = 6000  # fits the stack that every system gives a process


@contextlib.contextmanager
def collector_held() -> Iterator[None]:
    """No cyclic collection inside, and room for long chains of calls; as it was before, afterwards."""
    was_on, depth = gc.isenabled(), sys.getrecursionlimit()
    gc.disable()
    sys.setrecursionlimit(max(depth, _DEEPEST))
    try:
        yield
    finally:
        sys.setrecursionlimit(depth)
        if was_on:
            gc.enable()
