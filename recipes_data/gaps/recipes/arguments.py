"""The only home of which argument of a call goes to which parameter, `*a` and `**b` taken apart."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from recipes_data.gaps.recipes.running import Arguments, Run
from recipes_data.gaps.recipes.scopes import Scope
from recipes_data.gaps.recipes.values import (
    Alternative,
    Constant,
    Deferred,
    Env,
    Items,
    Partial,
    Table,
    Unknown,
    gathered,
    merge,
    text_of,
)

__all__ = ["arguments_of", "bind", "defaults_of", "first_parameter", "is_method", "kind_of", "known", "with_partial"]

_MOST = 400
_FEW = 4


def known(value: Alternative) -> Deferred:
    """A deferred expression whose value is there already."""
    return Deferred(None, _NOWHERE, (value,))


_NOWHERE = Env()


def arguments_of(run: Run, call: ast.Call, env: Env) -> tuple[Arguments, ...]:
    """The arguments of a call: several where `*a` or `**b` may be several things."""
    results = [Arguments()]
    for argument in call.args:
        if isinstance(argument, ast.Starred):
            results = _spread(run, results, argument.value, env, table=False)
        else:
            deferred = Deferred(argument, env)
            results = [_with(one, positional=(*one.positional, deferred)) for one in results]
    for keyword in call.keywords:
        if keyword.arg is None:
            results = _spread(run, results, keyword.value, env, table=True)
        else:
            deferred = Deferred(keyword.value, env)
            results = [_with(one, keywords={**one.keywords, keyword.arg: deferred}) for one in results]
    return tuple(results)


def with_partial(run: Run, partial: Partial, later: Arguments) -> tuple[Arguments, ...]:
    """The arguments of a call of a partial: its own first."""
    results = []
    for own in arguments_of(run, partial.call, partial.env):
        choices = merge(own.choices, later.choices)
        if choices is not None:
            results.append(
                Arguments(
                    (*own.positional[1:], *later.positional),
                    {**own.keywords, **later.keywords},
                    (*own.unknown, *later.unknown),
                    choices,
                    (*own.through, *later.through),
                )
            )
    return tuple(results)


def _with(
    one: Arguments,
    *,
    positional: tuple[Deferred, ...] | None = None,
    keywords: Mapping[str, Deferred] | None = None,
    unknown: tuple[str, ...] | None = None,
) -> Arguments:
    return Arguments(
        one.positional if positional is None else positional,
        one.keywords if keywords is None else keywords,
        one.unknown if unknown is None else unknown,
        one.choices,
        one.through,
    )


def _spread(run: Run, results: list[Arguments], expr: ast.expr, env: Env, *, table: bool) -> list[Arguments]:
    grown: list[Arguments] = []
    alternatives = gathered(run.value(expr, env), _FEW)
    for one in results:
        for alternative in alternatives:
            choices = merge(one.choices, alternative.choices)
            if choices is None:
                continue
            through = one.through + tuple(at for at in alternative.through if at not in one.through)
            spread = _spread_one(run, one, alternative, expr, table=table)
            grown.append(Arguments(spread.positional, spread.keywords, spread.unknown, choices, through))
    if len(grown) > _MOST or not grown:
        mark = ("**" if table else "*") + text_of(expr)
        return [_with(one, unknown=(*one.unknown, mark)) for one in results]
    return grown


def _spread_one(run: Run, one: Arguments, alternative: Alternative, expr: ast.expr, *, table: bool) -> Arguments:
    value = alternative.value
    if table and isinstance(value, Table):
        keywords = dict(one.keywords)
        unknown = list(one.unknown)
        for key, entry in value.entries:
            names = [a.value.value for a in run.get(key) if isinstance(a.value, Constant)]
            if len(names) == 1 and isinstance(names[0], str):
                keywords[names[0]] = entry
            else:
                unknown.append(f"**{text_of(expr)}")
        return _with(one, keywords=keywords, unknown=tuple(dict.fromkeys(unknown)))
    if table and isinstance(value, Constant) and value.value is None:
        return one
    if not table and isinstance(value, Items):
        rest = one.unknown if value.whole else (*one.unknown, f"*{text_of(expr)}")
        return _with(one, positional=(*one.positional, *value.elements), unknown=rest)
    mark = ("**" if table else "*") + (value.text if isinstance(value, Unknown) else text_of(expr))
    return _with(one, unknown=(*one.unknown, mark))


def is_method(scope: Scope) -> bool:
    """Whether a function is defined in a class."""
    return scope.parent is not None and scope.parent.kind == "class"


def kind_of(scope: Scope) -> str:
    """Of a function in a class: "method", "classmethod" or "staticmethod"; else "function"."""
    if not is_method(scope):
        return "function"
    names = {_decorator(decorator) for decorator in getattr(scope.node, "decorator_list", ())}
    for kind in ("classmethod", "staticmethod"):
        if kind in names:
            return kind
    if names & {"validator", "field_validator", "model_validator", "root_validator"}:
        return "classmethod"
    return "classmethod" if scope.name.rpartition(".")[2] in ("__new__", "__init_subclass__") else "method"


def _decorator(node: ast.expr) -> str:
    if isinstance(node, ast.Call):
        node = node.func
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def first_parameter(scope: Scope) -> str | None:
    """The name of `self` or `cls` of a method; None where it has none."""
    node = scope.node
    if kind_of(scope) in ("function", "staticmethod") or isinstance(node, ast.Module | ast.ClassDef):
        return None
    arguments: ast.arguments = node.args  # type: ignore[attr-defined]  # a scope of kind "function"
    several = [*arguments.posonlyargs, *arguments.args]
    return several[0].arg if several else None


def defaults_of(scope: Scope) -> dict[str, ast.expr]:
    """The defaults of a function's parameters."""
    arguments: ast.arguments = scope.node.args  # type: ignore[attr-defined]  # a scope of kind "function"
    several = [*arguments.posonlyargs, *arguments.args]
    found = {p.arg: d for p, d in zip(reversed(several), reversed(arguments.defaults), strict=False)}
    found.update({p.arg: d for p, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if d is not None})
    return found


def bind(scope: Scope, given: Arguments, outer: Env, receiver: Deferred | None = None) -> dict[str, Deferred]:
    """Parameters of a function, as a call binds them; one that is neither given nor has a default is left out.

    `outer` is the environment in which its defaults are evaluated.
    """
    node = scope.node
    arguments: ast.arguments = node.args  # type: ignore[attr-defined]  # a scope of kind "function"
    names = [p.arg for p in (*arguments.posonlyargs, *arguments.args)]
    positional = list(given.positional)
    if receiver is not None and names:
        positional.insert(0, receiver)
    bound: dict[str, Deferred] = dict(zip(names, positional, strict=False))
    rest = positional[len(names) :]
    if arguments.vararg is not None:
        bound[arguments.vararg.arg] = known(Alternative(Items(tuple(rest), whole=not _marks(given, "*"))))
    extra: list[tuple[Deferred, Deferred]] = []
    keyword_names = {*names[len(arguments.posonlyargs) :], *(p.arg for p in arguments.kwonlyargs)}
    for name, deferred in given.keywords.items():
        if name in keyword_names:
            bound[name] = deferred
        else:
            extra.append((known(Alternative(Constant(name))), deferred))
    if arguments.kwarg is not None:
        extra += [(known(Alternative(Unknown(mark))), known(Alternative(Unknown(mark)))) for mark in given.unknown]
        bound[arguments.kwarg.arg] = known(Alternative(Table(tuple(extra))))
    defaults = defaults_of(scope)
    for name in (*names, *(p.arg for p in arguments.kwonlyargs)):
        if name not in bound:
            if given.unknown:  # it may be in what could not be taken apart
                bound[name] = known(Alternative(Unknown(", ".join(given.unknown))))
            elif name in defaults:
                bound[name] = Deferred(defaults[name], outer)
    return bound


def _marks(given: Arguments, star: str) -> bool:
    return any(mark.startswith(star) and not mark.startswith("**") for mark in given.unknown)
