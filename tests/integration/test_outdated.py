"""`outdated`: each thing that can move upstream is told by its own name, and nothing is written or fetched."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from recipes_data.catalogue import read_catalogue
from recipes_data.errors import AuthError, LockStaleError
from recipes_data.lockfile import Lock
from recipes_data.locks import read_lock
from recipes_data.mirror import Mirror, Request, Response
from recipes_data.outdated import Upstream, look_upstream
from tests.additions import added, fetched, opener
from tests.worlds import Project, sums, write_jsonl, write_parquet, write_sums

TRAIN = "main/train-00000-of-00001.parquet"
Edit = Callable[[Path], None]


class Moving:
    """`org/sums`, locked and fetched; then edited, with the locked commit still to be had, as on the Hub."""

    def __init__(self, tmp_path: Path) -> None:
        self.hub = tmp_path / "hub"
        self.repo = write_sums(self.hub)
        self.project = Project.make(tmp_path)
        self.kept: dict[str, Response] = {}
        with Mirror(self.hub, before=self.keep) as mirror:
            self.mirror = mirror
            added(mirror, self.project, "org/sums")
            assert fetched(mirror, self.project, "sums").error is None
            path = f"/api/datasets/org/sums/revision/{self.lock.commit}"
            self.kept[path] = mirror.answer(Request("GET", path, "blobs=true", {}, "hub"))

    def keep(self, request: Request) -> Response | None:
        """The answer about a commit that the mirror has no more."""
        return self.kept.get(request.path)

    @property
    def lock(self) -> Lock:
        lock = read_lock(self.project.lock_folder, "sums")
        assert lock is not None
        return lock

    def look(self, edit: Edit | None = None, **mirror: object) -> Upstream:
        """What is told after an edit; no byte of data is asked for as a whole, and nothing is written."""
        if edit is not None:
            edit(self.repo)
        before = sorted((path, path.stat().st_mtime_ns) for path in self.project.root.rglob("*"))
        with Mirror(self.hub, before=self.keep, **mirror) as served:  # type: ignore[arg-type]
            way = opener(served)
            try:
                found = look_upstream(way, way.sites, read_catalogue([self.project.root / "manifests"]), self.lock)
            finally:
                way.close()
            assert all("range" in request.headers for request in served.requests if request.origin == "cdn")
        assert before == sorted((path, path.stat().st_mtime_ns) for path in self.project.root.rglob("*"))
        return found


@pytest.fixture
def moving(tmp_path: Path) -> Moving:
    return Moving(tmp_path)


def kinds(found: Upstream) -> list[str]:
    return [change.kind for change in found.changes]


def test_where_nothing_moved_nothing_is_told(moving: Moving) -> None:
    found = moving.look()
    assert found.changes == ()
    assert found.exit_code == 0
    assert found.commit == found.locked


def test_a_card_alone_is_told_and_fails_no_ci(moving: Moving) -> None:
    found = moving.look(lambda repo: (repo / "README.md").write_text("---\nlicense: mit\n---\n# More words\n") and None)
    assert [(change.kind, change.what) for change in found.changes] == [
        ("card", "only files beside the data: README.md")
    ]
    assert found.exit_code == 0
    assert found.commit != found.locked


def test_other_rows_are_told_with_both_counts(moving: Moving) -> None:
    found = moving.look(lambda repo: write_parquet(repo / TRAIN, sums(60)))
    assert [(change.kind, change.what) for change in found.changes] == [
        ("data", f"changed {TRAIN}"),
        ("rows", "default:train: 50 rows -> 60"),
    ]
    assert found.exit_code == 3


def test_other_values_in_as_many_rows_are_data_alone(moving: Moving) -> None:
    assert kinds(moving.look(lambda repo: write_parquet(repo / TRAIN, sums(50, 9)))) == ["data"]


def test_another_column_is_a_schema(moving: Moving) -> None:
    found = moving.look(lambda repo: write_parquet(repo / TRAIN, [{"question": "q", "answer": 1}] * 50))
    assert kinds(found) == ["data", "schema"]
    assert found.changes[1].what == f"default:train: {TRAIN}: column 'answer' is int64, was string"


def test_a_new_shard_is_data_and_rows(moving: Moving) -> None:
    found = moving.look(lambda repo: write_parquet(repo / "main" / "train-00001-of-00002.parquet", sums(5, 500)))
    assert [change.what for change in found.changes] == [
        "added main/train-00001-of-00002.parquet",
        "default:train: 50 rows -> 55",
    ]


def test_the_same_bytes_under_another_name_are_renamed(moving: Moving) -> None:
    def rename(repo: Path) -> None:
        (repo / TRAIN).rename(repo / "main" / "train-00000-of-00009.parquet")

    found = moving.look(rename)
    assert kinds(found) == ["renamed"]
    assert found.changes[0].what == f"files {TRAIN} -> main/train-00000-of-00009.parquet"


def test_a_renamed_repository_is_told_with_its_new_name(moving: Moving) -> None:
    shutil.move(moving.hub / "datasets" / "org", moving.hub / "datasets" / "new-org")
    found = moving.look(aliases={"org/sums": "new-org/sums"})
    assert ("renamed", "the repository is called new-org/sums now") in [(c.kind, c.what) for c in found.changes]
    assert found.exit_code == 3


def test_another_licence_is_told_with_both(moving: Moving) -> None:
    found = moving.look(lambda repo: (repo / "README.md").write_text("---\nlicense: cc-by-nc-4.0\n---\n") and None)
    assert ("licence", "licence mit -> cc-by-nc-4.0") in [(change.kind, change.what) for change in found.changes]
    assert found.exit_code == 3


def test_a_repository_that_became_gated_is_told(moving: Moving) -> None:
    found = moving.look(gated={"org/sums": "manual"}, granted=frozenset({"t"}))
    assert [(change.kind, change.what) for change in found.changes] == [
        ("gated", "gating none -> manual: its terms have to be accepted")
    ]


def test_files_that_the_manifest_no_longer_finds_are_told(moving: Moving) -> None:
    found = moving.look(lambda repo: (repo / TRAIN).rename(repo / "rows.parquet") and None)
    assert found.changes[0].kind == "data"
    assert "'main/train-*.parquet' matches no file of org/sums" in found.changes[0].what
    assert not found.fits


def test_a_repository_that_is_gone_is_told_and_ends_with_four(moving: Moving) -> None:
    shutil.rmtree(moving.repo)
    found = moving.look()
    assert kinds(found) == ["gone"]
    assert found.commit is None
    assert found.exit_code == 4


def test_a_locked_commit_that_was_squashed_away_is_gone_though_the_repository_is_there(moving: Moving) -> None:
    moving.kept.clear()
    found = moving.look(lambda repo: (repo / "README.md").write_text("---\nlicense: mit\n---\nnew\n") and None)
    assert [(change.kind, change.what) for change in found.changes] == [
        ("gone", f"the locked commit {found.locked[:12]} is not there any more")
    ]


def test_a_token_that_is_not_accepted_is_an_error_and_not_gone(moving: Moving) -> None:
    with Mirror(moving.hub, tokens=frozenset({"right"})) as mirror:
        way = opener(mirror, "wrong")
        with pytest.raises(AuthError):
            look_upstream(way, way.sites, read_catalogue([moving.project.root / "manifests"]), moving.lock)
        way.close()


def test_columns_of_files_without_footers_are_not_claimed_to_be_the_same(tmp_path: Path) -> None:
    repo = tmp_path / "hub" / "datasets" / "org" / "lines"
    write_jsonl(repo / "train.jsonl", sums(3))
    project = Project.make(tmp_path)
    with Mirror(tmp_path / "hub") as mirror:
        added(mirror, project, "org/lines")
        assert fetched(mirror, project, "lines").error is None
    lock = read_lock(project.lock_folder, "lines")
    assert lock is not None
    write_jsonl(repo / "train.jsonl", [{"other": 1}])
    with Mirror(tmp_path / "hub") as mirror:
        way = opener(mirror)
        found = look_upstream(way, way.sites, read_catalogue([project.root / "manifests"]), lock)
        way.close()
    assert [change.what for change in found.changes][:2] == [
        "changed train.jsonl",
        "default:train: columns and rows of jsonl files are known after a fetch alone",
    ]


def test_a_lock_that_its_manifest_left_behind_is_not_compared(moving: Moving) -> None:
    path = moving.project.root / "manifests" / "datasets" / "sums.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("revision: main", "revision: v2"), encoding="utf-8")
    with pytest.raises(LockStaleError, match="was edited after its lock"):
        moving.look()
