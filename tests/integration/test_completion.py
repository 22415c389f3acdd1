"""What a shell is told at the press of a key: by the real bash, with the lines that the command prints."""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from recipes_data.cli.main import run
from recipes_data.cli.parser import command_parser
from recipes_data.errors import UsageError
from recipes_data.lockfile import LockedSplit
from recipes_data.locks import read_lock, write_lock
from recipes_data.places import find_places
from recipes_data.spelling import spelled
from tests.unit.storehouse import locked, make_lock
from tests.worlds import Project, unmeasured

GROUPS = """\
name: mmlu
title: Subjects
repo: org/subjects
default_config: all
configs:
  all:
    splits: {test: {files: all/test.parquet}, dev: {files: all/dev.parquet}}
config_groups:
  - names: [anatomy, astronomy]
    splits: {test: {files: "{config}/test.parquet"}}
"""
RECIPE = "name: gsm_train\ntitle: T\nneeds: [{dataset: gsm8k, why: sums, priority: P0}]\n"
# asks bash itself: its own word breaks, its own function, what it would offer
ASK = r"""
eval "$(cat "$1")"
COMP_LINE=$2 COMP_POINT=${#2} COMP_TYPE=9
read -ra COMP_WORDS <<< "$2"
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
complete -p recipes-data >/dev/null || exit 9
_python_argcomplete recipes-data "${COMP_WORDS[COMP_CWORD]}" ""
printf '%s\n' "${COMPREPLY[@]}"
"""


@pytest.fixture
def world(project: Project) -> Project:
    project.write("mmlu", GROUPS)
    (project.root / "manifests" / "recipes").mkdir()
    (project.root / "manifests" / "recipes" / "gsm_train.yaml").write_text(RECIPE, encoding="utf-8")
    project.environ["RECIPES_DATA_MANIFESTS"] = str(project.root / "manifests")
    return project


def offered(project: Project, typed: str, **environ: str) -> list[str]:
    """What bash offers for a line that was typed so far."""
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("bash is not installed here")
    script = project.root.parent / "completion.bash"
    if not script.exists():
        script.write_text(project.run("completion", "bash").out, encoding="utf-8")
    programs = Path(sys.executable).parent
    done = subprocess.run(
        [bash, "--norc", "--noprofile", "-c", ASK, "bash", str(script), typed],
        cwd=project.root,
        env={**project.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", **environ},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return [word.rstrip() for word in done.stdout.splitlines() if word.strip()]


def test_bash_completes_names_configs_splits_and_options(world: Project) -> None:
    # each line is a process of the command, as each press of a key is
    assert offered(world, "recipes-data fet") == ["fetch"]
    assert offered(world, "recipes-data fetch gs") == ["gsm8k", "gsm_train"]
    assert offered(world, "recipes-data fetch mmlu/an") == ["mmlu/anatomy", "mmlu/anatomy:test"]
    # bash breaks words at a colon, and is given what comes after it
    assert offered(world, "recipes-data path gsm8k:t") == ["train", "test"]
    assert offered(world, "recipes-data fetch --off") == ["--offline"]
    assert offered(world, "recipes-data types --out typ") == []
    # bash itself is asked for the names of files: by `subprocess`, which is imported for this alone
    assert offered(world, "recipes-data types --out man") == ["manifests/"]


def test_zsh_and_fish_take_what_is_printed(world: Project) -> None:
    for shell, check in (("zsh", ["-n"]), ("fish", ["--no-execute"])):
        printed = world.run("completion", shell)
        assert printed.code == 0
        assert "recipes-data" in printed.out
        program = shutil.which(shell)
        if program is not None:
            (world.root / shell).write_text(printed.out, encoding="utf-8")
            subprocess.run([program, *check, str(world.root / shell)], check=True, timeout=60)
    if not shutil.which("zsh") or not shutil.which("fish"):
        pytest.skip("zsh or fish is not installed here: their syntax was not looked at, only that it is printed")


def test_an_unknown_shell_is_a_mistake(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["completion", "tcsh"]) == 2
    assert "invalid choice: 'tcsh'" in capsys.readouterr().err


def test_without_argcomplete_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "argcomplete", None)
    assert run(["completion", "bash"]) == 2
    assert "pip install 'recipes-data[completion]'" in capsys.readouterr().err


def test_a_key_press_imports_neither_pydantic_nor_arrow_nor_the_network(world: Project) -> None:
    code = (
        "import os, sys\n"
        "os.environ.update(_ARGCOMPLETE='1', COMP_LINE='recipes-data fetch mmlu/', COMP_POINT='24')\n"
        "answer = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT); os.dup2(answer, 8); os.dup2(2, 9)\n"
        "end = os._exit\n"
        "os._exit = lambda code: (sys.stderr.write(' '.join(sorted(sys.modules))), sys.stderr.flush(), end(code))\n"
        "from recipes_data.cli.entry import main\n"
        "sys.argv = ['recipes-data']\n"
        "main()\n"
    )
    answer = world.root / "answer"
    done = subprocess.run(
        [sys.executable, "-c", code, str(answer)],
        cwd=world.root,
        env=unmeasured(world.environ),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "mmlu/anatomy" in answer.read_text(encoding="utf-8"), done.stderr
    modules = set(done.stderr.split())
    assert "recipes_data.spelling" in modules
    assert not modules & {"pydantic", "pyarrow", "numpy", "urllib3", "huggingface_hub", "fsspec", "ssl", "loaders.rows"}
    # each costs a key press 5 to 20 ms; `selectors` comes where `subprocess` is really run
    assert not modules & {"dataclasses", "inspect", "selectors"}


def test_the_words_of_one_command_are_those_that_it_has_among_all() -> None:
    whole = {words[0]: helps(command_parser(), words) for words in (["fetch"], ["cache", "prune"], ["gaps", "report"])}
    for name, text in whole.items():
        words = {"cache": ["cache", "prune"], "gaps": ["gaps", "report"]}.get(name, [name])
        assert helps(command_parser(name), words) == text
        assert f"usage: recipes-data {' '.join(words)} " in text
        # the words of another are not there, so nothing was paid for them
        with pytest.raises(UsageError, match="invalid choice: 'lock'"):
            command_parser(name).parse_args(["lock"])
    # a word that is no command brings all of them, for the error that lists them
    assert helps(command_parser("fetsh"), ["lock"]) == helps(command_parser(), ["lock"])
    # while a command's own name is typed, its words are not asked for
    names = command_parser("")
    assert names.parse_args(["lock"]).command == "lock"
    with pytest.raises(UsageError, match="unrecognized arguments: --check"):
        names.parse_args(["lock", "--check"])


def helps(parser: argparse.ArgumentParser, words: list[str]) -> str:
    """What `--help` prints after these words."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), pytest.raises(SystemExit):
        parser.parse_args([*words, "--help"])
    return said.getvalue()


# the words themselves


def words(project: Project, typed: str, *, recipes: bool = True, parts: bool = True) -> list[str]:
    places = find_places(manifests=project.root / "manifests", store=project.store, environ={})
    return spelled(typed, places, recipes=recipes, parts=parts)


def test_a_name_that_is_left_alone_goes_on_with_its_splits_and_configs(world: Project) -> None:
    assert words(world, "") == ["gsm8k", "gsm_train", "mmlu"]
    assert words(world, "", recipes=False) == ["gsm8k", "mmlu"]
    assert words(world, "gsm8") == ["gsm8k", "gsm8k:train", "gsm8k:test"]
    assert words(world, "gsm8", parts=False) == ["gsm8k"]
    assert words(world, "mm") == ["mmlu", "mmlu:test", "mmlu:dev", "mmlu/all", "mmlu/anatomy", "mmlu/astronomy"]
    assert words(world, "mmlu:") == ["mmlu:test", "mmlu:dev"]
    assert words(world, "mmlu/a") == ["mmlu/all", "mmlu/anatomy", "mmlu/astronomy"]
    assert words(world, "mmlu/all:d") == ["mmlu/all:dev"]
    assert words(world, "gsm_train:") == []
    assert words(world, "nothing") == []


def test_a_lock_is_asked_before_the_manifest_and_a_broken_one_not_at_all(world: Project) -> None:
    split = LockedSplit("gold", ("a.jsonl",), "jsonl")
    lock = make_lock([locked("a.jsonl", b"{}")], {"gold": split}, name="gsm8k")
    folder = world.root / "manifests" / "locks"
    write_lock(folder, lock)
    assert read_lock(folder, "gsm8k") is not None
    assert words(world, "gsm8k:") == ["gsm8k:gold"]
    (folder / "gsm8k.json").write_text("{", encoding="utf-8")
    assert words(world, "gsm8k:") == ["gsm8k:train", "gsm8k:test"]


@pytest.mark.parametrize(
    "text", ["", "- a list\n", "configs: 7\n", "configs: {main: 1}\n", "config_groups: [1, {names: 3}]\n", "a: [\n"]
)
def test_a_faulty_manifest_still_has_a_name(world: Project, text: str) -> None:
    world.write("odd", text)
    assert words(world, "odd")[0] == "odd"
    assert [word for word in words(world, "odd") if ":" in word] == []
