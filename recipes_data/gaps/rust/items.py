"""The only home of what Rust files define, each under its path: functions, types, traits, imports, macros."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from recipes_data.gaps.rust.crates import File, Tree, attributes
from recipes_data.gaps.trees import Node, walk

__all__ = ["Fn", "Items", "Named", "Use", "add_method", "collect", "doc_of", "is_pub", "segments_of", "uses_of"]

_WORDS_OF_PATHS = ("identifier", "type_identifier", "crate", "self", "super", "field_identifier", "primitive_type")


@dataclass(slots=True)
class Fn:
    """One function. `owner`: path of the type or trait; `trait`: path of the trait that an impl is for, as written.

    `visible`: `pub` without a restriction, or a trait's. `attributes`: their texts; `feature`: of a `cfg`.
    """

    path: str
    name: str
    node: Node
    file: File
    module: str
    owner: str | None
    visible: bool
    attributes: tuple[str, ...]
    doc: str
    trait: str | None = None
    in_trait: bool = False
    is_test: bool = False
    feature: str | None = None


@dataclass(slots=True)
class Named:
    """One type or trait. `kind`: struct, enum, trait, alias, union, const. `fields`: type nodes by name."""

    path: str
    kind: str
    node: Node
    file: File
    module: str
    visible: bool
    attributes: tuple[str, ...]
    doc: str
    fields: dict[str, Node] = field(default_factory=dict)
    is_test: bool = False


@dataclass(frozen=True, slots=True)
class Use:
    """One imported name: `name` (`*` for all) means the path `target` as written; `visible`: a re-export."""

    name: str
    target: tuple[str, ...]
    visible: bool
    renamed: bool
    line: int


@dataclass(slots=True)
class Items:
    """Everything, by path. `modules`: path -> whether `pub`; `uses` by module; `impls` wait for their types."""

    tree: Tree
    functions: dict[str, Fn] = field(default_factory=dict)
    types: dict[str, Named] = field(default_factory=dict)
    modules: dict[str, bool] = field(default_factory=dict)
    uses: dict[str, list[Use]] = field(default_factory=dict)
    impls: list[tuple[Node, str, File, tuple[str, ...]]] = field(default_factory=list)
    macros: list[tuple[str, str, int]] = field(default_factory=list)


def collect(tree: Tree) -> Items:
    """Everything that the files define."""
    items = Items(tree)
    for crate in tree.crates:
        items.modules[crate.name] = True
    for file in tree.files:
        items.modules.setdefault(file.module, "::" not in file.module)
    for file in tree.files:
        _module(items, file, file.root, file.module, is_test=file.is_test)
    return items


def _module(items: Items, file: File, body: Node, module: str, *, is_test: bool) -> None:
    for child in body.children:
        node = child.children[0] if child.type == "expression_statement" and child.children else child
        if node.type == "function_item":
            _function(items, file, node, module, None, is_test=is_test)
        elif node.type == "mod_item":
            _inner_module(items, file, node, module, is_test=is_test)
        elif node.type in ("use_declaration", "extern_crate_declaration"):
            items.uses.setdefault(module, []).extend(_imports(node))
        elif node.type in ("impl_item", "trait_item"):
            _implementation(items, file, node, module, is_test=is_test)
        elif node.type == "macro_invocation":
            name = node.child("macro")
            if name is not None and name.text not in ("compile_error", "include"):
                items.macros.append((name.text, file.path, node.line))
        elif node.type in _TYPES:
            _type(items, file, node, module, is_test=is_test)


def _imports(node: Node) -> Iterator[Use]:
    visible = is_pub(node)
    argument, name, alias = node.child("argument"), node.child("name"), node.child("alias")
    if argument is not None:
        yield from (Use(bound, path, visible, renamed, node.line) for bound, path, renamed in _uses(argument, ()))
    elif name is not None:
        yield Use((alias or name).text, (name.text,), visible, alias is not None, node.line)


_TYPES = {
    "struct_item": "struct",
    "enum_item": "enum",
    "union_item": "union",
    "type_item": "alias",
    "const_item": "const",
    "static_item": "const",
}


def _inner_module(items: Items, file: File, node: Node, module: str, *, is_test: bool) -> None:
    name, body = node.child("name"), node.child("body")
    if name is None:
        return
    path = f"{module}::{name.text.removeprefix('r#')}"
    # declared twice under different conditions: public under one is public
    items.modules[path] = items.modules.get(path, False) or is_pub(node)
    if body is not None:
        tests = any(text.replace(" ", "").startswith("#[cfg(test") for text in _attribute_texts(node))
        _module(items, file, body, path, is_test=is_test or tests)


def is_pub(node: Node) -> bool:
    """`pub`, and not `pub(crate)` or the like."""
    visibility = node.first("visibility_modifier")
    return visibility is not None and visibility.text == "pub"


def _attribute_texts(node: Node) -> tuple[str, ...]:
    return tuple(" ".join(one.text.split()) for one in attributes(node))


def doc_of(node: Node) -> str:
    """The text of the documentation comments in front of an item."""
    siblings = node.parent.children if node.parent is not None else []
    place = next((number for number, one in enumerate(siblings) if one is node), 0)
    lines: list[str] = []
    for one in reversed(siblings[:place]):
        if one.type in ("line_comment", "block_comment"):
            inner = one.child("doc")
            if one.child("outer") is not None and inner is not None:
                lines.append(inner.text.rstrip("\n").removeprefix(" "))
        elif one.type == "attribute_item":
            said = re.match(r'#\[\s*doc\s*=\s*"(.*)"\s*\]\Z', one.text, re.DOTALL)
            lines += [said[1].strip()] if said else []
        else:
            break
    return "\n".join(reversed(lines))


def _feature(texts: tuple[str, ...]) -> str | None:
    for text in texts:
        found = re.search(r'cfg\w*\s*\(.*?feature\s*=\s*"([^"]+)"', text)
        if found and "cfg_attr" not in text.split("(")[0]:
            return found[1]
    return None


def _function(
    items: Items,
    file: File,
    node: Node,
    module: str,
    owner: str | None,
    *,
    is_test: bool,
    trait: str | None = None,
    in_trait: bool = False,
) -> None:
    name = node.child("name")
    if name is None:
        return
    plain = name.text.removeprefix("r#")
    texts = _attribute_texts(node)
    path = f"{owner or module}::{plain}"
    found = Fn(
        path,
        plain,
        node,
        file,
        module,
        owner,
        is_pub(node) or in_trait or trait is not None,
        texts,
        doc_of(node),
        trait,
        in_trait,
        is_test or any(re.match(r"#\[\s*(\w+::)*(test|rstest|test_case|quickcheck)\b", text) for text in texts),
        _feature(texts),
    )
    known = items.functions.get(path)
    if known is not None and known.trait is None and trait is not None:
        return  # a type's own method hides a trait's
    if known is not None and known.feature != found.feature and known.trait == trait and not _is_other_platform(known):
        return  # the same function under another condition: the first stands for both
    items.functions[path] = found


def _is_other_platform(function: Fn) -> bool:
    return any("target_arch" in text or "windows" in text for text in function.attributes)


def add_method(
    items: Items, file: File, node: Node, module: str, owner: str, trait: str | None, *, is_test: bool
) -> None:
    """Put a function of an `impl` under its type."""
    _function(items, file, node, module, owner, is_test=is_test, trait=trait)


def _type(items: Items, file: File, node: Node, module: str, *, is_test: bool) -> None:
    name = node.child("name")
    if name is None:
        return
    path = f"{module}::{name.text}"
    made = Named(
        path, _TYPES[node.type], node, file, module, is_pub(node), _attribute_texts(node), doc_of(node), is_test=is_test
    )
    body = node.child("body")
    for one in body.children if body is not None else []:
        if one.type == "field_declaration":
            label, kind = one.child("name"), one.child("type")
            if label is not None and kind is not None:
                made.fields[label.text] = kind
    items.types.setdefault(path, made)


def _implementation(items: Items, file: File, node: Node, module: str, *, is_test: bool) -> None:
    body = node.child("body")
    if node.type == "trait_item":
        name = node.child("name")
        if name is None:
            return
        owner = f"{module}::{name.text}"
        items.types.setdefault(
            owner,
            Named(
                owner, "trait", node, file, module, is_pub(node), _attribute_texts(node), doc_of(node), is_test=is_test
            ),
        )
        for one in body.children if body is not None else []:
            if one.type in ("function_item", "function_signature_item"):
                _function(items, file, one, module, owner, is_test=is_test, in_trait=True)
        return
    # whose methods these are is known when all names are
    items.impls.append((node, module, file, _attribute_texts(node) + (("#[cfg(test)]",) if is_test else ())))


def _uses(node: Node, before: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...], bool]]:
    """What a `use` binds: (name, path, whether under another name)."""
    if node.type == "use_as_clause":
        alias = node.child("alias") or node.children[-1]
        path = node.child("path") or node.children[0]
        yield alias.text, (*before, *segments_of(path)), True
    elif node.type == "scoped_use_list":
        scope, inner = node.child("path"), node.child("list")
        start = (*before, *(segments_of(scope) if scope is not None else ()))
        for one in inner.named_children if inner is not None else []:
            yield from _uses(one, start)
    elif node.type == "use_list":
        for one in node.named_children:
            yield from _uses(one, before)
    elif node.type == "use_wildcard":
        yield "*", (*before, *(segments_of(node.children[0]) if node.children else ())), False
    elif node.type == "self":
        yield before[-1] if before else "self", before, False
    elif node.type in ("identifier", "scoped_identifier", "crate", "super"):
        segments = segments_of(node)
        yield segments[-1], (*before, *segments), False


def uses_of(body: Node) -> Iterator[Use]:
    """Imports within a body."""
    for node in walk(body, ("use_declaration",)):
        argument = node.child("argument")
        if argument is not None:
            yield from (Use(name, target, False, renamed, node.line) for name, target, renamed in _uses(argument, ()))


def segments_of(node: Node) -> tuple[str, ...]:
    """A path's words, without generic arguments."""
    return tuple(one.text.removeprefix("r#") for one in walk(node, _WORDS_OF_PATHS, without=("type_arguments",)))
