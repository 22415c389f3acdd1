"""The only home of how ExUnit tests are read: each test, what it calls, whether it asks a real Hub, what it asserts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from recipes_data.gaps.elixir.control import patterns_of
from recipes_data.gaps.elixir.definitions import Clause, Definition, Key, Module
from recipes_data.gaps.elixir.graph import Graph
from recipes_data.gaps.elixir.scope import resolved_node
from recipes_data.gaps.elixir.syntax import (
    HOLE,
    argument_nodes,
    atom_of,
    block,
    called_name,
    operator,
    pairs,
    plain_text,
    unwrapped,
)
from recipes_data.gaps.evidence import Where
from recipes_data.gaps.inventory import TestCase, TestKind
from recipes_data.gaps.trees import Node, walk

__all__ = ["Case", "read_cases"]

_LIVE = re.compile(r"\A(live|integration|external|network|online|remote|real|hub|huggingface|e2e|acceptance)(_|\Z)")
_FAKES = re.compile(
    r"\A(Bypass|Mox|Mimic|Mock|Patch|ExVCR|Hammox|FakeServer|Plug|Req\.Test|Tesla\.Mock|TestServer)(\.|\Z)"
)
_FAKE_CALLS = frozenset({"use_cassette", "with_mock", "with_mocks", "stub_with"})
_SETUPS = frozenset({"setup", "setup_all"})
_CHECKS = re.compile(r"\A(assert|refute|flunk|catch_|check|verify|expect)")


@dataclass(frozen=True, slots=True)
class Case:
    """A test, and whether anything in it can fail it."""

    test: TestCase
    asserts: bool


@dataclass(slots=True)
class _Group:
    """What holds for the tests of a module or of a `describe`."""

    title: str = ""
    tags: set[str] = field(default_factory=set)
    setups: list[Node] = field(default_factory=list)


def read_cases(graph: Graph, senders: frozenset[Key]) -> tuple[Case, ...]:
    """All tests of a project, in the order of files and lines."""
    found: list[Case] = []
    project = graph.calls.project
    for name in sorted(project.tests):
        module = project.tests[name]
        if module.path.endswith("_test.exs"):
            found += _module(graph, senders, module)
    return tuple(sorted(found, key=lambda case: (case.test.where, case.test.name)))


def _module(graph: Graph, senders: frozenset[Key], module: Module) -> Iterator[Case]:
    outer = _Group()
    yield from _statements(graph, senders, module, block(module.node) or [], [outer])


def _statements(
    graph: Graph, senders: frozenset[Key], module: Module, nodes: list[Node], groups: list[_Group]
) -> Iterator[Case]:
    pending: set[str] = set()
    here = groups[-1]
    for node in nodes:
        if node.type == "call":
            name = called_name(node)
            if name in _SETUPS:
                here.setups.append(node)
            elif name == "describe":
                inner = _Group(_title(node))
                yield from _statements(graph, senders, module, block(node) or [], [*groups, inner])
            elif name in ("test", "property"):
                yield _test(graph, senders, module, node, groups, pending)
                pending = set()
            elif name == "doctest":
                yield from _doctests(graph, module, node)
        elif operator(node) == "@":
            _tags(node, here, pending)
    # loops around tests
    for node in nodes:
        if node.type == "call" and called_name(node) in ("for", "if", "unless"):
            yield from _statements(graph, senders, module, block(node) or [], groups)


def _tags(node: Node, group: _Group, pending: set[str]) -> None:
    operand = node.child("operand")
    name = called_name(operand) if operand is not None else ""
    if operand is None or name not in ("tag", "describetag", "moduletag"):
        return
    tags: set[str] = set()
    for value in argument_nodes(operand):
        atom = atom_of(value)
        tags |= {atom} if atom else {key for key, each in pairs(value) if atom_of(each) not in ("false", "nil")}
    (pending if name == "tag" else group.tags).update(tags)


def _title(node: Node) -> str:
    arguments = argument_nodes(node)
    text = plain_text(arguments[0]) if arguments else None
    return (text or "").replace(HOLE, "{}")


def _test(
    graph: Graph, senders: frozenset[Key], module: Module, node: Node, groups: list[_Group], pending: set[str]
) -> Case:
    body = block(node) or []
    title = " ".join(part for part in (called_name(node), *(one.title for one in groups), _title(node)) if part)
    setups = [one for group in groups for one in group.setups]
    own = _definition(module, node, body)
    around = [_definition(module, one, (block(one) or []) + argument_nodes(one)) for one in setups]
    started = [own, *around, *_named_setups(graph, module, setups)]
    ours = _of_tests(graph, started)
    entered = [one for start in ours for one in graph.edges(start) if _is_client(graph, one)]
    reached = frozenset().union(*(graph.closure(one) for one in entered))
    direct = [one for start in (own, *around) for one in graph.edges(start) if _is_client(graph, one)]
    tags = pending.union(*(group.tags for group in groups))
    faked = any(_fakes(graph, one) for one in ours)
    kind = _kind(tags, senders & reached, faked=faked)
    calls = tuple(sorted({_name(one.key) for one in direct if one.public}))
    reaches = tuple(sorted({_name(key) for key in reached & graph.public()} - set(calls)))
    test = TestCase(f"{title} ({module.name})", Where(module.path, node.line), kind, calls, reaches)
    return Case(test, asserts=_asserts(graph, own, ours))


def _definition(module: Module, node: Node, body: list[Node]) -> Definition:
    """A test as a function of its module: what is known of functions then holds for it."""
    where = Where(module.path, node.line)
    name = f"test at {node.start}"
    return Definition(module.name, name, (0, 0), "def", where, module.path, [Clause((), None, tuple(body), node)])


def _named_setups(graph: Graph, module: Module, setups: list[Node]) -> list[Definition]:
    """Functions of `setup [:make_repo, :stub]`."""
    names = {atom_of(one) for node in setups for given in argument_nodes(node) for one in walk(given, ("atom",))}
    return [one for name in sorted(name for name in names if name) for one in graph.calls.named(module.name, name, 1)]


def _is_client(graph: Graph, definition: Definition) -> bool:
    return definition.module in graph.calls.project.modules


def _of_tests(graph: Graph, start: list[Definition]) -> list[Definition]:
    """Tests, and what they call of the tests' own code."""
    found: dict[Key, Definition] = {}
    waiting = list(start)
    for one in waiting:  # grows while it is read
        if one.key not in found and not _is_client(graph, one):
            found[one.key] = one
            waiting += graph.edges(one)
    return list(found.values())


def _name(key: Key) -> str:
    return f"{key[0]}.{key[1]}"


def _kind(tags: set[str], sends: frozenset[Key], *, faked: bool) -> TestKind:
    if any(_LIVE.search(tag) for tag in tags) and not faked:
        return "live"
    if faked:
        return "recorded"
    return "unknown" if sends else "local"


def _fakes(graph: Graph, definition: Definition) -> bool:
    """Whether code of the tests puts something in the place of a server."""
    for site in graph.calls.sites(definition):
        if site.name in _FAKE_CALLS or _FAKES.search(site.module):
            return True
        for argument in site.arguments or ():
            if argument.type == "keywords" and any(key == "plug" for key, _ in pairs(argument)):
                return True
    module = graph.calls.modules.get(definition.module)
    source = graph.calls.source_of(definition)
    imports = [one.module for one in source.imports] + [used for used, _ in (module.uses if module else ())]
    return any(_FAKES.search(name) for name in imports)


def _asserts(graph: Graph, own: Definition, ours: list[Definition]) -> bool:
    return any(_can_match_fail(node) for node in own.clauses[0].body or ()) or any(_checks(graph, one) for one in ours)


def _can_match_fail(node: Node) -> bool:
    """A match with a pattern, or a `case` that does not take everything."""
    for one in walk(node, ("call",)):
        if called_name(one) == "case" and one.children[0].type == "identifier":
            patterns = [patterns_of(clause) for clause in block(one) or [] if clause.type == "stab_clause"]
            if patterns and not any(unwrapped(each[0]).type == "identifier" for each in patterns if each):
                return True
    for one in walk(node, ("binary_operator",)):
        left = one.child("left")
        if operator(one) == "=" and left is not None and unwrapped(left).type != "identifier":
            return True
    return False


def _checks(graph: Graph, definition: Definition) -> bool:
    for site in graph.calls.sites(definition):
        constant = site.arguments is not None and [one.text for one in site.arguments] == ["true"]
        if _CHECKS.match(site.name) and not constant:
            return True
    return False


def _doctests(graph: Graph, module: Module, node: Node) -> Iterator[Case]:
    """`doctest Module`: the examples in its documentation, each function's as one test."""
    source = graph.calls.project.sources[module.path]
    arguments = argument_nodes(node)
    full = resolved_node(source, arguments[0], module.name) if arguments else None
    tested = graph.calls.project.modules.get(full or "")
    for definition in tested.definitions.values() if tested is not None else ():
        if "iex>" in definition.doc:
            name = f"doctest {_name(definition.key)}/{definition.arity[1]} ({module.name})"
            test = TestCase(name, Where(module.path, node.line), "local", (_name(definition.key),))
            yield Case(test, asserts=True)
