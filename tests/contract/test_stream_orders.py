"""Streamed shuffles are those of `datasets`, number for number: of the installed version, and of those before."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from loaders.stream_order import check_order, shards_in_turns, shuffled
from recipes_data.errors import UsageError

DRAWN: dict[str, list[dict[str, Any]]] = json.loads(
    Path(__file__).with_name("stream_orders.json").read_text(encoding="utf-8")
)


def name_of(version: str) -> Any:
    return "datasets<=5.0" if tuple(map(int, version.split(".")[:2])) <= (5, 0) else "datasets>=5.1"


def drawn_by_us(case: dict[str, Any], order: Any) -> list[int]:
    starts = [sum(case["shards"][:number]) for number in range(len(case["shards"]))]
    kind, n = case["before"] or ("skip", 0)

    def read(shards: Sequence[int]) -> Iterator[int]:
        numbers = [n for shard in shards for n in range(starts[shard], starts[shard] + case["shards"][shard])]
        return iter(numbers[:n] if kind == "take" else numbers[n:])

    fixed = case["before"] is not None
    inputs = 1 if fixed else case["inputs"]
    chunk = 1 if order == "datasets<=5.0" else max(1, case["buffer_size"] // inputs)
    chunks = shards_in_turns(len(starts), case["seed"], inputs, shuffled=not fixed, chunk=chunk, read=read)
    return list(shuffled(chunks, case["seed"], case["buffer_size"], order))


@pytest.mark.parametrize(
    ("version", "case"),
    [(version, case) for version, cases in DRAWN.items() for case in cases],
    ids=lambda v: str(v)[:70],
)
def test_the_order_is_the_one_that_this_version_drew(version: str, case: dict[str, Any]) -> None:
    assert drawn_by_us(case, name_of(version)) == case["order"]


def test_vectors_of_three_kinds_of_versions_are_there_and_the_kinds_differ() -> None:
    assert {version.rsplit(".", 1)[0] for version in DRAWN} >= {"4.8", "5.0", "5.2"}
    first = {version: cases[3]["order"] for version, cases in DRAWN.items()}
    assert first["4.8.0"] == first["5.0.1"] != first["5.2.0"]


@pytest.mark.usefixtures("prompt_threads")
def test_the_installed_version_draws_what_is_written_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    datasets = pytest.importorskip("datasets")
    if datasets.__version__ not in DRAWN:
        pytest.skip(f"nothing was drawn with datasets {datasets.__version__}")
    from tests.contract.draw_stream_orders import draw

    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", tmp_path)
    assert json.loads(json.dumps(draw(tmp_path, slice(8, 11)))) == DRAWN[datasets.__version__][8:11]


def test_another_name_is_no_order() -> None:
    with pytest.raises(UsageError, match=r"datasets<=5\.0.*datasets>=5\.1"):
        check_order("datasets")
