"""Several `add` into one recipe at once: no need is lost, in whatever order they read and write."""

from __future__ import annotations

import fcntl
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from recipes_data import adding
from recipes_data.adding import Addition, Need, add, draft
from recipes_data.catalogue import read_catalogue
from recipes_data.describing import Asking
from recipes_data.errors import UsageError
from recipes_data.mirror import Mirror
from tests.additions import opener
from tests.worlds import Project, write_sums

NAMES = ["one", "two"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Project.make(tmp_path).root / "manifests"


@pytest.fixture
def drafted(tmp_path: Path, folder: Path) -> Iterator[list[Addition]]:
    """Two manifests for one recipe, both drafted before either is written."""
    write_sums(tmp_path / "hub")
    with Mirror(tmp_path / "hub") as mirror:
        way = opener(mirror)
        nothing = read_catalogue([folder])
        yield [draft(way(), Asking("org/sums", name), nothing, folder, Need("mine")) for name in NAMES]
        way.close()


def needs(folder: Path) -> list[str]:
    return [need.name for need in read_catalogue([folder]).recipe("mine").needs]


def test_a_need_goes_behind_those_that_were_written_since_it_was_drafted(folder: Path, drafted: list[Addition]) -> None:
    for addition in drafted:
        add(addition)
    assert needs(folder) == NAMES


def test_an_add_that_begins_while_another_writes_waits_for_it(
    folder: Path, drafted: list[Addition], monkeypatch: pytest.MonkeyPatch
) -> None:
    first_reads, second_waits = threading.Event(), threading.Event()
    lock, write = fcntl.flock, adding.write_new

    def locked(descriptor: int, how: int) -> None:
        if first_reads.is_set():
            second_waits.set()
        lock(descriptor, how)

    def written(path: Path, text: str) -> bool:
        if path == drafted[0].path:  # it has read the recipe, and has not written it
            first_reads.set()
            assert second_waits.wait(60)
        return write(path, text)

    monkeypatch.setattr(fcntl, "flock", locked)
    monkeypatch.setattr(adding, "write_new", written)
    first = threading.Thread(target=add, args=(drafted[0],))
    first.start()
    assert first_reads.wait(60)
    add(drafted[1])
    first.join(60)
    assert needs(folder) == NAMES


@pytest.mark.parametrize("missing", ["no such module", "no locks here"])
def test_where_no_folder_can_be_locked_add_goes_on_without(
    missing: str, folder: Path, drafted: list[Addition], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(descriptor: int, how: int) -> None:
        raise OSError(9, missing)

    if missing == "no such module":
        monkeypatch.setitem(sys.modules, "fcntl", None)
    else:
        monkeypatch.setattr(fcntl, "flock", refused)
    add(drafted[0])
    assert needs(folder) == NAMES[:1]


def test_a_recipe_that_was_written_otherwise_meanwhile_leaves_the_project_as_it_is(
    folder: Path, drafted: list[Addition]
) -> None:
    add(drafted[0])
    path = folder / "recipes" / "mine.yaml"
    path.write_text("name: mine\ntitle: M\nneeds: [{dataset: one, why: w, priority: P1}]\n", encoding="utf-8")
    with pytest.raises(UsageError, match="is not written so that a need can be put behind the others"):
        add(drafted[1])
    assert not drafted[1].path.exists()


def test_a_recipe_may_have_got_needs_since_the_catalogue_was_read(
    tmp_path: Path, folder: Path, drafted: list[Addition]
) -> None:
    add(drafted[0])
    before = read_catalogue([folder])
    add(drafted[1])
    with Mirror(tmp_path / "hub") as mirror:
        way = opener(mirror)
        add(draft(way(), Asking("org/sums", "three"), before, folder, Need("mine")))
        way.close()
    assert needs(folder) == [*NAMES, "three"]
