"""Levels: what a client's functions, tests and probes say of an operation, each rule with what breaks it."""

from __future__ import annotations

import pytest

from recipes_data.gaps.compare.analyse import analyse
from recipes_data.gaps.compare.names import NameMap, NameRow
from recipes_data.gaps.compare.options import needed_options
from recipes_data.gaps.compare.states import Probed
from recipes_data.gaps.evidence import Evidence
from recipes_data.gaps.inventory import Argument, Function, Inventory, Stub, TestCase
from recipes_data.gaps.levels import State
from recipes_data.gaps.needs import Access
from recipes_data.gaps.operations import Operation, Parameter
from tests.unit.gaps.comparing import TABLE, at, client, function, load, needs

INFO = "GET /api/datasets/{}"
WANTED = load(revision="v1")


def state(
    inventory: Inventory,
    operation: str = "datasets.info",
    *accesses: Access,
    names: tuple[NameMap, ...] = (),
    probes: tuple[Probed, ...] = (),
) -> State:
    made = analyse(
        operations=TABLE, needs=[needs(*(accesses or (WANTED,)))], inventories=[inventory], names=names, probes=probes
    )
    return next(one for one in made.states if one.operation == operation)


def one(*requests: str, arguments: tuple[str | Argument, ...] = ("revision",), **more: object) -> Function:
    return function("Port.info", *(requests or (INFO,)), arguments=arguments, **more)


def ran(result: str, name: str = "it asks") -> TestCase:
    return TestCase(name, at(9, "test/a.exs"), "recorded", calls=("Port.info",), result=result)  # type: ignore[arg-type]


def test_a_function_that_makes_the_request_and_reads_what_is_needed_is_complete() -> None:
    found = state(client(one()))
    assert (found.level, found.functions, found.options_missing) == ("options", ("Port.info",), ())
    assert found.evidence == (
        Evidence("source", "Port.info makes GET /api/datasets/{repo_id}/revision/{revision}", at(2), "port"),
    )


def test_nothing_is_absent_and_says_which_request_was_looked_for() -> None:
    found = state(client())
    assert (found.level, found.functions) == ("absent", ())
    assert found.evidence[0].text == "no function was found that makes GET /api/datasets/{repo_id}/revision/{revision}"


def test_an_option_that_is_not_taken_holds_the_level_at_wired() -> None:
    found = state(client(one(arguments=())))
    assert (found.level, found.options_missing) == ("wired", ("revision",))


def test_an_option_that_is_taken_and_never_read_is_missing() -> None:
    found = state(client(one(arguments=(Argument("revision", option=True, read=False),))))
    assert (found.level, found.options_missing) == ("wired", ("revision",))
    assert found.evidence[-1].text == "Port.info: `revision`: takes `revision` and never reads it"


def test_an_option_that_no_access_uses_is_not_asked_for() -> None:
    assert state(client(one(arguments=())), "datasets.info", load()).level == "options"


@pytest.mark.parametrize("named", ["rev", "ref", "commit_hash"])
def test_an_option_may_have_another_usual_name(named: str) -> None:
    assert state(client(one(arguments=(named,)))).level == "options"


def test_options_that_are_passed_on_out_of_sight_are_neither_there_nor_missing() -> None:
    passing = client(one(arguments=(Argument("opts"),)))
    found = state(passing)
    assert (found.level, found.options_missing) == ("wired", ())
    made = analyse(operations=TABLE, needs=[needs(WANTED)], inventories=[passing])
    assert made.unanswered == (
        (
            "port, datasets.info: whether `revision` is read: Port.info passes its options on, "
            "and where they are read was not seen"
        ),
    )
    assert [gap for gap in made.gaps if gap.operation == "datasets.info"] == []


def test_options_that_are_passed_on_are_found_where_they_are_read() -> None:
    inner = function("Port.ask", arguments=("revision",))
    assert state(client(one(arguments=(Argument("opts"),), calls=("Port.ask",)), inner)).level == "options"


def test_an_options_list_that_was_read_whole_lacks_what_is_not_in_it() -> None:
    found = state(client(one(arguments=(Argument("opts"), "token"))))
    assert found.options_missing == ("revision",)


def test_a_stub_is_declared_whatever_its_tests_say() -> None:
    found = state(client(one(stub=Stub("returns {:error, :not_implemented}", at(3))), tests=(ran("passed"),)))
    assert (found.level, found.tests_passed) == ("declared", 1)
    assert found.evidence[1].text == "Port.info is a stub: returns {:error, :not_implemented}"


def test_a_function_that_nothing_leads_to_is_declared() -> None:
    assert state(client(one(wired=False))).level == "declared"


def test_a_reviewed_function_that_calls_nothing_is_declared() -> None:
    names = (
        NameMap("port", (), "client", "elixir", "read", (NameRow("datasets.info", "Port.facts", at(1, "names/x")),)),
    )
    assert state(client(function("Port.facts", arguments=("revision",))), names=names).level == "declared"
    calling = function("Port.facts", arguments=("revision",), calls=("Port.get",))
    assert state(client(calling), names=names).level == "options"


def test_a_name_that_looks_right_is_a_candidate_and_declared() -> None:
    found = state(client(function("Port.dataset_info", arguments=("revision",), calls=("Port.get",))))
    assert (found.level, found.functions) == ("declared", ("Port.dataset_info",))
    assert found.evidence[0].text == "candidate: Port.dataset_info is called like datasets.info; nobody has reviewed it"


@pytest.mark.parametrize(
    ("results", "level", "passed", "failed"),
    [
        (("not run",), "options", 0, 0),
        (("passed",), "tested", 1, 0),
        (("skipped", "failed"), "options", 0, 1),
        (("passed", "failed"), "tested", 1, 1),
    ],
)
def test_only_a_test_that_was_seen_to_pass_makes_it_tested(
    results: tuple[str, ...], level: str, passed: int, failed: int
) -> None:
    tests = tuple(ran(result, f"it asks {number}") for number, result in enumerate(results))
    found = state(client(one(), tests=tests))
    assert (found.level, found.tests, found.tests_passed, found.tests_failed) == (level, len(results), passed, failed)


def test_a_passing_test_does_not_make_up_for_a_missing_option() -> None:
    assert state(client(one(arguments=()), tests=(ran("passed"),))).level == "wired"


def test_a_test_of_the_twin_is_a_test_of_the_function() -> None:
    twin = TestCase("bang", at(9, "test/a.exs"), "live", reaches=("Port.info!",), result="passed")
    assert state(client(one(twins=("Port.info!",)), tests=(twin,))).level == "tested"


def test_of_many_tests_ten_are_shown_and_the_rest_counted() -> None:
    tests = tuple(ran("not run", f"it asks {number:02}") for number in range(12))
    found = state(client(one(), tests=tests))
    assert (found.tests, len(found.evidence), found.evidence[-1].text) == (12, 12, "and 2 more tests call it")


def probe(verdict: str) -> tuple[Probed, ...]:
    return (Probed("port", "datasets.info", verdict, (Evidence("probe", f"the probe {verdict}", None, "port"),)),)  # type: ignore[arg-type]


def test_a_probe_that_passed_verifies() -> None:
    found = state(client(one()), probes=probe("passed"))
    assert (found.level, found.probe, found.evidence[-1].text) == ("verified", "passed", "the probe passed")


def test_a_probe_that_passed_verifies_what_the_source_did_not_show() -> None:
    assert state(client(), probes=probe("passed")).level == "verified"


def test_a_probe_that_passed_does_not_give_a_missing_option() -> None:
    assert state(client(one(arguments=())), probes=probe("passed")).level == "wired"


def test_a_probe_that_failed_holds_the_level_down_whatever_the_tests_say() -> None:
    found = state(client(one(), tests=(ran("passed"),)), probes=probe("failed"))
    assert (found.level, found.probe) == ("wired", "failed")


def test_a_probe_that_failed_does_not_lift_what_is_absent() -> None:
    assert state(client(), probes=probe("failed")).level == "absent"


def test_what_cannot_be_verified_offline_is_said_so() -> None:
    made = analyse(
        operations=TABLE, needs=[needs(WANTED)], inventories=[client(one())], probes=probe("not verifiable offline")
    )
    found = next(one_ for one_ in made.states if one_.operation == "datasets.info")
    assert (found.level, found.probe) == ("options", "not verifiable offline")
    assert made.unanswered == ("port, datasets.info: whether it works cannot be verified offline",)


def test_a_probe_of_another_client_says_nothing() -> None:
    other = (Probed("other", "datasets.info", "passed"),)
    assert state(client(one()), probes=other).probe == "not run"


def test_of_several_functions_the_best_one_counts() -> None:
    other = function("Port.facts", INFO, line=5, stub=Stub("a constant", at(5)))
    found = state(client(other, one()))
    assert (found.level, found.functions) == ("options", ("Port.facts", "Port.info"))


def test_a_client_for_models_alone_lacks_the_kind_of_repository() -> None:
    download = "files.download"
    arguments = ("revision", "filename")
    plain = client(function("Port.get", "GET {}/{}/resolve/{}/{}", arguments=arguments))
    assert state(plain, download, load()).options_missing == ("repo_type",)
    chosen = client(function("Port.get", "GET {}/{}/resolve/{}/{}", arguments=(*arguments, "repo_type")))
    assert state(chosen, download, load()).level == "options"
    fixed = client(function("Port.get", "GET {}/datasets/{}/resolve/{}/{}", arguments=arguments))
    assert state(fixed, download, load()).level == "options"
    assert state(fixed, download, load(repo_type="model")).options_missing == ("repo_type",)


def test_a_behaviour_is_seen_in_settings_and_exceptions_as_a_candidate_only() -> None:
    found = state(client(one(), settings=("HF_HUB_OFFLINE",)), "cache.offline")
    assert (found.level, found.functions) == ("declared", ())
    assert found.evidence[0].text.startswith("candidate: the setting HF_HUB_OFFLINE")
    assert state(client(one()), "cache.offline").level == "absent"


def test_where_the_reviewed_function_falls_short_another_that_makes_the_request_may_do() -> None:
    row = NameRow("datasets.info", "Port.facts", at(1, "names/x"))
    names = (NameMap("port", (), "client", "elixir", "read", (row,)),)
    short = function("Port.facts", INFO, line=5)
    found = state(client(short, one()), names=names)
    assert (found.level, found.functions) == ("options", ("Port.facts", "Port.info"))
    assert state(client(short), names=names).functions == ("Port.facts",)
    whole = function("Port.facts", INFO, line=5, arguments=("revision",))
    assert state(client(whole, one()), names=names).functions == ("Port.facts",)


def test_a_listing_needs_no_file_name_and_a_file_does() -> None:
    rows = (
        Operation("a.file", "files", "http", "", "GET", "/api/a/{path}", (Parameter("path", "path"),)),
        Operation(
            "a.tree", "files", "http", "", "GET", "/api/t/{path}", (Parameter("path", "path"),), short_path="/api/t"
        ),
    )
    asked = [load(files=("x.json",))]
    assert [needed_options(row, asked) for row in rows] == [("filename",), ()]


def test_an_option_may_be_a_function_or_a_value_of_its_own() -> None:
    names = (NameMap("port", (), "client", "elixir", "read", (), (("revision", ("Port.with_revision",)),)),)
    bare = one(arguments=())
    assert state(client(bare), names=names).options_missing == ("revision",)
    assert state(client(bare, function("Port.with_revision")), names=names).options_missing == ()


def test_an_option_with_a_row_of_its_own_is_that_rows() -> None:
    row = Operation("libraries.load_dataset", "libraries", "library", "")
    asked = [load(streaming=True, revision="v1", config="main")]
    assert needed_options(row, asked) == ("revision", "config", "streaming")
    assert needed_options(row, asked, {"libraries.load_dataset_streaming"}) == ("revision", "config")


@pytest.mark.parametrize(
    ("name", "operation"),
    [
        ("Port.Repos.create", "repos.create"),
        ("Port.create_repo", "repos.create"),
        ("Port.list_datasets", "datasets.list"),
    ],
)
def test_a_candidate_is_called_like_it_in_two_words(name: str, operation: str) -> None:
    assert state(client(function(name)), operation).functions == (name,)


def test_one_word_says_nothing() -> None:
    assert state(client(function("Port.Files.create"), function("Port.list")), "repos.create").level == "absent"


def test_a_part_of_another_call_is_not_given_that_calls_words_for_rows() -> None:
    row = Operation("streaming.ranged_read", "streaming", "library", "Read parts")
    stream = load(config="main", split="train", streaming=True, revision="v1", operations=("libraries.load_dataset",))
    assert needed_options(row, [stream]) == ("revision", "repo_type")
    itself = load(split="train", operations=("streaming.ranged_read",))
    assert needed_options(row, [stream, itself]) == ("revision", "split", "repo_type")


@pytest.mark.parametrize("name", ["load_dataset", "load_dataset_streaming", "load_dataset_data_files"])
def test_a_call_for_datasets_has_no_kind_of_repository_to_choose(name: str) -> None:
    row = Operation(f"libraries.{name}", "libraries", "library", "Load")
    assert "repo_type" not in needed_options(row, [load(split="train", operations=(f"libraries.{name}",))])
