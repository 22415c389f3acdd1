"""The only home of what a Rust expression may be; calls and macros are read elsewhere."""

from __future__ import annotations

from collections.abc import Callable

from recipes_data.gaps.python_client.values import UNKNOWN, joined, text_of
from recipes_data.gaps.rust.items import Fn
from recipes_data.gaps.rust.scope import Body, Reading, Scope
from recipes_data.gaps.rust.values import NONE, Val, either, unescaped
from recipes_data.gaps.trees import Node

__all__ = ["READERS"]


def _block(reader: Reading, scope: Scope, node: Node) -> Val:
    last = NONE
    before = dict(scope.known)
    for child in node.named_children:
        last = reader.value(scope, child)
        if child.type in ("expression_statement", "let_declaration") and child.text.rstrip().endswith(";"):
            last = NONE
    # what was bound inside ends with it; what was changed stays
    scope.known = {name: scope.known.get(name, value) for name, value in before.items()}
    return last


def _statement(reader: Reading, scope: Scope, node: Node) -> Val:
    return reader.value(scope, node.children[0]) if node.children else NONE


def _inner(reader: Reading, scope: Scope, node: Node) -> Val:
    inner = node.child("value") or (node.named_children[-1] if node.named_children else None)
    return reader.value(scope, inner)


def _let(reader: Reading, scope: Scope, node: Node) -> Val:
    value, pattern = node.child("value"), node.child("pattern")
    found = reader.value(scope, value) if value is not None else NONE
    kind = node.child("type")
    if kind is not None:
        found = Val(
            found.texts,
            reader.names.type_of(kind, scope.function.module, scope.function.owner) or found.of,
            found.function,
        )
    if pattern is not None:
        _bind(scope, pattern, found)
    reader.value(scope, node.child("alternative"))
    return NONE


def _let_condition(reader: Reading, scope: Scope, node: Node) -> Val:
    found = reader.value(scope, node.child("value"))
    pattern = node.child("pattern")
    if pattern is not None:
        _bind(scope, pattern, found)
    return NONE


def _assignment(reader: Reading, scope: Scope, node: Node) -> Val:
    left, found = node.child("left"), reader.value(scope, node.child("right"))
    if left is None:
        return NONE
    if left.type == "identifier":
        before = scope.known.get(left.text)
        scope.known[left.text] = either(before, found) if before is not None and scope.deep else found
    elif left.type == "field_expression":
        owner, name = reader.value(scope, left.child("value")), left.child("field")
        if owner.of is not None and name is not None:
            reader.stores.setdefault((owner.of, name.text), []).append(found)
    return NONE


def _compound(reader: Reading, scope: Scope, node: Node) -> Val:
    left, found = node.child("left"), reader.value(scope, node.child("right"))
    if left is not None and left.type == "identifier" and left.text in scope.known:
        before = scope.known[left.text]
        grown = Val(joined([before.texts, found.texts]), before.of)
        scope.known[left.text] = either(before, grown) if scope.deep else grown
    return NONE


def _branches(reader: Reading, scope: Scope, node: Node) -> Val:
    reader.value(scope, node.child("condition"))
    scope.deep += 1
    found = reader.value(scope, node.child("consequence"))
    other = node.child("alternative")
    if other is not None:
        found = either(found, reader.value(scope, other))
    scope.deep -= 1
    return found


def _match(reader: Reading, scope: Scope, node: Node) -> Val:
    matched = reader.value(scope, node.child("value"))
    found = NONE
    scope.deep += 1
    body = node.child("body")
    for arm in body.named_children if body is not None else []:
        pattern = arm.child("pattern")
        if pattern is not None:
            _bind(scope, pattern, matched)
            for part in pattern.named_children:
                if part.field == "condition":
                    reader.value(scope, part)
        found = either(found, reader.value(scope, arm.child("value")))
    scope.deep -= 1
    return found


def _loop(reader: Reading, scope: Scope, node: Node) -> Val:
    over = reader.value(scope, node.child("value"))
    pattern = node.child("pattern")
    if pattern is not None:
        _bind(scope, pattern, over)
    reader.value(scope, node.child("condition"))
    scope.deep += 1
    found = reader.value(scope, node.child("body"))
    scope.deep -= 1
    return found


def _closure(reader: Reading, scope: Scope, node: Node) -> Val:
    names = node.child("parameters")
    kept = dict(scope.known)
    for one in names.named_children if names is not None else []:
        pattern, kind = one.child("pattern"), one.child("type")
        of = reader.names.type_of(kind, scope.function.module, scope.function.owner) if kind is not None else None
        _bind(scope, pattern or one, Val(UNKNOWN, of))
    scope.deep += 1
    found = reader.value(scope, node.child("body"))
    scope.deep -= 1
    scope.known = {name: scope.known.get(name, value) for name, value in kept.items()}
    return Val(found.texts, found.of)


def _string(_reader: Reading, _: Scope, node: Node) -> Val:
    if node.type == "raw_string_literal":
        inner = node.first("string_content")
        return Val(text_of(inner.text if inner is not None else ""))
    quote = node.text.find('"')
    return Val(text_of(unescaped(node.text[quote + 1 : -1])))


def _number(_reader: Reading, _: Scope, node: Node) -> Val:
    return Val(text_of(node.text))


def _identifier(reader: Reading, scope: Scope, node: Node) -> Val:
    if node.text in scope.known:
        return scope.known[node.text]
    return _path(reader, scope, node)


def _path(reader: Reading, scope: Scope, node: Node) -> Val:
    path = reader.path_of(scope, node)
    named = reader.names.items.types.get(path)
    if named is not None and named.kind == "const":
        value = named.node.child("value")
        module = Fn(named.path, "", named.node, named.file, named.module, None, False, (), "")
        return reader.value(Scope(module, {}, Body(), {}, nested=scope.nested + 1), value)
    if path in reader.names.items.functions:
        return Val(UNKNOWN, None, path)
    if named is not None and named.kind == "struct":
        return Val(UNKNOWN, path)
    owner = path.rpartition("::")[0]
    if owner in reader.names.items.types and reader.names.items.types[owner].kind == "enum":
        return Val(UNKNOWN, owner)
    if reader.watched.has(path):
        return Val(UNKNOWN, reader.watched.type_of_value(path), path)
    return Val(UNKNOWN, None, path if "::" in path else None)


def _field(reader: Reading, scope: Scope, node: Node) -> Val:
    owner, name = reader.value(scope, node.child("value")), node.child("field")
    if owner.of is None or name is None:
        return NONE
    at: str | None = owner.of
    seen: set[str] = set()
    while at is not None and at not in seen:
        seen.add(at)
        named = reader.names.items.types.get(at)
        if named is not None and name.text in named.fields:
            of = reader.names.type_of(named.fields[name.text], named.module, at)
            stored = reader.known_stores.get((at, name.text))
            return Val(stored.texts if stored is not None else UNKNOWN, of or (stored.of if stored else None))
        at = reader.names.derefs.get(at)
    return NONE


def _struct(reader: Reading, scope: Scope, node: Node) -> Val:
    name, body = node.child("name"), node.child("body")
    of = reader.names.type_of(name, scope.function.module, scope.function.owner) if name is not None else None
    if of is not None and of not in reader.names.items.types:
        of = reader.path_of(scope, name) if name is not None else of
    for one in body.named_children if body is not None else []:
        if one.type == "field_initializer":
            label, value = one.child("field") or one.child("name"), reader.value(scope, one.child("value"))
        elif one.type == "shorthand_field_initializer":
            label, value = one.first("identifier"), scope.known.get(one.text, NONE)
        else:
            reader.value(scope, one)
            continue
        if of is not None and label is not None:
            reader.stores.setdefault((of, label.text), []).append(value)
    return Val(UNKNOWN, of)


def _binary(reader: Reading, scope: Scope, node: Node) -> Val:
    left, right = reader.value(scope, node.child("left")), reader.value(scope, node.child("right"))
    operator = node.child("operator")
    if (operator is not None and operator.text == "+") or "+" in [one.type for one in node.children]:
        return Val(joined([left.texts, right.texts]))
    return NONE


def _return(reader: Reading, scope: Scope, node: Node) -> Val:
    found = reader.value(scope, node.named_children[0]) if node.named_children else NONE
    scope.body.returns.append(found)
    return NONE


def _bind(scope: Scope, pattern: Node, value: Val) -> None:
    """Give the names in a pattern their value: `Some(x)`, `Ok(x)` and `&x` pass it on, everything else hides it."""
    if pattern.type == "identifier":
        scope.known[pattern.text] = value
        return
    if pattern.type in ("match_pattern", "mut_pattern", "reference_pattern", "ref_pattern", "captured_pattern"):
        inner, passed = [one for one in pattern.named_children if one.field != "condition"], value
    elif pattern.type == "tuple_struct_pattern":
        kind = pattern.child("type")
        inner = [one for one in pattern.named_children if one.field != "type"]
        passed = value if kind is not None and kind.text in ("Some", "Ok") else NONE
    elif pattern.type == "field_pattern":
        inner, passed = [one for one in (pattern.child("pattern") or pattern.child("name"),) if one is not None], NONE
        scope.known |= {one.text: NONE for one in inner}
    else:
        inner, passed = pattern.named_children, NONE
    for one in inner:
        if one.type not in ("type_identifier", "scoped_type_identifier", "mutable_specifier"):
            _bind(scope, one, passed)


READERS: dict[str, Callable[[Reading, Scope, Node], Val]] = {
    "block": _block,
    "unsafe_block": _inner,
    "async_block": _inner,
    "expression_statement": _statement,
    "let_declaration": _let,
    "let_condition": _let_condition,
    "assignment_expression": _assignment,
    "compound_assignment_expr": _compound,
    "if_expression": _branches,
    "else_clause": _inner,
    "match_expression": _match,
    "for_expression": _loop,
    "while_expression": _loop,
    "loop_expression": _loop,
    "closure_expression": _closure,
    "string_literal": _string,
    "raw_string_literal": _string,
    "integer_literal": _number,
    "identifier": _identifier,
    "self": _identifier,
    "scoped_identifier": _path,
    "generic_function": _path,
    "field_expression": _field,
    "struct_expression": _struct,
    "binary_expression": _binary,
    "return_expression": _return,
    "reference_expression": _inner,
    "parenthesized_expression": _inner,
    "try_expression": _inner,
    "await_expression": _inner,
    "unary_expression": _inner,
    "type_cast_expression": _inner,
}
