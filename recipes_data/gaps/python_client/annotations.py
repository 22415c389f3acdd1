"""The only home of which classes an annotation names: a union's members, what is optional, what a text spells."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator

from recipes_data.gaps.python_client.index import dotted_name

__all__ = ["names_in"]


@functools.lru_cache(maxsize=4096)
def _spelt(annotation: str) -> ast.expr | None:
    """An annotation that is written as a text."""
    try:
        return ast.parse(annotation, mode="eval").body
    except (SyntaxError, ValueError):
        return None  # a text that is no annotation tells nothing of a type


def names_in(annotation: ast.expr) -> Iterator[ast.expr]:
    """Expressions that name classes."""
    if isinstance(annotation, (ast.Name, ast.Attribute)):
        yield annotation
    elif isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        inner = _spelt(annotation.value)
        if inner is not None:
            yield from names_in(inner)
    elif isinstance(annotation, ast.BinOp):
        yield from names_in(annotation.left)
        yield from names_in(annotation.right)
    elif isinstance(annotation, ast.Subscript):
        outer = dotted_name(annotation.value).split(".")[-1]
        if outer in (
            "Optional",
            "Union",
            "Annotated",
            "Type",
            "ClassVar",
            "Final",
            "Generator",
            "Iterator",
            "Awaitable",
        ):
            part = annotation.slice
            yield from names_in(part.elts[0] if isinstance(part, ast.Tuple) and outer != "Union" else part)
        else:
            yield annotation.value
    elif isinstance(annotation, ast.Tuple):
        for one in annotation.elts:
            yield from names_in(one)
