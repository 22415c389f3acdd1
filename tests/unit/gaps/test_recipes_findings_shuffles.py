"""Findings about chance: orders and picks that nobody can repeat, and those that a seed makes repeatable."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from tests.unit.gaps.finding_sources import findings_in, lines_of

RULE = "unseeded-shuffle"
HEAD = """
import random
import numpy as np
from datasets import Dataset, load_dataset
data = load_dataset("org/a", split="train")
"""

CHANCE = {
    "no seed": "data.shuffle()",
    "a buffer and no seed": "data.shuffle(buffer_size=100)",
    "a seed of None": "data.shuffle(seed=None)",
    "after a step": "data.filter(bool).map(str).shuffle()",
    "a split in two": "data.train_test_split(test_size=0.1)",
    "a list of rows": "rows = list(data)\nrandom.shuffle(rows)",
    "rows gathered one by one": "rows = []\nfor row in data:\n    rows.append(row)\nrandom.shuffle(rows)",
    "rows by a comprehension": "rows = [row['a'] for row in data]\nrandom.sample(rows, 3)",
    "indices": "random.sample(range(len(data)), 3)",
    "numpy's own generator": "np.random.permutation(len(data))",
    "a generator without a seed": "rng = np.random.default_rng()\nrng.permutation(len(data))",
    "a Random without a seed": "rng = random.Random()\nrng.shuffle(list(data))",
    "a parameter called dataset": "def order(dataset):\n    return dataset.shuffle()",
    "a parameter that is a Dataset": "def order(given: Dataset):\n    return given.shuffle()",
    "a row's choices": (
        "def change(row):\n    choices = [row['a'], tidy(row['b'])]\n    random.shuffle(choices)\ndata.map(change)"
    ),
    "what is made of rows": "def tidy(text):\n    return text.strip()\nrandom.shuffle([tidy(data[0]), tidy(data[1])])",
    "another library's dataset": "from inspect_ai.dataset import MemoryDataset\nMemoryDataset([]).shuffle()",
    "what a function gives": "def load():\n    return load_dataset('org/b')\nload()['train'].shuffle()",
}

SEEDED = {
    "a seed": "data.shuffle(seed=0)",
    "a seed by place": "data.shuffle(0)",
    "a generator": "data.shuffle(generator=np.random.default_rng(0))",
    "options nobody knows": "def order(**options):\n    return data.shuffle(**options)",
    "a split in order": "data.train_test_split(test_size=0.1, shuffle=False)",
    "a seeded split": "data.train_test_split(test_size=0.1, seed=1)",
    "a seeded Random": "random.Random(0).shuffle(list(data))",
    "a seeded generator": "np.random.default_rng(0).permutation(len(data))",
    "a seed for the module": "random.seed(0)\nrandom.shuffle(list(data))",
    "a Random seeded later": "rng = random.Random()\nrng.seed(1)\nrng.shuffle(list(data))",
    "no rows": "random.shuffle(['a', 'b'])\nrandom.choice('abc')",
    "another deck": "class Deck:\n    def shuffle(self): ...\nDeck().shuffle()",
    "another parameter": "def order(cards):\n    return cards.shuffle()",
    "a wait": "import time\ntime.sleep(random.random())",
}


@pytest.mark.parametrize("text", CHANCE.values(), ids=CHANCE.keys())
def test_rows_in_an_order_by_chance_are_found(tmp_path: Path, text: str) -> None:
    assert [one.severity for one in findings_in(tmp_path, RULE, main=HEAD + text + "\n")] == ["warning"]


@pytest.mark.parametrize("text", SEEDED.values(), ids=SEEDED.keys())
def test_an_order_that_a_seed_repeats_is_innocent(tmp_path: Path, text: str) -> None:
    assert findings_in(tmp_path, RULE, main=HEAD + text + "\n") == []


def test_a_branch_by_chance_is_found_in_a_class_that_loads_a_dataset_only(tmp_path: Path) -> None:
    text = """
    import random, time
    from datasets import load_dataset
    class Pictures:
        def __init__(self):
            self.rows = load_dataset("org/a")
        def one(self, row):
            time.sleep(random.random())
            if random.random() < 0.5:
                row = row[::-1]
            return row
    class Weather:
        def rains(self):
            if random.random() < 0.5:
                return True
    """
    assert lines_of(tmp_path, RULE, text) == ["9 warning"]


def test_rows_kept_in_an_attribute_are_still_rows(tmp_path: Path) -> None:
    text = """
    from datasets import load_dataset
    class Loader:
        def __init__(self):
            self.rows = load_dataset("org/a")
            self.cards = Deck()
        def order(self):
            self.cards.shuffle()
            return self.rows.shuffle()
    """
    assert lines_of(tmp_path, RULE, dedent(text)) == ["9 warning"]
