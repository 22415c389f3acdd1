"""Every call of the requirements is answered by `loaders` as `datasets` answers it: same rows, same order, or an error.

Repositories are generated in the shape of the real ones, locked and fetched once over loopback.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import loaders
import loaders.pins
from loaders import Rows, Splits, Stream
from recipes_data.address import Address
from recipes_data.catalogue import read_catalogue
from recipes_data.errors import RecipesDataError, UnknownNameError
from recipes_data.fetch import fetch
from recipes_data.mirror import Mirror
from recipes_data.online import Opener
from recipes_data.places import find_places
from recipes_data.store import Store
from tests.calls.asked import BENCHMARKS, CALLS, NO_CALL, NO_SPLIT, Call
from tests.integration.test_shipped_manifests import Silent
from tests.repositories import REPOSITORIES, project_with

datasets = pytest.importorskip("datasets")
datasets.disable_progress_bars()

NAMES = [
    name for name, (repo, _) in REPOSITORIES.items() if not repo.startswith("models/") and name != "wiki_index_2018"
]
IDS = {repo for repo, _ in REPOSITORIES.values() if not repo.startswith("models/")}


# `features: []` in the generated card, as the real one is remembered: a local folder of that card does not build
CARDS_REFUSED = {"allenai/tulu-3-sft-mixture"}


BFCL, GPQA = "gorilla-llm/Berkeley-Function-Calling-Leaderboard", "Idavidrein/gpqa"


class World:
    """A project with all of them fetched, and the folder that `datasets` reads."""

    def __init__(self, folder: Path) -> None:
        self.project = project_with(folder, *NAMES)
        self.hub = folder / "hub" / "datasets"
        self.cache = folder / "cache"
        self.where = {"project": self.project.root, "store": self.project.store}
        places = find_places(**self.where, environ={})
        with Mirror(folder / "hub") as mirror:
            opener = Opener(mirror.url, {"NO_PROXY": "*"}, token=False)
            outcomes = fetch(
                read_catalogue(places.catalogues),
                {name: [Address(name)] for name in NAMES},
                locks=places.hub_locks,
                store=Store(self.project.store),
                hub=opener,
                watcher=Silent(),
            )
            opener.close()
        self.failed = {outcome.name: outcome.error for outcome in outcomes if outcome.error is not None}

    def ours(self, path: str, *words: Any, **options: Any) -> Any:
        return loaders.load_dataset(path, *words, **options, **self.where)

    def theirs(self, path: str, *words: Any, **options: Any) -> Any:
        """What `datasets` gives, or the ValueError that it raises."""
        try:
            if path in CARDS_REFUSED:
                kind, files = "parquet", {"train": sorted(map(str, (self.hub / path / "data").glob("train-*")))}
                return datasets.load_dataset(kind, data_files=files, **options, cache_dir=str(self.cache))
            return datasets.load_dataset(str(self.hub / path), *words, **options, cache_dir=str(self.cache))
        except ValueError as exc:
            return exc


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(tmp_path_factory.mktemp("calls"))


def shown(call: Call) -> str:
    where, words, options = call
    return f"{where}-{'-'.join(map(str, words))}-{'-'.join(map(str, options.values()))}".replace("/", "_")


def plain(theirs: Any) -> list[dict[str, Any]]:
    """The rows of `datasets` with images and sounds as the bytes that they are."""
    for name, feature in (theirs.features or {}).items():
        if isinstance(feature, (datasets.Image, datasets.Audio)):
            theirs = theirs.cast_column(name, type(feature)(decode=False))
    return list(theirs)


def same(ours: Any, theirs: Any) -> None:
    assert isinstance(ours, (Rows, Stream))
    assert list(ours) == plain(theirs)
    assert ours.column_names == (theirs.column_names or ours.column_names)


def test_everything_was_fetched(world: World) -> None:
    assert world.failed == {}


def test_the_list_has_every_dataset_of_the_cookbook() -> None:
    asked = {words[0] for _, words, _ in [*CALLS, *BENCHMARKS]}
    extra = {"cais/mmlu", "lukaemon/bbh", "openai/openai_humaneval"}  # shipped for other suites
    assert asked | set(NO_CALL) == IDS - extra
    assert len(asked) + len(NO_CALL) == 45


# datasets 5.0 leaves CSV files to the collector
@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
@pytest.mark.filterwarnings("ignore:Exception ignored in. <_io.FileIO:pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("call", [*CALLS, *BENCHMARKS], ids=shown)
def test_a_call_gives_the_rows_that_datasets_gives_in_its_order(world: World, call: Call) -> None:
    _, words, options = call
    theirs = world.theirs(*words, **options)
    if isinstance(theirs, ValueError):  # no such split: the recipe then tries the next
        assert 'Unknown split "' in str(theirs)
        with pytest.raises(UnknownNameError, match=f"has no split '{options['split']}'"):
            world.ours(*words, **options)
        return
    ours = world.ours(*words, **options)
    if isinstance(theirs, dict):
        assert isinstance(ours, Splits)
        assert list(ours) == list(theirs)
        assert ours.num_rows == theirs.num_rows
        for split in theirs:
            same(ours[split], theirs[split])
        return
    assert isinstance(ours, Stream if options.get("streaming") else Rows)
    if words[0] == BFCL:  # a row is its line: nested objects of mixed types have no column type
        assert [json.loads(row["text"]) for row in ours] == plain(theirs)
    elif words[0] == GPQA:  # cells of CSV stay the texts that they are; `datasets` guesses numbers
        assert [{k: v.strip() for k, v in row.items()} for row in ours] == [
            {name: str(cell).strip() for name, cell in row.items()} for row in theirs
        ]
    else:
        same(ours, theirs)


@pytest.mark.parametrize("call", [*CALLS, *BENCHMARKS], ids=shown)
def test_the_receipt_of_a_call_is_verified(world: World, monkeypatch: pytest.MonkeyPatch, call: Call) -> None:
    monkeypatch.setattr(loaders.pins, "_opened", {})
    monkeypatch.setattr(loaders.pins, "_inherited", {})
    _, words, options = call
    if (words[0], options.get("split")) in NO_SPLIT:
        with pytest.raises(UnknownNameError):
            world.ours(*words, **options)
        return
    ours = world.ours(*words, **options)
    named = dict(ours) if isinstance(ours, Splits) else {"rows": ours}
    made = json.loads(json.dumps(loaders.receipt(named)))
    verdicts = loaders.verify_receipt(made, **world.where)
    assert [verdict.differences for verdict in verdicts] == [()] * len(verdicts)
    counts = [len(list(rows)) for rows in named.values()]
    assert [(verdict.name, verdict.proven) for verdict in verdicts[-len(named) :]] == [
        (name, f"{count:,} row{'s' if count != 1 else ''} in this order, by their digest")
        for name, count in zip(named, counts, strict=True)
    ]


@pytest.mark.parametrize("path", ["EleutherAI/hendrycks_math", "openai/gsm8k", "HuggingFaceH4/MATH-500"])
def test_names_of_configs_come_in_the_order_of_datasets(world: World, path: str) -> None:
    ours = loaders.get_dataset_config_names(path, **world.where)
    assert ours == datasets.get_dataset_config_names(str(world.hub / path))


def test_a_repository_with_a_script_gives_the_rows_of_the_recipes_fallback(world: World) -> None:
    path = "livecodebench/code_generation_lite"
    with pytest.raises(RuntimeError, match="scripts are no longer supported"):
        world.theirs(path, split="test")
    theirs = datasets.Dataset.from_json(str(world.hub / path / "test6.jsonl"), cache_dir=str(world.cache))
    ours = world.ours(path, split="test")
    assert ours.pin.config == "v6"
    assert [row["question_id"] for row in ours] == theirs["question_id"][:]


def test_a_config_that_has_to_be_named_has_to_be_named(world: World) -> None:
    path = "hicai-zju/SciKnowEval"
    theirs = world.theirs(path, split="test")
    if isinstance(theirs, ValueError):
        assert "Config name is missing" in str(theirs)
        with pytest.raises(RecipesDataError, match="several configs"):
            world.ours(path, split="test")
    else:
        same(world.ours(path, split="test"), theirs)
