"""The installed Hub client, read and asked: both must tell the same."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from recipes_data.gaps.inventory import Inventory
from recipes_data.gaps.python_client import introspection
from recipes_data.gaps.python_client.introspection import Seen, Written, answered, ask, differences
from recipes_data.gaps.python_client.inventory import python_inventory


@pytest.fixture(scope="module")
def hub() -> Inventory:
    return python_inventory("huggingface_hub")


def test_introspection_and_sources_agree_on_the_hub_client(hub: Inventory) -> None:
    pytest.importorskip("click", reason="huggingface_hub 1.5 imports click, and does not ask for it")
    differ = [one.message for one in hub.findings if one.rule == "introspection-differs"]
    # this class is defined twice, once for when gradio is installed: there the running package is right to differ
    assert [one for one in differ if "WebhooksServer" not in one] == []
    assert [one.message for one in hub.findings if one.rule == "not-introspected"] == []
    compared = [name for name in hub.by_name() if name.startswith("huggingface_hub.HfApi.")]
    assert len(compared) > 100


def test_the_hub_clients_functions_ask_what_its_documentation_says(hub: Inventory) -> None:
    def asked(name: str) -> set[str]:
        return {f"{one.method} {one.path}" for one in hub.by_name()[f"huggingface_hub.{name}"].http}

    assert {"GET /api/models"} <= asked("HfApi.list_models")
    assert {"GET /api/datasets/{}", "GET /api/datasets/{}/revision/{}"} <= asked("HfApi.dataset_info")
    assert {"POST /api/repos/create"} <= asked("HfApi.create_repo")
    assert {"GET /api/whoami-v2"} <= asked("HfApi.whoami")
    assert {"POST /api/{}s/{}/paths-info/{}"} <= asked("HfApi.get_paths_info")
    assert any(one.startswith("GET /{}/resolve/") for one in asked("hf_hub_download"))


def test_a_function_of_the_namespace_is_the_method_behind_it(hub: Inventory) -> None:
    found = hub.by_name()["huggingface_hub.dataset_info"]
    assert (found.kind, found.delegates_to) == ("delegate", "huggingface_hub.HfApi.dataset_info")
    assert found.arguments == hub.by_name()["huggingface_hub.HfApi.dataset_info"].arguments
    assert found.http == hub.by_name()["huggingface_hub.HfApi.dataset_info"].http


def test_methods_that_come_from_another_package_are_listed_with_their_home(hub: Inventory) -> None:
    found = hub.by_name()["huggingface_hub.HfFileSystem.cat_file"]
    assert found.delegates_to is not None
    assert found.delegates_to.startswith("fsspec.")


def test_an_installed_package_has_no_commit_of_the_work_tree_it_lies_in(hub: Inventory) -> None:
    assert hub.origin.commit is None
    assert hub.origin.version
    assert hub.by_name()["huggingface_hub.HfApi.list_models"].where.path == "huggingface_hub/hf_api.py"


def test_a_difference_between_run_and_source_is_told() -> None:
    class_told = {"home": "kit.core", "kind": "class", "arguments": [["a", "positional or keyword", True]]}
    seen = Seen(
        {
            "Api": {
                **class_told,
                "methods": {
                    "late": {"home": "kit.core", "kind": "method", "arguments": []},
                    "run": {"home": "kit.core", "kind": "method", "arguments": [["b", "keyword-only", True]]},
                    "far": {"home": "elsewhere", "kind": "method", "arguments": []},
                },
            },
            "borrowed": {"home": "elsewhere", "kind": "function", "arguments": []},
        },
        (),
    )
    written = {
        "kit.Api": Written(frozenset({"a"}), 0),
        "kit.Api.run": Written(frozenset({"b", "c"}), 1),
        "kit.Api.gone": Written(frozenset(), 0),
        "kit.lost": Written(frozenset(), 0),
    }
    assert [sentence for _, sentence in differences("kit", seen, written)] == [
        "kit.Api: needs 1 arguments when it runs, 0 in the sources",
        "kit.Api.late exists when the package runs, and was not found in its sources",
        "kit.Api.run: takes c in the sources only",
        "kit.Api.gone stands in the sources, and does not exist when the package runs",
        "kit.lost stands in the sources, and does not exist when the package runs",
    ]


@pytest.mark.parametrize(
    ("program", "fault"),
    [
        ("raise SystemExit(3)", "ended with code 3"),
        ("print('no json')", "without an answer"),
        ("import time; time.sleep(30)", "no answer within"),
    ],
)
def test_a_package_that_cannot_be_asked_is_a_fault_and_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str, fault: str
) -> None:
    monkeypatch.setattr(introspection, "_SECONDS", 1.0)
    monkeypatch.setattr(introspection, "_PROGRAM", tmp_path / "program.py")
    (tmp_path / "program.py").write_text(program, encoding="utf-8")
    seen = answered(ask("kit"))
    assert seen.failed
    assert fault in seen.faults[0]


def test_the_child_sees_no_folder_of_ours_and_prints_of_the_package_do_no_harm(tmp_path: Path) -> None:
    assert "json" not in sys.builtin_module_names
    seen = answered(ask("this"))  # prints a poem when it is imported
    assert not seen.failed
    assert "recipes_data" not in str(seen.names)
