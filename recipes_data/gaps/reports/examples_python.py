"""The only home of example tests in Python (pytest)."""

from __future__ import annotations

from recipes_data.gaps.inventory import Function
from recipes_data.gaps.reports.subjects import quoted
from recipes_data.gaps.reports.writing import (
    Draft,
    Given,
    Task,
    elsewhere_of,
    given,
    identifier,
    is_reading,
    takes_repository,
    verb_of,
)

__all__ = ["draft"]


def draft(task: Task) -> Draft:
    """A test module of the operation's happy path, and of a repository that does not exist."""
    call = given(task)
    target, imports = _target(task)
    tests = [_happy(task, target, call)]
    if is_reading(task) and takes_repository(task):
        tests.append(_missing(task, target, call))
        imports = ["import pytest", *imports]
    text = "\n".join([*imports, "", "", "\n\n\n".join(tests)])
    return Draft(f"tests/test_{identifier(task.operation.id)}.py", text, call.unknown)


def _target(task: Task) -> tuple[str, list[str]]:
    """How the function is written in a call, and what that must import."""
    function = task.function
    package = identifier(task.inventory.origin.name)
    if function is None:
        return verb_of(task.operation), [f"from {package} import {verb_of(task.operation)}"]
    module, _, name = function.name.rpartition(".")
    if _is_method(function):
        package, _, owner = module.rpartition(".")
        return f"{owner}().{name}", [f"from {package} import {owner}"]
    return name, [f"from {module or package} import {name}"]


def _is_method(function: Function) -> bool:
    owner = function.name.split(".")[-2] if function.name.count(".") > 1 else ""
    return function.kind == "method" or owner[:1].isupper()


def _happy(task: Task, target: str, call: Given) -> str:
    lines = [f"def test_{identifier(task.operation.title)}() -> None:"]
    lines += [f"    # {value}: named in {where}" for value, where in task.subject.sources]
    returns = (task.function.returns or "") if task.function else ""
    made = f"{target}({_arguments(call)})"
    lines.append(
        f"    assert list({made})"
        if returns.startswith(("Iterable", "Iterator", "Generator"))
        else f"    assert {made}"
    )
    return "\n".join(lines)


def _missing(task: Task, target: str, call: Given) -> str:
    name = next(
        (one.rpartition(".")[2] for one in task.inventory.errors if "NotFound" in one and "Repo" in one), "Exception"
    )
    elsewhere = elsewhere_of(task, call)
    lines = [
        "def test_a_repository_that_does_not_exist_is_an_error() -> None:",
        "    with pytest.raises(Exception) as caught:",
        f"        {target}({_arguments(elsewhere)})",
    ]
    if name != "Exception":
        lines.append(f"    assert type(caught.value).__name__ == {quoted(name)}")
    else:
        lines.append("    assert not isinstance(caught.value, (AttributeError, TypeError))")
    return "\n".join(lines)


def _arguments(call: Given) -> str:
    shown = [quoted(value) if value is not None else "..." for _, value in call.positional]
    shown += [f"{name}={quoted(value)}" for name, value in call.options]
    return ", ".join(shown)
