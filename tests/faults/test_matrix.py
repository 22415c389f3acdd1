"""Every fault at every place ends as the table says: right bytes or one class of error, and a clean store after it.

Real sockets, the real Hub client, the real fetch; only time is injected: what would be slept is asserted.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from loaders import load
from recipes_data.address import Address
from recipes_data.catalogue import read_catalogue
from recipes_data.errors import HubError, RecipesDataError
from recipes_data.fetch import Outcome, fetch
from recipes_data.hub.connection import Connections
from recipes_data.hub.huggingface import HuggingFaceHub
from recipes_data.hub.patience import Patience
from recipes_data.hub.retry import Policy
from recipes_data.locked import Hub
from recipes_data.mirror import Mirror, Request, Response
from recipes_data.mirror.wire import FileSlice
from recipes_data.plan import Plan
from recipes_data.store import Store, hash_file
from tests.faults.cases import ALWAYS, PLACES, Cell, Moment, Place
from tests.faults.matrix import FAULTS, cells, matrix_text
from tests.faults.spoiling import RATE_LIMIT_TEXT, remember
from tests.worlds import ROOT, Project, sums, write_jsonl, write_parquet

TOKEN = "hf_" + "t0ken" * 6
SECONDS = 8.0  # what one cell may take in truth; what it would wait is counted apart
BEGIN, END = "<!-- matrix: begin -->", "<!-- matrix: end -->"

DATASETS: dict[Place, str] = {
    "metadata": "single",
    "plain file": "plain",
    "LFS file": "single",
    "last of many": "many",
    "redirect": "single",
}
ROWS = {"plain": sums(20), "single": sums(400), "many": sums(600)}
MANIFEST = """\
name: NAME
title: A title
repo: org/NAME
configs:
  only:
    splits:
      train: {files: FILES}
"""
MANIFESTS = {
    name: MANIFEST.replace("NAME", name).replace("FILES", files)
    for name, files in {"plain": "rows.jsonl", "single": "rows.parquet", "many": "part-*.parquet"}.items()
}


@dataclass
class World:
    """A mirror over three repositories, and another host that has the same."""

    mirror: Mirror
    foreign: Mirror
    last: str  # sha256 of the last file of many


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Served for all cells; each has its own project and store."""
    root = tmp_path_factory.mktemp("hub")
    datasets = root / "datasets" / "org"
    write_jsonl(datasets / "plain" / "rows.jsonl", ROWS["plain"])
    write_parquet(datasets / "single" / "rows.parquet", ROWS["single"])
    for number in range(6):
        write_parquet(datasets / "many" / f"part-{number}.parquet", ROWS["many"][number * 100 : number * 100 + 100])
    tokens = frozenset({TOKEN})
    with Mirror(root, tokens=tokens) as mirror, Mirror(root, tokens=tokens) as foreign:
        foreign.before = lambda request: mirror.answer(_as_asked_there(request))
        yield World(mirror, foreign, hash_file(datasets / "many" / "part-5.parquet"))


def _as_asked_there(request: Request) -> Request:
    """A request to the foreign host as the mirror's own data host would get it."""
    origin = "hub" if request.path.startswith("/api/") or "/resolve/" in request.path else "cdn"
    return Request(request.method, request.path, request.query, request.headers, origin)


@dataclass
class Faulty:
    """A mirror's `before` that spoils the first `times` answers at one place."""

    world: World
    cell: Cell
    number: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, request: Request) -> Response | None:
        if not self._is_here(request):
            return None
        with self.lock:
            self.number += 1
            number = self.number
        honest = self.world.mirror.answer(request)
        body = _bytes_of(honest)
        if honest.status == 200:
            remember(request.path, body)
        if number > self.cell.times:
            return None
        return self.cell.fault.spoil(Moment(request, honest, body, number, self.world.foreign.url))

    def _is_here(self, request: Request) -> bool:
        place = self.cell.place
        if place == "metadata":
            return request.path.startswith("/api/datasets/")
        if place == "plain file":
            return request.path.startswith("/api/resolve-cache/")
        if place == "redirect":
            return "/resolve/" in request.path
        return request.origin == "cdn" and (place == "LFS file" or request.path.endswith(self.world.last))


def _bytes_of(response: Response) -> bytes:
    if isinstance(response.body, bytes):
        return response.body
    assert isinstance(response.body, FileSlice)
    with Path(response.body.source).open("rb") as file:
        file.seek(response.body.start)
        return file.read(response.body.length)


@dataclass
class Run:
    """One fetch under injected time: what it waited for, what came out."""

    waits: list[float] = field(default_factory=list)
    now: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def sleep(self, seconds: float) -> None:
        with self.lock:
            self.now += seconds

    def report(self, error: HubError, seconds: float) -> None:
        self.waits.append(seconds)

    def planned(self, plan: Plan) -> None:
        """Refuse nothing."""

    def moved(self, count: int) -> None:
        """Show nothing."""

    def note(self, text: str) -> None:
        """Say nothing."""

    def converting(self, name: str, size: int) -> None:
        """Show nothing."""

    def fetch(self, project: Project, name: str, url: str, *, token: bool = True, timeout: float = 20.0) -> Outcome:
        """`recipes-data fetch NAME`, in this process."""
        client = HuggingFaceHub(url, token=TOKEN if token else False, read_seconds=timeout)
        patience = Patience(Policy(jitter=0.0), report=self.report, sleep=self.sleep, clock=lambda: self.now)
        with Connections(environ={}, read_timeout=timeout) as connections:
            hub = Hub(client, connections, patience, url)
            [outcome] = fetch(
                read_catalogue([project.root / "manifests"]),
                {name: [Address(name)]},
                locks=project.lock_folder,
                store=Store(project.store),
                hub=lambda: hub,
                watcher=self,
                jobs=4,
            )
        return outcome


def check_store(project: Project) -> None:
    """Nothing is in the store that is not whole; what is left is what a later run continues."""
    for blob in project.blobs():
        assert hash_file(blob) == blob.name
    for path in project.leftovers():
        assert path.parent == project.store / "partial", path
        assert path.stat().st_size > 0, "an empty partial is nothing to continue"
        assert "~" not in path.name, "nobody can take over what a living process seems to own"
    assert list((project.store / "leases").glob("*")) == []


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")


@pytest.mark.parametrize("cell", cells(), ids=str)
def test_a_fault_ends_as_the_table_says_and_leaves_a_clean_store(cell: Cell, world: World, tmp_path: Path) -> None:
    name = DATASETS[cell.place]
    project = Project.make(tmp_path, **{name: MANIFESTS[name]})
    faulty = Faulty(world, cell)
    run = Run()
    asked = len(world.mirror.requests)
    passed = len(world.foreign.requests)
    world.mirror.before = faulty
    try:
        began = time.monotonic()
        outcome = run.fetch(project, name, world.mirror.url, token=cell.fault.token, timeout=cell.fault.timeout)
        took = time.monotonic() - began
    finally:
        world.mirror.before = None

    assert faulty.number > 0, "the fault was never met"
    found: type[RecipesDataError] | None = None if outcome.error is None else type(outcome.error)
    assert found is cell.end.error, str(outcome.error)
    assert run.waits == pytest.approx(list(cell.end.waits), abs=1.5 if cell.fault.dates else 1e-9)
    assert sum(run.waits) <= 600
    assert took < SECONDS
    if outcome.error is not None:
        assert outcome.error.do
        assert TOKEN not in repr(outcome.error)
    for request in [*world.mirror.requests[asked:], *world.foreign.requests[passed:]]:
        if request.origin == "cdn":
            assert "authorization" not in request.headers
    assert not any("authorization" in request.headers for request in world.foreign.requests[passed:])
    check_store(project)

    calm = Run()
    later = calm.fetch(project, name, world.mirror.url)
    assert later.error is None, str(later.error)
    assert calm.waits == []
    assert list(load(name, split="train", project=project.root, store=project.store)) == ROWS[name]
    assert project.leftovers() == []


def test_a_file_that_comes_in_parts_is_continued_not_begun_anew(world: World, tmp_path: Path) -> None:
    cell = next(c for c in cells() if str(c) == "cut after a third / LFS file / always")
    project = Project.make(tmp_path, single=MANIFESTS["single"])
    asked = len(world.mirror.requests)
    world.mirror.before = Faulty(world, cell)
    try:
        outcome = Run().fetch(project, "single", world.mirror.url)
    finally:
        world.mirror.before = None
    assert outcome.error is None
    parts = [request for request in world.mirror.requests[asked:] if request.origin == "cdn"]
    size = outcome.lock.files[0].size if outcome.lock else 0
    assert sum(part.bytes_sent for part in parts) == size
    assert ["range" in part.headers for part in parts] == [False, True, True]


def test_the_other_files_of_a_dataset_arrive_although_its_last_one_fails(world: World, tmp_path: Path) -> None:
    cell = next(c for c in cells() if str(c) == "HTTP 404 / last of many / always")
    project = Project.make(tmp_path, many=MANIFESTS["many"])
    world.mirror.before = Faulty(world, cell)
    try:
        Run().fetch(project, "many", world.mirror.url)
    finally:
        world.mirror.before = None
    assert len(project.blobs()) == 5
    asked = len(world.mirror.requests)
    assert Run().fetch(project, "many", world.mirror.url).error is None
    assert len([request for request in world.mirror.requests[asked:] if request.origin == "cdn"]) == 1


def test_bytes_that_a_dead_run_left_wrong_do_not_speak_against_the_server(world: World, tmp_path: Path) -> None:
    cell = next(c for c in cells() if str(c) == "a byte flipped, length right / LFS file / once")
    project = Project.make(tmp_path, single=MANIFESTS["single"])
    Run().fetch(project, "single", world.mirror.url)
    blob = project.blobs()[0]
    partial = project.store / "partial" / f"sha256-{blob.name}.left"
    partial.parent.mkdir(exist_ok=True)
    partial.write_bytes(b"?" * (blob.stat().st_size // 2))
    blob.unlink()
    world.mirror.before = Faulty(world, Cell(cell.fault, cell.place, 2, cell.end))
    try:  # once continued wrongly, once whole and spoiled on the way, then right
        outcome = Run().fetch(project, "single", world.mirror.url)
    finally:
        world.mirror.before = None
    assert outcome.error is None, str(outcome.error)


def test_the_classic_text_is_as_long_as_the_hubs_own() -> None:
    assert len(RATE_LIMIT_TEXT) == 196


def test_every_fault_has_a_name_of_its_own_and_happens_somewhere() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)
    assert all(any(fault.ends_at(place) for place in PLACES) for fault in FAULTS)
    assert any(cell.times == ALWAYS for cell in cells())


def test_the_page_on_reliability_has_the_matrix_as_it_is_run() -> None:
    page = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
    assert page.partition(BEGIN)[2].partition(END)[0].strip() == matrix_text(), (
        "put the output of `python -m tests.faults.matrix` between the marks of docs/reliability.md"
    )
