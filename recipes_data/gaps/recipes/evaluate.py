"""The only home of the evaluation: what an expression of the sources may be, followed on demand through all of them."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Hashable, Iterator, Sequence

from recipes_data.gaps.evidence import Where
from recipes_data.gaps.recipes.aliases import Aliases
from recipes_data.gaps.recipes.arguments import (
    arguments_of,
    bind,
    kind_of,
    known,
    with_partial,
)
from recipes_data.gaps.recipes.attributes import attribute_of, bound_name, imported, module_called, returns_of
from recipes_data.gaps.recipes.callers import find_callers, find_makers
from recipes_data.gaps.recipes.classes import unpacked
from recipes_data.gaps.recipes.expressions import (
    binary,
    condition,
    grown,
    literal,
    subscripted,
    template,
)
from recipes_data.gaps.recipes.flow import if_branches, reaching, scope_of, scope_reached
from recipes_data.gaps.recipes.known import external_call
from recipes_data.gaps.recipes.lines import Index
from recipes_data.gaps.recipes.makers import Called
from recipes_data.gaps.recipes.methods import called_method
from recipes_data.gaps.recipes.parameters import default_of, parameter_of
from recipes_data.gaps.recipes.running import ROOT, Alternatives, Arguments, Caller
from recipes_data.gaps.recipes.scopes import Binding, Gathered, Scope
from recipes_data.gaps.recipes.sources import Sources
from recipes_data.gaps.recipes.strings import MOST
from recipes_data.gaps.recipes.tables import comprehended, loop
from recipes_data.gaps.recipes.values import (
    Alternative,
    ClassValue,
    Constant,
    Deferred,
    Env,
    External,
    FunctionValue,
    Instance,
    Made,
    Partial,
    Unknown,
    Value,
    distinct,
    join,
    merge,
    text_of,
    under,
)

__all__ = ["Evaluation"]

_DEPTH = 60  # of expressions within expressions
_CALLS = 8  # of functions within functions
_BUDGET = 12_000  # expressions for one question
_SMALL = 150  # and for one that only asks what is called
_NO_CALLEES = (
    ast.JoinedStr,
    ast.BinOp,
    ast.Compare,
    ast.UnaryOp,
    ast.ListComp,
    ast.SetComp,
    ast.GeneratorExp,
    ast.DictComp,
)
_BUILTINS = frozenset(dir(builtins))


class Evaluation:
    """Answers `value(expression)` for one set of sources, and keeps the answers."""

    def __init__(self, sources: Sources, found: Gathered) -> None:
        self.sources = sources
        self.found = found
        self.aliases = Aliases(found)
        self.left = _BUDGET
        self._depth = 0
        self._cuts = 0
        self._light = False
        self._asked: set[Scope] = set()
        self._active: set[tuple[ast.AST, Env, bool]] = set()
        self._answers: dict[tuple[ast.AST, Env, bool], Alternatives] = {}
        self._kept: set[int] = set()  # which tuples are in `_answers`, where they stay
        self._names: dict[tuple[Scope, str, bool], Alternatives] = {}
        self._callers: dict[Scope, tuple[Caller, ...]] = {}
        self._makers: dict[Scope, tuple[ast.Call, ...]] = {}
        self.index = Index(found)
        self.families: dict[Scope, tuple[Scope, ...]] = {}
        self.fields: dict[Scope, dict[str, ast.AnnAssign]] = {}
        self.called: dict[ast.expr, Called] = {}
        self.assigning: set[tuple[Scope, ast.Call | None, str]] = set()
        self._returns: dict[Scope, tuple[ast.expr, ...]] = {}

    def refill(self, budget: int = _BUDGET) -> None:
        """Begin a new question: each may cost as much as any other."""
        self.left = budget

    def value(self, expr: ast.expr, env: Env = ROOT) -> Alternatives:
        """What an expression may be; never nothing, but where it is part of its own answer."""
        key = (expr, env, self._light)
        found = self._answers.get(key)
        if found is not None:
            return found
        if isinstance(expr, ast.Constant):
            self._answers[key] = literal(self, expr, env)  # costs nothing, and is never too much
            return self._answers[key]
        if key in self._active:
            self._cuts += 1
            return ()
        self.left -= 1
        if self._depth > _DEPTH or self.left < 0:
            self._cuts += 1
            return (Alternative(Unknown(text_of(expr))),)
        cuts = self._cuts
        self._active.add(key)
        self._depth += 1
        try:
            result = self._evaluate(expr, env)
            if id(result) not in self._kept:  # another's answer, handed on as it is, needs no second look
                result = distinct(result, MOST + 1)
        finally:
            self._depth -= 1
            self._active.discard(key)
        self.left -= len(result) // 4
        if len(result) > MOST or not result:
            result = (Alternative(Unknown(text_of(expr))),)
        if cuts == self._cuts or not self._active:
            self._answers[key] = result
            self._kept.add(id(result))
        return result

    def callee(self, call: ast.Call) -> Alternatives:
        """What a call calls; where that is a parameter, what the callers pass for it."""
        func = call.func
        if isinstance(func, ast.Name):
            scope = self._parameter_of(func)
            if scope is not None and scope not in self._asked:
                return self._passed(func, scope)
        return self.light(func)

    def light(self, expr: ast.expr) -> Alternatives:
        """What an expression is, as far as that can be told without asking who calls the function it is in."""
        left, light, depth = self.left, self._light, self._depth
        self.left, self._light, self._depth = _SMALL, True, min(depth, _DEPTH // 2)
        try:
            return self.value(expr, ROOT)
        finally:
            self.left, self._light, self._depth = left, light, depth

    def _passed(self, func: ast.Name, scope: Scope) -> Alternatives:
        """The functions that callers pass for a parameter."""
        self._asked.add(scope)
        result: list[Alternative] = []
        try:
            for number, caller in enumerate(self.callers(scope)):
                deferred = caller.bound.get(func.id)
                if deferred is None or deferred.expr is None:
                    continue
                call = ast.Call(deferred.expr, [], [])
                for alternative in self.callee(call):
                    choices = merge(alternative.choices, {("call", scope): number, **caller.choices})
                    if choices is not None:
                        through = (caller.where, *alternative.through)
                        result.append(Alternative(alternative.value, choices, through, alternative.open))
        finally:
            self._asked.discard(scope)
        return tuple(result) or default_of(self, scope, func.id) or (Alternative(Unknown(func.id)),)

    def _parameter_of(self, node: ast.Name) -> Scope | None:
        """The function that has this name as a parameter."""
        scope: Scope | None = scope_of(node, self.found)
        while scope is not None:
            if node.id in scope.bindings:
                return scope if all(one.kind == "parameter" for one in scope.bindings[node.id]) else None
            scope = scope.parent
        return None

    def get(self, deferred: Deferred) -> Alternatives:
        """What a deferred expression may be."""
        if deferred.known is not None:
            return deferred.known
        return self.value(deferred.expr, deferred.env) if deferred.expr is not None else ()

    def _evaluate(self, expr: ast.expr, env: Env) -> Alternatives:  # noqa: C901  # one case for each kind of expression
        if self._light and isinstance(expr, _NO_CALLEES):
            return (Alternative(Unknown("")),)
        match expr:
            case ast.Constant() | ast.List() | ast.Tuple() | ast.Set() | ast.Dict():
                return literal(self, expr, env)
            case ast.Name():
                return self._name(expr, env)
            case ast.Attribute():
                return self._attribute(expr, env)
            case ast.Call():
                return self._call(expr, env)
            case ast.JoinedStr():
                return template(self, expr, env)
            case ast.BinOp():
                return binary(self, expr, env)
            case ast.Subscript():
                return subscripted(self, expr, env)
            case ast.IfExp() | ast.BoolOp() | ast.Compare() | ast.UnaryOp():
                return condition(self, expr, env)
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                return comprehended(self, expr, self.found.scopes[expr], env)
            case ast.Lambda():
                return (Alternative(FunctionValue(self.found.scopes[expr], env)),)
            case ast.NamedExpr() | ast.Await() | ast.Starred():
                return self.value(expr.value, env)
            case _:
                return (Alternative(Unknown(text_of(expr))),)

    # names

    def _name(self, expr: ast.Name, env: Env) -> Alternatives:
        here = scope_of(expr, self.found)
        scope: Scope | None = here
        while scope is not None:
            if scope.kind != "class" or scope is here:
                bound = env.of(scope)
                if bound is not None and expr.id in bound.bound:
                    return self.get(bound.bound[expr.id])
                near = scope_reached(here) is scope_reached(scope)
                found = self._bound_in(scope, expr.id, expr if near else None, env)
                if found:
                    return found
            scope = scope.parent
        if expr.id in _BUILTINS:
            return (Alternative(External(f"builtins.{expr.id}")),)
        return (Alternative(Unknown(expr.id)),)

    def name(self, scope: Scope, name: str) -> Alternatives:
        """What a name of a scope is after that has run; () where it is not bound there."""
        key = (scope, name, self._light)
        if key not in self._names:
            self._names[key] = ()  # while it is being found: a circle of imports
            self._names[key] = self._bound_in(scope, name, None, ROOT)
        return self._names[key]

    def _bound_in(self, scope: Scope, name: str, use: ast.AST | None, env: Env) -> Alternatives:
        if name not in scope.bindings:
            for module in scope.stars:
                found = bound_name(self, module, name, scope)
                if found:
                    return found
            return ()
        several = reaching(scope, name, use, self.found)
        if len(several) == 1 and not several[0].branches:
            return self._binding(several[0].binding, scope, env) or (Alternative(Unknown(name)),)
        result: list[Alternative] = []
        own = env.of(scope)
        for one in several:
            result += under(
                self._binding(one.binding, scope, env), {("if", node, own): way for node, way in one.branches}
            )
        return tuple(result) or (Alternative(Unknown(name)),)

    def _binding(self, binding: Binding, scope: Scope, env: Env) -> Alternatives:
        own = env.of(scope)
        if binding.kind == "parameter":
            return self._parameter(binding, scope)
        if binding.kind == "import":
            return imported(self, binding, scope)
        if binding.kind == "def":
            return (Alternative(FunctionValue(self.found.scopes[binding.node], env)),)
        if binding.kind == "class":
            return (Alternative(ClassValue(self.found.scopes[binding.node])),)
        if binding.value is None:
            return (Alternative(Unknown(binding.name)),)
        values = self.value(binding.value, env)
        if binding.kind in ("for", "comprehension"):
            values = self.iterate(values, ("each", binding.node, own), text_of(binding.value))
        values = unpacked(self, values, binding.unpack)
        if binding.kind == "assign" and binding.name in scope.mutations:
            values = tuple(self._mutated(values, binding, scope, env))
        return values

    def _mutated(self, values: Alternatives, binding: Binding, scope: Scope, env: Env) -> Iterator[Alternative]:
        mutations = scope.mutations[binding.name]
        for alternative in values:
            yield grown(self, alternative, mutations, env)

    def iterate(self, values: Sequence[Alternative], key: Hashable, text: str) -> Alternatives:
        """The elements of what is looped over."""
        return loop(self, values, key, text)

    def _parameter(self, binding: Binding, scope: Scope) -> Alternatives:
        return parameter_of(self, binding, scope, light=self._light)

    # attributes and calls

    def _attribute(self, expr: ast.Attribute, env: Env) -> Alternatives:
        result: list[Alternative] = []
        text = text_of(expr)
        for alternative in self.value(expr.value, env):
            for found in self.attribute(alternative.value, expr.attr, text):
                joined = join(found, alternative, found.value)
                if joined is not None:
                    result.append(joined)
        return tuple(result)

    def attribute(self, value: Value, name: str, text: str) -> Alternatives:
        """An attribute of a value."""
        return attribute_of(self, value, name, text) or (Alternative(Unknown(text or name)),)

    def _call(self, call: ast.Call, env: Env) -> Alternatives:
        text = text_of(call)
        direct = called_method(self, call, env, text)
        if direct is not None:
            return direct
        result: list[Alternative] = []
        for callee in self.value(call.func, env):
            for given in arguments_of(self, call, env):
                base = join(callee, Alternative(callee.value, given.choices, given.through), callee.value)
                if base is None:
                    continue
                for found in self._called(callee.value, call, given, env, text):
                    joined = join(found, base, found.value)
                    if joined is not None:
                        result.append(joined)
        return tuple(result)

    def _called(self, callee: Value, call: ast.Call, given: Arguments, env: Env, text: str) -> Alternatives:
        if isinstance(callee, FunctionValue):
            return self.returned(callee, given, text)
        if isinstance(callee, ClassValue):
            return (Alternative(Instance(callee.scope, call, env)),)
        if isinstance(callee, Partial):
            found: list[Alternative] = []
            for both in with_partial(self, callee, given):
                found += self._called(callee.function, call, both, env, text)
            return tuple(found)
        if isinstance(callee, External):
            known_result = external_call(self, callee.name, call, given, env)
            return (Alternative(Made(callee.name, call, env)),) if known_result is None else known_result
        return (Alternative(Unknown(text)),)

    def returned(self, function: FunctionValue, given: Arguments, text: str) -> Alternatives:
        """What a function of the sources returns for these arguments."""
        scope = function.scope
        if function.env.depth >= _CALLS or self._depth > _DEPTH:
            return (Alternative(Unknown(text)),)
        receiver = None
        if function.receiver is not None and kind_of(scope) in ("method", "classmethod"):
            plain = isinstance(function.receiver, ClassValue) and kind_of(scope) == "method"
            receiver = None if plain else known(Alternative(function.receiver))
        env = Env(scope, bind(scope, given, ROOT, receiver), function.env, function.env.depth + 1)
        result: list[Alternative] = []
        for expr in self._returned(scope):
            branches = {("if", node, env): way for node, way in if_branches(expr, self.found)}
            result += under(self.value(expr, env), branches)
        return tuple(result) or (Alternative(Constant(None) if not self._returned(scope) else Unknown(text)),)

    def _returned(self, scope: Scope) -> tuple[ast.expr, ...]:
        if scope not in self._returns:
            self._returns[scope] = tuple(returns_of(scope.node))
        return self._returns[scope]

    def callers(self, scope: Scope) -> tuple[Caller, ...]:
        """The calls of a function."""
        if scope not in self._callers:
            self._callers[scope] = ()  # while they are being found: functions that call each other
            self._callers[scope] = find_callers(self, self.aliases, scope)
        return self._callers[scope]

    def makers(self, scope: Scope) -> tuple[ast.Call, ...]:
        """The calls that make an object of just this class."""
        if scope not in self._makers:
            self._makers[scope] = ()
            self._makers[scope] = find_makers(self, self.aliases, scope)
        return self._makers[scope]

    def subclasses(self, scope: Scope) -> tuple[Scope, ...]:
        """Every class below a class."""
        return self.index.subclasses(self, scope)

    def methods(self, name: str) -> Sequence[Scope]:
        """Every method of this name."""
        return self.index.methods(name)

    def calls_at(self, at: Where) -> Sequence[ast.Call]:
        """The calls that begin at a line."""
        return self.index.calls_at(at)

    def module(self, name: str, asked_by: ast.AST) -> Value:
        """A module by its dotted name."""
        return module_called(self, name, scope_of(asked_by, self.found))
