"""The only home of the values that a command's options have when nobody gives them: argparse, click, absl."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from recipes_data.gaps.recipes.flow import scope_of
from recipes_data.gaps.recipes.running import ROOT, Alternatives, Run
from recipes_data.gaps.recipes.scopes import Scope, last_name
from recipes_data.gaps.recipes.values import Alternative, Constant, Namespace

__all__ = ["click_default", "option_of_flags", "option_of_namespace"]


def option_of_namespace(run: Run, namespace: Namespace, name: str) -> Alternatives:
    """`args.name`: the default of the `add_argument` that makes it, or its choices; () where none is seen."""
    calls = [(call, scope_of(call, run.found).module()) for call in run.found.calls.get("add_argument", ())]
    own = [call for call, module in calls if module is namespace.scope]
    for group in (own, [call for call, _ in calls]):
        found = [a for call in group if name in _destinations(call) for a in _default(run, call)]
        if found:
            return tuple(found)
    return ()


def _destinations(call: ast.Call) -> set[str]:
    for keyword in call.keywords:
        if keyword.arg == "dest" and isinstance(keyword.value, ast.Constant):
            return {str(keyword.value.value)}
    names = [a.value for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
    long = [name for name in names if name.startswith("--")]
    return {(name.lstrip("-")).replace("-", "_") for name in (long or names)}


def _default(run: Run, call: ast.Call) -> Iterator[Alternative]:
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    if "default" in given:
        found = run.value(given["default"], ROOT)
        if not all(isinstance(a.value, Constant) and a.value.value is None for a in found):
            yield from (Alternative(a.value, a.choices, a.through, open=True) for a in found)
            return
    action = given.get("action")
    if isinstance(action, ast.Constant) and action.value in ("store_true", "store_false"):
        yield Alternative(Constant(action.value == "store_false"), {}, (), open=True)
        return
    if "choices" in given:
        for alternative in run.iterate(run.value(given["choices"], ROOT), ("choices", call), "choices"):
            yield Alternative(alternative.value, alternative.choices, alternative.through, open=True)
        return
    if "default" in given:
        yield Alternative(Constant(None), {}, (), open=True)


def click_default(run: Run, scope: Scope, name: str) -> Alternatives:
    """The default that a decorator like `@click.option("--name", default=...)` gives to a parameter."""
    for decorator in getattr(scope.node, "decorator_list", ()):
        if (
            isinstance(decorator, ast.Call)
            and last_name(decorator.func) in ("option", "argument")
            and name in _destinations(decorator) | _plain_names(decorator)
        ):
            return tuple(_default(run, decorator))
    return ()


def _plain_names(call: ast.Call) -> set[str]:
    # click lets the parameter's name stand beside the option's
    return {a.value for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str)}


def option_of_flags(run: Run, name: str) -> Alternatives:
    """`FLAGS.name`: the default of its `DEFINE_string` and the like."""
    for kind in ("DEFINE_string", "DEFINE_enum", "DEFINE_bool", "DEFINE_boolean", "DEFINE_integer", "DEFINE_list"):
        for call in run.found.calls.get(kind, ()):
            if len(call.args) > 1 and isinstance(call.args[0], ast.Constant) and call.args[0].value == name:
                found = run.value(call.args[1], ROOT)
                return tuple(Alternative(a.value, a.choices, a.through, open=True) for a in found)
    return ()
