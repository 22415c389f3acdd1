"""The only home of the benchmark of customers: tau2-bench, its tasks, rules, database and tools.

Source: eval/benchmarks/_tau2_bench.py of the Tinker Cookbook, as it was in August 2026; the files are those of
`sierra-research/tau2-bench` on GitHub, `data/tau2/domains/airline` and the table of tools of its leaderboard.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple, Unpack

from loaders.benchmarks.limiting import example_id
from loaders.folders import folder
from loaders.locating import bringing, places_for
from loaders.shapes import AgentTask
from loaders.shapes.agent_task import SHAPE
from loaders.shapes.shape import fitting
from loaders.viewing import Where, named
from recipes_data.address import parse_address
from recipes_data.errors import TableError, UsageError

__all__ = ["Tau2", "tau2_bench"]

_DOMAIN = "airline"
_FOLDER = f"data/tau2/domains/{_DOMAIN}"
_TOOLS = "web/leaderboard/public/task-data/tools-data.json"
_PROMPT = 8000  # characters of the rules that an agent is told


class Tau2(NamedTuple):
    """The airline's tasks in file order, its rules, its database, and what an agent can call.

    `tools` are in the form of OpenAI's function calling.
    """

    tasks: list[AgentTask]
    policy: str
    db: dict[str, Any]
    tools: list[dict[str, Any]]


def tau2_bench(max_examples: int | None = None, **where: Unpack[Where]) -> Tau2:
    """tau2-bench's airline, the first `max_examples` of its tasks.

    `instruction` is what an agent is told, the first 8,000 characters of the rules, the same in every task; `config`
    has `id`, `user_scenario` (what the simulated customer is told) and `expected_actions`; `name` is what the cookbook
    calls the example.

    Kept as the benchmark has it: rules are cut after 8,000 characters, and of what a task is judged by only the
    actions are.

    Raises:
        TableError: a file is not of that form, or has no tasks or no tools for the airline, where the benchmark would
            go on with none.
        UsageError: `max_examples` is not above 0, or samples are asked for; or as `loaders.viewing.named`.
        NotFetchedError: as `folder`.
    """
    if max_examples is not None and max_examples < 1:
        raise UsageError(f"{max_examples} examples", "max_examples is above 0, or None for all")
    place = _place(where)
    policy = (place / _FOLDER / "policy.md").read_text("utf-8")
    tasks, db = _json(place / _FOLDER / "tasks.json", list), _json(place / _FOLDER / "db.json", dict)
    tools = _json(place / _TOOLS, dict).get(_DOMAIN, {}).get("tools", [])
    if not tasks or not tools:
        raise TableError(f"tau2-bench has {len(tasks)} tasks and {len(tools)} tools for the {_DOMAIN}")
    made = [_task(task, number, policy[:_PROMPT]) for number, task in enumerate(tasks[:max_examples])]
    return Tau2(made, policy, db, [_called(tool) for tool in tools])


def _place(where: Where) -> Path:
    name, options = named("tau2_airline", where)
    if options.pop("sample", False):
        raise UsageError("there are no samples of tau2-bench", "leave out sample=True")
    fetch, token = options.pop("fetch", False), options.pop("token", None)
    if fetch:
        given = {key: options.get(key) for key in ("manifests", "project", "store")}
        bringing(parse_address(name), places_for(sample=False, fetch=True, **given), token)(None)
    return folder(name, **options)


def _json(path: Path, kind: type) -> Any:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (ValueError, RecursionError) as exc:
        raise TableError(f"{path.name}: not JSON: {exc}") from exc
    if not isinstance(found, kind):
        raise TableError(f"{path.name}: JSON of {type(found).__name__}, not of {kind.__name__}")
    return found


def _task(task: Any, number: int, policy: str) -> AgentTask:
    if not isinstance(task, dict):
        raise TableError(f"tasks.json, task {number}: {task!r:.60}, not an object")
    scenario, judged = task.get("user_scenario", {}), task.get("evaluation_criteria", {})
    if isinstance(scenario, str):
        scenario = {"task_instructions": scenario}
    actions = (judged.get("actions") or []) if isinstance(judged, dict) else []
    record = {
        "name": example_id("tau2_bench", str(task), task.get("id")),
        "instruction": policy,
        "files": {},
        "config": {"id": task.get("id"), "user_scenario": scenario, "expected_actions": actions},
    }
    made = fitting(SHAPE, record)
    return {"name": made["name"], "instruction": policy, "files": {}, "config": made["config"]}


def _called(tool: Mapping[str, Any]) -> dict[str, Any]:
    """A tool of tau2-bench, whose parameters are a list, as a function whose parameters are an object."""
    properties: dict[str, Any] = {}
    for parameter in tool.get("parameters", []):
        described = {"type": parameter.get("type", "string")}
        described |= {key: parameter[key] for key in ("description", "enum") if parameter.get(key)}
        properties[parameter["name"]] = described
    required = [parameter["name"] for parameter in tool.get("parameters", []) if parameter.get("required", False)]
    parameters = {"type": "object", "properties": properties, "required": required}
    function = {"name": tool["name"], "description": tool.get("description", ""), "parameters": parameters}
    return {"type": "function", "function": function}
