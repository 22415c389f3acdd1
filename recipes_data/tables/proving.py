"""The only home of the proof that rows which were written are the rows that were meant, one by one.

A row's canonical text is its MessagePack (`tables.rowvalues`): values, their types and the order of keys, at every
depth, decide it. While rows are written, a 64-bit digest of each one's canonical text is kept (Python's hash of bytes,
SipHash with a key that is drawn for each process; of rows of texts alone, its hash of keys and texts themselves). The
file is then opened anew and read, and the digest of each row that comes back has to be the same. Two rows that differ
have one digest with a chance of 2**-64.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec

from recipes_data.columns import Columns
from recipes_data.errors import TableError
from recipes_data.tables.rowvalues import are_plain, packer
from recipes_data.tables.shards import Row

__all__ = ["Proof", "shown"]

_DO = "read the rows as they are: loaders.load; or name a type that holds them in the manifest's `columns:`"


class Proof:
    """The digests of rows on their way into a file.

    `name`: what messages call the source; `first`: the row of the source (from 0) that comes first; `again`: gives the
    rows that were meant once more, to name the value that is not the same.
    """

    def __init__(self, columns: Columns, name: str, first: int, again: Callable[[], Iterable[Row]]) -> None:
        self.columns = columns
        self._name = name
        self._first = first
        self._again = again
        self._digest = _digest(columns)
        self._kept = array("q")

    def __len__(self) -> int:
        return len(self._kept)

    def keep(self, row: Row) -> int:
        """Take up the row that is written next; about how many bytes it has.

        Raises:
            TableError: it has no canonical text (an integer beyond 64 bits, half of a surrogate pair).
        """
        try:
            digest, size = self._digest(row)
        except (OverflowError, UnicodeError, TypeError) as exc:
            raise self.refusal(len(self._kept), None, f"it cannot be kept as it is: {exc}") from exc
        self._kept.append(digest)
        return size

    def check(self, rows: Iterable[Row]) -> Iterator[int]:
        """Compare rows that come back, in order; gives the count of each thousand, so that progress can be told.

        Raises:
            TableError: a row is not the one that was meant, or there are fewer or more of them.
        """
        kept, digest = self._kept, self._digest
        at = 0
        for at, row in enumerate(rows, start=1):
            if at > len(kept):
                raise self.refusal(at - 1, None, f"there are more rows than the {len(kept):,} that were written")
            if digest(row)[0] != kept[at - 1]:
                raise self._difference(at - 1, row)
            if at % 1000 == 0:
                yield 1000
        if at != len(kept):
            raise self.refusal(at, None, f"only {at:,} of {len(kept):,} rows come back")
        yield at % 1000

    def refusal(self, index: int, column: str | None, what: str) -> TableError:
        """What is wrong with a row, `index` from 0 among those of this proof."""
        where = f", column {column!r}" if column is not None else ""
        return TableError(f"{self._name}, row {self._first + index + 1:,}{where}: {what}", _DO)

    def _difference(self, index: int, found: Row) -> TableError:
        for at, row in enumerate(self._again()):
            if at == index:
                for name, kind in self.columns:
                    alone = _digest(((name, kind),))
                    if alone({name: row[name]}) != alone({name: found.get(name)}):
                        what = f"{shown(row[name])} would come back as {shown(found.get(name))}"
                        return self.refusal(index, name, what)
                break
        return self.refusal(index, None, "the row would not come back as it is")


def shown(value: Any) -> str:
    """A value, for a message."""
    text = repr(value) if not isinstance(value, (str, bytes)) or len(value) < 100 else repr(value[:60]) + "..."
    return text if len(text) <= 70 else f"{text[:67]}..."


def _digest(columns: Columns) -> Callable[[Row], tuple[int, int]]:
    """A function that gives a row's digest and about its size in bytes."""
    if all(kind.kind == "string" for _, kind in columns):
        # texts need no canonical one: theirs is hashed as it lies in memory, and cells of many megabytes are not copied
        return _texts_digest
    if are_plain(columns):
        encode = msgspec.msgpack.Encoder().encode

        def plain(row: Row) -> tuple[int, int]:
            text = encode(row)
            return hash(text), len(text)

        return plain
    pack = packer(columns)

    def digest(row: Row) -> tuple[int, int]:
        buffer = bytearray()
        pack(row, buffer)
        return hash(bytes(buffer)), len(buffer)

    return digest


def _texts_digest(row: Row) -> tuple[int, int]:
    values = row.values()
    return hash((*row, *values)), sum(map(len, filter(None, values)))
