"""The only home of what is known while a function's body is read, and of what was found in it."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import Protocol

from recipes_data.gaps.python_client.index import FunctionSource, Index
from recipes_data.gaps.python_client.sources import Module
from recipes_data.gaps.python_client.values import Local, Value, Values

__all__ = ["Body", "Call", "Request", "Scope", "World"]


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it stands in a body."""

    method: Values
    address: Values
    line: int
    node: ast.Call
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Call:
    """A call as it stands in a body. `target` is the dotted name of a definition; "" where it could not be known.

    `given`: values by the name of the target's argument, where the target is in the sources. `whole` False: a star or
    a capture hides what is given.
    """

    target: str
    how: str
    line: int
    node: ast.AST
    given: dict[str, Values] = field(default_factory=dict)
    positional: int = 0
    named: tuple[str, ...] = ()
    whole: bool = True
    errors: tuple[str, ...] = ()


@dataclass(slots=True)
class Body:
    """What was found in one body, in the order of the source.

    `passed`: arguments that are handed on as they are: the name's node -> (called function, its argument).
    `forwards`: (called function, name that is handed on with stars, arguments that are given besides).
    `entered`: functions within the function that were read with the arguments of a call.
    """

    requests: list[Request] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    settings: list[Values] = field(default_factory=list)
    returns: list[Values] = field(default_factory=list)
    stores: dict[str, list[Values]] = field(default_factory=dict)
    passed: dict[int, list[tuple[str, str]]] = field(default_factory=dict)
    forwards: list[tuple[str, str, tuple[str, ...]]] = field(default_factory=list)
    entered: set[int] = field(default_factory=set)
    generator: bool = False


class World(Protocol):
    """All sources, and what is already known of them."""

    index: Index

    def named(self, module: Module, name: str) -> Values:
        """What a name means at the top of a module."""

    def imported(self, target: str, how: str) -> Values:
        """What an import of this dotted name gives."""

    def member(self, value: Value, attribute: str) -> Values:
        """What an attribute of a value is."""

    def method(self, of: str, name: str) -> FunctionSource | None:
        """The definition of a class's method, its own or an inherited one."""

    def returns(self, function: FunctionSource) -> Values:
        """What a function answers, in terms of its arguments."""

    def objects(self, annotation: ast.expr | None, module: Module) -> Values:
        """The objects that an annotation promises; empty where it names no class that matters here."""

    def argument(self, function: str, name: str) -> Values:
        """What callers were seen to hand over as an argument; empty where nothing is known."""

    def parents(self, owner: str) -> Values:
        """What `super()` is in a class."""

    def inside(self, scope: Scope, local: Local, given: tuple[Values, ...], words: dict[str, Values]) -> Values:
        """Read the body of a function within a function, called with these arguments; what it answers."""

    def answer(self, name: str) -> Values:
        """What a function outside of the sources answers."""

    def is_watched(self, name: str) -> bool:
        """Whether calls to this dotted name outside of the sources are to be kept."""

    def is_function(self, name: str) -> bool:
        """Whether this watched name is known to be a function."""

    def is_telling(self, attribute: str, receiver: str) -> bool:
        """Whether a method of this name, called on an unknown object, is likely one of a watched library's."""


@dataclass(slots=True)
class Scope:
    """Where an expression stands: `known` local names, `owner` the class, `errors` what is caught around it."""

    world: World
    module: Module
    owner: str | None
    known: dict[str, Values]
    body: Body
    errors: tuple[str, ...] = ()
    depth: int = 0
    locals_made: list[Local] = field(default_factory=list)
