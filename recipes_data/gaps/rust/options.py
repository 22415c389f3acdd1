"""The only home of how Rust functions take options: a builder's methods, the fields of a struct of parameters."""

from __future__ import annotations

import re
from collections.abc import Iterator

from recipes_data.gaps.inventory import Argument
from recipes_data.gaps.rust.bodies import Reader
from recipes_data.gaps.rust.items import Fn, Named, doc_of, is_pub
from recipes_data.gaps.rust.scope import parameters
from recipes_data.gaps.rust.summaries import Summaries, fields_read
from recipes_data.gaps.trees import Node, walk

__all__ = ["Options"]

# what a builder ends with
_ENDS = frozenset(
    {"build", "send", "call", "execute", "run", "finish", "create", "fetch", "download", "send_async", "try_build"}
)
_BAGS = re.compile(r"(Params|Parameters|Options|Opts|Request|Config|Args|Query|Filter|Spec)\Z")
_FIELD_BEHIND = re.compile(rb"\s*\.\s*(\w+)\b(?!\s*\()")


class Options:
    """Answers which options a function has besides its arguments."""

    def __init__(self, reader: Reader, summaries: Summaries) -> None:
        self.names = reader.names
        self.summaries = summaries
        self.read = fields_read(reader)
        self.setters: dict[str, list[Fn]] = {}
        for function in self.names.items.functions.values():
            if function.owner is not None and function.visible and self._is_setter(function):
                self.setters.setdefault(function.owner, []).append(function)

    def of(self, function: Fn, own: list[Argument]) -> Iterator[Argument]:
        """A builder's setters for the method that ends it; fields of structs that stand for parameters."""
        taken = {argument.name for argument in own}
        if function.owner in self.setters and function.name in _ENDS:
            for setter in sorted(self.setters[function.owner], key=lambda one: one.node.line):
                if setter.name not in taken:
                    taken.add(setter.name)
                    yield self._setter(setter)
        for name, node in parameters(function.node):
            path = self.names.type_of(node, function.module, function.owner)
            named = self.names.items.types.get(path or "")
            if named is not None and named.kind == "struct" and self._is_bag(named):
                for one in self._fields(named, function, name):
                    if one.name not in taken:
                        taken.add(one.name)
                        yield one

    def _is_setter(self, function: Fn) -> bool:
        """`fn name(self, value) -> Self`, and the same by reference."""
        listed, returned = function.node.child("parameters"), function.node.child("return_type")
        if (
            listed is None
            or listed.first("self_parameter") is None
            or returned is None
            or not parameters(function.node)
        ):
            return False
        outer = returned.text.split("<")[0].split("::")[-1].strip("& ").removeprefix("mut ").strip()
        is_itself = outer in ("Self", (function.owner or "").rsplit("::", 1)[-1])
        changes = any(
            (node.child("field") is not None and node.parent is not None and node.field == "left")
            for node in walk(function.node, ("field_expression",))
        )
        built = (function.owner or "").endswith(("Builder", "Request")) or function.name.startswith(("with_", "set_"))
        return is_itself and (changes or built)

    def _setter(self, setter: Fn) -> Argument:
        given = parameters(setter.node)
        kind = given[0][1]
        used = any(name in self.summaries.read.get(setter.path, ()) for name, _ in given)
        stored = {
            label.text
            for node in walk(setter.node, ("field_expression",))
            if node.field == "left" and (label := node.child("field")) is not None
        }
        # a value that only lies in a field is read where the field is
        read = used and (not stored or bool(stored & self.read))
        return Argument(
            setter.name,
            option=True,
            type=" ".join(kind.text.split()) if kind is not None else None,
            documented=bool(setter.doc),
            read=read,
        )

    def _is_bag(self, named: Named) -> bool:
        derived = " ".join(named.attributes)
        return bool(_BAGS.search(named.path)) or "Builder" in derived

    def _fields(self, named: Named, function: Fn, parameter: str) -> Iterator[Argument]:
        used = self._fields_used(function, parameter)
        for name, node in named.fields.items():
            declared = node.parent
            if declared is None or not (is_pub(declared) or "Builder" in " ".join(named.attributes)):
                continue
            optional = node.text.startswith("Option<")
            given = _default(declared)
            yield Argument(
                name,
                option=True,
                default="None" if optional else given,
                type=" ".join(node.text.split()),
                documented=bool(doc_of(declared)),
                read=name in used if used is not None else None,
            )

    def _fields_used(self, function: Fn, parameter: str) -> set[str] | None:
        """Fields of a parameter that a body reads; None where the whole is handed on, and nobody can tell."""
        body = function.node.child("body")
        found: set[str] = set()
        for node in walk(body, ("identifier",)) if body is not None else ():
            if node.text != parameter:
                continue
            parent = node.parent
            if parent is not None and parent.type == "token_tree":
                # in a macro: words, not expressions
                named = _FIELD_BEHIND.match(node.source, node.end)
                if named is None:
                    return None
                found.add(named[1].decode())
                continue
            label = parent.child("field") if parent is not None and parent.type == "field_expression" else None
            if label is not None and parent is not None and not _is_called(parent):
                found.add(label.text)
            elif parent is not None and not (parent.type == "let_declaration" and node.field == "pattern"):
                return None
        return found


def _is_called(node: Node) -> bool:
    return node.parent is not None and node.parent.type == "call_expression" and node.field == "function"


def _default(declared: Node) -> str | None:
    siblings = declared.parent.children if declared.parent is not None else []
    place = next((number for number, one in enumerate(siblings) if one is declared), 0)
    for one in reversed(siblings[:place]):
        if one.type == "attribute_item":
            found = re.search(r"default(?:\s*=\s*([^,)\]]+))?", one.text)
            if found:
                return (found[1] or "Default::default()").strip()
        elif not one.type.endswith("comment"):
            break
    return None
