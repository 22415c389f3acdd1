"""The only home of which functions of a client are an operation, and how that is known.

Reviewed names come first (a name map, or the table's own Python functions, which a contract test holds true), then
requests found in the source. A function whose name alone looks right is a candidate, never more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from recipes_data.gaps.compare.names import NameMap
from recipes_data.gaps.compare.options import chooses_kind
from recipes_data.gaps.compare.paths import Shapes, fits, index_operations, shape_of
from recipes_data.gaps.evidence import Evidence, Finding
from recipes_data.gaps.inventory import Function, Inventory
from recipes_data.gaps.operations import Operation, Operations

__all__ = ["How", "Joined", "join", "reachable"]

How = Literal["reviewed", "request", "candidate"]
_CALLABLE = ("function", "method", "macro", "delegate")


@dataclass(frozen=True, slots=True)
class Joined:
    """The functions of one client that are one operation, best known first.

    `others`: functions that make its request too, where the reviewed ones fall short.
    """

    operation: str
    how: How
    functions: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    others: Joined | None = None


def reachable(inventory: Inventory) -> dict[str, Function]:
    """Functions by every name under which they can be reached; a definition's own name goes before an alias."""
    found = {alias: function for function in inventory.functions for alias in function.aliases}
    return {**found, **inventory.by_name()}


def join(
    inventory: Inventory, operations: Operations, names: NameMap | None
) -> tuple[dict[str, Joined], tuple[Finding, ...]]:
    """What is known of each operation in this client (nothing: no entry), and what is wrong with the name map."""
    functions = reachable(inventory)
    inventory, set_aside = _without(inventory, names)
    requests = _requests(inventory, index_operations(operations.rows))
    guesses = _by_last_name(inventory.functions)
    found: dict[str, Joined] = {}
    findings: list[Finding] = [] if set_aside is None else [set_aside]
    for row in operations.rows:
        reviewed, wrong = _reviewed(row, inventory, functions, names)
        findings += wrong
        findings += _disagreeing(row, reviewed, requests, inventory, names)
        exact = [(function, sure) for function, sure in requests.get(row.id, ()) if sure]
        unsure = [function for function, sure in requests.get(row.id, ()) if not sure]
        if reviewed:
            others = [function for function, _ in exact if function.name not in reviewed.functions]
            found[row.id] = replace(reviewed, others=_by_request(row, inventory, others, "request") if others else None)
        elif exact:
            found[row.id] = _by_request(row, inventory, [function for function, _ in exact], "request")
        elif unsure or (guessed := _guessed(row, guesses)):
            candidates = unsure or guessed
            found[row.id] = _by_request(row, inventory, candidates, "candidate", by_name=not unsure)
        elif row.kind == "behaviour" and (signs := _signs(row, inventory)):
            found[row.id] = Joined(row.id, "candidate", (), signs)
    return found, tuple(findings)


def _without(inventory: Inventory, names: NameMap | None) -> tuple[Inventory, Finding | None]:
    """The client without what its name map sets aside, and a finding that says how much that is."""
    if names is None or not names.aside:
        return inventory, None
    kept = tuple(one for one in inventory.functions if not names.sets_aside(one.name))
    count, client = len(inventory.functions) - len(kept), inventory.origin.name
    what = (
        f"the name map sets {count:,} functions of {client} aside, as no part of the client: {', '.join(names.aside)}"
    )
    return replace(inventory, functions=kept), Finding(
        "set-aside", "note", what, replace(names.rows[0].where, line=1), client
    )


def _reviewed(
    row: Operation, inventory: Inventory, functions: Mapping[str, Function], names: NameMap | None
) -> tuple[Joined | None, list[Finding]]:
    client = inventory.origin.name
    evidence: dict[str, Evidence] = {}
    findings: list[Finding] = []
    for named in names.functions(row.id) if names else ():
        if named.function in functions:
            text = f"{named.function} is {row.id} by the reviewed name map"
            own = functions[named.function].name
            evidence.setdefault(own, Evidence("name-map", text, named.where, client))
        else:
            what = f"the name map says that {named.function} is {row.id}; {client} has no such function"
            findings.append(Finding("name-map-unknown-function", "warning", what, named.where, client))
    if inventory.origin.language == "python":
        for python in row.python:
            name = _of_this_package(python, inventory, functions)
            if name is not None and name not in evidence:
                text = f"{name} is {row.id} by the table of operations"
                evidence[name] = Evidence("source", text, functions[name].where, client)
    if not evidence:
        return None, findings
    return Joined(row.id, "reviewed", tuple(evidence), tuple(evidence.values())), findings


def _of_this_package(python: str, inventory: Inventory, functions: Mapping[str, Function]) -> str | None:
    """The table's `package.Class.method` under the inventory's name for it, which may say the module as well."""
    if python in functions:
        return functions[python].name
    package, _, rest = python.partition(".")
    if package != inventory.origin.name:
        return None
    same = {functions[name].name for name in functions if name.startswith(f"{package}.") and name.endswith(f".{rest}")}
    return same.pop() if len(same) == 1 else None


def _requests(inventory: Inventory, shapes: Shapes) -> dict[str, list[tuple[Function, bool]]]:
    """Operation -> functions that make its request, the most direct first; whether the request says so for sure."""
    found: dict[str, dict[str, tuple[Function, bool]]] = {}
    width: dict[str, int] = {}
    for function in inventory.functions:
        if not function.public or function.kind not in _CALLABLE:
            continue
        is_: dict[str, bool] = {}
        for call in function.http:
            for operation, fit in fits(call, shapes, chooses_kind=chooses_kind(function)):
                is_[operation] = is_.get(operation, False) or fit != "ambiguous"
        width[function.name] = len({(call.method, shape_of(call.path)) for call in function.http})
        for operation, sure in is_.items():
            found.setdefault(operation, {})[function.name] = (function, sure)
    answer = {}
    for operation, named in found.items():
        least = min(width[name] for name, (_, sure) in named.items() if sure or not any(s for _, s in named.values()))
        kept = [named[name] for name in sorted(named) if width[name] == least]
        answer[operation] = [pair for pair in kept if pair[1]] or kept
    return answer


def _by_request(
    row: Operation, inventory: Inventory, functions: Sequence[Function], how: How, *, by_name: bool = False
) -> Joined:
    evidence = []
    for function in functions:
        calls = [call for call in function.http if call.method.upper() == row.method]
        if by_name:
            text = f"candidate: {function.name} is called like {row.id}; nobody has reviewed it"
        elif how == "candidate":
            text = f"candidate: a request of {function.name} may be {row.method} {row.path}; its path does not say"
        else:
            text = f"{function.name} makes {row.method} {row.path}"
        where = function.where if by_name or not calls else calls[0].where
        evidence.append(Evidence("source", text, where, inventory.origin.name))
    return Joined(row.id, how, tuple(function.name for function in functions), tuple(evidence))


def _disagreeing(
    row: Operation,
    reviewed: Joined | None,
    requests: Mapping[str, Sequence[tuple[Function, bool]]],
    inventory: Inventory,
    names: NameMap | None,
) -> list[Finding]:
    """Where the map says one thing and the only requests that were found say another."""
    if reviewed is None or row.kind != "http" or names is None:
        return []
    makers = {function.name for pairs in requests.values() for function, sure in pairs if sure}
    these = {function.name for function, _ in requests.get(row.id, ())}
    wheres = {named.function: named.where for named in names.functions(row.id)}
    sure = [name for name in reviewed.functions if name in wheres and name in makers]
    return [
        Finding(
            "name-map-other-request",
            "note",
            f"the name map says that {name} is {row.id}; of {row.method} {row.path} nothing was found in its requests",
            wheres[name],
            inventory.origin.name,
        )
        for name in sure
        if name not in these and not these & set(reviewed.functions)
    ]


def _by_last_name(functions: Iterable[Function]) -> dict[str, list[Function]]:
    """Functions by their last name, and by their module's or class's last name before it (`Repo.create`)."""
    found: dict[str, dict[str, Function]] = {}
    for function in functions:
        if function.public and not function.hidden and function.kind in _CALLABLE:
            owner, last = function.name.replace("::", ".").rpartition(".")[0], _last(function.name)
            for name in (last, f"{_last(owner)}_{last}"):
                found.setdefault(name, {})[function.name] = function
    return {name: [same[one] for one in sorted(same)] for name, same in found.items()}


def _guessed(row: Operation, guesses: Mapping[str, Sequence[Function]]) -> list[Function]:
    """Functions that are called like an operation, in two words at least: `open` and `create` alone say nothing."""
    # of a library's call the first name is the call's own, the others are variants of other names
    named = row.python[:1] if row.area == "libraries" else row.python
    wanted = dict.fromkeys(_last(python) for python in named)
    verb = row.id.partition(".")[2]
    for area in (row.area, row.area.removesuffix("s")):
        wanted.update(dict.fromkeys((f"{verb}_{area}", f"{area}_{verb}")))
    return next((list(guesses[name]) for name in wanted if "_" in name and name in guesses), [])


def _signs(row: Operation, inventory: Inventory) -> tuple[Evidence, ...]:
    """Exceptions and settings that are called like a behaviour (`GatedRepoError`, `HF_HUB_OFFLINE`)."""
    words = [_stem(word) for word in row.id.partition(".")[2].split("_") if word not in ("errors", "error")]
    wanted = "".join(words)
    named = [("exception", name) for name in inventory.errors] + [("setting", name) for name in inventory.settings]
    return tuple(
        Evidence("source", f"candidate: the {kind} {name} is called like it; nobody has reviewed it", None, client)
        for client in (inventory.origin.name,)
        for kind, name in sorted(named)
        if wanted in _last(name).replace("_", "")
    )


def _stem(word: str) -> str:
    return word.removesuffix("ies") + "y" if word.endswith("ies") else word.removesuffix("s")


def _last(name: str) -> str:
    return name.replace("::", ".").rpartition(".")[2].rstrip("!?").lower()
