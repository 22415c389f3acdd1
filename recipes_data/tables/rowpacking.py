"""The only home of Arrow becoming MessagePack row by row: bytes are joined column by column, without Python objects.

What stands before a value (its type and length) is looked up for all values of a column at once by numpy; the rows are
then put together by Arrow's own `binary_join_element_wise`, which frees the interpreter's lock. What comes out is read
back as `tables.rowvalues` reads its own rows: the values and types that `to_pylist` gives, keys in the same order.
Values that MessagePack has no type for (dates, decimals, maps) become extensions in Python, one by one; the other
columns of their table do not.
Format: MessagePack (https://github.com/msgpack/msgpack/blob/master/spec.md), numbers and lengths as short as they go.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from recipes_data.tables.oldarrow import in_zoneinfo
from recipes_data.tables.rowextensions import extended
from recipes_data.tables.schema import BINARY

if TYPE_CHECKING:
    import numpy.typing as npt

    _Ints = npt.NDArray[Any]
    _Piece: TypeAlias = pa.Array | bytes

__all__ = ["pack_batch"]

_BYTES = pa.large_binary()
_JOIN = pc.JoinOptions(null_handling="replace", null_replacement="")
_NULL, _FALSE, _FLOAT = 0xC0, 0xC2, 0xCB


class _Code:
    """How numbers are written, by how large they are: the n-th range ends before the n-th bound.

    `ranges`: of each range a first byte (None: the number is its own) and the bytes of the number after it. `own`: what
    is added to numbers that have no byte before them.
    """

    def __init__(self, kind: type, bounds: Sequence[int], ranges: Sequence[tuple[int | None, int]], own: int) -> None:
        self.bounds: _Ints = np.array(bounds, kind)
        long = 8  # bytes of the number; then its first byte has no room in 64 bits, and stands alone
        self.masks = np.array([(1 << (8 * (size or 1))) - 1 for _, size in ranges], np.uint64)
        self.added = np.array(
            [own if tag is None else 0 if size == long else tag << (8 * size) for tag, size in ranges], np.uint64
        )
        self.firsts = np.array([tag or 0 for tag, _ in ranges], np.uint8)
        self.sizes = np.array([size + 1 for _, size in ranges], np.int64)


_UNSIGNED = [(None, 0), (0xCC, 1), (0xCD, 2), (0xCE, 4), (0xCF, 8)]
_UINT = _Code(np.uint64, [1 << 7, 1 << 8, 1 << 16, 1 << 32], _UNSIGNED, 0)
_INT = _Code(
    np.int64,
    [-(1 << 31), -(1 << 15), -(1 << 7), -(1 << 5), 1 << 7, 1 << 8, 1 << 16, 1 << 32],
    [(0xD3, 8), (0xD2, 4), (0xD1, 2), (0xD0, 1), *_UNSIGNED],
    0,
)
_TEXT = _Code(np.int64, [1 << 5, 1 << 8, 1 << 16], [(None, 0), (0xD9, 1), (0xDA, 2), (0xDB, 4)], 0xA0)
_BINARY = _Code(np.int64, [1 << 8, 1 << 16], [(0xC4, 1), (0xC5, 2), (0xC6, 4)], 0)
_LIST = _Code(np.int64, [1 << 4, 1 << 16], [(None, 0), (0xDC, 2), (0xDD, 4)], 0x90)
_MAP = _Code(np.int64, [1 << 4, 1 << 16], [(None, 0), (0xDE, 2), (0xDF, 4)], 0x80)
_LONGEST = (1 << 32) - 1  # what MessagePack can say of a length


def pack_batch(batch: pa.RecordBatch) -> tuple[memoryview, list[int]]:
    """The rows of a batch as MessagePack maps, one after another, and where each ends.

    Raises:
        pa.ArrowInvalid: text that is not UTF-8.
        OverflowError, TypeError: a value that cannot be kept as it is, or is longer than MessagePack can say.
    """
    batch.validate(full=True)
    names = batch.schema.names
    pieces: list[_Piece] = [_head(_MAP, len(names))]
    for name, column in zip(names, batch.columns, strict=True):
        pieces += [_key(name), *_pieces(column)]
    packed = _joined(pieces, batch.num_rows)
    ends = _offsets(packed)
    _, _, content = packed.buffers()
    whole = memoryview(content or b"")[: int(ends[-1])]
    return whole, ends[1:].tolist()


def _pieces(array: pa.Array) -> list[_Piece]:
    """What has to be joined, slot by slot, to have each value of an array as MessagePack; bytes: the same for all."""
    types = pa.types
    if types.is_dictionary(array.type):
        array = array.dictionary_decode()
    kind = array.type
    if types.is_null(kind):
        return [bytes([_NULL])]
    if types.is_struct(kind):
        return _struct(array)
    if types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind):
        return _lists(array)
    if types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind):
        return _texts(array.cast(pa.large_string()).cast(_BYTES), _TEXT)
    if any(is_bytes(kind) for is_bytes in BINARY):
        return _texts(array.cast(_BYTES), _BINARY)
    if types.is_boolean(kind) or types.is_floating(kind) or types.is_integer(kind):
        return [_scalars(array)]
    return [_one_by_one(array)]


def _one_by_one(array: pa.Array) -> pa.Array:
    """Values that MessagePack has no type for."""
    encode = msgspec.msgpack.Encoder().encode
    packed = [encode(extended(value)) for value in in_zoneinfo(array.to_pylist(), array.type)]
    ends = np.concatenate(([0], np.cumsum([len(each) for each in packed], dtype=np.int64)))
    return pa.Array.from_buffers(_BYTES, len(packed), [None, pa.py_buffer(ends), pa.py_buffer(b"".join(packed))])


def _scalars(array: pa.Array) -> pa.Array:
    kind = array.type
    types = pa.types
    nulls = _nulls(array)
    if types.is_boolean(kind):
        return _fixed((_numbers(array.cast(pa.uint8())) + np.uint8(_FALSE)).reshape(-1, 1), nulls)
    if types.is_floating(kind):
        wide = np.full((len(array), 9), _FLOAT, np.uint8)
        wide[:, 1:] = _numbers(array).astype(">f8").view(np.uint8).reshape(-1, 8)
        return _fixed(wide, nulls)
    if types.is_unsigned_integer(kind):
        return _coded(_numbers(array).astype(np.uint64), _UINT, nulls)
    return _coded(_numbers(array).astype(np.int64), _INT, nulls)


def _texts(array: pa.Array, code: _Code) -> list[_Piece]:
    return [_coded(_lengths(np.diff(_offsets(array))), code, _nulls(array)), array]  # a null is joined as nothing


def _struct(array: pa.Array) -> list[_Piece]:
    pieces: list[_Piece] = [_head(_MAP, array.type.num_fields)]
    # `flatten` makes null what stands under a null: it may be anything
    for field, values in zip(array.type, array.flatten(), strict=True):
        pieces += [_key(field.name), *_pieces(values)]
    if not array.null_count:
        return pieces
    return [pc.if_else(array.is_valid(), _joined(pieces, len(array)), _scalar(bytes([_NULL])))]


def _lists(array: pa.Array) -> list[_Piece]:
    nulls = _nulls(array)
    counts = _numbers(pc.list_value_length(array)).astype(np.int64)
    if nulls is not None:
        counts[nulls] = 0
    items = array.flatten()  # in place, but for what stands under nulls
    packed = _joined(_pieces(items), len(items))
    # items lie one after another: those of one list are one run of bytes
    ends = _offsets(packed)[np.concatenate(([0], np.cumsum(counts)))]
    content = pa.Array.from_buffers(_BYTES, len(array), [None, pa.py_buffer(ends), packed.buffers()[2]])
    return [_coded(_lengths(counts), _LIST, nulls), content]


def _joined(pieces: Sequence[_Piece], count: int) -> pa.Array:
    """Pieces slot by slot as one array of `count` slots, without nulls, that begins at its buffers' beginning."""
    parts: list[_Piece] = []
    for piece in pieces:
        if isinstance(piece, bytes) and parts and isinstance(parts[-1], bytes):
            parts[-1] += piece
        else:
            parts.append(piece)
    arguments = [_scalar(part) if isinstance(part, bytes) else part for part in (*parts, b"")]
    if all(isinstance(part, bytes) for part in parts):
        arguments[0] = pa.repeat(arguments[0], count)
    return pc.call_function("binary_join_element_wise", arguments, _JOIN)


def _scalar(content: bytes) -> pa.Scalar:
    """These bytes as Arrow has them; `pa.scalar` would import pandas."""
    ends = pa.py_buffer(np.array([0, len(content)], np.int64))
    return pa.Array.from_buffers(_BYTES, 1, [None, ends, pa.py_buffer(content)])[0]


def _coded(values: _Ints, code: _Code, nulls: npt.NDArray[np.bool_] | None) -> pa.Array:
    """Numbers as `code` writes them: each stands at the end of 9 bytes, of which as many are taken as it needs."""
    which = np.searchsorted(code.bounds, values, "right")
    numbers = (values.view(np.uint64) & code.masks[which]) + code.added[which]
    wide = np.empty((len(values), 9), np.uint8)
    wide[:, 0] = code.firsts[which]
    wide[:, 1:] = numbers.astype(">u8").view(np.uint8).reshape(-1, 8)
    return _variable(wide, code.sizes[which], nulls)


def _fixed(wide: _Ints, nulls: npt.NDArray[np.bool_] | None) -> pa.Array:
    return _variable(wide, np.full(len(wide), wide.shape[1], np.int64), nulls)


def _variable(wide: _Ints, sizes: _Ints, nulls: npt.NDArray[np.bool_] | None) -> pa.Array:
    """Of each line of bytes as many of the last as `sizes` says; of nulls, the byte of a null."""
    width = wide.shape[1]
    if nulls is not None:
        wide[nulls, -1] = _NULL
        sizes[nulls] = 1
    most = int(sizes.max(initial=0))
    content = wide[:, width - most :]
    if int(sizes.min(initial=most)) != most:
        content = content[np.arange(most) >= (most - sizes)[:, None]]
    ends = np.concatenate(([0], np.cumsum(sizes)))
    buffers = [None, pa.py_buffer(ends), pa.py_buffer(np.ascontiguousarray(content))]
    return pa.Array.from_buffers(_BYTES, len(sizes), buffers)


def _head(code: _Code, count: int) -> bytes:
    found: bytes = _coded(np.array([count], np.int64), code, None)[0].as_py()
    return found


def _key(name: str) -> bytes:
    text = name.encode()
    return _head(_TEXT, len(text)) + text


def _lengths(lengths: _Ints) -> _Ints:
    if len(lengths) and int(lengths.max()) > _LONGEST:
        raise OverflowError(f"longer than the {_LONGEST:,} that MessagePack can say")
    return lengths


def _offsets(array: pa.Array) -> _Ints:
    """Where the slots of a large_binary array begin in its buffer, and where the last one ends."""
    found = array.buffers()[1]
    if found is None or not found.size:
        return np.zeros(1, np.int64)
    return np.frombuffer(found, np.int64, len(array) + 1, array.offset * 8)


def _numbers(array: pa.Array) -> _Ints:
    """The numbers of an array in place; what stands under nulls is anything."""
    types, arrow = pa.types, array.type
    letter = "f" if types.is_floating(arrow) else "u" if types.is_unsigned_integer(arrow) else "i"
    kind = np.dtype(f"{letter}{arrow.bit_width // 8}")  # `to_pandas_dtype` of older versions imports pandas
    if not len(array):
        return np.empty(0, kind)
    return np.frombuffer(array.buffers()[1], kind, len(array), array.offset * kind.itemsize)


def _nulls(array: pa.Array) -> npt.NDArray[np.bool_] | None:
    if not array.null_count:
        return None
    return _numbers(array.is_null().cast(pa.uint8())).view(np.bool_)
