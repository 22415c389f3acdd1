"""The only home of what a Python function takes: its own arguments, those handed on with stars, and who reads them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from recipes_data.gaps.inventory import Argument
from recipes_data.gaps.python_client.docstrings import documented_names
from recipes_data.gaps.python_client.index import FunctionSource
from recipes_data.gaps.python_client.structure import Offer, Parameter
from recipes_data.gaps.python_client.summaries import Summaries
from recipes_data.gaps.python_client.world import Sight

__all__ = ["arguments_of", "arity_of", "own_parameters"]

_DEEPEST = 3  # functions that hand their options on to one that hands them on


def arity_of(offer: Offer) -> tuple[int, int | None]:
    """How many arguments must be given, and how many may; None: any number. The object itself does not count."""
    own = own_parameters(offer)
    needed = sum(1 for one in own if one.default is None and one.kind not in ("star", "stars"))
    more = any(one.kind in ("star", "stars") for one in own)
    return needed, None if more else len(own)


def arguments_of(
    offer: Offer, docstring: str, sight: Sight, summaries: Summaries, maker: FunctionSource | None = None
) -> tuple[Argument, ...]:
    """Arguments in their order; then options that are only taken out of `**kwargs`, or handed on with them.

    `maker`: for a class, its `__init__`.
    """
    source = maker or sight.index.functions.get(offer.definition)
    documented = set(documented_names(docstring))
    if maker is not None and ast.get_docstring(maker.node):
        documented |= documented_names(ast.get_docstring(maker.node) or "")
    read = summaries.read.get(source.name) if source is not None else None
    found = [
        Argument(
            {"star": "*", "stars": "**"}.get(one.kind, "") + one.name,
            one.kind == "named",
            one.default,
            one.type,
            one.name in documented,
            None if read is None else one.name in read,
        )
        for one in own_parameters(offer)
    ]
    taken = {one.name.lstrip("*") for one in found}
    for more in _further(source, sight, summaries, documented, _DEEPEST) if source is not None else ():
        if more.name not in taken:
            taken.add(more.name)
            found.append(more)
    return tuple(found)


def own_parameters(offer: Offer) -> list[Parameter]:
    """Parameters without the object or class itself."""
    own = list(offer.parameters)
    is_bound = offer.kind in ("method", "property", "class") and "staticmethod" not in offer.labels
    if is_bound and own and own[0].kind in ("positional", "either"):
        own = own[1:]
    return own


def _further(
    source: FunctionSource, sight: Sight, summaries: Summaries, documented: set[str], depth: int
) -> Iterator[Argument]:
    """Options that have no argument of their own."""
    stars = source.node.args.kwarg
    if stars is None or depth == 0:
        return
    for name, default in _taken_out(source.node, stars.arg):
        yield Argument(name, option=True, default=default, documented=name in documented, read=True)
    for target, star, given in sight.body(source).forwards:
        function = sight.index.functions.get(target)
        if star != stars.arg or function is None or function.name == source.name:
            continue
        node = function.node
        inner = documented | documented_names(ast.get_docstring(node) or "")
        positional = [*node.args.posonlyargs, *node.args.args]
        defaults: dict[str, ast.expr | None] = dict(
            zip(
                [one.arg for one in positional[len(positional) - len(node.args.defaults) :]],
                node.args.defaults,
                strict=True,
            )
        )
        defaults |= {one.arg: default for one, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)}
        for one in [*node.args.args, *node.args.kwonlyargs][1 if function.owner else 0 :]:
            if one.arg not in given:
                default_node = defaults.get(one.arg)
                yield Argument(
                    one.arg,
                    option=True,
                    default=ast.unparse(default_node) if default_node is not None else None,
                    type=ast.unparse(one.annotation) if one.annotation is not None else None,
                    documented=one.arg in inner,
                    read=one.arg in summaries.read.get(target, frozenset()),
                )
        yield from _further(function, sight, summaries, inner, depth - 1)


def _taken_out(node: ast.FunctionDef | ast.AsyncFunctionDef, stars: str) -> Iterator[tuple[str, str | None]]:
    """`kwargs.pop("name", default)`, `kwargs.get("name")`, `kwargs["name"]`."""
    for part in ast.walk(node):
        if (
            isinstance(part, ast.Call)
            and isinstance(part.func, ast.Attribute)
            and part.func.attr in ("pop", "get", "setdefault")
            and isinstance(part.func.value, ast.Name)
            and part.func.value.id == stars
            and part.args
        ):
            key, default = part.args[0], part.args[1] if len(part.args) > 1 else None
        elif isinstance(part, ast.Subscript) and isinstance(part.value, ast.Name) and part.value.id == stars:
            key, default = part.slice, None
        else:
            continue
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            yield key.value, ast.unparse(default) if default is not None else None
