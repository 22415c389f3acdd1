"""Bytes on their way into the store, whatever gives them: what is continued, given up, told and left."""

from __future__ import annotations

import hashlib
import io
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from recipes_data.errors import IntegrityError, StoreError
from recipes_data.hub.answers import Asked
from recipes_data.hub.transfer import Wanted
from recipes_data.leases import Leases
from recipes_data.obtain import Obtained, check_arrived, obtain
from recipes_data.store import Store
from recipes_data.writing import NotTaken, land, land_unknown
from tests.unit.storehouse import put

CONTENT = b'{"n": 12345}\n' * 180
SHA256 = hashlib.sha256(CONTENT).hexdigest()
DIGEST = f"sha256:{SHA256}"
SIZE = len(CONTENT)
ASKED = Asked("", "org/toy", "dataset", "c" * 40, "rows.jsonl")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def left_by_a_dead_run(store: Store, content: bytes) -> None:
    store.partials.mkdir(parents=True)
    (store.partials / f"sha256-{SHA256}.left-1").write_bytes(content)


def partials(store: Store) -> list[bytes]:
    return [path.read_bytes() for path in store.partials.iterdir()]


class Broken(io.BytesIO):
    """Bytes that end in an error of the disk."""

    def __init__(self, content: bytes, broken: str) -> None:
        super().__init__(content)
        self.broken = broken

    def readinto(self, buffer: Any, /) -> int:
        count = super().readinto(buffer)
        if not count and self.broken == "readinto":
            raise OSError(5, "Input/output error")
        return count

    def seek(self, position: int, whence: int = 0, /) -> int:
        if self.broken == "seek":
            raise OSError(29, "Illegal seek")
        return super().seek(position, whence)


@pytest.mark.parametrize(
    ("there", "told"),
    [
        (b"", [SIZE]),
        (CONTENT[:700], [700, SIZE - 700]),
        (CONTENT, [SIZE]),
        (b"x" * 700, [700, SIZE - 700, -SIZE, SIZE]),
        (CONTENT + b"more", [SIZE]),
    ],
    ids=["nothing", "a part", "all", "other bytes", "more than all"],
)
def test_what_a_dead_run_left_is_continued_or_thrown_away_and_counted(
    store: Store, there: bytes, told: list[int]
) -> None:
    left_by_a_dead_run(store, there)
    moved: list[int] = []
    assert land(store, DIGEST, SIZE, io.BytesIO(CONTENT), moved.append) == SHA256
    assert store.blob(SHA256).read_bytes() == CONTENT
    assert (moved, sum(moved), partials(store)) == (told, SIZE, [])


@pytest.mark.parametrize("given", [CONTENT + b"x", CONTENT[:-1], b"x" * SIZE, b""])
def test_other_bytes_get_no_name_and_none_of_them_stays(store: Store, given: bytes) -> None:
    moved: list[int] = []
    with pytest.raises(NotTaken, match=f"expected {DIGEST}"):
        land(store, DIGEST, SIZE, io.BytesIO(given), moved.append)
    assert not store.has(DIGEST, SIZE)
    assert (sum(moved), partials(store)) == (0, [])


@pytest.mark.parametrize(("broken", "why"), [("seek", "Illegal seek"), ("readinto", "Input/output error")])
def test_a_source_that_cannot_be_read_says_why_and_what_came_stays(store: Store, broken: str, why: str) -> None:
    moved: list[int] = []
    with pytest.raises(NotTaken) as caught:
        land(store, DIGEST, SIZE, Broken(CONTENT[:900], broken), moved.append)
    assert caught.value.reason == f"it cannot be read ({why})"
    assert partials(store) == ([CONTENT[:900]] if broken == "readinto" else [])
    assert sum(moved) == 0  # who comes next counts them again


def test_other_dead_runs_parts_go_when_the_file_is_there(store: Store) -> None:
    left_by_a_dead_run(store, CONTENT[:5])
    (store.partials / f"sha256-{SHA256}.left-2").write_bytes(CONTENT[:3])
    land(store, DIGEST, SIZE, io.BytesIO(CONTENT), lambda _: None)
    assert partials(store) == []


@pytest.mark.parametrize("kind", ["git-sha1", "md5"])
def test_a_file_that_is_known_by_another_digest_is_found_by_it_afterwards(store: Store, kind: str) -> None:
    head = b"blob %d\0" % SIZE if kind == "git-sha1" else b""
    digest = f"{kind}:{hashlib.new(kind.removeprefix('git-'), head + CONTENT).hexdigest()}"
    assert land(store, digest, SIZE, io.BytesIO(CONTENT), lambda _: None) == SHA256
    assert store.has(digest, SIZE)
    assert store.sha256_of(digest) == SHA256


def test_bytes_that_nobody_knows_are_kept_or_leave_nothing(store: Store) -> None:
    sizes: list[int] = []
    assert land_unknown(store, io.BytesIO(CONTENT), sizes.append) == (SIZE, SHA256)
    assert (sizes, store.blob(SHA256).read_bytes()) == ([SIZE], CONTENT)

    def refuse(size: int) -> None:
        raise IntegrityError(f"{size} bytes", "none")

    with pytest.raises(IntegrityError, match="3 bytes"):
        land_unknown(store, io.BytesIO(b"abc"), refuse)
    with pytest.raises(OSError, match="Input/output"):
        land_unknown(store, Broken(b"abcd", "readinto"), sizes.append)
    assert partials(store) == []
    assert not store.blob(hashlib.sha256(b"abc").hexdigest()).exists()


def test_what_arrived_and_is_not_what_its_name_says_does_not_stay(store: Store) -> None:
    page = put(store, b"<!DOCTYPE html><html>please log in</html>")
    with pytest.raises(IntegrityError, match=r"rows\.parquet"):
        check_arrived(store, page, "rows.parquet")
    assert not store.blob(page).exists()
    whole = put(store, b"PAR1" + bytes(100_000) + b"PAR1")
    check_arrived(store, whole, "rows.parquet")
    cut = put(store, b"PAR1" + bytes(100_000))
    with pytest.raises(IntegrityError, match=r"rows\.parquet"):
        check_arrived(store, cut, "rows.parquet")


def test_a_disk_that_does_not_give_back_what_arrived_is_an_error_of_the_store(store: Store) -> None:
    sha256 = "e" * 64
    store.blob(sha256).mkdir(parents=True)  # reading it is refused, of root too
    with pytest.raises(StoreError, match=f"the disk refused: .*{sha256} \\(Is a directory\\)"):
        check_arrived(store, sha256, "rows.parquet")
    assert store.blob(sha256).exists()


class Elsewhere(Leases):
    """The lease is another process's, which brings a part of the file and then all of it, or dies."""

    def __init__(self, store: Store, ends: Callable[[], object], seen: bytes) -> None:
        super().__init__(store)
        self.seen = seen
        self.store = store
        self.ends = ends

    def _take(self, path: Path) -> bool:
        if not self.store.partials.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("elsewhere~77~1")
            self.store.partials.mkdir(parents=True)
            (self.store.partials / f"sha256-{SHA256}.x~7~1~0").write_bytes(self.seen)
            return False
        path.unlink()
        self.ends()
        return super()._take(path) if not self.store.has(DIGEST, SIZE) else False


def obtained(
    store: Store, ends: Callable[[], object], moved: list[int], notes: list[str], seen: bytes = CONTENT
) -> Obtained | None:
    def download(count: Callable[[int], None]) -> str:
        return land(store, DIGEST, SIZE, io.BytesIO(CONTENT), count)

    with Elsewhere(store, ends, seen) as leases:
        return obtain(
            Wanted("", SIZE, DIGEST, ASKED),
            store=store,
            leases=leases,
            sources=(),
            download=download,
            moved=moved.append,
            note=notes.append,
            cancelled=threading.Event(),
        )


@pytest.mark.parametrize("seen", [CONTENT[:5], CONTENT + b"too much"], ids=["a part", "too much"])
def test_bytes_that_another_process_brings_are_counted_once_and_never_more_than_there_are(
    store: Store, seen: bytes
) -> None:
    moved: list[int] = []
    notes: list[str] = []
    assert obtained(store, lambda: put(store, CONTENT), moved, notes, seen) == Obtained(SHA256, "another process")
    assert (moved[0], sum(moved)) == (min(len(seen), SIZE), SIZE)
    assert notes == ["rows.jsonl: process 77 is fetching it; waiting"]


def test_a_file_whose_other_process_died_is_counted_from_its_beginning(store: Store) -> None:
    moved: list[int] = []
    assert obtained(store, lambda: None, moved, []) == Obtained(SHA256)
    assert moved == [SIZE, -SIZE, SIZE]
