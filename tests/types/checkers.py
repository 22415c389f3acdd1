"""Real type checkers over small programs: what they say of each line, told alike."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Says = Callable[[Path], dict[int, list[str]]]
"""What a checker says of `program.py` in a project, by line: types that `reveal_type` shows, and `error: RULE`."""

_REVEALED = re.compile(r'(?:Revealed type is|Type of ".*" is) "(.*)"\Z', re.DOTALL)


def _environment(folder: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    return {**kept, "HOME": str(folder / "home"), "NODE_OPTIONS": "--max-old-space-size=2048"}


def mypy_says(folder: Path) -> dict[int, list[str]]:
    """Run in the project's folder with its own settings, as a user does."""
    ran = subprocess.run(
        [sys.executable, "-m", "mypy", "--output=json", "--cache-dir", str(folder / ".cache"), "program.py"],
        cwd=folder,
        env=_environment(folder),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ran.returncode in (0, 1), ran.stdout + ran.stderr
    said: dict[int, list[str]] = {}
    for line in ran.stdout.splitlines():
        if not line.startswith("{"):
            continue
        found = json.loads(line)
        assert found["file"] == "program.py", found
        shown = _REVEALED.match(found["message"])
        said.setdefault(found["line"], []).append(_plain(shown[1]) if shown else f"error: {found['code']}")
    return said


def pyright_says(folder: Path) -> dict[int, list[str]]:
    """Run in the project's folder: the engine of Pylance, as `basedpyright` brings it with its own node."""
    pytest.importorskip("basedpyright", reason="pyright's engine comes with recipes-data[dev] as basedpyright")
    ran = subprocess.run(
        [sys.executable, "-m", "basedpyright", "--outputjson", "--pythonpath", sys.executable],
        cwd=folder,
        env=_environment(folder),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ran.returncode in (0, 1), ran.stdout + ran.stderr
    said: dict[int, list[str]] = {}
    for found in json.loads(ran.stdout)["generalDiagnostics"]:
        if found["severity"] not in ("error", "information"):
            continue
        assert Path(found["file"]).name == "program.py", found
        shown = _REVEALED.match(found["message"])
        text = _plain(shown[1]) if shown else f"error: {found.get('rule', found['message'])}"
        said.setdefault(found["range"]["start"]["line"] + 1, []).append(text)
    return said


def _plain(text: str) -> str:
    """A type as both would say it: without the modules that names come from."""
    text = re.sub(r"\b(?:[a-z_]+\.)+(?=[A-Za-z])", "", text)
    # mypy writes out what is in a TypedDict
    return re.sub(r"TypedDict\((\w+), \{[^{}]*\}\)", r"\1", text)


def revealed(program: str, said: dict[int, list[str]]) -> list[tuple[str, str]]:
    """For every line of a program that shows a type, or is wrong: the line, and what was said of it."""
    lines = program.splitlines()
    return [(lines[number - 1].strip(), text) for number in sorted(said) for text in said[number]]
