"""The only home of reading ahead: the next items of an iterator are made in a thread while these are used."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar, cast

__all__ = ["ahead"]

_T = TypeVar("_T")
_END = object()


def ahead(items: Iterator[_T], depth: int) -> Iterator[_T]:
    """The same items in the same order; at most `depth` of them are made before they are asked for.

    What `items` raises is raised when its turn comes. A thread is started with the first item, and ends when the
    iterator is closed. It must not be gone on with in a process that was forked since: the thread is not there.
    """
    pool = ThreadPoolExecutor(1, thread_name_prefix="ahead")
    waiting: deque[Future[object]] = deque()
    try:
        waiting.extend(pool.submit(next, items, _END) for _ in range(depth))
        while (item := waiting.popleft().result()) is not _END:
            waiting.append(pool.submit(next, items, _END))
            yield cast(_T, item)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
