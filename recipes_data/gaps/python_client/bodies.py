"""The only home of how a body of Python statements is walked: what names hold in each branch, what is caught where."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable

from recipes_data.gaps.python_client import calling
from recipes_data.gaps.python_client.expressions import assign, evaluate
from recipes_data.gaps.python_client.index import dotted_name, imports_of
from recipes_data.gaps.python_client.scope import Scope
from recipes_data.gaps.python_client.values import UNKNOWN, Local, Ref, Row, Text, Values, all_of, joined, shallow

__all__ = ["arguments_of", "enter", "run", "run_unentered"]

_DEEPEST = 4  # functions within functions that call each other


def run(scope: Scope, body: Iterable[ast.stmt]) -> bool:
    """Walk statements; whether the walk leaves the function or loop before their end."""
    for statement in body:
        step = _STEPS.get(type(statement))
        if step is None:
            for child in ast.iter_child_nodes(statement):
                if isinstance(child, ast.expr):
                    evaluate(scope, child)
        elif step(scope, statement):
            return True
    return False


def run_unentered(scope: Scope) -> None:
    """Walk functions within the function that nothing was seen to call: somebody else will."""
    done = 0
    while done < len(scope.locals_made):
        made = scope.locals_made[done]
        done += 1
        if id(made.node) not in scope.body.entered:
            enter(scope, made, (), {})


def enter(scope: Scope, made: Local, given: tuple[Values, ...], words: dict[str, Values]) -> Values:
    """Walk the body of a function within the function, called with these values."""
    if scope.depth >= _DEEPEST:
        return UNKNOWN
    scope.body.entered.add(id(made.node))
    known = {**made.known, **arguments_of(made.node, given, words)}
    kept, generator = scope.body.returns, scope.body.generator
    scope.body.returns = []
    inner = Scope(
        scope.world, scope.module, scope.owner, known, scope.body, scope.errors, scope.depth + 1, scope.locals_made
    )
    if isinstance(made.node, ast.Lambda):
        answer = evaluate(inner, made.node.body)
    else:
        run(inner, made.node.body)
        answer = all_of(scope.body.returns)
    scope.body.returns, scope.body.generator = kept, generator
    return answer


def arguments_of(
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, given: tuple[Values, ...], words: dict[str, Values]
) -> dict[str, Values]:
    """The names of a function's arguments with the values of a call; unknown where the call gives none."""
    names = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args)]
    every = [*names, *(argument.arg for argument in node.args.kwonlyargs)]
    found = dict.fromkeys(every, UNKNOWN)
    for one in (node.args.vararg, node.args.kwarg):
        if one is not None:
            found[one.arg] = UNKNOWN
    found |= dict(zip(names, given, strict=False))
    return found | {name: values for name, values in words.items() if name in found}


# --- one kind of statement each; True: what follows in the same body is not reached


def _assign(scope: Scope, node: ast.Assign) -> bool:
    values = evaluate(scope, node.value)
    for target in node.targets:
        assign(scope, target, values)
    return False


def _annotated(scope: Scope, node: ast.AnnAssign) -> bool:
    promised = scope.world.objects(node.annotation, scope.module)
    if node.value is not None:
        values = evaluate(scope, node.value)
        assign(scope, node.target, all_of([values, promised]) if promised else values)
    elif promised and isinstance(node.target, ast.Name):
        scope.known[node.target.id] = promised
    return False


def _augmented(scope: Scope, node: ast.AugAssign) -> bool:
    added = evaluate(scope, node.value)
    if isinstance(node.target, ast.Name) and isinstance(node.op, (ast.Add, ast.Div)):
        before = scope.known.get(node.target.id, UNKNOWN)
        if any(isinstance(value, Row) for value in before):
            rows = [value for value in (*before, *added) if isinstance(value, Row)]
            scope.known[node.target.id] = (Row(tuple(item for row in rows for item in row.items)[:64]),)
        else:
            between: list[Values] = [(Text(("/",)),)] if isinstance(node.op, ast.Div) else []
            scope.known[node.target.id] = joined([before, *between, added])
    else:
        evaluate(scope, node.target)
    return False


def _branches(scope: Scope, bodies: Iterable[Iterable[ast.stmt]]) -> bool:
    """Walk each body from the same start, and join what they know at the end; those that leave do not count."""
    start = scope.known
    ends = []
    for body in bodies:
        scope.known = dict(start)
        if not run(scope, body):
            ends.append(scope.known)
    if not ends:
        scope.known = start
        return True
    merged = dict(ends[0])
    for end in ends[1:]:
        for name, values in end.items():
            if name not in merged:
                merged[name] = values
            elif merged[name] is not values and merged[name] != values:
                merged[name] = all_of([merged[name], values])
    scope.known = merged
    return False


def _if(scope: Scope, node: ast.If) -> bool:
    evaluate(scope, node.test)
    return _branches(scope, [node.body, node.orelse])


def _for(scope: Scope, node: ast.For | ast.AsyncFor) -> bool:
    assign(scope, node.target, calling.elements(evaluate(scope, node.iter)))
    _branches(scope, [node.body, []])
    return run(scope, node.orelse)


def _while(scope: Scope, node: ast.While) -> bool:
    evaluate(scope, node.test)
    _branches(scope, [node.body, []])
    return run(scope, node.orelse)


def _with(scope: Scope, node: ast.With | ast.AsyncWith) -> bool:
    caught = scope.errors
    for item in node.items:
        values = evaluate(scope, item.context_expr)
        expression = item.context_expr
        if isinstance(expression, ast.Call) and dotted_name(expression.func).split(".")[-1] == "suppress":
            scope.errors = (*scope.errors, *(name for one in expression.args for name in _error_names(scope, one)))
        if item.optional_vars is not None:
            entered = all_of(_entered(scope, value) for value in values)
            assign(scope, item.optional_vars, entered)
    left = run(scope, node.body)
    scope.errors = caught
    return left


def _entered(scope: Scope, value: object) -> Values:
    """What `with x as y` gives: for an object of the sources what its `__enter__` answers, else mostly itself."""
    of = getattr(value, "of", None)
    function = scope.world.method(of, "__enter__") if isinstance(of, str) else None
    if function is not None:
        answered = scope.world.returns(function)
        return answered if answered != UNKNOWN else (value,)  # type: ignore[return-value]  # a value came in
    if isinstance(value, Row) and len(value.items) == 1:
        return value.items[0]  # a generator that is a context
    return (value,)  # type: ignore[return-value]  # a value came in


def _try(scope: Scope, node: ast.Try) -> bool:
    caught = scope.errors
    scope.errors = (*caught, *(name for handler in node.handlers for name in _handled(scope, handler)))
    before = dict(scope.known)
    left = run(scope, node.body)
    scope.errors = caught
    if not left:
        left = run(scope, node.orelse)
    after = scope.known
    ends = [] if left else [after]
    for handler in node.handlers:
        # an error can come before or after any of the names was set
        scope.known = {
            **before,
            **{name: all_of([values, before[name]]) for name, values in after.items() if name in before},
        }
        if handler.name:
            scope.known[handler.name] = UNKNOWN
        if not run(scope, handler.body):
            ends.append(scope.known)
    scope.known = ends[0] if ends else after
    for end in ends[1:]:
        for name, values in end.items():
            known = scope.known.get(name)
            scope.known[name] = values if known is None or known == values else all_of([known, values])
    return run(scope, node.finalbody) or not ends


def _handled(scope: Scope, handler: ast.ExceptHandler) -> list[str]:
    return _error_names(scope, handler.type) if handler.type is not None else ["BaseException"]


def _error_names(scope: Scope, node: ast.expr) -> list[str]:
    names: list[str] = []
    for one in node.elts if isinstance(node, ast.Tuple) else [node]:
        values = evaluate(scope, one)
        rows = [item for value in values if isinstance(value, Row) for item in value.items]
        found = [value.name for group in (rows or [values]) for value in group if isinstance(value, Ref)]
        names += found or [dotted_name(one) or ast.unparse(one)]
    return [name.removeprefix("builtins.") for name in names]


def _return(scope: Scope, node: ast.Return) -> bool:
    if node.value is not None:
        scope.body.returns.append(shallow(evaluate(scope, node.value)))
    return True


def _raise(scope: Scope, node: ast.Raise) -> bool:
    evaluate(scope, node.exc)
    return True


def _leave(_: Scope, __: ast.stmt) -> bool:
    return True


def _function(scope: Scope, node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    for decorator in node.decorator_list:
        evaluate(scope, decorator)
    made = Local(node, scope.known)
    scope.locals_made.append(made)
    scope.known[node.name] = (made,)
    return False


def _class(scope: Scope, node: ast.ClassDef) -> bool:
    run(
        Scope(scope.world, scope.module, None, dict(scope.known), scope.body, scope.errors, 0, scope.locals_made),
        node.body,
    )
    scope.known[node.name] = UNKNOWN
    return False


def _import(scope: Scope, node: ast.Import | ast.ImportFrom) -> bool:
    for name, target, renamed in imports_of(node, scope.module):
        if name != "*":
            how = "alias" if renamed else "import" if isinstance(node, ast.ImportFrom) else "direct"
            scope.known[name] = scope.world.imported(target, how)
    return False


def _match(scope: Scope, node: ast.Match) -> bool:
    evaluate(scope, node.subject)
    bodies: list[list[ast.stmt]] = [case.body for case in node.cases]
    last = node.cases[-1].pattern
    whole = isinstance(last, ast.MatchAs) and last.pattern is None and node.cases[-1].guard is None
    return _branches(scope, bodies if whole else [*bodies, []])


_STEPS: dict[type[ast.stmt], Callable[..., bool]] = {
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.If: _if,
    ast.For: _for,
    ast.AsyncFor: _for,
    ast.While: _while,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.Try: _try,
    ast.TryStar: _try,
    ast.Return: _return,
    ast.Raise: _raise,
    ast.Continue: _leave,
    ast.Break: _leave,
    ast.FunctionDef: _function,
    ast.AsyncFunctionDef: _function,
    ast.ClassDef: _class,
    ast.Import: _import,
    ast.ImportFrom: _import,
    ast.Match: _match,
}
