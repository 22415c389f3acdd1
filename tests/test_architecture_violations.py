"""A small tree for each way to break a rule of the house: the rule sees it."""

from __future__ import annotations

import functools
from collections.abc import Callable

import pytest

from tests.house.rules import (
    RULES,
    chance_elsewhere,
    circles,
    code_run,
    doors_forced,
    environment_read,
    lazy_imports,
    leaves_imported,
    named_for_nothing,
    names_unlisted,
    packages_crossed,
    prints,
    too_long,
    undocumented,
    upward_imports,
)
from tests.house.sanctions import Sources
from tests.house.sources import the_tree

BROKEN: list[tuple[Callable[[Sources], list[str]], Sources, str]] = [
    (
        upward_imports,
        {"recipes_data/store.py": "from recipes_data.tables import reading\n", "recipes_data/tables/reading.py": ""},
        "recipes_data/store.py:1: imports recipes_data.tables.reading, which is above it",
    ),
    (
        upward_imports,
        {"recipes_data/hub/retry.py": "def f():\n    import recipes_data.fetch\n"},
        "recipes_data/hub/retry.py:2: imports recipes_data.fetch, which is above it",
    ),
    (
        upward_imports,
        {"recipes_data/errors.py": "from recipes_data import lockfile\n", "recipes_data/lockfile.py": ""},
        "recipes_data/errors.py:1: imports recipes_data.lockfile, which is above it",
    ),
    (
        upward_imports,
        {"recipes_data/errors.py": "from . import lockfile\n", "recipes_data/lockfile.py": ""},
        "recipes_data/errors.py:1: imports recipes_data.lockfile, which is above it",
    ),
    (
        upward_imports,
        {"recipes_data/hub/retry.py": "from ..fetch import x\n"},
        "recipes_data/hub/retry.py:1: imports recipes_data.fetch, which is above it",
    ),
    (
        upward_imports,
        {"recipes_data/newcomer.py": ""},
        "recipes_data/newcomer.py: 'newcomer' stands on no level: give it one in LEVELS and in docs/architecture.md",
    ),
    (
        circles,
        {
            "recipes_data/store.py": "import recipes_data.partials\n",
            "recipes_data/partials.py": "def f():\n    from recipes_data import store\n",
        },
        "a circle: recipes_data.partials -> recipes_data.store -> recipes_data.partials",
    ),
    (
        leaves_imported,
        {"recipes_data/fetch.py": "from recipes_data.mirror import Mirror\n"},
        "recipes_data/fetch.py:1: imports recipes_data.mirror, a leaf that only the command knows",
    ),
    (
        leaves_imported,
        {"recipes_data/mirror/server.py": "from recipes_data.cli.screen import Screen\n"},
        "recipes_data/mirror/server.py:1: imports recipes_data.cli.screen, a leaf that only the command knows",
    ),
    (
        packages_crossed,
        {"loaders/rows.py": "from recipes_data.catalogue import Catalogue\n"},
        "loaders/rows.py:1: loaders may not import recipes_data.catalogue",
    ),
    (
        packages_crossed,
        {"loaders/loading.py": "from recipes_data.online import fetch_for_load\n"},
        "loaders/loading.py:1: loaders may not import recipes_data.online",
    ),
    (
        packages_crossed,
        {"loaders/loading.py": "import recipes_data\n"},
        "loaders/loading.py:1: loaders may not import recipes_data",
    ),
    (
        packages_crossed,
        {"recipes_data/fetch.py": "from loaders import load\n"},
        "recipes_data/fetch.py:1: the pipeline may not import loaders",
    ),
    (
        packages_crossed,
        {"recipes_data/__init__.py": "from loaders import load\n"},
        "recipes_data/__init__.py:1: the pipeline may not import loaders",
    ),
    (
        doors_forced,
        {"recipes_data/fetch.py": "import tqdm.auto\n"},
        "recipes_data/fetch.py:1: imports tqdm.auto; its door is recipes_data/cli/screen.py",
    ),
    (
        doors_forced,
        {"loaders/rows.py": "def f():\n    from pickle import loads\n"},
        "loaders/rows.py:2: imports pickle; its door is recipes_data/tables/pickledtext.py",
    ),
    (
        doors_forced,
        {"recipes_data/catalogue.py": "try:\n    from yaml import CSafeLoader\nexcept ImportError:\n    pass\n"},
        "recipes_data/catalogue.py:2: imports yaml; its door is recipes_data/cards.py, recipes_data/yamltext.py",
    ),
    (
        doors_forced,
        {"recipes_data/fetch.py": "import argparse\n"},
        "recipes_data/fetch.py:1: imports argparse; its door is recipes_data/cli/",
    ),
    (
        lazy_imports,
        {"recipes_data/store.py": "class A:\n    def f(self):\n        import json\n"},
        "recipes_data/store.py:3: imports json inside a function",
    ),
    (prints, {"recipes_data/fetch.py": "print('x')\n"}, "recipes_data/fetch.py:1: print() belongs to the command"),
    (
        environment_read,
        {"recipes_data/store.py": "import os\nx = os.environ['HOME']\n"},
        "recipes_data/store.py:2: reads the environment",
    ),
    (
        environment_read,
        {"recipes_data/store.py": "from os import getenv\n"},
        "recipes_data/store.py:1: reads the environment",
    ),
    (code_run, {"loaders/rows.py": "eval('1')\n"}, "loaders/rows.py:1: eval() runs text as code"),
    (
        chance_elsewhere,
        {"loaders/rows.py": "import numpy as np\nnp.random.shuffle([])\n"},
        "loaders/rows.py:2: chance enters in loaders/order.py alone",
    ),
    (
        names_unlisted,
        {"recipes_data/store.py": "__all__ = ['a']\ndef a(): ...\ndef b(): ...\n"},
        "recipes_data/store.py: __all__ and the public names differ in b",
    ),
    (
        names_unlisted,
        {"recipes_data/store.py": "__all__ = ['a', 'c']\na: int = 1\n_b = 2\n"},
        "recipes_data/store.py: __all__ and the public names differ in c",
    ),
    (
        names_unlisted,
        {"recipes_data/store.py": "class A: ...\n"},
        "recipes_data/store.py: has no __all__, and the public names A",
    ),
    (
        names_unlisted,
        {"loaders/__init__.py": "__all__ = ['nothing']\n"},
        "loaders/__init__.py: __all__ and the public names differ in nothing",
    ),
    (
        names_unlisted,
        {"recipes_data/store.py": "__all__ = ['A', 'A']\nA = 1\n"},
        "recipes_data/store.py: a name stands twice in __all__",
    ),
    (
        undocumented,
        {"recipes_data/store.py": "x = 1\n"},
        "recipes_data/store.py: no docstring whose first line says what it is",
    ),
    (
        undocumented,
        {"recipes_data/store.py": '""" """\n'},
        "recipes_data/store.py: no docstring whose first line says what it is",
    ),
    (too_long, {"recipes_data/store.py": "x = 1\n" * 401}, "recipes_data/store.py: 401 lines, at most 400"),
    (named_for_nothing, {"recipes_data/hub/utils.py": ""}, "recipes_data/hub/utils.py: the name says nothing"),
]


@pytest.mark.parametrize(("rule", "sources", "fault"), BROKEN, ids=lambda value: getattr(value, "__name__", None) or "")
def test_a_violation_is_seen(rule: Callable[[Sources], list[str]], sources: Sources, fault: str) -> None:
    assert rule(sources) == [fault]


def test_every_rule_was_seen_to_fail() -> None:
    assert {rule for rule, _, _ in BROKEN} == set(RULES)


@functools.cache
def today() -> dict[Callable[[Sources], list[str]], set[str]]:
    return {rule: set(rule(the_tree())) for rule in RULES}


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("recipes_data/store.py", "import yaml"),
        ("recipes_data/errors.py", "from recipes_data.store import Store"),
        ("loaders/rows.py", "import huggingface_hub"),
        ("recipes_data/plan.py", "print('x')"),
        ("recipes_data/plan.py", "def unlisted(): ..."),
    ],
)
def test_a_violation_in_the_real_tree_is_seen(path: str, line: str) -> None:
    sources = {**the_tree(), path: the_tree()[path] + line + "\n"}
    assert any(fault.startswith(f"{path}:") for rule in RULES for fault in set(rule(sources)) - today()[rule])


@pytest.mark.parametrize(
    "sources",
    [
        {"recipes_data/tables/reading.py": "from recipes_data.store import Store\n", "recipes_data/store.py": ""},
        {"recipes_data/__init__.py": "if TYPE_CHECKING:\n    from loaders.loading import load\n"},
        {"loaders/locating.py": "def load():\n    from recipes_data.online import fetch_for_load\n"},
        {"recipes_data/cli/demo.py": "from loaders import load\nprint(1)\nimport os\nos.environ\n"},
    ],
)
def test_what_is_allowed_is_not_taken_for_a_violation(sources: Sources) -> None:
    imported = [
        upward_imports,
        circles,
        leaves_imported,
        packages_crossed,
        doors_forced,
        lazy_imports,
        prints,
        environment_read,
    ]
    assert [fault for rule in imported for fault in rule(sources)] == []
