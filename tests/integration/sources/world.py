"""One store and the files of a small repository, for the tests of sources that are not the Hub."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from recipes_data.elsewhere import From
from recipes_data.hub.answers import Asked
from recipes_data.hub.patience import Patience
from recipes_data.hub.retry import Policy
from recipes_data.hub.transfer import Wanted
from recipes_data.sources import HubCache, Source
from recipes_data.store import Store
from tests.worlds import write_sums

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


def state_of(folder: Path) -> dict[str, tuple[object, ...]]:
    """Every file's bytes and all times that writing to it would move."""
    found: dict[str, tuple[object, ...]] = {}
    for path in sorted(folder.rglob("*")):
        status = path.lstat()
        content = os.readlink(path) if path.is_symlink() else path.read_bytes() if path.is_file() else b""
        facts = (status.st_mtime_ns, status.st_ctime_ns, status.st_mode, status.st_nlink, status.st_ino)
        found[str(path.relative_to(folder))] = (content, *facts)
    return found


def made_cache(world: World, path: str, *, content: bytes | None = None, repo: str = "org--sums") -> Path:
    """A cache in the real one's layout with one blob, which may hold other bytes; the blob's path."""
    name = world.wanted(path).digest.partition(":")[2]
    blob = world.folder / "cache" / f"datasets--{repo}" / "blobs" / name
    blob.parent.mkdir(parents=True)
    blob.write_bytes(world.files[path] if content is None else content)
    return blob


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


def big_hub(world: World) -> None:
    """Serve `big.jsonl` as an LFS file of `org/sums`."""
    repository = world.folder / "hub" / "datasets" / "org" / "sums"
    (repository / "big.jsonl").write_bytes(world.files["big.jsonl"])
    (repository / ".gitattributes").write_text("*.jsonl filter=lfs diff=lfs merge=lfs -text\n", encoding="utf-8")
