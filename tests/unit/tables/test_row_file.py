"""A row file whose end does not fit together is none, whatever its checksum and its seal say."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from recipes_data.columns import parse_type
from recipes_data.tables.rowfile import RowFileWriter, damage_of, open_row_file
from recipes_data.tables.sealing import seal

COLUMNS = (("n", parse_type("int64")),)
TAIL = struct.Struct("<5q2I8s")  # as the module's docstring has it


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Three rows `{"n": 1}` in two blocks."""
    path = tmp_path / "t.rows"
    writer = RowFileWriter(path, "key", 3)
    writer.add(0, b"\x81\xa1n\x01" * 2, [4, 8])
    writer.add(2, b"\x81\xa1n\x01", [4])
    writer.finish()
    writer.close()
    seal(path)
    return path


def forged(path: Path, change: Callable[[list[int], bytes], tuple[list[int], bytes]]) -> None:
    """Another tail, with the checksum that belongs to it, and the seal."""
    content = path.read_bytes()
    *numbers, _, magic = TAIL.unpack(content[-TAIL.size :])
    blocks_at = numbers[1]
    numbers, magic = change(numbers, magic)
    checked = content[blocks_at : -TAIL.size] + struct.pack("<5qI", *numbers)
    path.chmod(0o644)
    path.write_bytes(content[: -TAIL.size] + checked[-44:] + struct.pack("<I8s", zlib.crc32(checked), magic))
    seal(path)


def test_a_forged_tail_that_says_the_same_is_the_tail(path: Path) -> None:
    forged(path, lambda numbers, magic: (numbers, magic))
    found = open_row_file(path, "key", COLUMNS)
    assert found is not None
    assert list(found.rows(0, 3)) == [{"n": 1}] * 3
    assert damage_of(path) is None


def moved(which: int, by: int) -> Callable[[list[int], bytes], tuple[list[int], bytes]]:
    return lambda numbers, magic: ([n + by * (at == which) for at, n in enumerate(numbers)], magic)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda numbers, _: (numbers, b"RDROWS02"), id="another version"),
        pytest.param(moved(0, -16), id="spans that begin earlier"),
        pytest.param(moved(0, 1 << 40), id="spans that begin behind the end"),
        pytest.param(moved(2, 1 << 40), id="a key that begins behind the end"),
        pytest.param(moved(3, 1), id="a row more"),
        pytest.param(moved(3, -1), id="a row fewer"),
        pytest.param(moved(4, 1), id="a block more"),
        pytest.param(
            lambda n, magic: ([n[1] - 16 * (n[1] // 16 + 1), n[1], n[2], n[1] // 16 + 1, *n[4:]], magic),
            id="as many rows as begin before the beginning",
        ),
    ],
)
def test_a_tail_that_does_not_fit_its_file_is_none(
    path: Path, change: Callable[[list[int], bytes], tuple[list[int], bytes]]
) -> None:
    forged(path, change)
    assert open_row_file(path, "key", COLUMNS) is None
    assert damage_of(path) == "its end"


def test_a_bit_of_what_stands_behind_the_rows_is_missed_by_its_checksum(path: Path) -> None:
    content = path.read_bytes()
    blocks_at = TAIL.unpack(content[-TAIL.size :])[1]
    for at in range(blocks_at, len(content)):
        path.chmod(0o644)
        path.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
        seal(path)
        assert open_row_file(path, "key", COLUMNS) is None, at


def test_another_beginning_is_that_of_another_file(path: Path) -> None:
    content = path.read_bytes()
    path.chmod(0o644)
    path.write_bytes(b"RDROWS02" + content[8:])
    seal(path)
    assert open_row_file(path, "key", COLUMNS) is None


def test_rows_that_are_known_by_another_key_are_none(path: Path) -> None:
    assert open_row_file(path, "kez", COLUMNS) is None
    assert damage_of(path) is None, "and not damaged"


@pytest.mark.parametrize(
    ("at", "wrong"), [(0, "where its rows begin and end"), (24, "where its rows begin and end"), (-8, "bytes 16 to 20")]
)
def test_what_was_written_to_is_read_and_found_wrong_at_its_place(path: Path, at: int, wrong: str) -> None:
    content = bytearray(path.read_bytes())
    content[TAIL.unpack(content[-TAIL.size :])[0] + at] ^= 1  # counted from the first span
    path.chmod(0o644)
    path.write_bytes(content)
    assert damage_of(path) == wrong
    assert open_row_file(path, "key", COLUMNS) is None, "its seal is broken, and it is read"
