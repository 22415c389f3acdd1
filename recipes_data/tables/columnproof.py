"""The only home of the proof of a whole row group at once: rows against Arrow, then Arrow against what the file holds.

Two steps, and both are about every value. A record batch that was built of rows is taken apart again, column by column,
and compared with the rows: types, lengths, nulls, keys and their order, values (floats by their bits, texts by the
UTF-8 that Python gives for them). Then a digest of every buffer of the batch is kept (Python's hash of bytes: SipHash,
with a key drawn for each process). The file is opened anew; each row group has to have the same buffers, which are then
the same values. Two buffers that differ have one digest with a chance of 2**-64.

What does not agree is not refused here: it is handed to `tables.proving`, row by row, which names the value. Arrow may
also spell equal values in other buffers (what stands under a null is nobody's); such rows pass there.
"""

from __future__ import annotations

import datetime as dt
import itertools
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import itemgetter
from typing import Any

import pyarrow as pa

from recipes_data.columns import INTEGERS, Columns, Type
from recipes_data.tables.proving import Proof
from recipes_data.tables.shards import Row

__all__ = ["GroupProof"]

_EXACT: dict[str, type] = {
    "string": str,
    "binary": bytes,
    "bool": bool,
    "class_label": int,
    "date32": dt.date,
    **dict.fromkeys(INTEGERS, int),
}
_FLOATS = frozenset({"float32", "float64"})
_BLOCK = 1 << 18  # bytes that are hashed at once: a copy of them stays in the processor's cache
_NOTHING = {"bool": False, "date32[day]": dt.date(1970, 1, 1)}
_Digests = tuple[Any, ...]


def _can_be_compared(columns: Columns) -> bool:
    """Whether the types are among those whose columns can be compared whole; others go row by row."""
    return all(_known(kind) for _, kind in columns)


def _known(kind: Type) -> bool:
    if kind.kind in ("list", "struct"):
        return bool(kind.fields) and all(_known(inner) for _, inner in kind.fields)
    return kind.kind in _EXACT or kind.kind in _FLOATS


class GroupProof:
    """The proof of row groups on their way into a file. Arguments as `Proof` takes them."""

    def __init__(self, columns: Columns, name: str, first: int, again: Callable[[], Iterable[Row]]) -> None:
        self._columns = columns
        self._name = name
        self._first = first
        self._again = again
        self._rows = None if _can_be_compared(columns) else Proof(columns, name, first, again)
        self._kept: list[_Digests] = []
        self._ends: list[int] = []

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    @property
    def by_columns(self) -> bool:
        """Whether the types are among those whose columns are compared whole; others go row by row."""
        return self._rows is None

    def keep_same(self, rows: Sequence[Row], batch: pa.RecordBatch) -> bool:
        """Take up a row group if it is certain to hold exactly these rows, down to the order of their keys."""
        if self._rows is not None or not _is_same(rows, self._columns, batch):
            return False
        self._ends.append(len(self) + len(rows))
        self._kept.append(_digests(batch))
        return True

    def keep(self, rows: Sequence[Row], batch: pa.RecordBatch) -> None:
        """Compare a row group that is written next with the rows that it was built of, and keep its digests.

        Raises:
            TableError: a row is not the one that was meant, or there are fewer or more of them.
        """
        if self.keep_same(rows, batch):
            return
        before = len(self)
        self._ends.append(before + len(rows))
        if self._rows is not None:
            for row in rows:
                self._rows.keep(row)
            return
        self._row_by_row(rows, batch.to_pylist(), before)
        self._kept.append(_digests(batch))

    def check(self, groups: Iterable[pa.RecordBatch]) -> Iterator[int]:
        """Compare the row groups that come back, in order; gives counts of rows, so that progress can be told.

        Raises:
            TableError: a row is not the one that was meant, or there are fewer or more of them.
        """
        if self._rows is not None:
            yield from self._rows.check(row for group in groups for row in group.to_pylist())
            return
        meant, given = iter(self._again()), 0
        at = before = 0
        for at, group in enumerate(groups, start=1):
            if at > len(self._kept):
                self._row_by_row((), group.to_pylist(), before)
                continue
            end = self._ends[at - 1]
            if _digests(group) != self._kept[at - 1]:
                wanted = itertools.islice(meant, before - given, end - given)
                self._row_by_row(wanted, group.to_pylist(), before)
                given = end
            yield end - before
            before = end
        if at < len(self._kept):
            self._row_by_row(itertools.islice(meant, before - given, len(self) - given), (), before)

    def _row_by_row(self, meant: Iterable[Row], found: Iterable[Row], before: int) -> None:
        kept: list[Row] = []
        proof = Proof(self._columns, self._name, self._first + before, lambda: kept)
        for row in meant:
            kept.append(row)
            proof.keep(row)
        for _ in proof.check(found):
            pass


def _is_same(rows: Sequence[Row], columns: Columns, batch: pa.RecordBatch) -> bool:
    """Whether a batch holds exactly these rows, whose columns `_can_be_compared`; False where that is not certain."""
    if batch.num_rows != len(rows) or batch.schema.names != [name for name, _ in columns]:
        return False
    if {*map(tuple, rows)} - {tuple(name for name, _ in columns)}:
        return False
    try:
        return all(
            _agree(list(map(itemgetter(name), rows)), kind, found)
            for (name, kind), found in zip(columns, batch.columns, strict=True)
        )
    except (KeyError, TypeError, OverflowError, UnicodeError):  # rows of another shape: one by one, they say where
        return False


def _agree(values: list[Any], kind: Type, found: pa.Array) -> bool:
    if len(values) != len(found):
        return False
    there = values
    if None in values or found.null_count:
        nulls = [value is None for value in values]
        if found.is_null().to_pylist() != nulls:
            return False
        there, found = [value for value in values if value is not None], found.drop_null()
    if kind.kind == "string":
        return _texts_agree(there, found)
    if kind.kind == "list":
        return _lists_agree(there, kind.fields[0][1], found)
    if kind.kind == "struct":
        return _structs_agree(there, kind, found)
    if kind.kind in _FLOATS:
        return {*map(type, there)} <= {float} and _bits(there) == _bits(found.to_pylist())
    return {*map(type, there)} <= {_EXACT[kind.kind]} and bool(found.to_pylist() == there)


def _bits(values: list[float]) -> bytes:
    return array("d", values).tobytes()


def _texts_agree(values: list[Any], found: pa.Array) -> bool:
    """Whether a column has the UTF-8 of the texts: it is the same for no other text."""
    encoded = list(map(str.encode, values))  # a TypeError for what is no text
    first, last, ends = _ends(found)
    if array("q", itertools.accumulate(map(len, encoded), initial=first)) != ends:
        return False
    joined = pa.py_buffer(encoded[0] if len(encoded) == 1 else b"".join(encoded))
    there = found.buffers()[2]
    return not joined.size if there is None else joined.equals(there.slice(first, last - first))


def _ends(column: pa.Array) -> tuple[int, int, array[int]]:
    """Where the values of an array of texts begin and end, and all ends."""
    ends = array("q")
    if len(column):
        ends.frombytes(column.buffers()[1].slice(8 * column.offset, 8 * (len(column) + 1)))
    else:
        ends.append(0)
    return ends[0], ends[-1], ends


def _lists_agree(values: list[Any], item: Type, found: pa.Array) -> bool:
    if {*map(type, values)} - {list}:
        return False
    ends = found.offsets.to_pylist()
    if ends and list(itertools.accumulate(map(len, values), initial=ends[0])) != ends:
        return False
    return _agree(list(itertools.chain.from_iterable(values)), item, found.flatten())


def _structs_agree(values: list[Any], kind: Type, found: pa.Array) -> bool:
    names = tuple(name for name, _ in kind.fields)
    if {*map(type, values)} - {dict} or {*map(tuple, values)} - {names}:
        return False
    return all(
        _agree(list(map(itemgetter(name), values)), inner, child)
        for (name, inner), child in zip(kind.fields, found.flatten(), strict=True)
    )


def _digests(batch: pa.RecordBatch) -> _Digests:
    """What decides a batch's values: of each array its type, length and validity, and the digests of its buffers."""
    found: list[Any] = [batch.num_rows, *batch.schema.names]
    for column in batch.columns:
        _add(column, found)
    return tuple(found)


def _add(column: pa.Array, found: list[Any]) -> None:
    kind, count = column.type, len(column)
    # not `str(kind)`: parquet calls the items of a list otherwise, which is no part of a value
    found += [kind.id, count, column.null_count]
    if column.null_count:
        found.append(_of(column.is_valid().cast(pa.uint8()).buffers()[1], 0, count))
    if pa.types.is_struct(kind):
        for at in range(kind.num_fields):
            found.append(kind.field(at).name)
            _add(column.field(at), found)
    elif pa.types.is_large_list(kind):
        first, last = _add_ends(column, found)
        _add(column.values.slice(first, last - first), found)
    elif pa.types.is_large_string(kind) or pa.types.is_large_binary(kind):
        first, last = _add_ends(column, found)
        found.append(_of(column.buffers()[2], first, last - first))
    else:
        if column.null_count:
            column = column.fill_null(_NOTHING.get(str(kind), 0))
        if pa.types.is_boolean(kind):
            column = column.cast(pa.uint8())
        width = column.type.bit_width // 8
        found.append(_of(column.buffers()[1], column.offset * width, count * width))


def _add_ends(column: pa.Array, found: list[Any]) -> tuple[int, int]:
    """Where the values of an array of lists or texts begin, and where they end; the digest of all their ends."""
    first, last, ends = _ends(column)
    found += [first, hash(ends.tobytes())]
    return first, last


def _of(buffer: pa.Buffer | None, start: int, size: int) -> _Digests:
    if buffer is None:
        return (size,)
    ends = range(start, start + size, _BLOCK)
    return size, *(hash(buffer.slice(at, min(_BLOCK, start + size - at)).to_pybytes()) for at in ends)
