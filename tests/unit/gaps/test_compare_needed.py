"""Priorities, gaps and least sets: who needs what, how much, and whom a gap blocks."""

from __future__ import annotations

from dataclasses import replace

from recipes_data.gaps.analysis import Analysis
from recipes_data.gaps.compare.analyse import analyse
from recipes_data.gaps.compare.names import NameMap, NameRow
from recipes_data.gaps.compare.needed import closure, parts_of
from recipes_data.gaps.compare.states import Probed
from recipes_data.gaps.evidence import Evidence, Where
from recipes_data.gaps.inventory import Inventory, Stub
from recipes_data.gaps.needs import Access, Needs
from recipes_data.gaps.operations import Operation, Operations, Parameter
from tests.unit.gaps.comparing import TABLE, at, client, function, load, needs

CLIENT = client(function("Port.info", "GET /api/datasets/{}"), function("Port.get", "GET {}/datasets/{}/resolve/{}/{}"))


def run(*given: Needs, inventories: tuple[Inventory, ...] = (CLIENT,)) -> Analysis:
    return analyse(operations=TABLE, needs=given, inventories=inventories)


def priorities(made: Analysis) -> dict[str, str]:
    return {need.operation: need.priority for need in made.needed}


def asks(*operations: str, line: int = 1) -> Access:
    return load(line=line, operations=operations)


def test_a_library_call_needs_what_it_is_made_of_and_a_behaviour_does_not() -> None:
    rows = (
        Operation("a", "libraries", "library", "", uses=("b", "c")),
        Operation("b", "cache", "behaviour", "", uses=("d", "f")),
        Operation("c", "libraries", "library", "", uses=("a", "e", "gone")),
        Operation("d", "files", "http", ""),
        Operation("e", "files", "http", ""),
        Operation("f", "streaming", "library", ""),
    )
    parts = parts_of(Operations("", "", "", rows), general=False)
    assert closure(["a", "unknown"], parts) == ("a", "b", "c", "e", "f")
    assert closure(["d"], parts) == ("d",)


def test_a_request_on_one_kind_of_repository_needs_the_same_on_any_kind() -> None:
    def row(id_: str, path: str, method: str = "GET", *parameters: Parameter) -> Operation:
        return Operation(id_, "files", "http", "", method, path, parameters)

    anywhere = "/{repository}/resolve/{revision}/{path}"
    rows = (
        row("one", "/datasets/{repo_id}/resolve/{revision}/{path}"),
        row("readme", "/datasets/{repo_id}/resolve/{revision}/README.md"),
        row("other", "/datasets/{repo_id}/resolve/{revision}/{path}", "HEAD"),
        row("any", anywhere),
        row("part", anywhere, "GET", Parameter("range", "header", required=True)),
    )
    table = Operations("", "", "", rows)
    wide = parts_of(table, general=True)
    assert [closure([one], wide) for one in ("one", "readme", "other", "any")] == [
        ("one", "any"),
        ("readme", "any"),
        ("other",),
        ("any",),
    ]
    assert closure(["one"], parts_of(table, general=False)) == ("one",)


def test_what_every_reading_recipe_needs_is_p0_and_what_some_need_is_p1() -> None:
    made = run(needs(asks("libraries.load_dataset"), asks("files.download"), recipes={"train": (0,), "evaluate": (1,)}))
    assert priorities(made) == {
        "datasets.list": "none",
        "datasets.info": "P1",
        "files.download": "P0",
        "files.range": "none",
        "repos.create": "none",
        "cache.offline": "P2",
        "libraries.load_dataset": "P1",
    }
    by_operation = {need.operation: need for need in made.needed}
    assert by_operation["files.download"].recipes == ("evaluate", "train")
    assert by_operation["files.download"].accesses == ((0, 0), (0, 1))
    assert by_operation["files.download"].why == "all 2 recipes that read through a Hub library need it"
    assert by_operation["datasets.info"].recipes == ("train",)


def test_a_recipe_that_only_writes_is_no_experiment_that_all_others_are_held_against() -> None:
    made = run(needs(asks("files.download"), asks("repos.create"), recipes={"train": (0,), "publish": (1,)}))
    assert (priorities(made)["files.download"], priorities(made)["repos.create"]) == ("P0", "P1")


def test_what_only_recipes_rated_p2_need_is_p2() -> None:
    given = needs(asks("files.download"), asks("datasets.list"), recipes={"train": (0,), "search": (1,)}, search="P2")
    assert priorities(run(given))["datasets.list"] == "P2"
    assert priorities(run(given))["files.download"] == "P1"


def test_what_no_recipe_reaches_counts_as_nice_to_have() -> None:
    made = run(needs(asks("files.download"), asks("datasets.list"), recipes={"train": (0,)}))
    assert priorities(made)["datasets.list"] == "P2"


def test_what_another_server_answers_never_blocks() -> None:
    away = Operation("datasets.viewer_info", "datasets", "http", "", "GET", "/info", server="https://viewer.example")
    rows = (*TABLE.rows[:-1], Operation("libraries.load_dataset", "libraries", "library", "", uses=(away.id,)), away)
    table = type(TABLE)(TABLE.base_url, TABLE.documentation, TABLE.authentication, rows)
    made = analyse(operations=table, needs=[needs(load())], inventories=[CLIENT])
    assert [need.priority for need in made.needed if need.operation == away.id] == ["P2"]
    assert made.minimums[0].operations == ("libraries.load_dataset",)


def test_one_recipe_in_two_inputs_is_one_recipe() -> None:
    made = run(
        needs(asks("files.download")),
        needs(asks("datasets.info"), kind="manifests", name="manifests"),
    )
    (minimum,) = made.minimums
    assert (minimum.recipe, minimum.operations) == ("train", ("datasets.info", "files.download"))


def test_an_operation_that_the_table_lacks_is_a_finding_where_it_is_needed() -> None:
    made = run(needs(asks("datasets.nothing", line=7)))
    (finding,) = made.findings
    assert (finding.rule, finding.where, finding.severity) == (
        "operation-not-in-table",
        Where("recipe.py", 7),
        "error",
    )


def test_gaps_come_worst_first_and_name_the_recipes_they_block() -> None:
    made = run(
        needs(
            asks("files.download"),
            asks("files.download", "datasets.info"),
            asks("files.download", "repos.create"),
            recipes={"a": (0,), "b": (1,), "c": (2,)},
        ),
        inventories=(client(),),
    )
    assert [(gap.priority, gap.operation, gap.recipes) for gap in made.gaps] == [
        ("P0", "files.download", ("a", "b", "c")),
        ("P1", "datasets.info", ("b",)),
        ("P1", "repos.create", ("c",)),
        ("P2", "cache.offline", ()),
    ]
    assert made.gaps[0].why.startswith("no function was found that makes GET /")
    assert [(one.recipe, one.blocked) for one in made.minimums] == [
        ("a", (("port", ("files.download",)),)),
        ("b", (("port", ("datasets.info", "files.download")),)),
        ("c", (("port", ("files.download", "repos.create")),)),
    ]


def test_what_nobody_needs_is_no_gap() -> None:
    made = run(needs(asks("files.download")), inventories=(client(),))
    assert {gap.operation for gap in made.gaps} == {"files.download", "cache.offline"}


def test_a_library_call_that_a_client_does_not_offer_is_no_gap_of_the_client() -> None:
    made = run(needs(load()))
    assert [gap for gap in made.gaps if gap.operation == "libraries.load_dataset"] == []
    state = next(one for one in made.states if one.operation == "libraries.load_dataset")
    assert (state.level, state.evidence[0].text) == (
        "absent",
        "no function was found for this call of a library; it is made of datasets.info, files.download",
    )


def test_the_reason_of_a_gap_says_what_is_short() -> None:
    made = run(needs(load(revision="v1")))
    assert [(gap.operation, gap.why) for gap in made.gaps if gap.priority == "P0"] == [
        ("datasets.info", "Port.info lacks `revision`"),
        ("files.download", "Port.get lacks `revision`"),
    ]


def test_a_candidate_for_a_library_call_is_no_offer_and_no_gap() -> None:
    guess = function("Port.load_dataset", calls=("Port.info",))
    made = run(needs(load()), inventories=(client(*CLIENT.functions, guess),))
    assert next(one for one in made.states if one.operation == "libraries.load_dataset").level == "declared"
    assert [gap for gap in made.gaps if gap.operation == "libraries.load_dataset"] == []
    unsupported = Probed("port", "libraries.load_dataset", "not run", (Evidence("probe", "the driver has none"),))
    made = analyse(
        operations=TABLE,
        needs=[needs(load())],
        inventories=[client(*CLIENT.functions, guess)],
        probes=[unsupported],
    )
    assert [gap for gap in made.gaps if gap.operation == "libraries.load_dataset"] == []


def test_a_reviewed_library_call_that_is_a_stub_is_a_gap() -> None:
    stub = function("Port.load", stub=Stub("returns []", at(1)))
    names = (
        NameMap(
            "port", (), "client", "elixir", "read", (NameRow("libraries.load_dataset", "Port.load", at(1, "names/p")),)
        ),
    )
    inventory = client(*CLIENT.functions, stub)
    made = analyse(operations=TABLE, needs=[needs(load())], inventories=[inventory], names=names)
    (gap,) = [gap for gap in made.gaps if gap.operation == "libraries.load_dataset"]
    assert (gap.priority, gap.level, gap.why) == ("P0", "declared", "Port.load is a stub: returns []")


def with_probe(*probes: Probed, recipes: Needs | None = None) -> Analysis:
    given = recipes or needs(load(), asks("files.download"), recipes={"train": (0,)})
    return analyse(operations=TABLE, needs=[given], inventories=[client()], probes=probes)


WHOLE = Probed("port", "libraries.load_dataset", "passed")


def test_a_whole_that_was_seen_to_work_need_not_be_made_of_our_requests() -> None:
    made = with_probe(WHOLE, recipes=needs(load()))
    assert {gap.operation for gap in made.gaps} == {"cache.offline"}
    assert made.minimums[0].blocked == (("port", ()),)
    assert {chain.broken for chain in made.chains} == {""}


def test_what_something_else_needs_beside_the_whole_stays_a_gap_of_those_alone() -> None:
    two = needs(load(), asks("files.download"), recipes={"train": (0,), "search": (1,)})
    made = with_probe(WHOLE, recipes=two)
    (gap,) = [one for one in made.gaps if one.operation == "files.download"]
    assert (gap.priority, gap.recipes) == ("P0", ("search",))
    assert [(one.recipe, one.blocked) for one in made.minimums] == [
        ("search", (("port", ("files.download",)),)),
        ("train", (("port", ()),)),
    ]


def test_a_part_that_was_seen_to_fail_is_told_though_its_whole_works() -> None:
    made = with_probe(WHOLE, Probed("port", "datasets.info", "failed"), recipes=needs(load()))
    (gap,) = [one for one in made.gaps if one.operation == "datasets.info"]
    assert (gap.priority, gap.recipes) == ("P2", ())
    assert gap.why.endswith("what is made of it was seen to work all the same")


def test_a_whole_that_only_its_source_speaks_for_excuses_nothing() -> None:
    row = NameRow("libraries.load_dataset", "Port.load", at(1, "names/p"))
    names = (NameMap("port", (), "client", "elixir", "read", (row,)),)
    whole = client(function("Port.load", calls=("Port.x",)))
    made = analyse(operations=TABLE, needs=[needs(load())], inventories=[whole], names=names)
    assert {gap.operation for gap in made.gaps} >= {"datasets.info", "files.download"}


def test_a_recipe_that_fetches_an_address_alone_asks_nothing_of_a_client() -> None:
    for called, priority in (("requests.get", "P0"), ("url", "P0"), ("manifest", "P1"), ("datasets.x", "P1")):
        plain = replace(asks("files.download"), function=called)
        made = run(needs(asks("datasets.info"), plain, recipes={"train": (0,), "notes": (1,)}))
        assert (priorities(made)["datasets.info"], priorities(made)["files.download"]) == (priority, "P1")
