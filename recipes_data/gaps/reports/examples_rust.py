"""The only home of example tests in Rust (`#[test]`)."""

from __future__ import annotations

from recipes_data.gaps.inventory import Function
from recipes_data.gaps.reports.markdown import article
from recipes_data.gaps.reports.subjects import quoted
from recipes_data.gaps.reports.writing import Draft, Task, call_text, given, identifier, verb_of

__all__ = ["draft"]


def draft(task: Task) -> Draft:
    """An integration test of the operation's happy path."""
    call = given(task)
    function = task.function
    crate = identifier(task.inventory.origin.name)
    arguments = [quoted(value) if value is not None else 'todo!("fill in")' for _, value in call.positional]
    to_fill = list(call.unknown)
    before: list[str] = []
    if function is None:
        target = f"{crate}::{verb_of(task.operation)}"
    elif _is_method(function):
        owner, _, name = function.name.rpartition("::")
        kind = owner.rpartition("::")[2]
        before = [
            f"/// {kind} for {quoted(task.subject.values['repo_id'])}; how one is made is not known here.",
            f"fn subject() -> {owner} {{",
            f"    todo!({quoted(f'make {article(kind)} for ' + task.subject.values['repo_id'])})",
            "}",
            "",
        ]
        to_fill.append(f"how {article(kind)} is made")
        target = f"subject().{name}"
    else:
        target = function.name
    asynchronous = function is not None and "Future" in (function.returns or "")
    made = call_text(target, arguments, "    ", "let answer = ", 4) + (".await" if asynchronous else "") + ";"
    fails = function is None or "Result" in (function.returns or "")
    checks = "assert!(answer.is_ok());" if fails else "drop(answer);"
    text = "\n".join(
        [
            *before,
            "#[tokio::test]" if asynchronous else "#[test]",
            '#[ignore = "asks a Hub"]',
            f"{'async ' if asynchronous else ''}fn {identifier(task.operation.title)}() {{",
            *(f"    // {value}: named in {where}" for value, where in task.subject.sources),
            made,
            f"    {checks}",
            "}",
        ]
    )
    return Draft(
        f"tests/{identifier(task.operation.id)}.rs", text, target + "(" + ", ".join(arguments) + ")", tuple(to_fill)
    )


def _is_method(function: Function) -> bool:
    owner = function.name.rpartition("::")[0].rpartition("::")[2]
    return function.kind == "method" or owner[:1].isupper()
