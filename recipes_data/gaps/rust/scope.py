"""The only home of what is known while a Rust body is read, and of what was found in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from recipes_data.gaps.python_client.values import Values
from recipes_data.gaps.rust.items import Fn, Use
from recipes_data.gaps.rust.names import Names
from recipes_data.gaps.rust.values import Val
from recipes_data.gaps.rust.watched import Watched
from recipes_data.gaps.trees import Node

__all__ = ["Body", "Call", "Reading", "Request", "Scope", "parameters"]


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it stands in a body."""

    method: Values
    address: Values
    line: int
    node: Node


@dataclass(frozen=True, slots=True)
class Call:
    """A call as it stands in a body. `target`: path of the function, "" where nobody can know it from here.

    `given`: values by name of the target's argument; `how`: direct, alias, import, attribute, capture.
    """

    target: str
    how: str
    line: int
    node: Node
    count: int
    given: dict[str, Values] = field(default_factory=dict)
    macro: str = ""


@dataclass(slots=True)
class Body:
    """What was found in one body, in the order of the source.

    `passed`: arguments that are handed on as they are, by node: (called function, its argument).
    """

    requests: list[Request] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    settings: list[Values] = field(default_factory=list)
    returns: list[Val] = field(default_factory=list)
    passed: dict[int, tuple[str, str]] = field(default_factory=dict)
    macros: list[tuple[str, int]] = field(default_factory=list)


@dataclass(slots=True)
class Scope:
    """Where an expression stands. `line`: of a macro whose arguments are read; `deep`: branches and loops around.

    `nested`: expressions around.
    """

    function: Fn
    known: dict[str, Val]
    body: Body
    uses: dict[str, Use]
    line: int = 0
    deep: int = 0
    nested: int = 0


class Reading(Protocol):
    """What reads bodies, as expressions see it.

    `stores`: what is put into fields, `known_stores`: in the last round.
    """

    names: Names
    watched: Watched
    stores: dict[tuple[str, str], list[Val]]
    known_stores: dict[tuple[str, str], Val]

    def value(self, scope: Scope, node: Node | None) -> Val:
        """What an expression may be. Calls in it are written into the scope's body."""

    def returned(self, function: Fn) -> Val:
        """What a function gives, in terms of its arguments."""

    def path_of(self, scope: Scope, node: Node) -> str:
        """The whole path of a name in an expression."""


def parameters(node: Node) -> list[tuple[str, Node | None]]:
    """A function's arguments without itself: name and type."""
    found: list[tuple[str, Node | None]] = []
    listed = node.child("parameters")
    for one in listed.named_children if listed is not None else []:
        if one.type == "parameter":
            pattern = one.child("pattern")
            found.append((pattern.text.removeprefix("mut ").strip() if pattern is not None else "_", one.child("type")))
    return found
