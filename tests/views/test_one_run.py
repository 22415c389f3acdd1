"""Views over many configs: with `fetch=True` one run brings all of them, and only what the view reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from loaders import benchmarks, code_rl, math_rl
from loaders.benchmarks.subjects import CEVAL, MMLU_REDUX
from loaders.viewing import rows_of_each
from recipes_data import online
from recipes_data.errors import NotFetchedError, UnknownNameError, UsageError
from tests.views.worlds import Generated, World


@pytest.fixture
def runs(generated: Generated, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, list[str]]]:
    """What each run of `fetch` was asked for."""
    asked: list[dict[str, list[str]]] = []
    really = online.fetch

    def fetch(catalogue: Any, wanted: Any, **options: Any) -> Any:
        asked.append({name: [str(one) for one in addresses] for name, addresses in wanted.items()})
        return really(catalogue, wanted, **options)

    monkeypatch.setattr(online, "fetch", fetch)
    return asked


@pytest.mark.parametrize(
    ("view", "name", "configs", "split"),
    [
        (benchmarks.mmlu_redux, "mmlu_redux", MMLU_REDUX, "test"),
        (benchmarks.ceval, "ceval", CEVAL, "val"),
        (code_rl.deepcoder, "deepcoder", code_rl.CONFIGS["train"], "train"),
    ],
    ids=["mmlu_redux", "ceval", "deepcoder"],
)
def test_all_subjects_are_fetched_in_one_run(
    runs: list[dict[str, list[str]]], view: Callable[..., Any], name: str, configs: tuple[str, ...], split: str
) -> None:
    found = view(fetch=True)
    assert runs == [{name: [f"{name}/{config}:{split}" for config in configs]}]
    assert len(found.rows) > len(configs)


def test_the_subjects_of_math_come_in_one_run_after_the_one_that_tells_which_there_are(
    runs: list[dict[str, list[str]]],
) -> None:
    math_rl.math(fetch=True)
    assert [list(run) for run in runs] == [["math_500"], ["hendrycks_math"], ["hendrycks_math"]]
    assert sorted(runs[2]["hendrycks_math"]) == sorted(
        f"hendrycks_math/{subject}:{split}" for subject in math_rl.SUBJECTS for split in ("train", "test")
    )


def test_a_config_that_is_not_there_stops_the_run_and_sample_rows_are_not_fetched(generated: Generated) -> None:
    with pytest.raises(UnknownNameError, match="no_such_subject"):
        rows_of_each("mmlu_redux", [("anatomy", "test"), ("no_such_subject", "test")], (), fetch=True)
    with pytest.raises(UsageError, match="sample rows are on no Hub"):
        rows_of_each("mmlu_redux", [("anatomy", "test")], (), fetch=True, sample=True)


def test_without_fetch_nothing_is_asked_for(world: World) -> None:
    world.write("gsm8k", {"main": {"train": [{"question": "q"}]}})
    [rows] = rows_of_each("gsm8k", [("main", "train")], ("question",))
    assert list(rows) == [{"question": "q"}]
    with pytest.raises(NotFetchedError, match="never fetched"):
        rows_of_each("other", [("main", "train")], (), names={"other": "aime_2025"})
