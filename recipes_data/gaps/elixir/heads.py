"""The only home of how a definition's head is read: its name, its parameters with defaults, its guard."""

from __future__ import annotations

from dataclasses import dataclass

from recipes_data.gaps.elixir.definitions import Parameter
from recipes_data.gaps.elixir.syntax import argument_nodes, atom_of, operator, significant, unwrapped
from recipes_data.gaps.trees import Node

__all__ = ["Head", "head_of"]


@dataclass(frozen=True, slots=True)
class Head:
    """A head. `name` None: computed when the program runs (`unquote(name)`), then `computed` is that expression."""

    name: str | None
    parameters: tuple[Parameter, ...]
    guard: Node | None
    computed: Node | None = None

    @property
    def arity(self) -> tuple[int, int]:
        """The fewest and the most arguments."""
        most = len(self.parameters)
        return most - sum(one.default is not None for one in self.parameters), most


def head_of(node: Node) -> Head | None:
    """The head in the first argument of a `def`; None where it is no head at all."""
    guard: Node | None = None
    node = unwrapped(node)
    if operator(node) == "when":
        guard, left = node.child("right"), node.child("left")
        if left is None:
            return None
        node = unwrapped(left)
    if node.type in ("identifier", "operator_identifier") or (not node.children and node.type != "alias"):
        return Head(node.text, (), guard)
    if node.type == "call":
        return _call_head(node, guard)
    if node.type == "binary_operator":
        return _operator_head(node, guard)
    if node.type == "unary_operator":
        operand = [child for child in node.children_of("operand") if child.named]
        return Head(operator(node), _parameters(operand), guard)
    return None


def _call_head(node: Node, guard: Node | None) -> Head | None:
    target = node.child("target")
    if target is None:
        return None
    if target.type == "identifier" and target.text == "unquote":
        # `def unquote(name)` has no parameters; `def unquote(name)(a)` is a call of a call, below
        return _computed_head(node, (), guard)
    if target.type == "call" and target.child("target") is not None:
        return _computed_head(target, _parameters(argument_nodes(node)), guard)
    if target.type == "identifier":
        return Head(target.text, _parameters(argument_nodes(node)), guard)
    return None


def _computed_head(call: Node, parameters: tuple[Parameter, ...], guard: Node | None) -> Head | None:
    arguments = argument_nodes(call)
    if len(arguments) != 1:
        return None
    name = atom_of(arguments[0])
    return Head(name, parameters, guard, None if name else arguments[0])


def _operator_head(node: Node, guard: Node | None) -> Head | None:
    left, right = node.child("left"), node.child("right")
    if left is None or right is None:
        return None
    sign = operator(node)
    if sign == "not in":
        sign = "in"
    if sign == "//" and operator(left) == "..":  # first..last//step is one operator of three arguments
        first = [child for child in (left.child("left"), left.child("right"), right) if child is not None]
        return Head("..//", _parameters(first), guard)
    return Head(sign, _parameters([left, right]), guard)


def _parameters(nodes: list[Node]) -> tuple[Parameter, ...]:
    return tuple(_parameter(node) for node in nodes)


def _parameter(node: Node) -> Parameter:
    if operator(node) == "\\\\":
        named = significant(node)
        return Parameter(named[0], named[-1])
    return Parameter(node)
