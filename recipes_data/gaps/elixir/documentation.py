"""The only home of what documentation and specs say of a function: summary, options and their values, returns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from recipes_data.gaps.elixir.definitions import Definition, Module
from recipes_data.gaps.elixir.syntax import argument_nodes, atom_of, called_name, operator, pairs, receiver, significant
from recipes_data.gaps.elixir.values import Atom, Values
from recipes_data.gaps.trees import Node

__all__ = [
    "documented_options",
    "documented_values",
    "returns_of",
    "spec_types",
    "summary_of",
    "type_values",
    "typed_options",
]

_BULLET = re.compile(r"\A\s*(?:[*+-]|\|)\s+(.*)\Z")
_OPTION = re.compile(r"`:([a-z_][A-Za-z0-9_]*[?!]?)`|`([a-z_][A-Za-z0-9_]*):`|\*\*:([a-z_]\w*)\*\*|\A:([a-z_]\w*)\b")
_ATOM = re.compile(r"(?<![\w:`])`?:([a-z_][a-z0-9_]*)`?")
_HEADING = re.compile(r"\A\s*#+\s*(.*)\Z")
_OF_OPTIONS = re.compile(r"\b(options?|opts|accepts?|supports?|keywords?|arguments?)\b", re.IGNORECASE)
_OF_VALUES = re.compile(r"\b(values?|one of|can be|may be)\b", re.IGNORECASE)
_DEEPEST = 4


def summary_of(doc: str) -> str:
    """The first paragraph of a documentation, on one line."""
    paragraph: list[str] = []
    for line in doc.strip().split("\n"):
        if not line.strip() or line.lstrip().startswith("#"):
            break
        paragraph.append(line.strip())
    return " ".join(paragraph)


def documented_options(doc: str) -> dict[str, str]:
    """Options that a documentation lists, each with its text: bullets (or table rows) that start with `:name`.

    Where there is a section about options, what other sections list does not count.
    """
    sections = list(_sections(doc))
    about = [lines for heading, lines in sections if "option" in heading.lower()]
    found: dict[str, str] = {}
    for lines in about or [lines for _, lines in sections]:
        found.update(_listed(lines, trusted=bool(about)))
    return found


def _sections(doc: str) -> Iterator[tuple[str, list[str]]]:
    heading, lines = "", list[str]()
    for line in doc.split("\n"):
        match = _HEADING.match(line)
        if match:
            yield heading, lines
            heading, lines = match[1], []
        else:
            lines.append(line)
    yield heading, lines


def _listed(lines: list[str], *, trusted: bool) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    names: list[str] = []
    are_options = trusted
    for line in lines:
        bullet = _BULLET.match(line)
        if bullet:
            head = re.split(r"\s+(?:-{1,3}|\u2013|\u2014)\s+|:\s|\s\|", bullet[1], maxsplit=1)[0]
            names = ["".join(groups) for groups in _OPTION.findall(head)] if _OPTION.match(bullet[1].strip()) else []
            for name in names if are_options else ():
                found.setdefault(name, [bullet[1]])
        elif line.strip() and not line.startswith((" ", "\t")):
            # "the values for `:case` can be:" is followed by no options
            introduced = trusted or _OF_OPTIONS.search(line) is not None
            are_options, names = introduced and not _OF_VALUES.search(line), []
        elif line.strip():
            for name in names:
                found.setdefault(name, []).append(line.strip())
        else:
            names = []
    return {name: " ".join(text) for name, text in found.items()}


def documented_values(options: Mapping[str, str]) -> dict[str, Values]:
    """Atoms that a documentation names as the values of an option, where it names two or more."""
    found: dict[str, Values] = {}
    for name, text in options.items():
        atoms = frozenset(Atom(atom) for atom in _ATOM.findall(text) if atom != name)
        if len(atoms) > 1:
            found[name] = atoms
    return found


def returns_of(module: Module, definition: Definition) -> str | None:
    """What a spec says a function returns, on one line."""
    spec = _spec(module, definition)
    right = spec.child("right") if spec is not None else None
    return " ".join(right.text.split()) if right is not None else None


def _spec(module: Module, definition: Definition) -> Node | None:
    least, most = definition.arity
    for arity in range(most, least - 1, -1):
        spec = module.specs.get((definition.name, arity)) or module.callbacks.get((definition.name, arity))
        if spec is not None:
            return spec.child("left") if operator(spec) == "when" else spec
    return None


def spec_types(module: Module, definition: Definition) -> list[Node]:
    """The types of a function's arguments, where a spec for all of them stands."""
    spec = _spec(module, definition)
    head = spec.child("left") if spec is not None else None
    types = argument_nodes(head) if head is not None and head.type == "call" else []
    return types if len(types) == definition.arity[1] else []


def typed_options(modules: Mapping[str, Module], module: Module, node: Node) -> dict[str, str]:
    """Options that a type lists: `[revision: String.t()]`, `[opt()]`, a type's name for one of these."""
    found: dict[str, str] = {}
    for inner in _expanded(modules, module, node, 0):
        if inner.type == "list":
            for key, value in pairs(inner):
                found[key] = " ".join(value.text.split())
            for item in significant(inner):
                if item.type != "keywords":
                    found.update(_tuples(modules, module, item))
    return found


def _tuples(modules: Mapping[str, Module], module: Module, node: Node) -> dict[str, str]:
    return {
        key: " ".join(value.text.split())
        for inner in _expanded(modules, module, node, 0)
        if inner.type == "tuple"
        for key, value in pairs(inner)
    }


def type_values(modules: Mapping[str, Module], module: Module, node: Node) -> Values | None:
    """The atoms of a type that is nothing but atoms (`:model | :dataset`); None for any other type."""
    atoms = [atom_of(inner) for inner in _expanded(modules, module, node, 0)]
    if len(atoms) < 2 or any(atom is None for atom in atoms):
        return None
    return frozenset(Atom(atom) for atom in atoms if atom is not None)


def _expanded(modules: Mapping[str, Module], module: Module, node: Node, depth: int) -> Iterator[Node]:
    """A union's members; of a named type of these sources, those of its definition."""
    if operator(node) in ("|", "::"):
        sides = (node.child("left"), node.child("right")) if operator(node) == "|" else (node.child("right"),)
        for side in sides:
            if side is not None:
                yield from _expanded(modules, module, side, depth)
        return
    name, owner = called_name(node), module
    before = receiver(node) if node.type == "call" else None
    if before is not None:
        owner = modules.get(before.text, module) if before.text != "__MODULE__" else module
    body = (
        owner.types.get(name)
        if node.type in ("call", "identifier") and (before is None or owner is not module)
        else None
    )
    if body is not None and depth < _DEEPEST:
        yield from _expanded(modules, owner, body, depth + 1)
    else:
        yield node
