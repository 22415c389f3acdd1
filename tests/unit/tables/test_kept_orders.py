"""A kept order that is not what its name says is drawn anew, whatever its seal says."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from recipes_data.store import Store
from recipes_data.tables import keptorders, sealing
from recipes_data.tables.keptorders import damaged_orders, kept_order, read_order
from recipes_data.tables.sealing import seal


@pytest.fixture
def path(tmp_path: Path) -> Path:
    assert kept_order(Store(tmp_path), "pcg64-0", 3, lambda: range(2, -1, -1)) == range(2, -1, -1)
    return tmp_path / "orders" / "pcg64-0-3.order"


def test_it_is_mapped_as_it_was_drawn(path: Path) -> None:
    found = read_order(path, 3)
    assert found is not None
    assert (found.format, found.readonly, found.tolist()) == ("q", True, [2, 1, 0])


@pytest.mark.parametrize(
    ("start", "stop", "new"),
    [
        pytest.param(0, 8, b"RDORDER2", id="another version"),
        pytest.param(8, 9, b"\x04", id="more rows than it has"),
        pytest.param(64, 64, bytes(8), id="more positions than rows"),
        pytest.param(64, 72, b"", id="fewer positions than rows"),
        pytest.param(20, None, b"", id="cut in its head"),
        pytest.param(0, None, b"", id="empty"),
    ],
)
def test_one_that_does_not_fit_together_is_none(path: Path, start: int, stop: int | None, new: bytes) -> None:
    content = path.read_bytes()
    path.chmod(0o644)
    path.write_bytes(content[:start] + new + (b"" if stop is None else content[stop:]))
    seal(path)
    assert read_order(path, 3) is None
    assert list(damaged_orders(Store(path.parents[1]), 3)) == [path]
    assert list(kept_order(Store(path.parents[1]), "pcg64-0", 3, lambda: [1, 0, 2])) == [1, 0, 2]
    found = read_order(path, 3)
    assert found is not None
    assert found.tolist() == [1, 0, 2], "kept in its place"


def test_the_order_of_other_rows_is_none(path: Path) -> None:
    assert read_order(path, 4) is None
    os.rename(path, path.with_name("pcg64-0-4.order"))
    assert list(kept_order(Store(path.parents[1]), "pcg64-0", 4, lambda: range(4))) == [0, 1, 2, 3]


def test_where_nothing_can_be_written_it_is_drawn_each_time(tmp_path: Path) -> None:
    (tmp_path / "orders").write_text("a file in the folder's place")
    drawn = [[0, 1], [1, 0]]
    for order in drawn:
        assert kept_order(Store(tmp_path), "pcg64-0", 2, lambda order=order: order) == order  # type: ignore[misc]


def test_one_that_is_written_is_in_one_place_though_another_process_thins_out_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keptorders, "_MOST", 0)

    def gone(*_: object, **__: object) -> None:
        raise FileNotFoundError

    monkeypatch.setattr(Path, "unlink", gone)
    kept_order(Store(tmp_path / "store", scratch=tmp_path / "scratch"), "pcg64-0", 2, lambda: [1, 0])
    assert (tmp_path / "store" / "orders" / "pcg64-0-2.order").exists()
    assert not (tmp_path / "scratch").exists()


def test_one_without_its_seal_is_read_and_taken_only_if_it_is_right(path: Path) -> None:
    os.utime(path)
    found = read_order(path, 3)
    assert found is not None
    assert path.stat().st_mtime == 1, "it was read: the next look need not"
    path.chmod(0o644)
    content = bytearray(path.read_bytes())
    content[-8] ^= 1
    path.write_bytes(content)
    assert read_order(path, 3) is None
    seal(path)
    assert read_order(path, 3) is not None, "while the machine runs its seal is taken at its word"
    assert list(damaged_orders(Store(path.parents[1]), 3)) == [path], "verify reads every byte"


def test_one_that_was_written_before_the_machine_started_anew_is_read_once(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "boot_name", lambda: "another")
    assert path.stat().st_mtime == 2
    assert read_order(path, 3) is not None
    assert path.stat().st_mtime == 1
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-8] + bytes([9]) + bytes(7))
    seal(path)
    assert read_order(path, 3) is None
