"""The only home of a need followed to the wire: recipe, consumer's function, client's function, request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from recipes_data.gaps.analysis import Chain
from recipes_data.gaps.compare.joining import Joined
from recipes_data.gaps.compare.names import NameMap
from recipes_data.gaps.compare.needed import Parts, RecipeNeeds, closure, parts_of
from recipes_data.gaps.compare.options import called, chooses_kind
from recipes_data.gaps.compare.paths import Shapes, fits
from recipes_data.gaps.compare.states import is_gap
from recipes_data.gaps.consumers import ClientCall, Consumer, Passage
from recipes_data.gaps.evidence import Where
from recipes_data.gaps.inventory import Function, HttpCall, Inventory
from recipes_data.gaps.levels import State
from recipes_data.gaps.operations import Operation, Operations

__all__ = ["Link", "Served", "chains_of", "operations_served"]

Served = Mapping[str, AbstractSet[str]]
"""Client's function -> the operations that a call of it brings about."""


@dataclass(frozen=True, slots=True)
class Link:
    """One way from recipes to the wire: a client, and the consumer before it, where there is one.

    `wanted`: for each operation the options that some access uses.
    """

    client: str
    states: Mapping[str, State]
    served: Served
    functions: Mapping[str, Function]
    wanted: Mapping[str, Sequence[str]]
    consumer: Consumer | None = None
    names: NameMap | None = None


def operations_served(
    inventory: Inventory, joined: Mapping[str, Joined], parts: Parts, shapes: Shapes
) -> dict[str, set[str]]:
    """What calling each function brings about: what it is, what that is made of, and its requests."""
    found: dict[str, set[str]] = {}
    for operation, one in joined.items():
        for name in one.functions if one.how != "candidate" else ():
            found.setdefault(name, set()).update(closure([operation], parts))
    for function in inventory.functions:
        kind = chooses_kind(function)
        for call in function.http:
            made = {operation for operation, fit in fits(call, shapes, chooses_kind=kind) if fit != "ambiguous"}
            if made:
                found.setdefault(function.name, set()).update(made)
        for alias in function.aliases if function.name in found else ():
            found.setdefault(alias, found[function.name])
    return found


def chains_of(
    recipes: Sequence[RecipeNeeds], operations: Operations, links: Sequence[Link], shapes: Shapes
) -> tuple[Chain, ...]:
    """Every need of every recipe, down every link, request by request."""
    rows, parts = operations.by_id(), parts_of(operations, general=False)
    found: list[Chain] = []
    for link in links:
        ways: dict[str, list[tuple[str, str, str, str]]] = {}
        for recipe in recipes:
            for asked in recipe.asked:
                if asked not in ways:
                    leaves = [one for one in closure([asked], parts) if rows[one].kind == "http"]
                    ways[asked] = _ways(asked, leaves or [asked], rows, link, shapes)
                consumer = link.consumer.origin.name if link.consumer else ""
                found += [
                    Chain(recipe.recipe, asked, consumer, passage, link.client, function, http, broken)
                    for passage, function, http, broken in ways[asked]
                ]
    return tuple(
        sorted(found, key=lambda c: (c.recipe, c.operation, c.consumer, c.client, c.http, c.passage, c.function))
    )


def _ways(
    asked: str, leaves: Sequence[str], rows: Mapping[str, Operation], link: Link, shapes: Shapes
) -> list[tuple[str, str, str, str]]:
    """(passage, client's function, request, why broken) for each of `leaves`, the requests that `asked` is made of."""
    if link.consumer is None:
        return [("", *_client_end(asked, leaf, rows, link)) for leaf in leaves]
    passed = {leaf: _passages(asked, leaf, link, shapes) for leaf in leaves}
    # the function that brings most of the need about comes first, so that one need has one way where it can
    weight: dict[str, int] = {}
    for found in passed.values():
        for passage, _ in found:
            weight[passage.function] = weight.get(passage.function, 0) + 1
    answer = []
    for leaf in leaves:
        ranked = sorted(passed[leaf], key=lambda pair: (-weight[pair[0].function], pair[0].function, pair[0].arity))
        answer.append(_consumer_end(asked, leaf, ranked, rows, link))
    return answer


def _client_end(asked: str, leaf: str, rows: Mapping[str, Operation], link: Link) -> tuple[str, str, str]:
    """The client's function for a request: the one for the whole call where there is one, else the request's own."""
    http = _http(rows[leaf])
    whole, own = link.states.get(asked), link.states.get(leaf)
    if whole is not None and not is_gap(whole):
        return (whole.functions or ("",))[0], http, ""
    if own is None:
        return "", http, f"{link.client} was not read"
    function = own.functions[0] if own.functions else ""
    return function, http, _lack(own) if is_gap(own) else ""


def _lack(state: State) -> str:
    if state.level == "absent":
        return f"{state.client} has no function for {state.operation}"
    if state.probe == "failed":
        return f"{state.client}: the probe of {state.operation} failed"
    if state.options_missing:
        return f"{state.client}: {state.operation} lacks {', '.join(state.options_missing)}"
    return f"{state.client}: {state.operation} is only declared"


def _passages(asked: str, leaf: str, link: Link, shapes: Shapes) -> list[tuple[Passage, ClientCall | None]]:
    """The consumer's functions for a need: those that a map names, else those whose calls bring it about."""
    consumer = link.consumer
    if consumer is None:
        return []
    reviewed = {row.function for one in (asked, leaf) for row in (link.names.functions(one) if link.names else ())}
    found: list[tuple[Passage, ClientCall | None]] = []
    for passage in consumer.passages:
        calls = [consumer.calls[number] for number in passage.calls]
        serving = next((call for call in calls if _serves(call, leaf, link, shapes)), None)
        named = passage.function in reviewed
        if named or (serving is not None and not reviewed):
            found.append((passage, serving))
    return found


def _serves(call: ClientCall, leaf: str, link: Link, shapes: Shapes) -> bool:
    if call.how == "raw-http":
        method, _, url = call.target.partition(" ")
        return any(one == leaf for one, _ in fits(HttpCall(method, url, Where("", 1)), shapes, chooses_kind=False))
    return leaf in link.served.get(_bare(call.target), ())


def _consumer_end(
    asked: str,
    leaf: str,
    ranked: Sequence[tuple[Passage, ClientCall | None]],
    rows: Mapping[str, Operation],
    link: Link,
) -> tuple[str, str, str, str]:
    http = _http(rows[leaf])
    name = link.consumer.origin.name if link.consumer else ""
    if not ranked:
        return "", "", http, f"no function of {name} passes it on"
    passage, call = next(((p, c) for p, c in ranked if c is not None), ranked[0])
    if call is None:
        return passage.function, "", http, f"{passage.function} makes no call into {link.client} that is {leaf}"
    if call.how == "raw-http":
        return passage.function, "", http, f"{passage.function} asks for it itself, round {link.client} ({call.where})"
    function = _bare(call.target)
    state, whole = link.states.get(leaf), link.states.get(asked)
    if whole is not None and function in whole.functions and not is_gap(whole):
        state = None
    kept = _kept_back(call, link.functions.get(function), link.wanted.get(leaf, ()))
    broken = f"{passage.function} does not pass on {', '.join(f'`{one}`' for one in kept)}" if kept else ""
    return passage.function, function, http, _lack(state) if state is not None and is_gap(state) else broken


def _kept_back(call: ClientCall, function: Function | None, wanted: Sequence[str]) -> list[str]:
    """Options that are needed, that the client's function takes by name, and that the call does not give.

    A call that passes options on as a whole (its arity is not known, or an option is no name) may give any: nothing
    is said of it. In Python an option may also be given by its place.
    """
    if function is None or call.arity is None or any(not one.strip("_").isidentifier() for one in call.options):
        return []
    by_place = max(call.arity - len(call.options), 0)
    by_name = {argument.name for argument in function.arguments[by_place:] if argument.option}
    return [
        option
        for option in wanted
        if (words := by_name.intersection(called(option, None))) and not words.intersection(call.options)
    ]


def _bare(target: str) -> str:
    name, slash, arity = target.rpartition("/")
    return name if slash and arity.isdigit() else target


def _http(row: Operation) -> str:
    return f"{row.method} {row.path}" if row.kind == "http" else ""
