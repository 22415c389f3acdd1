"""What README and docs show is what there is: commands parse, make targets and links exist, Python blocks run."""

from __future__ import annotations

import argparse
import re
import shlex
from pathlib import Path

import pytest

from recipes_data.cli.parser import command_parser, parse
from recipes_data.mirror import Mirror
from tests.repositories import project_with
from tests.worlds import ROOT

PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
GENERATED = {"catalogue.md", "exactness.md", "hub_api.md", "performance.md"}  # rows of tables, texts of errors
COMMAND = re.compile(r"(?:\.venv/bin/)?recipes-data [^#\n]+")
# words of a text about commands, not a command
NO_COMMAND = re.compile(r"recipes-data (fetch\||COMMAND|NAME\b)")


def blocks(text: str, *kinds: str) -> list[str]:
    """The fenced blocks of these kinds."""
    return [
        body for kind, body in re.findall(r"^```(\w*)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE) if kind in kinds
    ]


def commands() -> list[tuple[str, str]]:
    found = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        lines = [
            line for block in blocks(text, "sh", "", "console") for line in block.replace("\\\n", " ").splitlines()
        ]
        lines += [line for line in text.splitlines() if line.startswith("    recipes-data ")]
        for line in lines:
            match = COMMAND.match(line.strip().removeprefix("$ "))
            if match and not NO_COMMAND.match(match[0]):
                found.append((page.name, match[0].partition("   ")[0].strip()))  # behind it stands what it does
    return found


def test_there_are_commands_to_look_at() -> None:
    assert len({command for _, command in commands()}) > 40


@pytest.mark.parametrize(("page", "command"), sorted(set(commands())))
def test_every_command_of_a_block_is_one_that_the_parser_takes(page: str, command: str) -> None:
    words = shlex.split(re.sub(r"\s\[.*?\]|\s\.\.\.|[<>|].*$", "", command))
    assert parse(words[1:]).command == words[1]


def every_option() -> dict[str, bool]:
    """The long options of all commands; whether `--help` shows them."""
    found: dict[str, bool] = {}
    waiting = [command_parser()]
    while waiting:
        for action in waiting.pop()._actions:  # argparse has no public list of them
            if isinstance(action, argparse._SubParsersAction):  # as above
                waiting += action.choices.values()
            for option in action.option_strings:
                if option.startswith("--"):
                    found[option] = action.help != argparse.SUPPRESS
    return found


def test_every_option_stands_in_a_page_and_every_option_of_a_page_is_there() -> None:
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    said = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", text))
    options = every_option()
    assert {option for option, shown in options.items() if shown} - {"--help"} - said == set()
    of_others = {"--nodes", "--ntasks-per-node"}  # of a job's script
    assert said - set(options) - of_others == set()


def test_every_make_target_of_the_readme_is_there() -> None:
    named = set(re.findall(r"\bmake ([a-z-]+)", "\n".join(blocks((ROOT / "README.md").read_text("utf-8"), "sh"))))
    there = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert named
    assert named <= there


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_every_link_to_a_file_leads_to_one(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        assert "://" in target or (page.parent / target).exists(), target


@pytest.mark.parametrize("page", [page for page in PAGES if page.name not in GENERATED], ids=lambda path: path.name)
def test_a_line_of_prose_is_no_longer_than_120_characters(page: Path) -> None:
    prose = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    assert [line for line in prose.splitlines() if len(line) > 120 and not line.startswith(("|", "    "))] == []


def test_the_python_of_the_readme_runs_as_it_stands(tmp_path: Path) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = [block for block in blocks(text, "python") if "my-sums" not in block]  # that one has its own test
    assert len(shown) >= 3
    project = project_with(tmp_path, "gsm8k", "tulu3")
    with Mirror(tmp_path / "hub") as mirror:
        ran = project.run("fetch", "gsm8k", "tulu3", "--endpoint", mirror.url, "-q")
    assert ran.code == 0, ran.err
    ran = project.python("\n".join(shown))
    assert ran.code == 0, ran.err
    assert "sha256:" in ran.out
