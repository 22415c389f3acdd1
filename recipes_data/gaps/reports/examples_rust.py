"""The only home of example tests in Rust (`#[test]`)."""

from __future__ import annotations

from recipes_data.gaps.inventory import Function
from recipes_data.gaps.reports.markdown import article
from recipes_data.gaps.reports.subjects import quoted
from recipes_data.gaps.reports.writing import Draft, Task, given, identifier, verb_of

__all__ = ["draft"]


def draft(task: Task) -> Draft:
    """An integration test of the operation's happy path."""
    call = given(task)
    function = task.function
    crate = identifier(task.inventory.origin.name)
    arguments = ", ".join(quoted(value) if value is not None else 'todo!("fill in")' for _, value in call.positional)
    to_fill = list(call.unknown)
    before: list[str] = []
    if function is None:
        path = f"{crate}::{verb_of(task.operation)}"
        made = f"{path}({arguments})"
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
        made = f"subject().{name}({arguments})"
    else:
        made = f"{function.name}({arguments})"
    asynchronous = function is not None and "Future" in (function.returns or "")
    made += ".await" if asynchronous else ""
    checks = (
        f"assert!({made}.is_ok());"
        if function is None or "Result" in (function.returns or "")
        else f"let _answer = {made};"
    )
    text = "\n".join(
        [
            *before,
            "#[tokio::test]" if asynchronous else "#[test]",
            '#[ignore = "asks a Hub"]',
            f"{'async ' if asynchronous else ''}fn {identifier(task.operation.title)}() {{",
            *(f"    // {value}: named in {where}" for value, where in task.subject.sources),
            f"    {checks}",
            "}",
        ]
    )
    return Draft(f"tests/{identifier(task.operation.id)}.rs", text, tuple(to_fill))


def _is_method(function: Function) -> bool:
    owner = function.name.rpartition("::")[0].rpartition("::")[2]
    return function.kind == "method" or owner[:1].isupper()
