"""The only home of what a call in Rust source leads to: a function of the sources, a request, a watched crate."""

from __future__ import annotations

import functools

from recipes_data.gaps.python_client.values import UNKNOWN, Values, all_of, filled, joined, text_of
from recipes_data.gaps.rust.items import Fn, segments_of
from recipes_data.gaps.rust.scope import Call, Reading, Request, Scope, parameters
from recipes_data.gaps.rust.values import NONE, Val, either, replaced
from recipes_data.gaps.rust.wire import looks_like_request, made_by, request_of
from recipes_data.gaps.trees import Node

__all__ = ["read_call"]

# methods that give what they are called on, as far as a text or a client is concerned
_SAME = frozenset(
    [
        "as_bytes",
        "as_deref",
        "as_deref_mut",
        "as_mut",
        "as_path",
        "as_ref",
        "as_str",
        "await",
        "bearer_auth",
        "body",
        "borrow",
        "boxed",
        "by_ref",
        "clone",
        "cloned",
        "context",
        "copied",
        "deref",
        "display",
        "error_for_status",
        "expect",
        "get_mut",
        "get_ref",
        "header",
        "headers",
        "inspect_err",
        "into",
        "into_inner",
        "into_iter",
        "into_string",
        "iter",
        "json",
        "lock",
        "map_err",
        "max_redirects",
        "ok",
        "ok_or",
        "ok_or_else",
        "or_else",
        "parse",
        "query",
        "read",
        "set",
        "take",
        "timeout",
        "to_lowercase",
        "to_owned",
        "to_str",
        "to_string",
        "to_string_lossy",
        "to_vec",
        "trim",
        "trim_end_matches",
        "trim_matches",
        "trim_start_matches",
        "try_into",
        "unwrap",
        "unwrap_or_default",
        "with_context",
        "write",
    ]
)
# with fewer arguments these ask an answer, and do not build a request
_SETTERS = {"header": 2, "headers": 1, "set": 2, "query": 1, "json": 1, "body": 1}
# functions that give their first argument
_MAKERS = ("String::from", "Into::into", "Cow::Borrowed", "Cow::Owned", "Arc::new", "Box::new", "Rc::new", "Arc::clone")
_ENVIRONMENT = ("std::env::var", "std::env::var_os", "env::var", "env::var_os", "std::env::option_env")


def read_call(reader: Reading, scope: Scope, node: Node) -> Val:
    """Read a call; everything that it leads to is written into the body."""
    function, given = node.child("function"), node.child("arguments")
    nodes = given.named_children if given is not None else []
    nodes = [one for one in nodes if not one.type.endswith("comment") and one.type != "attribute_item"]
    if function is None:
        return NONE
    inner = function.child("function") if function.type == "generic_function" else function
    if inner is not None and inner.type == "field_expression":
        return _method_call(reader, scope, node, inner, nodes)
    if function.type in ("identifier", "scoped_identifier", "generic_function"):
        values = [reader.value(scope, one) for one in nodes]
        held = scope.known.get(function.text)
        path = held.function if held is not None and held.function else reader.path_of(scope, function)
        _captures(reader, scope, node, nodes, values)
        how = _how(function, path, is_held=held is not None)
        if function.text in scope.known and (held is None or not held.function):
            return Val(held.texts if held else UNKNOWN, held.of if held else None)
        return _apply(reader, scope, node, path, nodes, values, how)
    reader.value(scope, function)
    for one in nodes:
        reader.value(scope, one)
    return NONE


def _apply(reader: Reading, scope: Scope, node: Node, path: str, nodes: list[Node], values: list[Val], how: str) -> Val:
    owner, _, last = path.rpartition("::")
    types = reader.names.items.types
    found = reader.names.items.functions.get(path)
    if found is None and owner in types:
        found = reader.names.method(owner, last)
        if found is None and last == "default":
            return Val(UNKNOWN, owner)
    if found is not None:
        names = [name for name, _ in parameters(found.node)]
        # `Api::get(&api, x)`: the object stands in front
        start = 1 if _takes_self(found) and len(nodes) > len(names) else 0
        return _into(reader, scope, node, found, names, list(zip(nodes[start:], values[start:], strict=True)), how)
    if path in _ENVIRONMENT and values:
        scope.body.settings.append(values[0].texts)
        return NONE
    asked = request_of(path, [value.texts for value in values], _constant_method(nodes))
    if asked is not None:
        scope.body.requests.append(Request(*asked, scope.line or node.line, node))
        return NONE
    if reader.watched.has(path):
        _write(scope, node, path, how, len(nodes))
        return Val(UNKNOWN, reader.watched.answer(path))
    passes = path in ("Some", "Ok") or path.endswith(("::parse", "::from_str", "::from", *_MAKERS))
    if passes:
        return values[0] if values else NONE
    if path in types and types[path].kind == "struct":
        return Val(UNKNOWN, path)
    return Val(UNKNOWN, made_by(path))


def _into(
    reader: Reading, scope: Scope, node: Node, function: Fn, names: list[str], pairs: list[tuple[Node, Val]], how: str
) -> Val:
    given: dict[str, Values] = {}
    for (argument, value), name in zip(pairs, names, strict=False):
        given[name] = value.texts
        plain: Node | None = argument
        while plain is not None and plain.type == "reference_expression":
            plain = plain.child("value")
        # what stands in a macro was parsed apart, and has other places
        if plain is not None and plain.type == "identifier" and plain.source is scope.function.node.source:
            scope.body.passed[plain.start] = (function.path, name)
    scope.body.calls.append(Call(function.path, how, scope.line or node.line, node, len(pairs), given))
    answered = reader.returned(function)
    return Val(filled(answered.texts, given), answered.of)


def _method_call(reader: Reading, scope: Scope, node: Node, function: Node, nodes: list[Node]) -> Val:
    receiver, label = function.child("value"), function.child("field")
    if receiver is None or label is None:
        return NONE
    name = label.text
    owner = reader.value(scope, receiver)
    values = [reader.value(scope, one) for one in nodes]
    _captures(reader, scope, node, nodes, values)
    how = "attribute" if receiver.type == "field_expression" else "direct"
    if owner.of is not None:
        found = reader.names.method(owner.of, name)
        if found is not None:
            return _into(
                reader,
                scope,
                node,
                found,
                [one for one, _ in parameters(found.node)],
                list(zip(nodes, values, strict=False)),
                how,
            )
        asked = request_of(f"{owner.of}::{name}", [value.texts for value in values], _constant_method(nodes))
        if asked is not None:
            scope.body.requests.append(Request(*asked, scope.line or node.line, node))
            return NONE
        if reader.watched.has(owner.of):
            known = reader.watched.is_method(owner.of, name)
            if known or name not in _SAME:
                _write(scope, node, f"{owner.of}::{name}", how, len(nodes))
                return Val(UNKNOWN, reader.watched.answer(f"{owner.of}::{name}"))
    return _of_text(reader, scope, node, receiver, owner, name, values)


def _of_text(
    reader: Reading,
    scope: Scope,
    node: Node,
    receiver: Node,
    owner: Val,
    name: str,
    values: list[Val],
) -> Val:
    """A method that nobody here defined: of a text, of a wrapper, or of an object of unknown type."""
    known = _on_value(receiver, owner, name, values)
    if known is not None:
        return known
    if name in ("push_str", "push") and values and receiver.type == "identifier" and receiver.text in scope.known:
        grown = Val(joined([owner.texts, values[0].texts]), owner.of)
        scope.known[receiver.text] = either(owner, grown) if scope.deep else grown
        return NONE
    asked = looks_like_request(receiver.text, name, [value.texts for value in values]) if owner.of is None else None
    if asked is not None:
        scope.body.requests.append(Request(*asked, scope.line or node.line, node))
        return NONE
    if name in _SAME and len(values) >= _SETTERS.get(name, 0):
        return owner
    if owner.of is not None:
        return Val(UNKNOWN, made_by(f"{owner.of}::{name}"))
    if owner.function is None and reader.watched.is_telling(name, receiver.text):
        scope.body.calls.append(Call("", "attribute", scope.line or node.line, node, len(values)))
    return NONE


def _on_value(receiver: Node, owner: Val, name: str, values: list[Val]) -> Val | None:
    """Methods of texts and of what may be there or not; None for any other."""
    if name in ("unwrap_or", "or") and values:
        return either(owner, values[0])
    if name == "join" and values:
        return Val(joined([owner.texts, text_of("/"), values[0].texts]))
    if name == "unwrap_or_else" and values:
        return Val(all_of([owner.texts, values[0].texts]), owner.of or values[0].of)
    if name in ("map_or", "map_or_else", "and_then", "map", "then") and values:
        found = functools.reduce(either, values, NONE)
        return Val(found.texts, found.of or owner.of)
    if name == "replace" and len(values) > 1:
        return Val(replaced(owner.texts, values[0], values[1]), owner.of)
    if name == "concat" and receiver.type == "array_expression":
        return owner
    return None


def _captures(reader: Reading, scope: Scope, node: Node, nodes: list[Node], values: list[Val]) -> None:
    """Functions among the arguments: somebody will call them."""
    for one, value in zip(nodes, values, strict=True):
        if value.function and one.type in ("identifier", "scoped_identifier"):
            ours = value.function in reader.names.items.functions
            if ours or reader.watched.is_function(value.function):
                scope.body.calls.append(Call(value.function, "capture", scope.line or node.line, node, -1))


def _write(scope: Scope, node: Node, target: str, how: str, count: int) -> None:
    scope.body.calls.append(Call(target, how, scope.line or node.line, node, count))


def _takes_self(function: Fn) -> bool:
    listed = function.node.child("parameters")
    return listed is not None and listed.first("self_parameter") is not None


def _constant_method(nodes: list[Node]) -> str | None:
    """`Method::GET` as the first argument."""
    if nodes and nodes[0].type == "scoped_identifier":
        last = nodes[0].text.split("::")[-1]
        return last if last.isupper() else None
    return None


def _how(function: Node, path: str, *, is_held: bool) -> str:
    """By which kind of name a function was called."""
    inner = function.child("function") if function.type == "generic_function" else function
    segments = segments_of(inner or function)
    if is_held:
        return "alias"
    last = path.rsplit("::", 1)[-1]
    if len(segments) == 1:
        return "import" if segments[0] == last else "alias"
    # the type or module may have another name here
    return (
        "alias"
        if segments[0] not in path.split("::") and segments[0] not in ("crate", "self", "super", "Self")
        else "direct"
    )
