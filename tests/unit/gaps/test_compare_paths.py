"""Paths in clients' sources against paths of the table: what fits, what only may fit, what does not."""

from __future__ import annotations

import pytest

from recipes_data.gaps.compare.paths import Fit, fits, index_operations, shape_of
from recipes_data.gaps.contract.table import load_operations
from recipes_data.gaps.inventory import HttpCall
from tests.unit.gaps.comparing import at

SHAPES = index_operations(load_operations().rows)


def found(method: str, path: str, *, chooses_kind: bool = False) -> dict[str, Fit]:
    return dict(fits(HttpCall(method, path, at(1)), SHAPES, chooses_kind=chooses_kind))


@pytest.mark.parametrize(
    ("path", "shape"),
    [
        ("/api/datasets/{repo_id}", ("api", "datasets", "{}")),
        ("/api/datasets/{owner}/{name}", ("api", "datasets", "{}")),
        ("https://huggingface.co/api/models?search=x#top", ("api", "models")),
        ("{endpoint}/api/models/{id}/tree/{rev}/{path}", ("api", "models", "{}", "tree", "{}")),
        ("{}{}/resolve/{}/{}", ("{}", "resolve", "{}")),
        ("{}/datasets/{}/resolve/{}/{}", ("datasets", "{}", "resolve", "{}")),
        ("/api/{type}s/{id}", ("api", "{}s", "{}")),
        ("{}/api/datasets/{}/parquet/{}.parquet", ("api", "datasets", "{}", "parquet", "{}.parquet")),
        ("", ()),
    ],
)
def test_a_shape_forgets_names_hosts_and_queries_and_nothing_else(path: str, shape: tuple[str, ...]) -> None:
    assert shape_of(path) == shape


@pytest.mark.parametrize(
    ("method", "path", "operation"),
    [
        ("GET", "/api/datasets/{}", "datasets.info"),
        ("GET", "{}/api/datasets/{}/{}/revision/{}", "datasets.info"),
        ("get", "/api/models", "models.list"),
        ("GET", "https://huggingface.co/api/datasets/{}/tree/{}?recursive={}", "datasets.files"),
        ("GET", "/datasets/{}/resolve/{}/{}", "datasets.file"),
        ("GET", "/datasets/{}/resolve/{}/{}", "files.download"),
        ("GET", "/datasets/{}/resolve/{}/{}", "datasets.readme"),
        ("GET", "/datasets/{}/resolve/main/README.md", "datasets.readme"),
        ("HEAD", "/{}/resolve/{}/{}", "files.head"),
        ("HEAD", "{}/datasets/{}/resolve/{}/{}", "files.head"),
        ("POST", "/api/repos/create", "repos.create"),
        ("GET", "/api/whoami-v2", "auth.whoami"),
        ("POST", "/api/datasets/{}/paths-info/{}", "files.paths_info"),
        ("POST", "/api/{}s/{}/paths-info/{}", "files.paths_info"),
        ("POST", "/api/{}/{}/paths-info/{}", "files.paths_info"),
        ("GET", "/api/{}s/{}", "datasets.info"),
        ("GET", "/api/{}s/{}/tree/{}", "spaces.files"),
    ],
)
def test_the_same_request_is_recognised_however_it_is_written(method: str, path: str, operation: str) -> None:
    assert found(method, path).get(operation) in ("exact", "any kind")


@pytest.mark.parametrize(
    ("method", "path", "operation"),
    [
        ("POST", "/api/datasets/{}", "datasets.info"),
        ("GET", "/api/datasets", "datasets.info"),
        ("GET", "/api/models/{}", "datasets.info"),
        ("GET", "/api/datasets/{}/tree/{}", "datasets.info"),
        ("HEAD", "/datasets/{}/resolve/{}/{}", "files.download"),
        ("GET", "/api/collections/{}", "models.info"),
        ("GET", "/{}/resolve/{}/config.json", "models.readme"),
    ],
)
def test_another_request_is_not(method: str, path: str, operation: str) -> None:
    assert operation not in found(method, path)


def test_a_kind_that_is_put_in_fits_surely_only_beside_an_argument_for_it() -> None:
    assert found("GET", "/api/{}/{}/tree/{}")["datasets.files"] == "ambiguous"
    assert found("GET", "/api/{}/{}/tree/{}", chooses_kind=True)["datasets.files"] == "any kind"
    assert found("GET", "/{}/resolve/{}/{}")["datasets.file"] == "ambiguous"
    assert found("GET", "/{}/resolve/{}/{}")["models.file"] == "exact"


def test_a_path_of_placeholders_alone_is_never_sure() -> None:
    assert set(found("GET", "/api/{}", chooses_kind=True).values()) == {"ambiguous"}


def test_a_part_of_a_file_cannot_be_told_from_a_file_by_its_path() -> None:
    assert found("GET", "/{}/resolve/{}/{}")["files.range"] == "ambiguous"


def test_what_another_server_answers_is_another_request() -> None:
    assert "datasets.viewer_info" not in found("GET", "{}/info")
    assert "datasets.viewer_info" not in found("GET", "https://elsewhere.example/info")
    assert found("GET", "https://datasets-server.huggingface.co/info?dataset={}")["datasets.viewer_info"] == "exact"
