"""The only home of how a module's body is read: definitions with their documentation, attributes, `use`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from recipes_data.gaps.elixir.definitions import Clause, Definition, Module, Said, Source, Statement
from recipes_data.gaps.elixir.heads import Head, head_of
from recipes_data.gaps.elixir.loops import Names, loop_names, names_of
from recipes_data.gaps.elixir.scope import read_directives, resolved_node
from recipes_data.gaps.elixir.syntax import (
    argument_nodes,
    atom_of,
    block,
    called_name,
    operator,
    pairs,
    plain_text,
    receiver,
    significant,
)
from recipes_data.gaps.evidence import Where
from recipes_data.gaps.trees import Node

__all__ = ["DEFINERS", "read_body", "read_source"]

DEFINERS = frozenset(
    {"def", "defp", "defmacro", "defmacrop", "defguard", "defguardp", "defdelegate"},
)
_DEFINE_MODULES = frozenset({"defmodule", "defprotocol", "defimpl"})


@dataclass(slots=True)
class _Body:
    source: Source
    module: Module
    injected_by: str = ""
    waiting: Said = field(default_factory=Said)


def read_source(path: str, root: Node) -> Source:
    """Everything that one file defines."""
    source = Source(path, root)
    read_directives(source)
    for module in source.modules:
        read_body(source, module, block(module.node) or [])
    return source


def read_body(
    source: Source,
    module: Module,
    body: Iterable[Node],
    *,
    injected_by: str = "",
    said: Said | None = None,
    names: Names | None = None,
) -> None:
    """Add what the statements of a module's body (or of a quote that a macro puts there) define to the module.

    `names`: what variables stand for in computed names (`unquote(name)`).
    """
    state = _Body(source, module, injected_by, said or Said())
    for statement in body:
        _statement(state, statement, names or {})


def _statement(state: _Body, node: Node, names: Names) -> None:
    if operator(node) == "@":
        operand = node.child("operand")
        if operand is not None and operand.type == "call":
            _attribute(state, called_name(operand), argument_nodes(operand))
        return
    if node.type == "call":
        name = called_name(node) if node.children[0].type == "identifier" or _of_kernel(node) else ""
        if _defined(state, node, name, names):
            return
        if name == "for":
            names = {**names, **loop_names(state.module, node)}
        elif name not in _WORDS:
            state.module.statements.append(Statement(node, state.source.path, state.waiting, names))
            state.waiting = Said()
    # definitions stand in conditions, loops and functions given to Enum.each as well
    if node.type in _AROUND:
        for child in node.children:
            if child.children:
                _statement(state, child, names)


def _defined(state: _Body, node: Node, name: str, names: Names) -> bool:
    """Whether the call defines something (or holds what is no part of this module); done then."""
    if name in DEFINERS:
        _definition(state, node, name, names)
    elif name == "use":
        arguments = argument_nodes(node)
        full = resolved_node(state.source, arguments[0], state.module.name) if arguments else None
        if full:
            state.module.uses.append((full, node))
    elif name == "defexception":
        state.module.exception = True
    else:
        return name in _DEFINE_MODULES or name == "quote"
    return True


def _of_kernel(node: Node) -> bool:
    before = receiver(node)
    return before is not None and before.text == "Kernel"


_WORDS = frozenset({"alias", "import", "require", "if", "unless", "case", "cond", "with", "try", "defstruct"})
_AROUND = frozenset(
    {
        "call",
        "do_block",
        "else_block",
        "rescue_block",
        "after_block",
        "stab_clause",
        "body",
        "block",
        "arguments",
        "anonymous_function",
        "keywords",
        "pair",
        "binary_operator",
    }
)


# --- attributes


def _attribute(state: _Body, name: str, values: list[Node]) -> None:
    if not values:
        return
    module, value = state.module, values[0]
    if name in ("doc", "moduledoc", "typedoc", "deprecated", "impl"):
        _documentation(state, name, value)
    elif name == "spec":
        _signature(module.specs, value)
    elif name in ("callback", "macrocallback"):
        _signature(module.callbacks, value)
        state.waiting = Said()
    elif name in ("type", "typep", "opaque"):
        left, right = value.child("left"), value.child("right")
        if operator(value) == "::" and left is not None and right is not None:
            module.types[called_name(left)] = right
    elif name == "behaviour":
        behaviour = resolved_node(state.source, value, module.name)
        if behaviour:
            module.behaviours.append(behaviour)
    else:
        module.attributes.setdefault(name, []).append(value)


def _documentation(state: _Body, name: str, value: Node) -> None:
    hidden = atom_of(value) == "false"
    text = plain_text(value)
    if name == "deprecated":
        state.waiting.deprecated = text or "deprecated"
    elif name == "impl":
        state.waiting.implements = not hidden
    elif name == "moduledoc":
        state.module.hidden, state.module.doc = hidden, text or ""
    elif name == "doc":
        about = dict(pairs(value)) if value.type == "keywords" else None
        if about is not None:  # `@doc since: "1.2"` is no documentation
            if "deprecated" in about:
                state.waiting.deprecated = plain_text(about["deprecated"]) or "deprecated"
            return
        state.waiting.hidden = hidden
        state.waiting.doc = "" if hidden else (value.text if text is None else text)


def _signature(into: dict[tuple[str, int], Node], value: Node) -> None:
    node = value
    if operator(node) == "when":
        node = node.child("left") or node
    left = node.child("left") if operator(node) == "::" else None
    head = head_of(left) if left is not None else None
    if head is not None and head.name is not None:
        into.setdefault((head.name, len(head.parameters)), value)


# --- definitions


def _definition(state: _Body, node: Node, keyword: str, names: Names) -> None:
    arguments = argument_nodes(node)
    waiting, state.waiting = state.waiting, Said()
    heads = significant(arguments[0]) if arguments and arguments[0].type == "list" else arguments[:1]
    for written in heads:
        head = head_of(written)
        if head is None:
            continue
        if head.computed is None:
            _add(state, node, keyword, head, head.name or "", waiting)
            continue
        known = names_of(head.computed, names)
        for name in known:
            _add(state, node, keyword, head, name, waiting)
        if not known:
            state.source.computed.append(Where(state.source.path, node.line))


def _add(state: _Body, node: Node, keyword: str, head: Head, name: str, waiting: Said) -> None:
    module = state.module
    least, most = head.arity
    found = module.definitions.get((name, most))
    if found is None:
        where = Where(state.source.path, node.line)
        found = Definition(module.name, name, (least, most), keyword, where, state.source.path)
        found.injected_by = state.injected_by
        module.definitions[name, most] = found
    elif found.injected_by and not state.injected_by:
        # what a module defines itself overrides what `use` put there
        found.clauses.clear()
        found.injected_by, found.where, found.path = "", Where(state.source.path, node.line), state.source.path
    elif state.injected_by and not found.injected_by:
        return
    found.arity = (min(found.arity[0], least), most)
    found.doc = found.doc or waiting.doc
    found.deprecated = found.deprecated or waiting.deprecated
    found.implements = found.implements or waiting.implements
    found.hidden = found.hidden or waiting.hidden or (waiting.implements and not waiting.doc)
    inside = block(node) if keyword != "defdelegate" else None
    if keyword.startswith("defguard"):
        inside = [head.guard] if head.guard is not None else []
    body = None if inside is None else tuple(inside)
    found.clauses.append(Clause(head.parameters, head.guard, body, node))
