"""The only home of where an abstract run stands: names in force, what was sent so far, and how to go on from there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from recipes_data.gaps.elixir.calls import Calls
from recipes_data.gaps.elixir.definitions import Definition
from recipes_data.gaps.elixir.values import Values
from recipes_data.gaps.evidence import Where
from recipes_data.gaps.trees import Node

__all__ = ["Frame", "Run", "Sent"]


@dataclass(frozen=True, slots=True)
class Sent:
    """A request: possible methods and URLs, and the calls on the way to it, the one that sends it first.

    Each call of `trail` with the module that makes it.
    """

    methods: Values
    urls: Values
    trail: tuple[tuple[str, Where], ...]


@dataclass(slots=True)
class Frame:
    """A place in a function under way."""

    definition: Definition
    names: dict[str, Values]
    sent: list[Sent]
    depth: int

    def inside(self) -> Frame:
        """The same place with names of its own: what a branch binds ends with it."""
        return Frame(self.definition, dict(self.names), self.sent, self.depth)


class Run(Protocol):
    """What evaluates: see `evaluation`."""

    calls: Calls

    def value(self, node: Node, frame: Frame) -> Values:
        """What an expression can be; what it sends is added to the frame."""

    def body(self, nodes: Iterable[Node], frame: Frame) -> Values:
        """What the last of several expressions can be."""

    def called(self, node: Node, module: str, name: str, arguments: list[Values], frame: Frame) -> Values:
        """What a call of a function of a known module gives."""

    def receivers(self, node: Node, frame: Frame) -> list[str]:
        """Modules that the expression before a dot can be."""
