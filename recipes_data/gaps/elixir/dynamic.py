"""The only home of which modules an expression may stand for: attributes, configuration, defaults, callers' arguments.

Not a run of the program: every value that is written anywhere for a name counts, in whatever order. An answer says
whether it is whole; where it is not, the caller must say so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from recipes_data.gaps.elixir.calls import Calls, Site
from recipes_data.gaps.elixir.definitions import Clause, Definition, Key
from recipes_data.gaps.elixir.scope import resolved_node
from recipes_data.gaps.elixir.syntax import (
    argument_nodes,
    atom_of,
    block,
    called_name,
    operator,
    pairs,
    piped_into,
    receiver,
    section,
    significant,
    unwrapped,
)
from recipes_data.gaps.trees import Node, walk

__all__ = ["Choice", "Configuration", "Dynamic", "clause_of", "read_configuration"]

_DEEPEST = 8
_ENVIRONMENT = frozenset({"get_env", "fetch_env!", "fetch_env", "compile_env", "compile_env!", "get_all_env"})
_LOOKUPS = frozenset({"get", "fetch!", "fetch", "pop", "pop!", "get_lazy", "pop_lazy"})
Configuration = Mapping[tuple[str, str], tuple[Node, ...]]
"""What config/*.exs give, by application and key."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Modules that an expression may stand for; `whole`: no others, as far as these sources say."""

    modules: frozenset[str] = frozenset()
    whole: bool = False

    def __or__(self, other: Choice) -> Choice:
        return Choice(self.modules | other.modules, self.whole and other.whole)


_UNKNOWN = Choice()
_NONE = Choice(whole=True)


def read_configuration(configs: Mapping[str, Node]) -> dict[tuple[str, str], tuple[Node, ...]]:
    """Values of `config :app, key: value` and `config :app, Key, key: value`; a test environment's are left out."""
    found: dict[tuple[str, str], list[Node]] = {}
    for path in sorted(configs):
        if path.rpartition("/")[2] == "test.exs":
            continue
        for call in walk(configs[path], ("call",)):
            arguments = argument_nodes(call)
            app = atom_of(arguments[0]) if called_name(call) == "config" and len(arguments) > 1 else None
            if app is None:
                continue
            if len(arguments) == 2:
                for key, value in pairs(arguments[1]):
                    found.setdefault((app, key), []).append(value)
            else:
                key = atom_of(arguments[1]) or "".join(arguments[1].text.split())
                found.setdefault((app, key), []).append(arguments[2])
    return {key: tuple(values) for key, values in found.items()}


def clause_of(definition: Definition, node: Node) -> Clause | None:
    """The clause that a node stands in."""
    for clause in definition.clauses:
        if clause.head.start <= node.start < clause.head.end:
            return clause
    return None


@dataclass(slots=True)
class Dynamic:
    """Answers for one project."""

    calls: Calls
    configuration: Configuration
    _callers: dict[Key, list[tuple[Definition, Site]]] | None = None
    _busy: set[tuple[int, int]] = field(default_factory=set)

    def modules(self, node: Node, definition: Definition, depth: int = 0) -> Choice:
        """Modules that an expression inside a definition may stand for."""
        node = unwrapped(node)
        mark = (id(node.source), node.start * 4096 + (node.end - node.start))
        if depth > _DEEPEST or mark in self._busy:
            return _NONE if mark in self._busy else _UNKNOWN
        self._busy.add(mark)
        try:
            return self._modules(node, definition, depth + 1)
        finally:
            self._busy.discard(mark)

    def _modules(self, node: Node, definition: Definition, depth: int) -> Choice:
        source = self.calls.source_of(definition)
        if atom_of(node) in ("nil", "false"):
            return _NONE
        full = resolved_node(source, node, definition.module)
        if full is not None:
            return Choice(frozenset({full}), whole=True)
        sign = operator(node)
        if sign == "@":
            return self._attribute(node, definition, depth)
        if sign in ("||", "&&", "or", "="):
            sides = [child for child in (node.child("left"), node.child("right")) if child is not None]
            if sign == "=":
                return self.modules(sides[-1], definition, depth)
            left, right = (self.modules(side, definition, depth) for side in sides)
            # `configured || Default` is whole by its default
            return Choice(left.modules | right.modules, right.whole)
        if sign == "|>":
            last = node.child("right")
            return self.modules(last, definition, depth) if last is not None else _UNKNOWN
        if node.type == "identifier":
            return self._name(node, definition, depth)
        if node.type == "access_call":
            return self._access(node, definition, depth)
        if node.type == "call":
            return self._call(node, definition, depth)
        return _UNKNOWN

    # --- what an expression can be

    def _attribute(self, node: Node, definition: Definition, depth: int) -> Choice:
        operand = node.child("operand")
        module = self.calls.modules.get(definition.module)
        values = module.attributes.get(operand.text, ()) if module is not None and operand is not None else ()
        return self._any((self.modules(value, definition, depth) for value in values), none=_UNKNOWN)

    def _name(self, node: Node, definition: Definition, depth: int) -> Choice:
        name = node.text
        if piped_into(node) is not None:
            return self._local(name, 1, definition, depth)
        clause = clause_of(definition, node)
        if clause is None:
            return self._local(name, 0, definition, depth)
        values: list[Choice] = []
        for one in walk(clause.head, ("binary_operator",)):
            left, right = one.child("left"), one.child("right")
            if operator(one) == "=" and left is not None and right is not None:
                if left.type == "identifier" and left.text == name:
                    values.append(self.modules(right, definition, depth))
                elif left.type == "tuple" and any(each.text == name for each in significant(left)):
                    # `{client, opts} = Keyword.pop(opts, :client, Default)`
                    values.append(self.modules(right, definition, depth))
        for at, parameter in enumerate(clause.parameters):
            if parameter.pattern.type == "identifier" and parameter.pattern.text == name:
                values.append(self._parameter(at, definition, depth))
        if not values:
            return self._local(name, 0, definition, depth)
        return self._any(values, none=_UNKNOWN)

    def _parameter(self, at: int, definition: Definition, depth: int) -> Choice:
        """A parameter's default (which may stand in another clause), and what callers in these sources give."""
        given: list[Choice] = []
        for clause in definition.clauses:
            default = clause.parameters[at].default if at < len(clause.parameters) else None
            if default is not None:
                given.append(self.modules(default, definition, depth))
        for caller, site in self._called_by(definition):
            if site.arguments is not None and site.arity == definition.arity[1] and at < len(site.arguments):
                given.append(self.modules(site.arguments[at], caller, depth))
        known = self._any(given, none=_UNKNOWN)
        # of a public function anybody may be the caller
        return known if not definition.public or known.whole else Choice(known.modules)

    def _access(self, node: Node, definition: Definition, depth: int) -> Choice:
        target, key = node.child("target"), node.child("key")
        if target is None or key is None:
            return _UNKNOWN
        return self._looked_up(target, key, None, definition, depth)

    def _looked_up(self, where: Node, key: Node, default: Node | None, definition: Definition, depth: int) -> Choice:
        name = atom_of(key)
        tables = list(self._tables(unwrapped(where), definition, depth))
        values = [value for table in tables for found, value in pairs(table) if name is None or found == name]
        choices = [self.modules(value, definition, depth) for value in values]
        if name is not None and not tables:
            choices += list(self._options_given(definition, name, depth))
        if default is not None:
            choices.append(self.modules(default, definition, depth))
        known = self._any(choices, none=_UNKNOWN)
        return known if default is not None or tables else Choice(known.modules)

    def _tables(self, node: Node, definition: Definition, depth: int) -> Iterator[Node]:
        """Literal maps and keyword lists that an expression may be."""
        if node.type in ("map", "list"):
            yield node
        elif operator(node) == "@":
            operand = node.child("operand")
            module = self.calls.modules.get(definition.module)
            if module is not None and operand is not None:
                yield from module.attributes.get(operand.text, ())
        elif node.type == "call" and called_name(node) in _ENVIRONMENT:
            yield from self._configured(node, definition)
        elif node.type in ("identifier", "call") and depth < _DEEPEST:
            for tail, owner in self._bindings(node, definition):
                yield from self._tables(unwrapped(tail), owner, depth + 1)

    def _bindings(self, node: Node, definition: Definition) -> Iterator[tuple[Node, Definition]]:
        clause = clause_of(definition, node)
        if node.type == "identifier" and clause is not None:
            for one in walk(clause.head, ("binary_operator",)):
                left, right = one.child("left"), one.child("right")
                if operator(one) == "=" and left is not None and right is not None and left.text == node.text:
                    yield right, definition
        name, arity = called_name(node), len(argument_nodes(node))
        if receiver(node) is None:
            for function in self.calls.named(definition.module, name, arity):
                yield from ((tail, function) for tail in _tails(function))

    def _call(self, node: Node, definition: Definition, depth: int) -> Choice:
        name, before = called_name(node), receiver(node)
        piped = piped_into(node)
        arguments = argument_nodes(node) if piped is None else [piped, *argument_nodes(node)]
        if name in _ENVIRONMENT and before is not None and before.text == "Application":
            choices = [self.modules(value, definition, depth) for value in self._configured(node, definition)]
            if len(arguments) > 2:
                choices.append(self.modules(arguments[2], definition, depth))
            return self._any(choices, none=_UNKNOWN)
        if before is not None and before.text in ("Keyword", "Map", "Access") and name in _LOOKUPS:
            default = arguments[2] if len(arguments) > 2 else None
            return (
                self._looked_up(arguments[0], arguments[1], default, definition, depth) if arguments[1:] else _UNKNOWN
            )
        if before is not None and before.text == "Module" and name in ("concat", "safe_concat"):
            return self._joined(arguments, definition)
        branches = _branches(node)
        if branches is not None:
            return self._any((self.modules(tail, definition, depth) for tail in branches), none=_UNKNOWN)
        source = self.calls.source_of(definition)
        full = resolved_node(source, before, definition.module) if before is not None else None
        if before is None:
            return self._local(name, len(arguments), definition, depth)
        return self._returned(self.calls.named(full, name, len(arguments)), depth) if full else _UNKNOWN

    def _joined(self, arguments: list[Node], definition: Definition) -> Choice:
        parts = significant(arguments[0]) if len(arguments) == 1 and arguments[0].type == "list" else arguments
        source = self.calls.source_of(definition)
        names = [resolved_node(source, part, definition.module) for part in parts]
        known = [name for name in names if name]
        return Choice(frozenset({".".join(known)}), whole=True) if known and len(known) == len(names) else _UNKNOWN

    def _local(self, name: str, arity: int, definition: Definition, depth: int) -> Choice:
        return self._returned(self.calls.named(definition.module, name, arity), depth)

    def _returned(self, functions: list[Definition], depth: int) -> Choice:
        tails = ((tail, one) for one in functions for tail in _tails(one))
        return self._any((self.modules(tail, one, depth) for tail, one in tails), none=_UNKNOWN)

    # --- where values come from

    def _configured(self, node: Node, definition: Definition) -> Iterator[Node]:
        arguments = argument_nodes(node)
        app = atom_of(arguments[0]) if arguments else None
        if app is None or len(arguments) < 2:
            return
        source = self.calls.source_of(definition)
        path = significant(arguments[1]) if arguments[1].type == "list" else [arguments[1]]
        key = atom_of(path[0]) or resolved_node(source, path[0], definition.module) if path else None
        values = list(self.configuration.get((app, key or ""), ()))
        for step in path[1:]:
            name = atom_of(step)
            values = [value for table in values for found, value in pairs(table) if found == name]
        yield from values

    def _options_given(self, definition: Definition, name: str, depth: int) -> Iterator[Choice]:
        """Values of an option that callers in these sources give by its name."""
        for caller, site in self._called_by(definition):
            for argument in (site.arguments or ())[-1:]:
                for key, value in pairs(argument) if argument.type in ("keywords", "list") else ():
                    if key == name:
                        yield self.modules(value, caller, depth)

    def _called_by(self, definition: Definition) -> list[tuple[Definition, Site]]:
        if self._callers is None:
            self._callers = {}
            for caller in self.calls.project.definitions():
                for site in self.calls.sites(caller):
                    for target in self.calls.targets(caller, site):
                        self._callers.setdefault(target.key, []).append((caller, site))
        return self._callers.get(definition.key, [])

    @staticmethod
    def _any(choices: Iterable[Choice], *, none: Choice) -> Choice:
        found = list(choices)
        if not found:
            return none
        whole = all(choice.whole for choice in found)
        return Choice(frozenset().union(*(choice.modules for choice in found)), whole)


def _tails(definition: Definition) -> Iterator[Node]:
    for clause in definition.clauses:
        if clause.body:
            yield clause.body[-1]


def _branches(node: Node) -> list[Node] | None:
    """The last expressions of what may be an expression's value; None where it does not branch."""
    name = called_name(node)
    if name in ("if", "unless"):
        inside = (block(node) or [], section(node, "else"))
        return [part[-1] for part in inside if part]
    if name in ("case", "cond"):
        clauses = [one for one in block(node) or [] if one.type == "stab_clause"]
        bodies = [significant(right) for one in clauses if (right := one.child("right")) is not None]
        return [body[-1] for body in bodies if body]
    return None
