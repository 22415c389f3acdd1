"""Receipts of views: the rows behind their records are proven, however many there are."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import loaders.pins
from loaders import receipt, search_tool, verify_receipt
from recipes_data.errors import UsageError
from tests.views.worlds import World, settle


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(loaders.pins, "_opened", {})
    monkeypatch.setattr(loaders.pins, "_inherited", {})
    monkeypatch.setattr(loaders.pins, "_MOST_PLACES", 5)
    return World(tmp_path, monkeypatch)


def write_questions(world: World, count: int = 40) -> None:
    rows = [{"question": f"q{n}", "data_source": "nq", "golden_answers": [f"a{n}"]} for n in range(count)]
    world.write("nq_hotpotqa", {"default": {"train": rows}}, shards=1)


def proven(found: Any, *, sort_keys: bool = True) -> dict[str, Any]:
    """The receipt of what a view gives, all of which is proven."""
    made = json.loads(json.dumps(receipt({"rows": found}), sort_keys=sort_keys))
    verdict = verify_receipt(made)[-1]
    assert (verdict.differences, verdict.proven) == ((), f"{len(found)} rows in this order, by their digest")
    entry: dict[str, Any] = made["rows"]["rows"]
    assert entry["not_reproducible"] == []
    return entry


def test_pythons_own_shuffle_is_a_step_with_its_seed(world: World) -> None:
    write_questions(world)
    entry = proven(search_tool.nq_hotpotqa(seed=3))
    assert entry["steps"][1:] == [{"step": "python_shuffle", "seed": 3}]


def test_pythons_own_shuffle_of_partial_rows_is_refused(world: World) -> None:
    write_questions(world)
    with pytest.raises(UsageError, match="a shuffle needs all rows of nq_hotpotqa/default:train"):
        search_tool.nq_hotpotqa(rows=10)  # type: ignore[call-arg]  # `Where` does not name it
    assert len(search_tool.nq_hotpotqa(seed=None, rows=10)) == 10  # type: ignore[call-arg]
