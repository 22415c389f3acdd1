"""What a command says to do next: with the user's own project, store and Hub, and what befell several said once."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from recipes_data.cli.main import run
from recipes_data.cli.parser import parse
from recipes_data.cli.proposals import Given, given_by
from recipes_data.cli.screen import Screen
from recipes_data.errors import HubDownError
from recipes_data.mirror import Mirror
from tests.worlds import GSM8K, Project


@pytest.mark.parametrize(
    ("words", "text", "said"),
    [
        ("fetch --store s", "recipes-data fetch gsm8k", "recipes-data fetch --store s gsm8k"),
        ("fetch --endpoint http://h", "recipes-data lock a", "recipes-data lock --endpoint http://h a"),
        ("fetch --endpoint http://h --token-file 't t'", "recipes-data add a/b",
         "recipes-data add --endpoint http://h --token-file 't t' a/b"),
        # what asks no Hub is given none
        ("fetch --endpoint http://h --project 'my p'", "recipes-data list", "recipes-data list --project 'my p'"),
        ("path a --store s", "recipes-data cache prune --rows", "recipes-data cache prune --store s --rows"),
        ("verify --manifests m", "recipes-data verify; put it right: recipes-data fetch",
         "recipes-data verify --manifests m; put it right: recipes-data fetch --manifests m"),
        # what the proposal says itself is not said again, nor contradicted
        ("fetch --hub h", "recipes-data lock gsm8k --hub x", "recipes-data lock gsm8k --hub x"),
        ("fetch --endpoint http://h", "recipes-data lock gsm8k --hub x", "recipes-data lock gsm8k --hub x"),
        ("fetch --store s", "recipes-data cache; recipes-data itself", "recipes-data cache; recipes-data itself"),
        # a password in an address is not shown
        ("fetch --endpoint https://me:secret@h/x", "recipes-data fetch", "recipes-data fetch --endpoint https://...@h/x"),
        ("fetch gsm8k", "recipes-data fetch gsm8k", "recipes-data fetch gsm8k"),
    ],
)  # fmt: skip
def test_a_proposal_repeats_the_options_that_say_where(words: str, text: str, said: str) -> None:
    given = given_by(parse(shlex.split(words)))
    assert given.repeated(text) == said
    assert given.repeated(said) == said
    assert Screen(given=given).again(text) == said


def test_the_address_of_a_served_folder_is_said_as_the_folder() -> None:
    given = Given(address="http://127.0.0.1:4711", called="../hub")
    assert given.spoken("http://127.0.0.1:4711 has no revision 'x'") == "../hub has no revision 'x'"
    assert given.spoken("127.0.0.1:4711 cannot be reached") == "../hub cannot be reached"
    assert Given().spoken("http://127.0.0.1:4711") == "http://127.0.0.1:4711"


def test_an_error_of_a_folder_names_the_folder_and_how_to_go_on(hub: Mirror, project: Project) -> None:
    pinned = GSM8K.replace("revision: main", f'revision: "{"e" * 40}"\nevidence: a test')
    project.write("gsm8k", pinned)
    ran = project.run("lock", "gsm8k", "--hub", "../hub", "--store", "../store", "--json")
    assert ran.code == 4
    assert f"error: gsm8k: ../hub has no revision '{'e' * 40}' of dataset org/sums" in ran.err
    assert "127.0.0.1" not in ran.out + ran.err
    again = "recipes-data lock --store ../store --hub ../hub --upgrade gsm8k"
    assert again in ran.err
    assert again in ran.json["locks"][0]["error"]["do"]
    assert project.run(*again.split()[1:]).code == 0


def test_what_befell_several_datasets_is_said_once_with_their_names(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    project.write("more", GSM8K.replace("name: gsm8k", "name: more"))
    for name, text in project.environ.items():
        monkeypatch.setenv(name, text)
    monkeypatch.delenv("CI", raising=False)  # where no lock is written unasked
    for command in ("fetch", "lock"):
        assert run([command, "gsm8k", "more", "--project", str(project.root), "--endpoint", "http://127.0.0.1:9"]) == 4
        shown = capsys.readouterr()
        assert shown.err.count("error: ") == 1
        assert "error: gsm8k, more: 127.0.0.1:9 cannot be reached: Connection refused\n" in shown.err
        assert shown.out.count("failed: HubDownError") == 2


def test_one_dataset_is_named_where_its_error_does_not_name_it(capsys: pytest.CaptureFixture[str]) -> None:
    Screen().errors(
        [("a", HubDownError("it is down")), ("b", HubDownError("b is down")), ("c", HubDownError("it is down"))]
    )
    assert capsys.readouterr().err == "error: a, c: it is down\nerror: b is down\n"


@pytest.mark.parametrize(
    ("words", "said", "see"),
    [
        (["fetch", "--bogus", "--json"], "unrecognized arguments: --bogus", "recipes-data fetch --help"),
        (["cache", "list", "--json", "--bogus", "x"], "unrecognized arguments: --bogus x",
         "recipes-data cache list --help"),
        (["show", "--json"], "the following arguments are required: NAME", "recipes-data show --help"),
        (["fetsh", "--json"], "invalid choice: 'fetsh'", "recipes-data --help"),
    ],
)  # fmt: skip
def test_words_that_do_not_fit_are_a_document_too(
    words: list[str], said: str, see: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(words) == 2
    shown = capsys.readouterr()
    error = json.loads(shown.out)["error"]
    assert error["type"] == "UsageError"
    assert said in error["what"]
    assert error["do"] == f"see: {see}"
    assert said in shown.err


def test_a_bug_is_a_document_too(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def broken(*_: object) -> int:
        raise ZeroDivisionError("by nothing")

    monkeypatch.setattr("recipes_data.cli.cache.cache_command", broken)
    assert run(["cache", "dir", "--json"]) == 1
    shown = capsys.readouterr()
    assert json.loads(shown.out)["error"]["type"] == "ZeroDivisionError"
    assert shown.err == (
        "error: a bug in recipes-data: ZeroDivisionError: by nothing\n  -> run again with -v and report it\n"
    )


def test_a_report_and_its_error_are_one_document(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["types", "--check", "--json", "--project", str(project.root)]) == 3
    shown = capsys.readouterr()
    assert [file["current"] for file in json.loads(shown.out)["files"]] == [False, False]
    assert f"  -> recipes-data types --project {project.root}\n" in shown.err


def test_a_demo_that_fails_is_a_document(tmp_path: Path, project: Project) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    ran = project.run("demo", "--json", "--store", str(tmp_path / "file"))
    assert ran.code == 5
    assert "is not a folder" in ran.json["error"]["what"]


@pytest.mark.parametrize("words", [["cache", "list"], ["cache", "dir"], ["list"], ["cache", "prune", "--unused"]])
def test_a_store_that_is_a_file_is_no_empty_store(
    words: list[str], tmp_path: Path, project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    assert run([*words, "--project", str(project.root), "--store", str(tmp_path / "file")]) == 5
    shown = capsys.readouterr()
    assert f"error: the store {tmp_path / 'file'} is not a folder\n" in shown.err
    assert shown.out == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("words", [["cache", "dir"], ["cache", "dir", "--json"], ["completion", "bash"]])
def test_a_stdout_that_is_full_is_an_error_and_one_that_is_closed_is_not(words: list[str], project: Project) -> None:
    code, said = into(project, words, ">/dev/full")
    assert (code, said) == (
        5,
        "error: stdout cannot be written: No space left on device\n  -> see where it leads, and say it again\n",
    )
    assert into(project, words, ">&-") == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_warm_fetch_whose_reader_went_away_is_no_traceback(hub: Mirror, project: Project) -> None:
    words = ["fetch", "gsm8k", "--endpoint", hub.url]
    assert project.run(*words).code == 0
    code, said = into(project, words, ">/dev/full")
    assert (code, said.splitlines()[0]) == (5, "error: stdout cannot be written: No space left on device")
    read, write = os.pipe()
    os.close(read)
    process = subprocess.run(
        [sys.executable, "-m", "recipes_data", *words],
        cwd=project.root,
        env=project.environ,
        stdout=write,
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
        check=False,
    )
    os.close(write)
    assert (process.returncode, process.stderr) == (0, "")


def into(project: Project, words: list[str], where: str) -> tuple[int, str]:
    """A command whose stdout a shell leads somewhere: its exit code, and stderr."""
    done = subprocess.run(
        ["sh", "-c", f"{shlex.join([sys.executable, '-m', 'recipes_data', *words])} {where}"],
        cwd=project.root,
        env=project.environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stderr


def test_what_stdout_cannot_spell_is_escaped_and_json_stays_json(project: Project) -> None:
    project.write("gsm8k", GSM8K.replace("title: Sums", "title: Größe ☃"))
    ran = project.run("show", "gsm8k", PYTHONIOENCODING="ascii")
    assert (ran.code, ran.err) == (0, "")
    assert "Gr\\xf6\\xdfe \\u2603" in ran.out
    escaped, plain = (project.run("show", "gsm8k", "--json", PYTHONIOENCODING=name) for name in ("ascii", "utf-8"))
    assert escaped.out.isascii()
    assert "Größe ☃" in plain.out
    assert escaped.json == plain.json
