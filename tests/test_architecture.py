"""The tree keeps the rules of the house that can be read off its sources: layers, doors, public names, size."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.house.rules import RULES
from tests.house.sanctions import LAZY, LEVELS, MOST_LINES, Sources
from tests.house.sources import ROOT, all_imports, module_of, the_tree


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_tree_keeps_the_rule(rule: Callable[[Sources], list[str]]) -> None:
    assert rule(the_tree()) == []


def test_the_tree_that_is_looked_at_is_the_whole_tree() -> None:
    assert len(the_tree()) > 50
    assert {"recipes_data/store.py", "recipes_data/hub/transfer.py", "loaders/rows.py"} <= set(the_tree())


def test_every_sanction_is_used() -> None:
    lazy = {(path, name) for path, name, _, lazy in all_imports(the_tree()) if lazy}
    assert {(path, name) for path, names in LAZY.items() for name in names} - lazy == set()
    rooms = {module_of(path).split(".")[1] for path in the_tree() if "." in module_of(path)}
    assert {room for rooms_ in LEVELS for room in rooms_} - rooms == set()


def test_no_file_of_the_tests_is_longer_than_a_module() -> None:
    files = [path for folder in ("tests", "benchmarks") for path in (ROOT / folder).rglob("*.py")]
    lengths = {path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines()) for path in files}
    assert [f"{path}: {lines} lines" for path, lines in lengths.items() if lines > MOST_LINES] == []
