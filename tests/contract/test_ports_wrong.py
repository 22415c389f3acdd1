"""A contract that nothing fails proves nothing: for each of its checks an adapter that is wrong in just that way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from recipes_data.errors import UnknownNameError
from recipes_data.ports.records import Gating, RepoKind
from recipes_data.testing import (
    HUB_CHECKS,
    STORE_CHECKS,
    MemoryHub,
    MemoryStore,
    check_hub,
    check_store,
    files,
    rows,
)
from recipes_data.testing.memory import MemoryRows


def _other_default(self: MemoryStore, path: str, name: Any = None, split: Any = None, revision: Any = None) -> Any:
    return MemoryStore.load_dataset(self, path, name or "other", split, revision)


def _any_config(self: MemoryStore, path: str, name: Any = None, split: Any = None, revision: Any = None) -> Any:
    return MemoryStore.load_dataset(self, path, None if name == "nosuch" else name, split, revision)


def _own_error(self: MemoryStore, path: str, name: Any = None, split: Any = None, revision: Any = None) -> Any:
    if "nosuch" in path:
        raise KeyError(path)
    return MemoryStore.load_dataset(self, path, name, split, revision)


def _by_position(self: MemoryStore, repo: str, config: Any = None, part: Any = None, commit: Any = None) -> Any:
    return MemoryStore.load_dataset(self, repo, config, part, commit)


def _unnamed_split(self: MemoryStore, dataset: Any, split: str) -> MemoryRows:
    if isinstance(dataset, dict) and split not in dataset:
        raise UnknownNameError(f"there is no split {split!r}", "name another")
    return MemoryStore.get_split(self, dataset, split)


def _first_of_the_file(self: MemoryStore, dataset: Any, n: int) -> MemoryRows:
    found = MemoryStore.take(self, dataset, n)
    return MemoryRows(found.rows, tuple(sorted(dataset.places))[:n])


def _all_splits(self: MemoryStore, dataset: Any) -> Any:
    return MemoryStore.to_list(self, dataset["train"] if isinstance(dataset, dict) else dataset)


def _of_the_file(self: MemoryStore, dataset: Any, indices: Any) -> MemoryRows:
    return MemoryStore.select(self, MemoryRows(dataset.rows, tuple(sorted(dataset.places))), indices)


def _whole_again(self: MemoryStore, dataset: Any, seed: int) -> MemoryRows:
    part = isinstance(dataset, MemoryRows) and len(dataset.places) < len(dataset.rows)
    whole = MemoryRows(dataset.rows, tuple(range(len(dataset.rows)))) if part else dataset
    return MemoryStore.shuffle(self, whole, seed)


def _numpys(self: MemoryStore, dataset: Any) -> Any:
    return [{**row, "number": np.float64(row["number"])} for row in MemoryStore.to_list(self, dataset)]


def _sorted_keys(self: MemoryStore, dataset: Any) -> Any:
    return [dict(sorted(row.items())) for row in MemoryStore.to_list(self, dataset)]


def _any_revision(self: MemoryStore, path: str, name: Any = None, split: Any = None, revision: Any = None) -> Any:
    return MemoryStore.load_dataset(self, path, name, split)


STORES: dict[str, Mapping[str, Any]] = {
    "has_every_callback_but_those_it_names": {"select": None},
    "what_it_lacks_is_refused_with_the_reason": {"lacks": {"select": "not written yet"}},
    "gives_every_row_in_order": {"to_list": lambda self, dataset: MemoryStore.to_list(self, dataset)[::-1]},
    "gives_values_of_pythons_own_types": {"to_list": _numpys},
    "takes_arguments_by_name": {"load_dataset": _by_position},
    "without_a_config_gives_the_default_one": {"load_dataset": _other_default},
    "without_a_split_gives_all_of_them": {"get_split": lambda self, dataset, split: dataset["train"]},
    "shuffles_in_the_order_of_datasets": {
        "shuffle": lambda self, dataset, seed: MemoryRows(dataset.rows, dataset.places[::-1])
    },
    "a_second_shuffle_permutes_the_first": {
        "shuffle": lambda self, dataset, seed: MemoryStore.shuffle(
            self, MemoryRows(dataset.rows, tuple(sorted(dataset.places))), seed
        )
    },
    "takes_and_skips": {"skip": MemoryStore.take},
    "counts_are_of_the_shuffled_rows": {"take": _first_of_the_file},
    "selects_positions_in_their_order": {
        "select": lambda self, dataset, indices: MemoryStore.select(self, dataset, sorted(indices))
    },
    "selects_of_the_shuffled_rows": {"select": _of_the_file},
    "shuffles_only_what_was_taken": {"shuffle": _whole_again},
    "positions_out_of_range_are_index_errors": {
        "take": lambda self, dataset, n: MemoryRows(dataset.rows, dataset.places[:n])
    },
    "a_handle_is_never_changed": {"to_list": lambda self, dataset: [dataset.rows[place] for place in dataset.places]},
    "an_unknown_split_is_named_beside_those_there_are": {"get_split": _unnamed_split},
    "an_unknown_config_is_named_beside_those_there_are": {"load_dataset": _any_config},
    "an_unknown_repository_is_an_error_of_the_house": {"load_dataset": _own_error},
    "an_unknown_revision_is_an_error_of_the_house": {"load_dataset": _any_revision},
    "rows_of_all_splits_are_no_rows": {"to_list": _all_splits},
}


def _another(**fields: Any) -> Any:
    return lambda self, *asked, **named: replace(MemoryHub.info(self, *asked, **named), **fields)


def _key_error(self: MemoryHub, repo: str, path: str, *more: Any, **named: Any) -> Path:
    return {"main/test.parquet": MemoryHub.download(self, "acme/numbers", "main/test.parquet")}[path]


def _whole_snapshot(
    self: MemoryHub, repo: str, kind: Any = RepoKind.DATASET, revision: Any = None, patterns: Any = ()
) -> Path:
    return MemoryHub.snapshot(self, repo, kind, revision)


def _zeros(*asked: Any, **named: Any) -> Any:
    return tuple(replace(one, oid="0" * 40) for one in MemoryHub.list_files(*asked, **named))


def _any(callback: str) -> Mapping[str, Any]:
    """A callback that does not look at `revision`."""
    ask = getattr(MemoryHub, callback)

    def wrong(*asked: Any, revision: str | None = None, **named: Any) -> Any:
        return ask(*asked, **named)

    return {callback: wrong}


HUBS: dict[str, Mapping[str, Any]] = {
    "has_every_callback_but_those_it_names": {"refs": None},
    "what_it_lacks_is_refused_with_the_reason": {"lacks": {"commits": "not written yet"}},
    "lists_every_file_in_order": {"list_files": lambda *asked, **named: MemoryHub.list_files(*asked, **named)[::-1]},
    "digests_are_those_of_the_bytes": {"list_files": _zeros},
    "downloads_a_file_under_its_own_name": {"download": lambda *_, **__: Path(__file__)},
    "a_snapshot_has_the_files_at_their_paths": {"snapshot": lambda *_, **__: Path(__file__).parent},
    "a_snapshot_of_nothing_is_an_error": {"snapshot": _whole_snapshot},
    "says_which_commit_it_is": {"info": _another(sha="main")},
    "every_callback_heeds_the_revision": _any("download"),
    "says_who_may_read_it": {"info": _another(gating=Gating.MANUAL)},
    "info_lists_the_same_files": {"info": _another(siblings=())},
    "records_go_to_json_and_back": {"info": _another(downloads="many")},
    "references_and_history_lead_to_the_commit": {"commits": lambda *_, **__: ()},
    "what_is_not_there_is_an_error_of_the_house": {"download": _key_error},
}


def test_each_check_has_an_adapter_that_fails_it() -> None:
    assert list(STORES) == [check.__name__ for check in STORE_CHECKS]
    assert list(HUBS) == [check.__name__ for check in HUB_CHECKS]


def test_keys_in_another_order_are_told() -> None:
    wrong = type("Wrong", (MemoryStore,), {"to_list": _sorted_keys})
    with pytest.raises(AssertionError, match=r"1 of \d+ checks failed\n  gives_values_of_pythons_own_types: types and"):
        check_store(wrong({"acme/numbers": rows()}))


@pytest.mark.parametrize("callback", ["download", "snapshot", "list_files", "commits"])
def test_a_callback_that_does_not_look_at_the_revision_is_told(callback: str, tmp_path: Path) -> None:
    wrong = type("Wrong", (MemoryHub,), dict(_any(callback)))
    told = rf"1 of \d+ checks failed\n  every_callback_heeds_the_revision: {callback} at an unknown revision"
    with pytest.raises(AssertionError, match=told):
        check_hub(wrong({"acme/numbers": files()}, tmp_path))


@pytest.mark.parametrize("check", STORES)
def test_a_store_that_is_wrong_in_one_way_is_told_which(check: str) -> None:
    wrong = type("Wrong", (MemoryStore,), dict(STORES[check]))
    with pytest.raises(AssertionError, match=rf"checks failed\n(.*\n)*  {check}: "):
        check_store(wrong({"acme/numbers": rows()}))


@pytest.mark.parametrize("check", HUBS)
def test_a_hub_that_is_wrong_in_one_way_is_told_which(check: str, tmp_path: Path) -> None:
    wrong = type("Wrong", (MemoryHub,), dict(HUBS[check]))
    with pytest.raises(AssertionError, match=rf"checks failed\n(.*\n)*  {check}: "):
        check_hub(wrong({"acme/numbers": files()}, tmp_path))
