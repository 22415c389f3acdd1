"""The only home of which options a function reads from an options list, itself or where it hands the list on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from recipes_data.gaps.elixir.calls import Calls
from recipes_data.gaps.elixir.definitions import Clause, Definition, Key
from recipes_data.gaps.elixir.reading import DEFINERS
from recipes_data.gaps.elixir.scope import resolved_node
from recipes_data.gaps.elixir.syntax import (
    argument_nodes,
    atom_of,
    called_name,
    is_pipe,
    operator,
    pairs,
    piped_into,
    receiver,
    significant,
    unwrapped,
)
from recipes_data.gaps.trees import Node, walk

__all__ = ["Options", "Reading", "looks_like_options", "place_of"]

_NAMED = re.compile(r"(\A|_)(opts?|options|kwargs|params|config|settings)\Z")
_READERS = frozenset(
    {"get", "fetch", "fetch!", "pop", "pop!", "get_lazy", "pop_lazy", "has_key?", "get_values", "key?"}
)
_KEPT = frozenset(
    {"put", "put_new", "merge", "delete", "drop", "take", "update", "update!", "put_new_lazy", "new", "to_list", "into"}
    | {"validate", "validate!", "reject", "filter", "split", "pop", "pop!", "pop_lazy", "from_struct"}
)
_LISTS = frozenset({"Keyword", "Map", "Access", "Enum", "NimbleOptions"})
_KEPT_WHOLE = _KEPT - {"take"}
_SILENT = frozenset(
    {"is_list", "is_map", "is_nil", "inspect", "length", "debug", "info", "warning", "error", "keyword?"}
)
_DEEPEST = 12
_BRANCHES = frozenset({"if", "unless", "case", "cond", "with"})
# from an expression at the end of a branch up to the call that branches
_TAILS = frozenset({"do_block", "else_block", "body", "stab_clause", "pair", "keywords", "arguments"})


@dataclass(frozen=True, slots=True)
class Reading:
    """What becomes of an options list. `read` by option: whether its value is used after it was taken out.

    `defaults`: source texts. `open`: options may be read that were not seen (the whole list goes out of sight).
    """

    read: dict[str, bool] = field(default_factory=dict)
    defaults: dict[str, str] = field(default_factory=dict)
    open: bool = False


def looks_like_options(definition: Definition, at: int) -> bool:
    """Whether a parameter is an options list: by its name, or by a default that is an empty one."""
    for clause in definition.clauses:
        if at >= len(clause.parameters):
            continue
        parameter = clause.parameters[at]
        if parameter.default is not None and parameter.default.text in ("[]", "%{}"):
            return True
        for pattern in _sides(parameter.pattern):
            if pattern.type == "identifier" and _NAMED.search(pattern.text.lstrip("_")):
                return True
            if pattern.type in ("keywords", "list") and any(True for _ in pairs(pattern)):
                return True
    return False


@dataclass(slots=True)
class Options:
    """Answers for one project, each worked out once."""

    calls: Calls
    _known: dict[tuple[Key, int], Reading] = field(default_factory=dict)
    _busy: set[tuple[Key, int]] = field(default_factory=set)

    def reading(self, definition: Definition, at: int, depth: int = 0) -> Reading:
        """What a function does with the options in its parameter at this place."""
        mark = (definition.key, at)
        if mark in self._busy or depth > _DEEPEST:
            return Reading()
        if mark not in self._known:
            self._busy.add(mark)
            try:
                self._known[mark] = self._read(definition, at, depth)
            finally:
                self._busy.discard(mark)
        return self._known[mark]

    def _read(self, definition: Definition, at: int, depth: int) -> Reading:
        read: dict[str, bool] = {}
        defaults: dict[str, str] = {}
        is_open = definition.keyword == "defdelegate"
        for clause in definition.clauses:
            if clause.body is None or at >= len(clause.parameters):
                continue
            for one in self._clause(definition, clause, at, depth):
                for name, used in one.read.items():
                    read[name] = read.get(name, False) or used
                defaults.update({name: text for name, text in one.defaults.items() if name not in defaults})
                is_open = is_open or one.open
        return Reading(read, defaults, is_open)

    def _clause(self, definition: Definition, clause: Clause, at: int, depth: int) -> Iterator[Reading]:
        names: set[str] = set()
        for pattern in _sides(clause.parameters[at].pattern):
            if pattern.type == "identifier":
                names.add(pattern.text)
            for key, value in pairs(pattern):
                yield Reading({key: _used(clause, value)})
        body = list(clause.body or ())
        for _ in range(2):  # a name may be given on twice
            for node in body:
                names |= set(_given_on(node, names))
        for node in [*body, *([clause.guard] if clause.guard is not None else [])]:
            for one in walk(node, ("identifier",)):
                if one.text in names and not _is_key(one):
                    yield self._use(definition, clause, one, depth)

    def _use(self, definition: Definition, clause: Clause, node: Node, depth: int) -> Reading:
        """What one mention of an options list does with it."""
        node, around = _whole(node)
        if around is None or called_name(around) in DEFINERS:
            return Reading(open=True)  # given back: the caller reads it, or its caller
        if operator(around) in ("=", "<-"):
            return Reading()
        if around.type == "access_call" and node.field == "target":
            key = around.child("key")
            name = atom_of(key) if key is not None else None
            return _taken(clause, around, name, None)
        if around.type == "dot":
            right = around.child("right")
            return _taken(clause, around.parent or around, right.text if right is not None else None, None)
        call, place = _argument_of(node, around)
        if call is None:
            return Reading(open=_escapes(around))
        return self._given_to(definition, clause, call, place, depth)

    def _given_to(self, definition: Definition, clause: Clause, call: Node, place: int, depth: int) -> Reading:
        name, before = called_name(call), receiver(call)
        piped = piped_into(call)
        arguments = argument_nodes(call) if piped is None else [piped, *argument_nodes(call)]
        if before is not None and before.text in _LISTS and name in _READERS and place == 0 and len(arguments) > 1:
            return _taken(clause, call, atom_of(arguments[1]), arguments[2] if len(arguments) > 2 else None)
        if before is not None and before.text in _LISTS and name == "take" and len(arguments) > 1:
            keys = [atom_of(one) for one in significant(arguments[1])]
            return Reading({key: True for key in keys if key}, open=not keys)
        if name in _SILENT or (before is not None and before.text in ("Keyword", "Map") and name in _KEPT):
            return Reading(open=False)
        source = self.calls.source_of(definition)
        if before is None and name == "get_in" and len(arguments) > 1:
            path = significant(arguments[1])
            return _taken(clause, call, atom_of(path[0]) if path else None, None)
        module = resolved_node(source, before, definition.module) if before is not None else definition.module
        functions = self.calls.named(module or "", name, len(arguments))
        if before is None and not functions:
            for imported in self.calls.importers(source, call.start, name, len(arguments)):
                functions = functions or self.calls.named(imported, name, len(arguments))
        if not functions:
            return Reading(open=name not in ("if", "unless", "case", "cond", "unquote"))
        return self.reading(functions[0], place_of(functions[0], place, len(arguments)), depth + 1)


def place_of(definition: Definition, at: int, given: int) -> int:
    """Which parameter the argument at a place fills, where defaults stand in for some."""
    least, most = definition.arity
    spare = given - least
    clause = next((c for c in definition.clauses if any(p.default is not None for p in c.parameters)), None)
    if given >= most or clause is None:
        return at
    filled = []
    for place, parameter in enumerate(clause.parameters):
        if parameter.default is None:
            filled.append(place)
        elif spare > 0:
            spare -= 1
            filled.append(place)
    return filled[at] if at < len(filled) else at


def _sides(pattern: Node) -> list[Node]:
    pattern = unwrapped(pattern)
    if operator(pattern) == "=":
        return [unwrapped(side) for side in significant(pattern)]
    return [pattern]


def _is_key(node: Node) -> bool:
    """Whether an identifier is a function's or a field's name and no variable."""
    parent = node.parent
    return (node.field == "target" and parent is not None and parent.type == "call") or (
        node.field == "right" and parent is not None and parent.type == "dot"
    )


def _whole(node: Node) -> tuple[Node, Node | None]:
    """The largest expression that is still the options list, and what stands around it.

    Through changes, pipes and branches; what stands around is the definition where the list is given back.
    """
    around = node.parent
    while around is not None:
        if around.type in _TAILS and around.type != "arguments":
            call = around
            while call.type in _TAILS and call.parent is not None:
                call = call.parent
            if call.type != "call" or called_name(call) not in _BRANCHES | DEFINERS:
                break
            if called_name(call) in DEFINERS:
                return node, call
            node, around = call, call.parent
        elif around.type == "block" or _is_kept(node, around):
            node, around = around, around.parent
        else:
            break
    return node, around


def _is_kept(node: Node, around: Node) -> bool:
    """Whether `around` is still the options list: changed, piped on, chosen among."""
    if is_pipe(around):
        right = around.child("right")
        return node.field == "right" or (right is not None and right.type == "call" and _keeps(right, _KEPT_WHOLE))
    if around.type == "arguments" and around.parent is not None:
        call = around.parent
        first = significant(around)[:1] == [node] and piped_into(call) is None
        return _keeps(call, _KEPT_WHOLE) and (first or called_name(call) in ("merge", "validate!", "validate"))
    if around.type == "call":
        return node.type == "arguments" and _keeps(around, _KEPT_WHOLE)
    return False


def _keeps(call: Node, names: frozenset[str] = _KEPT) -> bool:
    before = receiver(call)
    return before is not None and before.text in _LISTS and called_name(call) in names and not _pops(call)


def _pops(call: Node) -> bool:
    return called_name(call) in ("pop", "pop!", "pop_lazy")


def _given_on(node: Node, names: set[str]) -> Iterator[str]:
    """Names that are bound to an options list made of one of `names`."""
    for one in walk(node, ("binary_operator",)):
        left, right = one.child("left"), one.child("right")
        if operator(one) not in ("=", "<-") or left is None or right is None:
            continue
        if not any(inner.text in names for inner in walk(right, ("identifier",))):
            continue
        left = unwrapped(left)
        if left.type == "identifier" and (_holds(right, names) or _NAMED.search(left.text)):
            yield left.text
        elif left.type == "tuple":
            inside = significant(left)
            popped = any(_pops(call) for call in walk(right, ("call",)))
            found = len(inside) == 2 and atom_of(inside[0]) == "ok" and _NAMED.search(inside[1].text)
            if len(inside) == 2 and (popped or found):
                yield inside[1].text


def _holds(node: Node, names: set[str]) -> bool:
    node = unwrapped(node)
    if node.type == "identifier":
        return node.text in names
    if is_pipe(node):
        left, right = node.child("left"), node.child("right")
        return left is not None and right is not None and _holds(left, names) and _keeps(right)
    return node.type == "call" and _keeps(node) and any(_holds(each, names) for each in argument_nodes(node))


def _argument_of(node: Node, around: Node) -> tuple[Node | None, int]:
    """The call that a node is an argument of, and at which place."""
    if is_pipe(around) and node.field == "left":
        call = around.child("right")
        return (call, 0) if call is not None and call.type in ("call", "identifier") else (None, 0)
    if around.type == "arguments" and around.parent is not None:
        call = around.parent
        place = significant(around).index(node)
        return call, place + (piped_into(call) is not None)
    return None, 0


def _escapes(around: Node) -> bool:
    """Whether the list goes where nobody follows it: into a structure, a text; the end of a body returns it."""
    return around.type in ("pair", "tuple", "list", "map_content", "keywords", "interpolation") or operator(around) in (
        "++",
        "|",
        "=>",
    )


def _taken(clause: Clause, node: Node, name: str | None, default: Node | None) -> Reading:
    """An option taken out: used, where it is not put under a name that nobody reads."""
    if name is None:
        return Reading(open=True)
    around = node.parent
    while around is not None and (around.type == "block" or operator(around) in ("||", "|>")):
        fallback = around.child("right") if operator(around) == "||" else None
        default = default or fallback
        node, around = around, around.parent
    used = True
    if around is not None and operator(around) in ("=", "<-") and node.field == "right":
        left = around.child("left")
        used = left is None or _used(clause, left)
    text = " ".join(default.text.split()) if default is not None else None
    return Reading({name: used}, {name: text} if text is not None else {})


def _used(clause: Clause, pattern: Node) -> bool:
    """Whether a pattern's names are read anywhere else in the clause (a pattern without names decides something)."""
    names = list(walk(pattern, ("identifier",)))
    if not names:
        return True
    first = names[0] if unwrapped(pattern).type != "tuple" else next((n for n in names), names[0])
    if first.text.startswith("_"):
        return False
    places = {one.start for one in names}
    return any(one.text == first.text and one.start not in places for one in walk(clause.head, ("identifier",)))
