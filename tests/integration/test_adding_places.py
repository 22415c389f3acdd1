"""`add` for what is on no Hub: a file on the web, a folder or file of this machine, a bucket; and what moved there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest

from loaders import load
from recipes_data.cli.main import run
from recipes_data.manifest import read_dataset
from tests.integration.test_url_datasets import Site
from tests.worlds import Ran, sums, write_jsonl, write_parquet


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new project that is the working directory; the Hub of this environment is nobody."""
    for name in [name for name in os.environ if name.startswith(("RECIPES_DATA", "HF_", "XDG_")) or name == "CI"]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("RECIPES_DATA_HOME", str(tmp_path / "store"))
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv("HF_TOKEN", "hf_nobody_may_see")
    monkeypatch.setenv("NO_PROXY", "*")
    folder = (tmp_path / "project").resolve()
    folder.mkdir()
    monkeypatch.chdir(folder)
    assert run(["init", "-q"]) == 0
    return folder


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    write_jsonl(tmp_path / "site" / "data" / "train.jsonl", sums(9))
    write_parquet(tmp_path / "site" / "rows.parquet", [{"t": str(n) * 60} for n in range(4000)], group=4000)
    made = Site(tmp_path / "site")
    yield made
    made.close()


class Say:
    def __init__(self, captured: pytest.CaptureFixture[str]) -> None:
        self._captured = captured

    def __call__(self, *words: str) -> Ran:
        self._captured.readouterr()
        code = run(words)
        out, err = self._captured.readouterr()
        assert "a bug in recipes-data" not in err
        return Ran(code, out, err)


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    return Say(capsys)


def rows(project: Path, name: str, split: str = "train") -> list[object]:
    return list(load(name, split=split, project=project))


def test_a_file_on_the_web_becomes_a_dataset_and_no_token_goes_there(project: Path, site: Site, say: Say) -> None:
    ran = say("add", f"{site.url}/data/train.jsonl", "--name", "mine")
    assert ran.code == 0, ran.err
    text = (project / "manifests" / "datasets" / "mine.yaml").read_text(encoding="utf-8")
    assert f'urls:\n  train.jsonl: "{site.url}/data/train.jsonl"\n' in text
    assert "# TODO license: a place without a card names none" in text
    assert say("fetch", "mine").code == 0
    assert rows(project, "mine") == sums(9)
    assert not [headers for headers in site.headers if "Authorization" in headers]


def test_the_footer_of_a_parquet_file_on_the_web_is_read_by_its_end(project: Path, site: Site, say: Say) -> None:
    assert say("add", f"{site.url}/rows.parquet", "--split", "test").code == 0
    manifest, _ = read_dataset((project / "manifests/datasets/rows.yaml").read_text(encoding="utf-8"), "x")
    assert manifest.columns == {"t": "string"}
    assert site.asked[-1][2] is not None
    assert site.asked[-1][2].startswith("bytes=")
    assert say("fetch", "rows").code == 0
    assert len(rows(project, "rows", "test")) == 4000


def test_a_folder_of_the_project_is_named_as_it_lies_there(project: Path, say: Say) -> None:
    write_parquet(project / "data" / "mine" / "train-00000-of-00002.parquet", sums(4))
    write_parquet(project / "data" / "mine" / "train-00001-of-00002.parquet", sums(4, 10))
    write_parquet(project / "data" / "mine" / "test-00000-of-00001.parquet", sums(2, 20))
    (project / "data" / "mine" / ".DS_Store").touch()
    assert say("add", "./data/mine", "--recipe", "r").code == 0
    manifest, _ = read_dataset((project / "manifests/datasets/mine.yaml").read_text(encoding="utf-8"), "x")
    assert manifest.url == "data/mine"
    assert manifest.columns == {"question": "string", "answer": "string"}
    assert {split: spec.files for split, spec in manifest.configs["default"].splits.items()} == {
        "train": ("train-*.parquet",),
        "test": ("test-*.parquet",),
    }
    assert say("fetch", "r").code == 0
    assert rows(project, "mine") == [*sums(4), *sums(4, 10)]


def test_a_file_elsewhere_on_this_machine_is_named_by_its_whole_path(project: Path, tmp_path: Path, say: Say) -> None:
    path = tmp_path / "else where" / "odd [1].jsonl"
    write_jsonl(path, sums(3))
    assert say("add", str(path), "--name", "odd", "--split", "held-out").code == 0
    assert say("fetch", "odd").code == 0
    assert rows(project, "odd", "held-out") == sums(3)


CARD = """---
license: cc-by-4.0
pretty_name: Ours
configs:
- config_name: easy
  data_files: [{split: train, path: rows/a.jsonl}]
- config_name: hard
  default: true
  data_files: [{split: dev, path: rows/b.jsonl}]
---
# Ours
"""


def test_the_card_of_a_folder_is_read_as_a_repositorys_is(project: Path, say: Say) -> None:
    write_jsonl(project / "ours" / "rows" / "a.jsonl", sums(2))
    write_jsonl(project / "ours" / "rows" / "b.jsonl", sums(3, 10))
    (project / "ours" / "README.md").write_text(CARD, encoding="utf-8")
    ran = say("add", "./ours")
    assert (ran.code, "TODO license" in ran.err) == (0, False), ran.err
    text = (project / "manifests/datasets/ours.yaml").read_text(encoding="utf-8")
    manifest, _ = read_dataset(text, "x")
    assert (manifest.license, manifest.title, manifest.default_config) == (("cc-by-4.0",), "Ours", "hard")
    assert {name: list(config.splits) for name, config in manifest.configs.items()} == {
        "easy": ["train"],
        "hard": ["dev"],
    }
    assert "# Written from the card, the names and the file footers of ours, 2 of 3 files.\n" in text
    assert say("fetch", "ours").code == 0
    assert rows(project, "ours", "dev") == sums(3, 10)


@pytest.mark.parametrize("readme", [b"# No header\n", b"---\nlicense: [\n---\n", b"\xff\xfe---\nlicense: mit\n---\n"])
def test_a_readme_without_a_card_that_can_be_read_says_nothing(project: Path, say: Say, readme: bytes) -> None:
    write_jsonl(project / "ours" / "train.jsonl", sums(2))
    (project / "ours" / "README.md").write_bytes(readme)
    assert say("add", "./ours", "--name", "mine").code == 0
    text = (project / "manifests/datasets/mine.yaml").read_text(encoding="utf-8")
    assert "# TODO license: a place without a card names none; ask whoever owns the data\n" in text
    assert say("fetch", "mine").code == 0
    assert rows(project, "mine") == sums(2)


def test_a_name_that_ships_is_told_with_its_place_though_it_is_on_no_hub(project: Path, say: Say) -> None:
    write_jsonl(project / "data" / "train.jsonl", sums(2))
    ran = say("add", "./data", "--name", "tau2_airline")
    assert ran.code == 2
    assert "the shipped catalogue has a 'tau2_airline' already, of https://" in ran.err


def test_a_folder_of_which_a_part_cannot_be_read_is_refused_and_not_taken_in_part(
    project: Path, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_jsonl(project / "data" / "train" / "a.jsonl", sums(2))
    write_jsonl(project / "data" / "test" / "a.jsonl", sums(2))
    scan = os.scandir

    def refusing(path: str | os.PathLike[str] | None = None) -> object:
        if path is not None and os.fspath(path).endswith("/data/test"):
            raise PermissionError(13, "Permission denied", os.fspath(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", refusing)
    ran = say("add", "./data")
    assert ran.code == 4
    assert f"{project / 'data' / 'test'} cannot be read: Permission denied" in ran.err
    assert not (project / "manifests" / "datasets").exists()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
@pytest.mark.parametrize("kind", ["pipe or a device", "folder"])
def test_what_is_no_file_is_refused_and_not_waited_for(project: Path, say: Say, kind: str) -> None:
    (os.mkdir if kind == "folder" else os.mkfifo)(project / "rows.jsonl")
    text = "name: piped\ntitle: P\nurls: {rows.jsonl: rows.jsonl}\n"
    text += "configs: {default: {splits: {train: {files: rows.jsonl}}}}\n"
    (project / "manifests" / "datasets").mkdir()
    (project / "manifests" / "datasets" / "piped.yaml").write_text(text, encoding="utf-8")
    ran = say("lock", "piped")
    assert ran.code == 2
    assert f"rows.jsonl is a {kind}, not a file" in ran.err


def test_a_folder_is_called_as_it_is_called_and_not_as_one_above_it(project: Path, tmp_path: Path, say: Say) -> None:
    write_jsonl(tmp_path / "v1.2" / "my.rows" / "train.jsonl", sums(2))
    assert say("add", str(tmp_path / "v1.2" / "my.rows"), "--json").json["name"] == "my"


def test_a_bucket_is_listed_by_its_driver(project: Path, say: Say) -> None:
    files = fsspec.filesystem("memory")
    files.pipe("/adding/data/train.jsonl", b'{"a": 1}\n')
    files.pipe("/adding/data/test.jsonl", b'{"a": 2}\n')
    try:
        assert say("add", "memory://adding/data", "--name", "bucket").code == 0
        assert say("fetch", "bucket").code == 0
        assert rows(project, "bucket", "test") == [{"a": 2}]
    finally:
        files.rm("/adding", recursive=True)


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ("./nothing", "there is no file or folder"),
        ("./empty", "there are no files below"),
        ("./odd", "error: odd: the format of the files is not the same known one"),
        ("./odd/of-no-format", "error: odd/of-no-format: the format of the files is not the same known one"),
        ("{site}/nothing.jsonl", "is not there"),
        ("{site}/page", "is neither a file with rows nor the page of one of the datasets"),
        ("http://me:hunter2@127.0.0.1/x.jsonl", "carries credentials"),
        ("{site}/data/train.jsonl?X-Amz-Signature=hunter2", "is signed"),
        ("ftp://host/x.jsonl", "ftp:// is not read from here"),
    ],
)
def test_a_mistake_is_two_lines_tells_no_secret_and_writes_nothing(
    what: str, told: str, project: Path, site: Site, say: Say
) -> None:
    (project / "empty").mkdir()
    (project / "odd").mkdir()
    (project / "odd" / "of-no-format").touch()
    ran = say("add", what.format(site=site.url), "--name", "x")
    assert ran.code in (2, 4)
    assert told in ran.err
    assert "\n  -> " in ran.err
    assert "hunter2" not in ran.out + ran.err
    assert not (project / "manifests" / "datasets").exists()


def test_a_driver_that_is_not_installed_is_named_with_its_package(project: Path, say: Say) -> None:
    ran = say("add", "abfs://place/data", "--name", "x")
    assert ran.code == 2
    assert "pip install adlfs" in ran.err


def test_what_moved_at_a_place_is_told_though_it_has_no_commits(project: Path, say: Say) -> None:
    write_jsonl(project / "data" / "train.jsonl", sums(3))
    assert say("add", "./data").code == 0
    assert say("fetch", "data").code == 0
    assert "nothing" in say("outdated").out
    write_jsonl(project / "data" / "train.jsonl", sums(4))
    moved = say("outdated")
    assert moved.code == 3
    assert "changed train.jsonl" in moved.out
    (project / "data" / "train.jsonl").unlink()
    gone = say("outdated")
    assert gone.code in (3, 4)
    assert "train.jsonl" in gone.out
