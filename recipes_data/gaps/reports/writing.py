"""The only home of what every writer of example tests is given and gives back: the task, the draft, argument values."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from recipes_data.gaps.inventory import Argument, Function, Inventory
from recipes_data.gaps.operations import Operation
from recipes_data.gaps.reports.subjects import Subject, wants_file

__all__ = [
    "Draft",
    "Given",
    "Task",
    "call_text",
    "elsewhere_of",
    "given",
    "identifier",
    "is_reading",
    "likeness",
    "plainest",
    "takes_repository",
    "verb_of",
]

_REPOSITORY = (
    *("repo_id", "repo", "id", "name", "repository", "model", "model_id", "dataset", "dataset_id", "space_id"),
    *("repo_id_or_path", "pretrained_model_name_or_path"),
)
_MEANS: dict[str, str] = {
    **dict.fromkeys(_REPOSITORY, "repo_id"),
    **dict.fromkeys(("filename", "file", "file_name", "path", "path_in_repo", "filepath", "rfilename"), "filename"),
    **dict.fromkeys(("revision", "rev", "ref", "branch"), "revision"),
    **dict.fromkeys(("repo_type", "type", "kind", "repo_kind", "repository_type"), "repo_type"),
    **dict.fromkeys(("config", "config_name", "subset"), "config"),
    "split": "split",
}
_WIDTH = 98
_NOWHERE = "nobody/there-is-no-such-repository"
_NOT_OURS = ("self", "cls", "opts", "options", "_opts", "kwargs", "args", "params", "client")


@dataclass(frozen=True, slots=True)
class Task:
    """What an example is to call. `function` None: the client has none yet, and the writer proposes one.

    `missing`: options that the function should take and does not: the test asks for them, and fails until it does.
    """

    operation: Operation
    inventory: Inventory
    function: Function | None
    subject: Subject
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A test file as a writer leaves it: where it would lie, its text, the call it makes, what must be filled in."""

    file: str
    text: str
    call: str
    to_fill: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Given:
    """Arguments of a call: positional ones in order, and options by name; of value None what is to be filled in."""

    positional: tuple[tuple[str, str | None], ...]
    options: tuple[tuple[str, str | None], ...]

    @property
    def unknown(self) -> tuple[str, ...]:
        """Names of arguments for which no value is known."""
        return tuple(name for name, value in (*self.positional, *self.options) if value is None)


def given(task: Task) -> Given:
    """What to call the function with; of one that is only proposed, the operation's required parameters."""
    values = task.subject.values
    if task.function is None:
        positional = [("repo_id", values.get("repo_id"))] if takes_repository(task) else []
        if wants_file(task.operation):
            positional.append(("filename", values.get("filename")))
        places = [(name, value) for name, value in values.items() if _has_place(task.operation, name, value)]
        return Given(tuple(positional), tuple(places))
    arguments = task.function.arguments
    positional = _positional(task, [one for one in arguments if _is_needed(one)])
    options: list[tuple[str, str | None]] = []
    for one in arguments:
        value = _value(one, values)
        # in Python an argument that must be named may well have to be given
        must = task.inventory.origin.language == "python" and one.option and one.default is None and "*" not in one.name
        must = must or (_meaning(one) == "filename" and wants_file(task.operation))
        if not _is_needed(one) and (must or value) and not (value and _is_model(_meaning(one), value)):
            options.append((one.name.lstrip("*:"), value))
    known = {name for name, _ in (*positional, *options)}
    wanted = {"revision": "main", "repo_type": "dataset", **values}
    options += [(name, wanted[name]) for name in task.missing if name in wanted and name not in known]
    return Given(tuple(positional), tuple(options))


def _positional(task: Task, arguments: Sequence[Argument]) -> list[tuple[str, str | None]]:
    """Values of the arguments that must be given; a second name behind the repository's is that of a file."""
    given_: list[tuple[str, str | None]] = []
    named = False
    for one in arguments:
        value = _value(one, task.subject.values)
        if _meaning(one) == "repo_id":
            if named:
                value = task.subject.values.get("filename") if wants_file(task.operation) else None
            named = True
        given_.append((one.name, value))
    return given_


def call_text(target: str, arguments: Sequence[str], indent: str, before: str = "", step: int = 2) -> str:
    """A call, its arguments on lines of their own where it would be too long for one; `before` stands before it."""
    whole = f"{indent}{before}{target}({', '.join(arguments)})"
    if len(whole) <= _WIDTH or not arguments:
        return whole
    inner = ",\n".join(f"{indent}{' ' * step}{one}" for one in arguments)
    return f"{indent}{before}{target}(\n{inner}\n{indent})"


def elsewhere_of(task: Task, call: Given) -> Given:
    """The same call for a repository that does not exist."""
    real = task.subject.values["repo_id"]
    return Given(
        tuple((name, _NOWHERE if value == real else value) for name, value in call.positional),
        tuple((name, _NOWHERE if value == real else value) for name, value in call.options),
    )


def plainest(functions: Sequence[Function], operation: Operation) -> Function | None:
    """The function to call: one that answers with an error rather than raise, and is called most like Python's."""
    return min(functions, key=lambda one: (one.name.endswith("!"), -likeness(one, operation)), default=None)


def likeness(function: Function, operation: Operation) -> float:
    """From 0 to 1: how much a function is called like one of Python's that is the operation."""
    name = re.split(r"::|\.", function.name)[-1].rstrip("?!")
    names = [one.rpartition(".")[2] for one in operation.python]
    return max((difflib.SequenceMatcher(None, name, one).ratio() for one in names), default=0.0)


def takes_repository(task: Task) -> bool:
    """Whether the operation is about one repository."""
    if task.function is not None:
        return any(_meaning(one) == "repo_id" for one in task.function.arguments)
    row = task.operation
    return row.kind == "library" or any(part in row.path for part in ("{repo_id}", "{repository}"))


def is_reading(task: Task) -> bool:
    """Whether the operation only reads."""
    return task.operation.kind == "library" or task.operation.method in ("GET", "HEAD")


def verb_of(operation: Operation) -> str:
    """A function's name for an operation that has none yet: Python's, else one made of the id."""
    if operation.python:
        return identifier(operation.python[0].rpartition(".")[2])
    return identifier(operation.id)


def identifier(text: str) -> str:
    """A name in snake case that every language takes."""
    plain = text.lower().replace("'", "")
    kept = "_".join("".join(one if one.isascii() and one.isalnum() else " " for one in plain).split())
    return kept if kept and not kept[0].isdigit() else f"the_{kept}"


def _has_place(operation: Operation, name: str, value: str) -> bool:
    """Whether an operation that has no function yet would take an option."""
    if name in ("repo_id", "filename") or _is_model(name, value):
        return False
    if operation.kind == "library":
        # a dataset's name is a dataset's
        return name != "repo_type" or "load_dataset" not in operation.id
    if name == "repo_type":
        return not any(f"/{kind}" in operation.path for kind in ("models", "datasets", "spaces"))
    return any(one.name == name for one in operation.parameters)


def _is_needed(argument: Argument) -> bool:
    return not argument.option and argument.default is None and argument.name.lstrip("*:_") not in _NOT_OURS


def _meaning(argument: Argument) -> str:
    return _MEANS.get(argument.name.lstrip("*:_").lower(), "")


def _value(argument: Argument, values: dict[str, str]) -> str | None:
    if argument.name.lstrip("*:_") in _NOT_OURS or argument.name.startswith("*"):
        return None
    return values.get(_meaning(argument))


def _is_model(name: str, value: str) -> bool:
    # models are what every client takes where nothing is said
    return name == "repo_type" and value == "model"
