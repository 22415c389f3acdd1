"""Bytes from elsewhere: the user's Hub cache and `--from` places, over files, http and a bucket driver."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import functools
import hashlib
import json
import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from recipes_data import remote
from recipes_data.elsewhere import From
from recipes_data.errors import StoreError, UsageError
from recipes_data.hub.answers import Asked
from recipes_data.hub.connection import Connections
from recipes_data.hub.patience import Patience
from recipes_data.hub.retry import Policy
from recipes_data.hub.transfer import Wanted, transfer
from recipes_data.mirror import Fault, Mirror, Request, Response
from recipes_data.sources import HubCache, Source, bring_first, hub_cache_folder
from recipes_data.store import Store
from tests.worlds import Project, write_sums

TRAIN = "main/train-00000-of-00001.parquet"
COMMIT = "c" * 40
DIRECT = {"NO_PROXY": "*"}


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def git_id(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


@dataclass
class World:
    """One store, what sources told, and the files of `org/sums` as they were published."""

    folder: Path
    notes: list[str] = field(default_factory=list)
    moved: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.store = Store(self.folder / "store")
        repository = write_sums(self.folder / "hub")
        self.files = {
            path.relative_to(repository).as_posix(): path.read_bytes()
            for path in repository.rglob("*")
            if path.is_file()
        }
        self.files["big.jsonl"] = os.urandom(3 << 20)

    def wanted(
        self, path: str, *, content: bytes | None = None, plain: bool | None = None, repo: str = "org/sums"
    ) -> Wanted:
        """One of the files, as its lock promises it."""
        content = self.files[path] if content is None else content
        plain = path == "README.md" if plain is None else plain
        digest = f"git-sha1:{git_id(content)}" if plain else f"sha256:{sha256(content)}"
        return Wanted("unused", len(content), digest, Asked("https://hub.example", repo, "dataset", COMMIT, path))

    def bring(self, source: Source, wanted: Wanted) -> str | None:
        self.moved.clear()
        return source.bring(wanted, self.store, self.moved.append)

    def assert_brought(self, source: Source, path: str, *, plain: bool | None = None) -> None:
        wanted = self.wanted(path, plain=plain)
        assert self.bring(source, wanted) == sha256(self.files[path]), self.notes
        assert self.store.has(wanted.digest, wanted.size)
        assert self.store.blob(sha256(self.files[path])).read_bytes() == self.files[path]
        assert sum(self.moved) == wanted.size
        assert self.partials() == []

    def assert_not_taken(self, source: Source, wanted: Wanted) -> None:
        assert self.bring(source, wanted) is None
        assert sum(self.moved) == 0
        assert self.blobs() == []

    def blobs(self) -> list[Path]:
        return [path for path in (self.store.root / "blobs").rglob("*") if path.is_file()]

    def partials(self) -> list[Path]:
        return list(self.store.partials.glob("*"))

    def place(self, place: str | Path, **environ: str) -> From:
        """A `--from` that waits for nothing."""
        patience = Patience(Policy(retries=2, budget=30.0, jitter=0), sleep=lambda seconds: None)
        return From(str(place), environ={**DIRECT, **environ}, note=self.notes.append, patience=patience)

    def cache(self, folder: Path) -> HubCache:
        return HubCache(folder, note=self.notes.append)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def state_of(folder: Path) -> dict[str, tuple[object, ...]]:
    """Every file's bytes and all times that writing to it would move."""
    found: dict[str, tuple[object, ...]] = {}
    for path in sorted(folder.rglob("*")):
        status = path.lstat()
        content = os.readlink(path) if path.is_symlink() else path.read_bytes() if path.is_file() else b""
        facts = (status.st_mtime_ns, status.st_ctime_ns, status.st_mode, status.st_nlink, status.st_ino)
        found[str(path.relative_to(folder))] = (content, *facts)
    return found


# --- the Hub cache

DOWNLOAD = """
import huggingface_hub as hub
hub.hf_hub_download("org/sums", "README.md", repo_type="dataset")
hub.snapshot_download("org/sums", repo_type="dataset")
"""


@pytest.fixture
def real_cache(world: World) -> Path:
    """The cache that the real client made of `org/sums`."""
    project = Project.make(world.folder)
    with Mirror(world.folder / "hub") as mirror:
        ran = project.python(DOWNLOAD, HF_ENDPOINT=mirror.url)
    assert ran.code == 0, ran.err
    return hub_cache_folder(project.environ)


def made_cache(world: World, path: str, *, content: bytes | None = None, repo: str = "org--sums") -> Path:
    """A cache in the real one's layout with one blob, which may hold other bytes; the blob's path."""
    name = world.wanted(path).digest.partition(":")[2]
    blob = world.folder / "cache" / f"datasets--{repo}" / "blobs" / name
    blob.parent.mkdir(parents=True)
    blob.write_bytes(world.files[path] if content is None else content)
    return blob


def test_what_the_hub_client_cached_is_taken_and_its_cache_is_left_as_it_was(world: World, real_cache: Path) -> None:
    for path in real_cache.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o555 if path.is_dir() else 0o444)
    before = state_of(real_cache)
    assert len(before) > 10
    cache = world.cache(real_cache)
    for path in ("README.md", TRAIN, TRAIN.replace("train", "test")):
        world.assert_brought(cache, path)
    assert state_of(real_cache) == before
    assert {blob.stat().st_nlink for blob in world.blobs()} == {1}
    assert world.notes == []
    assert str(real_cache) in cache.name


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"XDG_CACHE_HOME": "/x/cache"},
        {"HF_HOME": "/x/hf", "XDG_CACHE_HOME": "/x/cache"},
        {"HF_HOME": "~/hf"},
        {"HF_HOME": "$PLACE/hf", "PLACE": "/y"},
        {"HUGGINGFACE_HUB_CACHE": "/x/old", "HF_HOME": "/x/hf"},
        {"HF_HUB_CACHE": "~/of/mine", "HUGGINGFACE_HUB_CACHE": "/x/old", "HF_HOME": "/x/hf"},
        {"HF_HUB_CACHE": "${PLACE}/a/../b", "PLACE": "/y"},
        {"HF_HUB_CACHE": "relative/hub"},
        {"HF_HUB_CACHE": "$UNSET/hub"},
    ],
    ids=lambda environ: "+".join(environ) or "nothing",
)
def test_the_cache_is_looked_for_where_the_hub_client_keeps_it(environ: dict[str, str]) -> None:
    kept = {"PATH": os.environ["PATH"], "HOME": "/home/of-a-test", **environ}
    code = "import os; from huggingface_hub.constants import HF_HUB_CACHE as c; print(os.path.abspath(c))"
    theirs = subprocess.run([sys.executable, "-c", code], env=kept, capture_output=True, text=True, check=True)
    assert str(hub_cache_folder(kept)) == theirs.stdout.strip()


def test_a_blob_with_other_bytes_of_the_same_size_is_refused_and_noted(world: World) -> None:
    wrong = bytearray(world.files["big.jsonl"])
    wrong[1_500_000] ^= 1
    blob = made_cache(world, "big.jsonl", content=bytes(wrong))
    before = state_of(world.folder / "cache")
    world.assert_not_taken(world.cache(world.folder / "cache"), world.wanted("big.jsonl"))
    assert world.partials() == []
    assert len(world.notes) == 1
    assert f"got sha256:{sha256(bytes(wrong))}" in world.notes[0]
    assert str(blob) in world.notes[0]
    assert state_of(world.folder / "cache") == before


def test_a_blob_that_is_not_whole_is_not_taken(world: World) -> None:
    blob = made_cache(world, "big.jsonl", content=world.files["big.jsonl"][:-1])
    blob.with_name(blob.name + ".incomplete").write_bytes(world.files["big.jsonl"])
    world.assert_not_taken(world.cache(world.folder / "cache"), world.wanted("big.jsonl"))
    assert "expected 3,145,728 bytes, got 3,145,727" in world.notes[0]
    blob.unlink()
    world.notes.clear()
    world.assert_not_taken(world.cache(world.folder / "cache"), world.wanted("big.jsonl"))
    assert world.notes == []


def test_the_same_bytes_cached_under_another_name_of_the_repository_are_found(world: World) -> None:
    made_cache(world, TRAIN, repo="sums")
    world.assert_brought(world.cache(world.folder / "cache"), TRAIN)


def test_a_cache_without_links_has_the_file_in_its_snapshot(world: World) -> None:
    file = world.folder / "cache" / "datasets--org--sums" / "snapshots" / COMMIT / TRAIN
    file.parent.mkdir(parents=True)
    file.write_bytes(world.files[TRAIN])
    world.assert_brought(world.cache(world.folder / "cache"), TRAIN)


def test_what_is_no_file_is_no_blob(world: World) -> None:
    blob = made_cache(world, TRAIN)
    cache = world.cache(world.folder / "cache")
    blob.unlink()
    os.mkfifo(blob)
    world.assert_not_taken(cache, world.wanted(TRAIN))
    blob.unlink()
    blob.mkdir()
    world.assert_not_taken(cache, world.wanted(TRAIN))
    world.assert_not_taken(world.cache(world.folder / "no such cache"), world.wanted(TRAIN))
    assert world.notes == []


def test_a_cache_that_may_not_be_read_is_noted_and_does_not_stop_the_run(world: World) -> None:
    made_cache(world, TRAIN).chmod(0)
    cache, wanted = world.cache(world.folder / "cache"), world.wanted(TRAIN)
    if os.getuid() == 0:
        os.seteuid(65534)
    try:
        got = world.bring(cache, wanted)
    finally:
        if os.getuid() == 0:
            os.seteuid(0)
    assert got is None
    assert "Permission denied" in world.notes[0]


def test_the_empty_file_comes_from_anywhere(world: World) -> None:
    world.files["empty.jsonl"] = b""
    made_cache(world, "empty.jsonl")
    world.assert_brought(world.cache(world.folder / "cache"), "empty.jsonl")


def shares_blocks(folder: Path) -> bool:
    """Whether this file system can give one file's blocks to another."""
    one, two = folder / "one", folder / "two"
    one.write_bytes(b"x" * 4096)
    with one.open("rb") as source, two.open("wb") as copy:
        try:
            fcntl.ioctl(copy.fileno(), 0x40049409, source.fileno())
        except OSError:
            return False
    return True


def test_where_the_file_system_can_the_blocks_are_shared(world: World) -> None:
    if not shares_blocks(world.folder):
        pytest.skip("this file system shares no blocks")
    world.files["huge.jsonl"] = os.urandom(1 << 20) * 64
    blob = made_cache(world, "huge.jsonl")
    os.sync()
    before = os.statvfs(world.folder).f_bfree
    world.assert_brought(world.cache(world.folder / "cache"), "huge.jsonl")
    os.sync()
    used = (before - os.statvfs(world.folder).f_bfree) * os.statvfs(world.folder).f_frsize
    assert used < 16 << 20
    blob.write_bytes(b"its owner writes to it")
    assert world.store.blob(sha256(world.files["huge.jsonl"])).read_bytes() == world.files["huge.jsonl"]


# --- what all sources share


def dead_partial(world: World, path: str, content: bytes) -> None:
    """A partial that a run left behind which is no more."""
    world.store.partials.mkdir(parents=True)
    digest = world.wanted(path).digest.replace(":", "-")
    (world.store.partials / f"{digest}.gone").write_bytes(content)


def test_a_dead_runs_bytes_are_continued(world: World) -> None:
    made_cache(world, "big.jsonl")
    dead_partial(world, "big.jsonl", world.files["big.jsonl"][: 2 << 20])
    world.assert_brought(world.cache(world.folder / "cache"), "big.jsonl")
    assert not [count for count in world.moved if count < 0]


@pytest.mark.parametrize("length", [1 << 20, 3 << 20, 4 << 20])
def test_a_dead_runs_wrong_bytes_do_not_speak_against_a_good_source(world: World, length: int) -> None:
    made_cache(world, "big.jsonl")
    dead_partial(world, "big.jsonl", os.urandom(length))
    world.assert_brought(world.cache(world.folder / "cache"), "big.jsonl")


def test_a_disk_that_refuses_in_the_middle_is_an_error_of_the_store(world: World) -> None:
    made_cache(world, "big.jsonl")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2 << 20, hard))
    try:
        with pytest.raises(StoreError, match="partial"):
            world.bring(world.cache(world.folder / "cache"), world.wanted("big.jsonl"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert world.blobs() == []
    world.assert_brought(world.cache(world.folder / "cache"), "big.jsonl")


def test_an_interrupted_run_leaves_its_bytes_for_the_next_and_publishes_nothing(world: World) -> None:
    made_cache(world, "big.jsonl")

    told: list[int] = []

    def interrupted(count: int) -> None:
        told.append(count)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        world.cache(world.folder / "cache").bring(world.wanted("big.jsonl"), world.store, interrupted)
    assert world.blobs() == []
    assert [path.stat().st_size >= 1 << 20 for path in world.partials()] == [True]
    assert told == [1 << 20]
    world.assert_brought(world.cache(world.folder / "cache"), "big.jsonl")


def test_many_threads_bring_the_same_bytes_at_once(world: World) -> None:
    made_cache(world, "big.jsonl")
    cache = world.cache(world.folder / "cache")
    with ThreadPoolExecutor(8) as pool:
        got = list(
            pool.map(lambda _: cache.bring(world.wanted("big.jsonl"), world.store, lambda count: None), range(8))
        )
    assert got == [sha256(world.files["big.jsonl"])] * 8
    assert len(world.blobs()) == 1
    assert world.partials() == []


def test_the_first_source_that_has_the_bytes_gives_them(world: World) -> None:
    made_cache(world, TRAIN)
    (world.folder / "release" / "main").mkdir(parents=True)
    (world.folder / "release" / TRAIN).write_bytes(world.files[TRAIN])
    (world.folder / "release" / "README.md").write_bytes(world.files["README.md"])
    sources: list[Source] = [world.cache(world.folder / "cache"), world.place(world.folder / "release")]
    assert bring_first(sources, world.wanted(TRAIN), world.store, print) == (sha256(world.files[TRAIN]), sources[0])
    assert bring_first(sources, world.wanted("README.md"), world.store, print) == (
        sha256(world.files["README.md"]),
        sources[1],
    )
    assert bring_first(sources, world.wanted("big.jsonl"), world.store, print) is None


# --- places


class Plain(SimpleHTTPRequestHandler):
    """`python -m http.server`: no ranges; may cut a body short, once a path."""

    protocol_version = "HTTP/1.1"
    asked: list[str]
    cut_after: dict[str, int]

    def log_message(self, format: str, *args: object) -> None:
        self.asked.append(self.path)

    def copyfile(self, source: object, outputfile: object) -> None:
        limit = self.cut_after.pop(self.path.rpartition("/")[2], None)
        if limit is None:
            super().copyfile(source, outputfile)  # type: ignore[arg-type]
            return
        outputfile.write(source.read(limit))  # type: ignore[attr-defined]
        self.close_connection = True


@contextlib.contextmanager
def plain_server(folder: Path) -> Iterator[tuple[str, type[Plain]]]:
    """A folder over plain http: its URL, and the record of what was asked."""
    handler = type("Handler", (Plain,), {"asked": [], "cut_after": {}})
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(handler, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}", handler
        finally:
            server.shutdown()
            thread.join()


def lay_out(world: World, layout: str) -> Path:
    """A folder with the files of `org/sums` as a place of this layout has them."""
    root = world.folder / "place"
    if layout == "store":
        there = Store(root)
        for path, content in world.files.items():
            temporary = world.folder / "temporary"
            temporary.write_bytes(content)
            there.publish(temporary, sha256(content), f"git-sha1:{git_id(content)}" if path == "README.md" else None)
        return root
    names = {
        "cache": lambda path: f"datasets--org--sums/blobs/{world.wanted(path).digest.partition(':')[2]}",
        "repositories": lambda path: f"datasets/org/sums/{path}",
        "bare": lambda path: path,
    }
    for path, content in world.files.items():
        target = root / names[layout](path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return root


@contextlib.contextmanager
def reached(folder: Path, way: str) -> Iterator[str]:
    """What to write after `--from` for a folder that is reached this way."""
    if way == "folder":
        yield str(folder)
    elif way == "file-url":
        yield folder.as_uri()
    elif way == "http":
        with plain_server(folder) as (url, _):
            yield url
    else:
        bucket = MemoryFileSystem()
        try:
            for path in folder.rglob("*"):
                if path.is_file():
                    bucket.pipe_file(f"/bucket/{path.relative_to(folder).as_posix()}", path.read_bytes())
            yield "memory://bucket/"
        finally:
            bucket.rm("/bucket", recursive=True)


@pytest.mark.parametrize("way", ["folder", "file-url", "http", "bucket"])
@pytest.mark.parametrize("layout", ["store", "cache", "repositories", "bare"])
def test_every_layout_is_found_by_every_way(world: World, layout: str, way: str) -> None:
    folder = lay_out(world, layout)
    before = state_of(folder)
    with reached(folder, way) as place, world.place(place) as source:
        assert source.needs_network == (way == "http")
        for path in world.files:
            world.assert_brought(source, path)
        missing = world.wanted(TRAIN, content=b"nowhere", repo="org/other")
        assert world.bring(source, missing) is None
    assert state_of(folder) == before
    # another version under the same name is told of; a name that is a digest cannot be one
    assert len(world.notes) == (1 if layout == "bare" else 0)


def test_a_hub_is_a_place_and_gets_no_token(world: World) -> None:
    with Mirror(world.folder / "hub") as mirror, world.place(mirror.url, HF_TOKEN="hf_secret") as source:
        world.assert_brought(source, "README.md")
        world.assert_brought(source, TRAIN)
        asked = mirror.requests
    assert any(request.origin == "cdn" for request in asked)
    assert not [request for request in asked if {"authorization", "cookie"} & set(request.headers)]
    assert "hf_secret" not in json.dumps([dict(request.headers) for request in asked])
    # the mirror has another commit than the lock, so its `main` gave the bytes; the known layout is asked alone
    assert [request.path for request in asked if request.origin == "hub"][-2:] == [
        f"/datasets/org/sums/resolve/{COMMIT}/{TRAIN}",
        f"/datasets/org/sums/resolve/main/{TRAIN}",
    ]


def test_once_a_place_gave_a_file_what_it_has_not_costs_two_requests(world: World) -> None:
    with Mirror(world.folder / "hub") as mirror, world.place(mirror.url) as source:
        world.assert_brought(source, TRAIN)
        before = len(mirror.requests)
        assert world.bring(source, world.wanted("big.jsonl")) is None
        assert len(mirror.requests) - before == 2


def test_the_same_is_noted_once(world: World) -> None:
    folder = lay_out(world, "bare")
    (folder / TRAIN).write_bytes(bytes(len(world.files[TRAIN])))
    source = world.place(folder)
    for _ in range(3):
        world.assert_not_taken(source, world.wanted(TRAIN))
    assert len(world.notes) == 1


def test_a_private_repository_of_a_hub_is_not_there_for_us(world: World) -> None:
    with (
        Mirror(world.folder / "hub", tokens=frozenset({"t"}), gated={"org/sums": "manual"}) as mirror,
        world.place(mirror.url, HF_TOKEN="t") as source,
    ):
        world.assert_not_taken(source, world.wanted(TRAIN))
    assert "no Hub token is ever sent there" in world.notes[0]


def test_wrong_bytes_at_one_name_are_noted_and_the_next_name_is_tried(world: World) -> None:
    folder = lay_out(world, "bare")
    wrong = folder / "datasets" / "org" / "sums" / "big.jsonl"
    wrong.parent.mkdir(parents=True)
    wrong.write_bytes(bytes(len(world.files["big.jsonl"])))
    with plain_server(folder) as (url, _), world.place(url) as source:
        world.assert_brought(source, "big.jsonl")
    assert len(world.notes) == 1
    assert "it is datasets/org/sums/big.jsonl there" in world.notes[0]


def test_a_page_in_place_of_the_data_is_not_taken(world: World) -> None:
    page = Response(200, {"content-type": "text/html"}, b"<html>log in to the network</html>")
    with Mirror(world.folder / "hub", before=lambda request: page) as mirror, world.place(mirror.url) as source:
        world.assert_not_taken(source, world.wanted(TRAIN))
    assert all("bytes, got 34" in note for note in world.notes)


@pytest.mark.parametrize(
    "path", ["../secret", "a/../../secret", "/etc/hostname", "a\\..\\secret", "a//b", "x\0y", "c:/x"]
)
def test_a_path_of_a_lock_leads_nowhere_else(world: World, path: str) -> None:
    (world.folder / "place" / "a").mkdir(parents=True)
    (world.folder / "secret").write_bytes(b"secret")
    wanted = world.wanted(path, content=b"secret", plain=False)
    world.assert_not_taken(world.place(world.folder / "place"), wanted)
    world.assert_not_taken(world.cache(world.folder / "place"), wanted)


# --- places that fail


def big_hub(world: World) -> None:
    """Serve `big.jsonl` as an LFS file of `org/sums`."""
    repository = world.folder / "hub" / "datasets" / "org" / "sums"
    (repository / "big.jsonl").write_bytes(world.files["big.jsonl"])
    (repository / ".gitattributes").write_text("*.jsonl filter=lfs diff=lfs merge=lfs -text\n", encoding="utf-8")


def test_a_broken_line_is_continued_by_a_range(world: World) -> None:
    big_hub(world)

    def cut_once(request: Request) -> Response | None:
        if request.origin != "cdn" or "range" in request.headers:
            return None
        answer = mirror.answer(request)
        return Response(answer.status, answer.headers, answer.body, Fault(cut_after=2_000_000, reset=True))

    with Mirror(world.folder / "hub", before=cut_once) as mirror, world.place(mirror.url) as source:
        world.assert_brought(source, "big.jsonl")
        ranges = [request.headers.get("range") for request in mirror.requests if request.origin == "cdn"]
    assert len(ranges) == 2
    assert ranges[1] is not None
    assert world.notes == []


def test_a_line_that_breaks_again_and_again_arrives_as_long_as_it_moves(world: World) -> None:
    big_hub(world)

    def cut(request: Request) -> Response | None:
        if request.origin != "cdn":
            return None
        answer = mirror.answer(request)
        return Response(answer.status, answer.headers, answer.body, Fault(cut_after=400_000))

    with Mirror(world.folder / "hub", before=cut) as mirror, world.place(mirror.url) as source:
        world.assert_brought(source, "big.jsonl")
        assert len([request for request in mirror.requests if request.origin == "cdn"]) >= 8


def test_a_broken_line_is_continued_where_the_server_knows_no_ranges(world: World) -> None:
    with plain_server(lay_out(world, "bare")) as (url, server), world.place(url) as source:
        server.cut_after["big.jsonl"] = 2_000_000
        world.assert_brought(source, "big.jsonl")
        assert server.asked.count("/big.jsonl") == 2


def test_a_server_that_dies_in_the_middle_publishes_nothing_and_the_hub_continues_its_bytes(world: World) -> None:
    big_hub(world)
    cut: list[str] = []

    def die(request: Request) -> Response | None:
        if cut:
            return Response(0)
        if request.origin != "cdn":
            return None
        cut.append(request.path)
        answer = mirror.answer(request)
        return Response(answer.status, answer.headers, answer.body, Fault(cut_after=2_000_000))

    with Mirror(world.folder / "hub", before=die) as mirror, world.place(mirror.url) as source:
        world.assert_not_taken(source, world.wanted("big.jsonl"))
        asked = len(mirror.requests)
        assert world.bring(source, world.wanted(TRAIN)) is None
        assert len(mirror.requests) == asked
        assert len(world.notes) == 1
        assert "is not asked again in this run" in world.notes[0]
        (left,) = world.partials()
        have = left.stat().st_size
        assert 0 < have <= 2_000_000

        mirror.before = None
        wanted = world.wanted("big.jsonl")
        url = f"{mirror.url}/datasets/org/sums/resolve/main/big.jsonl"
        with Connections(environ=DIRECT) as connections:
            wanted = Wanted(url, wanted.size, wanted.digest, wanted.asked)
            transfer(wanted, store=world.store, connections=connections, auth={}, patience=Patience())
        assert mirror.requests[-1].headers["range"] == f"bytes={have}-"
    assert world.store.has(wanted.digest, wanted.size)
    assert world.partials() == []


@pytest.mark.parametrize(
    ("status", "headers", "times"), [(503, {}, 3), (429, {"retry-after": "3600"}, 1), (500, {"retry-after": "0"}, 3)]
)
def test_a_place_that_keeps_failing_is_left_alone(
    world: World, status: int, headers: dict[str, str], times: int
) -> None:
    answer = Response(status, headers, b"no")
    with Mirror(world.folder / "hub", before=lambda request: answer) as mirror, world.place(mirror.url) as source:
        started = time.monotonic()
        for path in world.files:
            world.assert_not_taken(source, world.wanted(path))
        assert len(mirror.requests) == times
    assert time.monotonic() - started < 5
    assert len(world.notes) == 1
    assert f"HTTP {status}" in world.notes[0]


def test_nobody_at_the_address_is_noted_once_and_at_once(world: World) -> None:
    with world.place("http://127.0.0.1:9/x?signature=secret") as source:
        for path in world.files:
            world.assert_not_taken(source, world.wanted(path))
        assert source.name == "http://127.0.0.1:9/x"
    assert len(world.notes) == 1
    assert "secret" not in world.notes[0]


def test_the_query_of_a_place_goes_with_every_file(world: World) -> None:
    with plain_server(lay_out(world, "bare")) as (url, server), world.place(f"{url}/?signature=abc") as source:
        world.assert_brought(source, TRAIN)
        assert {path.partition("?")[2] for path in server.asked} == {"signature=abc"}


class Odd(MemoryFileSystem):
    """A bucket's driver that does what the test says."""

    protocol = "az"
    store: dict[str, object] = {}
    pseudo_dirs = [""]
    act: Callable[[], object]

    def info(self, path: str, **kwargs: object) -> object:
        return type(self).act()


@pytest.fixture
def odd_driver() -> Iterator[type[Odd]]:
    before = fsspec.registry.get("az")
    fsspec.register_implementation("az", Odd, clobber=True)
    yield Odd
    sys.modules["fsspec.registry"]._registry.pop("az")
    if before is not None:
        fsspec.register_implementation("az", before)


def refuse(error: Exception) -> Callable[[], object]:
    def act() -> object:
        raise error

    return act


@pytest.mark.parametrize(
    ("error", "noted"),
    [
        (PermissionError("signed?sig=secret"), "no Hub token is ever sent there"),
        (RuntimeError("https://host/?sig=secret"), "the driver failed (RuntimeError)"),
        (OSError(errno.EIO, "https://host/?sig=secret"), "the driver failed (OSError)"),
        (FileNotFoundError("x"), ""),
    ],
)
def test_whatever_a_driver_raises_is_a_note_without_its_text(
    world: World, odd_driver: type[Odd], error: Exception, noted: str
) -> None:
    odd_driver.act = staticmethod(refuse(error))
    world.assert_not_taken(world.place("az://bucket/x"), world.wanted(TRAIN))
    assert len(world.notes) == (1 if noted else 0)
    assert noted in "".join(world.notes)
    assert "secret" not in "".join(world.notes)


def test_a_driver_that_hangs_is_given_up(world: World, odd_driver: type[Odd], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "_SECONDS", 0.2)
    ended = threading.Event()
    odd_driver.act = staticmethod(lambda: ended.wait(20))
    started = time.monotonic()
    world.assert_not_taken(world.place("az://bucket/x"), world.wanted(TRAIN))
    ended.set()
    assert time.monotonic() - started < 5
    assert "no answer within 0.2 s" in world.notes[0]


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("hf://datasets/org/sums", "hf:// is not read from here"),
        ("simplecache::s3://bucket", "not read from here"),
        ("memory::file:///etc", "not read from here"),
        ("ftp://host/x", "ftp:// is not read from here"),
        ("https://user:secret@host/x", "carries credentials"),
        ("https://secret@host/x", "carries credentials"),
        ("s3://key:secret@bucket/x", "carries credentials"),
        ("https:///x", "names no host"),
        ("http://[::1/x", "a URL that is none"),
        ("file://elsewhere/x", "of another machine"),
        ("no/such/folder", "neither a URL nor a folder"),
    ],
)
def test_a_place_that_cannot_be_read_is_refused_at_once(place: str, said: str) -> None:
    with pytest.raises(UsageError, match=said) as caught:
        From(place, environ={}, note=print)
    assert "secret" not in str(caught.value)
    assert caught.value.do


@pytest.mark.parametrize(("scheme", "package"), [("s3", "s3fs"), ("gs", "gcsfs"), ("abfs", "adlfs")])
def test_a_missing_driver_is_named_with_its_command(scheme: str, package: str) -> None:
    with contextlib.suppress(ImportError):
        fsspec.get_filesystem_class(scheme)
        pytest.skip(f"{package} is installed")
    with pytest.raises(UsageError, match=f"needs {package}") as caught:
        From(f"{scheme}://bucket/x", environ={}, note=print)
    assert caught.value.do == f"pip install {package}"
