"""A tar that is a plain file: what nobody asks for is passed over unread, and nothing else is different."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from recipes_data.errors import IntegrityError
from recipes_data.tables.tars import tar_members

BIG = 4 << 20


def tarred(folder: Path, format: int) -> Path:
    """A small member, a big one, a folder, and a small one with a long name."""
    path = folder / "x.tar"
    with tarfile.open(path, "w", format=format) as tar:
        for name, size in (("first", 700), ("big", BIG), ("folder", -1), ("n" * 150, 512)):
            member = tarfile.TarInfo(name)
            if size < 0:
                member.type = tarfile.DIRTYPE
                tar.addfile(member)
            else:
                member.size = size
                tar.addfile(member, io.BytesIO(bytes([len(name)]) * size))
    return path


class Counting(io.FileIO):
    """A file that counts what is read of it."""

    bytes_read = 0

    def readinto(self, buffer: object) -> int:  # type: ignore[override]
        count = super().readinto(buffer) or 0  # type: ignore[arg-type]
        self.bytes_read += count
        return count


@pytest.mark.parametrize("format", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT])
@pytest.mark.parametrize("wanted", [{"first"}, {"n" * 150}, {"first", "big", "n" * 150}, set()])
def test_members_are_the_same_whether_the_rest_is_read_or_passed_over(
    tmp_path: Path, format: int, wanted: set[str]
) -> None:
    if format == tarfile.USTAR_FORMAT:
        wanted = {name for name in wanted if len(name) < 100}
    path = tarred(tmp_path, format) if format != tarfile.USTAR_FORMAT else short(tmp_path)
    found = []
    for passed_over in (False, True):
        raw = Counting(path)
        with io.BufferedReader(raw) as file:
            members = tar_members(file, "x", file=file if passed_over else None)
            found.append(
                [
                    (each.path, each.kind, each.size, b"".join(each.pieces) if each.path in wanted else b"")
                    for each in members
                ]
            )
    assert found[0] == found[1]
    assert {name for name, *_ in found[1]} >= wanted
    assert (raw.bytes_read > BIG) == ("big" in wanted)


def short(folder: Path) -> Path:
    path = folder / "short.tar"
    with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as tar:
        for name, size in (("first", 700), ("big", BIG), ("last", 1)):
            member = tarfile.TarInfo(name)
            member.size = size
            tar.addfile(member, io.BytesIO(b"x" * size))
    return path


@pytest.mark.parametrize("cut", [600, 512 + 1024 + 512 + 5000])
def test_a_tar_that_breaks_off_in_what_nobody_asks_for_is_an_error(tmp_path: Path, cut: int) -> None:
    path = tarred(tmp_path, tarfile.GNU_FORMAT)
    path.write_bytes(path.read_bytes()[:cut])
    with path.open("rb") as file, pytest.raises(IntegrityError, match="the tar breaks off"):
        list(tar_members(file, "x", file=file))


def test_a_piece_of_a_member_may_be_read_and_the_rest_not(tmp_path: Path) -> None:
    path = tarred(tmp_path, tarfile.PAX_FORMAT)
    with path.open("rb") as file:
        names = []
        for member in tar_members(file, "x", file=file):
            names.append(member.path)
            next(member.pieces, b"")
    assert names == ["first", "big", "folder", "n" * 150]
