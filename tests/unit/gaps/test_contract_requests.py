"""How an operation and its arguments become a request; nothing is sent here."""

from __future__ import annotations

import json
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recipes_data.errors import UnknownNameError, UsageError
from recipes_data.gaps.contract.built.commits import commits_create
from recipes_data.gaps.contract.built.datasets import datasets_info, datasets_list
from recipes_data.gaps.contract.built.repos import repos_settings
from recipes_data.gaps.contract.requests import build_request, describe_request, read_arguments
from recipes_data.gaps.contract.table import load_operations


def test_a_request_has_method_address_and_query() -> None:
    request = build_request("datasets.list", search="math", full=True, limit=5)
    assert (request.method, request.url_path) == ("GET", "/api/datasets")
    assert request.query == (("search", "math"), ("limit", "5"), ("full", "true"))
    assert request.url == "https://huggingface.co/api/datasets?search=math&limit=5&full=true"


def test_a_list_repeats_its_name_and_tags_go_into_the_filter() -> None:
    request = build_request("datasets.list", filter="a", language=["en", "language:de"], benchmark="official")
    values = ["a", "language:en", "language:de", "benchmark:official"]
    assert request.query == tuple(("filter", value) for value in values)


def test_the_last_parameter_of_a_path_may_be_left_out() -> None:
    assert build_request("datasets.info", repo_id="a/b").url_path == "/api/datasets/a/b"
    at = build_request("datasets.info", repo_id="a/b", revision="refs/pr/1")
    assert at.url_path == "/api/datasets/a/b/revision/refs%2Fpr%2F1"
    assert build_request("datasets.files", repo_id="a/b").url_path == "/api/datasets/a/b/tree/main"


def test_slashes_stay_in_ids_and_file_paths_alone() -> None:
    file = build_request("datasets.file", repo_id="a/b", path="data/ü 1.txt", revision="v/1")
    assert file.url_path == "/datasets/a/b/resolve/v%2F1/data/%C3%BC%201.txt"
    assert build_request("datasets.files", repo_id="a/b", path="x/y").url_path.endswith("/tree/main/x%2Fy")


@pytest.mark.parametrize("path", ["", "../secret", "a//b", "a/./b", "/a"])
def test_a_path_that_means_another_one_is_refused(path: str) -> None:
    with pytest.raises(UsageError, match="empty part, or one of dots"):
        build_request("datasets.file", repo_id="a/b", path=path)


def test_bodies_are_json_a_form_or_lines() -> None:
    moved = build_request("repos.move", from_repo="a/b", to_repo="a/c", type="dataset")
    assert json.loads(moved.body) == {"fromRepo": "a/b", "toRepo": "a/c", "type": "dataset"}
    asked = build_request("files.paths_info", repo_type="datasets", repo_id="a/b", paths=["x", "y z"])
    assert parse_qsl(asked.body.decode()) == [("paths", "x"), ("paths", "y z"), ("expand", "false")]
    commit = commits_create("datasets", "a/b", header={"summary": "s"}, deleted_file=[{"path": "x"}, {"path": "y"}])
    assert [json.loads(line)["key"] for line in commit.body.splitlines()] == ["header", "deletedFile", "deletedFile"]
    assert [dict(each.headers)["content-type"] for each in (moved, asked, commit)] == [
        "application/json",
        "application/x-www-form-urlencoded",
        "application/x-ndjson",
    ]


def test_false_is_json_s_false_where_it_is_one_of_the_values() -> None:
    assert json.loads(repos_settings("datasets", "a/b", gated=False).body) == {"gated": False}
    assert json.loads(build_request("repos.settings", repo_type="models", repo_id="a/b", gated="false").body) == {
        "gated": False
    }


def test_another_server_is_asked_where_the_row_says_so() -> None:
    request = build_request("datasets.parquet", dataset="a/b")
    assert request.url == "https://datasets-server.huggingface.co/parquet?dataset=a%2Fb"


def test_typed_builders_make_the_same_requests() -> None:
    assert datasets_info("a/b", blobs=True) == build_request("datasets.info", repo_id="a/b", blobs=True)
    assert datasets_list(sort="likes", expand=["sha"]) == build_request("datasets.list", sort="likes", expand="sha")


def test_an_unknown_operation_lists_the_known_ones() -> None:
    with pytest.raises(UnknownNameError) as caught:
        build_request("datasets.guess")
    assert "datasets.info" in caught.value.do
    with pytest.raises(UnknownNameError) as caught:
        build_request("guess")
    assert all(row.id in caught.value.do for row in load_operations().rows)


def test_every_fault_of_the_arguments_is_told() -> None:
    with pytest.raises(UsageError) as caught:
        build_request("datasets.files", recursive="maybe", limit="many", colour="red", revision=["a"], token="a b")
    for fault in ("repo_id is missing", "recursive must be", "limit must be", "'colour'", "revision must be", "token"):
        assert fault in caught.value.what
    assert "repo_id (required)" in caught.value.do


@pytest.mark.parametrize(
    ("operation", "arguments"),
    [
        ("datasets.list", {"sort": "beauty"}),
        ("datasets.list", {"expand": ["sha", "beauty"]}),
        ("datasets.list", {"filter": 3}),
        ("files.range", {"repository": "a/b", "path": "x", "range": "bytes=0-1\r\nx: y"}),
        ("commits.create", {"repo_type": "datasets", "repo_id": "a/b", "header": "{"}),
        ("commits.create", {"repo_type": "datasets", "repo_id": "a/b", "header": {}, "file": [1]}),
        ("files.paths_info", {"repo_type": "dataset", "repo_id": "a/b", "paths": "x"}),
    ],
)
def test_a_value_that_does_not_fit_is_refused(operation: str, arguments: dict[str, object]) -> None:
    with pytest.raises(UsageError, match=operation):
        build_request(operation, **arguments)


def test_what_is_no_single_request_says_what_it_is_made_of() -> None:
    with pytest.raises(UsageError) as caught:
        build_request("libraries.load_dataset")
    assert "datasets.readme" in caught.value.do


def test_a_description_never_shows_the_token() -> None:
    shown = describe_request(
        "repos.move", {"from_repo": "a/b", "to_repo": "a/c", "type": "model", "token": "hf_secret"}
    )
    assert "hf_secret" not in shown
    assert shown.splitlines() == [
        "POST https://huggingface.co/api/repos/move",
        "authorization: Bearer ***",
        "content-type: application/json",
        "",
        '{"fromRepo":"a/b","toRepo":"a/c","type":"model"}',
    ]


def test_words_of_a_command_line_are_arguments() -> None:
    assert read_arguments(["a=1", "b=x=y", "a=2", "a=3"]) == {"a": ["1", "2", "3"], "b": "x=y"}
    for word in ("a", "=a"):
        with pytest.raises(UsageError, match="is not NAME=VALUE"):
            read_arguments([word])


@given(st.text(min_size=1), st.text(min_size=1))
def test_whatever_is_asked_for_no_argument_gets_out_of_its_place(search: str, revision: str) -> None:
    request = build_request("datasets.list", search=search)
    assert request.query == (("search", search),)
    try:
        at = build_request("datasets.commits", repo_id="a/b", revision=revision)
    except UsageError:
        assert revision in (".", "..") or not revision.isprintable() or max(revision) >= "\ud800"
        return
    assert at.url_path.count("/") == "/api/datasets/a/b/commits/x".count("/")
    assert "?" not in at.url_path
    assert "#" not in at.url_path
