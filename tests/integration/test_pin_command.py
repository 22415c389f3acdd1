"""`recipes-data pin`: from sources and locks to a diff, to files, to what the scanner then finds."""

from __future__ import annotations

import json
import os
import stat
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from recipes_data.cli.main import run
from recipes_data.gaps.recipes.reads import hub_reads
from recipes_data.gaps.recipes.scan import scan_recipes
from recipes_data.lockfile import Lock
from recipes_data.locks import write_lock
from recipes_data.mirror import Mirror
from tests.worlds import Project

A, B = "a" * 40, "b" * 40
SOURCE = '''\
"""A recipe, as its author wrote it: Größe."""
import datasets
from datasets import load_dataset, get_dataset_config_names
from functools import partial
from huggingface_hub import HfApi, hf_hub_download, snapshot_download
from transformers import AutoTokenizer

DATA = "org/data"
options = {"streaming": True}

train = load_dataset(DATA, "main", split="train")
test = datasets.load_dataset(
    'org/data',
    split='test',  # the small one
)
streamed = load_dataset(DATA, **options)
names = get_dataset_config_names(DATA)
later = partial(load_dataset, "org/data")
file = hf_hub_download(repo_id="org/data", filename="x.parquet", repo_type="dataset", revision="main")
folder = snapshot_download("org/model")
tokens = AutoTokenizer.from_pretrained("org/model")
about = HfApi().dataset_info(DATA)
done = load_dataset("org/data", revision="aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")


def chosen(name="org/data"):
    return load_dataset(name)


def passed(split, **more):
    return load_dataset("org/data", split=split, **more)


def told(name, revision):
    return load_dataset("org/data", revision=revision)


several = [load_dataset(one) for one in ("org/data", "org/other")]
unlocked = load_dataset("org/other")
table = "hf://datasets/org/data/x.parquet"
said = f"{load_dataset('org/data')}"
both = list(map(load_dataset, ["org/data"]))
placed = get_dataset_config_names("org/data", "main")
files = load_dataset("json", data_files="hf://datasets/org/data/x.json")
'''


def locked(name: str, repo: str, repo_type: str, commit: str, folder: Path) -> None:
    write_lock(folder, Lock(name, repo, repo_type, "main", commit, "https://hub.invalid", "sha256:0", (), ()))


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with two locks and a source, as the working folder."""
    project = tmp_path / "project"
    (project / "src").mkdir(parents=True)
    (project / "recipes-data.toml").write_text("# a project\n")
    locked("data", "org/data", "dataset", A, project / "manifests" / "locks")
    locked("model", "org/model", "model", B, project / "manifests" / "locks")
    (project / "src" / "recipe.py").write_text(SOURCE, encoding="utf-8")
    monkeypatch.chdir(project)
    monkeypatch.setenv("RECIPES_DATA_HOME", str(tmp_path / "store"))
    return project


def document(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> Any:
    """What the command reports."""
    capsys.readouterr()
    assert run(["pin", *words, "--json"]) == code
    return json.loads(capsys.readouterr().out)


def test_what_is_locked_and_told_is_pinned_and_all_else_has_its_reason(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = document(capsys, "src")
    assert [(one["line"], one["call"], one["repo"], one["commit"][0]) for one in report["pinned"]] == [
        (11, "load_dataset", "org/data", "a"),
        (12, "load_dataset", "org/data", "a"),
        (16, "load_dataset", "org/data", "a"),
        (17, "get_dataset_config_names", "org/data", "a"),
        (18, "load_dataset", "org/data", "a"),
        (19, "hf_hub_download", "org/data", "a"),
        (20, "snapshot_download", "org/model", "b"),
        (21, "from_pretrained", "org/model", "b"),
        (22, "dataset_info", "org/data", "a"),
    ]
    assert [(one["path"], one["line"], one["reason"]) for one in report["left"]] == [
        ("src/recipe.py", 27, "'org/data' is only a default: with a commit here no other repository could be given"),
        ("src/recipe.py", 31, "`**more` may already hold a revision: name its arguments, or add it there"),
        ("src/recipe.py", 35, "which revision it asks for is not known (`revision=revision`)"),
        ("src/recipe.py", 38, "it may ask for 2 repositories, and no commit is of all: org/data, org/other"),
        ("src/recipe.py", 39, "there is no lock of the dataset 'org/other'"),
        (
            "src/recipe.py",
            40,
            "it is an address in a text: write the commit into it, `...@COMMIT/...` or `.../resolve/COMMIT/...`",
        ),
        ("src/recipe.py", 41, "it stands inside an f-string: give what it returns a name before"),
        ("src/recipe.py", 42, "it is called by `map`, which may take no further arguments: call it yourself"),
        ("src/recipe.py", 43, "its revision is given by position: write `revision=`"),
        (
            "src/recipe.py",
            44,
            "it reads files by their addresses: write the commit into each, `hf://datasets/org/name@COMMIT/file`",
        ),
    ]
    assert [(one["line"], one["wants"]) for one in report["had"]] == [(23, [{"repo": "org/data", "commit": A}])]


def test_without_write_nothing_is_written(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def seen() -> dict[Path, tuple[int, int]]:
        return {path: (path.stat().st_ino, path.stat().st_mtime_ns) for path in here.rglob("*")}

    before = seen()
    assert run(["pin", "src"]) == 0
    assert seen() == before


def test_what_was_written_is_python_and_the_scanner_finds_each_call_pinned(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = {(one["call"], one["repo"]) for one in document(capsys, "src")["pinned"]}
    assert run(["pin", "src", "--write"]) == 0
    found = scan_recipes(here / "src")
    pinned = [access for access in found.accesses if access.pinned]
    assert {(one.function.rpartition(".")[2], one.repo) for one in pinned} == wanted
    assert {one.revision for one in pinned if one.repo_type == "model"} == {B}
    assert not [one for one in found.findings if one.rule == "unparsed-source"]
    # the findings of the gap report that are left are those that the command lists
    lines = [one.where.line for one in found.findings if one.rule == "unpinned-revision"]
    assert lines == [one["line"] for one in document(capsys, "src")["left"]]


def test_the_second_time_there_is_nothing_to_do(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["pin", "src", "--write"]) == 0
    once = (here / "src" / "recipe.py").read_bytes()
    report = document(capsys, "src", "--write")
    assert (report["pinned"], report["diff"]) == ([], "")
    assert len(report["had"]) == 10
    assert (here / "src" / "recipe.py").read_bytes() == once


def test_the_diff_is_one_that_git_applies(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "src" / "crlf.py").write_bytes(b'from datasets import load_dataset\r\nload_dataset("org/data")')
    assert run(["pin", "src"]) == 0
    diff = capsys.readouterr().out
    subprocess.run(["git", "apply", "-"], input=diff.encode(), cwd=here, check=True)
    applied = {path: path.read_bytes() for path in (here / "src").iterdir()}
    (here / "src" / "recipe.py").write_text(SOURCE, encoding="utf-8")
    (here / "src" / "crlf.py").write_bytes(b'from datasets import load_dataset\r\nload_dataset("org/data")')
    assert run(["pin", "src", "--write"]) == 0
    assert {path: path.read_bytes() for path in (here / "src").iterdir()} == applied


def test_check_fails_while_something_names_no_commit(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = here / "src" / "recipe.py"
    source.write_text('from datasets import load_dataset\nload_dataset("org/data")\n')
    assert run(["pin", "src", "--check"]) == 3
    assert run(["pin", "src", "--write", "--check"]) == 0
    assert run(["pin", "src", "--check"]) == 0
    source.write_text(source.read_text() + 'load_dataset("org/other")\n')
    assert run(["pin", "src", "--check"]) == 3
    assert run(["pin", "src"]) == 0


def test_an_author_may_say_why_a_call_stays(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = here / "src" / "recipe.py"
    source.write_text('from datasets import load_dataset\nload_dataset("org/other")  # unpinned: ours, and growing\n')
    report = document(capsys, "src", "--check")
    assert [one["allowed"] for one in report["left"]] == ["ours, and growing"]
    source.write_text(
        'from datasets import load_dataset\nload_dataset(\n    "org/other",  # unpinned: in its line\n)\n'
    )
    assert document(capsys, "src", "--check")["left"][0]["allowed"] == "in its line"
    source.write_text('from datasets import load_dataset\nload_dataset("org/other")\n# unpinned: of another line\n')
    assert document(capsys, "src", "--check", code=3)["left"][0]["allowed"] is None
    source.write_text('from datasets import load_dataset\nload_dataset("org/other")  # unpinned:\n')
    assert document(capsys, "src", "--check", code=3)["left"][0]["allowed"] is None


def test_a_call_that_may_stay_is_not_pinned_though_its_lock_is_there(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = here / "src" / "recipe.py"
    text = 'from datasets import load_dataset\nload_dataset("org/data")  # unpinned: we follow it\n'
    source.write_text(text + 'load_dataset("org/data")\n')
    report = document(capsys, "src", "--write", "--check")
    assert [one["line"] for one in report["pinned"]] == [3]
    said = ("its author lets it stay", "we follow it")
    assert [(one["line"], one["reason"], one["allowed"]) for one in report["left"]] == [(2, *said)]
    assert source.read_text().startswith(text)


def test_a_source_that_is_no_python_is_named_and_fails_the_check(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "src" / "recipe.py").write_text("x = 1\nload_dataset('org/data'\n")
    assert run(["pin", "src"]) == 0
    said = capsys.readouterr().err
    assert "left    src/recipe.py:2: no Python of this version: '(' was never closed" in said
    assert run(["pin", "src", "--check"]) == 3


def test_another_commit_than_the_locks_is_noted_and_left(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "src" / "recipe.py").write_text(
        f'from datasets import load_dataset\nload_dataset("org/data", revision="{B}")\n'
    )
    assert run(["pin", "src", "--check"]) == 0
    said = capsys.readouterr().err
    assert f"note    src/recipe.py:2: `load_dataset` names {B} of 'org/data'; the lock data has {A}" in said


def test_encoding_line_ends_permissions_and_links_are_kept(here: Path) -> None:
    text = '# -*- coding: latin-1 -*-\r\nfrom datasets import load_dataset\r\nload_dataset("org/data")  # Größe\r\n'
    source = here / "tool"
    source.write_bytes(text.encode("latin-1"))
    source.chmod(0o751)
    (here / "src" / "recipe.py").unlink()
    (here / "src" / "recipe.py").symlink_to(source)
    (here / "src" / "marked.py").write_bytes(
        "\ufefffrom datasets import load_dataset\nload_dataset('org/data')".encode()
    )
    assert run(["pin", "src", "--write"]) == 0
    new = text.replace('"org/data"', f'"org/data", revision="{A}"')
    assert source.read_bytes() == new.encode("latin-1")
    assert stat.S_IMODE(source.stat().st_mode) == 0o751
    assert (here / "src" / "recipe.py").is_symlink()
    marked = f"\ufefffrom datasets import load_dataset\nload_dataset('org/data', revision='{A}')"
    assert (here / "src" / "marked.py").read_bytes() == marked.encode()


def test_a_diff_of_a_name_with_a_space_ends_the_name_with_a_tab(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "src" / "a recipe.py").write_text('from datasets import load_dataset\nload_dataset("org/data")\n')
    diff = document(capsys, "src/a recipe.py")["diff"]
    assert diff.startswith("--- a/src/a recipe.py\t\n+++ b/src/a recipe.py\t\n")
    subprocess.run(["git", "apply", "-"], input=diff.encode(), cwd=here, check=True)
    assert A in (here / "src" / "a recipe.py").read_text()


def test_a_diff_keeps_the_mark_that_a_source_begins_with(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "src" / "recipe.py").write_bytes(
        "\ufefffrom datasets import load_dataset\nload_dataset('org/data')\n".encode()
    )
    assert " \ufefffrom datasets import load_dataset\n" in document(capsys, "src")["diff"]


def test_one_source_under_two_names_is_changed_once(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "src" / "recipe.py").write_text("from datasets import load_dataset\nload_dataset('org/data')\n")
    (here / "src" / "same.py").symlink_to("recipe.py")
    assert run(["pin", "src", "--write"]) == 0
    assert capsys.readouterr().out == "src/recipe.py\n"
    assert f"load_dataset('org/data', revision='{A}')" in (here / "src" / "same.py").read_text()


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (
            "from huggingface_hub import HfFileSystem\nHfFileSystem().open('datasets/org/data/x.json')\n",
            "it is a path of the Hub's file system: write `org/name@COMMIT/file`",
        ),
        (
            f"from datasets import load_dataset\nload_dataset('org/data'{', None' * 10})\n",
            "it has 11 arguments by position, and one of them may be a revision: name them",
        ),
    ],
)
def test_a_call_that_has_no_room_for_a_revision_is_told_what_to_write(
    here: Path, capsys: pytest.CaptureFixture[str], source: str, reason: str
) -> None:
    (here / "src" / "recipe.py").write_text(source)
    report = document(capsys, "src")
    assert (report["pinned"], [one["reason"] for one in report["left"]]) == ([], [reason])


def test_a_folder_that_cannot_be_written_is_a_sentence_and_leaves_nothing(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    assert run(["pin", "src", "--write"]) == 5
    assert "src/recipe.py cannot be written: No space left on device" in capsys.readouterr().err
    assert [path.name for path in (here / "src").iterdir()] == ["recipe.py"]
    assert (here / "src" / "recipe.py").read_text(encoding="utf-8") == SOURCE


def test_a_source_that_changed_meanwhile_is_not_overwritten(here: Path) -> None:
    from recipes_data.errors import StoreError
    from recipes_data.pinning_files import change, write

    source = here / "src" / "recipe.py"
    changed = change(source, {next(read.end for read in hub_reads(source).unpinned): A})
    source.write_text("x = 1\n")
    with pytest.raises(StoreError, match="was changed while it was read"):
        write([replace(changed, new=b"y = 1\n")])
    assert [path.read_text() for path in (here / "src").iterdir()] == ["x = 1\n"]


def test_a_source_whose_name_is_no_text_is_left_and_the_others_are_pinned(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    odd = here / "src" / os.fsdecode(b"na\xffme.py")
    odd.write_text('from datasets import load_dataset\nload_dataset("org/data")\n')
    report = document(capsys, "src", "--write")
    assert len(report["pinned"]) == 9
    assert report["left"][0]["reason"] == "src/na\\xffme.py cannot be read: No such file or directory"
    assert "revision" not in odd.read_text()


def test_a_source_that_is_not_there_is_a_usage_error(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["pin", "nowhere"]) == 2
    assert "there is no folder or file nowhere" in capsys.readouterr().err


def test_a_lock_of_a_hub_pins_through_the_real_command(project: Project, hub: Mirror) -> None:
    assert project.run("lock", "gsm8k", "--endpoint", hub.url).code == 0
    source = project.root / "train.py"
    source.write_text('from datasets import load_dataset\nrows = load_dataset("org/sums", "main", split="train")\n')
    ran = project.run("pin", "train.py", "--write", "--check")
    assert (ran.code, ran.out) == (0, "train.py\n")
    commit = project.lock("gsm8k")["commit"]
    assert source.read_text().splitlines()[1] == (
        f'rows = load_dataset("org/sums", "main", split="train", revision="{commit}")'
    )
