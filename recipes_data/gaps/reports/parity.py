"""The only home of signature parity: what an operation takes in Python, or in its request, and in a client."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from recipes_data.gaps.compare.options import chooses_kind
from recipes_data.gaps.inventory import Argument, Function
from recipes_data.gaps.operations import Operation
from recipes_data.gaps.reports.facts import Facts
from recipes_data.gaps.reports.markdown import NONE_FOUND, code, codes, plural, prose, table, verb
from recipes_data.gaps.reports.writing import plainest

__all__ = ["Parity", "parity_block", "parity_of"]

_Here = Literal["yes", "under another name", "taken, never read", "no", "cannot be told"]

# the same thing under the names that clients of other languages give it
_SAME: tuple[frozenset[str], ...] = (
    frozenset(
        {
            "repo_id",
            "repo",
            "id",
            "repository",
            "model",
            "model_id",
            "dataset",
            "dataset_id",
            "space_id",
            "repo_id_or_path",
        }
    ),
    frozenset({"revision", "rev", "ref", "branch", "commit", "sha"}),
    frozenset({"filename", "file", "file_name", "path", "path_in_repo", "filepath", "rfilename", "paths"}),
    frozenset({"repo_type", "type", "kind", "repo_kind", "repository_type"}),
    frozenset({"token", "auth_token", "access_token", "hf_token"}),
    frozenset({"cache_dir", "cache"}),
)
_OF_ONE_KIND = ("models", "datasets", "spaces")
_REST = ("opts", "options", "_opts", "kwargs", "params")
_OUR_OWN = ("self", "cls")


@dataclass(frozen=True, slots=True)
class Parity:
    """One parameter of an operation. `beside`: whose parameter it is; `theirs`: what the client calls it."""

    operation: str
    function: str
    beside: str
    parameter: str
    required: bool
    here: _Here
    theirs: str = ""


def parity_of(facts: Facts, client: str) -> list[Parity]:
    """Every parameter of each needed operation that the client has a function for: one that is surely it."""
    found = []
    for need in facts.needed():
        row = facts.operation(need.operation)
        state = facts.state(client, need.operation)
        names = () if state.level == "declared" else state.functions
        functions = [facts.functions[client, name] for name in names if (client, name) in facts.functions]
        function = plainest(functions, row)
        if function is not None and not _is_measure(function, row):
            beside, parameters = _parameters(facts, client, row)
            found += [
                _parity(row, function, beside, parameter, required)
                for parameter, required in parameters
                # a function for one kind of repository has no kind to be told
                if parameter != "repo_type" or row.area not in _OF_ONE_KIND or chooses_kind(function)
            ]
    return found


def _is_measure(function: Function, operation: Operation) -> bool:
    """Whether it is the very function of Python that others are held against."""
    return bool({function.name, *function.aliases} & set(operation.python))


def parity_block(facts: Facts, client: str) -> str:
    """The table: one row for each parameter that is not there under its own name, whatever operations share it."""
    shared: dict[tuple[str, str], dict[str, Parity]] = {}
    for row in parity_of(facts, client):
        shared.setdefault((row.function, row.beside), {}).setdefault(row.parameter, row)
    if not shared:
        own = any(
            _is_measure(facts.functions[client, name], facts.operation(need.operation))
            for need in facts.needed()
            for name in facts.state(client, need.operation).functions
            if (client, name) in facts.functions
        )
        return "Its functions are those that others are held against." if own else NONE_FOUND
    rows = [row for parameters in shared.values() for row in parameters.values()]
    differing = [row for row in rows if row.here != "yes"]
    same = len(rows) - len(differing)
    lead = (
        f"{plural(len(rows), 'parameter')} of {plural(len(shared), 'function')} beside "
        f"{verb(len(shared), 'its', 'their')} "
        f"counterparts in Python, or beside the request where that was not read: {same} "
        f"{verb(same, 'is', 'are')} there under the same name"
    )
    lead += "; these are not." if differing else "."
    shown = table(
        ("Function", "Beside", "Parameter", "Here"),
        (
            (
                code(row.function),
                code(row.beside),
                code(row.parameter) + (" (required)" if row.required else ""),
                f"{prose(row.here)}: {code(row.theirs)}" if row.theirs else row.here,
            )
            for row in differing
        ),
    )
    kept = [
        f"{code(function)}: {codes([row.parameter for row in parameters.values() if row.here == 'yes'])}"
        for (function, _), parameters in shared.items()
        if any(row.here == "yes" for row in parameters.values())
    ]
    blocks = [lead, shown if differing else "", f"The same: {'; '.join(kept)}." if kept else ""]
    if any(row.here == "cannot be told" for row in differing):
        blocks.insert(1, "Where a function passes all its options on, whether one is read cannot be told.")
    return "\n\n".join(block for block in blocks if block)


def _parameters(facts: Facts, client: str, operation: Operation) -> tuple[str, list[tuple[str, bool]]]:
    """Parameters by name, and whether required: of the Python function where it was read, else of the request."""
    for (other, name), function in facts.functions.items():
        if other != client and (name in operation.python or set(function.aliases) & set(operation.python)):
            arguments = [one for one in function.arguments if one.name.lstrip("*") not in (*_OUR_OWN, *_REST)]
            return name, [(one.name, one.default is None and not one.option) for one in arguments]
    shown = f"{operation.method} {operation.path}" if operation.method else operation.id
    return shown, [(one.argument, one.required or one.place == "path") for one in operation.parameters]


def _parity(operation: Operation, function: Function, beside: str, parameter: str, required: bool) -> Parity:
    own = {argument.name.lstrip("*:_"): argument for argument in function.arguments}
    exact = own.get(parameter)
    if exact is not None:
        here: _Here = "taken, never read" if exact.read is False else "yes"
        return Parity(operation.id, function.name, beside, parameter, required, here)
    other = _other(parameter, own)
    if other is not None:
        called: _Here = "under another name" if other.read is not False else "taken, never read"
        return Parity(operation.id, function.name, beside, parameter, required, called, other.name)
    rest = any(name in _REST for name in own) or any(one.name.startswith("**") for one in function.arguments)
    # options that were seen one by one are all there are
    known = any(argument.option for argument in function.arguments)
    missing: _Here = "cannot be told" if rest and not known and not required else "no"
    return Parity(operation.id, function.name, beside, parameter, required, missing)


def _other(parameter: str, own: dict[str, Argument]) -> Argument | None:
    for same in _SAME:
        if parameter in same:
            for name, argument in own.items():
                if name in same:
                    return argument
    # behind a repository's id a `name` is that of a file
    if parameter == "filename" and _SAME[0] & set(own):
        return own.get("name")
    return None
