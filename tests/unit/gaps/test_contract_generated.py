"""What is generated from the table of operations is what is committed, and is what it says it is."""

from __future__ import annotations

import importlib
import json
import re
import shutil
import sys
from pathlib import Path
from subprocess import run
from typing import Any

import pytest
from openapi_spec_validator import validate

from recipes_data.errors import UsageError
from recipes_data.gaps.contract.__main__ import generated, write_generated
from recipes_data.gaps.contract.openapi import openapi_document
from recipes_data.gaps.contract.table import load_operations, read_operations

ROOT = Path(__file__).resolve().parents[3]
TABLE = load_operations()
FILES = generated(TABLE)
HTTP = [row for row in TABLE.rows if row.kind == "http"]
METHODS = {"get", "head", "post", "put", "delete", "patch"}


@pytest.mark.parametrize("name", FILES)
def test_a_generated_file_is_the_committed_one(name: str) -> None:
    assert (ROOT / name).read_text(encoding="utf-8") == FILES[name], "run `python -m recipes_data.gaps.contract`"


def test_no_other_file_lies_among_the_generated_builders() -> None:
    folder = ROOT / "recipes_data" / "gaps" / "contract" / "built"
    assert sorted(path.relative_to(ROOT).as_posix() for path in folder.glob("*.py")) == sorted(
        name for name in FILES if "/built/" in name
    )


def test_one_command_makes_all_of_them_and_a_second_run_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "manifests").mkdir()
    shutil.copy(ROOT / "manifests" / "operations.yaml", tmp_path / "manifests")
    stale = tmp_path / "recipes_data" / "gaps" / "contract" / "built" / "planets.py"
    stale.parent.mkdir(parents=True)
    stale.write_text("")
    changed = {path.relative_to(tmp_path).as_posix() for path in write_generated(tmp_path)}
    assert changed == {*FILES, stale.relative_to(tmp_path).as_posix()}
    assert write_generated(tmp_path) == []
    assert not stale.exists()


def test_outside_a_checkout_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no table to generate from"):
        write_generated(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_change_of_the_table_changes_what_is_generated() -> None:
    text = (ROOT / "manifests" / "operations.yaml").read_text(encoding="utf-8")
    changed = generated(read_operations(text.replace("path: /api/whoami-v2", "path: /api/whoami-v3"), "t.yaml"))
    assert {name for name in FILES if changed[name] != FILES[name]} == {
        "recipes_data/gaps/contract/built/auth.py",
        "docs/hub_api.md",
        "docs/hub_openapi.json",
    }


def test_every_request_has_a_typed_builder() -> None:
    for row in HTTP:
        module = importlib.import_module(f"recipes_data.gaps.contract.built.{row.area}")
        assert callable(getattr(module, row.id.replace(".", "_")))


def test_the_generated_builders_are_formatted() -> None:
    ruff = Path(sys.executable).with_name("ruff")
    if not ruff.is_file():
        pytest.skip("ruff is not installed beside this Python")
    folder = "recipes_data/gaps/contract/built"
    done = run([ruff, "format", "--check", "--no-cache", folder], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(path, method, each) for path, item in document["paths"].items() for method, each in item.items()]


def test_the_openapi_document_is_valid() -> None:
    validate(json.loads(FILES["docs/hub_openapi.json"]))


def test_the_openapi_document_has_every_request_and_each_operation_once() -> None:
    listed = operations(openapi_document(TABLE))
    assert {name for _, _, each in listed for name in each["x-operations"]} == {row.id for row in HTTP}
    ids = [each["operationId"] for _, _, each in listed]
    assert len(ids) == len(set(ids))
    assert {method for _, method, _ in listed} <= METHODS


def test_no_two_paths_of_the_openapi_document_differ_in_names_alone() -> None:
    shapes = [re.sub(r"\{[^}]*\}", "{}", path) for path in openapi_document(TABLE)["paths"]]
    assert len(shapes) == len(set(shapes))


def test_every_placeholder_of_the_openapi_document_is_a_parameter_and_the_reverse() -> None:
    for path, _, each in operations(openapi_document(TABLE)):
        named = {parameter["name"] for parameter in each["parameters"] if parameter["in"] == "path"}
        assert named == set(re.findall(r"\{([^}]*)\}", path)), path


def test_the_page_has_a_section_for_every_operation_and_no_dead_link() -> None:
    page = FILES["docs/hub_api.md"]
    headings = set(re.findall(r"^### (\S+)$", page, re.MULTILINE))
    assert headings == {row.id for row in TABLE.rows}
    anchors = {name.replace(".", "") for name in headings}
    assert set(re.findall(r"\]\(#([^)]*)\)", page)) == anchors


def test_the_page_says_where_everything_is_known_from() -> None:
    page = FILES["docs/hub_api.md"]
    assert page.count("\n- Evidence: ") == len(TABLE.rows)
    assert page.count("no function of its own") == sum(not row.python and row.kind != "behaviour" for row in TABLE.rows)
