"""Parts of a split and streams, from a manifest over the embedded Hub to rows: only what is needed is fetched."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from recipes_data.mirror import Mirror
from tests.worlds import Project, Ran, write_jsonl, write_parquet

SIZES = [7, 5, 9, 4]
MANIFEST = """\
name: many
title: Four files
repo: org/many
configs:
  main:
    splits:
      train: {files: data/train-*.parquet, rows: 25, evidence: counted in this test}
      odd: {files: data/odd-*.jsonl}
default_config: main
"""
RECIPE = """\
name: few
title: A recipe that takes little
needs:
  - {dataset: many, splits: [train], %s, why: enough for a look, priority: P0}
"""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[tuple[Project, Mirror]]:
    """A project with one dataset of four parquet and two jsonl files, and the Hub that has them."""
    repo = tmp_path / "hub" / "datasets" / "org" / "many"
    start = 0
    for number, size in enumerate(SIZES):
        rows = [{"n": n, "text": f"row {n}"} for n in range(start, start + size)]
        write_parquet(repo / "data" / f"train-{number}.parquet", rows, 3)
        start += size
    write_jsonl(repo / "data" / "odd-0.jsonl", [{"n": 1}, {"n": 2}])
    write_jsonl(repo / "data" / "odd-1.jsonl", [{"n": 3, "late": "here"}])
    project = Project.make(tmp_path, many=MANIFEST)
    with Mirror(tmp_path / "hub") as mirror:
        project.environ["HF_ENDPOINT"] = mirror.url
        yield project, mirror


def fetched(mirror: Mirror) -> list[str]:
    """Files whose bytes were asked for, in order."""
    paths = [request.path.rsplit("/", 1)[-1] for request in mirror.requests if "/resolve/" in request.path]
    return list(dict.fromkeys(path for path in paths if path.endswith((".parquet", ".jsonl"))))


def python(project: Project, code: str) -> Ran:
    ran = project.python("import json\nfrom loaders import load\n" + code)
    assert ran.code == 0, ran.err
    return ran


def with_need(project: Project, part: str) -> None:
    folder = project.root / "manifests" / "recipes"
    folder.mkdir(exist_ok=True)
    (folder / "few.yaml").write_text(RECIPE % part, encoding="utf-8")


@pytest.mark.parametrize(
    ("part", "files"),
    [
        ("rows: 3", ["train-0.parquet"]),
        ("rows: 8", ["train-0.parquet", "train-1.parquet"]),
        ("shards: [2]", ["train-2.parquet"]),
        ("shards: [3, 0]", ["train-0.parquet", "train-3.parquet"]),
    ],
)
def test_a_need_for_a_part_fetches_only_its_files(world: tuple[Project, Mirror], part: str, files: list[str]) -> None:
    project, mirror = world
    with_need(project, part)
    for _ in range(2):
        ran = project.run("fetch", "few")
        assert ran.code == 0, ran.err
        assert sorted(fetched(mirror)) == files
    assert len(project.blobs()) == len(files)
    lock = project.lock("many")
    train = next(split for split in lock["configs"][0]["splits"] if split["name"] == "train")
    assert len(train["files"]) == 4, "the lock has the whole split"
    assert train["columns"] is None, "a part does not say what columns the whole has"
    whole = project.run("fetch", "many:train")
    assert whole.code == 0, whole.err
    assert len(project.blobs()) == 4
    assert python(project, "print(len(load('many', split='train').shuffle(0)))").out == "25\n"


def test_a_part_is_loaded_only_when_asked_for_and_says_what_it_is(world: tuple[Project, Mirror]) -> None:
    project, _ = world
    with_need(project, "rows: 8")
    assert project.run("fetch", "few").code == 0
    ran = python(
        project,
        """
from recipes_data.errors import NotFetchedError, UsageError
try:
    load("many:train")
except NotFetchedError as exc:
    print("refused")
rows = load("many:train", rows=8)
print(len(rows), rows[7]["n"], rows.pin.partial, "PARTIAL" in repr(rows))
for refused in (lambda: rows.shuffle(0), lambda: rows.train_test_split(0.5, seed=0), lambda: rows.shard(0, 2),
                lambda: rows[-1], lambda: rows.sort("n"), lambda: rows.unique("n"), lambda: rows[:3].shuffle(1),
                lambda: rows.batches(2).set_epoch(0)):
    try:
        refused()
    except UsageError as exc:
        assert "needs all rows of many/main:train; these are the first 8 rows" in exc.what, exc.what
    else:
        raise SystemExit("not refused")
print([row["n"] for row in load("many:train", shards=[1])], load("many:train", shards=[1]).pin.partial)
try:
    load("many:train", rows=13)
except NotFetchedError as exc:
    print(exc.what.splitlines()[0])
""",
    )
    assert ran.out.splitlines() == [
        "refused",
        "8 7 the first 8 rows True",
        "[7, 8, 9, 10, 11] shards 1 of 4",
        "many/main:train is not in the store: data/train-2.parquet is missing",
    ]


def test_load_fetches_the_files_of_a_part_and_more_when_more_rows_are_asked_for(world: tuple[Project, Mirror]) -> None:
    project, mirror = world
    ran = python(project, "rows = load('many:train', rows=13, fetch=True); print(len(rows), rows[12]['n'])")
    assert ran.out == "13 12\n"
    assert sorted(fetched(mirror)) == ["train-0.parquet", "train-1.parquet", "train-2.parquet"]
    ran = python(project, "rows = load('many:train', rows=99, fetch=True); print(len(rows), repr(rows.pin.partial))")
    assert ran.out == "25 ''\n"


def test_a_stream_fetches_each_shard_when_its_turn_comes(world: tuple[Project, Mirror]) -> None:
    project, mirror = world
    ran = python(project, "print([row['n'] for row in load('many:train', stream=True, fetch=True).take(8)])")
    assert json.loads(ran.out) == list(range(8))
    assert fetched(mirror) == ["train-0.parquet", "train-1.parquet"]
    ran = python(project, "print([row['n'] for row in load('many:train', stream=True, fetch=True)])")
    assert json.loads(ran.out) == list(range(25))
    assert fetched(mirror) == [f"train-{number}.parquet" for number in range(4)]
    before = len(mirror.requests)
    ran = python(project, "print([row['n'] for row in load('many:train', stream=True)])")
    assert json.loads(ran.out) == list(range(25))
    assert len(mirror.requests) == before, "everything is in the store"


def test_a_stream_without_fetch_stops_where_a_shard_is_missing(world: tuple[Project, Mirror]) -> None:
    project, _ = world
    with_need(project, "rows: 3")
    assert project.run("fetch", "few").code == 0
    ran = project.python(
        "from loaders import load\nfor row in load('many:train', stream=True):\n    print(row['n'], flush=True)\n"
    )
    assert ran.out.split() == [str(n) for n in range(7)]
    assert "NotFetchedError: shard 1 of many/main:train" in ran.err
    assert "fetch=True" in ran.err


def test_a_damaged_shard_gives_no_row(world: tuple[Project, Mirror]) -> None:
    project, _ = world
    assert project.run("fetch", "many:train").code == 0
    digest = next(
        value["sha256"] for path, value in project.lock("many")["files"].items() if path.endswith("train-1.parquet")
    )
    [blob] = [path for path in project.blobs() if digest in path.name or path.name in digest]
    blob.chmod(0o644)
    content = blob.read_bytes()
    blob.write_bytes(content[:50] + bytes([content[50] ^ 1]) + content[51:])
    ran = project.python(
        "from loaders import load\nfor row in load('many:train', stream=True):\n    print(row['n'], flush=True)\n"
    )
    assert ran.out.split() == [str(n) for n in range(7)]
    assert "IntegrityError" in ran.err


@pytest.mark.usefixtures("prompt_threads")
def test_a_shuffled_stream_equals_that_of_datasets_and_goes_on_where_it_stopped(
    world: tuple[Project, Mirror], tmp_path: Path
) -> None:
    project, _ = world
    ran = python(
        project,
        """
def make():
    return load("many:train", stream=True, fetch=True).shuffle(3, 6, order="datasets>=5.1")
whole = [row["n"] for row in make()]
stream = make()
first = []
for row in stream:
    first.append(row["n"])
    if len(first) == 10:
        break
state = json.loads(json.dumps(stream.state()))
rest = [row["n"] for row in make().resume(state)]
assert first + rest == whole, (first, rest, whole)
batches = make().batch(4, drop_last=True)
seen = [next(iter(batches))]
left = list(make().batch(4, drop_last=True).resume(batches.state()))
assert [row["n"] for batch in seen + left for row in batch] == whole[:24]
print(json.dumps(whole))
""",
    )
    datasets = pytest.importorskip("datasets")
    if tuple(map(int, datasets.__version__.split(".")[:2])) < (5, 1):
        pytest.skip("the installed datasets draws the older order")
    files = sorted(map(str, (tmp_path / "hub" / "datasets" / "org" / "many" / "data").glob("*.parquet")))
    theirs = datasets.load_dataset(
        "parquet", data_files=files, split="train", streaming=True, cache_dir=str(tmp_path / "c")
    )
    assert json.loads(ran.out) == [row["n"] for row in theirs.shuffle(seed=3, buffer_size=6)]


def test_files_that_differ_in_their_columns_are_told_apart_only_when_both_are_wanted(
    world: tuple[Project, Mirror],
) -> None:
    project, _ = world
    ran = python(project, "print(list(load('many:odd', shards=[0], fetch=True)))")
    assert ran.out == "[{'n': 1}, {'n': 2}]\n"
    ran = project.python(
        "from loaders import load\n"
        "for row in load('many:odd', stream=True, fetch=True):\n    print(row['n'], flush=True)"
    )
    assert ran.out.split() == ["1", "2"]
    assert "TableError: many/main:odd: shard 1 has other columns than the one read first: column 'late'" in ran.err


def test_a_shard_that_is_not_there_is_named(world: tuple[Project, Mirror]) -> None:
    project, _ = world
    with_need(project, "shards: [4]")
    ran = project.run("fetch", "few")
    assert ran.code != 0
    assert "many/main:train has no shard 4" in ran.err


@pytest.mark.parametrize(
    ("part", "fault"),
    [
        ("rows: 0", "must not be negative"),
        ("rows: 3, shards: [1]", "say one of them"),
        ("shards: []", "must not be empty"),
        ("shards: [-1]", "needs[0].shards[0]"),
    ],
)
def test_a_part_that_says_nothing_is_a_fault_of_the_manifest(
    world: tuple[Project, Mirror], part: str, fault: str
) -> None:
    project, _ = world
    with_need(project, part)
    ran = project.run("fetch", "few")
    assert ran.code == 2
    assert "few.yaml:4" in ran.err
    assert fault in ran.err
