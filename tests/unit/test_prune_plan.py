"""What goes from a store and what never does: the decision, as a table."""

from __future__ import annotations

from pathlib import Path

import pytest

from recipes_data import eviction
from recipes_data.eviction import Prune, plan_clear, plan_prune
from recipes_data.holdings import Inventory, Stored

NOW = 1_800_000_000.0
DAY = 86400.0


def blob(name: str, size: int = 100, *, used: float = 10, since: float = 20, pinned: bool = False) -> Stored:
    """A blob whose last use and arrival were so many days ago."""
    by = ("toy",) if pinned else ()
    return Stored("blob", name, size, NOW - used * DAY, NOW - since * DAY, (Path(name),), by)


def planned(*items: Stored, max_size: int | None = None, unused: bool = False) -> Prune:
    inventory = Inventory(sum(item.size for item in items), items, ())
    return plan_prune(inventory, max_size=max_size, unused=unused, now=NOW, metadata_ttl=30 * DAY)


def names(prune: Prune) -> list[str]:
    return [item.name for item in prune.items]


def test_the_least_recently_used_goes_first_and_no_more_than_the_limit_needs() -> None:
    prune = planned(blob("b", used=5), blob("a", used=9), blob("c", used=1), max_size=150)
    assert names(prune) == ["a", "b"]
    assert (prune.before, prune.frees, prune.after, prune.over) == (300, 200, 100, 0)


def test_nothing_goes_where_the_store_is_within_the_limit() -> None:
    assert names(planned(blob("a"), blob("b"), max_size=200)) == []


def test_what_a_lock_pins_never_goes_though_the_limit_stays_exceeded() -> None:
    prune = planned(blob("old", used=900, pinned=True), blob("new", used=1), max_size=10)
    assert names(prune) == ["new"]
    assert (prune.pinned, prune.over) == (100, 90)
    assert names(planned(blob("old", used=900, pinned=True), unused=True)) == []


def test_unused_takes_all_that_is_not_pinned_whatever_its_last_use() -> None:
    assert names(planned(blob("a", used=0), blob("b", used=5), blob("c", pinned=True), unused=True)) == ["b", "a"]


@pytest.mark.parametrize("hours", [0.0, 0.9, -3.0])
def test_what_another_process_may_just_have_published_stays(hours: float) -> None:
    young = blob("young", since=hours / 24)
    assert names(planned(young, unused=True, max_size=0)) == []
    assert planned(young, unused=True).fresh == 100
    assert names(planned(blob("old", since=1.1 / 24), unused=True)) == ["old"]


@pytest.mark.parametrize(
    ("kind", "days", "goes"),
    [
        ("temporary", 0.9, False),
        ("temporary", 1.1, True),
        ("metadata", 29, False),
        ("metadata", 31, True),
        ("partial", 6, False),
        ("partial", 8, True),
        ("quarantined", 29, False),
        ("quarantined", 31, True),
    ],
)
def test_leftovers_go_by_their_age_alone(kind: str, days: float, goes: bool) -> None:
    moment = NOW - days * DAY
    left = Stored(kind, "left", 7, moment, moment, (Path("left"),))  # type: ignore[arg-type]
    assert bool(names(planned(left, max_size=10**9))) == goes


def test_a_dead_partial_counts_as_a_file_that_no_lock_pins() -> None:
    partial = Stored("partial", "p", 50, NOW - 2 * DAY, NOW - 2 * DAY, (Path("p"),))
    assert names(planned(blob("a", used=1), partial, max_size=100)) == ["p"]
    wanted = Stored("partial", "p", 50, NOW - 2 * DAY, NOW - 2 * DAY, (Path("p"),), ("toy",))
    assert names(planned(wanted, unused=True)) == []


def test_clear_of_a_name_takes_what_it_alone_pins() -> None:
    def pinned(name: str, *by: str) -> Stored:
        return Stored("blob", name, 100, NOW, NOW, (Path(name),), by)

    items = (pinned("a", "toy"), pinned("b", "toy", "other"), pinned("c", "other"), pinned("d"))
    inventory = Inventory(400, items, ())
    assert names(plan_clear(inventory, ["toy"])) == ["a"]
    assert names(plan_clear(inventory, ["toy", "other"])) == ["a", "b", "c"]
    assert names(plan_clear(inventory)) == ["a", "b", "c", "d"]


def test_each_cache_is_looked_at_once_however_many_blobs_go(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []

    def blob_of(item: Stored) -> str:
        looked.append(item.name)
        return item.name.partition(".")[0]

    monkeypatch.setattr(eviction, "_blob_of", blob_of)
    blobs = [blob(f"{number:04}") for number in range(300)]
    young = [Stored("rows", f"{item.name}.rows", 5, NOW, NOW, (Path(item.name),)) for item in blobs]
    prune = planned(*blobs, *young, unused=True)
    assert names(prune) == [name for item in blobs for name in (item.name, f"{item.name}.rows")]
    assert len(looked) == len(young)
