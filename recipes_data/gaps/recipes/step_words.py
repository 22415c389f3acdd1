"""The only home of how a step is said: its arguments as far as they are known, and the conditions it is under."""

from __future__ import annotations

import ast
from collections.abc import Collection, Hashable, Mapping, Sequence

from recipes_data.gaps.evidence import Where
from recipes_data.gaps.recipes.arguments import arguments_of, bind, kind_of, known
from recipes_data.gaps.recipes.evaluate import Evaluation
from recipes_data.gaps.recipes.expressions import truth_of
from recipes_data.gaps.recipes.flow import Branch, if_branches
from recipes_data.gaps.recipes.running import ROOT, Alternatives
from recipes_data.gaps.recipes.scopes import FUNCTIONS, Scope, last_name
from recipes_data.gaps.recipes.uses import At, binder_of, of_maker
from recipes_data.gaps.recipes.values import (
    Alternative,
    ClassValue,
    Constant,
    Env,
    External,
    FunctionValue,
    Instance,
    Items,
    Made,
    Member,
    Value,
    text_of,
)

__all__ = ["Known", "Words", "negated"]

Known = Mapping[tuple[Scope, str], str]
"""What names are for one access: those that its own arguments were taken of."""
_SHORT = 400  # expressions that one argument may cost
_SEVERAL = 4
_DEEPEST = 4  # names that a number is computed by
_LONG = 8
_OVER = {"map", "filter", "apply", "with_transform", "set_transform"}
_KEPT = {"range", "min", "max", "int", "float", "list", "tuple", "set", "partial"}
_MADE = {"builtins.range", "functools.partial"}


class Words:
    """Says what stands in the steps of one access."""

    def __init__(self, run: Evaluation, through: Collection[Where], access: ast.AST, known_names: Known) -> None:
        self._run = run
        self._through = frozenset(through)
        self._own = frozenset(if_branches(access, run.found))
        self._known = known_names
        self._envs: dict[tuple[object, ...], Env] = {}
        self._astray: dict[Scope, frozenset[Hashable]] = {}

    # arguments

    def arguments(self, call: ast.Call, at: At, data: ast.AST | None = None, *, shown: bool = False) -> str:
        """The arguments of a call; `<source>` where one cannot be known. `data` is left out, or `shown` as it is."""
        env = self.env(at)
        function = _function_of(call)
        said = []
        for one in call.args:
            if one is function:
                said.append(self._function(one, env, at))
            elif one is not data:
                said.append(self._said(one, env, at))
            elif shown:
                said.append(text_of(one))
        for keyword in call.keywords:
            if keyword.value is not data:
                say = self._function if keyword.value is function else self._said
                value = say(keyword.value, env, at)
                said.append(f"{keyword.arg}={value}" if keyword.arg else f"**{value}")
        return ", ".join(said)

    def _function(self, expr: ast.expr, env: Env, at: At) -> str:
        """What is called for each row, by its name."""
        names = {one.value.name for one in self._run.light(expr) if isinstance(one.value, External)}
        return names.pop().removeprefix("builtins.") if len(names) == 1 else self._said(expr, env, at)

    def part(self, expr: ast.expr, at: At) -> str:
        """One expression."""
        return self._said(expr, self.env(at), at)

    def bounds(self, part: ast.Slice, at: At) -> str:
        """`[:1024]`."""
        ends = [self.part(one, at) if one is not None else "" for one in (part.lower, part.upper)]
        return f"[{':'.join([*ends, self.part(part.step, at)] if part.step is not None else ends)}]"

    def _said(self, expr: ast.expr, env: Env, at: At, depth: int = 0) -> str:
        match expr:
            case ast.Constant():
                return repr(expr.value)
            case ast.Lambda():
                return text_of(expr)
            case ast.List() | ast.Tuple() | ast.Set() if len(expr.elts) <= _LONG:
                return self._several(expr, [self._said(one, env, at, depth) for one in expr.elts])
            case ast.Dict() if len(expr.keys) <= _LONG:
                pairs = zip(expr.keys, expr.values, strict=True)
                said = [
                    f"{self._said(k, env, at, depth) if k else '**'}: {self._said(v, env, at, depth)}" for k, v in pairs
                ]
                return f"{{{', '.join(said)}}}"
            case ast.Starred():
                return f"*{self._said(expr.value, env, at, depth)}"
            case ast.Call() if last_name(expr.func) in _KEPT or self._outside(expr):
                return self._call(expr, env, at, depth)
            case _:
                return self._valued(expr, env, at, depth)

    def _call(self, call: ast.Call, env: Env, at: At, depth: int) -> str:
        said = [self._said(one, env, at, depth) for one in call.args]
        said += [f"{one.arg or '**'}={self._said(one.value, env, at, depth)}" for one in call.keywords]
        return f"{text_of(call.func)}({', '.join(said)})"

    def _outside(self, call: ast.Call) -> bool:
        """Whether something of another library is made: `Audio(decode=False)`, `np.random.default_rng(0)`."""
        if last_name(call.func) == "len":
            return False
        found = self._run.light(call.func)
        return bool(found) and all(isinstance(a.value, External) for a in found) and bool(call.args or call.keywords)

    def _several(self, expr: ast.List | ast.Tuple | ast.Set, said: Sequence[str]) -> str:
        inside = ", ".join(said)
        if isinstance(expr, ast.Tuple):
            return f"({inside},)" if len(expr.elts) == 1 else f"({inside})"
        return f"[{inside}]" if isinstance(expr, ast.List) else f"{{{inside}}}"

    def _computed(self, expr: ast.expr, env: Env, at: At, depth: int) -> str:
        """What is not known, in the parts of it that are: `int(0.8 * <len(rows)>)`."""
        if isinstance(expr, ast.Name):
            scope = binder_of(self._run, expr)
            bindings = scope.bindings[expr.id] if scope is not None else ()
            several = [one for one in bindings if one.kind == "assign" and not one.unpack]
            value = several[0].value if len(several) == len(bindings) == 1 else None
            if isinstance(value, (ast.Call, ast.BinOp)):
                said = self._said(value, env, at, depth)
                return said if not said.startswith("<") else f"<{text_of(expr)}>"
        if isinstance(expr, ast.BinOp):
            sides = [self._said(one, env, at, depth) for one in (expr.left, expr.right)]
            if not all(one.startswith("<") for one in sides):
                sign = text_of(ast.BinOp(ast.Name("_"), expr.op, ast.Name("_")))[1:-1]
                return sign.join(
                    f"({said})" if isinstance(one, ast.BinOp) and said[0] != "<" else said
                    for one, said in zip((expr.left, expr.right), sides, strict=True)
                )
        return f"<{text_of(expr)}>"

    def _valued(self, expr: ast.expr, env: Env, at: At, depth: int) -> str:
        values = self.values(expr, env, at)
        said: dict[str, bool] = {}
        unknown = False
        for one in values:
            if isinstance(one.value, Constant) and one.value.value is None and self._is_something(expr):
                continue
            text = self._value(one.value, at)
            if text is None:
                unknown = True
            else:
                said[text] = said.get(text, True) and one.open
        if not said and depth < _DEEPEST:
            return self._computed(expr, env, at, depth + 1)
        if not said or len(said) > _SEVERAL:
            return f"<{text_of(expr)}>"
        texts = [f"{text} by default" if by_default else text for text, by_default in said.items()]
        return " or ".join([*texts, f"<{text_of(expr)}>"] if unknown else texts)

    def _is_something(self, expr: ast.expr) -> bool:
        """Whether it stands where it was seen not to be None."""
        seen = {"body": f"{text_of(expr)} is not None", "orelse": f"{text_of(expr)} is None"}
        return any(
            isinstance(node, (ast.If, ast.IfExp)) and text_of(node.test) == seen.get(way)
            for node, way in if_branches(expr, self._run.found)
        )

    def _value(self, value: Value, at: At) -> str | None:
        """What a value is; None where it is not known."""
        match value:
            case Constant():
                return repr(value.value)
            case FunctionValue() | ClassValue():
                name = value.scope.name.rpartition(".")[2]
                return text_of(value.scope.node) if isinstance(value.scope.node, ast.Lambda) else name
            case External() if value.name.startswith("builtins."):
                return value.name.removeprefix("builtins.")
            case Made() if value.name in _MADE:
                return self._call(value.call, value.env, at, _DEEPEST)
            case Member():
                inner = self._run.get(value.value)
                return self._value(inner[0].value, at) if len(inner) == 1 else None
            case Items() if value.whole and len(value.elements) <= _LONG:
                several = [self._run.get(one) for one in value.elements]
                said = [self._value(one[0].value, at) if len(one) == 1 else None for one in several]
                return None if None in said else f"[{', '.join(one for one in said if one is not None)}]"
            case _:
                return None

    def values(self, expr: ast.expr, env: Env, at: At) -> Alternatives:
        """What an expression may be on the ways that lead to this access."""
        name = self._name(expr)
        if name is not None:
            return (Alternative(Constant(name)),)
        self._run.refill(_SHORT)
        return tuple(one for one in self._run.value(expr, env) if self._on_the_way(one) and of_maker(one, at))

    def _name(self, expr: ast.expr) -> str | None:
        if not isinstance(expr, ast.Name):
            return None
        scope = binder_of(self._run, expr)
        return self._known.get((scope, expr.id)) if scope is not None else None

    def _on_the_way(self, one: Alternative) -> bool:
        """Whether the callers that a value comes from are those that lead to the access, where these are known."""
        for key, number in one.choices.items():
            if isinstance(key, tuple) and key[0] == "call" and isinstance(key[1], Scope):
                others = self._others(key[1])
                if number in others:
                    return False
        return True

    def _others(self, scope: Scope) -> frozenset[Hashable]:
        """The callers of a function that do not lead to the access, where others do."""
        if scope not in self._astray:
            callers = self._run.callers(scope)
            leading = any(caller.where in self._through for caller in callers)
            astray = (number for number, caller in enumerate(callers) if caller.where not in self._through)
            self._astray[scope] = frozenset(astray) if leading else frozenset()
        return self._astray[scope]

    def env(self, at: At) -> Env:
        """The parameters of the functions that the data was handed into."""
        env = ROOT
        for number, (scope, call) in enumerate(at.entered, 1):
            key = at.entered[:number]
            if key not in self._envs:
                self._envs[key] = self._entered(scope, call, env, at)
            env = self._envs[key]
        return env

    def _entered(self, scope: Scope, call: ast.Call, env: Env, at: At) -> Env:
        several = arguments_of(self._run, call, env)
        if len(several) != 1 or not isinstance(scope.node, FUNCTIONS):
            return env
        receiver = None
        if kind_of(scope) in ("method", "classmethod") and scope.parent is not None:
            owner = at.owner or scope.parent
            receiver = known(Alternative(Instance(owner, at.maker, ROOT)))
        return Env(scope, bind(scope, several[0], ROOT, receiver), env, env.depth + 1)

    # conditions

    def condition(self, node: ast.AST, at: At) -> str | None:
        """Under which conditions a place is come to, "" where always; None: never, for this access."""
        said: dict[str, None] = {}
        places: list[tuple[ast.AST, At]] = [
            (call, At(call, at.kind, at.depth, entered=at.entered[:number], owner=at.owner, maker=at.maker))
            for number, (_, call) in enumerate(at.entered)
        ]
        for place, inside in (*places, (node, at)):
            for branch in if_branches(place, self._run.found):
                if branch in self._own:
                    continue
                text = self._branch(branch, inside)
                if text is None:
                    return None
                if text:
                    said[text] = None
        return " and ".join(said)

    def _branch(self, branch: Branch, at: At) -> str | None:
        node, way = branch
        if not isinstance(node, (ast.If, ast.IfExp)):
            return f"match {text_of(node.subject)}: {way}" if isinstance(node, ast.Match) else ""
        wanted = way == "body"
        if isinstance(node, ast.If) and not wanted and not node.orelse and isinstance(node.body[-1], ast.Raise):
            return ""  # what else is an error
        truth = self._truth(node.test)
        if truth is not None:
            return "" if truth is wanted else None
        truth = self._by_value(node.test, at)
        if truth is not None and (truth is wanted or at.entered):
            return "" if truth is wanted else None
        text = text_of(node.test)
        return text if wanted else negated(node.test, text)

    def _by_value(self, test: ast.expr, at: At) -> bool | None:
        found = self.values(test, self.env(at), at)
        truths = {None if one.open else truth_of(one.value) for one in found}
        return truths.pop() if len(truths) == 1 else None

    def _truth(self, test: ast.expr) -> bool | None:
        """Whether a condition on the access's own arguments holds."""
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            inner = self._truth(test.operand)
            return None if inner is None else not inner
        if isinstance(test, ast.BoolOp):
            several = [self._truth(one) for one in test.values]
            if isinstance(test.op, ast.And):
                return False if False in several else None if None in several else True
            return True if True in several else None if None in several else False
        if not isinstance(test, ast.Compare) or len(test.ops) != 1:
            return None
        name = self._name(test.left)
        wanted = _constants(test.comparators[0])
        if name is None or wanted is None:
            return None
        if isinstance(test.ops[0], (ast.Eq, ast.In)):
            return name in wanted
        return name not in wanted if isinstance(test.ops[0], (ast.NotEq, ast.NotIn)) else None


def _function_of(call: ast.Call) -> ast.expr | None:
    """The function that a call is given for each row."""
    if last_name(call.func) not in _OVER:
        return None
    named = (one.value for one in call.keywords if one.arg in ("function", "transform", "func"))
    return next(named, call.args[0] if call.args else None)


def negated(test: ast.expr, text: str) -> str:
    """A condition that does not hold, in the words a programmer would write."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return text_of(test.operand)
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        swapped = _OPPOSITE.get(type(test.ops[0]))
        if swapped is not None:
            return text_of(ast.Compare(test.left, [swapped()], test.comparators))
    return f"not {text}" if isinstance(test, (ast.Name, ast.Attribute, ast.Call, ast.Subscript)) else f"not ({text})"


_OPPOSITE: Mapping[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.In: ast.NotIn,
    ast.NotIn: ast.In, ast.Lt: ast.GtE, ast.GtE: ast.Lt, ast.Gt: ast.LtE, ast.LtE: ast.Gt,
}  # fmt: skip


def _constants(expr: ast.expr) -> tuple[object, ...] | None:
    if isinstance(expr, ast.Constant):
        return (expr.value,)
    if isinstance(expr, (ast.Tuple, ast.List, ast.Set)) and all(isinstance(one, ast.Constant) for one in expr.elts):
        return tuple(one.value for one in expr.elts if isinstance(one, ast.Constant))
    return None
