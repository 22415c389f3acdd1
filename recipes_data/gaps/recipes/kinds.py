"""The only home of what data becomes when it is looped over, taken apart, gathered again or passed through a call.

Kinds are words: "splits" (a dict of rows), "rows", "row", "file"; "tuple.1.row" is a tuple whose second part is a row,
"tuples.1.row" holds such tuples, "numbered.rows" gives rows with their numbers, "row.keys" are the names in a row.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

__all__ = ["each", "gathered_as", "in_tuple", "is_gathered", "passed", "taken"]

_EACH = {
    "rows": "row",
    "rows.iter": "row",
    "splits.values": "rows",
    "splits.items": "tuple.1.rows",
    "pair_of_rows": "tuple.1.row",
}
_JOINING = {"concatenate_datasets", "interleave_datasets", "chain"}


def each(kind: str) -> str:
    """What one element is; "" where it is nothing that is followed."""
    if kind.startswith("tuples."):
        return f"tuple.{kind.removeprefix('tuples.')}"
    if kind.startswith("numbered."):
        inner = each(kind.removeprefix("numbered."))
        return inner and f"tuple.1.{inner}"
    return _EACH.get(kind, "")


def gathered_as(kind: str) -> str:
    """What a list of such things is; a list of datasets counts as their rows."""
    if kind.startswith("tuple."):
        return f"tuples.{kind.removeprefix('tuple.')}"
    return "rows" if kind in ("row", "rows") else ""


def in_tuple(kind: str, index: int) -> str:
    """What a tuple is that has such a thing at this place."""
    return f"tuple.{index}.{kind}"


def passed(name: str, kind: str, index: int | str) -> str:
    """What a call of Python or of the library gives, that passes on what it gets as its argument number `index`."""
    if name == "enumerate":
        return f"numbered.{kind}"
    if name == "next":
        return each(kind) or kind
    if name == "zip":
        inner = each(kind)
        return f"tuples.{index}.{inner}" if inner else kind
    if name == "dict" and kind in ("row.keys", "row.items"):
        return "row"
    return "rows" if kind == "splits.values" and name in _JOINING else kind


def taken(target: ast.expr, kind: str) -> Iterator[tuple[ast.expr, str]]:
    """The names (or attributes) that a target gives something to, and what they get; what else they get is left out."""
    if not isinstance(target, (ast.Tuple, ast.List)):
        if kind:
            yield target, kind
        return
    if kind.startswith("tuple."):
        _, index, inner = kind.split(".", 2)
        if int(index) < len(target.elts):
            yield from taken(target.elts[int(index)], inner)


def is_gathered(outer: ast.AST | None, whole: ast.Tuple) -> bool:
    """Whether a tuple is what a list is made of: `several.append((row, name))`, `[(row, name) for row in rows]`."""
    if isinstance(outer, ast.Call):
        return isinstance(outer.func, ast.Attribute) and outer.func.attr in ("append", "add") and whole in outer.args
    return isinstance(outer, (ast.ListComp, ast.GeneratorExp, ast.SetComp)) and outer.elt is whole
