"""The only home of which calls stand in a piece of Elixir, and which definitions of the sources they reach."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from recipes_data.gaps.elixir.definitions import Clause, Definition, Key, Module, Source
from recipes_data.gaps.elixir.project import Project
from recipes_data.gaps.elixir.reading import DEFINERS
from recipes_data.gaps.elixir.scope import imported, resolved_node
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

__all__ = ["Calls", "Form", "Site", "bound_names", "delegate_of", "sites_in"]

Form = Literal["call", "pipe", "capture", "apply"]

_NO_CALLS = DEFINERS | {"alias", "import", "require", "use", "quote", "unquote", "fn", "__MODULE__", "defmodule"}
# functions that call a function given as module, name, list of arguments, with where the module stands
_BY_NAME = {"apply": 0, "spawn": 0, "spawn_link": 0, "spawn_monitor": 0}
_BY_NAME_REMOTE = {
    ("Kernel", "apply"): 0,
    ("erlang", "apply"): 0,
    ("Task", "async"): 0,
    ("Task", "start"): 0,
    ("Task", "start_link"): 0,
    ("Task", "async_stream"): 1,
    ("Task.Supervisor", "async"): 1,
    ("Task.Supervisor", "async_nolink"): 1,
    ("Task.Supervisor", "start_child"): 1,
    ("Task.Supervisor", "async_stream"): 2,
    ("timer", "apply_after"): 1,
    ("rpc", "call"): 1,
    ("Function", "capture"): 0,
}


@dataclass(frozen=True, slots=True)
class Site:
    """One call where it stands.

    `module`: the full name of the module that is called, "" for a local call. `dynamic`: the expression before the dot
    (or first argument of `apply`) where it is no module's name. `name`: "" where it is computed. `arguments` include
    what is piped in; None where they are not written there (`&f/1`, `apply(m, f, args)`), then `arity` may be None too.
    """

    node: Node
    form: Form
    module: str
    dynamic: Node | None
    name: str
    arity: int | None
    arguments: tuple[Node, ...] | None


def sites_in(
    source: Source, module: str, nodes: Iterable[Node], variables: Collection[str] = frozenset()
) -> Iterator[Site]:
    """Calls in expressions, in the order of the text. A bare name is one where it is none of `variables`."""
    waiting = list(nodes)
    waiting.reverse()
    while waiting:
        node = waiting.pop()
        waiting.extend(reversed(node.children))
        if node.type == "call":
            yield from _call(source, module, node)
        elif node.type == "identifier":
            yield from _bare(node, variables)
        elif node.type == "unary_operator" and operator(node) == "&":
            yield from _captured(source, module, node)
        elif node.type == "tuple":
            inside = significant(node)
            if len(inside) == 3 and inside[2].type == "list" and atom_of(inside[1]) is not None:
                yield from _named(source, module, node, inside, sure=False)


def _call(source: Source, module: str, node: Node) -> Iterator[Site]:
    name, before = called_name(node), receiver(node)
    if not name or (before is None and name in _NO_CALLS) or _is_capture_by_arity(node):
        return  # no name: an anonymous function, `fun.(1)`
    piped = piped_into(node)
    arguments = argument_nodes(node) if piped is None else [piped, *argument_nodes(node)]
    form: Form = "capture" if _in_capture(node) else "call" if piped is None else "pipe"
    if before is None:
        yield Site(node, form, "", None, name, len(arguments), tuple(arguments))
        if name in _BY_NAME:
            yield from _named(source, module, node, arguments[_BY_NAME[name] :])
        return
    if node.children[0].children[-1].type == "alias":
        return  # `__MODULE__.Name`: a module, no call
    full = resolved_node(source, before, module)
    if full is not None:
        yield Site(node, form, full, None, name, len(arguments), tuple(arguments))
        at = _BY_NAME_REMOTE.get((full, name))
        if at is not None:
            yield from _named(source, module, node, arguments[at:])
    elif node.first("arguments") is not None or unwrapped(before).type == "unary_operator" or piped is not None:
        # without parentheses `a.b` is a map's field, but for a module in an attribute
        yield Site(node, form, "", before, name, len(arguments), tuple(arguments))


def _bare(node: Node, variables: Collection[str]) -> Iterator[Site]:
    """A name alone: what is piped into it makes it a call; else it is one only where it is no variable."""
    parent = node.parent
    if node.field == "target" or (parent is not None and (parent.type == "dot" or operator(parent) == "@")):
        return
    piped = piped_into(node)
    name = node.text
    if piped is not None:
        yield Site(node, "pipe", "", None, name, 1, (piped,))
    elif name not in variables and name != "__MODULE__":
        yield Site(node, "call", "", None, name, 0, ())


def _named(source: Source, module: str, node: Node, parts: list[Node], *, sure: bool = True) -> Iterator[Site]:
    """A call given as module, name and arguments."""
    if len(parts) < 3:
        return
    target, name = resolved_node(source, parts[0], module), atom_of(parts[1])
    if target is None and not sure:
        return
    last = unwrapped(parts[2])
    arguments = tuple(significant(last)) if last.type == "list" else None
    arity = len(arguments) if arguments is not None else int(last.text) if last.type == "integer" else None
    yield Site(node, "apply", target or "", None if target else parts[0], name or "", arity, arguments)


def _captured(source: Source, module: str, node: Node) -> Iterator[Site]:
    """`&name/1` and `&Module.name/1`."""
    inside = next((unwrapped(child) for child in node.children_of("operand") if child.named), None)
    if inside is None or operator(inside) != "/":
        return
    left, right = inside.child("left"), inside.child("right")
    if left is None or right is None or right.type != "integer":
        return
    before = receiver(left) if left.type == "call" else None
    full = resolved_node(source, before, module) if before is not None else ""
    dynamic = before if full is None else None
    yield Site(node, "capture", full or "", dynamic, called_name(left), int(right.text), None)


def _is_capture_by_arity(node: Node) -> bool:
    parent = node.parent
    if parent is None or node.field != "left" or operator(parent) != "/":
        return False
    around = parent.parent
    while around is not None and around.type == "block":
        around = around.parent
    return around is not None and operator(around) == "&" and node.first("arguments") is None


def _in_capture(node: Node) -> bool:
    """Whether the call is what `&` captures: `&f(&1)`, `&(&1 |> f())`."""
    around = node.parent
    while around is not None and (around.type == "block" or is_pipe(around)):
        around = around.parent
    return around is not None and operator(around) == "&"


def bound_names(clause: Clause) -> set[str]:
    """Every name that is a variable somewhere in a clause: parameters and what patterns bind."""
    found = {one.text for parameter in clause.parameters for one in walk(parameter.pattern, ("identifier",))}
    for node in clause.body or ():
        for one in walk(node, ("binary_operator", "stab_clause")):
            if one.type == "stab_clause" or operator(one) in ("=", "<-"):
                left = one.child("left")
                found |= {name.text for name in walk(left, ("identifier",))} if left is not None else set()
    return found


def delegate_of(source: Source, definition: Definition) -> tuple[str, str] | None:
    """Module and name that a `defdelegate` hands on to; None where it is no delegate or the module is computed."""
    if definition.keyword != "defdelegate":
        return None
    arguments = argument_nodes(definition.clauses[0].head)
    options = dict(pairs(arguments[-1])) if len(arguments) > 1 else {}
    target = resolved_node(source, options["to"], definition.module) if "to" in options else None
    name = atom_of(options["as"]) if "as" in options else definition.name
    return (target, name) if target and name else None


@dataclass(slots=True)
class Calls:
    """Calls of a whole project, each looked up once."""

    project: Project
    modules: dict[str, Module] = field(init=False)
    _index: dict[str, dict[str, list[Definition]]] = field(default_factory=dict)
    _sites: dict[Key, tuple[Site, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.modules = {**self.project.tests, **self.project.modules}
        for name, module in self.modules.items():
            named = self._index.setdefault(name, {})
            for definition in module.definitions.values():
                named.setdefault(definition.name, []).append(definition)

    def source_of(self, definition: Definition) -> Source:
        """The file that a definition's clauses stand in."""
        return self.project.sources[definition.path]

    def sites(self, definition: Definition) -> tuple[Site, ...]:
        """Calls in a definition's bodies, guards and defaults."""
        known = self._sites.get(definition.key)
        if known is None:
            known = self._sites[definition.key] = tuple(self._found(definition))
        return known

    def _found(self, definition: Definition) -> Iterator[Site]:
        source = self.source_of(definition)
        for clause in definition.clauses:
            variables = bound_names(clause)
            nodes = [one.default for one in clause.parameters if one.default is not None]
            nodes += [clause.guard] if clause.guard is not None and not definition.macro else []
            nodes += clause.body or ()
            yield from sites_in(source, definition.module, nodes, variables)

    def named(self, module: str, name: str, arity: int | None) -> list[Definition]:
        """Definitions of a module that a call of this name and arity reaches; arity None: any."""
        return [
            one
            for one in self._index.get(module, {}).get(name, ())
            if arity is None or one.arity[0] <= arity <= one.arity[1]
        ]

    def importers(self, source: Source, at: int, name: str, arity: int | None) -> list[str]:
        """Modules from which a local call may come by `import`, as far as `only:` and `except:` tell."""
        found = []
        for one in imported(source, at):
            listed = any(name == key and arity in (None, value) for key, value in one.names)
            if (listed if one.only else not listed) and one.module not in found:
                found.append(one.module)
        return found

    def targets(self, definition: Definition, site: Site) -> list[Definition]:
        """Definitions of the sources that a call reaches, where its module is known."""
        if site.dynamic is not None or not site.name:
            return []
        if site.module:
            return self.named(site.module, site.name, site.arity)
        own = self.named(definition.module, site.name, site.arity)
        if own:
            return own
        source = self.source_of(definition)
        for module in self.importers(source, site.node.start, site.name, site.arity):
            found = self.named(module, site.name, site.arity)
            if found:
                return [one for one in found if one.public]
        return []
