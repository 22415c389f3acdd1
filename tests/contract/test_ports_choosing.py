"""Which adapter stands behind a port, and whether it has what a run will call, said before the run."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from recipes_data.cli.adapters import adapters_check
from recipes_data.cli.main import run
from recipes_data.errors import UsageError
from recipes_data.places import find_places
from recipes_data.ports import AdapterOptions, Missing, dataset_store, hub_client, missing_callbacks, require
from recipes_data.ports import choosing as the_choosing
from recipes_data.ports.choosing import BUILT_IN
from recipes_data.ports.locked_hub import LockedHub
from recipes_data.ports.locked_store import LockedStore
from recipes_data.ports.nothing import NoHub, NoStore
from recipes_data.settings import AdapterSettings, read_settings
from recipes_data.testing import MemoryHub, MemoryStore


def project(folder: Path, text: str, name: str = "recipes-data.toml") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def made(options: AdapterOptions) -> MemoryStore:
    """An adapter of a user's own."""
    return MemoryStore({"o/n": {"c": {"s": [{"store": str(options.store)}]}}})


def nothing(options: AdapterOptions) -> None:
    """A factory whose author forgot to return."""


def test_without_a_word_our_own_layer_answers(tmp_path: Path) -> None:
    project(tmp_path, "")
    assert isinstance(hub_client(project=tmp_path), LockedHub)
    assert isinstance(dataset_store(project=tmp_path), LockedStore)


@pytest.mark.parametrize(
    ("name", "table"), [("recipes-data.toml", "adapters"), ("pyproject.toml", "tool.recipes-data.adapters")]
)
def test_the_projects_settings_choose(name: str, table: str, tmp_path: Path) -> None:
    project(tmp_path, f'[{table}]\nhub = "none"\n', name)
    assert read_settings(tmp_path).adapters == AdapterSettings(hub="none")
    assert isinstance(hub_client(project=tmp_path), NoHub)
    assert isinstance(dataset_store(project=tmp_path), LockedStore)
    assert isinstance(hub_client("recipes-data", project=tmp_path), LockedHub), "an argument comes first"


def test_a_function_of_ones_own_is_given_the_options(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "own_adapters", sys.modules[__name__])
    project(tmp_path, '[adapters]\ndatasets = "own_adapters:made"\n')
    store = dataset_store(project=tmp_path, store="somewhere")
    assert store.to_list(store.load_dataset("o/n", split="s")) == [{"store": "somewhere"}]


def test_an_entry_point_of_another_package_is_known_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "own_adapters", sys.modules[__name__])
    points = [EntryPoint("acme", "own_adapters:made", the_choosing.GROUP)]
    monkeypatch.setattr(the_choosing, "entry_points", lambda group: points if group == the_choosing.GROUP else [])
    assert isinstance(dataset_store("acme"), MemoryStore)
    with pytest.raises(UsageError) as caught:
        dataset_store("acm")
    assert caught.value.what == "there is no adapter 'acm' for datasets"
    assert "acme, none, plain, recipes-data" in caught.value.do


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("no_such_package:made", r"the adapter 'no_such_package:made' cannot be imported: No module named 'no_such"),
        ("json:nothing", r"is not there: module 'json' has no attribute 'nothing'"),
        ("math:pi", "the adapter 'math:pi' is float, which makes nothing"),
    ],
)
def test_an_adapter_that_cannot_be_had_is_a_sentence(name: str, what: str) -> None:
    with pytest.raises(UsageError, match=what):
        hub_client(name)


def test_a_missing_package_is_named_with_its_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "datasets", None)
    monkeypatch.delitem(sys.modules, "recipes_data.ports.plain_store", raising=False)
    with pytest.raises(UsageError) as caught:
        dataset_store("plain")
    assert "the adapter 'plain' (recipes_data.ports.plain_store:make) cannot be imported: it needs datasets" in str(
        caught.value
    )
    assert caught.value.do == "pip install datasets"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[adapters]\nhubs = 'x'\n", "adapters.hubs is not known"),
        ("[adapters]\nhub = 7\n", "adapters.hub: 7 is not the name of an adapter"),
        ("adapters = 'plain'\n", "adapters is 'plain', not a table"),
    ],
)
def test_a_misspelt_setting_is_an_error(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=said):
        hub_client(project=project(tmp_path, text))


def test_every_adapter_that_ships_has_the_whole_port_or_says_why_not(tmp_path: Path) -> None:
    project(tmp_path, "")
    found = {name: hub_client(name, project=tmp_path) for name in BUILT_IN["hub"]}
    lacking = {name: [one.callback for one in missing_callbacks(hub, "hub")] for name, hub in found.items()}
    assert lacking == {
        "recipes-data": ["refs", "commits", "whoami"],
        "plain": [],
        "none": ["download", "snapshot", "list_files", "info", "refs", "commits", "whoami"],
    }
    stores = {name: missing_callbacks(dataset_store(name, project=tmp_path), "datasets") for name in ("recipes-data",)}
    assert stores == {"recipes-data": ()}
    assert missing_callbacks(MemoryHub({}, tmp_path), "hub") == ()


class Half:
    """An adapter that somebody began to write."""

    shuffle = "later"

    def load_dataset(self, path: str, name: Any = None, split: Any = None, revision: Any = None) -> Any: ...

    def take(self, rows: Any, count: int) -> Any: ...

    def to_list(self, dataset: Any) -> Any: ...


def test_missing_callbacks_are_named_before_a_run_starts(tmp_path: Path) -> None:
    project(tmp_path, "")
    with pytest.raises(UsageError) as caught:
        require(
            hub=hub_client(project=tmp_path),
            hub_needs=["download", "refs"],
            datasets=Half(),
            datasets_needs=["load_dataset", "shuffle", "take", "skip", "to_list"],
        )
    assert caught.value.what.splitlines() == [
        "4 callbacks that this run needs are missing:",
        "  HubClient.refs: a lock pins one commit and knows no branches",
        "  DatasetStore.shuffle: Half.shuffle cannot be called",
        (
            "  DatasetStore.take: Half.take(rows: 'Any', count: 'int') -> 'Any' cannot be called with dataset, n: "
            "missing a required argument: 'rows'"
        ),
        "  DatasetStore.skip: Half has no such method",
    ]
    require(hub=hub_client(project=tmp_path), hub_needs=["download", "list_files"], datasets=MemoryStore({}))


def test_doctor_says_what_the_chosen_adapters_lack(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project(tmp_path, '[adapters]\nhub = "recipes-data"\n')
    words = ["doctor", "--offline", "--json", "--project", str(tmp_path), "--store", str(tmp_path / "store")]
    assert run(words) == 0
    told = {one["check"]: one for one in json.loads(capsys.readouterr().out)["checks"]}["adapters"]
    assert told["state"] == "warn"
    assert told["what"] == (
        f"hub = 'recipes-data' ({tmp_path / 'recipes-data.toml'}) lack "
        "HubClient.refs: a lock pins one commit and knows no branches; "
        "HubClient.commits: a lock pins one commit and knows no history; "
        "HubClient.whoami: locks and store are read without a token"
    )


def test_doctor_has_no_line_where_nothing_is_chosen_and_a_blocker_where_it_cannot_be_had(tmp_path: Path) -> None:
    assert adapters_check(find_places(project=project(tmp_path, ""))) is None
    check = adapters_check(find_places(project=project(tmp_path, '[adapters]\ndatasets = "acme"\n')))
    assert check is not None
    assert (check.state, check.what) == ("bad", "there is no adapter 'acme' for datasets")


def test_a_need_that_no_port_has_is_a_mistake_of_the_asker() -> None:
    with pytest.raises(UsageError, match="DatasetStore has no callback map"):
        missing_callbacks(MemoryStore({}), "datasets", ["map"])


def test_one_that_is_missing_is_said_in_the_singular() -> None:
    with pytest.raises(UsageError, match=r"a callback is missing:\n  DatasetStore\.skip: Half has no such method"):
        require(datasets=Half(), datasets_needs=["skip"])
    assert missing_callbacks(Half(), "datasets", ["skip"]) == (Missing("datasets", "skip", "Half has no such method"),)
    assert missing_callbacks(NoStore(), "datasets", ["take"])[0].why == "the adapter `none` was chosen"


def test_a_factory_that_returns_nothing_is_no_adapter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "own_adapters", sys.modules[__name__])
    for ask in (hub_client, dataset_store):
        with pytest.raises(
            UsageError, match="the adapter 'own_adapters:nothing' made None\nit must return the adapter"
        ):
            ask("own_adapters:nothing")


def test_needs_without_an_adapter_are_all_missing() -> None:
    with pytest.raises(UsageError) as caught:
        require(hub_needs=["download"], datasets=None, datasets_needs=["take"])
    assert caught.value.what.splitlines() == [
        "2 callbacks that this run needs are missing:",
        "  HubClient.download: no adapter was given",
        "  DatasetStore.take: no adapter was given",
    ]
    require()
    require(hub=None, hub_needs=[])


@pytest.mark.parametrize("name", ["recipes-data.toml", "pyproject.toml"])
def test_what_a_remedy_says_to_set_is_what_the_settings_read(name: str, tmp_path: Path) -> None:
    asked: list[Callable[[], object]] = [
        lambda: hub_client("none").info("acme/numbers"),
        lambda: hub_client("recipes-data", project=project(tmp_path, "")).whoami(),
        lambda: require(hub=NoHub()),
    ]
    for ask in asked:
        with pytest.raises(UsageError) as caught:
            ask()
        (table,) = re.findall(rf"\[([\w.-]+)\] of {re.escape(name)}", caught.value.do)
        folder = tmp_path / "chosen"
        folder.mkdir(exist_ok=True)
        assert read_settings(project(folder, f'[{table}]\nhub = "plain"\n', name)).adapters.hub == "plain"
