"""`outdated` in awkward cases: what cannot be told is not told, what is told is told of the right thing."""

from __future__ import annotations

import dataclasses
import hashlib
import zipfile
from pathlib import Path

import pytest

from recipes_data import outdated, peeking
from recipes_data.catalogue import read_catalogue
from recipes_data.cli.main import run
from recipes_data.errors import GatedError
from recipes_data.hub.patience import Patience
from recipes_data.hub.retry import Policy
from recipes_data.lockfile import Lock
from recipes_data.locking import lock_dataset
from recipes_data.locks import read_lock, write_lock
from recipes_data.manifest import resolution_digest
from recipes_data.mirror import Mirror, Response
from recipes_data.outdated import Change, look_upstream
from tests.additions import fetched, opener
from tests.integration.test_outdated import TRAIN, Moving, kinds
from tests.worlds import Project, sums, write_jsonl, write_parquet

SPLITS = "configs: {default: {splits: {train: {files: '%s'%s}}}}\n"


@pytest.fixture
def moving(tmp_path: Path) -> Moving:
    return Moving(tmp_path)


def relock(moving: Moving, **fields: object) -> None:
    """The lock, with other fields; it fits the manifest as that is now."""
    manifest = read_catalogue([moving.project.root / "manifests"]).dataset("sums")
    fitting = dataclasses.replace(moving.lock, manifest_digest=resolution_digest(manifest), **fields)
    write_lock(moving.project.lock_folder, fitting)


class Kept:
    """A dataset of one manifest, locked, and fetched where that is wanted; then looked at beside what is there now."""

    def __init__(self, tmp_path: Path, manifest: str) -> None:
        self.hub = tmp_path / "hub"
        self.repo = self.hub / "datasets" / "org" / "kept"
        self.project = Project.make(tmp_path, kept=f"name: kept\ntitle: K\nrepo: org/kept\nrevision: main\n{manifest}")
        self.repo.mkdir(parents=True)

    def locked(self) -> Lock:
        catalogue = read_catalogue([self.project.root / "manifests"])
        with Mirror(self.hub) as mirror:
            way = opener(mirror)
            once = Patience(Policy(retries=0))
            lock = lock_dataset(
                way().client, catalogue, "kept", previous=None, patience=once, origin=mirror.url, allow_unsafe=True
            )
            way.close()
        return lock

    def fetched(self) -> Lock:
        with Mirror(self.hub) as mirror:
            assert fetched(mirror, self.project, "kept").error is None
        lock = read_lock(self.project.lock_folder, "kept")
        assert lock is not None
        return lock

    def changes(self, lock: Lock) -> list[Change]:
        with Mirror(self.hub) as mirror:
            way = opener(mirror)
            found = look_upstream(way, way.sites, read_catalogue([self.project.root / "manifests"]), lock)
            way.close()
        # the old commit is not there any more in a folder
        return [change for change in found.changes if change.kind != "gone"]


# --- repositories


def test_a_lock_that_was_wished_for_a_commit_is_compared_with_the_branch_main(moving: Moving) -> None:
    path = moving.project.root / "manifests" / "datasets" / "sums.yaml"
    text = path.read_text(encoding="utf-8").replace("revision: main", f"revision: {moving.lock.commit}\nevidence: me")
    path.write_text(text, encoding="utf-8")
    relock(moving, revision=moving.lock.commit)
    found = moving.look(lambda repo: write_parquet(repo / TRAIN, sums(60)))
    assert kinds(found) == ["data", "rows"]
    assert found.commit != found.locked


@pytest.mark.parametrize("gated", [None, "manual"])
def test_a_gate_is_news_only_where_there_was_none(moving: Moving, gated: str | None) -> None:
    relock(moving, gated=gated)
    headers = {"x-error-code": "GatedRepo", "content-type": "application/json"}
    moving.kept["/api/datasets/org/sums/revision/main"] = Response(403, headers, b'{"error": "gated"}')
    if gated is None:
        assert kinds(moving.look()) == ["gated"]
    else:
        with pytest.raises(GatedError, match="org/sums"):
            moving.look()


def test_a_served_folder_has_but_one_commit_and_a_card_in_it_is_no_news(moving: Moving) -> None:
    relock(moving, origin="folder")
    moving.kept.clear()
    found = moving.look(lambda repo: (repo / "README.md").write_text("---\nlicense: mit\n---\nMore\n") and None)
    assert found.changes == ()


def test_terms_are_told_though_the_files_no_longer_fit(moving: Moving) -> None:
    def edit(repo: Path) -> None:
        (repo / TRAIN).rename(repo / "rows.parquet")
        (repo / "README.md").write_text("---\nlicense: cc0-1.0\n---\n", encoding="utf-8")

    found = moving.look(edit)
    assert kinds(found) == ["data", "licence"]
    assert found.changes[1].what == "licence mit -> cc0-1.0"


def test_how_many_new_files_were_looked_into_is_told(moving: Moving, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outdated, "MOST_FOOTERS", 1)
    monkeypatch.setattr(peeking, "MOST_FOOTERS", 1)

    def edit(repo: Path) -> None:
        for number in (1, 2):
            write_parquet(repo / "main" / f"train-0000{number}-of-00003.parquet", sums(5, 100 * number))

    found = moving.look(edit)
    # rows of a file that was not looked into are not known
    assert [change.what for change in found.changes[1:]] == [
        "only 1 of 2 new files were looked into: schema and rows are of these"
    ]


def test_a_new_file_that_is_not_what_its_name_says_has_columns_that_are_not_known(moving: Moving) -> None:
    found = moving.look(lambda repo: (repo / TRAIN).write_bytes(b"no parquet" * 9) and None)
    assert kinds(found) == ["data", "data"]
    assert found.changes[1].what.startswith(f"default:train: columns not known: {TRAIN}: does not end as a parquet")


def test_splits_of_a_card_that_are_made_otherwise_of_the_same_files_are_told(tmp_path: Path) -> None:
    kept = Kept(tmp_path, "from: card\n")
    for name in ("a", "b"):
        write_parquet(kept.repo / f"{name}.parquet", sums(3))
    card = "---\nconfigs:\n- config_name: x\n  data_files:\n"
    card += "  - {split: train, path: %s.parquet}\n  - {split: test, path: %s.parquet}\n---\n"
    (kept.repo / "README.md").write_text(card % ("a", "b"), encoding="utf-8")
    lock = kept.fetched()
    assert kept.changes(lock) == []
    (kept.repo / "README.md").write_text(card % ("b", "a"), encoding="utf-8")
    (change,) = kept.changes(lock)
    assert change.kind == "data"
    assert change.what.startswith("splits: ")
    write_parquet(kept.repo / "a.parquet", [{"other": 1}])
    # what was measured is compared, where nothing was promised
    assert "schema" in [each.kind for each in kept.changes(lock)]


def test_rows_that_were_promised_and_never_measured_are_compared_where_all_are_known(tmp_path: Path) -> None:
    kept = Kept(tmp_path, "evidence: me\n" + SPLITS % ("*.parquet", ", rows: 3"))
    write_parquet(kept.repo / "a.parquet", sums(3))
    lock = kept.locked()
    write_parquet(kept.repo / "a.parquet", sums(4))
    assert [change.what for change in kept.changes(lock)] == ["changed a.parquet", "default:train: 3 rows -> 4"]
    write_parquet(kept.repo / "a.parquet", sums(3))
    write_parquet(kept.repo / "b.parquet", sums(2, 10))
    assert [change.what for change in kept.changes(lock)] == ["added b.parquet"]


def test_a_split_that_became_parquet_is_looked_into(tmp_path: Path) -> None:
    kept = Kept(tmp_path, SPLITS % ("train.*", ""))
    write_jsonl(kept.repo / "train.jsonl", sums(3))
    lock = kept.fetched()
    (kept.repo / "train.jsonl").unlink()
    write_parquet(kept.repo / "train.parquet", [{"question": 1, "answer": "x"}] * 5)
    assert [(change.kind, change.what) for change in kept.changes(lock)] == [
        ("data", "added train.parquet"),
        ("data", "removed train.jsonl"),
        ("schema", "default:train: train.parquet: column 'question' is int64, was string"),
        ("rows", "default:train: 3 rows -> 5"),
    ]


def test_of_parquet_in_an_archive_only_the_data_is_told(tmp_path: Path) -> None:
    kept = Kept(tmp_path, SPLITS % ("a.zip", ", members: '*.parquet'"))

    def pack(count: int) -> None:
        write_parquet(tmp_path / "x.parquet", sums(count))
        with zipfile.ZipFile(kept.repo / "a.zip", "w") as archive:
            archive.write(tmp_path / "x.parquet", "x.parquet")

    pack(3)
    lock = kept.fetched()
    pack(4)
    assert [change.what for change in kept.changes(lock)] == [
        "changed a.zip",
        "default:train: columns and rows of parquet files in archives are known after a fetch alone",
    ]


def test_a_kind_of_file_that_a_person_allowed_is_no_news(tmp_path: Path) -> None:
    kept = Kept(tmp_path, "files: [a.pkl]\n")
    (kept.repo / "a.pkl").write_bytes(b"\x80\x04N.")
    lock = kept.locked()
    assert kept.changes(lock) == []


# --- places that are no Hub


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project that is the working directory."""
    for name in ("RECIPES_DATA_PROJECT", "CI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("RECIPES_DATA_HOME", str(tmp_path / "store"))
    project = Project.make(tmp_path)
    (project.root / "data").mkdir()
    monkeypatch.chdir(project.root)
    return project.root


def told(place: Path, name: str = "mine") -> tuple[int, list[tuple[str, str]]]:
    """The exit code, and every change, of a dataset that is on no Hub."""
    lock = read_lock(place / "manifests" / "locks", name)
    assert lock is not None
    with Mirror(place / "data") as mirror:  # asked for nothing
        way = opener(mirror)
        found = look_upstream(way, way.sites, read_catalogue([place / "manifests"]), lock)
        way.close()
        assert mirror.requests == []
    assert found.commit is None or (found.commit == found.locked) == (not found.changes)
    return found.exit_code, [(change.kind, change.what) for change in found.changes]


def test_rows_and_columns_of_parquet_at_a_place_are_told_by_its_footers(place: Path) -> None:
    write_parquet(place / "data" / "train.parquet", [{"a": 1}] * 3)
    assert run(["add", "./data", "--name", "mine", "-q"]) == run(["fetch", "mine", "-q"]) == 0
    assert told(place) == (0, [])
    write_parquet(place / "data" / "train.parquet", [{"a": "x"}] * 5)
    assert told(place) == (
        3,
        [
            ("data", "changed train.parquet"),
            ("schema", "default:train: train.parquet: column 'a' is string, was int64"),
            ("rows", "default:train: 3 rows -> 5"),
        ],
    )


@pytest.mark.parametrize("kind", ["sha256", "md5"])
def test_other_bytes_of_the_same_size_are_seen_though_a_digest_was_published(place: Path, kind: str) -> None:
    path = place / "data" / "train.jsonl"
    path.write_text('{"a": 1}\n', encoding="utf-8")
    digest = hashlib.new(kind, path.read_bytes()).hexdigest()
    text = f"name: mine\ntitle: M\nurl: data\nevidence: me\ndigests: {{train.jsonl: {{{kind}: '{digest}', size: 9}}}}\n"
    (place / "manifests" / "datasets" / "mine.yaml").write_text(text + SPLITS % ("train.jsonl", ""), encoding="utf-8")
    assert run(["lock", "mine", "-q"]) == 0
    assert told(place) == (0, [])
    assert run(["fetch", "mine", "-q"]) == 0
    assert told(place) == (0, [])
    path.write_text('{"a": 2}\n', encoding="utf-8")
    assert told(place) == (
        3,
        [
            ("data", "changed train.jsonl"),
            ("data", "default:train: columns and rows of jsonl files are known after a fetch alone"),
        ],
    )


def test_a_file_of_its_own_that_is_gone_is_gone(place: Path) -> None:
    write_jsonl(place / "data" / "train.jsonl", sums(2))
    assert run(["add", "./data/train.jsonl", "--name", "mine", "-q"]) == run(["fetch", "mine", "-q"]) == 0
    (place / "data" / "train.jsonl").unlink()
    code, ((kind, what),) = told(place)
    assert (code, kind) == (4, "gone")
    assert "data/train.jsonl is not there" in what


def test_the_gravest_of_several_is_the_exit_code(place: Path) -> None:
    for name in ("a", "b"):
        write_jsonl(place / "data" / f"{name}.jsonl", sums(2))
        assert run(["add", f"./data/{name}.jsonl", "--name", name, "-q"]) == run(["fetch", name, "-q"]) == 0
    (place / "data" / "b.jsonl").unlink()
    assert run(["outdated", "-q"]) == 4
    write_jsonl(place / "data" / "b.jsonl", sums(3))
    assert run(["outdated", "-q"]) == 3
