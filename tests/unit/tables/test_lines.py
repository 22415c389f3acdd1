"""Where lines begin, and the small file that keeps it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recipes_data.tables import lines
from recipes_data.tables.lines import index_bytes, line_starts, read_index


def naive(content: bytes) -> list[int]:
    """Split at every newline, drop what is blank; the mark at the beginning is no part of the first line."""
    found, at = [], 0
    for index, line in enumerate(content.split(b"\n")):
        mark = 3 if index == 0 and line.startswith(b"\xef\xbb\xbf") else 0
        if line[mark:].strip():
            found.append(at + mark)
        at += len(line) + 1
    return found


PIECES = [
    b"\n",
    b"\r\n",
    b" ",
    b"\t",
    b"\f",
    b"\v",
    b"{}",
    b"x",
    b"\xef\xbb\xbf",
    b"\xc3\xa9",
    b"\0",
    b"\n\n",
    b"  {}  ",
]


@given(st.lists(st.sampled_from(PIECES), max_size=30).map(b"".join), st.sampled_from([1, 2, 3, 7, 1 << 24]))
def test_the_index_is_that_of_a_naive_split(content: bytes, block: int) -> None:
    before = lines._BLOCK
    lines._BLOCK = block  # borders of what is read at once fall everywhere
    try:
        with tempfile.NamedTemporaryFile() as file:
            file.write(content)
            file.flush()
            assert line_starts(Path(file.name)).tolist() == naive(content)
    finally:
        lines._BLOCK = before


@given(st.lists(st.integers(0, 2**60)), st.integers(0, 2**60))
def test_an_index_that_was_written_is_read_back_and_no_other_size_is_taken(starts: list[int], size: int) -> None:
    content = index_bytes(np.array(starts, np.int64), size)
    assert content[:8] == b"RDLINES1"
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        found = read_index(Path(file.name), size)
        assert found is not None
        assert found.tolist() == starts
        assert read_index(Path(file.name), size + 1) is None


@pytest.mark.parametrize(
    "damage",
    [lambda c: c[:-1], lambda c: c + b"\0" * 8, lambda c: b"RDLINES2" + c[8:], lambda c: c[:20], lambda c: b""],
)
def test_an_index_that_is_not_whole_is_no_index(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    (tmp_path / "i").write_bytes(damage(index_bytes(np.array([0, 5], np.int64), 9)))
    assert read_index(tmp_path / "i", 9) is None
    assert read_index(tmp_path / "nothing", 9) is None
