"""The only home of example tests: one file for each operation that a client lacks or that nobody saw work in it."""

from __future__ import annotations

import ast
import dataclasses
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from recipes_data.errors import UsageError
from recipes_data.gaps import trees
from recipes_data.gaps.analysis import ExampleRun, OperationNeed
from recipes_data.gaps.levels import State
from recipes_data.gaps.reports import examples_elixir, examples_python, examples_rust
from recipes_data.gaps.reports.facts import Facts
from recipes_data.gaps.reports.subjects import subject_of
from recipes_data.gaps.reports.verdicts import is_left_above, is_proven
from recipes_data.gaps.reports.writing import Draft, Task, likeness, plainest

__all__ = ["Checked", "Example", "examples_of", "how_far", "parsed_as", "why_none", "why_not_run"]

Checked = Literal["run-passed", "run-failed", "parsed", "unchecked"]
"""Run, and how that ended | whole in its language, not run | not even that was tried, or true."""
_ALIKE = 0.4
_RUNNERS = {"elixir": "mix test", "rust": "cargo test"}
_WRITERS = {"elixir": examples_elixir.draft, "python": examples_python.draft, "rust": examples_rust.draft}


@dataclass(frozen=True, slots=True)
class Example:
    """One test file. `checked`: how far somebody looked, and `why` no further, or how it failed.

    `to_fill`: what its reader must put in before it can run. `values`: what it is about, by the table's names.

    `proposed`: the function does not exist yet, and its name is a proposal. `also`: other operations that the same call
    is a test of.
    """

    operation: str
    client: str
    language: str
    file: str
    text: str
    checked: Checked
    why: str
    to_fill: tuple[str, ...]
    proposed: bool
    sources: tuple[tuple[str, str], ...]
    function: str
    also: tuple[str, ...] = ()
    values: tuple[tuple[str, str], ...] = ()


def examples_of(facts: Facts, client: str) -> list[Example]:
    """Examples for one client, in the order of the needs; none for what was seen to work, or is no call of its own."""
    language = facts.inventory(client).origin.language
    write = _WRITERS.get(language)
    found: dict[str, Example] = {}
    lacking = {gap.operation for gap in facts.gaps(client)}
    runs = {run.operation: run for run in facts.analysis.example_runs if run.client == client}
    for need in facts.needed():
        state = facts.state(client, need.operation)
        if is_proven(state) or facts.operation(need.operation).kind == "behaviour" or write is None:
            continue
        if need.operation not in lacking and is_left_above(facts, state):
            continue
        task = _task(facts, client, need)
        if task is not None and (need.operation in lacking or not _on_its_way(state, task)):
            draft = write(task)
            if draft.call in found:
                first = found[draft.call]
                found[draft.call] = dataclasses.replace(first, also=(*first.also, need.operation))
            else:
                found[draft.call] = _example(client, language, task, draft, runs.get(need.operation))
    return list(found.values())


def how_far(examples: Sequence[Example]) -> str:
    """How many were run and how that ended, how many were parsed alone, and how many not even that."""
    counts = Counter(example.checked for example in examples)
    said: dict[Checked, str] = {
        "run-passed": "run and passed",
        "run-failed": "run and failed",
        "parsed": "parsed and not run",
        "unchecked": "unchecked",
    }
    return ", ".join(f"{counts[one]} {words}" for one, words in said.items() if counts[one])


def why_not_run(facts: Facts, client: str, examples: Sequence[Example]) -> str:
    """Why those that were only parsed were not run, in a sentence; nothing where there are none."""
    if not any(example.checked == "parsed" and not example.to_fill for example in examples):
        return ""
    language = facts.inventory(client).origin.language
    if language in _RUNNERS:
        return f"Those are run in the client's own project, by `{_RUNNERS[language]}`, which nothing here did."
    probed = any(state.client == client and state.probe != "not run" for state in facts.analysis.states)
    return "" if probed else f"`--probe` runs the examples of {client} against a Hub on this machine."


def why_none(facts: Facts, client: str, operation: str) -> str:
    """Why there is no example of an operation that a client lacks."""
    if facts.inventory(client).origin.language not in _WRITERS:
        return "nothing writes examples in its language"
    if facts.operation(operation).kind == "behaviour":
        return "no unit test shows it alone; the probe's scenario does"
    return "no input names a repository, or a file, to write one for"


def parsed_as(language: str, text: str) -> tuple[Checked, str]:
    """Whether a text is one of its language, as far as can be told without running it; and why it is not."""
    if language == "python":
        try:
            ast.parse(text)
        except SyntaxError as error:
            return "unchecked", f"it does not parse: {error.msg} in line {error.lineno}"
        return "parsed", ""
    try:
        tree = trees.parse("elixir" if language == "elixir" else "rust", text.encode("utf-8", "surrogateescape"))
    except UsageError:
        return "unchecked", "nothing that parses it is installed (`pip install 'recipes-data[gaps]'`)"
    faults = trees.faults(tree)
    return ("unchecked", f"line {faults[0]} does not parse") if faults else ("parsed", "")


def _on_its_way(state: State, task: Task) -> bool:
    """Whether the function makes the operation's request only among others: its test would be one of something else."""
    function = task.function
    if function is None or any(one.kind == "name-map" for one in state.evidence):
        return False
    requests = {(call.method, call.path) for call in function.http}
    return len(requests) > 1 and likeness(function, task.operation) < _ALIKE


def _task(facts: Facts, client: str, need: OperationNeed) -> Task | None:
    state = facts.state(client, need.operation)
    subject = subject_of(facts, need, state.options_missing)
    if subject is None:
        return None
    inventory = facts.inventory(client)
    functions = [facts.functions[client, name] for name in state.functions if (client, name) in facts.functions]
    return Task(
        facts.operation(need.operation),
        inventory,
        plainest(functions, facts.operation(need.operation)),
        subject,
        state.options_missing,
    )


def _example(client: str, language: str, task: Task, draft: Draft, run: ExampleRun | None) -> Example:
    checked, why = parsed_as(language, draft.text)
    if checked == "parsed" and run is not None:
        why = run.why
        if run.passed is not None:
            checked = "run-passed" if run.passed else "run-failed"
    return Example(
        task.operation.id,
        client,
        language,
        draft.file,
        draft.text,
        checked,
        why,
        draft.to_fill,
        task.function is None,
        task.subject.sources,
        task.function.name if task.function else "",
        values=tuple(task.subject.values.items()),
    )
