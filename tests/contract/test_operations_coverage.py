"""That nothing of the table escapes the calls, that its functions exist, and that a table which is wrong is noticed."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import huggingface_hub
import pytest
from huggingface_hub import HfApi

from recipes_data.gaps.contract.requests import request_of
from recipes_data.gaps.operations import Operation, Parameter
from tests.contract.operation_calls import TOKEN, Call
from tests.contract.operation_wire import CALLS, INSTALLED, ROWS, TABLE, alone, nearest, number, recorded, takes

__all__ = ["alone"]

HTTP = [row for row in TABLE.rows if row.kind == "http"]
PACKAGES = {"huggingface_hub", "datasets", "transformers", "tokenizers", "sentence_transformers"}
FUNCTIONS = sorted({name for row in TABLE.rows for name in row.python})
SINCE = {name: version for row in TABLE.rows for name, version in row.since}


@pytest.mark.parametrize("row", HTTP, ids=lambda row: row.id)
def test_a_row_says_that_it_was_seen_exactly_where_a_call_sees_it(row: Operation) -> None:
    called = any(call.operation == row.id for call in CALLS)
    assert row.evidence.startswith("seen: ") == called
    assert row.python or not called or "_xet" in row.evidence, "a row without a function says where it is known from"


@pytest.mark.parametrize("row", [row for row in HTTP if row.evidence.startswith("seen: ")], ids=lambda row: row.id)
def test_every_parameter_without_evidence_of_its_own_was_seen(row: Operation) -> None:
    given = {name for call in CALLS if call.operation == row.id for name in call.arguments}
    wanted = {each.argument for each in row.parameters if not each.evidence and each.default is None}
    wanted |= {name for each in row.parameters for name, _ in each.tags}
    assert wanted - given == set()


@pytest.mark.parametrize("row", [row for row in HTTP if row.python], ids=lambda row: row.id)
def test_every_function_of_a_request_was_called(row: Operation) -> None:
    called = {call.function.removeprefix("HfApi.") for call in CALLS if call.operation == row.id}
    named = {name.removeprefix("huggingface_hub.").removeprefix("HfApi.") for name in row.python}
    assert named - called == set()


@pytest.mark.parametrize("call", CALLS, ids=lambda call: f"{call.operation}-{call.function}-{','.join(call.arguments)}")
def test_a_call_names_a_row_and_one_of_its_functions(call: Call) -> None:
    row = ROWS[call.operation]
    function = f"huggingface_hub.{call.function}"
    assert function in row.python or function.endswith("._xet")


def found(name: str) -> bool:
    """Whether an installed package has this name."""
    package, *rest = name.split(".")
    value: object = importlib.import_module(package)
    module = package
    for part in rest:
        module = f"{module}.{part}"
        if not hasattr(value, part):
            try:
                value = importlib.import_module(module)
            except ImportError:
                return False
        else:
            value = getattr(value, part)
    return True


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_of_the_table_exists_in_the_versions_that_it_says(name: str) -> None:
    package = name.partition(".")[0]
    assert package in PACKAGES
    if importlib.util.find_spec(package) is None:
        pytest.skip(f"{package} is not installed")
    since = SINCE.get(name, "")
    if takes(since, ""):
        assert found(name)
    elif INSTALLED in [number(version) for version in TABLE.versions]:
        assert not found(name), "older versions have it too"


def test_a_function_of_the_package_is_the_method_of_the_api() -> None:
    short = [name.split(".")[1] for name in FUNCTIONS if name.count(".") == 1 and name.startswith("huggingface_hub.")]
    both = [
        name
        for name in short
        if f"huggingface_hub.HfApi.{name}" in FUNCTIONS and takes(SINCE.get(f"huggingface_hub.{name}", ""), "")
    ]
    assert len(both) > 30
    # of get_hf_file_metadata and hf_hub_download the method calls the function
    other = {
        name for name in both if getattr(getattr(huggingface_hub, name), "__func__", None) is not getattr(HfApi, name)
    }
    assert other <= {"get_hf_file_metadata", "hf_hub_download", "snapshot_download"}


def without(name: str) -> Callable[[Operation], Operation]:
    return lambda row: replace(row, parameters=tuple(each for each in row.parameters if each.name != name))


def renamed(old: str, new: str) -> Callable[[Operation], Operation]:
    def change(row: Operation) -> Operation:
        return replace(
            row, parameters=tuple(replace(each, name=new) if each.name == old else each for each in row.parameters)
        )

    return change


def with_default(name: str, place: str, default: str) -> Callable[[Operation], Operation]:
    extra = Parameter(name, place, default=default)  # type: ignore[arg-type]  # a Place
    return lambda row: replace(row, parameters=(*row.parameters, extra))


WRONG: list[tuple[str, Callable[[Operation], Operation], str]] = [
    ("repos.move", lambda row: replace(row, method="PUT"), "no request of this method"),
    ("repos.move", lambda row: replace(row, path="/api/repos/rename"), "path: "),
    ("repos.move", renamed("fromRepo", "from_repo"), "body: "),
    ("repos.move", with_default("force", "body", "yes"), "body: "),
    ("repos.move", lambda row: replace(row, body="form"), "headers: "),
    ("datasets.list", renamed("author", "Author"), "query: "),
    ("datasets.list", with_default("direction_", "query", "-1"), "query: "),
    ("files.head", with_default("if-none-match", "header", "x"), "headers: "),
    ("files.head", lambda row: replace(row, path="/{repository}/raw/{revision}/{path}"), "path: "),
    ("files.paths_info", lambda row: replace(row, body="json"), "headers: "),
    ("commits.create", renamed("lfsFile", "lfs_file"), "body: "),
]


@pytest.mark.parametrize(
    ("operation", "change", "fault"), WRONG, ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_table_that_is_wrong_is_noticed(
    operation: str, change: Callable[[Operation], Operation], fault: str, alone: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    call = next(call for call in CALLS if call.operation == operation)
    row = change(ROWS[operation])
    built = request_of(row, {**call.arguments, "token": TOKEN}, TABLE.base_url)
    faults = nearest(built, row.body, recorded(call, alone, tmp_path))
    assert any(each.startswith(fault) for each in faults), faults


def test_a_token_that_is_not_sent_is_noticed(alone: pytest.MonkeyPatch, tmp_path: Path) -> None:
    call = next(call for call in CALLS if call.operation == "auth.whoami")
    built = request_of(ROWS[call.operation], {**call.arguments, "token": "hf_another"}, TABLE.base_url)
    assert nearest(built, "", recorded(call, alone, tmp_path))[0].startswith("headers: ")
