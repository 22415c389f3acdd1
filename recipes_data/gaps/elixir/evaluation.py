"""The only home of how requests are followed through functions: what each one sends, with what it hands on put in.

An abstract run: parameters are unknown, branches are all taken unless what is known decides, calls into the same
sources are entered with what is known of their arguments. What stays unknown is a hole in the path.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from recipes_data.gaps.elixir.calls import Calls, delegate_of
from recipes_data.gaps.elixir.control import CONTROL, anonymous
from recipes_data.gaps.elixir.definitions import Clause, Definition, Key
from recipes_data.gaps.elixir.dynamic import Dynamic
from recipes_data.gaps.elixir.expressions import KINDS, everything, text
from recipes_data.gaps.elixir.frames import Frame, Sent
from recipes_data.gaps.elixir.known import answer
from recipes_data.gaps.elixir.patterns import bind, may_match
from recipes_data.gaps.elixir.requests import VERBS, is_request, requested
from recipes_data.gaps.elixir.scope import resolved_node
from recipes_data.gaps.elixir.syntax import (
    argument_nodes,
    atom_of,
    called_name,
    literal_text,
    pairs,
    piped_into,
    receiver,
    significant,
    string_parts,
    unwrapped,
)
from recipes_data.gaps.elixir.values import NOTHING, UNKNOWN, Atom, Items, Pairs, Text, Values, looked_up, union
from recipes_data.gaps.evidence import Where
from recipes_data.gaps.trees import Node

__all__ = ["Evaluation"]

_DEEPEST = 14
_MOST_CONTEXTS = 200
# of what sends nothing only the value is of interest: it is not followed far
_STEP_ASIDE = 4


@dataclass(slots=True)
class Evaluation:
    """Follows requests in one project; `senders`: definitions that reach a request at all."""

    calls: Calls
    dynamic: Dynamic
    senders: frozenset[Key]
    _known: dict[tuple[Key, tuple[Values, ...]], tuple[Values, tuple[Sent, ...]]] = field(default_factory=dict)
    _contexts: dict[Key, int] = field(default_factory=dict)
    _busy: set[Key] = field(default_factory=set)
    _cut: set[Key] = field(default_factory=set)
    _partial: list[tuple[Key, tuple[Values, ...]]] = field(default_factory=list)

    def requests(self, definition: Definition, given: Mapping[int, Values]) -> tuple[Sent, ...]:
        """What a function sends, itself or through what it calls, whoever calls it.

        `given`: what is known of its parameters, by place.
        """
        arguments = [given.get(at, UNKNOWN) for at in range(definition.arity[1])]
        sent = self._function(definition, arguments, 0)[1]
        for mark in self._partial:
            self._known.pop(mark, None)
        self._partial.clear()
        return sent

    # --- functions

    def _function(self, definition: Definition, arguments: list[Values], depth: int) -> tuple[Values, tuple[Sent, ...]]:
        key = definition.key
        if depth > _DEEPEST or key in self._busy:
            self._cut.add(key)
            return UNKNOWN, ()
        count = self._contexts.get(key, 0)
        if count > _MOST_CONTEXTS:
            arguments = [UNKNOWN] * len(arguments)
        mark = (key, tuple(arguments))
        known = self._known.get(mark)
        if known is None:
            self._contexts[key] = count + 1
            self._busy.add(key)
            try:
                known = self._known[mark] = self._clauses(definition, arguments, depth)
            finally:
                self._busy.discard(key)
            self._cut.discard(key)
            if self._cut and depth:  # a part was left out, because somebody further up is at it: no answer for others
                self._partial.append(mark)
            if not depth:
                self._cut.clear()
        return known

    def _clauses(self, definition: Definition, arguments: list[Values], depth: int) -> tuple[Values, tuple[Sent, ...]]:
        source = self.calls.source_of(definition)
        delegate = delegate_of(source, definition)
        if delegate is not None:
            target = self.calls.named(*delegate, definition.arity[1])
            return self._function(target[0], arguments, depth + 1) if target else (UNKNOWN, ())
        sent: list[Sent] = []
        found: list[Values] = []
        given = self._with_defaults(definition, arguments, depth)
        for clause in definition.clauses:
            if clause.body is None or len(clause.parameters) != len(given):
                continue
            patterns = [one.pattern for one in clause.parameters]
            if not all(may_match(pattern, value) for pattern, value in zip(patterns, given, strict=True)):
                continue
            frame = Frame(definition, {}, sent, depth)
            for pattern, value in zip(patterns, given, strict=True):
                bind(pattern, value, frame.names)
            found.append(self.body(clause.body, frame))
            if self._certain(clause, given):
                break
        return (union(found) if found else UNKNOWN), tuple(dict.fromkeys(sent))

    @staticmethod
    def _certain(clause: Clause, given: list[Values]) -> bool:
        """Whether no later clause is asked: all that decides is known."""
        if clause.guard is not None:
            return False
        for parameter, value in zip(clause.parameters, given, strict=True):
            literal = atom_of(parameter.pattern)
            same = len(value) == 1 and literal is not None and next(iter(value)) == Atom(literal)
            if not same and parameter.pattern.type != "identifier":
                return False
        return True

    def _with_defaults(self, definition: Definition, arguments: list[Values], depth: int) -> list[Values]:
        least, most = definition.arity
        spare = len(arguments) - least
        if len(arguments) >= most:
            return arguments
        head = next((one for one in definition.clauses if any(p.default is not None for p in one.parameters)), None)
        if head is None:
            return arguments
        given, rest = [], list(arguments)
        for parameter in head.parameters:
            if parameter.default is None or spare > 0:
                spare -= parameter.default is not None
                given.append(rest.pop(0) if rest else UNKNOWN)
            else:
                given.append(self.value(parameter.default, Frame(definition, {}, [], depth)))
        return given

    # --- expressions

    def body(self, nodes: Iterable[Node], frame: Frame) -> Values:
        """What the last of several expressions can be."""
        value = NOTHING
        for node in nodes:
            value = self.value(node, frame)
        return value

    def value(self, node: Node, frame: Frame) -> Values:
        """What an expression can be; what it sends is added to the frame."""
        node = unwrapped(node)
        if node.type == "call":
            return self._call(node, frame)
        if node.type == "anonymous_function":
            return anonymous(self, node, frame)
        parts = string_parts(node)
        if parts is not None and node.type != "quoted_atom":
            return text(self, node, parts, frame)
        atom = atom_of(node)
        if atom is not None:
            return frozenset({Atom(atom)})
        if node.type in ("integer", "float"):
            return frozenset({Text(node.text)})
        return KINDS.get(node.type, everything)(self, node, frame)

    # --- calls

    def _call(self, node: Node, frame: Frame) -> Values:
        name, before = called_name(node), receiver(node)
        if before is None and name in CONTROL:
            return CONTROL[name](self, node, frame)
        piped = piped_into(node)
        written = argument_nodes(node) if piped is None else [piped, *argument_nodes(node)]
        if (
            before is not None
            and node.first("arguments") is None
            and resolved_node(self.calls.source_of(frame.definition), before, frame.definition.module) is None
        ):
            found, maybe = looked_up(self.value(before, frame), name)  # a map's field
            return found if found is not None and not maybe else UNKNOWN
        arguments = [self.value(argument, frame) for argument in written]
        inside = node.first("do_block")
        if inside is not None:  # another library's macro around our calls
            self.body(significant(inside), frame.inside())
        if not name:
            return UNKNOWN
        if before is None:
            if name == "apply" and len(arguments) == 3:
                return self._applied(node, arguments, frame)
            return self.called(node, frame.definition.module, name, arguments, frame)
        modules = self.receivers(before, frame)
        return union([self.called(node, one, name, arguments, frame) for one in modules]) if modules else UNKNOWN

    def receivers(self, node: Node, frame: Frame) -> list[str]:
        """Modules that the expression before a dot can be."""
        full = resolved_node(self.calls.source_of(frame.definition), node, frame.definition.module)
        if full is not None:
            return [full]
        known = {value.name for value in self.value(node, frame) if isinstance(value, Atom)} - {"nil", "false"}
        return sorted(known or self.dynamic.modules(node, frame.definition).modules)

    def _applied(self, node: Node, arguments: list[Values], frame: Frame) -> Values:
        modules = [value.name for value in arguments[0] if isinstance(value, Atom)]
        names = [value.name for value in arguments[1] if isinstance(value, Atom)]
        lists = [list(value.items) for value in arguments[2] if isinstance(value, Items)]
        found = [
            self.called(node, module, name, each, frame)
            for module in sorted(modules)
            for name in sorted(names)
            for each in lists
        ]
        return union(found) if found else UNKNOWN

    def called(self, node: Node, module: str, name: str, arguments: list[Values], frame: Frame) -> Values:
        """What a call of a function of a known module gives."""
        step = (frame.definition.module, Where(frame.definition.path, node.line))
        own = module == frame.definition.module
        functions = self.calls.named(module, name, len(arguments))
        if not functions and own:
            source = self.calls.source_of(frame.definition)
            for imported in self.calls.importers(source, node.start, name, len(arguments)):
                functions = functions or self.calls.named(imported, name, len(arguments))
                if not functions and is_request(imported, name):
                    module = imported
            if not functions and module == frame.definition.module and name in VERBS:
                module, arguments = self._used_client(module, arguments, frame)
        if functions:
            deeper = 1 if functions[0].key in self.senders else _STEP_ASIDE
            values, sent = self._function(functions[0], arguments, frame.depth + deeper)
            frame.sent += [Sent(one.methods, one.urls, (*one.trail, step)) for one in sent]
            return values
        if is_request(module, name):
            frame.sent += [Sent(methods, urls, (step,)) for methods, urls in requested(module, name, arguments)]
            return UNKNOWN
        if module == "Application" and name in ("get_env", "fetch_env!", "compile_env", "compile_env!"):
            return self._configured(arguments)
        if (module, name) in (("System", "get_env"), ("System", "fetch_env!")):
            return union([*arguments[1:2], UNKNOWN])
        known = answer("" if own else module, name, arguments)
        return UNKNOWN if known is None else known

    def _used_client(self, module: str, arguments: list[Values], frame: Frame) -> tuple[str, list[Values]]:
        """`use Tesla` makes `get(url)` a function of the module itself, with the base URL that `plug` gives."""
        owner = self.calls.modules.get(module)
        if owner is None or not any(used == "Tesla" for used, _ in owner.uses):
            return module, arguments
        middleware: list[Values] = []
        for statement in owner.statements:
            if called_name(statement.node) == "plug":
                given = [self.value(argument, frame.inside()) for argument in argument_nodes(statement.node)]
                middleware.append(frozenset({Items(tuple(given))}))
        client: Values = frozenset({Items(tuple(middleware))})
        return "Tesla", [client, *arguments]

    def _configured(self, arguments: list[Values]) -> Values:
        """A configured value, and its default; what an application's user configures cannot be known."""
        names = [next(iter(value)) for value in arguments[:2] if len(value) == 1]
        found: list[Values] = list(arguments[2:3])
        if len(names) == 2 and all(isinstance(name, Atom) for name in names):
            app, key = (name.name for name in names if isinstance(name, Atom))
            found += [value for node in self.dynamic.configuration.get((app, key), ()) if (value := _literal(node))]
        return union(found) if found else UNKNOWN


def _literal(node: Node) -> Values | None:
    """A value as a configuration file writes it."""
    plain, atom = literal_text(node), atom_of(node)
    if node.type == "alias":
        return frozenset({Atom(node.text)})
    if plain is not None or atom is not None:
        return frozenset({Text(plain) if plain is not None else Atom(atom or "")})
    found = [(key, _literal(value) or UNKNOWN) for key, value in pairs(node)]
    return frozenset({Pairs(tuple(found), open=True)}) if found else None
