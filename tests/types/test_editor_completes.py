"""In an editor, names, configs, splits and columns complete: asked of the language server itself."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.types.editor import Editor


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    pytest.importorskip("basedpyright", reason="the language server comes with recipes-data[dev] as basedpyright")
    folder = tmp_path_factory.mktemp("project")
    (folder / "pyproject.toml").write_text('[tool.basedpyright]\ntypeCheckingMode = "standard"\n', encoding="utf-8")
    with Editor(folder, {"PATH": os.environ["PATH"], "HOME": str(folder)}) as found:
        yield found


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ('load("|")', {"gsm8k", "gsm8k:train", "mmlu", "mmlu/anatomy:test", "tulu3"}),
        ('load("gsm8k", "|")', {"main", "socratic"}),
        ('load("gsm8k", split="|")', {"train", "test"}),
        ('load("gsm8k", split="train")[0]["|"]', {"question", "answer"}),
        ('load_dataset("|")', {"openai/gsm8k", "cais/mmlu"}),
        ('load_dataset("openai/gsm8k", "main", split="train")[0]["|"]', {"question", "answer"}),
    ],
)
def test_a_name_a_config_a_split_and_a_column_are_offered(editor: Editor, line: str, offered: set[str]) -> None:
    # the server reads the library once: the first answer takes some seconds
    assert offered <= editor.completed(line)


def test_a_whole_address_is_offered_with_the_splits_and_configs_that_it_has(editor: Editor) -> None:
    found = {word for word in editor.completed('load("|")') if word.startswith("gsm8k")}
    parts = ("", "/main", "/socratic")
    assert found == {f"gsm8k{part}{split}" for part in parts for split in ("", ":train", ":test")}
