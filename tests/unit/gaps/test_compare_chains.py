"""Chains from recipe to wire, through a consumer or not, and the needs that a consumer does not pass on."""

from __future__ import annotations

from recipes_data.gaps.analysis import Analysis, Chain
from recipes_data.gaps.compare.analyse import analyse
from recipes_data.gaps.compare.names import NameMap, NameRow
from recipes_data.gaps.consumers import ClientCall, Consumer, Passage
from recipes_data.gaps.evidence import Origin
from recipes_data.gaps.inventory import Inventory, Stub
from recipes_data.gaps.needs import Needs
from tests.unit.gaps.comparing import TABLE, at, client, function, load, needs

INFO = function("Port.info", "GET /api/datasets/{}", arguments=("revision",))
GET = function("Port.get", "GET {}/datasets/{}/resolve/{}/{}", line=4, arguments=("revision",))
HTTP_INFO = "GET /api/datasets/{repo_id}/revision/{revision}"
HTTP_FILE = "GET /{repository}/resolve/{revision}/{path}"


def consumer(*passages: tuple[str, tuple[str, ...]], how: str = "direct") -> Consumer:
    """A library whose public functions make these calls into the client."""
    calls: list[ClientCall] = []
    found = []
    for name, targets in passages:
        numbers = tuple(range(len(calls), len(calls) + len(targets)))
        calls += [ClientCall(name, at(5, "lib/data.ex"), target, how, 1) for target in targets]  # type: ignore[arg-type]
        found.append(Passage(name, at(3, "lib/data.ex"), (1, 2), numbers))
    return Consumer(Origin("data", "consumer", "elixir"), "port", tuple(calls), tuple(found))


def run(
    *consumers: Consumer,
    inventory: Inventory | None = None,
    names: tuple[NameMap, ...] = (),
    given: Needs | None = None,
) -> Analysis:
    return analyse(
        operations=TABLE,
        needs=[given or needs(load())],
        inventories=[inventory or client(INFO, GET)],
        consumers=consumers,
        names=names,
    )


def test_without_a_consumer_the_client_is_asked_at_once() -> None:
    assert run().chains == (
        Chain("train", "libraries.load_dataset", "", "", "port", "Port.info", HTTP_INFO),
        Chain("train", "libraries.load_dataset", "", "", "port", "Port.get", HTTP_FILE),
    )


def test_a_chain_goes_through_the_consumers_function_to_the_wire() -> None:
    made = run(consumer(("Data.load", ("Port.info", "Port.get/1")), ("Data.peek", ("Port.info",))))
    assert made.chains == (
        Chain("train", "libraries.load_dataset", "data", "Data.load", "port", "Port.info", HTTP_INFO),
        Chain("train", "libraries.load_dataset", "data", "Data.load", "port", "Port.get", HTTP_FILE),
    )
    assert [finding for finding in made.findings if finding.rule == "need-not-passed-on"] == []


def test_a_request_that_the_consumer_does_not_make_breaks_the_chain_there() -> None:
    first, second = run(consumer(("Data.peek", ("Port.info",)))).chains
    assert (first.passage, first.broken) == ("Data.peek", "")
    assert (second.passage, second.function, second.broken) == ("", "", "no function of data passes it on")


def test_a_need_that_no_consumer_passes_on_is_a_finding_where_it_is_needed() -> None:
    made = run(consumer(("Data.other", ("Port.unrelated",))))
    (finding,) = [one for one in made.findings if one.rule == "need-not-passed-on"]
    assert (finding.severity, finding.where, finding.input) == ("error", at(1, "recipe.py"), "cookbook")
    assert finding.message == "libraries.load_dataset is needed by train, and no function of data passes it on"


def test_it_is_a_warning_where_only_some_recipes_need_it() -> None:
    given = needs(load(), load(operations=("datasets.list",)), recipes={"train": (0,), "search": (1,)})
    made = run(consumer(("Data.load", ("Port.info", "Port.get"))), given=given)
    (finding,) = [one for one in made.findings if one.rule == "need-not-passed-on"]
    assert (finding.severity, finding.message) == (
        "warning",
        "datasets.list is needed by search, and no function of data passes it on",
    )


def test_a_request_round_the_client_is_said_so() -> None:
    made = run(consumer(("Data.load", ("GET https://huggingface.co/api/datasets/{}",)), how="raw-http"))
    first = made.chains[0]
    assert (first.passage, first.function) == ("Data.load", "")
    assert first.broken == "Data.load asks for it itself, round port (lib/data.ex:5)"


def test_a_client_that_lacks_it_breaks_the_chain_at_its_end() -> None:
    stub = function("Port.info", "GET /api/datasets/{}", stub=Stub("not implemented", at(2)))
    first, second = run(consumer(("Data.load", ("Port.info", "Port.get"))), inventory=client(stub, GET)).chains
    assert (first.function, first.broken) == ("Port.info", "port: datasets.info is only declared")
    assert (second.function, second.broken) == ("Port.get", "")
    assert run(inventory=client()).chains[0].broken == "port has no function for datasets.info"


def test_an_option_that_the_client_lacks_breaks_the_chain() -> None:
    bare = function("Port.get", "GET {}/datasets/{}/resolve/{}/{}")
    made = run(inventory=client(INFO, bare), given=needs(load(revision="v1")))
    assert [chain.broken for chain in made.chains] == ["", "port: files.download lacks revision"]


def reviewed(function_: str) -> tuple[NameMap, ...]:
    row = NameRow("libraries.load_dataset", function_, at(4, "names/data.yaml"))
    return (NameMap("data", (), "consumer", "elixir", "read", (row,)),)


def test_a_reviewed_function_of_the_consumer_is_the_only_way() -> None:
    made = run(
        consumer(("Data.fetch", ("Port.info", "Port.get")), ("Data.load", ("Port.get",))), names=reviewed("Data.load")
    )
    assert [(chain.passage, chain.function, chain.broken) for chain in made.chains] == [
        ("Data.load", "", "Data.load makes no call into port that is datasets.info"),
        ("Data.load", "Port.get", ""),
    ]


def test_a_reviewed_function_that_the_consumer_lacks_is_a_finding() -> None:
    made = run(consumer(("Data.load", ("Port.info", "Port.get"))), names=reviewed("Data.gone"))
    (finding,) = [one for one in made.findings if one.rule == "name-map-unknown-function"]
    assert (finding.input, finding.where) == ("data", at(4, "names/data.yaml"))


def test_a_call_of_the_clients_own_whole_brings_about_what_that_is_made_of() -> None:
    whole = function("Port.snapshot", calls=("Port.info", "Port.get"))
    row = NameRow("libraries.load_dataset", "Port.snapshot", at(4, "names/port.yaml"))
    names = (NameMap("port", (), "client", "elixir", "read", (row,)),)
    made = run(consumer(("Data.load", ("Port.snapshot",))), inventory=client(INFO, GET, whole), names=names)
    assert {(chain.passage, chain.function, chain.broken) for chain in made.chains} == {
        ("Data.load", "Port.snapshot", "")
    }


def test_a_client_without_a_consumer_of_its_own_stands_beside_one_with() -> None:
    other = client(INFO, GET, name="other", language="python")
    made = analyse(
        operations=TABLE,
        needs=[needs(load())],
        inventories=[client(INFO, GET), other],
        consumers=[consumer(("Data.load", ("Port.info", "Port.get")))],
    )
    assert {(chain.consumer, chain.client) for chain in made.chains} == {("data", "port"), ("", "other")}


def test_a_call_whose_target_is_not_known_is_listed() -> None:
    unknown = ClientCall("Data.load", at(5, "lib/data.ex"), "", "apply", text="apply(m, f, a)")
    made = run(Consumer(Origin("data", "consumer", "elixir"), "port", (unknown,), ()))
    assert made.unanswered == ("data, lib/data.ex:5: what Data.load calls could not be known: apply(m, f, a)",)


def passing(*options: str, places: int | None = 0) -> list[str]:
    """How the chain of a pinned load breaks where the consumer gives the client these options."""
    arity = None if places is None else places + len(options)
    calls = tuple(
        ClientCall("Data.load", at(5), target, "direct", arity, options) for target in ("Port.info", "Port.get")
    )
    passage = Passage("Data.load", at(3), (1, 2), (0, 1))
    made = run(
        Consumer(Origin("data", "consumer", "elixir"), "port", calls, (passage,)), given=needs(load(revision="v1"))
    )
    return [chain.broken for chain in made.chains]


def test_an_option_that_the_consumer_keeps_back_breaks_the_chain() -> None:
    assert passing("revision") == ["", ""]
    assert passing("token") == ["Data.load does not pass on `revision`"] * 2
    assert passing() == ["Data.load does not pass on `revision`"] * 2
    assert passing("...") == ["", ""]
    assert passing("token", places=None) == ["", ""]
    assert passing("token", places=1) == ["", ""]
