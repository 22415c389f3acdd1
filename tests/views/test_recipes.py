"""Each recipe's view gives records after no more than a fetch of what the recipe needs, and opens no more than that.

Each runs in a store of its own, on the generated repositories, by the call that docs/catalogue.md shows.
"""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

import loaders
import loaders.pins
from recipes_data.address import Address
from recipes_data.catalogue import read_catalogue
from recipes_data.cli.main import run
from recipes_data.cli.scope import addresses_of
from recipes_data.places import packaged_catalogue
from recipes_data.shipped import View, read_shipped
from tests.views.conftest import NAMES
from tests.views.worlds import Generated

VIEWS = read_shipped().views
CATALOGUE = read_catalogue([packaged_catalogue()])
# files that are no repository's: test_benchmark_tau2 and test_audio_emotion serve them
ELSEWHERE = {"benchmarks.tau2_bench()", 'audio.emotion("sft_train")', 'audio.emotion("rl_train")'}

# generated sets are small: what a view takes of a real one is more than all of these
SMALL: dict[str, dict[str, Any]] = {
    "preference.helpsteer3": {"test_size": 8},
    "preference.hhh": {"test_size": 8},
    "true_thinking_score.gsm8k": {"n_problems": 5},
    "true_thinking_score.math": {"n_problems": 5},
}
FIRST = {"rl_loop.gsm8k()": 5}  # one of the rows behind has no answer, which is an error there


def called(view: View) -> Any:
    """What the view's call gives, as a user would write it, with numbers that fit small sets."""
    tree = ast.parse(view.call, mode="eval").body
    assert isinstance(tree, ast.Call)
    name = ast.unparse(tree.func)
    module, _, function = name.partition(".")
    words = [ast.literal_eval(one) for one in tree.args]
    named = {one.arg: ast.literal_eval(one.value) for one in tree.keywords if one.arg}
    return getattr(importlib.import_module(f"loaders.{module}"), function)(*words, **{**named, **SMALL.get(name, {})})


def given(made: Any) -> list[Any]:
    """All records of what a view gives: of a pair, of a mapping by source, of a stream; or the one that it is."""
    if isinstance(made, bytes) or (isinstance(made, dict) and not any(map(is_many, made.values()))):
        return [made]
    if isinstance(made, Mapping):
        return [record for part in made.values() for record in part]
    parts: Iterable[Any] = made if isinstance(made, tuple) else (made,)
    return [record for part in parts for record in part]


def is_many(one: Any) -> bool:
    return isinstance(one, loaders.Rows) or hasattr(one, "report")


def test_all_but_those_of_other_places_are_run_here() -> None:
    assert {view.call for view in VIEWS if not set(view.reads) <= set(NAMES)} == ELSEWHERE


@pytest.mark.parametrize("view", [view for view in VIEWS if view.call not in ELSEWHERE], ids=lambda view: view.call)
def test_a_view_runs_on_what_its_recipe_needs_and_opens_no_more(
    generated: Generated, view: View, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECIPES_DATA_HOME", str(tmp_path / "store"))
    for recipe in view.recipes:
        needs = {
            name: addresses
            for name, addresses in addresses_of(CATALOGUE, [recipe]).items()
            if name in view.reads  # the others are a model's files, or another view's
        }
        words = [str(address) for addresses in needs.values() for address in addresses]
        assert run(["fetch", *words, "-q"]) == 0
        monkeypatch.setattr(loaders.pins, "_opened", {})
        made = called(view)
        assert given(made.take(FIRST[view.call]) if view.call in FIRST else made)
        opened = loaders.receipt()["opened"]
        assert {split["dataset"] for split in opened} == set(view.reads)
        for split in opened:
            assert any(within(split, address) for address in needs[split["dataset"]]), split


def within(split: Mapping[str, Any], address: Address) -> bool:
    """Whether a split that was opened is one that an address means."""
    return address.config in (None, split["config"]) and address.split in (None, split["split"])
