"""The only home of what a running package adds to its inventory: differences as findings, and what only a run shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from recipes_data.gaps.evidence import Finding, Where
from recipes_data.gaps.inventory import Argument, Function, Inventory
from recipes_data.gaps.python_client.introspection import Seen, Written, differences, from_outside, starred

__all__ = ["compared"]


def compared(made: Inventory, written: Mapping[str, Written], package: str, seen: Seen) -> Inventory:
    """The inventory with what the running package said: differences as findings, methods from other packages."""
    by_name = made.by_name()
    findings = list(made.findings)
    here = Where(made.functions[0].where.path if made.functions else package, 1)
    findings += [
        Finding("not-introspected", "note", f"{package} could not be asked: {fault}", here, made.origin.name)
        for fault in seen.faults
    ]
    if seen.failed:
        return replace(made, findings=tuple(findings))
    more = []
    for name, sentence in differences(package, seen, written):
        owner = by_name.get(name) or by_name.get(name.rpartition(".")[0])
        where = owner.where if owner is not None else here
        findings.append(Finding("introspection-differs", "warning", sentence, where, made.origin.name))
        if name not in by_name and name not in written:
            # it is there, whoever made it: nobody's call of it is wrong
            more.append(Function(name, where, (0, None), "function" if owner is None else "method"))
    more += [
        _inherited(by_name[owner], method, origin, arguments)
        for owner, method, origin, arguments in from_outside(package, seen)
        if owner in by_name and f"{owner}.{method}" not in by_name
    ]
    functions = tuple(sorted((*made.functions, *more), key=lambda one: one.name))
    return replace(made, functions=functions, findings=tuple(findings))


def _inherited(owner: Function, method: str, origin: str, given: tuple[tuple[str, str, bool], ...]) -> Function:
    arguments = tuple(Argument(starred(name, kind), kind == "keyword-only") for name, kind, _ in given)
    needed = sum(required for _, kind, required in given if not kind.startswith("variadic"))
    more = any(kind.startswith("variadic") for _, kind, _ in given)
    return Function(
        f"{owner.name}.{method}",
        owner.where,
        (needed, None if more else len(given)),
        "method",
        arguments,
        delegates_to=origin,
        aliases=tuple(f"{alias}.{method}" for alias in owner.aliases),
    )
