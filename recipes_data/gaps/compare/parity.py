"""The only home of signature parity: for each operation, parameter by parameter, what each client takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from recipes_data.gaps.analysis import Analysis
from recipes_data.gaps.compare.options import canonical
from recipes_data.gaps.inventory import Argument, Function
from recipes_data.gaps.operations import Operation

__all__ = ["Cell", "ParityRow", "Verdict", "parity"]

Verdict = Literal["read", "accepted", "never read", "documented only", "missing", "no function"]
"""Takes it and uses its value | takes it, and whether its value is used was not told | takes it and drops it | its
documentation alone names it | does not take it | has no function for the operation."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One client's side of a parameter: the verdict, and the argument as it is called there."""

    client: str
    verdict: Verdict
    argument: str = ""
    default: str | None = None


@dataclass(frozen=True, slots=True)
class ParityRow:
    """One parameter of one operation in every client, in the clients' order."""

    operation: str
    parameter: str
    cells: tuple[Cell, ...]


def parity(analysis: Analysis) -> tuple[ParityRow, ...]:
    """Rows for every operation for which at least one client has a function; parameters in order of first sight."""
    functions = {inventory.origin.name: inventory.by_name() for inventory in analysis.inventories}
    states = {(state.client, state.operation): state for state in analysis.states}
    found: list[ParityRow] = []
    for row in analysis.operations.rows:
        having: dict[str, Function | None] = {}
        for client, by_name in functions.items():
            state = states.get((client, row.id))
            named = [by_name[name] for name in state.functions if name in by_name] if state else []
            having[client] = named[0] if named else None
        if any(having.values()):
            found += _rows(row, having)
    return tuple(found)


def _rows(row: Operation, having: Mapping[str, Function | None]) -> list[ParityRow]:
    taken = {client: _by_name(function) for client, function in having.items() if function is not None}
    wanted = [canonical(parameter.name) for parameter in row.parameters]
    names = dict.fromkeys([*wanted, *(name for arguments in taken.values() for name in arguments)])
    return [
        ParityRow(row.id, name, tuple(_cell(client, taken.get(client), name) for client in having)) for name in names
    ]


def _by_name(function: Function) -> dict[str, Argument]:
    found: dict[str, Argument] = {}
    for argument in function.arguments:
        # a list of options is no parameter: its members are
        if argument.name not in ("self", "cls") and not (argument.name in ("opts", "options") and not argument.option):
            found.setdefault(canonical(argument.name), argument)
    return found


def _cell(client: str, arguments: Mapping[str, Argument] | None, name: str) -> Cell:
    if arguments is None:
        return Cell(client, "no function")
    argument = arguments.get(name)
    if argument is None:
        return Cell(client, "missing")
    return Cell(client, _verdict(argument), argument.name, argument.default)


def _verdict(argument: Argument) -> Verdict:
    if argument.read:
        return "read"
    if argument.read is None:
        return "accepted"
    return "documented only" if argument.documented and argument.option else "never read"
