"""The only home of example tests in Elixir (ExUnit)."""

from __future__ import annotations

from collections import Counter

from recipes_data.gaps.inventory import Inventory
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

_PLACEHOLDER = ':"fill in"'


def draft(task: Task) -> Draft:
    """A test module of the operation's happy path, and of a repository that does not exist."""
    call = given(task)
    module = _test_module(task)
    tests = [_happy(task, call)]
    if is_reading(task) and takes_repository(task) and not _raises(task):
        tests.append(_missing(task, call))
    text = "\n".join(
        [
            f"defmodule {module} do",
            "  use ExUnit.Case, async: true",
            "",
            "  # asks a Hub",
            "  @moduletag :live",
            *("\n" + one for one in tests),
            "end",
        ]
    )
    return Draft(f"test/hub/{identifier(task.operation.id)}_test.exs", text, _call(task, call, ""), call.unknown)


def _test_module(task: Task) -> str:
    root = _modules(task.inventory)[0].split(".")[0]
    return f"{root}.{''.join(part.capitalize() for part in identifier(task.operation.id).split('_'))}Test"


def _function(task: Task) -> str:
    if task.function is not None:
        return task.function.name
    return f"{_modules(task.inventory)[0]}.{verb_of(task.operation)}"


def _modules(inventory: Inventory) -> list[str]:
    """Modules of the client, that with most requests (else with most functions) first."""
    counted: Counter[str] = Counter()
    for function in inventory.functions:
        if "." in function.name and function.public:
            counted[function.name.rpartition(".")[0]] += 1 + 100 * bool(function.http)
    return [name for name, _ in sorted(counted.items(), key=lambda item: (-item[1], item[0]))] or ["Client"]


def _happy(task: Task, call: Given) -> str:
    body = [f"    # {value}: named in {where}" for value, where in _sources(task)]
    if _question(task):
        body.append(_call(task, call, "assert "))
    elif _answers_ok(task):
        body.append(_call(task, call, "assert {:ok, answer} = "))
        body.append("    assert File.exists?(answer)" if _is_path(task) else "    refute is_nil(answer)")
    else:
        body += [_call(task, call, "answer = "), "    refute is_nil(answer)", "    refute match?({:error, _}, answer)"]
    return "\n".join([f"  test {_quoted(_title(task))} do", *body, "  end"])


def _missing(task: Task, call: Given) -> str:
    made = _call(task, elsewhere_of(task, call), "refute " if _question(task) else "assert {:error, _reason} = ")
    what = "is not there" if _question(task) else "is an error"
    return "\n".join([f'  test "a repository that does not exist {what}" do', made, "  end"])


def _call(task: Task, call: Given, before: str) -> str:
    shown = [_literal(name, value) for name, value in call.positional]
    shown += [f"{identifier(name)}: {_literal(name, value)}" for name, value in call.options]
    return call_text(_function(task), shown, "    ", before)


def _literal(name: str, value: str | None) -> str:
    if value is None:
        return _PLACEHOLDER
    # Elixir's clients take kinds of repositories as atoms
    return (
        f":{value}" if name.strip("_:*") in ("repo_type", "type", "kind") and value.isidentifier() else _quoted(value)
    )


def _quoted(text: str) -> str:
    return quoted(text).replace("#{", "\\#{")


def _title(task: Task) -> str:
    return f"{task.operation.title[:1].lower()}{task.operation.title[1:]}: {task.subject.values['repo_id']}"


def _sources(task: Task) -> list[tuple[str, str]]:
    return [(value.replace("\n", " "), where.replace("\n", " ")) for value, where in task.subject.sources]


def _answers_ok(task: Task) -> bool:
    if task.function is None:
        return True
    return ":ok" in (task.function.returns or "") or (task.function.returns is None and not _raises(task))


def _is_path(task: Task) -> bool:
    returns = (task.function.returns or "") if task.function else ""
    return "Path.t" in returns or (":ok, String.t" in returns and "download" in _function(task))


def _raises(task: Task) -> bool:
    return task.function is not None and task.function.name.endswith("!")


def _question(task: Task) -> bool:
    return task.function is not None and task.function.name.endswith("?")
