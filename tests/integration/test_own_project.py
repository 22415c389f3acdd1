"""One's own project by the command: init, add, remove, why, outdated, lock --dry-run; what they print and end with."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from recipes_data.cli.main import run
from recipes_data.manifest import read_dataset, read_recipe
from recipes_data.mirror import Mirror, Request, Response
from tests.worlds import ROOT, Project, Ran, sums, write_parquet, write_sums

TOKEN = "hf_my_own_token"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is the working directory, with a store beside it and no settings of the machine's."""
    folder = tmp_path / "work"
    folder.mkdir()
    for name in [name for name in os.environ if name.startswith(("RECIPES_DATA", "HF_", "XDG_")) or name == "CI"]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("RECIPES_DATA_HOME", str(tmp_path / "store"))
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mirror]:
    """`org/sums`, served on loopback, and the endpoint of this environment."""
    write_sums(tmp_path / "hub")
    with Mirror(tmp_path / "hub") as mirror:
        monkeypatch.setenv("HF_ENDPOINT", mirror.url)
        yield mirror


class Say:
    """The command in this process."""

    def __init__(self, captured: pytest.CaptureFixture[str]) -> None:
        self._captured = captured

    def __call__(self, *words: str) -> Ran:
        code = run(words)
        out, err = self._captured.readouterr()
        assert "Traceback" not in err
        assert "\x1b[" not in out + err
        return Ran(code, out, err)

    def json(self, *words: str) -> Any:
        return json.loads(self(*words, "--json").out)


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    return Say(capsys)


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# init


def test_init_marks_a_project_and_its_examples_are_manifests_that_no_command_reads(here: Path, say: Say) -> None:
    ran = say("init")
    assert ran.code == 0
    assert sorted(tree(here)) == [
        ".gitignore",
        "manifests/example-dataset.yaml",
        "manifests/example-recipe.yaml",
        "manifests/schema/dataset.schema.json",
        "manifests/schema/recipe.schema.json",
        "recipes-data.toml",
    ]
    examples = here / "manifests"
    dataset, _ = read_dataset((examples / "example-dataset.yaml").read_text(encoding="utf-8"), "d")
    recipe, _ = read_recipe((examples / "example-recipe.yaml").read_text(encoding="utf-8"), "r")
    assert recipe.needs[0].name == dataset.name
    listed = say.json("list")
    assert dataset.name not in [entry["name"] for entry in listed["datasets"]]


def test_init_never_overwrites_and_may_be_said_again(here: Path, say: Say) -> None:
    (here / ".gitignore").write_text("mine\n", encoding="utf-8")
    (here / "pyproject.toml").write_text("[tool.recipes-data]\n", encoding="utf-8")
    ran = say("init")
    assert "kept     .gitignore (was there)" in ran.out
    assert (here / ".gitignore").read_text(encoding="utf-8") == "mine\n"
    assert not (here / "recipes-data.toml").exists()
    before = tree(here)
    again = say.json("init")
    assert again["written"] == []
    assert tree(here) == before


def test_init_of_a_folder_in_a_project_says_which_one_counts(here: Path, say: Say) -> None:
    say("init")
    ran = say("init", "part")
    assert ran.code == 0
    assert f"{here} is a project too" in ran.err
    assert (here / "part" / "recipes-data.toml").exists()


def test_init_on_a_file_is_a_mistake_in_two_lines(here: Path, say: Say) -> None:
    (here / "x").touch()
    ran = say("init", "x")
    assert ran.code == 2
    assert ran.err.splitlines()[0].endswith("x is not a folder")


# add


def test_add_needs_a_project(here: Path, hub: Mirror, say: Say) -> None:
    ran = say("add", "org/sums")
    assert ran.code == 2
    assert "-> recipes-data init" in ran.err
    assert hub.requests == []
    assert tree(here) == {}


def test_add_prints_what_it_wrote_and_what_comes_next(here: Path, hub: Mirror, say: Say) -> None:
    say("init")
    ran = say("add", "org/sums")
    path = here / "manifests" / "datasets" / "sums.yaml"
    assert ran.out == f"written  {path}\n"
    assert ran.err == "next: recipes-data fetch sums\n"
    assert path.read_text(encoding="utf-8").startswith(
        "# yaml-language-server: $schema=../schema/dataset.schema.json\n"
    )


def test_add_dry_run_prints_the_manifest_and_writes_nothing(here: Path, hub: Mirror, say: Say) -> None:
    say("init")
    before = tree(here)
    ran = say("add", "org/sums", "--dry-run", "--recipe", "mine")
    assert read_dataset(ran.out, "stdout")[0].repo == "org/sums"
    assert tree(here) == before


@pytest.mark.parametrize(
    "page", ["{hub}/datasets/org/sums", "{hub}/datasets/org/sums/tree/main", "hf://datasets/org/sums"]
)
def test_a_page_of_the_hub_means_its_repository(page: str, here: Path, hub: Mirror, say: Say) -> None:
    say("init")
    added = say.json("add", page.format(hub=hub.url), "--name", "mine")
    assert added["name"] == "mine"
    assert "repo: org/sums\nrevision: main\n" in added["text"]


def test_a_page_of_a_revision_with_slashes_means_that_revision(here: Path, tmp_path: Path, say: Say) -> None:
    write_sums(tmp_path / "hub")
    say("init")
    with Mirror(tmp_path / "hub", refs={"org/sums": ["refs/convert/parquet"]}) as mirror:
        page = f"{mirror.url}/datasets/org/sums/tree/refs%2Fconvert%2Fparquet"
        added = say.json("add", page, "--endpoint", mirror.url)
    assert "repo: org/sums\nrevision: refs/convert/parquet\n" in added["text"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["add", "http://hub/datasets/org/sums/tree/main/a%20b"], "end it before /a b; for these files alone, "),
        (["add", "http://hub/datasets/org/sums/tree/main/a%20b"], "say also: --files 'a b/**'"),
        (["add", "org name"], "'org name' is not a repository of the Hub"),
        (["add", "a/b/c"], "'a/b/c' is not a repository of the Hub"),
        (["add", "org/nothing"], "does not exist on"),
        (["add", "org/nothing"], "-> correct the name (a model needs --model), or log in: hf auth login"),
        (["add", "org/sums", "--model"], "-> correct the name (a dataset is added without --model), or log in"),
        (["add", "org/sums", "--revision", "v9"], "-> name one that is there: --revision REV"),
        (["add", "not-a-repo"], "-> name it ORG/NAME, or log in if it is private"),
        (["add", "org/sums", "--name", "Not A Name"], "is not a name"),
        (["add", "org/sums", "--config", "x"], "org/sums has no config 'x'"),
        (["add", "org/sums", "--files", "x*"], "--files x*: matches no file of org/sums"),
        (["add", "org/sums", "--files", "a", "--split", "b", "--split", "c"], "--files makes one split"),
        (["add", "org/sums", "--why", "x"], "--why says what a recipe needs it for"),
        (["add", "org/sums", "--recipe", "No Name"], "is not a name"),
        (["add", "org/sums", "--recipe", "../mine"], "is not a name"),
        (["add", "org/sums", "--recipe", "rl_basic"], "'rl_basic' is a shipped recipe"),
        (["add", "org/sums", "--name", "gsm8k"], "the shipped catalogue has a 'gsm8k' already, of openai/gsm8k"),
        (["add", "org/sums", "--offline"], "this run is offline"),
        (["remove", "nothing"], "no dataset or recipe is called 'nothing'"),
        (["remove", "gsm8k"], "'gsm8k' is a shipped manifest"),
        (["why", "nothing"], "no dataset or recipe is called 'nothing'"),
        (["why", "rl_basic"], "'rl_basic' is a recipe"),
        (["outdated", "gsm8k"], "'gsm8k' has no lock"),
        (["outdated"], "nothing is locked in"),
    ],
)
def test_a_mistake_is_two_lines_and_nothing_is_written(
    words: list[str], told: str, here: Path, hub: Mirror, say: Say
) -> None:
    say("init")
    before = tree(here)
    ran = say(*words)
    assert ran.code in (2, 3, 4)
    assert told in ran.err
    assert "\n  -> " in ran.err
    assert tree(here) == before


def test_ctrl_c_during_add_leaves_the_project_as_it_was(tmp_path: Path) -> None:
    write_sums(tmp_path / "hub")
    project = Project.make(tmp_path)
    reached = threading.Event()

    def wait(request: Request) -> Response | None:
        if request.origin == "cdn":
            reached.set()
            mirror.stopping.wait(60)
        return None

    with Mirror(tmp_path / "hub", before=wait) as mirror:
        before = tree(project.root)
        process = project.start("add", "org/sums", HF_ENDPOINT=mirror.url)
        assert reached.wait(60)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert tree(project.root) == before


# remove, why


def test_remove_takes_manifest_and_lock_and_refuses_while_a_recipe_needs_it(here: Path, hub: Mirror, say: Say) -> None:
    say("init")
    before = tree(here)
    say("add", "org/sums", "--recipe", "mine")
    say("lock", "sums")
    refused = say("remove", "sums")
    assert refused.code == 2
    assert re.search(r"'sums' is still needed: \S+recipes/mine\.yaml:5\n", refused.err)
    assert say("remove", "mine", "--dry-run").out.startswith("would be deleted  ")
    assert say("remove", "mine").code == 0
    ran = say("remove", "sums")
    assert [line.rsplit("/", 1)[-1] for line in ran.out.splitlines()] == ["sums.yaml", "sums.json"]
    assert tree(here) == before


def test_why_names_recipe_place_reason_and_files(here: Path, hub: Mirror, say: Say) -> None:
    say("init")
    say("add", "org/sums", "--split", "train", "--recipe", "mine", "--why", "problems")
    unlocked = say("why", "sums")
    assert "recipes-data lock sums" in unlocked.err
    say("lock", "sums")
    ran = say("why", "sums")
    assert ran.out.splitlines() == [
        "mine (P1) needs sums/default:train",
        "  why    problems",
        f"  where  {here}/manifests/recipes/mine.yaml:5",
        "  files  1, 3.6 kB",
        "         main/train-00000-of-00001.parquet",
    ]
    (use,) = say.json("why", "sums")["uses"]
    assert use["files"] == ["main/train-00000-of-00001.parquet"]
    assert use["splits"] == ["train"]
    assert "rl_basic" in [use["recipe"] for use in say.json("why", "gsm8k")["uses"]]


def test_why_of_what_nobody_needs_says_so(here: Path, hub: Mirror, say: Say) -> None:
    say("init")
    say("add", "org/sums")
    assert say("why", "sums").out.startswith("no recipe needs 'sums'")


# show


def test_show_is_the_card_of_a_dataset_before_and_after_it_is_locked(here: Path, hub: Mirror, say: Say) -> None:
    say("init")
    say("add", "org/sums", "--recipe", "mine", "--why", "problems")
    before = say("show", "sums")
    assert "not locked; the manifest says:" in before.out
    assert re.search(r"^default +train +main/train-\*\.parquet$", before.out, re.MULTILINE)
    say("fetch", "sums")
    ran = say("show", "sums")
    lock = json.loads((here / "manifests" / "locks" / "sums.json").read_text(encoding="utf-8"))
    train = lock["files"]["main/train-00000-of-00001.parquet"]
    for line in (
        r"license +mit",
        r"gated +no",
        rf"commit +{lock['commit']}",
        r"mine +sums/default:train,test +P1 +problems",
        r"default +train +50 +1 +3\.6 kB +yes",
        rf"main/train-00000-of-00001\.parquet +3\.6 kB +50 +{train['digest'][:19]}",
        r"question +string",
    ):
        assert re.search(rf"^{line}$", ran.out, re.MULTILINE), line
    manifest = here / "manifests" / "datasets" / "sums.yaml"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace("main/test-", "main/t*-"), encoding="utf-8")
    assert re.search(
        r"^lock_state +older than the manifest: recipes-data lock sums$", say("show", "sums").out, re.MULTILINE
    )


# outdated, lock --upgrade --dry-run


def test_outdated_is_a_table_a_document_and_an_exit_code(here: Path, hub: Mirror, tmp_path: Path, say: Say) -> None:
    say("init")
    say("add", "org/sums")
    assert say("fetch", "sums").code == 0
    quiet = say("outdated")
    assert quiet.code == 0
    assert re.search(r"^sums +nothing +(\w{12}) +\1 +-$", quiet.out, re.MULTILINE)
    write_parquet(tmp_path / "hub/datasets/org/sums/main/train-00000-of-00001.parquet", sums(51))
    locked = (here / "manifests" / "locks" / "sums.json").read_bytes()
    ran = say("outdated", "sums", "--json")
    (found,) = ran.json["datasets"]
    assert {"kind": "rows", "what": "default:train: 50 rows -> 51"} in found["changes"]
    assert ran.code == found["exit_code"] == 4  # a mirror has but one commit, so the locked one is gone
    dry = say("lock", "sums", "--upgrade", "--dry-run")
    assert dry.code == 0
    assert "changed: main/train-00000-of-00001.parquet" in dry.out
    assert "would be moved" in dry.out
    assert (here / "manifests" / "locks" / "sums.json").read_bytes() == locked
    say("lock", "sums", "--upgrade")
    assert (here / "manifests" / "locks" / "sums.json").read_bytes() != locked
    assert say("outdated").code == 0


def test_outdated_proposes_only_what_can_be_done(here: Path, hub: Mirror, tmp_path: Path, say: Say) -> None:
    say("init")
    for name in ("moved", "gone", "unfit"):
        write_sums(tmp_path / "hub").rename(tmp_path / "hub" / "datasets" / "org" / name)
        say("add", f"org/{name}")
        say("lock", name)
    write_parquet(tmp_path / "hub/datasets/org/moved/main/train-00000-of-00001.parquet", sums(51))
    (tmp_path / "hub/datasets/org/unfit/main/train-00000-of-00001.parquet").unlink()
    shutil.rmtree(tmp_path / "hub/datasets/org/gone")
    assert say("outdated").err.splitlines() == [
        f"edit {here}/manifests/datasets/unfit.yaml: it no longer fits what is there",
        "take it: recipes-data lock --upgrade moved",
    ]
    assert say("lock", "--upgrade", "moved").code == 0


def test_one_dataset_that_cannot_be_asked_for_hides_none_of_the_others(here: Path, hub: Mirror, say: Say) -> None:
    say("init")
    say("add", "org/sums")
    say("lock", "sums")
    ran = say("outdated", "sums", "gsm8k")
    assert ran.code == 3
    assert re.search(r"^sums +nothing ", ran.out, re.MULTILINE)
    assert re.search(r"^gsm8k +failed: LockMissingError ", ran.out, re.MULTILINE)


# the README


def test_the_readme_of_ones_own_dataset_is_true(tmp_path: Path) -> None:
    section = (
        (ROOT / "README.md").read_text(encoding="utf-8").partition("## Your own dataset in your own repository\n")[2]
    )
    section = section.partition("\n## ")[0]
    shell, python = (re.search(rf"```{kind}\n(.*?)```", section, re.DOTALL) for kind in ("sh", "python"))
    assert shell is not None
    assert python is not None
    commands = [line.partition("#")[0].split() for line in shell[1].splitlines()]
    assert commands[0][0] == "export"
    assert [words[:2] for words in commands[1:]] == [["recipes-data", verb] for verb in ("init", "add", "fetch")]
    repo = commands[2][2]
    write_sums(tmp_path / "hub")
    (tmp_path / "hub" / "datasets" / "org").rename(tmp_path / "hub" / "datasets" / repo.split("/")[0])
    (tmp_path / "hub" / "datasets" / repo.split("/")[0] / "sums").rename(tmp_path / "hub" / "datasets" / repo)
    project = Project.make(tmp_path)
    (project.root / "recipes-data.toml").unlink()
    with Mirror(tmp_path / "hub", tokens=frozenset({TOKEN}), private=frozenset({repo})) as mirror:
        environ = {"HF_ENDPOINT": mirror.url, "HF_TOKEN": TOKEN}
        for words in commands[1:]:
            ran = project.run(*words[1:], **environ)
            assert ran.code == 0, ran.err
        without = project.run("outdated", HF_ENDPOINT=mirror.url)
        asked = len(mirror.requests)
        rows = project.python(python[1])
        assert len(mirror.requests) == asked
    assert rows.out.splitlines()[0] == str(sums(1)[0]), rows.err
    assert "private and no token was sent" in without.out
    assert not any(TOKEN.encode() in content for content in tree(tmp_path).values())
