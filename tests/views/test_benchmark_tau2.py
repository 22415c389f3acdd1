"""tau2-bench, whose files are no rows, against its steps written out again here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from loaders import benchmarks
from recipes_data.errors import NotFetchedError, TableError, UsageError
from tests.views.worlds import settle
from tests.worlds import Project

AIRLINE = "data/tau2/domains/airline"
TASKS: list[Any] = [
    {"id": "0", "user_scenario": {"instructions": "Book."}, "evaluation_criteria": {"actions": [{"name": "book"}]}},
    {"id": 1, "user_scenario": "Just text.", "evaluation_criteria": {"actions": None}},
    {"id": "2", "evaluation_criteria": "none"},
    {"user_scenario": {}},
]
TOOL = {
    "name": "book",
    "description": "Book it.",
    "parameters": [
        {"name": "flight", "type": "string", "required": True, "description": "Which."},
        {"name": "class", "enum": ["a", "b"], "description": ""},
    ],
}
POLICY = "Be kind. " * 1000


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    project = Project.make(tmp_path)
    settle(project.root, project.store, monkeypatch)
    monkeypatch.delenv("CI", raising=False)
    return project


def write(project: Project, tasks: Any = TASKS, tools: Any = None) -> None:
    files = {
        f"{AIRLINE}/tasks.json": json.dumps(tasks),
        f"{AIRLINE}/policy.md": POLICY,
        f"{AIRLINE}/db.json": json.dumps({"flights": {"1": {}}}),
        "web/leaderboard/public/task-data/tools-data.json": json.dumps(
            {"airline": {"tools": [TOOL]}, "retail": {}} if tools is None else tools
        ),
    }
    folder = project.root.parent / "site"
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    listed = "".join(f"  - {path}\n" for path in files)
    project.write("tau2_airline", f"name: tau2_airline\ntitle: T\nurl: {folder}\nfiles:\n{listed}")


def test_tasks_rules_database_and_tools(project: Project) -> None:
    write(project)
    found = benchmarks.tau2_bench(fetch=True)
    assert found.policy == POLICY
    assert found.db == {"flights": {"1": {}}}
    assert [task["name"] for task in found.tasks[:3]] == ["tau2_bench_0", "tau2_bench_1", "tau2_bench_2"]
    assert {task["instruction"] for task in found.tasks} == {POLICY[:8000]}
    assert [task["config"] for task in found.tasks] == [
        {"id": "0", "user_scenario": {"instructions": "Book."}, "expected_actions": [{"name": "book"}]},
        {"id": 1, "user_scenario": {"task_instructions": "Just text."}, "expected_actions": []},
        {"id": "2", "user_scenario": {}, "expected_actions": []},
        {"id": None, "user_scenario": {}, "expected_actions": []},
    ]
    assert found.tools == [
        {
            "type": "function",
            "function": {
                "name": "book",
                "description": "Book it.",
                "parameters": {
                    "type": "object",
                    "properties": {
                        "flight": {"type": "string", "description": "Which."},
                        "class": {"type": "string", "enum": ["a", "b"]},
                    },
                    "required": ["flight"],
                },
            },
        }
    ]
    assert benchmarks.tau2_bench(2).tasks == found.tasks[:2]
    assert benchmarks.tau2_bench(99) == found


@pytest.mark.parametrize(
    ("tasks", "tools", "fault"),
    [
        ([], None, "tau2-bench has 0 tasks and 1 tools for the airline"),
        (TASKS, {"retail": {"tools": [TOOL]}}, "tau2-bench has 4 tasks and 0 tools for the airline"),
        ({"a": 1}, None, "tasks.json: JSON of dict, not of list"),
        ([7], None, "tasks.json, task 0: 7, not an object"),
    ],
    ids=["tasks", "tools", "object", "number"],
)
def test_nothing_to_ask_or_to_call_is_an_error(project: Project, tasks: Any, tools: Any, fault: str) -> None:
    write(project, tasks, tools)
    with pytest.raises(TableError, match=fault):
        benchmarks.tau2_bench(fetch=True)


def test_what_was_not_fetched_is_an_error(project: Project) -> None:
    write(project)
    with pytest.raises(NotFetchedError, match="'tau2_airline' was never fetched"):
        benchmarks.tau2_bench()
    with pytest.raises(UsageError, match="no samples of tau2-bench"):
        benchmarks.tau2_bench(sample=True)
    with pytest.raises(UsageError, match="0 examples"):
        benchmarks.tau2_bench(0)
