"""The only home of a shard's Arrow batches as several threads take them, one after another."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

from recipes_data.tables.shards import Shard

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Batches"]

_LEAST = 1 << 20  # bytes of a batch: each costs as much as some hundred rows, besides its rows


class Batches:
    """The batches of one shard, small ones put together. `busy`: threads that are at work on it, as they note it.

    One thread at a time decodes; what it takes along, it packs beside the others.
    """

    def __init__(self, shard: Shard) -> None:
        self._shard = shard
        self._rest: Iterator[pa.RecordBatch] | None = None
        self._lock = threading.Lock()
        self._at = 0
        self._broken: BaseException | None = None
        self.busy = 0

    def take(self) -> tuple[int, pa.RecordBatch | None]:
        """The number of its first row, and the next batch; the number of rows, and None, at the end and ever after.

        What the shard raises is raised to everybody who asks from then on.
        """
        with self._lock:
            if self._broken is not None:
                raise self._broken
            try:
                found = self._next()
            except BaseException as exc:
                self._broken = exc
                raise
            first = self._at
            self._at += sum(batch.num_rows for batch in found)
        return first, _together(found) if found else None

    def _next(self) -> list[pa.RecordBatch]:
        from recipes_data.tables.oldarrow import size_of  # on Arrow, which the shard imported

        if self._rest is None:
            self._rest = iter(self._shard.batches())
        found, size = [], 0
        for batch in self._rest:
            found.append(batch)
            size += size_of(batch)
            if size >= _LEAST:
                break
        return found


def _together(batches: list[pa.RecordBatch]) -> pa.RecordBatch:
    if len(batches) == 1:
        return batches[0]
    import pyarrow as pa  # which the shards imported

    (whole,) = pa.Table.from_batches(batches).combine_chunks().to_batches() or batches[:1]
    return whole
