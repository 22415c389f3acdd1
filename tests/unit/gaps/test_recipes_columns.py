"""Columns that are read of a dataset, followed to where it goes, each with the answer beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.gaps.recipe_sources import needs_of

CASES: dict[str, tuple[str, tuple[str, ...]]] = {
    "rows of a loop": ("for row in ds:\n    print(row['a'], row.get('b'))", ("a", "b")),
    "a column and a row by number": ("ds['a']\nds[0]['b']\nds[1:3]['c']\ni = 4\nds[i]['d']", ("a", "b", "c", "d")),
    "comprehensions": ("x = [row['a'] for row in ds if row['b']]\ny = {r['c']: 1 for r in ds}", ("a", "b", "c")),
    "lambdas of map and filter": ("ds.map(lambda x: {'q': x['a']}).filter(lambda x: x['b'])", ("a", "b")),
    "what map makes is not the Hub's": (
        "def f(example):\n    return {'made': example['a']}\nds = ds.map(f)\nds['made']\nds['b']",
        ("a", "b"),
    ),
    "a renamed column": ("ds = ds.rename_column('a', 'b')\nds['b']\nds['c']", ("a", "c")),
    "columns that are chosen": ("ds.select_columns(['a', 'b']).sort('a')", ("a", "b")),
    "a row handed to a function": (
        "def f(n, row):\n    return row['a']\nfor i, r in enumerate(ds):\n    f(i, r)",
        ("a",),
    ),
    "a dataset handed to a function": (
        "def f(data, n=1):\n    for row in data.shuffle(seed=0).select(range(n)):\n        yield row['a']\nf(data=ds)",
        ("a",),
    ),
    "a frame": ("df = ds.to_pandas()\ndf['a']\nfor i, row in df.iterrows():\n    row['b']", ("a", "b")),
    "names that are constants": ("KEY = 'a'\nfor row in ds:\n    row[KEY]", ("a",)),
    "a condition": ("for row in ds:\n    if 'a' in row:\n        pass", ("a",)),
    "concatenated parts": (
        (
            "from datasets import concatenate_datasets\nparts = []\nparts.append(ds)\n"
            "for row in concatenate_datasets(parts):\n    row['a']"
        ),
        ("a",),
    ),
    "features": ("ds.features['a'].int2str(0)", ("a",)),
    "nothing of another name": ("other = {'a': 1}\nother['a']\nlen(ds)", ()),
    "what the name held before": ("ds['a']\nds = {'b': 1}\nds['b']", ("a",)),
}


@pytest.mark.parametrize(("use", "expected"), CASES.values(), ids=CASES)
def test_columns_are_seen_where_they_are_read(use: str, expected: tuple[str, ...], tmp_path: Path) -> None:
    needs = needs_of(tmp_path, "from datasets import load_dataset\nds = load_dataset('org/x', split='train')\n" + use)
    assert [access.columns for access in needs.accesses] == [expected]


def test_of_a_dict_of_splits_the_split_is_no_column(tmp_path: Path) -> None:
    needs = needs_of(
        tmp_path,
        """
        from typing import cast
        from datasets import DatasetDict, load_dataset
        both = cast(DatasetDict, load_dataset("org/x"))
        for row in both["train"]:
            row["a"]
        for split, part in both.items():
            part["b"]
        """,
    )
    assert [access.columns for access in needs.accesses] == [("a", "b")]


def test_each_caller_of_a_wrapper_reads_its_own_columns(tmp_path: Path) -> None:
    needs = needs_of(
        tmp_path,
        {
            "hub.py": """
            from datasets import load_dataset
            def limit(rows, n):
                return rows.select(range(n))
            def load(path):
                return load_dataset(path, split="train")
            """,
            "a.py": "from hub import limit, load\nrows = load('org/a')\nfor row in limit(rows, 3):\n    row['x']\n",
            "b.py": "from hub import limit, load\nrows = load('org/b')\nfor row in limit(rows, 3):\n    row['y']\n",
        },
    )
    assert {access.repo: access.columns for access in needs.accesses} == {"org/a": ("x",), "org/b": ("y",)}


def test_a_dataset_kept_in_an_object_is_followed_to_its_own_methods(tmp_path: Path) -> None:
    needs = needs_of(
        tmp_path,
        """
        from datasets import load_dataset
        class Rows:
            def __init__(self, rows, function):
                self.rows = rows
                self.function = function
            def get(self, i):
                return self.function(self.rows[i])
        def of_a(row):
            return row["a"]
        def of_b(row):
            return row["b"]
        Rows(load_dataset("org/a", split="train"), of_a)
        Rows(load_dataset("org/b", split="train"), function=of_b)
        class Math:
            def __init__(self):
                self.ds = load_dataset("org/m", split="train")
            def batch(self):
                return [self.one(x) for x in self.ds]
            def one(self, x):
                return x["problem"]
        class Other(Math):
            def __init__(self):
                self.ds = load_dataset("org/o", split="train")
            def one(self, x):
                return x["question"]
        """,
    )
    assert {access.repo: access.columns for access in needs.accesses} == {
        "org/a": ("a",),
        "org/b": ("b",),
        "org/m": ("problem",),
        "org/o": ("question",),
    }


def test_rows_that_a_builder_gave_go_to_the_methods_of_that_builder(tmp_path: Path) -> None:
    needs = needs_of(
        tmp_path,
        """
        from abc import ABC, abstractmethod
        from datasets import load_dataset
        class Builder(ABC):
            @abstractmethod
            def rows(self): ...
            @abstractmethod
            def one(self, row): ...
        class A(Builder):
            def rows(self):
                return load_dataset("org/a", split="train"), None
            def one(self, row):
                return row["a"]
        class B(Builder):
            def rows(self):
                return load_dataset("org/b", split="train"), None
            def one(self, row):
                return row["b"]
        def run(builder: Builder):
            train, test = builder.rows()
            for row in train:
                builder.one(row)
        run(A())
        run(B())
        """,
    )
    assert {access.repo: access.columns for access in needs.accesses} == {"org/a": ("a",), "org/b": ("b",)}


def test_a_downloaded_file_is_followed_into_the_frame_it_is_read_as(tmp_path: Path) -> None:
    needs = needs_of(
        tmp_path,
        """
        import pandas as pd
        from huggingface_hub import hf_hub_download
        def one(row):
            return row["a"], row["b"]
        path = hf_hub_download("org/x", "x.parquet", repo_type="dataset")
        pd.read_parquet(path).apply(one, axis=1)
        """,
    )
    assert [access.columns for access in needs.accesses] == [("a", "b")]
