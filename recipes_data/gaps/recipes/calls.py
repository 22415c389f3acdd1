"""The only home of finding the calls that go to the Hub, each with the function it calls and its arguments."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from recipes_data.gaps.recipes.arguments import arguments_of, with_partial
from recipes_data.gaps.recipes.callers import deferred_arguments
from recipes_data.gaps.recipes.evaluate import Evaluation
from recipes_data.gaps.recipes.flow import scope_of
from recipes_data.gaps.recipes.hub_functions import HUB_NAMES, PLAIN_NAMES, HubFunction, function_called, function_of
from recipes_data.gaps.recipes.running import ROOT, Arguments
from recipes_data.gaps.recipes.scopes import last_name
from recipes_data.gaps.recipes.values import (
    Alternative,
    Choices,
    ClassValue,
    External,
    FunctionValue,
    Made,
    Partial,
    Unknown,
    Value,
    merge,
    text_of,
)

__all__ = ["HubCall", "hub_calls"]

_ASKING = frozenset(["isinstance", "issubclass", "getattr", "hasattr", "setattr", "patch", "wraps", "cast"])
_CLIENTS = frozenset(["huggingface_hub", "evaluate", "transformers", "sentence_transformers", "vllm", "fsspec"])


@dataclass(frozen=True, slots=True, eq=False)
class HubCall:
    """One call (or one argument of a call that will be called) that goes to the Hub.

    `name`: qualified, as far as known. `function`: None where it is somebody else's of the same name. `unknown`: what
    of the callee could not be known.
    """

    node: ast.Call
    name: str
    function: HubFunction
    given: Arguments
    choices: Choices = field(default_factory=dict)
    through: Alternative | None = None
    unknown: tuple[str, ...] = ()


def hub_calls(run: Evaluation) -> Iterator[HubCall]:
    """Every call that goes to the Hub, in no order."""
    names = run.aliases.of(HUB_NAMES)
    used: set[ast.Call] = set()
    partials: list[tuple[ast.Call, HubCall]] = []
    calls = [call for name in names for call in run.found.calls.get(name, ())]
    near = _importers(run)
    api = [
        call
        for name, found in run.found.calls.items()
        if name not in names
        for call in found
        if _on_client(call) or (name in PLAIN_NAMES and scope_of(call, run.found).source.path in near)
    ]
    for call in (*calls, *api, *run.found.calls.get("", ())):
        run.refill()
        for one in _direct(run, call):
            if one.through is not None and isinstance(one.through.value, Partial):
                used.add(one.through.value.call)
            yield one
    for call in run.aliases.passes(names):
        run.refill()
        for one in _passed(run, call):
            if last_name(call.func) == "partial":
                partials.append((call, one))
            else:
                yield one
    # a partial that nobody was seen to call is listed with what it has
    yield from (one for call, one in partials if call not in used)


def _importers(run: Evaluation) -> set[str]:
    """The modules that import a library which goes to the Hub."""
    near = set()
    for scope in run.found.scopes.values():
        for bindings in scope.bindings.values():
            if any(b.kind == "import" and b.module.partition(".")[0] in _CLIENTS for b in bindings):
                near.add(scope.source.path)
    return near


def _on_client(call: ast.Call) -> bool:
    """Whether a call is a method of something that looks like the Hub's client; its name may be any."""
    func = call.func
    if not isinstance(func, ast.Attribute):
        return False
    holder = last_name(func.value.func if isinstance(func.value, ast.Call) else func.value).lower()
    return holder in (
        "huggingface_hub",
        "hfapi",
        "hffilesystem",
        "api",
        "hf_api",
        "_api",
        "hf",
        "hub",
        "client",
        "fs",
    ) or ("hf" in holder.split("_"))


def _direct(run: Evaluation, call: ast.Call) -> Iterator[HubCall]:
    seen: set[tuple[str, int]] = set()
    for callee in run.callee(call):
        value = callee.value
        called = value.function if isinstance(value, Partial) else value
        if _names_of_hub(call, called) is None:
            continue  # its arguments are nobody's business
        for number, given in enumerate(arguments_of(run, call, ROOT)):
            for one in with_partial(run, value, given) if isinstance(value, Partial) else (given,):
                found = _hub_call(call, called, one, callee)
                # the same function by several ways (a fallback import) is one call, unless its arguments differ
                key = (found.name if found else "", number)
                if found is not None and (key not in seen or callee.choices):
                    seen.add(key)
                    yield found


def _hub_call(call: ast.Call, value: Value, given: Arguments, callee: Alternative) -> HubCall | None:
    choices = merge(callee.choices, given.choices)
    named = _names_of_hub(call, value)
    if choices is None or named is None:
        return None
    name, function, unknown = named
    return HubCall(call, name, function, given, choices, callee, unknown)


def _names_of_hub(call: ast.Call, value: Value) -> tuple[str, HubFunction, tuple[str, ...]] | None:
    """The name of what is called, the Hub's function that it is, and what of it is not known; None: it is none."""
    if isinstance(value, External):
        function = function_of(value.name)
        if function is not None:
            return value.name, function, ()
        other = function_called(value.name.rpartition(".")[2])
        if other is not None and _may_wrap(value.name):
            plain = HubFunction(
                other.name, other.order, other.repo, other.repo_type, other.config, other.split, other.files
            )
            return value.name, plain, (f"function={value.name}",)
    if isinstance(value, (Unknown, Made)):
        last = last_name(call.func)
        other = function_called(last)
        if other is not None:
            return last, other, (f"function={text_of(call.func)}",)
    return None


def _may_wrap(name: str) -> bool:
    # nobody has seen the module: it may be a part of the project that was not given
    package = name.partition(".")[0]
    return package not in (
        "modelscope", "seaborn", "tensorflow_datasets", "sklearn", "torchvision", "kagglehub", "nltk", "builtins",
    )  # fmt: skip


def _passed(run: Evaluation, call: ast.Call) -> Iterator[HubCall]:
    """Hub functions among the arguments of a call, that the callee will call: pools, threads, partials, retries."""
    name = last_name(call.func)
    several = (*call.args, *(keyword.value for keyword in call.keywords))
    passed = [(one, a, *found) for one in several if last_name(one) for a in run.light(one) if (found := _hubs(a))]
    if not passed or name in _ASKING:
        return
    callees = [a.value for a in run.callee(call)]
    if any(isinstance(value, (FunctionValue, ClassValue)) for value in callees):
        return  # what it does with it is seen where it calls its parameter
    for argument, alternative, called, function in passed:
        if name == "partial":
            for own in arguments_of(run, call, ROOT):
                given = Arguments(own.positional[1:], own.keywords, own.unknown, own.choices, own.through)
                yield HubCall(call, called, function, given, alternative.choices, alternative)
            continue
        later = deferred_arguments(run, call, argument, ROOT)
        unknown = () if later is not None else (f"arguments={text_of(call)}",)
        yield HubCall(call, called, function, later or Arguments(), alternative.choices, alternative, unknown)


def _hubs(alternative: Alternative) -> tuple[str, HubFunction] | None:
    """A function of the Hub by its name, where something is one."""
    value = alternative.value
    function = function_of(value.name) if isinstance(value, External) else None
    return (value.name, function) if function is not None and isinstance(value, External) else None
