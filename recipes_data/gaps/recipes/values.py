"""The only home of what an expression may be: alternatives, each under the choices that lead to it."""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from recipes_data.gaps.evidence import Where
from recipes_data.gaps.recipes.scopes import Scope

__all__ = [
    "Alternative",
    "Bound",
    "Choices",
    "ClassValue",
    "Constant",
    "Deferred",
    "Env",
    "External",
    "FunctionValue",
    "Instance",
    "Items",
    "Made",
    "Member",
    "ModuleValue",
    "Namespace",
    "Partial",
    "Table",
    "Unknown",
    "Value",
    "agree",
    "distinct",
    "gathered",
    "join",
    "merge",
    "pairs",
    "strings",
    "text_of",
    "under",
]

_T = TypeVar("_T")
_FEW = 400
_OPEN = object()
Choices = Mapping[Any, Hashable]
"""What was decided on the way: a branch, a caller, an element of a list, an object of a class."""


@dataclass(frozen=True, slots=True)
class Constant:
    """A string, number, boolean, bytes or None."""

    value: str | int | float | bool | bytes | complex | None


@dataclass(frozen=True, slots=True)
class Unknown:
    """What could not be known, as it stands in the source."""

    text: str


@dataclass(frozen=True, slots=True)
class External:
    """Something of a module outside the sources, by its qualified name."""

    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """What a call of something external gave: an `HfApi`, a dataset, a parser."""

    name: str
    call: ast.Call
    env: Env


@dataclass(frozen=True, slots=True)
class ModuleValue:
    """A module of the sources."""

    scope: Scope


@dataclass(frozen=True, slots=True)
class FunctionValue:
    """A function of the sources; `receiver` is what it was taken from, of a method."""

    scope: Scope
    env: Env
    receiver: Value | None = None


@dataclass(frozen=True, slots=True)
class ClassValue:
    """A class of the sources."""

    scope: Scope


@dataclass(frozen=True, slots=True, eq=False)
class Instance:
    """An object of a class of the sources: made by `call`, or by nobody that was seen (its defaults count)."""

    scope: Scope
    call: ast.Call | None
    env: Env


@dataclass(frozen=True, slots=True, eq=False)
class Member:
    """A member of an Enum."""

    name: str
    value: Deferred


@dataclass(frozen=True, slots=True, eq=False)
class Items:
    """A list, tuple or set. `whole` is false where more may be in it than was seen."""

    elements: tuple[Deferred, ...]
    whole: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A dict: keys and values; a key None is `**other`. `node` tells tables apart."""

    entries: tuple[tuple[Deferred, Deferred], ...]
    node: ast.AST | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Partial:
    """`functools.partial(function, ...)`: the call that made it."""

    function: Value
    call: ast.Call
    env: Env


@dataclass(frozen=True, slots=True)
class Namespace:
    """What `parse_args()` gave; options are looked for in the module of `scope`."""

    scope: Scope


Value = (
    Constant
    | Unknown
    | External
    | Made
    | ModuleValue
    | FunctionValue
    | ClassValue
    | Instance
    | Member
    | Items
    | Table
    | Partial
    | Namespace
)


@dataclass(frozen=True, slots=True, eq=False)
class Alternative:
    """One thing an expression may be. `through`: calls that lead to it, innermost first.

    `open`: a default that a user may replace (of a command's option, a field, the environment).
    """

    value: Value
    choices: Choices = field(default_factory=dict)
    through: tuple[Where, ...] = ()
    open: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Deferred:
    """An expression to be evaluated in an environment, or what is known already."""

    expr: ast.expr | None
    env: Env
    known: tuple[Alternative, ...] | None = None


Bound = Mapping[str, Deferred]


@dataclass(frozen=True, slots=True, eq=False)
class Env:
    """The parameters that are bound: for some scopes, those of one call. `depth` bounds calls within calls."""

    scope: Scope | None = None
    bound: Bound = field(default_factory=dict)
    outer: Env | None = None
    depth: int = 0

    def of(self, scope: Scope) -> Env | None:
        """The binding of this scope, where there is one."""
        env: Env | None = self
        while env is not None:
            if env.scope is scope:
                return env
            env = env.outer
        return None


def merge(one: Choices, other: Choices) -> Choices | None:
    """Both sets of choices; None where they contradict each other."""
    if not other:
        return one
    if not one:
        return other
    for key, value in other.items():
        if one.get(key, value) != value:
            return None
    return {**one, **other}


def agree(one: Choices, other: Choices) -> bool:
    """Whether two sets of choices don't contradict each other."""
    if len(other) < len(one):
        one, other = other, one
    return all(other.get(key, value) == value for key, value in one.items())


def join(one: Alternative, other: Alternative, value: Value) -> Alternative | None:
    """`value`, made of two alternatives; None where these can't be at once."""
    choices = merge(one.choices, other.choices)
    if choices is None:
        return None
    through = one.through
    if other.through and other.through is not through:
        through += tuple(where for where in other.through if where not in through)
    return Alternative(value, choices, through, one.open or other.open)


def under(alternatives: Sequence[Alternative], choices: Choices) -> Iterator[Alternative]:
    """Those that can be under these choices, too."""
    if not choices:
        yield from alternatives
        return
    for one in alternatives:
        merged = merge(one.choices, choices)
        if merged is not None:
            yield Alternative(one.value, merged, one.through, one.open)


def pairs(
    left: Sequence[_T], choices_of: Callable[[_T], Choices], right: Sequence[Alternative]
) -> Iterator[tuple[_T, Alternative]]:
    """Pairs whose choices may agree; those that differ in the commonest choice of `right` are not even looked at."""
    counts: dict[Hashable, int] = {}
    if len(left) * len(right) > _FEW:
        for some in right:
            for key in some.choices:
                counts[key] = counts.get(key, 0) + 1
    if not counts:
        yield from ((one, other) for one in left for other in right)
        return
    shared = max(counts, key=lambda key: counts[key])
    decided: dict[Hashable, list[Alternative]] = {}
    for other in right:
        decided.setdefault(other.choices.get(shared, _OPEN), []).append(other)
    for one in left:
        way = choices_of(one).get(shared, _OPEN)
        if way is _OPEN:
            yield from ((one, other) for other in right)
        else:
            yield from ((one, other) for other in decided.get(_OPEN, ()))
            yield from ((one, other) for other in decided.get(way, ()))


def distinct(alternatives: tuple[Alternative, ...], most: int) -> tuple[Alternative, ...]:
    """Without repetitions, and not more than `most`."""
    if len(alternatives) < 2:
        return alternatives
    seen: dict[tuple[object, ...], Choices] = {}
    several: dict[tuple[object, ...], set[frozenset[object]]] = {}
    result: list[Alternative] = []
    for alternative in alternatives:
        value = alternative.value
        key = (value, type(value.value)) if isinstance(value, Constant) else (value,)
        if key in seen:
            # few values come twice: only of these the choices are made into something that can be looked up
            if key not in several:
                several[key] = {frozenset(seen[key].items())}
            choices = frozenset(alternative.choices.items())
            if choices in several[key]:
                continue
            several[key].add(choices)
        else:
            seen[key] = alternative.choices
        result.append(alternative)
        if len(result) >= most:
            break
    return tuple(result)


@functools.lru_cache(maxsize=20_000)
def text_of(node: ast.AST, most: int = 80) -> str:
    """The source of an expression on one line, cut where it is long."""
    try:
        text = " ".join(ast.unparse(node).split())
    except (ValueError, RecursionError, AttributeError):  # too deep, or made here and not by a parser
        text = type(node).__name__
    return text if len(text) <= most else text[: most - 1] + "…"


def gathered(values: Sequence[Alternative], most: int) -> list[Alternative]:
    """The same, but where more than `most` are not known these are one for each text, whatever leads to it."""
    if sum(isinstance(one.value, Unknown) for one in values) <= most:
        return list(values)
    result: list[Alternative] = []
    texts: set[str] = set()
    for one in values:
        if not isinstance(one.value, Unknown):
            result.append(one)
        elif one.value.text not in texts:
            texts.add(one.value.text)
            result.append(Alternative(one.value, {}, one.through, one.open))
    return result


def strings(values: Sequence[Alternative]) -> tuple[str, ...]:
    """Those that are strings, in order, each once."""
    found = (a.value.value for a in values if isinstance(a.value, Constant) and isinstance(a.value.value, str))
    return tuple(dict.fromkeys(found))
