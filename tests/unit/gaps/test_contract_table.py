"""The reader of the table of operations: what it takes, and that it tells every fault at once, with its line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from recipes_data.errors import ManifestError
from recipes_data.gaps.contract import table
from recipes_data.gaps.contract.table import load_operations, packaged_table, placeholders, read_operations

HEAD = """\
base_url: https://hub.test
documentation: https://hub.test/docs
authentication: a token
versions: [1.5.0, 2.4.0]
path_parameters:
  repo_id: {type: path, note: ORG/NAME}
operations:
"""
ROW = """\
  datasets.info:
    title: What is known
    method: GET
    path: /api/datasets/{repo_id}
    returns: a record
    evidence: seen
"""
WANTED = [
    "models.list",
    "models.info",
    "models.files",
    "models.file",
    "models.commits",
    "models.readme",
    "models.card",
    "models.discussions",
    "datasets.list",
    "datasets.info",
    "datasets.files",
    "datasets.file",
    "datasets.commits",
    "datasets.readme",
    "datasets.refs",
    "datasets.parquet",
    "spaces.list",
    "spaces.info",
    "spaces.files",
    "spaces.file",
    "files.head",
    "files.download",
    "files.range",
    "files.paths_info",
    "files.xet_token",
    "files.lfs_redirect",
    "files.gated_errors",
    "files.not_found_errors",
    "files.retries",
    "files.rate_limits",
    "files.xet",
    "repos.create",
    "repos.delete",
    "repos.settings",
    "repos.move",
    "repos.exists",
    "repos.branch_create",
    "repos.tag_create",
    "commits.preupload",
    "commits.lfs_batch",
    "commits.create",
    "auth.whoami",
    "auth.check",
    "auth.user",
    "auth.user_repos",
    "discussions.list",
    "collections.list",
    "collections.get",
    "organizations.overview",
    "organizations.members",
    "organizations.repos",
    "cache.etag",
    "cache.offline",
    "cache.resume",
    "cache.scan",
    "streaming.ranged_read",
    "streaming.load_dataset",
    "libraries.load_dataset",
    "libraries.load_dataset_streaming",
    "libraries.load_dataset_data_files",
    "libraries.load_dataset_data_dir",
    "libraries.load_dataset_revision",
    "libraries.get_dataset_config_names",
    "libraries.get_dataset_split_names",
    "libraries.snapshot_download",
    "libraries.hf_hub_download",
    "libraries.hf_file_system",
    "libraries.from_pretrained",
    "libraries.upload",
]


def faults(text: str) -> list[str]:
    with pytest.raises(ManifestError) as caught:
        read_operations(text, "t.yaml")
    return caught.value.what.split("\n")


def test_the_packaged_table_has_every_operation_that_people_ask_of_a_client() -> None:
    rows = load_operations().by_id()
    assert [name for name in WANTED if name not in rows] == []


def test_without_a_path_the_packaged_table_is_read() -> None:
    assert packaged_table().is_file()
    assert load_operations() == load_operations(packaged_table())


def test_an_installed_package_finds_its_table_inside_itself(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(table, "__file__", str(tmp_path / "recipes_data" / "gaps" / "contract" / "table.py"))
    inside = tmp_path / "recipes_data" / "_manifests" / "operations.yaml"
    assert packaged_table() == tmp_path / "manifests" / "operations.yaml"
    inside.parent.mkdir(parents=True)
    inside.write_text(HEAD + ROW)
    assert packaged_table() == inside
    assert [row.id for row in load_operations().rows] == ["datasets.info"]


def test_a_row_is_read_whole() -> None:
    text = HEAD + ROW + "    hf_api: [dataset_info]\n    since: {dataset_info: 2.4.0}\n    query: {blobs: boolean}\n"
    row = read_operations(text, "t.yaml").rows[0]
    assert (row.id, row.area, row.kind, row.method) == ("datasets.info", "datasets", "http", "GET")
    assert [(each.name, each.place, each.type, each.required) for each in row.parameters] == [
        ("repo_id", "path", "path", True),
        ("blobs", "query", "boolean", False),
    ]
    assert row.python == ("huggingface_hub.HfApi.dataset_info", "huggingface_hub.dataset_info")
    assert dict(row.since) == dict.fromkeys(row.python, "2.4.0")
    assert row.paths == ("/api/datasets/{repo_id}",)


def test_a_parameter_s_argument_is_its_name_in_snake_case() -> None:
    text = HEAD + ROW + "    query: {cardData: boolean, 'expand[]': string}\n    headers: {if-none-match: string}\n"
    row = read_operations(text, "t.yaml").rows[0]
    assert [each.argument for each in row.parameters] == ["repo_id", "card_data", "expand", "if_none_match"]


FAULTY: list[tuple[str, str]] = [
    ("    colour: red\n", "t.yaml:14: operations.datasets.info.colour: no such key; known are"),
    ("    path: /b\n", "t.yaml:14: operations.datasets.info.path: the key 'path' stands twice (first on line 11)"),
    ("    uses: [datasets.nothing]\n", "t.yaml:14: operations.datasets.info.uses[0]: no operation is called"),
    ("    uses: [datasets.info]\n", "t.yaml:14: operations.datasets.info.uses[0]: an operation does not use itself"),
    ("    kind: library\n", "t.yaml:14: operations.datasets.info.kind: is only for rows without a method"),
    ("    paginated: 1\n", "t.yaml:14: operations.datasets.info.paginated: must be true or false"),
    ("    short_path: /api\n", ""),
    ("    short_path: /api/{x}\n", "t.yaml:14: operations.datasets.info.short_path: must have the parameters of the"),
    ("    path_parameters: {x: string}\n", "t.yaml:14: operations.datasets.info.path_parameters.x: does not stand"),
    ("    query: {x: text}\n", "t.yaml:14: operations.datasets.info.query.x: must be one of string, path,"),
    ("    query: {x: {typ: string}}\n", "t.yaml:14: operations.datasets.info.query.x.typ: no such key"),
    ("    query: {x: {values: [a], default: b}}\n", "t.yaml:14: operations.datasets.info.query.x.default: 'b' is none"),
    ("    query: {x: {values: [a, a]}}\n", "t.yaml:14: operations.datasets.info.query.x.values[1]: 'a' stands twice"),
    (
        "    query: {x: {values: [1]}}\n",
        "t.yaml:14: operations.datasets.info.query.x.values[0]: must be text: put 1 in",
    ),
    (
        "    query: {x: {since: 1.6.0}}\n",
        "t.yaml:14: operations.datasets.info.query.x.since: must be one of the versions",
    ),
    ("    query: {x: {tags: {a: b}}}\n", "t.yaml:14: operations.datasets.info.query.x.tags: are only for an array"),
    (
        "    query: {token: string}\n",
        "t.yaml:8: operations.datasets.info: two parameters would be the argument 'token'",
    ),
    ("    query: {repo-id: string}\n", "t.yaml:8: operations.datasets.info: two parameters would be the argument"),
    ("    query: {from: string}\n", "t.yaml:8: operations.datasets.info: 'from' is no argument's name"),
    ("    body: {kind: xml, fields: {}}\n", "t.yaml:14: operations.datasets.info.body.kind: must be one of json, form"),
    ("    body: {fields: {}}\n", "t.yaml:14: operations.datasets.info.body: `kind` is missing"),
    ("    python: [load]\n", "t.yaml:14: operations.datasets.info.python[0]: 'load' is not PACKAGE.NAME"),
    ("    since: {f: 1.5.0}\n", "t.yaml:14: operations.datasets.info.since.f: is none of this row's functions"),
    ("  datasets.info: {}\n", "t.yaml:14: operations.datasets.info: the key 'datasets.info' stands twice"),
    ("  Datasets.x: {}\n", "t.yaml:14: operations.Datasets.x: is not AREA.VERB"),
    (
        "  planets.list: {}\n",
        "t.yaml:14: operations.planets.list: is not AREA.VERB in lower case, with one of the areas",
    ),
    ("  datasets.x: {title: a, returns: b}\n", "t.yaml:14: operations.datasets.x: `evidence` is missing"),
    ("  datasets.x: {title: a, returns: b, evidence: c}\n", "t.yaml:14: operations.datasets.x: needs a `method` and a"),
    ("  datasets.x: {title: a, returns: b, evidence: c, kind: library, body: {}}\n", "is only for rows with a method"),
    ("  datasets.x: {title: a, returns: b, evidence: c, method: GET}\n", "t.yaml:14: operations.datasets.x: `path` is"),
    ("  datasets.x: {title: a, returns: b, evidence: c, method: GET, path: a}\n", "must begin with a slash"),
    ("  datasets.x: {title: a, returns: b, evidence: c, method: GET, path: '/{y}'}\n", "nothing says what {y} is"),
    ("  datasets.x: {title: a, returns: b, evidence: c, method: FETCH, path: /a}\n", "must be one of GET, HEAD, POST"),
    ("  datasets.x: 3\n", "t.yaml:14: operations.datasets.x: must be a mapping"),
]


@pytest.mark.parametrize(("more", "fault"), [each for each in FAULTY if each[1]], ids=lambda value: value.strip()[:40])
def test_a_fault_is_told_with_its_line(more: str, fault: str) -> None:
    assert any(fault in each for each in faults(HEAD + ROW + more)), faults(HEAD + ROW + more)


def test_all_faults_are_told_at_once_in_the_order_of_their_lines() -> None:
    text = HEAD + ROW + "    colour: red\n    uses: [a.b]\n" + "  nothing.at_all: {}\n"
    lines = [int(re.match(r"t\.yaml:(\d+):", each).group(1)) for each in faults(text)]  # type: ignore[union-attr]
    assert len(lines) > 3
    assert lines == sorted(lines)
    assert {14, 15, 16} <= set(lines)


def test_a_head_that_lacks_something_is_told() -> None:
    assert faults("operations: {}\n") == [
        f"t.yaml:1: `{name}` is missing" for name in ("base_url", "documentation", "authentication", "versions")
    ]


def test_a_table_that_is_no_yaml_is_told() -> None:
    assert faults("a: [") != []
    assert faults("- 1\n")[0] == "t.yaml:1: must be a mapping"


def test_a_table_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="cannot be read"):
        load_operations(tmp_path / "none.yaml")
    (tmp_path / "bad.yaml").write_bytes(b"\xff")
    with pytest.raises(ManifestError, match="cannot be read"):
        load_operations(tmp_path / "bad.yaml")


def test_placeholders_stand_in_the_order_of_the_path() -> None:
    assert placeholders("/{b}/x/{a}") == ("b", "a")
