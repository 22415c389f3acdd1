"""Unpacking: the same bytes as the standard library gives, never more than allowed, never half a stream."""

from __future__ import annotations

import bz2
import contextlib
import gzip
import io
import lzma
import random
import time
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recipes_data.errors import IntegrityError, RecipesDataError, UnsafeFileError
from recipes_data.hub.bounded import Bounded, decompressor

PACK = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress}
KINDS = sorted(PACK)
TEXT = "".join(f'{{"row": {number}, "text": "{random.Random(number).random()}"}}\n' for number in range(5_000)).encode()


def reader(data: bytes, kind: str, **limits) -> Bounded:
    return Bounded(io.BytesIO(data), kind, name="x.jsonl", **{"max_bytes": 1 << 30, **limits})


def drained(packed: Bounded) -> int:
    return sum(iter(lambda: len(packed.read(1 << 16)), 0))


@pytest.mark.parametrize("kind", KINDS)
def test_the_bytes_are_those_that_were_packed(kind: str) -> None:
    for text in (b"", b"a", TEXT):
        assert reader(PACK[kind](text), kind).read() == text
    with reader(PACK[kind](TEXT), kind) as packed:
        assert b"".join(iter(lambda: packed.read(1000), b"")) == TEXT
        assert packed.read(5) == b""


@pytest.mark.parametrize("kind", KINDS)
def test_a_buffered_reader_gives_its_lines(kind: str) -> None:
    lines = list(io.BufferedReader(reader(PACK[kind](TEXT), kind)))  # type: ignore[type-var]
    assert b"".join(lines) == TEXT
    assert len(lines) == 5_000


@pytest.mark.parametrize("kind", KINDS)
def test_several_streams_with_padding_are_one_text(kind: str) -> None:
    parts = [b"one\n", b"", TEXT, b"end"]
    data = b"".join(PACK[kind](part) + bytes(8) for part in parts)
    assert reader(data, kind).read() == b"".join(parts)


@given(st.sampled_from(KINDS), st.lists(st.binary(max_size=300), min_size=1, max_size=4), st.integers(1, 400))
def test_any_reading_width_gives_the_same_bytes(kind: str, parts: list[bytes], width: int) -> None:
    data = b"".join(map(PACK[kind], parts))
    packed = reader(data, kind)
    assert b"".join(iter(lambda: packed.read(width), b"")) == b"".join(parts)


@pytest.mark.parametrize("kind", KINDS)
def test_a_stream_that_breaks_off_anywhere_is_an_error(kind: str) -> None:
    data = PACK[kind](TEXT[:3000])
    for length in range(0, len(data), 37):
        with pytest.raises(IntegrityError, match=r"breaks off|cannot unpack"):
            reader(data[:length], kind).read()
    with pytest.raises(IntegrityError, match="breaks off"):
        reader(data + data[:20], kind).read()


@pytest.mark.parametrize("kind", KINDS)
def test_a_flipped_byte_or_something_after_the_end_is_an_error(kind: str) -> None:
    data = PACK[kind](TEXT[:3000])
    for position in range(len(data) // 2, len(data), 97):
        damaged = bytearray(data)
        damaged[position] ^= 0x10
        with pytest.raises(IntegrityError):
            reader(bytes(damaged), kind).read()
    with pytest.raises(IntegrityError):
        reader(data + b"something else", kind).read()


@pytest.mark.parametrize("kind", KINDS)
def test_a_bomb_ends_at_its_limit_in_little_memory(kind: str) -> None:
    bomb = PACK[kind](bytes(15_000_000))
    tracemalloc.start()
    try:
        packed = reader(bomb, kind, max_bytes=6_000_000)
        with pytest.raises(UnsafeFileError, match="more than 6,000,000 bytes"):
            drained(packed)
        packed = reader(bomb, kind, free_bytes=1_000_000)
        with pytest.raises(UnsafeFileError, match="zip bomb"):
            drained(packed)
        assert tracemalloc.get_traced_memory()[1] < 11_000_000  # xz keeps 8 MiB of its own
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("kind", KINDS)
def test_a_text_of_exactly_the_limit_is_read_and_one_byte_more_is_not(kind: str) -> None:
    data = PACK[kind](TEXT)
    assert reader(data, kind, max_bytes=len(TEXT)).read() == TEXT
    with pytest.raises(UnsafeFileError):
        reader(data, kind, max_bytes=len(TEXT) - 1).read()


def test_a_small_file_of_zeros_is_no_bomb() -> None:
    assert len(reader(gzip.compress(bytes(10_000_000)), "gz").read()) == 10_000_000


def test_many_empty_streams_take_time_that_grows_with_their_number() -> None:
    started = time.process_time()
    assert reader(gzip.compress(b"") * 20_000, "gz").read() == b""
    assert time.process_time() - started < 2


def test_a_stream_that_asks_for_gigabytes_of_memory_is_refused() -> None:
    greedy = lzma.compress(b"x", filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 20}])
    assert reader(greedy, "xz").read() == b"x"
    # the dictionary size is one byte of the block header (xz 5.3.1): 37 is 1.5 GiB; the header has a CRC32 of its own
    header = bytearray(greedy[12 : 12 + (greedy[12] + 1) * 4])
    assert header[2:4] == b"\x21\x01"
    header[4] = 37
    header[-4:] = zlib.crc32(header[:-4]).to_bytes(4, "little")
    with pytest.raises(IntegrityError, match=r"[Mm]emory"):
        reader(greedy[:12] + bytes(header) + greedy[12 + len(header) :], "xz").read()


@given(st.sampled_from(KINDS), st.binary(max_size=300))
def test_any_bytes_are_unpacked_or_refused_with_our_errors(kind: str, data: bytes) -> None:
    with contextlib.suppress(RecipesDataError):
        reader(data, kind).read()


def test_a_bare_zlib_stream_is_no_gzip_file() -> None:
    with pytest.raises(IntegrityError, match="cannot unpack"):
        reader(zlib.compress(b"x"), "gz").read()


def test_what_the_standard_library_cannot_unpack_is_told_at_once() -> None:
    assert decompressor("zst") is None
    with pytest.raises(UnsafeFileError, match="cannot be unpacked"):
        reader(b"", "zst")


def test_the_source_is_closed_with_the_reader() -> None:
    source = io.BytesIO(gzip.compress(b"x"))
    with Bounded(source, "gz", name="x", max_bytes=10) as packed:
        assert packed.readable()
        assert not packed.writable()
        assert not packed.seekable()
        packed.flush()
    assert packed.closed
    assert source.closed
