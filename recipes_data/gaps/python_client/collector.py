"""The only home of holding Python's garbage collector back while syntax trees are made and read.

A tree is many small objects that all stay: the collector would walk them again and again and find nothing, which costs
more than a third of the time.
"""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator

__all__ = ["collector_held"]


@contextlib.contextmanager
def collector_held() -> Iterator[None]:
    """No cyclic collection inside; as it was before, afterwards."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
