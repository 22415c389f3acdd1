"""The only home of what the parts of the evaluation ask of the whole, and of the values they hand each other."""

from __future__ import annotations

import ast
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from recipes_data.gaps.evidence import Where
from recipes_data.gaps.recipes.scopes import Gathered, Scope
from recipes_data.gaps.recipes.sources import Sources
from recipes_data.gaps.recipes.values import Alternative, Choices, Deferred, Env, FunctionValue, Value

__all__ = ["ROOT", "Alternatives", "Arguments", "Caller", "Run", "where"]

Alternatives = tuple[Alternative, ...]
ROOT = Env()
"""The environment in which no parameter is bound: what a parameter is, its callers tell."""


@dataclass(frozen=True, slots=True, eq=False)
class Arguments:
    """The arguments of a call. `unknown`: sources of `*a` and `**b` that could not be taken apart."""

    positional: tuple[Deferred, ...] = ()
    keywords: Mapping[str, Deferred] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    choices: Choices = field(default_factory=dict)
    through: tuple[Where, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Caller:
    """A call of a function of the sources, and what its parameters are there.

    `choices`: what is decided with it, beyond the caller itself (which object's method it is).
    """

    call: ast.Call
    where: Where
    bound: Mapping[str, Deferred]
    choices: Choices = field(default_factory=dict)
    through: tuple[Where, ...] = ()


class Run(Protocol):
    """The evaluation as its parts see it."""

    found: Gathered
    sources: Sources
    families: dict[Scope, tuple[Scope, ...]]
    fields: dict[Scope, dict[str, ast.AnnAssign]]
    assigning: set[tuple[Scope, ast.Call | None, str]]

    def value(self, expr: ast.expr, env: Env) -> Alternatives:
        """What an expression may be."""
        ...

    def callee(self, call: ast.Call) -> Alternatives:
        """What a call calls."""
        ...

    def light(self, expr: ast.expr) -> Alternatives:
        """What an expression is, without asking who calls the function it is in."""
        ...

    def get(self, deferred: Deferred) -> Alternatives:
        """What a deferred expression may be."""
        ...

    def iterate(self, values: Sequence[Alternative], key: Hashable, text: str) -> Alternatives:
        """The elements of what is looped over; `key` is the choice of which."""
        ...

    def name(self, scope: Scope, name: str) -> Alternatives:
        """What a name of a module, class or function is after that has run; () where it is not bound there."""
        ...

    def attribute(self, value: Value, name: str, text: str) -> Alternatives:
        """An attribute of a value."""
        ...

    def methods(self, name: str) -> Sequence[Scope]:
        """Every method of this name."""
        ...

    def module(self, name: str, asked_by: ast.AST) -> Value:
        """A module by its dotted name."""
        ...

    def returned(self, function: FunctionValue, given: Arguments, text: str) -> Alternatives:
        """What a function of the sources returns for these arguments."""
        ...

    def callers(self, scope: Scope) -> tuple[Caller, ...]:
        """The calls of a function."""
        ...

    def makers(self, scope: Scope) -> tuple[ast.Call, ...]:
        """The calls that make an object of just this class."""
        ...

    def subclasses(self, scope: Scope) -> tuple[Scope, ...]:
        """Every class below a class, in the order of the sources."""
        ...


def where(node: ast.AST, scope: Scope) -> Where:
    """The place of a node."""
    return Where(scope.source.path, getattr(node, "lineno", 1))
