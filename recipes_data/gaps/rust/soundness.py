"""The only home of whether a Rust function does what its name says: stubs, made-up data, deprecation."""

from __future__ import annotations

import re

from recipes_data.gaps.evidence import Where
from recipes_data.gaps.inventory import Stub
from recipes_data.gaps.rust.items import Fn
from recipes_data.gaps.rust.scope import parameters
from recipes_data.gaps.trees import Node, walk

__all__ = ["deprecated", "is_hidden", "stub_of"]

_NOT_YET = re.compile(
    r"not[ _-]*(yet[ _-]*)?(been[ _-]*)?(implemented|supported)|unimplemented|NotImplemented|todo", re.IGNORECASE
)
_MADE_UP = re.compile(r"(?:^|_)(synthetic|fake|dummy|mock|placeholder|made_?up)(?:_|s?$)", re.IGNORECASE)
_PROMISES = re.compile(r"(?:^|_)(load|fetch|get|download|list|read|stream|query|search|info)(?:_|$)", re.IGNORECASE)
_EMPTY = re.compile(
    r"(?:Ok|Some)?\(?\s*(?:vec!\[\]|Vec::new\(\)|String::new\(\)|HashMap::new\(\)|\w+::default\(\)|None|true|false|-?\d+|\"[^\"]*\"(?:\.to_string\(\)|\.into\(\))?)\s*\)?\Z"
)


def is_hidden(attributes: tuple[str, ...]) -> bool:
    """Whether documentation leaves it out: `#[doc(hidden)]`."""
    return any(text.replace(" ", "") == "#[doc(hidden)]" for text in attributes)


def deprecated(attributes: tuple[str, ...]) -> str | None:
    """What `#[deprecated]` says."""
    for text in attributes:
        if re.match(r"#\[\s*deprecated\b", text):
            note = re.search(r'note\s*=\s*"((?:[^"\\]|\\.)*)"', text) or re.search(
                r'deprecated\s*=\s*"((?:[^"\\]|\\.)*)"', text
            )
            return note[1] if note else "deprecated"
    return None


def stub_of(function: Fn, read: frozenset[str]) -> Stub | None:
    """Why a function is a stub. `read`: its arguments that are used."""
    body = function.node.child("body")
    if body is None:
        return None
    statements = [one for one in body.named_children if not one.type.endswith("comment")]
    where = Where(function.file.path, statements[0].line if statements else function.node.line)
    last = statements[-1] if statements else None
    for macro in walk(body, ("macro_invocation",)):
        name = macro.child("macro")
        if name is not None and name.text in ("todo", "unimplemented") and _at_end(macro, body):
            return Stub(f"ends in {name.text}!()", Where(function.file.path, macro.line))
    if len(statements) == 1 and last is not None:
        text = " ".join(last.text.rstrip(";").split())
        if text.startswith(("panic!", "Err(", "bail!", "anyhow::bail!", "return Err(")) and _NOT_YET.search(text):
            return Stub(f"answers {_short(text)}", where)
        arguments = {name for name, _ in parameters(function.node) if name != "_"}
        ignored = len(parameters(function.node)) - len(arguments)
        if (arguments or ignored) and not read & arguments and _EMPTY.match(text) and function.trait is None:
            return Stub(f"answers {_short(text)} whatever it is given", where)
    return _made_up(function, where)


def _at_end(macro: Node, body: Node) -> bool:
    """Whether the macro is what the body comes to, and no arm or branch of it."""
    parent = macro.parent
    while parent is not None and parent.type == "expression_statement":
        parent = parent.parent
    return parent is body


def _made_up(function: Fn, where: Where) -> Stub | None:
    if _MADE_UP.search(function.name) or not _PROMISES.search(function.name):
        return None
    for call in walk(function.node, ("call_expression",)):
        name = call.child("function")
        last = re.split(r"::|\.", name.text)[-1] if name is not None else ""
        if _MADE_UP.search(last):
            return Stub(f"gives made-up data: calls {last}", where)
    return None


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."
