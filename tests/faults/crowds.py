"""A dataset of several large files on a throttled mirror, and how to look at what a fetch of it does."""

from __future__ import annotations

import os
import random
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from loaders import load
from recipes_data.mirror import Fault, Mirror, Request, Response, sending
from recipes_data.store import hash_file
from tests.worlds import Project, write_parquet

__all__ = ["LONG", "Big", "sent", "throttled"]

LONG = bool(os.environ.get("RECIPES_DATA_LONG"))
"""Whether the long versions run: more moments, more processes."""

MANIFEST = (
    "name: big\ntitle: Big\nrepo: org/big\nconfigs:\n  only:\n    splits:\n      train: {files: part-*.parquet}\n"
)
SEND_BUFFER = 64 << 10


@dataclass
class Big:
    """The dataset `big`: its files' sizes by sha256, its rows in number, and a project that wants it."""

    project: Project
    sizes: dict[str, int]
    rows: int

    @classmethod
    def make(cls, folder: Path, *, files: int, megabytes: float) -> Big:
        """In `folder`/hub: so many files of so many megabytes each, that no compression makes smaller."""
        chance = random.Random(7)
        sizes = {}
        each = round(megabytes * 100)
        for number in range(files):
            path = folder / "hub" / "datasets" / "org" / "big" / f"part-{number:02d}.parquet"
            write_parquet(path, [{"n": number * each + i, "noise": chance.randbytes(10_000)} for i in range(each)])
            sizes[hash_file(path)] = path.stat().st_size
        return cls(Project.make(folder, big=MANIFEST), sizes, files * each)

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(self.sizes.values())

    def arrived(self) -> int:
        """Bytes in the store, under whatever name."""
        total = 0
        for path in [*self.project.store.glob("partial/*"), *self.project.store.glob("blobs/sha256/*/*")]:
            try:
                total += path.stat().st_size
            except OSError:  # renamed in this very moment
                continue
        return total

    def check(self) -> None:
        """All bytes are there and right, under their names; nothing else is; the rows are the rows."""
        assert {blob.name: blob.stat().st_size for blob in self.project.blobs()} == self.sizes
        for blob in self.project.blobs():
            assert hash_file(blob) == blob.name
        assert self.project.leftovers() == []
        assert list((self.project.store / "leases").glob("*")) == []
        rows = load("big", split="train", project=self.project.root, store=self.project.store)
        assert len(rows) == self.rows
        assert [rows[i]["n"] for i in (0, self.rows // 2, self.rows - 1)] == [0, self.rows // 2, self.rows - 1]


@contextmanager
def throttled(big: Big, bytes_per_second: int) -> Iterator[Mirror]:
    """A mirror of the big dataset whose data host sends so much in all, through small buffers."""
    each = bytes_per_second // len(big.sizes)

    def slow(request: Request) -> Response | None:
        if request.origin != "cdn":
            return None
        answer = mirror.answer(request)
        return Response(answer.status, answer.headers, answer.body, Fault(rate=each))

    steps = sending._THROTTLED_STEPS
    sending._THROTTLED_STEPS = 200  # a steady trickle: a line has no bursts of 50 ms
    try:
        mirror = Mirror(big.project.root.parent / "hub", before=slow)
        with mirror:
            mirror._cdn.socket.setsockopt(
                socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER
            )  # its connections inherit it
            yield mirror
    finally:
        sending._THROTTLED_STEPS = steps


def sent(mirror: Mirror) -> list[Request]:
    """Requests for bytes, with how many were sent."""
    return [request for request in mirror.requests if request.origin == "cdn"]
