"""Drift between sources and manifests both ways, and what changed between two analyses."""

from __future__ import annotations

from recipes_data.gaps.analysis import Analysis
from recipes_data.gaps.compare.analyse import analyse
from recipes_data.gaps.compare.difference import difference, inventory_difference, new_gaps, signature
from recipes_data.gaps.compare.drift import drift_between
from recipes_data.gaps.evidence import Where
from recipes_data.gaps.inventory import Argument, Function
from recipes_data.gaps.needs import Access, Needs
from tests.unit.gaps.comparing import TABLE, client, function, load, needs


def manifests(*accesses: Access, recipes: dict[str, tuple[int, ...]] | None = None) -> Needs:
    return needs(*accesses, recipes=recipes or {"described": tuple(range(len(accesses)))}, kind="manifests")


def drift(sources: Needs, listed: Needs, **described: str) -> list[tuple[str, str, str]]:
    return [(one.kind, one.what, one.recipe) for one in drift_between([sources], [listed], described)]


def test_the_same_needs_do_not_differ() -> None:
    one = load("a/b", config="main", split="train")
    assert drift(needs(one), manifests(one)) == []


def test_a_repository_a_config_and_a_split_that_no_manifest_lists_are_unlisted() -> None:
    sources = needs(load("a/b"), load("c/d", config="x"), load("e/f", config="x", split="test"))
    listed = manifests(load("c/d", config="y"), load("e/f", config="x", split="train"))
    assert drift(sources, listed) == [
        ("unasked", "dataset c/d, config y", "described"),
        ("unasked", "dataset e/f, config x, split train", "described"),
        ("unlisted", "dataset a/b", "train"),
        ("unlisted", "dataset c/d, config x", "train"),
        ("unlisted", "dataset e/f, config x, split test", "train"),
    ]


def test_a_side_that_names_no_config_or_split_means_whatever_there_is() -> None:
    assert drift(needs(load("a/b")), manifests(load("a/b", config="main", split="train"))) == []
    assert drift(needs(load("a/b", config="main", split="train")), manifests(load("a/b"))) == []


def test_a_model_is_not_a_dataset_of_the_same_name() -> None:
    assert drift(needs(load("a/b", repo_type="model")), manifests(load("a/b"))) == [
        ("unasked", "dataset a/b", "described"),
        ("unlisted", "model a/b", "train"),
    ]


def test_a_repository_that_could_not_be_known_is_no_drift() -> None:
    unknown = load(None, unresolved=("path=name",))  # type: ignore[arg-type]
    assert drift(needs(unknown, load("a/b")), manifests(load("a/b"))) == []


def test_an_access_that_no_recipe_reaches_counts_without_a_name() -> None:
    assert drift(needs(load("a/b"), recipes={}), manifests()) == [("unlisted", "dataset a/b", "")]


def test_a_recipe_and_the_manifest_that_describes_it_are_compared_by_themselves() -> None:
    sources = needs(load("a/b"), load("c/d"), recipes={"pkg.math.train": (0,), "pkg.chat": (1,)})
    listed = manifests(load("c/d"), load("a/b"), recipes={"math_rl": (0,), "chat": (1,)})
    assert drift(sources, listed) == [("unlisted", "dataset c/d", "pkg.chat")]
    assert drift(sources, listed, math_rl="src/pkg/math/train.py") == [
        ("unlisted", "dataset a/b", "pkg.math.train"),
        ("unlisted", "dataset c/d", "pkg.chat"),
    ]


def test_an_analysis_of_both_has_the_drift_and_of_one_has_none() -> None:
    both = analyse(operations=TABLE, needs=[needs(load("a/b")), manifests()], inventories=[client()])
    assert [(one.kind, one.what, one.where) for one in both.drift] == [
        ("unlisted", "dataset a/b", Where("recipe.py", 1))
    ]
    assert analyse(operations=TABLE, needs=[needs(load("a/b"))], inventories=[client()]).drift == ()


def analysed(*functions: Function, given: Needs | None = None) -> Analysis:
    return analyse(operations=TABLE, needs=[given or needs(load())], inventories=[client(*functions)])


INFO = function("Port.info", "GET /api/datasets/{}")
GET = function("Port.get", "GET {}/datasets/{}/resolve/{}/{}")


def test_functions_added_lost_and_changed_are_told_apart() -> None:
    before = client(INFO, function("Port.old"), function("Port.same"), function("Port.hidden", hidden=True))
    changed = function("Port.info", arguments=(Argument("repo_id"), Argument("revision", option=True, default="nil")))
    after = client(changed, function("Port.same"), function("Port.new"))
    found = inventory_difference(before, after)
    assert (found.added, found.lost) == (("Port.new",), ("Port.old",))
    assert [(one.function, one.before, one.after) for one in found.changed] == [
        ("Port.info", "()", "(repo_id, *, revision=nil)")
    ]
    assert inventory_difference(before, before).empty
    assert not found.empty


def test_a_signature_shows_options_after_a_star() -> None:
    assert signature(function("f", arguments=("a", Argument("b"), Argument("c", default="1")))) == "(b, c=1, *, a)"


def test_levels_that_rose_and_fell_and_gaps_that_opened_and_closed_are_told_apart() -> None:
    (found,) = difference(analysed(INFO), analysed(GET))
    assert ("files.download", "absent", "options") in [(one.operation, one.before, one.after) for one in found.up]
    assert ("datasets.info", "options", "absent") in [(one.operation, one.before, one.after) for one in found.down]
    assert [gap.operation for gap in found.gaps_opened] == ["datasets.info"]
    assert [gap.operation for gap in found.gaps_closed] == ["files.download"]


def test_a_client_that_came_or_went_is_all_added_or_all_lost() -> None:
    nothing = analyse(operations=TABLE, needs=[needs(load())], inventories=[])
    (came,) = difference(nothing, analysed(INFO))
    assert (came.before, came.added) == ("not there", ("Port.info",))
    (went,) = difference(analysed(INFO), nothing)
    assert (went.after, went.lost) == ("not there", ("Port.info",))


def test_only_what_is_worse_than_before_is_a_new_gap() -> None:
    two = needs(load(), load(), recipes={"a": (0,), "b": (1,)})
    one = needs(load(), load(), recipes={"a": (0,)})
    assert new_gaps(analysed(), analysed()) == ()
    assert {gap.operation for gap in new_gaps(analysed(INFO, GET), analysed(INFO))} == {"files.download"}
    assert new_gaps(analysed(given=two), analysed(given=one)) == ()
    assert {gap.operation for gap in new_gaps(analysed(given=one), analysed(given=two))} == {
        "datasets.info",
        "files.download",
    }
    worse = analysed(function("Port.dataset_info"))
    assert "datasets.info" in {gap.operation for gap in new_gaps(worse, analysed())}
