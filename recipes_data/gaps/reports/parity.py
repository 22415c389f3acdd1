"""The only home of signature parity: what an operation takes in Python, or in its request, and in a client."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from recipes_data.gaps.inventory import Argument, Function
from recipes_data.gaps.operations import Operation
from recipes_data.gaps.reports.facts import Facts
from recipes_data.gaps.reports.markdown import NONE_FOUND, code, codes, plural, prose, table

__all__ = ["Parity", "parity_block", "parity_of"]

Here = Literal["yes", "under another name", "taken, never read", "no", "out of sight"]

# the same thing under the names that clients of other languages give it
_SAME: tuple[frozenset[str], ...] = (
    frozenset(
        {
            "repo_id",
            "repo",
            "id",
            "name",
            "model_id",
            "dataset_id",
            "space_id",
            "repository",
            "dataset",
            "model",
            "path",
        }
    ),
    frozenset({"revision", "rev", "ref", "branch", "commit", "sha"}),
    frozenset({"filename", "file", "file_name", "path", "path_in_repo", "filepath", "rfilename", "paths"}),
    frozenset({"repo_type", "type", "kind", "repo_kind", "repository_type"}),
    frozenset({"token", "auth_token", "access_token", "hf_token"}),
    frozenset({"expand", "expand[]"}),
    frozenset({"cache_dir", "cache"}),
)
_REST = ("opts", "options", "_opts", "kwargs", "params")
_OUR_OWN = ("self", "cls")


@dataclass(frozen=True, slots=True)
class Parity:
    """One parameter of an operation. `theirs`: the client's argument; `needed`: a recipe's access gives it."""

    operation: str
    function: str
    parameter: str
    required: bool
    here: Here
    theirs: str = ""
    documented: bool | None = None


def parity_of(facts: Facts, client: str) -> list[Parity]:
    """Every parameter of each needed operation that the client has a function for."""
    found = []
    for need in facts.needed():
        state = facts.state(client, need.operation)
        for name in state.functions[:1]:
            function = facts.functions.get((client, name))
            if function is not None:
                found += [
                    _parity(facts.operation(need.operation), function, parameter, required)
                    for parameter, required in _parameters(facts, client, facts.operation(need.operation))
                ]
    return found


def parity_block(facts: Facts, client: str) -> str:
    """The table, one row for each operation and parameter that it has not under the same name; the rest is counted."""
    rows = parity_of(facts, client)
    if not rows:
        return NONE_FOUND
    differing = [row for row in rows if row.here != "yes"]
    same = len(rows) - len(differing)
    lead = (
        f"Of {plural(len(rows), 'parameter')} in {plural(len({row.operation for row in rows}), 'operation')}, {same} "
        f"{'is' if same == 1 else 'are'} there under the same name"
    )
    lead += "; these are not:" if differing else "."
    shown = [
        (
            code(row.operation),
            code(row.function),
            code(row.parameter) + (" (required)" if row.required else ""),
            row.here if not row.theirs else f"{prose(row.here)}: {code(row.theirs)}",
        )
        for row in differing
    ]
    if not shown:
        return lead
    by_operation: dict[str, dict[str, None]] = {}
    for row in rows:
        if row.here == "yes":
            by_operation.setdefault(row.operation, {})[row.parameter] = None
    same_names = "; ".join(f"{code(operation)}: {codes(names)}" for operation, names in by_operation.items())
    blocks = [lead, table(("Operation", "Function", "Parameter", "Here"), shown)]
    if same_names:
        blocks.append(f"The same: {same_names}.")
    return "\n\n".join(blocks)


def _parameters(facts: Facts, client: str, operation: Operation) -> list[tuple[str, bool]]:
    """Parameters by name, required ones first: of the Python function where it was read, else of the request."""
    for (other, name), function in facts.functions.items():
        if other != client and name in operation.python:
            arguments = [one for one in function.arguments if one.name.lstrip("*") not in (*_OUR_OWN, *_REST)]
            return [(one.name, one.default is None and not one.option) for one in arguments]
    return [(one.argument, one.required or one.place == "path") for one in operation.parameters]


def _parity(operation: Operation, function: Function, parameter: str, required: bool) -> Parity:
    own = {argument.name.lstrip("*:_"): argument for argument in function.arguments}
    exact = own.get(parameter)
    if exact is not None:
        here: Here = "taken, never read" if exact.read is False else "yes"
        return Parity(operation.id, function.name, parameter, required, here, "", exact.documented)
    other = _other(parameter, own)
    if other is not None:
        called: Here = "under another name" if other.read is not False else "taken, never read"
        return Parity(operation.id, function.name, parameter, required, called, other.name, other.documented)
    rest = any(name in _REST for name in own) or any(one.name.startswith("**") for one in function.arguments)
    return Parity(operation.id, function.name, parameter, required, "out of sight" if rest and not required else "no")


def _other(parameter: str, own: dict[str, Argument]) -> Argument | None:
    for same in _SAME:
        if parameter in same:
            for name, argument in own.items():
                if name in same:
                    return argument
    return None
