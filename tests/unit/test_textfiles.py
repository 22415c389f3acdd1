"""Files that a command writes into a project: whole or not at all, and never over another where that was not asked."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from recipes_data.errors import StoreError
from recipes_data.textfiles import read_text, remove_text, write_new, write_over


def no_links(*_: object) -> None:
    raise OSError(95, "Operation not supported")


def test_a_new_file_is_whole_and_everybodys_by_the_umask(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "a.yaml"
    assert write_new(path, "größe\n") is True
    assert path.read_bytes() == "größe\n".encode()
    umask = os.umask(0)
    os.umask(umask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~umask
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("linkless", [False, True])
def test_what_is_there_is_not_written_over(linkless: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if linkless:
        monkeypatch.setattr(os, "link", no_links)
    path = tmp_path / "a.yaml"
    assert write_new(path, "mine") is True
    assert write_new(path, "other") is False
    assert read_text(path) == "mine"
    write_over(path, "new")
    assert read_text(path) == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_who_was_faster_between_the_look_and_the_writing_keeps_their_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("theirs", encoding="utf-8")
    monkeypatch.setattr(Path, "exists", lambda _: False)
    assert write_new(path, "mine") is False
    assert read_text(path) == "theirs"
    assert list(tmp_path.iterdir()) == [path]


def test_a_failure_on_the_way_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.yaml"
    write_new(path, "old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(StoreError, match="No space left on device"):
        write_over(path, "new")
    assert read_text(path) == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_not_there_is_empty_and_cannot_be_removed_twice(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    assert read_text(path) == ""
    write_new(path, "x")
    assert remove_text(path) is True
    assert remove_text(path) is False


def test_a_file_that_is_no_text_is_an_error_with_its_name(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(StoreError, match=r"a\.yaml cannot be read"):
        read_text(path)


@pytest.mark.parametrize("below", ["a.yaml", "deep/deeper/a.yaml"])
def test_a_file_in_the_place_of_a_folder_is_named_and_not_permissions(below: str, tmp_path: Path) -> None:
    (tmp_path / "manifests").touch()
    with pytest.raises(StoreError) as caught:
        write_new(tmp_path / "manifests" / below, "x")
    assert caught.value.do == f"{tmp_path / 'manifests'} is not a folder: move it, or take another place"


def test_a_folder_in_the_place_of_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").mkdir()
    for refused in (lambda path: write_over(path, "x"), remove_text):
        with pytest.raises(StoreError, match=r"a\.yaml is a folder: move it, or take another name"):
            refused(tmp_path / "a.yaml")


@pytest.mark.parametrize(("number", "do"), [(28, "free some space"), (13, "check the permissions of {}")])
def test_what_the_system_says_of_a_folder_is_what_is_advised(
    number: int, do: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "replace", refused)
    with pytest.raises(StoreError) as caught:
        write_over(tmp_path / "a.yaml", "new")
    assert caught.value.do == do.format(tmp_path)
