"""Columns of rows that are gathered again before they are read, each with the answer beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.gaps.recipe_sources import needs_of

HEAD = "from datasets import load_dataset\nds = load_dataset('org/a', split='train')\n"
CASES: dict[str, tuple[str, set[str]]] = {
    "rows that a comprehension keeps": (
        "kept = [row for row in ds if row['level'] == 3]\nfor row in kept[:9]:\n    print(row['question'])\n",
        {"level", "question"},
    ),
    "the first row that fits": (
        "row = next(row for row in ds if row['label'] == 1)\nprint(row['image'])\n",
        {"label", "image"},
    ),
    "rows with something beside them": (
        (
            "pairs = []\nfor row in ds:\n    pairs.append((dict(row), 'law'))\n"
            "for row, subject in pairs[:5]:\n    print(row['answer'], subject['none'])\n"
        ),
        {"answer"},
    ),
    "pairs of a comprehension, taken by number": (
        "pairs = [(n, row) for n, row in enumerate(ds)]\nprint(pairs[0][1]['answer'], pairs[0][0]['none'])\n",
        {"answer"},
    ),
    "rows beside others": (
        "for name, row in zip(['a', 'b'], ds):\n    print(row['text'], name['none'])\n",
        {"text"},
    ),
    "rows by a key, ordered": (
        (
            "groups = {}\nfor row in ds:\n    groups.setdefault(row['prompt'], []).append(row)\n"
            "for prompt, several in groups.items():\n    several.sort(key=lambda one: one['score'])\n"
            "    print(several[0]['response'])\n"
        ),
        {"prompt", "score", "response"},
    ),
    "lists of a table that is looked into": (
        (
            "groups = {}\nfor row in ds:\n    if row['id'] not in groups:\n        groups[row['id']] = []\n"
            "    groups[row['id']].append(row)\n"
            "for several in groups.values():\n    max(several, key=lambda x: x['s'])\n"
        ),
        {"id", "s"},
    ),
    "a batch taken apart into rows": (
        (
            "batch = next(iter(ds.batch(8)))\n"
            "rows = [dict(zip(batch.keys(), values)) for values in zip(*batch.values())]\n"
            "for row in rows:\n    print(row['text'])\n"
        ),
        {"text"},
    ),
    "a list of one": ("parts = [ds]\nfor part in parts:\n    pass\nfor row in ds:\n    print(row['x'])\n", {"x"}),
    "a column that the program puts there": (
        "for row in ds:\n    row = dict(row)\n    row['_origin'] = 'here'\n    print(row['text'], row['_origin'])\n",
        {"text"},
    ),
    "a column that is written over": ("for row in ds:\n    row['text'] = row['text'].strip()\n", {"text"}),
    "a column that is given where it is not there": (
        "for row in ds:\n    if 'tag' not in row:\n        row['tag'] = ''\n    print(row['tag'])\n",
        {"tag"},
    ),
    "a column that is counted up": ("for row in ds:\n    row['n'] += 1\n", {"n"}),
}


@pytest.mark.parametrize("case", CASES)
def test_columns_are_seen_of_rows_that_are_gathered_again(case: str, tmp_path: Path) -> None:
    use, columns = CASES[case]
    assert [set(access.columns) for access in needs_of(tmp_path, HEAD + use).accesses] == [columns]


def test_every_split_of_a_dict_of_them_is_looked_at_by_its_rows(tmp_path: Path) -> None:
    source = """
    from datasets import concatenate_datasets, load_dataset
    both = load_dataset("org/a")
    for part in both.values():
        for row in part:
            print(row["text"])
    for row in concatenate_datasets(list(both.values())):
        print(row["label"])
    """
    assert [set(access.columns) for access in needs_of(tmp_path, source).accesses] == [{"text", "label"}]
