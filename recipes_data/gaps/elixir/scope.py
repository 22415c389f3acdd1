"""The only home of which module a name means at a place: `alias`, `import`, `require as:`, nesting, `__MODULE__`."""

from __future__ import annotations

from collections.abc import Iterator

from recipes_data.gaps.elixir.definitions import Alias, Import, Module, Source
from recipes_data.gaps.elixir.syntax import argument_nodes, atom_of, pairs, significant, unwrapped
from recipes_data.gaps.evidence import Where
from recipes_data.gaps.trees import Node

__all__ = ["imported", "read_directives", "resolved", "resolved_node"]

_MODULES = frozenset({"defmodule", "defprotocol", "defimpl"})
_DIRECTIVES = frozenset({"alias", "import", "require"}) | _MODULES


def resolved(source: Source, name: str, at: int, module: str) -> str:
    """The full name of module `name` as written at byte `at` inside `module`. The innermost, latest alias counts."""
    first, dot, rest = name.partition(".")
    if first == "__MODULE__":
        return module + dot + rest
    if first == "Elixir":
        return rest
    found: Alias | None = None
    for one in source.aliases.get(first, ()):
        if one.start <= at < one.end and (found is None or one.start >= found.start):
            found = one
    return (found.full if found else first) + dot + rest


def resolved_node(source: Source, node: Node, module: str) -> str | None:
    """The full name of the module that a node names (`Foo.Bar`, `__MODULE__.Bar`, `:httpc`); None for anything else."""
    written = _written(node)
    if written is not None:
        return resolved(source, written, node.start, module)
    return atom_of(node) if node.type in ("atom", "quoted_atom") else None


def _written(node: Node) -> str | None:
    node = unwrapped(node)
    if node.type == "alias" or (node.type == "identifier" and node.text == "__MODULE__"):
        return "".join(node.text.split())
    if node.type in ("dot", "call"):
        dot = node if node.type == "dot" else node.child("target")
        if dot is None or dot.type != "dot" or node.first("arguments") is not None:
            return None
        left, right = dot.child("left"), dot.child("right")
        if left is not None and right is not None and right.type == "alias":
            before = _written(left)
            return f"{before}.{right.text}" if before else None
    return None


def read_directives(source: Source) -> None:
    """Fill a source with its modules (without what they define), aliases and imports.

    Needs to run before anything is resolved: an alias counts from its place to the end of the block around it.
    """
    _visit(source, source.root, "")


def _visit(source: Source, node: Node, module: str) -> None:
    waiting = [(node, module)]
    while waiting:
        now, inside = waiting.pop()
        within = inside
        if now.type == "call":
            target = now.children[0]
            name = target.text if target.type == "identifier" else ""
            if name in _MODULES:
                within = _define(source, now, name, inside) or inside
            elif name == "import":
                _import(source, now, inside)
            elif name in _DIRECTIVES:
                for short, full in _aliased(source, now, name, inside):
                    _alias(source, short, full, now.start, _end(now))
        waiting.extend((child, within) for child in reversed(now.children) if child.children)


def _end(call: Node) -> int:
    return call.parent.end if call.parent is not None else call.end


def _alias(source: Source, short: str, full: str, start: int, end: int) -> None:
    source.aliases.setdefault(short, []).append(Alias(short, full, start, end))


def _aliased(source: Source, call: Node, directive: str, module: str) -> Iterator[tuple[str, str]]:
    arguments = argument_nodes(call)
    if not arguments:
        return
    options = dict(pairs(arguments[-1])) if len(arguments) > 1 else {}
    first = arguments[0]
    if first.type in ("dot", "call"):
        dot = first if first.type == "dot" else first.child("target")
        right = dot.child("right") if dot is not None else None
        left = dot.child("left") if dot is not None else None
        if left is not None and right is not None and right.type == "tuple":
            before = resolved_node(source, left, module)
            for each in significant(right):
                written = _written(each)
                if before and written and directive == "alias":
                    yield written.rpartition(".")[2], f"{before}.{written}"
            return
    full = resolved_node(source, first, module)
    if full is None:
        return
    if "as" in options:
        short = _written(options["as"])
        if short:
            yield short, full
    elif directive == "alias":
        yield full.rpartition(".")[2], full


def _import(source: Source, call: Node, module: str) -> None:
    arguments = argument_nodes(call)
    full = resolved_node(source, arguments[0], module) if arguments else None
    if full is None:
        return
    options = dict(pairs(arguments[-1])) if len(arguments) > 1 else {}
    chosen = options.get("only") or options.get("except")
    names: frozenset[tuple[str, int]] = frozenset()
    listed = False
    if chosen is not None and atom_of(chosen) is None:  # `only: :macros` does not say which
        names = frozenset((key, int(value.text)) for key, value in pairs(chosen) if value.text.isdigit())
        listed = "only" in options
    source.imports.append(Import(full, listed, names, call.start, _end(call), source.path))


def _define(source: Source, call: Node, kind: str, outer: str) -> str | None:
    arguments = argument_nodes(call)
    written = _written(arguments[0]) if arguments else None
    if written is None:
        source.computed.append(Where(source.path, call.line))
        return None
    if kind == "defimpl":
        protocol = resolved(source, written, call.start, outer)
        target = dict(pairs(arguments[-1])).get("for") if len(arguments) > 1 else None
        whom = resolved_node(source, target, outer) if target is not None else outer
        name = f"{protocol}.{whom}" if whom else protocol
        module = Module(name, Where(source.path, call.line), call, call.start, call.end, protocol=protocol)
    else:
        name = _nested(source, written, call, outer)
        module = Module(name, Where(source.path, call.line), call, call.start, call.end)
    source.modules.append(module)
    return name


def _nested(source: Source, written: str, call: Node, outer: str) -> str:
    first = written.partition(".")[0]
    if first in ("__MODULE__", "Elixir") or not outer:
        return resolved(source, written, call.start, outer) if first in ("__MODULE__", "Elixir") else written
    # the rest of the outer module may call it by its short name
    _alias(source, first, f"{outer}.{first}", call.start, _end(call))
    return f"{outer}.{written}"


def imported(source: Source, at: int) -> list[Import]:
    """Imports in force at a byte of a file."""
    return [one for one in source.imports if one.start <= at < one.end]
