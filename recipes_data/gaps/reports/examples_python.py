"""The only home of example tests in Python (pytest)."""

from __future__ import annotations

from recipes_data.gaps.reports.markdown import article
from recipes_data.gaps.reports.subjects import quoted
from recipes_data.gaps.reports.writing import (
    Draft,
    Given,
    Task,
    call_text,
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
    target, imports, to_fill = _target(task)
    tests = [_happy(task, target, call)]
    if is_reading(task) and takes_repository(task):
        tests.append(_missing(task, target, call))
        imports = f"import pytest\n{imports}"
    text = "\n".join([imports, "", "", "\n\n\n".join(tests)])
    return Draft(
        f"tests/test_{identifier(task.operation.id)}.py",
        text,
        call_text(target, _arguments(call), ""),
        (*call.unknown, *to_fill),
    )


def _target(task: Task) -> tuple[str, str, tuple[str, ...]]:
    """How the function is written in a call, the import that this takes, and what of it cannot be known."""
    package = identifier(task.inventory.origin.name)
    if task.function is None:
        return verb_of(task.operation), f"from {package} import {verb_of(task.operation)}", ()
    # the shortest of its names is the one that people import
    names = [task.function.name, *task.function.aliases]
    plain = [one for one in names if not _owner(one)]
    chosen = min(plain or names, key=lambda one: (one.count("."), one))
    module, _, name = chosen.rpartition(".")
    owner = _owner(chosen)
    if not owner:
        return name, f"from {module or package} import {name}", ()
    imported = f"from {module.rpartition('.')[0] or package} import {owner}"
    # by convention these are made without arguments; of others it is not even known whether one is needed
    if owner.endswith(("Api", "Client", "FileSystem")):
        return f"{owner}().{name}", imported, ()
    return f"{owner}.{name}", imported, (f"whether `{name}` is called on {article(owner)} or on the class",)


def _owner(name: str) -> str:
    """The class that a function belongs to, by the capital of its name."""
    above = name.split(".")[:-1]
    return above[-1] if above and above[-1][:1].isupper() else ""


def _happy(task: Task, target: str, call: Given) -> str:
    lines = [f"def test_{identifier(task.operation.title)}() -> None:"]
    lines += [f"    # {value}: named in {where}" for value, where in task.subject.sources]
    returns = (task.function.returns or "") if task.function else ""
    made = call_text(target, _arguments(call), "    ", "answer = ", 4)
    several = returns.startswith(("Iterable", "Iterator", "Generator"))
    return "\n".join([*lines, made, "    assert list(answer)" if several else "    assert answer"])


def _missing(task: Task, target: str, call: Given) -> str:
    known = [one.rpartition(".")[2] for one in task.inventory.errors]
    name = next((one for one in known if one.lower() in ("repositorynotfounderror", "repositorynotfound")), "")
    made = call_text(target, _arguments(elsewhere_of(task, call)), "        ", step=4)
    if (task.function.returns or "").startswith(("Iterable", "Iterator", "Generator")) if task.function else False:
        made = call_text(target, _arguments(elsewhere_of(task, call)), "        ", "list(", 4) + ")"
    lines = [
        "def test_a_repository_that_does_not_exist_is_an_error() -> None:",
        "    with pytest.raises(Exception) as caught:",
        made,
        f"    assert type(caught.value).__name__ == {quoted(name)}"
        if name
        else "    assert not isinstance(caught.value, (AttributeError, TypeError))",
    ]
    return "\n".join(lines)


def _arguments(call: Given) -> list[str]:
    shown = [quoted(value) if value is not None else "..." for _, value in call.positional]
    return [*shown, *(f"{name}={quoted(value) if value is not None else '...'}" for name, value in call.options)]
