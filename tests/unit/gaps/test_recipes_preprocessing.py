"""What programs do to a dataset after it arrived: small projects, each with the steps beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.gaps.recipe_sources import needs_of

HEAD = "import json, random\nfrom datasets import concatenate_datasets, interleave_datasets, load_dataset\n"
ROWS = HEAD + "ds = load_dataset('org/x', split='train')\n"
SPLITS = HEAD + "both = load_dataset('org/x')\n"


def told(folder: Path, sources: str | dict[str, str]) -> list[list[str]]:
    """Each access as its steps: `number of what is before> split: step if condition`."""
    found = []
    for access in needs_of(folder, sources).accesses:
        lines = []
        for step in access.preprocessing:
            after = ",".join(str(one) for one in step.after)
            split = f"{step.split}: " if step.split else ""
            lines.append(f"{after}> {split}{step}" + (f" if {step.when}" if step.when else ""))
        found.append(lines)
    return found


CASES: dict[str, tuple[str, list[str]]] = {
    "a chain": ("ds.shuffle(seed=0).take(1024)", ["> shuffle(seed=0)", "0> take(1024)"]),
    "two ways from one shuffle": (
        "ds = ds.shuffle(seed=0)\ntest = ds.take(8)\ntrain = ds.skip(8)",
        ["> shuffle(seed=0)", "0> take(8)", "0> skip(8)"],
    ),
    "the first rows": ("ds = ds.select(range(1024))\nds[:10]", ["> select(range(1024))", "0> slice([:10])"]),
    "a split": (
        "parts = ds.train_test_split(test_size=0.1, seed=7)\nparts['test'].take(3)",
        ["> train_test_split(test_size=0.1, seed=7)", "0> test: take(3)"],
    ),
    "constants": (
        "SEED = 3\nN = 2 * 512\nds.shuffle(seed=SEED).select(range(N))",
        ["> shuffle(seed=3)", "0> select(range(1024))"],
    ),
    "names of functions, and lambdas": (
        "def clean(row):\n    return row\nds.map(clean, num_proc=4).filter(lambda r: r['a'] > 1)",
        ["> map(clean, num_proc=4)", "0> filter(lambda r: r['a'] > 1)"],
    ),
    "a function of another library": (
        "from cleaning import tidy\nds.map(tidy, fn_kwargs={'n': 2})",
        ["> map(cleaning.tidy, fn_kwargs={'n': 2})"],
    ),
    "columns": (
        "ds.rename_column('a', 'b').remove_columns(['c']).sort('b').set_format('torch')",
        ["> rename_column('a', 'b')", "0> remove_columns(['c'])", "1> sort('b')", "2> set_format('torch')"],
    ),
    "batches": (
        "for b in ds.batch(batch_size=8, drop_last_batch=True).iter(batch_size=2):\n    pass",
        ["> batch(batch_size=8, drop_last_batch=True)", "0> iter(batch_size=2)"],
    ),
    "a frame": (
        "df = ds.to_pandas().drop_duplicates(subset=['a'])\ndf = df[df['b'] > 1]\ndf.sample(5, random_state=1)",
        ["> to_pandas()", "0> drop_duplicates(subset=['a'])", "1> keep(df['b'] > 1)", "2> sample(5, random_state=1)"],
    ),
    "several datasets in one": (
        "both = concatenate_datasets([ds, ds.take(1)])\nboth.shuffle(seed=1)",
        ["> take(1)", "0> concatenate_datasets([ds, ds.take(1)])", "1> shuffle(seed=1)"],
    ),
    "interleaved": (
        "interleave_datasets([ds], probabilities=[1.0], seed=0, stopping_strategy='all_exhausted')",
        ["> interleave_datasets([ds], probabilities=[1.0], seed=0, stopping_strategy='all_exhausted')"],
    ),
    "a cell": ("for r in ds:\n    json.loads(r['tests'])", ["> json.loads('tests')"]),
    "a cell through a name and a function": (
        (
            "def parse(text):\n    return json.loads(text) if isinstance(text, str) else text\n"
            "for r in ds:\n    raw = r.get('tests') or r['more']\n    parse(raw)"
        ),
        ["> json.loads('tests')", "> json.loads('more')"],
    ),
    "the parts of a cell": (
        "for r in ds:\n    for part in r['parts']:\n        json.loads(part)",
        ["> json.loads('parts')"],
    ),
    "a cell decoded twice": (
        "import base64, zlib\nfor r in ds:\n    zlib.decompress(base64.b64decode(r['x']))",
        ["> base64.b64decode('x')", "0> zlib.decompress('x')"],
    ),
    "rows that are kept in a list": (
        "rows = [r for r in ds if r['level'] == 'L3']\nrandom.Random(42).shuffle(rows)\nfirst = rows[:50]",
        ["> keep(r['level'] == 'L3')", "0> random.shuffle(seed=42)", "1> slice([:50])"],
    ),
    "rows that a loop leaves out": (
        (
            "rows = []\nfor r in ds:\n    if not r['a']:\n        continue\n    try:\n        x = int(r['a'])\n"
            "    except ValueError:\n        continue\n    rows.append(x)\n    if len(rows) > 9:\n        break\n"
            "rows.sort()\nrows[:3]"
        ),
        ["> drop(not r['a'])", "0> drop(on ValueError)", "1> stop(len(rows) > 9)", "2> sort()", "3> slice([:3])"],
    ),
    "a list of one row's parts is no list of rows": (
        "for r in ds:\n    parts = []\n    if r['a']:\n        parts.append(r['a'])\n    print(parts)",
        [],
    ),
    "numbers that stand for rows": (
        "rng = random.Random(1)\norder = list(range(len(ds)))\nrng.shuffle(order)\nn = int(0.9 * len(ds))\norder[:n]",
        ["> random.shuffle(seed=1)", "0> slice([:int(0.9 * <len(ds)>)])"],
    ),
    "a sample of the generator of the whole program": (
        "def pick(rows):\n    random.seed(42)\n    return random.sample(rows, 100)\npick(list(ds))",
        ["> random.sample(seed=42, 100)"],
    ),
    "duplicates": ("list(dict.fromkeys(ds['a']))\nset(ds)", ["> set()"]),
    "one batch after the other": (
        "def batch(i, n=4):\n    return ds.select(range(i * n, (i + 1) * n)).to_list()\nbatch(1)[:2]",
        ["> select(range(<i * n>, <(i + 1) * n>))", "0> to_list()"],
    ),
    "a cell by keyword": ("for r in ds:\n    json.loads(s=r['tests'])", ["> json.loads('tests')"]),
    "answers that are waited for are no rows": (
        (
            "async def main():\n    asked = [await ask(r) for r in ds]\n    asked[:3]\n    more = []\n"
            "    for r in ds:\n        answer = await ask(r)\n        more.append(answer)\n    more[:2]"
        ),
        [],
    ),
    "objects that do things are no rows": (
        "class Env:\n    def __init__(self, row):\n        self.row = row\nenvs = [Env(r) for r in ds]\nenvs[:3]",
        [],
    ),
    "the other branch of a negated condition": (
        "import sys\nif not sys.argv:\n    pass\nelse:\n    ds.take(3)",
        ["> take(3) if sys.argv"],
    ),
    "what is of another": ("other = [3, 1]\nother.sort()\nrandom.shuffle(other)\nother[:1]", []),
}


@pytest.mark.parametrize(("use", "expected"), CASES.values(), ids=CASES)
def test_steps_are_told_in_the_order_of_the_data(use: str, expected: list[str], tmp_path: Path) -> None:
    assert told(tmp_path, ROWS + use) == [expected]


def test_a_step_says_where_it_stands(tmp_path: Path) -> None:
    (access,) = needs_of(tmp_path, ROWS + "ds.take(\n 3)").accesses
    assert [str(step.where) for step in access.preprocessing] == ["main.py:4"]


def test_each_split_of_a_dict_has_its_own_steps(tmp_path: Path) -> None:
    use = "train = both['train'].shuffle(seed=0)\ntest = both['test'].shuffle(seed=0).take(1024)\n"
    assert told(tmp_path, SPLITS + use) == [
        ["> train: shuffle(seed=0)", "> test: shuffle(seed=0)", "1> test: take(1024)"]
    ]


def test_what_a_wrapper_does_comes_before_what_its_caller_does(tmp_path: Path) -> None:
    sources = {
        "hub.py": """
        from datasets import load_dataset
        def load(path, seed=0):
            ds = load_dataset(path, split="train", streaming=True)
            return ds.shuffle(seed=seed, buffer_size=1000)
        """,
        "a.py": "from hub import load\nload('org/a').take(1024)\n",
        "b.py": "from hub import load\nload('org/b', seed=5).skip(7).take(2)\n",
    }
    assert told(tmp_path, sources) == [
        ["> shuffle(seed=0, buffer_size=1000)", "0> take(1024)"],
        ["> shuffle(seed=5, buffer_size=1000)", "0> skip(7)", "1> take(2)"],
    ]


def test_a_function_that_gets_rows_does_what_this_call_tells_it(tmp_path: Path) -> None:
    head = "from datasets import load_dataset\nfrom limits import limit\n"
    sources = {
        "limits.py": """
        def limit(rows, most, seed=None):
            if most is None:
                return rows
            if seed is not None:
                rows = rows.shuffle(seed=seed)
            return rows.select(range(most))
        """,
        "a.py": head + "limit(load_dataset('org/a', split='x'), 9)\n",
        "b.py": head + "limit(load_dataset('org/b', split='x'), 5, seed=42)\n",
        "c.py": head + "limit(load_dataset('org/c', split='x'), None)\n",
    }
    assert told(tmp_path, sources) == [["> select(range(9))"], ["> shuffle(seed=42)", "0> select(range(5))"], []]


def test_a_condition_on_the_split_that_is_asked_for_is_decided(tmp_path: Path) -> None:
    source = """
    from datasets import load_dataset
    def load(split):
        return load_dataset("org/x", split=split)
    def rows(part, seed: int = 0):
        ds = load(part)
        if part == "train":
            ds = ds.shuffle(seed=seed)
        return ds.take(4)
    rows("train")
    rows("test")
    """
    assert sorted(told(tmp_path, source)) == [["> shuffle(seed=0)", "0> take(4)"], ["> take(4)"]]


def test_a_condition_that_is_not_known_is_said(tmp_path: Path) -> None:
    source = """
    import sys
    from datasets import load_dataset
    ds = load_dataset("org/x", split="train")
    if len(sys.argv) > 1:
        ds = ds.shuffle(seed=0)
    ds.take(3)
    """
    assert told(tmp_path, source) == [["> shuffle(seed=0) if len(sys.argv) > 1", "0> take(3)"]]


def test_datasets_that_are_loaded_into_a_list_are_followed(tmp_path: Path) -> None:
    source = """
    from datasets import concatenate_datasets, load_dataset
    every = concatenate_datasets([load_dataset("org/x", name=one, split="train") for one in ("a", "b")])
    every.shuffle(seed=0)
    """
    text = "[load_dataset('org/x', name=one, split='train') for one in ('a', 'b')]"
    assert told(tmp_path, source) == [[f"> concatenate_datasets({text})", "0> shuffle(seed=0)"]] * 2


def test_a_file_that_is_fetched_is_read_first(tmp_path: Path) -> None:
    source = """
    import pandas as pd
    from huggingface_hub import hf_hub_download
    path = hf_hub_download("org/x", "train.parquet", repo_type="dataset")
    rows = pd.read_parquet(path).head(3).to_dict("records")
    """
    assert told(tmp_path, source) == [["> read_parquet(path)", "0> head(3)", "1> to_dict('records')"]]


def test_what_would_be_an_error_is_no_condition(tmp_path: Path) -> None:
    use = "if not isinstance(ds, list):\n    raise TypeError(ds)\nds.take(1)\n"
    assert told(tmp_path, ROWS + use) == [["> take(1)"]]


def test_weights_of_a_mixture_are_no_data_of_it(tmp_path: Path) -> None:
    use = "parts = [ds]\nweights = [len(part) for part in parts]\ninterleave_datasets(parts, probabilities=weights)\n"
    assert told(tmp_path, ROWS + use) == [["> interleave_datasets(parts, probabilities=<weights>)"]]


def test_options_have_their_defaults_and_say_so(tmp_path: Path) -> None:
    source = """
    from dataclasses import dataclass
    from datasets import load_dataset
    @dataclass
    class Config:
        seed: int = 0
        size: int = 1024
    def main(config: Config):
        load_dataset("org/x", split="train").shuffle(seed=config.seed).take(config.size)
    """
    assert told(tmp_path, source) == [["> shuffle(seed=0 by default)", "0> take(1024 by default)"]]


def test_rows_in_an_object_are_followed_into_its_methods(tmp_path: Path) -> None:
    source = """
    from datasets import load_dataset
    class Data:
        def __init__(self, rows):
            self.rows = rows
            self.mixed = rows
        def epoch(self, number):
            self.mixed = self.rows.shuffle(seed=number)
        def first(self):
            return self.mixed.take(2)
    Data(load_dataset("org/x", split="train").filter(len))
    """
    assert told(tmp_path, source) == [["> filter(len)", "0> shuffle(seed=<number>)", "1> take(2)"]]


UNKNOWN = ("n", "f(n)", "n + other", "sys.argv[1]", "int(os.environ['N'])", "{'a': n}['a']", "config.n", "*several")


@pytest.mark.parametrize("argument", UNKNOWN)
@pytest.mark.parametrize("method", ["select", "take", "shuffle", "skip", "batch"])
def test_a_step_with_an_argument_that_cannot_be_known_is_listed(method: str, argument: str, tmp_path: Path) -> None:
    source = f"""
    import os, sys
    from datasets import load_dataset
    from somewhere import config, f, other, several
    def use(n):
        return load_dataset("org/x", split="train").{method}({argument}).take(1)
    """
    ((first, second),) = told(tmp_path, source)
    assert first.startswith(f"> {method}(")
    assert "<" in first
    assert second == "0> take(1)"
