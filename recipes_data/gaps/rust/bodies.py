"""The only home of reading Rust bodies on demand, and again while fields tell more of what is stored in them."""

from __future__ import annotations

import functools
from collections.abc import Callable

from recipes_data.gaps.python_client.values import UNKNOWN, Param, filled
from recipes_data.gaps.rust import calls, expressions, macros
from recipes_data.gaps.rust.items import Fn, segments_of, uses_of
from recipes_data.gaps.rust.names import Names
from recipes_data.gaps.rust.scope import Body, Reading, Scope, parameters
from recipes_data.gaps.rust.values import NONE, Val, either
from recipes_data.gaps.rust.watched import Watched
from recipes_data.gaps.trees import Node

__all__ = ["Reader"]

_MOST_NESTED = 300
_MOST_WAITING = 100  # bodies that wait for what another answers


_READERS: dict[str, Callable[[Reading, Scope, Node], Val]] = {
    **expressions.READERS,
    "call_expression": calls.read_call,
    "macro_invocation": macros.read_macro,
}
# items within a body have bodies of their own
_PASSED_OVER = frozenset(
    {"function_item", "impl_item", "use_declaration", "struct_item", "enum_item", "mod_item", "const_item"}
    | {"line_comment", "block_comment", "attribute_item"}
)


class Reader:
    """Reads bodies on demand; what is stored in fields is known better with every round (see `settle`)."""

    def __init__(self, names: Names, watched: Watched | None = None) -> None:
        self.names = names
        self.watched = watched or Watched()
        self.bodies: dict[str, Body] = {}
        self.stores: dict[tuple[str, str], list[Val]] = {}
        self.known_stores: dict[tuple[str, str], Val] = {}
        self.unread: set[str] = set()
        self._reading: set[str] = set()

    def settle(self) -> None:
        """Read everything, again while what is stored in fields tells more."""
        for _ in range(3):
            self.bodies.clear()
            self.stores.clear()
            for function in list(self.names.items.functions.values()):
                self.body(function)
            learnt = {key: functools.reduce(either, values) for key, values in self.stores.items()}
            plain = {key: Val(filled(value.texts, {}), value.of) for key, value in learnt.items()}
            if plain == self.known_stores:
                break
            self.known_stores = plain

    def body(self, function: Fn) -> Body:
        """What was found in a function's body."""
        if function.path in self.bodies:
            return self.bodies[function.path]
        body = self.bodies[function.path] = Body()
        block = function.node.child("body")
        if block is None:
            return body
        self._reading.add(function.path)
        known: dict[str, Val] = {}
        for name, kind in parameters(function.node):
            known[name] = Val((Param(name),), self.names.type_of(kind, function.module, function.owner))
        known["self"] = Val(UNKNOWN, function.owner)
        scope = Scope(function, known, body, {use.name: use for use in uses_of(block)})
        try:
            body.returns.append(self.value(scope, block))
        except RecursionError:
            self.unread.add(f"{function.file.path}:{function.node.line}: {function.name} is nested too deep")
        self._reading.discard(function.path)
        return body

    def returned(self, function: Fn) -> Val:
        """What a function gives, in terms of its arguments."""
        kind = self.names.type_of(function.node.child("return_type"), function.module, function.owner)
        if function.path in self._reading or (len(self._reading) > _MOST_WAITING and function.path not in self.bodies):
            return Val(UNKNOWN, kind)  # a circle, or a chain that is too long to follow from here
        found = functools.reduce(either, self.body(function).returns, NONE)
        of = kind if kind is not None and not kind.startswith("impl") else found.of
        return Val(found.texts, of if of != "str" else None)

    def value(self, scope: Scope, node: Node | None) -> Val:
        """What an expression may be. Calls in it are written into the scope's body."""
        if node is None or node.type in _PASSED_OVER:
            return NONE
        if scope.nested > _MOST_NESTED:
            self.unread.add(f"{scope.function.file.path}:{node.line}: nested too deep")
            return NONE
        read = _READERS.get(node.type)
        if read is not None:
            scope.nested += 1
            found = read(self, scope, node)
            scope.nested -= 1
            return found
        for child in node.children:
            if child.named and not child.type.endswith(("_type", "type_identifier", "_pattern")):
                self.value(scope, child)
        return NONE

    def path_of(self, scope: Scope, node: Node) -> str:
        """The whole path of a name in an expression."""
        inner = node.child("function") if node.type == "generic_function" else node
        segments = segments_of(inner or node)
        owner = scope.function.owner
        if segments[:1] == ("Self",) and owner is not None:
            return "::".join([owner, *segments[1:]])
        return self.names.resolve(scope.function.module, segments, scope.uses)
