"""The real GSM8K and MMLU rows through the true path, where their repositories lie beside the checkout.

The folder `../shared/hub` is not part of the project; without it these tests skip.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
import yaml

from loaders import Rows, benchmarks, load, math_rl, rl_loop, true_thinking_score
from recipes_data.errors import IntegrityError, NotFetchedError
from tests.views.benchmarking import named
from tests.views.test_math_rl import restated_gsm8k
from tests.worlds import ROOT, Project, Ran

HUB = ROOT.parent / "shared" / "hub"
pytestmark = pytest.mark.skipif(not HUB.is_dir(), reason="the real repositories are not beside this checkout")

GSM8K = """\
name: gsm8k
title: Grade School Math 8K, the real rows
repo: openai/gsm8k
revision: main
default_config: main
columns: {question: string, answer: string}
configs:
  main:
    splits:
      train: {files: main/train-*.parquet, rows: 7473, evidence: the original's JSON Lines}
      test: {files: main/test-*.parquet, rows: 1319, evidence: the original's JSON Lines}
"""
DATASETS = ("gsm8k", "mmlu")  # manifests/shipped.yaml calls these proven on real rows
COUNTS = {"test": 14079, "validation": 1542, "dev": 285}


def mmlu(counts: dict[str, int]) -> str:
    """The shipped MMLU manifest on the folder's `main`, whose files are others, with these counts for `all`."""
    shipped = yaml.safe_load((ROOT / "manifests" / "datasets" / "mmlu.yaml").read_text(encoding="utf-8"))
    shipped["revision"] = "main"
    del shipped["digests"]
    for split, count in counts.items():
        shipped["configs"]["all"]["splits"][split] |= {"rows": count, "evidence": "counted in the original"}
    return yaml.safe_dump(shipped, sort_keys=False)


@dataclass(frozen=True)
class Fetched:
    """A project in which both datasets were fetched from the folder."""

    project: Project
    ran: Ran

    def load(self, address: str) -> Rows:
        return load(address, project=self.project.root, store=self.project.store)


@pytest.fixture(scope="module")
def fetched(tmp_path_factory: pytest.TempPathFactory) -> Fetched:
    project = Project.make(tmp_path_factory.mktemp("real"), gsm8k=GSM8K, mmlu=mmlu(COUNTS))
    ran = project.run("fetch", *DATASETS, "--hub", str(HUB), "--json")
    assert ran.code == 0, ran.err
    return Fetched(project, ran)


def read_directly(path: Path) -> list[dict[str, Any]]:
    """The rows as pyarrow gives them, past everything of ours."""
    rows: list[dict[str, Any]] = pq.ParquetFile(path).read().to_pylist()
    return rows


def test_gsm8k_has_all_its_rows_equal_to_the_file_read_directly(fetched: Fetched) -> None:
    for split, count in (("train", 7473), ("test", 1319)):
        rows = fetched.load(f"gsm8k:{split}")
        assert len(rows) == count
        direct = read_directly(HUB / f"datasets/openai/gsm8k/main/{split}-00000-of-00001.parquet")
        assert list(rows) == direct
        assert [rows[i] for i in (0, count // 2, -1)] == [direct[i] for i in (0, count // 2, -1)]


def test_mmlu_all_and_its_57_subjects_equal_the_files_read_directly(fetched: Fetched) -> None:
    folder = HUB / "datasets/cais/mmlu"
    subjects = sorted(path.name for path in folder.iterdir() if path.is_dir() and path.name != "all")
    assert len(subjects) == 57
    for config in ("all", *subjects):
        for split in ("test", "validation", "dev"):
            rows = fetched.load(f"mmlu/{config}:{split}")
            assert list(rows) == read_directly(folder / config / f"{split}-00000-of-00001.parquet")
            assert rows.types["answer"] == 'class_label["A","B","C","D"]'
    assert {split: len(fetched.load(f"mmlu/all:{split}")) for split in COUNTS} == COUNTS


def test_the_shipped_count_of_mmlu_is_refused_for_these_rows(fetched: Fetched, tmp_path: Path) -> None:
    project = Project.make(tmp_path, mmlu=mmlu(COUNTS | {"test": 14042}))
    ran = project.run("fetch", "mmlu", "--hub", str(HUB))
    assert ran.code == 5
    assert "mmlu/all:test has 14,079 rows, the manifest expects 14,042" in ran.err
    assert "counted in the original" in ran.err
    with pytest.raises((IntegrityError, NotFetchedError)):
        load("mmlu:test", project=project.root, store=project.store)


def test_the_shipped_pin_is_not_answered_by_this_folder(tmp_path: Path) -> None:
    shipped = (ROOT / "manifests" / "datasets" / "gsm8k.yaml").read_text(encoding="utf-8")
    project = Project.make(tmp_path, gsm8k=shipped)
    ran = project.run("fetch", "gsm8k", "--hub", str(HUB))
    assert ran.code == 4
    assert "this pin came from public documents and was never checked here" in ran.err


def test_a_second_run_asks_nothing(fetched: Fetched) -> None:
    again = fetched.project.run("fetch", "gsm8k", "mmlu", "--hub", str(HUB), "--json", "-v")
    assert again.code == 0
    assert [dataset["bytes_fetched"] for dataset in again.json["datasets"]] == [0, 0]
    # past the stamp (another word), and still nothing to ask: the folder is served in vain
    assert "0 requests" in again.err


def test_shuffle_gives_the_order_of_datasets_on_the_same_files(fetched: Fetched, tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    rows = fetched.load("gsm8k:train")
    theirs = datasets.Dataset.from_parquet(
        str(HUB / "datasets/openai/gsm8k/main/train-00000-of-00001.parquet"), cache_dir=str(tmp_path)
    )
    for seed in (0, 42, 1234):
        ours, other = rows.shuffle(seed), theirs.shuffle(seed=seed)
        sample = [0, 1, 7472, *random.Random(seed).sample(range(7473), 40)]
        assert [ours[i] for i in sample] == [other[i] for i in sample]
        assert list(ours.take(300)) == list(other.take(300))
        assert list(ours.skip(7000).shuffle(1)) == list(other.skip(7000).shuffle(seed=1))
        assert list(ours.select([5, 5, 0])) == list(other.select([5, 5, 0]))


Made = list[list[Any]]


def drawn(test: list[Any]) -> list[Any]:
    """true_thinking_score: those with an answer, Python's shuffle with 42, the first fifty."""
    every = restated_gsm8k(test)
    random.Random(42).shuffle(every)
    return every[:50]


def asked(test: list[Any]) -> list[Any]:
    """The benchmark: file order, and what stands behind the last mark."""
    return [
        {
            "problem": row["question"],
            "answer": row["answer"].split("####")[-1].strip(),
            "key": named("gsm8k", row["question"]),
        }
        for row in test
    ]


# a view, and what its recipe's steps make of the rows of the files (train, test), written out a second time
VIEWS: dict[str, tuple[Callable[..., Any], Callable[[list[Any], list[Any]], Made]]] = {
    "math_rl.gsm8k()": (
        math_rl.gsm8k,
        lambda train, test: [
            restated_gsm8k([train[place] for place in np.random.default_rng(0).permutation(len(train))]),
            restated_gsm8k(test),
        ],
    ),
    "rl_loop.gsm8k()": (rl_loop.gsm8k, lambda train, test: [restated_gsm8k(train)]),
    "true_thinking_score.gsm8k()": (true_thinking_score.gsm8k, lambda train, test: [drawn(test)]),
    "benchmarks.gsm8k()": (benchmarks.gsm8k, lambda train, test: [asked(test)]),
}


@pytest.mark.parametrize("call", sorted(VIEWS))
def test_a_view_gives_what_its_recipe_makes_of_the_real_rows(fetched: Fetched, call: str) -> None:
    view, restated = VIEWS[call]
    made = view(project=fetched.project.root, store=fetched.project.store)
    parts = list(made) if isinstance(made, tuple) else [made]
    folder = HUB / "datasets/openai/gsm8k/main"
    direct = [read_directly(folder / f"{split}-00000-of-00001.parquet") for split in ("train", "test")]
    assert [list(part) for part in parts] == restated(*direct)
