"""The only home of what a parameter of a function may be: by its callers, its default, its annotation."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from recipes_data.gaps.recipes.arguments import defaults_of, first_parameter, kind_of
from recipes_data.gaps.recipes.classes import is_enum, receivers
from recipes_data.gaps.recipes.options import click_default
from recipes_data.gaps.recipes.running import ROOT, Alternatives, Run
from recipes_data.gaps.recipes.scopes import Binding, Scope, last_name
from recipes_data.gaps.recipes.values import (
    Alternative,
    ClassValue,
    Constant,
    External,
    Instance,
    Made,
    Unknown,
    merge,
)

__all__ = ["default_of", "parameter_of"]

_MANY = 500  # alternatives of a parameter, above which equal ones are taken together


def parameter_of(run: Run, binding: Binding, scope: Scope, *, light: bool) -> Alternatives:
    """What a parameter of a function may be: by its callers, else its default. `light`: nobody asks who calls."""
    name = binding.name
    if name == first_parameter(scope) and scope.parent is not None:
        method = scope.name.rpartition(".")[2]
        found = _objects(run, scope.parent, method, light)
        if kind_of(scope) == "classmethod":
            return tuple(
                Alternative(ClassValue(a.value.scope), a.choices) for a in found if isinstance(a.value, Instance)
            )
        return found
    annotated = _annotated(run, binding.node, light)
    if annotated and isinstance(annotated[0].value, Made):
        return annotated
    if light:
        return annotated or (Alternative(Unknown(name)),)
    result: list[Alternative] = []
    for number, caller in enumerate(run.callers(scope)):
        deferred = caller.bound.get(name)
        found = run.get(deferred) if deferred is not None else (Alternative(Unknown(name)),)
        choices = {("call", scope): number, **caller.choices}
        by = tuple(dict.fromkeys((caller.where, *caller.through)))
        for alternative in found:
            merged = merge(alternative.choices, choices)
            if merged is not None:
                further = alternative.through
                through = tuple(dict.fromkeys((caller.where, *further, *caller.through))) if further else by
                result.append(Alternative(alternative.value, merged, through, alternative.open))
    # an annotation tells more than callers that read the object from somewhere
    if result and not (annotated and all(isinstance(a.value, (Unknown, Made, External)) for a in result)):
        return tuple(result) if len(result) <= _MANY else tuple(_together(result))
    return default_of(run, scope, name) or annotated or (Alternative(Unknown(name)),)


def _objects(run: Run, scope: Scope, method: str, light: bool) -> Alternatives:
    if light:
        return (Alternative(Instance(scope, None, ROOT)),)
    return receivers(run, scope, method)


def default_of(run: Run, scope: Scope, name: str) -> Alternatives:
    """The default of a parameter, which a caller may replace; () without one."""
    if isinstance(scope.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        found = click_default(run, scope, name)
        if found:
            return found
    expr = defaults_of(scope).get(name)
    if expr is None:
        return ()
    return tuple(Alternative(a.value, a.choices, a.through, open=True) for a in run.value(expr, ROOT))


def _annotated(run: Run, node: ast.AST, light: bool) -> Alternatives:
    """Objects of the class that a parameter is annotated with."""
    annotation = getattr(node, "annotation", None)
    while isinstance(annotation, ast.BinOp):
        annotation = annotation.left  # `Config | None`
    if isinstance(annotation, ast.Subscript) and last_name(annotation.value) in ("Optional", "Annotated"):
        annotation = annotation.slice.elts[0] if isinstance(annotation.slice, ast.Tuple) else annotation.slice
    if isinstance(annotation, ast.Subscript) and last_name(annotation.value) == "Literal":
        options = annotation.slice.elts if isinstance(annotation.slice, ast.Tuple) else [annotation.slice]
        values = [one.value for one in options if isinstance(one, ast.Constant)]
        return tuple(
            Alternative(Constant(value), {("literal", annotation): number}, (), open=True)
            for number, value in enumerate(values)
            if value is not ...
        )
    if not isinstance(annotation, (ast.Name, ast.Attribute)):
        return ()
    for alternative in run.light(annotation):
        if isinstance(alternative.value, ClassValue):
            if is_enum(run, alternative.value.scope):
                key = ("member", annotation)
                found = run.iterate((alternative,), key, "")
                return tuple(Alternative(a.value, a.choices, a.through, open=True) for a in found)
            return _objects(run, alternative.value.scope, "", light)
        if isinstance(alternative.value, External):
            last = alternative.value.name.rpartition(".")[2]
            if last in ("HfApi", "HfFileSystem"):
                call = ast.Call(annotation, [], [])
                return (Alternative(Made(alternative.value.name, call, ROOT)),)
    return ()


def _together(several: list[Alternative]) -> Iterator[Alternative]:
    """Equal plain values once each, without the choices that lead to them; others as they are."""
    seen: set[tuple[type, object]] = set()
    for one in several:
        if not isinstance(one.value, (Constant, Unknown)):
            yield one
            continue
        plain = one.value.value if isinstance(one.value, Constant) else one.value.text
        key = (type(plain) if isinstance(one.value, Constant) else Unknown, plain)
        if key not in seen:
            seen.add(key)
            yield Alternative(one.value, {}, one.through, one.open)
