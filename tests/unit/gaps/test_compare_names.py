"""Name maps: what they may say, each fault with its line, and what becomes of names that a client lacks."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from recipes_data.errors import ManifestError, UsageError
from recipes_data.gaps.compare.analyse import analyse
from recipes_data.gaps.compare.joining import join
from recipes_data.gaps.compare.names import load_names, map_of, read_names
from recipes_data.gaps.contract.table import load_operations
from recipes_data.gaps.evidence import Evidence, Origin, Where
from tests.unit.gaps.comparing import TABLE, client, function, load, needs

KNOWN = frozenset(row.id for row in TABLE.rows)
ROOT = Path(__file__).parents[3]
GOOD = """\
client: port
also: [port_ex]
language: elixir
reviewed: read in its source
operations:
  datasets.info: Port.facts
  files.download:
    - Port.get
    - Port.stream
options:
  revision: [rev]
"""


def faults(text: str) -> list[str]:
    read, wrong = read_names(text, "names/port.yaml", KNOWN)
    assert read is None
    return [f"{fault.line}: {fault.path}: {fault.what}" for fault in wrong]


def test_a_map_gives_each_function_its_operation_and_its_line() -> None:
    read, wrong = read_names(GOOD, "names/port.yaml", KNOWN)
    assert wrong == []
    assert read is not None
    assert [(row.operation, row.function, row.where.line) for row in read.rows] == [
        ("datasets.info", "Port.facts", 6),
        ("files.download", "Port.get", 7),
        ("files.download", "Port.stream", 7),
    ]
    assert read.options == (("revision", ("rev",)),)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("client: port\n", "", "1: client: is missing: a text"),
        ("reviewed: read in its source\n", "", "1: reviewed: is missing: a text"),
        ("language: elixir", "language: cobol", "3: language: is one of python, elixir, rust"),
        ("also:", "kind: server\nalso:", "2: kind: is `client` or `consumer`"),
        ("also:", "extra: 1\nalso:", "2: extra: no such field; there are client, also, kind, language, reviewed"),
        ("datasets.info:", "datasets.inof:", "6: operations.datasets.inof: no operation is called 'datasets.inof'"),
        ("Port.facts", "7", "6: operations.datasets.info: is a text or a list of texts"),
        ("- Port.stream", "- Port.get", "7: operations.files.download: names one thing twice"),
        (
            "datasets.info: Port.facts",
            "datasets.info: []\n  datasets.info: Port.facts",
            "7: operations.datasets.info: the key",
        ),
    ],
)
def test_every_fault_is_named_with_its_line(old: str, new: str, fault: str) -> None:
    assert any(one.startswith(fault) for one in faults(GOOD.replace(old, new, 1))), faults(GOOD.replace(old, new, 1))


def test_a_map_without_functions_is_none() -> None:
    assert faults(GOOD[: GOOD.index("operations:")]) == ["1: operations: names no function at all"]
    assert faults("- a\n") == ["1: : a name map is a mapping with `client`, `language` and `operations`"]


def test_the_packaged_maps_fit_the_packaged_table() -> None:
    names = load_names(load_operations())
    assert {"huggingface_hub", "hf_hub_ex", "recipes_data"} <= {one.client for one in names}


def test_a_file_takes_the_place_of_the_packaged_map_operation_by_operation(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(
        "client: hf-hub-ex\nalso: [fork]\nlanguage: elixir\nreviewed: read\n"
        "operations:\n  datasets.info: Fork.facts\noptions:\n  token: [secret]\n",
        encoding="utf-8",
    )
    packaged = map_of(load_names(load_operations()), Origin("hf_hub_ex", "client", "elixir"), "client")
    given = map_of(load_names(load_operations(), [file]), Origin("fork", "client", "elixir"), "client")
    assert packaged is not None
    assert given is not None
    assert [(row.function, row.where) for row in given.functions("datasets.info")] == [
        ("Fork.facts", Where("mine.yaml", 6))
    ]
    assert given.functions("files.download") == packaged.functions("files.download") != ()
    assert ("token", ("secret",)) in given.options


def test_a_map_of_another_language_or_kind_is_another_library() -> None:
    names = load_names(load_operations())
    assert map_of(names, Origin("hf_hub_ex", "client", "python"), "client") is None
    assert map_of(names, Origin("hf_hub_ex", "client", "elixir"), "consumer") is None


def test_all_faults_of_all_files_come_at_once(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text("client: x\n", encoding="utf-8")
    with pytest.raises(ManifestError) as caught:
        load_names(load_operations(), [tmp_path / "a.yaml", tmp_path / "b.yaml"])
    said = caught.value.what.splitlines()
    assert sum("a.yaml:1:" in line for line in said) == 2
    assert sum("b.yaml:1:" in line for line in said) == 2


def test_a_file_that_cannot_be_read_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        load_names(load_operations(), [tmp_path / "none.yaml"])


def test_a_name_that_the_client_lacks_is_a_finding_in_the_map() -> None:
    read, _ = read_names(GOOD, "names/port.yaml", KNOWN)
    assert read is not None
    made = analyse(
        operations=TABLE,
        needs=[needs(load())],
        inventories=[client(function("Port.facts", calls=("Port.http",)), function("Port.get", calls=("Port.http",)))],
        names=[read],
    )
    (finding,) = made.findings
    assert (finding.rule, finding.where, finding.input) == (
        "name-map-unknown-function",
        Where("names/port.yaml", 7),
        "port",
    )
    assert finding.message == "the name map says that Port.stream is files.download; port has no such function"
    info = next(state for state in made.states if state.operation == "datasets.info")
    assert info.evidence[0] == Evidence(
        "name-map", "Port.facts is datasets.info by the reviewed name map", Where("names/port.yaml", 6), "port"
    )


def test_what_a_map_sets_aside_is_no_part_of_the_client_and_is_told() -> None:
    inventory = client(
        function("port.testing.info", "GET /api/datasets/{repo_id}"),
        function("port.other"),
        language="python",
    )
    text = "client: port\nlanguage: python\nreviewed: by hand\noperations: {files.download: port.other}\n"
    plain, _ = read_names(text, "names/port.yaml", KNOWN)
    aside, _ = read_names(text + "aside: [port.testing]\n", "names/port.yaml", KNOWN)
    assert plain is not None
    assert aside is not None
    assert "datasets.info" in join(inventory, TABLE, plain)[0]
    joined, findings = join(inventory, TABLE, aside)
    assert "datasets.info" not in joined
    assert joined["files.download"].functions == ("port.other",)
    assert [(one.rule, one.message) for one in findings][:1] == [
        ("set-aside", "the name map sets 1 functions of port aside, as no part of the client: port.testing")
    ]


def test_a_map_goes_before_requests_and_names_and_is_held_against_them() -> None:
    read, _ = read_names(GOOD, "names/port.yaml", KNOWN)
    assert read is not None
    made = analyse(
        operations=TABLE,
        needs=[needs(load())],
        inventories=[
            client(
                function("Port.facts", "GET /api/datasets"),
                function("Port.dataset_info", "GET /api/datasets/{}"),
                function("Port.get", "GET /datasets/{}/resolve/{}/{}"),
                function("Port.stream", "GET /datasets/{}/resolve/{}/{}"),
            )
        ],
        names=[read],
    )
    states = {state.operation: state for state in made.states}
    assert states["datasets.info"].functions == ("Port.facts",)
    assert states["datasets.list"].functions == ("Port.facts",)
    assert states["files.download"].functions == ("Port.get", "Port.stream")
    assert [(finding.rule, finding.severity, finding.where.line) for finding in made.findings] == [
        ("name-map-other-request", "note", 6)
    ]


def test_the_tables_python_functions_are_reviewed_for_the_package_that_they_are_of() -> None:
    own = client(
        function("huggingface_hub.api.Api.dataset_info", calls=("hub.get",)), name="huggingface_hub", language="python"
    )
    made = analyse(operations=TABLE, needs=[needs(load())], inventories=[own])
    info = next(state for state in made.states if state.operation == "datasets.info")
    assert (info.level, info.evidence[0].text) == (
        "options",
        "huggingface_hub.api.Api.dataset_info is datasets.info by the table of operations",
    )
    other = client(function("other.Api.dataset_info", calls=("other.get",)), name="other", language="python")
    made = analyse(operations=TABLE, needs=[needs(load())], inventories=[other])
    assert next(state for state in made.states if state.operation == "datasets.info").level == "declared"


def test_every_function_of_our_own_layer_that_a_map_names_is_there() -> None:
    """Looked up in the sources: the map must not outlive a renamed function."""
    own = next(one for one in load_names(load_operations()) if one.client == "recipes_data")
    lost = [row.function for row in own.rows if not _is_defined(row.function)]
    assert lost == []
    assert not _is_defined("recipes_data.hub.transfer.nothing")


def _is_defined(name: str) -> bool:
    parts = name.split(".")
    for cut in range(len(parts) - 1, 0, -1):
        file = ROOT.joinpath(*parts[:cut]).with_suffix(".py")
        if file.is_file():
            body: list[ast.stmt] = ast.parse(file.read_text(encoding="utf-8")).body
            for part in parts[cut:]:
                found = [one for one in body if isinstance(one, (ast.ClassDef, ast.FunctionDef)) and one.name == part]
                if not found:
                    return False
                body = found[0].body
            return True
    return False
