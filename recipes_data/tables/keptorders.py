"""The only home of orders of rows that were drawn before: positions, kept in the store and memory-mapped.

`orders/<name>-<rows>.order`, little-endian: the 8 bytes `RDORDER1`, int64 rows, uint32 CRC-32 of the positions, a line
of text of 44 bytes (`sealing.boot_name` when it was written), then the positions as int64.
"""

from __future__ import annotations

import array
import re
import struct
import sys
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from recipes_data.store import Store
from recipes_data.tables.mapping import mapped
from recipes_data.tables.sealing import boot_name, is_sealed, seal

TYPE_CHECKING = False  # importing typing takes longer than a load has to spare
if TYPE_CHECKING:
    from typing import TypeAlias

    import numpy as np
    import numpy.typing as npt

__all__ = ["MANY_ROWS", "Order", "damaged_orders", "kept_order", "read_order"]

Order: TypeAlias = "range | Sequence[int] | memoryview | npt.NDArray[np.int64]"

MANY_ROWS = 100_000
"""From so many rows on an order is kept: below, drawing it takes no longer than reading it."""

_MAGIC = b"RDORDER1"
_HEAD = struct.Struct("<8sqI44s")
_MOST = 16  # orders that a store keeps
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,80}\Z")


def kept_order(store: Store, name: str, rows: int, make: Callable[[], Order]) -> Order:
    """The order `name` of so many rows: read, else made and kept where a place can be written.

    Raises:
        ValueError: the name is no small word of letters, digits and hyphens.
    """
    if not _NAME.match(name):
        raise ValueError(f"{name!r} cannot be the name of an order")
    file = Path("orders", f"{name}-{rows}.order")
    found = read_order(store.derived(file), rows)
    if found is not None:
        return found
    made = make()
    if sys.byteorder == "little":
        for place in filter(None, (store.root, store.scratch)):
            try:
                _write(Store(place), place / file, made)
            except OSError:
                continue  # it cannot be written: the next place, or nobody keeps it and it is drawn again
            _thin_out(place / file.parent)
            break
    return made


def damaged_orders(store: Store, rows: int) -> Iterator[Path]:
    """Kept orders of so many rows that are not as they were written, every byte read."""
    for place in store.derived_in:
        for path in sorted((place / "orders").glob(f"*-{rows}.order")):
            found = _mapped(path, rows)
            if found is None or not _is_right(found):
                yield path


def read_order(path: Path, rows: int) -> memoryview | None:
    """The positions in a file, int64, memory-mapped; None where it has not so many, or not as they were written."""
    found = _mapped(path, rows)
    if found is None or not is_sealed(path, found[2], lambda: _is_right(found)):
        return None
    return found[0].cast("q")


def _is_right(found: tuple[memoryview, int, str]) -> bool:
    return zlib.crc32(found[0]) == found[1]


def _mapped(path: Path, rows: int) -> tuple[memoryview, int, str] | None:
    """The bytes of the positions, their checksum, and when they were written; None where it is no order of so many."""
    try:
        text = mapped(path)
        magic, count, crc, written_in = _HEAD.unpack_from(text)
    except (OSError, ValueError, struct.error):
        return None
    if magic != _MAGIC or count != rows or len(text) != _HEAD.size + 8 * rows or sys.byteorder != "little":
        return None
    return text[_HEAD.size :], crc, written_in.decode("ascii", "replace").strip()


def _write(store: Store, path: Path, order: Order) -> None:
    positions = array.array("q", order.tolist() if hasattr(order, "tolist") else order).tobytes()
    head = _HEAD.pack(_MAGIC, len(positions) // 8, zlib.crc32(positions), boot_name().encode().ljust(44))
    with store.writing(path) as temporary:
        temporary.write_bytes(head + positions)
    seal(path)


def _thin_out(folder: Path) -> None:
    """Keep the latest few. Another process may be at it too: what went meanwhile is no fault."""
    try:
        others = sorted(folder.glob("*.order"), key=lambda other: other.stat().st_ctime)
        for other in others[:-_MOST]:
            other.unlink()
    except OSError:
        pass  # the next one that is written thins out again
